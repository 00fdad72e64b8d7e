"""Which column is the id of an item, which its name, and which are ids of something else.

A column alone cannot tell: "Model" names a car unless "Make" does it better, and a unique number is the id only where
no other column is one. So the columns of a table are judged first (columns.py) and compared here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from kgrec.ingest.cells import is_unknown
from kgrec.ingest.column_words import ID_WORDS
from kgrec.ingest.columns import Column, Role, Sample, judge
from kgrec.text import fold

SAMPLE_ROWS: Final = 20_000
"""So many rows decide what columns are."""

UNNAMED: Final = "(unnamed "
_NAMES: Final = frozenset({"name", "title", "label", "names", "titles"})
_NAMED: Final = frozenset({"model", "make", "product", "item", "variety", "caption", "heading", "fullname", "entity"})
_COUNTERS: Final = frozenset({"index", "row", "rownum", "rowid", "rownames", "row_names", "n", "nr", "no", "x1"})
_CODE_LENGTH: Final = 16
_ENOUGH: Final = 3.0
_NEARLY: Final = 0.98


def columns_of(table: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Column, ...]:
    """Return what the columns of a table are for; at most one is the identifier, at most one the label.

    Args:
        table: what the table is called, in singular ("beer"): a column "beer_id" is its id.
        header: the names of the columns.
        rows: the first rows.
    """
    cells = {name: [row[place] for row in rows] for place, name in enumerate(header)}
    samples = {
        name: Sample(name, tuple(cell.strip() for cell in column if not is_unknown(cell)), len(rows))
        for name, column in cells.items()
    }
    columns = {name: judge(name, column, len(rows)) for name, column in cells.items()}
    _counters(columns, samples)
    identifier = _identifier(table, columns, samples)
    label = _label(table, columns, samples, identifier)
    for name, column in columns.items():
        if name == identifier:
            columns[name] = _as_id(column, samples[name])
        elif name == label:
            why = "its name, and hardly two alike" if _is_named(samples[name]) else "words, hardly two alike"
            sure = 0.97 if set(samples[name].words) & _NAMES else 0.75
            columns[name] = replace(column, role=Role.LABEL, sure=sure, why=why, unit="", separator="")
        else:
            columns[name] = _elsewhere(column, samples[name])
    return tuple(columns.values())


def _as_id(column: Column, sample: Sample) -> Column:
    named = bool(set(sample.words) & ID_WORDS)
    unique = column.distinct == sample.n_rows
    why = "no two alike" if unique else f"called {column.name!r}, though not all differ"
    sure = (0.98 if named else 0.8) if unique else 0.6
    return replace(column, role=Role.IDENTIFIER, sure=sure, why=why, unit="", times=1.0)


def _counters(columns: dict[str, Column], samples: Mapping[str, Sample]) -> None:
    """Set columns that only number the rows aside."""
    for place, (name, sample) in enumerate(samples.items()):
        is_meant = name.startswith(UNNAMED) or "_".join(sample.words) in _COUNTERS
        if not is_meant or not sample.is_unique or not all(cell.isdecimal() for cell in sample.cells):
            continue
        numbers = [int(cell) for cell in sample.cells]
        is_counting = max(numbers) - min(numbers) == len(numbers) - 1
        is_ascending = name.startswith(UNNAMED) and numbers == sorted(numbers)  # of rows that were picked
        if (is_counting and (place == 0 or name.startswith(UNNAMED))) or is_ascending:
            columns[name] = replace(columns[name], role=Role.IGNORE, sure=0.95, why="it numbers the rows", unit="")


# --- the id ---------------------------------------------------------------------------------------------------------


def _identifier(table: str, columns: Mapping[str, Column], samples: Mapping[str, Sample]) -> str:
    """Return the column with the id of an item; "" if there is none."""
    scores = {name: _id_score(table, place, columns[name], samples[name]) for place, name in enumerate(columns)}
    best = max(scores, key=lambda name: scores[name], default="")
    return best if best and scores[best] >= _ENOUGH else ""


def _id_score(table: str, place: int, column: Column, sample: Sample) -> float:
    """Return how much speaks for a column being the id."""
    words = sample.words
    if not sample.cells or column.role in (Role.TEXT, Role.BOOLEAN, Role.DATE, Role.ORDERED, Role.URL):
        return 0.0
    if column.role is Role.IGNORE and column.why == "it numbers the rows":
        return 0.0
    exact = words in (["id"], ["uri"], ["iri"], ["identifier"], ["key"], ["code"], ["slug"], ["uuid"], ["sku"])
    own = bool(words) and words[-1] in ("id", "uri", "code", "key", "nr", "no") and fold(table) in fold(" ".join(words))
    distinct = len(set(sample.cells)) / max(sample.n_rows, 1)
    if distinct < 1 and not ((exact or own) and distinct >= _NEARLY):
        return 0.0
    score = 4.0 if exact or own else 3.0 if words and words[-1] in ID_WORDS else 0.0
    is_code = all(" " not in cell and len(cell) <= _CODE_LENGTH for cell in sample.cells)
    has_digits = sum(any(sign.isdecimal() for sign in cell) for cell in sample.cells) > 0.2 * len(sample.cells)
    is_number = column.role is Role.NUMBER
    if is_code and not is_number and (has_digits or all(cell == cell.upper() for cell in sample.cells)):
        score += 2.0
    if column.role is Role.IGNORE and not (exact or own):
        score -= 2.0
    if is_number and score and not all(cell.lstrip("-").isdecimal() for cell in sample.cells):
        return 0.0
    words_alone = is_code and not is_number and len(words) <= 1 and place == 0
    return score + (1.0 if place == 0 else 0.0) + (0.5 if words_alone else 0.0) if score else 0.0


def _elsewhere(column: Column, sample: Sample) -> Column:
    """Return a column that looks like ids of something else as such."""
    words = sample.words
    if column.role is Role.CATEGORY and column.distinct >= 0.9 * len(sample.cells) > _ENOUGH and _are_codes(sample):
        return replace(column, role=Role.IGNORE, sure=0.8, why="codes, hardly two alike")
    if not words or words[-1] not in ("id", "ids", "uid", "uuid", "key", "uri") or column.role is Role.IGNORE:
        return column
    if column.role is Role.MULTI:
        return column
    if column.distinct >= (0.9 if column.role is Role.NUMBER else 0.4) * len(sample.cells):
        return replace(column, role=Role.IGNORE, sure=0.85, why="ids in another collection", unit="")
    if all(" " not in cell for cell in sample.cells) and column.role in (Role.NUMBER, Role.CATEGORY):
        return replace(column, role=Role.KEY, sure=0.7, why="ids of something that several rows share", unit="")
    return column


def _are_codes(sample: Sample) -> bool:
    """Whether cells are one word with digits in it, as no name is."""
    coded = sum(" " not in cell and any(sign.isdecimal() for sign in cell) for cell in sample.cells)
    return coded > 0.95 * len(sample.cells)


# --- the name -------------------------------------------------------------------------------------------------------


def _label(table: str, columns: Mapping[str, Column], samples: Mapping[str, Sample], identifier: str) -> str:
    """Return the column with the name of an item; "" if there is none."""
    scores: dict[str, float] = {}
    for place, (name, column) in enumerate(columns.items()):
        if name != identifier and column.role in (Role.CATEGORY, Role.TEXT, Role.MULTI, Role.URL):
            scores[name] = _label_score(table, place, column, samples[name])
    best = max(scores, key=lambda name: (scores[name], _length(samples[name])), default="")
    return best if best and scores[best] >= _ENOUGH else ""


def _label_score(table: str, place: int, column: Column, sample: Sample) -> float:
    """Return how much speaks for a column being what items are called."""
    words, distinct = sample.words, len(set(sample.cells)) / max(sample.n_rows, 1)
    exact = len(words) == 1 and words[0] in _NAMES
    named = _is_named(sample)
    has_letters = sum(any(sign.isalpha() for sign in cell) for cell in sample.cells) > 0.5 * len(sample.cells)
    if not has_letters or column.filled < 0.8 or _length(sample) > 80 or column.role is Role.URL:  # noqa: PLR2004
        return 0.0
    if distinct < (0.2 if exact else 0.5):
        return 0.0
    score = 5.0 if exact else 4.0 if named else 2.0 if set(words) & _NAMED else 0.0
    if named and fold(table) in fold(" ".join(words)):
        score += 0.5
    if column.name.startswith(UNNAMED) and place == 0:
        score += 2.0
    if distinct > 0.9 and column.role is not Role.TEXT:  # noqa: PLR2004
        score += 2.0
    if place <= 1 and column.role is not Role.TEXT:
        score += 1.0
    return score


def _is_named(sample: Sample) -> bool:
    """Whether a column is called a name: "name", "beer_name", "title"."""
    return bool(sample.words) and (sample.words[-1] in _NAMES or sample.words[0] in _NAMES)


def _length(sample: Sample) -> float:
    return sum(map(len, sample.cells[:1000])) / max(len(sample.cells[:1000]), 1)
