"""Tables as people have them: CSV of any dialect, a sheet of a spreadsheet, or a JSON list of records, row by row.

A row may be wrong in many ways; whoever mends the file wants to hear of all of them. So mistakes are collected, and
reading goes on until there are MOST of them or the file ends.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from kgrec.domain import Place
from kgrec.errors import DataError
from kgrec.ingest.csv import Table, read_rows
from kgrec.ingest.sheets import SUFFIX, sheet_rows, split_sheet
from kgrec.ingest.sniff import MOST_COLUMNS, SEPARATOR_LINE, Dialect, names_columns, sniff, titles_above
from kgrec.text import clean

MOST: Final = 20
"""So many mistakes are told in one go."""

JSON_LIMIT: Final = 256 << 20
"""Bytes of a JSON file, which is read whole; a larger table has to be CSV."""

_TYPED: Final = re.compile(r"(.+):(token|float|token_seq|float_seq)")
_SUFFIXES: Final = (".json", ".jsonl", ".ndjson")


@dataclass(slots=True)
class Problems:
    """What is wrong with some files, up to MOST mistakes."""

    told: list[str] = field(default_factory=list)

    def add(self, place: Place | str, message: str) -> None:
        """Note a mistake; raises DataError with all of them when there are MOST."""
        self.told.append(f"{place}: {message}")
        if len(self.told) >= MOST:
            self.told.append(f"... and maybe more: these are the first {MOST}")
            self.check()

    def check(self) -> None:
        """Raise DataError with all that was noted, if anything was."""
        if self.told:
            raise DataError("\n".join(self.told))


@dataclass(frozen=True, slots=True)
class Source:
    """A table file: where it is, how it is written (None: JSON), what to call it.

    Attributes:
        path: the file.
        name: its name without suffix, in which other tables' columns are told apart: ``breweries.city``.
        dialect: how it is written; None for JSON.
        sheet: which sheet of a spreadsheet, "" the first.
    """

    path: Path
    name: str
    dialect: Dialect | None
    sheet: str = ""

    @property
    def file(self) -> str:
        """What the file, and the sheet of it, is called wherever it lies."""
        return f"{self.path.name}#{self.sheet}" if self.sheet else self.path.name

    @property
    def is_sheet(self) -> bool:
        """Whether it is a sheet of a spreadsheet."""
        return self.path.suffix.lower() == SUFFIX

    def open(self, problems: Problems) -> Table:
        """Return the table from its beginning; raises DataError for what nothing can be read of."""
        if self.dialect is None:
            return _json_table(self.path)
        if self.is_sheet:
            shown = f"{self.path}#{self.sheet}" if self.sheet else str(self.path)
            return _table(shown, iter(sheet_rows(self.path, self.sheet)), self.dialect, problems)
        return _table(str(self.path), _rows(self.path, self.dialect, str(self.path)), self.dialect, problems)

    def __str__(self) -> str:
        if self.is_sheet and self.dialect is not None:
            which = f"sheet {self.sheet!r}" if self.sheet else "first sheet"
            return f"{which}, {self.dialect.head}"
        return "JSON, one record an item" if self.dialect is None else str(self.dialect)


def source_of(path: Path) -> Source:
    """Return a table file as it is written, of a spreadsheet one sheet (``data.xlsx#Sheet 2``).

    Raises DataError if it cannot be a table.
    """
    path, sheet = split_sheet(path)
    if not path.exists():
        raise DataError(f"{path}: there is no such file")
    if not path.is_file():
        raise DataError(f"{path}: this is no file; name a table")
    if path.suffix.lower() in _SUFFIXES:
        return Source(path, path.stem, None)
    if path.suffix.lower() == SUFFIX:
        rows = [cells for _, cells in sheet_rows(path, sheet)]
        if not rows:
            raise DataError(f"{path}: the sheet is empty; its first row must name the columns")
        titles = titles_above(rows)
        dialect = Dialect(has_header=names_columns(rows[titles:])[0], titles=titles)
        return Source(path, sheet or path.stem, dialect, sheet)
    return Source(path, path.stem, sniff(path))


# --- CSV ------------------------------------------------------------------------------------------------------------


def _table(shown: str, rows: Iterator[tuple[int, list[str]]], dialect: Dialect, problems: Problems) -> Table:
    first = next(islice(rows, dialect.titles, None), None)
    if first is None:
        raise DataError(f"{shown}:1:1: the file is empty; its first line must name the columns")
    line, cells = first
    if dialect.has_header:
        header = _header(shown, line, cells)
    else:
        header = tuple(f"column_{number}" for number in range(1, len(cells) + 1))
        rows = _again(first, rows)
    if len(header) > MOST_COLUMNS:
        raise DataError(f"{Place(shown, line)}: {len(header):,} columns, more than {MOST_COLUMNS:,}; keep fewer")
    return Table(shown, header, _even(shown, len(header), rows, problems))


def _again(first: tuple[int, list[str]], rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from rows


def _header(shown: str, line: int, cells: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns: cleaned, types of RecBole's atomic files cut off, those without one numbered."""
    names = [clean(cell) for cell in cells]
    typed = [_TYPED.fullmatch(name) for name in names]
    if all(typed):
        names = [match[1] for match in typed if match]
    names = [name or f"(unnamed {number})" for number, name in enumerate(names, 1)]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise DataError(f"{Place(shown, line, place + 1)}: the column {name!r} occurs twice; rename one")
    return tuple(names)


def _even(
    shown: str, width: int, rows: Iterator[tuple[int, list[str]]], problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that have as many cells as the header; empty cells too many at the end are cut off."""
    for line, row in rows:
        if len(row) > width and not any(cell.strip() for cell in row[width:]):
            row = row[:width]  # noqa: PLW2901  (the same row, mended)
        if len(row) == width:
            yield line, row
        else:
            place = Place(shown, line, min(len(row), width) + 1)
            problems.add(place, f"{len(row)} cells where the header has {width}; is a quote or a separator missing?")


def _rows(path: Path, dialect: Dialect, shown: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of every row that says anything; a row is where it begins."""
    sign = "\x1f" if len(dialect.delimiter) > 1 else dialect.delimiter

    def mend(lines: Iterator[str]) -> Iterator[str]:
        for number, line in enumerate(lines):
            text = "\n" if number == 0 and SEPARATOR_LINE.fullmatch(line) else line
            yield text.replace(dialect.delimiter, sign) if sign != dialect.delimiter else text

    def undecodable(line: int, error: UnicodeDecodeError) -> str:
        return f"{shown}:{line}:1: not {dialect.encoding} ({error.reason}); save the file as UTF-8"

    quoting = {"quotechar": dialect.quote} if dialect.quote else {"quoting": csv.QUOTE_NONE, "strict": False}
    rows = read_rows(path, shown, dialect.encoding, undecodable, mend, delimiter=sign, **quoting)
    return ((line, row) for line, row in rows if any(row))


# --- JSON -----------------------------------------------------------------------------------------------------------


def _json_table(path: Path) -> Table:
    """Return a list of records as a table; a row's line is that of JSON lines, else the number of its record."""
    shown = str(path)
    if path.stat().st_size > JSON_LIMIT:
        raise DataError(f"{shown}: over {JSON_LIMIT >> 20} MB of JSON; save it as CSV, which is read row by row")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{shown}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    text = re.sub(r"\A(?:\s*#[^\n]*\n)+", lambda found: "\n" * found[0].count("\n"), text)
    if path.suffix.lower() == ".json":
        return table_of_records(shown, list(enumerate(_records(_loads(text, shown)), 1)))
    lines = ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
    return table_of_records(shown, [(number, _loads(line, shown, number)) for number, line in lines])


def table_of_records(shown: str, records: Sequence[tuple[int, Any]]) -> Table:
    """Return records, each with the line it stands on, as a table; raises DataError for what is no record."""
    flat = []
    for line, record in records:
        if not isinstance(record, dict):
            raise DataError(f"{Place(shown, line)}: not a list of records, as in [{{...}}, {{...}}]")
        flat.append((line, dict(_flat(record))))
    header = tuple(dict.fromkeys(name for _, record in flat for name in record))
    if not header:
        raise DataError(f"{shown}:1:1: there are no records in it")
    if len(header) > MOST_COLUMNS:
        raise DataError(f"{shown}:1:1: the records have {len(header):,} keys, more than {MOST_COLUMNS:,}; keep fewer")
    return Table(shown, header, ((line, [record.get(name, "") for name in header]) for line, record in flat))


def _loads(text: str, shown: str, line: int = 1) -> Any:
    """Return what JSON that begins on a line says."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = Place(shown, line + error.lineno - 1, error.colno)
        raise DataError(f"{place}: {error.msg}; this is no JSON") from error
    except RecursionError as error:
        raise DataError(f"{shown}: nested too deeply to be a table") from error


def _records(found: Any) -> list[Any]:
    """Return the records of a document: a list, the one list it holds, or the document itself."""
    if isinstance(found, dict):
        lists = [value for value in found.values() if isinstance(value, list)]
        return lists[0] if len(lists) == 1 else [found]
    return found if isinstance(found, list) else [found]


def _flat(record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield key → cell; a record in a record has keys such as ``price.single``, a list becomes ``a|b``."""
    for key, value in record.items():
        name = clean(f"{prefix}{key}")
        if isinstance(value, dict):
            yield from _flat(value, f"{name}.")
        else:
            parts = value if isinstance(value, list) else [value]
            yield name, "|".join(_cell(part) for part in parts)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
