"""``kgrec people``: whom a user knows among the users of the data; imported, shown, forgotten without trace."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgrec.cli.opening import choose
from kgrec.cli.options import Data, Json, chosen_data, examples
from kgrec.cli.output import NOTHING_FOUND, emit, emit_json, say
from kgrec.cli.progress import progress_bar
from kgrec.cli.taste import chosen_user
from kgrec.text import shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kgrec.acts import Event
    from kgrec.ingest.people import Row
    from kgrec.profiles import ProfileStore
    from kgrec.ties import Tie

_MOST_LISTED = 10

people = typer.Typer(
    name="people",
    help="Show whom a user knows; import a network of one's own, or forget it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_User = Annotated[str | None, typer.Option("--user", metavar="NAME", help="Whose people; yours by default.")]


@people.command(
    "import",
    epilog=examples("kgrec people import friends.csv --data music", "kgrec people import trust.csv --user ana"),
)
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A person a row, maybe with kind and consent.")],
    user: _User = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Say whom a user knows among the users of the data: their likes then count for the user's lists.

    Columns: friend (an id of the data), kind (friend, follow, trust), consent: yes (reasons may name them), unnamed
    (their likes count, nobody is told whose they are: the default) or no. Of two rows about somebody the last counts,
    and what is said again replaces what was said. That you know somebody is one tie, that they know you another. A
    consent that the data itself, or one of the rows, refuses stays refused.

    JSON: user, new, known (had been said just so), refused (those who are not to count).
    """
    from kgrec.ingest.datasets import PEOPLE
    from kgrec.ingest.people import read_own_people, refusals
    from kgrec.profiles import ProfileStore, profile_path

    name, dataset = chosen_user(ctx, user), choose(chosen_data(ctx, data)).dataset
    with progress_bar() as progress:
        graph = dataset.graph(progress)
    rows = read_own_people(file, name, graph.users)
    refused = refusals(rows, dataset.folder / PEOPLE)
    meant = [row for row in rows if row.person not in refused]
    with ProfileStore(profile_path(dataset.name)) as store:
        said = {tie.person: tie for tie in _own(store.events(name))}
        fresh = [row for row in meant if said.get(row.person) != row.tie]
        gone = {row.person for row in fresh} | refused
        if gone & said.keys():
            _forget(store, name, gone)
        store.append_all(_events(fresh, name, file.name))
    known = len(meant) - len(fresh)
    if json:
        emit_json({"user": name, "new": len(fresh), "known": known, "refused": sorted(refused)})
        return
    if refused:
        say(f"{file}: without consent, left out: {shortened(sorted(refused), _MOST_LISTED)}")
    emit(f"{name}: {len(fresh)} new, {known} known already, {len(refused)} left out")


@people.command("list", epilog=examples("kgrec people list", "kgrec people list --user ana --json"))
def list_(ctx: typer.Context, user: _User = None, data: Data = None, json: Json = False) -> None:
    """Show whom a user knows, and what of it may be used.

    JSON: user, data, people (id, kind, is_named, source: the data or the user).
    """
    from kgrec.profiles import ProfileStore, profile_path

    name, dataset = chosen_user(ctx, user), choose(chosen_data(ctx, data)).dataset
    with progress_bar() as progress:
        told = dataset.graph(progress).people.of(name)
    path = profile_path(dataset.name)
    own: tuple[Tie, ...] = ()
    if path.is_file():
        with ProfileStore(path) as store:
            own = _own(store.events(name))
    by_data = {tie.person for tie in told}
    rows = [_row(tie, dataset.name) for tie in told]
    rows += [_row(tie, "you said so") for tie in own if tie.person not in by_data]
    if json:
        emit_json({"user": name, "data": dataset.name, "people": rows})
    elif rows:
        widths = [max(len(row[column]) for row in rows) for column in ("id", "kind")]
        for row in rows:
            use = "may be named" if row["is_named"] else "counts unnamed"
            emit(f"{row['id']:{widths[0]}}  {row['kind']:{widths[1]}}  {use:14}  {row['source']}")
    else:
        emit(f"Nobody is known to {name}.")
    if not rows:
        raise typer.Exit(NOTHING_FOUND)


@people.command(epilog=examples("kgrec people forget", "kgrec people forget ben cat --user ana"))
def forget(
    ctx: typer.Context,
    who: Annotated[list[str] | None, typer.Argument(metavar="WHO...", help="Whom; all by default.")] = None,
    user: _User = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Forget whom a user said they know, without trace: nothing of it stays in the profile's file.

    What the data set itself tells is not forgotten; it is withheld by its people.csv.

    JSON: user, forgotten (how many), in_data (who of them is known by the data).
    """
    from kgrec.ingest.datasets import PEOPLE
    from kgrec.profiles import ProfileStore, profile_path

    name, dataset = chosen_user(ctx, user), choose(chosen_data(ctx, data)).dataset
    path, gone = profile_path(dataset.name), 0
    if path.is_file():
        with ProfileStore(path) as store:
            gone = _forget(store, name, set(who) if who else None)
    told: tuple[Tie, ...] = ()
    if (dataset.folder / PEOPLE).is_file():
        with progress_bar() as progress:
            told = dataset.graph(progress).people.of(name)
    in_data = [tie.person for tie in told if not who or tie.person in who]
    if json:
        emit_json({"user": name, "forgotten": gone, "in_data": in_data})
    else:
        emit(f"{name}: {gone} forgotten")
    if in_data and not json:
        say(f"the data {dataset.name!r} itself says that {name} knows {shortened(in_data, _MOST_LISTED)}")
        say(f"to withhold a tie, write no as the consent in its row of {dataset.folder / PEOPLE}")
    if not gone:
        raise typer.Exit(NOTHING_FOUND)


def _forget(store: ProfileStore, name: str, who: Collection[str] | None) -> int:
    """Remove whom a user knows, and before all that was replied, which may name them; return how many they were."""
    from kgrec.acts import EventKind

    store.forget(name, EventKind.REPLIED)
    return store.forget(name, EventKind.KNOWS, who)


def _own(events: Sequence[Event]) -> tuple[Tie, ...]:
    """Return whom the user said they know."""
    from kgrec.dialogue.state import fold

    return fold(events, session="").belief.people


def _events(rows: Sequence[Row], user: str, source: str) -> list[Event]:
    """Return rows as events of a session of their own, that name the file they come from."""
    from kgrec.acts import Event, EventKind
    from kgrec.dialogue.lasting import IMPORTED

    session, now = uuid.uuid4().hex, time.time()
    return [
        Event(
            EventKind.KNOWS,
            row.person,
            data={"kind": row.kind.value, "is_named": row.tie.is_named, IMPORTED: source},
            time=now,
            user=user,
            session=session,
        )
        for row in rows
    ]


def _row(tie: Tie, source: str) -> dict[str, Any]:
    return {"id": tie.person, "kind": tie.kind.value, "is_named": tie.is_named, "source": source}
