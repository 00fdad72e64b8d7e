"""Companions: the people a conversation is held for beside the one who talks.

They say nothing here; what is known of them from earlier (their conversations, the data set, their own rules) speaks
for them. Somebody of whom nothing is known is a newcomer: what most people like counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kgrec.acts import Event
from kgrec.dialogue.state import fold
from kgrec.domain import Belief
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook


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
        return not (belief.opinions or belief.comparisons or belief.seen or belief.facts)


def known_of(recommender: Recommender, user: str, events: Iterable[Event]) -> Belief:
    """Return what the data set and earlier conversations say of a user; empty for a newcomer."""
    return joined((recommender.believe(user=user), fold(events, session="").belief))


def joined(beliefs: Iterable[Belief]) -> Belief:
    """Return several beliefs as one; what a later one says of an entity or fact replaces what an earlier one said."""
    first, *others = beliefs
    for belief in others:
        opinions = {opinion.entity: opinion for opinion in (*first.opinions, *belief.opinions)}
        first = replace(
            belief,
            opinions=tuple(opinions.values()),
            facts=tuple({**first.fact, **belief.fact}.items()),
            wishes=(*first.wishes, *belief.wishes),
            texts=(*first.texts, *belief.texts),
            seen=first.seen | belief.seen,
            comparisons=(*first.comparisons, *belief.comparisons),
        )
    return first
