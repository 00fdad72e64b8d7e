"""Every action is everywhere it should be; a long random run breaks nothing."""

import random
from collections.abc import Callable

from kgrec.tui import KgrecApp, OpenSession
from kgrec.tui.actions import ACTIONS
from kgrec.tui.screens import MainScreen

from .conftest import Using


def test_every_action_has_a_method():
    for action in ACTIONS:
        name = action.name.split("(")[0]
        owner = KgrecApp if name.startswith("app.") else MainScreen
        assert callable(getattr(owner, f"action_{name.removeprefix('app.')}")), action.name


def test_no_key_is_bound_twice():
    keys = [key for action in ACTIONS for key in action.keys.split(",")]
    assert len(keys) == len(set(keys))


async def test_every_action_is_in_the_palette(open_with: Callable[..., OpenSession], using: Using):
    async with using(open_with()) as user:
        titles = {command.title for command in user.app.get_system_commands(user.app.screen)}
        for action in ACTIONS:
            if action.name != "app.command_palette":
                assert action.title in titles


async def test_the_palette_runs_an_action(open_with: Callable[..., OpenSession], using: Using):
    async with using(open_with()) as user:
        await user.press("ctrl+p", *"just show", "enter")
        await user.press("enter")
        await user.settle()
        assert user.prompt == "6 films for you now:"


async def test_random_keys_break_nothing(open_with: Callable[..., OpenSession], using: Using):
    rng = random.Random(7)
    keys = [
        "1",
        "2",
        "3",
        "9",
        "space",
        "l",
        "d",
        "v",
        "u",
        "g",
        "m",
        "w",
        "e",
        "x",
        "b",
        "n",
        "tab",
        "f2",
        "shift+tab",
    ]
    keys += ["up", "down", "enter", "escape", "slash", "a", "Z", "f1", "ctrl+t", "pageup", "pagedown", "home", "end"]
    async with using(open_with(), size=(80, 24)) as user:
        for _ in range(300):
            await user.pilot.press(rng.choice(keys))
        await user.settle()
        assert user.app.main.shown is not None
