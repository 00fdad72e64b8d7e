"""Histories: what somebody rated or did, as the graph or a caller tells it, made opinions of a belief."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.domain import Belief, Opinion, OpinionKind, Origin, OriginKind, Value
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.graph.opinions import told_of
from kgrec.scorers import Evidence
from kgrec.scorers.likeness import Likeness

History = Mapping[str, float] | Iterable[str]
"""Items by id or title: with a value each (1 loved, 0 indifferent, -1 hated), or a plain list of liked ones."""

Users = sparse.spmatrix | sparse.sparray | NDArray[Any] | Sequence[str]
Known = sparse.csr_matrix | Sequence[str]
"""Many users: by id, or as histories, (users, items); as they come, and as they are used."""


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


def opinions_of(history: History, graph: KnowledgeGraph, lookup: Lookup) -> list[Opinion]:
    """Return a history as opinions.

    Raises:
        UnknownEntityError: an item that is not there; it holds the nearest.
        ValueError: a value beyond [-1, 1].
    """
    pairs = history.items() if isinstance(history, Mapping) else ((item, 1.0) for item in history)
    origin = Origin(OriginKind.HISTORY, "your history")
    opinions = []
    for name, value in pairs:
        if not -1.0 <= value <= 1.0:
            raise ValueError(f"the value of {name!r} is {value}, it must lie between -1 and 1")
        item = name if name in graph else lookup.resolve(name, among="items")
        opinions.append(Opinion(item, float(value), OpinionKind.RATED, origin))
    return opinions


def as_known(users: Users, graph: KnowledgeGraph) -> Known:
    """Return many users as what they were told by: their ids, or a matrix of histories, as CSR.

    Raises:
        TypeError: ids that are no texts, or a single one.
        ValueError: a matrix of another width than the catalogue, or with values beyond [-1, 1].
    """
    if isinstance(users, str):
        raise TypeError(f"users is the one id {users!r}; put it into a list")
    if isinstance(users, sparse.spmatrix | sparse.sparray) or (isinstance(users, np.ndarray) and users.shape[1:]):
        histories = sparse.csr_matrix(users)  # type: ignore[arg-type]  # the stubs know spmatrix only as a name
        if histories.shape[1] != graph.n_items:
            raise ValueError(f"users has {histories.shape[1]} columns, the graph {graph.n_items} items")
        if histories.nnz and not np.abs(histories.data).max() <= 1.0:
            raise ValueError("users has values beyond [-1, 1]: 1 is loved, 0 indifferent, -1 hated")
        return histories
    ids = list(users)
    wrong = [user for user in ids if not isinstance(user, str)]
    if wrong:
        raise TypeError(f"users holds {wrong[0]!r}; ids are texts, as {str(wrong[0])!r}")
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
