"""A line of a file or expression with a mark below the place that an error is about.

The mark must stand below the right character on any terminal: what a terminal would draw in no column, in two, or not
at all is counted or replaced, and a long line is cut on both sides of the place.
"""

import re
import unicodedata
from pathlib import PurePath
from typing import Final

from kgrec.domain import Place

MAX_COLUMNS: Final = 100
"""How much of a line is shown."""

_JOINERS: Final = "\u200c\u200d"

_WORD: Final = re.compile(r"[\w./-]+|\"[^\"]*\"|'[^']*'|[<>=!&|]+")
"""What is marked as one: a name or number, a quoted text, an operator."""


def excerpt(line: str, place: Place) -> str:
    r"""Return the line of a place, numbered, and a second one that marks what stands there.

    >>> print(excerpt("forbid: serie is known", Place("evening.yaml", 3, 9)))
      3 | forbid: serie is known
        |         ^^^^^
    """
    start = min(max(place.column - 1, 0), len(line))
    cut = max(start - MAX_COLUMNS, 0)  # what is farther away is never shown, and a line may be a megabyte
    cells = [harmless(character) for character in line[cut : start + MAX_COLUMNS]]
    at = start - cut
    first, last = _window(cells, at)
    before = "…" if cut + first else ""
    after = "…" if cut + last < len(line) else ""
    found = _WORD.match(line[cut : cut + last], at)
    gap = len(before) + sum(map(width, cells[first:at]))
    marked = max(1, sum(map(width, cells[at : found.end() if found else at + 1])))
    margin = " " * len(str(place.line))
    shown = f"{before}{''.join(cells[first:last])}{after}".rstrip()
    return f"  {place.line} | {shown}".rstrip() + f"\n  {margin} | {' ' * gap}{'^' * marked}"


def short(place: Place) -> str:
    """Return the file of a place without folders, and the line.

    >>> short(Place("/rules/evening.yaml", 3, 9))
    'evening.yaml:3'
    """
    return f"{PurePath(place.file).name}:{place.line}"


def one_line(text: str) -> str:
    """Return a text in which nothing can move the cursor, change colours or break the line."""
    return "".join(map(harmless, text))


def harmless(character: str) -> str:
    """Return what is shown in place of a character: itself, a space for white space, ``?`` for what cannot be seen."""
    if character.isspace():
        return " "
    if character not in _JOINERS and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}:
        return "?"
    return character


def width(character: str) -> int:
    """Return how many columns of a terminal a character takes: 0, 1 or 2."""
    if character in _JOINERS or unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _window(cells: list[str], at: int) -> tuple[int, int]:
    """Return from where to where to show cells, so that they take at most MAX_COLUMNS with ``at`` well inside."""
    room = MAX_COLUMNS - 2  # for the dots on both sides
    first, columns = at, 0
    while first > 0 and columns + width(cells[first - 1]) <= MAX_COLUMNS // 2:
        first -= 1
        columns += width(cells[first])
    last = at
    while last < len(cells) and columns + width(cells[last]) <= room:
        columns += width(cells[last])
        last += 1
    while first > 0 and columns + width(cells[first - 1]) <= room:  # the end of a line leaves room before it
        first -= 1
        columns += width(cells[first])
    return first, last
