"""``kgrec taste``: what is believed of a user, and taste files to carry it elsewhere."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from kgrec.attitudes import attitude
from kgrec.cli.opening import choose
from kgrec.cli.options import Data, Json, chosen_data, examples
from kgrec.cli.output import NOTHING_FOUND, emit, emit_json, say, stop_writing
from kgrec.cli.progress import progress_bar
from kgrec.errors import DataError
from kgrec.text import shortened

if TYPE_CHECKING:
    from kgrec.acts import Event
    from kgrec.dialogue.lasting import Remark
    from kgrec.graph import KnowledgeGraph
    from kgrec.ingest.datasets import Dataset

MOST_LISTED: Final = 10
"""So many unknown entities of a file are named; the rest are counted."""

tastes = typer.Typer(
    name="taste",
    help="Show what is believed of a user; export or import it as a taste file.",
    invoke_without_command=True,
    rich_markup_mode=None,
)

_User = Annotated[str | None, typer.Option("--user", metavar="NAME", help="Whose taste; you by default.")]


def chosen_user(ctx: typer.Context, user: str | None) -> str:
    """Return the user meant: the command's own option, that before the command, or whoever sits here."""
    before = [context.params.get("user") for context in (ctx.parent, ctx.find_root()) if context]
    return user or next(filter(None, before), "you")


def _data(ctx: typer.Context, data: str | None) -> str:
    return chosen_data(ctx, data or (ctx.parent.params.get("data") if ctx.parent else None))


@tastes.callback(epilog=examples("kgrec taste", "kgrec taste --user ana --json", "kgrec taste export -o taste.ttl"))
def taste(ctx: typer.Context, user: _User = None, data: Data = None, json: Json = False) -> None:
    """Show what is believed of a user, and where it comes from: what was said, the last first, then what the data say.

    JSON: user, data, remarks (aspect: opinion, comparison, seen or fact; id, label, value, kind, time, source,
    is_known: whether the data has it; other).
    """
    if ctx.invoked_subcommand is not None:
        return
    name = chosen_user(ctx, user)
    dataset = choose(_data(ctx, data)).dataset
    with progress_bar() as progress:
        graph = dataset.graph(progress)
    rows = _rows(graph, name, _events(dataset, name))
    if json:
        emit_json({"user": name, "data": dataset.name, "remarks": rows})
    else:
        emit("\n".join(_lines(rows, graph.name) or [_nothing(name)]))
    if not rows:
        raise typer.Exit(NOTHING_FOUND)


