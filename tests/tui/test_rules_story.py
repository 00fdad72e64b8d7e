"""Somebody reads and edits rules in the app: sees mistakes where they are and what an edit does before it does it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import OptionList

from kgrec.dialogue import MemoryLog, Session
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.resources import write_atomic
from kgrec.rulebook import RuleBook
from kgrec.tui import KgrecApp, OpenSession, Progress
from kgrec.tui.key_bar import KeyBar
from kgrec.tui.messages import RulesChanged
from kgrec.tui.rule_changes import RuleChangesDialog
from kgrec.tui.rule_dialogs import ChoiceDialog
from kgrec.tui.rule_editor import RuleEditor
from kgrec.tui.rules_page import RulesPage
from kgrec.tui.themes import DARK

from .conftest import A_SATURDAY_EVENING, SIZES, THEMES, User, Using

EVERYTHING = ["Heat (1995)", "Babe (1995)", "Thief (1981)", "Scream (1996)", "Alien (1979)", "Clue (1985)"]
RULES = """\
rules:
  - name: no slashers
    forbid: genre has Slasher
    because: not tonight
  - name: newer first
    prefer: year > 1990
    weight: 0.2
"""
LISTED = ["Heat (1995)", "Babe (1995)", "Thief (1981)", "Alien (1979)", "Clue (1985)"]


@dataclass
class Desk:
    """The user on the page of rules."""

    user: User
    rules: Path
    own: Path
    heard: asyncio.Queue[RulesChanged] = field(default_factory=asyncio.Queue)

    @property
    def page(self) -> RulesPage:
        return next(screen for screen in self.user.app.screen_stack if isinstance(screen, RulesPage))

    @property
    def text(self) -> str:
        return self.page.editor.text if self.page.editor else ""

    @property
    def problems(self) -> list[str]:
        return [f"{one.path.name}:{one.line}:{one.column} {one.text}" for one in self.page.problems]

    @property
    def window(self) -> str:
        screen = self.user.app.screen
        return screen._title if isinstance(screen, ChoiceDialog) else ""

    async def write(self, text: str) -> None:
        """Have the text on display read so."""
        editor = self.page.editor
        assert editor is not None
        editor.replace(text, (0, 0), editor.document.end)
        await self.user.settle()

    async def press(self, *keys: str) -> None:
        await self.user.press(*keys)

    async def to_own(self) -> None:
        """Go to the user's own file by the keyboard."""
        await self.press("shift+tab", "down", "enter")
        assert self.page.editor is not None
        assert self.page.editor.file.path == self.own
        self.page.action_show_pane("rule-writing")
        await self.user.settle()

    async def applied(self) -> None:
        """Wait until the app has heard of the saved files."""
        await asyncio.wait_for(self.heard.get(), 60)
        await self.user.settle()


Reading = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture(autouse=True)
def _judged_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgrec.tui.rules_page._PAUSE_S", 0.0)


@pytest.fixture
def at_rules(tiny_world: KnowledgeGraph, log: MemoryLog, using: Using, tmp_path: Path) -> Reading:
    """Return a function: what the data set's file holds, and the size, to a user on the page of rules."""

    @asynccontextmanager
    async def go(text: str = RULES, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Desk]:
        rules, own = tmp_path / "films.yaml", tmp_path / "own" / "ana.yaml"
        rules.write_text(text, encoding="utf-8")
        heard: asyncio.Queue[RulesChanged] = asyncio.Queue()

        def opening(_: Progress) -> Session:
            book = RuleBook.load_leniently([rules], tiny_world, own)
            recommender = Recommender(texts=False).fit(tiny_world)
            return Session.start(recommender, book, log=log, user="ana", clock=lambda: A_SATURDAY_EVENING)

        def hear(message: Message) -> None:
            if isinstance(message, RulesChanged):
                heard.put_nowait(message)

        async with using(opening, size=size, hear=hear) as user:
            await user.press("r")
            assert isinstance(user.app.screen, RulesPage)
            yield Desk(user, rules, own, heard)

    return go


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the data set's file be one that ships with kgrec."""
    monkeypatch.setattr("kgrec.tui.rules_view.is_shipped", lambda path: path.name == "films.yaml")


# --- reading ----------------------------------------------------------------------------------------------------------


