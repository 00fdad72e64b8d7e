"""Times as people say them: "from the 90s", "early eighties", "the last five years", "this century"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgrec.dialogue import numerals
from kgrec.dialogue.amounts import Amount, facet_of, read_number
from kgrec.dialogue.tokens import starts_with
from kgrec.graph import KnowledgeGraph

_DECADE: Final = re.compile(r"(\d{2}|\d{4})s")
_CENTURY: Final = 100
_YOUNGEST_SHORT_DECADE: Final = 20
_LEADS: Final = ("from the", "in the", "of the", "the", "from", "made in the", "within the", "of", "in", "over the")

Said = tuple[str, str, int]
"""An expression of the rule language, what to call it, and how many words said it."""


def read_decade(words: Sequence[str], graph: KnowledgeGraph) -> Said | None:
    """Return the decade, or the part of one, that the words begin with."""
    used = starts_with(words, _LEADS)
    third = words[used] if used < len(words) and words[used] in numerals.THIRDS else ""
    used += bool(third)
    word = words[used] if used < len(words) else ""
    short = _DECADE.fullmatch(word)
    start = numerals.DECADES.get(word)
    if short:
        number = int(short[1])
        start = number if number >= _CENTURY else number + (1900 if number >= _YOUNGEST_SHORT_DECADE else 2000)
    if start is None or start % 10:
        return None
    facet = facet_of(Amount(float(start), "", 1), graph)
    if facet is None:
        return None
    first, last = numerals.THIRDS.get(third, (0, 9))
    expression = f"{facet.name} >= {start + first} and {facet.name} <= {start + last}"
    return expression, f"the {third + ' ' if third else ''}{start}s", used + 1


def read_span(words: Sequence[str], graph: KnowledgeGraph, year: int) -> Said | None:
    """Return the time up to now, or the century, that the words begin with; ``year``: the present one, 0 if unknown."""
    used = starts_with(words, _LEADS)
    rest = list(words[used:])
    facet = facet_of(Amount(float(year), "", 1), graph) if year else None
    if facet is None or len(rest) < 2:  # noqa: PLR2004  (this century)
        return None
    century = year - year % _CENTURY
    named = {
        "this century": (century, None), "last century": (century - _CENTURY, century - 1), "this year": (year, None),
        "last year": (year - 1, year - 1), "this decade": (year - year % 10, None), "21st century": (2000, None),
        "20th century": (1900, 1999),
    }  # fmt: skip
    name = " ".join(rest[:2])
    if name in named:
        low, high = named[name]
        expression = f"{facet.name} >= {low}" + (f" and {facet.name} <= {high}" if high else "")
        return expression, name, used + 2
    if rest[0] not in ("last", "past", "previous"):
        return None
    count = read_number(rest[1])
    at = 1 if count is None else 3 if rest[2:3] == ["of"] else 2
    unit = numerals.SPANS.get(rest[at]) if at < len(rest) else None
    if unit is None or (count is None and unit == 1):
        return None
    back = int((count or 1) * unit)
    return f"{facet.name} >= {year - back}", f"the last {back} years", used + at + 1
