"""The next question: the one whose answer is expected to remove the most doubt per unit of effort.

All kinds compete in one currency. Observing entity q would shrink the doubt about item i by K(i, q)² / (K(q, q) +
noise); the sum over items, weighted by how plausible each is now, as a share of all the doubt there is, times the
chance that the user can answer at all, is the gain (a weighted A-optimal design; Chaloner & Verdinelli 1995).

The plausibility that weights items is much flatter than the ranking: a question that only tells the first ten apart
learns nothing about the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kgrec.domain import Facet, Ledger, OpinionKind, Option, Question, QuestionKind
from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.belief import NOISE, Posterior, Prior

MOST_ITEMS: Final = 150
MOST_VALUES: Final = 40
MOST_OPTIONS: Final = 5
"""So many items, and so many values of each facet, compete to be asked about; so many options a choice has."""

EFFORT: Final = {QuestionKind.CHOICE: 1.1, QuestionKind.LIKE: 1.0, QuestionKind.SEEN: 1.0}
CAN_CHOOSE: Final = 0.8
"""The chance that one of the options shown suits."""

IMPLIED: Final = 0.4
"""What an answer about a value tells where all is learned from ratings, as a share of what its column of K promises.

There a value's opinions are inferred from ratings of its items, so that its column says what people with such ratings
rate; what somebody says of a genre agrees with that only in part.
"""

SLOT: Final = 3.0
"""How much a place on the list, freed of an item the user knows, counts beside doubt about the taste."""

COMPARED: Final = 0.5
"""Choosing one of k options wins k - 1 comparisons; each tells about half as much about both sides as an answer."""

RARE: Final = 2
COMMON: Final = 0.5
"""A value of fewer items, or of more than this share of them, is not worth asking about."""

COVERED: Final = 0.6
"""Of two values that share more of the rarer one's items than this, only one is offered."""

ENOUGH: Final = 0.004
"""Below this gain per effort a question costs more than it tells."""

REPEATED: Final = 0.9
"""What a question is worth for each recent one of its kind: people tire of one kind."""

HEAD: Final = 10
FOCUS: Final = 2_000
"""How flat the plausibility of items is, and how many items questions are about (see plausibility)."""

KNOWN_BY_PRIOR: Final = (0.05, 0.75)
"""The chance that people know the least and the most renowned items, where no interactions tell."""

