"""Rows of many users' scores: compiled or not, products, spreads and best items are what numpy says they are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from kgrec.scorers.rows import _FLAT, best_of_rows, dense_product, is_compiled, standardised
from kgrec.scorers.rows_kernel import add_rows, best_rows

scores = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=7),
    elements=st.sampled_from([np.nan, 0.0, 1.0, -2.5, 3.0, 1e6]),
)


@pytest.fixture(params=[True, False], ids=["compiled", "by numpy"])
def compiled(request, monkeypatch) -> bool:
    if request.param:
        pytest.importorskip("numba")
    monkeypatch.setattr("kgrec.scorers.rows.is_compiled", lambda steps: request.param)
    return request.param


def test_a_product_is_dense_and_the_same_either_way(compiled) -> None:
    rng = np.random.default_rng(0)
    left, right = (sparse.random(*shape, 0.2, "csr", np.float32, rng) for shape in ((70, 40), (40, 90)))
    found = dense_product(left, right)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, left.toarray() @ right.toarray(), rtol=1e-5, atol=1e-6)
    assert dense_product(left[:0], right).shape == (0, 90)


@settings(deadline=None)
@given(raw=scores, seed=st.integers(0, 99))
def test_the_compiled_loop_adds_what_numpy_adds(raw, seed) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.random(raw.shape[1]).astype(np.float32)
    total = rng.random(raw.shape).astype(np.float32)
    expected = total + standardised(raw) * weights
    add_rows((0, len(raw)), raw, weights, _FLAT, total)
    np.testing.assert_allclose(total, expected, rtol=1e-5, atol=1e-6)


@settings(deadline=None)
@given(raw=scores, n=st.integers(1, 8))
def test_the_best_come_first_and_of_equals_the_lower_number(raw, n) -> None:
    own = np.where(np.isnan(raw), np.float32(-np.inf), raw)
    looped = np.full((len(own), n), -1, dtype=np.intp), np.full((len(own), n), -np.inf, dtype=np.float32)
    best_rows((0, len(own)), own, *looped)
    for ids, values in (looped, best_of_rows(own, n)):
        for row in range(len(own)):
            open_items = [item for item in range(own.shape[1]) if own[row, item] > -np.inf]
            expected = sorted(open_items, key=lambda item: (-own[row, item], item))[:n]
            assert ids[row].tolist() == expected + [-1] * (n - len(expected))
            assert values[row].tolist() == [own[row, item] for item in expected] + [-np.inf] * (n - len(expected))


def test_little_work_is_not_worth_importing_numba(monkeypatch) -> None:
    monkeypatch.delitem(__import__("sys").modules, "numba", raising=False)
    assert not is_compiled(1000)
    monkeypatch.setattr("kgrec.scorers.rows.find_spec", lambda name: None)
    assert not is_compiled(1e12)
