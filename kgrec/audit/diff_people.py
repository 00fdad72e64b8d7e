"""People to try rules on: made from the graph's interactions where there are any, else newcomers made up.

The same seed gives the same people on the same graph and rules, so that two diffs can be compared. Rules decide by
facts and by the clock more than by taste; each answer to each ``ask`` rule is therefore given by somebody, and the
evenings are spread over a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from kgrec.domain import Belief, Opinion, OpinionKind, Origin, OriginKind, Value
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import Ask, RuleBook, clock_context

_WELL_KNOWN: Final = 200
"""Newcomers name items among so many of the best known."""
_FREQUENT: Final = 20
"""They name values among so many of the most frequent of a facet."""
_MOST_LIKED: Final = 3
_MOST_VALUES: Final = 2
_ANSWERS: Final = 0.5
"""The chance that somebody has answered an ``ask`` rule, beyond those who are there to answer it."""
_KNOWN_SHARE: Final = 0.5
"""How much of a user's history is known; the rest can be on the list."""
_HOURS: Final = 365 * 24
_YEAR: Final = datetime(2025, 1, 1)  # noqa: DTZ001  (local time, as rules see it)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody rules are tried on: what is believed of them, and their moment."""

    name: str
    belief: Belief = field(default_factory=Belief)
    context: Mapping[str, Value] = field(default_factory=dict)


def simulated(recommender: Recommender, n: int, books: Iterable[RuleBook] = (), seed: int = 0) -> tuple[Person, ...]:
    """Return ``n`` people: users of the graph's interactions with half of their history, or newcomers without any.

    Args:
        recommender: a fitted one.
        n: how many.
        books: rules whose questions they have answers to. Each option is somebody's answer if ``n`` allows.
        seed: other people for another seed.
    """
    rng = np.random.default_rng(seed)
    options = _options(books)
    pairs = [(fact, value) for fact, values in options.items() for value in values]
    users = _users(recommender.graph_, n, rng)
    people = []
    for number in range(n):
        person = users[number] if number < len(users) else _newcomer(recommender.graph_, number, rng)
        facts = dict(person.belief.facts)
        for fact, values in options.items():
            if fact not in facts and rng.random() < _ANSWERS:
                facts[fact] = values[rng.integers(len(values))]
        if pairs:
            fact, value = pairs[number % len(pairs)]
            facts[fact] = value
        people.append(replace(person, belief=replace(person.belief, facts=tuple(facts.items())), context=_moment(rng)))
    return tuple(people)


def _options(books: Iterable[RuleBook]) -> dict[str, tuple[Value, ...]]:
    """Return the facts that rules ask for, with all answers that any of them offers."""
    options: dict[str, dict[Value, None]] = {}
    for book in books:
        for rule in book.rules:
            if isinstance(rule, Ask):
                options.setdefault(rule.fact, {}).update(dict.fromkeys(option.value for option in rule.options))
    return {fact: tuple(values) for fact, values in options.items() if values}


def _moment(rng: np.random.Generator) -> dict[str, Value]:
    """Return what the clock says at some full hour of a year."""
    return clock_context((_YEAR + timedelta(hours=int(rng.integers(_HOURS)))).timestamp())


def _users(graph: KnowledgeGraph, n: int, rng: np.random.Generator) -> list[Person]:
    """Return some users of the interactions, each with a part of what they rated."""
    ids = graph.interactions.user_ids
    origin = Origin(OriginKind.HISTORY, "your ratings")
    people = []
    for number in rng.permutation(len(ids))[:n].tolist():
        history = sorted(graph.interactions.history(ids[number]).items())
        known = rng.permutation(len(history))[: max(1, round(_KNOWN_SHARE * len(history)))]
        opinions = tuple(
            Opinion(graph.entity_ids[item], value, OpinionKind.RATED, origin)
            for item, value in (history[position] for position in sorted(known.tolist()))
        )
        facts = tuple(graph.user_facts.get(ids[number], {}).items())
        belief = Belief(opinions=opinions, facts=facts, people=graph.people.of(ids[number]))
        people.append(Person(f"user {ids[number]}", belief))
    return people


def _newcomer(graph: KnowledgeGraph, number: int, rng: np.random.Generator) -> Person:
    """Return somebody who likes a few well-known items and values, or nothing yet."""
    items = _picked(_well_known(graph), int(rng.integers(_MOST_LIKED + 1)), rng)
    values = _picked(_frequent(graph), int(rng.integers(_MOST_VALUES + 1)), rng)
    opinions = [Opinion(graph.entity_ids[item], 1.0, OpinionKind.RATED) for item in items]
    opinions += [Opinion(graph.entity_ids[value], 1.0) for value in values]
    return Person(f"newcomer {number + 1}", Belief(opinions=tuple(opinions)))


def _picked(among: Sequence[int], n: int, rng: np.random.Generator) -> list[int]:
    return [int(entity) for entity in rng.choice(among, min(n, len(among)), replace=False)]


def _well_known(graph: KnowledgeGraph) -> list[int]:
    """Return the items most have heard of: those most used, or by the prior facet, or simply the first."""
    known = graph.interactions.item_counts if len(graph.interactions) else graph.prior
    if known is None:
        return list(range(min(graph.n_items, _WELL_KNOWN)))
    return [int(item) for item in np.argsort(-np.nan_to_num(known), kind="stable")[:_WELL_KNOWN]]


def _frequent(graph: KnowledgeGraph) -> list[int]:
    """Return the values people name: the most frequent of the facets that may be asked about."""
    asked = [facet for facet in graph.linked_facets if facet.question or facet.affirm]
    values = [graph.values(facet.name)[:_FREQUENT].tolist() for facet in asked]
    return sorted({int(value) for some in values for value in some})
