"""Pictures of the screens at both sizes, dark and light; look at a picture before accepting a change of it.

The views are made by hand: that the engine's views reach the screen is told by the stories.
"""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import RuleBook
from kgrec.tui import KgrecApp, OpenSession
from kgrec.tui.rule_changes import RuleChangesDialog
from kgrec.tui.themes import DARK
from kgrec.tui.view import RuleChanges, View

from .conftest import SIZES, THEMES
from .views import ABSENT, DEAD_END, LIST, QUESTION, RULE_CHANGES, RULES_DEAD_END

Opening = Callable[..., OpenSession]
Snap = Callable[..., bool]


@pytest.fixture
def draws(snap_compare: Any, open_with: Opening, tiny_world: KnowledgeGraph) -> Snap:
    """Return a function: whether a view, in a window of some size after some keys, looks as it did."""

    def compare(
        view: View, size: tuple[int, int], *keys: str, theme: str = DARK.name, changes: RuleChanges | None = None
    ) -> bool:
        app = KgrecApp(open_with())

        async def do(pilot: Pilot[None]) -> None:
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.pause()
            app.theme = theme
            await app.main.show(view)
            await pilot.pause()
            if changes is not None:
                await app.push_screen(RuleChangesDialog(changes, RuleBook.empty(tiny_world)))
            await pilot.pause()
            for key in keys:
                await pilot.press(key)
                await pilot.pause()

        return bool(snap_compare(app, terminal_size=size, run_before=do))

    return compare


@SIZES
@THEMES
def test_question(draws: Snap, size: tuple[int, int], theme: str):
    assert draws(QUESTION, size, theme=theme)


@SIZES
@THEMES
def test_dead_end(draws: Snap, size: tuple[int, int], theme: str):
    assert draws(DEAD_END, size, theme=theme)


@SIZES
def test_list(draws: Snap, size: tuple[int, int]):
    assert draws(LIST, size, "down", "down")


@SIZES
@THEMES
def test_why_not(draws: Snap, size: tuple[int, int], theme: str):
    assert draws(ABSENT, size, theme=theme)


@SIZES
def test_the_window_that_asks_which_one_is_missed(draws: Snap, size: tuple[int, int]):
    assert draws(QUESTION, size, "x", "h", "e", "a")


@SIZES
@THEMES
def test_help(draws: Snap, size: tuple[int, int], theme: str):
    assert draws(QUESTION, size, "f1", theme=theme)


@SIZES
@THEMES
def test_rule_changes(draws: Snap, size: tuple[int, int], theme: str):
    assert draws(QUESTION, size, theme=theme, changes=RULE_CHANGES)


@THEMES
def test_rules_that_lead_to_a_dead_end(draws: Snap, theme: str):
    assert draws(QUESTION, (80, 24), theme=theme, changes=RULES_DEAD_END)


@THEMES
def test_the_list_in_a_small_window(draws: Snap, theme: str):
    assert draws(QUESTION, (80, 24), "tab", "down", theme=theme)


@THEMES
def test_the_reasons_in_a_small_window(draws: Snap, theme: str):
    assert draws(QUESTION, (80, 24), "e", theme=theme)


@SIZES
def test_why_this_question(draws: Snap, size: tuple[int, int]):
    assert draws(QUESTION, size, "w")


def test_writing(draws: Snap):
    assert draws(QUESTION, (80, 24), "slash", *"no horror".replace(" ", "_"))


def test_taking_back(draws: Snap):
    assert draws(QUESTION, (80, 24), "b", "down")


def test_without_colour(draws: Snap, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert draws(QUESTION, (120, 40))
