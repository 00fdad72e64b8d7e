"""The Gaussian belief: what an answer about one entity tells about all the others.

Taste over all entities has the prior N(mu, K). An answer is a noisy observation of one coordinate; mean and covariance
then follow in closed form, one rank-one step an answer (Rasmussen & Williams 2006, chapter 2). K is the sum of three
channels: *text* (cosine of the descriptions), *graph* (common attributes, one step and two) and *collaborative* (who
liked both), and it is never formed whole: only the columns of entities that were asked about exist.

Counting each answer as independent evidence (naive Bayes) fails here, because answers repeat each other; the
covariance is what keeps "loves Heat" and "loves Michael Mann" from counting twice.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.graph.knowledge import no_links
from kgrec.reasoning.observation import DISLIKE, Observation

Array = NDArray[np.float32]

CHANNELS: Final = ("text", "graph", "collaborative")

SPREAD: Final = 0.3
"""Standard deviation of the taste for an entity where nobody has rated anything."""

OWN: Final = 0.02
"""Variance of each entity that no channel explains."""

LIKED_FROM: Final = 0.4
DISLIKED_TO: Final = 0.0
HALF_TRUST_USERS: Final = 50
"""With so many users, the collaborative channel gets half the weight it can have."""

LEAST_RATED: Final = 2
SHRINKAGE: Final = 3
CLEAR: Final = 0.08
"""What it takes to infer an opinion on a value from ratings of items that have it."""

_CACHED_COLUMNS: Final = 256
_CACHED_CELLS: Final = 1 << 26
"""So many columns at most are kept, and so many numbers in them (256 MB)."""


def channel_weights(n_users: int, *, has_texts: bool) -> dict[str, float]:
    """Return the weight of each channel for a graph with that many users.

    Measured on ml-latest-small: beside the ratings of 600 users, shared attributes deserve a tenth. Without any, the
    attributes and the texts carry everything.
    """
    trust = n_users / (n_users + HALF_TRUST_USERS)
    content = 0.1 + 0.7 * (1 - trust)
    text = 0.3 * content if has_texts else 0.0
    return {"text": text, "graph": content - text, "collaborative": trust}


def opinions_of_users(graph: KnowledgeGraph, min_degree: int = 5) -> sparse.csr_matrix:
    """Return what each user thinks of each entity: CSR (n_users, n_entities) of 1, DISLIKE or -1.

    Opinions on items are their ratings; opinions on values are inferred from the ratings of the items that have them:
    at least LEAST_RATED of them, and a mean (shrunk by SHRINKAGE) that lies CLEAR of the user's own.
    """
    values = graph.interactions.user_items
    judged = np.where(values.data >= LIKED_FROM, 1.0, np.where(values.data <= DISLIKED_TO, DISLIKE, 0.0))
    shape = (graph.interactions.n_users, graph.n_entities)
    items = sparse.csr_matrix((judged, values.indices, values.indptr), shape=shape)
    rated = values.copy()
    rated.data = np.ones_like(values.data)
    links = graph.attributes.copy()
    links.data = np.ones_like(links.data)
    frequent = np.bincount(links.indices, minlength=graph.n_entities) >= min_degree
    frequent[: graph.n_items] = False
    links = sparse.csr_matrix(links @ sparse.diags_array(frequent.astype(np.float32)))
    counts = sparse.csr_matrix(rated @ links)
    sums = sparse.csr_matrix(values @ links)
    means = np.asarray(values.sum(axis=1)).ravel() / np.maximum(np.diff(values.indptr), 1)
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    total = np.asarray(sums[rows, counts.indices]).ravel() if counts.nnz else np.empty(0)
    shrunk = (total - counts.data * means[rows]) / (counts.data + SHRINKAGE)
    inferred = counts.copy()
    clear = (counts.data >= LEAST_RATED) & (np.abs(shrunk) > CLEAR)
    inferred.data = np.where(clear, np.sign(shrunk), 0.0)
    opinions = sparse.csr_matrix(items + inferred, dtype=np.float32)
    opinions.eliminate_zeros()
    return opinions


@dataclass(frozen=True, eq=False)
class Prior:
    """N(mu, K) over all entities of a graph, before anything is known about the user.

    Attributes:
        mean: mu, shape (n_entities,): how much people like each entity on average.
        spread: the standard deviation each channel is scaled by, shape (n_entities,).
        features: CSR (n_entities, n_entities), rows of length 1, of the graph channel.
        vectors: float32 (n_items, d), rows of length 1 or 0, of the text channel; or None.
        opinions: CSR (n_users, n_entities) of the collaborative channel.
        weights: the weight of each channel.
    """

    mean: Array
    spread: Array
    features: sparse.csr_matrix
    vectors: Array | None
    opinions: sparse.csr_matrix
    weights: dict[str, float]
    _columns: OrderedDict[int, Array] = field(default_factory=OrderedDict, repr=False)

    @classmethod
    def fit(cls, graph: KnowledgeGraph, vectors: Array | None = None) -> Prior:
        """Estimate the prior from a graph; cost O(links + interactions)."""
        n_users = graph.interactions.n_users
        opinions = opinions_of_users(graph) if n_users else no_links(0, graph.n_entities)
        return cls.of_community(graph, vectors, opinions)

    @classmethod
    def of_community(cls, graph: KnowledgeGraph, vectors: Array | None, opinions: sparse.csr_matrix) -> Prior:
        """Estimate the prior from a graph and what some of its users think, CSR (n_users, n_entities)."""
        n_users = opinions.shape[0]
        weights = channel_weights(n_users, has_texts=vectors is not None)
        trust = weights["collaborative"]
        known = np.zeros(graph.n_entities)
        if graph.prior is not None:
            known[: graph.n_items] = 0.25 * np.nan_to_num(graph.prior) / max(float(np.nanmax(graph.prior)), 1e-9)
        people = np.asarray(opinions.sum(axis=0)).ravel() / max(n_users, 1)
        squares = np.asarray(opinions.multiply(opinions).sum(axis=0)).ravel() / max(n_users, 1)
        mean = trust * people + (1 - trust) * known
        variance = trust * (squares - people**2 + 0.003) + (1 - trust) * SPREAD**2
        return cls(
            mean.astype(np.float32),
            np.sqrt(variance).astype(np.float32),
            graph.features,
            vectors,
            opinions,
            weights,
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fitting computed, by name; :meth:`restore` takes it back."""
        parts = {name: getattr(self.opinions, name) for name in ("data", "indices", "indptr")}
        weights = np.array([self.weights[channel] for channel in CHANNELS])
        named = {f"opinions-{name}": part for name, part in parts.items()}
        return {"mean": self.mean, "spread": self.spread, "weights": weights, **named}

    @classmethod
    def restore(cls, graph: KnowledgeGraph, vectors: Array | None, arrays: Mapping[str, NDArray[Any]]) -> Prior:
        """Return the prior that :meth:`arrays` was taken from; raises KeyError or ValueError for other arrays."""
        parts = (arrays["opinions-data"], arrays["opinions-indices"], arrays["opinions-indptr"])
        opinions = sparse.csr_matrix(parts, shape=(len(parts[2]) - 1, graph.n_entities))
        weights = dict(zip(CHANNELS, arrays["weights"].tolist(), strict=True))
        return cls(arrays["mean"], arrays["spread"], graph.features, vectors, opinions, weights)

    @property
    def n_entities(self) -> int:
        """How many entities the prior spans."""
        return len(self.mean)

    @cached_property
    def variance(self) -> Array:
        """The diagonal of K, shape (n_entities,)."""
        has_text = np.zeros(self.n_entities, dtype=np.float32)
        if self.vectors is not None:
            has_text[: len(self.vectors)] = np.any(self.vectors, axis=1)
        squares = np.asarray(self.features.multiply(self.features).sum(axis=1)).ravel()
        own = self.weights["graph"] * squares + self.weights["text"] * has_text
        variance = own * self.spread**2 + OWN
        if self.opinions.shape[0]:
            second = np.asarray(self.opinions.multiply(self.opinions).sum(axis=0)).ravel() / self.opinions.shape[0]
            variance += self.weights["collaborative"] * (second - self._people**2)
        return np.asarray(variance, dtype=np.float32)

    @cached_property
    def _people(self) -> NDArray[np.float64]:
        """What people think of each entity on average, shape (n_entities,)."""
        return np.asarray(self.opinions.sum(axis=0), dtype=np.float64).ravel() / max(self.opinions.shape[0], 1)

    @cached_property
    def _by_entity(self) -> tuple[sparse.csc_matrix, sparse.csr_matrix]:
        """The opinions for picking columns, and transposed for products: a column of CSR costs all of it."""
        columns = self.opinions.tocsc()
        return columns, columns.T

    def channels(self, entity: int) -> Array:
        """Return the column of K of one entity, by channel, shape (3, n_entities), without its own variance."""
        if entity in self._columns:
            self._columns.move_to_end(entity)
            return self._columns[entity]
        block = self._block([entity])[:, :, 0]
        self._columns[entity] = block
        if len(self._columns) > min(_CACHED_COLUMNS, max(_CACHED_CELLS // block.size, 1)):
            self._columns.popitem(last=False)
        return block

    def column(self, entity: int) -> Array:
        """Return the column of K of one entity, shape (n_entities,)."""
        column: Array = self.channels(entity).sum(axis=0)
        column[entity] += OWN
        return column

    def contrast(self, said: Observation) -> Array:
        """Return K @ h for the terms h of an observation, shape (n_entities,)."""
        first, *rest = said.terms
        column = first[1] * self.column(first[0])
        for entity, weight in rest:
            column += np.float32(weight) * self.column(entity)
        return np.asarray(column, dtype=np.float32)

    def columns(self, entities: Sequence[int]) -> Array:
        """Return several columns of K at once, shape (n_entities, len(entities))."""
        total = self._block(entities).sum(axis=0)
        total[list(entities), np.arange(len(entities))] += OWN
        return np.asarray(total, dtype=np.float32)

    def between(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Array:
        """Return a part of K, shape (rows, columns), at a cost that does not grow with the number of entities."""
        shared = (self.features[rows] @ self.features[columns].T).toarray()
        block = self.weights["graph"] * shared * self.spread[rows, None] * self.spread[columns]
        if self.vectors is not None and self.weights["text"]:
            places = np.ix_(rows < len(self.vectors), columns < len(self.vectors))
            left, right = (which[which < len(self.vectors)] for which in (rows, columns))
            scale = self.weights["text"] * self.spread[left, None] * self.spread[right]
            block[places] += (self.vectors[left] @ self.vectors[right].T) * scale
        if self.opinions.shape[0]:
            told, _ = self._by_entity
            both = (told[:, rows].T @ told[:, columns]).toarray() / self.opinions.shape[0]
            block += self.weights["collaborative"] * (both - np.outer(self._people[rows], self._people[columns]))
        return np.asarray(block + OWN * (rows[:, None] == columns), dtype=np.float32)

    def _block(self, entities: Sequence[int]) -> Array:
        """Return the channels of several columns, shape (3, n_entities, len(entities))."""
        chosen = np.asarray(entities, dtype=np.intp)
        block = np.zeros((len(CHANNELS), self.n_entities, len(chosen)), dtype=np.float32)
        scale = self.spread[:, None] * self.spread[chosen]
        if self.vectors is not None and self.weights["text"]:
            n_items = len(self.vectors)
            items = np.flatnonzero(chosen < n_items)
            cosines = self.vectors @ self.vectors[chosen[items]].T
            block[0, :n_items, items] = (self.weights["text"] * cosines).T
            block[0] *= scale
        block[1] = (self.features @ self.features[chosen].T.toarray()) * scale * self.weights["graph"]
        n_users = self.opinions.shape[0]
        if n_users:
            columns, rows = self._by_entity
            block[2] = rows @ columns[:, chosen].toarray() / n_users - np.outer(self._people, self._people[chosen])
            block[2] *= self.weights["collaborative"]
        return block


@dataclass(frozen=True, eq=False)
class Posterior:
    """The prior after some answers; ``hear`` returns the next one, nothing changes in place.

    Attributes:
        heard: what was observed, in order.
        mean: shape (n_entities,).
        roots: shape (n_entities, answers); K minus roots @ roots.T is the covariance.
    """

    prior: Prior
    heard: tuple[Observation, ...]
    mean: Array
    roots: Array

    @classmethod
    def of(cls, prior: Prior) -> Posterior:
        """Return the posterior before any answer."""
        return cls(prior, (), prior.mean, np.empty((prior.n_entities, 0), dtype=np.float32))

    def observe(self, entity: int, value: float, noise: float) -> Posterior:
        """Return the posterior after the taste for one entity was observed."""
        return self.hear(Observation(((entity, 1.0),), value, noise))

    def hear(self, said: Observation) -> Posterior:
        """Return the posterior after one more observation, a rank-one update; cost O(n_entities × answers)."""
        entities, weights = _apart(said)
        column = self.prior.contrast(said) - self.roots @ (weights @ self.roots[entities])
        total = float(weights @ column[entities]) + said.noise
        step = column * ((said.value - float(weights @ self.mean[entities])) / total)
        roots = np.empty((self.prior.n_entities, len(self.heard) + 1), dtype=np.float32)
        roots[:, :-1] = self.roots
        roots[:, -1] = column / total**0.5
        return replace(self, heard=(*self.heard, said), mean=self.mean + step, roots=roots)

    @cached_property
    def entities(self) -> tuple[int, ...]:
        """The entities that were observed by themselves, in order."""
        return tuple(said.terms[0][0] for said in self.heard if len(said.terms) == 1)

    @cached_property
    def variance(self) -> Array:
        """How much doubt is left about each entity, shape (n_entities,)."""
        explained = np.einsum("ij,ij->i", self.roots, self.roots)
        return np.asarray(np.maximum(self.prior.variance - explained, 1e-6), dtype=np.float32)

    @cached_property
    def pulls(self) -> NDArray[np.float64]:
        """The alphas, shape (answers,): mean = mu + sum over answers j of pulls[j] × K @ h_j, h_j the terms of j."""
        if not self.heard:
            return np.empty(0)
        columns = [self.prior.contrast(said) for said in self.heard]
        kernel = np.array([[_sum(said, column) for column in columns] for said in self.heard])
        residual = np.array([said.value - _sum(said, self.prior.mean) for said in self.heard])
        return np.asarray(np.linalg.solve(kernel + np.diag([said.noise for said in self.heard]), residual))

    def shares(self, entities: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return what each answer adds to the mean of some entities, shape (answers, 3, len(entities)), by channel.

        An entity's own variance, where it was asked about itself, counts with the graph channel.
        """
        shares = np.zeros((len(self.heard), len(CHANNELS), len(entities)))
        for position, (said, pull) in enumerate(zip(self.heard, self.pulls, strict=True)):
            for entity, weight in said.terms:
                shares[position] += pull * weight * self.prior.channels(entity)[:, entities].astype(np.float64)
                shares[position, 1, entities == entity] += pull * weight * OWN
        return shares


def _apart(said: Observation) -> tuple[list[int], Array]:
    """Return the entities and the weights of an observation."""
    return [entity for entity, _ in said.terms], np.array([weight for _, weight in said.terms], dtype=np.float32)


def _sum(said: Observation, tastes: Array) -> float:
    """Return the weighted sum that was observed, for some tastes (n_entities,)."""
    return float(sum(weight * float(tastes[entity]) for entity, weight in said.terms))
