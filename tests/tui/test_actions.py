"""Every action is everywhere it should be."""

from collections.abc import Callable

from kgrec.tui import KgrecApp, OpenSession
from kgrec.tui.actions import ACTIONS, APP_ACTIONS
from kgrec.tui.places import PLACES
from kgrec.tui.screens import MainScreen

from .conftest import Using


def test_every_action_has_a_method():
    for action in (*ACTIONS, *APP_ACTIONS):
        name = action.name.split("(")[0]
        owner = KgrecApp if name.startswith("app.") else MainScreen
        assert callable(getattr(owner, f"action_{name.removeprefix('app.')}")), action.name


def test_no_key_is_bound_twice():
    keys = [
        key
        for action in (*ACTIONS, *APP_ACTIONS, *(place.action() for place in PLACES))
        for key in action.keys.split(",")
    ]
    assert len(keys) == len(set(keys))


async def test_every_action_is_in_the_palette(open_with: Callable[..., OpenSession], using: Using):
    async with using(open_with()) as user:
        titles = {command.title for command in user.app.get_system_commands(user.app.screen)}
        for action in user.app.actions:
            if action.name != "app.command_palette":
                assert action.title in titles


async def test_the_palette_runs_an_action(open_with: Callable[..., OpenSession], using: Using):
    async with using(open_with()) as user:
        await user.press("ctrl+p", *"just show", "enter")
        await user.press("enter")
        await user.settle()
        assert user.prompt == "6 films for you now, on the list"


def test_the_palette_finds_an_action_by_the_word_of_the_footer():
    assert all(action.word in action.title.casefold() for action in ACTIONS)
