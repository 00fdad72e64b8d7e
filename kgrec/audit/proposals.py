"""Single changes that may lift an item into the list, chosen by what they are likely to add.

An estimate need only be good enough to leave the hopeless out, because every proposal is tried before anybody hears
of it. What an opinion said earlier gives the rival is known exactly (kgrec.audit.losses); the weight a preference needs
follows from the scores; what a new opinion would add is read off the covariance of tastes and the common attributes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.audit.case import Case
from kgrec.audit.limits import gives_way, needed_most
from kgrec.audit.losses import compare
from kgrec.audit.whatif import (
    Change,
    DropText,
    DropWish,
    ForgetFact,
    Like,
    Raise,
    Reweigh,
    SwitchOff,
    Withdraw,
)
from kgrec.domain import Constraint, Opinion
from kgrec.explain import TELLING
from kgrec.rulebook import Prefer, Tune

_MOST_WITHDRAWN: Final = 4
_MOST_FACTS: Final = 3
_MOST_VALUES: Final = 3
_MOST_ITEMS: Final = 2
_MOST_WEIGHTS: Final = 4
_CLOSE: Final = 12
"""Among so many items that would help most, the best known are proposed: they are the likeliest to be liked already."""

_FINE: Final = 0.1
"""A weight is rounded to a digit worth at most this share of the way it moves."""

_JUDGED: Final = 0.5
"""An opinion beyond this says enough already."""

Values = NDArray[np.float64]


def proposals(case: Case, item: int, n: int) -> list[Change]:
    """Return changes that may bring an open item into the list of ``n``, each on its own."""
    listed = case.listed(n)
    if not len(listed):
        return []
    rival = int(listed[-1])
    return [
        *raises(case, item, n),
        *_weights(case, item, n),
        *_unsaid(case, item, rival),
        *_tunings(case),
        *_likes(case, item, rival),
    ]


def raises(case: Case, item: int, n: int) -> Iterator[Change]:
    """Yield, for each limit that keeps an item off the list, the one that would not."""
    if case.ranking.limits:
        for way in gives_way(case, item, n):
            yield Raise(way.rule, needed_most(case, way.rule, item, n))


def _tunings(case: Case) -> Iterator[Change]:
    tuned = {tune.origin for tune in case.rules.tuning(case.scope).values()}
    yield from (SwitchOff(rule) for rule in case.rules.rules if isinstance(rule, Tune) and rule.origin in tuned)


# --- what was said ----------------------------------------------------------------------------------------------------


def _unsaid(case: Case, item: int, rival: int) -> Iterator[Change]:
    """Yield what may be taken back: opinions and texts that speak for the rival, soft wishes, answers."""
    graph, belief = case.recommender.graph_, case.belief
    losses = compare(case.recommender, case.ranking, item, rival)
    said: dict[str, Opinion] = {opinion.entity: opinion for opinion in belief.opinions}
    against = sorted((gap, entity) for entity, gap in losses.opinions.items() if gap > 0)[::-1]
    for _, entity in against[:_MOST_WITHDRAWN]:
        if opinion := said.get(graph.entity_ids[entity]):
            yield Withdraw(opinion)
    yield from (DropText(text) for text in belief.texts if losses.texts.get(text.text, 0.0) > 0)
    for wish in belief.wishes:
        if not isinstance(wish, Constraint):
            mask = case.rules.mask(wish.expression, case.scope)
            if wish.weight * (float(mask[rival]) - float(mask[item])) > 0:
                yield DropWish(wish)
    yield from (ForgetFact(name, value) for name, value in islice(belief.fact.items(), _MOST_FACTS))


# --- weights ----------------------------------------------------------------------------------------------------------


def _weights(case: Case, item: int, n: int) -> list[Change]:
    """Return what to do with the weights of rules to list the item, those that move least first.

    No rule is turned round: who wrote that something counts against an item does not mean that it shall speak for it.
    """
    masks = {entry.preference.origin: entry.mask for entry in case.ranking.applied}
    changes: list[Reweigh | SwitchOff] = []
    for rule in case.rules.rules:
        if isinstance(rule, Prefer) and rule.origin in masks:
            move = _needed_move(case, masks[rule.origin], item, n)
            if move is not None and rule.weight and (rule.weight + move) * rule.weight >= 0:
                weight = rounded_beyond(rule.weight, move)
                changes.append(Reweigh(rule, weight) if weight * rule.weight > 0 else SwitchOff(rule))
    return list(sorted(changes, key=lambda change: change.cost)[:_MOST_WEIGHTS])


def _needed_move(case: Case, mask: NDArray[np.bool_], item: int, n: int) -> float | None:
    """Return how far the weight of a preference has to move to have an item among the best ``n``.

    A preference moves all items it holds for alike, so only those on the other side of its mask can be overtaken: the
    item has to pass enough of them to leave ``n - 1`` ahead. None if too many on its own side are ahead.
    """
    scores = case.ranking.scores
    pool = _contenders(case, item, n)
    like = mask == mask[item]
    ahead = int(np.count_nonzero(case.ahead(item) & pool & like))
    others = np.sort(scores[pool & ~like])[::-1]
    stay = n - 1 - ahead
    if stay < 0 or len(others) <= stay:
        return None
    needed = max(float(others[stay] - scores[item]), 0.0)
    return needed if mask[item] else -needed


def _contenders(case: Case, item: int, n: int) -> NDArray[np.bool_]:
    """Return the items that compete for the list: the open ones, but for those that a limit keeps off it already."""
    ranking = case.ranking
    listed = case.listed(n)
    pool = ranking.open.copy()
    pool[ranking.scores >= ranking.scores[listed[-1]]] = False
    pool[listed] = True
    pool[item] = True
    return pool


def rounded_beyond(weight: float, move: float) -> float:
    """Return a readable number a little beyond ``weight + move``, in the direction of the move (0.0 counts as up).

    >>> rounded_beyond(0.5, 0.4137), rounded_beyond(0.5, -0.62), rounded_beyond(1.0, 0.0)
    (0.92, -0.13, 1.01)
    """
    size = abs(move) * _FINE
    digits = min(max(-math.floor(math.log10(size)), 0), 9) if size > 0 else 2
    step = 10.0**-digits
    way = -1.0 if math.copysign(1.0, move) < 0 else 1.0
    return way * round((math.floor(way * (weight + move) / step) + 1) * step, digits)


# --- what might be said -----------------------------------------------------------------------------------------------


def _likes(case: Case, item: int, rival: int) -> list[Change]:
    """Return what the user might say to like: values of the item, of different facets, then items like it."""
    graph = case.recommender.graph_
    judged = {opinion.entity for opinion in case.belief.opinions if abs(opinion.value) > _JUDGED}
    gains = _gains(case, item, rival)
    gains[[graph.index(entity) for entity in judged | case.belief.seen if entity in graph]] = -np.inf
    gains[item] = -np.inf
    best: list[int] = []
    for facet in graph.linked_facets:
        if facet.weight >= TELLING and (facet.question or facet.affirm):
            values = [value for value in graph.values_of(item, facet.name) if value >= graph.n_items]
            # The more items have a value, the likelier the user knows it well enough to like it.
            known = {value: gains[value] * np.log1p(graph.degrees[facet.name][value]) for value in values}
            best += sorted(known, key=lambda value: -known[value])[:1]
    values = sorted(dict.fromkeys(best), key=lambda value: -gains[value])[:_MOST_VALUES]
    close = np.argsort(-gains[: graph.n_items], kind="stable")[:_CLOSE]
    renown = graph.interactions.item_counts if len(graph.interactions) else graph.prior
    items = sorted(close.tolist(), key=lambda number: -float(renown[number])) if renown is not None else close.tolist()
    chosen = [*values, *items[:_MOST_ITEMS]]
    return [Like(graph.entity_ids[number]) for number in chosen if gains[number] > 0]


def _gains(case: Case, item: int, rival: int) -> Values:
    """Return how much more liking each entity would do for the item than for the rival, (n_entities,), on no scale.

    The sum of what taste and affinity would hear, each relative to the most it could hear.
    """
    recommender = case.recommender
    posterior, features = case.ranking.evidence.posterior, recommender.graph_.features
    gains = _relative((features @ (features[[item]] - features[[rival]]).T.toarray()).ravel())
    if posterior is not None:
        pair = [item, rival]
        columns = np.column_stack([posterior.prior.column(number) for number in pair])
        covariance = columns - posterior.roots @ posterior.roots[pair].T
        surprise = (1.0 - posterior.mean) / (posterior.variance + 0.05)
        gains = gains + _relative((covariance[:, 0] - covariance[:, 1]) * surprise)
    return gains


def _relative(values: NDArray[np.floating]) -> Values:
    return np.asarray(values / (float(np.abs(values).max(initial=0.0)) or 1.0), dtype=np.float64)
