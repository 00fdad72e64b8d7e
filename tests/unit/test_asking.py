"""Answers of every kind become belief, can be taken back, and last as long as they should."""

import numpy as np
import pytest

from kgrec.acts import SOMETHING_ELSE, Ask, Confirm, Option, Question, QuestionKind
from kgrec.dialogue import MemoryLog, Session
from kgrec.dialogue.past import bring_back
from kgrec.domain import Comparison, OpinionKind, OriginKind
from kgrec.graph import KnowledgeGraph
from kgrec.reasoning import questions
from kgrec.reasoning.observation import HALF_LIFE_DAYS
from kgrec.reasoning.questions import Asked
from kgrec.recommender import Recommender

DAY_S = 86_400.0
EITHER = Question(
    "either:heat|alien",
    QuestionKind.EITHER,
    "Heat or Alien?",
    "",
    (Option("Heat", "heat"), Option("Alien", "alien"), Option("both alike", 0.0)),
)
LENGTH = Question(
    "range:runtime",
    QuestionKind.RANGE,
    "How long may it be?",
    "runtime",
    (Option("up to 100 min", "runtime <= 100"), Option("up to 120 min", "runtime <= 120")),
)
GENRE = Question(
    "choice:genre",
    QuestionKind.CHOICE,
    "What kind?",
    "genre",
    (Option("Crime", "genre/crime"), Option("Comedy", "genre/comedy"), SOMETHING_ELSE),
)


@pytest.fixture
def recommender(tiny_world: KnowledgeGraph) -> Recommender:
    return Recommender(texts=False).fit(tiny_world)


@pytest.fixture
def session(recommender: Recommender) -> Session:
    return Session.start(recommender, clock=lambda: 1e9)


def score_of(session: Session, item: str) -> float:
    return float(session.recommender.posterior(session.belief).mean[session.graph.index(item)])


def test_preferring_one_raises_it_and_lowers_the_other(session: Session) -> None:
    heat, alien = score_of(session, "heat"), score_of(session, "alien")
    session.answer(EITHER, [0])
    assert session.belief.comparisons[0].entity == "heat"
    assert score_of(session, "heat") > heat
    assert score_of(session, "alien") < alien
    assert session.chips[0].label == "rather Heat"


def test_both_alike_brings_them_nearer(session: Session) -> None:
    session.rate("heat", 1.0)
    gap = score_of(session, "heat") - score_of(session, "alien")
    session.answer(EITHER, [2])
    assert session.belief.comparisons[0].value == 0.0
    assert 0 < score_of(session, "heat") - score_of(session, "alien") < gap


def test_the_last_comparison_of_two_counts(session: Session) -> None:
    session.answer(EITHER, [0])
    session.answer(EITHER, [1])
    assert [(one.entity, one.other) for one in session.belief.comparisons] == [("alien", "heat")]


def test_a_comparison_is_named_in_the_reasons_and_they_add_up(session: Session) -> None:
    session.answer(EITHER, [0])
    found = session.explain("thief")
    assert any(reason.text.startswith("rather Heat") for reason in found.reasons)
    for reason in found.reasons:
        if reason.channels:
            assert sum(part for _, part in reason.channels) == pytest.approx(reason.share, abs=1e-6)
    assert sum(reason.share for reason in found.reasons) == pytest.approx(found.score, abs=1e-6)


def test_a_range_is_a_constraint_with_a_chip(session: Session) -> None:
    session.answer(LENGTH, [0])
    (wish,) = session.belief.wishes
    assert wish.expression == "runtime <= 100"
    assert session.chips[0].label == "runtime: up to 100 min"
    assert [entry.item for entry in session.slate()] == ["babe"]


def test_several_ranges_are_one_constraint(session: Session) -> None:
    session.answer(LENGTH, [0, 1])
    assert session.belief.wishes[0].expression == "(runtime <= 100) or (runtime <= 120)"


def test_something_else_is_no_opinion_and_asks_for_others(session: Session) -> None:
    session.answer(GENRE, [2])
    assert session.belief.opinions == ()
    assert session.belief.passed_over == {"genre/crime", "genre/comedy"}
    assert session.state.continuing == "genre"
    session.skip(LENGTH)
    assert not session.state.continuing


