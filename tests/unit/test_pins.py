"""Pins: what they would do is seen before anything is written, and what is written is what was seen."""

from pathlib import Path

import pytest

from kgrec.errors import DataError, RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.pins import pins_of, with_pins, write_pins
from kgrec.rulebook import RuleBook


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "ana.yaml"


@pytest.fixture
def book(tiny_world: KnowledgeGraph, own: Path) -> RuleBook:
    return RuleBook.load((), tiny_world, own=own)


def test_pins_that_are_tried_write_nothing_and_mean_what_they_will_mean(book, tiny_world, own):
    tried, text = with_pins(book, tiny_world, {"walk": 0.3})
    assert pins_of(tried) == {"walk": 0.3}
    assert not own.exists()
    kept = write_pins(book, tiny_world, {"walk": 0.3})
    assert kept.fingerprint == tried.fingerprint == RuleBook.load((), tiny_world, own=own).fingerprint
    assert own.read_text(encoding="utf-8") == text


def test_a_pin_is_replaced_and_removed(book, tiny_world, own):
    first = write_pins(book, tiny_world, {"walk": 0.3, "text": 0.0})
    second = write_pins(first, tiny_world, {"walk": 0.5}, ["text"])
    assert pins_of(second) == {"walk": 0.5}


@pytest.mark.parametrize(("wanted", "removed"), [({"wlak": 1.0}, []), ({}, ["walk"]), ({}, ["wlak"])])
def test_a_pin_that_makes_no_sense_is_refused(book, tiny_world, own, wanted, removed):
    with pytest.raises(DataError):
        write_pins(book, tiny_world, wanted, removed)
    assert not own.exists()


def test_a_file_with_mistakes_is_not_touched(book, tiny_world, own):
    own.write_text("rules: [{name: wrong, forbid: gnere has x}]\n", encoding="utf-8")
    with pytest.raises(RuleErrors):
        write_pins(book, tiny_world, {"walk": 1.0})
    assert own.read_text(encoding="utf-8") == "rules: [{name: wrong, forbid: gnere has x}]\n"


def test_without_a_file_of_the_user_there_are_no_pins(tiny_world):
    with pytest.raises(DataError, match="no place"):
        write_pins(RuleBook.empty(tiny_world), tiny_world, {"walk": 1.0})
