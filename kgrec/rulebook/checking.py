"""From entries of rule files to rules: every name in them is checked against the graph and the files' own names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kgrec.domain import SCORERS, Place
from kgrec.errors import RuleError
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.conditions import Near, NearFact
from kgrec.rulebook.derivations import Derived
from kgrec.rulebook.document import MapNode
from kgrec.rulebook.entries import RuleEntry, whole_number
from kgrec.rulebook.expression import Expression, compile_source
from kgrec.rulebook.lexicon import lexicon_of
from kgrec.rulebook.logic import leaves
from kgrec.rulebook.names import Names
from kgrec.rulebook.rules import (
    Ask,
    Derive,
    Forbid,
    Limit,
    Prefer,
    Require,
    Rule,
    RuleKind,
    Shelf,
    Tune,
)
from kgrec.rulebook.schema import LIMIT, TUNED
from kgrec.rulebook.source import Source
from kgrec.rulebook.suggest import choose, listed
from kgrec.text import clean

_GAP: Final = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Checker:
    """Turns entries into rules; what is wrong goes to ``errors``."""

    graph: KnowledgeGraph
    names: Names
    errors: list[RuleError]

    def rule(self, entry: RuleEntry, derived: Derived | None = None) -> Rule | None:
        """Return the rule that an entry describes (``derived``: the checked parts of a derivation), None if wrong."""
        n_before = len(self.errors)
        common: dict[str, Any] = {"name": entry.name, "place": entry.place, "because": entry.filled_text("because")}
        if entry.kind is RuleKind.DERIVE:
            if derived is None:
                return None
            common |= {"when": derived.when, "unless": derived.unless}
            return Derive(**common, facet=derived.facet, value=derived.value)
        common |= {key: self.expression(entry.source(key)) for key in ("when", "unless")}
        rule = self._of_kind(entry, common)
        return rule if len(self.errors) == n_before else None

    def expression(self, source: Source | None) -> Expression | None:
        """Return the compiled expression, None if there is none or it is wrong."""
        if source is None:
            return None
        try:
            return compile_source(source, self.graph, self.names)
        except RuleError as error:
            self.errors.append(error)
            return None

    def _of_kind(self, entry: RuleEntry, common: dict[str, Any]) -> Rule | None:
        match entry.kind:
            case RuleKind.REQUIRE | RuleKind.FORBID | RuleKind.PREFER:
                return self._wish(entry, common)
            case RuleKind.LIMIT:
                return self._limit(entry, common)
            case RuleKind.TUNE:
                return self._tune(entry, common)
            case RuleKind.ASK:
                return self._ask(entry, common)
            case RuleKind.SHELF:
                return self._shelf(entry, common)
        return None

    def _wish(self, entry: RuleEntry, common: dict[str, Any]) -> Rule | None:
        assert entry.kind is not None, "an entry with 'off' alone is no rule"
        expression = self.expression(entry.source(entry.kind))
        strength = entry.number("strength", 1.0)
        weight = entry.number("weight", 1.0)
        if strength < 0:
            entry.wrong("strength", "'strength' may not be negative", "the greater, the later it is given up")
        if expression is None:
            return None
        if entry.kind is RuleKind.PREFER:
            return Prefer(**common, expression=expression, weight=weight)
        kind = Require if entry.kind is RuleKind.REQUIRE else Forbid
        return kind(**common, expression=expression, strength=strength)

    def _limit(self, entry: RuleEntry, common: dict[str, Any]) -> Limit | None:
        source = entry.source("limit")
        if source is None:
            return None
        found = LIMIT.fullmatch(source.text)
        most, name = (whole_number(found[1]), found[2] or "") if found is not None else (None, "")
        if most is None:
            is_none = found is not None and found[1] == "0"
            hint = "to rule all of them out, use forbid" if is_none else "as in: limit: 2 per director"
            entry.wrong(
                "limit", f"a limit is N per FACET, N a whole number from 1 on, not {clean(source.text)!r}", hint
            )
        elif name and found is not None:
            self._check_limited(name, source.at(found.start(2)))
        elif not any(part is not None and part.facets for part in (common["when"], common["unless"])):
            items = self.graph.ontology.plural
            hint = f"name a facet, as in: limit: {most} per director, or say in 'when' which {items}"
            entry.wrong("limit", f"this limit does not say which {items} it counts", hint)
        return Limit(**common, most=most, facet=name) if most is not None else None

    def _check_limited(self, name: str, place: Place) -> None:
        lexicon = lexicon_of(self.graph)
        facet = lexicon.facet(name)
        linked = [other.name for other in self.graph.ontology.facets if other.kind.is_linked]
        if facet is None:
            self.errors.append(RuleError(f"unknown field {name!r}", place, lexicon.facet_hint(name)))
        elif not facet.kind.is_linked:
            message = f"{name!r} is a {facet.kind}, a limit counts values with names"
            self.errors.append(RuleError(message, place, f"those of {listed(linked, 'or')}" if linked else ""))

    def _tune(self, entry: RuleEntry, common: dict[str, Any]) -> Tune | None:
        self._about_facts("tune", common)
        example = "tune: {scorer: text, weight: 0.5}"
        tuned = entry.part("tune", TUNED, example)
        if tuned is None:
            return None
        node = entry.nodes["tune"]
        is_misspelt = isinstance(node, MapNode) and len(node.entries) > len(tuned.nodes)
        for key in () if is_misspelt else TUNED:
            if key not in tuned.nodes:
                tuned.wrong(key, f"'tune' needs {key!r}", f"as in: {example}")
        scorer, weight = tuned.text("scorer"), tuned.number("weight", 1.0, may_be_zero=True)
        if "scorer" in tuned.nodes and scorer not in SCORERS:
            tuned.wrong("scorer", f"unknown scorer {scorer!r}", choose(scorer, SCORERS, "scorers"))
        if weight < 0:
            tuned.wrong("weight", "'weight' of a scorer may not be negative", "0 leaves it out")
        return Tune(**common, scorer=scorer, weight=weight)

    def _ask(self, entry: RuleEntry, common: dict[str, Any]) -> Ask | None:
        self._about_facts("ask", common)
        subject = entry.source("ask")
        question, options = entry.required_text("question"), entry.options("options")
        if subject is None:
            return None
        scope, _, fact = subject.text.strip().partition(".")
        if scope != "user" or not fact.isidentifier():
            hint = "name what to ask for, as in: ask: user.audience"
            entry.wrong("ask", f"{subject.text.strip()!r} is not a fact about the user", hint)
        return Ask(**common, fact=fact, question=question, options=options)

    def _shelf(self, entry: RuleEntry, common: dict[str, Any]) -> Shelf | None:
        title = entry.text("shelf")
        if not title:
            entry.wrong("shelf", "a shelf needs a title", "as in: shelf: For a rainy day")
        of = self.expression(entry.source("of"))
        if "of" not in entry.nodes:
            entry.wrong("of", "a shelf rule needs 'of'", "say what belongs on it, as in: of: genre has Comedy")
        for gap in _GAP.findall(title):
            if gap != "{item}":
                entry.wrong("shelf", f"{gap!r} means nothing in a title", "only {item} can be filled in")
            elif of is not None and not any(isinstance(leaf, Near | NearFact) for leaf in leaves(of.tree)):
                entry.wrong("shelf", "nothing says what {item} is", "use related() or similar() in 'of'")
        return Shelf(**common, title=title, of=of) if of is not None else None

    def _about_facts(self, kind: str, common: Mapping[str, Any]) -> None:
        """Report conditions on items, where a rule holds for all of them or none."""
        for key in ("when", "unless"):
            condition: Expression | None = common[key]
            if condition is not None and condition.facets:
                what = {"ask": "a question", "tune": "the weight of a scorer"}[kind]
                item = self.graph.ontology.singular
                message = f"{what} cannot depend on {listed(sorted(condition.facets), 'and')} of a {item}"
                self.errors.append(RuleError(message, condition.place, "use user. and context. names"))
