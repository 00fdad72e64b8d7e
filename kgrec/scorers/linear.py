"""Linear: each item predicted from all others at once, by people's choices and by the graph's attributes.

EASE (Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data"): ridge regression of every item on all
other items, in closed form from one inverse. Three things are added. A user with a thousand choices says less with
each, so a user's row is scaled by activity. A ridge in proportion to an item's own diagonal acts like dropout of the
input (Steck 2020, "Autoencoders that don't overfit towards the Identity"). And the attributes of the items stand
below the users as further rows, so that what few have chosen learns from what it is made of. Together they beat the
plain closed form by 3 to 5 % of NDCG@10 on MovieLens.

How it is solved, and what is kept of it, see kgrec.scorers.regression. An item beyond those solved together counts, and
is recommended, only for the part of what is known of it that people's choices say: solved as if alone it would take
all its attributes say for itself (on ml-latest-small that lost 4 % of NDCG@10; with the part, nothing).
"""

from __future__ import annotations

from typing import ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.scorers.item_item import ItemItem
from kgrec.scorers.regression import regress

_WEIGHTS: Final = 4_000_000
"""So many weights in all, 8 bytes each; with fewer than _LEAST an item NDCG@10 falls."""

_LEAST: Final = 300


class Linear(ItemItem):
    """EASE on users scaled by activity, with dropout ridge, attribute rows and a popularity exponent.

    With X the users × items choices (1, or what each counts), W = diag(n_u^-activity), s = mean(n_u)^-activity and F
    the idf-weighted attributes of the items in rows of length 1:

        G = X'WX + s attributes² FF' + s reg I + dropout diag(X'WX);  P = G⁻¹;  B = -P / diag(P), zero diagonal;

    column j of B times n_j^-popularity. Source: Steck 2019, 2020.

    Args:
        reg: the ridge.
        activity: how much less each choice of a busy user says.
        dropout: the ridge in proportion to an item's diagonal.
        popularity: how strongly popular targets are held back.
        attributes: the weight of the attribute rows.
        k: so many weights are kept for each item, those of greatest absolute value; None: 4,000,000 shared by all
            items, at least 300 each, so that a small catalogue keeps all.
        together: at most so many items, the most chosen, are solved together; each of the others with these.
        disliked: what a hated item of the history counts where a liked one counts 1; may be negative.
        recency: after so many later choices an item counts half; None: age does not matter.
    """

    name: ClassVar[str] = "linear"

    def __init__(  # noqa: PLR0913  (one for each term of the formula)
        self,
        reg: float = 400.0,
        activity: float = 0.6,
        dropout: float = 0.3,
        popularity: float = 0.1,
        attributes: float = 6.0,
        *,
        k: int | None = None,
        together: int = 2000,
        disliked: float = 0.5,
        recency: float | None = 4.0,
    ) -> None:
        super().__init__(disliked, recency)
        self.reg = reg
        self.activity = activity
        self.dropout = dropout
        self.popularity = popularity
        self.attributes = attributes
        self.k = k
        self.together = together

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Solve; cost O(together³ + together² × other items) time; without interactions there is no opinion."""
        log = graph.interactions
        rows, own, scale = self._rows(log.chosen, _told(graph))
        ridge = scale * self.reg + self.dropout * own
        k = self.k or max(_LEAST, _WEIGHTS // max(graph.n_items, 1))
        found = regress(rows, ridge, log.item_counts, k=k, together=self.together)
        trust = np.where(found.is_core, 1, _by_people(rows, own))
        column = trust * np.maximum(log.item_counts, 1.0) ** -self.popularity
        self.weights_ = found.weights
        _scale(self.weights_, trust, column)
        self.average_ = found.average * column.astype(np.float32)
        self.known_ = (np.bincount(rows.indices, minlength=graph.n_items) > 0) & (trust > 0) & bool(len(log))
        return self

    def _rows(
        self, chosen: sparse.csr_matrix, told: sparse.csr_matrix
    ) -> tuple[sparse.csr_matrix, NDArray[np.float64], float]:
        """Return users and attributes as rows to regress, the users' part of the diagonal, and the scale."""
        activity = np.maximum(np.diff(chosen.indptr), 1).astype(np.float64)
        scale = float(activity.mean() ** -self.activity) if len(activity) else 1.0
        users = chosen.copy()
        users.data *= np.repeat(activity ** (-self.activity / 2), np.diff(chosen.indptr)).astype(np.float32)
        own = np.asarray(users.power(2).sum(axis=0), dtype=np.float64).ravel()
        attributes = told.T * np.float32(self.attributes * scale**0.5)
        return sparse.csr_matrix(sparse.vstack([users, attributes]), dtype=np.float32), own, scale


def _told(graph: KnowledgeGraph) -> sparse.csr_matrix:
    """Return what items have in common, rarer attributes weighing more: CSR (n_items, n_entities), rows of length 1.

    What a facet weighs in matters of taste is left out: the regression finds out itself (weighted, NDCG@10 on
    ml-latest-small was 1.7 % less). An attribute of one item alone says nothing of another, and only shortens the rest.
    """
    told = graph.attributes
    telling = graph.idf * (np.bincount(told.indices, minlength=graph.n_entities) > 1)
    told = sparse.csr_matrix((telling[told.indices], told.indices, told.indptr), shape=told.shape, dtype=np.float32)
    length = np.sqrt(np.asarray(told.power(2).sum(axis=1)).ravel())
    scaled = sparse.csr_matrix(sparse.diags_array(1 / np.where(length > 0, length, 1)) @ told, dtype=np.float32)
    scaled.eliminate_zeros()
    return scaled


def _by_people(rows: sparse.csr_matrix, own: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return which part of the diagonal of rows'rows stems from people, the rest from attributes, shape (n_items,)."""
    whole = np.asarray(rows.power(2).sum(axis=0), dtype=np.float64).ravel()
    return np.asarray(own / np.where(whole > 0, whole, 1))


def _scale(weights: sparse.csr_matrix, row: NDArray[np.float64], column: NDArray[np.float64]) -> None:
    """Multiply the rows and columns of a matrix, in place: a copy of a large catalogue's would not be small."""
    weights.data *= np.repeat(row.astype(np.float32), np.diff(weights.indptr))
    weights.data *= column.astype(np.float32)[weights.indices]
