"""Algebra on small matrices keeps to one thread, also for those who import kgrec, and gives what it gave."""

import numpy as np
import pytest
from scipy.linalg import lapack
from threadpoolctl import threadpool_info, threadpool_limits

from kgrec.graph import KnowledgeGraph
from kgrec.scorers import Factors
from kgrec.scorers.base import Evidence, product
from kgrec.scorers.threads import one_thread


def threads() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_algebra_keeps_to_one_thread_inside_and_to_as_many_as_before_after():
    with threadpool_limits(2, "blas"):
        with one_thread():
            assert threads() == {1}
        assert threads() == {2}


def test_a_users_vector_is_solved_for_on_one_thread(tiny_world: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch):
    seen, solve = [], lapack.dposv
    monkeypatch.setattr(lapack, "dposv", lambda *given, **also: (seen.append(threads()), solve(*given, **also))[1])
    scorer = Factors(rank=2).fit(tiny_world)
    everything = np.arange(tiny_world.n_items)
    with threadpool_limits(2, "blas"):
        alone = scorer.score(Evidence.from_history({0: 1.0}, tiny_world.n_items), everything)
    assert seen == [{1}]
    assert alone.shape == everything.shape


@pytest.mark.parametrize("n_columns", [1, 128, 70_000])
def test_a_product_in_parts_is_the_product(n_columns: int):
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((1_500 if n_columns < 1_000 else 3, n_columns), dtype=np.float32)
    vector, rows = rng.standard_normal(n_columns, dtype=np.float32), np.arange(len(matrix))[::-1]
    assert product(matrix, vector, rows) == pytest.approx(
        (matrix.astype(np.float64) @ vector)[rows], abs=1e-2, rel=1e-4
    )
