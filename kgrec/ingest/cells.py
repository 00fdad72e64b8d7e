"""What one cell of a table says: a number with or without a unit, a date, yes or no, or nothing.

People write numbers in many ways ("1.37kg", "$1,299.00", "1 299,00 €", "16GB", "45 %"). Which way a column has is
decided once for the column; here single cells are read that way. Units are those of ontology/units.csv.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from kgrec.graph.facts import minutes_of
from kgrec.resources import package_file

UNKNOWN: Final = frozenset(
    {"", "?", "??", "-", "--", "---", "n/a", "na", "nan", "null", "nil", "#n/a", "#value!", "#ref!", "#div/0!", "\\n"}
    | {"unknown", "not available", "not known", "missing", "tbd", "tba", "<na>", "n.a.", "undefined"}
)
"""Cells that say nothing, in lower case."""

_SIGNED: Final = r"[+\-\u2212]?"
_NUMBER: Final = re.compile(
    rf"(?P<sign>{_SIGNED})\s*(?P<before>[^\d\s.,+\-]{{0,4}})\s*(?P<inner>{_SIGNED})"
    r"(?P<digits>(?:\d[\d.,'’\u00a0\u202f ]*)?(?:[.,]?\d)(?:[eE][+\-]?\d{1,3})?)\.?\s*(?P<after>[^\d.,]{0,20})"
)
_RANGE_SIGN: Final = re.compile(r"\s*(?:[-\u2013]|\bto\b)\s*")
_UNIT: Final = r"[^\W\d]+\.?|[€$£%]"
_RANGE: Final = re.compile(rf"\d[\d.,]*\s*(?P<low>{_UNIT})??{_RANGE_SIGN.pattern}\d[\d.,]*\s*(?P<unit>{_UNIT})?")
_ABOUT: Final = re.compile(
    r"^(?:ca\.?|circa|c\.|approx\.?|approximately|about|around|roughly|[~≈])\s*(?=\d)", re.IGNORECASE
)
"""What may stand before a number that is not exact."""
_DECIMALS: Final = re.compile(r"\d*(?:[eE][+\-]?\d+)?")
_FREE: Final = frozenset({"free", "gratis", "free of charge", "no charge", "complimentary"})
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        1,
    )
    for name in names.split()
}
_WRITTEN: Final = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[\s\-/]+)?([A-Za-z]{3,9})\.?,?[\s\-/]+(?:(\d{1,2}),?\s+)?(\d{4})"
)
_NUMERIC_DATE: Final = re.compile(r"(\d{1,4})([/.\-])(\d{1,2})\2(\d{1,4})")
_TIME: Final = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|UTC|[AaPp][Mm]|[+\-]\d{2}:?\d{2})?$")
_YEAR_DIGITS: Final = 4
_FIRST_YEAR: Final = 1000

TRUTHS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("yes", "true", "y", "t", "on", "1", "✓", "✔", "si", "sí", "ja", "oui"), True),
    **dict.fromkeys(("no", "false", "n", "f", "off", "0", "✗", "✘", "nein", "non"), False),
}
"""What cells of a column that says yes or no are written as, in lower case."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: how it is shown, what it measures, and how many of the smallest one of its kind it is."""

    name: str
    measures: str
    times: float


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and the word it stood beside ("" for none)."""

    value: float
    word: str


@cache
def units() -> dict[str, Unit]:
    """Return word (lower case) → unit."""
    with package_file("ontology", "units.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        word: Unit(row["unit"], row["of"], float(row["times"])) for row in rows[::-1] for word in row["words"].split()
    }


def is_unknown(cell: str) -> bool:
    """Return whether a cell says nothing.

    >>> is_unknown(" N/A"), is_unknown("none")
    (True, False)
    """
    return cell.strip().lower() in UNKNOWN


def read_amount(cell: str, decimal: str = ".", *, is_measured: bool = False) -> Amount | None:
    """Return the number that a cell is, with its unit's word; None if it is none.

    ``decimal`` is the sign before the decimals, the other one of comma and dot groups thousands. Of a range of a known
    unit the upper end counts, a duration is told in minutes. ``is_measured``: the column has a unit, see is_range.

    >>> read_amount("$1,299.00"), read_amount("1.299,00 €", ","), read_amount("737-800")
    (Amount(value=1299.0, word='$'), Amount(value=1299.0, word='€'), None)
    >>> read_amount("PT1H30M"), read_amount("W-001"), read_amount("ca. 6 cm")
    (Amount(value=90.0, word='min'), None, Amount(value=6.0, word='cm'))
    """
    text = cell.strip()
    try:  # the plain case, by far the most frequent
        if decimal == "." and "_" not in text:
            value = float(text)
            return Amount(value, "") if math.isfinite(value) else None
    except ValueError:
        pass
    text = _ABOUT.sub("", text)
    minutes = minutes_of(text)
    if minutes is not None:
        return Amount(minutes, "min")
    return _written(
        _RANGE_SIGN.split(text, maxsplit=1)[1] if is_range(text, is_measured=is_measured) else text, decimal
    )


def _written(text: str, decimal: str) -> Amount | None:
    """Return the number that a text is, with its unit's word and signs between its digits; None if it is none."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return Amount(0.0, "") if text.lower() in _FREE else None
    digits = _plain(match["digits"].strip(), decimal)
    before, after = match["before"].strip().lower(), match["after"].strip().lower().rstrip(".")
    if digits is None or (before and after) or (before and before not in units()):
        return None
    if match["inner"] and (match["sign"] or (before and units()[before].measures != "money")):
        return None  # "W-001" is a code, not a negative number of watts
    negative = "-" in (match["sign"] + match["inner"]).replace("\u2212", "-")
    value = float(digits)
    return Amount(-value if negative else value, before or after) if math.isfinite(value) else None


