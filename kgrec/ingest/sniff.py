"""How a table file is written: its encoding, what stands between cells, how cells are quoted, whether it has a header.

All of it is decided from the first stretch of the file, except for the encoding, for which the whole file is gone
through once, in pieces: a name with an accent may be on the last line. Every decision says how sure it is.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from kgrec.domain import Place
from kgrec.errors import DataError
from kgrec.ingest.cells import is_unknown, read_amount, read_date

SAMPLE: Final = 1 << 18
"""So many bytes decide how the file is written."""

MOST_COLUMNS: Final = 2_000
"""A table with more columns is none that anybody could be asked about."""

SEPARATOR_LINE: Final = re.compile(r"\ufeff?sep=.\s*")
"""What some spreadsheets write above the header: sep=;"""

_CHUNK: Final = 1 << 20
_ROWS: Final = 400
_DELIMITERS: Final = (",", ";", "\t", "|", "::", "^")
_PACKED: Final = {
    b"PK\x03\x04": "a zip (or a spreadsheet)",
    b"\x1f\x8b": "a gzip",
    b"BZh": "a bzip2",
    b"\xfd7zXZ": "an xz",
}
_NAME_LENGTH: Final = 60
_MOST_TITLES: Final = 5
_EVEN: Final = 0.95


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table file is written.

    Attributes:
        encoding: as Python calls it.
        delimiter: between cells; may have several characters (``::``).
        quote: around cells, "" for none.
        has_header: whether the first row names the columns.
        sure: 0 to 1, how sure the least sure of these is.
        titles: how many rows above that one say what the table is about.
    """

    encoding: str = "utf-8-sig"
    delimiter: str = ","
    quote: str = '"'
    has_header: bool = True
    sure: float = 1.0
    titles: int = 0

    def __str__(self) -> str:
        between = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "strokes (|)"}.get(
            self.delimiter, repr(self.delimiter)
        )
        quoted = {'"': "", "'": ", single quotes", "": ", no quotes"}[self.quote]
        encoding = self.encoding.removesuffix("-sig").upper()
        return f"{encoding}, {between}{quoted}, {self.head}"

    @property
    def head(self) -> str:
        """What stands above the rows, in words."""
        above = ("", " below a title")[self.titles] if self.titles < 2 else f" below {self.titles} lines of titles"  # noqa: PLR2004
        return f"{'a' if self.has_header else 'no'} header{above}"


def sniff(path: Path, shown: str = "") -> Dialect:
    """Return how a table file is written.

    Raises:
        DataError: unreadable, empty, packed, NUL bytes, two encodings in one file, or too many columns.
    """
    shown = shown or str(path)
    try:
        with path.open("rb") as file:
            head = file.read(SAMPLE)
        for magic, what in _PACKED.items():
            if head.startswith(magic):
                raise DataError(f"{shown}: this is {what} file, no plain table; unpack it, or save it as CSV in UTF-8")
        encoding, sure = _encoding(path, head, shown)
    except OSError as error:
        raise DataError(f"{shown}: cannot be read ({error.strerror})") from error
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    lines = text.splitlines(keepends=True)
    if len(head) == SAMPLE and len(lines) > 1:
        lines.pop()  # cut in two
    lines = [line for line in lines[: _ROWS * 4] if not SEPARATOR_LINE.fullmatch(line)]
    if not any(line.strip() for line in lines):
        raise DataError(f"{shown}:1:1: the file is empty; its first line must name the columns")
    delimiter, quote, rows, clear = _delimiter(lines)
    if delimiter == "\t" and quote and not _are_quotes(path, encoding):
        quote = ""
    if rows and len(rows[0]) > MOST_COLUMNS:
        raise DataError(
            f"{Place(shown, 1, MOST_COLUMNS + 1)}: {len(rows[0]):,} columns, more than {MOST_COLUMNS:,}; is a line end "
            "missing? If not, keep the columns that matter"
        )
    rows = [row for row in rows if any(row)]
    titles = titles_above(rows)
    has_header, header_sure = names_columns(rows[titles:])
    return Dialect(encoding, delimiter, quote, has_header, min(sure, clear, header_sure), titles)


