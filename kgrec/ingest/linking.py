"""Several tables understood together: the items, and what other tables say about them.

Another table either describes something that items name by its id (a brewery of many beers: the items have a column
with that id), or it has several rows an item (the cuisines of a place: it has a column with the item's id). Both are
found by comparing values; a table that shares none is refused, as leaving it out silently would be worse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from kgrec.domain import Place
from kgrec.errors import DataError
from kgrec.ingest.cells import is_unknown
from kgrec.ingest.columns import Column, Role
from kgrec.ingest.naming import singular_of
from kgrec.ingest.roles import SAMPLE_ROWS, columns_of
from kgrec.ingest.scales import words_of
from kgrec.ingest.tables import Problems, Source
from kgrec.text import fold

_APART: Final = 2
_CELLS: Final = 1_000_000
_SIGNS: Final = 1 << 26
"""So many cells and characters at most are looked at, however wide a table is."""

_MOST: Final = 0.8
"""So large a share of the ids has to be found in the other table."""


@dataclass(frozen=True, slots=True)
class Join:
    """Another table, and how it hangs on the items.

    Attributes:
        source: the table.
        key: its column with the ids that both share.
        via: the column of the items that holds such an id; "" if the ids are those of the items.
        label: its column with names; "" if it has none.
    """

    source: Source
    key: str
    via: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood of the tables.

    Attributes:
        main: the table of the items.
        columns: of the items, then those of the joined tables, as ``breweries.city``.
        joins: the other tables.
        n_rows: how many rows of the items it rests on.
        apart: columns that tell items of one name apart, at most two.
    """

    main: Source
    columns: tuple[Column, ...]
    joins: tuple[Join, ...]
    n_rows: int
    apart: tuple[str, ...] = ()

    def first(self, role: Role) -> Column | None:
        """Return the column of the items with that role, None if there is none."""
        prefixes = tuple(f"{join.source.name}." for join in self.joins)
        own = (column for column in self.columns if not column.name.startswith(prefixes))
        return next((column for column in own if column.role is role), None)


def understand(sources: Sequence[Source]) -> Understanding:
    """Return what the tables hold, the items being in the first.

    Raises:
        DataError: a table without rows, unreadable, or that shares no ids with the items.
    """
    main, *others = sources
    header, rows = _rows(main)
    columns = list(columns_of(singular_of(main.name), header, rows))
    values = {name: _values(row[place] for row in rows) for place, name in enumerate(header)}
    joins = []
    for other in others:
        join, more = _joined(other, columns, values, main)
        joins.append(join)
        columns = [
            replace(column, role=Role.KEY, target=other.name, sure=0.95, why=f"ids of {other.file}", unit="")
            if join.via and column.name == join.via
            else column
            for column in columns
        ]
        columns += more
    return Understanding(main, tuple(columns), tuple(joins), len(rows), _apart(columns, header, rows))


