"""What ``kgrec import csv`` tells of what it decided: a table of columns, each with how sure the decision is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from kgrec.ingest.guide import column_rows
from kgrec.text import clean

if TYPE_CHECKING:
    from kgrec.ingest.importing import Imported

_WIDTHS: Final = (26, 34, 12, 44)
_HEAD: Final = ("column", "taken for", "how sure", "why")


def report_lines(made: Imported) -> Iterator[str]:
    """Go through the lines to print about an import."""
    yield from (clean(note) for note in made.notes)
    rows = [_HEAD, *(row[:4] for row in column_rows(made.columns))]
    widths = [min(width, max(len(row[place]) for row in rows)) for place, width in enumerate(_WIDTHS)]
    yield ""
    for row in rows:
        yield "  ".join(_fit(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
    if made.proposal is not None:
        asked = [found.facet.name for found in made.proposal.facets if found.is_asked]
        yield f"\nAsked about, the most telling first: {_listed(asked) or 'nothing'}"
    yield f"Every decision is a line of {made.folder / 'ontology.ttl'}; README.md beside it says how to change one.\n"


def _listed(names: Sequence[str], most: int = 12) -> str:
    return ", ".join(names[:most]) + (" ..." if len(names) > most else "")


def _fit(cell: str, width: int) -> str:
    return cell.ljust(width) if len(cell) <= width else f"{cell[: width - 1]}…"
