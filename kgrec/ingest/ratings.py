"""Ratings and users in the usual shapes: user, item, rating and maybe a time; counts; MovieLens' and RecBole's.

Columns are told by their names, by the ids they share with the items, or by their order. Counts are no scale: somebody
who played something 500 times does not like it a hundred times as much, so a count is an amount, not a rating. A column
of what was done (event, action) says which kind each row is; one of plays, clicks or purchases says it by its name.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np

from kgrec.domain import Place
from kgrec.errors import DataError
from kgrec.graph.event_kinds import CHOSEN, EVENT_VALUES, event_kind
from kgrec.graph.facts import day_number
from kgrec.graph.interaction_table import InteractionTable
from kgrec.graph.ontology_inference import facet_name
from kgrec.ingest.cells import is_unknown, read_amount, read_date, read_truth
from kgrec.ingest.columns import Column, Role, split
from kgrec.ingest.csv import Table
from kgrec.ingest.linking import same_id
from kgrec.ingest.off_scale import check_scale, off_scale
from kgrec.ingest.roles import columns_of
from kgrec.ingest.scales import words_of
from kgrec.ingest.statements import Statements
from kgrec.ingest.tables import Problems, Source
from kgrec.text import clean

_USERS: Final = frozenset(
    {"user", "users", "userid", "uid", "reviewer", "customer", "customerid", "person", "member", "visitor"}
)
_RATINGS: Final = frozenset(
    {"rating", "ratings", "score", "stars", "overall", "grade", "opinion", "preference", "value", "vote", "like"}
)
_COUNTS: Final = frozenset(
    {
        "count",
        "counts",
        "plays",
        "playcount",
        "weight",
        "listens",
        "views",
        "clicks",
        "times",
        "quantity",
        "amount",
        "seconds",
        "duration",
        "dwell",
        "n",
    }
)
_EVENTS: Final = frozenset({"event", "events", "eventtype", "action", "behavior", "behaviour", "interaction"})
_TIMES: Final = frozenset({"timestamp", "time", "date", "datetime", "ts", "created", "at", "when", "day", "rated"})
_MANY: Final = 100.0
_DAY: Final = 86_400
_MILLISECONDS: Final = 1e11
_SAMPLE: Final = 5_000
_MOST_CONTEXT: Final = 30
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shape:
    """Which column of a table of ratings or events is what; "" where there is none.

    Attributes:
        context: columns that say in which circumstances.
        event: the column that says what was done.
        amount: the column that says how often or how long.
    """

    user: str
    item: str
    rating: str = ""
    time: str = ""
    context: tuple[str, ...] = ()
    event: str = ""
    amount: str = ""

    def __str__(self) -> str:
        parts = [f"user {self.user!r}", f"item {self.item!r}"]
        if self.rating:
            parts.append(f"rating {self.rating!r}")
        if self.amount:
            parts.append(f"count {self.amount!r}")
        if self.event:
            parts.append(f"event {self.event!r}")
        if self.time:
            parts.append(f"time {self.time!r}")
        return ", ".join((*parts, *(f"context {name!r}" for name in self.context)))


def read_ratings(source: Source, ids: Mapping[str, str]) -> tuple[InteractionTable, Shape, int]:
    """Return the ratings of a table, how it was read, and how many rows were left out as no item is theirs.

    Args:
        source: the table.
        ids: what items are called in it → their ids.

    Raises:
        DataError: no column of users or items, no row about any item, or a rating far off the scale of the others.
    """
    problems = Problems()
    table, shape, places = _opened(source, ids, problems)
    users, items, ratings, amounts, times, kinds, lines = [], [], [], [], [], [], []
    left_out, strange = 0, ""
    counted = _kind_counted(shape)
    context: dict[str, list[str]] = {name: [] for name in shape.context}
    for line, row in table.rows:
        user, cell = clean(row[places[shape.user]]), row[places[shape.item]]
        item = ids.get(same_id(cell)) or ids.get(clean(cell))
        if not user or item is None:
            strange = strange if left_out else clean(cell)
            left_out += 1
            continue
        users.append(user)
        items.append(item)
        lines.append(line)
        here = Place(table.shown, line)
        ratings.append(_number(row, places.get(shape.rating), here, problems, "rating"))
        amounts.append(_number(row, places.get(shape.amount), here, problems, "count"))
        kinds.append(event_kind(row[places[shape.event]]) if shape.event else counted)
        times.append(_seconds(row[places[shape.time]]) if shape.time else 0)
        for name, column in context.items():
            column.append("" if is_unknown(row[places[name]]) else clean(row[places[name]]))
    if shape.rating:
        check_scale(np.array(ratings), lambda n: Place(table.shown, lines[n], places[shape.rating] + 1), problems)
    problems.check()
    if not items:
        taken = f"column {shape.item!r} was taken for the item, with values such as {strange!r}"
        raise DataError(f"{source.path}: none of its {left_out:,} rows is about an item of the table; {taken}")
    stars, often = np.array(ratings if shape.rating else []), np.array(amounts if shape.amount else [])
    log = InteractionTable(users, items, stars, np.array(times, dtype=np.int64), context, kinds, often)
    return log, shape, left_out


def rated_items(source: Source) -> list[str]:
    """Return what a table of ratings calls its items, in order of appearance; raises DataError if it names none."""
    problems = Problems()
    table, shape, places = _opened(source, {}, problems)
    place = places[shape.item]
    found = dict.fromkeys(same_id(clean(row[place])) for _, row in table.rows)
    problems.check()
    return [item for item in found if item]


def _opened(source: Source, ids: Mapping[str, str], problems: Problems) -> tuple[Table, Shape, dict[str, int]]:
    """Return a table of ratings from its first row on, which column is what, and where each of them stands."""
    table = source.open(problems)
    rows = [row for _, row in islice(table.rows, _SAMPLE)]
    if not rows:
        raise DataError(f"{source.path}: there are no ratings in it")
    has_names = source.dialect is None or source.dialect.has_header
    shape = _shape(table.shown, table.header if has_names else (), rows, ids)
    places = {name: table.header.index(name) if has_names else int(name) for name in _used(shape)}
    return source.open(problems), shape, places


def _used(shape: Shape) -> list[str]:
    return [
        name
        for name in (shape.user, shape.item, shape.rating, shape.amount, shape.event, shape.time, *shape.context)
        if name
    ]


def _kind_counted(shape: Shape) -> str:
    """Return the kind that the name of a column of counts tells: "plays" are of playing, "n" may be of anything."""
    kinds = [event_kind(word) for word in words_of(shape.amount)]
    return next((kind for kind in kinds if kind in EVENT_VALUES), CHOSEN)


def _number(row: Sequence[str], column: int | None, place: Place, problems: Problems, noun: str) -> float:
    """Return the rating or count in a column; NaN for none."""
    cell = "" if column is None else row[column]
    if is_unknown(cell):
        return np.nan
    amount = read_amount(cell)
    truth = read_truth(cell)
    if amount is None and truth is None:
        problems.add(Place(place.file, place.line, (column or 0) + 1), f"{clean(cell)[:40]!r} is no {noun}")
        return np.nan
    return amount.value if amount else float(bool(truth))


def _seconds(cell: str) -> int:
    """Return a time as seconds since 1970; 0 where it is unknown."""
    amount = read_amount(cell)
    if amount is not None:
        return int(amount.value / 1000 if amount.value > _MILLISECONDS else amount.value)
    date = read_date(cell)
    return int(day_number(date) * _DAY) if date else 0


# --- which column is what -------------------------------------------------------------------------------------------


def _shape(shown: str, header: Sequence[str], rows: Sequence[Sequence[str]], ids: Mapping[str, str]) -> Shape:
    width = len(rows[0])
    if width < 2:  # noqa: PLR2004
        raise DataError(f"{shown}:1:1: one column is no rating; a row needs a user and an item")
    names = list(header) or [str(place) for place in range(width)]
    shares = [sum(same_id(row[place]) in ids for row in rows) / len(rows) for place in range(width)]
    words = [set(words_of(name)) for name in header] or [set() for _ in range(width)]
    user = _first(words, _USERS, ())
    item = max((place for place in range(width) if place != user), key=lambda place: _item_score(words, shares, place))
    if user is None:
        user = 1 if item == 0 else 0
    if not header:  # in the order that everybody writes
        user, item = (1, 0) if shares[0] and not shares[1] else (0, 1)
    if shares[item] == 0:
        item = 1 if user == 0 else 0
    taken = (user, item)
    event = _first(words, _EVENTS, taken)
    wordy = [place for place in range(width) if _is_wordy([row[place] for row in rows])]  # Time: Weekend
    time = _first(words, _TIMES, (*taken, event, *wordy))
    rating = _first(words, _RATINGS, (*taken, time, event))
    count = _first(words, _COUNTS, (*taken, time, event, rating))
    if not header:
        rating, count, time = (2 if width > 2 else None), None, (3 if width > 3 else None)  # noqa: PLR2004
    elif rating is None and count is None:
        free = [place for place in range(width) if place not in (*taken, time, event)]
        numeric = [place for place in free if all(is_unknown(row[place]) or read_amount(row[place]) for row in rows)]
        rating = numeric[0] if numeric else None
    if rating is not None and count is None and _looks_counted(rows, rating):
        rating, count = None, rating
    left = [place for place in range(width) if place not in (*taken, time, event, rating, count)]
    context = tuple(names[place] for place in left if _is_context([row[place] for row in rows]))
    found = {"rating": rating, "time": time, "event": event, "amount": count}
    told = {name: names[place] for name, place in found.items() if place is not None}
    return Shape(names[user], names[item], context=context if header else (), **told)


def _item_score(words: Sequence[set[str]], shares: Sequence[float], place: int) -> float:
    """Return how much speaks for a column naming items: its values, and that its name does not say otherwise."""
    other = bool(words[place] & (_RATINGS | _COUNTS | _TIMES))
    return shares[place] + ("item" in words[place]) - 2 * other


def _first(words: Sequence[set[str]], wanted: frozenset[str], taken: Sequence[int | None]) -> int | None:
    """Return the first column with one of the wanted words, those of a single word first."""
    order = sorted(range(len(words)), key=lambda place: len(words[place]))
    return next((place for place in order if words[place] & wanted and place not in taken), None)


def _looks_counted(rows: Sequence[Sequence[str]], place: int) -> bool:
    values = [amount.value for row in rows if (amount := read_amount(row[place])) is not None]
    values = np.delete(values, off_scale(np.array(values))).tolist()
    if not values or min(values) < 0 or not all(value.is_integer() for value in values):
        return False
    return max(values) > _MANY and max(values) > 10 * float(np.median(values))


def _is_context(cells: Sequence[str]) -> bool:
    return _is_wordy(cells) and len({cell for cell in cells if not is_unknown(cell)}) <= _MOST_CONTEXT


def _is_wordy(cells: Sequence[str]) -> bool:
    """Whether what is told is mostly words, neither numbers nor dates."""
    known = [cell for cell in cells if not is_unknown(cell)]
    words = [cell for cell in known if read_amount(cell) is None and read_date(cell) is None]
    return len(words) > len(known) / 2


# --- users ----------------------------------------------------------------------------------------------------------


def tell_users(source: Source, statements: Statements, *, user_column: str = "") -> tuple[str, ...]:
    """Tell what a table says of users; returns the names of the facts.

    ``user_column``: what ratings call the users' ids, if the table has a column of that name.

    Raises:
        DataError: no column with ids of users.
    """
    problems = Problems()
    table = source.open(problems)
    rows = [row for _, row in islice(table.rows, _SAMPLE)]
    if not rows:
        raise DataError(f"{source.path}: there are no users in it")
    columns = columns_of("user", table.header, rows)
    there = [name for name in table.header if name.lower() == user_column.lower()]
    by_name = [name for name in table.header if set(words_of(name)) & _USERS]
    by_role = [column.name for column in columns if column.role is Role.IDENTIFIER]
    chosen = next(iter((*there, *by_role, *by_name)), "")
    if not chosen:
        raise DataError(f"{Place(table.shown)}: no column with ids of users; call one 'user'")
    place = table.header.index(chosen)
    facts = [
        (number, facet_name(column.name) or f"fact_{number}", column)
        for number, column in enumerate(columns)
        if column.name != chosen and column.role not in (Role.IGNORE, Role.URL, Role.LABEL)
    ]
    for _, row in source.open(problems).rows:
        user = clean(row[place])
        for number, name, column in facts:
            if user and not is_unknown(row[number]):
                _tell_fact(statements, user, name, row[number], column)
    problems.check()
    return tuple(name for _, name, _ in facts)


def _tell_fact(statements: Statements, user: str, name: str, cell: str, column: Column) -> None:
    if column.role is Role.NUMBER:
        amount = read_amount(cell, column.decimal)
        if amount is not None:
            statements.user_fact(user, name, amount.value)
    elif column.role is Role.BOOLEAN:
        statements.user_fact(user, name, "yes" if read_truth(cell) else "no")
    else:
        for part in split(cell, column.separator if column.role is Role.MULTI else ""):
            statements.user_fact(user, name, part)
