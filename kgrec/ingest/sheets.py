"""Sheets of a spreadsheet (.xlsx) as rows of text, by the standard library alone.

A workbook is a zip of XML: the names of the sheets and where each lies, the texts that cells share, the cells. Of what
a cell looks like only this is read: whether it is a date. Dates are numbers of days that are shown as dates.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Final
from xml.etree import ElementTree as ET

from kgrec.errors import DataError

SUFFIX: Final = ".xlsx"
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TARGET: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LIMIT: Final = 512 << 20
"""Bytes of one part, unpacked; more is no table that a spreadsheet holds, and maybe a trap."""

_DATE_FORMATS: Final = frozenset({*range(14, 23), 45, 47})
"""Numbers of the formats of dates and times that every program knows; 46 is a length of time."""

_NO_SIGNS: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]')
"""Parts of a format that stand for themselves, or for a colour or language."""

_DAYS: Final = 2_958_466
"""Days until the year 10000, with which dates end."""


@dataclass(frozen=True, slots=True)
class _Dates:
    """Which styles of cells show dates, by number, and from which day on days are counted."""

    styles: frozenset[str]
    first: datetime

    def told(self, cell: ET.Element, text: str) -> str:
        """Return a number of days as an ISO date, with the time if it has one; anything else as it is."""
        days = float(text) if text and cell.get("s") in self.styles else -1.0
        if not 0 <= days < _DAYS:
            return text
        moment = self.first + timedelta(seconds=round(days * 86_400))
        if days < 1:
            return moment.time().isoformat()
        return moment.isoformat() if moment.time() != self.first.time() else moment.date().isoformat()


def split_sheet(path: Path) -> tuple[Path, str]:
    """Return a path without the sheet it names, and that: ``data.xlsx#Sheet 2``; "" is the first sheet.

    >>> split_sheet(Path("data.xlsx#Sheet 2"))
    (PosixPath('data.xlsx'), 'Sheet 2')
    """
    file, sign, sheet = str(path).partition(f"{SUFFIX}#")
    return (Path(file + SUFFIX), sheet) if sign else (path, "")


def sheet_rows(path: Path, sheet: str = "") -> list[tuple[int, list[str]]]:
    """Return (number, cells) of each row that says anything, all of one width.

    Raises:
        DataError: no workbook, or no sheet of that name; the message names those there are.
    """
    try:
        with zipfile.ZipFile(path) as book:
            places = _places(book)
            if sheet and sheet not in places:
                raise DataError(f"{path}: no sheet {sheet!r}; there are {', '.join(map(repr, places))}")
            place = places[sheet] if sheet else next(iter(places.values()))
            rows = list(_rows(_part(book, place), _texts(book), _dates(book)))
    except (zipfile.BadZipFile, KeyError, StopIteration, ValueError, IndexError, ET.ParseError) as error:
        raise DataError(
            f"{path}: this is no spreadsheet that can be read ({error}); save it as CSV in UTF-8"
        ) from error
    width = max((max(cells, default=-1) for _, cells in rows), default=-1) + 1
    told = [(number, [cells.get(column, "") for column in range(width)]) for number, cells in rows]
    return [(number, cells) for number, cells in told if any(cells)]


def _part(book: zipfile.ZipFile, name: str) -> ET.Element:
    if book.getinfo(name).file_size > _LIMIT:
        raise ValueError(f"{name} is larger than {_LIMIT >> 20} MB")
    content = book.read(name)
    if b"<!DOCTYPE" in content:  # workbooks declare nothing; what does may blow up as it is read
        raise ValueError(f"{name} declares a document type")
    return ET.fromstring(content)  # noqa: S314  (no declarations, see above)


def _places(book: zipfile.ZipFile) -> dict[str, str]:
    """Return sheet → the part that holds it, in the order of the workbook."""
    targets = {one.get("Id"): one.get("Target", "") for one in _part(book, "xl/_rels/workbook.xml.rels")}
    sheets = _part(book, "xl/workbook.xml").iter(f"{_MAIN}sheet")
    return {
        sheet.get("name", ""): str(PurePosixPath("xl") / targets[sheet.get(_TARGET)]).removeprefix("/")
        for sheet in sheets
    }


def _texts(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [_text(entry) for entry in _part(book, "xl/sharedStrings.xml").iter(f"{_MAIN}si")]


def _dates(book: zipfile.ZipFile) -> _Dates:
    properties = _part(book, "xl/workbook.xml").find(f"{_MAIN}workbookPr")
    is_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    first = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)  # noqa: DTZ001  (of no zone)
    if "xl/styles.xml" not in book.namelist():
        return _Dates(frozenset(), first)
    styles = _part(book, "xl/styles.xml")
    own = {one.get("numFmtId"): one.get("formatCode", "") for one in styles.iter(f"{_MAIN}numFmt")}
    formats = [one.get("numFmtId", "0") for one in styles.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")]
    shown = (_is_date(own[one]) if one in own else int(one) in _DATE_FORMATS for one in formats)
    return _Dates(frozenset(str(number) for number, is_date in enumerate(shown) if is_date), first)


def _is_date(code: str) -> bool:
    """Return whether a format shows numbers as dates or times of day.

    >>> _is_date("yyyy-mm-dd"), _is_date('0.0" days"'), _is_date("[h]:mm"), _is_date("[$-409]h:mm AM/PM")
    (True, False, False, True)
    """
    signs = _NO_SIGNS.sub("", code.lower())
    return "[" not in signs and re.search("[ymdh]", signs) is not None


def _text(entry: ET.Element) -> str:
    return "".join(part.text or "" for part in entry.iter(f"{_MAIN}t"))


def _rows(sheet: ET.Element, texts: list[str], dates: _Dates) -> Iterator[tuple[int, dict[int, str]]]:
    """Yield the number of each row with column → cell."""
    for number, row in enumerate(sheet.iter(f"{_MAIN}row"), 1):
        cells: dict[int, str] = {}
        for place, cell in enumerate(row.iter(f"{_MAIN}c")):
            value = cell.find(f"{_MAIN}v")
            text = value.text if value is not None and value.text else ""
            if cell.get("t") == "s" and text:
                text = texts[int(text)]
            elif cell.get("t") == "inlineStr":
                text = _text(cell)
            elif cell.get("t") == "b":
                text = "yes" if text == "1" else "no"
            elif cell.get("t", "n") == "n":
                text = dates.told(cell, text)
            cells[_column(cell.get("r", "")) if cell.get("r") else place] = text.removesuffix(".0")
        yield int(row.get("r", number)), cells


def _column(reference: str) -> int:
    """Return the number of a cell's column, from 0.

    >>> _column("A1"), _column("Z9"), _column("AB12")
    (0, 25, 27)
    """
    letters = re.match("[A-Z]+", reference)
    if letters is None:
        raise ValueError(f"{reference!r} is no cell")
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
