"""Every kind of rule, every key of a test, and the names that files declare."""

from pathlib import Path

import pytest

from kgrec.errors import RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import RuleBook, Scope
from kgrec.rulebook.rules import Derive, ExpectationKind, Limit, Shelf, Tune

ALL_KINDS = """
let:
  light: [Comedy, Family]
  long: 150
rules:
  - {name: a, require: year > 1900, strength: 2}
  - {name: b, forbid: runtime > long, because: too long}
  - {name: c, prefer: genre in light, weight: 0.5}
  - {name: d, derive: mood = cosy, when: genre in light, unless: runtime > 100}
  - {name: e, limit: 1 per director}
  - {name: f, limit: 2, when: mood has cosy}
  - {name: g, tune: {scorer: walk, weight: 0}, when: user.interactions < 3}
  - {name: h, ask: user.audience, question: Who?, options: [just me, children]}
  - {name: i, shelf: 'Like {item}', of: similar(Heat)}
expect:
  - name: children
    given: {user.audience: children, context.hour: 20, context.weekday: Mon, likes: Heat, dislikes: [Alien, Clue],
            where: [year > 1990, mood has cosy]}
    never: certificate == R
    top: 10
  - some: genre has Comedy
"""


@pytest.fixture
def load(tmp_path: Path, tiny_world: KnowledgeGraph):
    """Return a function that loads a book from text."""

    def load(text: str) -> RuleBook:
        path = tmp_path / "rules.yaml"
        path.write_text(text, encoding="utf-8")
        return RuleBook.load(path, tiny_world)

    return load


def test_every_kind_of_rule_is_read(load) -> None:
    book = load(ALL_KINDS)
    assert [rule.name for rule in book.rules] == list("abcdefghi")
    derived, per_director, cosy, tuned, shelf = (book.rules[n] for n in (3, 4, 5, 6, 8))
    assert isinstance(derived, Derive)
    assert (derived.facet, derived.value) == ("mood", "cosy")
    assert isinstance(per_director, Limit)
    assert (per_director.most, per_director.facet) == (1, "director")
    assert isinstance(cosy, Limit)
    assert (cosy.most, cosy.facet) == (2, "")
    assert cosy.when is not None
    assert cosy.when.mask(Scope()).tolist() == [False, False, False, False, True, True]  # babe, and clue: not too long
    assert isinstance(tuned, Tune)
    assert (tuned.scorer, tuned.weight) == ("walk", 0.0)
    assert isinstance(shelf, Shelf)
    assert shelf.title == "Like {item}"


def test_a_test_holds_what_is_given(load) -> None:
    first, second = load(ALL_KINDS).expectations
    assert (first.name, first.kind, first.top) == ("children", ExpectationKind.NEVER, 10)
    assert (first.facts, first.context) == ({"audience": "children"}, {"hour": 20.0, "weekday": "Mon"})
    assert (first.likes, first.dislikes) == (("Heat",), ("Alien", "Clue"))
    assert [wish.text for wish in first.where] == ["year > 1990", "mood has cosy"]
    assert (second.name, second.kind, second.top) == ("some genre has Comedy", ExpectationKind.SOME, 0)


def test_what_is_given_may_be_several_values_of_a_fact_that_some_rule_asks_about(load) -> None:
    book = load("""
rules: [{name: allergies, forbid: genre in user.dreads, when: user.age < 12}]
expect: [{given: {user.dreads: [Horror, Crime], user.age: 7}, never: genre has Horror}]
""")
    assert book.expectations[0].facts == {"dreads": ("Horror", "Crime"), "age": 7.0}


def test_rules_without_a_name_are_called_by_what_they_do(load) -> None:
    book = load("""
rules:
  - limit: 2 per director
  - tune: {scorer: walk, weight: 0.5}
  - shelf: Comedies
    of: genre has Comedy
  - derive: mood = cosy
    when: genre has Comedy
""")
    assert [rule.name for rule in book.rules] == [
        "limit 2 per director",
        "tune walk",
        "shelf Comedies",
        "derive mood = cosy",
    ]


def test_a_rule_that_is_off_says_nothing(load) -> None:
    book = load("rules: [{name: a, require: year > 1990, off: true}, {name: b, require: year > 1980, off: false}]")
    assert [rule.name for rule in book.rules] == ["b"]


def test_a_hundred_mistakes_are_enough(load) -> None:
    with pytest.raises(RuleErrors) as caught:
        load("rules:\n" + "".join(f"  - require: genre has x{n}\n" for n in range(3000)))
    assert len(caught.value.errors) == 101
    assert str(caught.value).endswith("there are more mistakes, mend those above first")


def test_facts_behind_a_derived_value_that_a_fact_may_name_are_needed_too(load) -> None:
    book = load("""
rules:
  - derive: mood = cosy
    when: genre has Comedy and context.hour > 17
  - {name: as asked, require: mood has user.mood}
""")
    asked = next(rule for rule in book.rules if rule.name == "as asked")
    assert asked.expression.needs == {"user.mood", "context.hour"}
    assert asked.expression.facets == {"mood", "genre"}
