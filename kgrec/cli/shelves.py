"""``kgrec shelves``: a page of titled rows, from what is given and what is known of a user."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from kgrec.cli.opening import choose
from kgrec.cli.options import (
    Data,
    Dislikes,
    Given,
    Json,
    KnownUser,
    Likes,
    Rules,
    Text,
    Where,
    With,
    chosen_data,
    examples,
)
from kgrec.cli.output import NOTHING_FOUND, emit, emit_json
from kgrec.cli.progress import progress_bar

if TYPE_CHECKING:
    from kgrec.dialogue.consequences import Consequences
    from kgrec.graph import KnowledgeGraph
    from kgrec.shelves import Shelf

SHELVES_EXAMPLES: Final = examples(
    "kgrec shelves --like Heat", "kgrec shelves --user ana --rows 4 -n 10", "kgrec shelves --user ana --with ben --json"
)


def shelves(
    ctx: typer.Context,
    user: KnownUser = None,
    like: Likes = None,
    dislike: Dislikes = None,
    where: Where = None,
    text: Text = None,
    given: Given = None,
    with_: With = None,
    rows: Annotated[int, typer.Option("--rows", metavar="N", min=1, help="How many rows at most.")] = 10,
    n: Annotated[int, typer.Option("-n", min=1, help="How many items a row holds at most.")] = 5,
    data: Data = None,
    rules: Rules = None,
    json: Json = False,
) -> None:
    """Write titled rows: the list, then more like what is liked, hidden gems, the newest, what shelf rules ask for ...

    Nothing stands on two rows, each row says why it is there, and all of it obeys the wishes and rules. Rows are
    ordered by how well they fit and how unlike each other they are; those with fewer than three items are left out.

    JSON: shelves (title, kind, because, place of the rule or null, items as in recommend), conflict as in recommend.
    """
    from kgrec.cli.given import read_given
    from kgrec.cli.recommend import Wanted, open_consequences, way_out_lines

    wanted = Wanted(user, tuple(like or ()), tuple(dislike or ()), tuple(where or ()), text)
    wanted = replace(wanted, given=read_given(given or ()), companions=tuple(with_ or ()))
    with progress_bar() as progress:
        follows = open_consequences(choose(chosen_data(ctx, data), rules), wanted, progress)
        page = follows.shelves(n, rows)
    if json:
        emit_json(_page_json(page, follows))
    elif page:
        graph = follows.case.recommender.graph_
        emit("\n\n".join("\n".join(shelf_lines(shelf, graph)) for shelf in page))
    else:
        from kgrec.cli.listing import conflict_lines

        conflict = follows.conflict
        emit("\n".join([*conflict_lines(conflict, follows.case.recommender.graph_), *way_out_lines(conflict)]))
    if not page:
        raise typer.Exit(NOTHING_FOUND)


def shelf_lines(shelf: Shelf, graph: KnowledgeGraph) -> list[str]:
    """Return a row as lines of text: its title, why it is there, then one line an item."""
    from kgrec.dialogue.wording import named_match, shelf_reason

    place = f" ({shelf.place})" if shelf.place else ""
    why = f": {shelf.because}" if shelf.because else ""
    items = (f"  {entry.label}  {named_match(entry)}  {shelf_reason(entry, shelf, graph)}" for entry in shelf.items)
    return [f"{shelf.title}{why}{place}", *items]


def _page_json(page: tuple[Shelf, ...], follows: Consequences) -> dict[str, Any]:
    from kgrec.cli.listing import conflict_json, item_json

    return {
        "shelves": [
            {
                "title": shelf.title,
                "kind": shelf.kind.value,
                "because": shelf.because,
                "place": str(shelf.place) if shelf.place else None,
                "items": [item_json(entry) for entry in shelf.items],
            }
            for shelf in page
        ],
        "conflict": None if page else conflict_json(follows.conflict),
    }
