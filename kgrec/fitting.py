"""Fitting: what a recommender learns from a graph, and how it comes back from a cache at the next start.

Where enough people have rated things, a family of collaborative scorers joins those that need none, and how much each
counts is learned from interactions held out. Everything learned is a set of plain arrays, kept in one folder under the
fingerprint of the graph; a folder that is damaged, or of another graph, is learned anew.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from kgrec.encoder import Progress, encode
from kgrec.errors import StoreError
from kgrec.graph import KnowledgeGraph
from kgrec.graph.snapshot import load_arrays, save_arrays
from kgrec.reasoning.belief import Prior
from kgrec.reasoning.channels import fit_prior
from kgrec.reasoning.questions import QuestionBank
from kgrec.scorers import (
    Affinity,
    Bayes,
    Content,
    Factors,
    ItemNeighbours,
    Linear,
    Popularity,
    Scorer,
    Taste,
    Text,
    Transitions,
    UserNeighbours,
    Walk,
)
from kgrec.weights import WeightTable, is_enough

if TYPE_CHECKING:
    from kgrec.learning.calibration import Calibration

_VERSION: Final = 3
"""Part of the key of what is kept; to be raised when fitting computes something else."""

Vectors = NDArray[np.float32]
Arrays = Mapping[str, NDArray[Any]]

_log = logging.getLogger(__name__)


@runtime_checkable
class Stored(Protocol):
    """A scorer whose fit takes long enough to be worth keeping."""

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fit learned."""
        ...

    def restore(self, graph: KnowledgeGraph, arrays: Arrays) -> Self:
        """Take what :meth:`arrays` gave; return self."""
        ...


@dataclass(frozen=True, eq=False)
class Learned:
    """All that was learned from a graph.

    Attributes:
        prior: of the Gaussian belief.
        questions: what may be asked.
        scorers: fitted, in the order in which they are named.
        table: weights of the scorers; None where there are too few interactions to learn them.
        calibration: what scores mean; None likewise.
    """

    prior: Prior
    questions: QuestionBank
    scorers: tuple[Scorer, ...]
    table: WeightTable | None = None
    calibration: Calibration | None = None

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything that takes time to learn, as arrays."""
        parts: dict[str, Arrays] = {"prior": self.prior.arrays(), "questions": self.questions.arrays()}
        parts |= {scorer.name: scorer.arrays() for scorer in self.scorers if isinstance(scorer, Stored)}
        if self.calibration is not None:
            parts["calibration"] = self.calibration.arrays()
        return {f"{part}.{name}": array for part, arrays in parts.items() for name, array in arrays.items()}


@dataclass(frozen=True, eq=False)
class Fitting:
    """How to learn from a graph.

    Attributes:
        vectors: one sentence vector an item, or None.
        rng: draws what is held out to learn weights.
        is_latest: whether weights shall serve the next choice, for which the order of a history matters, rather than
            any other one.
        table: weights learned elsewhere, to be taken as they are; then nothing is calibrated.
        progress: hears of the steps.
    """

    vectors: Vectors | None
    rng: np.random.Generator
    is_latest: bool = False
    table: WeightTable | None = None
    progress: Progress | None = field(default=None, repr=False)

    def learn(self, graph: KnowledgeGraph) -> Learned:
        """Learn everything anew."""
        prior = fit_prior(graph, self.vectors)
        questions = QuestionBank.fit(graph, prior)
        if not is_enough(graph.interactions):
            return Learned(prior, questions, tuple(scorer.fit(graph) for scorer in self._everybodys()))
        from kgrec.learning.learn import Lesson, learn  # most starts learn nothing

        told = Lesson(self.table)
        if self.table is None:
            told = learn(graph, self._fit_collaborative, self.rng, is_latest=self.is_latest)
        scorers = (*self._fit_collaborative(graph), Taste().fit(graph))
        return Learned(prior, questions, scorers, told.weights, told.calibration)

    def restore(self, graph: KnowledgeGraph, arrays: Arrays, table: WeightTable | None) -> Learned:
        """Return what :meth:`Learned.arrays` gave for the same graph; raises KeyError or ValueError for others."""

        def part(name: str) -> Arrays:
            opening = f"{name}."
            return {key.removeprefix(opening): array for key, array in arrays.items() if key.startswith(opening)}

        family = (*self._collaborative(), Taste()) if is_enough(graph.interactions) else self._everybodys()
        scorers = tuple(
            scorer.restore(graph, part(scorer.name)) if isinstance(scorer, Stored) else scorer.fit(graph)
            for scorer in family
        )
        return Learned(
            Prior.restore(graph, self.vectors, part("prior")),
            QuestionBank.restore(graph, part("questions")),
            scorers,
            table,
            _calibration(part("calibration")),
        )

    def _everybodys(self) -> tuple[Scorer, ...]:
        """Return the scorers that need nobody's ratings."""
        return Popularity(), Affinity(), Walk(), Text(self.vectors, encode), Taste()

    def _collaborative(self) -> tuple[Scorer, ...]:
        """Return the scorers of histories where many people have rated things; taste hears what is said besides."""
        return (
            Popularity(),
            Affinity(),
            Walk(),
            Linear(),
            Transitions(),
            ItemNeighbours(),
            UserNeighbours(),
            Factors(),
            Bayes(),
            Content(self.vectors),
            Text(self.vectors, encode),
        )

    def _fit_collaborative(self, graph: KnowledgeGraph) -> tuple[Scorer, ...]:
        scorers = self._collaborative()
        for number, scorer in enumerate(scorers):
            self._say(f"learning {scorer.name}", number, len(scorers))
            scorer.fit(graph)
        self._say("learning", len(scorers), len(scorers))
        return scorers

    def _say(self, label: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(label, done, total)


def _calibration(arrays: Arrays) -> Calibration | None:
    if not arrays:
        return None
    from kgrec.learning.calibration import Calibration  # most data sets have none

    return Calibration.restore(arrays)


def learned(graph: KnowledgeGraph, fitting: Fitting, cache: Path | None) -> Learned:
    """Return what there is to learn from a graph, from the cache where it holds that of this very graph."""
    key: dict[str, Any] = {
        "fingerprint": graph.fingerprint,
        "texts": fitting.vectors is not None,
        "latest": fitting.is_latest,
        "version": _VERSION,
    }
    if fitting.table is not None:
        key["weights"] = fitting.table.to_json()
    if cache is not None and cache.exists():
        try:
            arrays, meta = load_arrays(cache)
            if meta.get("key") == key:
                table = WeightTable.from_json(meta["table"]) if meta["table"] is not None else None
                return fitting.restore(graph, arrays, table)
        except (StoreError, KeyError, ValueError, TypeError) as error:
            _log.warning("what was fitted is computed again: %s", error)
    found = fitting.learn(graph)
    if cache is not None:
        table_json = found.table.to_json() if found.table is not None else None
        try:
            save_arrays(cache, found.arrays(), {"key": key, "table": table_json})
        except StoreError as error:
            _log.warning("the next start will be slow again: %s", error)
    return found