async def test_files_and_rules_are_listed_with_what_they_do_now(at_rules: Reading):
    async with at_rules() as desk:
        drawn = desk.user.drawn()
        assert "films.yaml" in drawn
        assert "2 rules" in drawn
        assert "ana.yaml" in drawn
        assert "yours · not begun" in drawn
        assert [(rule.kind, rule.name, rule.does) for rule in desk.page.rules] == [
            ("forbid", "no slashers", "keeps off 1"),
            ("prefer", "newer first", "lifts 3"),
        ]
        await desk.press("down")
        drawn = desk.user.drawn()
        assert "in force: lifts 3 of 6 films, 2 of them on" in drawn
        assert "+0.20 points (year > 1990)" in drawn  # of Heat, the first of the list


async def test_enter_on_a_rule_goes_to_it_in_the_text(at_rules: Reading):
    async with at_rules() as desk:
        await desk.press("down", "enter")
        assert desk.page.editor is not None
        assert desk.page.editor.has_focus
        assert desk.page.editor.cursor_location == (4, 4)
        await desk.press("escape")
        assert desk.page.query_one("#rule-list").has_focus
        await desk.press("escape")
        assert desk.user.app.screen is desk.user.app.main


async def test_without_rule_files_it_says_what_to_do(open_with: Callable[..., OpenSession], using: Using):
    async with using(open_with()) as user:
        await user.press("r")
        assert "There are no rule files here" in user.drawn()
        assert "kgrec --rules FILE" in user.drawn()


# --- a typo in a rule -------------------------------------------------------------------------------------------------


async def test_a_typo_is_shown_at_its_column_with_a_suggestion_and_the_last_good_rules_stay(at_rules: Reading):
    async with at_rules() as desk:
        await desk.write(RULES.replace("genre has Slasher", "genre has Slahser"))
        assert desk.problems == ["films.yaml:3:23 unknown genre 'Slahser', did you mean 'Slasher'?"]
        assert "✗ 3:23 unknown genre 'Slahser', did you mean 'Slasher'?" in desk.user.drawn()
        assert "1 mistake: the last good rules stay in force" in desk.user.drawn()
        assert [rule.name for rule in desk.page.rules] == ["no slashers", "newer first"]
        assert desk.user.listed == LISTED
        editor = desk.page.editor
        assert editor is not None
        marked = [
            editor.get_line(2).plain[span.start : span.end]
            for span in editor.get_line(2).spans
            if "underline" in str(span.style)
        ]
        assert marked == ["Slahser"]
        await desk.write(RULES)
        assert desk.problems == []


async def test_f8_goes_from_problem_to_problem_and_f9_back(at_rules: Reading):
    async with at_rules() as desk:
        await desk.write("rules:\n  - name: a\n    forbid: yeer > 1990\n  - name: b\n    prefer: genre has Hrror\n")
        editor = desk.page.editor
        assert editor is not None
        seen = []
        for key in ("f8", "f8", "f8", "f9"):
            await desk.press(key)
            seen.append(editor.cursor_location)
        assert seen == [(2, 12), (4, 22), (2, 12), (4, 22)]
        assert editor.has_focus


async def test_a_mistake_that_is_saved_all_the_same_changes_nothing_in_force(at_rules: Reading):
    async with at_rules() as desk:
        await desk.write(RULES.replace("genre has Slasher", "genre has Slahser"))
        await desk.press("ctrl+s")
        assert "✗ 1 mistake: the last good rules stay in force." in desk.user.drawn()
        await desk.press("enter")
        await desk.applied()
        assert "Slahser" in desk.rules.read_text(encoding="utf-8")
        assert desk.user.listed == LISTED
        await desk.write(RULES)
        await desk.press("ctrl+s", "enter")
        await desk.applied()
        assert desk.problems == []
        assert not desk.user.app.main.query_one("#problem").display


async def test_keys_that_come_close_together_count_in_their_order(at_rules: Reading):
    async with at_rules() as desk:
        await desk.press("enter")
        editor = desk.page.editor
        assert editor is not None
        for key, character in (("down", None), ("end", None), ("x", "x"), ("up", None), ("home", None), ("y", "y")):
            editor.post_message(Key(key, character))  # none is waited for
        await desk.user.settle()
        assert desk.text.split("\n")[1:3] == ["  y- name: no slashers", "    forbid: genre has Slasherx"]


async def test_what_is_begun_is_offered_and_taken_by_the_arrow(at_rules: Reading):
    async with at_rules() as desk:
        await desk.press("enter")
        await desk.write("rules:\n  - name: a\n    forbid: genre has ")
        editor = desk.page.editor
        assert editor is not None
        editor.go(2, 99)
        await desk.press("H")
        assert editor.suggestion == "orror"
        await desk.press("right")
        assert desk.text.endswith("genre has Horror")
        await desk.press("left", "right")
        assert desk.text.endswith("genre has Horror")


