"""What a page of shelves costs: ten rows of ten items from 9,742 films, after 232 ratings."""

from collections.abc import Callable
from time import perf_counter

from pytest_benchmark.fixture import BenchmarkFixture

from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

ALLOWED_MS = 100.0


def test_a_page_of_shelves(
    benchmark: BenchmarkFixture,
    movielens: tuple[Recommender, RuleBook],
    tell: Callable[..., None],
    tell_percentiles: Callable[[], None],
) -> None:
    recommender, rules = movielens
    ranking = recommender.rank(recommender.believe(user="1"), rules)
    page = benchmark(lambda: recommender.shelves(ranking, rules))
    assert sum(len(shelf.items) for shelf in page) == 100
    tell_percentiles()
    start = perf_counter()
    assert all(entry.reasons for shelf in page for entry in shelf.items)  # worded when they are read
    tell(wording_ms=round((perf_counter() - start) * 1e3, 1))
    if benchmark.stats is not None:  # None with --benchmark-disable
        assert benchmark.stats.stats.median * 1e3 < ALLOWED_MS
