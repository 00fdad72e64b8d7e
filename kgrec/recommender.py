"""The hybrid recommender: one ranking for everybody, from a newcomer's first answer to a row of a matrix.

Every call takes the same way: a belief becomes evidence, the scorers score it, the blend weighs them, rules and wishes
mask and shift, and what is shown is taken apart into reasons. Fitting reads nothing but the graph; afterwards nothing
changes but a cache of posteriors.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.blend import blend, weights_for
from kgrec.dead_end import find_conflict
from kgrec.domain import (
    Belief,
    Comparison,
    Conflict,
    Constraint,
    Opinion,
    OpinionKind,
    Origin,
    OriginKind,
    Place,
    Recommendation,
    Shelf,
    Slate,
    TextWish,
    Value,
)
from kgrec.encoder import Progress, encode, item_vectors
from kgrec.errors import ModelError, StoreError
from kgrec.explain import Applied, Explainer
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.graph.snapshot import load_arrays, save_arrays
from kgrec.ranking import Ranking, pick, scope_of, unseen
from kgrec.reasoning.belief import Posterior, Prior
from kgrec.reasoning.channels import fit_prior
from kgrec.reasoning.conflicts import Order
from kgrec.reasoning.observation import Observation, observe_comparison, observe_opinion
from kgrec.reasoning.questions import QuestionBank
from kgrec.rulebook import LimitInForce, RuleBook, Scope
from kgrec.scorers import Affinity, Evidence, Popularity, Scorer, Taste, Text, Walk

Vectors = NDArray[np.float32]

_CACHED_POSTERIORS: Final = 64
_FIT_VERSION: Final = 2
"""Part of the key of what is cached; to be raised when fitting computes something else."""

_log = logging.getLogger(__name__)

MOST_EARLIER: Final = 60
"""So many opinions of earlier conversations, the latest, are part of the Gaussian belief."""

Utterance = Opinion | Comparison
"""What the Gaussian belief hears."""

History = Mapping[str, float] | Iterable[str]
"""Items by id or title: with a value each (1 loved, 0 indifferent, -1 hated), or a plain list of liked ones."""


class Recommender:
    """Scores, ranks and explains the items of one graph.

    Args:
        rng: seed or generator; the scorers of today need none, those that sample take it.
        texts: whether to use the sentence encoder at all.

    >>> import pandas as pd
    >>> from kgrec import KnowledgeGraph
    >>> films = pd.DataFrame({"item": ["a", "b", "c"], "label": ["Alien", "Brazil", "Clue"],
    ...                       "genre": ["horror|space", "satire", "space"]})
    >>> recommender = Recommender(rng=0, texts=False).fit(KnowledgeGraph.from_frames(films))
    >>> [entry.label for entry in recommender.recommend(likes=["Alien"], n=1)]
    ['Clue']
    """

    def __init__(self, rng: int | np.random.Generator = 0, *, texts: bool = True) -> None:
        self.rng = np.random.default_rng(rng)
        self.texts = texts

    # --- fitting --------------------------------------------------------------------------------------------------

    def fit(self, graph: KnowledgeGraph, progress: Progress | None = None, cache: Path | None = None) -> Self:
        """Learn from a graph and return self.

        Args:
            graph: what to learn from.
            progress: hears of the encoding of descriptions, the only slow part.
            cache: a folder to keep what was computed in, for a quick start next time; what is found there is checked.
        """
        vectors = None
        if self.texts and graph.documents:
            vectors = item_vectors(graph.documents, progress)
        self.graph_ = graph
        self.vectors_ = vectors
        self.lookup_ = Lookup(graph)
        self.no_rules_ = RuleBook.empty(graph)
        self.prior_, self.questions_ = _interview(graph, vectors, cache)
        scorers: tuple[Scorer, ...] = (Popularity(), Affinity(), Walk(), Text(vectors, encode), Taste())
        self.scorers_ = tuple(scorer.fit(graph) for scorer in scorers)
        self._posteriors: OrderedDict[tuple[Utterance, ...], Posterior] = OrderedDict()
        return self

    # --- the one way through --------------------------------------------------------------------------------------

    def posterior(self, belief: Belief) -> Posterior:
        """Return the Gaussian belief after what was uttered, in this conversation or call and in earlier ones.

        Histories (origin HISTORY) are left to the other scorers, and so are opinions of earlier conversations before
        the last MOST_EARLIER of them: each costs a little in every turn, and older ones say less.
        """
        told = self._told(belief)
        known = len(told)
        while known and told[:known] not in self._posteriors:
            known -= 1
        posterior = self._posteriors[told[:known]] if known else Posterior.of(self.prior_)
        for position in range(known, len(told)):
            posterior = posterior.hear(self._observation(told[position]))
            self._posteriors[told[: position + 1]] = posterior
            if len(self._posteriors) > _CACHED_POSTERIORS:
                self._posteriors.popitem(last=False)
        return posterior

    def _told(self, belief: Belief) -> tuple[Utterance, ...]:
        """Return what the posterior hears, in order: opinions, then comparisons, those that the graph lost left out."""
        graph, kinds = self.graph_, (OriginKind.HISTORY, OriginKind.PROFILE)
        opinions = [opinion for opinion in belief.opinions if opinion.entity in graph]
        earlier = [opinion for opinion in opinions if opinion.origin.kind is OriginKind.PROFILE]
        now = [opinion for opinion in opinions if opinion.origin.kind not in kinds]
        sides = [one for one in belief.comparisons if one.entity in graph and one.other in graph]
        return (*earlier[-MOST_EARLIER:], *now, *sides)

    def _observation(self, told: Utterance) -> Observation:
        entity = self.graph_.index(told.entity)
        if isinstance(told, Opinion):
            return observe_opinion(told, entity)
        return observe_comparison(told, entity, self.graph_.index(told.other))

    def scope(self, belief: Belief, context: Mapping[str, Value] | None = None) -> Scope:
        """Return what rules may ask about the user and the moment."""
        return scope_of(self.graph_, belief, context)

    def rank(
        self, belief: Belief, rules: RuleBook | None = None, context: Mapping[str, Value] | None = None
    ) -> Ranking:
        """Score every item for a belief under the rules."""
        rules = rules or self.no_rules_
        scope = self.scope(belief, context)
        evidence = Evidence.of(belief, self.graph_, self.posterior(belief))
        tuning = rules.tuning(scope)
        weights = {
            **weights_for(evidence, self.graph_),
            **{scorer: tune.weight for scorer, tune in tuning.items()},
        }
        blended = blend(self.scorers_, evidence, weights, self.graph_.n_items)
        wishes = tuple(wish for wish in belief.wishes if isinstance(wish, Constraint))
        constraints = tuple(
            constraint
            for constraint in (*wishes, *rules.constraints(scope))
            if constraint.expression not in belief.dropped
        )
        masks = tuple(rules.mask(constraint.expression, scope) for constraint in constraints)
        allowed = np.logical_and.reduce(masks) if masks else np.ones(self.graph_.n_items, dtype=bool)
        preferences = tuple(wish for wish in belief.wishes if not isinstance(wish, Constraint))
        applied = tuple(
            Applied(preference, rules.mask(preference.expression, scope))
            for preference in (*preferences, *rules.preferences(scope))
        )
        scores = blended.scores + sum(entry.preference.weight * entry.mask for entry in applied)
        return Ranking(
            belief,
            evidence,
            blended,
            applied,
            scores,
            allowed,
            allowed & unseen(self.graph_, belief),
            constraints,
            masks,
            _binding(rules, belief, scope),
            tuning,
        )

    def best(self, ranking: Ranking, n: int = 10, *, exclude_seen: bool = True) -> NDArray[np.intp]:
        """Return the numbers of the best ``n`` items that may stand on a list together, shape (<= n,)."""
        return pick(self.graph_, ranking, ranking.open if exclude_seen else ranking.allowed, n)

    def slate(self, ranking: Ranking, n: int = 10, *, exclude_seen: bool = True) -> Slate:
        """Return the best ``n`` items of a ranking with their reasons, or the conflict that leaves none."""
        total = self.graph_.n_items
        if not (ranking.open if exclude_seen else ranking.allowed).any():
            return Slate((), 0, total, self.conflict(ranking, exclude_seen=exclude_seen))
        best = self.best(ranking, n, exclude_seen=exclude_seen)
        return Slate(self.explained(ranking, best.tolist()), int(ranking.allowed.sum()), total)

    def shelves(
        self, ranking: Ranking, rules: RuleBook, context: Mapping[str, Value] | None = None, n: int = 10
    ) -> tuple[Shelf, ...]:
        """Return the shelves that rules ask for, in file order, each with its best ``n`` items, none twice."""
        shelves = []
        free = ranking.open.copy()
        for shelf in rules.shelves(self.scope(ranking.belief, context)):
            items = pick(self.graph_, ranking, free & shelf.mask, n)
            if len(items):
                free[items] = False
                filled = self.explained(ranking, items.tolist())
                shelves.append(Shelf(shelf.title, filled, shelf.because, shelf.origin.place))
        return tuple(shelves)

    def explained(self, ranking: Ranking, items: Sequence[int]) -> tuple[Recommendation, ...]:
        """Return some items with their scores and reasons, in the given order."""
        explainer = Explainer(
            self.graph_, ranking.belief, ranking.evidence, ranking.blended, self.scorers_, ranking.applied
        )
        reasons = explainer.reasons(items)
        scores = np.array([sum(reason.share for reason in parts) for parts in reasons])
        matches = ranking.blended.match(scores)
        return tuple(
            Recommendation(
                self.graph_.entity_ids[item], self.graph_.label(item), float(score), float(match), tuple(parts)
            )
            for item, score, match, parts in zip(items, scores, matches, reasons, strict=True)
        )

    def conflict(self, ranking: Ranking, *, exclude_seen: bool = True, order: Order = Order.WEIGHTED) -> Conflict:
        """Return the preferred minimal conflict among the wishes and rules, and the ways out, preferred ones first."""
        return find_conflict(self.graph_, ranking, exclude_seen=exclude_seen, order=order)

    # --- for callers ----------------------------------------------------------------------------------------------

    def recommend(  # noqa: PLR0913  (each is one thing a caller may know)
        self,
        history: History | None = None,
        *,
        likes: Iterable[str] = (),
        dislikes: Iterable[str] = (),
        where: Iterable[str] = (),
        text: str | None = None,
        user: str | None = None,
        facts: Mapping[str, Value] | None = None,
        rules: RuleBook | None = None,
        context: Mapping[str, Value] | None = None,
        n: int = 10,
        exclude_seen: bool = True,
    ) -> Slate:
        """Return the ``n`` best items with their reasons.

        Args:
            history: what the user rated so far.
            likes: entities of any kind, by id or label: films, directors, moods.
            dislikes: the same.
            where: constraints in the rule language, such as ``"runtime < 130"``.
            text: a wish in free words.
            user: a user of the graph, whose history and facts are added.
            facts: what rules may ask of the user, such as ``{"audience": "children"}``.
            rules: rules to obey.
            context: what rules may ask of the moment, such as ``{"hour": 21.0}``.
            n: the length of the list.
            exclude_seen: whether to leave out what the history and the opinions speak of.

        Raises:
            UnknownEntityError: a name that nothing bears; it holds the nearest.
            RuleError: a constraint that cannot be understood.
            ModelError: a text wish for a graph without descriptions.
        """
        rules, where = rules or self.no_rules_, tuple(where)
        for position, expression in enumerate(where):
            rules.expression(expression, Place(f"where[{position}]"))
        belief = self.believe(history, likes=likes, dislikes=dislikes, where=where, text=text, user=user, facts=facts)
        return self.slate(self.rank(belief, rules, context), n, exclude_seen=exclude_seen)

    def believe(  # noqa: PLR0913  (as recommend)
        self,
        history: History | None = None,
        *,
        likes: Iterable[str] = (),
        dislikes: Iterable[str] = (),
        where: Iterable[str] = (),
        text: str | None = None,
        user: str | None = None,
        facts: Mapping[str, Value] | None = None,
    ) -> Belief:
        """Return the belief that the arguments of :meth:`recommend` describe."""
        if text and self.vectors_ is None:
            raise ModelError(f"{self.graph_.name!r} has no descriptions that free text could be compared with")
        opinions = [*self._past(user), *self._history(history)]
        for names, value in ((likes, 1.0), (dislikes, -1.0)):
            opinions += [Opinion(self.lookup_.resolve(name), value) for name in names]
        return Belief(
            opinions=tuple(opinions),
            wishes=tuple(Constraint(expression) for expression in where),
            texts=(TextWish(text),) if text else (),
            facts=tuple({**self.graph_.user_facts.get(user or "", {}), **(facts or {})}.items()),
        )

    def score(self, history: History) -> NDArray[np.float64]:
        """Return the score of every item for a history, shape (n_items,), aligned with ``graph.item_ids``."""
        return self.rank(self.believe(history)).scores

    def recommend_batch(
        self, user_items: sparse.csr_matrix, n: int = 10
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return the ``n`` best unseen items of many users.

        Args:
            user_items: users × items, values in [-1, 1], columns as in ``graph.item_ids``.
            n: the length of each list.

        Returns:
            ids (users, n): item numbers, -1 where fewer are left; scores (users, n), NaN there.
        """
        n_items = self.graph_.n_items
        if user_items.shape[1] != n_items:
            raise ValueError(f"user_items has {user_items.shape[1]} columns, the graph {n_items} items")
        ids = np.full((user_items.shape[0], n), -1, dtype=np.intp)
        scores = np.full((user_items.shape[0], n), np.nan)
        for row in range(user_items.shape[0]):
            part = slice(user_items.indptr[row], user_items.indptr[row + 1])
            rated = user_items.indices[part].astype(np.intp)
            evidence = Evidence(n_items, rated, user_items.data[part].astype(np.float32))
            total = blend(self.scorers_, evidence, weights_for(evidence, self.graph_), n_items).scores
            total[rated] = -np.inf
            best = np.lexsort((np.arange(n_items), -total))[:n]
            best = best[np.isfinite(total[best])]
            ids[row, : len(best)] = best
            scores[row, : len(best)] = total[best]
        return ids, scores

    def _past(self, user: str | None) -> list[Opinion]:
        past = self.graph_.interactions.history(user) if user else {}
        origin = Origin(OriginKind.HISTORY, "your ratings")
        return [Opinion(self.graph_.entity_ids[i], value, OpinionKind.RATED, origin) for i, value in past.items()]

    def _history(self, history: History | None) -> list[Opinion]:
        if history is None:
            return []
        pairs = history.items() if isinstance(history, Mapping) else ((item, 1.0) for item in history)
        origin = Origin(OriginKind.HISTORY, "your history")
        opinions = []
        for name, value in pairs:
            if not -1.0 <= value <= 1.0:
                raise ValueError(f"the value of {name!r} is {value}, it must lie between -1 and 1")
            item = name if name in self.graph_ else self.lookup_.resolve(name, among="items")
            opinions.append(Opinion(item, float(value), OpinionKind.RATED, origin))
        return opinions