async def test_a_broken_file_of_ones_own_is_shown_with_its_mistakes_beside_the_rules_in_force(
    at_rules: Reading, tmp_path: Path
):
    own = tmp_path / "own" / "ana.yaml"
    own.parent.mkdir()
    own.write_text("rules:\n  - name: a\n    forbid: yeer > 1990\n", encoding="utf-8")
    async with at_rules() as desk:
        assert desk.problems == ["ana.yaml:3:13 unknown field 'yeer', did you mean 'year'?"]
        assert [rule.name for rule in desk.page.rules] == ["no slashers", "newer first"]
        await desk.press("f8")
        assert desk.page.editor.file.path == own
        await desk.write("rules:\n  - name: a\n    forbid: year > 1994\n")
        await desk.press("ctrl+s", "enter")
        await desk.applied()
        assert desk.user.listed == ["Thief (1981)", "Alien (1979)", "Clue (1985)"]


# --- what an edit does ------------------------------------------------------------------------------------------------


async def test_a_rule_that_empties_the_list_is_told_before_it_is_saved(at_rules: Reading):
    async with at_rules() as desk:
        await desk.write(RULES + "  - name: impossible\n    require: year > 1999\n")
        assert "Your list would be empty: no film satisfies “impossible”." in desk.user.drawn()
        told = "films.yaml:9:14 'impossible' lets no film through, correct it, or say with 'when' where it counts"
        assert told in desk.problems
        assert desk.user.listed == LISTED
        assert desk.rules.read_text(encoding="utf-8") == RULES


async def test_an_edit_whose_expectation_fails(at_rules: Reading):
    tests = "expect:\n  - name: no horror\n    given: {}\n    never: genre has Slasher\n"
    async with at_rules(RULES + tests) as desk:
        assert "✓ 1 test holds" in desk.user.drawn()
        await desk.write(RULES.replace("forbid: genre has Slasher", "forbid: year < 1970") + tests)
        assert "✗ 1 of 1 tests fail" in desk.user.drawn()
        (told,) = [problem for problem in desk.problems if "expected" in problem]
        assert told.startswith(
            "films.yaml:9:5 “no horror”: expected never: genre has Slasher, but 1 of 6 films is: Scream"
        )


async def test_saving_shows_the_difference_and_applies_without_asking_again(at_rules: Reading):
    async with at_rules() as desk:
        edited = RULES.replace("genre has Slasher", "genre has Comedy")
        await desk.write(edited)
        assert "1 film enters your list, 2 leave" in desk.user.drawn()
        await desk.press("ctrl+s")
        drawn = desk.user.drawn()
        assert desk.window == "Save films.yaml?"
        assert "−    forbid: genre has Slasher" in drawn
        assert "+    forbid: genre has Comedy" in drawn
        assert "Scream (1996)" in drawn
        await desk.press("escape")
        assert desk.rules.read_text(encoding="utf-8") == RULES
        await desk.press("ctrl+s", "enter")
        await desk.applied()
        assert desk.rules.read_text(encoding="utf-8") == edited
        assert not any(isinstance(screen, RuleChangesDialog) for screen in desk.user.app.screen_stack)
        assert desk.user.listed == ["Heat (1995)", "Scream (1996)", "Thief (1981)", "Alien (1979)"]
        assert "Nothing: these are the rules in force." in desk.user.drawn()


async def test_an_own_file_begins_with_examples_over_the_facets_there_are(at_rules: Reading):
    async with at_rules() as desk:
        await desk.to_own()
        assert "# Your own rules for films." in desk.text
        assert "prefer: genre has " in desk.text
        assert not desk.page.editor.is_dirty  # nobody asks about an example that was not touched
        lines = desk.text.split("\n")
        first = next(number for number, line in enumerate(lines) if "- name" in line)
        desk.page.editor.go(first)
        await desk.press("shift+down", "shift+down", "shift+down", "ctrl+underscore")
        assert "\n  - name: more " in desk.text
        assert "1 added" in desk.user.drawn()
        await desk.press("ctrl+s", "enter")
        await desk.applied()
        assert desk.own.read_text(encoding="utf-8") == desk.text
        assert [rule.path for rule in desk.page.rules] == [desk.own]


