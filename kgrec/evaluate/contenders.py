"""Who is compared: the blend of a fitted recommender, each of its scorers alone, and peers; and the lists they make.

All are asked the same: scores of every item for the histories of some users. From there on all are treated alike, so
that a difference between two is one of their scores: what is hidden is left out, the whole of the candidates is ranked
(never a sample), and who has nothing to say about a user, or the same of every item, lists what is popular.

What a scorer is told of a user depends on the protocol. When things were done counts where the next thing is what is
asked for (temporal), and the recommender is one that was made for that; of new users, whatever else is known is told,
and opinions on values, where the data have any (MindReader), are heard as in a conversation. Otherwise it is the
history alone, all of it equally old, as held-out items are, so that many users can be scored at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.blend import Social, blend, blend_many, weights_for
from kgrec.domain import Belief, Opinion
from kgrec.errors import ModelError
from kgrec.evaluate.memory import learned_bytes
from kgrec.evaluate.ranking_metrics import K, Lists, hits_of, ndcg
from kgrec.evaluate.splits import Case, Protocol, Split
from kgrec.fitting import Fitting
from kgrec.graph import KnowledgeGraph
from kgrec.graph.opinions import told_of
from kgrec.recommender import Recommender
from kgrec.scorers import OPTIONAL, Evidence, Scorer
from kgrec.weights import BUCKETS, ItemAge, WeightTable, is_enough

BLEND: Final = "blend"
"""What the whole recommender is called beside its scorers."""

ALL: Final = "all"
"""What asks for all scorers, the optional ones too."""

UNLEARNED: Final = WeightTable((), np.zeros((len(BUCKETS), len(ItemAge), 0)), ())
"""Weights that say nothing, so that the constant ones stand."""

_ROUNDING: Final = 1e-12
_CHUNK: Final = 256
"""So many users are scored at a time: 256 × 10,000 scores are 10 MB."""

Rows = NDArray[np.intp]
Scores = NDArray[np.float32]
ScoreRows = Callable[[Case, Rows], Scores]
"""Scores every item for some rows of a case: float32 (rows, n_items), NaN = no opinion."""


@dataclass(frozen=True, slots=True)
class Contender:
    """Something that scores, and what that costs.

    Attributes:
        fit_s: how long fitting took; None for a part of what was fitted as a whole.
        fit_cpu_s: how many seconds of a processor fitting this alone took; None where nobody knows.
        memory_mb: how much memory what was learned takes; likewise.
    """

    name: str
    score: ScoreRows
    fit_s: float | None = None
    fit_cpu_s: float | None = None
    memory_mb: float | None = None


@dataclass(frozen=True, eq=False)
class Listed:
    """The lists of a contender for a case.

    Attributes:
        lists: intp (users, k), -1 where one is shorter.
        silent: for how many users it had nothing to say, so that the list is of what is popular.
        score_ms: how long scoring a user took.
    """

    lists: Lists
    silent: int
    score_ms: float


def own_contenders(split: Split, names: tuple[str, ...] = (), *, texts: bool = True) -> list[Contender]:
    """Fit a recommender to a split; return its blend and its scorers, or those of ``names``.

    Optional scorers take part if they are named, or if all are asked for (ALL). Where the blend is not asked for, how
    much each counts in it is not learned, which takes longer than all else.

    Raises:
        ModelError: there is no scorer of a name; the message says which there are.
    """
    _refuse_unknown(names, split.graph)
    start = time.process_time()
    is_blended = not names or ALL in names or BLEND in names
    recommender, fit_s = fit(split, texts=texts, extra=extras(names), weights=None if is_blended else UNLEARNED)
    fit_cpu_s = time.process_time() - start
    members = {scorer.name: scorer for scorer in recommender.scorers_}
    timed = is_timed(split.protocol)
    found = []
    for name in (BLEND, *members) if ALL in names or not names else names:
        if name == BLEND:
            memory = megabytes(recommender.scorers_, split.graph)
            found.append(Contender(BLEND, blended(recommender, is_timed=timed), fit_s, fit_cpu_s, memory))
        else:
            cpu_s, memory = recommender.learned_.cpu_s.get(name), megabytes([members[name]], split.graph)
            found.append(Contender(name, alone(members[name], recommender, is_timed=timed), None, cpu_s, memory))
    return found


def _refuse_unknown(names: tuple[str, ...], graph: KnowledgeGraph) -> None:
    """Raise ModelError for a name that no scorer for a graph has, before anything is fitted."""
    family = Fitting(None, np.random.default_rng(0)).family(graph)
    there_are = dict.fromkeys((BLEND, *(scorer.name for scorer in family), *OPTIONAL, ALL))
    unknown = [name for name in names if name not in there_are]
    if unknown:
        why = (
            "" if is_enough(graph.interactions) else f"; of {len(graph.interactions):,} interactions no more is learned"
        )
        raise ModelError(f"there is no scorer {', '.join(unknown)}; there are: {', '.join(there_are)}{why}")


def megabytes(models: Iterable[object], graph: KnowledgeGraph) -> float:
    """Return how much memory takes what was learned, see kgrec.evaluate.memory."""
    return learned_bytes(models, graph) / 1e6


def extras(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the optional scorers that some names ask for."""
    return tuple(name for name in OPTIONAL if name in names or ALL in names)


