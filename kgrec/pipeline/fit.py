"""Training: a version of what is learned from a data set as it is now, or the version before.

A version that was undone stays undone until there is something new to learn from: a fit that is scheduled must not
bring back every night what somebody has rolled back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from kgrec.encoder import item_vectors
from kgrec.errors import ModelError
from kgrec.fitting import Fitting, serves
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.datasets import Dataset
from kgrec.progress import Progress
from kgrec.recommender import Recommender
from kgrec.resources import locked
from kgrec.versions import Version, Versions

PATIENCE_S: Final = 3600.0
"""So long a fit waits for another one of the same data set; what that one learned need not be learned again."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What came of a fit or a rollback.

    Attributes:
        version: the one in force now.
        newest: the newest there is; another one where it was undone.
        before: the one in force before, if there was any.
    """

    version: Version
    newest: Version
    before: Version | None

    @property
    def is_new(self) -> bool:
        """Whether another version is in force than before."""
        return self.before is None or self.before.number != self.version.number


def fit_dataset(dataset: Dataset, extra: Iterable[str] | None = None, progress: Progress | None = None) -> Fitted:
    """Learn from a data set if anything has changed since the newest version was made of it.

    ``extra``: names of optional scorers to fit besides (kgrec.scorers.OPTIONAL); None: those of the version in force.

    Raises:
        DataError, OntologyError: a source that is wrong.
        ModelError: there is no such scorer.
        StoreError: the cache cannot be used, or another fit takes too long.
    """
    asked = None if extra is None else tuple(extra)
    with locked(f"fit-{dataset.cache_name}", PATIENCE_S):
        graph = dataset.graph(progress)
        versions = Versions(dataset.fitted)
        before, there = versions.in_force(), versions.all()
        if before is not None:
            same = there[-1].extra if asked is None else asked
            if there[-1].key == _fitting(graph, same, progress).key(graph):
                return Fitted(before, there[-1], before)
        Recommender(extra=_kept(before) if asked is None else asked).fit(graph, progress, dataset.fitted)
        version = versions.in_force()
    if version is None or not is_up_to_date(version, graph):
        raise ModelError(f"{dataset.fitted}: what was fitted could not be kept; is the disk full?")
    return Fitted(version, versions.all()[-1], before)


def roll_back(dataset: Dataset, number: int = 0) -> Fitted:
    """Put an earlier version in force: that of a number, or with 0 the one that was in force before this one.

    Raises:
        DataError, OntologyError: a source that is wrong.
        ModelError: there is no such version, or it was learned from another import.
        StoreError: the cache cannot be written.
    """
    graph = dataset.graph()
    versions = Versions(dataset.fitted)
    with locked(f"fit-{dataset.cache_name}", PATIENCE_S):
        before, version = versions.in_force(), versions.before(number)
        if not serves(version, graph, _fitting(graph, version.extra)):
            raise ModelError(
                f"version {version.number} of {version.notes['made']} cannot serve what {dataset.name} holds now: "
                "it was imported anew since, or had too few interactions to learn from then; fit instead"
            )
        versions.put_in_force(version)
    return Fitted(version, versions.all()[-1], before)


def is_up_to_date(version: Version, graph: KnowledgeGraph) -> bool:
    """Whether a version was learned from all that is in a graph now."""
    return bool(version.key["fingerprint"] == graph.fingerprint)


def _kept(before: Version | None) -> tuple[str, ...]:
    return () if before is None else before.extra


def _fitting(graph: KnowledgeGraph, extra: tuple[str, ...], progress: Progress | None = None) -> Fitting:
    """Return how a recommender would be fitted; nothing is learned yet."""
    vectors = item_vectors(graph.documents, progress) if graph.documents else None
    return Fitting(vectors, np.random.default_rng(0), extra=extra)


__all__ = ["Fitted", "fit_dataset", "is_up_to_date", "roll_back"]
