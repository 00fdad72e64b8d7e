"""The commands as typer sees them: options, help, examples. What each does stands in a module of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from kgrec.cli.blend_command import BLEND_EXAMPLES, blend
from kgrec.cli.chat import Talk, chat
from kgrec.cli.check_command import CHECK_EXAMPLES, check
from kgrec.cli.evaluate_command import EVALUATE_EXAMPLES, evaluate
from kgrec.cli.events import events
from kgrec.cli.explain_command import (
    EXPLAIN_EXAMPLES,
    TRACE_EXAMPLES,
    WHY_NOT_EXAMPLES,
    explain,
    trace,
    wanted_of,
    why_not,
)
from kgrec.cli.export import Format, export_graph
from kgrec.cli.fit import FIT_EXAMPLES, fit
from kgrec.cli.given import read_given
from kgrec.cli.importing import imports
from kgrec.cli.opening import choose
from kgrec.cli.options import (
    Calibrated,
    Contextual,
    Data,
    Dislikes,
    Diversity,
    Exclude,
    Familiar,
    Given,
    Json,
    KnownUser,
    Likes,
    Rules,
    Text,
    User,
    Where,
    With,
    chosen_data,
    examples,
)
from kgrec.cli.output import NOTHING_FOUND, Commands, emit, emit_json
from kgrec.cli.people import people
from kgrec.cli.progress import progress_bar
from kgrec.cli.rules import rules as rule_commands
from kgrec.cli.serve_command import SERVE_EXAMPLES, serve
from kgrec.cli.shelves import SHELVES_EXAMPLES, shelves
from kgrec.cli.simulate import Half, Protocol
from kgrec.cli.status import STATUS_EXAMPLES, status
from kgrec.cli.taste import tastes
from kgrec.domain import Dials

app = typer.Typer(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,  # plain help: quick to draw, and brackets in examples stay as they are
    pretty_exceptions_enable=False,
)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        emit(f"kgrec {version('kgrec')}")
        raise typer.Exit


@app.callback(epilog=examples("kgrec", "kgrec --data my-films --user ana", "kgrec recommend --like Heat -n 5"))
def root(
    ctx: typer.Context,
    data: Data = None,
    user: User = "you",
    rules: Rules = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Recommend by asking: without a command, open the app.

    Exit codes: 0 done, 1 nothing found, 2 wrong use or an error.
    """
    del version
    if ctx.invoked_subcommand is None:
        chat(Talk(chosen_data(ctx, data), user, rules or ()))


@app.command(
    "chat",
    epilog=examples(
        "kgrec chat --plain", 'echo "no horror" | kgrec chat --plain --user ana', "kgrec chat --user ana --with ben"
    ),
)
def chat_command(
    ctx: typer.Context,
    plain: Annotated[
        bool, typer.Option("--plain", help="Line by line: for pipes, screen readers and simple terminals.")
    ] = False,
    data: Data = None,
    user: User = "you",
    rules: Rules = None,
    given: Given = None,
    with_: With = None,
) -> None:
    """Talk, in the app or line by line.

    With others: a list that is fair to all, by what is known of them; what is said here counts for --user.
    """
    talk = Talk(chosen_data(ctx, data), user, rules or (), read_given(given or ()), tuple(with_ or ()))
    chat(talk, is_plain=plain)


@app.command(
    epilog=examples(
        'kgrec recommend --like Heat --where "runtime < 130" -n 5 --json',
        'kgrec recommend --dislike horror --text "a heist that goes wrong"',
        "kgrec recommend --user ana",
        "kgrec recommend --user ana --with ben --with cleo",
        "kgrec recommend --like Heat --familiar -0.8 --diversity 0.3 --exclude Collateral",
    )
)
def recommend(
    ctx: typer.Context,
    user: KnownUser = None,
    like: Likes = None,
    dislike: Dislikes = None,
    where: Where = None,
    text: Text = None,
    given: Given = None,
    with_: With = None,
    include_seen: Annotated[bool, typer.Option("--include-seen", help="List what the user knows as well.")] = False,
    exclude: Exclude = None,
    diversity: Diversity = 0.0,
    calibrated: Calibrated = 0.0,
    familiar: Familiar = 0.0,
    contextual: Contextual = 0.0,
    n: Annotated[int, typer.Option("-n", min=1, help="How many items.")] = 10,
    data: Data = None,
    rules: Rules = None,
    json: Json = False,
) -> None:
    """Write a list with its reasons.

    If nothing satisfies all wishes: what to give up for what, and exit code 1. With others: half by the average of all
    matches, half by the least; nothing that anybody's rules or history exclude.

    JSON: items (id, label, score, match, reasons), conflict (null, or wishes and relaxations), novelty (how little
    known the items are: mean bits of self-information; null where nobody rated anything).
    """
    from kgrec.cli import recommend as answers
    from kgrec.cli.listing import slate_json, slate_lines

    wanted = replace(
        wanted_of(user, like, dislike, where, text, given),
        include_seen=include_seen,
        companions=tuple(with_ or ()),
        exclude=tuple(exclude or ()),
        dials=Dials(diversity, calibrated, familiar, contextual),
    )
    with progress_bar() as progress:
        slate, graph = answers.recommend(choose(chosen_data(ctx, data), rules), wanted, n, progress)
    if json:
        emit_json(slate_json(slate, graph))
    else:
        way_out = answers.way_out_lines(slate.conflict) if slate.conflict is not None else []
        emit("\n".join([*slate_lines(slate, graph), *way_out]))
    if not slate.items:
        raise typer.Exit(NOTHING_FOUND)


