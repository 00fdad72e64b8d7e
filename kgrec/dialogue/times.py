"""Times as people say them: "from the 90s", "early eighties", "the last five years", "this century"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgrec.dialogue import numerals
from kgrec.dialogue.amounts import Amount, facet_of, read_number
from kgrec.dialogue.bounds import bounded
from kgrec.dialogue.tokens import starts_with
from kgrec.graph import KnowledgeGraph

DECADE: Final = re.compile(r"(\d{2}|\d{4})s")
_CENTURY: Final = 100
_YOUNGEST_SHORT_DECADE: Final = 20
OLDER: Final = ("older than", "over", "more than", "at least", "not newer than", "no newer than")
YOUNGER: Final = (
    "newer than", "younger than", "less than", "under", "at most", "not older than", "no older than",
    "not more than", "no more than", "not over",
    "more recent than", "not more old than",
    "not be more old than", "not be older than", "nothing older than",
)  # fmt: skip
_THROUGH: Final = frozenset({"or", "and", "to", "till", "until", "through", "-"})
_ENDS: Final = (
    "done", "finished", "over", "finish", "finishes", "end", "ends", "ending", "finishing", "in bed", "asleep",
)  # fmt: skip
_DONE: Final = (
    *(f"{end} {by}" for end in _ENDS for by in ("by", "before")),
    *(f"{have} until" for have in ("we have", "i have", "ive got", "weve got", "ive only got")),
)
_CLOCK: Final = re.compile(r"(\d{1,2})(?: (\d{2}))? ?(am|pm)?")
_PAST: Final = {"half past": 30, "quarter past": 15, "quarter to": -15}
_NAMED_TIMES: Final = {"midnight": 0, "noon": 12 * 60}
_DAY: Final = 24 * 60
_LEADS: Final = ("from the", "in the", "of the", "the", "from", "made in the", "within the", "of", "in", "over the")

Said = tuple[str, str, int]
"""An expression of the rule language, what to call it, and how many words said it."""


def read_decade(words: Sequence[str], graph: KnowledgeGraph) -> Said | None:
    """Return the decade, or the part of one, that the words begin with."""
    used = starts_with(words, _LEADS)
    third = words[used] if used < len(words) and words[used] in numerals.THIRDS else ""
    used += bool(third)
    word = words[used] if used < len(words) else ""
    short = DECADE.fullmatch(word)
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
    said = f"the {third + ' ' if third else ''}{start}s"
    if words[used + 1 : used + 2] and words[used + 1] in _THROUGH:
        later = read_decade(words[used + 2 :], graph)
        if later and (last_year := re.search(r"<= (\d+)$", later[0])) and int(last_year[1]) > start + last:
            return (
                f"{facet.name} >= {start + first} and {facet.name} <= {last_year[1]}",
                f"{said} to {later[1]}",
                used + 2 + later[2],
            )
    return expression, said, used + 1


def read_age(words: Sequence[str], graph: KnowledgeGraph, year: int) -> Said | None:
    """Return the age that the words begin with ("older than 20 years"); ``year``: the present one."""
    for phrases, sign in ((OLDER, "<="), (YOUNGER, ">=")):
        lead = starts_with(words, phrases) if year else 0
        count = read_number(words[lead]) if lead and lead < len(words) else None
        unit = numerals.SPANS.get(words[lead + 1]) if count is not None and lead + 1 < len(words) else None
        facet = facet_of(Amount(year - count * unit, "", 1), graph) if count is not None and unit is not None else None
        if facet is None or count is None or unit is None:
            continue
        is_said = words[lead + 2 : lead + 3] in (["old"], ["ago"])
        if is_said or any(word.endswith(("er", "old")) for word in words[:lead]):
            bound = year - int(count * unit)
            told = bounded(facet, sign, bound)
            return told.expression, told.label, lead + 2 + is_said
    return None


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


def read_deadline(words: Sequence[str], graph: KnowledgeGraph, minute: int) -> Said | None:
    """Return the time that is left until the hour that the words begin with: "done by eleven", "over before 22:30".

    ``minute``: the present one of the day, -1 if unknown. An hour without "am" or "pm" is the next one called so.
    """
    used = starts_with(words, _DONE) if minute >= 0 else 0
    facet = facet_of(Amount(0.0, "min", 1), graph) if used and used < len(words) else None
    if facet is None:
        return None
    past = _PAST.get(" ".join(words[used : used + 2]), 0)
    used += 2 * bool(past)
    word, following = (*words[used : used + 2], "", "")[:2]
    clock = _CLOCK.fullmatch(word)
    hour = read_number(clock[1] if clock else word)
    half = (clock and clock[3]) or (following if following in ("am", "pm", "oclock") else "")
    if word in _NAMED_TIMES:
        ends = [_NAMED_TIMES[word]]
    elif hour is not None and hour <= _DAY / 60:
        at = int(hour % 12 if half in ("am", "pm") else hour) * 60 + int((clock and clock[2]) or past)
        ends = [at + _DAY // 2] if half == "pm" else [at] if half == "am" or 2 * at > _DAY else [at, at + _DAY // 2]
    else:
        return None
    left = min((end - minute) % _DAY for end in ends)
    return f"{facet.name} <= {left}", f"{facet.label} ≤ {left} {facet.unit}", used + 1 + (half == following != "")
