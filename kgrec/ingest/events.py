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
from kgrec.ingest.off_scale import off_scale
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
        outdated: how many were left out, another event of their id being later or, of the same time, greater.
        shared: id → users and items of two events that bear it, where these differ: is it an id at all?
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
    outdated: int
    shared: Mapping[str, tuple[tuple[str, str], tuple[str, str]]]
    late: int
    kinds: Mapping[str, int]
    unknown: Mapping[str, int]
    total: int
    waiting: int
    scale: tuple[tuple[float, float], tuple[float, float]] | None = None


def import_events(
    dataset: Dataset, files: Iterable[Path], columns: Mapping[str, str] | None = None, *, is_sure: bool = True
) -> EventImport:
    """Add the events of some files to those of a data set: all of them, or none if a row is wrong.

    Args:
        dataset: what to add to.
        files: what to read.
        columns: as :func:`kgrec.ingest.event_files.read_events` takes them.
        is_sure: whether the data set is the one that was meant, even if it has none of the items of a file.

    Raises:
        DataError: at file:line:column, what is wrong with the files; or a file is of another data set.
        StoreError: another import is at it for too long.
    """
    by_file = {path: read_events(path, columns) for path in files}
    told = [event for events in by_file.values() for event in events]
    known = frozenset(dataset.graph().item_ids)
    if not is_sure:
        _check_meant(dataset.name, by_file, known)
    base = dataset.interactions()
    _check_scale(by_file, base)
    contents = frozenset(_contents(base)) if base is not None else frozenset()
    with locked(f"events-{dataset.cache_name}", LOCK_S):
        before = {event.id: event for event in read_log(dataset.events)}
        after = merged(before, (event for event in told if event.content not in contents))
        if after != before:
            write_log(dataset.events, after.values())
    return _compared(told, before, after, known, base)


def _check_meant(name: str, by_file: Mapping[Path, Sequence[LoggedEvent]], known: Collection[str]) -> None:
    """Raise DataError for files none of whose items are known."""
    strange = [str(path) for path, events in by_file.items() if events and not any(one.item in known for one in events)]
    if strange:
        raise DataError(
            f"{', '.join(strange)}: no item of it is in {name!r}, so all would wait; nothing was imported; "
            f"name the data set: --data NAME (--data {name} if it is meant)"
        )


def _check_scale(by_file: Mapping[Path, Sequence[LoggedEvent]], base: InteractionTable | None) -> None:
    """Raise DataError for ratings far off those of the data set and of the files."""
    rated = [(path, event) for path, events in by_file.items() for event in events if event.rating]
    old = base.ratings if base is not None else np.empty(0)
    ratings = np.concatenate([old, np.array([float(event.rating) for _, event in rated])])
    strange = [rated[row - len(old)] for row in off_scale(ratings).tolist() if row >= len(old)]
    if strange:
        path, event = strange[0]
        most = np.nanmax(np.delete(ratings, off_scale(ratings)))
        raise DataError(
            f"{path}: the rating {event.rating} of user {event.user!r} for {event.item!r} is far off all others, which "
            f"go up to {most:g} ({len(strange)} such); nothing was imported; mend it, or drop the row"
        )


def _compared(
    told: Sequence[LoggedEvent],
    before: Mapping[str, LoggedEvent],
    after: Mapping[str, LoggedEvent],
    known: Collection[str],
    base: InteractionTable | None,
) -> EventImport:
    """Return what came of an import: ids → events before it and after, known items, what the data set came with."""
    newest = max((event.time for event in before.values()), default=0)
    newest = max(newest, int(base.times.max(initial=0)) if base is not None else 0)
    new = [event for name, event in after.items() if name not in before]
    corrected = sum(1 for name, event in before.items() if after[name] != event)
    outdated = sum(1 for event in told if event.id in after and after[event.id] != event)
    return EventImport(
        rows=len(told),
        new=len(new),
        duplicates=len(told) - len(new) - corrected - outdated,
        corrected=corrected,
        outdated=outdated,
        shared=_shared((*before.values(), *told)),
        late=sum(1 for event in new if 0 < event.time < newest),
        kinds=dict(Counter(event.kind for event in new)),
        unknown=dict(Counter(event.item for event in new if event.item not in known).most_common()),
        total=len(after),
        waiting=sum(1 for event in after.values() if event.item not in known),
        scale=_changed_scale(base, before.values(), after.values()),
    )


def _shared(events: Iterable[LoggedEvent]) -> dict[str, tuple[tuple[str, str], tuple[str, str]]]:
    """Return id → (user, item) of the first event that bears it and of the first other one."""
    first: dict[str, tuple[str, str]] = {}
    found: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {}
    for event in events:
        said = event.user, event.item
        if first.setdefault(event.id, said) != said:
            found.setdefault(event.id, (first[event.id], said))
    return found


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
