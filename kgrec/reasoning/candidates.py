"""Candidates: every question that could be put now, of every kind, each with what its answer is expected to tell.

All kinds are measured in one currency, the share of the doubt about the plausible items that an answer removes, times
the chance of getting one. What cannot split the items that are left is no candidate: a value all of them have, or none;
nor is a person few people have heard of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.acts import QuestionKind
from kgrec.domain import Facet, FacetKind
from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.observation import COMPARED
from kgrec.reasoning.ranges import Range, ranges, worth

MOST_VALUES: Final = 40
MOST_OPTIONS: Final = 5
"""So many values of each facet compete to be asked about; so many options a choice has."""

MOST_COMPARED: Final = 16
MOST_PAIRS: Final = 5
"""So many items, and so many values of each facet, the most telling, are put against each other; the best pairs."""

CAN_CHOOSE: Final = 0.8
"""The chance that one of the options shown suits."""

WON: Final = 0.5
"""Choosing one of k options wins k - 1 comparisons; each tells about half as much about both sides as an answer."""

MINDS: Final = 0.01
"""The chance that somebody minds a number (a length, a price) enough for an answer to rule anything out.

Three times that, and two such questions together cost simulated people 2 % of NDCG@10: they mind nothing.
"""

RARE: Final = 2
COMMON: Final = 0.5
"""A value of fewer items, or of more than this share of them, is not worth asking about."""

COVERED: Final = 0.6
"""Of two values that share more of the rarer one's items than this, only one is offered."""

MOST_LOVED: Final = 5
"""So many items are shown at once to pick those that are loved."""

RESEMBLING: Final = 0.5
"""Of items whose facts have a greater cosine than this only one is shown."""

LOVES: Final = 0.5
"""The chance that somebody who knows an item loves it, and says so where several are shown; else nothing is learned."""

HEARD_OF: Final = 0.15
"""A thing with a name (a person, a company) that fewer people know than this is not asked about."""