def _apart(columns: Sequence[Column], header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the columns that best tell rows of one name apart, at most two; none where no two share a name."""
    label = next(
        (header.index(column.name) for column in columns if column.role is Role.LABEL and column.name in header), -1
    )
    if label < 0:
        return ()
    names = Counter(fold(row[label]) for row in rows if not is_unknown(row[label]))
    shared = [row for row in rows if names[fold(row[label])] > 1]
    usable = [
        column.name
        for column in columns
        if column.name in header
        and (
            column.role in (Role.CATEGORY, Role.ORDERED, Role.DATE)
            or (column.role is Role.KEY and column.target)
            or (column.role is Role.NUMBER and column.distinct < max(60, len(rows) // 20))
        )
    ]
    numbers = {column.name for column in columns if column.role is Role.NUMBER}  # words say more
    chosen: list[str] = []
    parted = len({fold(row[label]) for row in shared})
    while shared and len(chosen) < _APART:
        counts = {
            name: len({(fold(row[label]), *(row[header.index(one)] for one in (*chosen, name))) for row in shared})
            for name in usable
            if name not in chosen
        }
        best = max(counts, key=lambda name: counts[name] * (1.0 if name in numbers else 1.15), default="")
        if not best or counts[best] <= parted * 1.1:
            break
        parted = counts[best]
        chosen.append(best)
    return tuple(chosen)


def _rows(source: Source) -> tuple[tuple[str, ...], list[list[str]]]:
    problems = Problems()
    table = source.open(problems)
    rows: list[list[str]] = []
    n_signs = 0
    most = min(SAMPLE_ROWS, max(_CELLS // len(table.header), 100))
    for _, row in islice(table.rows, most):
        rows.append(row)
        n_signs += sum(map(len, row))
        if n_signs > _SIGNS:
            break
    problems.check()
    if not rows:
        raise DataError(f"{source.path}: there are no rows below the header")
    return table.header, rows


def same_id(cell: str) -> str:
    """Return an id as it is compared: "408.0" is "408", which spreadsheets make of whole numbers beside gaps."""
    text = cell.strip()
    return text[:-2] if text.endswith(".0") and text[:-2].isdecimal() else text


def _values(cells: Iterable[str]) -> set[str]:
    return {same_id(cell) for cell in cells if not is_unknown(cell)}


def _joined(
    other: Source, columns: Sequence[Column], values: dict[str, set[str]], main: Source
) -> tuple[Join, list[Column]]:
    """Return how a table hangs on the items, and its columns that say something about them."""
    header, rows = _rows(other)
    found = columns_of(singular_of(other.name), header, rows)
    own = {name: _values(row[place] for row in rows) for place, name in enumerate(header)}
    unique = [column.name for column in found if len(own[column.name]) == len(rows)]
    via, key = _reference(other, columns, values, {name: own[name] for name in unique})
    if not via:
        key = _back(columns, values, own, header)
    if not key:
        raise DataError(
            f"{Place(str(other.path))}: nothing in it is an id of {main.file}, nor the other way round; give a "
            f"column of both the same name and ids, or leave the table out"
        )
    label = next((column.name for column in found if column.role is Role.LABEL and column.name != key), "")
    more = [
        replace(column, name=f"{other.name}.{column.name}", role=_seen_from_items(column, via=via), target="")
        for column in found
        if column.name != key
    ]
    return Join(other, key, via, label), more


def _seen_from_items(column: Column, *, via: str) -> Role:
    """Return what a column of another table is to the items: its ids and names are theirs no more."""
    if column.role is Role.IDENTIFIER:
        return Role.IGNORE
    if column.role is Role.LABEL:
        return Role.LABEL if via else Role.CATEGORY
    return column.role


def _reference(
    other: Source, columns: Sequence[Column], values: dict[str, set[str]], ids: dict[str, set[str]]
) -> tuple[str, str]:
    """Return (column of the items, column of the other table) with the same ids; ("", "") if there are none."""
    wanted = set(words_of(singular_of(other.name)))
    best: tuple[float, str, str] = (0.0, "", "")
    for column in columns:
        if column.role in (Role.IDENTIFIER, Role.LABEL, Role.TEXT, Role.BOOLEAN) or column.name not in values:
            continue
        mine = values[column.name]
        for name, theirs in ids.items():
            share = len(mine & theirs) / max(len(mine), 1)
            words = set(words_of(column.name))
            is_named = bool(words & wanted) or (column.name == name and words_of(name)[-1:] != ["id"])
            is_named |= column.name == name and len(words_of(name)) > 1
            if share >= _MOST and (is_named or (column.role is Role.KEY and name.lower() == "id")):
                best = max(best, (share + is_named, column.name, name))
    return best[1], best[2]


def _back(
    columns: Sequence[Column], values: dict[str, set[str]], own: dict[str, set[str]], header: Sequence[str]
) -> str:
    """Return the column of another table that holds ids of items; "" if there is none."""
    for column in columns:
        if column.role not in (Role.IDENTIFIER, Role.LABEL) or column.name not in values:
            continue
        for name in header:
            if name.lower() == column.name.lower() and own[name] & values[column.name]:
                return name
        for name in header:
            if len(own[name] & values[column.name]) >= _MOST * max(len(own[name]), 1) and len(own[name]) > 1:
                return name
    return ""
