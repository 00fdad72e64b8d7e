"""Questions that need not be put any more: what they ask for was said in other words, or was passed by again and again.

A question of a rule is about the facets of items that its answers make a difference to. Who gave a bound on the running
time need not be asked how long it may get, whatever the options are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgrec.acts import EventKind, Question, QuestionKind
from kgrec.rulebook import RuleBook
from kgrec.rulebook.rules import Forbid, Limit, Prefer, Require

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

PATIENCE: Final = 3
"""So many utterances may say something else while a question stands open; then it is not put again."""


def is_settled(session: Session, question: Question) -> bool:
    """Whether the user's own bounds decide all the numbers that a question is about, or it was passed by too often."""
    if question.id in passed_by(session):
        return True
    wishes = session.belief.wishes
    decided = {facet for wish in wishes for facet in session.rules.expression(wish.expression).facets}
    about = facets_of(question, session.rules)
    return bool(about) and about <= decided & session.graph.numbers.keys()


def facets_of(question: Question, rules: RuleBook) -> frozenset[str]:
    """Return the names of the facets that a question is about; none where its answer matters to something else too."""
    if question.kind in (QuestionKind.CHOICE, QuestionKind.RANGE):
        return frozenset({question.subject})
    if question.kind is not QuestionKind.FACT:
        return frozenset()
    about: set[str] = set()
    for rule in rules.rules:
        if not any(f"user.{question.subject}" in expression.needs for _, expression in rule.conditions):
            continue
        about |= {facet for _, expression in rule.conditions for facet in expression.facets}
        match rule:
            case Require(expression=wanted) | Forbid(expression=wanted) | Prefer(expression=wanted):
                about |= wanted.facets
            case Limit(facet=facet):
                about |= {facet} - {""}
            case _:
                return frozenset()
    return frozenset(about)


def passed_by(session: Session) -> frozenset[str]:
    """Return the ids of the questions that are not put again unless more are asked for."""
    return frozenset(name for name, often in session.journal.unanswered.items() if often >= PATIENCE)


def pass_by(session: Session, question: Question | None) -> None:
    """Count that what was just said is no answer to the question that stood open; asking something back counts not."""
    told = [event for event in session.journal.this_utterance() if event.kind is not EventKind.OPENED]
    if question is not None and told and question.id not in session.belief.asked:
        unanswered = session.journal.unanswered
        unanswered[question.id] = unanswered.get(question.id, 0) + 1
