"""The page of questions: why each was asked, what was second, and what may come next."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from kgrec.acts import QuestionKind
from kgrec.reasoning import candidates, questions
from kgrec.tui import KgrecApp, OpenSession
from kgrec.tui.ledger_page import LedgerPage
from kgrec.tui.ledger_view import Asked, LedgerView
from kgrec.tui.listing import Listing

from .conftest import SIZES, THEMES, User, Using

Opening = Callable[..., OpenSession]


def page(user: User) -> LedgerPage:
    assert isinstance(user.app.screen, LedgerPage)
    return user.app.screen


def view(user: User) -> LedgerView:
    value = page(user).value
    assert value is not None
    return value


def answered(user: User) -> list[Asked]:
    return [one for one in view(user).asked if one.event]


async def test_an_answered_question_keeps_why_it_was_asked(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        question = user.prompt
        shown = user.app.main.shown
        assert shown is not None
        await user.press("1", "space", "y")
        second, first = answered(user)
        assert first.text == question
        assert first.answer == shown.prompt.choices[0]
        assert 0 < first.gain <= 1
        assert first.runner_up
        assert first.gain_now is None or first.gain_now < first.gain
        assert second.answer.endswith("(passed)")
        page(user).query_one("#asked", Listing).choose(first.id)
        await user.settle()
        drawn = user.drawn()
        assert "it should settle" in drawn
        assert "asked again now" in drawn
        assert f"{first.gain:.1%}" in drawn


async def test_the_question_of_now_is_the_best_of_those_that_may_come_next(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("y")
        now = view(user).asked[0]
        assert (now.text, now.event) == (user.prompt, 0)
        rivals = view(user).contenders
        assert rivals[0].text == now.text
        assert rivals[1].text == now.runner_up
        assert [one.worth for one in rivals] == sorted((one.worth for one in rivals), reverse=True)
        assert "likely to tell" in user.drawn()


@pytest.mark.usefixtures("one_at_a_time")
async def test_how_a_question_splits_the_candidates_is_shown_with_the_answer_marked(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press(*"111111", "y")
        split = next(one for one in answered(user) if one.splits)
        page(user).query_one("#asked", Listing).choose(split.id)
        await user.settle()
        assert "Behind the answers" in user.drawn()
        assert [part.label for part in split.splits if part.is_chosen] == [split.answer]


async def test_an_answer_is_taken_back_and_brought_back_here_too(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("1", "y")
        (first,) = answered(user)
        page(user).query_one("#asked", Listing).choose(first.id)
        await user.press("backspace")
        assert not answered(user)[0].counts
        assert view(user).asked[0].text == first.text  # it is the question of now again
        await user.press("backspace")
        assert answered(user)[0].counts


async def test_nothing_is_asked_once_the_list_is_wanted(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("g", "y")
        assert view(user).asked == ()
        assert "Nothing was asked yet." in user.drawn()
        assert view(user).verdict.startswith("Nothing is asked")


async def test_passes_of_several_can_be_told_apart(open_with: Opening, using: Using, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(questions.EFFORT, QuestionKind.LOVED, 0.001)
    monkeypatch.setattr(candidates, "MOST_LOVED", 2)
    async with using(open_with()) as user:
        await user.press("space", "space", "y")
        one, other = answered(user)
        assert one.text == other.text
        assert one.about
        assert one.about != other.about
        page(user).query_one("#asked", Listing).choose(one.id)
        await user.settle()
        assert "The answers" in user.drawn()
        assert all(label in user.drawn() for label in one.about.split(", "))


@pytest.mark.usefixtures("one_at_a_time")
async def test_undoing_a_pass_names_the_question(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        asked = user.prompt
        await user.press("space", "u")
        assert user.toasts[-1] == f"Taken back: “haven't seen it” to “{asked}”."


async def test_an_answer_of_several_taken_back_in_part_is_told_without_that_part(
    open_with: Opening, using: Using, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(questions.EFFORT, QuestionKind.LOVED, 0.001)
    async with using(open_with()) as user:
        await user.press("1", "3", "space", "b", "down", "enter", "y")
        (left,) = user.chips
        assert answered(user)[0].answer == left.removeprefix("♥ ")
        assert [split.label for split in answered(user)[0].splits if split.is_chosen] == [left.removeprefix("♥ ")]


@SIZES
@THEMES
def test_the_page_looks_as_it_did(snap_compare: Any, open_with: Opening, size: tuple[int, int], theme: str):
    app = KgrecApp(open_with())

    async def do(pilot: Pilot[None]) -> None:
        user = User(app, pilot)
        await user.settle()
        app.theme = theme
        await user.press("1", "2", "space", "y", "down")

    assert snap_compare(app, terminal_size=size, run_before=do)
