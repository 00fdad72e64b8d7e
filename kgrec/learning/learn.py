"""Learning from a community what its scorers are worth: once for a graph, before they are fitted to all of it.

The scorers are fitted to a few graphs that lack some interactions, and asked for what is lacking. What is learned holds
for scorers fitted to everything: they know a little more, and so lose nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from kgrec.graph import KnowledgeGraph
from kgrec.learning.calibration import Calibration, held_ratings, held_scores
from kgrec.learning.event_chances import EventChances
from kgrec.learning.splits import hold_out_interactions, hold_out_people_and_items
from kgrec.learning.weights import Fitted, learn_weights
from kgrec.scorers.base import Scorer
from kgrec.weights import WeightTable, is_enough

ROUNDS: Final = 2
"""How often interactions, and users, are held out: the noise of one draw costs more than one more fit."""

MakeScorers = Callable[[KnowledgeGraph], tuple[Scorer, ...]]
"""Returns scorers fitted to a graph, always the same ones in the same order."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """What held-out interactions taught; None where there was too little."""

    weights: WeightTable | None = None
    calibration: Calibration | None = None
    chances: EventChances | None = None


def learn(
    graph: KnowledgeGraph, make_scorers: MakeScorers, rng: np.random.Generator, *, is_latest: bool = False
) -> Lesson:
    """Return the weights that serve the users of a graph best, and what scores under them mean.

    Args:
        graph: all that is known; it is not changed.
        make_scorers: fits the scorers, 2 × ROUNDS times.
        rng: draws what is held out.
        is_latest: hold out the latest interactions and tell scorers how old the others are, because the next choice
            is asked for; else any interactions, and age plays no part.
    """
    if not is_enough(graph.interactions):
        return Lesson()
    cuts = [hold_out_interactions(graph, rng, is_latest=is_latest) for _ in range(ROUNDS)]
    warm = [Fitted(cut, make_scorers(cut.graph)) for cut in cuts]
    cuts = [hold_out_people_and_items(graph, rng) for _ in range(ROUNDS)]
    newcomers = [Fitted(cut, make_scorers(cut.graph)) for cut in cuts]
    table = learn_weights(warm, newcomers, rng)
    held = [held_scores(fitted, table) for fitted in warm]
    calibration = Calibration.fit([held_ratings(graph, part) for part in held], graph.interactions)
    return Lesson(table, calibration, EventChances.fit(held, graph.interactions))
