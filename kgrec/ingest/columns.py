"""What a column holds, judged by its name and its cells: a number with a unit, a date, categories, a text ...

A column is judged alone first; which one is the id and which the name of an item follows from comparing them
(roles.py). Every judgement says why and how sure it is, because it is shown to whoever imports the table, and written
down where it can be corrected.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from kgrec.ingest.cells import (
    TRUTHS,
    Unit,
    decimal_sign,
    is_day_first,
    is_range,
    is_unknown,
    read_amount,
    read_date,
    read_truth,
    units,
)
from kgrec.ingest.column_words import CODES, COORDINATES, LINKS, PERCENTS, PROSE, SHARES, TRUE_NAMES
from kgrec.ingest.multiple import path_sign, separator_of
from kgrec.ingest.scales import order_of, quantity_of, unit_in_name, words_of


class Role(StrEnum):
    """What a column is for."""

    IDENTIFIER = "identifier"
    LABEL = "label"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    CATEGORY = "category"
    MULTI = "multi"  # several categories a cell
    ORDERED = "ordered"
    HIERARCHY = "hierarchy"
    TEXT = "text"
    URL = "url"
    KEY = "key"  # the id of a row of another table
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Column:
    """A column and what it was taken for.

    Attributes:
        name: as the header has it; of another table with its name before: ``breweries.city``.
        role, sure, why: what it is for, how sure that is (0 to 1), and what tells.
        unit: of a number.
        decimal: the sign before the decimals of a number.
        times: what a number is multiplied by: shares are told as percent.
        separator: between the values of one cell, or the levels of a path.
        order: of ordered values, lowest first.
        day_first: whether 03/04/2020 is in April.
        filled, distinct: the share of cells that say something; how many different ones do.
        evenness: how well the values divide the items: bits told by knowing the value.
        examples: some values, the most frequent first.
        target: the table that a key leads to.
    """

    name: str
    role: Role
    sure: float
    why: str
    unit: str = ""
    decimal: str = "."
    times: float = 1.0
    separator: str = ""
    order: tuple[str, ...] = ()
    day_first: bool = True
    filled: float = 0.0
    distinct: int = 0
    evenness: float = 0.0
    examples: tuple[str, ...] = ()
    target: str = ""

    @property
    def is_truth(self) -> bool:
        """Whether its cells say yes or no, or maybe something else beside: yes, no, with care."""
        if self.role is not Role.CATEGORY or self.distinct > _FEW_TRUTHS:
            return self.role is Role.BOOLEAN
        words = [one for one in self.examples if one.isalpha() and one.lower() not in ("t", "f")]
        return {read_truth(one) for one in words} >= {True, False}


@dataclass(frozen=True, slots=True)
class Sample:
    """The cells of a column that say something, of the first rows of its table."""

    name: str
    cells: tuple[str, ...]
    n_rows: int

    @property
    def words(self) -> list[str]:
        """The words in its name."""
        return words_of(self.name)

    @property
    def is_measured(self) -> bool:
        """Whether its name tells a unit."""
        return unit_in_name(self.name) is not None

    @property
    def is_unique(self) -> bool:
        """Whether no two rows share a cell and none lacks one."""
        return len(self.cells) == self.n_rows == len(set(self.cells))


_MIXED: Final = 0.6
"""How sure a number is in several currencies."""
_URL: Final = re.compile(r"(?:https?|ftp)://\S+|www\.\S+", re.IGNORECASE)
_DOMAIN: Final = re.compile(r"(?:[\w\-]+\.)+[a-z]{2,6}(?:/\S*)?", re.IGNORECASE)
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_PAIR: Final = re.compile(r"\(?-?\d{1,3}\.\d+\s*[,|; ]\s*-?\d{1,3}\.\d+\)?")
_MOST: Final = 0.95
_FEW_TRUTHS: Final = 5
"""So many different cells, yes and no among them, may be an answer each to what the column's name asks."""
_FEW_VALUES: Final = 24
_LONG: Final = 45
_LOOKED_AT: Final = 4_000
"""So many cells of a column, spread over the first rows, are read to judge it."""

