"""What every rule of a book does to one item: in force or not, whether it speaks of the item, and what follows from it.

The trace asks the same masks that made the list, so it cannot tell another story; a rule that does nothing is in it as
well, with the reason, because that is what somebody who has just written one wants to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kgrec.audit.case import Case
from kgrec.audit.limits import holders
from kgrec.domain import Place, Value
from kgrec.rulebook import (
    Ask,
    Derive,
    Expression,
    Forbid,
    Limit,
    Prefer,
    Require,
    Rule,
    RuleKind,
    Scope,
    Shelf,
    Tune,
)


class Effect(StrEnum):
    """What a rule does to an item."""

    EXCLUDES = "excludes"  # keeps it off the list
    GIVEN_UP = "given up"  # would, but the user let go of it
    ADMITS = "admits"  # speaks of it and lets it through
    POINTS = "points"  # adds to its score, or takes from it
    DERIVES = "derives"  # gives it a value that rules can ask for
    TAKES_PLACE = "takes a place"  # it takes one of a limit's places
    GIVES_WAY = "gives way"  # better ones have taken them
    TUNES = "tunes"  # weighs a scorer for all items
    ASKS = "asks"  # puts a question
    SHELVES = "shelves"  # puts it on a shelf
    NOTHING = "nothing"


_KINDS: Final[dict[type[Rule], RuleKind]] = {
    Require: RuleKind.REQUIRE,
    Forbid: RuleKind.FORBID,
    Prefer: RuleKind.PREFER,
    Derive: RuleKind.DERIVE,
    Limit: RuleKind.LIMIT,
    Tune: RuleKind.TUNE,
    Ask: RuleKind.ASK,
    Shelf: RuleKind.SHELF,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one rule does.

    Attributes:
        name, kind, place: of the rule.
        is_in_force: whether its conditions leave any item to it.
        concerns: whether it speaks of this item.
        effect: what follows from it.
        points: what it adds to the score of the item.
        why: what decided, in a few words: "user.audience is unknown", "weight of walk set to 0".
    """

    name: str
    kind: RuleKind
    place: Place
    is_in_force: bool
    concerns: bool
    effect: Effect
    points: float
    why: str


@dataclass(frozen=True, slots=True)
class Trace:
    """What the rules do to an item: one entry a rule, in the order of the book."""

    item: str
    entries: tuple[Entry, ...]

    @property
    def effective(self) -> tuple[Entry, ...]:
        """The rules that do something, in the order of the book."""
        return tuple(entry for entry in self.entries if entry.effect is not Effect.NOTHING)

    @property
    def idle(self) -> tuple[Entry, ...]:
        """The others."""
        return tuple(entry for entry in self.entries if entry.effect is Effect.NOTHING)


def trace(case: Case, item: str, n: int = 10) -> Trace:
    """Return what each rule does to an item, on a list of ``n`` where it matters; raises UnknownEntityError."""
    tracer = _Tracer(case, case.recommender.graph_.index(item), n)
    return Trace(item, tuple(tracer.entry(rule) for rule in case.rules.rules))


