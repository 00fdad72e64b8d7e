"""Conversations made at random: the log alone gives the state back, any answer can be taken back, taste can be carried.

Each is held over a profile store on disk, as in the app.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgrec.acts import Ask, Repair
from kgrec.dialogue import Session
from kgrec.dialogue.lasting import as_events, news, remarks
from kgrec.dialogue.state import fold
from kgrec.domain import Belief
from kgrec.graph import KnowledgeGraph
from kgrec.profiles import ProfileStore
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.taste_file import read_taste, write_taste

RULES = "rules: [{name: audience, ask: user.audience, question: Who is watching?, options: [just me, children]}]"
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

items = st.sampled_from(["heat", "thief", "scream", "alien", "babe", "clue"])
values = st.sampled_from(["genre/comedy", "genre/horror", "director/michael-mann"])
steps = st.one_of(
    st.tuples(st.just("rate"), items, st.sampled_from([-1.0, 0.0, 0.3, 1.0])),
    st.tuples(st.just("opine"), values, st.sampled_from([-1.0, 1.0]), st.booleans()),
    st.tuples(st.just("seen"), items),
    st.tuples(st.just("opened"), items),
    st.tuples(st.just("wish"), st.sampled_from(["year < 1990", "genre has Horror", "runtime < 100"])),
    st.tuples(st.just("tell"), st.just("a creature")),
    st.tuples(st.just("answer"), st.integers(0, 3)),
    st.tuples(st.just("skip")),
    st.tuples(st.just("relax")),
    st.tuples(st.just("undo")),
    st.tuples(st.just("take back"), st.integers(0, 9)),
    st.tuples(st.just("start over")),
)
conversations = st.lists(steps, max_size=14)


@pytest.fixture
def recommender(tiny_world: KnowledgeGraph) -> Recommender:
    return Recommender(texts=False).fit(tiny_world)


@pytest.fixture
def rules(tiny_world: KnowledgeGraph, tmp_path: Path) -> RuleBook:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    return RuleBook.load(tmp_path / "rules.yaml", tiny_world)


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as path:
        yield Path(path)


ticks = count(1_700_000_000)
names = count()


def start(recommender: Recommender, rules: RuleBook, store: ProfileStore) -> Session:
    return Session.start(recommender, rules, log=store, user="ana", clock=lambda: next(ticks) + 0.125)


def hold(session: Session, conversation: list[tuple]) -> None:  # noqa: C901, PLR0912  (one case a step)
    for step in conversation:
        match step:
            case "rate", item, value:
                session.rate(item, value)
            case "opine", value, sign, for_now:
                session.opine(value, sign, for_now=for_now)
            case "seen", item:
                session.mark_seen(item)
            case "opened", item:
                session.note_opened(item)
            case "wish", expression:
                session.wish(expression)
            case "tell", text:
                session.wish_text(text)
            case "answer", place:
                act = session.act() if not session.belief.texts else None  # no sentence model in this world
                if isinstance(act, Ask) and act.question.options:
                    session.answer(act.question, [place % len(act.question.options)])
            case ("skip",):
                act = session.act() if not session.belief.texts else None
                if isinstance(act, Ask):
                    session.skip(act.question)
            case ("relax",):
                act = session.act() if not session.belief.texts else None
                if isinstance(act, Repair):
                    session.relax(act.conflict.relaxations[0])
            case ("undo",):
                session.undo()
            case "take back", place:
                if session.chips:
                    session.undo(session.chips[place % len(session.chips)].event)
            case ("start over",):
                session.start_over()


def lasting(belief: Belief) -> tuple[object, ...]:
    return belief.opinions, belief.comparisons, belief.seen, belief.fact


@given(conversations)
@SETTINGS
def test_a_log_replays_to_the_same_state(
    recommender: Recommender, rules: RuleBook, folder: Path, conversation: list[tuple]
):
    path = folder / f"{next(names)}.sqlite"
    with ProfileStore(path) as store:
        session = start(recommender, rules, store)
        hold(session, conversation)
        lived, name, told = session.state, session.id, session.transcript()
    with ProfileStore(path) as store:
        assert fold(store.events("ana"), name) == lived
        again = start(recommender, rules, store)
        assert (again.id, again.state, again.transcript()) == (name, lived, told)


@given(conversations)
@SETTINGS
def test_anything_can_be_taken_back_and_what_came_later_stays(
    recommender: Recommender, rules: RuleBook, folder: Path, conversation: list[tuple]
):
    with ProfileStore(folder / f"{next(names)}.sqlite") as store:
        session = start(recommender, rules, store)
        hold(session, conversation)
        for chip in session.chips:
            kept = [event for event in store.events("ana") if event.id != chip.event]
            undone = session.undo(chip.event)
            assert undone is not None
            assert undone.id == chip.event
            assert session.state == fold(kept, session.id)
            assert chip.event not in {other.event for other in session.chips}


@given(conversations)
@SETTINGS
def test_lasting_taste_survives_a_taste_file(
    recommender: Recommender, rules: RuleBook, folder: Path, conversation: list[tuple]
):
    number, graph = next(names), recommender.graph_
    with ProfileStore(folder / f"{number}.sqlite") as store, ProfileStore(folder / f"{number}-other.sqlite") as other:
        hold(start(recommender, rules, store), conversation)
        said = remarks(store.events("ana"))
        before = fold(store.events("ana"), "").belief
        facts = {remark.subject: remark.value for remark in said if remark.aspect == "fact"}
        assert facts == before.fact
        assert {remark.subject for remark in said if remark.aspect == "seen"} == before.seen
        if not said:
            return
        path = folder / f"{number}.ttl"
        path.write_bytes(write_taste("ana", said, graph.ontology, {}))
        told = read_taste(path, graph.ontology).remarks
        for _ in range(2):  # the second time nothing is new
            other.append_all(as_events(news(told, remarks(other.events("bea"))), "bea", "import", path.name))
            assert lasting(fold(other.events("bea"), "").belief) == lasting(before)
            assert len(other.events("bea")) == len(said)
        assert news(told, said) == ()
        assert [replace(remark, source="") for remark in remarks(other.events("bea"))] == list(told)


@given(conversations, conversations)
@SETTINGS
def test_two_windows_of_one_user_come_to_the_same_state(
    recommender: Recommender, rules: RuleBook, folder: Path, one: list[tuple], other: list[tuple]
):
    path = folder / f"{next(names)}.sqlite"
    with ProfileStore(path) as first_store, ProfileStore(path) as second_store:
        first = start(recommender, rules, first_store)
        second = start(recommender, rules, second_store)
        for position in range(max(len(one), len(other))):
            hold(first, one[position : position + 1])
            hold(second, other[position : position + 1])
        first.mark_seen("clue")
        assert first.state == fold(second_store.events("ana"), first.id)
        second.mark_seen("clue")
        assert second.state == fold(first_store.events("ana"), second.id)
