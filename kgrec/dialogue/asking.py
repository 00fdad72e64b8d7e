"""Asking: the next question of a conversation, from what was said and what the list may hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kgrec.acts import Question
from kgrec.dialogue.circumstances import circumstance_question, circumstance_questions
from kgrec.dialogue.marking import marked_question
from kgrec.dialogue.settled import is_settled, passed_by
from kgrec.ranking import Ranking
from kgrec.reasoning.familiarity import familiar_items
from kgrec.reasoning.questions import Asked, Survey

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

RECENT: Final = 3
"""So many of the last questions make one more of their kind less welcome."""


def demanded_question(session: Session) -> Question | None:
    """Return the first question that a rule wants answered and that was not put yet."""
    belief = session.belief
    questions = session.rules.questions(session.recommender.scope(belief, session.context))
    return next((one for one in questions if one.id not in belief.asked and not is_settled(session, one)), None)


def demands(session: Session) -> tuple[Question, ...]:
    """Return what rules ask of the user and what the data tell of circumstances, known or not, for "with friends"."""
    belief = replace(session.belief, facts=())
    asked = session.rules.questions(session.recommender.scope(belief, session.context))
    return (*asked, *circumstance_questions(session.graph))


def next_question(session: Session, ranking: Ranking) -> Question | None:
    """Return the question worth most to a session now; None if none is worth its effort.

    What is marked already stands (kgrec.dialogue.marking). Then comes what changes the list whatever the taste: the
    circumstances (kgrec.dialogue.circumstances).
    What was judged is not asked about again, nor is a facet of which a value was chosen, nor a number that the user's
    own wishes speak of.
    """
    if (first := marked_question(session) or circumstance_question(session)) is not None:
        return first
    belief, asked = session.belief, _asked(session)
    posterior = session.recommender.posterior(belief)
    familiar = familiar_items(session.graph, belief)
    return session.recommender.questions_.best(posterior, ranking.allowed, asked, familiar)


def survey(session: Session, n: int = 10) -> Survey:
    """Return the questions worth most to a session now, and what any question would tell."""
    belief, bank = session.belief, session.recommender.questions_
    familiar = familiar_items(session.graph, belief)
    return bank.survey(session.recommender.posterior(belief), session.ranking().allowed, _asked(session), familiar, n)


def _asked(session: Session) -> Asked:
    belief, state, graph = session.belief, session.state, session.graph
    wanted = [said.entity for said in belief.opinions if said.kind.is_for_now and said.value > 0]
    return Asked(
        belief.asked | passed_by(session),
        state.kinds[-RECENT:],
        belief.passed_over,
        decided={facet for wish in belief.wishes for facet in session.rules.expression(wish.expression).facets},
        chosen={facet.name for entity in wanted if entity in graph for facet in graph.facets_of(entity)},
        judged={opinion.entity for opinion in belief.opinions} | belief.seen,
        continuing=state.continuing,
    )