def is_range(cell: str, *, is_measured: bool = False) -> bool:
    """Return whether a cell is a range of a known unit, of which the upper end counts: "30-45 min" fits into 45.

    ``is_measured``: the name of the column tells the unit, so that "4–21" is a range as well.

    >>> is_range("30-45 min"), is_range("3 cm to 5 cm"), is_range("737-800"), is_range("2-4 players")
    (True, True, False, False)
    >>> is_range("4–21", is_measured=True), is_range("2-4 players", is_measured=True)
    (True, False)
    """
    match = _RANGE.fullmatch(_ABOUT.sub("", cell.strip()))
    if match is None:
        return False
    told = [word.lower().rstrip(".") for word in (match["low"], match["unit"]) if word]
    return (is_measured or match["unit"] is not None) and all(word in units() for word in told)


def _plain(digits: str, decimal: str) -> str | None:
    """Return digits as Python writes them, None if the groups of thousands are not groups of three."""
    group = "," if decimal == "." else "."
    whole, mark, rest = digits.partition(decimal)
    if rest and not _DECIMALS.fullmatch(rest):
        return None
    parts = re.split(rf"[{re.escape(group)}'’\u00a0\u202f ]", whole)
    if len(parts) > 1 and not (1 <= len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:])):  # noqa: PLR2004
        return None
    return "".join(parts) + (f".{rest}" if mark else "")


def decimal_sign(cells: Iterable[str]) -> str:
    """Return the sign before the decimals of a column of numbers: a comma where commas cannot group thousands.

    >>> decimal_sign(["1,5", "12,25"]), decimal_sign(["1,500", "12,250"]), decimal_sign(["1.500,00"])
    (',', '.', ',')
    """
    comma = dot = 0
    for cell in cells:
        if "," not in cell:
            dot += "." in cell
            continue
        last, digits = cell.rfind(","), re.match(r"\d*", cell[cell.rfind(",") + 1 :])
        after = len(digits[0]) if digits else 0
        if "." in cell:
            comma += last > cell.rfind(".")
            dot += last < cell.rfind(".")
        elif cell.count(",") == 1 and after != 3:  # noqa: PLR2004  (a group of thousands has three)
            comma += 1
    return "," if comma > dot else "."


def read_truth(cell: str) -> bool | None:
    """Return whether a cell says yes (True) or no (False); None if neither."""
    return TRUTHS.get(cell.strip().lower())


# --- dates ----------------------------------------------------------------------------------------------------------


def read_date(cell: str, *, is_day_first: bool = True) -> str | None:  # noqa: PLR0911  (one return a notation)
    """Return the date that a cell is as ISO 8601, a month or year alone as such; None if it is no date.

    >>> read_date("31/01/2020"), read_date("Jan 5, 2020 10:15"), read_date("2020-02"), read_date("2020-02-30")
    ('2020-01-31', '2020-01-05', '2020-02', None)
    """
    text = _TIME.sub("", cell.strip()).strip()
    if re.fullmatch(r"\d{4}-\d{2}", text):
        return text if 1 <= int(text[5:]) <= 12 else None  # noqa: PLR2004  (months)
    if match := _NUMERIC_DATE.fullmatch(text):
        first, _, second, third = match.groups()
        if len(first) == _YEAR_DIGITS:
            return _iso(int(first), int(second), int(third))
        if len(third) != _YEAR_DIGITS:
            return None
        day, month = (int(first), int(second)) if is_day_first else (int(second), int(first))
        return _iso(int(third), month, day)
    if (match := _WRITTEN.fullmatch(text)) and match[2].lower() in _MONTHS:
        day_text = match[1] or match[3]
        if day_text is None:
            return f"{match[4]}-{_MONTHS[match[2].lower()]:02}"
        return _iso(int(match[4]), _MONTHS[match[2].lower()], int(day_text))
    return None


def is_day_first(cells: Iterable[str]) -> bool:
    """Return whether dates such as 03/04/2020 begin with the day: unless one of them cannot.

    >>> is_day_first(["01/02/2020", "01/31/2020"])
    False
    """
    for cell in cells:
        match = _NUMERIC_DATE.match(cell.strip())
        if match and len(match[1]) < _YEAR_DIGITS and int(match[3]) > 12:  # noqa: PLR2004  (months)
            return False
    return True


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat() if year >= _FIRST_YEAR else None
    except ValueError:
        return None
