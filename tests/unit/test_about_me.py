"""Facts about whoever talks: told in words, seen in reasons, withheld for good."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from kgrec.cli.taste import taste_lines
from kgrec.dialogue import Session
from kgrec.dialogue.about_me import read_about_me
from kgrec.dialogue.companions import known_of
from kgrec.dialogue.lasting import remarks
from kgrec.dialogue.log import MemoryLog
from kgrec.dialogue.past import Topic, let_go
from kgrec.dialogue.readings import AboutMe
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.tui.taste_turns import forget
from kgrec.tui.taste_view import taste_view


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    """Twelve young bakers who chose a and c, twelve old divers who chose b and c; of Zoe only her facts are known."""
    people = [("baker", 20 + n, "a") for n in range(12)] + [("diver", 50 + n, "b") for n in range(12)]
    rows = [(f"u{n:02}", item) for n, (_, _, own) in enumerate(people) for item in (own, "c")]
    facts = {
        f"u{n:02}": {"main_trade": trade, "age": float(age), "smoker": "yes" if n % 2 else "no"}
        for n, (trade, age, _) in enumerate(people)
    }
    graph = KnowledgeGraph.from_frames(
        pd.DataFrame({"item": ["a", "b", "c", "d"]}), interactions=pd.DataFrame(rows, columns=["user", "item"])
    )
    facts["zoe"] = {"main_trade": "diver", "age": 60.0}
    return Recommender(texts=False).fit(dataclasses.replace(graph, user_facts=facts))


def best(session: Session) -> list[str]:
    return [entry.item for entry in session.slate() if entry.item in "ab"]


def why(session: Session, item: str) -> set[str]:
    return {reason.text for reason in session.explain(item).reasons}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("my age is 24", AboutMe("age", 24.0)),
        ("my age is 24 years", AboutMe("age", 24.0)),
        ("i am a diver", AboutMe("main_trade", "diver")),
        ("im a baker", AboutMe("main_trade", "baker")),
        ("my main trade is baker", AboutMe("main_trade", "baker")),
        ("my main trade is judge", None),
        ("i am a smoker", AboutMe("smoker", "yes")),
        ("im not a smoker", AboutMe("smoker", "no")),
        ("im not a diver", None),
        ("i am a fan", None),
        ("my mood is 24", None),
        ("forget my age", AboutMe("age")),
        ("please dont use my age", AboutMe("age")),
        ("dont take my main trade into account", AboutMe("main_trade")),
        ("my age doesnt matter", AboutMe("age")),
        ("forget my mother", None),
    ],
)
def test_facts_are_understood_by_the_names_and_values_of_the_data(recommender: Recommender, said: str, meant) -> None:
    assert read_about_me(said.split(), recommender.graph_) == meant


def test_where_the_data_know_no_facts_nothing_is_taken_for_one(tiny_world: KnowledgeGraph) -> None:
    assert read_about_me(["my", "age", "is", "24"], tiny_world) is None


def test_a_fact_told_counts_and_says_so(recommender: Recommender) -> None:
    session = Session.start(recommender, user="me")
    assert not any("people of your" in text for text in why(session, "b"))
    session.say("I'm a diver")
    assert session.belief.fact == {"main_trade": "diver"}
    assert best(session) == ["b", "a"]
    assert "liked by people of your main trade" in why(session, "b")
    session.say("I am a baker")
    assert best(session) == ["a", "b"]


def test_a_fact_withheld_ends_its_influence(recommender: Recommender) -> None:
    plain, session = (Session.start(recommender, user="me") for _ in range(2))
    session.say("I'm a diver")
    session.say("don't use my main trade, please")
    assert not session.belief.fact
    np.testing.assert_array_equal(session.ranking().scores, plain.ranking().scores)
    assert "without your main trade" in [chip.label for chip in session.chips]
    session.undo()
    assert session.belief.fact == {"main_trade": "diver"}


def test_what_the_data_tell_of_a_user_can_be_withheld_for_good(recommender: Recommender) -> None:
    log = MemoryLog()
    session = Session.start(recommender, user="zoe", log=log)
    assert "liked by people of your main trade" in why(session, "b")
    session.say("forget my main trade")
    session.say("my age doesn't matter")
    later = Session.start(recommender, user="zoe", log=log, resume=False)
    for one in (session, later):
        assert not one.belief.fact
        assert not any("people of your" in text for text in why(one, "b"))
    assert not known_of(recommender, "zoe", log.events("zoe")).fact
    assert not any("main_trade" in line for line in taste_lines(recommender.graph_, "zoe", log.events("zoe"), 99))
    later.say("I am a diver")
    assert later.belief.fact == {"main_trade": "diver"}  # said anew, it counts again
    assert any("main_trade" in line for line in taste_lines(recommender.graph_, "zoe", log.events("zoe"), 99))


def test_the_taste_page_lets_go_of_facts_of_the_data(recommender: Recommender) -> None:
    session = Session.start(recommender, user="zoe")
    (group,) = (group for group in taste_view(session).groups if group.title == "About you")
    age = next(held for held in group.held if held.label == "age: 60")
    assert forget(session, age) == "age: 60: forgotten; u takes that back"
    assert session.belief.fact == {"main_trade": "diver"}
    session.undo()
    assert session.belief.fact == {"main_trade": "diver", "age": 60.0}


def test_a_fact_that_was_said_besides_does_not_come_to_light_from_the_data(recommender: Recommender) -> None:
    session = Session.start(recommender, user="zoe")
    session.say("I am a baker")
    assert let_go(session, (Topic.FACT, "main_trade"), "main trade: baker")
    assert "main_trade" not in session.belief.fact
    assert not remarks(session.journal.events)
