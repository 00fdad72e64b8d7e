"""Long runs: random keys, all sizes, ten thousand items, and whole conversations by keys or by mouse alone."""

import random
from collections.abc import Callable

import pytest
from catalogues import made_up
from textual import events
from textual.widget import Widget

from kgrec.dialogue import Session
from kgrec.recommender import Recommender
from kgrec.tui import KgrecApp, OpenSession, Progress
from kgrec.tui.bars import PlaceTabs
from kgrec.tui.chips import Chips
from kgrec.tui.keymap import all_screens
from kgrec.tui.page import Page
from kgrec.tui.places import PLACES, Place
from kgrec.tui.shortlist import Shortlist, ShortlistRow

from .conftest import User, Using

Opening = Callable[..., OpenSession]

KEYS = sorted({key for actions in all_screens().values() for action in actions for key in action.keys.split(",")})
KEYS = [key for key in KEYS if key not in ("q", "ctrl+q", "ctrl+p")]  # the palette would leave, and is Textual's own
KEYS += ["1", "2", "3", "9", "enter", "enter", "escape", "escape", "pageup", "pagedown", "home", "end", "left", "right"]
KEYS += ["backspace", "delete", "space", "a", "Z", "é", "0", "shift+tab", "ctrl+a", "ctrl+j"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_a_thousand_random_keys_break_nothing(open_with: Opening, using: Using, size: tuple[int, int]):
    rng = random.Random(size[0])
    async with using(open_with(), size=size) as user:
        for number in range(50):  # of twenty keys, in each of two sizes
            keys = [PLACES[number % len(PLACES)].key, *(rng.choice(KEYS) for _ in range(19))]  # no page is left out
            for key in keys:
                user.app.post_message(events.Key(key, key if len(key) == 1 else None))
            await user.pilot.pause()  # not for its turns: a window that asks something would never answer
        assert user.app.is_running
        assert user.app._exception is None


async def test_a_page_left_while_it_gathers_breaks_nothing(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        for _ in range(2):
            for place in PLACES:
                for key in (place.key, "escape"):
                    user.app.post_message(events.Key(key, None))
                await user.pilot.pause()
        await user.settle()
        assert user.app.screen is user.app.main
        assert user.app._exception is None


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_every_page_lives_through_all_sizes(open_with: Opening, using: Using, place: Place):
    async with using(open_with(), size=(80, 24)) as user:
        await user.press("1", place.key)
        for size in ((200, 60), (80, 24), (40, 12), (40, 10), (20, 5), (200, 60)):
            await user.pilot.resize_terminal(*size)
            await user.settle()
        assert isinstance(user.app.screen, Page)
        assert place.name == user.app.screen.PLACE
        assert user.app.screen.size == (200, 60)
        assert len(user.drawn().splitlines()) == 60
        await user.press("escape", "escape")
        assert user.app.screen is user.app.main


@pytest.fixture(scope="module")
def ten_thousand() -> Recommender:
    return Recommender(texts=False).fit(made_up(10_000))


async def test_ten_thousand_items_are_scrolled_through(ten_thousand: Recommender, using: Using):
    def opened(progress: Progress) -> Session:
        return Session.start(ten_thousand)

    async with using(opened) as user:
        assert "all 10,000 films" in user.drawn()
        listed = user.app.main.query_one(Shortlist)
        await user.press("end")
        for place in PLACES:
            await user.press(
                place.key, "end", *["pagedown"] * 3, *["down"] * 3, "home", *["up"] * 2, "escape", "escape"
            )
            assert user.app.screen is user.app.main, place
        await user.press("tab", *["down"] * 12)
        assert listed.cursor == 9
        assert listed.highlighted is not None
        assert "▌10" in user.drawn()
        await user.press("home")
        assert listed.cursor == 0


async def test_a_conversation_by_keys_alone(open_with: Opening):
    app = KgrecApp(open_with(), is_guided=True)
    async with app.run_test(size=(80, 24)) as pilot:
        user = User(app, pilot)
        await user.settle()
        app._hurry.within_s = 0.0  # keys of a test follow each other at once
        await user.press("escape", "1")
        assert user.chips == ["Heat (1995): loved it"]
        await user.press("slash", *"no", "space", *"horror", "enter")
        assert "no Horror" in user.chips
        await user.press("tab", "down", "l")
        assert len(user.chips) == 3
        await user.press("b", "down", "enter")
        assert len(user.chips) == 2
        for place in PLACES:
            await user.press(place.key)
            assert isinstance(app.screen, Page)
            assert place.name == app.screen.PLACE
            await user.press("escape")
        await user.press("f1", "escape", "ctrl+p", *"light", "enter", "enter")
        assert app.theme == "kgrec-light"
        await user.press("g")
        assert user.listed
        await user.press("q")
        assert app._exit


async def test_a_conversation_by_mouse_alone(open_with: Opening, using: Using):
    async with using(open_with()) as user:

        async def click(widget: Widget, x: int = 1, y: int = 0) -> None:
            assert await user.pilot.click(widget, offset=(x, y))
            await user.settle()

        await click(user.choice("loved it"))
        assert user.chips == ["Heat (1995): loved it"]
        await click(user.app.main.query(ShortlistRow)[1])
        assert user.app.main.query_one(Shortlist).cursor == 1
        await click(user.app.main.query_one(Chips), 2)
        assert user.chips == []
        tabs = user.app.main.query_one(PlaceTabs)
        drawn = tabs.render().plain
        for place in PLACES:
            await click(user.app.screen.query_one(PlaceTabs), drawn.index(place.tab) + 1)
            assert isinstance(user.app.screen, Page), place
            assert place.name == user.app.screen.PLACE
            await click(user.app.screen.query_one("#back"), 3)
            assert user.app.screen is user.app.main
