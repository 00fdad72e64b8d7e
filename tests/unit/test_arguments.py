"""Wrong arguments: whoever calls kgrec from Python is told which one, what it was, and what to give instead."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kgrec import KnowledgeGraph, Recommender, RuleBook, Session, load
from kgrec.arguments import checked, count
from kgrec.domain import Dials
from kgrec.errors import KgrecError, NotFittedError, RuleErrors, UnknownEntityError
from kgrec.group import fair

NAN = float("nan")


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    items = pd.DataFrame(
        {
            "item": ["a", "b", "c"],
            "label": ["Axe", "Bow", "Chisel"],
            "use": ["wood", "sport", "wood"],
            "year": [1, 2, 3],
        }
    )
    done = pd.DataFrame({"user": ["1", "1", "2"], "item": ["a", "c", "b"], "rating": [5, 1, 4]})
    return Recommender(rng=0, texts=False).fit(KnowledgeGraph.from_frames(items, interactions=done))


RECOMMEND = [
    ({"n": -1}, "n is -1; give a whole number from 1 on"),
    ({"n": 0}, "n is 0; give a whole number from 1 on"),
    ({"n": 1.5}, "n is 1.5; give a whole number"),
    ({"n": True}, "n is True; give a whole number"),
    ({"n": "3"}, "n is '3'; give a whole number"),
    ({"n": None}, "n is None; give a whole number"),
    ({"likes": "Axe"}, "likes is the one text 'Axe'; put it into a list: ['Axe']"),
    ({"likes": [3]}, "likes holds 3; give texts, such as '3'"),
    ({"likes": 3}, "likes is 3; give a list of texts"),
    ({"likes": {"Axe": -1}}, "likes is {'Axe': -1}; give a list of texts"),
    ({"dislikes": "Axe"}, "dislikes is the one text 'Axe'; put it into a list"),
    ({"likes": ["Axe"], "dislikes": ["a"]}, "likes and dislikes both hold 'Axe'; keep it in one of them"),
    ({"where": "year > 1"}, "where is the one text 'year > 1'; put it into a list"),
    ({"where": [3]}, "where holds 3; give texts"),
    ({"exclude": "Axe"}, "exclude is the one text 'Axe'; put it into a list"),
    ({"text": 3}, "text is 3; give a text"),
    ({"user": 3}, "user is 3; give a text, such as '3'"),
    ({"facts": "old"}, "facts is 'old'; give a mapping"),
    ({"facts": {"age": object()}}, "facts['age'] is something of type object; give a text, a number"),
    ({"context": "evening"}, "context is 'evening'; give a mapping"),
    ({"context": {1: 2}}, "a name in context is 1; give a text"),
    ({"context": {"hour": NAN}}, "context['hour'] is nan; give a number, or leave it out"),
    ({"rules": "evening.yaml"}, "rules is 'evening.yaml'; give a RuleBook: RuleBook.load(path, graph)"),
    ({"dials": {"diversity": 1}}, "dials is {'diversity': 1}; give a Dials: Dials(diversity=0.5)"),
    ({"history": "Axe"}, "history is the one text 'Axe'; put it into a list"),
    ({"history": [0]}, "history holds 0; give texts"),
    ({"history": {0: 1.0}}, "history holds 0; give texts"),
    ({"history": {"a": 2}}, "history['a'] is 2; give a number between -1 and 1"),
    ({"history": {"a": NAN}}, "history['a'] is nan; give a number between -1 and 1"),
    ({"history": {"a": "good"}}, "history['a'] is 'good'; give a number between -1 and 1"),
    ({"history": {"a": True}}, "history['a'] is True; give a number"),
    (
        {"history": pd.Series({"a": 1.0})},
        "history is something of type Series; give items with values, such as {'id': 1.0}",
    ),
    ({"history": pd.DataFrame({"a": [1.0]})}, "history is something of type DataFrame; give items with values"),
]


@pytest.mark.parametrize(("given", "says"), RECOMMEND, ids=[says for _, says in RECOMMEND])
def test_a_wrong_argument_of_recommend_is_told(recommender, given: dict[str, Any], says: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        recommender.recommend(**given)
    assert str(caught.value).startswith(says)


def opened(recommender: Recommender, rules: RuleBook | None = None, **given: Any) -> Session:
    return Session.start(recommender, rules, **given)


Call = Callable[[Recommender], Any]
CALLS: list[tuple[Call, str]] = [
    (lambda r: r.score("Axe"), "history is the one text 'Axe'"),
    (lambda r: r.believe(likes="Axe"), "likes is the one text 'Axe'"),
    (lambda r: r.rank({"a": 1.0}), "belief is {'a': 1.0}; give a Belief"),
    (lambda r: r.slate([]), "ranking is []; give a Ranking: recommender.rank(belief)"),
    (lambda r: r.outlook(r.rank(r.believe()), "Axe"), "items is the one text 'Axe'"),
    (lambda r: r.recommend_batch("1"), "users is the one text '1'"),
    (lambda r: r.recommend_batch(None), "users is None; give a list of ids, or histories as a matrix"),
    (
        lambda r: r.recommend_batch(pd.DataFrame({"user": ["1"]})),
        "users is something of type DataFrame; give a list of ids",
    ),
    (
        lambda r: r.recommend_batch(np.array([["a"]], dtype=object)),
        "users is something of type ndarray; give a list of ids",
    ),
    (lambda r: r.recommend_batch(["1"], n=1.5), "n is 1.5"),
    (lambda _: Recommender().fit("films"), "graph is 'films'; give a KnowledgeGraph: load(name)"),
    (lambda _: Recommender().fit(None), "graph is None; give a KnowledgeGraph"),
    (lambda _: Recommender(extra="two-tower"), "extra is the one text 'two-tower'"),
    (lambda _: Recommender(relevant=2), "relevant is 2; give a share from 0 to 1"),
    (lambda _: Recommender(rng="x"), "rng is 'x'; give a seed"),
    (lambda _: Recommender(texts="no"), "texts is 'no'; give True or False"),
    (lambda r: r.recommend(exclude_seen="no"), "exclude_seen is 'no'; give True or False"),
    (lambda r: Session.start(r, resume=0), "resume is 0; give True or False"),
    (
        lambda r: r.recommend(facts={"age": 3, "user.age": 4}),
        "facts holds 'age' and 'user.age', which are one; keep one of them",
    ),
    (lambda r: Recommender(texts=False).fit(r.graph_, cache=3), "cache is 3; give the path of a folder"),
    (lambda _: load(3), "name_or_folder is 3; give the name of a data set, or its folder"),
    (lambda _: Dials(diversity="much"), "diversity lies between 0 and 1, not 'much'"),
    (lambda _: fair({}), "people is {}; give names with their rankings"),
    (lambda r: fair({"ann": r.rank(r.believe())}, 5), "least_misery is 5; give a share from 0 to 1"),
    (lambda r: KnowledgeGraph.from_frames("items.csv"), "items is 'items.csv'; give a pandas DataFrame"),
    (
        lambda r: Session.start(r.graph_),
        "recommender is something of type KnowledgeGraph; give a Recommender: Recommender().fit(graph)",
    ),
    (lambda r: Session.start(r, user=3), "user is 3"),
    (lambda r: Session.start(r, wishes="year > 1"), "wishes is the one text 'year > 1'"),
    (lambda r: Session.start(r, rules="x.yaml"), "rules is 'x.yaml'; give a RuleBook"),
    (lambda r: opened(r).slate(-1), "n is -1"),
    (lambda r: opened(r).shelves(3, rows="x"), "rows is 'x'"),
    (lambda r: opened(r).find(3), "name is 3; give a text"),
    (lambda r: opened(r).rate("a", NAN), "value is nan; give a number between -1 and 1"),
    (lambda r: opened(r).rate(3, 1.0), "item is 3; give a text"),
    (lambda r: opened(r).opine("a", float("inf")), "value is inf; give a number between -1 and 1"),
    (lambda r: opened(r).opine("a", "good"), "value is 'good'; give a number"),
    (lambda r: opened(r).wish(3), "expression is 3; give a text"),
    (lambda r: opened(r).wish("year > 1", weight=NAN), "weight is nan; give a number of points"),
    (lambda r: opened(r).pass_over("ab"), "items is the one text 'ab'"),
    (
        lambda r: opened(r).turn("volume", 1),
        "dial is 'volume'; give one of diversity, calibrated, familiar, contextual",
    ),
    (lambda r: opened(r).relax("x"), "way is 'x'; give a Relaxation"),
    (lambda r: opened(r).answer(opened(r).act().question, 0), "chosen is 0; give a list of positions, such as [0]"),
    (lambda r: opened(r).say(3), "text is 3; give a text"),
]


@pytest.mark.parametrize(("call", "says"), CALLS, ids=[says for _, says in CALLS])
def test_a_wrong_argument_is_told_at_every_door(recommender, call: Call, says: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        call(recommender)
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize(
    "call",
    [
        lambda one: one.recommend(),
        lambda one: one.score({}),
        lambda one: one.recommend_batch(["1"]),
        lambda one: one.scorers_,
        Session.start,
    ],
)
def test_what_has_learned_nothing_says_so(call: Call) -> None:
    with pytest.raises(NotFittedError, match="call fit\\(graph\\) first"):
        call(Recommender(texts=False))
    assert not hasattr(Recommender(texts=False), "graph_")
    assert issubclass(NotFittedError, KgrecError)


ASKING = """
rules:
  - {name: who, ask: user.audience, question: Who is there?, options: [adults, children]}
  - {name: young, when: user.audience == children, forbid: year > 2}
  - {name: late, when: context.hour >= 22, forbid: year < 2}