class _Tracer:
    def __init__(self, case: Case, item: int, n: int) -> None:
        self.case = case
        self.item = item
        self.n = n
        self.scope = case.scope

    def entry(self, rule: Rule) -> Entry:
        """Return what one rule does."""
        concerned = rule.concerned(self.scope)
        concerns = concerned is None or bool(concerned[self.item])
        is_in_force = concerned is None or bool(concerned.any())
        effect, points, why = Effect.NOTHING, 0.0, _unmet(rule, self.scope, self.item)
        if concerns:
            effect, points, why = self._effect(rule)
        return Entry(rule.name, _KINDS[type(rule)], rule.place, is_in_force, concerns, effect, points, why)

    def _effect(self, rule: Rule) -> tuple[Effect, float, str]:  # noqa: PLR0911  (one return a kind)
        match rule:
            case Require() | Forbid():
                return self._constrained(rule)
            case Prefer():
                holds = rule.expression.mask(self.scope)[self.item]
                effect = Effect.POINTS if holds and rule.weight else Effect.NOTHING
                return effect, rule.weight if holds else 0.0, _said(rule.expression, holds=bool(holds))
            case Derive():
                return Effect.DERIVES, 0.0, f"{rule.facet} = {rule.value}"
            case Limit():
                return self._limited(rule)
            case Tune():
                return self._tuned(rule)
            case Ask():
                return self._asked(rule)
            case Shelf():
                holds = rule.of.mask(self.scope)[self.item]
                return (Effect.SHELVES if holds else Effect.NOTHING), 0.0, _said(rule.of, holds=bool(holds))

    def _constrained(self, rule: Require | Forbid) -> tuple[Effect, float, str]:
        holds = bool(rule.expression.mask(self.scope)[self.item])
        why = _said(rule.expression, holds=holds)
        if holds is isinstance(rule, Require):
            return Effect.ADMITS, 0.0, why
        in_force = any(constraint.origin == rule.origin for constraint in self.case.ranking.constraints)
        return (Effect.EXCLUDES if in_force else Effect.GIVEN_UP), 0.0, why

    def _limited(self, rule: Limit) -> tuple[Effect, float, str]:
        text, graph = limit_text(rule), self.case.recommender.graph_
        if all(limit.origin != rule.origin for limit in self.case.ranking.limits):
            return Effect.NOTHING, 0.0, f"{text}, which gives way to what you asked for"
        if rule.facet and not graph.values_of(self.item, rule.facet):
            return Effect.NOTHING, 0.0, f"{text}, but its {graph.facet(rule.facet).label} is unknown"
        if self.case.place(self.item, self.n):
            return Effect.TAKES_PLACE, 0.0, text
        better = [graph.label(other) for other in holders(self.case, rule, self.item, self.n)]
        if self.case.ranking.open[self.item] and better:
            return Effect.GIVES_WAY, 0.0, f"{text}, taken by {', '.join(better)}"
        return Effect.NOTHING, 0.0, f"{text}, but it is not on the list"

    def _tuned(self, rule: Tune) -> tuple[Effect, float, str]:
        text = f"weight of {rule.scorer} set to {rule.weight:g}"
        last = self.case.rules.tuning(self.scope).get(rule.scorer)
        if last is not None and last.origin != rule.origin:
            return Effect.NOTHING, 0.0, f"{text}, but “{last.origin.label}” comes later"
        return Effect.TUNES, 0.0, text

    def _asked(self, rule: Ask) -> tuple[Effect, float, str]:
        known = self.scope.value(f"user.{rule.fact}")
        if known is None:
            return Effect.ASKS, 0.0, f"“{rule.question}”"
        return Effect.NOTHING, 0.0, f"user.{rule.fact} is {_value(known)}"


def limit_text(rule: Limit) -> str:
    """Return a limit as it is written in a file: "1 per director"."""
    return f"{rule.most} per {rule.facet}" if rule.facet else f"at most {rule.most}"


def _unmet(rule: Rule, scope: Scope, item: int) -> str:
    """Return why a rule does not concern an item: the facts that are unknown or otherwise, or the condition."""
    if rule.when is not None and not rule.when.mask(scope)[item]:
        return _facts(rule.when, scope) or f"not: {_line(rule.when)}"
    if rule.unless is not None and rule.unless.mask(scope)[item]:
        return _facts(rule.unless, scope) or f"unless {_line(rule.unless)}"
    return ""


def _facts(condition: Expression, scope: Scope) -> str:
    """Return what is known of the facts a condition asks about; "" for one about items only."""
    return " and ".join(
        f"{name} is {'unknown' if (value := scope.value(name)) is None else _value(value)}"
        for name in sorted(condition.needs)
    )


def _said(expression: Expression, *, holds: bool) -> str:
    return _line(expression) if holds else f"not: {_line(expression)}"


def _line(expression: Expression) -> str:
    return " ".join(expression.text.split())


def _value(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
