"""Content: what people who chose like you would make of an item nobody has chosen yet, from what it is made of.

Collaborative scorers are the best there are and know nothing of a new item. So the place of each chosen item in the
space of people's choices is learned (a truncated singular value decomposition), and ridge regression with a kernel on
what is told of the items, their attributes, descriptions and numbers, maps any item into that space, new ones too
(e.g. Gantner, Drumond, Freudenthaler, Rendle & Schmidt-Thieme 2010, "Learning attribute-to-feature mappings for
cold-start recommendations"). Numbers enter as kernels of their own and times the attributes: of two thrillers by one
director, the one of the same years is the likelier neighbour.

Everything is linear in the history, so a score splits exactly into what each opinion adds, and an opinion on an actor
or a genre speaks as an item would that has nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.scorers.base import Evidence, Indices, Scores, Share, Shares, choices, no_opinion, product
from kgrec.scorers.item_item import history_weights, weights_of

_BLOCK: Final = 1024  # items compared with the learned ones at a time
_REACH: Final = 0.3  # over so much of the catalogue's order by a number its kernel falls to 1/e
_ATTRIBUTES, _NEAR_ATTRIBUTES, _NEAR_TEXTS, _NUMBERS, _AMOUNTS = 0.5, 2.0, 1.0, 1.0, 0.15
_SPARE: Final = 32  # directions beyond those asked for, for the accuracy of the last ones
_PASSES: Final = 6


class Content:
    """Kernel ridge from what is told of items to their place among people's choices.

    With X the users × items choices (0 or 1), V and s its first right singular vectors and values, K the kernel of
    what is told (see :class:`_Told`), and w the items learned from:

        A = (K_ww + noise I)⁻¹ V_w;  an item's place is K_iw A;  a history h scores h V diag(s / √(s² + reg)) A'K_wi.

    Args:
        vectors: float32 (n_items, d), rows of length 1, or 0 for an item without description; None: no descriptions.
        rank: so many directions of people's choices are kept.
        reg: holds back directions that few choices speak for.
        noise: the ridge; how little a single item's choices are trusted.
        entities: what an opinion on an attribute counts beside one on an item.
        disliked: what a hated item of the history counts where a liked one counts 1; may be negative.
        recency: after so many later choices an item counts half; None: age does not matter.
        most_items: so many items at most, those chosen most often, are learned from.
        rng: seed or generator of the decomposition, whose result hardly depends on it.
    """

    name: ClassVar[str] = "content"

    def __init__(  # noqa: PLR0913  (each is a hyper-parameter)
        self,
        vectors: NDArray[np.float32] | None,
        *,
        rank: int = 128,
        reg: float = 200.0,
        noise: float = 5.0,
        entities: float = 1.0,
        disliked: float = 0.5,
        recency: float | None = None,
        most_items: int = 3000,
        rng: int | np.random.Generator = 0,
    ) -> None:
        self.vectors = vectors
        self.rank = rank
        self.reg = reg
        self.noise = noise
        self.entities = entities
        self.disliked = disliked
        self.recency = recency
        self.most_items = most_items
        self.rng = rng

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Learn the map; cost O(most_items³ + n_items · most_items · rank), memory some most_items².

        Raises:
            ValueError: there is not one vector an item.
        """
        if self.vectors is not None and len(self.vectors) != graph.n_items:
            raise ValueError(f"{len(self.vectors)} vectors for {graph.n_items} items")
        told = _Told.of(graph, self.vectors)
        counts = np.where(told.known, graph.interactions.item_counts, 0) if len(graph.interactions) else None
        if counts is None or not counts.any():
            self.places_, self.says_ = _nothing(graph.n_items), _nothing(graph.n_entities)
            return self
        places, strengths = self._places(graph.interactions.user_items)
        learned = np.argsort(-counts, kind="stable")[: min(self.most_items, int(np.count_nonzero(counts)))]
        mapping = self._mapping(told, learned, places[learned])
        self.places_ = _mapped(told, learned, mapping)
        self.says_ = self._says(graph, places, learned, mapping) * strengths
        return self

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; NaN without any opinion that says something, and for unknown items."""
        profile = self._weights(evidence) @ self.says_[evidence.entities]
        if not profile.any():
            return no_opinion(candidates)
        return product(self.places_, profile, candidates).astype(np.float32)

    def shares(self, evidence: Evidence, candidates: Indices) -> Sequence[Share]:
        """Return one share for each opinion."""
        weights, said = self._weights(evidence), self.says_[evidence.entities]
        if not (weights @ said).any():
            return ()
        parts = (said @ self.places_[candidates].T).astype(np.float64) * weights[:, None]
        return Shares(evidence.entities, parts)

    def score_many(self, user_items: sparse.csr_matrix) -> Scores:
        """Return the scores of many histories, (users, n_items) float32; values in [-1, 1], all of one age."""
        histories = user_items.copy()
        histories.data = history_weights(user_items.data, disliked=self.disliked)
        profiles = histories @ self.says_[: len(self.places_)]
        scores = np.asarray(profiles @ self.places_.T, dtype=np.float32)
        scores[~profiles.any(axis=1)] = np.nan
        return scores

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fit learned as plain arrays, for a cache."""
        return {"places": self.places_, "says": self.says_}

    def restore(self, graph: KnowledgeGraph, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take what :meth:`arrays` gave after a fit to the same graph; nothing is copied, so maps of files will do."""
        del graph
        self.places_, self.says_ = arrays["places"], arrays["says"]
        return self

    def _weights(self, evidence: Evidence) -> Scores:
        """Return what each opinion counts, shape (m,): an item as a choice, anything else as what was said of it."""
        weights = (evidence.values * self.entities).astype(np.float32)
        weights[evidence.is_item] = weights_of(evidence, self.disliked, self.recency)
        return weights

    def _places(self, chosen: sparse.csr_matrix) -> tuple[Scores, Scores]:
        """Return the items' right singular vectors, (n_items, rank), and what each direction counts.

        By randomized subspace iteration (Halko, Martinsson & Tropp 2011), for its cost is that of a few passes.
        """
        from scipy import linalg  # not needed where what was learned comes from a cache

        ones = choices(chosen)
        rank = min(self.rank, *ones.shape)
        rng = np.random.default_rng(self.rng)
        basis = rng.standard_normal((ones.shape[1], min(rank + _SPARE, *ones.shape)), dtype=np.float32)
        for _ in range(_PASSES):
            basis = linalg.qr(ones.T @ (ones @ basis), mode="economic", check_finite=False)[0]
        _, values, rotation = linalg.svd(ones @ basis, full_matrices=False, check_finite=False)
        strengths = values[:rank] / np.sqrt(values[:rank] ** 2 + self.reg)
        return np.asarray(basis @ rotation[:rank].T), np.asarray(strengths, dtype=np.float32)

    def _mapping(self, told: _Told, learned: Indices, places: Scores) -> Scores:
        """Return what the kernel with each learned item is multiplied by, (len(learned), rank)."""
        from scipy import linalg

        gram = told.gram(learned, learned)
        gram[np.diag_indices_from(gram)] += self.noise
        factor = linalg.cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
        return np.asarray(linalg.cho_solve(factor, places, check_finite=False), dtype=np.float32)

    def _says(self, graph: KnowledgeGraph, places: Scores, learned: Indices, mapping: Scores) -> Scores:
        """Return where each entity points, (n_entities, rank): a chosen item to its place, others where they map."""
        told = sparse.csr_matrix(graph.features[graph.n_items :])
        others = (told @ graph.features[learned].T) @ mapping
        is_chosen = (graph.interactions.item_counts > 0)[:, None]
        return np.vstack([np.where(is_chosen, places, np.nan_to_num(self.places_)), others]).astype(np.float32)


@dataclass(frozen=True, eq=False)
class _Told:
    """What is told of the items, and how alike that makes two of them.

    The kernel is the sum of: common attributes; common attributes, descriptions alike, and nothing else, each where
    the numbers are near; and how much is told under each facet, for much is written of what many will see.

    Attributes:
        attributes: CSR (n_items, n_entities), rows of length 1 or 0.
        texts: float32 (n_items, d), or None.
        numbers: float32 (n_items, facets), where each number stands in the catalogue's order, 0 to 1; NaN unknown.
        amounts: float32 (n_items, facets), how many values each has, its logarithm, standardised.
    """

    attributes: sparse.csr_matrix
    texts: Scores | None
    numbers: Scores
    amounts: Scores

    @classmethod
    def of(cls, graph: KnowledgeGraph, texts: Scores | None) -> _Told:
        numbers = [_positions(column) for column in graph.numbers.values()]
        amounts = [np.log1p(np.diff(graph.links[facet.name].indptr)) for facet in graph.linked_facets]
        return cls(
            graph.features[: graph.n_items], texts, _columns(numbers, graph), _standard(_columns(amounts, graph))
        )

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which items something is told of, shape (n_items,)."""
        known = (np.diff(self.attributes.indptr) > 0) | ~np.isnan(self.numbers).all(axis=1)
        return known if self.texts is None else known | self.texts.any(axis=1)

    def gram(self, left: Indices, right: Indices) -> Scores:
        """Return the kernel of some items with others, float32 (len(left), len(right))."""
        near = self._near(left, right)
        attributes = (self.attributes[left] @ self.attributes[right].T).toarray()
        gram: Scores = (attributes * (near * np.float32(_NEAR_ATTRIBUTES) + np.float32(_ATTRIBUTES))).astype(np.float32)
        if self.texts is not None:
            gram += (self.texts[left] @ self.texts[right].T) * near * np.float32(_NEAR_TEXTS)
        gram += near * np.float32(_NUMBERS)
        gram += self.amounts[left] @ self.amounts[right].T * np.float32(_AMOUNTS)
        return gram

    def _near(self, left: Indices, right: Indices) -> Scores:
        """Return how near the numbers of two items are, the mean over the facets; one unknown is not near."""
        near = np.zeros((len(left), len(right)), dtype=np.float32)
        facets = self.numbers.shape[1]
        for column in self.numbers.T:
            apart = np.abs(column[left][:, None] - column[right][None])
            near += np.nan_to_num(np.exp(apart * np.float32(-1 / _REACH)), copy=False)
        return near / max(facets, 1) if facets else near + 1


def _mapped(told: _Told, learned: Indices, mapping: Scores) -> Scores:
    """Return the place of every item, (n_items, rank), NaN where nothing is told of it."""
    n = len(told.known)
    places = np.empty((n, mapping.shape[1]), dtype=np.float32)
    for start in range(0, n, _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, n))
        places[rows] = told.gram(rows, learned) @ mapping
    places[~told.known] = np.nan
    return places


def _positions(numbers: NDArray[np.float64]) -> Scores:
    """Return where each number stands in the order of all known ones, from 0 to 1; equal ones share the middle."""
    positions = np.full(len(numbers), np.nan, dtype=np.float32)
    known = ~np.isnan(numbers)
    if known.any():
        _, group, sizes = np.unique(numbers[known], return_inverse=True, return_counts=True)
        positions[known] = ((np.cumsum(sizes) - sizes / 2) / sizes.sum())[group]
    return positions


def _columns(columns: list[NDArray[Any]], graph: KnowledgeGraph) -> Scores:
    """Return some columns side by side, float32 (n_items, len(columns))."""
    return np.array(columns, dtype=np.float32).reshape(len(columns), graph.n_items).T


def _standard(columns: Scores) -> Scores:
    """Return the columns with mean 0 and deviation 1, divided by the root of their number."""
    if not columns.size:
        return columns
    spread = np.maximum(columns.std(axis=0), np.float32(1e-6)) * np.sqrt(columns.shape[1])
    return np.asarray((columns - columns.mean(axis=0)) / spread, dtype=np.float32)


def _nothing(n: int) -> Scores:
    """Return places of n entities of which nothing was learned."""
    return np.zeros((n, 1), dtype=np.float32)
