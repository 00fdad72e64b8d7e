"""Which limits keep an item off the list, and to which better ones it gives its place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from kgrec.audit.case import Case
from kgrec.rulebook import Limit


@dataclass(frozen=True, slots=True)
class GivesWay:
    """A limit that is used up by better items: their ids, the best first."""

    rule: Limit
    better: tuple[str, ...]


def gives_way(case: Case, item: int, n: int) -> tuple[GivesWay, ...]:
    """Return the limits without which an item would be on the list of ``n``; none if its score would not do.

    These are all that are used up when its turn comes: where there are several, lifting one of them is not enough.
    """
    recommender, ranking = case.recommender, case.ranking
    if not ranking.open[item] or case.place(item, n) or item not in recommender.best(replace(ranking, limits=()), n):
        return ()
    rules = {rule.origin: rule for rule in case.rules.rules if isinstance(rule, Limit)}
    names = recommender.graph_.entity_ids
    found = ((rules[limit.origin], holders(case, rules[limit.origin], item, n)) for limit in ranking.limits)
    return tuple(GivesWay(rule, tuple(names[other] for other in better)) for rule, better in found if better)


def holders(case: Case, rule: Limit, item: int, n: int) -> list[int]:
    """Return the listed items that come before an item and use up a limit in force that it falls under, by number.

    A limit counts the items of each value by itself: those of a value with a place left take nothing from anybody.
    None if it has a place left, or gives way to a wish.
    """
    graph, ranking = case.recommender.graph_, case.ranking
    mask = next((limit.mask for limit in ranking.limits if limit.origin == rule.origin), None)
    if mask is None or not mask[item]:
        return []
    ahead = case.ahead(item)
    counted = [other for other in case.listed(n).tolist() if mask[other] and ahead[other]]
    if not rule.facet:
        return counted if len(counted) >= rule.most else []
    values = {other: graph.values_of(other, rule.facet) for other in counted}
    taken = Counter(value for other in counted for value in values[other])
    full = {value for value in graph.values_of(item, rule.facet) if taken[value] >= rule.most}
    return [other for other in counted if not full.isdisjoint(values[other])]


def needed_most(case: Case, rule: Limit, item: int, n: int) -> int:
    """Return how many a limit would have to admit for an item to be listed, if nothing else keeps it off.

    One more is not enough where another item that was waiting comes first. At most ``n`` can matter.
    """
    ranking = case.ranking
    full = {way.rule.origin for way in gives_way(case, item, n)} - {rule.origin}
    limits = [limit for limit in ranking.limits if limit.origin not in full]
    for most in range(rule.most + 1, n + 1):
        raised = tuple(replace(limit, most=most) if limit.origin == rule.origin else limit for limit in limits)
        if item in case.recommender.best(replace(ranking, limits=raised), n):
            return most
    return rule.most + 1
