"""Data sets in RecBole's atomic files: ``NAME.inter``, and maybe ``NAME.item`` and ``NAME.user``, in one folder.

Tables apart by tabs, whose header says the type of each column: ``user_id:token  rating:float  class:token_seq``. A
sequence is several values apart by spaces, except in a title, which is one text. Knowledge in ``.kg`` and ``.link`` is
not read: the ``.link`` that RecBole bundles with MovieLens 100K holds ids of another edition, so most of its links are
wrong, and nothing in the file tells. Facts are joined by title instead (kgrec.ingest.film_titles).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.errors import DataError
from kgrec.graph.interaction_table import InteractionTable
from kgrec.graph.ontology_inference import facet_name, plain_facet, string_kind
from kgrec.graph.ontology_reader import TableLayout
from kgrec.graph.ontology_writer import ontology_triples
from kgrec.graph.store import serialize
from kgrec.graph.vocabulary import ITEMS_BASE
from kgrec.ingest.csv import is_number
from kgrec.ingest.datasets import ONTOLOGY, finish, locate, new_dataset, write_interactions
from kgrec.ingest.fact_files import write_facts
from kgrec.ingest.statements import Statements
from kgrec.progress import Progress

TYPES: Final = ("token", "token_seq", "float", "float_seq")
_USER, _ITEM, _RATING, _TIME = "user_id", "item_id", "rating", "timestamp"
_STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class Atomic:
    """A table: the types of its columns in their order, and its rows as cells."""

    path: Path
    types: Mapping[str, str]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        place = list(self.types).index(name)
        return [row[place] for row in self.rows]

    def records(self) -> Iterator[dict[str, str]]:
        """Go through the rows as column → cell."""
        for row in self.rows:
            yield dict(zip(self.types, row, strict=True))

    @property
    def title(self) -> str | None:
        """The column that says what an item is called, if any does."""
        words = [column for column in self.types if "title" in column or "name" in column]
        return words[0] if words else None


TellItems = Callable[[Path, Atomic | None, Sequence[str]], tuple[Statements, Mapping[str, str]]]
"""Writes the ontology into a folder and tells of all items; returns the statements and item there → item here."""


def import_recbole(
    path: Path, name: str | None = None, progress: Progress | None = None, tell_items: TellItems | None = None
) -> Path:
    """Make a data set of a folder of atomic files; returns its folder. One of that name is replaced.

    Args:
        path: holds one ``.inter`` file, and maybe ``.item`` and ``.user`` beside it.
        name: of the data set; by default that of the ``.inter`` file.
        progress: told of each step.
        tell_items: tells of the items; by default their columns become facets.

    Raises:
        DataError: a missing file, a header without types, a row with too few cells, at file:line.
    """
    log = _only(path)
    name = name or log.stem
    told, items, users = read_atomic(log, (_USER, _ITEM)), _beside(log, ".item", _ITEM), _beside(log, ".user", _USER)
    _tell(progress, 0)
    with new_dataset(name, {"kind": "recbole", "path": str(path)}) as folder:
        chosen = list(dict.fromkeys(told.column(_ITEM)))
        statements, ids = (tell_items or _plain_items(name))(folder, items, chosen)
        if users is not None:
            _tell_users(statements, users)
        write_facts(folder, statements.facts(), statements.ontology)
        write_interactions(folder, _interactions(told, ids))
        _tell(progress, 1)
        finish(folder, name)
    _tell(progress, _STEPS)
    return locate(name)


def dataset_name(path: Path) -> str:
    """Return what a folder of atomic files is called; raises DataError if it holds none."""
    return _only(path).stem


def read_atomic(path: Path, required: Sequence[str] = ()) -> Atomic:
    """Read an atomic file; raises DataError at file:line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise DataError(f"there is no file {path}") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 at byte {error.start}; convert it") from None
    header = [cell.partition(":") for cell in (lines[0] if lines else "").split("\t")]
    wrong = [name + mark + kind for name, mark, kind in header if kind not in TYPES]
    if wrong:
        raise DataError(f"{path}:1: {wrong[0]!r} is not a column and its type, such as item_id:token")
    types = {name: kind for name, _, kind in header}
    for name in required:
        if name not in types:
            raise DataError(f"{path}:1: no column {name}; the header names {', '.join(types)}")
    rows = []
    for line, text in enumerate(lines[1:], 2):
        cells = tuple(text.split("\t"))
        if len(cells) != len(header):
            raise DataError(f"{path}:{line}: {len(cells)} cells where the header has {len(header)}")
        rows.append(cells)
    return Atomic(path, types, tuple(rows))


