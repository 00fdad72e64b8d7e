"""A fair list for several people, out of the ranking of each: pure functions, nothing is asked or remembered.

Everybody's scores are standardised over the catalogue, so that nobody weighs more for having said more. What anybody's
wishes, rules or history exclude is out. The rest is ordered half by the average and half by the least of the
standings: of the strategies that Masthoff compares (2011, "Group recommender systems: combining models"), people who
choose for a group come closest to average, average without misery and least misery. The mix is average without misery
that fades in; a threshold below which an item is out would lead to dead ends that nobody asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.arguments import within, wrong
from kgrec.blend import match
from kgrec.domain import Belief, Constraint, Dials, Reason, Recommendation, Slate
from kgrec.explain import PEOPLE
from kgrec.ranking import Ranking
from kgrec.recommender import Recommender
from kgrec.rulebook import ShelfInForce
from kgrec.scorers import Evidence
from kgrec.shelves import ROWS, Shelf, Stock
from kgrec.slates import with_moves

LEAST_MISERY: Final = 0.5
"""How much of a score is the least of all standings; the rest is their average."""

FAIRNESS: Final = "fairness"
"""The scorer that reasons name for what is no single person's."""

_THIRD_PERSON: Final = {
    "you love ": "loves ",
    "you like ": "likes ",
    "you do not ": "does not ",
    "you are ": "is ",
    "you asked ": "asked ",
}


@dataclass(frozen=True, eq=False)
class Fair:
    """The rankings of some people and what they come to together.

    Attributes:
        people: name → ranking; whoever talks comes first and is called "you" in reasons.
        standings: float64 (people, n_items), each one's scores in deviations from their average item.
        weights: float64 (people, n_items), how much each standing counts for an item; columns add up to 1.
        combined: constraints, seen items and scores of all together, for filling a list and for dead ends. What it says
            of evidence and scorers is one person's, so reasons come from :func:`explained`.
    """

    people: Mapping[str, Ranking]
    standings: NDArray[np.float64]
    weights: NDArray[np.float64]
    combined: Ranking


def fair(people: Mapping[str, Ranking], least_misery: float = LEAST_MISERY) -> Fair:
    """Return the ranking that is fair to some people; of one person it is their own, whatever their order the same.

    Args:
        people: name → ranking, at least one, all over the same graph.
        least_misery: 0 orders by the average alone, 1 by the least standing alone.

    Raises:
        TypeError, ValueError: nobody, or no mapping from names; a mix off its scale.
    """
    if not (people and isinstance(people, Mapping)):
        raise ValueError(wrong("people", people, "names with their rankings, at least one"))
    within(0.0, 1.0, "a share from 0 to 1")("least_misery", least_misery)
    rankings = [people[name] for name in sorted(people)]
    standings = np.array([_standing(ranking) for ranking in people.values()])
    is_least = standings == standings.min(axis=0)
    weights = (1.0 - least_misery) / len(people) + least_misery * is_least / is_least.sum(axis=0)
    if len(people) == 1:
        return Fair(dict(people), standings, weights, rankings[0])
    constraints, masks = _constraints(people)
    ordered = standings[[list(people).index(name) for name in sorted(people)]]
    combined = replace(
        rankings[0],
        belief=_together(ranking.belief for ranking in rankings),
        evidence=_heard(ranking.evidence for ranking in rankings),
        applied=(),
        # Sums in the order of the names: to the last bit the same whoever comes first.
        scores=(1.0 - least_misery) * ordered.mean(axis=0) + least_misery * ordered.min(axis=0),
        allowed=np.logical_and.reduce([ranking.allowed for ranking in rankings]),
        open=np.logical_and.reduce([ranking.open for ranking in rankings]),
        constraints=constraints,
        masks=masks,
        limits=tuple(
            limit
            for limit in rankings[0].limits
            if all(limit.origin in {other.origin for other in ranking.limits} for ranking in rankings)
        ),
        tuning={},
    )
    return Fair(dict(people), standings, weights, combined)


def fair_slate(recommender: Recommender, together: Fair, n: int = 10, *, exclude_seen: bool = True) -> Slate:
    """Return the best ``n`` items for all with everybody's match and reasons, or the conflict that leaves none."""
    combined = together.combined
    if len(together.people) == 1:
        return recommender.slate(combined, n, exclude_seen=exclude_seen)
    total = recommender.graph_.n_items
    pool = combined.open if exclude_seen else combined.allowed
    if not pool.any():
        return Slate((), 0, total, recommender.conflict(combined, exclude_seen=exclude_seen))
    best = recommender.best(combined, n, exclude_seen=exclude_seen)
    listed = with_moves(recommender.graph_, combined, pool, explained(recommender, together, best.tolist()))
    return Slate(listed, int(pool.sum()), total)


