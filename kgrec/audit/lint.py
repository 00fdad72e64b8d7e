"""What is wrong with rules that can be read: those that never count, change nothing, repeat others, or leave nothing.

Each claim is about all users at all moments, so it is made only where the facts that a rule asks about can be tried
out (see situations.py). A rule that calculates with facts that only callers know, or asks what is near to an item,
is left in peace unless it reads exactly like another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from kgrec.audit.cancelling import cancelling
from kgrec.audit.contradictions import Contradiction, Contradictions
from kgrec.audit.effects import Effects, Hard, Reach, bits_of, mask_of
from kgrec.audit.expectations import check_expectations
from kgrec.audit.findings import Code, Finding, Severity, in_order
from kgrec.audit.redundant import Redundancies, Redundancy, Relation
from kgrec.audit.situations import MOST, FactSpace, expressions_of
from kgrec.audit.unused import unused_lists
from kgrec.domain import Value
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import Expression, RuleBook
from kgrec.rulebook.expecting import known_facts
from kgrec.rulebook.fact_values import RANGES
from kgrec.rulebook.lexicon import lexicon_of
from kgrec.rulebook.rules import Ask, Derive, Forbid, Limit, Prefer, Require, Rule, Shelf, Tune
from kgrec.text import listed

_STEPS: Final = 200_000
"""How many situations are tried over all rules of a book; each rule gets at least ``_FEWEST`` of them."""
_FEWEST: Final = 64
_LISTED: Final = 7
"""So many values of a fact are named in a hint, and so many rules of a contradiction."""


def lint_rules(
    graph: KnowledgeGraph, book: RuleBook, recommender: Callable[[], Recommender] | None = None
) -> tuple[Finding, ...]:
    """Return what is wrong with the rules of a book on a catalogue, sorted by place; empty when nothing is.

    A rule is tried in all combinations of representative facts, but in no more than 4,096 (in books of more than fifty
    rules fewer: 200,000 over all rules, 64 at least). Of a rule with more of them nothing is said that would have to
    hold for all, and contradictions are looked for in a sample, the same at each call.

    Args:
        graph: the catalogue; without items only expectations are looked at.
        book: the rules.
        recommender: returns a fitted one for expectations about the best of a list; called if there are any; without
            it one is fitted to the graph.
    """
    findings = _Lint(graph, book).findings() if graph.n_items else []
    findings += unused_lists(book)
    findings += _broken(graph, book, recommender)
    return in_order(findings, [str(path) for path in book.files])


class _Lint:
    """One check of one book."""

    def __init__(self, graph: KnowledgeGraph, book: RuleBook) -> None:
        self._graph = graph
        self._book = book
        self._words = graph.ontology
        most = min(MOST, max(_FEWEST, _STEPS // max(len(book.rules), 1)))
        self._space = FactSpace(book, graph, most)
        self._effects = Effects(graph.n_items)

    def findings(self) -> list[Finding]:
        found: list[Finding] = []
        sound: list[Reach] = []
        for rule in self._book.rules:
            reach = Reach.of(rule, self._space, self._effects)
            finding = self._idle(reach) or self._without_effect(reach)
            if finding is None:
                sound.append(reach)
            else:
                found.append(finding)
        redundancies = Redundancies(sound, self._space, self._effects)
        redundant = list(redundancies.all())
        found += map(self._superfluous, redundant)
        found += map(self._cancelled, cancelling(sound, redundancies))
        repeated = {id(redundancy.rule) for redundancy in redundant}
        rules = (reach.rule for reach in sound if id(reach.rule) not in repeated)
        hard: list[Hard] = [rule for rule in rules if isinstance(rule, Require | Forbid)]
        found += map(self._contradictory, Contradictions(hard, self._space, self._effects).all())
        return found

    # --- one rule by itself -----------------------------------------------------------------------------------------

    def _idle(self, reach: Reach) -> Finding | None:
        """Say that a rule is never in force, or that its answer goes nowhere."""
        rule = reach.rule
        conditions = [part for part in (rule.when, rule.unless) if part is not None]
        if reach.is_complete and not reach.effects:
            place = conditions[0].place
            if any(part.facets for part in conditions):
                message = f"{rule.name!r} is never in force: no {self._words.singular} meets its conditions"
                return Finding(Severity.WARNING, Code.HOLDS_NOWHERE, rule.name, place, message, "correct or drop it")
            message = f"{rule.name!r} is never in force: its conditions never hold together"
            if len(conditions) == 1:
                message = f"{rule.name!r} is never in force: its condition {'never' if rule.when else 'always'} holds"
            hint = self._values_hint(sorted(reach.facts)) or "correct or drop it"
            return Finding(Severity.WARNING, Code.NEVER_IN_FORCE, rule.name, place, message, hint)
        if isinstance(rule, Ask) and not self._is_used(rule):
            message = f"{rule.name!r} asks for user.{rule.fact}, which no other rule uses"
            return Finding(Severity.WARNING, Code.UNUSED_FACT, rule.name, rule.place, message, "use it or stop asking")
        return None

    def _values_hint(self, facts: Sequence[str]) -> str:
        """Return what the facts can be, where that is declared; empty if it is not."""
        told = []
        for name in facts:
            domain = self._space.domain(name)
            values = [value for value in domain.likely if value is not None]
            if name in RANGES and not domain.is_whole:
                told.append(f"{name} is {RANGES[name]}")
            elif domain.is_whole and isinstance(values[0], float):
                told.append(f"{name} is {values[0]:g} to {values[-1]:g}")
            elif (domain.is_whole or name.removeprefix("user.") in self._asked) and len(values) <= _LISTED:
                told.append(f"{name} is {listed([_told(value) for value in values], 'or')}")
        return "; ".join(told)

    @property
    def _asked(self) -> frozenset[str]:
        return frozenset(rule.fact for rule in self._book.rules if isinstance(rule, Ask))

    def _is_used(self, ask: Ask) -> bool:
        fact = f"user.{ask.fact}"
        return any(
            fact in part.needs
            for rule in self._book.rules
            if not (isinstance(rule, Ask) and rule.fact == ask.fact)
            for part in expressions_of(rule)
        )

    def _without_effect(self, reach: Reach) -> Finding | None:
        """Say that a rule changes nothing on this catalogue although it is in force."""
        if not reach.is_complete:
            return None
        rule, one, many = reach.rule, self._words.singular, self._words.plural
        place, message = rule.place, ""
        match rule:
            case Require() | Forbid() | Prefer() | Shelf() if not reach.touched and not _judging(rule).facets:
                return self._about_the_moment(reach, _judging(rule))
            case Require() if not reach.touched:
                place, message = rule.expression.place, f"{rule.name!r} excludes nothing: every {one} is so"
            case Forbid() if not reach.touched:
                place, message = rule.expression.place, f"{rule.name!r} excludes nothing: no {one} is so"
            case Prefer() if not reach.touched:
                place, message = rule.expression.place, f"{rule.name!r} changes no score: no {one} is so"
            case Prefer() if all(effect.touched in (0, self._effects.everything) for effect in reach.effects):
                why = self._unheard(rule.expression) or f"it adds the same to all {many}"
                place, message = rule.expression.place, f"{rule.name!r} changes no order: {why}"
            case Derive() if not reach.touched & ~self._already(rule):
                message = (
                    f"{rule.name!r} gives nothing new: {rule.facet} is {rule.value!r} for all of these {many} already"
                )
            case Limit() if not self._can_bind(rule, reach):
                shared = f"share a {rule.facet}" if rule.facet else "meet its conditions"
                message = f"{rule.name!r} limits nothing: no more than {rule.most} of all {many} {shared}"
            case Shelf() if not reach.touched:
                place, message = rule.of.place, f"{rule.name!r} is always empty: no {one} is so"
            case _:
                return None
        return Finding(Severity.WARNING, Code.NO_EFFECT, rule.name, place, message, "correct or drop it")

    def _unheard(self, expression: Expression) -> str:
        """Return why an expression of facts alone will hardly ever hold; empty if somebody tells them all."""
        known = known_facts(self._book.names, self._graph)
        unheard = [f"no rule asks for {name}, and nothing tells it" for name in expression.needs if name not in known]
        return min(unheard, default="")

    def _about_the_moment(self, reach: Reach, expression: Expression) -> Finding:
        """Say of a rule whose expression asks nothing about the items that it never does anything."""
        does = {Prefer: "changes no score", Shelf: "is always empty"}.get(type(reach.rule), "excludes nothing")
        always = "always" if isinstance(reach.rule, Require) else "never"
        asked = listed(sorted(expression.needs)) if expression.needs else "nothing that changes"
        message = f"{reach.rule.name!r} {does}: it is about {asked}, not about {self._words.plural}, and {always} holds"
        hint = self._values_hint(sorted(expression.needs)) or "correct or drop it"
        return Finding(Severity.WARNING, Code.NO_EFFECT, reach.rule.name, expression.place, message, hint)

    def _already(self, rule: Derive) -> int:
        """Return the items that have a derived value without the rule."""
        lexicon = lexicon_of(self._graph)
        facet = lexicon.facet(rule.facet)
        has = np.zeros(self._graph.n_items, dtype=np.bool_)
        if facet is not None and facet.name in self._graph.items_of:
            columns = self._graph.items_of[facet.name]
            for value in lexicon.find(facet, rule.value):
                has[columns.indices[columns.indptr[value] : columns.indptr[value + 1]]] = True
        return bits_of(has)

    def _can_bind(self, rule: Limit, reach: Reach) -> bool:
        """Whether more items than allowed share a value, as far as that can be known."""
        is_derived = any(isinstance(other, Derive) and other.facet == rule.facet for other in self._book.rules)
        if is_derived or not reach.effects:
            return True
        if not rule.facet:
            return any(effect.touched.bit_count() > rule.most for effect in reach.effects)
        return any(
            self._most_sharing(rule.facet, bits) > rule.most for bits in {effect.touched for effect in reach.effects}
        )

    def _most_sharing(self, facet: str, bits: int) -> float:
        """Return how many of some items share one value of a facet at most; infinite if that is unknown here."""
        mask = mask_of(bits, self._graph.n_items)
        if facet in self._graph.links:
            links = self._graph.links[facet][mask]
            columns = links.indices[links.data >= 1.0]  # a limit counts what is stated, nothing that follows from it
            return float(np.bincount(columns).max()) if len(columns) else 0.0
        return np.inf

    # --- rules beside each other ------------------------------------------------------------------------------------

    def _superfluous(self, found: Redundancy) -> Finding:
        rule, other = found.rule, found.other
        named = f"{other.name!r} ({_where(other, rule)})" if other is not None else "other rules"
        code, hint = Code.SHADOWED, "drop it"
        match found.relation:
            case Relation.SAME:
                code, message, hint = Code.DUPLICATE, f"{rule.name!r} says the same as {named}", "drop one of them"
            case Relation.EXCLUDED:
                message = f"{rule.name!r} is about {self._words.plural} that {named} exclude{'s' if other else ''}"
            case Relation.LESS if isinstance(rule, Tune):
                message = f"{rule.name!r} never counts: {named} sets the weight again whenever it is in force"
            case Relation.LESS if isinstance(rule, Ask):
                message = f"{rule.name!r} is never asked: {named} asks for the same fact before"
            case Relation.LESS:
                message = f"{rule.name!r} does nothing that {named} does not do anyway"
                hint = "drop it, or make it stricter"
        return Finding(Severity.WARNING, code, rule.name, rule.place, message, hint)

    def _cancelled(self, rules: Sequence[Prefer]) -> Finding:
        *others, rule = rules
        named = listed([f"{other.name!r} ({_where(other, rule)})" for other in others[:_LISTED]])
        message = f"{rule.name!r} cancels out {named}: together they change no score"
        hint = "drop them, or change a weight"
        return Finding(Severity.WARNING, Code.CONTRADICTION, rule.name, rule.place, message, hint)

    def _contradictory(self, found: Contradiction) -> Finding:
        rule = found.rules[-1]
        under = _conditions(found.facts)
        severity = Severity.ERROR if found.is_always else Severity.WARNING
        if len(found.rules) == 1:
            message = f"{under}{rule.name!r} lets no {self._words.singular} through"
            unknown = [name for name, value in found.facts.items() if value is None]
            hint = "correct it, or say with 'when' where it counts"
            if unknown and len(unknown) == len(found.facts):
                hint = f"add: when: {' and '.join(f'{name} is known' for name in unknown)}"
            return Finding(severity, Code.LETS_NOTHING_THROUGH, rule.name, rule.expression.place, message, hint)
        named = [f"{one.name!r} ({_where(one, None)})" for one in found.rules]
        if len(named) > _LISTED:
            named = [*named[:_LISTED], f"{len(named) - _LISTED} more"]
        message = f"{under}no {self._words.singular} is left: {listed(named, 'and')}"
        hint = "change one of them, or say with 'unless' where it does not count"
        return Finding(severity, Code.CONTRADICTION, rule.name, rule.place, message, hint)


def _broken(graph: KnowledgeGraph, book: RuleBook, recommender: Callable[[], Recommender] | None) -> Iterator[Finding]:
    """Yield the expectations that do not hold."""

    def fitted() -> Recommender:
        return Recommender().fit(graph)

    for broken in check_expectations(book, graph, recommender or fitted):
        expectation = broken.expectation
        hint = broken.mistake.hint if broken.mistake is not None else ""
        place, message = expectation.place, broken.message(graph)
        yield Finding(Severity.ERROR, Code.BROKEN_EXPECTATION, expectation.name, place, message, hint)


# --- words ------------------------------------------------------------------------------------------------------------


def _judging(rule: Require | Forbid | Prefer | Shelf) -> Expression:
    """Return the expression by which a rule tells items apart."""
    return rule.of if isinstance(rule, Shelf) else rule.expression


def _where(rule: Rule, beside: Rule | None) -> str:
    """Return where a rule stands; without the file beside a rule of the same file."""
    place = rule.place
    is_near = beside is not None and beside.place.file == place.file
    return f"line {place.line}" if is_near else f"{place.file}:{place.line}"


def _conditions(facts: Mapping[str, Value | None]) -> str:
    """Return under which facts something is so, as the beginning of a sentence; empty if always."""
    if not facts:
        return ""
    return f"when {listed([f'{name} is {_told(value)}' for name, value in sorted(facts.items())], 'and')}, "


def _told(value: Value | None) -> str:
    match value:
        case None:
            return "unknown"
        case bool():
            return "true" if value else "false"
        case float() | int():
            return f"{value:g}"
        case tuple():
            return listed(value)
        case _:
            return value
