"""``kgrec evaluate``: how good the lists are, against simpler ways and other people's packages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kgrec.cli.figures import sure
from kgrec.cli.opening import Source
from kgrec.progress import Progress

if TYPE_CHECKING:
    from kgrec.evaluate.accuracy import AccuracyReport
    from kgrec.evaluate.context import ContextReport
    from kgrec.evaluate.ratings import RatingsReport

    Report = AccuracyReport | ContextReport | RatingsReport

WITHOUT: Final = "without "
"""How the names of ablations begin, see kgrec.evaluate.ablation."""

_BAR: Final = 24
_COLUMNS: Final = {
    "precision": "precision",
    "recall": "recall",
    "hit_rate": "hits",
    "mrr": "MRR",
    "map": "MAP",
    "coverage": "coverage",
    "gini": "Gini",
    "novelty": "novelty",
    "diversity": "diversity",
}
_COSTS: Final = {"fit_s": "fit s", "fit_cpu_s": "CPU s", "memory_mb": "MB", "score_ms": "ms/user"}
_WORDS: Final = {"all": "every held-out interaction is relevant", "liked": "held-out likes are relevant"}


class Held(StrEnum):
    """What is held out."""

    WARM = "warm"
    NEW_USERS = "new-users"
    NEW_ITEMS = "new-items"
    TEMPORAL = "temporal"
    OPINIONS = "opinions"
    CONTEXT = "context"
    RATINGS = "ratings"


class Relevant(StrEnum):
    """What is relevant of it."""

    ALL = "all"
    LIKED = "liked"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was asked for; see the options of the command. ``scorers`` may name peers."""

    protocol: Held = Held.WARM
    scorers: tuple[str, ...] = ()
    peers: bool = False
    seeds: int = 1
    k: int = 10
    relevance: Relevant = Relevant.ALL
    ablate: bool = False


def evaluate(source: Source, wanted: Evaluation, progress: Progress | None = None) -> Report:
    """Evaluate on the graph of a data set, without its rules.

    Raises:
        DataError: the data set, or that it has too few interactions.
        ModelError: a scorer that is not there, or a package that peers need.
    """
    from kgrec.evaluate import accuracy
    from kgrec.evaluate.contenders import BLEND
    from kgrec.evaluate.peer_grids import PEERS
    from kgrec.evaluate.splits import Protocol, Relevance

    seeds = tuple(range(wanted.seeds))
    if wanted.protocol is Held.CONTEXT:
        from kgrec.evaluate import context

        return context.evaluate(source.dataset.graph(progress), seeds, wanted.k, progress)
    if wanted.protocol is Held.RATINGS:
        from kgrec.evaluate import ratings

        return ratings.evaluate(source.dataset.graph(progress), seeds, progress)
    peers = tuple(name for name in PEERS if wanted.peers or name in wanted.scorers)
    scorers = tuple(name for name in wanted.scorers if name not in PEERS)
    if wanted.scorers and not scorers and not wanted.ablate:
        scorers = (BLEND,)  # peers alone were named
    setting = accuracy.Setting(
        Protocol(wanted.protocol.value),
        Relevance(wanted.relevance.value),
        scorers,
        peers,
        seeds,
        wanted.k,
        wanted.ablate,
    )
    return accuracy.evaluate(source.dataset.graph(progress), setting, progress)


def draw(found: dict[str, Any], path: Path) -> None:
    """Write a picture of a report, as ``to_json`` gives it."""
    from kgrec.evaluate.plots import plot

    plot(found, path)


