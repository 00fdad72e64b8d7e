"""What ``kgrec import csv`` tells of what it decided: a table of columns, each with how sure the decision is."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from kgrec.ingest.guide import column_rows
from kgrec.text import clean

if TYPE_CHECKING:
    from kgrec.ingest.importing import Imported

_WIDTHS: Final = (20, 24, 11)
"""Of the columns of the table but the last, which goes on below where the terminal ends."""
_PIPED: Final = 120
_LEAST: Final = 72
_HEAD: Final = ("column", "taken for", "how sure", "why")


def report_lines(made: Imported) -> Iterator[str]:
    """Go through the lines to print about an import."""
    width = max(shutil.get_terminal_size((_PIPED, 0)).columns, _LEAST)
    yield from (clean(note) for note in made.notes)
    rows = [_HEAD, *(row[:4] for row in column_rows(made.columns))]
    widths = [min(most, max(len(row[place]) for row in rows)) for place, most in enumerate(_WIDTHS)]
    yield ""
    for *cells, why in rows:
        lead = "  ".join([*(_fit(cell, most) for cell, most in zip(cells, widths, strict=True)), ""])
        yield from textwrap.wrap(lead + why, width, subsequent_indent=" " * len(lead)) or [lead.rstrip()]
    if made.proposal is not None:
        asked = [found.facet.name for found in made.proposal.facets if found.is_asked]
        yield ""
        yield from textwrap.wrap(f"Asked about, the most telling first: {_listed(asked) or 'nothing'}", width)
    yield f"Every decision is a line of {made.folder / 'ontology.ttl'};\nREADME.md beside it says how to change one.\n"


def _listed(names: Sequence[str], most: int = 12) -> str:
    return ", ".join(names[:most]) + (" ..." if len(names) > most else "")


def _fit(cell: str, width: int) -> str:
    return cell.ljust(width) if len(cell) <= width else f"{cell[: width - 1]}…"