SEEN_OPTIONS: Final = (Option("loved it", 1.0), Option("it was fine", 0.3), Option("not for me", -1.0))
LIKE_OPTIONS: Final = (Option("yes", 1.0), Option("no", -1.0))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A question that could be put, before it is worded."""

    kind: QuestionKind
    id: str
    gain: float
    facet: Facet | None = None
    entity: int = -1
    options: tuple[int, ...] = ()

    def worth(self, recent: Sequence[QuestionKind] = ()) -> float:
        """Gain per effort, less for a kind that was put again and again."""
        return self.gain / EFFORT[self.kind] * REPEATED ** sum(kind is self.kind for kind in recent)


@dataclass(frozen=True, eq=False)
class QuestionBank:
    """All there is to ask about a graph, with the columns of K that asking needs.

    Attributes:
        entities: intp (q,), the entities that some question observes.
        columns: float32 (n_items, q), what their columns of K say about items.
        known: float64 (n_entities,), the chance that a newcomer can say something about each entity.
    """

    graph: KnowledgeGraph
    entities: NDArray[np.intp]
    columns: NDArray[np.float32]
    known: NDArray[np.float64]

    @classmethod
    def fit(cls, graph: KnowledgeGraph, prior: Prior) -> QuestionBank:
        """Choose the best known items and values and compute their columns once."""
        known = familiarity(graph)
        items = np.argsort(-known[: graph.n_items], kind="stable")[:MOST_ITEMS]
        values = [_askable(graph, facet, known) for facet in graph.linked_facets if facet.question or facet.affirm]
        entities = np.unique(np.concatenate([items, *values]))
        columns = prior.columns(entities.tolist())[: graph.n_items]
        return cls(graph, entities, np.ascontiguousarray(columns), known)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fitting computed, by the names of the fields."""
        return {"entities": self.entities, "columns": self.columns, "known": self.known}

    def best(
        self,
        posterior: Posterior,
        allowed: NDArray[np.bool_],
        asked: AbstractSet[str],
        recent: Sequence[QuestionKind] = (),
        familiar: NDArray[np.float64] | None = None,
    ) -> Question | None:
        """Return the question worth most now, with its ledger; None when no question is worth its effort.

        Args:
            posterior: what is believed.
            allowed: mask (n_items,) of the candidates.
            asked: ids of the questions that are not to be put (again).
            recent: the kinds of the last few questions.
            familiar: the chance that this user knows each item, shape (n_items,); None: that of a newcomer.
        """
        weights = plausibility(posterior.mean[: self.graph.n_items], allowed)
        gain = dict(zip(self.entities.tolist(), self._gains(posterior, weights).tolist(), strict=True))
        known = self.known[: self.graph.n_items] if familiar is None else familiar
        seen = known * gains_of_items(self.graph.n_items, gain) + self._slots(posterior, weights, known)
        candidates = [one for one in self._candidates(gain, seen, weights, allowed) if one.id not in asked]
        ranked = sorted(candidates, key=lambda one: (-one.worth(recent), one.id))[:2]
        if not ranked or ranked[0].worth() < ENOUGH:
            return None
        question = self._worded(ranked[0], allowed)
        if len(ranked) > 1:
            runner_up = self._worded(ranked[1], allowed)
            ledger = replace(question.ledger, runner_up=runner_up.text, runner_up_gain=ranked[1].gain)
            question = replace(question, ledger=ledger)
        return question

    # --- what each would tell -------------------------------------------------------------------------------------

    def _gains(self, posterior: Posterior, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of the doubt about the plausible items that observing each entity removes, shape (q,)."""
        focus = np.flatnonzero(weights)
        own = posterior.roots[self.entities]
        covariance = self.columns[focus] - posterior.roots[focus] @ own.T
        doubt = float(weights[focus] @ posterior.variance[focus])
        noise = NOISE[OpinionKind.LIKED]
        removed = (weights[focus].astype(np.float32) @ covariance**2) / (posterior.variance[self.entities] + noise)
        trust = posterior.prior.weights["collaborative"]
        told = np.where(self.entities < self.graph.n_items, 1.0, 1 - (1 - IMPLIED) * trust)
        return np.asarray(told * removed / max(doubt, 1e-12), dtype=np.float64)

    def _slots(
        self, posterior: Posterior, weights: NDArray[np.float64], known: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return what hearing whether an item is known tells, in the currency of gains, shape (n_items,).

        An item is worth its mean on a list, and nothing to somebody who knows it: a variance of known × (1 - known) ×
        mean², which any answer removes.
        """
        doubt = float(weights @ posterior.variance[: self.graph.n_items])
        worth = np.maximum(posterior.mean[: self.graph.n_items], 0.0) ** 2
        return np.asarray(SLOT * weights * known * (1 - known) * worth / max(doubt, 1e-12))

    def _candidates(
        self,
        gain: Mapping[int, float],
        seen: NDArray[np.float64],
        weights: NDArray[np.float64],
        allowed: NDArray[np.bool_],
    ) -> Iterator[_Candidate]:
        """Go through every question there is; ``seen``: what asking about each item tells, answered or not."""
        ids = self.graph.entity_ids
        for item in gain:
            if item < self.graph.n_items and allowed[item]:
                yield _Candidate(QuestionKind.SEEN, f"seen:{ids[item]}", float(seen[item]), entity=item)
        for facet, values in self._values.items():
            declared = self.graph.facet(facet)
            if declared.question:
                options = self._options(facet, gain, weights, allowed)
                if len(options) > 1:
                    told = CAN_CHOOSE * COMPARED * sum(gain[value] for value in options)
                    yield _Candidate(QuestionKind.CHOICE, f"choice:{facet}", told, declared, options=options)
            if declared.affirm:
                for value in values:
                    told = gain[value] * float(self.known[value])
                    yield _Candidate(QuestionKind.LIKE, f"like:{ids[value]}", told, declared, value)

    def _options(
        self, facet: str, gain: Mapping[int, float], weights: NDArray[np.float64], allowed: NDArray[np.bool_]
    ) -> tuple[int, ...]:
        """Return up to MOST_OPTIONS values that split the candidates, the likeliest to be picked and to tell first.

        Values whose items another option mostly covers are left out.
        """
        values = self._values[facet]
        matrix = self.graph.items_of[facet]
        mass = matrix.T @ weights
        left = int(allowed.sum())
        order = sorted(range(len(values)), key=lambda row: (-mass[values[row]] * gain[values[row]], row))
        overlaps = self._overlaps[facet]
        chosen: list[int] = []
        for row in order:
            covered = any(overlaps[row, other] > COVERED for other in chosen)
            if not covered and 0 < self._having(facet, values[row], allowed) < left:
                chosen.append(row)
            if len(chosen) == MOST_OPTIONS:
                break
        return tuple(values[row] for row in chosen)

    @cached_property
    def _values(self) -> dict[str, tuple[int, ...]]:
        """For each facet that is asked about, its askable values."""
        return {
            facet.name: tuple(_askable(self.graph, facet, self.known).tolist())
            for facet in self.graph.linked_facets
            if facet.question or facet.affirm
        }

    @cached_property
    def _overlaps(self) -> dict[str, NDArray[np.float64]]:
        """For each facet, which share of the rarer of two values' items both have, shape (values, values)."""
        overlaps = {}
        for facet, values in self._values.items():
            members = (self.graph.items_of[facet][:, list(values)] > 0).astype(np.float64)
            both = (members.T @ members).toarray()
            sizes = both.diagonal()
            overlaps[facet] = both / np.maximum(np.minimum.outer(sizes, sizes), 1.0)
        return overlaps

    def _having(self, facet: str, value: int, allowed: NDArray[np.bool_]) -> int:
        """Count the candidates that have a value."""
        matrix = self.graph.items_of[facet]
        return int(np.count_nonzero(allowed[matrix.indices[matrix.indptr[value] : matrix.indptr[value + 1]]]))

    # --- wording --------------------------------------------------------------------------------------------------

    def _worded(self, one: _Candidate, allowed: NDArray[np.bool_]) -> Question:
        """Return the question a candidate stands for, with its ledger."""
        graph = self.graph
        effort = EFFORT[one.kind]
        if one.facet is None:
            entity = graph.entity_ids[one.entity]
            text = graph.ontology.familiar.replace("{item}", graph.label(one.entity))
            passing = graph.ontology.unfamiliar
            return Question(one.id, one.kind, text, entity, SEEN_OPTIONS, Ledger(one.gain, effort), passing)
        if one.kind is QuestionKind.LIKE:
            having = self._having(one.facet.name, one.entity, allowed)
            ledger = Ledger(one.gain, effort, (having, int(allowed.sum()) - having))
            text = one.facet.affirm.replace("{value}", graph.label(one.entity))
            return Question(one.id, one.kind, text, graph.entity_ids[one.entity], LIKE_OPTIONS, ledger, "can't say")
        split = tuple(self._having(one.facet.name, value, allowed) for value in one.options)
        options = tuple(Option(graph.label(value), graph.entity_ids[value]) for value in one.options)
        ledger = Ledger(one.gain, effort, split)
        return Question(one.id, one.kind, one.facet.question, one.facet.name, options, ledger)


def gains_of_items(n_items: int, gain: Mapping[int, float]) -> NDArray[np.float64]:
    """Return the gains of items as an array, shape (n_items,); 0 for those that are not asked about."""
    gains = np.zeros(n_items)
    for entity, told in gain.items():
        if entity < n_items:
            gains[entity] = told
    return gains


def familiarity(graph: KnowledgeGraph) -> NDArray[np.float64]:
    """Return the chance that a newcomer can say something about each entity, shape (n_entities,).

    Items: the root of the share of the users who rated it (people know more than they rate), or the prior facet.
    Values: whoever knows one of its items may know it; a director of one obscure film is known to nobody.
    """
    low, high = KNOWN_BY_PRIOR
    if len(graph.interactions):
        items = np.sqrt(graph.interactions.item_counts / graph.interactions.n_users)
    elif graph.prior is not None:
        prior = np.nan_to_num(graph.prior, nan=float(np.nanmin(graph.prior)))
        span = float(prior.max() - prior.min()) or 1.0
        items = low + (high - low) * (prior - prior.min()) / span
    else:
        items = np.full(graph.n_items, 0.5)
    known = np.zeros(graph.n_entities)
    known[: graph.n_items] = items
    missed = graph.attributes.copy()
    missed.data = np.log1p(-0.15 * items)[np.repeat(np.arange(graph.n_items), np.diff(missed.indptr))]
    values = 1.0 - np.exp(np.asarray(missed.sum(axis=0)).ravel())
    known[graph.n_items :] = values[graph.n_items :]
    return known


def plausibility(mean: NDArray[np.float32], allowed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how plausible each item is as what the user is after, shape (n_items,), sum 1; 0 where not allowed.

    It falls with the rank r of the item's mean as 1 / (HEAD + r), down to the FOCUS-th, equal means sharing a rank:
    a softmax of the mean would put everything on the few hits that everybody likes.
    """
    weights = np.zeros(len(mean))
    candidates = np.flatnonzero(allowed)
    if not candidates.size:
        return weights
    best = candidates[np.argsort(-mean[candidates], kind="stable")[:FOCUS]]
    falling = -mean[best]
    ranks = (np.searchsorted(falling, falling, "left") + np.searchsorted(falling, falling, "right") - 1) / 2
    weights[best] = 1.0 / (HEAD + ranks)
    return np.asarray(weights / weights.sum())


def _askable(graph: KnowledgeGraph, facet: Facet, known: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the values of a facet that are worth asking about, the best known and most frequent first."""
    values = graph.values(facet.name)
    values = values[values >= graph.n_items]
    degree = graph.degrees[facet.name][values]
    frequent = (degree >= RARE) & (degree < COMMON * graph.n_items)
    values, degree = values[frequent], degree[frequent]
    return values[np.argsort(-known[values] * np.log1p(degree), kind="stable")][:MOST_VALUES]
