"""Popularity: what many people chose, people like this user first; or, without any interactions, what is widely known.

The logarithm keeps an item with 300 ratings from weighing a hundred times one with three. A prior facet has few steps;
within a step, items that share their values with many others come first. Where facts are known of the users, their age
or occupation, an item is lifted by how much more often people of the user's group chose it. What few of them could
choose is lifted by the taste of the group, how much more often it chose what has the same values; a fact that says
nothing about what people choose lifts little. A lift is a factor, so the facts add up as logarithms, and each has its
own share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.domain import UserFact, Value
from kgrec.graph import KnowledgeGraph
from kgrec.scorers.base import Evidence, Indices, Scores, Share, choices

_BANDS: Final = 5
_FEWEST: Final = 10  # people that make a group
_TASTE_TRUST: Final = 1000.0  # so many choices as everybody's are added to those of a group before its taste is told
_CLEAR: Final = 3.0  # 20 times as likely, as a logarithm: so much a fact has to gain
_TRUSTS: Final = (30.0, 100.0, 300.0, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5)


class Popularity:
    """log(1 + users who interacted); before the first interaction the prior facet; else no opinion.

    Where a fact of the user is one known of others, ``facts`` × log(lift) is added for it. With n_gi the choices of
    item i in the user's group g, p_i the share of item i among all choices and q_gi what the taste of g makes of it,
    the lift is (n_gi + c q_gi) / ((n_g + c) p_i); for each fact the c is taken under which the choices of each person
    are likeliest given those of the others in the group. The taste for a value is a lift as well, of all choices that
    have it; an item has the geometric mean of those of its values, rarer ones counting more, and q_gi is p_i times
    that, scaled to a sum of 1. A person with several values of a fact has the mean of their lifts. Numbers
    are cut into five bands of equally many people. What somebody chose tells much of what their facts tell, too: with r
    rated items a lift counts half / (half + r).

    Args:
        facts: what the logarithm of a lift counts; 0 leaves the facts out.
        half: with so many rated items it counts half as much.
    """

    name: ClassVar[str] = "popularity"
    hears_people: ClassVar[bool] = True

    def __init__(self, facts: float = 1.0, half: float = 5.0) -> None:
        self.facts = facts
        self.half = half

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Count; cost O(interactions × facts)."""
        if len(graph.interactions):
            scores = np.log1p(graph.interactions.item_counts)
        elif graph.prior is not None:
            scores = graph.prior + _centrality(graph)
        else:
            scores = np.full(graph.n_items, np.nan)
        self.scores_: Scores = scores.astype(np.float32)
        self.groups_ = graph.once(_groups)
        return self

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return the popularity of each candidate, among people like the user where their facts are known."""
        scores = self.scores_[candidates].astype(np.float64)
        for _, lift in self._lifts(evidence, candidates):
            scores += lift
        return scores.astype(np.float32)

    def shares(self, evidence: Evidence, candidates: Indices) -> tuple[Share, ...]:
        """Return one share for what everybody chose, and one for each fact, which is its channel."""
        lifts = (Share(lift, channels={fact: lift}) for fact, lift in self._lifts(evidence, candidates))
        return (Share(self.scores_[candidates].astype(np.float64)), *lifts)

    def score_many(self, user_items: sparse.csr_matrix) -> Scores:
        """Return the scores of many histories, (users, n_items) float32: the same for all."""
        return np.tile(self.scores_, (user_items.shape[0], 1))

    def _lifts(self, evidence: Evidence, candidates: Indices) -> Iterable[tuple[str, NDArray[np.float64]]]:
        """Yield each fact that says something, with what it adds to the candidates' scores, (n,)."""
        counted = self.facts * self.half / (self.half + evidence.n_rated)
        for groups in self.groups_:
            own = groups.of(evidence.facts[groups.fact]) if groups.fact in evidence.facts else []
            if own:
                yield groups.fact, groups.lift(own)[candidates] * counted


