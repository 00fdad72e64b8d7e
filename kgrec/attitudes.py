"""Attitudes: what an opinion, a number from -1 to 1, is called; the one place that makes words of the number.

Reasons, chips, the taste page and answers about oneself all ask here, or three stars of five would be dislike in one
of them and nothing at all in another. Beside a mark or in a table stands the word, in a sentence the verb.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kgrec.domain import OpinionKind

MIDDLING: Final = (-0.25, 0.15)
"""Opinions from the one up to the other, without it, are neither for nor against.

Ratings become opinions by :func:`kgrec.graph.interactions.rating_values`; there, this is from 45 to 66 % of the scale:
3 of 1 to 5, with half stars too; 6 of 1 to 10; 4 of 1 to 7; 2 of 1 to 3; nothing where there is only yes and no.
"""

LOVED: Final = 0.75
"""An item rated so is loved: the upper quarter, 4.5 stars of 5."""


class Attitude(StrEnum):
    """What somebody thinks of something, the best first."""

    LOVE = "love"
    LIKE = "like"
    NEUTRAL = "neutral"
    DISLIKE = "dislike"
    WANT = "want"  # for now
    REFUSE = "not now"

    @property
    def verb(self) -> str:
        """What comes between "you" and the name of the thing."""
        return _VERBS.get(self, self.value)

    @property
    def mark(self) -> str:
        """A sign for it."""
        return _MARKS[self]

    @property
    def is_for(self) -> bool:
        """Whether it speaks for the thing."""
        return self in (Attitude.LOVE, Attitude.LIKE, Attitude.WANT)


_VERBS: Final = {
    Attitude.NEUTRAL: "are neutral about",
    Attitude.DISLIKE: "do not like",
    Attitude.WANT: "asked for",
    Attitude.REFUSE: "do not want",
}
_MARKS: Final = {
    Attitude.LOVE: "♥♥",
    Attitude.LIKE: "♥",
    Attitude.NEUTRAL: "○",
    Attitude.DISLIKE: "✗",
    Attitude.WANT: "+",
    Attitude.REFUSE: "−",
}


def attitude(value: float, kind: OpinionKind = OpinionKind.LIKED) -> Attitude:
    """Return what an opinion of a value from -1 to 1 is; only items that were rated are loved.

    >>> attitude(-0.17).verb, attitude(0.38).verb, attitude(1.0, OpinionKind.RATED).verb
    ('are neutral about', 'like', 'love')
    """
    if kind.is_for_now:
        return Attitude.WANT if value > 0 else Attitude.REFUSE
    least, less = MIDDLING
    if value < least:
        return Attitude.DISLIKE
    if value < less:
        return Attitude.NEUTRAL
    return Attitude.LOVE if value >= LOVED and kind is OpinionKind.RATED else Attitude.LIKE
