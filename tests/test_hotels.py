"""A third domain, small: hotels by stars, price, area and what they offer, for guests who say what they need."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pandas as pd
import pytest

from kgrec.acts import Ask
from kgrec.audit.expectations import check_expectations
from kgrec.audit.lint import lint_rules
from kgrec.dialogue import Session
from kgrec.domain import Value
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

RULES: Final = """
rules:
  - name: transport
    ask: user.transport
    question: How will you arrive?
    options: [by car, by train]
  - name: by car
    when: user.transport == by car
    require: parking == yes
    because: you need a place for the car
  - name: by train
    when: user.transport == by train
    prefer: area == centre
    weight: 1.5
    because: it is not far from the train
  - name: what it may cost
    when: user.most is known
    require: single <= user.most * 1.1
    strength: 2
    because: it is within a tenth of what you would pay
  - name: good
    derive: standard = good
    when: stars >= 4 and internet == yes
  - name: on business
    when: user.purpose == business
    require: standard has good
    because: you will work there
  - name: good value
    prefer: standard has good and pricerange <= moderate
    weight: 0.5
    because: it is good and not dear
  - name: not all in one street
    limit: 4 per area
  - name: cheap
    shelf: For a small purse
    of: pricerange == cheap
expect:
  - given: {user.transport: by car}
    never: parking == no
  - given: {user.transport: by train}
    top: 3
    always: area == centre
  - given: {user.most: 50}
    always: single <= 55
  - given: {user.purpose: business}
    always: stars >= 4 and internet == yes
  - given: {}
    top: 10
    never: pricerange == expensive
  - given: {where: "area in [north, south]"}
    top: 5
    some: area == south
"""


@pytest.fixture(scope="module")
def hotels(data_dir: Callable[[str], Path]) -> Recommender:
    rows = json.loads((data_dir("multiwoz-db") / "hotel_db.json").read_text(encoding="utf-8"))
    frame = pd.DataFrame([{"item": row["id"], "label": row["name"].title(), **row} for row in rows])
    frame["pricerange"] = pd.Categorical(frame["pricerange"], ["cheap", "moderate", "expensive"], ordered=True)
    frame["stars"] = pd.to_numeric(frame["stars"])
    frame["single"] = pd.to_numeric(frame["price"].map(lambda price: price.get("single")))
    kept = ["item", "label", "area", "internet", "parking", "pricerange", "single", "stars", "type"]
    return Recommender(rng=0, texts=False).fit(KnowledgeGraph.from_frames(frame[kept], name="hotels"))


@pytest.fixture(scope="module")
def book(hotels: Recommender, tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    path = tmp_path_factory.mktemp("rules") / "hotels.yaml"
    path.write_text(RULES, encoding="utf-8")
    return RuleBook.load(path, hotels.graph_)


def test_the_rules_keep_their_own_tests_and_nothing_is_wrong_with_them(hotels: Recommender, book: RuleBook):
    broken = check_expectations(book, hotels.graph_, lambda: hotels)
    assert [found.message(hotels.graph_) for found in broken] == []
    assert [str(finding) for finding in lint_rules(hotels.graph_, book, lambda: hotels)] == []


@pytest.mark.parametrize(
    "facts",
    [{"transport": "by car"}, {"transport": "by car", "purpose": "business"}, {"most": 40.0, "transport": "by train"}],
)
def test_what_a_guest_needs_is_there(facts: Mapping[str, Value], hotels: Recommender, book: RuleBook):
    graph = hotels.graph_
    slate = hotels.recommend(facts=facts, rules=book)
    assert len(slate) >= 3
    for entry in slate:
        item = graph.index(entry.item)
        offers = {name: {graph.label(value) for value in graph.values_of(item, name)} for name in graph.links}
        assert "transport" not in facts or facts["transport"] != "by car" or offers["parking"] == {"yes"}
        assert "purpose" not in facts or (graph.numbers["stars"][item] >= 4 and offers["internet"] == {"yes"})
        assert "most" not in facts or graph.numbers["single"][item] <= 44


def test_a_conversation_asks_the_rule_first_and_gives_in_with_one_choice(hotels: Recommender, book: RuleBook):
    session = Session.start(hotels, book)
    act = session.act()
    assert isinstance(act, Ask)
    assert act.question.text == "How will you arrive?"
    session.answer(act.question, [0])
    session.wish("parking == no")
    conflict = session.slate().conflict
    assert conflict is not None
    assert "by car" in {wish.label for way in conflict.relaxations for wish in way.drop}
    session.relax(conflict.relaxations[0])
    assert session.slate().items
    session.undo()
    assert not session.slate().items