# --- what cannot be changed where it is -------------------------------------------------------------------------------


@pytest.mark.usefixtures("shipped")
async def test_typing_in_a_shipped_file_offers_the_users_own(at_rules: Reading):
    async with at_rules() as desk:
        await desk.press("down", "enter", "x")
        assert desk.text == RULES
        assert desk.window == "films.yaml is read only"
        assert "The rule here: “newer first”" in desk.user.drawn()
        assert "m change it in your own · o switch it off there · esc leave it" in desk.user.drawn()
        await desk.press("m")
        assert desk.page.editor.file.path == desk.own
        assert desk.text.endswith("rules:\n\n" + desk.text.partition("rules:\n\n")[2])
        assert "  - name: newer first\n    prefer: year > 1990\n    weight: 0.2\n" in desk.text
        assert desk.text.split("\n")[desk.page.editor.cursor_location[0]] == "  - name: newer first"
        assert not desk.own.exists()
        assert [rule.name for rule in desk.page.rules] == ["newer first"]
        desk.page.show_file(desk.rules)
        assert [(rule.name, rule.does) for rule in desk.page.rules][1] == ("newer first", "replaced")


@pytest.mark.usefixtures("shipped")
async def test_a_shipped_rule_is_switched_off_in_the_users_own_file(at_rules: Reading):
    async with at_rules() as desk:
        await desk.press("o")
        assert desk.text.endswith("  - name: no slashers\n    off: true\n")
        assert "1 film enters your list" in desk.user.drawn()
        await desk.press("ctrl+s", "enter")
        await desk.applied()
        assert "Scream (1996)" in desk.user.listed
        text = desk.text
        await desk.press("escape", "shift+tab", "up", "enter", "tab", "home")
        assert [(rule.name, rule.does) for rule in desk.page.rules] == [
            ("no slashers", "off"),
            ("newer first", "lifts 3"),
        ]
        assert "switched off in ana.yaml:" in desk.user.drawn()
        await desk.press("o")  # is off already: to where that is said
        assert desk.text == text
        assert desk.page.editor.has_focus
        assert desk.rules.read_text(encoding="utf-8") == RULES


@pytest.mark.usefixtures("shipped")
async def test_letters_in_a_file_that_cannot_be_changed_lead_nowhere_else(at_rules: Reading):
    async with at_rules() as desk:
        await desk.press("enter", "q")
        assert desk.user.app.is_running
        assert desk.window == "films.yaml is read only"
        await desk.press("escape", "escape")
        assert desk.page.query_one("#rule-list").has_focus


@pytest.mark.usefixtures("shipped")
async def test_a_file_that_cannot_be_changed_says_so_and_what_to_do_before_anything_is_typed(at_rules: Reading):
    async with at_rules() as desk:
        title = str(desk.page.query_one("#rule-writing").border_title)
        assert title == "films.yaml · shipped: read only, m o change it in your own"
        await desk.press("e")
        assert desk.window == "films.yaml is read only"


@pytest.mark.usefixtures("shipped")
async def test_letters_in_a_hurry_open_one_window_which_one_escape_closes(at_rules: Reading):
    async with at_rules() as desk:
        await desk.press("enter")
        for _ in range(3):  # as keys that come before the window does
            desk.page.editor.post_message(RuleEditor.Refused(desk.page.editor))
        await desk.user.settle()
        assert desk.window == "films.yaml is read only"
        await desk.press("escape")
        assert desk.user.app.screen is desk.page


@pytest.mark.usefixtures("shipped")
async def test_under_a_window_no_keys_are_offered_that_do_nothing_there(at_rules: Reading):
    async with at_rules() as desk:
        bar = desk.page.query_one(KeyBar)
        assert "help" in str(bar.render())
        await desk.press("e")
        assert "help" not in desk.user.drawn()
        await desk.press("escape")
        assert "help" in desk.user.drawn()


# --- nothing is lost --------------------------------------------------------------------------------------------------


async def test_a_file_changed_elsewhere_is_taken_over_if_it_was_not_edited(at_rules: Reading):
    async with at_rules() as desk:
        theirs = RULES.replace("weight: 0.2", "weight: 0.3")
        write_atomic(desk.rules, theirs)
        await desk.applied()
        assert desk.text == theirs
        assert not desk.page.editor.is_dirty


