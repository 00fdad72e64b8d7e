"""The command ``kgrec evaluate`` as typer sees it: options, help, examples."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from kgrec.cli.evaluate import Held, Relevant
from kgrec.cli.opening import choose
from kgrec.cli.options import Data, Json, chosen_data, examples
from kgrec.cli.output import emit, emit_json
from kgrec.cli.progress import progress_bar

EVALUATE_EXAMPLES: Final = examples(
    "kgrec evaluate --data ml-latest-small",
    "kgrec evaluate --data ml-latest-small --protocol new-items --peers --seeds 3 --plot new-items.png",
    "kgrec evaluate --data ml-latest-small --scorers blend,walk --relevance liked --json",
)


def evaluate(
    ctx: typer.Context,
    protocol: Annotated[
        Held, typer.Option("--protocol", help="What is held out: items of everybody, whole users or items, the last.")
    ] = Held.WARM,
    scorers: Annotated[
        str | None, typer.Option("--scorers", metavar="NAME,...", help="Only these; blend is all of them together.")
    ] = None,
    peers: Annotated[
        bool, typer.Option("--peers", help="Compare with other packages, tuned on the same data: kgrec[peers].")
    ] = False,
    seeds: Annotated[int, typer.Option("--seeds", metavar="N", min=1, help="Split in so many different ways.")] = 1,
    relevance: Annotated[
        Relevant, typer.Option("--relevance", help="What counts as found: all that was held out, or what was liked.")
    ] = Relevant.ALL,
    k: Annotated[int, typer.Option("-k", min=1, help="How long the lists are.")] = 10,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="What each part buys: the blend without each scorer, each kind of facts.")
    ] = False,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="Draw the NDCG to a .png or .svg: kgrec[plots].")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Measure how good the lists are, on interactions that were held out.

    warm: a fifth of each user's items. new-users: a fifth of the users, of whom 0 to 10 items are known. new-items: a
    fifth of the items, with all that was done with them. temporal: each user's last item. All items are ranked, what is
    known left out. Intervals hold the mean over users with 95 % confidence (bootstrap); p is a paired permutation test.

    JSON: data, protocol, relevance, seeds, k, splits (sizes), cases (contenders: each metric with mean, low and high,
    coverage, gini, fit_s, score_ms; blend_against: ratio, difference and p; best_peer), summary (new users), tuned (the
    parameters of peers) and validation_ndcg (of each point of their grids).
    """
    from kgrec.cli import evaluate as evaluations

    names = tuple(filter(None, (name.strip() for name in (scorers or "").split(","))))
    wanted = evaluations.Evaluation(protocol, names, peers, seeds, k, relevance, ablate)
    with progress_bar() as progress:
        found = evaluations.evaluate(choose(chosen_data(ctx, data)), wanted, progress).to_json()
    if plot is not None:
        evaluations.draw(found, plot)
    if json:
        emit_json(found)
    else:
        emit("\n".join(evaluations.lines(found, _bar())))


def _bar() -> str:
    """Return what bars are made of where the answer goes to."""
    return "█" if (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf") else "#"