@tastes.command(epilog=examples("kgrec taste export --user ana -o taste.ttl", "kgrec taste export | less"))
def export(
    ctx: typer.Context,
    user: _User = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to; stdout by default.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Write what lasts of what a user has said as RDF (Turtle).

    Opinions, what was seen and facts, with their times; no wishes of an evening. What the data set itself knows of a
    user stays with it.
    """
    from kgrec.dialogue.lasting import Aspect, remarks
    from kgrec.taste_transfer import as_turtle, save_taste

    if json and output is None:
        raise typer.BadParameter("the taste itself goes to stdout; name a file with -o", param_hint="--json")
    name, dataset = chosen_user(ctx, user), choose(_data(ctx, data)).dataset
    with progress_bar() as progress:
        graph = dataset.graph(progress)
    told = remarks(_events(dataset, name))
    if not told:
        say(f"Nothing is known of {name} that could be exported.")
        raise typer.Exit(NOTHING_FOUND)
    content = as_turtle(name, told, graph)
    if output is None:
        _write_bytes(content)
        return
    save_taste(output, content)
    if json:
        counts = {str(aspect): sum(remark.aspect is aspect for remark in told) for aspect in Aspect}
        emit_json({"file": str(output), "user": name, **counts})


@tastes.command(
    "import", epilog=examples("kgrec taste import taste.ttl --user ana", "kgrec taste import taste.ttl --strict")
)
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Turtle, N-Triples, RDF/XML or JSON-LD.")],
    user: _User = None,
    strict: Annotated[bool, typer.Option("--strict", help="Import nothing if anything in it is unknown here.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Take a taste file in, for a user.

    Only what is newer than what is known counts: importing twice changes nothing. What the data set does not know is
    listed and left out. Of a file with a mistake nothing is taken.

    JSON: user, new, known (had been said at that time or later), unknown (the entities that were left out).
    """
    from kgrec.dialogue.lasting import as_events, news, remarks
    from kgrec.profiles import ProfileStore, profile_path
    from kgrec.taste_transfer import load_taste

    name, dataset = chosen_user(ctx, user), choose(_data(ctx, data)).dataset
    with progress_bar() as progress:
        graph = dataset.graph(progress)
    carried = load_taste(file, graph)
    meant, unknown = carried.known, carried.unknown
    if unknown and strict:
        raise DataError(f"{file}: nothing is imported, {_unknown_text(unknown, dataset.name)}")
    with ProfileStore(profile_path(dataset.name)) as store:
        fresh = news(meant, remarks(store.events(name)))
        store.append_all(as_events(fresh, name, uuid.uuid4().hex, file.name))
    if unknown:
        say(f"{file}: {_unknown_text(unknown, dataset.name)}")
    known = len(meant) - len(fresh)
    if json:
        left_out = [{"id": remark.subject, "label": remark.label} for remark in unknown]
        emit_json({"user": name, "new": len(fresh), "known": known, "unknown": left_out})
    else:
        emit(f"{name}: {len(fresh)} new, {known} known already, {len(unknown)} left out")


def taste_lines(graph: KnowledgeGraph, user: str, events: Sequence[Event], most: int) -> list[str]:
    """Return what the user and the data say of their taste as a table, or that there is nothing.

    Of more than ``most`` rows it says how many more there are, and where.
    """
    rows = _rows(graph, user, events)
    more = len(rows) - most
    told = [f"... and {more:,} more: “kgrec taste --data {graph.name} --user {user}” lists all."] if more > 0 else []
    return [*_lines(rows[:most], graph.name), *told] or [_nothing(user)]


def _nothing(user: str) -> str:
    return f"Nothing is known of {user}."


def _unknown_text(unknown: Sequence[Remark], data: str) -> str:
    named = [
        f"{remark.label} ({remark.subject})" if remark.label != remark.subject else remark.subject for remark in unknown
    ]
    return f"{len(named)} unknown in {data}: {shortened(named, MOST_LISTED)}"


def _events(dataset: Dataset, user: str) -> tuple[Event, ...]:
    """Return what a user has said and done, or had imported."""
    from kgrec.profiles import ProfileStore, profile_path

    path = profile_path(dataset.name)
    if not path.is_file():
        return ()
    with ProfileStore(path) as store:
        return store.events(user)


def _rows(graph: KnowledgeGraph, user: str, events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return what lasts of what a user said, the last first, then what the data tell of them, the best liked first.

    Facts that they want to be left out are.
    """
    from kgrec.dialogue.lasting import remarks
    from kgrec.dialogue.state import fold

    withheld = fold(events, session="").belief.withheld
    return [_row(remark, graph) for remark in (*reversed(remarks(events)), *_of_data(graph, user, withheld))]


def _of_data(graph: KnowledgeGraph, user: str, withheld: frozenset[str]) -> Iterable[Remark]:
    """Yield what the data set itself says of a user, without some facts."""
    from kgrec.dialogue.lasting import Aspect, Remark
    from kgrec.histories import past_of, told_first

    for name, value in graph.user_facts.get(user, {}).items():
        if name in withheld:
            continue
        yield Remark(Aspect.FACT, name, value, label=name, source=graph.name)
    past = (one for one in past_of(user, graph) if graph.is_item(one.entity))  # those on values are among the facts
    for one in told_first(past)[1]:
        label = graph.label(one.entity)
        yield Remark(Aspect.OPINION, one.entity, one.value, one.kind, label=label, source=graph.name)


def _row(remark: Remark, graph: KnowledgeGraph) -> dict[str, Any]:
    from kgrec.taste_transfer import is_known

    label = graph.label(remark.subject) if remark.subject in graph else remark.label
    moment = datetime.fromtimestamp(remark.time, UTC).isoformat(timespec="seconds") if remark.time else None
    return {
        "aspect": str(remark.aspect),
        "id": remark.subject,
        "label": label,
        "value": list(remark.value) if isinstance(remark.value, tuple) else remark.value,
        "kind": str(remark.kind) if remark.kind else None,
        "time": moment,
        "source": remark.source or "you said so",
        "is_known": is_known(remark, graph),
        **({"other": remark.other} if remark.other else {}),
    }


def _lines(rows: Sequence[dict[str, Any]], data: str) -> list[str]:
    """Return rows as a table; above those of the data, whose order is another, stands which."""
    cells = [(_told(row), str(row["label"]), str(row["time"] or "")[:10], _source(row)) for row in rows]
    widths = [max((len(cell[column]) for cell in cells), default=0) for column in range(3)]
    padded = (
        "  ".join((*(f"{text:{width}}" for text, width in zip(cell, widths, strict=False)), cell[3])) for cell in cells
    )
    lines = [line.rstrip() for line in padded]
    start = next((place for place, row in enumerate(rows) if row["source"] == data), None)
    return lines if start is None else [*lines[:start], f"From {data}, the best liked first:", *lines[start:]]


def _source(row: dict[str, Any]) -> str:
    gone = "" if row["is_known"] else "; no longer in the data, counts again if it comes back"
    return f"{row['source']}{gone}"


def _told(row: dict[str, Any]) -> str:
    from kgrec.domain import OpinionKind

    value = row["value"]
    if row["aspect"] == "seen":
        return "seen"
    if row["aspect"] == "comparison":
        return f"{'rather than' if value else 'as much as'} {row['other']}"
    if row["aspect"] == "fact":
        return f"is {', '.join(value) if isinstance(value, list) else value}"
    return f"{value:+.1f} {attitude(value, OpinionKind(row['kind'] or OpinionKind.RATED))}"


def _write_bytes(content: bytes) -> None:
    """Write a file's content to stdout, as it is whatever the terminal's encoding."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        stop_writing(sys.stdout)