def _only(path: Path) -> Path:
    found = sorted(path.glob("*.inter")) if path.is_dir() else [path]
    if len(found) != 1:
        raise DataError(f"{path}: {'no' if not found else len(found)} .inter files; name the folder that holds one")
    return found[0]


def _beside(log: Path, suffix: str, key: str) -> Atomic | None:
    path = log.with_suffix(suffix)
    return read_atomic(path, (key,)) if path.is_file() else None


def _plain_items(name: str) -> TellItems:
    """Return what tells of items by their columns."""

    def tell(folder: Path, items: Atomic | None, chosen: Sequence[str]) -> tuple[Statements, Mapping[str, str]]:
        ontology = _ontology(name, items)
        (folder / ONTOLOGY).write_bytes(serialize(ontology_triples(ontology), "turtle"))
        statements = Statements(ontology, TableLayout())
        facets = {column: facet for facet in ontology.facets for column in facet.columns}
        for record in items.records() if items is not None else ():
            item = record[_ITEM]
            statements.item(item, record[items.title] if items is not None and items.title else item)
            for column, facet in facets.items():
                _tell_cell(statements, item, facet, record[column])
        for item in chosen:
            if item not in statements.items:
                statements.item(item, item)
        return statements, {item: item for item in statements.items}

    return tell


def _tell_cell(statements: Statements, item: str, facet: Facet, cell: str) -> None:
    if facet.kind is FacetKind.NUMBER:
        if is_number(cell):
            statements.number(item, facet, cell)
    elif facet.kind is FacetKind.TEXT:
        statements.text(item, facet, cell)
    else:
        for part in cell.split():
            statements.link(item, facet, part)


def _ontology(name: str, items: Atomic | None) -> Ontology:
    """Return an ontology with a facet for each column but the id and the title."""
    facets = {}
    for column, kind in items.types.items() if items is not None else ():
        if items is None or column in (_ITEM, items.title) or kind == "float_seq":
            continue
        cells = [cell for cell in items.column(column) if cell]
        is_number_column = kind == "float" or (kind == "token" and bool(cells) and all(map(is_number, cells)))
        values = [part for cell in cells for part in cell.split()] if kind == "token_seq" else cells
        found = FacetKind.NUMBER if is_number_column else string_kind(values, len(items.rows))
        word = facet_name(column)
        facets[word] = plain_facet(word, found, iri=f"{ITEMS_BASE}facet/{word}", columns=(column,))
    return Ontology(name, f"{ITEMS_BASE}Item", ITEMS_BASE, "item", "items", tuple(facets.values()))


def _tell_users(statements: Statements, users: Atomic) -> None:
    """Tell what is known of users; a column of numbers only is numbers, whatever its type."""
    for column, kind in users.types.items():
        if column == _USER:
            continue
        cells = users.column(column)
        are_numbers = all(is_number(cell) for cell in cells if cell)
        for user, cell in zip(users.column(_USER), cells, strict=True):
            if not cell:
                continue
            for part in cell.split() if kind.endswith("_seq") else (cell,):
                statements.user_fact(user, facet_name(column), float(part) if are_numbers else part)


def _interactions(told: Atomic, ids: Mapping[str, str]) -> InteractionTable:
    """Return the interactions; columns that RecBole does not know by name are context."""
    context = [column for column in told.types if column not in (_USER, _ITEM, _RATING, _TIME)]
    return InteractionTable(
        told.column(_USER),
        [ids[item] for item in told.column(_ITEM)],
        _numbers(told, _RATING) if _RATING in told.types else np.empty(0),
        _numbers(told, _TIME).astype(np.int64) if _TIME in told.types else np.empty(0, dtype=np.int64),
        {column: tuple(told.column(column)) for column in context},
    )


def _numbers(told: Atomic, column: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    try:
        return np.array([float(cell) for cell in told.column(column)])
    except ValueError:
        cells = told.column(column)
        line = next(line for line, cell in enumerate(cells, 2) if not is_number(cell))
        raise DataError(f"{told.path}:{line}: {column} {cells[line - 2][:80]!r} is no number") from None


def _tell(progress: Progress | None, done: int) -> None:
    if progress is not None:
        progress("compiling the graph" if done else "reading the tables", done, _STEPS)
