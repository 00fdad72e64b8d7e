"""Which limits keep an item off the list, and to which better ones it gives its place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kgrec.audit.case import Case
from kgrec.rulebook import Limit


@dataclass(frozen=True, slots=True)
class GivesWay:
    """A limit that is used up by better items: their ids, the best first."""

    rule: Limit
    better: tuple[str, ...]


def gives_way(case: Case, item: int, n: int) -> tuple[GivesWay, ...]:
    """Return the limits without which an item would be on the list of ``n``; none if its score would not do."""
    recommender, ranking = case.recommender, case.ranking
    if not ranking.open[item] or item not in recommender.best(replace(ranking, limits=()), n):
        return ()
    found = []
    rules = {rule.origin: rule for rule in case.rules.rules if isinstance(rule, Limit)}
    for limit in ranking.limits:
        listed = recommender.best(replace(ranking, limits=(limit,)), n)
        if item not in listed:
            rule = rules[limit.origin]
            better = holders(case, rule, item, n)
            found.append(GivesWay(rule, tuple(recommender.graph_.entity_ids[other] for other in better)))
    return tuple(found)


def holders(case: Case, rule: Limit, item: int, n: int) -> list[int]:
    """Return the listed items that come before an item and use up a limit in force that it falls under, by number."""
    graph, ranking = case.recommender.graph_, case.ranking
    listed = case.listed(n).tolist()
    mask = next((limit.mask for limit in ranking.limits if limit.origin == rule.origin), None)
    if mask is None:  # it gives way to a wish
        return []
    own = set(graph.values_of(item, rule.facet))
    sharing = [
        other
        for other in listed
        if mask[other] and (not rule.facet or own.intersection(graph.values_of(other, rule.facet)))
    ]
    return [other for other in sharing if ranking.scores[other] >= ranking.scores[item]]


def needed_most(case: Case, rule: Limit, item: int, n: int) -> int:
    """Return how many a limit would have to admit for an item to be listed, if nothing else keeps it off.

    One more is not enough where another item that was waiting comes first. At most ``n`` can matter.
    """
    ranking = case.ranking
    for most in range(rule.most + 1, n + 1):
        limits = tuple(replace(limit, most=most) for limit in ranking.limits if limit.origin == rule.origin)
        if item in case.recommender.best(replace(ranking, limits=limits), n):
            return most
    return rule.most + 1
