"""Event files: what people did with items, a row each, from CSV, spreadsheets, JSON or Parquet, whoever wrote them.

A row that cannot be an event is told with its place and nothing of the file is taken, as a log with holes is worse than
a late one. Each event bears an id: its own, or a hash of all it says, by which it is known when it comes again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from kgrec.domain import Place
from kgrec.errors import DataError
from kgrec.graph.event_kinds import event_kind
from kgrec.ingest.cells import is_unknown
from kgrec.ingest.csv import Table
from kgrec.ingest.linking import same_id
from kgrec.ingest.tables import Problems, source_of, table_of_records
from kgrec.text import clean, slug

NEEDED: Final = ("user", "item")
COLUMNS: Final = ("id", *NEEDED, "event", "rating", "timestamp", "amount")
"""What columns are called; all others are context."""

_ALSO: Final = {
    "eventid": "id",
    "userid": "user",
    "itemid": "item",
    "eventtype": "event",
    "kind": "event",
    "time": "timestamp",
    "datetime": "timestamp",
}
"""What they are called as well, in lower case and without spaces and underscores."""

_JSON_LINES: Final = (".jsonl", ".ndjson")
_RATED: Final = ("rate", "rated", "rating")
_CONTEXT: Final = "context."
_HASHED: Final = "#"
_MILLISECONDS: Final = 1e11


@dataclass(frozen=True, slots=True, order=True)
class LoggedEvent:
    """What somebody did with an item, as an event file tells it; numbers are kept as written out by Python.

    Attributes:
        time: seconds since 1970-01-01, 0 = unknown.
        id: its own, or a hash of the rest.
        user, item: ids.
        kind: see kgrec.graph.event_kinds; "" = rated or chosen.
        rating, amount: numbers as text, "" for none.
        context: (column, word) in the order of the columns' names, those without a word left out.
    """

    time: int
    id: str
    user: str
    item: str
    kind: str = ""
    rating: str = ""
    amount: str = ""
    context: tuple[tuple[str, str], ...] = ()

    @property
    def content(self) -> tuple[object, ...]:
        """All it says, without its id."""
        return (self.user, self.item, self.kind, self.rating, self.time, self.amount, self.context)


def read_events(path: Path, columns: Mapping[str, str] | None = None) -> list[LoggedEvent]:
    """Return the events of a file, in its order.

    Args:
        path: .csv or any other text table, .jsonl, .json, .parquet or .xlsx, of which also one sheet: log.xlsx#Orders.
        columns: one of COLUMNS → what the file calls it, where that is another name.

    Raises:
        DataError: with file:line:column of each row that is no event, up to twenty; nothing is returned then.
    """
    problems = Problems()
    return events_of(_open(path, problems), problems, columns)


def events_of(table: Table, problems: Problems, columns: Mapping[str, str] | None = None) -> list[LoggedEvent]:
    """Return the events of a table; as :func:`read_events`."""
    header = _named(table, columns or {})
    places = {name: place for place, name in enumerate(header) if name in COLUMNS}
    context = sorted((name, place) for place, name in enumerate(header) if name not in COLUMNS)
    found = []
    for line, row in table.rows:
        event = _event(row, places, context, _Teller(problems, table, line))
        if event is not None:
            found.append(event)
    problems.check()
    return found


def _open(path: Path, problems: Problems) -> Table:
    if path.suffix.lower() == ".parquet":
        return _parquet_table(path)
    source = source_of(path)
    if source.dialect is not None:  # a log of ids looks as if its first line were one of them
        source = replace(source, dialect=replace(source.dialect, has_header=True))
    try:
        return source.open(problems)
    except DataError:
        if path.suffix.lower() not in _JSON_LINES:
            raise
        records = list(_good_lines(path, problems))
        if not problems.told or not records:
            problems.check()
            raise
        return table_of_records(str(path), records)


def _good_lines(path: Path, problems: Problems) -> Iterator[tuple[int, dict[str, Any]]]:
    """Go through the records of wrong JSON lines, with the line of each; what is wrong with the others is noted."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    with contextlib.suppress(ValueError, RecursionError):
        if isinstance(json.loads(text), list) or "\n" in text.strip():
            problems.add(Place(str(path), 1), "JSON lines have one record a line; this is JSON of many: name it .json")
            return
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            place = Place(str(path), number, getattr(error, "colno", 1))
            problems.add(place, f"{getattr(error, 'msg', error)}; this is no JSON")
            continue
        if isinstance(record, dict):
            yield number, record
        else:
            problems.add(Place(str(path), number), "this is no record; JSON lines have one record a line")


def _parquet_table(path: Path) -> Table:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise DataError(f"{path}: Parquet is read with pyarrow: pip install 'kgrec[parquet]'") from error
    try:
        records = parquet.read_table(path).to_pylist()
    except (ArrowException, OSError) as error:
        raise DataError(f"{path}: cannot be read as Parquet ({error})") from error
    return table_of_records(str(path), list(enumerate(records, 1)))


