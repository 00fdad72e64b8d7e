"""What the pages of panes share: every action works, panes change by key and mouse, and nothing breaks them."""

from collections.abc import Callable

import pytest
from textual.widgets import Static

from kgrec.tui import OpenSession
from kgrec.tui.blend_page import BlendPage
from kgrec.tui.ledger_page import LedgerPage
from kgrec.tui.listing import Listing
from kgrec.tui.paned_page import AnyPanedPage
from kgrec.tui.taste_page import TastePage

from .conftest import User, Using

Opening = Callable[..., OpenSession]

PAGES = pytest.mark.parametrize(
    ("key", "kind"), [("t", TastePage), ("s", BlendPage), ("y", LedgerPage)], ids=["taste", "blend", "ledger"]
)
KEYS = ("up", "down", "j", "k", "tab", "shift+tab", "enter", "space", "l", "d", "u", "U", "backspace", "plus", "minus",
        "w", "p", "escape", "home", "end", "t", "s", "y", "left", "right")  # fmt: skip


def page(user: User) -> AnyPanedPage:
    assert isinstance(user.app.screen, TastePage | BlendPage | LedgerPage)
    return user.app.screen


@PAGES
def test_every_action_has_a_method(key: str, kind: type[AnyPanedPage]):
    for action in kind.ACTIONS:
        assert callable(getattr(kind, f"action_{action.name.split('(')[0]}"))
    assert key not in {one for action in kind.ACTIONS for one in action.keys.split(",")}


@PAGES
async def test_panes_change_by_key_and_by_mouse(open_with: Opening, using: Using, key: str, kind: type[AnyPanedPage]):
    async with using(open_with(), (80, 24)) as user:
        await user.press("1", key)
        names = list(kind.PANES)
        for name in (*names[1:], names[0]):
            await user.press("tab")
            assert page(user).front == name
        await user.press("shift+tab")
        assert page(user).front == names[-1]
        await user.pilot.click(page(user).query_one("#pane-tabs", Static), offset=(3, 0))
        await user.settle()
        assert page(user).front == names[0]


@PAGES
async def test_a_click_highlights_and_does_nothing_else(
    open_with: Opening, using: Using, key: str, kind: type[AnyPanedPage]
):
    async with using(open_with()) as user:
        await user.press("1", "1", key)
        before = page(user).value
        listing = page(user).query(Listing).first()
        await user.pilot.click(listing, offset=(8, 5))
        await user.settle()
        assert listing.chosen
        assert isinstance(page(user), kind)
        assert page(user).value == before


@PAGES
async def test_a_dead_end_is_no_end_here(open_with: Opening, using: Using, key: str, kind: type[AnyPanedPage]):
    async with using(open_with()) as user:
        await user.write("under 60 minutes")
        await user.press(key)
        assert isinstance(page(user), kind)
        assert page(user).value is not None
        await user.press("tab", "down", "plus", "backspace", "u")


@PAGES
async def test_a_window_that_changes_its_size_keeps_what_is_highlighted(
    open_with: Opening, using: Using, key: str, kind: type[AnyPanedPage]
):
    async with using(open_with()) as user:
        await user.press("1", "1", key, "down")
        assert isinstance(page(user), kind)
        chosen = page(user).query(Listing).first().chosen
        for size in ((80, 24), (200, 60), (99, 30), (120, 40)):
            await user.pilot.resize_terminal(*size)
            await user.settle()
            assert page(user).query(Listing).first().chosen == chosen