@dataclass(frozen=True, eq=False)
class _Groups:
    """The people of one fact, by its values or bands, and what they chose.

    Attributes:
        fact: its name.
        numbers: value → group; empty for a fact that is a number.
        bounds: float64 (bands - 1,), where the bands of a number begin, after the first.
        chosen: CSR (groups, n_items), how many of a group chose each item.
        share: float64 (n_items,), the share of each item among all choices.
        values: CSR (n_items, n_entities), what each item is made of, rows that sum to 1 or 0.
        trust: so many choices as everybody's are added to those of a group.
    """

    fact: str
    numbers: dict[str, int]
    bounds: NDArray[np.float64]
    chosen: sparse.csr_matrix
    share: NDArray[np.float64]
    values: sparse.csr_matrix
    trust: float = 0.0

    def of(self, value: Value) -> list[int]:
        """Return the groups of a person with that value; none for one never heard of."""
        if isinstance(value, bool):
            return []
        if isinstance(value, int | float):
            return [] if self.numbers else [int(np.searchsorted(self.bounds, value, side="right"))]
        values = (value,) if isinstance(value, str) else value
        return [self.numbers[one] for one in values if one in self.numbers]

    def lift(self, own: Collection[int]) -> NDArray[np.float64]:
        """Return the mean logarithm of the lifts of each item in some groups, (n_items,)."""
        total = np.zeros(len(self.share))
        for group in own:
            counts = self.chosen[[group]].toarray().ravel().astype(np.float64)
            usual = self.share * np.exp(self._taste(counts))
            expected = self.trust * usual / usual.sum()
            total += np.log(counts + expected) - np.log((counts.sum() + self.trust) * self.share)
        return total / len(own)

    def _taste(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the logarithm of how much better a group with those choices likes each item by its values alone."""
        usual, own = self._usual, self.values.T @ counts
        told = usual > 0
        lifts = np.zeros(len(usual))
        lifts[told] = np.log((own[told] + _TASTE_TRUST * usual[told]) / ((own.sum() + _TASTE_TRUST) * usual[told]))
        return np.asarray(self.values @ lifts)

    @cached_property
    def _usual(self) -> NDArray[np.float64]:
        """The share of each value among those of all choices, (n_entities,)."""
        values = self.values.T @ self.share
        return np.asarray(values / (values.sum() or 1.0))


def _groups(graph: KnowledgeGraph) -> tuple[_Groups, ...]:
    """Return the groups of each fact that says something about what people choose, in the order of their names."""
    known = [graph.user_facts.get(user, {}) for user in graph.interactions.user_ids]
    names = sorted({name for facts in known for name in facts})
    found = (_grouped(name, [facts.get(name) for facts in known], graph) for name in names)
    return tuple(groups for groups in found if groups is not None)


def _grouped(fact: str, values: list[UserFact | None], graph: KnowledgeGraph) -> _Groups | None:
    """Return the groups that the values of the users make, trusted as far as they foretell; None if not at all."""
    told = np.array([value for value in values if isinstance(value, int | float)], dtype=np.float64)
    bounds = np.unique(np.quantile(told, np.arange(1, _BANDS) / _BANDS)) if len(told) else told
    words = Counter(word for value in values if isinstance(value, str | tuple) for word in _words(value))
    frequent = [] if len(told) else sorted(word for word, people in words.items() if people >= _FEWEST)
    empty = sparse.csr_matrix((len(frequent) or len(bounds) + 1, graph.n_items))
    counts = graph.interactions.item_counts + 1.0  # an item that nobody chose has a share, too
    share, made_of = counts / counts.sum(), graph.once(_made_of)
    groups = _Groups(fact, {word: n for n, word in enumerate(frequent)}, bounds, empty, share, made_of)
    if not frequent and not len(bounds):
        return None
    pairs = [(n, group) for n, value in enumerate(values) if value is not None for group in groups.of(value)]
    users, own = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    member = sparse.csr_matrix((np.ones(len(own), dtype=np.float32), (own, users)), shape=(empty.shape[0], len(values)))
    ones = choices(graph.interactions.chosen)
    chosen = sparse.csr_matrix(member @ ones)
    trust = _trust(member, ones, chosen, groups.share)
    return None if trust is None else replace(groups, chosen=chosen, trust=trust)


def _made_of(graph: KnowledgeGraph) -> sparse.csr_matrix:
    """Return what items are made of, CSR (n_items, n_entities) float64, rows that sum to 1 or 0."""
    items = sparse.csr_matrix(graph.features[: graph.n_items], dtype=np.float64)
    sums = np.asarray(items.sum(axis=1)).ravel()
    return sparse.csr_matrix(sparse.diags_array(1.0 / np.where(sums > 0, sums, 1.0)) @ items)


def _words(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _trust(
    member: sparse.csr_matrix, chosen: sparse.csr_matrix, counts: sparse.csr_matrix, share: NDArray[np.float64]
) -> float | None:
    """Return the c under which each person's choices are likeliest given the others of the group.

    None where that is hardly likelier than by everybody's choices, as facts that mean nothing are by chance.
    """
    gains = np.zeros(len(_TRUSTS))
    for group in range(member.shape[0]):
        people = chosen[member[[group]].indices]
        own = counts[[group]].toarray().ravel()
        others = own[people.indices] - 1.0
        expected = share[people.indices]
        all_others = own.sum() - np.repeat(np.diff(people.indptr), np.diff(people.indptr))
        for position, trust in enumerate(_TRUSTS):
            lifts = (others + trust * expected) / ((all_others + trust) * expected)
            gains[position] += np.log(lifts).sum()
    return _TRUSTS[int(gains.argmax())] if gains.max() > _CLEAR else None


def _centrality(graph: KnowledgeGraph) -> NDArray[np.float64]:
    """Return how much of the catalogue each item shares values with, as a rank between 0 and 1, shape (n_items,)."""
    items = graph.features[: graph.n_items]
    shared = np.asarray(items @ items.sum(axis=0).T).ravel()
    return np.argsort(np.argsort(shared, kind="stable"), kind="stable") / max(graph.n_items - 1, 1)
