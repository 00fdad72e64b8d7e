"""Scales and quantities: which words have an order, and what less and more of a quantity is called.

Both are tables that ship (ontology/scales.csv, ontology/quantities.csv), to be looked up by what a column's values or
its name are; nothing here knows what the items are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from kgrec.ingest.cells import Unit, units
from kgrec.resources import package_file

_NUMBERED: Final = re.compile(
    r"\s*(\d{1,3})\s*[.)\-:–=]\s*\D.*|(?:level|grade|class|tier|stage|step|phase|type)\s+(\d{1,3})", re.IGNORECASE
)
_RANGE: Final = re.compile(
    r"\D{0,3}(?P<low>\d+(?:[.,]\d+)?)\s*[a-z%€$£]{0,4}\s*(?:-|–|to|\.\.|,)\s*\D{0,3}\d+(?:[.,]\d+)?\s*\S{0,8}"
    r"|(?P<below><|≤|under|below|up to|less than)\s*\D{0,2}(?P<most>\d+(?:[.,]\d+)?)\s*\S{0,8}"
    r"|(?:>|≥|over|above|more than)\s*\D{0,2}(?P<least>\d+(?:[.,]\d+)?)\s*\S{0,8}"
    r"|\D{0,2}(?P<plus>\d+(?:[.,]\d+)?)\s*\S{0,4}(?:\+|and over|or more)",
    re.IGNORECASE,
)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_AMBIGUOUS: Final = frozenset(
    {"m", "in", "t", "s", "h", "g", "l", "c", "v", "w", "rs", "ps", "days", "day", "cc", "share"}
)
"""Words in a column's name that are a unit only where they stand last, in brackets or after an underscore."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What less and more of a quantity is called; "" where there are no words for it."""

    stems: tuple[str, ...]
    less: str = ""
    more: str = ""
    low: tuple[str, ...] = ()
    high: tuple[str, ...] = ()
    is_ceiling: bool = False
    question: str = ""


def words_of(name: str) -> list[str]:
    """Return the words in a column's name, in lower case.

    >>> words_of("Weight_in_lbs"), words_of("MPG.city"), words_of("lifeExp")
    (['weight', 'in', 'lbs'], ['mpg', 'city'], ['life', 'exp'])
    """
    return [word.lower() for word in re.split(r"[^\w]+|_", _CAMEL.sub(" ", name)) if word]


@cache
def _quantities() -> tuple[Quantity, ...]:
    with package_file("ontology", "quantities.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Quantity(
                tuple(row["stems"].split()),
                row["less"],
                row["more"],
                tuple(word for word in row["low"].split("|") if word),
                tuple(word for word in row["high"].split("|") if word),
                row["ceiling"] == "true",
                row["question"],
            )
            for row in csv.DictReader(file)
        )


def quantity_of(name: str, unit: str = "") -> Quantity | None:
    """Return the quantity that a column is about, by the words of its name, the last first, then by its unit.

    >>> quantity_of("Weight_in_lbs").more, quantity_of("price_per_night").less, quantity_of("shoe colour")
    ('heavier', 'cheaper', None)
    """
    words = words_of(re.sub(r"[(\[].*", "", name)) or words_of(name)
    joined = ["_".join(pair) for pair in pairwise(words)]
    head = [word for word in words if word not in units()] or words
    for word in (*joined, *head[::-1], *words[::-1]):
        for quantity in _quantities():
            if word in quantity.stems:
                return quantity
    measured = units().get(unit.lower())
    if measured:
        known = {"money": "price", "mass": "weight", "volume": "volume", "length": "length", "area": "area"}
        known |= {"time": "duration", "speed": "speed", "power": "power", "data": "memory", "tempo": "tempo"}
        stem = known.get(measured.measures, "")
        return next((quantity for quantity in _quantities() if stem in quantity.stems), None)
    return None


_PER: Final = re.compile(r"\s*/\s*|(?<![a-z])per(?![a-z])", re.IGNORECASE)


def unit_in_name(name: str) -> Unit | None:
    """Return the unit that a column's name ends with or has in brackets; of one per another the first.

    >>> unit_in_name("Body Mass (g)").name, unit_in_name("runtime_min").name, unit_in_name("min price")
    ('g', 'min', None)
    >>> unit_in_name("price €/kg").name, unit_in_name("price (EUR per kg)").name, unit_in_name("price_per_night")
    ('€', '€', None)
    """
    bracket = re.search(r"[(\[]\s*([^)\]]+?)\s*[)\]]", name)
    told = bracket[1] if bracket else name.strip()
    whole = told.split()[-1].lower() if told else ""
    if "/" in whole and whole in units():  # km/h
        return units()[whole]
    counted, *per = _PER.split(told, maxsplit=1)
    if per or bracket:
        return units().get(counted.lower().split()[-1]) if counted.strip() else None
    words = words_of(name)
    if not words:
        return None
    last = words[-1]
    if last in units() and (last not in _AMBIGUOUS or len(words) > 1):
        return units()[last]
    return None


# --- order ----------------------------------------------------------------------------------------------------------


@cache
def _scales() -> tuple[dict[str, int], ...]:
    with package_file("ontology", "scales.csv").open(encoding="utf-8", newline="") as file:
        rows = [row["levels"] for row in csv.DictReader(file)]
    return tuple(
        {word.strip(): level for level, words in enumerate(row.split(" < ")) for word in words.split("|")}
        for row in rows
    )


def order_of(values: Sequence[str]) -> tuple[tuple[str, ...], float]:
    """Return the values in their order, lowest first, and how sure that is; () and 0.0 if they have none.

    >>> order_of(["large", "small", "medium"])
    (('small', 'medium', 'large'), 0.95)
    >>> order_of(["2 - good", "1 - bad"]), order_of(["50+", "0-9", "10-49"])
    ((('1 - bad', '2 - good'), 0.9), (('0-9', '10-49', '50+'), 0.9))
    """
    plain = {value: re.sub(r"[_\s]+", " ", value).strip().lower() for value in values}
    if len(plain) < 2:  # noqa: PLR2004  (no order of one)
        return (), 0.0
    best: dict[str, int] = {}
    for scale in _scales():
        levels = {value: scale.get(word, scale.get(word.replace(" ", "_"), -1)) for value, word in plain.items()}
        if -1 not in levels.values() and len(set(levels.values())) == len(levels):
            best = levels
            break
    if best:
        return tuple(sorted(best, key=best.__getitem__)), 0.95 if len(best) > 2 else 0.75  # noqa: PLR2004
    for pattern in (_NUMBERED, _RANGE):
        found = {value: _lowest(pattern, word) for value, word in plain.items()}
        keys = [key for key in found.values() if key is not None]
        if len(keys) == len(plain) and len(set(keys)) == len(keys) > 1 and len(keys) <= 30:  # noqa: PLR2004
            return tuple(sorted(plain, key=lambda value: found[value] or (0.0, 0))), 0.9
    return (), 0.0


def _lowest(pattern: re.Pattern[str], word: str) -> tuple[float, int] | None:
    match = pattern.fullmatch(word)
    if match is None:
        return None
    if pattern is _NUMBERED:
        return float(match[1] or match[2]), 0
    named = {key: float(text.replace(",", ".")) for key, text in match.groupdict().items() if text and key != "below"}
    ((key, value),) = named.items()
    return value, {"most": -1, "low": 0, "plus": 1, "least": 1}[key]
