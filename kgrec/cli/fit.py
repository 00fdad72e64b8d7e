"""``kgrec fit``: learn from a data set as it is now, or go back to what was learned before."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from kgrec.cli.opening import choose
from kgrec.cli.options import Data, Json, chosen_data, examples
from kgrec.cli.output import emit, emit_json
from kgrec.cli.progress import progress_bar

if TYPE_CHECKING:
    from kgrec.pipeline import Fitted
    from kgrec.versions import Version

FIT_EXAMPLES: Final = examples(
    "kgrec fit --data my-films",
    "kgrec fit --data my-films --with two-tower,sequence",
    "kgrec fit --data my-films --with none",
    "kgrec fit --rollback",
    "kgrec fit --rollback 2 --json",
)


def fit(
    ctx: typer.Context,
    version: Annotated[
        int | None, typer.Argument(metavar="[VERSION]", min=1, help="Which version to go back to.", show_default=False)
    ] = None,
    with_: Annotated[
        str | None,
        typer.Option(
            "--with",
            metavar="NAME,...|none",
            help="Optional scorers to fit as well: two-tower, sequence; later fits keep them until --with none.",
            show_default=False,
        ),
    ] = None,
    rollback: Annotated[
        bool,
        typer.Option("--rollback", help="Go back to the version in force before, or to VERSION, until the next fit."),
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Learn from what has changed since the last fit; the app and all commands use it from then on.

    Without a change nothing is done. The last three versions are kept; one that was rolled back stays so until there is
    something new to learn from. Killed, it leaves the version before in force, and may be started again.

    JSON: data, fitted (whether another version is in force than before), in_force, newest, version (number, made,
    items, users, interactions, seconds, ndcg: of held-out interactions, extra), before (the same, or null). Exit codes:
    0 done, also if there was nothing to do; 2 wrong use or an error.
    """
    from kgrec.pipeline import fit_dataset, roll_back

    if version is not None and not rollback:
        raise typer.BadParameter("a version is what to go back to; add --rollback", param_hint="VERSION")
    if rollback and with_ is not None:
        raise typer.BadParameter("what was learned stays as it is; leave it out", param_hint="--with")
    dataset = choose(chosen_data(ctx, data)).dataset
    with progress_bar() as progress:
        done = roll_back(dataset, version or 0) if rollback else fit_dataset(dataset, _named(with_), progress)
    if json:
        emit_json(_report(dataset.name, done))
    else:
        emit("\n".join(_lines(dataset.name, done)))


def _named(told: str | None) -> tuple[str, ...] | None:
    """Return the scorers that ``--with`` names, in its order; None without it."""
    if told is None:
        return None
    names = (name.strip() for name in told.split(",")) if told.strip() != "none" else ()
    return tuple(filter(None, names))


def _report(name: str, done: Fitted) -> dict[str, Any]:
    return {
        "data": name,
        "fitted": done.is_new,
        "in_force": done.version.number,
        "newest": done.newest.number,
        "version": _version(done.version),
        "before": None if done.before is None else _version(done.before),
    }


def _version(version: Version) -> dict[str, Any]:
    return {"number": version.number, **version.notes, "extra": list(version.extra)}


def _lines(name: str, done: Fitted) -> Iterator[str]:
    if done.is_new:
        yield f"{name}: {version_text(_version(done.version))}; it is in force now"
        if done.before is not None:
            yield f"Before: {version_text(_version(done.before))}"
            yield f"Go back: kgrec fit --rollback {done.before.number} --data {shlex.quote(name)}"
        return
    yield f"{name}: nothing has changed since version {done.newest.number} of {done.newest.notes['made']}"
    rolled = done.version.number != done.newest.number
    yield f"Version {done.version.number} is in force" + (", as it was rolled back to" if rolled else "")
    if rolled:
        yield f"Undo that: kgrec fit --rollback {done.newest.number} --data {shlex.quote(name)}"


def version_text(version: dict[str, Any]) -> str:
    """Return what a version is, in one line; ``version`` as JSON has it."""
    told = f"version {version['number']} of {version['made']}: {version['interactions']:,} interactions"
    told += f", {version['items']:,} items, {version['seconds']:.1f} s"
    if version["extra"]:
        told += f", with {', '.join(version['extra'])}"
    return told + (f", NDCG@10 {version['ndcg']:.4f} held out" if version["ndcg"] is not None else "")


__all__ = ["FIT_EXAMPLES", "fit", "version_text"]