def _named(table: Table, columns: Mapping[str, str]) -> list[str]:
    """Return what the columns are for; raises DataError without users or items."""
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        raise DataError(f"there is no column {', '.join(unknown)} of events; there are: {', '.join(COLUMNS)}")
    missing = [name for name in columns.values() if name not in table.header]
    if missing:
        raise DataError(f"{Place(table.shown)}: no column {missing[0]!r}; there are: {', '.join(table.header)}")
    said = {column: name for name, column in columns.items()}
    header = [said.get(name) or _usual(name, columns) for name in table.header]
    for name in COLUMNS:
        if header.count(name) > 1:
            twice = [table.header[place] for place, known in enumerate(header) if known == name]
            raise DataError(f"{Place(table.shown)}: {' and '.join(twice)} are both {name}; say which is: {name}=COLUMN")
    for name in NEEDED:
        if name not in header:
            there = ", ".join(table.header)
            raise DataError(f"{Place(table.shown)}: no column {name!r}; say which it is: {name}=COLUMN, of {there}")
    return header


def _usual(name: str, columns: Mapping[str, str]) -> str:
    """Return what a column is for by its name alone."""
    plain = name.lower().replace("_", "").replace(" ", "").replace("-", "")
    found = plain if plain in COLUMNS else _ALSO.get(plain, "")
    return found if found and found not in columns else name.removeprefix(_CONTEXT)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Notes what is wrong with one row."""

    problems: Problems
    table: Table
    line: int

    def wrong(self, place: int, message: str) -> None:
        self.problems.add(Place(self.table.shown, self.line, place + 1), message)


def _event(
    row: Sequence[str], places: Mapping[str, int], context: Sequence[tuple[str, int]], teller: _Teller
) -> LoggedEvent | None:
    """Return what a row says; None, and it is noted, if that is no event."""
    known = len(teller.problems.told)

    def cell(name: str) -> str:
        text = row[places[name]] if name in places else ""
        return "" if is_unknown(text) else clean(text)

    def number(name: str, read: Callable[[str], float | None], what: str) -> float | None:
        text = cell(name)
        value = read(text) if text else None
        if text and value is None:
            teller.wrong(places[name], f"{text[:40]!r} is no {what}")
        return value

    for name in NEEDED:
        if not clean(row[places[name]]):
            teller.wrong(places[name], f"no {name}; every event needs one")
    rating = number("rating", _finite, "rating")
    if slug(cell("event")) in _RATED and not cell("rating"):
        teller.wrong(places.get("rating", places["event"]), f"{cell('event')} without a rating; write the number")
    amount = number("amount", _natural, "amount; how often or how long is 0 or more")
    time = number("timestamp", read_time, "time; write seconds since 1970, or 2026-01-31T18:30:00Z")
    if len(teller.problems.told) > known:
        return None
    words = ((name, "" if is_unknown(row[place]) else clean(row[place])) for name, place in context)
    event = LoggedEvent(
        time=int(time or 0),
        id=cell("id"),
        user=same_id(clean(row[places["user"]])),
        item=same_id(clean(row[places["item"]])),
        kind=event_kind(cell("event")),
        rating="" if rating is None else repr(rating),
        amount="" if amount is None else repr(amount),
        context=tuple((name, word) for name, word in words if word),
    )
    return event if event.id else replace(event, id=_hash(event))


def _hash(event: LoggedEvent) -> str:
    """Return an id made of all an event says: 80 bits, so that a billion events hardly ever share one."""
    text = json.dumps(event.content)
    return _HASHED + hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def _finite(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _natural(text: str) -> float | None:
    value = _finite(text)
    return value if value is not None and value >= 0 else None


def read_time(text: str) -> float | None:
    """Return a time as seconds since 1970, UTC where no zone is told; None if it is none.

    >>> read_time("86400"), read_time("1700000000123"), read_time("1970-01-02T01:00:00+01:00"), read_time("1970-01-02")
    (86400.0, 1700000000.123, 86400.0, 86400.0)
    """
    value = _natural(text)
    if value is not None:
        while value > _MILLISECONDS:  # also micro- and nanoseconds
            value /= 1000
        return value
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    return max(0.0, (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp())


def rows_of(events: Sequence[LoggedEvent]) -> Iterator[list[Any]]:
    """Go through a table of events as :func:`read_events` reads it: its header, then its rows."""
    names = sorted({name for event in events for name, _ in event.context})
    yield [*COLUMNS, *names]
    for event in events:
        words = dict(event.context)
        told = (event.id, event.user, event.item, event.kind, event.rating, event.time or "", event.amount)
        yield [*told, *(words.get(name, "") for name in names)]


__all__ = ["COLUMNS", "LoggedEvent", "events_of", "read_events", "read_time", "rows_of"]
