"""The next question: the one whose answer is expected to remove the most doubt per unit of effort.

All kinds compete in one currency. Observing entity q would shrink the doubt about item i by K(i, q)² / (K(q, q) +
noise), and observing that A is preferred to B by the same with the difference of their columns; the sum over items,
weighted by how plausible each is now, as a share of all the doubt there is, times the chance that the user can answer
at all, is the gain (a weighted A-optimal design; Chaloner & Verdinelli 1995).

The plausibility that weights items is much flatter than the ranking: a question that only tells the first ten apart
learns nothing about the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kgrec.acts import SOMETHING_ELSE, Ledger, Option, Question, QuestionKind
from kgrec.domain import OpinionKind
from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.belief import Posterior, Prior
from kgrec.reasoning.candidates import Askable, Candidate, Prospect, comparisons, contrasts
from kgrec.reasoning.familiarity import familiarity
from kgrec.reasoning.observation import NOISE
from kgrec.reasoning.plausibility import plausibility

MOST_ITEMS: Final = 150
"""So many items, the best known, compete to be asked about."""

MOST_KEPT: Final = 1 << 26
"""So many covariances of items with what is asked about are kept (256 MB); else those needed are computed each turn."""

EFFORT: Final = {
    QuestionKind.CHOICE: 1.1,
    QuestionKind.LIKE: 1.0,
    QuestionKind.SEEN: 1.0,
    QuestionKind.EITHER: 1.5,
    QuestionKind.LOVED: 2.0,
    QuestionKind.RANGE: 1.1,
}
"""What an answer costs the user, in yes or no answers: a choice has to be read, two things to be weighed, a few titles
to be looked through.

Comparisons promise more than they keep: put as often as they would be at half an effort, they cost a twentieth of
NDCG@10 after twenty questions on ml-latest-small, because fewer people know both.
"""

IMPLIED: Final = 0.4
"""What an answer about a value tells where all is learned from ratings, as a share of what its column of K promises.

There a value's opinions are inferred from ratings of its items, so that its column says what people with such ratings
rate; what somebody says of a genre agrees with that only in part.
"""

SLOT: Final = 3.0
"""How much a place on the list, freed of an item the user knows, counts beside doubt about the taste."""

FOR_NOW: Final = 2.5
"""What a choice tells of what is wanted now, in units of what it tells of taste, where nobody rated anything.

Simulated people have a taste and no evening, so no figure decides this: it makes about every fourth question a choice.
"""

ENOUGH: Final = 0.004
"""Below this gain per effort a question costs more than it tells."""

REPEATED: Final = (0.75, 0.9)
"""What a question is worth for each recent one of its kind: people tire of one kind.

The first where nobody rated anything, the second where everything is learned from ratings: there, questions about items
tell so much that variety costs simulated people 2 % of NDCG@10 after twenty questions at the first value.
"""

ALIKE: Final = Option("both alike", 0.0)
SEEN_OPTIONS: Final = (Option("loved it", 1.0), Option("it was fine", 0.3), Option("not for me", -1.0))
LIKE_OPTIONS: Final = (Option("yes", 1.0), Option("no", -1.0))


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked before, and what it came to.

    Attributes:
        ids: of the questions that are not to be put again.
        judged: ids of the entities there is an opinion on, or that are known.
        recent: the kinds of the last few questions.
        passed_over: ids of values that were offered when something else was wanted.
        decided: facets that the user's own wishes speak of; their numbers are not asked about.
        chosen: facets of which a value was chosen for now; there is no more choice among theirs.
        continuing: the facet of which other options were just asked for.
    """

    ids: AbstractSet[str] = frozenset()
    recent: tuple[QuestionKind, ...] = ()
    passed_over: AbstractSet[str] = frozenset()
    decided: AbstractSet[str] = frozenset()
    chosen: AbstractSet[str] = frozenset()
    judged: AbstractSet[str] = frozenset()
    continuing: str = ""

    def rules_out(self, one: Candidate, entity_ids: Sequence[str]) -> bool:
        """Return whether a question is not to be put: its answer is known, or there is none.

        Two things are not put against each other if both were judged, or if the user could not say about one of them.
        """
        names = [entity_ids[entity] for entity in one.entities]
        if one.id in self.ids:
            return True
        if one.kind is QuestionKind.LOVED:
            return False  # made of what was not asked about
        if one.kind in (QuestionKind.SEEN, QuestionKind.LIKE):
            return names[0] in self.judged or f"{QuestionKind.LOVED}:{names[0]}" in self.ids
        if one.kind is QuestionKind.CHOICE:
            return one.facet is not None and one.facet.name in self.chosen
        if one.kind is not QuestionKind.EITHER:
            return False
        kind = QuestionKind.SEEN if one.facet is None else QuestionKind.LIKE
        unsaid = [name for name in names if f"{kind}:{name}" in self.ids and name not in self.judged]
        return bool(unsaid) or all(name in self.judged for name in names)

    def is_spent(self, name: str) -> bool:
        """Whether an item was judged or asked about, by itself or among others."""
        asked = (f"{QuestionKind.SEEN}:{name}", f"{QuestionKind.LOVED}:{name}")
        return name in self.judged or not self.ids.isdisjoint(asked)

    def continues(self, one: Candidate) -> bool:
        """Return whether a question offers the other options that were just asked for."""
        return bool(self.continuing) and one.id.startswith(f"{QuestionKind.CHOICE}:{self.continuing}:")