def lines(found: dict[str, Any], bar: str = "#") -> list[str]:
    """Return the figures of a report, as ``to_json`` gives them, as lines of text; ``bar`` is what bars are made of."""
    if found["protocol"] == Held.CONTEXT:
        from kgrec.cli import evaluate_context

        return evaluate_context.lines(found)
    if found["protocol"] == Held.RATINGS:
        from kgrec.cli import evaluate_ratings

        return evaluate_ratings.lines(found)
    cases = found["cases"]
    users = max(case["users"] for case in cases.values())
    seeds = len(found["seeds"])
    head = (
        f"{found['protocol']}: {users:,} users of {found['data']}, {seeds} seed{'s' if seeds > 1 else ''}, "
        f"{found['splits'][0]['candidates']:,} items ranked, {_WORDS[found['relevance']]}"
    )
    if len(cases) == 1:
        (case,) = cases.values()
        return [head, *_table(case["contenders"], found["k"], bar), *_against(case)]
    each = [line for when, case in cases.items() for line in _against(_foremost(case), f"with {when}, ")]
    summed = [line for when, few in found["summary"].items() for line in _against(few, f"with {when} known, ")]
    return [head, *_by_case(cases, found["k"]), *each, *summed]


def _foremost(case: dict[str, Any]) -> dict[str, Any]:
    """Return the comparison with the best peer alone, or with the best of the others where there is no peer.

    What parts of the blend buy is told of each.
    """
    against = case.get("blend_against", {})
    if all(name.startswith(WITHOUT) for name in against):
        return case
    name = case.get("best_peer", {}).get("name") or next(iter(against), None)
    return {**case, "blend_against": {name: against[name]} if name else {}}


def _table(contenders: dict[str, Any], k: int, bar: str) -> list[str]:
    width = max(map(len, contenders))
    lines = [
        f"{'':{width}}  NDCG@{k:<3} (95 % from-to)"
        + "".join(f"{label:>{_wide(label)}}" for label in _COLUMNS.values())
        + "".join(f"{label:>9}" for label in _COSTS.values())
    ]
    most = max(row["ndcg"]["high"] for row in contenders.values()) or 1.0
    for name, row in contenders.items():
        ndcg = row["ndcg"]
        cells = "".join(
            f"{_mean(row[column]):>{_wide(label)}.{2 if column == 'novelty' else 3}f}"
            for column, label in _COLUMNS.items()
        )
        costs = "".join(f"{'' if row[cost] is None else format(row[cost], '.2f'):>9}" for cost in _COSTS)
        drawn = bar * round(_BAR * ndcg["mean"] / most)
        span = f"({ndcg['low']:.3f}-{ndcg['high']:.3f})"
        lines.append(f"{name:{width}}  {ndcg['mean']:.4f}   {span:<16}{cells}{costs}  {drawn}".rstrip())
    return lines


def _mean(value: float | dict[str, float]) -> float:
    return value["mean"] if isinstance(value, dict) else value


def _wide(label: str) -> int:
    return max(8, len(label) + 2)


def _by_case(cases: dict[str, Any], k: int) -> list[str]:
    means = {
        name: sum(case["contenders"][name]["ndcg"]["mean"] for case in cases.values())
        for name in next(iter(cases.values()))["contenders"]
    }
    names = sorted(means, key=lambda name: -means[name])
    width = max(*map(len, names), len(f"NDCG@{k}"))
    lines = [f"{f'NDCG@{k}':{width}}" + "".join(f"{case:>10}" for case in cases)]
    for name in names:
        row = "".join(f"{case['contenders'][name]['ndcg']['mean']:10.4f}" for case in cases.values())
        lines.append(f"{name:{width}}{row}")
    return lines


def _against(compared: dict[str, Any], when: str = "") -> list[str]:
    """Return how the blend stands to the others."""
    lines = []
    best = compared.get("best_peer", {}).get("name")
    for name, other in compared.get("blend_against", {}).items():
        ratio = other["ratio"]
        lines.append(
            f"{when}blend / {name}{' (best peer)' if name == best else ''}: "
            f"{ratio['mean']:.3f} ({ratio['low']:.3f} to {ratio['high']:.3f}), {sure(other['p'])}"
        )
    return lines
