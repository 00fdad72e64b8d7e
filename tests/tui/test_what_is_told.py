"""What the main screen tells besides: chances, what no longer counts, what is gone from the data, what went wrong."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.content import Content

from kgrec.acts import Event, EventKind
from kgrec.dialogue import MemoryLog
from kgrec.errors import StoreError
from kgrec.tui import OpenSession
from kgrec.tui.chips import Chips
from kgrec.tui.messages import Viewed
from kgrec.tui.talk import Writing
from kgrec.tui.view import Wished

from . import views
from .conftest import A_SATURDAY_EVENING, User, Using

Opening = Callable[..., OpenSession]


async def see(user: User, **changed: object) -> str:
    user.app.post_message(Viewed(replace(views.QUESTION, **changed)))
    await user.settle()
    return user.drawn()


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_chance_of_a_like_stands_beside_the_match_where_there_is_one(
    open_with: Opening, using: Using, size: tuple[int, int]
):
    async with using(open_with(), size) as user:
        await user.press("tab")
        drawn = await see(user)
        assert "♥" not in drawn.replace("♥ Heat", "")
        drawn = await see(user, rows=(replace(views.COLLATERAL, chance=0.62), *views.ROWS[1:]))
        assert " 87%  ♥ 62%  Collateral (2004)" in drawn
        assert "♥: chance of a like" in drawn


def styles(line: Content) -> set[str]:
    return {str(span.style) for span in line.spans}


async def test_what_no_longer_counts_stands_below_what_does_and_looks_otherwise(open_with: Opening, using: Using):
    wished = (Wished(1, "tense"), Wished(2, "never mind: mild", is_given_up=True), Wished(3, "short"))
    async with using(open_with()) as user:
        await see(user, wished=wished)
        counting, given_up = user.app.screen.query_one(Chips)._lines(50)
        assert (counting.plain.split(), given_up.plain.split()) == (
            ["tense", "×", "short", "×"],
            ["never", "mind:", "mild", "×"],
        )
        assert any("$panel" in style for style in styles(counting))
        assert not any("$panel" in style for style in styles(given_up))


async def test_a_wish_that_was_let_go_is_known_as_such(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("under 100 min")
        await user.write("over 160 min")
        await user.press("1")
        assert [wish.is_given_up for wish in user.app.main.shown.wished].count(True) == 1


async def test_what_the_data_no_longer_have_is_told_first(open_with: Opening, using: Using, log: MemoryLog):
    gone = {"label": "Ronin (1998)"}
    log.append(Event(EventKind.RATED, "ronin", 1.0, gone, {}, A_SATURDAY_EVENING - 60, "ana", "earlier"))
    async with using(open_with()) as user:
        assert user.said[0].startswith("No longer in tiny: Ronin (1998).")
        assert "No longer in tiny" in user.drawn()


async def test_a_line_that_could_not_be_kept_is_on_the_line_again(
    open_with: Opening, using: Using, log: MemoryLog, monkeypatch: pytest.MonkeyPatch
):
    def full(event: Event) -> None:
        raise StoreError("the disk is full")

    async with using(open_with()) as user:
        monkeypatch.setattr(log, "append", full)
        await user.write("I loved Heat")
        assert "the disk is full" in user.toasts[-1]
        assert user.app.screen.query_one(Writing).value == "I loved Heat"
        monkeypatch.undo()
        await user.press("slash", "enter")
        assert user.chips == ["♥ Heat (1995)"]
