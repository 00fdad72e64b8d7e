"""Every item regressed on all others, in closed form, and of the answer only what matters.

The weights of ridge regression of each column of Z on all other columns stand in one inverse: with P = (Z'Z + ridge)⁻¹
they are -P / diag(P) off the diagonal (Steck 2019). The inverse takes n² of memory and n³ of time. So the items most
chosen are solved together, and each of the others together with these, as if it were the only other one; that is exact
for one other item, and never needs a matrix larger than the items solved together. Two others then say nothing of each
other, which is little lost where hardly anybody chose either.

Of each row only the greatest weights are kept. What is cut off is small but mostly of one sign, so its average over the
choices is kept as well: without it a cut to 100 weights costs 1.6 % of NDCG@10 on MovieLens 100K, with it nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph.knowledge import no_links

_BLOCK: Final = 1024
"""So many rows are dense at a time, beside the matrix that is solved."""


@dataclass(frozen=True, eq=False)
class Regressed:
    """What each column says of each other one.

    Attributes:
        weights: CSR (n, n) float32, row: what is known, column: what it says something of; zero diagonal.
        average: float32 (n,), what is to be added to a sum of rows for each of them: the mean of what was cut off.
        is_core: bool (n,), the columns that were solved together.
    """

    weights: sparse.csr_matrix
    average: NDArray[np.float32]
    is_core: NDArray[np.bool_]


def regress(
    rows: sparse.csr_matrix,
    ridge: NDArray[np.float64],
    counts: NDArray[np.int64],
    *,
    k: int | None = None,
    together: int = 5000,
) -> Regressed:
    """Regress each column on all others.

    Args:
        rows: what was observed, (m, n).
        ridge: (n,), above 0: what is added to each diagonal element of rows'rows.
        counts: (n,), how often each column was chosen: by it columns are solved together, and means are weighted.
        k: so many weights of a row are kept, those of greatest absolute value, and so many for a column that was not
            solved together with the others; None: all.
        together: at most so many columns are solved together; takes ``together``² × 4 bytes.

    Raises:
        ValueError: a ridge is not above 0.

    >>> observed = sparse.csr_matrix(np.array([[1.0, 1.0], [1.0, 0.0]]))
    >>> weights = regress(observed, np.ones(2), np.array([2, 1])).weights.toarray()
    >>> weights.astype(float).round(4).tolist()  # 1 / (2 + 1) and 1 / (1 + 1)
    [[0.0, 0.3333], [0.5, 0.0]]
    """
    if len(ridge) and not ridge.min() > 0:
        raise ValueError(f"the least ridge is {ridge.min()}; it must be above 0")
    order = np.argsort(-counts, kind="stable")
    core, others = np.sort(order[:together]), np.sort(order[together:])
    columns = rows.T.tocsr().astype(np.float32)
    gram = _product(columns[core], columns[core])
    gram[np.diag_indices_from(gram)] += ridge[core].astype(np.float32)
    chosen = counts[core] / max(counts[core].sum(), 1)
    solved = _Solved(_inverse(gram), chosen, len(core) if k is None else min(k, len(core)))
    parts = [solved.among()]
    for start in range(0, len(others), _BLOCK):
        part = others[start : start + _BLOCK]
        told = _product(columns[core], columns[part])
        own = ridge[part] + np.asarray(columns[part].power(2).sum(axis=1)).ravel()
        parts.append(solved.beside(told, own))
    weights, average = _assembled(np.concatenate([core, others]), parts)
    return Regressed(weights, average, np.isin(np.arange(len(counts)), core))


@dataclass(frozen=True, eq=False)
class _Part:
    """Some columns: what the core says of them, what they say of the core (empty for the core), and the average."""

    into: sparse.csr_matrix
    away: sparse.csr_matrix
    average: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class _Solved:
    """The inverse for the columns solved together, how often each was chosen (sum 1), and how many weights to keep."""

    inverse: NDArray[np.float32]
    chosen: NDArray[np.float64]
    k: int

    def among(self) -> _Part:
        """Return what the columns solved together say of each other; the greatest of each row."""
        n = len(self.inverse)
        scale = np.asarray(-1 / np.diagonal(self.inverse), dtype=np.float32)
        average, blocks = np.zeros(n), []
        for start in range(0, n, _BLOCK):
            block = self.inverse[start : start + _BLOCK] * scale
            within = np.arange(len(block))
            block[within, start + within] = 0
            kept = greatest(block, self.k)
            share = self.chosen[start : start + _BLOCK]
            average += share @ block - kept.T @ share
            blocks.append(kept)
        into = sparse.csr_matrix(sparse.vstack(blocks)) if blocks else no_links(n, n)
        return _Part(into, no_links(0, n), average.astype(np.float32))

    def beside(self, told: NDArray[np.float32], own: NDArray[np.float64]) -> _Part:
        """Return the weights of other columns, each solved with the core as if alone; the greatest of each column.

        Args:
            told: the products of core and others, (n, b).
            own: the diagonal of the others, (b,).
        """
        into = self.inverse @ told
        left = (own - (told * into).sum(axis=0)).astype(np.float32)  # of each: 1 / its diagonal in the larger inverse
        away = into / left / (np.diagonal(self.inverse)[:, None] + into**2 / left)
        kept = greatest(np.ascontiguousarray(into.T), self.k)
        average = self.chosen @ into - kept @ self.chosen
        return _Part(kept.T.tocsr(), greatest(np.ascontiguousarray(away.T), self.k), average.astype(np.float32))


def greatest(block: NDArray[np.float32], k: int) -> sparse.csr_matrix:
    """Return the k entries of greatest absolute value of each row, zeros left out, as CSR.

    >>> greatest(np.array([[1.0, -3.0, 2.0]], dtype=np.float32), 2).toarray().tolist()
    [[0.0, -3.0, 2.0]]
    """
    if k >= block.shape[1]:
        return sparse.csr_matrix(block)
    found = np.sort(np.argpartition(-np.abs(block), k - 1, axis=1)[:, :k], axis=1).astype(np.int32)
    starts = np.arange(0, found.size + 1, max(k, 1))
    data = np.take_along_axis(block, found, axis=1)
    kept = sparse.csr_matrix((data.ravel(), found.ravel(), starts), shape=block.shape)
    kept.eliminate_zeros()
    return kept


def _product(left: sparse.csr_matrix, right: sparse.csr_matrix) -> NDArray[np.float32]:
    """Return left × right', dense; made in blocks, because as a sparse matrix it would be larger still."""
    turned = right.T.tocsr()
    product = np.empty((left.shape[0], right.shape[0]), dtype=np.float32)
    for start in range(0, left.shape[0], _BLOCK):
        product[start : start + _BLOCK] = (left[start : start + _BLOCK] @ turned).toarray()
    return product


