"""Circumstances to ask about: those that nobody has told and that would change the list.

They are the columns of context that come with the interactions. A column is worth a question if the lists of two people
in circumstances drawn as often as they occur would differ enough. So rules count as well as what was learned, and a
column that neither heeds is never asked about.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from kgrec.acts import Ledger, Option, Question, QuestionKind
from kgrec.dialogue.settled import passed_by
from kgrec.graph import KnowledgeGraph

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

DIFFERENT: Final = 0.1
"""So much of two such lists has to differ on average, equal circumstances included: one entry of ten."""

LISTED: Final = 10
MOST_VALUES: Final = 8
"""So many values of a column, the most frequent, are offered."""

_WORDED: Final = {
    "company": "Who are you with?",
    "companion": "Who are you with?",
    "location": "Where are you?",
    "place": "Where are you?",
    "mood": "What mood are you in?",
    "weather": "What is the weather like?",
}


def circumstance_question(session: Session) -> Question | None:
    """Return the question about the column that changes the list most; None if none changes it enough."""
    known = session.recommender.scope(session.belief, session.context).context
    best: Question | None = None
    for question, counts in session.graph.once(_askable):
        if question.subject in known or question.id in session.belief.asked | passed_by(session):
            continue
        changes = _difference(session, question.subject, counts)
        if changes >= DIFFERENT and (best is None or changes > best.ledger.changes):
            best = replace(question, ledger=Ledger(changes=changes))
    return best


def circumstance_questions(graph: KnowledgeGraph) -> tuple[Question, ...]:
    """Return what may be asked about circumstances, whether it changes anything or not."""
    return tuple(question for question, _ in graph.once(_askable))


def _askable(graph: KnowledgeGraph) -> tuple[tuple[Question, dict[str, int]], ...]:
    """Return a question for each column of context, and how often each of its options was told; for one value none."""
    found = []
    for column, cells in graph.interactions.context.items():
        values, counts = np.unique(np.array(cells, dtype=np.str_), return_counts=True)
        told = sorted(zip(counts.tolist(), values.tolist(), strict=True), key=lambda one: (-one[0], one[1]))
        often = dict([(value, count) for count, value in told if value][:MOST_VALUES])
        if len(often) > 1:
            text = _WORDED.get(column.casefold(), f"Which {column} is it now?")
            options = tuple(Option(value, value) for value in often)
            question = Question(f"{QuestionKind.CONTEXT}:{column}", QuestionKind.CONTEXT, text, column, options)
            found.append((question, often))
    return tuple(found)


def _difference(session: Session, column: str, counts: dict[str, int]) -> float:
    """Return which share of the entries of two lists differs on average, 0 to 1."""
    recommender, belief = session.recommender, session.belief
    lists = []
    for value in counts:
        told = replace(belief, context=(*belief.context, (column, value)))
        ranking = recommender.rank(told, session.rules, session.context)
        lists.append(set(recommender.best(ranking, LISTED).tolist()))
    often = np.array([*counts.values()], dtype=np.float64)
    often /= often.sum()
    apart = [[len(one - other) / max(len(one), 1) for other in lists] for one in lists]
    return float(often @ np.array(apart) @ often)


__all__ = ["DIFFERENT", "circumstance_question", "circumstance_questions"]
