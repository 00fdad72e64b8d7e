"""Several values in one cell: what stands between them, and whether they are a path from the broad to the narrow.

A separator is believed when what it separates recurs in other cells and in other company: "Rock, Pop" where "Rock"
stands alone elsewhere. "American Amber / Red Ale" is one value as long as nobody else says "Red Ale".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

_SEPARATORS: Final = ("|", ";", ", ", ",", " / ", "/", " + ", "\n", " & ", "·", "•")
_STRONG: Final = frozenset({"|", ";", "\n", "·", "•"})
_PATHS: Final = (" > ", ">", " » ", "»", " → ", "::", " :: ", "/", " / ", "\\", " - ")
_LONGEST: Final = 40
_LEAST: Final = 0.05


def separator_of(cells: Sequence[str]) -> tuple[str, float]:
    """Return what stands between the values of a cell, and how sure that is; "" and 0.0 where each is one value.

    >>> separator_of(["Rock|Pop", "Pop", "Jazz|Rock"])
    ('|', 0.95)
    >>> separator_of(["Red, dry", "White, dry", "White, sweet", "Red, sweet"])
    (', ', 0.9)
    >>> separator_of(["Amber / Red", "Stout", "Stout"]), separator_of(["pine|spruce", "oak", "oak", "elm", "ash"])
    (('', 0.0), ('|', 0.7))
    """
    for separator in _SEPARATORS:
        several = [cell for cell in cells if separator in cell.strip(separator)]
        ends = sum(cell.endswith(separator) for cell in cells)
        if ends > len(cells) / 2 and separator in _STRONG:
            return separator, 0.9  # lists of one
        if len(several) < max(_LEAST * len(cells), 1):
            continue
        parts = [part for cell in cells for part in map(str.strip, cell.split(separator)) if part]
        if sum(map(len, parts)) / len(parts) > _LONGEST:
            continue
        sure = _believed(separator, cells, several, parts)
        if sure:
            return separator, sure
    return "", 0.0


def _believed(separator: str, cells: Sequence[str], several: Sequence[str], parts: Sequence[str]) -> float:
    """Return how sure it is that something separates values; 0 if it does not."""
    counts = Counter(parts)
    recurring = sum(1 for part in parts if counts[part] > 1) / len(parts)
    company: dict[str, set[str]] = {}
    for cell in set(cells):
        for part in map(str.strip, cell.split(separator)):
            company.setdefault(part, set()).add(cell)
    apart = [part for cell in several for part in map(str.strip, cell.split(separator)) if part]
    mixed = sum(len(company[part]) > 1 for part in apart) / max(len(apart), 1)
    if separator in _STRONG:
        is_told = separator == "|" or len(several) > len(cells) / 4  # no name has such a stroke in it
        return 0.95 if mixed > 0.3 else 0.7 if is_told else 0.0  # noqa: PLR2004
    # Commas and strokes stand in names too: most parts must be found elsewhere, and the values be fewer than the cells.
    is_fewer = len(counts) <= len(set(cells))
    if recurring > 0.7 and mixed > 0.7 and is_fewer:  # noqa: PLR2004
        return 0.9 if separator in (", ", ",") else 0.8
    return 0.0


def path_sign(cells: Sequence[str]) -> str:
    """Return what stands between the levels of paths; "" where the cells are none.

    >>> path_sign(["Food > Fruit > Apple", "Food > Bread", "Tools > Saw"]), path_sign(["Red / White", "Red"])
    (' > ', '')
    """
    for sign in _PATHS:
        paths = [re.split(re.escape(sign), cell) for cell in cells]
        deep = [path for path in paths if len(path) > 1 and all(part.strip() for part in path)]
        if len(deep) < 0.6 * len(cells) or (sign in ("/", " / ", "\\", " - ", "::") and len(deep) < 0.9 * len(cells)):
            continue
        tops = {path[0].strip() for path in deep}
        ends = {path[-1].strip() for path in deep}
        most = max(Counter(path[0].strip() for path in deep).values()) / len(deep)
        if sign.strip() not in (">", "»", "→") and most > 0.8:  # noqa: PLR2004  (the broadest tells nothing)
            continue
        if not any(part.strip()[0].isalpha() for part in tops):
            continue
        if sign.strip() in (">", "»", "→") or (len(tops) * 1.5 <= len(ends) and not tops & ends and len(tops) > 1):
            return sign
    return ""