def _interview(graph: KnowledgeGraph, vectors: Vectors | None, cache: Path | None) -> tuple[Prior, QuestionBank]:
    """Return the prior and the questions for a graph, from the cache where it holds those of this very graph."""
    key = {"fingerprint": graph.fingerprint, "texts": vectors is not None, "version": _FIT_VERSION}
    if cache is not None and cache.exists():
        try:
            arrays, meta = load_arrays(cache)
            if meta == key:
                prior = Prior.restore(graph, vectors, arrays)
                return prior, QuestionBank.restore(graph, arrays)
        except (StoreError, KeyError, ValueError) as error:
            _log.warning("what was fitted is computed again: %s", error)
    prior = fit_prior(graph, vectors)
    questions = QuestionBank.fit(graph, prior)
    if cache is not None:
        try:
            save_arrays(cache, {**prior.arrays(), **questions.arrays()}, key)
        except StoreError as error:
            _log.warning("the next start will be slow again: %s", error)
    return prior, questions


def _binding(rules: RuleBook, belief: Belief, scope: Scope) -> tuple[LimitInForce, ...]:
    """Return the limits in force, without those about what the user asked for: who wants a series gets all of it."""
    limits = rules.limits(scope)
    if not limits:
        return ()
    asked = {facet for wish in belief.wishes for facet in rules.expression(wish.expression).facets}
    return tuple(limit for limit in limits if asked.isdisjoint(limit.about))
