"""Verdicts: what is said of a name after it ("was dreadfully dull", "bored me") or in marks ("8/10", "five stars").

An opinion runs from -1 to 1. Marks may stand before the name too ("two thumbs up for ..."), verdicts in words may not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from kgrec.dialogue.amounts import read_amount, read_number
from kgrec.dialogue.english import is_adverb
from kgrec.dialogue.praise import ADVERBS, BAD, COPULAS, GOOD, NEGATED_COPULAS, VERDICTS
from kgrec.dialogue.tokens import PAUSES, Phrases
from kgrec.graph.interactions import rating_values

_PHRASES: Final = Phrases(VERDICTS)
_FRACTION: Final = re.compile(r"(\d{1,3})(?: (\d))? (5|10|20|100)")  # "8/10" and "4.5/5", folded
_SCALES: Final = frozenset({5.0, 10.0, 20.0, 100.0})
_RELATIVE: Final = frozenset({"that", "which", "who"})
"""After these a verdict tells what is wished for: "something that does not drag"."""
_STARS: Final = frozenset({"star", "stars"})
_POINTS: Final = frozenset({"point", "points"})
_AFTER_MARKS: Final = frozenset({"for", "to", "and", "but"})
"""What may follow a bare number that is marks."""
_RATING: Final = frozenset({"rate", "rated", "rating", "score", "scored"})
"""With these a bare number is marks: "I rate Heat 4 and Alien 2"."""
_MOST_STARS: Final = 5.0
_MOST_MARKS: Final = 10.0
_LONGEST: Final = 8
_THUMBS: Final = Phrases(
    {f"{lead}thumb{end} up": 1.0 for lead in ("", "two ", "2 ", "a ", "big ", "a big ") for end in ("", "s")}
    | {f"{lead}thumb{end} down": -1.0 for lead in ("", "two ", "2 ", "a ", "big ", "a big ") for end in ("", "s")}
)


def read_verdict(
    plain: Sequence[str], position: int, *, follows_name: bool, stands_alone: bool
) -> tuple[float | None, int]:
    """Return the verdict that begins at a position, and how many words it takes; (None, 0) for none.

    A verdict that tells what is wished for ("that doesn't drag") is no opinion: 0.

    Args:
        plain: the words of the utterance, folded.
        position: where to read.
        follows_name: whether a name stands before it in the clause, which "was great" would be about.
        stands_alone: whether it begins a clause after something was said, so that one word ("great") may be all.
    """
    value, used = _PHRASES.at(plain, position)
    if value is not None:
        is_wished = any(word in _RELATIVE for word in plain[max(position - 2, 0) : position])
        return (0.0 if is_wished else value), used
    is_said = plain[position] in COPULAS
    end = position + is_said
    while end < min(len(plain), position + _LONGEST) and (_is_degree(plain[end]) and not _settles(plain, end)):
        end += 1
    is_negated = "not" in plain[position + is_said : end] or plain[position] in NEGATED_COPULAS
    word = plain[end] if end < len(plain) else ""
    is_about = follows_name if is_said else stands_alone and end == position and _is_over(plain, end + 1)
    if not is_about or word not in GOOD | BAD:
        return None, 0
    sign = 1.0 if word in GOOD else -1.0
    return -sign if is_negated else sign, end + 1 - position


def read_marks(plain: Sequence[str], position: int) -> tuple[float | None, int]:
    """Return the opinion that marks at a position give ("4/10", "8 out of 10", "2.5 stars"), and in how many words.

    Marks become an opinion as the ratings of the data do, from 1 up; (None, 0) where there are none.
    """
    value, used = _THUMBS.at(plain, position)
    if value is not None:
        return value, used
    lead = 1 if plain[position] in ("a", "an", "solid") else 0
    number, end = _number(plain, position + lead)
    scale, after = _scale(number, plain[end : end + 4]) if number is not None else (0.0, 0)
    if number is not None and after:
        return _share(number, scale), end + after - position
    if fraction := _FRACTION.fullmatch(" ".join(plain[position + lead : position + lead + 1])):
        return _share(float(f"{fraction[1]}.{fraction[2] or 0}"), float(fraction[3])), 1 + lead
    if number is None:
        return None, 0
    is_last = end >= len(plain) or plain[end] in PAUSES
    if not is_last and plain[end] not in _AFTER_MARKS:
        return None, 0
    scale = _scale_in(plain) or (_MOST_MARKS if lead and is_last else 0.0)
    if not scale and _RATING.intersection(plain):
        scale = _MOST_STARS if number <= _MOST_STARS else _MOST_MARKS
    return (_share(number, scale), end - position) if number <= scale else (None, 0)


def _scale_in(plain: Sequence[str]) -> float:
    """Return out of how many marks are given somewhere in an utterance; 0 where none are.

    >>> _scale_in("3 stars for alien and 5 for aliens".split()), _scale_in(["alien", "3"])
    (5.0, 0.0)
    """
    for position, word in enumerate(plain):
        if fraction := _FRACTION.fullmatch(word):
            return float(fraction[3])
        marks = read_number(word)
        scale, _ = _scale(marks, plain[position + 1 : position + 5]) if marks is not None else (0.0, 0)
        if scale:
            return scale
    return 0.0


def is_mark(plain: Sequence[str], position: int) -> bool:
    """Whether the number at a position is the marks of what stands before it, rather than the end of its name.

    >>> is_mark(["jaws", "2", "stars"], 1), is_mark(["jaws", "2", "4", "stars"], 1)
    (True, False)
    """
    used = read_marks(plain, position)[1]
    end = position + used
    is_told = used > 1 or (used and position and plain[position - 1] in PAUSES)
    return bool(is_told) and not (end < len(plain) and read_marks(plain, end)[1])


def _number(plain: Sequence[str], position: int) -> tuple[float | None, int]:
    """Return the number at a position and where its words end: "2.5", "two and a half", "half a"; None for none."""
    words = plain[position : position + _LONGEST]
    if list(words[:2]) == ["half", "a"]:
        return 0.5, position + 2
    amount = read_amount(words)
    return (amount.value, position + amount.words) if amount and not amount.unit else (None, position)


def _scale(number: float, rest: Sequence[str]) -> tuple[float, int]:
    """Return out of how many marks a number is by what follows it, and how many words say so; (0, 0) for none."""
    lead = 2 if list(rest[:2]) == ["out", "of"] else 1 if list(rest[:1]) == ["of"] else 0
    scale = read_number(rest[lead]) if lead < len(rest) else None
    named = lead + 1 < len(rest) and rest[lead + 1] in _STARS | _POINTS
    if lead and scale in _SCALES and (lead > 1 or named):
        return scale or 1.0, lead + 1 + named
    if rest and rest[0] in _STARS | _POINTS and number <= _MOST_MARKS:
        return (_MOST_STARS if rest[0] in _STARS and number <= _MOST_STARS else _MOST_MARKS), 1
    return 0.0, 0


def _share(marks: float, scale: float) -> float:
    return round(float(rating_values(np.array([marks]), low=1.0, high=scale)[0]), 2)


def _is_degree(word: str) -> bool:
    return word in ADVERBS or word == "not" or is_adverb(word)


def _settles(plain: Sequence[str], position: int) -> bool:
    """Whether a word of degree is itself the verdict, since none follows."""
    return plain[position] in GOOD | BAD and not (position + 1 < len(plain) and plain[position + 1] in GOOD | BAD)


def _is_over(plain: Sequence[str], position: int) -> bool:
    return position >= len(plain) or plain[position] in PAUSES | {"but", "though"}
