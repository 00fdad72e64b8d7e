"""From rule files to rules, with every mistake of every file in one report.

Three passes, because each needs the one before complete: read the files, gather the facts that ``ask`` rules declare
(in whatever file), then check the expressions against the graph and those facts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kgrec.domain import Place
from kgrec.errors import RuleError, RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.document import read_bytes, read_document
from kgrec.rulebook.expression import Expression, compile_source
from kgrec.rulebook.resolve import Facts
from kgrec.rulebook.rules import Ask, Forbid, Prefer, Require, Rule, RuleKind
from kgrec.rulebook.schema import Entry, read_entries
from kgrec.rulebook.source import Source
from kgrec.rulebook.suggest import listed
from kgrec.text import clean


@dataclass(frozen=True, slots=True)
class Loaded:
    """The rules of some files, in order, and a hash of what was read."""

    rules: tuple[Rule, ...]
    fingerprint: str


def load_rules(paths: Sequence[Path], graph: KnowledgeGraph) -> Loaded:
    """Read and check rule files.

    Raises:
        RuleErrors: with all mistakes of all files, in the order of the files and their lines.
    """
    errors: list[RuleError] = []
    digest = hashlib.blake2b(digest_size=16)
    entries: list[Entry] = []
    for path in paths:
        try:
            content = read_bytes(path)
            digest.update(f"{len(content)}:".encode() + content)
            # The list keeps what was read before a problem the parser cannot get over.
            entries += list(read_entries(read_document(content, path, errors), errors))
        except RuleError as error:
            errors.append(error)
    facts = _declared_facts(entries)
    rules = [rule for entry in entries if (rule := _Checker(entry, graph, facts).rule()) is not None]
    errors += _repeated_names(rules)
    if errors:
        files = [str(path) for path in paths]
        raise RuleErrors(sorted(_flat(errors), key=lambda error: _position(error, files)))
    return Loaded(tuple(rules), digest.hexdigest())


def _flat(errors: Iterable[RuleError]) -> Iterator[RuleError]:
    for error in errors:
        yield from error.errors if isinstance(error, RuleErrors) else (error,)


def _position(error: RuleError, files: Sequence[str]) -> tuple[int, int, int]:
    return files.index(error.place.file), error.place.line, error.place.column


def _declared_facts(entries: Iterable[Entry]) -> Facts:
    """Return the facts that are asked for, each with the options it is asked with."""
    facts: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        if entry.kind is RuleKind.ASK:
            silent = replace(entry, errors=[])  # mistakes are reported when the rule itself is checked
            fact = silent.text("ask").removeprefix("user.")
            facts[fact] = (*facts.get(fact, ()), *(option.label for option in silent.options("options")))
    return facts


def _repeated_names(rules: Iterable[Rule]) -> Iterator[RuleError]:
    seen: dict[str, Place] = {}
    for rule in rules:
        first = seen.setdefault(rule.name, rule.place)
        if first is not rule.place:
            yield RuleError(f"a second rule is called {rule.name!r}", rule.place, f"the first one is at {first}")


@dataclass(frozen=True, slots=True)
class _Checker:
    """Turns one entry into a rule, or reports why it cannot."""

    entry: Entry
    graph: KnowledgeGraph
    facts: Facts

    def rule(self) -> Rule | None:
        entry = self.entry
        n_before = len(entry.errors)
        subject = entry.source(entry.kind)
        if subject is None:
            return None
        common = {
            "name": entry.text("name") or f"{entry.kind} {clean(subject.text)}",
            "place": entry.place,
            "when": self._expression(entry.source("when")),
            "unless": self._expression(entry.source("unless")),
            "because": entry.text("because"),
        }
        rule = self._ask(subject, common) if entry.kind is RuleKind.ASK else self._wish(subject, common)
        return rule if len(entry.errors) == n_before else None

    def _wish(self, subject: Source, common: dict[str, Any]) -> Rule | None:
        expression = self._expression(subject)
        strength = self._strength()
        weight = self.entry.number("weight", 1.0)
        if expression is None:
            return None
        if self.entry.kind is RuleKind.PREFER:
            return Prefer(**common, expression=expression, weight=weight)
        kind = Require if self.entry.kind is RuleKind.REQUIRE else Forbid
        return kind(**common, expression=expression, strength=strength)

    def _strength(self) -> float:
        strength = self.entry.number("strength", 1.0)
        if strength < 0:
            place = self.entry.nodes["strength"].place
            hint = "the greater, the later it is given up"
            self.entry.errors.append(RuleError("'strength' may not be negative", place, hint))
        return strength

    def _ask(self, subject: Source, common: dict[str, Any]) -> Ask:
        scope, _, fact = subject.text.strip().partition(".")
        if scope != "user" or not fact.isidentifier():
            hint = "name what to ask for, as in: ask: user.audience"
            self.entry.errors.append(subject.error(0, f"{subject.text.strip()!r} is not a fact about the user", hint))
        for key in ("when", "unless"):
            condition: Expression | None = common[key]
            if condition is not None and condition.facets:
                item = self.graph.ontology.singular
                message = f"a question cannot depend on {listed(sorted(condition.facets), 'and')} of a {item}"
                hint = "use user. and context. names"
                self.entry.errors.append(RuleError(message, condition.place, hint))
        question, options = self.entry.required_text("question"), self.entry.options("options")
        return Ask(**common, fact=fact, question=question, options=options)

    def _expression(self, source: Source | None) -> Expression | None:
        if source is None:
            return None
        try:
            return compile_source(source, self.graph, self.facts)
        except RuleError as error:
            self.entry.errors.append(error)
            return None
