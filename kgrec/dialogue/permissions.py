"""What is only fine, neither liked nor asked for: "horror is fine", "a western would be ok too"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kgrec.dialogue.english import is_adverb
from kgrec.dialogue.tokens import starts_with

_BEING: Final = ("is", "are", "would be", "will be", "could be", "might be", "sounds", "sound", "would also be")
_FINE: Final = frozenset({"fine", "ok", "okay", "alright", "acceptable", "possible", "welcome", "allowed"})
_OPEN: Final = (
    "doesnt matter", "dont matter", "does not matter", "do not matter", "doesnt bother me", "dont bother me",
    "does not bother me", "do not bother me", "doesnt bother us", "dont bother us", "isnt important",
    "is not important",
    "arent important", "is unimportant", "is irrelevant", "makes no difference", "can be anything", "is no problem",
    "are no problem", "isnt a problem", "arent a problem", "is not a problem", "is not an issue", "isnt an issue",
    "is up to you", "is no issue", "is all the same to me",
)  # fmt: skip
_DEGREES: Final = frozenset({"also", "just", "quite", "always", "still", "perfectly", "all", "now", "too"})
_LONGEST: Final = 6


def read_permission(plain: Sequence[str], position: int) -> int:
    """Return how many words at a position say that what stands before them is fine; 0 for none."""
    if used := starts_with(plain[position : position + _LONGEST], _OPEN):
        return used + (plain[position + used : position + used + 2] in (["to", "me"], ["to", "us"])) * 2
    used = starts_with(plain[position : position + 3], _BEING)
    end = position + used
    while used and end < len(plain) and (plain[end] in _DEGREES or is_adverb(plain[end])):
        end += 1
    return end + 1 - position if used and end < len(plain) and plain[end] in _FINE else 0