# --- encoding -------------------------------------------------------------------------------------------------------


def _encoding(path: Path, head: bytes, shown: str) -> tuple[str, float]:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return name, 1.0
    for name, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
        letters = head[: 2000 - 2000 % 2]
        if len(letters) > 3 and letters[offset::2].count(0) > 0.7 * len(letters[offset::2]):  # noqa: PLR2004
            return name, 0.9
    fault = _first_fault(path)
    if fault is None:
        return "utf-8-sig", 1.0
    latin, utf8 = _lines_beyond_ascii(path)
    if utf8 and latin:
        few, other = (len(utf8), "UTF-8") if len(latin) > len(utf8) else (len(latin), "not UTF-8")
        line, column, byte = latin[0]
        raise DataError(
            f"{Place(shown, line, column)}: byte {byte:#04x} is not UTF-8, but line {utf8[0][0]} is: two encodings in "
            f"one file; save those that are {other} ({few:,}) like the rest"
        )
    return ("latin-1", 0.6) if _has_undefined(path) else ("cp1252", 0.8)


def _first_fault(path: Path) -> int | None:
    """Return about where the file stops being UTF-8, None if it is UTF-8 to the end."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return done
            done += len(chunk)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return done
    return None


def _lines_beyond_ascii(path: Path) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
    """Return the first lines beyond ASCII that are not UTF-8, and those that are, as (line, column, byte)."""
    latin: list[tuple[int, int, int]] = []
    utf8: list[tuple[int, int, int]] = []
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(_CHUNK), b""), 1):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                utf8.append((number, 1, 0))
            except UnicodeDecodeError as error:
                latin.append((number, error.start + 1, line[error.start]))
            if len(latin) + len(utf8) > _CHUNK:
                break
    return latin, utf8


def _has_undefined(path: Path) -> bool:
    """Return whether bytes occur that Windows-1252 has no sign for."""
    with path.open("rb") as file:
        return any(re.search(rb"[\x81\x8d\x8f\x90\x9d]", chunk) for chunk in iter(lambda: file.read(_CHUNK), b""))


# --- delimiter and quotes -------------------------------------------------------------------------------------------


def _delimiter(lines: Sequence[str]) -> tuple[str, str, list[list[str]], float]:
    """Return what stands between cells, what quotes them, the first rows so read, and how sure that is."""
    found: list[tuple[float, int, str, str, list[list[str]]]] = []
    for rank, delimiter in enumerate(_DELIMITERS):
        if not any(delimiter in line for line in lines):
            continue
        for quote in _quotes(lines, delimiter):
            rows = _read(lines, delimiter, quote)
            agreeing = _evenness(rows) if rows else 0.0
            if agreeing:
                found.append((agreeing - 0.002 * rank, len(rows[0]), delimiter, quote, rows))
            if agreeing > _EVEN:
                break  # quotes that can be quotes are
    if not found:
        return ",", '"', _read(lines, ",", '"') or [[line.strip()] for line in lines], 0.7
    found.sort(key=lambda one: -one[0])
    best, runner_up = found[0], next((one for one in found if one[2] != found[0][2]), None)
    clear = 1.0 if runner_up is None or runner_up[0] < best[0] / 2 else 0.7
    return best[2], best[3], best[4], clear


def _quotes(lines: Sequence[str], delimiter: str) -> tuple[str, ...]:
    edge = re.compile(rf"(?:^|{re.escape(delimiter)})'[^']*'(?:{re.escape(delimiter)}|$)")
    single = sum(bool(edge.search(line.rstrip("\r\n"))) for line in lines)
    if single > len(lines) / 2 and not any('"' in line for line in lines):
        return ("'", "")
    # Only where commas cannot stand in cells do people leave quotes alone: elsewhere one too few is a mistake.
    return ('"', "") if delimiter in ("\t", "|", "::") and any('"' in line for line in lines) else ('"',)


def _are_quotes(path: Path, encoding: str) -> bool:
    """Return whether quotes in a tab-separated file are around whole cells, not part of names."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        for line in iter(lambda: file.readline(_CHUNK), ""):
            if '"' in line and any(cell.count('"') % 2 for cell in line.rstrip("\r\n").split("\t")):
                return False
    return True


