"""The blend: how much each scorer counts, given how much is known about the user.

Each scorer's scores are divided by their spread over the catalogue, so that weights mean the same for all of them, and
summed; an item a scorer has no opinion on gets that scorer's average, so silence neither helps nor hurts. Nothing is
subtracted: a score is a plain sum of shares, and every share splits further into what was said (kgrec.explain).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.belief import HALF_TRUST_USERS
from kgrec.scorers.base import Evidence, Scorer

Weights = Mapping[str, float]

WITH_INTERACTIONS: Final[tuple[tuple[int, Weights], ...]] = (
    (0, {"popularity": 0.45, "taste": 0.35, "affinity": 0.2, "walk": 0.0, "text": 0.05}),
    (1, {"popularity": 0.45, "taste": 0.25, "affinity": 0.1, "walk": 0.15, "text": 0.05}),
    (3, {"popularity": 0.15, "taste": 0.25, "affinity": 0.15, "walk": 0.4, "text": 0.05}),
    (6, {"popularity": 0.05, "taste": 0.2, "affinity": 0.2, "walk": 0.5, "text": 0.05}),
    (11, {"popularity": 0.05, "taste": 0.15, "affinity": 0.2, "walk": 0.55, "text": 0.05}),
    (21, {"popularity": 0.1, "taste": 0.1, "affinity": 0.2, "walk": 0.55, "text": 0.05}),
)
"""From so many rated items on, these weights.

Rounded from what tests/benchmarks/tune_blend.py finds on users of ml-latest-small, with taste kept above what it earns
there: it alone hears the answers about moods and people, which ratings do not show.
"""

WITHOUT_INTERACTIONS: Final[tuple[tuple[int, Weights], ...]] = (
    (0, {"popularity": 0.25, "taste": 0.45, "affinity": 0.3, "walk": 0.0, "text": 0.1}),
    (1, {"popularity": 0.4, "taste": 0.35, "affinity": 0.15, "walk": 0.05, "text": 0.1}),
    (3, {"popularity": 0.35, "taste": 0.35, "affinity": 0.1, "walk": 0.15, "text": 0.05}),
    (11, {"popularity": 0.3, "taste": 0.35, "affinity": 0.1, "walk": 0.2, "text": 0.05}),
)
"""Where nobody has rated anything: attributes, texts and renown carry everything.

Found like the others, with the shipped films as the graph and the users of ml-latest-small as those who ask.
"""

CONVERSED: Final[Weights] = {"popularity": 0.0, "taste": 0.6, "affinity": 0.0, "walk": 0.4, "text": 0.05}
"""The weights where people rated things and all that is known of this one was said in the conversation.

Then the posterior has heard everything, what is liked in general included; the walk adds what it hears of rated items.
Affinity, of use beside a long history, costs a fifth of NDCG@10 after one answer about a genre (kgrec simulate, tuned
on the first half of ml-latest-small's users).
"""

TEXT_WISH: Final = 1.2
"""The weight of the text scorer while the user has a wish in free words."""


@dataclass(frozen=True, eq=False)
class Blended:
    """One score an item, and what it was made of.

    Attributes:
        scores: float64 (n_items,).
        scales: scorer → what its raw scores were multiplied by; scorers that do not count are absent.
        silence: scorer → the share of an item it has no opinion on.
        known: scorer → bool (n_items,), the items it has an opinion on.
    """

    scores: NDArray[np.float64]
    scales: Mapping[str, float]
    silence: Mapping[str, float]
    known: Mapping[str, NDArray[np.bool_]]

    def match(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map scores to (0, 1): one half is the average item; 2, 4 and 8 deviations above it are .75, .83 and .9.

        It orders like the scores and is not a calibrated probability.
        """
        return match((scores - self.scores.mean()) / (float(self.scores.std()) or 1.0))


def match(standard: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map scores counted in deviations from the average item to (0, 1), as :meth:`Blended.match` does."""
    return np.asarray(0.5 + 0.5 * standard / (np.abs(standard) + 2.0))


def weights_for(evidence: Evidence, graph: KnowledgeGraph) -> Weights:
    """Return the weights in force for that much evidence, and for the share of it that this conversation brought."""
    table = WITH_INTERACTIONS if len(graph.interactions) else WITHOUT_INTERACTIONS
    weights = next(weights for least, weights in reversed(table) if evidence.n_rated >= least)
    if len(graph.interactions) and evidence.posterior is not None and len(evidence.entities):
        trust = graph.interactions.n_users / (graph.interactions.n_users + HALF_TRUST_USERS)
        heard = trust * min(len(evidence.posterior.entities) / len(evidence.entities), 1.0)
        weights = {name: (1 - heard) * weight + heard * CONVERSED[name] for name, weight in weights.items()}
    return {**weights, "text": TEXT_WISH} if evidence.texts else weights


def blend(scorers: Sequence[Scorer], evidence: Evidence, weights: Weights, n_items: int) -> Blended:
    """Score every item of the catalogue; scorers without any opinion, or with the same for all, do not count."""
    everything = np.arange(n_items)
    total = np.zeros(n_items)
    scales: dict[str, float] = {}
    silence: dict[str, float] = {}
    masks: dict[str, NDArray[np.bool_]] = {}
    for scorer in scorers:
        weight = weights.get(scorer.name, 0.0)
        if not weight:
            continue
        raw = scorer.score(evidence, everything).astype(np.float64)
        known = ~np.isnan(raw)
        opinions = raw[known]
        spread = float(opinions.std()) if opinions.size else 0.0
        if spread <= 1e-9 * max(1.0, float(np.abs(opinions).max(initial=0.0))):
            continue
        scales[scorer.name] = weight / spread
        masks[scorer.name] = known
        silence[scorer.name] = weight * float(opinions.mean()) / spread
        total += np.where(known, raw * scales[scorer.name], silence[scorer.name])
    return Blended(total, scales, silence, masks)
