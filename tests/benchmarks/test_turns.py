"""A turn of a long conversation over a large catalogue of made-up films: thirty answers, twenty facets."""

from collections.abc import Callable

import pytest
from catalogues import made_up
from pytest_benchmark.fixture import BenchmarkFixture
from talkers import Talker, turn

from kgrec.dialogue import Session
from kgrec.recommender import Recommender

ANSWERS = 30
TALKS = 4


@pytest.mark.benchmark(group="a turn")
@pytest.mark.parametrize("n_items", [10_000, 100_000])
def test_turn_over_many_items(benchmark: BenchmarkFixture, tell_percentiles: Callable[[], None], n_items: int):
    recommender = Recommender(texts=False).fit(made_up(n_items))
    talker = Talker(lambda _: Session.start(recommender), ANSWERS)
    benchmark.pedantic(turn, setup=talker.next_question, rounds=TALKS * ANSWERS, warmup_rounds=5)
    tell_percentiles()