Weights = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that could be put, before it is worded.

    Attributes:
        gain: the share of the doubt that asking is expected to remove.
        chance: that the user can say something to it, counted in the gain already.
        entities: what is asked about: one, two against each other, or the values to choose from.
        offered: the ranges to choose from.
        has_more: whether a choice has further options than those shown.
    """

    kind: QuestionKind
    id: str
    gain: float
    chance: float
    facet: Facet | None = None
    entities: tuple[int, ...] = ()
    offered: tuple[Range, ...] = ()
    has_more: bool = False


@dataclass(frozen=True, eq=False)
class Prospect:
    """What questions are weighed by, now.

    Attributes:
        allowed: bool (n_items,), the items that may still be recommended.
        weights: float64 (n_items,), how plausible each is; sum 1.
        gain: entity → the share of doubt that an answer about it removes.
        seen: float64 (n_items,), what asking whether an item was seen tells, answered or not.
        known: float64 (n_entities,), the chance that this user can say something about each.
        passed_over: values that were offered when something else was wanted.
        spent: items that were asked about before.
        decided: facets that the user's own wishes speak of.
        for_now: what a choice tells of what is wanted now, in units of what it tells of taste.
        counts: facet → value → how many of the allowed items have it, as far as it was counted.
    """

    allowed: Mask
    weights: Weights
    gain: Mapping[int, float]
    seen: Weights
    known: Weights
    passed_over: AbstractSet[int] = frozenset()
    spent: AbstractSet[int] = frozenset()
    decided: AbstractSet[str] = frozenset()
    for_now: float = 1.0
    counts: dict[str, dict[int, int]] = field(default_factory=dict, repr=False)

    @cached_property
    def left(self) -> int:
        """How many items may still be recommended."""
        return int(self.allowed.sum())


@dataclass(frozen=True, eq=False)
class Askable:
    """What can be asked about a graph at all: for each facet the values worth it, and how their items overlap."""

    graph: KnowledgeGraph
    known: Weights

    @cached_property
    def facets(self) -> tuple[Facet, ...]:
        """The linked facets that have words to ask with."""
        return tuple(facet for facet in self.graph.linked_facets if facet.question or facet.affirm)

    @cached_property
    def numeric(self) -> tuple[Facet, ...]:
        """The numeric facets that have words to ask with."""
        told = (facet for facet in self.graph.ontology.facets if facet.kind is FacetKind.NUMBER and facet.question)
        return tuple(facet for facet in told if facet.name in self.graph.numbers)

    @cached_property
    def values(self) -> dict[str, tuple[int, ...]]:
        """For each facet that is asked about, its askable values, the best known and most frequent first."""
        return {facet.name: tuple(self._values_of(facet).tolist()) for facet in self.facets}

    def _values_of(self, facet: Facet) -> NDArray[np.intp]:
        graph = self.graph
        values = graph.values(facet.name)
        values = values[values >= graph.n_items]
        degree = graph.degrees[facet.name][values]
        frequent = (degree >= RARE) & (degree < COMMON * graph.n_items)
        if facet.kind is FacetKind.ENTITY:
            frequent &= self.known[values] >= HEARD_OF
        values, degree = values[frequent], degree[frequent]
        return values[np.argsort(-self.known[values] * np.log1p(degree), kind="stable")][:MOST_VALUES]

    @cached_property
    def _links(self) -> dict[str, sparse.csr_matrix]:
        """For each facet, its askable values and the items that have them: CSR (values, n_items)."""
        items_of = self.graph.items_of
        return {name: items_of[name][:, list(values)].T.tocsr() for name, values in self.values.items()}

    @cached_property
    def overlaps(self) -> dict[str, NDArray[np.float64]]:
        """For each facet, which share of the rarer of two values' items both have, shape (values, values)."""
        overlaps = {}
        for facet, links in self._links.items():
            members = (links > 0).astype(np.float64)
            both = (members @ members.T).toarray()
            sizes = both.diagonal()
            overlaps[facet] = both / np.maximum(np.minimum.outer(sizes, sizes), 1.0)
        return overlaps

    def having(self, facet: str, value: int, allowed: Mask) -> int:
        """Count the candidates that have a value."""
        matrix = self.graph.items_of[facet]
        return int(np.count_nonzero(allowed[matrix.indices[matrix.indptr[value] : matrix.indptr[value + 1]]]))

    # --- candidates, kind by kind ---------------------------------------------------------------------------------

    def candidates(self, now: Prospect) -> Iterator[Candidate]:
        """Go through every question there is, but for comparisons."""
        ids = self.graph.entity_ids
        for item in now.gain:
            if item < self.graph.n_items and now.allowed[item]:
                told, chance = float(now.seen[item]), float(now.known[item])
                yield Candidate(QuestionKind.SEEN, f"seen:{ids[item]}", told, chance, entities=(item,))
        yield from self._loved(now)
        for facet in self.facets:
            splitting = self._splitting(facet, now)
            if facet.question:
                yield from self._choice(facet, splitting, now)
            if facet.affirm:
                for value in splitting:
                    chance = float(now.known[value])
                    yield Candidate(
                        QuestionKind.LIKE, f"like:{ids[value]}", now.gain[value] * chance, chance, facet, (value,)
                    )
        for facet in self.numeric:
            if facet.name not in now.decided:
                yield from self._range(facet, now)

    def _loved(self, now: Prospect) -> Iterator[Candidate]:
        """Yield the question which of the items that tell most are loved, the best known first."""
        fresh = [item for item in now.gain if item < self.graph.n_items and now.allowed[item] and item not in now.spent]
        shown = self._apart(sorted(fresh, key=lambda item: (-now.seen[item], item))[: MOST_LOVED**2])
        if len(shown) < 2:  # noqa: PLR2004  (one alone is asked about by itself)
            return
        told = LOVES * sum(float(now.seen[item]) for item in shown)
        chance = 1.0 - float(np.prod([1.0 - LOVES * now.known[item] for item in shown]))
        shown.sort(key=lambda item: (-now.known[item], item))
        name = "|".join(self.graph.entity_ids[item] for item in sorted(shown))
        yield Candidate(QuestionKind.LOVED, f"{QuestionKind.LOVED}:{name}", told, chance, entities=tuple(shown))

    def _apart(self, items: Sequence[int]) -> list[int]:
        """Return the first MOST_LOVED items that have not too much in common with one before: no three of a series."""
        features = self.graph.features[list(items)]
        alike = (features @ features.T).toarray()
        chosen: list[int] = []
        for place in range(len(items)):
            if len(chosen) < MOST_LOVED and not (alike[place, chosen] > RESEMBLING).any():
                chosen.append(place)
        return [items[place] for place in chosen]

    def _counted(self, facet: Facet, now: Prospect) -> dict[int, int]:
        """Return how many candidates have each askable value of a facet; counted once a prospect."""
        if facet.name not in now.counts:
            links = self._links[facet.name]
            allowed = np.add.reduceat(np.append(now.allowed[links.indices], False), links.indptr[:-1], dtype=np.intp)
            now.counts[facet.name] = dict(zip(self.values[facet.name], allowed.tolist(), strict=True))
        return now.counts[facet.name]

    def _splitting(self, facet: Facet, now: Prospect) -> tuple[int, ...]:
        """Return the askable values of a facet that some candidates have and some have not."""
        return tuple(value for value, having in self._counted(facet, now).items() if 0 < having < now.left)

    def _choice(self, facet: Facet, splitting: Sequence[int], now: Prospect) -> Iterator[Candidate]:
        """Yield the choice among values of a facet, unless every item left has one of them in common."""
        counts = self._counted(facet, now)
        if now.left in counts.values():
            return
        options, has_more = self._options(facet.name, splitting, now)
        if len(options) > 1:
            # What a word like "comedy" means is clear to everybody; names have to be known.
            known = now.known if facet.kind is FacetKind.ENTITY else np.ones_like(now.known)
            told = now.for_now * CAN_CHOOSE * WON * sum(now.gain[value] * float(known[value]) for value in options)
            passed = len(now.passed_over & counts.keys())
            page = f":{passed}" if passed else ""
            name = f"choice:{facet.name}{page}"
            yield Candidate(QuestionKind.CHOICE, name, told, CAN_CHOOSE, facet, options, has_more=has_more)

    def _options(self, facet: str, splitting: Sequence[int], now: Prospect) -> tuple[tuple[int, ...], bool]:
        """Return up to MOST_OPTIONS values, the likeliest to be picked and to tell first, and whether there are more.

        Values whose items another option mostly covers are left out, and those offered before.
        """
        values, overlaps = self.values[facet], self.overlaps[facet]
        mass = self._links[facet] @ now.weights
        order = sorted(range(len(values)), key=lambda row: (-mass[row] * now.gain[values[row]], row))
        chosen: list[int] = []
        for row in order:
            if values[row] not in splitting or values[row] in now.passed_over:
                continue
            if any(overlaps[row, other] > COVERED for other in chosen):
                continue
            if len(chosen) == MOST_OPTIONS:
                return tuple(values[row] for row in chosen), True
            chosen.append(row)
        return tuple(values[row] for row in chosen), False

    def _range(self, facet: Facet, now: Prospect) -> Iterator[Candidate]:
        offered = ranges(facet, self.graph.numbers[facet.name], now.weights)
        if len(offered) > 1:
            told = MINDS * worth(offered, is_ceiling=facet.is_ceiling)
            yield Candidate(QuestionKind.RANGE, f"range:{facet.name}", told, MINDS, facet, offered=offered)

    # --- one against the other ------------------------------------------------------------------------------------

    def rivals(self, now: Prospect) -> Iterator[tuple[Facet | None, tuple[int, ...]]]:
        """Yield what may be put against each other: items, and values of one facet, the most telling of each."""
        items = [item for item in now.gain if item < self.graph.n_items and now.allowed[item]]
        yield None, _most(items, {item: now.gain[item] * float(now.known[item]) for item in items})
        for facet in self.facets:
            splitting = self._splitting(facet, now)
            yield facet, _most(splitting, {value: now.gain[value] * float(now.known[value]) for value in splitting})