def fair_shelves(
    recommender: Recommender, together: Fair, asked: Sequence[ShelfInForce] = (), n: int = 10, rows: int = ROWS
) -> tuple[Shelf, ...]:
    """Return a page of rows for all: about what the one who talks likes, filled with what suits everybody.

    ``asked``: the shelves that rules ask for.
    """
    talking = next(iter(together.people.values()))
    ranking = replace(together.combined, belief=talking.belief, evidence=talking.evidence)
    stock = Stock(recommender.graph_, ranking, recommender.scorers_, recommender.vectors_)
    return stock.shelves(stock.rows(asked, n, rows), partial(explained, recommender, together))


def explained(recommender: Recommender, together: Fair, items: Sequence[int]) -> tuple[Recommendation, ...]:
    """Return some items with everybody's match and reasons, in the given order.

    The shares add up to the score: each one's count by what their standing weighs for the item, and what is average
    for each of them is taken off in one share.
    """
    people = together.people
    if len(people) == 1:
        return recommender.explained(together.combined, items)
    own = {name: recommender.explained(ranking, items) for name, ranking in people.items()}
    found = []
    for position, item in enumerate(items):
        reasons: list[Reason] = []
        average = 0.0
        for row, (name, ranking) in enumerate(people.items()):
            mean, spread = _scale(ranking)
            factor = float(together.weights[row, item]) / spread
            average -= factor * mean
            for reason in own[name][position].reasons:
                text = _told_of(name, reason) if row else reason.text
                reasons.append(replace(reason, share=factor * reason.share, text=text))
        reasons.append(Reason(FAIRNESS, average, "what is average for each of you is taken off", is_rest=True))
        score = sum(reason.share for reason in reasons)
        first = next(iter(own.values()))[position]
        matches = tuple((name, entries[position].match) for name, entries in own.items())
        ordered = tuple(sorted(reasons, key=lambda reason: (reason.is_rest, -abs(reason.share))))
        together_match = float(match(np.array(score)))
        found.append(Recommendation(first.item, first.label, score, together_match, ordered, matches))
    return tuple(found)


def _scale(ranking: Ranking) -> tuple[float, float]:
    """Return the mean and the deviation of somebody's scores before rules, as their match is measured."""
    scores = ranking.blended.scores
    return float(scores.mean()), float(scores.std()) or 1.0


def _standing(ranking: Ranking) -> NDArray[np.float64]:
    mean, spread = _scale(ranking)
    return np.asarray((ranking.scores - mean) / spread)


def _together(beliefs: Iterable[Belief]) -> Belief:
    """Return the belief that knows what anybody knows, has given up what all have, and the mean of their dials."""
    each = tuple(beliefs)
    judged = {opinion.entity for belief in each for opinion in belief.opinions}
    return Belief(
        seen=frozenset(judged.union(*(belief.seen for belief in each))),
        dropped=frozenset.intersection(*(belief.dropped for belief in each)),
        dials=Dials(*np.mean([astuple(belief.dials) for belief in each], axis=0).tolist()),
    )


def _heard(evidence: Iterable[Evidence]) -> Evidence:
    """Return everybody's opinions, one after the other: what all of them like, for the proportions of a list."""
    each = tuple(evidence)
    entities, values = (np.concatenate([getattr(one, name) for one in each]) for name in ("entities", "values"))
    return Evidence(each[0].n_items, entities, values)


def _constraints(people: Mapping[str, Ranking]) -> tuple[tuple[Constraint, ...], tuple[NDArray[np.bool_], ...]]:
    """Return everybody's constraints, each expression once, with its mask; what not all want says who does."""
    held: dict[str, dict[str, tuple[Constraint, NDArray[np.bool_]]]] = {}
    for name in sorted(people):
        ranking = people[name]
        for constraint, mask in zip(ranking.constraints, ranking.masks, strict=True):
            held.setdefault(constraint.expression, {})[name] = (constraint, mask)
    constraints, masks = [], []
    for holders in held.values():
        strongest = max((constraint for constraint, _ in holders.values()), key=lambda constraint: constraint.strength)
        if len(holders) < len(people):
            label = f"{strongest.label} ({', '.join(holders)})"
            strongest = replace(strongest, origin=replace(strongest.origin, label=label))
        constraints.append(strongest)
        masks.append(np.logical_and.reduce([mask for _, mask in holders.values()]))
    return tuple(constraints), tuple(masks)


def _told_of(name: str, reason: Reason) -> str:
    """Return the words of a reason with the name of whom it is about; what concerns nobody stays as it is."""
    if reason.scorer == PEOPLE:
        return f"{name}: {reason.text.replace('you know', 'they know')}"
    for second, third in _THIRD_PERSON.items():
        if reason.text.startswith(second):
            return f"{name} {third}{reason.text.removeprefix(second)}"
    if reason.is_rest:
        return reason.text.replace("of your opinions", f"opinions of {name}")
    return f"{name}: {reason.text}" if reason.path or reason.place else reason.text
