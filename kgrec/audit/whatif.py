"""Changes to what was said or to a rule, each as small as a person would make it, and what they lead to.

A change is a value that can be carried out on a belief and a rule book, so that whatever is claimed of it can be tried.
``cost`` orders changes of the same number: the strength of what is given up, the distance a weight or a limit is moved,
the opinion that is taken back or added.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, assert_never

from kgrec.audit.case import Case
from kgrec.domain import Belief, Constraint, Opinion, OpinionKind, Origin, OriginKind, TextWish, Value, Wish
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import Forbid, Limit, Prefer, Require, Rule, RuleBook, Tune

LIKED: Final = 1.0
"""What "say that you like it" comes to."""


@dataclass(frozen=True, slots=True)
class DropWish:
    """Take back a wish of one's own, however often it was said."""

    wish: Wish

    @property
    def cost(self) -> float:
        """The strength of the wish, or its points."""
        return self.wish.strength if isinstance(self.wish, Constraint) else abs(self.wish.weight)


@dataclass(frozen=True, slots=True)
class DropText:
    """Take back a wish in free words."""

    wish: TextWish

    @property
    def cost(self) -> float:
        """The weight of the wish."""
        return abs(self.wish.weight)


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take back an opinion."""

    opinion: Opinion

    @property
    def cost(self) -> float:
        """How strong it was."""
        return abs(self.opinion.value)


@dataclass(frozen=True, slots=True)
class ForgetItem:
    """Forget that an item is known: that it was seen, and what was said of it."""

    item: str

    @property
    def cost(self) -> float:
        """One."""
        return 1.0


@dataclass(frozen=True, slots=True)
class ForgetFact:
    """Take back an answer about the user."""

    name: str
    value: Value

    @property
    def cost(self) -> float:
        """One."""
        return 1.0


@dataclass(frozen=True, slots=True)
class Like:
    """Say that an entity is liked, whatever was said of it before."""

    entity: str

    @property
    def cost(self) -> float:
        """The opinion that is added."""
        return LIKED


@dataclass(frozen=True, slots=True)
class SwitchOff:
    """Switch a rule off."""

    rule: Require | Forbid | Prefer | Tune

    @property
    def cost(self) -> float:
        """Its strength, or its points."""
        if isinstance(self.rule, Prefer):
            return abs(self.rule.weight)
        return 1.0 if isinstance(self.rule, Tune) else self.rule.strength


@dataclass(frozen=True, slots=True)
class Reweigh:
    """Give a rule another weight of the same sign."""

    rule: Prefer
    weight: float

    @property
    def cost(self) -> float:
        """How far the weight is moved."""
        return abs(self.weight - self.rule.weight)


@dataclass(frozen=True, slots=True)
class Raise:
    """Let a limit admit more."""

    rule: Limit
    most: int

    @property
    def cost(self) -> float:
        """How many more."""
        return float(self.most - self.rule.most)


Said = DropWish | DropText | Withdraw | ForgetItem | ForgetFact | Like
"""The changes that are said."""

Edited = SwitchOff | Reweigh | Raise
"""The changes that are made in a rule file."""

Change = Said | Edited


def changed(case: Case, changes: Iterable[Change]) -> Case:
    """Return the case after some changes; their order does not matter."""
    belief, rules = case.belief, case.rules
    for change in changes:
        if isinstance(change, Edited):
            rules = _changed_rules(rules, change)
        else:
            belief = _changed_belief(belief, change, case.recommender.graph_)
    return Case(case.recommender, belief, rules, case.context)


def _changed_belief(belief: Belief, change: Said, graph: KnowledgeGraph) -> Belief:
    match change:
        case DropWish(wish):
            kind, text = type(wish), wish.expression
            kept = tuple(said for said in belief.wishes if not (isinstance(said, kind) and said.expression == text))
            return replace(belief, wishes=kept)
        case DropText(text_wish):
            return replace(belief, texts=tuple(said for said in belief.texts if said != text_wish))
        case Withdraw(opinion):
            return _without_opinion(belief, opinion.entity)
        case ForgetItem(item):
            return replace(_without_opinion(belief, item), seen=belief.seen - {item})
        case ForgetFact(name):
            return replace(belief, facts=tuple(fact for fact in belief.facts if fact[0] != name))
        case Like(entity):
            kind_of_opinion = OpinionKind.RATED if graph.is_item(entity) else OpinionKind.LIKED
            opinion = Opinion(entity, LIKED, kind_of_opinion, Origin(OriginKind.RATING))
            belief = _without_opinion(belief, entity)
            return replace(belief, opinions=(*belief.opinions, opinion))
        case _:
            assert_never(change)


def _without_opinion(belief: Belief, entity: str) -> Belief:
    return replace(belief, opinions=tuple(opinion for opinion in belief.opinions if opinion.entity != entity))


def _changed_rules(rules: RuleBook, change: Edited) -> RuleBook:
    match change:
        case SwitchOff():
            other: tuple[Rule, ...] = ()
        case Reweigh(prefer, weight):
            other = (replace(prefer, weight=weight),)
        case Raise(limit, most):
            other = (replace(limit, most=most),)
        case _:
            assert_never(change)
    kept: list[Rule] = []
    for rule in rules.rules:
        kept += other if rule.origin == change.rule.origin else (rule,)
    return replace(rules, rules=tuple(kept))
