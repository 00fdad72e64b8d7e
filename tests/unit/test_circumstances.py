"""Questions about the circumstances: put where they change the list, answered for now, taken back like any other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kgrec import KnowledgeGraph, Recommender, RuleBook, Session
from kgrec.acts import Ask, Question, QuestionKind
from kgrec.dialogue.circumstances import circumstance_question
from kgrec.dialogue.companions import Companion
from kgrec.dialogue.wording import ledger_text
from kgrec.domain import Belief

ITEMS = "abcdefghijklmnopqrstuvwx"
"""Those of the first half are liked alone, the others with friends."""


def graph_of(rows: list[tuple[str, str, float, str]]) -> KnowledgeGraph:
    frame = pd.DataFrame(rows, columns=["user", "item", "rating", "company"])
    items = pd.DataFrame({"item": list(ITEMS), "label": list(ITEMS), "size": range(len(ITEMS))})
    return KnowledgeGraph.from_frames(items, interactions=frame)


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    rng = np.random.default_rng(0)
    rows = [
        (f"user{user}", item, 5.0 if (item < "m") == (company == "alone") else 1.0, company)
        for user in range(30)
        for company in ("alone", "friends")
        for item in rng.permutation(list(ITEMS))[:8]
    ]
    return Recommender(texts=False).fit(graph_of(rows))


@pytest.fixture(scope="module")
def unmoved() -> Recommender:
    """Learned from people whose company tells nothing."""
    rng = np.random.default_rng(1)
    rows = [
        (f"user{user}", item, float(rng.integers(1, 6)), company)
        for user in range(60)
        for company in ("alone", "friends")
        for item in rng.permutation(list(ITEMS))[:8]
    ]
    return Recommender(texts=False).fit(graph_of(rows))


def asked(session: Session) -> Question:
    act = session.act()
    assert isinstance(act, Ask)
    return act.question


def test_a_circumstance_that_changes_the_list_is_asked_about_first(recommender: Recommender) -> None:
    question = asked(Session.start(recommender))
    assert (question.kind, question.subject) == (QuestionKind.CONTEXT, "company")
    assert question.text == "Who are you with?"
    assert {option.label for option in question.options} == {"alone", "friends"}
    assert "the list depends on it" in ledger_text(question)


def test_the_answer_changes_the_list_shows_as_a_chip_and_can_be_taken_back(recommender: Recommender) -> None:
    session = Session.start(recommender)
    before = [entry.item for entry in session.slate()]
    question = asked(session)
    session.answer(question, [[option.label for option in question.options].index("friends")])
    assert all(entry.item >= "m" for entry in session.slate())
    assert [chip.label for chip in session.chips] == ["company: friends"]
    assert session.recommender.scope(session.belief, session.context).value("context.company") == "friends"
    assert circumstance_question(session) is None
    session.undo(session.chips[0].event)
    assert not session.chips
    assert [entry.item for entry in session.slate()] == before
    assert asked(session) == question


def test_it_can_be_answered_in_words(recommender: Recommender) -> None:
    session = Session.start(recommender)
    asked(session)
    session.say("friends")
    assert [chip.label for chip in session.chips] == ["company: friends"]


def test_who_passes_is_not_asked_again(recommender: Recommender) -> None:
    session = Session.start(recommender)
    session.skip(asked(session))
    assert circumstance_question(session) is None
    assert not session.chips


def test_the_circumstances_of_a_conversation_are_over_with_it(recommender: Recommender) -> None:
    session = Session.start(recommender)
    session.answer(asked(session), [0])
    session.start_over()
    assert session.belief.context == ()
    assert asked(session).kind is QuestionKind.CONTEXT


def test_what_the_caller_tells_is_not_asked(recommender: Recommender) -> None:
    session = Session.start(recommender, context={"company": "alone"})
    assert circumstance_question(session) is None
    assert all(entry.item < "m" for entry in session.slate())


def test_what_changes_nothing_is_not_asked(unmoved: Recommender) -> None:
    assert circumstance_question(Session.start(unmoved)) is None


def test_a_rule_that_heeds_it_is_reason_enough_to_ask(unmoved: Recommender, tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    path.write_text(
        "rules:\n  - name: alone\n    when: context.company == alone\n    prefer: size >= 12\n    weight: 5\n",
        encoding="utf-8",
    )
    session = Session.start(unmoved, RuleBook.load(path, unmoved.graph_))
    assert circumstance_question(session) is not None


def test_the_circumstances_hold_for_all_who_share_the_list(recommender: Recommender) -> None:
    session = Session.start(recommender, companions=[Companion("ben", Belief())])
    question = asked(session)
    session.answer(question, [[option.label for option in question.options].index("friends")])
    assert all(entry.item >= "m" for entry in session.slate())


def test_what_is_said_of_company_unasked_counts_as_the_answer(recommender: Recommender) -> None:
    session = Session.start(recommender)
    session.say("something with my friends")
    assert [chip.label for chip in session.chips] == ["company: friends"]
    assert circumstance_question(session) is None
