"""Ways to lead a search: the session's own, lists alone, and the greedy rule of the literature they have to beat.

All of them begin with the same history and opening and rank with the same recommender; they differ in what they ask,
when they show, and what they make of the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.acts import Accept, Ask, Recommend, Reject, Reply
from kgrec.dialogue.seeking import Search
from kgrec.dialogue.session import Session
from kgrec.evaluate.seekers import LEAST_SHARED, Seeker
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender

LISTED: Final = 10


@dataclass(frozen=True, slots=True)
class Inquire:
    """The turn goes to a question: which of these values (ids)?"""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Show:
    """The turn goes to a list of items, by number; empty when there is nothing left to show."""

    items: tuple[int, ...]


class Lead(Protocol):
    """Leads one search; ``turn`` and ``hear`` alternate."""

    def turn(self) -> Inquire | Show:
        """Return what to do now."""
        ...

    def hear(self, reply: Reply) -> None:
        """Take in what came back: to a list, only that it was rejected."""
        ...


Begin = Callable[[Recommender, Seeker, int, np.random.Generator], Lead]
"""Begins a search for somebody, with at most so many options a question."""


class BySession:
    """The session a person uses, which knows the history and is told the opening as a wish."""

    def __init__(
        self,
        recommender: Recommender,
        seeker: Seeker,
        choices: int,
        rng: np.random.Generator,
        *,
        is_asking: bool = True,
    ) -> None:
        del rng
        self.session = session_of(recommender, seeker, choices)
        self._is_asking = is_asking

    def turn(self) -> Inquire | Show:
        """Return what the session does."""
        if not self._is_asking:
            self.session.show_me()
        act = self.session.act()
        if isinstance(act, Ask):
            return Inquire(tuple(str(option.value) for option in act.question.options))
        graph = self.session.graph
        return Show(tuple(graph.index(entry.item) for entry in act.slate) if isinstance(act, Recommend) else ())

    def hear(self, reply: Reply) -> None:
        """Reply to the session."""
        self.session.reply(reply)


class ByEntropy:
    """Greedy entropy: ask what splits the candidates most evenly, and believe every answer.

    The candidates have the opening; those without any accepted value or with a refused one go, unless none were left.
    Asked is the facet of the value whose share of the candidates has the greatest entropy, and with it the next best of
    its values. A list is shown when ten candidates are left, when nothing splits them, and else with the chance of ten
    in the number of candidates. Sources: Max Entropy in Lei et al. 2020 (EAR) and Deng et al. 2021, with several
    choices as in Zhang et al. 2022.
    """

    def __init__(self, recommender: Recommender, seeker: Seeker, choices: int, rng: np.random.Generator) -> None:
        session = session_of(recommender, seeker, choices, opening=False)
        self._graph = graph = recommender.graph_
        self._scores = session.ranking().scores
        self._links = graph.once(_links)
        self._having = graph.once(_columns)
        self._candidates = session.ranking().open & self._has(seeker.opening)
        self._asked = {seeker.opening}
        self._choices = choices
        self._rng = rng
        self._last: Inquire | Show = Show(())

    def turn(self) -> Inquire | Show:
        """Ask or show."""
        items = np.flatnonzero(self._candidates)
        values = self._best_values(items) if len(items) > LISTED else ()
        if values and self._rng.random() >= LISTED / len(items):
            self._asked |= set(values)
            self._last = Inquire(tuple(self._graph.entity_ids[value] for value in values))
        else:
            order = np.lexsort((items, -self._scores[items]))[:LISTED]
            self._last = Show(tuple(items[order].tolist()))
        return self._last

    def hear(self, reply: Reply) -> None:
        """Drop the candidates that do not fit."""
        left = self._candidates.copy()
        if isinstance(self._last, Show):
            left[list(self._last.items)] = False
        elif isinstance(reply, Accept | Reject):
            offered = self._graph.indices(self._last.values).tolist()
            accepted = set(self._graph.indices(reply.ids).tolist()) if isinstance(reply, Accept) else set()
            if accepted:
                left &= np.logical_or.reduce([self._has(value) for value in accepted])
            for value in set(offered) - accepted:
                left &= ~self._has(value)
        if left.any():
            self._candidates = left

    def _has(self, value: int) -> NDArray[np.bool_]:
        return np.asarray(self._having[:, [value]].toarray().ravel() > 0)

    def _best_values(self, items: NDArray[np.intp]) -> tuple[int, ...]:
        graph = self._graph
        share = np.asarray(self._links[items].sum(axis=0)).ravel() / len(items)
        inside = np.clip(share.astype(np.float64), 1e-12, 1 - 1e-12)
        bits = -inside * np.log2(inside) - (1 - inside) * np.log2(1 - inside)
        bits[(share <= 0) | (share >= 1)] = 0.0
        bits[: graph.n_items] = 0.0
        bits[list(self._asked)] = 0.0
        best = int(np.argmax(bits))
        if bits[best] <= 0:
            return ()
        facet = graph.facets_of(best)[0].name
        values = [int(value) for value in graph.values(facet) if bits[value] > 0]
        return tuple(sorted(values, key=lambda value: (-bits[value], value))[: self._choices])


def lists_alone(recommender: Recommender, seeker: Seeker, choices: int, rng: np.random.Generator) -> Lead:
    """Begin a search by the session that only ever shows lists."""
    return BySession(recommender, seeker, choices, rng, is_asking=False)


BASELINES: Final[Mapping[str, Begin]] = {"entropy": ByEntropy, "lists": lists_alone}


def session_of(recommender: Recommender, seeker: Seeker, choices: int, *, opening: bool = True) -> Session:
    """Return a session of somebody whose history the graph knows."""
    wishes: Sequence[str] = (recommender.graph_.entity_ids[seeker.opening],) if opening else ()
    return Session.start(recommender, user=seeker.user, wishes=wishes, search=Search(choices), clock=lambda: 0.0)


def _links(graph: KnowledgeGraph) -> sparse.csr_matrix:
    """Return which item has which value, those of a single item left out."""
    links = graph.attributes.copy()
    frequent = np.bincount(links.indices, minlength=graph.n_entities) >= LEAST_SHARED
    links.data = frequent[links.indices].astype(np.float32)
    return links


def _columns(graph: KnowledgeGraph) -> sparse.csc_matrix:
    return graph.once(_links).tocsc()