@pytest.mark.parametrize("key", ["m", "t", "escape"])
async def test_a_file_changed_elsewhere_while_it_is_edited_is_asked_about(at_rules: Reading, key: str):
    async with at_rules() as desk:
        mine = RULES.replace("not tonight", "mine")
        theirs = RULES.replace("not tonight", "theirs")
        await desk.write(mine)
        write_atomic(desk.rules, theirs)
        await desk.applied()
        assert desk.window == "films.yaml was changed on the disk"
        assert "+    because: mine" in desk.user.drawn()
        await desk.press(key)
        assert desk.window == ""
        assert desk.text == (theirs if key == "t" else mine)
        assert desk.rules.read_text(encoding="utf-8") == theirs
        if key == "t":
            await desk.press("u")
            assert desk.text == mine
        await desk.press("ctrl+s")
        if key == "escape":  # put off until it matters
            assert desk.window == "films.yaml was changed on the disk"
            await desk.press("m", "ctrl+s")
        assert desk.window == "Save films.yaml?"
        await desk.press("enter")
        await desk.applied()
        assert desk.rules.read_text(encoding="utf-8") == mine


@pytest.mark.parametrize("way", ["escape", "t", "q", "ctrl+c"])
async def test_unsaved_edits_are_asked_about_whichever_way_one_leaves(at_rules: Reading, way: str):
    async with at_rules() as desk:
        await desk.write(RULES.replace("not tonight", "never"))
        await desk.press(way)
        assert desk.window == "Leave?"
        assert "What you wrote in films.yaml is not saved." in desk.user.drawn()
        await desk.press("escape")
        assert isinstance(desk.user.app.screen, RulesPage)
        assert "never" in desk.text
        await desk.press("escape", "s")
        assert desk.window == "Save films.yaml?"
        await desk.press("enter")
        await desk.applied()
        await desk.press("escape")
        assert desk.user.app.screen is desk.user.app.main
        assert "because: never" in desk.rules.read_text(encoding="utf-8")


async def test_edits_can_be_left_behind(at_rules: Reading):
    async with at_rules() as desk:
        await desk.write(RULES.replace("not tonight", "never"))
        await desk.press("escape", "d")
        assert desk.user.app.screen is desk.user.app.main
        assert desk.rules.read_text(encoding="utf-8") == RULES


