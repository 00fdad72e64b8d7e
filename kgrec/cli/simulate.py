"""``kgrec simulate``: how well the conversation does with simulated people, against simpler ways to lead it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kgrec.cli.opening import Source
from kgrec.progress import Progress

if TYPE_CHECKING:
    from kgrec.evaluate.target import TargetReport
    from kgrec.evaluate.taste import TasteReport


class Protocol(StrEnum):
    """What the simulated people want."""

    TASTE = "taste"
    TARGET = "target"


class Half(StrEnum):
    """Which people are asked: those to tune on, or those to report on."""

    TUNE = "tune"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Simulation:
    """What was asked for; see the options of the command."""

    protocol: Protocol = Protocol.TASTE
    users: int | None = None
    noise: float = 0.0
    unwilling: float = 0.0
    questions: int = 20
    choices: int = 4
    seed: int = 0
    half: Half = Half.REPORT


def simulate(source: Source, wanted: Simulation, progress: Progress | None = None) -> TasteReport | TargetReport:
    """Run a simulation on the graph of a data set, without its rules.

    Raises:
        DataError: the data set, or that nobody in it can be simulated.
    """
    from kgrec.evaluate import target, taste
    from kgrec.evaluate.held_out import Half as Asked
    from kgrec.evaluate.people import Manners

    graph = source.dataset.graph(progress)
    half, manners = Asked(wanted.half.value), Manners(wanted.noise, wanted.unwilling)
    if wanted.protocol is Protocol.TASTE:
        setting = taste.Setting(wanted.users, wanted.questions, half, wanted.seed, manners)
        return taste.simulate_taste(graph, setting, progress)
    sought = target.Setting(wanted.users, wanted.choices, half, wanted.seed, manners)
    return target.simulate_target(graph, sought, progress)


def lines(found: dict[str, Any]) -> list[str]:
    """Return the figures of a report, as ``to_json`` gives them, as lines of text."""
    asked = f"{found['users']} users of {found['data']} ({found['half']} half, seed {found['seed']})"
    moods = f"{found['noise']:.0%} wrong answers, {found['unwilling']:.0%} unwilling"
    head = f"{found['protocol']}: {asked}, {moods}"
    table = _taste(found) if found["protocol"] == Protocol.TASTE else _target(found)
    turn = found["turn_ms"]
    return [head, *table, *([f"a turn took {turn['p50']:g} ms (p99 {turn['p99']:g} ms)"] if turn else [])]


def _taste(found: dict[str, Any]) -> list[str]:
    rows = {"kgrec": found["ndcg@10"], **found["baselines"]}
    width = max(map(len, rows))
    steps = list(found["ndcg@10"])
    head = f"{'NDCG@10 after':{width}}  " if width > len("NDCG@10 after") else "NDCG@10 after  "
    width = len(head) - 2
    lines = [head + "".join(f"{step:>8}" for step in steps) + "  questions"]
    lines += [f"{name:{width}}  " + "".join(f"{value:8.4f}" for value in row.values()) for name, row in rows.items()]
    low = [f"{found['intervals'][step][0]:8.4f}" for step in steps]
    high = [f"{found['intervals'][step][1]:8.4f}" for step in steps]
    return [*lines, f"{'kgrec from':{width}}  " + "".join(low), f"{'to (95 %)':{width}}  " + "".join(high)]


def _target(found: dict[str, Any]) -> list[str]:
    columns = ("sr@5", "sr@10", "sr@15", "at", "hdcg", "questions")
    rows = {"kgrec": found, **found["baselines"]}
    width = max(map(len, rows))
    lines = [" " * width + "".join(f"{column:>11}" for column in columns)]
    lines += [f"{name:{width}}" + "".join(f"{row[column]:11.3f}" for column in columns) for name, row in rows.items()]
    for name, ahead in found["ahead"].items():
        gaps = ", ".join(
            f"{measure} {gap['mean']:+.3f} ({gap['low']:+.3f} to {gap['high']:+.3f})" for measure, gap in ahead.items()
        )
        lines.append(f"kgrec minus {name}: {gaps}")
    return lines
