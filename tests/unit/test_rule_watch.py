"""A saved rule file takes effect by itself; a broken one is reported and changes nothing."""

import os
import queue
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kgrec.errors import RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import RuleBook, RuleWatcher

Outcomes = "queue.Queue[RuleBook | RuleErrors]"

GOOD = "rules:\n  - {name: new, require: year > 1990}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text("rules:\n  - {name: old, require: year > 1980}\n", encoding="utf-8")
    return path


@pytest.fixture
def outcomes() -> Outcomes:
    return queue.Queue()


@pytest.fixture
def watcher(path: Path, tiny_world: KnowledgeGraph, outcomes: Outcomes) -> Iterator[RuleWatcher]:
    book = RuleBook.load(path, tiny_world)
    with RuleWatcher((path,), tiny_world, outcomes.put, book=book, interval_s=0.01) as running:
        yield running


def names(outcome: RuleBook | RuleErrors) -> list[str]:
    assert isinstance(outcome, RuleBook), outcome
    return [rule.name for rule in outcome.rules]


def heard(outcomes: Outcomes) -> RuleBook | RuleErrors:
    return outcomes.get(timeout=60)


def in_place(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def by_renaming(path: Path, text: str) -> None:
    other = path.with_suffix(".tmp")
    other.write_text(text, encoding="utf-8")
    other.replace(path)


def by_deleting_first(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text, encoding="utf-8")


def until_all_is_saved(outcomes: Outcomes, rules: list[str]) -> None:
    """Wait until those rules are reported; on a busy machine a look may fall between the steps of a save."""
    outcome = heard(outcomes)
    while not isinstance(outcome, RuleBook) or names(outcome) != rules:
        outcome = heard(outcomes)


@pytest.mark.parametrize("save", [in_place, by_renaming, by_deleting_first])
def test_a_saved_file_is_reported(
    watcher: RuleWatcher, outcomes: Outcomes, path: Path, save: Callable[[Path, str], None]
) -> None:
    save(path, GOOD)
    until_all_is_saved(outcomes, ["new"])
    assert watcher.book is not None
    assert names(watcher.book) == ["new"]


def test_a_broken_file_leaves_the_last_good_one_in_force(watcher: RuleWatcher, outcomes: Outcomes, path: Path) -> None:
    by_renaming(path, GOOD.replace("year", "yeer"))
    broken = heard(outcomes)
    assert isinstance(broken, RuleErrors)
    assert "did you mean 'year'?" in str(broken)
    assert watcher.book is not None
    assert names(watcher.book) == ["old"]
    by_renaming(path, GOOD)
    assert names(heard(outcomes)) == ["new"]


@pytest.mark.usefixtures("watcher")
def test_mending_a_file_to_what_is_in_force_is_reported_too(outcomes: Outcomes, path: Path) -> None:
    before = path.read_text(encoding="utf-8")
    by_renaming(path, GOOD.replace("year", "yeer"))
    assert isinstance(heard(outcomes), RuleErrors)
    by_renaming(path, before)
    assert names(heard(outcomes)) == ["old"]


def test_a_deleted_file_is_a_broken_one(watcher: RuleWatcher, outcomes: Outcomes, path: Path) -> None:
    path.unlink()
    assert "cannot be read" in str(heard(outcomes))
    assert watcher.book is not None


def test_touching_a_file_changes_nothing(watcher: RuleWatcher, outcomes: Outcomes, path: Path) -> None:
    os.utime(path, ns=(1, 1))
    by_renaming(path, GOOD)  # the first report is of this, not of the touch
    assert names(heard(outcomes)) == ["new"]
    assert outcomes.empty()
    assert watcher.book is not None


def test_without_a_book_the_first_look_is_reported(path: Path, tiny_world: KnowledgeGraph, outcomes: Outcomes) -> None:
    with RuleWatcher((path,), tiny_world, outcomes.put, interval_s=0.01):
        assert names(heard(outcomes)) == ["old"]


def test_a_listener_that_fails_is_asked_again(
    path: Path, tiny_world: KnowledgeGraph, outcomes: Outcomes, caplog: pytest.LogCaptureFixture
) -> None:
    calls = 0

    def fail_once(outcome: RuleBook | RuleErrors) -> None:
        nonlocal calls
        calls += 1
        outcomes.put(outcome)
        if calls == 1:
            raise RuntimeError("the app is closing")

    with RuleWatcher((path,), tiny_world, fail_once, interval_s=0.01):
        assert names(heard(outcomes)) == ["old"]
        by_renaming(path, GOOD)
        assert names(heard(outcomes)) == ["new"]
    assert "nobody could be told" in caplog.text


def test_what_was_read_while_somebody_wrote_is_not_taken_in(
    path: Path, tiny_world: KnowledgeGraph, outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, load = path.read_text(encoding="utf-8"), RuleBook.load
    book = load(path, tiny_world)
    half_written = iter([True])

    def read(*arguments: object, **options: object) -> RuleBook:
        if not next(half_written, False):
            return load(*arguments, **options)
        in_place(path, "rules: []\n")
        found = load(*arguments, **options)
        in_place(path, whole.replace("old", "new"))
        return found

    monkeypatch.setattr(RuleBook, "load", read)
    with RuleWatcher((path,), tiny_world, outcomes.put, book=book, interval_s=0.01):
        assert names(heard(outcomes)) == ["new"]


def test_stopping_twice_is_harmless(watcher: RuleWatcher) -> None:
    watcher.stop()
    watcher.stop()


@pytest.fixture
def included(path: Path) -> Path:
    """Return a file that the rules include."""
    included = path.with_name("house.yaml")
    included.write_text("rules:\n  - {name: house, prefer: year > 1980}\n", encoding="utf-8")
    path.write_text("include: house.yaml\nrules:\n  - {name: old, require: year > 1980}\n", encoding="utf-8")
    return included


@pytest.mark.parametrize("save", [in_place, by_renaming, by_deleting_first])
def test_an_included_file_is_watched_too(
    included: Path, watcher: RuleWatcher, outcomes: Outcomes, save: Callable[[Path, str], None]
) -> None:
    save(included, GOOD)
    until_all_is_saved(outcomes, ["new", "old"])
    assert watcher.book is not None


@pytest.mark.usefixtures("watcher")
def test_a_file_that_is_included_later_is_watched_from_then_on(path: Path, outcomes: Outcomes) -> None:
    by_renaming(path, f"include: later.yaml\n{GOOD}")
    assert "later.yaml: cannot be read" in str(heard(outcomes))
    later = path.with_name("later.yaml")
    by_renaming(later, "rules:\n  - {name: later, prefer: yeer > 1980}\n")
    assert "later.yaml:2:27: unknown field" in str(heard(outcomes))
    by_renaming(later, "rules:\n  - {name: later, prefer: year > 1980}\n")
    assert names(heard(outcomes)) == ["later", "new"]
    by_renaming(later, "rules: []\n")
    assert names(heard(outcomes)) == ["new"]


def test_the_users_own_file_may_come_and_go(path: Path, tiny_world: KnowledgeGraph, outcomes: Outcomes) -> None:
    own = path.with_name("ana.yaml")
    book = RuleBook.load(path, tiny_world, own=own)
    with RuleWatcher((path,), tiny_world, outcomes.put, book=book, interval_s=0.01):
        by_renaming(own, GOOD)
        assert names(heard(outcomes)) == ["old", "new"]
        own.unlink()
        assert names(heard(outcomes)) == ["old"]


def test_a_file_of_the_user_that_was_broken_from_the_start_is_told_of_once_mended(
    path: Path, tiny_world: KnowledgeGraph, outcomes: Outcomes
) -> None:
    own = path.with_name("ana.yaml")
    by_renaming(own, GOOD.replace("year", "yeer"))
    book = RuleBook.load_leniently([path], tiny_world, own)
    with RuleWatcher((path,), tiny_world, outcomes.put, book=book, interval_s=0.01):
        by_renaming(own, GOOD)
        assert names(heard(outcomes)) == ["old", "new"]
        by_renaming(own, GOOD.replace("year", "yeer"))
        assert isinstance(heard(outcomes), RuleErrors)
