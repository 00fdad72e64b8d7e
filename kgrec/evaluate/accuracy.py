"""``kgrec evaluate``: how good the lists are, for whom, against what, and how sure that is.

For each seed the data are split anew, everything is fitted to the training graph, and everybody lists the whole
catalogue for the same users. What comes out is one value a user, contender and metric; the report makes means,
intervals and comparisons of them. Intervals are over users: three seeds say little about how splits differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kgrec.errors import DataError
from kgrec.evaluate.ablation import ablated
from kgrec.evaluate.comparison import Draws, over_seeds, p_value
from kgrec.evaluate.contenders import BLEND, Contender, make_lists, own_contenders
from kgrec.evaluate.metrics import Estimate
from kgrec.evaluate.peer_grids import PEERS, Parameters, fitted, tune
from kgrec.evaluate.ranking_metrics import BY_USER, K, Lists, by_user, coverage, gini
from kgrec.evaluate.splits import Protocol, Relevance, Split, sizes, split
from kgrec.graph import KnowledgeGraph
from kgrec.progress import Progress

HEADLINE: Final = "ndcg"
"""What contenders are ordered and compared by."""

FEW: Final = ("1 known", "2 known", "3 known")
"""The cases of new users that are summed up in one comparison."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What to evaluate.

    Attributes:
        scorers: names of own scorers, "blend" for all together; empty: all of them.
        peers: names of peers, see PEERS.
        seeds: of the splits, the first of which peers are tuned on.
        k: the length of the lists.
        ablate: whether to list the blend without each of its parts in place of each scorer alone.
    """

    protocol: Protocol = Protocol.WARM
    relevance: Relevance = Relevance.ALL
    scorers: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (0,)
    k: int = K
    ablate: bool = False


@dataclass(frozen=True, eq=False)
class Judged:
    """What the lists of one contender for one case and seed are worth.

    Attributes:
        users: intp (n,), their numbers.
        values: metric → float64 (n,).
        together: metric of all lists → value.
        costs: what it costs → seconds, milliseconds a user, megabytes; None where nobody knows.
        silent: for how many users there was nothing to say.
    """

    users: NDArray[np.intp]
    values: Mapping[str, NDArray[np.float64]]
    together: Mapping[str, float]
    costs: Mapping[str, float | None]
    silent: int


@dataclass(frozen=True, eq=False)
class AccuracyReport:
    """What came out: case → contender → one entry a seed."""

    graph: str
    setting: Setting
    sizes: list[dict[str, object]]
    judged: Mapping[str, Mapping[str, Sequence[Judged]]]
    tuned: Mapping[str, Parameters] = field(default_factory=dict)
    validation: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def per_user(self, case: str, name: str, metric: str) -> NDArray[np.float64]:
        """Return one value a user, averaged over the seeds they were judged in, in ascending order of users."""
        found = self.judged[case][name]
        return over_seeds([one.users for one in found], [one.values[metric] for one in found])

    def to_json(self) -> dict[str, Any]:
        """Return all figures: means and their 95 % intervals, and the blend against each other contender."""
        cases = {case: self._case(case) for case in self.judged}
        few = [case for case in FEW if case in self.judged]
        summary = {"1 to 3": self._compared(few)} if len(few) == len(FEW) else {}
        return {
            "data": self.graph,
            "protocol": self.setting.protocol.value,
            "relevance": self.setting.relevance.value,
            "seeds": list(self.setting.seeds),
            "k": self.setting.k,
            "splits": self.sizes,
            "cases": cases,
            "summary": summary,
            "tuned": {name: dict(parameters) for name, parameters in self.tuned.items()},
            "validation_ndcg": {
                name: [round(value, 5) for value in values] for name, values in self.validation.items()
            },
        }

    def _case(self, case: str) -> dict[str, Any]:
        rng = np.random.default_rng([self.setting.seeds[0], 7])
        names = list(self.judged[case])
        draws = {metric: Draws({name: self.per_user(case, name, metric) for name in names}, rng) for metric in BY_USER}
        rows = {}
        for name in sorted(names, key=lambda name: -draws[HEADLINE].mean_of(name).mean):
            found = self.judged[case][name]
            rows[name] = {
                **{metric: draws[metric].mean_of(name).to_json() for metric in BY_USER},
                **{metric: _mean([one.together[metric] for one in found]) for metric in found[0].together},
                **{cost: _mean_cost([one.costs[cost] for one in found]) for cost in found[0].costs},
                "silent": round(sum(one.silent for one in found) / sum(len(one.users) for one in found), 4),
                "is_peer": name in self.setting.peers,
            }
        return {"users": len(self.per_user(case, names[0], HEADLINE)), "contenders": rows, **self._compared([case])}

    def _compared(self, cases: Sequence[str]) -> dict[str, Any]:
        """Return how the blend stands to all others in some cases taken together, by NDCG of the same users."""
        names = list(self.judged[cases[0]])
        if BLEND not in names:
            return {}
        rng = np.random.default_rng([self.setting.seeds[0], 8])
        values = {name: np.mean([self.per_user(case, name, HEADLINE) for case in cases], axis=0) for name in names}
        draws = Draws(values, rng)
        others = {
            name: {
                "ratio": draws.ratio(BLEND, name).to_json(),
                "difference": draws.difference(BLEND, name).to_json(),
                "p": round(p_value(values[BLEND], values[name], rng), 5),
            }
            for name in sorted(names, key=lambda name: -draws.mean_of(name).mean)
            if name != BLEND
        }
        best = next((name for name in others if name in self.setting.peers), None)
        found: dict[str, Any] = {"blend_against": others}
        if best is not None:
            found["best_peer"] = {"name": best, "blend_over_it": others[best]["ratio"]}
        return found


def evaluate(graph: KnowledgeGraph, setting: Setting, progress: Progress | None = None) -> AccuracyReport:
    """Split, fit, list and judge.

    Raises:
        DataError: there are too few interactions to hold some out.
        ModelError: a scorer that is not there, or a package that a peer needs.
    """
    if not len(graph.interactions):
        raise DataError(f"{graph.name!r} has no interactions to hold some out of; import ratings (kgrec import)")
    peers = [name for name in setting.peers if setting.protocol in PEERS[name].protocols]
    judged: dict[str, dict[str, list[Judged]]] = {}
    splits = [split(graph, setting.protocol, seed, setting.relevance) for seed in setting.seeds]
    tuned, validation = tune(peers, splits[0].nested(), progress, setting.k) if peers else ({}, {})
    for number, one in enumerate(splits):
        tell = _told(progress, number, len(splits))
        tell("fitting")
        contenders = ablated(one, setting.scorers) if setting.ablate else own_contenders(one, setting.scorers)
        judge(one, contenders, setting.k, judged)
        for name in peers:
            tell(f"fitting {name}")
            judge(one, [fitted(name, tuned[name], one)], setting.k, judged)
    return AccuracyReport(graph.name, setting, sizes(splits), _heard(judged, setting), tuned, validation)


def judge(one: Split, contenders: Sequence[Contender], k: int, judged: dict[str, dict[str, list[Judged]]]) -> None:
    """Let contenders list for every case of a split, and add what it is worth to ``judged``."""
    popularity = one.graph.interactions.item_counts
    for case in one.cases:
        n_candidates = int(case.candidates.sum())
        for contender in contenders:
            listed = make_lists(contender, case, popularity, k)
            values = by_user(listed.lists, case.relevant, one.graph)
            entry = Judged(
                case.users,
                values,
                _together(listed.lists, n_candidates),
                {
                    "fit_s": contender.fit_s,
                    "fit_cpu_s": contender.fit_cpu_s,
                    "score_ms": listed.score_ms,
                    "memory_mb": contender.memory_mb,
                },
                listed.silent,
            )
            judged.setdefault(case.name or "all", {}).setdefault(contender.name, []).append(entry)


def _mean_cost(values: Sequence[float | None]) -> float | None:
    """Return the mean of what is known; None if nothing is."""
    known = [value for value in values if value is not None]
    return round(float(np.mean(known)), 3) if known else None


def _heard(judged: dict[str, dict[str, list[Judged]]], setting: Setting) -> dict[str, dict[str, list[Judged]]]:
    """Leave out scorers that nobody asked for by name and that had nothing to say about anybody."""
    asked = {BLEND, *setting.scorers, *setting.peers}
    told = {
        name
        for case in judged.values()
        for name, found in case.items()
        if name in asked or any(one.silent < len(one.users) for one in found)
    }
    return {case: {name: found for name, found in by.items() if name in told} for case, by in judged.items()}


def _together(lists: Lists, n_candidates: int) -> dict[str, float]:
    return {"coverage": coverage(lists, n_candidates), "gini": gini(lists, n_candidates)}


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4)


def _told(progress: Progress | None, number: int, total: int) -> Any:
    def tell(what: str) -> None:
        if progress is not None:
            progress(f"{what} (seed {number + 1} of {total})", number, total)

    return tell


__all__ = ["AccuracyReport", "Estimate", "Judged", "Setting", "evaluate", "judge"]
