"""The line of keys at the bottom: what it shows, what a click on it does, and what keys say that do nothing now."""

from collections.abc import Callable

import pytest

from kgrec.tui import OpenSession
from kgrec.tui.key_bar import KeyBar
from kgrec.tui.talk import Writing

from .conftest import User, Using

Opening = Callable[..., OpenSession]


def keys(user: User) -> str:
    return user.app.screen.query_one(KeyBar).render().plain


async def click(user: User, word: str) -> None:
    assert await user.pilot.click(KeyBar, offset=(keys(user).index(word) + 1, 0))
    await user.settle()


async def test_it_names_what_can_be_done_now(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        assert keys(user).split("  ")[:3] == ["1-9 pick", "␣ pass", "/ write"]
        assert keys(user).endswith("^p palette")
        await user.press("g")
        assert "pick" not in keys(user)
        assert "m ask more" in keys(user)


async def test_help_stays_however_small_the_window(open_with: Opening, using: Using):
    async with using(open_with(), (48, 20)) as user:
        assert keys(user).rstrip().endswith("F1 help")
        assert "palette" not in keys(user)


async def test_a_click_does_what_the_key_does(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await click(user, "write")
        assert isinstance(user.app.focused, Writing)


async def test_pointing_at_a_key_tells_more(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        bar = user.app.screen.query_one(KeyBar)
        await user.pilot.hover(KeyBar, offset=(keys(user).index("pass") + 1, 0))
        assert bar.tooltip == "don't mind: pass this question"
        await user.pilot.hover(KeyBar, offset=(100, 0))
        assert bar.tooltip is None


@pytest.mark.parametrize(
    ("before", "key", "told"),
    [
        (("g",), "w", "no question is open: m asks more"),
        (("g",), "space", "no question is open: m asks more"),
        ((), "m", "a question is open already: pick an answer, or pass it"),
        ((), "b", "you have said nothing yet that could be taken back"),
    ],
)
async def test_a_key_that_does_nothing_now_says_what_to_do(
    open_with: Opening, using: Using, before: tuple[str, ...], key: str, told: str
):
    async with using(open_with()) as user:
        await user.press(*before)
        assert user.toasts == []
        await user.press(key)
        assert user.toasts == [told]


async def test_in_a_dead_end_keys_of_questions_and_lists_point_to_the_ways_out(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("under 100 min")
        await user.write("over 160 min")
        await user.press("w")
        assert user.toasts == ["first choose one of the ways out"]
        await user.press("l")
        assert user.toasts == ["the list is empty: the conversation shows the ways out"]
