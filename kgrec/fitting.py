"""Fitting: what a recommender learns from a graph, and how it comes back from a cache at the next start.

Where enough people have rated things, a family of collaborative scorers joins those that need none, and how much each
counts is learned from interactions held out. Everything learned is a set of plain arrays, whose last versions are kept
(kgrec.versions), each under what it was learned from; one that is damaged is learned anew.

What was learned before events came (kgrec.ingest.events) serves until ``kgrec fit`` makes another version: scorers are
asked with histories, and those are of today; what counts rather than learns (popularity) is counted again. Only after
another import of the data set, and once there are people enough to learn from, an app that starts learns anew.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from kgrec.encoder import encode
from kgrec.errors import StoreError
from kgrec.graph import KnowledgeGraph
from kgrec.graph.fingerprint import imported_part
from kgrec.graph.opinions import opinions_on_values
from kgrec.progress import Progress
from kgrec.reasoning.belief import Prior
from kgrec.reasoning.channels import fit_prior
from kgrec.reasoning.questions import QuestionBank
from kgrec.scorers import (
    Affinity,
    Bayes,
    Content,
    Context,
    Factors,
    ItemNeighbours,
    Linear,
    People,
    Popularity,
    Scorer,
    Taste,
    Text,
    Transitions,
    UserNeighbours,
    Values,
    Walk,
)
from kgrec.scorers.optional import make_optional
from kgrec.versions import Version, Versions
from kgrec.weights import WeightTable, is_enough, is_network, is_told

if TYPE_CHECKING:
    from kgrec.learning.calibration import Calibration
    from kgrec.learning.event_chances import EventChances

_VERSION: Final = 5
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


@runtime_checkable
class Tried(Protocol):
    """A scorer that first tries out how long to learn; None until then.

    Weights are learned from several, of nearly the same data: what the first one has tried out does for the others.
    """

    tried: int | None


@dataclass(frozen=True, eq=False)
class Learned:
    """All that was learned from a graph.

    Attributes:
        graph: what it was learned from, with the values that signals give to what nobody rated.
        prior: of the Gaussian belief.
        questions: what may be asked.
        scorers: fitted, in the order in which they are named.
        table: weights of the scorers; None where there are too few interactions to learn them.
        calibration: what scores mean as ratings; None likewise.
        chances: what they mean as events; None where the log has no kinds of events.
        cpu_s: scorer → how many seconds of a processor fitting it took.
    """

    graph: KnowledgeGraph
    prior: Prior
    questions: QuestionBank
    scorers: tuple[Scorer, ...]
    table: WeightTable | None = None
    calibration: Calibration | None = None
    chances: EventChances | None = None
    cpu_s: Mapping[str, float] = field(default_factory=dict)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything that takes time to learn, as arrays."""
        parts: dict[str, Arrays] = {"prior": self.prior.arrays(), "questions": self.questions.arrays()}
        parts |= {scorer.name: scorer.arrays() for scorer in self.scorers if isinstance(scorer, Stored)}
        if self.calibration is not None:
            parts["calibration"] = self.calibration.arrays()
        if self.chances is not None:
            parts["chances"] = self.chances.arrays()
        log = self.graph.interactions
        if log.kinds.size:
            parts["signals"] = {"values": log.values, "trusts": log.trusts}
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
        extra: names of optional scorers to fit besides (kgrec.scorers.OPTIONAL).
    """

    vectors: Vectors | None
    rng: np.random.Generator
    is_latest: bool = False
    table: WeightTable | None = None
    progress: Progress | None = field(default=None, repr=False)
    extra: tuple[str, ...] = ()
    tried: dict[str, int | None] = field(default_factory=dict, init=False, repr=False)

    def learn(self, graph: KnowledgeGraph) -> Learned:
        """Learn everything anew."""
        graph = _with_signals(graph)
        prior = fit_prior(graph, self.vectors)
        questions = QuestionBank.fit(graph, prior)
        if not is_enough(graph.interactions):
            scorers = self.family(graph)
            return Learned(graph, prior, questions, scorers, cpu_s=self._fit(scorers, graph))
        from kgrec.learning.learn import Lesson, learn  # most starts learn nothing

        told = Lesson(self.table)
        if self.table is None:
            told = learn(graph, self._fit_collaborative, self.rng, is_latest=self.is_latest)
        scorers = self.family(graph)
        cpu_s = self._fit(scorers, graph)
        return Learned(graph, prior, questions, scorers, told.weights, told.calibration, told.chances, cpu_s)

    def restore(
        self, graph: KnowledgeGraph, arrays: Arrays, table: WeightTable | None, names: Sequence[str]
    ) -> Learned:
        """Return what :meth:`Learned.arrays` gave for a graph of the same import.

        ``names``: of the scorers that were fitted then. Raises KeyError or ValueError for arrays of other graphs.
        """

        def part(name: str) -> Arrays:
            opening = f"{name}."
            return {key.removeprefix(opening): array for key, array in arrays.items() if key.startswith(opening)}

        told = part("signals")
        if told and len(told["values"]) == len(graph.interactions):  # else others came since: constants stand for all
            graph = replace(
                graph, interactions=replace(graph.interactions, values=told["values"], trusts=told["trusts"])
            )
        scorers = tuple(
            scorer.restore(graph, part(scorer.name)) if isinstance(scorer, Stored) else scorer.fit(graph)
            for scorer in self.family(graph)
            if scorer.name in names
        )
        return Learned(
            graph,
            Prior.restore(graph, self.vectors, part("prior")),
            QuestionBank.restore(graph, part("questions")),
            scorers,
            table,
            _calibration(part("calibration")),
            _chances(part("chances")),
        )

    def family(self, graph: KnowledgeGraph) -> tuple[Scorer, ...]:
        """Return the scorers for a graph, not fitted yet."""
        found = (*self._collaborative(graph), Taste()) if is_enough(graph.interactions) else self._everybodys()
        return (*found, Context()) if graph.interactions.context else found

    def key(self, graph: KnowledgeGraph) -> dict[str, Any]:
        """Return what tells one version of what is learned from another."""
        key: dict[str, Any] = {
            "fingerprint": graph.fingerprint,
            "scorers": [scorer.name for scorer in self.family(graph)],
            "community": is_enough(graph.interactions),
            "texts": self.vectors is not None,
            "latest": self.is_latest,
            "version": _VERSION,
        }
        return key if self.table is None else {**key, "weights": self.table.to_json()}

    def _everybodys(self) -> tuple[Scorer, ...]:
        """Return the scorers that need nobody's ratings."""
        return Popularity(), Affinity(), Walk(), Text(self.vectors, encode), Taste(), People(), *self._optional()

    def _collaborative(self, graph: KnowledgeGraph) -> tuple[Scorer, ...]:
        """Return the scorers of histories where many people have rated things; taste hears what is said besides.

        Opinions on values are heard by a scorer of their own where many people told theirs.
        """
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
            *([Values()] if is_told(opinions_on_values(graph)) else []),
            People(),
            *self._optional(),
        )

    def _optional(self) -> tuple[Scorer, ...]:
        return make_optional(self.extra, self.vectors)

    def _fit_collaborative(self, graph: KnowledgeGraph) -> tuple[Scorer, ...]:
        """Fit the scorers that weights are learned of: people only where enough know somebody, else by constants."""
        told = is_network(graph.people)
        scorers = tuple(scorer for scorer in self._collaborative(graph) if told or not isinstance(scorer, People))
        trying = [scorer for scorer in scorers if isinstance(scorer, Tried)]
        for scorer in trying:
            scorer.tried = self.tried.get(scorer.name)
        self._fit(scorers, graph)
        self._say("learning how much each scorer counts", 0, 0)  # as long as all scorers together, and after the last
        self.tried.update({scorer.name: scorer.tried for scorer in trying})
        return scorers

    def _fit(self, scorers: Sequence[Scorer], graph: KnowledgeGraph) -> dict[str, float]:
        """Fit some scorers; return how many seconds of a processor each took."""
        cpu_s = {}
        for number, scorer in enumerate(scorers):
            self._say(f"learning {scorer.name}", number, len(scorers))
            start = time.process_time()
            scorer.fit(graph)
            cpu_s[scorer.name] = time.process_time() - start
        self._say("learning", len(scorers), len(scorers))
        return cpu_s

    def _say(self, label: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(label, done, total)


def _with_signals(graph: KnowledgeGraph) -> KnowledgeGraph:
    """Return the graph with what events say of a rating, where anybody gave both."""
    if not graph.interactions.kinds.size:
        return graph
    from kgrec.learning.signals import heard  # most logs are of ratings alone

    return replace(graph, interactions=heard(graph.interactions))


def _calibration(arrays: Arrays) -> Calibration | None:
    if not arrays:
        return None
    from kgrec.learning.calibration import Calibration  # most data sets have none

    return Calibration.restore(arrays)


def _chances(arrays: Arrays) -> EventChances | None:
    if not arrays:
        return None
    from kgrec.learning.event_chances import EventChances  # most data sets have none

    return EventChances.restore(arrays)


def learned(graph: KnowledgeGraph, fitting: Fitting, cache: Path | None, *, renew: bool = True) -> Learned:
    """Return what there is to learn from a graph: from a version in the folder ``cache`` if one will do, else anew.

    ``renew``: only a version of this very graph will do, and is put in force; else the one in force, with its optional
    scorers, will if it serves the graph.
    """
    if cache is None:
        return fitting.learn(graph)
    versions = Versions(cache)
    try:
        now = versions.in_force()
        version = now if not renew and now is not None and serves(now, graph, fitting) else None
        version = version or versions.with_key(fitting.key(graph))
        if version is not None:
            found = _restored(version, graph, fitting)
            if now is None or now.number != version.number:
                versions.put_in_force(version)
            return found
    except (StoreError, KeyError, ValueError, TypeError) as error:
        _log.warning("what was fitted is computed again: %s", error)
    return _learned_anew(graph, fitting, versions)


def serves(version: Version, graph: KnowledgeGraph, fitting: Fitting) -> bool:
    """Whether a version was learned from the import that a graph is of, with whatever events and scorers."""

    def imported(key: Mapping[str, Any]) -> dict[str, Any]:
        return {**key, "fingerprint": imported_part(key["fingerprint"]), "scorers": ()}

    return imported(version.key) == imported(fitting.key(graph))


def _restored(version: Version, graph: KnowledgeGraph, fitting: Fitting) -> Learned:
    told = version.rest["table"]
    table = WeightTable.from_json(told) if told is not None else None
    found = replace(fitting, extra=version.extra).restore(graph, version.arrays(), table, version.key["scorers"])
    return replace(found, cpu_s=version.rest["cpu_s"])


def _learned_anew(graph: KnowledgeGraph, fitting: Fitting, versions: Versions) -> Learned:
    """Learn, and keep it as a version in force."""
    start = time.perf_counter()
    found = fitting.learn(graph)
    log, table = graph.interactions, found.table
    notes = {
        "seconds": round(time.perf_counter() - start, 1),
        "items": graph.n_items,
        "users": log.n_users,
        "interactions": len(log),
        "ndcg": None if table is None else round(table.ndcg, 4),
    }
    rest = {"extra": fitting.extra, "table": None if table is None else table.to_json(), "cpu_s": found.cpu_s}
    try:
        versions.add(found.arrays(), fitting.key(graph), notes, rest)
    except StoreError as error:
        _log.warning("the next start will be slow again: %s", error)
    return found
