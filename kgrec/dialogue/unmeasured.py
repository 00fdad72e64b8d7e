"""Bounds of what these items have no number of: "under two hours" where nothing has a duration, "before 1980".

Such words are understood, and would otherwise be looked up as a name, or let go unheard beside others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from kgrec.dialogue import numerals
from kgrec.dialogue.amounts import Amount, facet_of, read_amount
from kgrec.dialogue.measures import counted, measures
from kgrec.dialogue.readings import Unused
from kgrec.dialogue.times import DECADE, OLDER, YOUNGER
from kgrec.dialogue.tokens import starts_with
from kgrec.graph import KnowledgeGraph

_BOUNDING: Final = (*numerals.BELOW, *numerals.ABOVE, *OLDER, *YOUNGER, "between", "for")
_DATING: Final = (*numerals.BEFORE, *numerals.AFTER, *numerals.IN, "from the", "in the", "of the")
_BOUNDED: Final = (*numerals.AT_MOST, *numerals.AT_LEAST, *numerals.OR_SO)
_YEARS: Final = (1000, 2200)
"""Among what numbers a bare one is a year."""


def read_unmeasured(
    words: Sequence[str], graph: KnowledgeGraph, *, is_start: bool = False
) -> tuple[Unused | None, int]:
    """Return the bound that the words begin with, with what no item has a number of, and how many words said it.

    (None, 0) for none. ``is_start``: whether a clause begins here; if it ends with the amount, that is a bound.
    """
    meant, used = _year(words, graph)
    if used:
        return Unused(" ".join(words[:used]), meant), used
    lead = starts_with(words, _BOUNDING)
    while lead and lead < len(words) and words[lead] in numerals.ABOUT:
        lead += 1
    amount = _amount(words[lead:], graph)
    if amount and not amount.unit and words[lead + amount.words : lead + amount.words + 1] in (["and"], ["to"], ["-"]):
        lead += amount.words + 1
        amount = _amount(words[lead:], graph)
    if amount is None or not amount.unit or facet_of(amount, graph) is not None:
        return None, 0
    end = lead + amount.words
    after = starts_with(words[end:], _BOUNDED)
    if not (lead or after or (is_start and end == len(words))):
        return None, 0
    return Unused(" ".join(words[: end + after]), f"number of {words[end - 1]}"), end + after


def _amount(words: Sequence[str], graph: KnowledgeGraph) -> Amount | None:
    """Return the amount that the words begin with; spans of years count as units here."""
    amount = read_amount(words, graph.once(measures))
    following = words[amount.words : amount.words + 1] if amount and not amount.unit else []
    if amount and following and following[0] in numerals.SPANS:
        return Amount(amount.value, following[0], amount.words + 1)
    return amount


def _year(words: Sequence[str], graph: KnowledgeGraph) -> tuple[str, int]:
    """Return what is missing for a year or a decade that the words begin with, and how many they are."""
    if any(_is_year(float(np.nanmax(graph.numbers[facet.name]))) for facet in counted(graph)):
        return "", 0
    lead = starts_with(words, _DATING)
    word = words[lead] if 0 < lead < len(words) else ""
    is_year = word.isdecimal() and word.isascii() and _is_year(float(word))
    return ("year", lead + 1) if is_year or DECADE.fullmatch(word) or word in numerals.DECADES else ("", 0)


def _is_year(number: float) -> bool:
    return _YEARS[0] <= number <= _YEARS[1]
