"""Ways to choose the next question: the session's own, and the simple ones it has to beat.

All of them ask about the same entities and are heard by the same session; only the choice differs. Those that choose by
themselves ask "seen it, and how was it?" about items and yes or no about values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.acts import Ask, Question, QuestionKind
from kgrec.dialogue.session import Session
from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.belief import LIKED_FROM
from kgrec.reasoning.plausibility import plausibility
from kgrec.reasoning.questions import LIKE_OPTIONS, SEEN_OPTIONS

Way = Callable[[Session, np.random.Generator], Question | None]
"""Chooses what a session asks next; None: nothing is left to ask."""


def by_gain(session: Session, rng: np.random.Generator) -> Question | None:
    """Ask what the session asks; where it would stop by itself, ask it to go on."""
    del rng
    act = session.act()
    if not isinstance(act, Ask):
        session.ask_more()
        act = session.act()
    return act.question if isinstance(act, Ask) else None


def by_popularity(session: Session, rng: np.random.Generator) -> Question | None:
    """Ask about the items that most people rated, one after the other."""
    del rng
    counts = session.graph.interactions.item_counts
    order = np.argsort(-counts, kind="stable")[: len(session.belief.asked) + 1]
    return next(filter(None, (_about(session, int(item), session.belief.asked) for item in order)), None)


def at_random(session: Session, rng: np.random.Generator) -> Question | None:
    """Ask about any item or value that the session could ask about, all equally likely."""
    entities = rng.permutation(session.recommender.questions_.entities)
    return next(filter(None, (_about(session, int(entity), session.belief.asked) for entity in entities)), None)


def by_entropy(session: Session, rng: np.random.Generator) -> Question | None:
    """Ask where the answer is least certain now, in bits, whatever it would tell about anything else.

    A value: that the item wanted has it, each item being as plausible as the belief of now says: so the value that
    splits the plausible items most evenly. An item: that it is unknown, liked or not, as it was to the community
    (Entropy0 of Rashid, Karypis & Riedl 2008).
    """
    del rng
    graph = session.graph
    entities = session.recommender.questions_.entities
    weights = plausibility(session.recommender.posterior(session.belief).mean[: graph.n_items], session.ranking().open)
    entropies = graph.once(_entropy0).copy()
    entropies[graph.n_items :] = _binary_entropy(np.asarray(graph.once(_links).T @ weights).ravel())[graph.n_items :]
    order = entities[np.argsort(-entropies[entities], kind="stable")]
    return next(filter(None, (_about(session, int(entity), session.belief.asked) for entity in order)), None)


BASELINES: Final[Mapping[str, Way]] = {"popularity": by_popularity, "random": at_random, "entropy": by_entropy}


def _about(session: Session, entity: int, asked: AbstractSet[str]) -> Question | None:
    """Return the question about an entity, without words; None if it was asked before."""
    graph = session.graph
    kind = QuestionKind.SEEN if entity < graph.n_items else QuestionKind.LIKE
    name = graph.entity_ids[entity]
    if f"{kind}:{name}" in asked:
        return None
    return Question(f"{kind}:{name}", kind, "", name, SEEN_OPTIONS if kind is QuestionKind.SEEN else LIKE_OPTIONS)


def _links(graph: KnowledgeGraph) -> sparse.csr_matrix:
    """Return which item has which value, as ones."""
    links = graph.attributes.copy()
    links.data = np.ones_like(links.data)
    return links


def _entropy0(graph: KnowledgeGraph) -> NDArray[np.float64]:
    """Return how uncertain it is what somebody says of each item, in bits, shape (n_entities,); 0 for values."""
    log = graph.interactions.user_items
    likes = np.bincount(log.indices[log.data >= LIKED_FROM], minlength=graph.n_items) / max(log.shape[0], 1)
    rated = graph.interactions.item_counts / max(log.shape[0], 1)
    entropies = np.zeros(graph.n_entities)
    entropies[: graph.n_items] = _bits(likes) + _bits(rated - likes) + _bits(1 - rated)
    return entropies


def _binary_entropy(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    return _bits(shares) + _bits(1 - shares)


def _bits(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return -p log2 p, 0 at 0."""
    inside = np.clip(shares, 1e-12, 1.0)
    return np.asarray(-inside * np.log2(inside))
