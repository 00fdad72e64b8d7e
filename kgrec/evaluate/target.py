"""The protocol *target*: how soon somebody who is after something is shown it (multi-round conversational search).

The seeker opens with one value (turn 1). In each further turn the system asks which of up to K values of one facet what
is sought has, or shows ten items; at most fifteen turns. Sources: Lei et al. 2020 (EAR, SCPR); several choices and
several items sought: Zhang et al. 2022.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from kgrec.acts import Reject
from kgrec.errors import DataError
from kgrec.evaluate.held_out import Half, half_of
from kgrec.evaluate.metrics import TURNS, Outcome, average_turns, estimate, hdcg, percentiles_ms, success_rate
from kgrec.evaluate.people import HONEST, Manners
from kgrec.evaluate.searching import BASELINES, Begin, BySession, Inquire
from kgrec.evaluate.seekers import Seeker, hold_out, seeker
from kgrec.graph import KnowledgeGraph
from kgrec.progress import Progress
from kgrec.recommender import Recommender

WITHIN: Final = (5, 10, 15)
"""The turns within which success is counted."""

OURS: Final = "session"


@dataclass(frozen=True, slots=True)
class Setting:
    """What to simulate.

    Attributes:
        users: at most so many people seek something; None: the whole half.
        choices: the most options of a question.
        half: which people: reported figures come from those nothing was tuned on.
        seed: of the halves, of what is held out, and of slips and whims.
    """

    users: int | None = None
    choices: int = 4
    half: Half = Half.REPORT
    seed: int = 0
    manners: Manners = HONEST
    ways: Mapping[str, Begin] = field(default_factory=lambda: {OURS: BySession, **BASELINES})


@dataclass(frozen=True, slots=True)
class Searched:
    """One search: how it ended, how many turns were questions, and the seconds each turn took."""

    outcome: Outcome
    questions: int
    turns_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TargetReport:
    """What came out, way by way, of the same people in the same order."""

    graph: str
    setting: Setting
    people: int
    searches: Mapping[str, Sequence[Searched]]

    def to_json(self) -> dict[str, Any]:
        """Return the figures of the session and of the baselines, and the 95 % intervals of the differences."""
        rng = np.random.default_rng([self.setting.seed, 9])
        ours = [search.outcome for search in self.searches[OURS]]
        return {
            "protocol": "target",
            "data": self.graph,
            "half": self.setting.half.value,
            "users": self.people,
            "seed": self.setting.seed,
            "noise": self.setting.manners.wrong,
            "unwilling": self.setting.manners.unwilling,
            "choices": self.setting.choices,
            **_figures(self.searches[OURS]),
            "baselines": {way: _figures(found) for way, found in self.searches.items() if way != OURS},
            "ahead": {
                way: {
                    name: estimate(_differences(ours, [search.outcome for search in found], measure), rng).to_json()
                    for name, measure in _MEASURES.items()
                }
                for way, found in self.searches.items()
                if way != OURS
            },
            "turn_ms": percentiles_ms([turn for search in self.searches[OURS] for turn in search.turns_s]),
        }


_MEASURES: Final[Mapping[str, Callable[[Outcome], float]]] = {
    f"sr@{TURNS}": lambda outcome: float(outcome.is_success),
    "at": lambda outcome: float(outcome.turn or TURNS),
    "hdcg": hdcg,
}


def simulate_target(graph: KnowledgeGraph, setting: Setting, progress: Progress | None = None) -> TargetReport:
    """Let people of a graph seek what was held out, led in every way; raises DataError if nobody can seek anything."""
    known, held = hold_out(graph, setting.seed)
    recommender = Recommender(texts=bool(graph.texts)).fit(known)
    users = half_of(graph, setting.half, setting.seed)
    wanted = min(setting.users or len(users), len(users))
    searches: dict[str, list[Searched]] = {way: [] for way in setting.ways}
    for user in users.tolist():
        if len(searches[OURS]) >= wanted:
            break
        person = seeker(known, user, held[user], np.random.default_rng([setting.seed, 5, user]))
        if person is None:
            continue
        if progress is not None:
            progress("seeking", len(searches[OURS]), wanted)
        for number, (name, begin) in enumerate(setting.ways.items()):
            rng = np.random.default_rng([setting.seed, 6, user, number])
            searches[name].append(search(recommender, person, begin, setting, rng))
    if not searches[OURS]:
        raise DataError(f"no user of {graph.name!r} chose two items with values that others share")
    return TargetReport(graph.name, setting, len(searches[OURS]), searches)


def search(
    recommender: Recommender, person: Seeker, begin: Begin, setting: Setting, rng: np.random.Generator
) -> Searched:
    """Lead one search to its end."""
    lead = begin(recommender, person, setting.choices, rng)
    questions, turns_s = 0, []
    for turn in range(2, TURNS + 1):
        before = time.perf_counter()
        move = lead.turn()
        turns_s.append(time.perf_counter() - before)
        if isinstance(move, Inquire):
            questions += 1
            reply = person.reply(move.values, recommender.graph_, setting.manners, rng)
        else:
            place = person.found(move.items)
            if place or not move.items:
                return Searched(Outcome(turn, place) if place else Outcome(), questions, tuple(turns_s))
            reply = Reject(tuple(recommender.graph_.entity_ids[item] for item in move.items))
        before = time.perf_counter()
        lead.hear(reply)
        turns_s[-1] += time.perf_counter() - before
    return Searched(Outcome(), questions, tuple(turns_s))


def _figures(searches: Sequence[Searched]) -> dict[str, float]:
    outcomes = [search.outcome for search in searches]
    return {
        **{f"sr@{within}": round(success_rate(outcomes, within), 4) for within in WITHIN},
        "at": round(average_turns(outcomes), 3),
        "hdcg": round(float(np.mean([hdcg(outcome) for outcome in outcomes])), 4),
        "questions": round(float(np.mean([search.questions for search in searches])), 2),
    }


def _differences(
    ours: Sequence[Outcome], theirs: Sequence[Outcome], measure: Callable[[Outcome], float]
) -> list[float]:
    return [measure(mine) - measure(other) for mine, other in zip(ours, theirs, strict=True)]