def fit(
    split: Split, *, texts: bool = True, extra: tuple[str, ...] = (), weights: WeightTable | None = None
) -> tuple[Recommender, float]:
    """Return a recommender fitted to a split, and how many seconds that took; ``weights``: not to be learned."""
    start = time.perf_counter()
    is_next = split.protocol is Protocol.TEMPORAL
    told = texts and bool(split.graph.texts)
    recommender = Recommender(texts=told, sequential=is_next, weights=weights, extra=extra).fit(split.graph)
    return recommender, time.perf_counter() - start


def is_timed(protocol: Protocol) -> bool:
    """Whether scorers are told more of a user than a history: when things were done, or what else is known."""
    return protocol in (Protocol.TEMPORAL, Protocol.NEW_USERS, Protocol.OPINIONS)


def blended(recommender: Recommender, *, is_timed: bool, left_out: str = "") -> ScoreRows:
    """Score as the recommender does, without the scorer ``left_out`` if one is named."""
    graph = recommender.graph_
    scorers = [scorer for scorer in recommender.scorers_ if scorer.name != left_out]
    table = recommender.learned_.table

    def score(case: Case, rows: Rows) -> Scores:
        if not is_timed:
            return blend_many(scorers, case.known[rows], graph, table, case.users[rows])
        total = np.empty((len(rows), graph.n_items), dtype=np.float32)
        for place, row in enumerate(rows):
            evidence = evidence_of(case, int(row), recommender)
            total[place] = blend(scorers, evidence, weights_for(evidence, graph, table), graph.n_items).scores
        return total

    return score


def alone(scorer: Scorer, recommender: Recommender, *, is_timed: bool) -> ScoreRows:
    """Score by one scorer of a recommender; many users at once where it can and nothing but histories counts."""
    many = None if is_timed else getattr(scorer, "score_many", None)

    def score(case: Case, rows: Rows) -> Scores:
        if not is_timed and isinstance(scorer, Social):
            return scorer.score_users(case.users[rows])
        if many is not None:
            return np.asarray(many(case.known[rows]), dtype=np.float32)
        everything = np.arange(case.known.shape[1])
        told = [evidence_of(case, int(row), recommender) if is_timed else history_of(case, int(row)) for row in rows]
        return np.asarray([scorer.score(evidence, everything) for evidence in told], dtype=np.float32)

    return score


def history_of(case: Case, row: int) -> Evidence:
    """Return the known items of a user of a case, all equally old."""
    part = slice(case.known.indptr[row], case.known.indptr[row + 1])
    return Evidence(case.known.shape[1], case.known.indices[part].astype(np.intp), case.known.data[part])


def evidence_of(case: Case, row: int, recommender: Recommender) -> Evidence:
    """Return all that is known of a user of a case: items with their ages, facts, ties, and opinions on values."""
    history = history_of(case, row)
    ages: NDArray[np.float64] | None = None
    if recommender.sequential:
        ages = case.ages[case.known.indptr[row] : case.known.indptr[row + 1]].astype(np.float64)
    facts = dict(case.facts[row]) if case.facts else {}
    graph = recommender.graph_
    history = replace(history, facts=facts, ties=graph.people.of(graph.interactions.user_ids[case.users[row]]))
    told = told_of(facts, graph)
    if not told:
        return replace(history, ages=ages)
    said = tuple(Opinion(graph.entity_ids[value], sign) for value, sign in told.items())
    return replace(
        history,
        entities=np.concatenate([history.entities, np.fromiter(told, dtype=np.intp)]),
        values=np.concatenate([history.values, np.fromiter(told.values(), dtype=np.float32)]),
        ages=None if ages is None else np.concatenate([ages, np.zeros(len(told))]),
        posterior=recommender.posterior(Belief(opinions=said)),
    )


