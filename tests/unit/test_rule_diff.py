"""Two rule books side by side, on the tiny world: a newcomer's list is Heat, Babe, Thief, Scream, Alien, Clue."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import count, permutations
from pathlib import Path

import pytest

from kgrec.audit.diff import Move, PersonDiff, RuleDiff, diff_rules
from kgrec.audit.diff_edits import Change
from kgrec.audit.diff_effects import effective
from kgrec.audit.diff_people import Person, simulated
from kgrec.audit.diff_text import summary
from kgrec.dialogue import Session
from kgrec.domain import Belief, Constraint, Opinion
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

ANYBODY = Person("anybody")
AUDIENCE = "{name: audience, ask: user.audience, question: Who?, options: [just me, children]}"
MILD = "{name: mild, require: 'certificate in [G, PG]'}"
CHILDREN = "{name: children, when: user.audience == children, require: 'certificate in [G, PG]'}"
BOOKS = (
    "",
    MILD,
    f"{AUDIENCE}, {CHILDREN}",
    "{name: crime, prefer: genre has Crime, weight: 5}, {name: one each, limit: 1 per director}",
    "{name: cold, tune: {scorer: popularity, weight: 0.0}}, {name: none, require: year > 2500}",
    "{name: funny, derive: mood = funny, when: genre has Comedy}, {name: fun, require: mood has funny}",
)

Book = Callable[..., RuleBook]


@pytest.fixture
def recommender(tiny_world: KnowledgeGraph) -> Recommender:
    return Recommender(texts=False).fit(tiny_world)


@pytest.fixture
def book(tiny_world: KnowledgeGraph, tmp_path: Path) -> Book:
    """Return a function: rules in flow style, and expectations, to a rule book of a file of its own."""
    numbers = count()

    def load(rules: str = "", expect: str = "") -> RuleBook:
        path = tmp_path / f"{next(numbers)}.yaml"
        path.write_text(f"rules: [{rules}]\nexpect: [{expect}]\n", encoding="utf-8")
        return RuleBook.load(path, tiny_world)

    return load


def items(moves: Iterable[Move]) -> list[str]:
    return [move.item for move in moves]


def only(diff: RuleDiff) -> PersonDiff:
    (person,) = diff.people
    return person


# --- one person -------------------------------------------------------------------------------------------------------


def test_what_enters_leaves_and_moves(recommender: Recommender, book: Book):
    found = only(diff_rules(recommender, book(), book(MILD), [ANYBODY], n=3))
    assert found.before == ("heat", "babe", "thief")
    assert found.after == ("babe", "clue")
    assert items(found.entering) == ["clue"]
    assert items(found.leaving) == ["heat", "thief"]
    assert [(move.item, move.before, move.after) for move in found.moved] == [("babe", 2, 1)]
    assert (found.left_before, found.left_after) == (6, 2)
    assert found.overlap == pytest.approx(1 / 3)


def test_a_preference_moves(recommender: Recommender, book: Book):
    found = only(diff_rules(recommender, book(), book("{name: x, prefer: genre has Horror, weight: 9}"), [ANYBODY]))
    assert found.after == ("scream", "alien", "heat", "babe", "thief", "clue")
    assert (found.entering, found.leaving) == ((), ())
    assert found.overlap == 1.0


@pytest.mark.parametrize("rules", BOOKS)
def test_a_book_and_itself_do_not_differ(recommender: Recommender, book: Book, rules: str):
    diff = diff_rules(recommender, book(rules), book(rules), simulated(recommender, 8, [book(rules)]))
    assert diff.is_empty
    assert (diff.rules, diff.dead, diff.entering, diff.leaving, diff.stranded) == ((), (), (), (), ())
    assert diff.overlap == 1.0
    assert diff.coverage_before == diff.coverage_after


@pytest.mark.parametrize(("one", "other"), permutations(BOOKS, 2))
def test_swapping_the_books_swaps_what_enters_and_leaves(recommender: Recommender, book: Book, one: str, other: str):
    old, new = book(one), book(other)
    people = simulated(recommender, 6, (old, new))
    there, back = diff_rules(recommender, old, new, people, n=4), diff_rules(recommender, new, old, people, n=4)
    assert [items(person.entering) for person in there.people] == [items(person.leaving) for person in back.people]
    assert [person.before for person in there.people] == [person.after for person in back.people]
    assert {(move.item, move.before, move.after) for person in there.people for move in person.moved} == {
        (move.item, move.after, move.before) for person in back.people for move in person.moved
    }
    assert (there.entering, there.coverage_after) == (back.leaving, back.coverage_before)
    assert (there.broken, there.fixed) == (back.fixed, back.broken)
    assert len(there.stranded) == len(back.rescued)
    assert there.overlap == pytest.approx(back.overlap)


def test_a_dead_end_is_told_with_what_it_comes_from(recommender: Recommender, book: Book, tiny_world: KnowledgeGraph):
    horror = Person("fan", Belief(wishes=(Constraint("genre has Horror"),)))
    diff = diff_rules(recommender, book(), book(MILD), [horror])
    found = only(diff)
    assert found.after == ()
    assert found.conflict is not None
    assert {wish.label for wish in found.conflict.wishes} == {"genre has Horror", "mild"}
    assert diff.stranded == (found,)
    assert found.lost == ("genre has Horror",)
    assert summary(diff, tiny_world)[0].startswith("Your list would be empty: no film satisfies ")


def test_a_liked_value_that_nothing_allowed_has_is_an_impossible_wish(recommender: Recommender, book: Book):
    fan = Person("fan", Belief(opinions=(Opinion("genre/horror", 1.0), Opinion("genre/comedy", 1.0))))
    assert only(diff_rules(recommender, book(), book(MILD), [fan])).lost == ("Horror",)
    assert only(diff_rules(recommender, book(MILD), book(MILD), [fan])).lost == ()


def test_a_wish_for_what_only_a_rule_derived_is_lost_with_the_rule(recommender: Recommender, book: Book):
    funny = book("{name: funny, derive: mood = funny, when: genre has Comedy}")
    fan = Person("fan", Belief(wishes=(Constraint("mood has funny"),)))
    found = only(diff_rules(recommender, funny, book(), [fan]))
    assert set(found.before) == {"babe", "clue"}
    assert len(found.after) == 6
    assert found.lost == ("mood has funny",)


# --- the rules themselves ---------------------------------------------------------------------------------------------


def test_rules_added_removed_and_changed_are_named_with_their_places(recommender: Recommender, book: Book):
    old = book("{name: a, require: year < 2000}, {name: b, prefer: year < 1990}, {name: c, prefer: year > 1}")
    new = book(
        "{name: b, prefer: year < 1985, weight: 2}, {name: a, require:   year   < 2000}, {name: d, forbid: year < 1}"
    )
    edits = diff_rules(recommender, old, new, []).rules
    assert [(edit.change, edit.rule, edit.parts) for edit in edits] == [
        (Change.CHANGED, "b", ("prefer", "weight")),
        (Change.ADDED, "d", ()),
        (Change.REMOVED, "c", ()),
    ]
    assert [Path(edit.place.file).name for edit in edits] == ["1.yaml", "1.yaml", "0.yaml"]


def test_a_rule_of_another_kind_has_changed(recommender: Recommender, book: Book):
    (edit,) = diff_rules(
        recommender, book("{name: a, require: year < 1990}"), book("{name: a, forbid: year < 1990}"), []
    ).rules
    assert edit.parts == ("require", "forbid")


@pytest.mark.parametrize(
    "rule",
    [
        "{name: x, require: year > 1900}",
        "{name: x, forbid: year > 2500}",
        "{name: x, prefer: year > 1900}",
        "{name: x, prefer: year > 2500}",
        "{name: x, limit: 6 per director}",
        "{name: x, derive: mood = old, when: year < 1900}",
        "{name: x, require: year > 1980, when: user.audience == children}",
        "{name: x, tune: {scorer: walk, weight: 0.5}, when: user.interactions > 20}",
        "{name: x, shelf: Old ones, of: year < 1900}",
        "{name: x, ask: user.mood, question: How?, options: [up, down], when: context.hour > 25}",
    ],
)
def test_a_new_rule_without_any_effect_is_dead(recommender: Recommender, book: Book, rule: str):
    old = book(AUDIENCE)
    assert [dead.name for dead in diff_rules(recommender, old, book(f"{AUDIENCE}, {rule}"), [ANYBODY]).dead] == ["x"]


@pytest.mark.parametrize(
    "rule",
    [
        "{name: x, require: year > 1980}",
        "{name: x, forbid: year > 1995}",
        "{name: x, prefer: year > 1980}",
        "{name: x, limit: 1 per director}",
        "{name: x, derive: mood = old, when: year < 1990}",
        "{name: x, tune: {scorer: popularity, weight: 0.1}}",
        "{name: x, shelf: Old ones, of: year < 1990}",
        "{name: x, ask: user.mood, question: How?, options: [up, down]}",
    ],
)
def test_a_rule_with_an_effect_is_not_dead(recommender: Recommender, book: Book, rule: str):
    assert diff_rules(recommender, book(), book(rule), [ANYBODY]).dead == ()


def test_a_rule_that_another_edit_kills_is_newly_dead(recommender: Recommender, book: Book):
    rule = "{name: x, require: 'certificate in [G]', when: user.audience == children}"
    old = book(f"{AUDIENCE}, {rule}")
    new = book(f"{AUDIENCE.replace('children', 'friends')}, {rule.replace('== children', 'is known and year > 2500')}")
    children = Person("c", Belief(facts=(("audience", "children"),)))
    assert [rule.name for rule in diff_rules(recommender, old, new, [children]).dead] == ["x"]
    assert diff_rules(recommender, new, new, [children]).dead == ()  # it was dead before


def test_expectations_newly_broken_and_fixed(recommender: Recommender, book: Book):
    expect = "{name: mild ones, never: certificate == R}, {name: some R, some: certificate == R}"
    there = diff_rules(recommender, book(MILD, expect), book("", expect), [])
    assert [found.expectation.name for found in there.broken] == ["mild ones"]
    assert [found.expectation.name for found in there.fixed] == ["some R"]


def test_an_expectation_that_was_broken_before_is_not_news(recommender: Recommender, book: Book):
    expect = "{never: certificate == R}"
    assert diff_rules(recommender, book("", expect), book(MILD.replace("PG", "R"), expect), []).broken == ()
    assert len(diff_rules(recommender, book(), book("", expect), []).broken) == 1  # it is new


# --- many people ------------------------------------------------------------------------------------------------------


def test_groups_and_counts_over_people(recommender: Recommender, book: Book, tiny_world: KnowledgeGraph):
    people = [
        Person(str(number), Belief(facts=(("audience", "children" if number < 2 else "just me"),)))
        for number in range(5)
    ]
    diff = diff_rules(recommender, book(AUDIENCE), book(f"{AUDIENCE}, {CHILDREN}"), people, n=3)
    children, just_me = diff.groups
    assert (children.value, children.people, children.changed) == ("children", 2, 2)
    assert (children.left_before, children.left_after) == (6, 2)
    assert (just_me.value, just_me.people, just_me.changed) == ("just me", 3, 0)
    assert len(diff.changed) == 2
    assert (diff.coverage_before, diff.coverage_after) == (3 / 6, 4 / 6)
    assert [(found.item, found.lists) for found in diff.entering] == [("clue", 2)]
    assert [(found.item, found.lists) for found in diff.leaving] == [("heat", 2), ("thief", 2)]
    lists, rules = summary(diff, tiny_world)
    assert lists.startswith(
        "2 of 5 lists change (1.0 of 3 films stay on average); audience children: 2 films fit instead of 6"
    )
    assert lists.endswith("; nobody loses their list.")
    assert rules == "Rules: 1 added."


def test_simulated_people_are_the_same_for_a_seed(recommender: Recommender, book: Book):
    books = [book(AUDIENCE)]
    assert simulated(recommender, 9, books, seed=3) == simulated(recommender, 9, books, seed=3)
    assert simulated(recommender, 9, books, seed=3) != simulated(recommender, 9, books, seed=4)


def test_every_option_of_every_question_is_somebodys_answer(recommender: Recommender, book: Book):
    mood = "{name: mood, ask: user.mood, question: How?, options: [up, down, even]}"
    people = simulated(recommender, 5, [book(AUDIENCE), book(mood)])
    answers = {pair for person in people for pair in person.belief.facts}
    assert answers >= {
        ("audience", "children"),
        ("audience", "just me"),
        *(("mood", way) for way in ("up", "down", "even")),
    }


def test_simulated_people_are_users_with_half_of_what_they_rated(recommender: Recommender, tiny_world: KnowledgeGraph):
    people = simulated(recommender, 6)
    users = {person.name: person.belief for person in people if person.name.startswith("user ")}
    assert set(users) == {"user ann", "user bob", "user cat", "user dan"}
    assert [len(users[f"user {name}"].opinions) for name in ("ann", "bob", "cat", "dan")] == [2, 2, 1, 1]
    assert all(tiny_world.is_item(opinion.entity) for belief in users.values() for opinion in belief.opinions)
    assert {person.name for person in people} - set(users) == {"newcomer 5", "newcomer 6"}


def test_newcomers_where_nobody_has_rated(tiny_world: KnowledgeGraph):
    cold = Recommender(texts=False).fit(replace(tiny_world, interactions=type(tiny_world.interactions).empty(6)))
    people = simulated(cold, 30)
    liked = [len(person.belief.opinions) for person in people]
    assert 0 in liked
    assert max(liked) > 1
    assert len({person.context["hour"] for person in people}) > 10
    assert len({person.context["weekday"] for person in people}) == 7


# --- the session ------------------------------------------------------------------------------------------------------


def test_a_session_previews_rules_without_putting_them_in_force(recommender: Recommender, book: Book):
    session = Session.start(recommender, book())
    session.rate("heat", 1.0)
    before = session.slate()
    found = only(session.preview(book(MILD)))
    assert session.slate() == before
    assert found.before == tuple(entry.item for entry in before)
    session.set_rules(book(MILD))
    assert found.after == tuple(entry.item for entry in session.slate())


def test_a_session_survives_the_loss_of_what_was_wished_for(recommender: Recommender, book: Book):
    session = Session.start(recommender, book("{name: funny, derive: mood = funny, when: genre has Comedy}"))
    session.wish("mood has funny")
    assert {entry.item for entry in session.slate()} == {"babe", "clue"}
    session.set_rules(book())
    assert len(session.slate()) == 6


def test_each_limit_is_judged_by_itself(recommender: Recommender, book: Book):
    rules = book("{name: binding, limit: 1 per director}, {name: dead, limit: 6 per genre}")
    ranking = recommender.rank(Belief(), rules, {})
    assert effective(recommender, rules, ranking, {}) == {"binding"}
