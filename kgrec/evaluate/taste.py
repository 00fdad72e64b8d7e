"""The protocol *taste*: how much better a list gets with every question, for people the graph has never seen.

Everybody starts as a stranger, answers from half of their ratings, and after so many questions the list of the whole
catalogue (what was judged on the way left out) is compared with the likes of the other half. The conversation is that
of a real Session, without words or files; the simple ways of asking are heard by a session like it. What is learned of
the worth of each scorer comes from the users who are not asked.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kgrec.dialogue.session import Session
from kgrec.errors import DataError
from kgrec.evaluate.asking import BASELINES, Way, by_gain
from kgrec.evaluate.held_out import Fold, Half, folds, half_of
from kgrec.evaluate.metrics import Estimate, K, estimate, ndcg, percentiles_ms, ratio
from kgrec.evaluate.people import HONEST, Manners, Rater
from kgrec.graph import KnowledgeGraph
from kgrec.learning.splits import only
from kgrec.progress import Progress
from kgrec.recommender import Recommender

STEPS: Final = (0, 1, 3, 5, 10, 15, 20)
"""After so many questions the list is looked at."""

OURS: Final = "gain"
"""How the session's own way of asking is called beside the baselines."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What to simulate.

    Attributes:
        users: ask at most so many people; None: the whole half.
        questions: each is asked so many questions.
        half: which people: reported figures come from those nothing was tuned on.
        seed: of the halves, of how ratings are cut in two, and of slips and whims.
    """

    users: int | None = None
    questions: int = 20
    half: Half = Half.REPORT
    seed: int = 0
    manners: Manners = HONEST
    ways: Mapping[str, Way] = field(default_factory=lambda: {OURS: by_gain, **BASELINES})

    @property
    def steps(self) -> tuple[int, ...]:
        """After how many questions the list is looked at."""
        return tuple(step for step in STEPS if step <= self.questions)


@dataclass(frozen=True, slots=True)
class Interview:
    """One person asked in one way: NDCG at each step, the seconds each turn took, the kinds asked, answers given."""

    quality: tuple[float, ...]
    turns_s: tuple[float, ...]
    kinds: tuple[str, ...]
    answers: int


@dataclass(frozen=True, slots=True)
class TasteReport:
    """What came out, way by way; ``interviews`` of all ways are of the same people in the same order."""

    graph: str
    setting: Setting
    people: int
    community: int
    interviews: Mapping[str, Sequence[Interview]]

    def quality(self, way: str) -> NDArray[np.float64]:
        """Return the NDCG of each person at each step, shape (people, steps)."""
        return np.array([interview.quality for interview in self.interviews[way]])

    def to_json(self) -> dict[str, Any]:
        """Return the figures: means, their 95 % intervals, and how far ahead of each baseline the session is."""
        rng = np.random.default_rng([self.setting.seed, 9])
        steps = [str(step) for step in self.setting.steps]
        found = {way: self.quality(way) for way in self.interviews}
        ours = found[OURS]
        return {
            "protocol": "taste",
            "data": self.graph,
            "half": self.setting.half.value,
            "users": self.people,
            "users_in_graph": self.community,
            "seed": self.setting.seed,
            "noise": self.setting.manners.wrong,
            "unwilling": self.setting.manners.unwilling,
            "questions": self.setting.questions,
            f"ndcg@{K}": _means(steps, ours),
            "intervals": _estimates(steps, [estimate(column, rng) for column in ours.T]),
            "lift": _estimates(steps, [ratio(column, ours[:, 0], rng) for column in ours.T]),
            "baselines": {way: _means(steps, values) for way, values in found.items() if way != OURS},
            "ahead": {
                way: _estimates(steps, [estimate(column, rng) for column in (ours - values).T])
                for way, values in found.items()
                if way != OURS
            },
            "asked": dict(Counter(kind for one in self.interviews[OURS] for kind in one.kinds).most_common()),
            "answers": round(float(np.mean([one.answers for one in self.interviews[OURS]])), 2),
            "turn_ms": percentiles_ms([turn for one in self.interviews[OURS] for turn in one.turns_s]),
        }


def simulate_taste(graph: KnowledgeGraph, setting: Setting, progress: Progress | None = None) -> TasteReport:
    """Interview people of a graph about their taste, each in every way; raises DataError without people to ask."""
    interviews: dict[str, list[Interview]] = {way: [] for way in setting.ways}
    users = half_of(graph, setting.half, setting.seed)
    wanted = min(setting.users or len(users), len(users))
    others = Half.TUNE if setting.half is Half.REPORT else Half.REPORT
    texts = bool(graph.texts)
    learned = Recommender(texts=texts).fit(only(graph, half_of(graph, others, setting.seed))).learned_
    community = 0
    for fold in folds(graph, users):
        asked = len(interviews[OURS])
        if asked >= wanted:
            break
        recommender = Recommender(texts=texts, weights=learned.table).fit(fold.graph)
        community = fold.graph.interactions.n_users
        for person, user in _people(graph, fold, setting.seed):
            if len(interviews[OURS]) >= wanted:
                break
            if progress is not None:
                progress("asking people", len(interviews[OURS]), wanted)
            for number, (name, way) in enumerate(setting.ways.items()):
                rng = np.random.default_rng([setting.seed, 2, user, number])
                interviews[name].append(interview(recommender, person, way, setting, rng))
    if not interviews[OURS]:
        raise DataError(f"none of the {len(users)} users of {graph.name!r} has enough likes to hide some")
    return TasteReport(graph.name, setting, len(interviews[OURS]), community, interviews)


def interview(
    recommender: Recommender, person: Rater, way: Way, setting: Setting, rng: np.random.Generator
) -> Interview:
    """Ask one person, and look at the list at each step."""
    session = Session.start(recommender)
    quality, turns_s, kinds, answers = [], [], [], 0
    question = way(session, rng) if setting.questions else None
    for step in range(setting.questions + 1):
        if step in setting.steps:
            ranked = recommender.best(session.ranking(), K).tolist()
            quality.append(ndcg(ranked, person.hidden))
        if step == setting.questions or question is None:
            continue
        told = person.told(question, setting.manners, rng)
        kinds.append(question.kind.value)
        answers += bool(told)
        before = time.perf_counter()
        session.answer(question, told)
        question = way(session, rng)
        turns_s.append(time.perf_counter() - before)
    return Interview(tuple(quality), tuple(turns_s), tuple(kinds), answers)


def _people(graph: KnowledgeGraph, fold: Fold, seed: int) -> list[tuple[Rater, int]]:
    """Return those of a fold who have enough likes, with their numbers."""
    log = graph.interactions.user_items
    people = []
    for user in fold.users.tolist():
        row = slice(log.indptr[user], log.indptr[user + 1])
        ratings = dict(zip(log.indices[row].tolist(), log.data[row].tolist(), strict=True))
        person = Rater.of(fold.graph, ratings, np.random.default_rng([seed, 1, user]))
        if person is not None:
            people.append((person, user))
    return people


def _means(steps: Sequence[str], quality: NDArray[np.float64]) -> dict[str, float]:
    return dict(zip(steps, (round(float(mean), 4) for mean in quality.mean(axis=0)), strict=True))


def _estimates(steps: Sequence[str], found: Sequence[Estimate]) -> dict[str, list[float]]:
    return {step: [round(one.low, 4), round(one.high, 4)] for step, one in zip(steps, found, strict=True)}