@pytest.mark.parametrize(("question", "chosen"), [(EITHER, 0), (EITHER, 2), (LENGTH, 0), (GENRE, 0), (GENRE, 2)])
def test_every_answer_can_be_taken_back(session: Session, question: Question, chosen: int) -> None:
    before, scores = session.belief, session.ranking().scores.copy()
    session.answer(question, [chosen])
    session.undo()
    assert session.belief == before
    np.testing.assert_array_equal(session.ranking().scores, scores)


def test_not_today_is_over_tomorrow(recommender: Recommender) -> None:
    log = MemoryLog()
    today = Session.start(recommender, log=log, clock=lambda: 1e9)
    today.opine("genre/horror", -1.0, for_now=True)
    assert today.belief.opinions[0].kind is OpinionKind.AVOIDED
    assert today.chips[0].label == "not today: Horror"
    assert Session.start(recommender, log=log, clock=lambda: 1e9 + DAY_S).belief.opinions == ()


def test_what_was_said_long_ago_counts_less(recommender: Recommender) -> None:
    log = MemoryLog()
    first = Session.start(recommender, log=log, clock=lambda: 1e9)
    first.opine("genre/comedy", 1.0)
    first.answer(EITHER, [0])
    means = []
    for years in (0.1, 3.0):
        now = 1e9 + years * 365 * DAY_S
        later = Session.start(recommender, log=log, clock=lambda now=now: now)  # type: ignore[misc]
        (opinion,) = later.belief.opinions
        assert opinion.age_days == pytest.approx(years * 365)
        assert opinion.origin.kind is OriginKind.PROFILE
        assert later.belief.comparisons == (
            Comparison("heat", "alien", 1.0, later.belief.comparisons[0].origin, opinion.age_days),
        )
        means.append(score_of(later, "babe"))
    prior = float(recommender.prior_.mean[recommender.graph_.index("babe")])
    assert means[0] - prior > 2 * (means[1] - prior) > 0
    assert HALF_LIFE_DAYS == 365


def test_a_conversation_asks_nothing_twice_and_ends_by_itself(session: Session) -> None:
    asked = []
    while isinstance(act := session.act(), Ask):
        asked.append(act.question.id)
        session.skip(act.question)
        session.ask_more()
    assert len(asked) == len(set(asked))


LOVED = Question(
    "loved:alien|heat|thief",
    QuestionKind.LOVED,
    "Which of these do you love?",
    "",
    (Option("Heat", "heat"), Option("Alien", "alien"), Option("Thief", "thief")),
)


def test_several_loved_at_once_are_so_many_opinions_and_one_answer(session: Session) -> None:
    session.answer(LOVED, [0, 2])
    told = {(one.entity, one.value, one.kind) for one in session.belief.opinions}
    assert told == {("heat", 1.0, OpinionKind.RATED), ("thief", 1.0, OpinionKind.RATED)}
    assert [chip.label for chip in session.chips] == ["♥ Heat", "♥ Thief"]
    assert {"heat", "thief"}.isdisjoint(entry.item for entry in session.slate())
    session.undo()
    assert session.belief.opinions == ()
    assert session.chips == ()


def test_what_was_shown_and_not_loved_says_nothing_and_is_not_asked_about_again(session: Session) -> None:
    before = score_of(session, "alien")
    session.answer(LOVED, [])
    assert session.belief.opinions == ()
    assert score_of(session, "alien") == before
    bank, posterior = session.recommender.questions_, session.recommender.posterior(session.belief)
    everything = np.ones(session.graph.n_items, dtype=bool)
    rivals = bank.survey(posterior, everything, Asked(session.belief.asked), n=99).rivals
    about = {
        option.value
        for rival in rivals
        if rival.question.kind is QuestionKind.LOVED
        for option in rival.question.options
    }
    about |= {rival.question.subject for rival in rivals if rival.question.kind is QuestionKind.SEEN}
    assert about
    assert about.isdisjoint({"heat", "alien", "thief"})


def test_items_loved_at_once_are_remembered_in_later_sessions(recommender: Recommender) -> None:
    log = MemoryLog()
    Session.start(recommender, log=log, clock=lambda: 1e9).answer(LOVED, [0])
    later = Session.start(recommender, log=log, clock=lambda: 1e9 + 9 * DAY_S)
    assert [(one.entity, one.value) for one in later.belief.opinions] == [("heat", 1.0)]
    assert later.chips == ()


