"""Opinions on values: what users said they like and dislike that is no item: directors, genres, makers.

Some data have them (MindReader); they are told as facts about users, ``likes`` and ``dislikes``, by the ids of values.
Here they become the rows of a matrix, so that what one person said of a value can teach something about the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.domain import UserFact
from kgrec.graph.knowledge import KnowledgeGraph

LIKES: Final = "likes"
DISLIKES: Final = "dislikes"
"""The facts about users that hold their opinions on what is no item, as ids of values."""


def told_of(facts: Mapping[str, UserFact], graph: KnowledgeGraph) -> dict[int, float]:
    """Return value number → 1 or -1 for the opinions among the facts about a user; ids the graph lost are left out."""
    return {
        graph.index(value): sign
        for name, sign in ((LIKES, 1.0), (DISLIKES, -1.0))
        for value in _listed(facts.get(name))
        if value in graph and not graph.is_item(value)
    }


def opinions_on_values(graph: KnowledgeGraph) -> sparse.csr_matrix:
    """Return what the users of the interactions said of values: CSR (n_users, n_entities) float32 of 1 and -1.

    Its cells are those of values alone; it is empty where nobody told any. Made once for a graph.
    """
    return graph.once(_opinions_on_values)


def liked_by(graph: KnowledgeGraph, value: int) -> NDArray[np.int32]:
    """Return the users of the interactions who said that they like a value, ascending."""
    by_value = graph.once(_by_value)
    column = slice(by_value.indptr[value], by_value.indptr[value + 1])
    return np.asarray(by_value.indices[column][by_value.data[column] > 0])


def _by_value(graph: KnowledgeGraph) -> sparse.csc_matrix:
    return opinions_on_values(graph).tocsc()


def _opinions_on_values(graph: KnowledgeGraph) -> sparse.csr_matrix:
    users = graph.interactions.user_ids
    rows = [told_of(graph.user_facts[user], graph) if user in graph.user_facts else {} for user in users]
    starts = np.cumsum([0, *map(len, rows)])
    values = np.fromiter((value for row in rows for value in row), dtype=np.int32, count=starts[-1])
    signs = np.fromiter((sign for row in rows for sign in row.values()), dtype=np.float32, count=starts[-1])
    found = sparse.csr_matrix((signs, values, starts), shape=(len(users), graph.n_entities))
    found.sort_indices()
    return found


def _listed(fact: UserFact | None) -> tuple[str, ...]:
    """Return the words of a fact that is a word or several."""
    return (fact,) if isinstance(fact, str) else fact if isinstance(fact, tuple) else ()
