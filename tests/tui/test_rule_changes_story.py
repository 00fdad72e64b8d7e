"""A rule file is saved while the app is open: what it would do is shown first, and then done or not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.message import Message

from kgrec.dialogue import Session
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.resources import write_atomic
from kgrec.rulebook import RuleBook
from kgrec.tui import OpenSession, Progress
from kgrec.tui.messages import RulesChanged
from kgrec.tui.rule_changes import RuleChangesDialog

from .conftest import User, Using

MILD = "certificate in [G, PG]"
EVERYTHING = ["Heat (1995)", "Babe (1995)", "Thief (1981)", "Scream (1996)", "Alien (1979)", "Clue (1985)"]
MILD_ONES = ["Babe (1995)", "Clue (1985)"]


@dataclass
class Editor:
    """The user, and the rule file they have open beside the app."""

    user: User
    rules: Path
    heard: asyncio.Queue[RulesChanged]

    async def save(self, *required: str, more: str = "") -> None:
        """Save rules that require something each, and wait until the app has taken them in."""
        lines = [f"  - name: rule {number}\n    require: {text}\n" for number, text in enumerate(required, 1)]
        await self.write(f"rules:{' []' if not lines else ''}\n{''.join(lines)}{more}")

    async def write(self, text: str) -> None:
        write_atomic(self.rules, text)  # half of it could be heard of first
        await asyncio.wait_for(self.heard.get(), 60)
        await self.user.settle()

    @property
    def is_asked(self) -> bool:
        return isinstance(self.user.app.screen, RuleChangesDialog)


Editing = Callable[..., AbstractAsyncContextManager[Editor]]


@pytest.fixture
def editing(open_with: Callable[..., OpenSession], using: Using, tmp_path: Path) -> Editing:
    """Return a function: the size of the window to an app whose rule file is empty so far."""

    @asynccontextmanager
    async def edit(size: tuple[int, int] = (120, 40)) -> AsyncIterator[Editor]:
        rules = tmp_path / "mine.yaml"
        rules.write_text("rules: []\n", encoding="utf-8")
        heard: asyncio.Queue[RulesChanged] = asyncio.Queue()

        def hear(message: Message) -> None:
            if isinstance(message, RulesChanged):
                heard.put_nowait(message)

        async with using(open_with(rules), size=size, hear=hear) as user:
            yield Editor(user, rules, heard)

    return edit


async def test_a_saved_rule_is_shown_first_and_applied_by_enter(editing: Editing):
    async with editing() as editor:
        user = editor.user
        assert user.listed == EVERYTHING
        await editor.save(MILD)
        assert editor.is_asked
        assert user.listed == EVERYTHING
        drawn = user.drawn()
        assert "4 films leave your list, 2 change places; 2 films fit instead of 6." in drawn
        assert "▲ 1   1  Babe (1995)" in drawn
        assert "out   −  Heat (1995)" in drawn
        assert "+  rule 1  mine.yaml:2" in drawn
        await user.press("enter")
        assert not editor.is_asked
        assert user.listed == MILD_ONES
        assert "1 rule in force" in user.toasts


async def test_escape_keeps_the_rules_in_force(editing: Editing):
    async with editing() as editor:
        user = editor.user
        await editor.save(MILD)
        await user.press("escape")
        assert not editor.is_asked
        assert user.listed == EVERYTHING
        assert "the rules in force stay, until the file is saved again" in user.toasts
        await editor.save(MILD, "year > 1990")
        assert editor.is_asked
        assert "Rules: 2 added." in user.drawn()  # compared with what is in force, not with what was turned down
        await user.press("enter")
        assert user.listed == ["Babe (1995)"]


async def test_a_applies_later_saves_at_once(editing: Editing):
    async with editing() as editor:
        user = editor.user
        await editor.save(MILD)
        await user.press("a")
        assert user.listed == MILD_ONES
        await editor.save("genre has Horror")
        assert not editor.is_asked
        assert user.listed == ["Scream (1996)", "Alien (1979)"]
        assert any("enter your list" in toast for toast in user.toasts)


async def test_what_changes_nothing_on_the_list_is_applied_with_a_word(editing: Editing):
    async with editing() as editor:
        user = editor.user
        await editor.save("year > 1900")
        assert not editor.is_asked
        assert "1 rule in force\nNothing on your list changes." in user.toasts
        await editor.save("year > 1900", more="expect:\n  - never: certificate == R\n")
        assert not editor.is_asked
        assert any("✗ mine.yaml:5: expected never: certificate == R" in toast for toast in user.toasts)


async def test_saving_again_updates_what_is_shown(editing: Editing):
    async with editing() as editor:
        user = editor.user
        await editor.save(MILD)
        await editor.save("genre has Horror")
        assert editor.is_asked
        assert len(user.app.screen_stack) == 2
        drawn = user.drawn()
        assert "Scream (1996)" in drawn
        assert "out   −  Babe (1995)" in drawn
        await user.press("enter")
        assert user.listed == ["Scream (1996)", "Alien (1979)"]


async def test_taking_the_edit_back_closes_the_window(editing: Editing):
    async with editing() as editor:
        await editor.save(MILD)
        await editor.save()
        assert not editor.is_asked
        assert editor.user.listed == EVERYTHING
        assert not any("rules in force stay" in toast for toast in editor.user.toasts)


async def test_a_file_that_breaks_changes_nothing_and_says_so(editing: Editing):
    async with editing() as editor:
        user = editor.user
        await editor.save(MILD)
        await user.press("enter")
        await editor.save("certificte in [G, PG]")
        assert not editor.is_asked
        drawn = user.drawn()
        assert "✗ mine.yaml:3:14" in drawn  # not the whole path
        assert "certificate" in drawn
        assert "last good rules" in drawn
        assert user.listed == MILD_ONES
        await editor.save("certificate in [G]")
        assert "mine.yaml:3:14" not in user.drawn()
        await user.press("enter")
        assert user.listed == ["Babe (1995)"]


async def test_a_file_that_breaks_while_the_window_is_open_says_so_there(editing: Editing):
    async with editing() as editor:
        user = editor.user
        await editor.save(MILD)
        await editor.save("certificte in [G, PG]")
        assert editor.is_asked
        drawn = user.drawn()
        assert "Below: as it was saved before." in drawn
        assert "'certificate'" in drawn
        assert "4 films leave your list" in drawn
        await editor.save("genre has Horror")
        assert "Below:" not in user.drawn()
        await user.press("enter")
        assert user.listed == ["Scream (1996)", "Alien (1979)"]


async def test_a_dead_end_and_broken_expectations_are_told_first(editing: Editing):
    async with editing((80, 24)) as editor:
        user = editor.user
        await user.write("horror")
        await editor.save(MILD, "genre has Horror", more="expect:\n  - some: genre has Crime\n")
        drawn = user.drawn()
        assert "Your list would be empty: no film satisfies" in drawn
        assert "Not as it should be" in drawn
        assert "mine.yaml:7: expected some: genre has Crime" in " ".join(drawn.split())
        assert "enter applies · a applies from now on · esc keeps the old rules" in drawn
        await user.press("enter")
        assert user.listed == []
        assert "No film satisfies" in user.prompt


async def test_a_rule_that_breaks_many_expectations_does_not_bury_what_else_it_does(editing: Editing):
    async with editing() as editor:
        expect = "".join(f"  - some: genre has Crime and year > {1900 + n}\n" for n in range(12))
        await editor.save(MILD, "genre has Horror", more=f"expect:\n{expect}")
        drawn = editor.user.drawn()
        assert drawn.count("expected some") == 5
        assert "and 7 more" in drawn


async def test_the_choices_work_by_mouse(editing: Editing):
    async with editing() as editor:
        user = editor.user
        await editor.save(MILD)
        await click_on(user, "esc keeps the old rules")
        assert not editor.is_asked
        assert user.listed == EVERYTHING
        await editor.save(MILD, "year > 1900")
        await click_on(user, "enter applies")
        assert user.listed == MILD_ONES


async def test_a_file_saved_while_a_window_is_open_waits_on_top(editing: Editing):
    async with editing() as editor:
        user = editor.user
        await user.press("f1")
        await editor.save(MILD)
        assert editor.is_asked
        await user.press("enter", "escape")
        assert user.listed == MILD_ONES


async def click_on(user: User, words: str) -> None:
    """Click on the first character of some words on the screen."""
    for row, line in enumerate(user.drawn().splitlines()):
        if words in line:
            await user.pilot.click(offset=(line.index(words), row))
            await user.settle()
            return
    raise AssertionError(f"{words!r} is not on the screen:\n{user.drawn()}")


async def test_the_users_own_broken_file_is_told_of_and_taken_in_once_mended(
    tiny_world: KnowledgeGraph, using: Using, tmp_path: Path
):
    own = tmp_path / "ana.yaml"
    own.write_text("rules: [{name: mild, require: certificat == G}]\n", encoding="utf-8")
    heard: asyncio.Queue[Message] = asyncio.Queue()

    def opened(progress: Progress) -> Session:
        progress("opening", 0, 0)
        book = RuleBook.load_leniently((), tiny_world, own)
        return Session.start(Recommender(texts=False).fit(tiny_world), book, user="ana")

    def hear(message: Message) -> None:
        if isinstance(message, RulesChanged):
            heard.put_nowait(message)

    async with using(opened, hear=hear) as user:
        drawn = " ".join(user.drawn().split())
        assert "ana.yaml:1:31: unknown field 'certificat'" in drawn
        assert "your own rules are left out until this is mended" in drawn
        assert set(user.listed) == set(EVERYTHING)
        write_atomic(own, "rules: [{name: mild, require: certificate == G}]\n")
        await asyncio.wait_for(heard.get(), 60)
        await user.settle()
        await user.press("enter")
        assert user.listed == ["Babe (1995)"]
        assert "left out until this is mended" not in user.drawn()


async def test_what_the_users_own_file_switches_off_in_vain_is_told(
    tiny_world: KnowledgeGraph, using: Using, tmp_path: Path
):
    own = tmp_path / "ana.yaml"
    own.write_text("rules: [{name: gone, off: true}]\n", encoding="utf-8")

    def opened(progress: Progress) -> Session:
        progress("opening", 0, 0)
        book = RuleBook.load_leniently((), tiny_world, own)
        return Session.start(Recommender(texts=False).fit(tiny_world), book, user="ana")

    async with using(opened) as user:
        assert any("no earlier file has a rule 'gone'" in toast for toast in user.toasts)
