"""``kgrec explain``, ``why-not`` and ``trace`` as typer sees them: why one item stands where it does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kgrec.cli.given import read_given
from kgrec.cli.opening import choose
from kgrec.cli.options import (
    Calibrated,
    Contextual,
    Data,
    Dislikes,
    Diversity,
    Familiar,
    Given,
    Json,
    KnownUser,
    Likes,
    Rules,
    Text,
    Where,
    chosen_data,
    examples,
)
from kgrec.cli.output import emit, emit_json
from kgrec.cli.progress import progress_bar
from kgrec.domain import Dials

if TYPE_CHECKING:
    from kgrec.cli.recommend import Wanted
    from kgrec.cli.why_not import Answer

EXPLAIN_EXAMPLES: Final = examples(
    'kgrec explain "Heat"',
    "kgrec explain Collateral --like Heat --familiar -0.8",
    "kgrec explain Alien --json",
)
WHY_NOT_EXAMPLES: Final = examples(
    "kgrec why-not Titanic --like Heat --where 'runtime < 120'",
    "kgrec why-not Alien --user ana --diversity 0.3",
    "kgrec why-not Alien --json",
)
TRACE_EXAMPLES: Final = examples("kgrec trace Alien", "kgrec trace Alien --user ana --rules my-rules.yaml --json")


def wanted_of(
    user: str | None,
    like: list[str] | None,
    dislike: list[str] | None,
    where: list[str] | None,
    text: str | None,
    given: list[str] | None,
) -> Wanted:
    """Return what the options that several commands share ask for; raises DataError for a wrong ``--given``."""
    from kgrec.cli.recommend import Wanted

    return Wanted(
        user, tuple(like or ()), tuple(dislike or ()), tuple(where or ()), text, given=read_given(given or ())
    )


def explain(
    ctx: typer.Context,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="A title or id.")],
    user: KnownUser = None,
    like: Likes = None,
    dislike: Dislikes = None,
    where: Where = None,
    text: Text = None,
    given: Given = None,
    diversity: Diversity = 0.0,
    calibrated: Calibrated = 0.0,
    familiar: Familiar = 0.0,
    contextual: Contextual = 0.0,
    data: Data = None,
    rules: Rules = None,
    json: Json = False,
) -> None:
    """Say why an item is listed or not.

    With all shares of its score, its rank, and the wishes and rules it does not satisfy.
    """
    from kgrec.cli import recommend as answers

    dials = Dials(diversity, calibrated, familiar, contextual)
    wanted = replace(wanted_of(user, like, dislike, where, text, given), dials=dials)
    with progress_bar() as progress:
        standing = answers.explain(choose(chosen_data(ctx, data), rules), wanted, item, progress)
    if json:
        emit_json(answers.standing_json(standing))
    else:
        emit("\n".join(answers.standing_lines(standing)))


def why_not(
    ctx: typer.Context,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="A title or id.")],
    user: KnownUser = None,
    like: Likes = None,
    dislike: Dislikes = None,
    where: Where = None,
    text: Text = None,
    given: Given = None,
    diversity: Diversity = 0.0,
    calibrated: Calibrated = 0.0,
    familiar: Familiar = 0.0,
    contextual: Contextual = 0.0,
    n: Annotated[int, typer.Option("-n", min=1, help="How long the list is.")] = 10,
    data: Data = None,
    rules: Rules = None,
    json: Json = False,
) -> None:
    """Say why an item is not on the list, and what would bring it there.

    Names what rules it out, its rank, what its score lacks by scorer and rule, and the smallest changes to what was
    said or to a rule that would list it; each was tried.

    JSON: id, label, place (on the list, or null), rank and open (its rank by score, among so many), against (wishes and
    rules: wish, expression, place), known, limits (rule, place, better), rival (the last on the list), gap, losses
    (source, text, place, own, rival; rival - own adds up to gap), ways (changes, each with do and text, and place).
    """
    from kgrec.cli import why_not as answers

    dials = Dials(diversity, calibrated, familiar, contextual)
    wanted = replace(wanted_of(user, like, dislike, where, text, given), dials=dials)
    with progress_bar() as progress:
        answer = answers.explain_absence(choose(chosen_data(ctx, data), rules), wanted, item, n, progress)
    _write(answer, json=json)


def trace(
    ctx: typer.Context,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="A title or id.")],
    user: KnownUser = None,
    like: Likes = None,
    dislike: Dislikes = None,
    where: Where = None,
    text: Text = None,
    given: Given = None,
    data: Data = None,
    rules: Rules = None,
    json: Json = False,
) -> None:
    """Say what each rule does to an item.

    One line a rule, those that do something first, with file, line and column.

    JSON: id, label, rules (in the order of the files: name, kind, place, in_force, concerns, effect, points, why).
    """
    from kgrec.cli import why_not as answers

    wanted = wanted_of(user, like, dislike, where, text, given)
    with progress_bar() as progress:
        answer = answers.trace_rules(choose(chosen_data(ctx, data), rules), wanted, item, progress)
    _write(answer, json=json)


def _write(answer: Answer, *, json: bool) -> None:
    if json:
        emit_json(answer.data)
    else:
        emit("\n".join(answer.lines))
