"""Questions how two things differ: "what's the difference between Alien and Aliens?", "compare 1 and 2"."""

from __future__ import annotations

import re
from typing import Final

from kgrec.dialogue.asked import Asked
from kgrec.dialogue.readings import AskDifference, Unused

_LEAD: Final = re.compile(
    r"(?:(?:can|could|would|will) you |please |tell me |show me |explain |do you know )*"
    r"(?:(?:what is |what are |is there |how big is )?(?:the |a |any )?(?:main |big |actual |real )?"
    r"(?:differences?|different) (?:between|of)"
    r"|(?:compare|contrast|comparing)|how (?:do|does|is|are))"
)
_BARE: Final = re.compile(
    r"(?:(?:what is|tell me|explain|is there) )?(?:the |a |any )?(?:main |big |real )?difference"
    r"(?: between (?:them|the two|those))?"
    r"|(?:can you )?compare (?:them|the two|those)|how do they (?:differ|compare)"
)
"""A question about the two that were talked about last."""
_LONGEST: Final = 12
_VERBS: Final = frozenset({"differ", "compare", "different"})
_BETWEEN: Final = frozenset({"and", "or", "with", "to", "from", "vs", "versus", "&", "against"})


def read_difference(asked: Asked) -> AskDifference | Unused | None:
    """Return which two things shall be compared; that it was not understood, if they are nothing known; else None."""
    plain = asked.plain
    if _BARE.fullmatch(" ".join(plain)):
        setting = asked.setting
        both = setting.about and setting.other
        return AskDifference((setting.about, setting.other)) if both else Unused(asked.spelt(0, len(plain)))
    start = next((at for at in range(_LONGEST, 0, -1) if _LEAD.fullmatch(" ".join(plain[:at]))), 0)
    if not start or start >= len(plain):
        return None
    end = len(plain)
    if plain[start - 1] in ("do", "does", "is", "are"):  # "how do 1 and 2 differ", "how does 1 differ from 2"
        verb = next((at for at in range(start, end) if plain[at] in _VERBS), 0)
        if not verb:
            return None
        end = verb if verb == end - 1 else end
    for at in range(start + 1, end):
        pair = _pair(asked, (start, at, end))
        if pair is not None:
            return AskDifference(pair)
    return Unused(asked.spelt(0, len(plain)))


def _pair(asked: Asked, span: tuple[int, int, int]) -> tuple[str, str] | None:
    """Return the things named on both sides of a word between them."""
    start, at, end = span
    other = at + 1
    while other < end and asked.plain[other] in _BETWEEN:
        other += 1
    if asked.plain[at] not in _BETWEEN | _VERBS:
        return None
    one, two = (_named(asked, *side) for side in ((start, at), (other, end)))
    pairs = [(a, b) for a in one for b in two if a != b and asked.lookup.kg.is_item(a) == asked.lookup.kg.is_item(b)]
    return pairs[0] if pairs else None


def _named(asked: Asked, start: int, end: int) -> tuple[str, ...]:
    """Return what one side names; "a stout" is no item of that name."""
    while start < end - 1 and asked.plain[start] in ("a", "an"):
        start += 1
    return asked.named(start, end) if start < end else ()
