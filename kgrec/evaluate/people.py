"""Simulated people who answer from what they really rated.

They answer as a person would who remembers half of the ratings: about an item they know how it was; about a value
(a genre, a person) whatever the ratings of its items show, if there are enough of them; anything else they cannot say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from kgrec.acts import Question, QuestionKind
from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.belief import CLEAR, LEAST_RATED, LIKED_FROM, SHRINKAGE

LEAST_HIDDEN: Final = 3
"""With fewer hidden likes than this, a list of ten says little about a user."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How reliable answers are.

    Attributes:
        wrong: the chance that an answer is another than the true one, each other equally likely.
        unwilling: the chance of "don't know" instead of any answer.
    """

    wrong: float = 0.0
    unwilling: float = 0.0


HONEST: Final = Manners()


def spoken(true: int, n_options: int, manners: Manners, rng: np.random.Generator) -> int:
    """Return the option that is named, -1 for "don't know", when ``true`` would be right.

    A wrong answer is always one of the options: nobody says "don't know" by mistake.
    """
    mood, slip = rng.random(2)
    if mood < manners.unwilling:
        return -1
    others = [option for option in range(n_options) if option != true]
    if slip < manners.wrong and others:
        return others[int(rng.integers(len(others)))]
    return true


def ticked(true: tuple[int, ...], n_options: int, manners: Manners, rng: np.random.Generator) -> tuple[int, ...]:
    """Return the options that are named where any number may be, when ``true`` would be right.

    A slip names one too many or leaves one out; who is unwilling names none.
    """
    mood, slip = rng.random(2)
    if mood < manners.unwilling:
        return ()
    if slip < manners.wrong:
        return tuple(sorted({*true} ^ {int(rng.integers(n_options))}))
    return true


@dataclass(frozen=True, eq=False)
class Rater:
    """Somebody whose ratings were cut in two: one half to answer from, the likes of the other half to find.

    Attributes:
        remembered: item number → value, what the answers come from.
        hidden: item numbers, the likes of the other half.
        opinions: float64 (n_entities,): how much better than their average the items with a value were rated, shrunk;
            NaN where fewer than LEAST_RATED are remembered.
    """

    graph: KnowledgeGraph
    remembered: dict[int, float]
    hidden: frozenset[int]
    opinions: NDArray[np.float64]

    @classmethod
    def of(cls, graph: KnowledgeGraph, ratings: dict[int, float], rng: np.random.Generator) -> Self | None:
        """Cut a user's ratings in two at random; None if too few likes are left to find."""
        items = rng.permutation(np.array(list(ratings), dtype=np.intp))
        known, other = np.sort(items[: len(items) // 2]), items[len(items) // 2 :]
        hidden = frozenset(int(item) for item in other if ratings[int(item)] >= LIKED_FROM)
        if len(hidden) < LEAST_HIDDEN or not len(known):
            return None
        remembered = {int(item): ratings[int(item)] for item in known}
        return cls(graph, remembered, hidden, _opinions(graph, remembered))

    def told(self, question: Question, manners: Manners, rng: np.random.Generator) -> tuple[int, ...]:
        """Return the numbers of the options that are named, whether or not they are true; none: "don't know"."""
        if question.kind is QuestionKind.LOVED:
            return ticked(self._loved(question), len(question.options), manners, rng)
        place = spoken(self.answer(question), len(question.options), manners, rng)
        return (place,) if place >= 0 else ()

    def answer(self, question: Question) -> int:
        """Return the number of the option that is true, -1 for none.

        An item: its rating, read by the options' own values (the nearest one). A value: whether its items were rated
        better or worse than others, if the shrunk difference is CLEAR. A choice: the option whose items were rated
        best, if better than others at all.
        """
        if question.kind is QuestionKind.EITHER:
            return self._prefer(question)
        if question.kind is QuestionKind.CHOICE:
            entities = self.graph.indices(option.value for option in question.options if isinstance(option.value, str))
            opinions = np.nan_to_num(self.opinions[entities], nan=0.0)
            best = int(np.argmax(opinions))
            return best if opinions[best] > 0 else -1
        if question.subject not in self.graph:
            return -1
        entity = self.graph.index(question.subject)
        if question.kind is QuestionKind.SEEN:
            value = self.remembered.get(entity)
        else:
            opinion = float(self.opinions[entity])
            value = float(np.sign(opinion)) if abs(opinion) > CLEAR else None
        if value is None:
            return -1
        gaps = [abs(_felt(value) - float(option.value)) for option in question.options]  # type: ignore[arg-type]  # these options hold numbers
        return int(np.argmin(gaps))

    def _loved(self, question: Question) -> tuple[int, ...]:
        """Return the numbers of the items that are remembered as loved."""
        items = [self.graph.index(str(option.value)) for option in question.options]
        return tuple(n for n, item in enumerate(items) if self.remembered.get(item, -1.0) >= LIKED_FROM)

    def _prefer(self, question: Question) -> int:
        """Return which of two is preferred, 2 for both alike; -1 unless there is something to say about both."""
        felt = [self._feeling(str(option.value)) for option in question.options[:2]]
        if None in felt:
            return -1
        one, other = felt
        assert one is not None
        assert other is not None
        is_item = self.graph.is_item(str(question.options[0].value))
        if abs(one - other) <= (0.0 if is_item else CLEAR):
            return 2
        return 0 if one > other else 1

    def _feeling(self, name: str) -> float | None:
        """Return what is thought of an item, as a person puts it, or of a value; None: nothing."""
        entity = self.graph.index(name)
        if self.graph.is_item(name):
            return _felt(self.remembered[entity]) if entity in self.remembered else None
        opinion = float(self.opinions[entity])
        return None if np.isnan(opinion) else opinion


def _felt(value: float) -> float:
    """Return how a person puts a rating: loved from LIKED_FROM on, disliked below the neutral point."""
    return 1.0 if value >= LIKED_FROM else -1.0 if value <= 0 else value


def _opinions(graph: KnowledgeGraph, remembered: dict[int, float]) -> NDArray[np.float64]:
    items = np.array(list(remembered), dtype=np.intp)
    values = np.array(list(remembered.values()))
    links = graph.attributes[items]
    links.data = np.ones_like(links.data)
    counts = np.asarray(links.sum(axis=0)).ravel()
    differences = (links.T @ values - counts * values.mean()) / (counts + SHRINKAGE)
    return np.where(counts >= LEAST_RATED, differences, np.nan)
