"""A session: events fold to a state, answers can be undone in any order, and the policy decides what comes next."""

import dataclasses

import pytest

from kgrec.acts import Ask, EventKind, QuestionKind, Recommend, Repair
from kgrec.dialogue import MemoryLog, Session
from kgrec.dialogue.journal import RESUMED_WITHIN_S
from kgrec.dialogue.state import fold
from kgrec.dialogue.undoing import active
from kgrec.dialogue.wording import act_text, more_ways_text, relaxation_text
from kgrec.domain import Conflict, Constraint, OriginKind, Relaxation
from kgrec.errors import RuleError
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

RULES = """
rules:
  - name: audience
    ask: user.audience
    question: Who is watching?
    options: [just me, children]
  - name: children are watching
    when: user.audience == children
    require: certificate in [G, PG]
    strength: 3
    because: children are watching
"""


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def recommender(tiny_world) -> Recommender:
    return Recommender(texts=False).fit(tiny_world)


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def session(recommender, log, clock) -> Session:
    return Session.start(recommender, log=log, clock=clock)


@pytest.fixture
def ruled(recommender, clock, tmp_path, tiny_world) -> Session:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return Session.start(recommender, RuleBook.load(path, tiny_world), clock=clock)


def items(session: Session) -> list[str]:
    return [entry.item for entry in session.slate()]


def opinions(session: Session) -> dict[str, float]:
    return {opinion.entity: opinion.value for opinion in session.belief.opinions}


def test_it_begins_with_a_question(session) -> None:
    act = session.act()
    assert isinstance(act, Ask)
    assert act is session.act()


def test_an_ask_rule_comes_first_and_its_answer_is_a_fact(ruled) -> None:
    question = ruled.act().question
    assert question.text == "Who is watching?"
    ruled.answer(question, [1])
    assert ruled.belief.fact == {"audience": "children"}
    assert set(items(ruled)) == {"babe", "clue"}
    assert ruled.act().question.kind is not QuestionKind.FACT


def test_a_fact_told_anew_takes_the_place_of_the_earlier(ruled) -> None:
    question = ruled.act().question
    ruled.answer(question, [1])
    ruled.answer(question, [0])
    assert ruled.belief.fact == {"audience": "just me"}
    assert [chip.label for chip in ruled.chips] == ["just me"]
    ruled.undo()
    assert [chip.label for chip in ruled.chips] == ["children"]


def test_answers_become_opinions(session, tiny_world) -> None:
    question = session.act().question
    session.answer(question, [0])
    assert question.subject in opinions(session) or question.options[0].value in opinions(session)
    assert question.id in session.belief.asked


def test_passing_a_question_teaches_nothing_and_it_is_not_put_again(session) -> None:
    question = session.act().question
    session.skip(question)
    assert opinions(session) == {}
    act = session.act()
    assert not isinstance(act, Ask) or act.question.id != question.id


def test_a_conversation_ends_in_a_list(session) -> None:
    for _ in range(50):
        act = session.act()
        if isinstance(act, Recommend):
            break
        session.skip(act.question)
    assert isinstance(session.act(), Recommend)


def test_just_show_me_and_go_on(session) -> None:
    session.show_me()
    assert isinstance(session.act(), Recommend)
    session.ask_more()
    assert isinstance(session.act(), Ask)


def test_undoing_an_answer_in_the_middle_keeps_the_others(session) -> None:
    session.rate("heat", 1.0)
    session.rate("babe", -1.0)
    session.opine("genre/comedy", 1.0)
    second = session.chips[1]
    undone = session.undo(second.event)
    assert undone.subject == "babe"
    assert opinions(session) == {"heat": 1.0, "genre/comedy": 1.0}
    assert [chip.label for chip in session.chips] == ["♥ Heat (1995)", "♥ Comedy"]


def test_undo_goes_back_one_by_one_and_then_says_there_is_nothing(session) -> None:
    session.rate("heat", 1.0)
    session.mark_seen("alien")
    assert session.undo().subject == "alien"
    assert session.undo().subject == "heat"
    assert session.undo() is None
    assert session.belief.seen == frozenset()


def test_looking_at_an_item_is_kept_and_undo_passes_over_it(session, log) -> None:
    session.rate("heat", 1.0)
    before = items(session)
    session.note_opened("alien")
    assert items(session) == before
    assert log.events("you")[-1].kind is EventKind.OPENED
    assert session.undo().subject == "heat"


