"""What was said counts for all it says, on tiny_world: questions it settles, wishes it measures, degrees, its words."""

import pytest

from kgrec.acts import Ask, Confirm
from kgrec.dialogue import Session
from kgrec.dialogue.settled import PATIENCE
from kgrec.domain import Preference
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

RULES = """
rules:
  - name: who
    ask: user.audience
    question: Who is watching?
    options: [just me, children]
  - name: for children
    when: user.audience == children
    require: genre has Family
  - name: late
    ask: user.time
    question: How long may it get?
    options: [a hundred minutes, any length]
  - name: short
    when: user.time == a hundred minutes
    require: runtime <= 100
  - name: only one long film
    limit: 1
    when: runtime > 125
    unless: user.time == any length
"""


@pytest.fixture
def session(tiny_world) -> Session:
    return Session.start(Recommender(texts=False).fit(tiny_world))


@pytest.fixture
def ruled(tiny_world, tmp_path) -> Session:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return Session.start(Recommender(texts=False).fit(tiny_world), RuleBook.load(path, tiny_world))


def told(session: Session, *said: str) -> str:
    answers = [session.say(text) for text in said]
    assert isinstance(answers[-1], Confirm)
    return answers[-1].text


def asked(session: Session) -> str:
    act = session.act()
    return act.question.text if isinstance(act, Ask) else ""


# --- questions --------------------------------------------------------------------------------------------------------


def test_a_bound_answers_the_question_of_a_rule_about_the_same_number(ruled):
    ruled.say("just me")
    assert asked(ruled) == "How long may it get?"
    ruled.say("under two hours please")
    assert asked(ruled) != "How long may it get?"


def test_a_bound_said_before_the_question_answers_it_too(ruled):
    ruled.say("under two hours")
    assert asked(ruled) == "Who is watching?"
    ruled.say("just me")
    assert asked(ruled) != "How long may it get?"


@pytest.mark.parametrize("text", ["any length", "the runtime doesn't matter", "whatever runtime is fine"])
def test_what_does_not_matter_answers_the_question_about_it_by_its_option(ruled, text):
    ruled.say("just me")
    assert told(ruled, text) == "Any length."
    assert ruled.belief.fact["time"] == "any length"
    ruled.undo()
    assert asked(ruled) == "How long may it get?"


def test_a_question_passed_by_again_and_again_is_not_put_again_until_more_are_asked_for(ruled):
    for number, text in enumerate(("no horror", "by Michael Mann", "I love Heat")[:PATIENCE]):
        assert asked(ruled) == "Who is watching?", number
        ruled.say("how long is Heat?")  # asking back is no passing by
        ruled.say(text)
    assert asked(ruled) != "Who is watching?"
    ruled.say("more questions")
    assert asked(ruled) == "Who is watching?"


# --- what does not matter ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["any runtime", "any runtime is fine", "whatever the runtime", "runtime doesn't matter"]
)
def test_any_of_a_facet_frees_it_and_wishes_for_nothing(session, text):
    session.say("under two hours")
    assert told(session, text) == "“runtime ≤ 120 min” no longer counts."
    assert not session.belief.texts


def test_any_of_a_facet_beside_a_wish_leaves_the_wish(session):
    assert told(session, "a comedy, any runtime") == "You asked for Comedy; the runtime is open."
    assert told(session, "any comedy") == "You asked for Comedy."


# --- forgetting -------------------------------------------------------------------------------------------------------


def test_forgetting_an_item_forgets_what_was_measured_by_it(session):
    session.say("something like Heat but newer")
    assert any("newer than Heat" in chip.label for chip in session.chips)
    session.say("forget what I said about Heat")
    assert not [chip for chip in session.chips if not chip.given_up]
    assert {wish.expression for wish in session.belief.wishes} <= session.belief.dropped
    session.undo()
    assert any("newer than Heat" in chip.label for chip in session.chips)


def test_forgetting_a_value_forgets_the_soft_wish_for_it(session):
    session.say("preferably by Michael Mann")
    assert told(session, "forget Michael Mann") == "What was said of Michael Mann no longer counts."
    assert {wish.expression for wish in session.belief.wishes} <= session.belief.dropped


# --- degrees and words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["not too much horror", "nothing too horror", "not very horror"])
def test_not_too_much_of_a_value_is_less_of_it_and_excludes_nothing(session, text):
    assert told(session, text) == "Rather not Horror."
    assert all(isinstance(wish, Preference) for wish in session.belief.wishes)
    assert session.ranking().allowed.all()


@pytest.mark.parametrize(
    ("text", "answer"), [("not Heat", "Not Heat (1995)."), ("not Heat tonight", "Not Heat (1995) this time.")]
)
def test_a_refused_item_is_limited_in_time_only_if_that_was_said(session, text, answer):
    assert told(session, text) == answer


def test_a_value_of_which_nothing_fits_the_other_wishes_is_told_so(session):
    assert (
        told(session, "by Michael Mann", "a comedy")
        == "You asked for Comedy; no Comedy fits the rest: by Michael Mann."
    )
    assert told(session, "crime") == "You asked for Crime."
