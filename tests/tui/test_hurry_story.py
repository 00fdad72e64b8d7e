"""Somebody just begins to write a sentence: it is told from commands by how quickly its letters follow."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from kgrec.resources import config_dir
from kgrec.tui import KgrecApp, OpenSession
from kgrec.tui.dialogs import SureDialog, WhyNotDialog
from kgrec.tui.hurry import Hurry
from kgrec.tui.page import Page
from kgrec.tui.talk import Writing

from .conftest import User

Opening = Callable[..., OpenSession]


def guided(opening: OpenSession) -> KgrecApp:
    return KgrecApp(opening, is_guided=True)


def writing(user: User) -> str:
    return user.app.main.query_one(Writing).value


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, open_with: Opening) -> KgrecApp:
    """Return an app for which all keys follow each other quickly, however slow the machine is."""
    app = guided(open_with())
    app._hurry = Hurry(within_s=60.0)
    (config_dir() / "app.json").write_text('{"toured": true}', encoding="utf-8")
    return app


@pytest.mark.parametrize("words", ["something funny", "no horror", "heat", "looking for crime", "quirky", "very dark"])
async def test_a_sentence_begun_without_a_key_is_written(quick: KgrecApp, words: str):
    async with quick.run_test() as pilot:
        user = User(quick, pilot)
        await user.settle()
        await user.press(*words.replace(" ", "_"))
        assert quick.screen is quick.main
        assert isinstance(quick.focused, Writing)
        assert writing(user) == words.replace(" ", "_")
        assert user.chips == []
        assert not quick._exit


@pytest.mark.parametrize("words", ["12 Angry Men", "2001 a space odyssey", "3 idiots", "2 fast"])
async def test_a_title_begun_with_a_figure_is_written_and_answers_nothing(quick: KgrecApp, words: str):
    async with quick.run_test() as pilot:
        user = User(quick, pilot)
        await user.settle()
        asked = user.prompt
        await user.press(*("space" if character == " " else character for character in words))
        await user.settle()
        assert isinstance(quick.focused, Writing)
        assert writing(user) == words
        assert user.chips == []
        assert user.prompt == asked


async def test_a_title_begun_with_a_figure_takes_back_what_the_figure_answered(open_with: Opening, tmp_path: Path):
    rules = tmp_path / "asking.yaml"
    rules.write_text(
        "rules:\n  - name: audience\n    ask: user.audience\n    question: Who is there?\n    options: [me, friends]\n"
    )
    (config_dir() / "app.json").write_text('{"toured": true}', encoding="utf-8")
    app = guided(open_with(rules))
    app._hurry = Hurry(within_s=60.0)
    async with app.run_test() as pilot:
        user = User(app, pilot)
        await user.settle()
        asked = user.prompt
        await user.press("1", "2", "space", "a")
        await user.settle()
        assert writing(user) == "12 a"
        assert (user.chips, user.prompt) == ([], asked)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("1111", [False] * 4),  # four answers
        ("2001", [False] * 4),
        ("1 q", [False] * 3),  # an answer, a question passed, and leave
        ("12 z", [False, False, False, True]),
        ("1it", [False, False, True]),
        ("1/z", [False, False, True]),
    ],
)
def test_a_letter_that_is_no_key_or_follows_one_that_opens_something_tells(keys: str, told: list[bool]):
    hurry = Hurry()
    heard = [hurry.hear(sign, at / 10, frozenset("qit"), frozenset("qit")) for at, sign in enumerate(keys, 10)]
    assert heard == told


@pytest.mark.parametrize("words", ["something funny", "zombies"])
async def test_a_sentence_begun_without_a_key_is_not_joined_to_what_was_left_unsent(quick: KgrecApp, words: str):
    async with quick.run_test() as pilot:
        user = User(quick, pilot)
        await user.settle()
        await user.press("slash", *"heat", "escape", *words.replace(" ", "_"))
        assert writing(user) == words.replace(" ", "_")
        await user.press("up")
        assert writing(user) == "heat"


async def test_a_letter_that_is_no_key_begins_a_sentence_before_the_next_key_is_looked_at(quick: KgrecApp):
    async with quick.run_test() as pilot:
        user = User(quick, pilot)
        await user.settle()
        for character in "I loved heat":  # all at once, as they come over a slow line
            key = "space" if character == " " else character
            quick.post_message(events.Key(key, character))
        await user.settle()
        assert writing(user) == "I loved heat"
        assert user.said == []


async def test_a_window_that_asks_for_a_text_gets_its_letters(quick: KgrecApp):
    async with quick.run_test() as pilot:
        user = User(quick, pilot)
        await user.settle()
        await user.press("x", *"scream")
        assert isinstance(quick.screen, WhyNotDialog)
        assert quick.screen.query_one(Input).value == "scream"
        assert writing(user) == ""


async def test_a_page_keeps_the_letters_pressed_on_it_after_a_pause(quick: KgrecApp):
    async with quick.run_test() as pilot:
        user = User(quick, pilot)
        await user.settle()
        await user.press("t")
        quick._hurry.last_s -= 2 * quick._hurry.within_s
        await user.press(*"zzz")
        assert isinstance(quick.screen, Page)
        assert writing(user) == ""


async def test_letters_that_come_one_by_one_are_commands(open_with: Opening, monkeypatch: pytest.MonkeyPatch):
    app = guided(open_with())
    app._hurry = Hurry(within_s=1e-9)
    async with app.run_test() as pilot:
        user = User(app, pilot)
        await user.settle()
        await user.press("escape", "n")
        assert isinstance(app.screen, SureDialog)
        await user.press("n")
        assert app.screen is app.main
        assert writing(user) == ""
        await user.press("t")
        assert isinstance(app.screen, Page)


def test_a_word_is_heard_by_how_quickly_its_letters_follow():
    keys, openers = set("sult"), set("st")
    hurry = Hurry()
    assert [hurry.hear(letter, at, keys, openers) for letter, at in (("s", 1.0), ("o", 1.2))] == [False, True]
    assert hurry.word == "so"
    hurry = Hurry()
    assert [hurry.hear(letter, at, keys, openers) for letter, at in (("s", 1.0), ("o", 1.4))] == [False, True]
    assert hurry.word == "o"
    hurry = Hurry()
    assert [hurry.hear(letter, at, keys, openers) for letter, at in (("s", 1.0), ("u", 1.4))] == [False, False]
    hurry = Hurry()
    assert [hurry.hear(letter, at, keys, openers) for letter, at in (("l", 1.0), ("u", 1.1))] == [False, False]
    hurry = Hurry()
    assert [hurry.hear(letter, at, keys, openers) for letter, at in (("t", 1.0), ("", 1.1), ("u", 1.2))] == [False] * 3
