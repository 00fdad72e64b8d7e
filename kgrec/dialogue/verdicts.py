"""Verdicts: what is said of a name after it ("was dreadfully dull", "bored me") or in marks ("8/10", "five stars").

An opinion runs from -1 to 1. Marks may stand before the name too ("two thumbs up for ..."), verdicts in words may not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgrec.dialogue.amounts import read_number
from kgrec.dialogue.english import is_adverb
from kgrec.dialogue.praise import ADVERBS, BAD, COPULAS, GOOD, NEGATED_COPULAS, VERDICTS
from kgrec.dialogue.tokens import PAUSES, Phrases

_PHRASES: Final = Phrases(VERDICTS)
_FRACTION: Final = re.compile(r"(\d{1,3}) (5|10|20|100)")  # "8/10", folded
_SCALES: Final = frozenset({5.0, 10.0, 20.0, 100.0})
_RELATIVE: Final = frozenset({"that", "which", "who"})
"""After these a verdict tells what is wished for: "something that does not drag"."""
_STARS: Final = frozenset({"star", "stars"})
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


def read_marks(  # noqa: PLR0911  (one return a notation)
    plain: Sequence[str], position: int
) -> tuple[float | None, int]:
    """Return the opinion that marks at a position give ("4/10", "8 out of 10", "five stars"), and in how many words.

    Half marks are an opinion of 0; (None, 0) where there are none.
    """
    value, used = _THUMBS.at(plain, position)
    if value is not None:
        return value, used
    if fraction := _FRACTION.fullmatch(plain[position]):
        return _share(float(fraction[1]), float(fraction[2])), 1
    lead = 1 if plain[position] in ("a", "an", "solid") else 0
    number = read_number(plain[position + lead]) if position + lead < len(plain) else None
    if number is None:
        return None, 0
    rest = list(plain[position + lead + 1 : position + lead + 4])
    if lead and (not rest or rest[0] in PAUSES) and number <= _MOST_MARKS:
        return _share(number, _MOST_MARKS), lead + 1
    if rest[:2] == ["out", "of"] and len(rest) > 2 and (scale := read_number(rest[2])) in _SCALES:  # noqa: PLR2004
        return _share(number, scale or 1.0), lead + 4
    if rest[:1] and rest[0] in _STARS and number <= _MOST_STARS:
        return _share(number, _MOST_STARS), lead + 2
    return None, 0


def _share(marks: float, scale: float) -> float:
    return round(max(-1.0, min(1.0, 2 * marks / scale - 1)), 2)


def _is_degree(word: str) -> bool:
    return word in ADVERBS or word == "not" or is_adverb(word)


def _settles(plain: Sequence[str], position: int) -> bool:
    """Whether a word of degree is itself the verdict, since none follows."""
    return plain[position] in GOOD | BAD and not (position + 1 < len(plain) and plain[position + 1] in GOOD | BAD)


def _is_over(plain: Sequence[str], position: int) -> bool:
    return position >= len(plain) or plain[position] in PAUSES | {"but", "though"}
