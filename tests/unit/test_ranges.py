"""Ranges: round ends, equal parts, and what an answer would rule out."""

import numpy as np
import pytest

from kgrec.domain import Facet, FacetKind
from kgrec.reasoning.ranges import ranges, worth

YEAR = Facet("year", "urn:year", FacetKind.NUMBER, "year", "years")
LENGTH = Facet("runtime", "urn:runtime", FacetKind.NUMBER, "running time", "times", unit="min", is_ceiling=True)


def even(n: int) -> np.ndarray:
    return np.full(n, 1.0 / n)


def test_stretches_have_round_ends_and_cover_everything_once() -> None:
    years = np.arange(1940.0, 2020.0)
    offered = ranges(YEAR, years, even(80))
    assert [one.label for one in offered] == ["up to 1960", "1961 to 1980", "1981 to 2000", "2001 or more"]
    assert offered[1].expression == "year > 1960 and year <= 1980"
    covered = sum(one.holds(years).astype(int) for one in offered)
    assert (covered == 1).all()
    assert sum(one.share for one in offered) == pytest.approx(1.0)


def test_a_ceiling_is_asked_for_as_at_most() -> None:
    offered = ranges(LENGTH, np.arange(80.0, 180.0), even(100))
    assert [one.expression for one in offered] == ["runtime <= 105", "runtime <= 130", "runtime <= 155"]
    assert offered[0].label == "up to 105 min"
    assert [one.share for one in offered] == sorted(one.share for one in offered)


def test_fractions_are_not_counted_in_whole_steps() -> None:
    offered = ranges(YEAR, np.linspace(0, 1, 50), even(50))
    assert offered[-1].label.startswith("over ")


@pytest.mark.parametrize("numbers", [[], [np.nan, np.nan], [90.0, 90.0, 90.0]])
def test_what_splits_nothing_offers_nothing(numbers: list[float]) -> None:
    assert len(ranges(YEAR, np.array(numbers), even(max(len(numbers), 1))[: len(numbers)])) < 2


def test_only_candidates_count() -> None:
    weights = np.array([0.5, 0.5, 0.0, 0.0])
    assert not any(one.holds(np.array([200.0]))[0] for one in ranges(LENGTH, np.array([90, 120, 200, 300.0]), weights))


def test_the_worth_is_the_share_that_an_answer_rules_out() -> None:
    halves = ranges(YEAR, np.array([1950.0, 1950, 2000, 2000]), even(4))
    assert worth(halves, is_ceiling=False) == pytest.approx(0.5)
