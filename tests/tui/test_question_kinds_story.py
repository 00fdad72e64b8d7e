"""Stories of the kinds of questions: one or the other, how much at most, and something else."""

from collections.abc import Callable

import pytest

from kgrec.acts import QuestionKind
from kgrec.reasoning import candidates, questions
from kgrec.tui import OpenSession
from kgrec.tui.talk import Choice

from .conftest import Using

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
        assert user.choice("none of these")
        await user.press("1", "2", "3", "2")
        assert user.chips == []
        assert user.choice("that's all")
        shown = [choice._text.plain for choice in user.app.screen.query(Choice)]
        marked = [label.removeprefix("☑ ") for label in shown if label.startswith("☑")]
        assert len(marked) == 2
        await user.press("space")
        assert user.chips == [f"♥ {label}" for label in marked]
