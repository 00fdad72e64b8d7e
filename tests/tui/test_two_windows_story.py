"""Stories of one user with two windows: each shows what was said in the other."""

from collections.abc import Callable

import pytest

from kgrec.acts import Ask
from kgrec.dialogue import Session
from kgrec.tui import OpenSession

from .conftest import User, Using

Opening = Callable[..., OpenSession]


def other_window(opening: OpenSession) -> Session:
    """Open a second window of the same user."""
    return opening(lambda *_: None)


async def a_second(user: User) -> None:
    """Let the moment come at which the app looks for news."""
    user.app.look_for_news()
    await user.settle()


async def test_what_is_said_in_another_window_is_shown_soon_without_a_key(open_with: Opening, using: Using):
    opening = open_with()
    async with using(opening) as user:
        other = other_window(opening)
        other.say("no crime")
        await a_second(user)
        assert user.chips == ["no Crime"]
        assert user.said[0] == "no crime"
        assert "in another window: no Crime" in user.toasts
        other.undo()
        await a_second(user)
        assert user.chips == []
        assert "in another window: taken back: no Crime" in user.toasts


async def test_no_news_leave_the_screen_as_it_is(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        before = user.app.main.shown
        await a_second(user)
        assert user.app.main.shown is before


@pytest.mark.usefixtures("one_at_a_time")
async def test_a_question_answered_in_another_window_is_not_answered_again(open_with: Opening, using: Using):
    opening = open_with()
    async with using(opening) as user:
        other = other_window(opening)
        act = other.act()
        assert isinstance(act, Ask)
        other.answer(act.question, [0])
        await user.press("2")
        assert user.said == ["Have you seen Heat (1995)?", "loved it"]
        assert user.prompt == "Have you seen Babe (1995)?"
        assert "in another window: Heat (1995): loved it" in user.toasts


async def test_undo_names_what_another_window_said(open_with: Opening, using: Using):
    opening = open_with()
    async with using(opening) as user:
        await user.write("under 120 min")
        other_window(opening).say("no crime")
        await a_second(user)
        await user.press("u")
        assert "Taken back: no Crime." in user.toasts
        assert user.chips == ["runtime ≤ 120 min"]


async def test_a_conversation_begun_anew_in_another_window_goes_on_here(open_with: Opening, using: Using):
    opening = open_with()
    async with using(opening) as user:
        await user.write("no crime")
        other = other_window(opening)
        other.start_over()
        await a_second(user)
        assert user.chips == user.said == []
        assert "in another window: a new conversation" in user.toasts
        await user.write("under 120 min")
        other.mark_seen("clue")
        assert [chip.label for chip in other.chips] == ["runtime ≤ 120 min", "seen Clue (1985)"]
