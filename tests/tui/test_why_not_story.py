"""Somebody misses a film and asks the app why it is not on the list."""

from collections.abc import Callable
from pathlib import Path

from textual.widgets import Input, OptionList

from kgrec.tui import OpenSession
from kgrec.tui.dialogs import WhyNotDialog
from kgrec.tui.reasons import Reasons, ReasonsBody
from kgrec.tui.talk import Writing
from kgrec.tui.view import Found

from .conftest import User, Using

Opening = Callable[..., OpenSession]

RULES = """\
rules:
  - name: nothing very long
    forbid: runtime > 160
    because: it is late
"""


def offered(user: User) -> list[str]:
    options = user.app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(number).prompt) for number in range(options.option_count)]


async def test_a_title_is_looked_up_while_it_is_written_and_explained(open_with: Opening, using: Using, tmp_path: Path):
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    async with using(open_with(rules)) as user:
        assert "Heat (1995)" not in user.listed
        await user.press("x")
        assert isinstance(user.app.screen, WhyNotDialog)
        await user.press(*"heat")
        assert offered(user)[0] == "Heat (1995)"
        await user.press("enter")
        assert user.app.screen is user.app.main
        assert str(user.app.main.query_one(Reasons).border_title) == "Why not Heat (1995)?"
        drawn = user.drawn()
        assert "nothing very long" in drawn
        assert "rules.yaml:2:5" in drawn
        assert "it would be number 1" in " ".join(drawn.split())


async def test_ways_to_bring_an_item_back_bear_no_numbers_for_those_are_keys(open_with: Opening, using: Using):
    async with using(open_with(), size=(80, 24)) as user:
        await user.write("no Crime")
        await user.press("x", *"heat", "enter")
        assert "· take back “no Crime”" in user.drawn()


async def test_enter_right_after_the_text_waits_for_what_that_text_finds(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("x", *"heat")
        dialog = user.app.screen
        assert isinstance(dialog, WhyNotDialog)
        written = dialog.query_one(Input)
        written.value = "scream"  # and enter before anything is looked up
        dialog.on_input_submitted()
        assert user.app.screen is dialog
        await user.settle()
        assert any("Scream (1996)" in toast for toast in user.toasts)
        assert not any("Heat" in toast for toast in user.toasts)


async def test_what_an_older_text_finds_is_not_offered(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("x", *"clue")
        dialog = user.app.screen
        assert isinstance(dialog, WhyNotDialog)
        dialog.show((Found("heat", "Heat (1995)"),), "heat")
        assert offered(user)[0] == "Clue (1985)"


async def test_what_was_written_on_the_line_is_what_is_asked_for(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        user.app.screen.query_one(Writing).value = "clue"
        await user.press("x")
        assert offered(user)[0] == "Clue (1985)"
        await user.press("down", "up", "enter")
        assert "Clue (1985) is on the list: number 6." in user.toasts


async def test_asked_in_words_it_is_answered_in_the_reasons(open_with: Opening, using: Using):
    async with using(open_with(), size=(80, 24)) as user:
        await user.write("no crime")
        await user.write("why isn't Heat on the list?")
        assert user.app.main.pane == "why"
        body = user.app.main.query_one(ReasonsBody)
        assert body.subject.ways == ("take back “no Crime”: it would be number 1",)
        assert "Heat (1995) is not on the list." in user.said


async def test_the_window_is_closed_without_an_answer(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("x", "escape")
        assert user.app.screen is user.app.main
        await user.press("x", "enter")  # all six are on the list, so nothing just missed it
        assert isinstance(user.app.screen, WhyNotDialog)
        assert offered(user) == []
