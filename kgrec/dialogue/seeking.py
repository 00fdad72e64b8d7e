"""Seeking: a conversation with somebody who is after something particular, in answers and lists without words.

What was accepted and refused stands in the belief as opinions for now, what was shown in vain as seen; so each turn
follows from the belief alone, and undo, resuming and the log work as in any other conversation. How plausible each item
is comes from its place in the ranking of the lasting taste, times how well it fits every opinion for now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.acts import Accept, Act, Ask, Option, Question, QuestionKind, Recommend, Reply, Unknown
from kgrec.domain import Belief, Slate
from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.candidates import MOST_OPTIONS
from kgrec.reasoning.policy import LISTED, best_inquiry, fits, standing
from kgrec.rulebook import quoted

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

PATIENCE: Final = 14
"""So many turns a search is planned for."""

LEAST_SHARED: Final = 2
"""A value of fewer items tells them apart no better than showing them."""

_APART: Final = "|"


@dataclass(frozen=True, slots=True)
class Search:
    """How a search is led: the most options a question has, and the turns it is planned for."""

    choices: int = MOST_OPTIONS
    turns: int = PATIENCE


def seek(session: Session, search: Search, *, is_asking: bool = True) -> Act:
    """Return the question that shortens the search, or the list of the most plausible items.

    Needs a ranking with open items. The list is in the order of plausibility; its scores and reasons are the ranking's.
    """
    graph, belief, ranking = session.graph, session.belief, session.ranking()
    weights = plausible_items(session)
    turns = search.turns - len(session.state.kinds) - len(belief.seen) // LISTED
    if is_asking:
        inquiry = best_inquiry(
            weights, graph.items_of, _offered(graph, belief), turns=max(turns, 1), choices=search.choices
        )
        if inquiry is not None:
            return Ask(_question(graph, inquiry.facet, inquiry.values))
    items = np.flatnonzero(ranking.open)
    best = items[np.lexsort((-ranking.scores[items], -weights[items]))][:LISTED]
    return Recommend(
        Slate(session.recommender.explained(ranking, best.tolist()), int(ranking.allowed.sum()), graph.n_items)
    )


def plausible_items(session: Session) -> NDArray[np.float64]:
    """Return the probability that each item is what is wanted, shape (n_items,); 0 for those shown or known."""
    graph, belief = session.graph, session.belief
    now = tuple(opinion for opinion in belief.opinions if opinion.kind.is_for_now)
    lasting = tuple(opinion for opinion in belief.opinions if not opinion.kind.is_for_now)
    past = replace(belief, opinions=lasting, seen=frozenset())
    before = session.recommender.rank(past, session.rules, session.context)
    weights = standing(before.scores, before.open)  # what was shown in vain keeps its place: the rest do not move up
    for opinion in now:
        if not graph.is_item(opinion.entity) and opinion.entity in graph:
            having = graph.once(_having)[:, [graph.index(opinion.entity)]].toarray().ravel() > 0
            weights = weights * fits(having, is_accepted=opinion.value > 0)
    weights = weights * session.ranking().open
    total = float(weights.sum())
    return weights / total if total else weights


def wanted_as_wish(graph: KnowledgeGraph, value: str) -> tuple[str, str]:
    """Return the wish for items with a value as an expression of the rule language, and what to call it.

    Raises:
        UnknownEntityError: no entity has that id.
        ValueError: it is not a value of any item.
    """
    label = graph.labels[graph.index(value)]
    facets = [facet.name for facet in graph.facets_of(value)]
    if not facets:
        raise ValueError(f"{value!r} is no value of any item, so nothing can be wished for with it")
    return " or ".join(f"{facet} has {quoted(label)}" for facet in facets), label


def take(session: Session, reply: Reply) -> None:
    """Take in a reply to what the session does now.

    To a question: the ids accepted, the other options count as refused; Reject refuses those named; Unknown passes. To
    a list: an accepted item is liked, rejected ones are not shown again.
    """
    act = session.act()
    if isinstance(act, Ask):
        _take_answer(session, act.question, reply)
    elif isinstance(reply, Accept):
        for item in reply.ids:
            session.opine(item, 1.0)
    elif not isinstance(reply, Unknown):
        session.pass_over(reply.ids)


def _take_answer(session: Session, question: Question, reply: Reply) -> None:
    named = set() if isinstance(reply, Unknown) else set(reply.ids)
    places = [place for place, option in enumerate(question.options) if option.value in named]
    chosen = places if isinstance(reply, Accept) else []
    refused: list[int] = []
    if question.kind is QuestionKind.WANTED and isinstance(reply, Accept):
        refused = [place for place in range(len(question.options)) if place not in places]
    elif question.kind is QuestionKind.WANTED:
        refused = places
    session.answer(question, chosen, refused)


def _question(graph: KnowledgeGraph, facet: str, values: Sequence[int]) -> Question:
    """Return the question which of some values what is wanted has; its id names them."""
    declared = graph.facet(facet)
    ids = tuple(graph.entity_ids[value] for value in values)
    options = tuple(Option(graph.label(value), name) for value, name in zip(values, ids, strict=True))
    text = declared.question or f"Which {declared.plural}?"
    return Question(f"{QuestionKind.WANTED}:{_APART.join(ids)}", QuestionKind.WANTED, text, facet, options)


def _offered(graph: KnowledgeGraph, belief: Belief) -> dict[str, list[int]]:
    """Return, for each facet, the values that were not asked about yet."""
    prefix = f"{QuestionKind.WANTED}:"
    done = {opinion.entity for opinion in belief.opinions}
    for question in belief.asked:
        if question.startswith(prefix):
            done |= set(question.removeprefix(prefix).split(_APART))
    known = {graph.index(entity) for entity in done if entity in graph}
    return {facet: [value for value in values if value not in known] for facet, values in graph.once(_askable).items()}


def _askable(graph: KnowledgeGraph) -> dict[str, list[int]]:
    return {
        facet.name: [
            int(value)
            for value in graph.values(facet.name)
            if value >= graph.n_items and graph.degrees[facet.name][value] >= LEAST_SHARED
        ]
        for facet in graph.linked_facets
        if facet.weight > 0
    }


def _having(graph: KnowledgeGraph) -> sparse.csc_matrix:
    return graph.attributes.tocsc()
