"""The greatest entries of a product are those of the whole product, whoever multiplies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from kgrec.scorers.topk import by_blocks, by_rows, packed, top_products, unpacked
from kgrec.scorers.topk_kernel import keep_greatest


@st.composite
def products(draw):
    """Two sparse matrices of small whole numbers, full of ties, with a scale, a k, and whether the diagonal counts."""
    n, m = draw(st.integers(0, 9)), draw(st.integers(1, 9))
    p = draw(st.integers(1, 90))
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    left = rng.integers(0, 3, (n, m)) * (rng.random((n, m)) < draw(st.sampled_from([0.1, 0.5, 1.0])))
    right = (rng.random((m, p)) < draw(st.sampled_from([0.05, 0.5, 1.0]))) * rng.integers(1, draw(st.integers(2, 4)))
    scale = rng.integers(0, 4, p).astype(np.float32)
    k = draw(st.integers(1, p))
    return sparse.csr_matrix(left, dtype=np.float32), sparse.csr_matrix(right, dtype=np.float32), k, scale


def expected(left, right, k, scale, *, diagonal: bool) -> np.ndarray:
    """Return the same from the whole product, sorted row by row; of equal entries the lowest column stays."""
    product = (left @ right).toarray() * scale
    if not diagonal:
        np.fill_diagonal(product, 0)
    order = np.argsort(-product, axis=1, kind="stable")[:, :k]
    kept = np.zeros_like(product)
    np.put_along_axis(kept, order, np.take_along_axis(product, order, 1), 1)
    return kept


@settings(deadline=None, max_examples=60)
@given(product=products(), diagonal=st.booleans())
@pytest.mark.parametrize("make", [by_blocks, by_rows, top_products])
def test_they_are_the_greatest_of_the_whole_product(make, product, diagonal) -> None:
    found = make(*product, diagonal=diagonal)
    np.testing.assert_array_equal(found.toarray(), expected(*product, diagonal=diagonal))
    assert (np.diff(found.indptr) <= product[2]).all()
    assert (found.data > 0).all()
    assert found.has_canonical_format


@pytest.fixture(scope="module")
def interactions() -> sparse.csr_matrix:
    """400 users × 300 items with real numbers and a few items that most chose."""
    rng = np.random.default_rng(0)
    chosen = rng.random((400, 300)) < 0.6 / np.arange(1, 301) ** 0.5
    return sparse.csr_matrix(chosen * rng.random((400, 300)), dtype=np.float32)


def test_numba_and_scipy_agree_to_the_last_bit(interactions) -> None:
    pytest.importorskip("numba")
    scale = np.random.default_rng(1).random(300).astype(np.float32)
    for right in (interactions, (interactions > 0).astype(np.float32)):
        rows = by_rows(interactions.T.tocsr(), right, 20, scale, diagonal=False)
        blocks = by_blocks(interactions.T.tocsr(), right, 20, scale, diagonal=False)
        for part in ("data", "indices", "indptr"):
            np.testing.assert_array_equal(getattr(rows, part), getattr(blocks, part))


def test_a_product_of_many_additions_is_made_by_rows(interactions, monkeypatch) -> None:
    pytest.importorskip("numba")
    monkeypatch.setattr("kgrec.scorers.topk.WORTH_COMPILING", 1)
    monkeypatch.setattr("kgrec.scorers.topk.by_blocks", None)
    assert top_products(interactions.T.tocsr(), interactions, 7).nnz == 300 * 7


def test_without_numba_scipy_makes_it(interactions, monkeypatch) -> None:
    monkeypatch.setattr("kgrec.scorers.topk.WORTH_COMPILING", 1)
    monkeypatch.setattr("kgrec.scorers.topk.find_spec", lambda name: None)
    monkeypatch.setattr("kgrec.scorers.topk.by_rows", None)
    assert top_products(interactions.T.tocsr(), interactions, 7).nnz == 300 * 7


def test_what_does_not_fit_is_refused() -> None:
    one = sparse.csr_matrix(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"\(2, 3\) and \(2, 3\) do not fit"):
        top_products(one, one, 1)
    with pytest.raises(ValueError, match="k is 0"):
        top_products(one, one.T.tocsr(), 0)
    with pytest.raises(ValueError, match="negative"):
        top_products(-one, one.T.tocsr(), 1)


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.data())
def test_selecting_keeps_the_greatest_first(numbers, data) -> None:
    k = data.draw(st.integers(1, len(numbers)))
    values = np.array(numbers, dtype=np.float32)
    assert keep_greatest(values, len(values), k) == sorted(numbers, reverse=True)[k - 1]
    assert sorted(values[:k].tolist(), reverse=True) == sorted(numbers, reverse=True)[:k]
    assert sorted(values.tolist()) == sorted(numbers)


def test_a_matrix_comes_back_from_its_arrays(interactions) -> None:
    again = unpacked("walks", packed("walks", interactions))
    assert again.shape == interactions.shape
    assert (again != interactions).nnz == 0
