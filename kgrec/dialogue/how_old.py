"""How old somebody is, as an answer to a question of the rules whose options are ages: "they are 6 and 9"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgrec.acts import Question, QuestionKind
from kgrec.dialogue.amounts import read_number
from kgrec.dialogue.company import is_somebody
from kgrec.dialogue.english import is_aside
from kgrec.text import fold

_AGED: Final = re.compile(
    r"(?:(?:is|are|aged?|ages|turning|turns|just|about|nearly|almost) )+((?:\w+ ?(?:and |or |to )?)+)"
    r"|(\w+)(?: ?and (\w+))? ?(?:yo|yos|yr olds?|year olds?|years? olds?|yrs old)(?![a-z])"
)
_WORDS: Final = frozenset(
    {"year", "years", "old", "olds", "yo", "youngest", "oldest", "age", "ages", "aged", "turning"}
)
_STAGES: Final = {"teenager": (13.0, 19.0), "teenagers": (13.0, 19.0), "teen": (13.0, 19.0), "adult": (18.0, 120.0)}
_BELOW: Final = frozenset({"under", "below", "younger", "less"})
_ABOVE: Final = frozenset({"over", "above", "older", "more", "from"})
_ASKED: Final = frozenset({"old", "age", "ages", "aged", "youngest", "oldest"})
_OLDEST: Final = 120.0


def option_told(whole: str, question: Question) -> int | None:
    """Return the option that an answer of nothing but ages means, by position; None for none."""
    words = whole.split()
    numbers = [number for word in words if word != "a" and (number := read_number(word)) is not None]
    if any(read_number(word) is None and not _is_idle(word) for word in words):
        return None
    return option_of(numbers, question)


def ages_in(text: str) -> list[float]:
    """Return the ages that a sentence tells.

    >>> ages_in("my kids are 5 and 8"), ages_in("ok for a 9 year old"), ages_in("we are two")
    ([5.0, 8.0], [9.0], [2.0])
    """
    found: list[float] = []
    for match in _AGED.finditer(fold(text)):
        for group in filter(None, match.groups()):
            for word in group.split():
                number = read_number(word) if word != "a" else None
                if number is None and word not in ("and", "or", "to"):
                    break
                found += [number] if number is not None and number < _OLDEST else []
    return found


def option_of(ages: Sequence[float], question: Question) -> int | None:
    """Return the option of a question how old somebody is that holds the age it asks for; None if it asks for none."""
    asked = _ASKED.intersection(fold(question.text).split())
    if question.kind is not QuestionKind.FACT or not ages or not asked:
        return None
    age = max(ages) if "oldest" in asked else min(ages)
    spans = [_span(fold(option.label).split()) for option in question.options]
    return next((position for position, (low, high) in enumerate(spans) if low <= age <= high), None)


def _span(words: Sequence[str]) -> tuple[float, float]:
    """Return the ages that an option stands for: "under seven", "seven to twelve", "a teenager"; empty if unknown."""
    stage = next((_STAGES[word] for word in words if word in _STAGES), None)
    numbers = [number for word in words if word != "a" and (number := read_number(word)) is not None]
    if stage or not numbers:
        return stage or (1.0, 0.0)
    if len(numbers) == 1 and _BELOW.intersection(words):
        return 0.0, numbers[0] - 1
    return min(numbers), _OLDEST if _ABOVE.intersection(words) else max(numbers)


def _is_idle(word: str) -> bool:
    return word in _WORDS or is_aside(word) or is_somebody(word)
