"""How much each scorer counts, for showing it: by amount of evidence, and for one ranking with where it comes from.

What is shown is what ranks: the weights come from the same functions as those of the blend (kgrec.blend), and rules
that set one (pins among them) come last here as there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from kgrec.blend import CONVERSED, Weight, constants_for, heard_share, learned_weights, weights_for
from kgrec.domain import SCORERS, Origin
from kgrec.graph import KnowledgeGraph
from kgrec.ranking import Ranking
from kgrec.recommender import Recommender
from kgrec.weights import BUCKETS, Found, ItemAge, WeightTable, item_ages


@dataclass(frozen=True, slots=True)
class Row:
    """The weights of one bucket of evidence and one age of items."""

    bucket: int
    age: ItemAge
    weights: Mapping[str, float]
    found: Found


def rows_of(graph: KnowledgeGraph, table: WeightTable | None) -> tuple[Row, ...]:
    """Return the weights by bucket and age; ages that are weighed as established items are left out."""
    rows = []
    for bucket, n_rated in enumerate(BUCKETS):
        constants = constants_for(n_rated, graph)
        ordinary = learned_weights(constants, table, n_rated, ItemAge.ESTABLISHED)
        for age in reversed(ItemAge):
            own = learned_weights(constants, table, n_rated, age)
            if age is ItemAge.ESTABLISHED or own != ordinary:
                rows.append(Row(bucket, age, own, Found() if table is None else table.found_for(bucket, age)))
    return tuple(rows)


class Source(StrEnum):
    """Where a weight comes from."""

    LEARNED = "learned"  # from held-out interactions
    CONSTANT = "constant"
    CONVERSED = "conversed"  # between one of those and what counts where all was said in the conversation
    TEXT = "text"  # there is a wish in free words
    RULE = "rule"  # a rule sets it, maybe a pin


@dataclass(frozen=True, slots=True)
class Weighed:
    """What one scorer counts in a ranking.

    Attributes:
        weight: on items that many have rated, or on all where items have no age.
        ordinary: the same, if no rule set it.
        by_age: the weight on items of each age there is, the most established first; one where all have the same.
        rule: the rule that sets it.
        is_counting: whether it tells any items apart now.
    """

    scorer: str
    weight: float
    ordinary: float
    by_age: tuple[tuple[ItemAge, float], ...]
    source: Source
    is_counting: bool
    rule: Origin | None = None


def weighed(recommender: Recommender, ranking: Ranking) -> tuple[Weighed, ...]:
    """Return the weights in force in one user's ranking, of all fitted scorers."""
    graph, table = recommender.graph_, recommender.learned_.table
    ordinary = weights_for(ranking.evidence, graph, table)
    fitted = {scorer.name for scorer in recommender.scorers_}
    found = []
    for name in filter(fitted.__contains__, SCORERS):
        rule = ranking.tuning.get(name)
        by_age = _by_age(ordinary.get(name, 0.0), graph)
        source = Source.RULE if rule is not None else _source(name, ranking, graph, table)
        weight = by_age[0][1] if rule is None else rule.weight
        shown = by_age if rule is None else ((by_age[0][0], rule.weight),)
        origin = None if rule is None else rule.origin
        counts = name in ranking.blended.parts
        found.append(Weighed(name, weight, by_age[0][1], shown, source, counts, origin))
    return tuple(found)


def _source(name: str, ranking: Ranking, graph: KnowledgeGraph, table: WeightTable | None) -> Source:
    if name == "text" and ranking.evidence.texts:
        return Source.TEXT
    if name in CONVERSED and heard_share(ranking.evidence, graph, table):
        return Source.CONVERSED
    return Source.LEARNED if table is not None and name in table.scorers else Source.CONSTANT


def _by_age(weight: Weight, graph: KnowledgeGraph) -> tuple[tuple[ItemAge, float], ...]:
    """Return a weight by age, the most established first; one entry where it is the same for all."""
    if not isinstance(weight, np.ndarray):
        return ((ItemAge.ESTABLISHED, float(weight)),)
    ages = item_ages(graph.interactions)
    found = [(age, float(weight[np.argmax(ages == age)])) for age in reversed(ItemAge) if (ages == age).any()]
    return tuple(found) if len({value for _, value in found}) > 1 else (found[0],)
