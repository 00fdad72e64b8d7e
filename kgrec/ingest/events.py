"""The events of a data set: what people did since it was made, in one file beside it, added to by imports.

The file is a set, written in order: importing batches in any order, overlapping or twice, gives the same bytes, and a
late event takes its place by its time. Events about items that the data set lacks stay in it and wait; they count as
soon as the items are there. It lies with the user's profiles rather than in the folder of the data set, which every
import of the data set replaces and which may be read-only.
"""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kgrec.errors import DataError
from kgrec.graph.interaction_table import InteractionTable
from kgrec.ingest.csv import open_table
from kgrec.ingest.event_files import LoggedEvent, events_of, read_events, rows_of
from kgrec.ingest.tables import Problems
from kgrec.resources import locked, write_atomic

if TYPE_CHECKING:
    from kgrec.ingest.datasets import Dataset

LOCK_S: Final = 60.0
"""So long an import waits for another one into the same data set."""


@dataclass(frozen=True, slots=True)
class EventImport:
    """What came of an import.

    Attributes:
        rows: how many events the files tell of.
        new: of those, how many were not there yet.
        duplicates: how many were there already, or stand in the files twice.
        corrected: how many ids were there with other contents; of two such events the later one stays.
        late: how many of the new ones are older than the newest event before.
        kinds: kind → how many new ones; "" = rated or chosen.
        unknown: item that the data set lacks → how many new events are about it; they wait.
        total, waiting: how many events there are now, and how many of them wait.
        scale: the lowest and the highest rating before and now, where that has changed: maybe the files use another.
    """

    rows: int
    new: int
    duplicates: int
    corrected: int
    late: int
    kinds: Mapping[str, int]
    unknown: Mapping[str, int]
    total: int
    waiting: int
    scale: tuple[tuple[float, float], tuple[float, float]] | None = None


def import_events(dataset: Dataset, files: Iterable[Path], columns: Mapping[str, str] | None = None) -> EventImport:
    """Add the events of some files to those of a data set: all of them, or none if a row is wrong.

    ``columns``: as :func:`kgrec.ingest.event_files.read_events` takes them.

    Raises:
        DataError: at file:line:column, what is wrong with the files.
        StoreError: another import is at it for too long.
    """
    told = [event for path in files for event in read_events(path, columns)]
    known = frozenset(dataset.graph().item_ids)
    base = dataset.interactions()
    contents = frozenset(_contents(base)) if base is not None else frozenset()
    with locked(f"events-{dataset.cache_name}", LOCK_S):
        before = {event.id: event for event in read_log(dataset.events)}
        after = merged(before, (event for event in told if event.content not in contents))
        if after != before:
            write_log(dataset.events, after.values())
    newest = max((event.time for event in before.values()), default=0)
    newest = max(newest, int(base.times.max(initial=0)) if base is not None else 0)
    new = [event for name, event in after.items() if name not in before]
    corrected = sum(1 for name, event in before.items() if after[name] != event)
    return EventImport(
        rows=len(told),
        new=len(new),
        duplicates=len(told) - len(new) - corrected,
        corrected=corrected,
        late=sum(1 for event in new if 0 < event.time < newest),
        kinds=dict(Counter(event.kind for event in new)),
        unknown=dict(Counter(event.item for event in new if event.item not in known).most_common()),
        total=len(after),
        waiting=sum(1 for event in after.values() if event.item not in known),
        scale=_changed_scale(base, before.values(), after.values()),
    )


def _changed_scale(
    base: InteractionTable | None, before: Iterable[LoggedEvent], after: Iterable[LoggedEvent]
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the ends of the ratings before and after; None if they are the same, or there were none before."""
    old = base.ratings[~np.isnan(base.ratings)].tolist() if base is not None else []
    then, now = ([*old, *(float(event.rating) for event in events if event.rating)] for events in (before, after))
    ends = [(min(ratings), max(ratings)) for ratings in (then, now) if ratings]
    return (ends[0], ends[1]) if then and ends[0] != ends[1] else None


def merged(before: Mapping[str, LoggedEvent], told: Iterable[LoggedEvent]) -> dict[str, LoggedEvent]:
    """Return id → event with some more of them; of two with one id the later stands, whichever came first."""
    after = dict(before)
    for event in told:
        known = after.get(event.id)
        after[event.id] = event if known is None else max(known, event)
    return after


def _contents(table: InteractionTable) -> Iterable[tuple[object, ...]]:
    """Go through what each row says, as :attr:`LoggedEvent.content` does."""
    rows = len(table.users)
    ratings = table.ratings.tolist() if table.ratings.size else [np.nan] * rows
    amounts = table.amounts.tolist() if table.amounts.size else [np.nan] * rows
    times = table.times.tolist() if table.times.size else [0] * rows
    names = sorted(table.context)
    words = zip(*(table.context[name] for name in names), strict=True) if names else iter([()] * rows)
    columns = (table.users, table.items, table.kinds or [""] * rows, ratings, times, amounts, words)
    for user, item, kind, rating, time, amount, said in zip(*columns, strict=True):
        context = tuple((name, word) for name, word in zip(names, said, strict=True) if word)
        yield user, item, kind, _written(rating), time, _written(amount), context


def _written(value: float) -> str:
    return "" if math.isnan(value) else repr(value)


# --- the file ---------------------------------------------------------------------------------------------------------


def read_log(path: Path) -> list[LoggedEvent]:
    """Return the events of a data set's file in order, none if there is no file; raises DataError at its places."""
    if not path.is_file():
        return []
    problems = Problems()
    return sorted(events_of(open_table(path), problems))


def write_log(path: Path, events: Iterable[LoggedEvent]) -> None:
    """Replace the file by these events; a crash leaves the old one or the new one."""
    for left in path.parent.glob(f".{path.name}.*"):  # by an import that was killed; we hold the lock
        left.unlink(missing_ok=True)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows_of(sorted(events)))
    try:
        write_atomic(path, text.getvalue())
    except OSError as error:
        raise DataError(f"{path}: cannot be written ({error.strerror or error})") from error


def with_events(
    base: InteractionTable | None, events: Sequence[LoggedEvent], items: Collection[str]
) -> InteractionTable | None:
    """Return interactions and, after them, the events about ``items``; None if there are neither."""
    counted = [event for event in events if event.item in items]
    if not counted:
        return base
    base = base or InteractionTable((), ())
    rows = len(base.users)
    words = [dict(event.context) for event in counted]
    names = dict.fromkeys((*base.context, *(name for said in words for name in said)))
    return InteractionTable(
        users=[*base.users, *(event.user for event in counted)],
        items=[*base.items, *(event.item for event in counted)],
        ratings=_numbers(base.ratings, rows, [event.rating for event in counted]),
        times=np.concatenate([_full(base.times, rows, 0), [event.time for event in counted]]).astype(np.int64),
        context={
            name: [*base.context.get(name, [""] * rows), *(said.get(name, "") for said in words)] for name in names
        },
        kinds=[*(base.kinds or [""] * rows), *(event.kind for event in counted)],
        amounts=_numbers(base.amounts, rows, [event.amount for event in counted]),
    )


def _numbers(base: Any, rows: int, told: Sequence[str]) -> Any:
    """Return a column of numbers and, below it, what some events tell; empty if nobody tells any."""
    if not base.size and not any(told):
        return base
    return np.concatenate([_full(base, rows, np.nan), [float(cell) if cell else np.nan for cell in told]])


def _full(column: Any, rows: int, empty: float) -> Any:
    return column if column.size else np.full(rows, empty)


__all__ = ["EventImport", "import_events", "merged", "read_log", "with_events", "write_log"]
