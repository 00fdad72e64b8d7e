"""Peers: what kgrec is compared with, other people's packages and a few classic methods written down here.

Each learns from the same training graph and scores any history, so that all protocols are the same for everybody: of a
new user the packages learn by their own fold-in. Every interaction counts as 1, as is usual where only choices matter.
The packages (``pip install 'kgrec[peers]'``) are imported when a peer is fitted.
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from kgrec.errors import ModelError
from kgrec.graph import KnowledgeGraph

if TYPE_CHECKING:
    from types import ModuleType

Scores = NDArray[np.float32]
Rows = NDArray[np.intp]

_DENSE_ITEMS: Final = 30_000
"""Beyond so many items a matrix items × items is not made."""


class Peer(Protocol):
    """Something to compare with."""

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Learn from a graph; return self."""
        ...

    def score_many(self, user_items: sparse.csr_matrix, users: Rows) -> Scores:
        """Return scores, (users, n_items), NaN = no opinion, for histories as ones; ``users`` are their numbers."""
        ...


def package(name: str) -> ModuleType:
    """Return a module of an optional package; raises ModelError that says what to install."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        wanted = name.partition(".")[0]
        raise ModelError(
            f"the peers need the package {wanted} ({error}); install it with: pip install 'kgrec[peers]'"
        ) from error


def ones(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return which cells of a matrix are filled, as float32 ones."""
    filled = sparse.csr_matrix(matrix, dtype=np.float32, copy=True)
    filled.data[:] = 1.0
    return filled


def chosen(graph: KnowledgeGraph) -> sparse.csr_matrix:
    """Return who chose what, CSR (n_users, n_items) float32 ones."""
    return ones(graph.interactions.user_items)


# --- by package ---------------------------------------------------------------------------------------------------


class ImplicitFactors:
    """ALS (Hu, Koren & Volinsky 2008) or BPR (Rendle et al. 2009) of the package implicit.

    ALS computes the factors of whoever is scored from their history, which is its own last half-step; BPR cannot, and
    knows only users it was trained on.
    """

    def __init__(self, kind: str, **parameters: float) -> None:
        self.kind = kind
        self.parameters = parameters

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Train with a fixed seed."""
        if self.kind == "als":
            model = package("implicit.als").AlternatingLeastSquares
        else:
            model = package("implicit.bpr").BayesianPersonalizedRanking
        self.model_ = model(random_state=0, **self.parameters)
        self.model_.fit(chosen(graph), show_progress=False)
        return self

    def score_many(self, user_items: sparse.csr_matrix, users: Rows) -> Scores:
        """See Peer."""
        factors = (
            self.model_.recalculate_user(users, user_items) if self.kind == "als" else self.model_.user_factors[users]
        )
        return np.asarray(factors @ self.model_.item_factors.T, dtype=np.float32)


class ImplicitNeighbours:
    """Item-item neighbours of the package implicit, by BM25 or TF-IDF weights."""

    def __init__(self, kind: str, **parameters: float) -> None:
        self.kind = kind
        self.parameters = parameters

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Keep the nearest items of each."""
        models = package("implicit.nearest_neighbours")
        model = models.BM25Recommender if self.kind == "bm25" else models.TFIDFRecommender
        self.model_ = model(**self.parameters)
        self.model_.fit(chosen(graph), show_progress=False)
        return self

    def score_many(self, user_items: sparse.csr_matrix, users: Rows) -> Scores:
        """See Peer."""
        del users
        return np.asarray((user_items @ self.model_.similarity).toarray(), dtype=np.float32)


