"""What one item has and another has not: the gap between two scores, taken apart by scorer, rule and opinion.

The shares are those of the scorers themselves, scaled as the blend scaled them; nothing is estimated, so they add up to
the two scores and their differences to the gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kgrec.domain import Place, Preference
from kgrec.explain import RULES
from kgrec.ranking import Ranking
from kgrec.recommender import Recommender


@dataclass(frozen=True, slots=True)
class Loss:
    """What one source gives an item and what it gives the rival.

    Attributes:
        source: a scorer's name, or "rules".
        text: what the rule or wish is called; "" for a scorer.
        place: where the rule stands.
        own: points of the item.
        rival: points of the rival.
    """

    source: str
    text: str
    place: Place | None
    own: float
    rival: float

    @property
    def gap(self) -> float:
        """How much more the rival gets; negative where the item gets more."""
        return self.rival - self.own


@dataclass(frozen=True, slots=True)
class Losses:
    """The gap between two scores.

    Attributes:
        rows: by scorer and rule, the greatest loss first; their gaps add up to the gap of the scores.
        opinions: number of an entity → how much more the opinion on it gives the rival.
        texts: a wish in free words → the same.
    """

    rows: tuple[Loss, ...]
    opinions: Mapping[int, float]
    texts: Mapping[str, float]

    @property
    def gap(self) -> float:
        """The rival's score minus the item's."""
        return sum(row.gap for row in self.rows)


def compare(recommender: Recommender, ranking: Ranking, item: int, rival: int) -> Losses:
    """Return why an item scores less than a rival (or more); both by number."""
    pair = np.array([item, rival])
    rows = []
    opinions: dict[int, float] = {}
    texts: dict[str, float] = {}
    for scorer in recommender.scorers_:
        if scorer.name not in ranking.blended.parts:
            continue
        part = ranking.blended.parts[scorer.name].at(pair)
        for share in scorer.shares(ranking.evidence, pair):
            points = np.where(part.is_silent, 0.0, share.values * part.scales)
            gap = float(points[1] - points[0])
            if share.entity is not None:
                opinions[share.entity] = opinions.get(share.entity, 0.0) + gap
            elif share.text:
                texts[share.text] = texts.get(share.text, 0.0) + gap
        rows.append(Loss(scorer.name, "", None, *part.points.tolist()))
    rows += [_rule(applied.preference, applied.points(pair)) for applied in ranking.applied if applied.mask[pair].any()]
    rows.sort(key=lambda row: -row.gap)
    return Losses(tuple(rows), opinions, texts)


def _rule(wish: Preference, points: NDArray[np.float64]) -> Loss:
    return Loss(RULES, wish.because or wish.label, wish.origin.place, float(points[0]), float(points[1]))
