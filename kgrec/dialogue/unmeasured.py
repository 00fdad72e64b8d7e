"""Bounds of what these items have no number of: "under two hours" where nothing has a duration, "before 1980".

Such words are understood, and would otherwise be looked up as a name, or let go unheard beside others. The ages of
people are such a number too: "nobody under 18" bounds nothing of an item.
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
from kgrec.dialogue.vocabulary import vocabulary_of
from kgrec.domain import FacetKind
from kgrec.graph import KnowledgeGraph

_BOUNDING: Final = (*numerals.BELOW, *numerals.ABOVE, *OLDER, *YOUNGER, "between", "for")
_DATING: Final = (*numerals.BEFORE, *numerals.AFTER, *numerals.SINCE, *numerals.IN, "from the", "in the", "of the")
_BOUNDED: Final = (*numerals.AT_MOST, *numerals.AT_LEAST, *numerals.OR_SO)
_YEARS: Final = (1000, 2200)
"""Among what numbers a bare one is a year."""
_PEOPLE: Final = frozenset(
    """
    nobody noone anyone anybody someone somebody everyone everybody people persons person folks kids kid children child
    teens teenagers youngsters toddlers adults grownups men man women woman girls girl boys boy guys those viewers
    audience audiences characters
    """.split()  # noqa: SIM905
)
_NO_ONE: Final = ("no one", "not anyone", "not anybody", "not everyone", "not everybody", "any one", "some one")
_BEING: Final = frozenset({"who", "whos", "that", "is", "are", "aged", "age", "whose"})
_OLDEST: Final = 120
"""A greater number is nobody's age, and rather a duration."""
_AGES: Final = "record of people's ages"


def read_age_of(words: Sequence[str], graph: KnowledgeGraph) -> tuple[Unused | None, int]:
    """Return the bound of people's ages that the words begin with ("under 18", "who are over 60"), likewise."""
    lead = next((at for at, word in enumerate(words) if word not in _BEING), len(words))
    bound = starts_with(words[lead:], (*numerals.BELOW, *numerals.ABOVE, *OLDER, *YOUNGER, "between"))
    amount = _amount(words[lead + bound :], graph) if bound else None
    if amount is None or amount.value > _OLDEST or amount.unit not in ("", "year", "years", "yrs"):
        return None, 0
    end = lead + bound + amount.words
    if words[end : end + 1] == ["and"] and words[lead] == "between" and (last := _amount(words[end + 1 :], graph)):
        end += 1 + last.words
    end += starts_with(words[end:], ("years old", "year old", "years of age", "old", "of age"))
    return Unused(" ".join(words[:end]), _AGES), end


def _ages(words: Sequence[str], graph: KnowledgeGraph) -> tuple[Unused | None, int]:
    """Return the bound of people's ages that begins with a word for people, as read_unmeasured does."""
    vocabulary = graph.once(vocabulary_of)
    facet = vocabulary.facets.get(words[0], "")
    is_kind = bool(facet) and graph.ontology.facet(facet).kind is FacetKind.ENTITY
    lead = starts_with(words, _NO_ONE) or int(words[0] in _PEOPLE or is_kind)
    if not lead or words[0] in vocabulary.nouns:
        return None, 0
    _, used = read_age_of(words[lead:], graph)
    return (Unused(" ".join(words[: lead + used]), _AGES), lead + used) if used else (None, 0)


def _in_words(words: Sequence[str], graph: KnowledgeGraph) -> tuple[Unused | None, int]:
    """Return the bound of a facet that is named and has words for values: it is of no other facet with such a unit."""
    name = graph.once(vocabulary_of).facets.get(words[0], "")
    if not name or name in graph.numbers:
        return None, 0
    lead = next((at for at, word in enumerate(words[1:], 1) if word not in _BEING), len(words))
    bound = starts_with(words[lead:], (*numerals.BELOW, *numerals.ABOVE, "between"))
    amount = _amount(words[lead + bound :], graph) if bound else None
    if amount is None:
        return None, 0
    end = lead + bound + amount.words
    return Unused(" ".join(words[:end]), f"number for its {graph.ontology.facet(name).label}"), end


def read_unmeasured(
    words: Sequence[str], graph: KnowledgeGraph, *, is_start: bool = False
) -> tuple[Unused | None, int]:
    """Return the bound that the words begin with, with what no item has a number of, and how many words said it.

    (None, 0) for none. ``is_start``: whether a clause begins here; if it ends with the amount, that is a bound.
    """
    for read in (_ages, _in_words):
        told, used = read(words, graph)
        if told is not None:
            return told, used
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