def test_a_dead_end_is_repaired_and_the_repair_undone(session) -> None:
    session.wish("year < 1980")
    session.wish("genre has Comedy")
    act = session.act()
    assert isinstance(act, Repair)
    way = next(way for way in act.conflict.relaxations if way.drop[0].expression == "year < 1980")
    session.relax(way)
    assert set(items(session)) == {"babe", "clue"}
    session.undo()
    assert isinstance(session.act(), Repair)


def test_asking_again_for_what_was_given_up_means_it(session) -> None:
    session.wish("year < 1980")
    session.wish("genre has Comedy")
    way = next(way for way in session.act().conflict.relaxations if way.drop[0].expression == "year < 1980")
    session.relax(way)
    session.wish("year < 1980")
    act = session.act()
    assert isinstance(act, Repair)
    assert [wish.expression for wish in act.conflict.wishes] == ["genre has Comedy", "year < 1980"]


def test_who_knows_all_that_fits_may_give_up_a_wish_or_see_it_again(session) -> None:
    session.wish("genre has Comedy", "only comedies")
    session.mark_seen("babe")
    session.rate("clue", 1.0)
    act = session.act()
    assert isinstance(act, Repair)
    assert act_text(act, session.graph) == ("You know every film that satisfies “only comedies”. What shall I let go?")
    other, again = act.conflict.relaxations
    assert relaxation_text(other, session.graph) == "drop “only comedies”: 4 films, Heat (1995) first"
    assert relaxation_text(again, session.graph) == "show what you know already: 2 films, Clue (1985) first"
    session.relax(again)
    assert set(items(session)) == {"babe", "clue"}
    session.start_over()
    assert set(items(session)) == {"heat", "thief", "scream", "alien"}