def comparisons(
    graph: KnowledgeGraph, facet: Facet | None, rivals: Sequence[int], removed: NDArray[np.float64], known: Weights
) -> Iterator[Candidate]:
    """Yield the pairs of some rivals that tell most, the best first.

    Args:
        graph: for the ids.
        facet: the facet the rivals are values of; None: they are items.
        rivals: entities.
        removed: float64 (r, r), the share of doubt that observing the difference of two of them removes.
        known: float64 (n_entities,), the chance that the user can say something about each.
    """
    ones, others = np.triu_indices(len(rivals), 1)
    entities = np.asarray(rivals)
    chances = known[entities[ones]] * known[entities[others]]
    told = removed[ones, others] * chances
    for best in np.argsort(-told, kind="stable")[:MOST_PAIRS].tolist():
        pair = tuple(sorted((rivals[ones[best]], rivals[others[best]])))
        name = f"either:{graph.entity_ids[pair[0]]}|{graph.entity_ids[pair[1]]}"
        yield Candidate(QuestionKind.EITHER, name, float(told[best]), float(chances[best]), facet, pair)


def contrasts(gram: NDArray[np.float64], covariance: NDArray[np.float64], doubt: float) -> NDArray[np.float64]:
    """Return the share of doubt that observing the difference of two entities removes, shape (r, r).

    Args:
        gram: float64 (r, r): sum over items of weight × covariance with one × covariance with the other.
        covariance: float64 (r, r), of the entities among themselves.
        doubt: the weighted sum of the variances of the items.
    """
    told, own = gram.diagonal(), covariance.diagonal()
    removed = told[:, None] + told[None, :] - 2 * gram
    variance = np.maximum(own[:, None] + own[None, :] - 2 * covariance, 0.0) + COMPARED
    return np.asarray(removed / variance / max(doubt, 1e-12))


def _most(entities: Sequence[int], told: Mapping[int, float]) -> tuple[int, ...]:
    return tuple(sorted(entities, key=lambda entity: (-told[entity], entity))[:MOST_COMPARED])
