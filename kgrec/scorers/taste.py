"""Taste: what the Gaussian belief expects the user to think of each item.

It hears what was said in this conversation, about any entity; long histories of items feed the other scorers, which
are made for them.
"""

from typing import ClassVar, Self

import numpy as np

from kgrec.graph import KnowledgeGraph
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
        if posterior is None or not posterior.entities:
            return no_opinion(candidates)
        return posterior.mean[candidates]

    def shares(self, evidence: Evidence, candidates: Indices) -> tuple[Share, ...]:
        """Return one share for each answer, after that of what people like on average."""
        posterior = evidence.posterior
        if posterior is None or not posterior.entities:
            return ()
        average = Share(posterior.prior.mean[candidates].astype(np.float64))
        answers = posterior.shares(candidates).sum(axis=1)
        return (average, *(Share(row, entity=entity) for row, entity in zip(answers, posterior.entities, strict=True)))