def make_lists(contender: Contender, case: Case, popularity: NDArray[np.integer], k: int) -> Listed:
    """Return the ``k`` best candidates for each user of a case, best first."""
    lists = np.full((len(case.users), k), -1, dtype=np.intp)
    spent, silent = 0.0, 0
    for start in range(0, len(case.users), _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, len(case.users)), dtype=np.intp)
        before = time.perf_counter()
        scores = contender.score(case, rows)
        spent += time.perf_counter() - before
        silent += int(np.count_nonzero(is_flat(scores[:, case.candidates])))
        lists[rows] = best(scores, case.candidates, case.hidden[rows], popularity, k)
    return Listed(lists, silent, spent / len(case.users) * 1e3)


def quality(contender: Contender, split: Split, k: int = K) -> float:
    """Return the mean NDCG over all users and cases of a split."""
    popularity = split.graph.interactions.item_counts
    found = [
        ndcg(hits_of(make_lists(contender, case, popularity, k).lists, case.relevant), np.diff(case.relevant.indptr))
        for case in split.cases
    ]
    return float(np.concatenate(found).mean())


def is_flat(scores: Scores) -> NDArray[np.bool_]:
    """Return which rows say nothing: no opinion on anything, or the same of everything."""
    known = ~np.isnan(scores)
    high = np.where(known, scores, -np.inf).max(axis=1, initial=-np.inf)
    low = np.where(known, scores, np.inf).min(axis=1, initial=np.inf)
    return np.asarray(~(high - low > _ROUNDING))


def best(
    scores: Scores, candidates: NDArray[np.bool_], hidden: sparse.csr_matrix, popularity: NDArray[np.integer], k: int
) -> Lists:
    """Rank candidates by score and return the first ``k`` of each row, -1 where fewer are left.

    What a contender has no opinion on (NaN) comes last, the popular first; a row without any difference is ranked by
    popularity as a whole. Ties go by a fixed random order, as the order of a catalogue often tells what is popular.

    >>> nothing = sparse.csr_matrix((2, 3))
    >>> scores = np.array([[0.1, np.nan, 0.3], [0.5, 0.5, 0.5]], dtype=np.float32)
    >>> best(scores, np.array([True, True, True]), nothing, np.array([4, 9, 2]), 2).tolist()
    [[2, 0], [1, 0]]
    """
    # The order is the same for every call: whoever scores the same gets the same list.
    columns = np.random.default_rng(0).permutation(np.flatnonzero(candidates))
    found = np.array(scores[:, columns], dtype=np.float64)
    places = np.full(scores.shape[1], -1, dtype=np.intp)
    places[columns] = np.arange(len(columns))
    known = ~np.isnan(found)
    low = np.where(known, found, np.inf).min(axis=1)
    flat = is_flat(scores[:, columns])
    found[flat] = popularity[columns]
    below = popularity[columns] / (popularity.max(initial=0) + 1.0) - 1.0  # from -1 up, below 0
    lowest = np.where(flat, 0.0, low)[:, None]
    silent = ~known & ~flat[:, None]
    found = np.where(silent, lowest + below * np.maximum(1.0, np.abs(lowest)), found)
    rows = np.repeat(np.arange(len(found)), np.diff(hidden.indptr))
    taken = places[hidden.indices]
    found[rows[taken >= 0], taken[taken >= 0]] = -np.inf
    n = min(k, len(columns))
    top = np.argpartition(-found, n - 1, axis=1)[:, :n]
    values = np.take_along_axis(found, top, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    ranked = np.full((len(found), k), -1, dtype=np.intp)
    chosen = np.take_along_axis(top, order, axis=1)
    ranked[:, :n] = np.where(np.isfinite(np.take_along_axis(values, order, axis=1)), columns[chosen], -1)
    return ranked


__all__ = [
    "BLEND",
    "Contender",
    "Listed",
    "alone",
    "best",
    "blended",
    "evidence_of",
    "fit",
    "is_flat",
    "is_timed",
    "make_lists",
    "megabytes",
    "own_contenders",
    "quality",
]