def test_rules_alone_can_contradict_each_other_and_are_named_with_their_place(ruled, tmp_path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(
        "rules:\n- {name: old, require: year < 1980}\n- {name: new, require: year > 1990}\n", encoding="utf-8"
    )
    ruled.set_rules(RuleBook.load(path, ruled.graph))
    act = ruled.act()
    assert isinstance(act, Repair)
    assert act_text(act, ruled.graph) == (
        "No film satisfies the rule “old” (rules.yaml:2) and the rule “new” (rules.yaml:3) at once. "
        "What shall I let go?"
    )
    assert all(wish.origin.kind is OriginKind.RULE for wish in act.conflict.wishes)


def test_only_the_first_ways_out_are_offered_and_the_others_counted(session) -> None:
    way = Relaxation((Constraint("year < 1980"),), 1, "heat")
    conflict = Conflict((Constraint("year < 1980"),), (way,) * 9)
    assert more_ways_text(conflict) == ""
    assert more_ways_text(dataclasses.replace(conflict, relaxations=(way,) * 10)).startswith("1 more way out ")
    assert more_ways_text(dataclasses.replace(conflict, relaxations=(way,) * 64)).startswith("55 more ways out ")


def test_a_wish_that_means_nothing_is_refused_and_leaves_no_trace(session) -> None:
    with pytest.raises(RuleError, match="did you mean 'year'"):
        session.wish("yeer < 1980")
    assert session.chips == ()


def test_a_resumed_session_goes_on_where_it_was(recommender, log, clock, session) -> None:
    session.answer(session.act().question, [0])
    session.wish("year < 1990")
    clock.now += RESUMED_WITHIN_S - 1
    again = Session.start(recommender, log=log, clock=clock)
    assert again.id == session.id
    assert again.belief == session.belief
    assert again.transcript() == session.transcript()
    assert items(again) == items(session)


def test_another_day_keeps_the_taste_and_forgets_the_wishes(recommender, log, clock, session) -> None:
    session.rate("heat", 1.0)
    session.wish("year < 1990")
    session.opine("genre/comedy", 1.0, for_now=True)
    clock.now += RESUMED_WITHIN_S + 1
    later = Session.start(recommender, log=log, clock=clock)
    assert later.id != session.id
    assert later.belief.wishes == ()
    assert opinions(later) == {"heat": 1.0}
    assert later.belief.opinions[0].origin.kind is OriginKind.PROFILE
    assert later.chips == ()


def test_two_users_do_not_hear_each_other(recommender, log, clock, session) -> None:
    session.rate("heat", 1.0)
    other = Session.start(recommender, log=log, clock=clock, user="ben")
    assert opinions(other) == {}


def test_starting_over_forgets_the_wishes_and_keeps_the_taste(session) -> None:
    session.wish("year < 1990")
    session.rate("heat", 1.0)
    session.start_over()
    assert session.belief.wishes == ()
    assert opinions(session) == {"heat": 1.0}


def test_events_carry_time_user_session_and_context(session, log, clock) -> None:
    session.rate("heat", 0.5)
    event = log.events("you")[-1]
    assert (event.kind, event.subject, event.value) == (EventKind.RATED, "heat", 0.5)
    assert (event.time, event.user, event.session) == (clock.now, "you", session.id)
    assert {"weekday", "hour", "season"} <= set(event.context)


def test_new_rules_apply_at_once(session, tmp_path, tiny_world) -> None:
    before = items(session)
    path = tmp_path / "rules.yaml"
    path.write_text("rules:\n  - name: children\n    require: certificate in [G, PG]\n", encoding="utf-8")
    session.set_rules(RuleBook.load(path, tiny_world))
    assert set(items(session)) == {"babe", "clue"} < set(before)


def test_moves_compare_with_the_list_before_the_last_event(session) -> None:
    before = items(session)
    session.opine("genre/comedy", 1.0)
    moves = session.moves()
    now = items(session)
    for item in now:
        expected = before.index(item) - now.index(item) if item in before else None
        assert moves[item] == expected
    assert any(moves.values())


@pytest.mark.parametrize("value", [-1.01, 2.0])
def test_a_rating_off_the_scale_is_refused(session, value) -> None:
    with pytest.raises(ValueError, match="between -1 and 1"):
        session.rate("heat", value)


def test_folding_the_log_gives_the_state_of_the_session(session, log) -> None:
    session.rate("heat", 1.0)
    session.answer(session.act().question, [0])
    session.undo()
    session.mark_seen("alien")
    assert fold(log.events("you"), session.id) == session.state


def test_undoing_an_undo_is_not_a_thing_but_events_stay_in_the_log(session, log) -> None:
    session.rate("heat", 1.0)
    session.undo()
    kinds = [event.kind for event in log.events("you")]
    assert kinds == [EventKind.STARTED, EventKind.RATED, EventKind.UNDONE]
    assert [event.kind for event in active(log.events("you"))] == [EventKind.STARTED]


def test_an_item_that_left_the_graph_is_passed_over(recommender, log, clock, session) -> None:
    log.append(dataclasses.replace(log.events("you")[0], kind=EventKind.RATED, subject="gone", value=1.0))
    log.append(dataclasses.replace(log.events("you")[0], kind=EventKind.SEEN, subject="gone too"))
    again = Session.start(recommender, log=log, clock=clock)
    assert len(items(again)) == 6


# --- what the data tell of the user -----------------------------------------------------------------------------------


def test_a_conversation_starts_from_what_its_user_has_rated_in_the_data(recommender, tiny_world):
    log = tiny_world.interactions
    user = log.user_ids[0]
    rated = {tiny_world.entity_ids[item]: value for item, value in log.history(user).items()}
    session = Session.start(recommender, user=user)
    assert opinions(session) == rated
    assert session.chips == ()  # nothing of it was said here
    assert not set(items(session)) & set(rated)
    assert [entry.item for entry in recommender.recommend(user=user)] == items(session)


def test_what_is_said_replaces_a_rating_of_the_data_until_it_is_taken_back(recommender, tiny_world):
    user = tiny_world.interactions.user_ids[0]
    session = Session.start(recommender, user=user)
    item, before = next(iter(opinions(session).items()))
    session.rate(item, -1.0 if before > 0 else 1.0)
    assert opinions(session)[item] != before
    session.undo()
    assert opinions(session)[item] == before


@pytest.mark.parametrize("position", [-1, 3, 99])
def test_a_position_without_an_option_is_refused_and_nothing_kept(ruled, position: int):
    question = ruled.act().question
    assert len(question.options) < 4
    before = ruled.belief
    with pytest.raises(ValueError, match="options, from 0 on, and none at"):
        ruled.answer(question, [0, position])
    assert ruled.belief == before
    assert ruled.act().question == question