"""


@pytest.fixture
def asking(recommender, tmp_path: Path) -> RuleBook:
    path = tmp_path / "rules.yaml"
    path.write_text(ASKING, encoding="utf-8")
    return RuleBook.load(path, recommender.graph_)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"facts": {"audience": "xx"}}, "'user.audience' is never 'xx', the choices are 'adults' and 'children'"),
        ({"facts": {"user.audiense": "children"}}, "unknown 'user.audiense', did you mean 'user.audience'?"),
        ({"context": {"weekday": "Blursday"}}, "'context.weekday' is never 'Blursday'"),
        ({"context": {"hour": "x"}}, "'context.hour' is a number, 'x' is not"),
        ({"context": {"hour": 99}}, "'context.hour' is never 99, give a whole number from 0 to 23"),
        ({"context": {"hour": ["9", "10"]}}, "'context.hour' is a number, several at once (9, 10) is not"),
        ({"context": {"hourr": 9}}, "unknown 'context.hourr', did you mean 'context.hour'?"),
        ({"facts": {"audience": "xx"}, "context": {"hour": 99}}, "'context.hour' is never 99"),
    ],
)
def test_what_rules_cannot_hear_is_refused_in_python_too(recommender, asking: RuleBook, given, says: str) -> None:
    for call in (lambda: recommender.recommend(rules=asking, **given), lambda: opened(recommender, asking, **given)):
        with pytest.raises(RuleErrors) as caught:
            call()
        assert says in str(caught.value)
    if "facts" not in given:
        with pytest.raises(RuleErrors):
            recommender.recommend_batch(["1"], rules=asking, **given)


def test_facts_may_be_named_as_rules_name_them_and_others_may_be_told(recommender, asking: RuleBook) -> None:
    def left(**given) -> int:
        return recommender.recommend(rules=asking, **given).left

    assert left() == 3
    assert left(facts={"user.audience": "Children", "bogus": 1}) == left(facts={"audience": "Children"}) == 2
    assert left(context={"context.hour": np.int64(23)}) == left(context={"hour": 23.0}) == left(context={"hour": "23"})
    assert left(context={"hour": 23}) == 2


def test_a_user_of_whom_nothing_is_known_is_logged(recommender, caplog: pytest.LogCaptureFixture) -> None:
    recommender.recommend(user="1")
    recommender.recommend_batch(["1", "2"])
    opened(recommender)
    assert not caplog.messages
    recommender.recommend(user="nobody")
    recommender.recommend_batch(["1", "nobody", "b", "c", "d", "e", "f"])
    assert [message.partition(" in ")[0] for message in caplog.messages] == [
        "nothing is known of 'nobody'",
        "nothing is known of 'nobody', 'b', 'c', 'd', 'e' and 1 more",
    ]


def test_values_are_no_items(recommender) -> None:
    session = opened(recommender)
    for ask in (session.explain, session.why_not):
        with pytest.raises(UnknownEntityError, match="nothing is called 'use/wood'"):
            ask("use/wood")


def test_what_is_right_in_another_type_is_taken(recommender, caplog: pytest.LogCaptureFixture) -> None:
    expected = recommender.recommend({"a": 1.0}, likes=["Bow"], n=1)
    with caplog.at_level(logging.WARNING):
        assert (
            recommender.recommend({"a": np.float32(1)}, likes=np.array(["Bow"]), where=None, n=np.int64(1)) == expected
        )
        assert recommender.recommend(iter(["a"]), likes=(name for name in ["Bow"]), n=1) == expected
    assert not caplog.records


def test_a_check_hears_an_argument_by_place_and_by_name_and_no_default() -> None:
    @checked(n=count)
    class Shop:
        def sell(self, n: int | None = None) -> int | None:
            """Sell so many."""
            return n

    assert Shop().sell() is Shop().sell(None) is None
    assert Shop().sell.__doc__ == "Sell so many."
    for call in (lambda: Shop().sell(0), lambda: Shop().sell(n=0)):
        with pytest.raises(ValueError, match="n is 0"):
            call()
