"""The command ``kgrec evaluate`` as typer sees it: options, help, examples."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from kgrec.cli.evaluate import Held, Relevant
from kgrec.cli.opening import choose
from kgrec.cli.options import Json, chosen_data, complete_data, examples
from kgrec.cli.output import emit, emit_json
from kgrec.cli.progress import progress_bar

EVALUATE_EXAMPLES: Final = examples(
    "kgrec evaluate --data ml-latest-small",
    "kgrec evaluate --data ml-latest-small --data music --scorers all --json",
    "kgrec evaluate --data ml-latest-small --protocol new-items --peers --seeds 3 --plot new-items.png",
    "kgrec evaluate --data ml-latest-small --scorers blend,walk --relevance liked --json",
    "kgrec evaluate --data music --scorers 'two-tower,LightGCN,implicit ALS' --seeds 3",
    "kgrec evaluate --data music --protocol new-users --ablate --scorers people,network",
    "kgrec evaluate --data visits --protocol context --seeds 5",
)


Protocol = Annotated[
    Held, typer.Option("--protocol", help="What is held out: items of everybody, whole users or items, the last.")
]
Scorers = Annotated[
    str | None,
    typer.Option("--scorers", metavar="NAME,...", help="Only these or peers; blend: together; all: optional ones too."),
]
Peers = Annotated[
    bool, typer.Option("--peers", help="Compare with other packages, tuned on the same data: kgrec[peers].")
]
Seeds = Annotated[int, typer.Option("--seeds", metavar="N", min=1, help="Split in so many different ways.")]
Relevance = Annotated[
    Relevant, typer.Option("--relevance", help="What counts as found: all that was held out, or what was liked.")
]
Length = Annotated[int, typer.Option("-k", min=1, help="How long the lists are.")]
Ablate = Annotated[
    bool,
    typer.Option("--ablate", help="What each part buys: the blend without it; all parts, or those of --scorers."),
]
Plot = Annotated[
    Path | None, typer.Option("--plot", metavar="FILE", help="Draw the NDCG to a .png or .svg: kgrec[plots].")
]
SeveralData = Annotated[
    list[str] | None,
    typer.Option(
        "--data",
        metavar="NAME|DIR",
        help="The data set, as for other commands; may be repeated, to compare on several.",
        autocompletion=complete_data,
    ),
]


def evaluate(
    ctx: typer.Context,
    protocol: Protocol = Held.WARM,
    scorers: Scorers = None,
    peers: Peers = False,
    seeds: Seeds = 1,
    relevance: Relevance = Relevant.ALL,
    k: Length = 10,
    ablate: Ablate = False,
    plot: Plot = None,
    data: SeveralData = None,
    json: Json = False,
) -> None:
    """Measure how good the lists are, on interactions that were held out.

    warm: a fifth of each user's items. new-users: a fifth of the users, of whom 0 to 10 items are known. new-items: a
    fifth of the items, with all that was done with them. temporal: each user's last item. opinions: all items of a
    fifth of the users, known by what they said they like besides items. All items are ranked, what is known left out.
    context: a fifth of the pairs, and what knowing the circumstances of their ratings buys (JSON: ratings, lists and
    forecasts, each with contenders and context_against; histories, of scorers alone, with contenders and against).
    ratings: what warm holds out, and how far predicted ratings are off (JSON: contenders, against, calibration_error of
    each chance). Intervals hold the mean over users with 95 % confidence (bootstrap); p is a paired permutation test.

    JSON: data, protocol, relevance, seeds, k, splits (sizes), cases (contenders: each metric with mean, low and high,
    coverage, gini, costs: fit_s, fit_cpu_s, score_ms a user, memory_mb of what was learned; blend_against: ratio,
    difference and p; best_peer), summary (new users), tuned (the parameters of peers) and validation_ndcg (of each
    point of their grids). Of several data sets: reports, a list of these.
    """
    from kgrec.cli import evaluate as evaluations

    if protocol in (Held.CONTEXT, Held.RATINGS) and (scorers or peers or ablate or plot is not None):
        hint = f"--protocol {protocol.value}"
        raise typer.BadParameter("it compares models of its own; leave the others out", param_hint=hint)
    names = tuple(filter(None, (name.strip() for name in (scorers or "").split(","))))
    wanted = evaluations.Evaluation(protocol, names, peers, seeds, k, relevance, ablate)
    sources = [choose(name) for name in data or [chosen_data(ctx, None)]]
    if plot is not None and len(sources) > 1:
        raise typer.BadParameter("a picture is of one data set", param_hint="--plot")
    with progress_bar() as progress:
        reports = [evaluations.evaluate(source, wanted, progress).to_json() for source in sources]
    if plot is not None:
        evaluations.draw(reports[0], plot)
    if json:
        emit_json(reports[0] if len(reports) == 1 else {"reports": reports})
    else:
        emit("\n\n".join("\n".join(evaluations.lines(found, _bar())) for found in reports))


def _bar() -> str:
    """Return what bars are made of where the answer goes to."""
    return "█" if (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf") else "#"