async def test_a_file_that_cannot_be_written_keeps_what_was_written(at_rules: Reading, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async with at_rules() as desk:
        await desk.write(RULES.replace("not tonight", "never"))
        monkeypatch.setattr("kgrec.tui.rules_view.write_atomic", full)
        await desk.press("ctrl+s", "enter")
        assert any("No space left on device" in toast for toast in desk.user.toasts)
        assert desk.page.editor.is_dirty
        assert "never" in desk.text


async def test_what_was_not_saved_when_the_terminal_closed_is_there_again(at_rules: Reading):
    edited = RULES.replace("not tonight", "never")
    async with at_rules() as desk:
        await desk.write(edited)
        desk.user.app.exit()  # as a closing terminal does, without asking
    async with at_rules() as desk:
        assert desk.text == edited
        assert desk.page.editor.is_dirty
        assert any("what you had not saved is here again" in toast for toast in desk.user.toasts)
        await desk.press("escape", "d")
    async with at_rules() as desk:
        assert desk.text == RULES  # left behind is left behind
        assert sorted(path.name for path in desk.rules.parent.glob("*films*")) == ["films.yaml"]


# --- the keyboard alone, the mouse alone ------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_with_the_keyboard_alone(at_rules: Reading, size: tuple[int, int]):
    async with at_rules(size=size) as desk:
        await desk.press(
            "down", "enter", "down", "down", "end", "enter", *"because_".replace("_", ""), "colon", "space", "x"
        )
        assert desk.text == RULES.replace("weight: 0.2\n", "weight: 0.2\n    because: x\n")
        await desk.press("ctrl+z")
        await desk.press("ctrl+y")
        await desk.press("ctrl+s", "enter")
        await desk.applied()
        assert "because: x" in desk.rules.read_text(encoding="utf-8")
        await desk.press("escape", "escape")
        assert desk.user.app.screen is desk.user.app.main


async def test_with_the_mouse_alone(at_rules: Reading):
    async with at_rules() as desk:
        pilot, page = desk.user.pilot, desk.page
        assert await pilot.click("#rule-list", offset=(5, 2))  # the second rule
        await desk.user.settle()
        assert page.editor.cursor_location == (4, 4)
        await desk.write(RULES.replace("year > 1990", "yeer > 1990"))
        assert await pilot.click("#rule-problems", offset=(3, 1))
        await desk.user.settle()
        assert page.editor.cursor_location == (5, 12)
        await desk.write(RULES.replace("not tonight", "never"))
        assert await pilot.click("KeyBar", offset=(page.query_one("KeyBar").render().plain.index("save"), 0))
        await desk.user.settle()
        assert desk.window == "Save films.yaml?"
        window = desk.user.app.screen.query_one(".window")
        found = next(
            x
            for x in range(window.region.width)
            if desk.user.drawn().split("\n")[window.region.bottom - 1][window.region.x + x :].startswith("enter")
        )
        assert await pilot.click(offset=(window.region.x + found, window.region.bottom - 1))
        await desk.applied()
        assert "never" in desk.rules.read_text(encoding="utf-8")
        assert await pilot.click("#back", offset=(3, 0))
        await desk.user.settle()
        assert desk.user.app.screen is desk.user.app.main


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_all_parts_are_reached_by_tab_and_f2(at_rules: Reading, size: tuple[int, int]):
    async with at_rules(size=size) as desk:
        seen = []
        for key in ("f2", "f2", "f2", "tab", "shift+tab"):
            await desk.press(key)
            focused = desk.user.app.focused
            seen.append("text" if isinstance(focused, RuleEditor) else focused.id)
        assert seen == ["text", "rule-effects", "rule-files", "rule-list", "rule-files"]
        assert isinstance(desk.page.query_one("#rule-files"), OptionList)


# --- pictures ---------------------------------------------------------------------------------------------------------

OWN = """\
# mine
let:
  quick: 100
rules:
  - name: no slashers
    off: true
  - name: short ones
    when: user.interactions < 3 and context.hour >= 18
    prefer: >-
      genre has Crime
      or runtime <= quick
    weight: 0.8
    because: it is late
expect:
  - name: no horror
    given: {likes: Heat}
    never: genre has "Horror"
"""
TYPO = OWN.replace("runtime <= quick", "runtme <= quick").replace("genre has Crime", "genre has Cirme")


@pytest.fixture
def draws(
    snap_compare: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_world: KnowledgeGraph, log: MemoryLog
) -> Callable[..., bool]:
    """Return a function: what is written, the window and keys, to whether it looks as it did."""
    monkeypatch.setattr("kgrec.tui.rules_view.is_shipped", lambda path: path.name == "films.yaml")
    rules, own = tmp_path / "films.yaml", tmp_path / "ana.yaml"
    rules.write_text(RULES, encoding="utf-8")

    def compare(text: str, size: tuple[int, int], theme: str, *keys: str) -> bool:
        own.write_text(RULES if not text else "rules: []\n", encoding="utf-8")

        def opening(_: Progress) -> Session:
            book = RuleBook.load_leniently([rules], tiny_world, own)
            recommender = Recommender(texts=False).fit(tiny_world)
            return Session.start(recommender, book, log=log, user="ana", clock=lambda: A_SATURDAY_EVENING)

        app = KgrecApp(opening)

        async def do(pilot: Pilot[None]) -> None:
            user = User(app, pilot)
            await user.settle()
            app.theme = theme
            await user.press("r")
            page = app.screen
            assert isinstance(page, RulesPage)
            for editor in page.query(RuleEditor):
                editor.cursor_blink = False
            if text:
                page.show_file(own)
                page.action_show_pane("rule-writing")
                editor = page.editor
                assert editor is not None
                editor.replace(text, (0, 0), editor.document.end)
                editor.go(8, 4)
            await user.settle()
            await user.press(*keys)

        return bool(snap_compare(app, terminal_size=size, run_before=do))

    return compare


@SIZES
@THEMES
def test_picture_of_an_edit(draws: Callable[..., bool], size: tuple[int, int], theme: str):
    assert draws(OWN, size, theme)


@SIZES
def test_picture_of_the_lists(draws: Callable[..., bool], size: tuple[int, int]):
    assert draws("", size, DARK.name, "down")


@THEMES
def test_picture_of_a_typo(draws: Callable[..., bool], theme: str):
    assert draws(TYPO, (80, 24), theme)


def test_picture_of_what_changes_in_a_small_window(draws: Callable[..., bool]):
    assert draws(OWN, (80, 24), DARK.name, "f2", "f2")


def test_picture_of_saving(draws: Callable[..., bool]):
    assert draws(OWN, (120, 40), DARK.name, "ctrl+s")
