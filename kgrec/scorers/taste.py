"""Taste: what the Gaussian belief expects the user to think of each item.

It hears what was said in this conversation, about any entity; long histories of items feed the other scorers, which
are made for them. Those know what people like on average, too: it is said here as far as nothing but the conversation
is known, or one word beside a history would put the hits first.
"""

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.belief import CHANNELS
from kgrec.reasoning.observation import Observation
from kgrec.scorers.base import Evidence, Indices, Scores, Share, no_opinion


class Taste:
    """The posterior mean; no opinion before the first answer."""

    name: ClassVar[str] = "taste"

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Learn nothing: the posterior comes with the evidence."""
        del graph
        return self

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return the expected opinion on each candidate; NaN before the first answer."""
        posterior = evidence.posterior
        if posterior is None or not posterior.heard:
            return no_opinion(candidates)
        if (all_said := _said(evidence)) == 1.0:
            return posterior.mean[candidates]
        return np.asarray(posterior.mean[candidates] - (1.0 - all_said) * posterior.prior.mean[candidates], np.float32)

    def shares(self, evidence: Evidence, candidates: Indices) -> tuple[Share, ...]:
        """Return one share for each answer, after that of what people like on average."""
        posterior = evidence.posterior
        if posterior is None or not posterior.heard:
            return ()
        average = Share(_said(evidence) * posterior.prior.mean[candidates].astype(np.float64))
        answers = zip(posterior.shares(candidates), posterior.heard, strict=True)
        return (average, *(_share(parts, said) for parts, said in answers))


def _said(evidence: Evidence) -> float:
    """Return how much of all that is known was said in the conversation, from 0 to 1."""
    assert evidence.posterior is not None, "something was said"
    said = len(evidence.posterior.heard)
    known = len(evidence.entities) + said - len(evidence.posterior.entities)  # what was compared is no opinion
    return min(said / known, 1.0) if known else 1.0


def _share(parts: NDArray[np.float64], said: Observation) -> Share:
    """Return what one answer adds, by channel, shape (3, n)."""
    (entity, _), *others = said.terms
    other = others[0][0] if others else None
    return Share(parts.sum(axis=0), entity, other=other, channels=dict(zip(CHANNELS, parts, strict=True)))
