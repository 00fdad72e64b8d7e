"""``kgrec events import``: what people did, added to a data set as it comes in."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kgrec.cli.opening import choose
from kgrec.cli.options import Data, Json, chosen_data, examples
from kgrec.cli.output import emit, emit_json
from kgrec.text import clean, shortened

if TYPE_CHECKING:
    from kgrec.ingest.events import EventImport

_MOST_LISTED: Final = 5

events = typer.Typer(
    name="events",
    help="Add what people did to a data set: ratings, plays, purchases ... as they come in.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@events.callback()
def _group() -> None:
    """Keep ``import`` a command of its own, although it is the only one."""


@events.command(
    "import",
    epilog=examples(
        "kgrec events import today.csv --data my-films",
        "kgrec events import events.jsonl --column item=movieId --column user=userId --json",
        "kgrec events import 'shop.xlsx#Orders' --data shop",
        "kgrec events import log.parquet && kgrec fit && kgrec status",
    ),
)
def import_(
    ctx: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="CSV, JSON lines (.jsonl), JSON (.json), .xlsx or Parquet (kgrec[parquet])."
        ),
    ],
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="NAME=COLUMN", help="What the files call a column; may be repeated."),
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Add events: all of the files, or nothing if a row is wrong.

    Columns: user and item, maybe id, event (rated, opened, played, skipped ...), rating, timestamp (seconds since 1970
    or ISO 8601) and amount; all others are context. An event is known by its id, or by all it says: importing it again
    changes nothing, and of two with one id the later stands. Events about items that the data set lacks wait for them.
    They count at once in what is recommended to their user; kgrec fit learns from them. Without --data, a file about
    none of the shipped items is an error. Of a spreadsheet the first sheet is read, or the one that is named after "#".

    JSON: data, file, rows, new, duplicates, corrected, outdated (left out, as a later event has their id), shared (id →
    user and item of two events that bear it), late (older than the newest before), kinds, unknown (item → events),
    total, waiting, scale (lowest and highest rating before and now if that changed, or null). Exit codes: 0 imported,
    also if nothing was new; 2 a row is wrong or an error.
    """
    from kgrec.ingest.events import import_events

    is_sure = bool(data or ctx.find_root().params.get("data"))
    dataset = choose(chosen_data(ctx, data)).dataset
    made = import_events(dataset, files, _columns(column or ()), is_sure=is_sure)
    if json:
        emit_json({"data": dataset.name, "file": str(dataset.events), **asdict(made)})
    else:
        emit("\n".join(_lines(dataset.name, made)))


def _columns(told: Sequence[str]) -> dict[str, str]:
    """Return column → what the files call it."""
    pairs = [text.partition("=") for text in told]
    if any(not name or not column for name, _, column in pairs):
        raise typer.BadParameter("write NAME=COLUMN, such as item=movieId", param_hint="--column")
    return {name: column for name, _, column in pairs}


def _events(count: int, what: str = "event") -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _lines(name: str, made: EventImport) -> Iterator[str]:
    told = [f"{made.new:,} new" + (f" ({made.late:,} late)" if made.late else "")]
    told += [f"{made.duplicates:,} there already"] if made.duplicates else []
    told += [f"{made.corrected:,} corrected"] if made.corrected else []
    told += [f"{made.outdated:,} left out"] if made.outdated else []
    yield f"{name}: {_events(made.rows)} read, {', '.join(told)}"
    if any(made.kinds):
        yield "New: " + ", ".join(f"{count:,} {kind or 'rated'}" for kind, count in sorted(made.kinds.items()))
    if made.scale is not None:
        before, now = (f"{low:g} to {high:g}" for low, high in made.scale)
        yield f"Ratings were {before} and are {now} now, and so mean less or more than before: is it the same scale?"
    if made.outdated:
        yield "Left out: the event of their id that stays is as late or later; what corrects it has a later timestamp"
    if made.shared:
        shared, pairs = next(iter(made.shared.items()))
        one, other = (f"{clean(user)} with {clean(item)}" for user, item in pairs)
        yield (
            f"Beware: {_events(len(made.shared), 'id')} borne by events of different users or items, of which only the "
            f"latest stays, such as {clean(shared)}: {one}, and {other}"
        )
    if made.unknown:
        items = shortened([f"{clean(item)} ({count:,})" for item, count in made.unknown.items()], _MOST_LISTED)
        yield f"About items that are not there, and so waiting for them: {items}"
    yield f"{_events(made.total)} in all" + (f", {made.waiting:,} of them waiting" if made.waiting else "")
    if made.new or made.corrected:
        yield f"Learn from them: kgrec fit --data {shlex.quote(name)}"


__all__ = ["events"]
