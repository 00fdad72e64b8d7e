"""Outlooks: what the scores of some items mean for one user, as ratings and as chances of each kind of event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from kgrec.domain import Forecast
from kgrec.graph import KnowledgeGraph
from kgrec.ranking import Ranking
from kgrec.scorers import Context, Scorer

if TYPE_CHECKING:
    from kgrec.learning.calibration import Calibration
    from kgrec.learning.event_chances import EventChances

LIKED: Final = "liked"
"""What the chance is called that an item will be rated well."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What somebody will do with an item, listed or not, given that they take it up.

    Attributes:
        item: its id.
        forecast: what they will make of it; None where nothing was learned about ratings.
        chances: (kind of event, its probability); ``liked`` among them where there is a forecast.
    """

    item: str
    forecast: Forecast | None = None
    chances: tuple[tuple[str, float], ...] = ()


def outlooks(  # noqa: PLR0913  (one for each thing that was learned)
    graph: KnowledgeGraph,
    ranking: Ranking,
    items: Sequence[int],
    scorers: Sequence[Scorer],
    calibration: Calibration | None,
    chances: EventChances | None,
) -> tuple[Outlook, ...]:
    """Return the outlook of each of some items, by number; an empty one where nothing was learned.

    Forecasts heed the circumstances of now, where a scorer learned what these move.
    """
    numbers, evidence = np.asarray(items, dtype=np.intp), ranking.evidence
    rated, history = evidence.rated, evidence.values[evidence.is_item].astype(np.float64)
    standard = ranking.blended.standard(numbers)
    heeding = [scorer for scorer in scorers if isinstance(scorer, Context)] if evidence.context else []
    shift = heeding[0].shift_now(evidence, numbers) if calibration and heeding else None
    said = calibration.apply(standard, numbers, rated, history, shift) if calibration else None
    forecasts = said.forecasts() if said else [None] * len(items)
    by_kind = chances.apply(standard, numbers, history) if chances else {}
    found = []
    for place, (item, forecast) in enumerate(zip(items, forecasts, strict=True)):
        likely = {LIKED: forecast.probability} if forecast else {}
        likely |= {kind: float(column[place]) for kind, column in by_kind.items()}
        found.append(Outlook(graph.entity_ids[item], forecast, tuple(likely.items())))
    return tuple(found)