def _read(lines: Sequence[str], delimiter: str, quote: str) -> list[list[str]]:
    """Return the first rows, none if they cannot be read so."""
    sign = "\x1f" if len(delimiter) > 1 else delimiter
    if sign != delimiter:
        lines = [line.replace(delimiter, sign) for line in lines]
    try:
        reader = (
            csv.reader(lines, delimiter=sign, quotechar=quote, strict=True)
            if quote
            else csv.reader(lines, delimiter=sign, quoting=csv.QUOTE_NONE)
        )
        rows: list[list[str]] = []
        rows.extend(row for row in islice(reader, _ROWS) if row)  # what was read before a mistake stays
    except csv.Error:
        # A cell that begins with a quote and goes on: an unfinished last one is the sample's end, not the file's.
        return rows if len(rows) > 3 and reader.line_num >= len(lines) else []  # noqa: PLR2004
    return rows


def _evenness(rows: Sequence[Sequence[str]]) -> float:
    """Return how well a delimiter does: how many rows agree on their width, and how wide they are."""
    widths = Counter(map(len, rows))
    width, agreeing = max(widths.items(), key=lambda one: (one[1], one[0]))
    if width < 2:  # noqa: PLR2004  (one column is no table yet)
        return 0.0
    return agreeing / len(rows) + min(width, 20) / 200


# --- header ---------------------------------------------------------------------------------------------------------


def titles_above(rows: Sequence[Sequence[str]]) -> int:
    """Return how many rows with one filled cell stand above the first that can name columns: titles, not names.

    >>> titles_above([["Visits", "", ""], ["as of May"], ["museum", "city", "stars"], ["Prado", "Madrid", "5"]])
    2
    """
    filled = [sum(map(bool, map(str.strip, row))) for row in rows[: _MOST_TITLES + 1]]
    found = next((place for place, cells in enumerate(filled) if cells > 1), 0)
    return found if found and filled[found] > 2 else 0  # noqa: PLR2004  (two columns are told apart by nothing)


def names_columns(rows: Sequence[Sequence[str]]) -> tuple[bool, float]:
    """Return whether the first row names the columns, and how sure that is."""
    first = [cell.strip() for cell in rows[0]]
    below = [row for row in rows[1:] if len(row) == len(first)]
    if not below:
        return True, 0.6
    if any(cell and _is_value(cell) for cell in first):
        return False, 0.9 if sum(map(_is_value, first)) > 1 else 0.7
    columns = [[row[place].strip() for row in below] for place in range(len(first))]
    contrasts = sum(
        bool(cells) and sum(map(_is_value, cells)) > 0.8 * len(cells)
        for cells in ([cell for cell in column if not is_unknown(cell)] for column in columns)
    )
    if contrasts:
        return True, 1.0
    recurring = sum(name in column for name, column in zip(first, columns, strict=True) if name)
    if recurring or max(map(len, first)) > _NAME_LENGTH:
        return False, 0.6
    return True, 0.8


def _is_value(cell: str) -> bool:
    """Return whether a cell is a number, a date or a link, which names of columns are not."""
    return read_amount(cell) is not None or read_date(cell) is not None or "://" in cell


__all__ = ["MOST_COLUMNS", "SEPARATOR_LINE", "Dialect", "names_columns", "sniff", "titles_above"]
