"""What dials cost: a list of ten from 9,742 films, chosen with all of them, beside the same by score alone."""

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import numpy as np
from pytest_benchmark.fixture import BenchmarkFixture

from kgrec.domain import Dials
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

ALLOWED_MS = 5.0


def median_ms(call: Callable[[], object], rounds: int = 50) -> float:
    """Return the median time of a call that was made once before."""
    call()
    times = []
    for _ in range(rounds):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return float(np.median(times)) * 1e3


def test_dials_cost_little(
    benchmark: BenchmarkFixture, movielens: tuple[Recommender, RuleBook], tell: Callable[..., None]
) -> None:
    recommender, _ = movielens
    plain = recommender.rank(recommender.believe(user=recommender.graph_.interactions.user_ids[0]))
    turned = replace(plain, belief=replace(plain.belief, dials=Dials(0.5, 0.5, -0.5)))
    benchmark(lambda: recommender.best(turned, 10))
    more = median_ms(lambda: recommender.slate(turned, 10)) - median_ms(lambda: recommender.slate(plain, 10))
    tell(more_ms=round(more, 2))
    assert more < ALLOWED_MS
