"""Several places of the list that some words name: "1, 3 and 4", "the first two", "everything on that list"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgrec.dialogue import lexicon, numerals
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
RELATIVE: Final = frozenset({"i", "we", "that", "where", "who", "which"})
"""After "the one", these begin what tells it apart from others."""
_THESE: Final[tuple[list[str], ...]] = ([], ["the"], ["these"], ["those"], ["them"], ["my"], ["your"])
_LONGEST_NUMBER: Final = 4


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


def place_told(  # noqa: PLR0911  (one return a notation)
    plain: Sequence[str], nouns: frozenset[str]
) -> tuple[int, int]:
    """Return the place on the list that some words name (-1: the last) and how many they are; (0, 0) for none."""
    if (
        plain[:1] in (["number"], ["no"], ["nr"])
        and len(plain) > 1
        and plain[1].isdecimal()
        and len(plain[1]) < _LONGEST_NUMBER
    ):
        return int(plain[1]), 2
    if plain[:1] == ["number"] and len(plain) > 1 and plain[1] in numerals.NUMBERS:
        return int(numerals.NUMBERS[plain[1]]), 2
    skipped = 1 if plain[:1] == ["the"] else 0
    place = lexicon.ORDINALS.get(plain[skipped]) if len(plain) > skipped else None
    if plain[skipped : skipped + 2] == ["last", "one"] and plain[skipped + 2 : skipped + 3] not in [
        [word] for word in RELATIVE
    ]:
        return -1, skipped + 2
    if place is None:
        return 0, 0
    following = plain[skipped + 1] if len(plain) > skipped + 1 else ""
    is_told_apart = len(plain) > skipped + 2 and plain[skipped + 2] in RELATIVE
    if is_told_apart and plain[skipped + 3 : skipped + 4] not in (["have"], ["already"]):  # "the first one I have seen"
        return 0, 0  # "the last one I watched"
    if following == "one" or following in nouns:
        is_of_another = plain[skipped + 2 : skipped + 3] == ["of"] and plain[skipped + 3 : skipped + 4] not in _THESE
        return (0, 0) if is_of_another else (place, skipped + 2)  # "the second film of ..."
    is_alone = not following or following in {",", ".", "?", "!", "but", "and", "is", "was", "about", "in", "from"}
    return (place, skipped + 1) if skipped and is_alone else (0, 0)