def test_several_loved_are_named_by_their_numbers(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(questions.EFFORT, QuestionKind.LOVED, 0.001)
    act = session.act()
    assert isinstance(act, Ask)
    assert act.question.kind is QuestionKind.LOVED
    first, second, *_ = (option.value for option in act.question.options)
    session.say("1 and 2")
    assert {one.entity for one in session.belief.opinions} == {first, second}


@pytest.fixture
def several(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session that asks which of several items are loved."""
    monkeypatch.setitem(questions.EFFORT, QuestionKind.LOVED, 0.001)
    return session


def offered(session: Session) -> list[str]:
    act = session.act()
    assert isinstance(act, Ask)
    assert act.question.kind is QuestionKind.LOVED
    return [str(option.value) for option in act.question.options]


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("I loved the second one", [2]),
        ("2nd", [2]),
        ("loved 1 and 3", [1, 3]),
        ("the first and the third", [1, 3]),
        ("one and three", [1, 3]),
        ("1-3", [1, 2, 3]),
        ("1, 3", [1, 3]),
        ("the first two", [1, 2]),
        ("the first one and the last one", [1, 5]),
        ("I love all of them", [1, 2, 3, 4, 5]),
        ("all", [1, 2, 3, 4, 5]),
        ("all five", [1, 2, 3, 4, 5]),
        ("all but the last", [1, 2, 3, 4]),
        ("none", []),
        ("none of them", []),
        ("none of these", []),
    ],
)
def test_several_loved_are_told_in_words(several: Session, words: str, places: list[int]) -> None:
    shown = offered(several)
    assert len(shown) == 5
    several.say(words)
    assert {one.entity for one in several.belief.opinions} == {shown[place - 1] for place in places}
    assert several.state.kinds == (QuestionKind.LOVED,)


@pytest.mark.parametrize("words", ["1 9", "0 2", "loved 9", "the ninth", "1-9"])
def test_a_place_that_no_option_has_is_refused_and_nothing_is_liked(several: Session, words: str) -> None:
    answer = several.say(words)
    assert isinstance(answer, Confirm)
    assert answer.text == "There are 5 answers to choose from."
    assert several.belief.opinions == ()
    assert several.state.kinds == ()


def test_what_is_said_of_a_place_is_said_of_the_options_that_were_shown(several: Session) -> None:
    shown, listed = offered(several), [entry.item for entry in several.slate()]
    place = next(place for place in range(5) if shown[place] != listed[place])
    several.say(f"I hated number {place + 1}")
    assert [(one.entity, one.value < 0) for one in several.belief.opinions] == [(shown[place], True)]


def test_one_of_several_is_taken_back_by_itself_and_brought_back(recommender: Recommender) -> None:
    log = MemoryLog()
    session = Session.start(recommender, log=log, clock=lambda: 1e9)
    session.answer(LOVED, [0, 2])
    both = session.state
    first, last = session.chips
    session.undo(first.event, first.entity)
    assert [chip.label for chip in session.chips] == ["♥ Thief"]
    assert [one.entity for one in session.belief.opinions] == ["thief"]
    assert [line.text for line in session.transcript()][1:] == ["Thief"]
    later = Session.start(recommender, log=log, clock=lambda: 1e9 + 9 * DAY_S)
    assert [one.entity for one in later.belief.opinions] == ["thief"]
    bring_back(session, first.event)
    assert session.state == both
    session.undo(first.event, first.entity)
    session.undo(last.event, last.entity)
    assert session.state.kinds == ()
    bring_back(session, first.event)
    assert session.state == both


def test_one_of_several_values_chosen_is_taken_back_by_itself(session: Session) -> None:
    session.answer(GENRE, [0, 1])
    chip = session.chips[0]
    session.undo(chip.event, chip.entity)
    assert [one.entity for one in session.belief.opinions] == ["genre/comedy"]


def test_numbers_of_which_one_is_no_option_answer_nothing(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(questions.EFFORT, QuestionKind.EITHER, 0.001)
    answer = session.say("1 6")
    assert isinstance(answer, Confirm)
    assert answer.text == "There are 3 answers to choose from."
    assert session.belief.opinions == ()