NOTHING_ASKED: Final = Asked()


@dataclass(frozen=True, slots=True)
class Rival:
    """A question that may come next.

    Attributes:
        question: with its ledger.
        chance: that the user can say something to it, counted in the gain already.
        freshness: what is left of its worth after recent ones of its kind, 0 to 1.
        worth: its gain per effort times its freshness, by which questions are ranked.
    """

    question: Question
    chance: float
    freshness: float
    worth: float


@dataclass(frozen=True, slots=True)
class Survey:
    """All there is to ask at one moment: the best questions, best first, and id → gain of every one, asked or not."""

    rivals: tuple[Rival, ...]
    gains: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class QuestionBank:
    """All there is to ask about a graph, with the columns of K that asking needs.

    Attributes:
        entities: intp (q,), the entities that some question observes.
        columns: float32 (n_items, q), what their columns of K say about items; None where that would be too large.
        kernel: float32 (q, q), what they say about each other.
        known: float64 (n_entities,), the chance that a newcomer can say something about each entity.
    """

    graph: KnowledgeGraph
    entities: NDArray[np.intp]
    columns: NDArray[np.float32] | None
    kernel: NDArray[np.float32]
    known: NDArray[np.float64]

    @classmethod
    def fit(cls, graph: KnowledgeGraph, prior: Prior) -> QuestionBank:
        """Choose the best known items and values and compute their columns once, if they are not too large to keep."""
        known = familiarity(graph)
        items = np.argsort(-known[: graph.n_items], kind="stable")[:MOST_ITEMS]
        items = items[known[items] > 0]
        values = [np.array(own, dtype=np.intp) for own in Askable(graph, known).values.values()]
        entities = np.unique(np.concatenate([items, *values]))
        if graph.n_items * len(entities) > MOST_KEPT:
            return cls(graph, entities, None, prior.between(entities, entities), known)
        columns = prior.columns(entities.tolist())
        return cls(graph, entities, np.ascontiguousarray(columns[: graph.n_items]), columns[entities], known)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fitting computed, by the names of the fields."""
        kept = {} if self.columns is None else {"columns": self.columns}
        return {"entities": self.entities, **kept, "kernel": self.kernel, "known": self.known}

    @classmethod
    def restore(cls, graph: KnowledgeGraph, arrays: Mapping[str, NDArray[Any]]) -> QuestionBank:
        """Return the bank that :meth:`arrays` was taken from; raises KeyError for other arrays."""
        return cls(graph, arrays["entities"], arrays.get("columns"), arrays["kernel"], arrays["known"])

    @cached_property
    def askable(self) -> Askable:
        """What can be asked about at all."""
        return Askable(self.graph, self.known)

    def best(
        self,
        posterior: Posterior,
        allowed: NDArray[np.bool_],
        asked: Asked = NOTHING_ASKED,
        familiar: NDArray[np.float64] | None = None,
    ) -> Question | None:
        """Return the question worth most now, with its ledger; None when no question is worth its effort.

        Args:
            posterior: what is believed.
            allowed: mask (n_items,) of the candidates.
            asked: what was asked before.
            familiar: the chance that this user knows each item, shape (n_items,); None: that of a newcomer.
        """
        now = self._prospect(posterior, allowed, asked, familiar)
        ranked = _ranked(self._candidates(posterior, now), posterior, asked, self.graph.entity_ids)
        if not ranked or (_worth(ranked[0]) < ENOUGH and not asked.continues(ranked[0])):
            return None
        question = self._worded(ranked[0], allowed)
        if len(ranked) > 1:
            runner_up = self._worded(ranked[1], allowed)
            ledger = replace(question.ledger, runner_up=runner_up.text, runner_up_gain=ranked[1].gain)
            question = replace(question, ledger=ledger)
        return question

    def survey(
        self,
        posterior: Posterior,
        allowed: NDArray[np.bool_],
        asked: Asked = NOTHING_ASKED,
        familiar: NDArray[np.float64] | None = None,
        n: int = 10,
    ) -> Survey:
        """Return the ``n`` questions worth most now, and what any question would tell; arguments as :meth:`best`."""
        every = tuple(self._candidates(posterior, self._prospect(posterior, allowed, asked, familiar)))
        rivals = []
        for one in _ranked(every, posterior, asked, self.graph.entity_ids)[:n]:
            fresh = _freshness(one, posterior, asked)
            rivals.append(Rival(self._worded(one, allowed), one.chance, fresh, fresh * _worth(one)))
        return Survey(tuple(rivals), {one.id: one.gain for one in every})

    # --- what each would tell -------------------------------------------------------------------------------------

    def _prospect(
        self,
        posterior: Posterior,
        allowed: NDArray[np.bool_],
        asked: Asked,
        familiar: NDArray[np.float64] | None,
    ) -> Prospect:
        """Return what questions are weighed by."""
        n_items = self.graph.n_items
        weights = plausibility(posterior.mean[:n_items], allowed)
        gains = self._gains(posterior, weights)
        known = self.known if familiar is None else np.concatenate([familiar, self.known[n_items:]])
        seen = self._slots(posterior, weights, known[:n_items])
        items = self.entities[self.entities < n_items]
        seen[items] += known[items] * gains[: len(items)]  # entities ascend, items first
        passed = frozenset(self.graph.index(value) for value in asked.passed_over if value in self.graph)
        gain = dict(zip(self.entities.tolist(), gains.tolist(), strict=True))
        for_now = 1 + (FOR_NOW - 1) * (1 - _trust(posterior))
        spent = frozenset(item for item in items.tolist() if asked.is_spent(self.graph.entity_ids[item]))
        return Prospect(allowed, weights, gain, seen, known, passed, spent, asked.decided, for_now)

    def _gains(self, posterior: Posterior, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of the doubt about the plausible items that observing each entity removes, shape (q,)."""
        focus = np.flatnonzero(weights)
        covariance = self._covariance(posterior, focus, np.arange(len(self.entities)))
        noise = NOISE[OpinionKind.LIKED]
        removed = (weights[focus].astype(np.float32) @ covariance**2) / (posterior.variance[self.entities] + noise)
        return np.asarray(self._trusted(posterior) * removed / self._doubt(posterior, weights), dtype=np.float64)

    def _covariance(
        self, posterior: Posterior, items: NDArray[np.intp], places: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        """Return the covariance of some items with the entities at some places, shape (items, places)."""
        entities = self.entities[places]
        if self.columns is None:
            prior = posterior.prior.between(items, entities)
        else:
            prior = self.columns[items] if len(places) == len(self.entities) else self.columns[np.ix_(items, places)]
        return np.asarray(prior - posterior.roots[items] @ posterior.roots[entities].T)

    def _trusted(self, posterior: Posterior) -> NDArray[np.float64]:
        """Return how much of what the column of each entity promises an answer about it tells, shape (q,)."""
        return np.where(
            self.entities < self.graph.n_items, 1.0, 1 - (1 - IMPLIED) * posterior.prior.weights["collaborative"]
        )

    def _doubt(self, posterior: Posterior, weights: NDArray[np.float64]) -> float:
        """Return the doubt about the plausible items, as a weighted mean of variances."""
        return max(float(weights @ posterior.variance[: self.graph.n_items]), 1e-12)

    def _slots(
        self, posterior: Posterior, weights: NDArray[np.float64], known: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return what hearing whether an item is known tells, in the currency of gains, shape (n_items,).

        An item is worth its mean on a list, and nothing to somebody who knows it: a variance of known × (1 - known) ×
        mean², which any answer removes. Where nobody rated anything, who knows what is a guess, and this tells nothing.
        """
        worth = np.maximum(posterior.mean[: self.graph.n_items], 0.0) ** 2
        return np.asarray(
            SLOT * _trust(posterior) * weights * known * (1 - known) * worth / self._doubt(posterior, weights)
        )

    def _candidates(self, posterior: Posterior, now: Prospect) -> Iterator[Candidate]:
        """Go through every question there is."""
        yield from self.askable.candidates(now)
        place = {entity: number for number, entity in enumerate(self.entities.tolist())}
        focus = np.flatnonzero(now.weights)
        heavy = now.weights[focus, None].astype(np.float32)
        doubt, trusted = self._doubt(posterior, now.weights), self._trusted(posterior)
        for facet, rivals in self.askable.rivals(now):
            if len(rivals) > 1:
                places = np.array([place[entity] for entity in rivals])
                columns = self._covariance(posterior, focus, places)
                roots = posterior.roots[list(rivals)].astype(np.float64)
                own = self.kernel[np.ix_(places, places)] - roots @ roots.T
                removed = contrasts((columns.T @ (heavy * columns)).astype(np.float64), own, doubt)
                yield from comparisons(self.graph, facet, rivals, trusted[places[0]] * removed, now.known)

    # --- wording --------------------------------------------------------------------------------------------------

    def _worded(self, one: Candidate, allowed: NDArray[np.bool_]) -> Question:
        """Return the question a candidate stands for, with its ledger."""
        graph, words = self.graph, self.graph.ontology
        ids, labels = [graph.entity_ids[entity] for entity in one.entities], [graph.label(e) for e in one.entities]
        values = tuple(Option(label, name) for label, name in zip(labels, ids, strict=True))
        ledger = Ledger(one.gain, EFFORT[one.kind], self._split(one, allowed))
        match one.kind, one.facet:
            case QuestionKind.EITHER, facet:
                text = (words if facet is None else facet).choose.replace("{a}", labels[0]).replace("{b}", labels[1])
                subject = "" if facet is None else facet.name
                return Question(one.id, one.kind, text, subject, (*values, ALIKE), ledger, "can't say")
            case QuestionKind.LOVED, _:
                return Question(one.id, one.kind, words.loved, "", values, ledger, "none of these")
            case _, None:
                text = words.familiar.replace("{item}", labels[0])
                return Question(one.id, one.kind, text, ids[0], SEEN_OPTIONS, ledger, words.unfamiliar)
            case QuestionKind.LIKE, facet:
                text = facet.affirm.replace("{value}", labels[0])
                return Question(one.id, one.kind, text, ids[0], LIKE_OPTIONS, ledger, "can't say")
            case QuestionKind.RANGE, facet:
                offered = tuple(Option(part.label, part.expression) for part in one.offered)
                return Question(one.id, one.kind, facet.question, facet.name, offered, ledger)
            case _, facet:
                options = (*values, SOMETHING_ELSE) if one.has_more else values
                return Question(one.id, one.kind, facet.question, facet.name, options, ledger)

    def _split(self, one: Candidate, allowed: NDArray[np.bool_]) -> tuple[int, ...]:
        """Return how many candidates are behind each option; of no question about items."""
        if one.facet is None:
            return ()
        if one.offered:
            return tuple(int(np.count_nonzero(allowed & part.holds(self._numbers(one)))) for part in one.offered)
        split = tuple(self.askable.having(one.facet.name, value, allowed) for value in one.entities)
        return (split[0], int(allowed.sum()) - split[0]) if one.kind is QuestionKind.LIKE else split

    def _numbers(self, one: Candidate) -> NDArray[np.float64]:
        assert one.facet is not None, "a question about a number is about a facet"
        return self.graph.numbers[one.facet.name]


def _ranked(
    every: Iterable[Candidate], posterior: Posterior, asked: Asked, entity_ids: Sequence[str]
) -> list[Candidate]:
    """Return the questions that may be put, the one worth most first; one that continues a choice before all others."""

    def order(one: Candidate) -> tuple[bool, float, str]:
        return not asked.continues(one), -_worth(one) * _freshness(one, posterior, asked), one.id

    return sorted((one for one in every if not asked.rules_out(one, entity_ids)), key=order)


def _freshness(one: Candidate, posterior: Posterior, asked: Asked) -> float:
    """Return what recent questions of its kind leave of the worth of one."""
    tired = REPEATED[0] + (REPEATED[1] - REPEATED[0]) * _trust(posterior)
    return float(tired ** asked.recent.count(one.kind))


def _worth(one: Candidate) -> float:
    """Return the gain per effort."""
    return one.gain / EFFORT[one.kind]


def _trust(posterior: Posterior) -> float:
    """Return how far ratings decide what a question tells: 0 without any, 1 from HALF_TRUST_USERS people on."""
    return min(2 * posterior.prior.weights["collaborative"], 1.0)
