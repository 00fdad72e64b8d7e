"""The blend: how much each scorer counts, given how much is known about the user and about the item.

Each scorer's scores are divided by their spread over the catalogue, so that weights mean the same for all of them, and
summed; an item a scorer has no opinion on gets that scorer's average, so silence neither helps nor hurts. Nothing is
subtracted: a score is a plain sum of shares, and every share splits further into what was said (kgrec.explain).

The weights are learned from held-out interactions where there are enough (kgrec.learning); else they are constants.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.belief import HALF_TRUST_USERS
from kgrec.scorers.base import Evidence, Scorer, Scores
from kgrec.scorers.rows import add_standardised, is_flat
from kgrec.weights import BUCKETS, ItemAge, WeightTable, bucket_of, item_ages

Weight = float | NDArray[np.float64]
"""Of one scorer: a number, or one for each item, shape (n_items,)."""

Weights = Mapping[str, Weight]
"""By scorer; a scorer that is not there does not count."""

Constants = Mapping[str, float]

WITH_INTERACTIONS: Final[tuple[tuple[int, Constants], ...]] = (
    (0, {"popularity": 0.45, "taste": 0.35, "affinity": 0.2, "walk": 0.0, "text": 0.05, "people": 0.4}),
    (1, {"popularity": 0.45, "taste": 0.25, "affinity": 0.1, "walk": 0.15, "text": 0.05, "people": 0.4}),
    (3, {"popularity": 0.15, "taste": 0.25, "affinity": 0.15, "walk": 0.4, "text": 0.05, "people": 0.3}),
    (6, {"popularity": 0.05, "taste": 0.2, "affinity": 0.2, "walk": 0.5, "text": 0.05, "people": 0.2}),
    (11, {"popularity": 0.05, "taste": 0.15, "affinity": 0.2, "walk": 0.55, "text": 0.05, "people": 0.15}),
    (21, {"popularity": 0.1, "taste": 0.1, "affinity": 0.2, "walk": 0.55, "text": 0.05, "people": 0.1}),
)
"""From so many rated items on, these weights.

Rounded from what tests/benchmarks/tune_blend.py finds on users of ml-latest-small, with taste kept above what it earns
there: it alone hears the answers about moods and people, which ratings do not show. Those of people are what is learned
where users have told whom they know (lastfm-hetrec); they count for nobody else.
"""

WITHOUT_INTERACTIONS: Final[tuple[tuple[int, Constants], ...]] = (
    (0, {"popularity": 0.25, "taste": 0.45, "affinity": 0.3, "walk": 0.0, "text": 0.1}),
    (1, {"popularity": 0.4, "taste": 0.35, "affinity": 0.15, "walk": 0.05, "text": 0.1}),
    (3, {"popularity": 0.35, "taste": 0.35, "affinity": 0.1, "walk": 0.15, "text": 0.05}),
    (11, {"popularity": 0.3, "taste": 0.35, "affinity": 0.1, "walk": 0.2, "text": 0.05}),
)
"""Where nobody has rated anything: attributes, texts and renown carry everything.

Found like the others, with the shipped films as the graph and the users of ml-latest-small as those who ask.
"""

CONVERSED: Final[Constants] = {"popularity": 0.0, "taste": 0.6, "walk": 0.4, "text": 0.05, "people": 0.2}
"""The weights where people rated things and all that is known of this one was said in the conversation.

