"""Who knows what: the chance that somebody can say something about an item, given what they knew so far and what not.

People of one taste have seen the same things. The chance starts from how many people chose an item; each "I know it" or
"I don't" then moves weight to the people of the graph who would have said the same, so that somebody who knows three
old ones is asked about a fourth, and nobody hears ten times in a row of what they never saw. A mixture over
people (a kernel estimate with one Bernoulli profile a person, every one blurred towards the average).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.acts import QuestionKind
from kgrec.domain import Belief
from kgrec.graph import KnowledgeGraph

BLUR: Final = 0.15
"""The chance that somebody like a person in the graph knows what that person did not choose, and the reverse."""

TOLD: Final = 0.45
"""The chance that somebody who knows an item says so; people forget, and half of what they know is not in any log."""


KNOWN_BY_PRIOR: Final = (0.05, 0.75)
"""The chance that people know the least and the most renowned items, where no interactions tell."""


def familiarity(graph: KnowledgeGraph) -> NDArray[np.float64]:
    """Return the chance that a newcomer can say something about each entity, shape (n_entities,).

    Items: the root of the share of the users who rated it (people know more than they rate), or the prior facet; 0
    where neither tells, as nobody is to be asked about items that may be known to no one.
    Values: whoever knows one of its items may know it; a director of one obscure film is known to nobody.
    """
    low, high = KNOWN_BY_PRIOR
    if len(graph.interactions):
        items = np.sqrt(graph.interactions.item_counts / graph.interactions.n_users)
    elif graph.prior is not None:
        prior = np.nan_to_num(graph.prior, nan=float(np.nanmin(graph.prior)))
        span = float(prior.max() - prior.min()) or 1.0
        items = low + (high - low) * (prior - prior.min()) / span
    else:
        items = np.full(graph.n_items, 0.5)
    known = np.zeros(graph.n_entities)
    if len(graph.interactions) or graph.prior is not None:
        known[: graph.n_items] = items
    missed = graph.attributes.copy()
    missed.data = np.log1p(-0.15 * items)[np.repeat(np.arange(graph.n_items), np.diff(missed.indptr))]
    values = 1.0 - np.exp(np.asarray(missed.sum(axis=0)).ravel())
    known[graph.n_items :] = values[graph.n_items :]
    return known


def familiar_items(graph: KnowledgeGraph, belief: Belief) -> NDArray[np.float64] | None:
    """Return the chance that the user knows each item, shape (n_items,), by what they knew; None without interactions.

    It is the root of the chance that they chose it: people know more than they choose.
    """
    if not len(graph.interactions):
        return None
    prefix = f"{QuestionKind.SEEN}:"
    known = {opinion.entity for opinion in belief.opinions if graph.is_item(opinion.entity)} | {
        item for item in belief.seen if graph.is_item(item)
    }
    asked = {question.removeprefix(prefix) for question in belief.asked if question.startswith(prefix)}
    unknown = {item for item in asked - known if graph.is_item(item)}
    familiarity = graph.once(Familiarity.of)
    return np.sqrt(familiarity.known(sorted(map(graph.index, known)), sorted(map(graph.index, unknown))))


@dataclass(frozen=True, eq=False)
class Familiarity:
    """What the people of a graph know.

    Attributes:
        chosen: CSC (n_users, n_items) of ones.
        shares: float64 (n_items,), the share of the people that chose each item.
    """

    chosen: sparse.csc_matrix
    shares: NDArray[np.float64]

    @classmethod
    def of(cls, graph: KnowledgeGraph) -> Self:
        """Take the interactions of a graph; with none, everything is equally unknown."""
        chosen = graph.interactions.user_items.tocsc()
        chosen.data = np.ones_like(chosen.data)
        return cls(chosen, graph.interactions.item_counts / max(graph.interactions.n_users, 1))

    def known(self, known: Iterable[int], unknown: Iterable[int]) -> NDArray[np.float64]:
        """Return the chance that each item was chosen by somebody with these answers, shape (n_items,).

        Args:
            known: items they could say something about.
            unknown: items they were asked about in vain.
        """
        if not self.chosen.shape[0]:
            return self.shares.copy()
        told = np.zeros(self.chosen.shape[0])
        for item in known:
            told += self._evidence(item, 1 - BLUR, self.shares[item] * (1 - BLUR) + 0.02)
        for item in unknown:
            told += self._evidence(item, 1 - TOLD, 1 - TOLD * self.shares[item])
        weights = np.exp(told - told.max())
        return np.asarray(self.chosen.T @ (weights / weights.sum()))

    def _evidence(self, item: int, chose: float, others: float) -> NDArray[np.float64]:
        """Return the log-likelihood of one answer for each person: of those who chose the item, and of the others."""
        evidence = np.full(self.chosen.shape[0], np.log(others))
        column = slice(self.chosen.indptr[item], self.chosen.indptr[item + 1])
        evidence[self.chosen.indices[column]] = np.log(chose)
        return evidence
