"""The app as a process of its own: how soon it asks, how soon it answers, and what it occupies."""

import subprocess
from collections.abc import Callable
from itertools import count, cycle
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from terminals import KGREC, Terminal, questions

FIRST_QUESTION = "Who is watching?"
ANSWERS = 10

_users = count()


def app(data: str, *more: str | Path) -> list[str | Path]:
    """Return the command that opens the app for somebody new."""
    return [*KGREC, "--data", data, "--user", f"user {next(_users)}", *more]


@pytest.mark.benchmark(group="start to the first frame")
def test_first_frame(benchmark: BenchmarkFixture, data: str):
    started(benchmark, data, "kgrec")


@pytest.mark.benchmark(group="start to the first question")
def test_app_starts(benchmark: BenchmarkFixture, data: str):
    started(benchmark, data, FIRST_QUESTION)


def started(benchmark: BenchmarkFixture, data: str, shown: str) -> None:
    """Measure how long it takes from the start of the app to a text on the screen."""
    opened: list[Terminal] = []

    def start() -> None:
        terminal = Terminal(app(data))
        opened.append(terminal)
        terminal.wait_for(shown)

    def close() -> None:
        with opened.pop():
            pass

    benchmark.pedantic(start, teardown=close, rounds=7, warmup_rounds=1)


@pytest.mark.benchmark(group="start to the first question")
def test_plain_chat_starts(benchmark: BenchmarkFixture, data: str):
    started: list[subprocess.Popen[str]] = []

    def start() -> None:
        chat = subprocess.Popen(app(data), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(chat)
        assert chat.stdout is not None
        while FIRST_QUESTION not in chat.stdout.readline():
            pass

    def close() -> None:
        started.pop().communicate("quit\n")

    benchmark.pedantic(start, teardown=close, rounds=7, warmup_rounds=1)


@pytest.mark.benchmark(group="the app at work")
def test_ten_answers_in_the_app_and_its_memory(benchmark: BenchmarkFixture, data: str, tell: Callable[..., None]):
    with Terminal(app(data)) as terminal:
        terminal.wait_for(FIRST_QUESTION)
        at_first = terminal.resident_mb()
        asked = count(2)

        def answer() -> None:
            terminal.press("/1\r")  # in words: where several can be loved at once, the key only marks one
            number = next(asked)
            terminal.wait_for(lambda screen: len(questions(screen)) == number)

        benchmark.pedantic(answer, rounds=ANSWERS)
        tell(mb_at_first_question=round(at_first), mb_after_10_answers=round(terminal.resident_mb()))


@pytest.mark.benchmark(group="the app at work")
def test_key_to_repaint(benchmark: BenchmarkFixture, data: str, tell_percentiles: Callable[[], None]):
    with Terminal(app(data)) as terminal:
        terminal.wait_for("%  ")
        places = cycle((2, 3, 2, 1))
        keys = cycle("jjkk")

        def move() -> None:
            place = next(places)
            terminal.press(next(keys))
            terminal.wait_for(f"▌ {place} ")

        terminal.press("\x1b")  # the tour
        terminal.wait_for("1-9")
        benchmark.pedantic(move, rounds=400, warmup_rounds=20)
        tell_percentiles()


@pytest.mark.benchmark(group="the app at work")
def test_rules_saved_to_their_changes_on_the_screen(benchmark: BenchmarkFixture, data: str, tmp_path: Path):
    rules = tmp_path / "mine.yaml"
    rules.write_text("rules: []\n", encoding="utf-8")
    some_years = count(1980)

    def save() -> None:
        year = next(some_years)
        rules.write_text(one_year(year), encoding="utf-8")
        terminal.wait_for(lambda screen: "The rules changed" in screen and f"year {year}" in screen)

    with Terminal(app(data, "--rules", rules)) as terminal:
        terminal.wait_for("%  ")
        benchmark.pedantic(save, rounds=10, warmup_rounds=1)


@pytest.mark.benchmark(group="the app at work")
def test_rules_saved_to_list_on_the_screen(benchmark: BenchmarkFixture, data: str, tmp_path: Path):
    rules = tmp_path / "mine.yaml"
    rules.write_text("rules: []\n", encoding="utf-8")
    some_years = count(1980)

    def first_year(screen: str) -> str:  # the first alone: notes may cover the lower end of the list
        return next((line.rpartition("(")[2][:4] for line in screen.splitlines() if "%  " in line), "")

    def save() -> None:
        year = next(some_years)
        rules.write_text(one_year(year), encoding="utf-8")
        terminal.wait_for(lambda screen: first_year(screen) == str(year))

    with Terminal(app(data, "--rules", rules)) as terminal:
        terminal.wait_for("%  ")
        rules.write_text(one_year(1979), encoding="utf-8")
        terminal.wait_for("The rules changed")
        terminal.press("a")  # this time and from now on
        terminal.wait_for(lambda screen: first_year(screen) == "1979")
        benchmark.pedantic(save, rounds=10)


def one_year(year: int) -> str:
    """Return rules that leave the items of one year."""
    return f"rules: [{{name: year {year}, require: year == {year}}}]\n"