_YEARS: Final = (1000, 2200)


def judge(name: str, cells: Sequence[str], n_rows: int | None = None) -> Column:
    """Return what a column is, judged alone.

    Args:
        name: of the column.
        cells: of the first rows.
        n_rows: how many rows those are, if not as many as there are cells.
    """
    known = tuple(cell.strip() for cell in cells if not is_unknown(cell))
    spread = known[:: max(1, len(known) // _LOOKED_AT)]
    sample = Sample(name, spread, len(cells) if n_rows is None else n_rows)
    counts = Counter(known)
    facts = Column(
        name,
        Role.IGNORE,
        1.0,
        "every cell is empty",
        filled=len(known) / max(sample.n_rows, 1),
        distinct=len(counts),
        examples=tuple(cell[:40] for cell, _ in counts.most_common(4)),
    )
    if not known:
        return facts
    for judge_one in _JUDGES:
        found = judge_one(sample, facts)
        if found is not None:
            return replace(found, evenness=_evenness(found, counts))
    return _by_words(sample, facts, counts)


def _evenness(column: Column, counts: Counter[str]) -> float:
    """Return the bits that knowing the value tells, of values that several items have."""
    if column.role is Role.MULTI:
        counts = Counter(part for cell, n in counts.items() for part in split(cell, column.separator) for _ in range(n))
    total = sum(counts.values())
    shared = [count / total for count in counts.values() if count > 1]
    return -sum(share * math.log2(share) for share in shared)


def split(cell: str, separator: str) -> list[str]:
    """Return the values in a cell; none of them is empty."""
    return [part for part in map(str.strip, cell.split(separator)) if part] if separator else [cell.strip()]


def _share(cells: Sequence[str], holds: Callable[[str], object]) -> float:
    return sum(bool(holds(cell)) for cell in cells) / len(cells)


# --- one kind after the other ---------------------------------------------------------------------------------------


def _place(sample: Sample, facts: Column) -> Column | None:
    if _share(sample.cells, _PAIR.fullmatch) > _MOST:
        return replace(facts, sure=0.95, why="pairs of coordinates")
    words = set(sample.words)
    if words & COORDINATES and _share(sample.cells, lambda cell: read_amount(cell) is not None) > _MOST:
        degrees = all(abs(amount.value) <= 360 for cell in sample.cells[:500] if (amount := read_amount(cell)))  # noqa: PLR2004
        if degrees:
            return replace(facts, sure=0.95, why="a coordinate")
    return None


def _code(sample: Sample, facts: Column) -> Column | None:
    words = set(sample.words)
    if words & CODES and not words & {"is", "has"}:
        return replace(facts, sure=0.9, why="a code or a number to dial, by its name")
    if _share(sample.cells, _MAIL.fullmatch) > _MOST:
        return replace(facts, sure=0.95, why="mail addresses")
    longest = max(map(len, sample.cells))
    if longest > 24 and _share(sample.cells, re.compile(r"[0-9A-Fa-f\-]{24,}").fullmatch) > _MOST:  # noqa: PLR2004
        return replace(facts, sure=0.9, why="codes for machines")
    return None


def _link(sample: Sample, facts: Column) -> Column | None:
    if _share(sample.cells, _URL.fullmatch) > 0.9:  # noqa: PLR2004
        return replace(facts, role=Role.URL, sure=0.98, why="links")
    if set(sample.words) & LINKS and _share(sample.cells, _DOMAIN.fullmatch) > 0.8:  # noqa: PLR2004
        return replace(facts, role=Role.URL, sure=0.9, why="names of web sites")
    return None


def _same(sample: Sample, facts: Column) -> Column | None:
    if facts.distinct == 1 and sample.n_rows > 3 and facts.filled > 0.5:  # noqa: PLR2004
        return replace(facts, sure=0.95, why=f"{sample.cells[0][:30]!r} in every row")
    return None


def _truth(sample: Sample, facts: Column) -> Column | None:
    values = {cell.lower() for cell in sample.cells}
    is_mixed = len({read_truth(value) for value in values}) != len(values)
    if not values <= TRUTHS.keys() or (is_mixed and not {"yes", "true", "ja", "oui"} & values):
        return None
    digits = values <= {"0", "1"}
    if len(values) == 1 and (digits or not values & {"yes", "no", "true", "false"}):
        return None
    named = bool(set(sample.words) & TRUE_NAMES)
    return replace(
        facts,
        role=Role.BOOLEAN,
        sure=0.8 if digits and not named else 0.98,
        why=" and ".join(sorted(values, key=lambda value: not read_truth(value))),
    )


def _number(sample: Sample, facts: Column) -> Column | None:
    decimal = decimal_sign(sample.cells)
    is_measured = sample.is_measured
    read = [read_amount(cell, decimal, is_measured=is_measured) for cell in sample.cells]
    amounts = [amount for amount in read if amount is not None]
    share = len(amounts) / len(read)
    if share < 0.9 or _zero_padded(sample.cells):  # noqa: PLR2004
        return None
    words = Counter(amount.word for amount in amounts)
    unit, is_fine = _unit(sample.name, words)
    if not is_fine:
        return None
    values = [amount.value for amount in amounts]
    times = 1.0
    if not unit and set(sample.words) & SHARES and min(values) >= 0 and max(values) <= 1 and facts.distinct > 2:  # noqa: PLR2004
        unit, times = "%", 100.0
    elif not unit and set(sample.words) & PERCENTS and min(values) >= 0 and max(values) <= 100:  # noqa: PLR2004
        unit = "%"
    odd = f"; {len(read) - len(amounts)} cells are none, such as {_odd(sample.cells, read)!r}" if share < 1 else ""
    why = _told_as(sample, values, unit if times == 1 else None, decimal) + odd
    sure = 0.97 if share == 1 else 0.6 + 0.35 * (share - 0.9) / 0.1
    if len(currencies := _currencies(words)) > 1:
        why += f"; {' and '.join(currencies)} stand side by side, and none is converted"
        sure = min(sure, _MIXED)
    return replace(facts, role=Role.NUMBER, sure=sure, why=why, unit=unit, decimal=decimal, times=times)


def _currencies(words: Iterable[str]) -> list[str]:
    """Return the currencies among the words beside numbers."""
    known = (units().get(word) for word in words)
    return sorted({unit.name for unit in known if unit and unit.measures == "money"})


def _told_as(sample: Sample, values: Sequence[float], unit: str | None, decimal: str) -> str:
    """Return how a column tells its numbers, in words; without a unit: as shares of one."""
    whole = "whole " if all(map(float.is_integer, values)) else ""
    why = "years" if _are_years(sample.words, values) else f"{whole}numbers"
    if unit is None:
        why = "shares of one, told as percent"
    elif unit:
        why += f" in {unit}"
    if decimal == ",":
        why += ", with a decimal comma"
    is_measured = sample.is_measured
    has_ranges = any(is_range(cell, is_measured=is_measured) for cell in sample.cells)
    return why + ("; of ranges the upper end" if has_ranges else "")


def _odd(cells: Sequence[str], read: Sequence[object]) -> str:
    return next(cell for cell, amount in zip(cells, read, strict=True) if amount is None)[:30]


def _unit(name: str, words: Counter[str]) -> tuple[str, bool]:
    """Return the unit, "" where the name says it already ("ibu 28"), and whether the words in the cells make sense."""
    unit, is_fine = _unit_told(name, words)
    is_name = unit.casefold() == name.strip().casefold() and len(words.keys() - {""}) <= 1
    return "" if is_name else unit, is_fine


def _unit_told(name: str, words: Counter[str]) -> tuple[str, bool]:
    """Return the unit that stands in most cells, or in the name, and whether the words in the cells make sense."""
    said = {word: count for word, count in words.items() if word}
    if not said:
        unit = unit_in_name(name)
        return (unit.name if unit else ""), True
    word = max(said, key=said.__getitem__)
    known: list[Unit | None] = [units().get(one) for one in said]
    measured = {unit.measures for unit in known if unit}
    quantity = quantity_of(name)
    if measured == {"mass"} and word in ("pound", "pounds") and quantity and "price" in quantity.stems:
        return "£", True
    if None in known:  # a word that is no unit: fine if it is always the same
        return (word.strip("+"), True) if len(said) == 1 and len(word) <= 12 else ("", False)  # noqa: PLR2004
    return units()[word].name, len(measured) == 1


def _are_years(words: Sequence[str], values: Sequence[float]) -> bool:
    low, high = _YEARS
    return all(value.is_integer() and low <= value <= high for value in values) and bool(
        {"year", "yr", "vintage", "founded", "built", "established"} & set(words) or min(values) >= 1800  # noqa: PLR2004
    )


def _zero_padded(cells: Sequence[str]) -> bool:
    return sum(len(cell) > 1 and cell[0] == "0" and cell.isdecimal() for cell in cells) > 0.2 * len(cells)


def _date(sample: Sample, facts: Column) -> Column | None:
    day_first = is_day_first(sample.cells)
    share = _share(sample.cells, lambda cell: read_date(cell, is_day_first=day_first))
    if share < 0.9:  # noqa: PLR2004
        return None
    return replace(facts, role=Role.DATE, sure=0.6 + 0.37 * (share - 0.9) / 0.1, why="dates", day_first=day_first)


def _order(sample: Sample, facts: Column) -> Column | None:
    values = tuple(dict.fromkeys(sample.cells))
    if len(values) > _FEW_VALUES * 2:
        return None
    order, sure = order_of(values)
    if not order or (len(order) == 2 and sure < 0.9 and facts.filled < 0.5):  # noqa: PLR2004
        return None
    return replace(facts, role=Role.ORDERED, sure=sure, why="words with an order", order=order)


def _path(sample: Sample, facts: Column) -> Column | None:
    sign = path_sign(sample.cells)
    if not sign:
        return None
    return replace(facts, role=Role.HIERARCHY, sure=0.85, why=f"paths, {sign!r} between levels", separator=sign)


def _several(sample: Sample, facts: Column) -> Column | None:
    separator, sure = separator_of(sample.cells)
    if not separator:
        return None
    if set(sample.words) & PROSE and (separator.strip() not in ("|", ";") or sure < 0.9):  # noqa: PLR2004  (a guess)
        return None
    distinct = len({part for cell in sample.cells for part in split(cell, separator)})
    why = f"several values a cell, {separator.strip()!r} between them"
    return replace(facts, role=Role.MULTI, sure=sure, why=why, separator=separator, distinct=distinct)


_JUDGES: Final = (_place, _code, _link, _same, _truth, _number, _date, _order, _path, _several)


# --- words ----------------------------------------------------------------------------------------------------------


def _by_words(sample: Sample, facts: Column, counts: Counter[str]) -> Column:
    """Return what a column of plain words is: a text, or categories; names and ids are found by comparing columns."""
    length = sum(map(len, sample.cells)) / len(sample.cells)
    n_words = sum(cell.count(" ") + 1 for cell in sample.cells) / len(sample.cells)
    repeated = 1 - len(counts) / sum(counts.values())
    evenness = _evenness(facts, counts)
    is_few = len(counts) <= _FEW_VALUES and repeated > 0.3  # noqa: PLR2004
    prose = bool(set(sample.words) & PROSE)
    if (length > _LONG and not is_few) or (prose and (length > 12 or n_words > 2)):  # noqa: PLR2004
        return replace(facts, role=Role.TEXT, sure=0.95 if length > _LONG else 0.8, why="texts")
    if is_few or repeated > 0.5:  # noqa: PLR2004
        why = f"{len(counts)} values that recur"
        return replace(facts, role=Role.CATEGORY, sure=0.95 if is_few else 0.85, why=why, evenness=evenness)
    if n_words > 4 and length > 25:  # noqa: PLR2004
        return replace(facts, role=Role.TEXT, sure=0.7, why="texts, hardly any of them twice")
    sure = 0.5 + 0.3 * min(repeated / 0.5, 1.0)
    why = f"{len(counts)} values, {repeated:.0%} of the cells repeat one"
    return replace(facts, role=Role.CATEGORY, sure=sure, why=why, evenness=evenness)
