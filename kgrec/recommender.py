"""The hybrid recommender: one ranking for everybody, from a newcomer's first answer to a row of a matrix.

Every call takes the same way: a belief becomes evidence, the scorers score it, the blend weighs them, rules and wishes
mask and shift, and what is shown is taken apart into reasons. Fitting reads nothing but the graph; afterwards nothing
changes but a cache of posteriors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.accounts import Account
from kgrec.arguments import Fitted, a, checked, flag
from kgrec.dead_end import find_conflict
from kgrec.domain import (
    NEUTRAL,
    Belief,
    Conflict,
    Constraint,
    Dials,
    Place,
    Recommendation,
    Slate,
    TextWish,
    Value,
)
from kgrec.encoder import item_vectors
from kgrec.errors import ModelError
from kgrec.explain import Explainer, Reasons
from kgrec.fitting import Fitting, learned
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.histories import (
    History,
    Known,
    Posteriors,
    Users,
    as_known,
    evidences_of,
    items_called,
    opinions_of,
    past_of,
    reweighed,
    strangers,
    tastes_of,
    warn_of_unknown,
)
from kgrec.outlooks import Outlook, outlooks
from kgrec.progress import Progress
from kgrec.ranker import Asked, Ranker
from kgrec.ranking import FILTER, Ranking, scope_of
from kgrec.reasoning.belief import Posterior, Prior
from kgrec.reasoning.conflicts import Order
from kgrec.reasoning.questions import QuestionBank
from kgrec.rulebook import RuleBook, Scope
from kgrec.scorers import Evidence, Scorer
from kgrec.shelves import ROWS, Shelf, Stock
from kgrec.slates import pick, with_moves
from kgrec.weights import WeightTable

_BATCH: Final = 256
"""So many users are scored at once."""


@checked(
    graph=a(KnowledgeGraph, "load(name)"),
    rules=a(RuleBook, "RuleBook.load(path, graph)"),
    ranking=a(Ranking, "recommender.rank(belief)"),
    weights=a(WeightTable, "that of another recommender"),
    texts=flag,
)
class Recommender(Fitted):
    """Scores, ranks and explains the items of one graph.

    Args:
        rng: seed or generator; it draws what is held out to learn how much each scorer counts.
        texts: whether to use the sentence encoder at all.
        sequential: whether those weights shall serve the next choice of somebody, for which the order of a history
            matters, rather than any other one; of use where times are when things were chosen, not when they were
            written down.
        weights: those of another recommender, to be used instead of learning them.
        extra: names of optional scorers to fit besides, which takes minutes: those of kgrec.scorers.OPTIONAL.
        relevant: lists hold only that share of the items, those which two towers find to suit the user best.

    >>> import pandas as pd
    >>> from kgrec import KnowledgeGraph
    >>> films = pd.DataFrame({"item": ["a", "b", "c"], "label": ["Alien", "Brazil", "Clue"],
    ...                       "genre": ["horror|space", "satire", "space"]})
    >>> recommender = Recommender(rng=0, texts=False).fit(KnowledgeGraph.from_frames(films))
    >>> [entry.label for entry in recommender.recommend(likes=["Alien"], n=1)]
    ['Clue']
    """

    def __init__(  # noqa: PLR0913  (each is one thing a caller may want otherwise)
        self,
        rng: int | np.random.Generator = 0,
        *,
        texts: bool = True,
        sequential: bool = False,
        weights: WeightTable | None = None,
        extra: Iterable[str] = (),
        relevant: float = 1.0,
    ) -> None:
        self.rng = np.random.default_rng(rng)
        self.texts = texts
        self.sequential = sequential
        self.weights = weights
        self.extra = tuple(dict.fromkeys((*extra, *([FILTER] if relevant < 1 else []))))
        self.relevant = relevant

    # --- fitting --------------------------------------------------------------------------------------------------

    def fit(
        self, graph: KnowledgeGraph, progress: Progress | None = None, cache: Path | None = None, *, renew: bool = True
    ) -> Self:
        """Learn from a graph and return self.

        Args:
            graph: what to learn from.
            progress: hears what is being done, how much of it is done and how much there is; ``print`` will do.
            cache: a folder to keep what was computed in, for a quick start next time; what is found there is checked.
            renew: whether what was learned before other interactions came is learned anew, see kgrec.fitting.
        """
        vectors = None
        if self.texts and graph.documents:
            vectors = item_vectors(graph.documents, progress)
        self.vectors_ = vectors
        self.lookup_ = Lookup(graph)
        self.no_rules_ = RuleBook.empty(graph)
        fitting = Fitting(vectors, self.rng, self.sequential, self.weights, progress, self.extra)
        self.learned_ = learned(graph, fitting, cache, renew=renew)
        self.graph_ = self.learned_.graph
        self._posteriors = Posteriors(self.graph_, self.prior_)
        return self

    @property
    def why_no_texts(self) -> str:
        """Why free text can be compared with nothing, in words; empty if it can."""
        if self.vectors_ is not None:
            return ""
        if not any(any(column) for column in self.graph_.texts.values()):
            return "there are no descriptions to search for it"
        many = "there are too many descriptions to search for it"
        return many if self.texts else "the sentence encoder is switched off (texts=False)"

    @property
    def scorers_(self) -> tuple[Scorer, ...]:
        """The fitted scorers."""
        return self.learned_.scorers

    @property
    def prior_(self) -> Prior:
        """What is thought of anybody before anything is said."""
        return self.learned_.prior

    @property
    def questions_(self) -> QuestionBank:
        """What may be asked."""
        return self.learned_.questions

    # --- the one way through --------------------------------------------------------------------------------------

    def posterior(self, belief: Belief) -> Posterior:
        """Return the Gaussian belief after what was uttered, in this conversation or call and in earlier ones.

        Histories (origin HISTORY) are left to the other scorers, and so are opinions of earlier conversations before
        the last MOST_EARLIER of them: each costs a little in every turn, and older ones say less.
        """
        return self._posteriors.of(belief)

    def scope(self, belief: Belief, context: Mapping[str, Value] | None = None) -> Scope:
        """Return what rules may ask about the user and the moment."""
        return scope_of(self.graph_, belief, context)

    def rank(
        self, belief: Belief, rules: RuleBook | None = None, context: Mapping[str, Value] | None = None
    ) -> Ranking:
        """Score every item for a belief under the rules."""
        return self._ranker.rank(self._asked(belief, context), rules or self.no_rules_)

    @property
    def _ranker(self) -> Ranker:
        return Ranker(self.graph_, self.scorers_, self.learned_.table, self.relevant)

    def _asked(self, belief: Belief, context: Mapping[str, Value] | None) -> Asked:
        scope = self.scope(belief, context)
        evidence = Evidence.of(
            belief, self.graph_, self.posterior(belief), is_timed=self.sequential, context=scope.context
        )
        return Asked(belief, reweighed(evidence, self.graph_, belief.dials.contextual), scope)

    def best(self, ranking: Ranking, n: int = 10, *, exclude_seen: bool = True) -> NDArray[np.intp]:
        """Return the numbers of the best ``n`` items that may stand on a list together, shape (<= n,)."""
        pool = ranking.open if exclude_seen else ranking.allowed
        return pick(self.graph_, ranking, pool, n, self.vectors_)

    def slate(self, ranking: Ranking, n: int = 10, *, exclude_seen: bool = True) -> Slate:
        """Return the best ``n`` items of a ranking with their reasons, or the conflict that leaves none."""
        total = self.graph_.n_items
        pool = ranking.open if exclude_seen else ranking.allowed
        if not pool.any():
            return Slate((), 0, total, self.conflict(ranking, exclude_seen=exclude_seen))
        listed = self.explained(ranking, pick(self.graph_, ranking, pool, n, self.vectors_).tolist())
        return Slate(with_moves(self.graph_, ranking, pool, listed), int(pool.sum()), total)

    def shelves(
        self,
        ranking: Ranking,
        rules: RuleBook | None = None,
        context: Mapping[str, Value] | None = None,
        n: int = 10,
        rows: int = ROWS,
    ) -> tuple[Shelf, ...]:
        """Return at most ``rows`` titled rows of at most ``n`` items, none twice: the list, then what else fits."""
        asked = (rules or self.no_rules_).shelves(self.scope(ranking.belief, context))
        stock = Stock(self.graph_, ranking, self.scorers_, self.vectors_)
        return stock.shelves(stock.rows(asked, n, rows), partial(self.explained, ranking))

    def explained(self, ranking: Ranking, numbers: Sequence[int]) -> tuple[Recommendation, ...]:
        """Return some items, by number, with their scores and reasons, in the given order."""
        account = Account.of(numbers, ranking.evidence, ranking.blended, self.scorers_, ranking.applied)
        explainer = Explainer(self.graph_, ranking.belief, account)
        scores = ranking.scores[account.items]
        matches, expected = ranking.blended.match(scores).tolist(), self._outlooks(ranking, numbers)
        entries = zip(numbers, scores.tolist(), matches, expected, strict=True)
        ids, label = self.graph_.entity_ids, self.graph_.label
        return tuple(
            Recommendation(
                ids[item],
                label(item),
                score,
                match,
                Reasons(partial(explainer.reasons, place)),
                forecast=outlook.forecast,
                chances=outlook.chances,
            )
            for place, (item, score, match, outlook) in enumerate(entries)
        )

    def outlook(self, ranking: Ranking, items: Iterable[str]) -> tuple[Outlook, ...]:
        """Return what is to be expected of any items, by id or title, listed or not: see :meth:`rank`.

        Where there are ratings enough that is a rating with its interval and the chance of a like; where the log has
        kinds of events (opened, finished, bought), the chance of each.

        Raises:
            UnknownEntityError: a name that no item bears; it holds the nearest.
        """
        return self._outlooks(
            ranking, [self.graph_.index(item) for item in items_called(items, self.graph_, self.lookup_)]
        )

    def _outlooks(self, ranking: Ranking, items: Sequence[int]) -> tuple[Outlook, ...]:
        return outlooks(self.graph_, ranking, items, self.scorers_, self.learned_.calibration, self.learned_.chances)

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
        exclude: Iterable[str] = (),
        dials: Dials = NEUTRAL,
    ) -> Slate:
        """Return the ``n`` best items with their reasons.

        Args:
            history: what the user rated so far.
            likes: entities of any kind, by id or label: films, directors, moods.
            dislikes: the same.
            where: constraints in the rule language, such as ``"runtime < 130"``.
            text: a wish in free words.
            user: a user of the graph, whose history and facts are added; one that it does not know is a newcomer,
                which is logged as a warning.
            facts: what rules may ask of the user, such as ``{"audience": "children"}``.
            rules: rules to obey.
            context: what rules may ask of the moment, such as ``{"hour": 21.0}``.
            n: the length of the list.
            exclude_seen: whether to leave out what the history and the opinions speak of.
            exclude: items to leave out in any case, by id or title, such as those of the lists shown last.
            dials: how varied, how balanced and how well known the list shall be, and whether circumstances re-weigh.

        Raises:
            UnknownEntityError: a name that nothing bears; it holds the nearest.
            RuleError: a constraint that cannot be understood, a fact or circumstance that is misspelt or can never be.
            ModelError: a text wish where there are no descriptions, too many, or no sentence encoder.
        """
        rules, where = rules or self.no_rules_, tuple(where)
        for position, expression in enumerate(where):
            rules.expression(expression, Place(f"where[{position}]"))
        rules.check_given(facts or {}, context or {})
        if user:
            warn_of_unknown([user], self.graph_)
        belief = self.believe(history, likes=likes, dislikes=dislikes, where=where, text=text, user=user, facts=facts)
        belief = replace(belief, excluded=self.items_called(exclude), dials=dials)
        return self.slate(self.rank(belief, rules, context), n, exclude_seen=exclude_seen)

    def items_called(self, names: Iterable[str]) -> frozenset[str]:
        """Return the ids of items by id or title; raises UnknownEntityError."""
        return frozenset(items_called(names, self.graph_, self.lookup_))

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
            raise ModelError(f"{text!r} cannot be wished for in {self.graph_.name!r}: {self.why_no_texts}")
        past = past_of(user, self.graph_) if user else []
        done = opinions_of(history, self.graph_, self.lookup_) if history is not None else []
        return Belief(
            opinions=(*past, *done, *tastes_of(likes, dislikes, self.lookup_)),
            wishes=tuple(Constraint(expression) for expression in where),
            texts=(TextWish(text),) if text else (),
            facts=tuple({**self.graph_.user_facts.get(user or "", {}), **(facts or {})}.items()),
            people=self.graph_.people.of(user or ""),
        )

    def score(self, history: History) -> NDArray[np.float64]:
        """Return the score of every item for a history, shape (n_items,), aligned with ``graph.item_ids``."""
        return self.rank(self.believe(history)).scores

    def recommend_batch(
        self,
        users: Users,
        n: int = 10,
        *,
        rules: RuleBook | None = None,
        context: Mapping[str, Value] | None = None,
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return the ``n`` best unseen items of many: what :meth:`recommend` lists for each, in less time.

        Args:
            users: ids, of newcomers if the graph does not know them, with a warning in the log; or histories, sparse
                or dense, users × items, values in [-1, 1], columns as in ``graph.item_ids``.
            n: the length of each list.
            rules: rules to obey.
            context: what rules may ask of the moment.

        Returns:
            ids (users, n): item numbers, -1 where fewer are left; scores (users, n), NaN there.

        Raises:
            TypeError, ValueError: ids that are no texts; a matrix of another width or with values beyond [-1, 1].
            RuleError: a circumstance that is misspelt or can never be.
        """
        known, rules = as_known(users, self.graph_), rules or self.no_rules_
        rules.check_given({}, context or {})
        n_users = known.shape[0] if sparse.issparse(known) else len(known)
        ids = np.full((n_users, n), -1, dtype=np.intp)
        scores = np.full((n_users, n), np.nan)
        for start in range(0, n_users, _BATCH):
            asked = self._all_asked(known[start : start + _BATCH], rules, context)
            for row, ranking in enumerate(self._ranker.rank_many(asked, rules), start):
                best = self.best(ranking, n)
                ids[row, : len(best)] = best
                scores[row, : len(best)] = ranking.scores[best]
        return ids, scores

    def _all_asked(self, users: Known, rules: RuleBook, context: Mapping[str, Value] | None) -> list[Asked]:
        if not sparse.issparse(users):
            return [self._asked(self.believe(user=user), context) for user in users]
        if rules.rules:
            return [self._asked(belief, context) for belief in strangers(users, self.graph_)]
        scope = self.scope(Belief(), context)  # rules alone need opinions spelled out, which takes as long as scoring
        return [Asked(Belief(), evidence, scope) for evidence in evidences_of(users, scope.context)]
