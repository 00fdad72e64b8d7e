"""``kgrec blend`` as typer sees it; what it does stands in blend.py."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from kgrec.cli.opening import choose
from kgrec.cli.options import Data, Json, KnownUser, Rules, chosen_data, examples
from kgrec.cli.output import emit, emit_json, say
from kgrec.cli.progress import progress_bar

BLEND_EXAMPLES: Final = examples(
    "kgrec blend --data my-films", "kgrec blend --pin walk=0.3", "kgrec blend --unpin walk --json"
)


def blend(
    ctx: typer.Context,
    pin: Annotated[
        list[str] | None,
        typer.Option("--pin", metavar="SCORER=WEIGHT", help="Set a weight by hand; may be repeated."),
    ] = None,
    unpin: Annotated[
        list[str] | None, typer.Option("--unpin", metavar="SCORER", help="Undo a pin; may be repeated.")
    ] = None,
    user: KnownUser = None,
    data: Data = None,
    rules: Rules = None,
    json: Json = False,
) -> None:
    """Show how much each scorer counts now, and by what is known of a user and of an item, and how that was found.

    With --user what counts now is what the app goes by: all they said, in the conversation that goes on too.

    A pin is a tune rule in the user's own rule file ('you' by default), called "pin SCORER".

    JSON: data, user, rated, learned, weights (rated, items, weights by scorer, users, ndcg, best: scorer, ndcg; the
    NDCG@10 is that on held-out interactions), tuned (scorer: weight, rule, place), in_force (scorer: weight, items:
    weight by how many rated them, source, counts: whether it has anything to say).
    """
    from kgrec.cli import blend as blends

    source = choose(chosen_data(ctx, data), rules)
    if pin or unpin:
        user = user or "you"
        say(f"written to {blends.pin(source, user, pin or (), unpin or ())}")
    with progress_bar() as progress:
        found = blends.report(source, user, progress)
    if json:
        emit_json(found.to_json())
    else:
        emit("\n".join(found.lines()))
