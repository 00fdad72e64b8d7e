"""The past of a conversation: what each belief came of, and going back in it and forth."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgrec.acts import Ask, Event, EventKind, Option, Question, QuestionKind
from kgrec.dialogue import MemoryLog, Session
from kgrec.dialogue.lasting import Aspect, Remark
from kgrec.dialogue.marking import mark, marked, marked_question
from kgrec.dialogue.past import Topic, bring_back, go_back, happenings, let_go, sources, take_back, take_in
from kgrec.dialogue.state import fold
from kgrec.dialogue.undoing import active
from kgrec.domain import OpinionKind
from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def session(tiny_world: KnowledgeGraph, log: MemoryLog) -> Session:
    return Session.start(Recommender(texts=False).fit(tiny_world), log=log, clock=lambda: 1_700_000_000.0)


def events_of(session: Session) -> tuple[Event, ...]:
    return session.journal.events


def test_each_part_of_the_belief_names_the_events_it_came_of(session: Session):
    session.rate("heat", 0.5)
    session.rate("heat", 1.0)
    session.opine("genre/comedy", 1.0, for_now=True)
    session.wish("year > 1980", "after 1980")
    session.mark_seen("clue")
    session.turn("diversity", 0.5)
    session.wish_text("something quiet")
    found = sources(events_of(session), session.id)
    subjects = {key: [event.kind for event in events] for key, events in found.items()}
    assert subjects == {
        (Topic.OPINION, "heat"): [EventKind.RATED, EventKind.RATED],
        (Topic.OPINION, "genre/comedy"): [EventKind.LIKED],
        (Topic.WISH, "year > 1980"): [EventKind.WISHED],
        (Topic.SEEN, "clue"): [EventKind.SEEN],
        (Topic.DIAL, "diversity"): [EventKind.TURNED],
        (Topic.TEXT, "something quiet"): [EventKind.TOLD],
    }
    assert found[Topic.OPINION, "heat"][-1].value == 1.0


def test_what_happened_says_what_was_understood_and_what_was_taken_back(session: Session):
    session.rate("heat", 1.0)
    session.note_opened("babe")
    session.undo()
    told = happenings(events_of(session), session.id)
    assert [(one.event.kind, one.labels, one.counts, one.can_go) for one in told] == [
        (EventKind.STARTED, (), True, False),
        (EventKind.RATED, ("♥ Heat (1995)",), False, True),
        (EventKind.OPENED, (), True, False),
    ]


def loved(session: Session, *items: str) -> Question:
    options = tuple(Option(session.graph.label(item), item) for item in items)
    return Question(f"loved:{'|'.join(items)}", QuestionKind.LOVED, "Which do you love?", "", options)


def test_an_answer_taken_back_in_part_is_told_without_that_part(session: Session):
    session.answer(loved(session, "heat", "thief", "alien"), (0, 1))
    session.undo(events_of(session)[-1].id, "heat")
    answer = happenings(events_of(session), session.id)[-1]
    assert [label for label, _ in answer.event.data["chosen"]] == ["Thief (1981)"]
    assert answer.labels == ("♥ Thief (1981)",)
    assert answer.counts


def test_a_question_stands_as_long_as_something_of_it_is_marked(session: Session):
    question = loved(session, "heat", "thief", "alien")
    mark(session, question, (2, 0))
    session.rate("babe", 1.0)
    assert session.act() == Ask(question)
    assert marked(session, question) == (2, 0)
    session.rate("alien", -1.0)  # what was judged need not be asked about
    act = session.act()
    assert isinstance(act, Ask)
    assert [option.value for option in act.question.options] == ["heat", "thief"]
    assert marked(session, act.question) == (0,)
    assert act.question.id == "loved:heat|thief"
    session.rate("heat", 1.0)
    assert marked_question(session) is None
    assert [one.event.kind for one in happenings(events_of(session), session.id)] == [
        EventKind.STARTED,
        *[EventKind.RATED] * 3,
    ]


def test_going_back_takes_everything_after_and_each_can_be_brought_back(session: Session):
    session.rate("heat", 1.0)
    after_heat = session.belief
    here = events_of(session)[-1].id
    session.rate("alien", -1.0)
    session.opine("genre/comedy", 1.0)
    assert [event.subject for event in go_back(session, here)] == ["genre/comedy", "alien"]
    assert session.belief == after_heat
    alien = next(event for event in events_of(session) if event.subject == "alien")
    assert bring_back(session, alien.id) == alien
    assert {opinion.entity for opinion in session.belief.opinions} == {"heat", "alien"}
    assert bring_back(session, alien.id) is None  # it counts already
    assert bring_back(session, 999) is None


def test_what_was_brought_back_can_be_taken_back_again(session: Session):
    session.rate("heat", 1.0)
    heat = events_of(session)[-1].id
    for _ in range(3):
        take_back(session, {heat})
        assert session.belief.opinions == ()
        bring_back(session, heat)
        assert [opinion.entity for opinion in session.belief.opinions] == ["heat"]


def test_an_opinion_of_an_earlier_conversation_can_be_taken_back(session: Session):
    session.rate("heat", 1.0)
    heat = events_of(session)[-1].id
    session.start_over()
    assert session.undo(heat) is None  # undo is about this conversation
    assert [event.id for event in take_back(session, {heat})] == [heat]
    assert session.belief.opinions == ()


def test_what_one_thing_said_brought_is_taken_back_with_it(session: Session):
    session.opine("genre/comedy", 1.0)
    assert not let_go(session, (Topic.OPINION, "genre/comedy"), "Comedy")
    assert session.belief.opinions == ()
    assert session.chips == ()


def test_an_opinion_of_several_sources_is_forgotten_with_all_of_them_until_that_is_undone(session: Session):
    session.rate("heat", 1.0)
    session.start_over()
    session.rate("heat", -1.0)
    assert let_go(session, (Topic.OPINION, "heat"), "Heat")
    assert session.belief.opinions == ()
    session.undo()
    assert [opinion.value for opinion in session.belief.opinions] == [-1.0]


def test_what_nobody_said_cannot_be_let_go(session: Session):
    with pytest.raises(DataError, match="not from anything you said"):
        let_go(session, (Topic.FACT, "age"), "age")


def test_a_conversation_goes_on_from_the_log_as_it_was_left(session: Session, log: MemoryLog):
    session.rate("heat", 1.0)
    session.rate("alien", -1.0)
    go_back(session, events_of(session)[0].id)
    bring_back(session, events_of(session)[1].id)
    again = Session.start(session.recommender, log=log, clock=lambda: 1_700_000_000.0)
    assert again.state == session.state


def test_remarks_from_elsewhere_are_taken_in_once_and_the_conversation_goes_on(session: Session):
    told = (Remark(Aspect.OPINION, "heat", 1.0, OpinionKind.RATED, 5.0, "Heat", "taste.ttl"),)
    before = session.id
    assert take_in(session, told, "taste.ttl") == told
    assert take_in(session, told, "taste.ttl") == ()
    assert [opinion.entity for opinion in session.belief.opinions] == ["heat"]
    assert session.id == before
    (event,) = sources(events_of(session), session.id)[Topic.OPINION, "heat"]
    assert event.data["imported"] == "taste.ttl"


def test_an_answer_keeps_why_its_question_was_put(session: Session):
    question = session.act().question  # type: ignore[union-attr]  # the first act of a newcomer is a question
    session.answer(question, (0,))
    kept = events_of(session)[-1].data["ledger"]
    assert kept["gain"] == pytest.approx(question.ledger.gain)
    assert kept["runner_up"] == question.ledger.runner_up
    assert [count for _, count in kept["split"]] == list(question.ledger.split)


def test_a_question_that_a_rule_put_has_no_gain_to_keep(session: Session):
    asked = session.act().question  # type: ignore[union-attr]  # as above
    demanded = dataclasses.replace(asked, kind=QuestionKind.FACT, ledger=type(asked.ledger)())
    session.answer(demanded, ())
    assert "ledger" not in events_of(session)[-1].data


@given(st.lists(st.integers(0, 7), max_size=30))
@settings(max_examples=60, deadline=None)
def test_the_state_is_that_of_the_events_that_count_however_often_they_went_back_and_forth(toggled: list[int]):
    said = [
        Event(EventKind.RATED, f"item{number % 4}", 1.0 - number / 4, time=float(number), session="s", id=number + 1)
        for number in range(8)
    ]
    events, counting = list(said), [True] * 8
    for number in toggled:
        undone = {event.subject for event in events if event.kind is EventKind.UNDONE}
        effective = [
            event for event in events
            if event.kind is EventKind.UNDONE and event.subject == str(number + 1) and str(event.id) not in undone
        ]  # fmt: skip
        subject = str(number + 1) if counting[number] else str(effective[0].id)
        events.append(Event(EventKind.UNDONE, subject, time=99.0, session="s", id=len(events) + 1))
        counting[number] = not counting[number]
    kept = [event for event, counts in zip(said, counting, strict=True) if counts]
    assert active(events) == tuple(kept)
    assert fold(events, "s") == fold(kept, "s")