app.command(epilog=EXPLAIN_EXAMPLES)(explain)
app.command("why-not", epilog=WHY_NOT_EXAMPLES)(why_not)
app.command(epilog=TRACE_EXAMPLES)(trace)
app.command(epilog=CHECK_EXAMPLES)(check)


@app.command(epilog=examples("kgrec export --format graphml -o films.graphml", "kgrec export --data my-films | wc -l"))
def export(
    ctx: typer.Context,
    format_: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.TURTLE,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to; stdout by default.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Write the knowledge graph of a data set.

    csv: the items as a table; ontology: what reads it again, with kgrec import csv TABLE --ontology FILE.
    """
    if json and output is None:
        raise typer.BadParameter("the graph itself goes to stdout; name a file with -o", param_hint="--json")
    with progress_bar() as progress:
        graph = choose(chosen_data(ctx, data)).dataset.graph(progress)
    export_graph(graph, format_.value, output)
    if json:
        emit_json({"file": str(output), "format": format_.value, **graph.summary()})


@app.command(epilog=examples("kgrec locate", "kgrec locate --data my-films --json"))
def locate(ctx: typer.Context, user: User = "you", data: Data = None, json: Json = False) -> None:
    """Say where everything lives: data set, rules, the user's own rules (which need not be there), profiles, cache."""
    from kgrec.cli.locate import places

    found = places(choose(chosen_data(ctx, data)).of(user))
    if json:
        emit_json(found)
    else:
        width = max(map(len, found))
        for what, where in found.items():
            for path in where if isinstance(where, list) else [where]:
                emit(f"{what:{width}}  {path}")


@app.command(
    epilog=examples(
        "kgrec simulate --data ml-latest-small --users 100",
        "kgrec simulate --data lastfm-mcclk --protocol target --noise 0.1 --json",
    )
)
def simulate(
    ctx: typer.Context,
    protocol: Annotated[
        Protocol, typer.Option("--protocol", help="taste: be known; target: find something particular.")
    ] = Protocol.TASTE,
    users: Annotated[
        int | None, typer.Option("--users", metavar="N", min=1, help="Ask at most so many people; all by default.")
    ] = None,
    questions: Annotated[int, typer.Option("--questions", min=0, help="How many questions (taste).")] = 20,
    choices: Annotated[int, typer.Option("--choices", metavar="K", min=1, help="The most options (target).")] = 4,
    noise: Annotated[
        float, typer.Option("--noise", metavar="P", min=0, max=1, help="The share of answers that are wrong.")
    ] = 0.0,
    unwilling: Annotated[
        float, typer.Option("--unwilling", metavar="P", min=0, max=1, help="The share of questions passed over.")
    ] = 0.0,
    half: Annotated[
        Half, typer.Option("--half", help="Whom to ask: constants are tuned on one half of the users only.")
    ] = Half.REPORT,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Divides the users, cuts histories, makes slips.")] = 0,
    data: Data = None,
    json: Json = False,
) -> None:
    """Let simulated people talk to kgrec, and measure what they get.

    The people are users of the data set, whose real ratings answer; those asked are not in the graph that is asked
    about (taste), or what they seek is not (target). Beside kgrec: simpler ways to lead the same conversation.

    JSON: protocol, data, half, users, seed, noise, unwilling; taste: ndcg@10 and intervals by number of questions, lift
    (against no question), baselines, ahead (of each), asked, answers; target: sr@5, sr@10, sr@15, at, hdcg, baselines,
    ahead; turn_ms. Intervals hold the mean with 95 % confidence (bootstrap over users).
    """
    from kgrec.cli import simulate as simulations

    wanted = simulations.Simulation(protocol, users, noise, unwilling, questions, choices, seed, half)
    with progress_bar() as progress:
        found = simulations.simulate(choose(chosen_data(ctx, data)), wanted, progress).to_json()
    if json:
        emit_json(found)
    else:
        emit("\n".join(simulations.lines(found)))


app.command(epilog=SHELVES_EXAMPLES)(shelves)
app.command(epilog=BLEND_EXAMPLES)(blend)
app.command(epilog=EVALUATE_EXAMPLES)(evaluate)
app.command(epilog=SERVE_EXAMPLES)(serve)
app.command(epilog=FIT_EXAMPLES)(fit)
app.command(epilog=STATUS_EXAMPLES)(status)
for group in (imports, events, rule_commands, tastes, people):
    app.add_typer(group)

__all__ = ["app"]
