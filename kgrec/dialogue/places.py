"""Several places of the list that some words name: "1, 3 and 4", "the first two", "everything on that list"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgrec.dialogue.amounts import read_number

_ALL: Final = re.compile(
    r"(?:(?:them|these|those) all"
    r"|(?:all|every one|everyone|each|every single one) (?:of )?(?:them|these|those|the list|that list|this list)"
    r"|(?:all|everything|anything|every one|all that is|everything thats|everything that is|everything you have"
    r"|all of it|the ones|all the ones) (?:on|in) (?:the|that|this|your|my) (?:whole )?(?:list|shortlist)"
    r"|the (?:whole|entire|full) list|the whole lot|the lot)(?![a-z0-9])"
)
_LEADS: Final = frozenset({"number", "numbers", "no", "nr"})
_UNITS: Final = frozenset({"times", "time", "hours", "hour", "minutes", "mins", "min", "years", "year", "days", "of"})
_LONGEST: Final = 10


def places_at(plain: Sequence[str], listed: Sequence[str], nouns: frozenset[str]) -> tuple[tuple[str, ...], int]:
    """Return the items at the places that the words begin with, and how many words name them; ((), 0) for none.

    >>> places_at(["1", ",", "3", "and", "2", "already"], ["a", "b", "c"], frozenset())
    (('a', 'c', 'b'), 5)
    >>> places_at(["the", "first", "two"], ["a", "b", "c"], frozenset())
    (('a', 'b'), 3)
    """
    if not listed or not plain:
        return (), 0
    if found := _ALL.match(" ".join(plain[:_LONGEST])):
        return tuple(listed), len(found[0].split())
    return _ends(plain, listed, nouns) if plain[0] == "the" else _numbered(plain, listed, nouns)


def place(words: Sequence[str], listed: Sequence[str]) -> str:
    """Return the item at the place that a bare number names; empty for none."""
    number = int(words[0]) if len(words) == 1 and words[0].isdecimal() and len(words[0]) <= len("100") else 0
    return listed[number - 1] if 1 <= number <= len(listed) else ""


def _ends(plain: Sequence[str], listed: Sequence[str], nouns: frozenset[str]) -> tuple[tuple[str, ...], int]:
    """Read "the first two", "the last three films"."""
    if len(plain) < 3 or plain[1] not in ("first", "top", "last"):  # noqa: PLR2004  (the, first, two)
        return (), 0
    number = int(read_number(plain[2]) or 0) or (2 if plain[2] == "couple" else 0)
    if not 1 < number <= len(listed):
        return (), 0
    more = plain[3:4] != [] and (plain[3] in nouns or plain[3] == "ones")
    return tuple(listed[-number:] if plain[1] == "last" else listed[:number]), 3 + more


def _numbered(plain: Sequence[str], listed: Sequence[str], nouns: frozenset[str]) -> tuple[tuple[str, ...], int]:
    """Read "1, 3 and 4": digits alone, each a place."""
    items: list[str] = []
    used = at = 0
    while at < len(plain):
        at += plain[at] in _LEADS and at + 1 < len(plain)
        item = place(plain[at : at + 1], listed)
        if not item:
            break
        items.append(item)
        used = at = at + 1
        while at < len(plain) and plain[at] in (",", "and", "&", "plus"):
            at += 1
    following = plain[used : used + 1]
    is_counted = bool(following) and (following[0] in nouns | _UNITS)
    return ((), 0) if is_counted else (tuple(items), used)
