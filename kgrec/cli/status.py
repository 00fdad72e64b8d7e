"""``kgrec status``: where a data set stands, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import typer

from kgrec.cli.fit import version_text
from kgrec.cli.opening import choose
from kgrec.cli.options import Data, Json, chosen_data, examples
from kgrec.cli.output import emit, emit_json
from kgrec.cli.progress import progress_bar

STATUS_EXAMPLES: Final = examples("kgrec status", "kgrec status --data my-films --json")
_MEGABYTE: Final = 1e6


def status(ctx: typer.Context, data: Data = None, json: Json = False) -> None:
    """Say what is in a data set, what has come since the last fit, which version is in force, and what to do next.

    JSON: data, items, users, interactions, kinds, first and last (time), events (imported, waiting for their items),
    since_fit (interactions, is_imported_anew, is_up_to_date; null without a fit), in_force, versions (number, made,
    items, users, interactions, seconds, ndcg, extra, bytes), bytes (sources, graph, fitted), next (a command).
    """
    from kgrec.pipeline import status as status_of

    with progress_bar() as progress:
        found = status_of(choose(chosen_data(ctx, data)).dataset, progress)
    if json:
        emit_json(found)
    else:
        emit("\n".join(_lines(found)))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in found["kinds"].items())
    yield (
        f"{found['data']}: {found['items']:,} items, {found['users']:,} users, {found['interactions']:,} interactions"
        + (f" ({kinds})" if kinds else "")
    )
    if found["first"] is not None:
        yield f"From {found['first']} to {found['last']}"
    events = found["events"]
    if events["imported"]:
        waiting = f", {events['waiting']:,} of them waiting for their items" if events["waiting"] else ""
        yield f"{events['imported']:,} imported event{'s' if events['imported'] != 1 else ''}{waiting}"
    for version in found["versions"]:
        now = "  in force" if version["number"] == found["in_force"] else ""
        yield f"  {version_text(version)}, {version['bytes'] / _MEGABYTE:.1f} MB{now}"
    newest = found["versions"][-1]["number"] if found["versions"] else None
    if found["in_force"] != newest:
        yield (
            f"Version {found['in_force']} was put back in force by hand, in place of version {newest}; kgrec fit "
            "learns anew as soon as there is something new to learn from"
        )
    yield from _since(found["since_fit"])
    sizes = ", ".join(f"{name} {size / _MEGABYTE:.1f} MB" for name, size in found["bytes"].items())
    yield f"On the disk: {sizes}"
    yield f"Next: {found['next']}"


def _since(since: dict[str, Any] | None) -> Iterator[str]:
    if since is None:
        yield "Nothing was fitted yet; the first start will"
    elif since["is_imported_anew"]:
        yield "The data set was imported anew since the version in force; the next start fits anew"
    elif not since["is_up_to_date"]:
        yield f"{since['interactions']:+,} interactions since the version in force"


__all__ = ["STATUS_EXAMPLES", "status"]
