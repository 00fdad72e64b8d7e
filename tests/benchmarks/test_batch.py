"""Ten films for each user of ml-latest-small at once, beside what implicit's ALS takes for the same, in the same run.

implicit is timed twice: as it recommends to those it was fitted on, whose vectors it keeps, and with the vectors made
of the histories it is given, as ``recommend_batch`` makes everything of them. ALS is one scorer, the blend is as many
as have a weight; so the ratio is told for each of them, too.
"""

from collections.abc import Callable
from time import perf_counter

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from kgrec.blend import history_weights
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.scorers.base import choices

ROUNDS = 7
N = 10


def best_s(call: Callable[[], object]) -> float:
    """Return the least time of a few calls, after one that is not counted; of all figures the least disturbed one."""
    call()
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return min(times)


@pytest.mark.benchmark(group="a batch")
@pytest.mark.filterwarnings("ignore:OpenBLAS is configured:RuntimeWarning")
def test_ten_films_for_everybody(
    benchmark: BenchmarkFixture, movielens: tuple[Recommender, RuleBook], tell: Callable[..., None]
):
    from implicit.cpu.als import AlternatingLeastSquares

    recommender, _ = movielens
    graph, table = recommender.graph_, recommender.learned_.table
    histories = graph.interactions.user_items
    chosen, everybody = choices(histories), np.arange(histories.shape[0])
    als = AlternatingLeastSquares(128, 30.0, 4.0, random_state=0)
    als.fit(chosen, show_progress=False)
    ids, _ = benchmark.pedantic(recommender.recommend_batch, args=(histories, N), rounds=ROUNDS, warmup_rounds=1)
    assert ids.shape == (len(everybody), N)
    own = best_s(lambda: recommender.recommend_batch(histories, N))
    kept = best_s(lambda: als.recommend(everybody, chosen, N=N, filter_already_liked_items=True))
    made = best_s(lambda: als.recommend(everybody, chosen, N=N, filter_already_liked_items=True, recalculate_user=True))
    weights = history_weights(int(np.median(np.diff(histories.indptr))), graph, table)
    scorers = sum(bool(np.any(weight)) for name, weight in weights.items() if name != "taste")
    tell(
        implicit_ms=round(kept * 1e3),
        implicit_from_histories_ms=round(made * 1e3),
        ratio=round(own / kept, 2),
        ratio_from_histories=round(own / made, 2),
        ratio_a_scorer=round(own / made / scorers, 2),
        scorers=scorers,
    )
