"""What an utterance observes, and how much noise it carries."""

import pytest

from kgrec.domain import Comparison, Opinion, OpinionKind
from kgrec.reasoning.observation import (
    COMPARED,
    HALF_LIFE_DAYS,
    MARGIN,
    NOISE,
    faded,
    observe_comparison,
    observe_opinion,
    observed,
)


def test_every_kind_of_opinion_has_its_noise_and_a_mood_more_than_a_rating() -> None:
    assert set(NOISE) == set(OpinionKind)
    assert NOISE[OpinionKind.RATED] < NOISE[OpinionKind.CHOSEN] < NOISE[OpinionKind.AVOIDED]


def test_an_opinion_observes_one_entity() -> None:
    said = observe_opinion(Opinion("heat", -1.0, OpinionKind.RATED), 3)
    assert said.terms == ((3, 1.0),)
    assert said.value == observed(-1.0) == -0.5
    assert said.noise == NOISE[OpinionKind.RATED]


def test_a_comparison_observes_a_difference() -> None:
    said = observe_comparison(Comparison("heat", "alien"), 0, 4)
    assert said.terms == ((0, 1.0), (4, -1.0))
    assert (said.value, said.noise) == (MARGIN, COMPARED)
    assert observe_comparison(Comparison("heat", "alien", 0.0), 0, 4).value == 0.0


def test_what_was_said_a_year_ago_counts_half() -> None:
    old = Opinion("heat", 1.0, OpinionKind.LIKED, age_days=HALF_LIFE_DAYS)
    assert observe_opinion(old, 0).noise == pytest.approx(2 * NOISE[OpinionKind.LIKED])
    assert observe_comparison(Comparison("a", "b", age_days=HALF_LIFE_DAYS), 0, 1).noise == pytest.approx(2 * COMPARED)


def test_a_clock_that_went_back_makes_nothing_surer() -> None:
    assert faded(0.1, -500) == 0.1