Then the posterior has heard everything, what is liked in general included; the walk adds what it hears of rated items.
Affinity, of use beside a long history, costs a fifth of NDCG@10 after one answer about a genre (kgrec simulate, tuned
on the first half of ml-latest-small's users).
"""

CONTEXT: Final = 0.5
"""The weight of the context scorer, beside the others' sum of about 1, while a circumstance is known.

On validation parts of the two data sets with circumstances at hand (kgrec.evaluate.context) 0.25 to 1 do about as well.
"""

TEXT_WISH: Final = 1.2
"""The weight of the text scorer while the user has a wish in free words."""


@dataclass(frozen=True, eq=False)
class Blended:
    """One score an item, and what it was made of.

    Attributes:
        scores: float64 (n_items,).
        scales: scorer → what its raw scores were multiplied by, item by item, (n_items,); scorers that do not count
            are absent.
        silence: scorer → the share of each item if the scorer had no opinion on it, (n_items,).
        known: scorer → bool (n_items,), the items it has an opinion on.
    """

    scores: NDArray[np.float64]
    scales: Mapping[str, NDArray[np.float64]]
    silence: Mapping[str, NDArray[np.float64]]
    known: Mapping[str, NDArray[np.bool_]]

    @cached_property
    def _scale(self) -> tuple[float, float]:
        mean, spread = _mean_and_spread(self.scores)
        return mean, spread or 1.0

    def standard(self, items: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the scores of some items in deviations from the average of all, (len(items),)."""
        mean, spread = self._scale
        return np.asarray((self.scores[items] - mean) / spread)

    def match(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map scores to (0, 1): one half is the average item; 2, 4 and 8 deviations above it are .75, .83 and .9.

        It orders like the scores and is not a calibrated probability.
        """
        mean, spread = self._scale
        return match((scores - mean) / spread)


def match(standard: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map scores counted in deviations from the average item to (0, 1), as :meth:`Blended.match` does."""
    return np.asarray(0.5 + 0.5 * standard / (np.abs(standard) + 2.0))


def constants_for(n_rated: int, graph: KnowledgeGraph) -> Constants:
    """Return the weights of a user with so many rated items where none were learned."""
    table = WITH_INTERACTIONS if len(graph.interactions) else WITHOUT_INTERACTIONS
    return next(weights for least, weights in reversed(table) if n_rated >= least)


def weights_for(evidence: Evidence, graph: KnowledgeGraph, table: WeightTable | None = None) -> Weights:
    """Return the weights in force for that much evidence, and for the share of it that this conversation brought.

    Learned weights share out what the constants give to the scorers that were learned about; the others (taste, which
    has nothing to say of a history) keep theirs.
    """
    weights = history_weights(evidence.n_rated, graph, table)
    if heard := heard_share(evidence, graph):
        weights = {
            name: (1 - heard) * weights.get(name, 0.0) + heard * CONVERSED.get(name, 0.0)
            for name in dict.fromkeys((*weights, *CONVERSED))
        }
    if evidence.context and graph.interactions.context:
        weights = {**weights, "context": CONTEXT}
    return {**weights, "text": TEXT_WISH} if evidence.texts else weights


def heard_share(evidence: Evidence, graph: KnowledgeGraph) -> float:
    """Return how far the weights go from those of a history (0) to CONVERSED (1): as far as all was said just now."""
    if not len(graph.interactions) or evidence.posterior is None or not len(evidence.entities):
        return 0.0
    trust = graph.interactions.n_users / (graph.interactions.n_users + HALF_TRUST_USERS)
    return trust * min(len(evidence.posterior.entities) / len(evidence.entities), 1.0)


def history_weights(n_rated: int, graph: KnowledgeGraph, table: WeightTable | None = None) -> Weights:
    """Return the weights of a user of whom nothing but so many rated items is known."""
    constants = constants_for(n_rated, graph)
    if table is None or not len(graph.interactions):
        return constants
    return graph.once(_ByItem(table, bucket_of(n_rated)))


@dataclass(frozen=True)
class _ByItem:
    """Spreads the weights that one bucket of a table gives to ages over the items of a graph."""

    table: WeightTable
    bucket: int

    def __call__(self, graph: KnowledgeGraph) -> Weights:
        ages, n_rated = item_ages(graph.interactions), BUCKETS[self.bucket]
        by_age = [learned_weights(constants_for(n_rated, graph), self.table, n_rated, age) for age in ItemAge]
        return {name: np.array([own.get(name, 0.0) for own in by_age])[ages] for name in dict.fromkeys(chain(*by_age))}


def learned_weights(constants: Constants, table: WeightTable | None, n_rated: int, age: ItemAge) -> Constants:
    """Return the weights of items of one age; scorers that nothing was learned about keep their constants."""
    if table is None:
        return constants
    kept = {name: weight for name, weight in constants.items() if name not in table.scorers}
    whole = sum(constants.values()) - sum(kept.values())
    learned = {name: whole * float(by_age[age]) for name, by_age in table.row(n_rated).items()}
    return {**kept, **{name: weight for name, weight in learned.items() if weight}}


def blend(scorers: Sequence[Scorer], evidence: Evidence, weights: Weights, n_items: int) -> Blended:
    """Score every item of the catalogue; scorers without any opinion, or with the same for all, do not count."""
    everything = np.arange(n_items)
    total = np.zeros(n_items)
    scales: dict[str, NDArray[np.float64]] = {}
    silence: dict[str, NDArray[np.float64]] = {}
    masks: dict[str, NDArray[np.bool_]] = {}
    for scorer in scorers:
        weight = weights.get(scorer.name, 0.0)
        if not np.any(weight):
            continue
        raw = scorer.score(evidence, everything).astype(np.float64)
        known = ~np.isnan(raw)
        opinions = raw if known.all() else raw[known]
        mean, spread = _mean_and_spread(opinions)
        if is_flat(spread, float(np.abs(opinions).max(initial=0.0))):
            continue
        scale = np.broadcast_to(np.asarray(weight) / spread, n_items)
        scales[scorer.name] = scale
        masks[scorer.name] = known
        silence[scorer.name] = scale * mean
        total += scale * (raw if opinions is raw else np.where(known, raw, mean))
    return Blended(total, scales, silence, masks)


def blend_many(
    scorers: Sequence[Scorer],
    user_items: sparse.csr_matrix,
    graph: KnowledgeGraph,
    table: WeightTable | None = None,
    users: NDArray[np.intp] | None = None,
) -> Scores:
    """Return the blended scores of many histories, (users, n_items), as :func:`blend` would give them one by one.

    Args:
        scorers: fitted to the graph.
        user_items: CSR (users, n_items), values in [-1, 1], all equally old.
        graph: what the scorers were fitted to.
        table: learned weights, if there are any.
        users: intp (users,), which users of the graph they are; None: strangers, who know nobody.
    """
    counts = np.diff(user_items.indptr)
    buckets = np.array([bucket_of(n_rated) for n_rated in counts], dtype=np.intp)
    total = np.zeros((user_items.shape[0], graph.n_items), dtype=np.float32)
    for bucket in np.unique(buckets):
        rows = np.flatnonzero(buckets == bucket)
        weights = history_weights(int(counts[rows[0]]), graph, table)
        histories, own = user_items[rows], np.zeros((len(rows), graph.n_items), dtype=np.float32)
        for scorer in scorers:
            weight = np.broadcast_to(np.asarray(weights.get(scorer.name, 0.0), dtype=np.float32), graph.n_items)
            if weight.any():
                known = None if users is None else users[rows]
                add_standardised(score_histories(scorer, histories, users=known), weight, own)
        total[rows] = own
    return total


@runtime_checkable
class Batched(Protocol):
    """A scorer that scores many histories faster at once than one by one."""

    def score_many(self, user_items: sparse.csr_matrix) -> Scores:
        """Return the scores of many histories, (users, n_items)."""
        ...


@runtime_checkable
class Social(Protocol):
    """A scorer that goes by who somebody is in the graph, not by their history."""

    def score_users(self, users: NDArray[np.intp]) -> Scores:
        """Return the scores of users of the graph, (users, n_items)."""
        ...


def score_histories(
    scorer: Scorer,
    user_items: sparse.csr_matrix,
    ages: Scores | None = None,
    users: NDArray[np.intp] | None = None,
) -> Scores:
    """Return what one scorer makes of many histories, (users, n_items); NaN where it has no opinion.

    ``ages`` (nnz,), in days and in the order of ``user_items.data``: how old each opinion is; None: all equally old.
    ``users`` (users,): which users of the graph they are; None: strangers.
    """
    if users is not None and isinstance(scorer, Social):
        return scorer.score_users(users)
    if ages is None and isinstance(scorer, Batched):
        return scorer.score_many(user_items)
    n_users, n_items = user_items.shape
    everything = np.arange(n_items)
    scores = np.empty((n_users, n_items), dtype=np.float32)
    for row in range(n_users):
        own = slice(user_items.indptr[row], user_items.indptr[row + 1])
        rated, values = user_items.indices[own].astype(np.intp), user_items.data[own].astype(np.float32)
        evidence = Evidence(n_items, rated, values, ages=None if ages is None else ages[own].astype(np.float64))
        scores[row] = scorer.score(evidence, everything)
    return scores


def _mean_and_spread(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return mean and standard deviation, of nothing 0; in a third of the time that numpy's own take."""
    if not len(values):
        return 0.0, 0.0
    mean = float(values.sum()) / len(values)
    apart = values - mean
    return mean, float(np.sqrt(apart @ apart / len(values)))
