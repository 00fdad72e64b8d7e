"""Progress: silent where nobody watches and for what is quick, a bar on stderr for the rest."""

import io
from types import SimpleNamespace

import pytest

from kgrec.cli import progress
from kgrec.cli.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time progress is measured by, as a list of one number that a test may change."""
    now = [0.0]
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    shown = Terminal()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=shown))
    monkeypatch.setenv("TERM", "xterm")
    return shown


def test_nothing_is_shown_where_nobody_watches(capsys: pytest.CaptureFixture[str], clock: list[float]):
    with progress_bar() as report:
        report("reading", 0, 10)
        clock[0] = 60.0
        report("reading", 5, 10)
    assert capsys.readouterr() == ("", "")


def test_what_is_quick_shows_nothing(terminal: Terminal, clock: list[float]):
    with progress_bar() as report:
        report("reading", 0, 10)
        clock[0] = 0.9
        report("reading", 10, 10)
    assert terminal.getvalue() == ""


def test_what_takes_longer_shows_what_is_being_done(terminal: Terminal, clock: list[float]):
    with progress_bar() as report:
        report("reading [bold]", 0, 10)
        clock[0] = 1.5
        report("reading [bold]", 5, 10)
        report("compiling", 1, 10)
    assert "reading [bold]" in terminal.getvalue()  # no markup
    assert "compiling" in terminal.getvalue()


def test_what_has_no_known_end_is_shown_at_once(terminal: Terminal, clock: list[float]):
    assert clock == [0.0]
    with progress_bar() as report:
        report("checking", 0, 0)
    assert "checking" in terminal.getvalue()


def test_what_is_done_again_is_shown_again(terminal: Terminal, clock: list[float]):
    with progress_bar() as report:
        clock[0] = 1.5
        for label in ("learning", "weighing", "learning"):
            report(label, 1, 10)
    assert terminal.getvalue().rindex("learning") > terminal.getvalue().rindex("weighing")