def _inverse(gram: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the inverse of a positive definite matrix, in its place, by Cholesky."""
    from scipy.linalg import lapack  # not needed where what was learned comes from a cache

    if not len(gram):
        return gram
    factor, failed = lapack.spotrf(gram.T, lower=True, clean=False, overwrite_a=True)  # .T: LAPACK wants columns first
    inverse, singular = lapack.spotri(factor, lower=True, overwrite_c=True)
    if failed or singular:
        raise ValueError("the ridge is too small for what was observed: no inverse in float32")
    whole: NDArray[np.float32] = inverse.T
    for start in range(0, len(whole), _BLOCK):
        block = slice(start, start + _BLOCK)
        whole[block, :start] = whole[:start, block].T
        upper = np.triu(whole[block, block])
        whole[block, block] = upper + np.triu(upper, 1).T
    return whole


def _assembled(order: NDArray[np.intp], parts: list[_Part]) -> tuple[sparse.csr_matrix, NDArray[np.float32]]:
    """Return the parts as one matrix and one average, brought from ``order`` back into the order of the columns."""
    into = sparse.hstack([part.into for part in parts], format="csr")
    away = sparse.vstack([part.away for part in parts], format="csr")
    empty = no_links(away.shape[0], len(order) - away.shape[1])
    whole = sparse.vstack([into, sparse.hstack([away, empty])], format="csr")
    back = np.argsort(order)
    indices = order.astype(np.int32)[whole.indices]
    placed = sparse.csr_matrix((whole.data, indices, whole.indptr), shape=whole.shape)[back]
    placed.sort_indices()
    return sparse.csr_matrix(placed), np.concatenate([part.average for part in parts])[back]
