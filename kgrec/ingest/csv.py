"""A CSV file and an ontology become facts.

The ontology says which column is what; a column it does not know is skipped with a warning. What is wrong with a file
is said with line and column, because somebody will open it in an editor and go there. Python's csv module reads it,
as pandas would cost half a second and knows no positions.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final, TextIO

from kgrec.domain import Facet, Ontology, Place
from kgrec.errors import DataError
from kgrec.graph.compile import assemble
from kgrec.graph.knowledge import KnowledgeGraph
from kgrec.graph.ontology_reader import TableLayout, read_layout, read_ontology
from kgrec.graph.store import EmbeddedStore
from kgrec.graph.store_facts import read_facts
from kgrec.ingest.statements import Statements

CELL_LIMIT: Final = 1_000_000
"""Characters in one cell. More is a missing quote or not a table."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file being read: its header, and its rows each with the line it begins on."""

    shown: str
    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]

    def place(self, line: int, column: str) -> Place:
        """Return where a cell is: columns are counted as cells from 1, as spreadsheets do."""
        return Place(self.shown, line, self.header.index(column) + 1)


def open_table(path: Path, shown: str = "", *, required: Sequence[str] = ()) -> Table:
    """Open a CSV file with a header; rows are read and checked as they are taken.

    ``shown`` is what errors call the file, if not by its path; the ``required`` columns must be there.

    Raises:
        DataError: at file:line:column: unreadable, empty, not UTF-8, NUL bytes, a header with missing, empty or
            repeated columns; while reading: a row with too few or too many cells, or an overlong cell.
    """
    shown = shown or str(path)
    rows = _rows(path, shown)
    first = next(rows, None)
    if first is None:
        raise DataError(f"{shown}:1:1: the file is empty; its first line must name the columns")
    line, header = first
    header = [name.strip() for name in header]
    for position, name in enumerate(header, 1):
        if not name:
            raise DataError(f"{Place(shown, line, position)}: this column of the header has no name; give it one")
        if name in header[: position - 1]:
            raise DataError(f"{Place(shown, line, position)}: the column {name!r} occurs twice; rename one")
    for name in required:
        if name not in header:
            raise DataError(f"{Place(shown, line)}: no column {name!r}; the header names {', '.join(header)}")
    return Table(shown, tuple(header), _checked(shown, len(header), rows))


