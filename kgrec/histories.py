"""Histories: what somebody rated or did, as the graph or a caller tells it, made opinions of a belief."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kgrec.domain import Opinion, OpinionKind, Origin, OriginKind
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup

History = Mapping[str, float] | Iterable[str]
"""Items by id or title: with a value each (1 loved, 0 indifferent, -1 hated), or a plain list of liked ones."""


def past_of(user: str, graph: KnowledgeGraph) -> list[Opinion]:
    """Return what the interactions tell of a user, and how old it is; nothing of an unknown one."""
    log, ids = graph.interactions, graph.entity_ids
    ages = log.ages_days(user)
    origin = Origin(OriginKind.HISTORY, "your ratings")
    past = log.history(user).items()
    return [Opinion(ids[item], value, OpinionKind.RATED, origin, ages.get(item, 0.0)) for item, value in past]


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
