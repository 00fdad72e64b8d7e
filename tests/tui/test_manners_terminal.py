"""Manners that only a real terminal shows: few colours or none, keys that arrive, and leaving in any way."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from terminals import KGREC, Terminal

from kgrec.tui.history import read_history

MANY_COLOURS = re.compile(rb"\x1b\[[0-9;]*[34]8;[25];")


@pytest.fixture
def opened(films_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Terminal]:
    """Return a function: opens the app of somebody new in a terminal, in a home made of the films alone."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "cache").symlink_to(films_home / "cache")
    monkeypatch.setenv("KGREC_HOME", str(home))

    def open_terminal(**environment: str) -> Terminal:
        terminal = Terminal(KGREC, size=(110, 30), **environment)
        terminal.wait_for("Who is watching?")
        return terminal

    return open_terminal


def test_sixteen_colours_are_enough(opened: Callable[..., Terminal]):
    with opened(TERM="xterm", COLORTERM="") as terminal:
        terminal.press("1")
        terminal.wait_for("just me ◂")
        terminal.wait_for("▌ 1 ")  # the highlighted row, in any colour
        assert not MANY_COLOURS.search(terminal.raw)
        assert terminal.leave("q") == 0
    with opened() as terminal:
        assert MANY_COLOURS.search(terminal.raw)  # what suits few colours was not somebody's choice


def test_no_colour_is_enough(opened: Callable[..., Terminal]):
    with opened(NO_COLOR="1") as terminal:
        terminal.wait_for("▌ 1 ")
        colours = {match.groups() for match in re.finditer(rb"[34]8;2;(\d+);(\d+);(\d+)", terminal.raw)}
        assert colours
        assert all(red == green == blue for red, green, blue in colours)


@pytest.mark.parametrize("key", ["\x0a", "\x1bOR"], ids=["ctrl+j", "f3"])
def test_the_keys_to_jump_arrive(opened: Callable[..., Terminal], key: str):
    with opened() as terminal:
        terminal.press("1")
        terminal.wait_for("just me ◂")
        terminal.press(key)
        terminal.wait_for(" a Talk")


HUNG_UP = 129


@pytest.mark.parametrize(
    ("leave", "code"), [(Terminal.hang_up, HUNG_UP), (Terminal.end, 0), (lambda terminal: terminal.leave("\x03"), 0)]
)
def test_nothing_is_lost_however_one_leaves(
    opened: Callable[..., Terminal], leave: Callable[[Terminal], int], code: int
):
    with opened() as terminal:
        terminal.press("1")
        terminal.wait_for("just me ◂")
        terminal.press("/")
        terminal.wait_for("a title, a question")  # the line has the keys now
        terminal.press("half a wish")
        terminal.wait_for("half a wish")
        assert leave(terminal) == code
        assert b"Traceback" not in terminal.raw
    assert read_history()[-1] == "half a wish"
    taste = subprocess.run([*KGREC, "taste"], capture_output=True, text=True, check=True, env=dict(os.environ))
    assert "just me" in taste.stdout
