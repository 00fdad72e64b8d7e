"""Companions: the people a conversation is held for beside the one who talks.

They say nothing here; what is known of them from earlier (their conversations, the data set, their own rules) speaks
for them. Somebody of whom nothing is known is a newcomer: what most people like counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kgrec.acts import Event
from kgrec.dialogue.state import fold
from kgrec.domain import Belief, Value
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.ties import merged


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody who shall like the list too.

    Attributes:
        user: their name.
        belief: what is known of them when the conversation begins.
        rules: theirs, as they are then; None: those of whoever talks, which may change meanwhile.
    """

    user: str
    belief: Belief
    rules: RuleBook | None = None

    @property
    def is_newcomer(self) -> bool:
        """Whether nothing is known of them."""
        belief = self.belief
        return not (belief.opinions or belief.comparisons or belief.seen or belief.facts or belief.people)


def known_of(recommender: Recommender, user: str | None, events: Iterable[Event], session: str = "") -> Belief:
    """Return what the data set, earlier conversations and one that goes on say of a user; empty for a newcomer."""
    return joined((recommender.believe(user=user), fold(events, session).belief))


def unnamed(belief: Belief) -> Belief:
    """Return a belief that names nobody: whom somebody knows may be named to them, not to the company they are in."""
    return replace(belief, people=tuple(replace(tie, is_named=False) for tie in belief.people))


def joined(beliefs: Iterable[Belief]) -> Belief:
    """Return several beliefs as one; what a later one says of an entity or fact replaces what an earlier one said.

    Of people it is the other way round: what the data set says comes first, and nobody widens another's consent.
    """
    first, *others = beliefs
    for belief in others:
        said_anew = {opinion.entity for opinion in belief.opinions}
        kept = (opinion for opinion in first.opinions if opinion.entity not in said_anew)
        first = replace(
            belief,
            opinions=(*kept, *belief.opinions),
            facts=tuple({**_still_counting(first, belief), **belief.fact}.items()),
            wishes=(*first.wishes, *belief.wishes),
            texts=(*first.texts, *belief.texts),
            seen=first.seen | belief.seen,
            comparisons=(*first.comparisons, *belief.comparisons),
            people=merged(belief.people, first.people),
        )
    return first


def _still_counting(first: Belief, later: Belief) -> dict[str, Value]:
    """Return the facts of one belief that a later one does not withhold."""
    return {name: value for name, value in first.facts if name not in later.withheld}