class LensKit:
    """ItemKNN, UserKNN or ImplicitMF of the package LensKit, for implicit feedback."""

    _PLACES: Final = {
        "item": ("lenskit.knn", "ItemKNNScorer"),
        "user": ("lenskit.knn", "UserKNNScorer"),
        "factors": ("lenskit.als", "ImplicitMFScorer"),
    }

    def __init__(self, kind: str, **parameters: float) -> None:
        self.kind = kind
        self.parameters = parameters

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Train the component; what LensKit logs of it is left out."""
        package("lenskit")
        logging.getLogger("lenskit").setLevel(logging.ERROR)
        import pandas as pd

        module, name = self._PLACES[self.kind]
        user_items = chosen(graph)
        users, items = user_items.nonzero()
        frame = pd.DataFrame({"user_id": users, "item_id": items})
        data: Any = package("lenskit.data")
        told = data.from_interactions_df(frame, items=np.arange(graph.n_items), users=np.arange(user_items.shape[0]))
        feedback = {} if self.kind == "factors" else {"feedback": "implicit"}
        self.model_ = getattr(package(module), name)(**self.parameters, **feedback)
        self.model_.train(told)
        self.items_ = data.ItemList(item_ids=np.arange(graph.n_items))
        return self

    def score_many(self, user_items: sparse.csr_matrix, users: Rows) -> Scores:
        """See Peer."""
        data: Any = package("lenskit.data")
        scores = np.full(user_items.shape, np.nan, dtype=np.float32)
        for row, user in enumerate(users):
            history = user_items.indices[user_items.indptr[row] : user_items.indptr[row + 1]]
            if len(history):
                query = data.RecQuery(user_id=int(user), history_items=data.ItemList(item_ids=history))
                scores[row] = self.model_(query, self.items_).scores()
        return scores


class Slim:
    """SLIM (Ning & Karypis 2011): each item's column as a sparse, non-negative regression on the others.

    ``neighbours`` most similar items (cosine) are offered to each regression, as in that paper's fsSLIM: with all of
    them a catalogue of 10,000 takes an hour.
    """

    def __init__(self, alpha: float, l1_ratio: float, neighbours: int = 300) -> None:
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.neighbours = neighbours

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Solve one regression an item by coordinate descent (scikit-learn)."""
        from sklearn.linear_model import ElasticNet

        columns = chosen(graph).tocsc().astype(np.float64)
        counts = np.diff(columns.indptr)
        together = (columns.T @ columns).tocsr()
        together.setdiag(0)
        model = ElasticNet(
            alpha=self.alpha, l1_ratio=self.l1_ratio, positive=True, fit_intercept=False, max_iter=50, tol=1e-3
        )
        rows, data, indptr = [], [], [0]
        for item in range(columns.shape[1]):
            near = slice(together.indptr[item], together.indptr[item + 1])
            others = together.indices[near]
            if len(others) > self.neighbours:
                likeness = together.data[near] / np.sqrt(counts[others])
                others = others[np.argpartition(-likeness, self.neighbours)[: self.neighbours]]
            if len(others):
                model.fit(columns[:, others], columns[:, [item]].toarray().ravel())
                used = np.flatnonzero(model.coef_)
                rows.append(others[used])
                data.append(model.coef_[used])
            indptr.append(indptr[-1] + (len(used) if len(others) else 0))
        shape = (columns.shape[1], columns.shape[1])
        filled = (np.concatenate(data), np.concatenate(rows), indptr) if data else shape
        self.item_items_ = sparse.csc_matrix(filled, shape=shape, dtype=np.float32)
        return self

    def score_many(self, user_items: sparse.csr_matrix, users: Rows) -> Scores:
        """See Peer."""
        del users
        return np.asarray((user_items @ self.item_items_).toarray(), dtype=np.float32)


# --- written down here --------------------------------------------------------------------------------------------


