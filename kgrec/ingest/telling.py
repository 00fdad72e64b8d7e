"""Rows of tables become statements, one row after the other, other tables' rows beside them.

The items' table is gone through once and never held as a whole; other tables are, as each row of theirs may be needed
any time. What cannot be read is either a mistake (ids, names of files) that stops the import, or an odd cell, which is
left out and counted, because a table of a thousand rows always has one.
"""

from __future__ import annotations

import logging
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np

from kgrec.domain import Facet, FacetKind, Place
from kgrec.errors import DataError
from kgrec.graph.facts import day_number
from kgrec.ingest.cells import is_unknown, read_amount, read_date, read_truth, units
from kgrec.ingest.csv import Table
from kgrec.ingest.linking import Join, same_id
from kgrec.ingest.naming import is_quality
from kgrec.ingest.reading import Cells, Reading
from kgrec.ingest.statements import Pairs, Statements
from kgrec.ingest.tables import Problems, Source
from kgrec.text import clean, fold, slug

_NAMED: Final = 3
_REMEMBERED: Final = 20_000
"""So many cells of a column are remembered by what they say."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Odd:
    """Cells that were left out because they are not what their column holds."""

    counts: Counter[str] = field(default_factory=Counter)
    shown: dict[str, list[str]] = field(default_factory=dict)

    def add(self, column: str, place: Place, cell: str) -> None:
        """Count one."""
        self.counts[column] += 1
        shown = self.shown.setdefault(column, [])
        if len(shown) < _NAMED:
            shown.append(f"{place}: {clean(cell)[:40]!r}")

    def lines(self) -> list[str]:
        """Return what to say about them, a line a column."""
        return [
            f"{column}: {count:,} cell{'s' * (count > 1)} left out, as {'they are' if count > 1 else 'it is'} not what "
            f"the others are ({'; '.join(self.shown[column])}{'; ...' if count > len(self.shown[column]) else ''})"
            for column, count in self.counts.items()
        ]


@dataclass(frozen=True, slots=True)
class _Step:
    """A facet that is told of every row: from the cell at a place, or from another table's column.

    Attributes:
        told: where it is told; None for facets that are told by name: texts, and links to other items.
        read: what cells were found to say, as the same ones come again and again.
    """

    place: int
    column: str
    facet: Facet
    how: Cells
    told: Pairs | None
    other: _Other | None = None
    read: dict[str, tuple[float, ...]] = field(default_factory=dict)


class Teller:
    """Tells the rows of tables to ``statements``.

    Attributes:
        ids: what the ids of items are in other files (an id, or a name where there are none) → the item.
        odd: cells that were left out.
    """

    def __init__(self, main: Source, reading: Reading, statements: Statements, *, is_referred_to: bool = False) -> None:
        """``is_referred_to``: whether ``ids`` will be asked for."""
        self._is_referred_to = is_referred_to
        self.reading = reading
        self.statements = statements
        self.ids: dict[str, str] = {}
        self.odd = Odd()
        self._main = main
        self._others = [_Other(join) for join in reading.joins]
        self._facets = [(column, facet) for facet in reading.ontology.facets for column in facet.columns]
        self._shared: frozenset[int] = frozenset()
        self._plan: list[_Step] = []
        self._labels = {join.via: other for join, other in zip(reading.joins, self._others, strict=True) if join.via}

    def tell(self, every: int = 20_000) -> Iterator[int]:
        """Tell all rows; yields how many they are every so many, so that statements can be written out.

        Raises:
            DataError: with up to twenty mistakes: rows of the wrong width, ids that are empty or recur.
        """
        problems = Problems()
        table = self._main.open(problems)
        id_column, label_column = self._columns(table)
        self._shared = self._recurring(label_column)
        self._plan = self._planned(table)
        numbers: Counter[str] = Counter()
        lines = array("i")  # of the items told so far
        n_rows = 0
        for line, cells in table.rows:
            n_rows += 1
            row = dict(zip(table.header, cells, strict=True))
            item = self._item(row, id_column, label_column, numbers)
            place = Place(table.shown, line, table.header.index(id_column) + 1 if id_column else 1)
            if not item:
                problems.add(place, f"no {id_column}; every row needs one")
            elif item in self.statements.items:
                first = lines[list(self.statements.items).index(item)]
                problems.add(place, f"the {id_column} {item!r} is that of line {first} already")
            else:
                lines.append(line)
                self._tell_row(item, row, cells, Place(table.shown, line), label_column)
            if n_rows % every == 0:
                yield n_rows
        problems.check()
        if not n_rows:
            raise DataError(f"{self._main.path}: there are no rows below the header")
        yield n_rows

    def _columns(self, table: Table) -> tuple[str, str]:
        """Return the columns of ids and names, "" for none; raises DataError if the ontology names others."""
        layout = self.reading.layout
        found = []
        for names in (layout.id_columns, layout.label_columns):
            there = next((name for name in names if name in table.header), "")
            wanted = [name for name in names if name]
            if not there and wanted and wanted != ["label"]:
                raise DataError(
                    f"{Place(table.shown)}: no column {' or '.join(map(repr, wanted))}; the header names "
                    f"{', '.join(table.header[:20])}"
                )
            found.append(there)
        known = {column.partition(".")[2] if self._other_of(column) else column for column, _ in self._facets}
        known |= {*found, *self.reading.ignored, *layout.identifiers, *self._labels}
        unknown = [name for name in table.header if name not in known]
        if unknown:
            _log.warning(
                "%s: the ontology knows no column %s; skipped", table.shown, ", ".join(map(repr, unknown[:10]))
            )
        return found[0], found[1]

    def _item(self, row: Mapping[str, str], id_column: str, label_column: str, numbers: Counter[str]) -> str:
        """Return the id of a row: its own, or one after its name, numbered where that recurs."""
        if id_column:
            return "" if is_unknown(row[id_column]) else clean(row[id_column])
        name = slug(self._label(row, label_column)) or self.reading.ontology.singular.replace(" ", "-")
        numbers[name] += 1
        is_plain = numbers[name] == 1 and name != self.reading.ontology.singular.replace(" ", "-")
        return name if is_plain else f"{name}-{numbers[name]}"

    def _label(self, row: Mapping[str, str], label_column: str) -> str:
        if label_column:
            return "" if is_unknown(row[label_column]) else row[label_column]
        label = self.reading.label_from
        for name, cell in row.items():
            if f"{{{name}}}" in label:
                label = label.replace(f"{{{name}}}", "" if is_unknown(cell) else cell.strip())
        return " ".join(label.split())

    def _recurring(self, label_column: str) -> frozenset[int]:
        """Return the hashes of the names that several rows have, if there are columns to tell them apart by."""
        if not self.reading.apart:
            return frozenset()
        table = self._main.open(Problems())
        labels = (self._label(dict(zip(table.header, cells, strict=True)), label_column) for _, cells in table.rows)
        hashes = np.fromiter((hash(fold(label)) for label in labels if label), dtype=np.int64)
        found, counts = np.unique(hashes, return_counts=True)
        return frozenset(found[counts > 1].tolist())

    def _told_apart(self, label: str, row: Mapping[str, str]) -> str:
        """Return a name with what tells its item from others of that name."""
        if not self._shared or hash(fold(label)) not in self._shared:
            return label
        more = []
        for column in self.reading.apart:
            cell = row.get(column, "").strip()
            other = self._labels.get(column)
            name = next(iter(other.cells(cell, other.join.label)), "") if other and other.join.label else cell
            facet = next((facet for one, facet in self._facets if one == column), None)
            if not is_unknown(name):
                more.append(f"{name.removesuffix('.0')} {facet.unit}".strip() if facet and facet.unit else clean(name))
        return f"{label} ({', '.join(more)})" if more else label

    # --- one row ----------------------------------------------------------------------------------------------------

    def _planned(self, table: Table) -> list[_Step]:
        """Return what is told of every row, column by column."""
        places = {name: place for place, name in enumerate(table.header)}
        plan = []
        for column, facet in self._facets:
            other, how = self._other_of(column), self.reading.cells[facet.name]
            told = self.statements.pairs(facet)
            if other is not None:
                via = places.get(other.join.via, -1)
                plan.append(_Step(via, column.partition(".")[2], facet, how, told, other))
            elif column in places:
                plan.append(_Step(places[column], column, facet, how, told))
        return plan

    def _tell_row(self, item: str, row: Mapping[str, str], cells: list[str], place: Place, label_column: str) -> None:
        label = self._label(row, label_column)
        singular = self.reading.ontology.singular
        if self._is_referred_to:
            self.ids.setdefault(same_id(item), item)
            if label:
                self.ids.setdefault(clean(label), item)
        label = self._told_apart(label, row)
        is_number = item.removeprefix(f"{singular.replace(' ', '-')}-").isdecimal()
        self.statements.item(item, label or (f"{singular} {item.rpartition('-')[2]}" if is_number else item))
        for step in self._plan:
            if step.other is not None:
                key = cells[step.place] if step.place >= 0 else item
                for cell in step.other.cells(key, step.column):
                    self._tell(item, step, cell, Place(str(step.other.join.source.path)))
            else:
                self._tell(item, step, cells[step.place], place)
        for column, iri in self.reading.layout.identifiers.items():
            if column in row and not is_unknown(row[column]):
                self.statements.identifier(item, iri, row[column])

    def _other_of(self, column: str) -> _Other | None:
        return next((other for other in self._others if column.startswith(f"{other.join.source.name}.")), None)

    def _tell(self, item: str, step: _Step, cell: str, place: Place) -> None:
        """Tell what a cell says of an item; a cell that is not what its column holds is counted as odd."""
        if step.told is None:
            self._tell_by_name(item, step, cell)
            return
        facts = step.read.get(cell)
        if facts is None:
            facts = self._read(step, cell)
            if facts is None:
                at = place if step.other else Place(place.file, place.line, step.place + 1)
                self.odd.add(step.column, at, cell)
                return
            if len(step.read) >= _REMEMBERED:
                step.read.clear()
            step.read[cell] = facts
        for fact in facts:
            step.told.add(self.statements.items[item], fact)

    def _tell_by_name(self, item: str, step: _Step, cell: str) -> None:
        if is_unknown(cell):
            return
        if not step.facet.kind.is_linked:
            self.statements.text(item, step.facet, cell)
            return
        for part in cell.split(step.how.separator) if step.how.separator else (cell,):
            if not is_unknown(part):
                self.statements.link(item, step.facet, part)

    def _read(self, step: _Step, cell: str) -> tuple[float, ...] | None:
        """Return the values, by number, or the number that a cell stands for; None if it is no such thing."""
        if is_unknown(cell):
            return ()
        if not step.facet.kind.is_linked:
            return self._amount(step, cell)
        other = None if step.other else self._labels.get(step.column)
        values = self._row(step.facet, cell, other) if other else self._values(step, cell)
        return None if values is None else tuple(value for value in values if value is not None)

    def _row(self, facet: Facet, cell: str, other: _Other) -> list[int | None]:
        """Return the row of another table that a cell names, called by the name it has there."""
        key = same_id(cell)
        name = next(iter(other.cells(cell, other.join.label)), "") if other.join.label else ""
        return [self.statements.value(facet, name or key, value=f"{facet.folder}{slug(key)}")]

    def _values(self, step: _Step, cell: str) -> list[int | None] | None:
        """Return the values in a cell; None if it should say yes or no and does neither.

        Where nothing separates values, other words beside yes and no are values of their own: "with care".
        """
        how, facet, statements = step.how, step.facet, self.statements
        if how.truth:
            truth = read_truth(cell)
            if truth is not None:
                label = how.truth if truth else f"{'not' if is_quality(how.truth) else 'no'} {how.truth}"
                return [statements.value(facet, label, value=f"{facet.folder}{'yes' if truth else 'no'}")]
            if how.separator:
                return None
        parts = cell.split(how.separator) if how.separator else [cell]
        if how.path:
            return [self._path(facet, [level.strip() for level in part.split(how.path.strip())]) for part in parts]
        return [statements.value(facet, part) for part in parts if not is_unknown(part)]

    def _path(self, facet: Facet, levels: list[str]) -> int | None:
        """Return the narrowest level of a path, having told that each level lies below the one above."""
        values = [self.statements.value(facet, level) for level in levels if level]
        for above, below in pairwise(values):
            if above is not None and below is not None and above != below:
                self.statements.broader(below, above)
        return values[-1] if values else None

    def _amount(self, step: _Step, cell: str) -> tuple[float, ...] | None:
        """Return the number, or the day, that a cell is; None if it is none."""
        facet, how = step.facet, step.how
        if facet.kind is FacetKind.DATE:
            date = read_date(cell, is_day_first=how.day_first)
            return None if date is None else (day_number(date),)
        amount = read_amount(cell, how.decimal, is_measured=facet.unit.lower() in units())
        return None if amount is None else (_exact(amount.value * how.times * _times(amount.word, facet.unit)),)


def _times(word: str, unit: str) -> float:
    """Return by what a number in one unit is multiplied to be in another."""
    said, wanted = units().get(word), units().get(unit.lower())
    if said is None or wanted is None or said.measures != wanted.measures or said.measures == "money":
        return 1.0
    return said.times / wanted.times


def _exact(value: float) -> float:
    """Return a number without the dust of multiplying: 0.07 × 100 is 7."""
    return float(f"{value:.12g}")


class _Other:
    """Another table, held by its key."""

    def __init__(self, join: Join) -> None:
        self.join = join
        problems = Problems()
        table = join.source.open(problems)
        if join.key not in table.header:
            raise DataError(f"{Place(table.shown)}: no column {join.key!r}; the header names {', '.join(table.header)}")
        place = table.header.index(join.key)
        self._places = {name: number for number, name in enumerate(table.header)}
        self._rows: dict[str, list[list[str]]] = {}
        for _, row in table.rows:
            self._rows.setdefault(same_id(row[place]), []).append(row)
        problems.check()

    def cells(self, key: str, column: str) -> Iterator[str]:
        """Go through the cells of a column in the rows with a key, those that say something."""
        place = self._places.get(column)
        if place is not None:
            for row in self._rows.get(same_id(key), ()):
                if not is_unknown(row[place]):
                    yield row[place]
