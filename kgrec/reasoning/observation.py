"""Observations: what an utterance says about taste, as a number with its own noise.

A rating is nearly certain, a choice for tonight less so, and what was said a year ago less again. Every kind has its
variance here, in one table, so that the belief itself knows nothing of how something was said. An observation is of a
weighted sum of tastes: of one entity, or of the difference between two of them, which is what "rather A than B" means.

A wish in free words is not an observation: it is about an item's description, not about an entity, and the text
scorer already ranks by it; heard here as well, it would count twice. Nor are constraints and preferences: they filter
and shift the list, and taste stays what it is. What is chosen or avoided for now is heard in its own session alone: as
evidence of lasting taste its noise counts as infinite, so that one evening's mood never turns into a habit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kgrec.domain import Comparison, Opinion, OpinionKind

NOISE: Final[Mapping[OpinionKind, float]] = {
    OpinionKind.RATED: 0.05,
    OpinionKind.LIKED: 0.05,
    OpinionKind.CHOSEN: 0.15,
    OpinionKind.AVOIDED: 0.3,
}
"""Variance of an answer, by kind: a choice for tonight says less about taste than a rating, "not today" least."""

COMPARED: Final = 0.15
"""Variance of "rather A than B"; "both alike" has it too."""

MARGIN: Final = 0.6
"""How much more one likes A where one would rather have A than B: a little more than half of a like."""

DISLIKE: Final = -0.5
"""People rate what they chose to see: a dislike tells half as much as a like."""

HALF_LIFE_DAYS: Final = 365.0
"""After so long an utterance carries twice its noise, so half of what it said: taste drifts within years, not weeks."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A weighted sum of tastes, observed with noise.

    Attributes:
        terms: entity number and weight, one or more.
        value: what was observed.
        noise: the variance of it.
    """

    terms: tuple[tuple[int, float], ...]
    value: float
    noise: float


def observed(value: float) -> float:
    """Return the coordinate an opinion in [-1, 1] is an observation of."""
    return value if value >= 0 else -DISLIKE * value


def faded(noise: float, age_days: float) -> float:
    """Return the variance that an utterance of some age has left.

    >>> faded(0.05, 2 * HALF_LIFE_DAYS)
    0.2
    """
    return noise * float(2.0 ** (max(age_days, 0.0) / HALF_LIFE_DAYS))


def observe_opinion(opinion: Opinion, entity: int) -> Observation:
    """Return what an opinion observes of the entity of that number."""
    return Observation(((entity, 1.0),), observed(opinion.value), faded(NOISE[opinion.kind], opinion.age_days))


def observe_comparison(comparison: Comparison, better: int, worse: int) -> Observation:
    """Return what "rather this than that" observes of the two entities of those numbers."""
    terms = ((better, 1.0), (worse, -1.0))
    return Observation(terms, MARGIN * comparison.value, faded(COMPARED, comparison.age_days))
