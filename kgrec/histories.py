"""Histories: what somebody rated or did, as the graph or a caller tells it, made opinions of a belief.

What is heard of them in a conversation is kept as a Gaussian belief here, what was done before is left to the scorers.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.arguments import texts, wrong
from kgrec.domain import Belief, Comparison, Opinion, OpinionKind, Origin, OriginKind, Value
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.graph.opinions import told_of
from kgrec.reasoning.belief import Posterior, Prior
from kgrec.reasoning.observation import Observation, observe_comparison, observe_opinion
from kgrec.scorers import Evidence
from kgrec.scorers.likeness import Likeness
from kgrec.text import shortened

History = Mapping[str, float] | Iterable[str]
"""Items by id or title: with a value each (1 loved, 0 indifferent, -1 hated), or a plain list of liked ones."""

Users = sparse.spmatrix | sparse.sparray | NDArray[Any] | Sequence[str]
Known = sparse.csr_matrix | Sequence[str]
"""Many users: by id, or as histories, (users, items); as they come, and as they are used."""


Utterance = Opinion | Comparison
"""What the Gaussian belief hears."""

_CACHED: Final = (64, 1 << 26)
"""So many posteriors at most are kept, and about so many numbers in them (256 MB)."""

_MOST_UNKNOWN: Final = 5
"""So many users of whom nothing is known are named in a warning; the rest are counted."""

_log = logging.getLogger(__name__)

MOST_EARLIER: Final = 60
"""So many opinions of earlier conversations, the latest, are part of the Gaussian belief."""


def heard_of(belief: Belief, graph: KnowledgeGraph) -> tuple[Utterance, ...]:
    """Return what the Gaussian belief hears, in order: opinions, then comparisons, those that the graph lost left out.

    Histories (origin HISTORY) are left to the other scorers.
    """
    said = [one for one in belief.opinions if one.origin.kind is not OriginKind.HISTORY and one.entity in graph]
    earlier = [opinion for opinion in said if opinion.origin.kind is OriginKind.PROFILE]
    now = [opinion for opinion in said if opinion.origin.kind is not OriginKind.PROFILE]
    sides = [one for one in belief.comparisons if one.entity in graph and one.other in graph]
    return (*earlier[-MOST_EARLIER:], *now, *sides)


class Posteriors:
    """The Gaussian beliefs of late: what is said next goes on from what was heard before.

    Each costs a little for every opinion, so that hearing all of them anew in every turn would take long.
    """

    def __init__(self, graph: KnowledgeGraph, prior: Prior) -> None:
        self._graph = graph
        self._prior = prior
        self._known: OrderedDict[tuple[Utterance, ...], Posterior] = OrderedDict()

    def of(self, belief: Belief) -> Posterior:
        """Return the Gaussian belief after what a belief holds of this and earlier conversations."""
        told = heard_of(belief, self._graph)
        known = len(told)
        while known and told[:known] not in self._known:
            known -= 1
        posterior = self._known[told[:known]] if known else Posterior.of(self._prior)
        for position in range(known, len(told)):
            posterior = posterior.hear(self._observation(told[position]))
            self._known[told[: position + 1]] = posterior
            if len(self._known) > min(_CACHED[0], max(_CACHED[1] // posterior.roots.size, 2)):
                self._known.popitem(last=False)
        return posterior

    def _observation(self, told: Utterance) -> Observation:
        entity = self._graph.index(told.entity)
        if isinstance(told, Opinion):
            return observe_opinion(told, entity)
        return observe_comparison(told, entity, self._graph.index(told.other))


def warn_of_unknown(users: Sequence[str], graph: KnowledgeGraph) -> None:
    """Log a warning of users of whom a graph knows nothing: they get what a newcomer gets."""
    known = graph.once(_users_known)
    if unknown := [user for user in users if user not in known]:
        named = shortened(list(map(repr, unknown)), _MOST_UNKNOWN)
        _log.warning("nothing is known of %s in %s: listed as for a newcomer", named, graph.name)


def _users_known(graph: KnowledgeGraph) -> frozenset[str]:
    return frozenset((*graph.interactions.user_ids, *graph.user_facts, *graph.people.ids))


def past_of(user: str, graph: KnowledgeGraph) -> list[Opinion]:
    """Return what the graph tells of a user, how old it is, and in which circumstances; nothing of a stranger.

    That is what the interactions tell, and opinions on values (kgrec.graph.opinions).
    """
    log, ids = graph.interactions, graph.entity_ids
    ages, occasions = log.ages_days(user), log.occasions(user)
    origin = Origin(OriginKind.HISTORY, "your ratings")
    past = [
        Opinion(ids[item], value, OpinionKind.RATED, origin, ages.get(item, 0.0), occasions.get(item, ()))
        for item, value in log.history(user).items()
    ]
    origin = Origin(OriginKind.HISTORY, "what you said")
    told = told_of(graph.user_facts.get(user, {}), graph)
    return past + [Opinion(ids[value], sign, origin=origin) for value, sign in told.items()]


def told_first(opinions: Iterable[Opinion]) -> tuple[tuple[Opinion, ...], tuple[Opinion, ...]]:
    """Return the opinions that were said, the last first, and those of the history, the best first, then the newest."""
    known = tuple(opinions)
    done = [one for one in known if one.origin.kind is OriginKind.HISTORY]
    said = [one for one in known if one.origin.kind is not OriginKind.HISTORY]
    return tuple(reversed(said)), tuple(sorted(done, key=lambda one: (-one.value, one.age_days)))


def opinions_of(history: History, graph: KnowledgeGraph, lookup: Lookup) -> list[Opinion]:
    """Return a history as opinions.

    Raises:
        UnknownEntityError: an item that is not there; it holds the nearest.
    """
    pairs = history.items() if isinstance(history, Mapping) else ((item, 1.0) for item in history)
    origin = Origin(OriginKind.HISTORY, "your history")
    opinions = []
    for name, value in pairs:
        item = name if name in graph else lookup.resolve(name, among="items")
        opinions.append(Opinion(item, float(value), OpinionKind.RATED, origin))
    return opinions


def tastes_of(likes: Iterable[str], dislikes: Iterable[str], lookup: Lookup) -> list[Opinion]:
    """Return what somebody says to like and dislike, of any kind, by id or label, as opinions.

    Raises:
        UnknownEntityError: a name that nothing bears; it holds the nearest.
        ValueError: one thing is both liked and disliked.
    """
    liked = dict.fromkeys(map(lookup.resolve, likes))
    disliked = dict.fromkeys(map(lookup.resolve, dislikes))
    if both := [lookup.kg.label(entity) for entity in liked if entity in disliked]:
        raise ValueError(f"likes and dislikes both hold {both[0]!r}; keep it in one of them")
    return [Opinion(entity, 1.0) for entity in liked] + [Opinion(entity, -1.0) for entity in disliked]


def items_called(names: Iterable[str], graph: KnowledgeGraph, lookup: Lookup) -> tuple[str, ...]:
    """Return the ids of items by id or title; raises UnknownEntityError."""
    return tuple(name if graph.is_item(name) else lookup.resolve(name, among="items") for name in names)


def as_known(users: Users, graph: KnowledgeGraph) -> Known:
    """Return many users as what they were told by: their ids, or a matrix of histories, as CSR.

    Raises:
        TypeError: ids that are no texts, or a single one.
        ValueError: a matrix of another width than the catalogue, or with values beyond [-1, 1].
    """
    is_array = isinstance(users, np.ndarray) and users.ndim == 2 and users.dtype.kind in "biuf"  # noqa: PLR2004
    if is_array or isinstance(users, sparse.spmatrix | sparse.sparray):
        histories = sparse.csr_matrix(users)  # type: ignore[arg-type]  # the stubs know spmatrix only as a name
        if histories.shape[1] != graph.n_items:
            raise ValueError(f"users has {histories.shape[1]} columns, the graph {graph.n_items} items")
        if histories.nnz and not np.abs(histories.data).max() <= 1.0:
            raise ValueError("users has values beyond [-1, 1]: 1 is loved, 0 indifferent, -1 hated")
        return histories
    given: object = users  # whatever the types say
    if not isinstance(given, Iterable) or getattr(given, "ndim", 1) != 1:
        raise TypeError(wrong("users", users, "a list of ids, or histories as a matrix of numbers, users × items"))
    ids = texts("users", given)
    warn_of_unknown(ids, graph)
    return ids


def strangers(user_items: sparse.csr_matrix, graph: KnowledgeGraph) -> list[Belief]:
    """Return what to think of people of whom nothing but their histories is known, users × items, one a row."""
    ids, origin = graph.entity_ids, Origin(OriginKind.HISTORY, "your history")
    return [
        Belief(
            tuple(
                Opinion(ids[item], value, OpinionKind.RATED, origin)
                for item, value in zip(evidence.rated.tolist(), evidence.values.tolist(), strict=True)
            )
        )
        for evidence in evidences_of(user_items)
    ]


def evidences_of(user_items: sparse.csr_matrix, context: Mapping[str, Value] | None = None) -> list[Evidence]:
    """Return the histories of strangers, users × items, as evidence, one a row; ``context``: what is known of now."""
    items, values = user_items.indices.astype(np.intp), user_items.data.astype(np.float32)
    rows = [slice(start, stop) for start, stop in pairwise(user_items.indptr.tolist())]
    return [Evidence(user_items.shape[1], items[row], values[row], context=context or {}) for row in rows]


def reweighed(evidence: Evidence, graph: KnowledgeGraph, dial: float) -> Evidence:
    """Return the evidence whose items count less the less like now the circumstances were; at dial 0 as it is.

    What was said without circumstances, in this conversation for one, counts fully.
    """
    if not dial or not evidence.occasions or not graph.interactions.context:
        return evidence
    likeness = graph.once(Likeness.of)
    rated = np.flatnonzero(evidence.is_item).tolist()
    near = np.array([likeness.near(evidence.occasions[place], evidence.context) for place in rated])
    return replace(evidence, nearness=near**dial)
