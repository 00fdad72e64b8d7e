"""The blend: how much each scorer counts, given how much is known about the user and about the item.

Each scorer's scores are divided by their spread over the catalogue, so that weights mean the same for all of them, and
summed; an item a scorer has no opinion on gets that scorer's average, so silence neither helps nor hurts. Nothing is
subtracted: a score is a plain sum of shares, and every share splits further into what was said (kgrec.explain).

The weights are learned from held-out interactions where there are enough (kgrec.learning); else they are constants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
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
class Part:
    """What one scorer adds to the scores of n items.

    Attributes:
        raw: float32 (n,), its own scores; NaN where it has no opinion.
        weight: a number, or float64 (n,).
        mean: of its opinions on the whole catalogue; counts where it has none.
        spread: theirs, which they are divided by.
    """

    raw: Scores
    weight: Weight
    mean: float
    spread: float

    @property
    def scales(self) -> NDArray[np.float64]:
        """What its own scores are multiplied by, (n,)."""
        return np.broadcast_to(np.asarray(self.weight / self.spread), self.raw.shape)

    @property
    def is_silent(self) -> NDArray[np.bool_]:
        """The items it has no opinion on, (n,)."""
        return np.isnan(self.raw)

    @property
    def points(self) -> NDArray[np.float64]:
        """What it adds to each score, (n,)."""
        return np.asarray(np.where(self.is_silent, self.mean, self.raw.astype(np.float64)) * self.scales)

    def at(self, items: NDArray[np.intp]) -> Part:
        """Return what it adds to some of the items."""
        weight = self.weight[items] if isinstance(self.weight, np.ndarray) else self.weight
        return replace(self, raw=self.raw[items], weight=weight)


@dataclass(frozen=True, eq=False)
class Blended:
    """One score an item, and what it was made of.

    Attributes:
        scores: float64 (n_items,).
        parts: scorer → what it adds; scorers that do not count are absent.
    """

    scores: NDArray[np.float64]
    parts: Mapping[str, Part]

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
    if heard := heard_share(evidence, graph, table):
        weights = {
            name: (1 - heard) * weights.get(name, 0.0) + heard * CONVERSED.get(name, 0.0)
            for name in dict.fromkeys((*weights, *CONVERSED))
        }
    if evidence.context and graph.interactions.context:
        weights = {**weights, "context": CONTEXT}
    return {**weights, "text": TEXT_WISH} if evidence.texts else weights


def heard_share(evidence: Evidence, graph: KnowledgeGraph, table: WeightTable | None = None) -> float:
    """Return how far the weights go from those of a history (0) to CONVERSED (1): as far as all was said just now.

    Where the weights were learned on people who said what they like of any kind, only comparisons are still news.
    """
    known, posterior = len(evidence.entities), evidence.posterior
    if not len(graph.interactions) or posterior is None:
        return 0.0
    said = len(posterior.entities)
    if table is not None and table.hears_values(evidence.n_rated):
        said = len(posterior.heard) - said
        known += said
    trust = graph.interactions.n_users / (graph.interactions.n_users + HALF_TRUST_USERS)
    return trust * min(said / known, 1.0) if known else 0.0


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
    """Return the weights of items of one age; scorers that nothing was learned about keep their constants.

    But taste, which is there for what is said besides a history, does not count where that was learned about too.
    """
    if table is None:
        return constants
    learned_about = (*table.scorers, *(("taste",) if table.hears_values(n_rated) else ()))
    kept = {name: weight for name, weight in constants.items() if name not in learned_about}
    whole = sum(constants.values()) - sum(kept.values())
    learned = {name: whole * float(by_age[age]) for name, by_age in table.row(n_rated).items()}
    return {**kept, **{name: weight for name, weight in learned.items() if weight}}


def blend(scorers: Sequence[Scorer], evidence: Evidence, weights: Weights, n_items: int) -> Blended:
    """Score every item of the catalogue; scorers without any opinion, or with the same for all, do not count."""
    everything = np.arange(n_items)
    total, told, spare = np.zeros(n_items), np.empty(n_items), np.empty(n_items)  # few, so that they stay in the cache
    parts: dict[str, Part] = {}
    for scorer in scorers:
        weight = weights.get(scorer.name, 0.0)
        if not np.any(weight):
            continue
        raw = scorer.score(evidence, everything)
        np.copyto(told, raw)
        silent = np.flatnonzero(np.isnan(raw))
        told[silent] = 0.0
        mean = float(told.sum()) / max(n_items - len(silent), 1)
        told[silent] = mean
        np.subtract(told, mean, out=spare)
        spread = float(np.sqrt(spare @ spare / max(n_items - len(silent), 1)))
        if not is_flat(spread, max(told.max(initial=0.0), -told.min(initial=0.0))):
            parts[scorer.name] = Part(raw, weight, mean, spread)
            np.divide(weight, spread, out=spare)
            spare *= told
            total += spare
    return Blended(total, parts)


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
        histories, known = user_items[rows], None if users is None else users[rows]
        total[rows] = _added(scorers, weights, partial(score_histories, user_items=histories, users=known), histories)
    return total


def blend_each(scorers: Sequence[Scorer], evidences: Sequence[Evidence], weights: Weights, n_items: int) -> Scores:
    """Return the blended scores of many under the same weights, (len(evidences), n_items), as :func:`blend` gives them.

    Each scorer scores those of whom it needs no more than their histories at once, the others one by one.
    """
    sizes = [evidence.n_rated for evidence in evidences]
    rated = np.concatenate([evidence.rated for evidence in evidences])
    values = np.concatenate([evidence.values[evidence.is_item] for evidence in evidences])
    ends = np.concatenate([[0], np.cumsum(sizes)])
    histories = sparse.csr_matrix((values, rated.astype(np.int32), ends), shape=(len(evidences), n_items))
    return _added(scorers, weights, partial(_score_each, evidences=evidences, histories=histories), histories)


def _added(
    scorers: Sequence[Scorer], weights: Weights, score: Callable[[Scorer], Scores], like: sparse.csr_matrix
) -> Scores:
    """Return the scores of all scorers that count, standardised, weighed and added up, in the shape of ``like``."""
    total = np.zeros(like.shape, dtype=np.float32)
    for scorer in scorers:
        weight = np.broadcast_to(np.asarray(weights.get(scorer.name, 0.0), dtype=np.float32), like.shape[1])
        if weight.any():
            add_standardised(score(scorer), weight, total)
    return total


def _score_each(scorer: Scorer, evidences: Sequence[Evidence], histories: sparse.csr_matrix) -> Scores:
    """Return what a scorer makes of each evidence, whose rated items are ``histories``, (len(evidences), n_items)."""
    scores = np.empty(histories.shape, dtype=np.float32)
    can, hears_people = isinstance(scorer, Batched), getattr(scorer, "hears_people", False)
    together = np.array([can and _is_history(evidence, hears_people=hears_people) for evidence in evidences])
    if together.all():
        return score_histories(scorer, histories)
    everything = np.arange(histories.shape[1])
    scores[together] = score_histories(scorer, histories[together])
    for row in np.flatnonzero(~together).tolist():
        scores[row] = scorer.score(evidences[row], everything)
    return scores


def _is_history(evidence: Evidence, *, hears_people: bool) -> bool:
    """Whether there is no more to be heard of the evidence than rated items, all equally old and equally near."""
    more = hears_people and bool(evidence.facts or evidence.ties or evidence.context)
    is_weighed = evidence.ages is not None or evidence.nearness is not None
    return not (more or is_weighed or evidence.texts) and bool(evidence.is_item.all())


@runtime_checkable
class Batched(Protocol):
    """A scorer that scores many histories faster at once than one by one.

    One that heeds more of a person than their history, facts, ties or circumstances, has ``hears_people`` set.
    """

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
