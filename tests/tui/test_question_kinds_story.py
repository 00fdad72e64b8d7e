"""Stories of the kinds of questions: one or the other, how much at most, and something else."""

from collections.abc import Callable

import pytest

from kgrec.acts import QuestionKind
from kgrec.graph import KnowledgeGraph
from kgrec.reasoning import candidates, questions
from kgrec.rulebook import RuleBook
from kgrec.tui import OpenSession
from kgrec.tui.chips import Chips
from kgrec.tui.talk import Choice
from kgrec.tui.view import PromptKind

from .conftest import User, Using

Opening = Callable[..., OpenSession]


async def test_one_or_the_other_by_number_key(open_with: Opening, using: Using, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(questions.EFFORT, QuestionKind.EITHER, 0.001)
    async with using(open_with()) as user:
        first, second = user.prompt.removesuffix("?").split(" or ")
        assert user.choice(second)
        assert user.choice("both alike")
        await user.press("2")
        assert user.said[1] == second
        assert user.chips == [f"rather {second}"]
        await user.press("u")
        assert user.chips == []
        assert user.prompt == f"{first} or {second}?"


async def test_how_long_it_may_be_narrows_the_list(open_with: Opening, using: Using, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(questions.EFFORT, QuestionKind.RANGE, 0.001)
    async with using(open_with()) as user:
        assert user.prompt == "How long may it be?"
        await user.press("1")
        assert user.chips[0].startswith("runtime: up to ")
        assert "Heat (1995)" not in user.listed
        assert user.prompt != "How long may it be?"


async def test_something_else_shows_other_options(open_with: Opening, using: Using, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(questions.EFFORT, QuestionKind.CHOICE, 0.001)
    monkeypatch.setattr(candidates, "MOST_OPTIONS", 2)
    monkeypatch.setattr(candidates, "COVERED", 1.1)
    monkeypatch.setattr(candidates, "RARE", 1)
    async with using(open_with()) as user:
        asked = user.prompt
        await user.click(user.choice("something else"))
        assert user.prompt == asked
        assert user.said == [asked, "something else"]
        assert user.chips == []


async def test_any_number_is_marked_by_keys_and_sent_at_once(
    open_with: Opening, using: Using, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(questions.EFFORT, QuestionKind.LOVED, 0.001)
    async with using(open_with()) as user:
        assert user.prompt == "Which of these do you love?"
        assert "Which of these do you love?  (mark, ⏎ sends)" in user.drawn()
        assert user.choice("none of these")
        await user.press("1", "2", "3", "2")
        assert user.chips == []
        assert user.choice("that's all (2)")
        shown = [choice._text.plain for choice in user.app.screen.query(Choice)]
        marked = [label.removeprefix("☑ ") for label in shown if label.startswith("☑")]
        assert len(marked) == 2
        await user.press("space")
        assert user.chips == [f"♥ {label}" for label in marked]


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be asked but which of several items are loved."""
    monkeypatch.setitem(questions.EFFORT, QuestionKind.LOVED, 0.001)


@pytest.mark.usefixtures("several")
async def test_one_of_several_is_taken_back_from_the_list_of_what_was_said(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("1", "3", "space")
        first, last = user.chips
        await user.press("b", "down", "enter")
        assert user.chips == [last]
        assert user.toasts[-1] == f"Taken back: {first}."


@pytest.mark.usefixtures("several")
async def test_one_of_several_is_taken_back_by_its_chip(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("1", "3", "space")
        first, last = user.chips
        assert await user.pilot.click(user.app.screen.query_one(Chips), offset=(2, 0))
        await user.settle()
        assert user.chips == [last]
        assert user.toasts[-1] == f"Taken back: {first}."


@pytest.mark.usefixtures("several")
async def test_undo_names_all_that_it_takes_back(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("1", "3", "space")
        told = ", ".join(user.chips)
        await user.press("u")
        assert user.chips == []
        assert user.toasts[-1] == f"Taken back: {told}."


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize(("key", "asks_on"), [("enter", True), ("g", False)])
async def test_what_is_marked_is_sent_before_the_questions_end(
    open_with: Opening, using: Using, key: str, *, asks_on: bool
):
    async with using(open_with()) as user:
        await user.press("1", "3", key)
        assert len(user.chips) == 2
        shown = user.app.main.shown
        assert shown is not None
        assert (shown.prompt.kind is PromptKind.QUESTION) == asks_on


@pytest.mark.usefixtures("several")
async def test_undo_takes_the_last_mark_away_first(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("l")
        told = user.chips
        assert len(told) == 1
        await user.press("1", "2", "u")
        assert user.choice("that's all (1)")
        await user.press("u")
        assert user.choice("none of these")
        assert user.chips == told
        await user.press("u")
        assert user.chips == []


@pytest.mark.usefixtures("several")
async def test_options_told_in_words_are_said_once(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        asked = user.prompt
        await user.write("the first one and the last")
        assert user.said == [asked, ", ".join(chip.removeprefix("♥ ") for chip in user.chips)]
        assert len(user.chips) == 2


def marked(user: User) -> list[str]:
    labels = [choice._text.plain for choice in user.app.main.query(Choice)]
    return [label.removeprefix("☑ ") for label in labels if label.startswith("☑")]


@pytest.mark.usefixtures("several")
async def test_marks_stay_as_long_as_the_question_stands(open_with: Opening, using: Using, tiny_world: KnowledgeGraph):
    async with using(open_with()) as user:
        await user.press("1", "3")
        one, other = marked(user)
        for keys in (("down", "l"), ("u", "u", "u", "1", "3"), ("down", "down", "d"), ("ctrl+t",), ("t", "escape")):
            await user.press(*keys)
            assert set(marked(user)) == {one, other}
        assert user.choice("that's all (2)")
        user.app.turn(lambda talk: talk.set_rules(RuleBook.empty(tiny_world)))
        await user.settle()
        assert marked(user) == [one, other]
    async with using(open_with()) as user:  # the next start
        assert marked(user) == [one, other]
        await user.press("space")
        assert set(user.chips) >= {f"♥ {one}", f"♥ {other}"}


@pytest.mark.usefixtures("several")
async def test_marks_are_over_once_they_were_sent(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("1", "3", "space", "u")
        assert marked(user) == []
        assert user.choice("none of these")
