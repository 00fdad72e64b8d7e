"""Slates: how a list is filled from a ranking, within the limits that rules set and as the user's dials say.

Without a dial the best come first, as long as limits have a place for them. *Familiar* shifts the scores themselves,
so it is a reason like any other. *Diversity* and *calibrated* leave every score as it is and choose what stands beside
what: only the best RERANKED items of a pool are looked at, one place after the other, so that a list of five is always
the beginning of the list of ten. What is further down never comes up for the sake of variety.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.accounts import Applied
from kgrec.domain import Dials, Facet, FacetKind, Origin, OriginKind, Preference, Reason, Recommendation
from kgrec.graph import KnowledgeGraph
from kgrec.ranking import Ranking
from kgrec.rulebook import LimitInForce, Mask
from kgrec.scorers import Evidence

Numbers = NDArray[np.intp]
Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]

RERANKED: Final = 200
"""So many of the best items are worth choosing from; those below would cost more score than any variety is worth."""

VARIETY: Final = 4.0
"""How much likeness counts beside scores, the dial in the middle; few items are more than a quarter alike."""

BALANCE: Final = 1.0
"""How much the proportions of a list count beside its scores, the dial in the middle."""

RENOWN: Final = 1.25
"""How many deviations of all scores the dial at 1 adds to an item one deviation better known than the average item."""

DIALS: Final = "dials"
"""What reasons name that add nothing to a score but tell why an item stands where it does."""

_TELLING: Final = 1.0
"""Facets of at least this weight say what kind of thing an item is."""

_SMOOTHING: Final = 0.01
"""The share of the wanted proportions that every item is taken to have: no proportion is ever zero (Steck's alpha)."""

_LOOK_AHEAD: Final = 20
"""Limits rarely pass over more than so many items for each one taken; if they do, all are looked at."""


def pick(graph: KnowledgeGraph, ranking: Ranking, pool: Mask, n: int, vectors: Vectors | None = None) -> Numbers:
    """Return the numbers of the ``n`` items of a pool for a list, each taking its place under limits before the next.

    Args:
        graph: whose items are ranked.
        ranking: their scores, the limits in force, and the dials of whoever asks.
        pool: bool (n_items,), what may be listed.
        n: the length of the list.
        vectors: float32 (n_items, d), what descriptions say, for telling what is alike; None: attributes alone tell.

    Returns:
        Shape (<= n,); fewer where the pool or the limits end. Without a dial the best come first.
    """
    numbers = np.flatnonzero(pool)
    if ranking.belief.dials.is_reordering:
        return _arranged(graph, ranking, numbers, n, vectors)
    if not ranking.limits:
        return best_of(numbers, ranking.scores, n)
    for depth in (_LOOK_AHEAD * n, len(numbers)):
        order = best_of(numbers, ranking.scores, depth)
        picked = _within_limits(_Quota(graph, ranking.limits), order, n)
        if len(picked) == n or depth >= len(numbers):
            break
    return np.array(picked, dtype=np.intp)


def best_of(numbers: Numbers, scores: Floats, n: int) -> Numbers:
    """Return the ``n`` items with the highest scores, highest first; of equal ones the lower number comes first."""
    if n < len(numbers):
        # Only what may be among the first is worth sorting, all equals of the last of them included.
        own = scores[numbers]
        numbers = numbers[own >= np.partition(own, len(own) - n - 1)[len(own) - n - 1]]
    return numbers[np.lexsort((numbers, -scores[numbers]))][:n]


def _within_limits(quota: _Quota, order: Numbers, n: int) -> list[int]:
    """Take the first ``n`` items of an order that a quota has a place for."""
    picked: list[int] = []
    while len(picked) < n and len(order := order[quota.open[order]]):
        picked.append(int(order[0]))
        quota.take(picked[-1])
        order = order[1:]
    return picked


class _Quota:
    """What limits leave open; changes with every item taken.

    Attributes:
        open: bool (n_items,), the items that may still be taken.
    """

    def __init__(self, graph: KnowledgeGraph, limits: Sequence[LimitInForce]) -> None:
        self._graph = graph
        self._limits = limits
        self._taken = [Counter[int]() for _ in limits]
        self.open: Final[Mask] = np.ones(graph.n_items, dtype=np.bool_)

    def take(self, item: int) -> None:
        """Put an item on the list."""
        for limit, taken in zip(self._limits, self._taken, strict=True):
            if not limit.mask[item]:
                continue
            for value in self._graph.values_of(item, limit.facet) if limit.facet else (0,):
                taken[value] += 1
                if taken[value] == limit.most:
                    self._close(limit, value)

    def _close(self, limit: LimitInForce, value: int) -> None:
        """Leave out what the limit has no place for any more."""
        if not limit.facet:
            self.open[limit.mask] = False
            return
        columns = self._graph.items_of[limit.facet]
        column = slice(columns.indptr[value], columns.indptr[value + 1])
        sharing = columns.indices[column][columns.data[column] >= 1.0]
        self.open[sharing[limit.mask[sharing]]] = False


# --- what stands beside what ------------------------------------------------------------------------------------------


def _arranged(graph: KnowledgeGraph, ranking: Ranking, numbers: Numbers, n: int, vectors: Vectors | None) -> Numbers:
    """Fill a list place by place from the best RERANKED items; where they do not suffice, go on by score."""
    order = best_of(numbers, ranking.scores, RERANKED)
    arrangement = _Arrangement(graph, ranking, order, vectors)
    quota = _Quota(graph, ranking.limits)
    picked: list[int] = []
    while len(picked) < n and (free := arrangement.left & quota.open[order]).any():
        place = int(np.argmax(np.where(free, arrangement.gains(), -np.inf)))  # of equals the first, by score
        arrangement.take(place)
        picked.append(int(order[place]))
        quota.take(picked[-1])
    if len(picked) < n and len(numbers) > len(order):
        picked += _within_limits(quota, best_of(numbers, ranking.scores, len(numbers))[len(order) :], n - len(picked))
    return np.array(picked, dtype=np.intp)


class _Arrangement:
    """What each of some items would bring to the list so far; changes with every item taken.

    The gain of an item is (1 - the greater dial) × its score, from 0 for the last to 1 for the first of the order;
    less ``diversity`` × VARIETY × its likeness to the item on the list that is most like it: maximal marginal relevance
    (Carbonell & Goldstein 1998); plus ``calibrated`` × BALANCE × what it adds to the sum over values g of
    p(g) log(sum over the list of q(g | item)), where p are the proportions of what the user likes and q those of an
    item: the surrogate of Steck 2018 for the Kullback-Leibler divergence, submodular, so that choosing place by place
    comes within 1 - 1/e of the best list there is.

    Attributes:
        left: bool (n,), the items of the order not taken yet.
    """

    def __init__(self, graph: KnowledgeGraph, ranking: Ranking, order: Numbers, vectors: Vectors | None) -> None:
        dials = ranking.belief.dials
        self.left: Final[Mask] = np.ones(len(order), dtype=np.bool_)
        self._dials = dials
        self._own = (1.0 - max(dials.diversity, dials.calibrated)) * _relative(ranking.scores[order])
        self._likeness = Likeness(graph, order, vectors) if dials.diversity else None
        self._nearest: Floats = np.zeros(len(order))
        wanted = proportions(graph, ranking.evidence) if dials.calibrated else np.zeros(0)
        values = np.flatnonzero(wanted)
        self._wanted = wanted[values]
        own = _kinds(graph)[order][:, values].toarray() if len(values) else np.zeros((len(order), 0))
        self._kinds = (1.0 - _SMOOTHING) * own + _SMOOTHING * self._wanted
        self._listed: Floats = np.zeros(len(values))

    def gains(self) -> Floats:
        """Return what each item would add, taken next, shape (n,), to six decimals: differences count, not the size."""
        gains = self._own - self._dials.diversity * VARIETY * self._nearest
        if len(self._wanted):
            gains = gains + self._dials.calibrated * BALANCE * (np.log(self._listed + self._kinds) @ self._wanted)
        return np.round(gains, 6)  # single precision says no more; what is equal goes by score

    def take(self, place: int) -> None:
        """Put an item on the list, by its place in the order."""
        self.left[place] = False
        self._listed = self._listed + self._kinds[place]
        if self._likeness is not None:
            self._nearest = np.maximum(self._nearest, self._likeness.to(place))


class Likeness:
    """How alike some items are, from 0 to 1: the cosine of their attributes (:attr:`KnowledgeGraph.features`).

    Where both have a description, its mean with the cosine of what those say, negative ones counted as 0.
    """

    def __init__(self, graph: KnowledgeGraph, items: Numbers, vectors: Vectors | None = None) -> None:
        self._features = graph.features[items]
        self._vectors = np.asarray(vectors[items]) if vectors is not None else np.zeros((len(items), 0), np.float32)
        self._told: Mask = np.asarray(self._vectors.any(axis=1))

    def to(self, place: int) -> Floats:
        """Return the likeness of all the items to the one at a place, shape (n,)."""
        row = slice(*self._features.indptr[place : place + 2])
        dense = np.zeros(self._features.shape[1], dtype=np.float32)
        dense[self._features.indices[row]] = self._features.data[row]
        shared = np.asarray(self._features @ dense, dtype=np.float64)
        told = np.maximum(self._vectors @ self._vectors[place], 0.0)
        return np.where(self._told & self._told[place], (shared + told) / 2, shared)


def _relative(scores: Floats) -> Floats:
    """Return scores between 0 for the least and 1 for the greatest; all 0 if they are equal."""
    if not len(scores):
        return scores
    spread = float(np.ptp(scores))
    return (scores - scores.min()) / spread if spread > 0 else np.zeros(len(scores))


def telling_facet(graph: KnowledgeGraph) -> Facet | None:
    """Return the facet whose proportions lists shall keep: the first of telling categories that the ontology names."""
    telling = (one for one in graph.linked_facets if one.kind is FacetKind.CATEGORY and one.weight >= _TELLING)
    return next(telling, None)


def proportions(graph: KnowledgeGraph, evidence: Evidence) -> Floats:
    """Return how much of what is liked falls to each value of the telling facet, shape (n_entities,).

    Adds up to 1, or to 0 where nothing of the kind is known. What is liked more counts more; an item counts for its
    values in equal parts, a liked value for itself.
    """
    facet = telling_facet(graph)
    liked: Mask = evidence.values > 0
    total: Floats = np.zeros(graph.n_entities)
    if facet is None or not liked.any():
        return total
    entities, values = evidence.entities[liked], evidence.values[liked].astype(np.float64)
    is_item = entities < graph.n_items
    total += values[is_item] @ _kinds(graph)[entities[is_item]]
    is_value = ~is_item & (graph.degrees[facet.name][entities] > 0)
    np.add.at(total, entities[is_value], values[is_value])
    return total / total.sum() if total.any() else total


def _kinds(graph: KnowledgeGraph) -> sparse.csr_matrix:
    """Return how each item divides into values of the telling facet, CSR (n_items, n_entities), rows of sum 1 or 0."""
    return graph.once(_shares_of_values)


def _shares_of_values(graph: KnowledgeGraph) -> sparse.csr_matrix:
    facet = telling_facet(graph)
    if facet is None:
        return sparse.csr_matrix((graph.n_items, graph.n_entities))
    links = graph.links[facet.name]
    stated = sparse.csr_matrix((links.data >= 1.0, links.indices, links.indptr), links.shape, dtype=np.float64)
    each = np.asarray(stated.sum(axis=1)).ravel()
    return sparse.csr_matrix(sparse.diags_array(1.0 / np.maximum(each, 1.0)) @ stated)


# --- how well known ---------------------------------------------------------------------------------------------------


def renown(graph: KnowledgeGraph) -> Floats:
    """Return how well known each item is, shape (n_items,), in deviations from the average item.

    By log(1 + users who interacted); before the first interaction by the prior facet, unknown values counting as
    average. All 0 where neither tells items apart. Made once a graph.
    """
    return graph.once(_standardised_renown)


def _standardised_renown(graph: KnowledgeGraph) -> Floats:
    if len(graph.interactions):
        known = np.log1p(graph.interactions.item_counts.astype(np.float64))
    elif graph.prior is not None and not np.isnan(graph.prior).all():
        known = np.where(np.isnan(graph.prior), np.nanmean(graph.prior), graph.prior)
    else:
        return np.zeros(graph.n_items)
    spread = float(known.std())
    return (known - known.mean()) / spread if spread > 0 else np.zeros(graph.n_items)


def familiarity(graph: KnowledgeGraph, dials: Dials, scores: Floats) -> tuple[Applied, ...]:
    """Return the wish that the popularity dial stands for, those that gain by it and those that lose apart.

    A preference that holds by degrees: ``familiar`` × RENOWN × the deviation of the scores before it (n_items,), for
    each deviation from the average renown.
    """
    if not dials.familiar:
        return ()
    known, weight = renown(graph), dials.familiar * RENOWN * float(scores.std())
    asked = "you asked for what is well known" if dials.familiar > 0 else "you asked for hidden gems"
    parts = ((known > 0, "many know it"), (known < 0, "few know it"))
    origin = Origin(OriginKind.REQUEST, asked)
    return tuple(
        Applied(Preference("familiar", weight, origin, f"{asked}: {why}"), mask, np.where(mask, known, 0.0))
        for mask, why in parts
    )


def novelty(graph: KnowledgeGraph, items: Sequence[int]) -> float | None:
    """Return the mean self-information of some items in bits; None without items, or where nobody rated anything.

    -log2 of the share of users who interacted with an item, one more counted as having done so: what all know is worth
    0 bits, what one in a thousand knows about 10. Source: Zhou et al. 2010.
    """
    log = graph.interactions
    if not len(log) or not len(items):
        return None
    counts = log.item_counts[np.asarray(items, dtype=np.intp)]
    return float(np.log2((1.0 + log.n_users) / (1.0 + counts)).mean())


# --- why it stands there ----------------------------------------------------------------------------------------------


def asked_for(dials: Dials) -> str:
    """Return what a list shall have beside good scores, in words: "variety and balance"; empty if nothing."""
    return " and ".join(word for word, dial in (("variety", dials.diversity), ("balance", dials.calibrated)) if dial)


def by_score(ranking: Ranking) -> Ranking:
    """Return a ranking from which lists are filled by score alone, within the same limits."""
    dials = replace(ranking.belief.dials, diversity=0.0, calibrated=0.0)
    return replace(ranking, belief=replace(ranking.belief, dials=dials))


def with_moves(
    graph: KnowledgeGraph, ranking: Ranking, pool: Mask, listed: Sequence[Recommendation]
) -> tuple[Recommendation, ...]:
    """Return a list whose items say so where they would stand further down by score, limits as they are, or not at all.

    That reason adds nothing to the score.
    """
    asked = asked_for(ranking.belief.dials)
    if not asked:
        return tuple(listed)
    best = pick(graph, by_score(ranking), pool, len(listed)).tolist()
    places = {item: place for place, item in enumerate(best, 1)}
    told = []
    for place, entry in enumerate(listed, 1):
        own = places.get(graph.index(entry.item))
        text = f"number {own} by score" if own else f"not among the best {len(listed)} by score"
        why = Reason(DIALS, 0.0, f"{text}, moved up for the {asked} you asked for")
        told.append(entry if own and own <= place else replace(entry, reasons=(*entry.reasons, why)))
    return tuple(told)
