"""``kgrec rules diff``: what an edit of the rules would do to the lists of people, before it does it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kgrec.cli.opening import Source, choose, open_recommender
from kgrec.cli.options import Data, Json, chosen_data, examples
from kgrec.cli.output import emit, emit_json
from kgrec.cli.progress import progress_bar
from kgrec.errors import DataError
from kgrec.progress import Progress

if TYPE_CHECKING:
    from kgrec.audit.diff import RuleDiff
    from kgrec.audit.diff_people import Person
    from kgrec.graph import KnowledgeGraph

SIMULATED: Final = 100
"""So many people are made up if nobody has talked yet."""

_USERS: Final = re.compile(r"saved|simulated(?::([1-9]\d{0,4}))?")

rules = typer.Typer(
    name="rules", help="Try rules out: what an edit would change.", no_args_is_help=True, rich_markup_mode=None
)


@rules.callback()
def group() -> None:
    """Try rules out: what an edit would change."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Two rule files, and whom to try them on; ``users`` None: those of the profile store, else made up ones."""

    old: Path
    new: Path
    users: str | None = None
    seed: int = 0
    n: int = 10


def _checked_users(users: str | None) -> str | None:
    if users is not None and not _USERS.fullmatch(users):
        raise typer.BadParameter(f"{users!r} is neither saved nor simulated:NUMBER")
    return users


@rules.command(
    epilog=examples(
        "kgrec rules diff films.yaml mine.yaml",
        "kgrec rules diff old.yaml new.yaml --users simulated:200 --seed 1",
        "kgrec rules diff old.yaml new.yaml --users saved --json",
    )
)
def diff(
    ctx: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The rule file as it is.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The rule file as it would be.")],
    users: Annotated[
        str | None,
        typer.Option(
            "--users",
            metavar="saved|simulated:N",
            callback=_checked_users,
            help=f"Whose lists: those who have talked (the default if there are any), or {SIMULATED} made up ones.",
        ),
    ] = None,
    n: Annotated[int, typer.Option("-n", min=1, help="How long the lists are.")] = 10,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Other made up people for another number.")] = 0,
    data: Data = None,
    json: Json = False,
) -> None:
    """Show what changes if the rules of NEW take the place of those of OLD.

    Items that enter and leave lists, rules without effect, wishes that become impossible, expectations that break.
    """
    from kgrec.cli.rule_diff import diff_json, diff_lines

    with progress_bar() as progress:
        found, graph = compare(choose(chosen_data(ctx, data), [old, new]), Trial(old, new, users, seed, n), progress)
    if json:
        emit_json({"old": str(old), "new": str(new), **diff_json(found, graph)})
    else:
        emit("\n".join(diff_lines(found, graph)))


def compare(source: Source, trial: Trial, progress: Progress | None = None) -> tuple[RuleDiff, KnowledgeGraph]:
    """Return what changes between the two files.

    Raises:
        RuleErrors: all mistakes of either file.
        DataError: saved users are asked for, but nobody has talked yet.
    """
    from kgrec.audit.diff import diff_rules
    from kgrec.audit.diff_people import simulated
    from kgrec.rulebook import RuleBook

    graph = source.dataset.graph(progress)
    old, new = (RuleBook.load([path], graph) for path in (trial.old, trial.new))
    recommender, _ = open_recommender(Source(source.dataset, ()), progress)
    kind, _, number = (trial.users or "").partition(":")
    people = () if kind == "simulated" else saved(source.dataset.name)
    if kind == "saved" and not people:
        raise DataError(
            f"nobody has talked about {source.dataset.name} yet; leave out --users, or try simulated:{SIMULATED}"
        )
    people = people or simulated(recommender, int(number or SIMULATED), (old, new), trial.seed)
    return diff_rules(recommender, old, new, people, trial.n), graph


def saved(dataset: str) -> tuple[Person, ...]:
    """Return everybody who has talked about a data set, as they were when they last did; raises StoreError."""
    from kgrec.audit.diff_people import Person
    from kgrec.dialogue.state import fold
    from kgrec.profiles import ProfileStore, profile_path

    path = profile_path(dataset)
    if not path.is_file():
        return ()
    people = []
    with ProfileStore(path) as store:
        for user in store.users():
            events = store.events(user)
            people.append(Person(user, fold(events, events[-1].session).belief, dict(events[-1].context)))
    return tuple(people)