class MostPopular:
    """How many users chose each item."""

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Count."""
        self.counts_ = graph.interactions.item_counts.astype(np.float32)
        return self

    def score_many(self, user_items: sparse.csr_matrix, users: Rows) -> Scores:
        """See Peer."""
        del users
        return np.tile(self.counts_, (user_items.shape[0], 1))


class Ease:
    """EASE (Steck 2019) as published: P = inv(X'X + reg I), weights -P / diag(P), zero diagonal."""

    def __init__(self, reg: float) -> None:
        self.reg = reg

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Invert the Gram matrix; cost O(n_items^3)."""
        if graph.n_items > _DENSE_ITEMS:
            raise ModelError(f"EASE needs a matrix of {graph.n_items} × {graph.n_items}; leave it out for these data")
        user_items = chosen(graph)
        gram = (user_items.T @ user_items).toarray()
        gram[np.diag_indices_from(gram)] += np.float32(self.reg)
        inverse = linalg.inv(gram, overwrite_a=True, check_finite=False)
        weights = -inverse / np.diag(inverse)
        np.fill_diagonal(weights, 0.0)
        self.item_items_ = weights.astype(np.float32)
        return self

    def score_many(self, user_items: sparse.csr_matrix, users: Rows) -> Scores:
        """See Peer."""
        del users
        return np.asarray(user_items @ self.item_items_, dtype=np.float32)


class PageRank:
    """Personalised PageRank (Haveliwala 2002) over users, items and their values, started from the items known.

    Args:
        restart: the chance of going back to the start at each step.
        facts: the chance of leaving an item for one of its values, not for a user of it.
        damping: scores are divided by popularity to this power.
        steps: of the power iteration.
    """

    def __init__(self, restart: float, facts: float, damping: float = 0.0, steps: int = 12) -> None:
        self.restart = restart
        self.facts = facts
        self.damping = damping
        self.steps = steps

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Normalise the steps; values that only one item has lead nowhere and are left out."""
        user_items = chosen(graph)
        shared = np.flatnonzero(np.bincount(graph.attributes.indices, minlength=graph.n_entities) > 1)
        told = ones(sparse.csr_matrix(graph.attributes[:, shared]))
        has_users = np.diff(user_items.tocsc().indptr) > 0
        has_facts = np.diff(told.indptr) > 0
        by_facts = np.where(has_facts, np.where(has_users, self.facts, 1.0), 0.0)
        to_users = sparse.diags_array(1 - by_facts) @ _by_row(user_items.T.tocsr())
        to_facts = sparse.diags_array(by_facts) @ _by_row(told)
        steps = sparse.block_array(
            [[None, _by_row(user_items), None], [to_users, None, to_facts], [None, _by_row(told.T.tocsr()), None]]
        )
        self.arrivals_ = sparse.csr_matrix(steps.T, dtype=np.float32)
        self.first_ = user_items.shape[0]
        self.popularity_ = np.maximum(graph.interactions.item_counts, 1).astype(np.float32)
        return self

    def score_many(self, user_items: sparse.csr_matrix, users: Rows) -> Scores:
        """See Peer."""
        del users
        n_items = user_items.shape[1]
        start = np.zeros((self.arrivals_.shape[0], user_items.shape[0]), dtype=np.float32)
        start[self.first_ : self.first_ + n_items] = _by_row(user_items).T.toarray()
        mass = start
        for _ in range(self.steps):
            mass = np.float32(1 - self.restart) * (self.arrivals_ @ mass) + np.float32(self.restart) * start
        reached = mass[self.first_ : self.first_ + n_items].T
        return np.asarray(reached * self.popularity_ ** np.float32(-self.damping), dtype=np.float32)


class AttributeNeighbours:
    """Items like those known by what they are made of: cosine of idf-weighted attributes, the nearest of each.

    Args:
        k: from so many known items at most does an item get its score.
        popularity: scores are multiplied by popularity to this power.
    """

    def __init__(self, k: int, popularity: float = 0.0) -> None:
        self.k = k
        self.popularity = popularity

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Compare all items with those that anybody chose."""
        told = sparse.csr_matrix(graph.attributes.multiply(graph.idf), dtype=np.float32)
        lengths = np.sqrt(np.asarray(told.multiply(told).sum(axis=1)).ravel())
        rows = sparse.csr_matrix(sparse.diags_array(1 / np.where(lengths > 0, lengths, 1)) @ told)
        is_chosen = (graph.interactions.item_counts > 0).astype(np.float32)
        alike = sparse.csr_matrix(rows @ (sparse.diags_array(is_chosen) @ rows).T, dtype=np.float32)
        alike.setdiag(0)
        alike.eliminate_zeros()
        nearest = _largest(alike, self.k)
        counts = np.maximum(graph.interactions.item_counts, 0.5) ** self.popularity
        self.item_items_ = sparse.csr_matrix(sparse.diags_array(counts.astype(np.float32)) @ nearest).T.tocsr()
        return self

    def score_many(self, user_items: sparse.csr_matrix, users: Rows) -> Scores:
        """See Peer."""
        del users
        return np.asarray((user_items @ self.item_items_).toarray(), dtype=np.float32)


def _by_row(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return the matrix with rows that add up to 1; empty rows stay empty."""
    totals = np.asarray(matrix.sum(axis=1)).ravel()
    return sparse.csr_matrix(sparse.diags_array((1 / np.where(totals > 0, totals, 1)).astype(np.float32)) @ matrix)


def _largest(matrix: sparse.csr_matrix, k: int) -> sparse.csr_matrix:
    """Return the matrix with the ``k`` largest values of each row."""
    keep = np.zeros(matrix.nnz, dtype=bool)
    for row in range(matrix.shape[0]):
        first, last = matrix.indptr[row], matrix.indptr[row + 1]
        if last - first > k:
            keep[first + np.argpartition(-matrix.data[first:last], k)[:k]] = True
        else:
            keep[first:last] = True
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[keep]
    return sparse.csr_matrix((matrix.data[keep], (rows, matrix.indices[keep])), shape=matrix.shape)
