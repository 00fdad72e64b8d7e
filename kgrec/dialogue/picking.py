"""Which of several options an answer names by their places: "1-3", "the first and the third", "all but the last"."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from kgrec.dialogue.lexicon import ORDINALS
from kgrec.dialogue.numerals import NUMBERS
from kgrec.text import fold

_SPAN: Final = re.compile(r"\b(\d{1,2}) ?(?:-|–|—|to|through) ?(\d{1,2})\b", re.IGNORECASE)
_FIRST: Final = re.compile(r"\b(first|last) (\w+)\b")
_NUMBERED: Final = re.compile(r"\d{1,2}(?:(?: ?[,;&+] ?| and | )\d{1,2})+")
_EVERY: Final = frozenset({"all", "every", "everything", "each"})
_IDLE: Final = frozenset(
    """i ive we weve have ill love loved like liked adore adored enjoyed really the and also just only both plus number
    numbers option options answer answers of them these those my favourite favourites favorite favorites was were is are
    great please yes yeah ok above""".split()  # noqa: SIM905
)
_WITHOUT: Final = re.compile(r"\b(?:but|except for|except|besides)\b")
_DIGITS: Final = 2


def numbers_of(text: str) -> tuple[int, ...]:
    """Return the numbers that a text of nothing else lists; none if there is only one, or anything else.

    >>> numbers_of("1, 9"), numbers_of("9/10"), numbers_of("7")
    ((1, 9), (), ())
    """
    return tuple(map(int, re.findall(r"\d+", text))) if _NUMBERED.fullmatch(text.lower()) else ()


def places_of(text: str, count: int, nouns: Collection[str] = ()) -> tuple[int, ...]:
    """Return the places, from 1, that an answer names among so many options; none if it says anything else.

    Those told by digits or as "the ninth" may lie beyond the last one; "nine" may as well be a name.

    >>> places_of("I loved the second one", 5), places_of("1-3 and five", 5), places_of("all but the last", 3)
    ((2,), (1, 2, 3, 5), (1, 2))
    """
    whole = fold(_SPAN.sub(lambda found: _listed(range(int(found[1]), int(found[2]) + 1)), text))
    told, _, left_out = whole.partition(found[0]) if (found := _WITHOUT.search(whole)) else (whole, "", "")
    words = [word for word in told.split() if word not in _IDLE and word not in nouns]
    everything = tuple(range(1, count + 1))
    if words[:1] and words[0] in _EVERY and all(_place(word, count) in (1, count) for word in words[1:]):
        gone = _places(left_out, count, nouns)
        return tuple(place for place in everything if place not in gone) if gone or not left_out else ()
    if whole == "both" or whole.startswith("both of "):
        return everything if count == len(("one", "other")) else ()
    return () if left_out else _places(told, count, nouns)


def _places(folded: str, count: int, nouns: Collection[str]) -> tuple[int, ...]:
    folded = _FIRST.sub(lambda found: _stretch(found[1], found[2], count), folded)
    found: list[int] = []
    before = ""
    for word in folded.split():
        is_one = word in ("one", "ones") and (before in ORDINALS or before in ("last", "the"))
        before = word
        if is_one or word in _IDLE or word in nouns:
            continue
        place = _place(word, count)
        if place is None:
            return ()
        found.append(place)
    return tuple(dict.fromkeys(found))


def _place(word: str, count: int) -> int | None:
    """Return the place that a word says; None if it says none."""
    if word.isdecimal() and word.isascii():
        return int(word) if len(word) <= _DIGITS else None
    if word in ORDINALS and word != "top":
        return ORDINALS[word]
    if word == "last":
        return count
    number = NUMBERS.get(word, 0.0) if word not in ("a", "an") else 0.0
    return int(number) if number in range(1, count + 1) else None


def _stretch(end: str, word: str, count: int) -> str:
    """Return "first three" as "1 2 3", and anything else as it is."""
    many = NUMBERS.get(word, float(word) if word.isdecimal() and len(word) <= _DIGITS else 0.0)
    if not 1 < many <= count:
        return f"{end} {word}"
    return _listed(range(1, int(many) + 1) if end == "first" else range(count - int(many) + 1, count + 1))


def _listed(places: range) -> str:
    return " ".join(map(str, places))