def _checked(shown: str, width: int, rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for line, row in rows:
        if len(row) != width:
            place = Place(shown, line, min(len(row), width) + 1)
            raise DataError(f"{place}: {len(row)} cells where the header has {width}; is a quote or a comma missing?")
        yield line, row


def _rows(path: Path, shown: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of every row that is not empty."""
    rows = read_rows(path, shown, "utf-8-sig", lambda *_: _not_utf8(path, shown))
    return ((line, row) for line, row in rows if row)


def read_rows(
    path: Path,
    shown: str,
    encoding: str,
    undecodable: Callable[[int, UnicodeDecodeError], str],
    mend: Callable[[Iterator[str]], Iterator[str]] = iter,
    **written: Any,
) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of every row; a row is where it begins, quoted cells may span lines.

    Args:
        path: the file.
        shown: what to call it in errors.
        encoding: of its text.
        undecodable: what to say of a text that is not in ``encoding``, found in the row of that line.
        mend: changes lines before they are read.
        written: how cells are written, as :func:`csv.reader` takes it.
    """
    csv.field_size_limit(CELL_LIMIT)
    line = 1
    try:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(mend(_lines(file, shown)), **{"strict": True, **written})
            for row in reader:
                yield line, row
                line = reader.line_num + 1
    except UnicodeDecodeError as error:
        raise DataError(undecodable(line, error)) from error
    except csv.Error as error:
        raise DataError(f"{shown}:{line}:1: {error}; is a quote missing?") from error
    except OSError as error:
        raise DataError(f"{shown}: cannot be read ({error.strerror})") from error


def _lines(file: TextIO, shown: str) -> Iterator[str]:
    for number in count(1):
        line = file.readline(CELL_LIMIT + 1)  # never more than this in memory, however long the line
        if not line:
            return
        if (column := line.find("\0")) >= 0:
            raise DataError(f"{shown}:{number}:{column + 1}: a NUL byte; this is no text file, save it as CSV in UTF-8")
        if len(line) > CELL_LIMIT:
            raise DataError(
                f"{shown}:{number}:1: a line of over {CELL_LIMIT:,} characters; is a line end or a quote missing?"
            )
        yield line


def _not_utf8(path: Path, shown: str) -> str:
    """Return what to say about a file that is not UTF-8, with the first wrong byte's place."""
    content = path.read_bytes()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        return f"{shown}:{line}:{column}: byte {content[error.start]:#04x} is not UTF-8; save the file as UTF-8"
    return f"{shown}: not UTF-8"


def is_number(cell: str) -> bool:
    """Whether a cell can be read as a number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def read_csv_graph(path: Path, ontology_path: Path, name: str = "", *, fingerprint: str = "") -> KnowledgeGraph:
    """Return the graph of a CSV file as its ontology reads it.

    Raises:
        DataError: see ``open_table``; also no rows, a duplicate or missing id, a cell that is no number or date.
        OntologyError: the ontology makes no sense.
    """
    store = EmbeddedStore()
    store.bulk_load(ontology_path, "turtle")
    ontology = read_ontology(store)
    statements = csv_statements(path, ontology, read_layout(store), store)
    sources = (statements.facts(), read_facts(store, ontology))
    return assemble(sources, ontology, name=name, fingerprint=fingerprint)


def csv_statements(path: Path, ontology: Ontology, layout: TableLayout, concepts: EmbeddedStore) -> Statements:
    """Return what the table says; raises DataError as ``read_csv_graph`` does."""
    table = open_table(path)
    id_column = _first(table, layout.id_columns, "an id")
    label_column = _first(table, layout.label_columns, "a name")
    aliases = [column for column in layout.alias_columns if column in table.header]
    facets = _facets(table, ontology, {id_column, label_column, *aliases, *layout.identifiers})
    statements = Statements(ontology, layout, concepts)
    lines: dict[str, int] = {}
    for line, row in table.rows:
        cells = dict(zip(table.header, row, strict=True))
        item = cells[id_column].strip()
        if not item:
            raise DataError(f"{table.place(line, id_column)}: no {id_column}; every row needs one")
        if item in lines:
            raise DataError(
                f"{table.place(line, id_column)}: the {id_column} {item!r} is that of line {lines[item]} already"
            )
        lines[item] = line
        statements.item(item, cells[label_column], _split(cells, aliases, ontology.separator))
        _tell_row(statements, facets, item, cells, partial(table.place, line))
    if not lines:
        raise DataError(f"{path}: there are no rows below the header")
    return statements


def _first(table: Table, names: Sequence[str], what: str) -> str:
    for name in names:
        if name in table.header:
            return name
    raise DataError(
        f"{Place(table.shown)}: no column with {what} ({' or '.join(map(repr, names))}); the header names "
        f"{', '.join(table.header)}"
    )


def _facets(table: Table, ontology: Ontology, others: set[str]) -> dict[str, Facet]:
    """Return column → facet, warning of columns that nothing reads."""
    known = {column: facet for facet in ontology.facets for column in (facet.name, *facet.columns)}
    unknown = [column for column in table.header if column not in known and column not in others]
    if unknown:
        _log.warning("%s: the ontology knows no column %s; skipped", table.shown, ", ".join(map(repr, unknown)))
    return {column: known[column] for column in table.header if column in known}


def _split(cells: Mapping[str, str], columns: Sequence[str], separator: str) -> list[str]:
    return [name for column in columns for name in (cells[column].split(separator) if separator else [cells[column]])]


def _tell_row(
    statements: Statements,
    facets: Mapping[str, Facet],
    item: str,
    cells: Mapping[str, str],
    place: Callable[[str], Place],
) -> None:
    """Tell a row's cells; ``place`` says where the cell of a column is."""
    for column, facet in facets.items():
        try:
            statements.cell(item, facet, cells[column])
        except ValueError:
            raise DataError(
                f"{place(column)}: {column} of {item!r} is {cells[column][:80]!r}, which is no {facet.kind}"
            ) from None
    for column, iri in statements.layout.identifiers.items():
        if column in cells:
            statements.identifier(item, iri, cells[column])
