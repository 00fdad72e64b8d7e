"""Expressions over the tiny world: each expected set can be read off its table."""

from dataclasses import replace

import numpy as np
import pytest

import kgrec.rulebook
from kgrec.domain import Place
from kgrec.errors import RuleError, RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import Scope, compile_expression, quoted


def items(world: KnowledgeGraph, text: str, scope: Scope | None = None) -> set[str]:
    mask = compile_expression(text, world).mask(scope or Scope())
    assert mask.shape == (world.n_items,)
    return {item for item, holds in zip(world.item_ids, mask, strict=True) if holds}


ALL = {"heat", "thief", "scream", "alien", "babe", "clue"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("year == 1995", {"heat", "babe"}),
        ("year != 1995", {"thief", "scream", "alien", "clue"}),
        ("year < 1981", {"alien"}),
        ("year <= 1981", {"alien", "thief"}),
        ("year > 1995", {"scream"}),
        ("year >= 1995", {"heat", "babe", "scream"}),
        ("year in [1979, 1985]", {"alien", "clue"}),
        ("year not in [1979, 1985]", {"heat", "thief", "scream", "babe"}),
        ("runtime <= 117 min", {"scream", "alien", "babe"}),
        ("runtime <= 117min", {"scream", "alien", "babe"}),
        ("genre == Comedy", {"babe", "clue"}),
        ("genre has comedy", {"babe", "clue"}),
        ("genre has Science Fiction", {"alien"}),
        ("genre in [Crime, Family]", {"heat", "thief", "babe"}),
        ("genre not in [Crime, Family]", {"scream", "alien", "clue"}),
        ("genre != Comedy", {"heat", "thief", "scream", "alien"}),
        ('director == "Michael Mann"', {"heat", "thief"}),
        ("director has michael mann", {"heat", "thief"}),
        ("director == 'director/michael-mann'", {"heat", "thief"}),
        ("description has PIG", {"babe"}),
        ("year >= 1990 and genre has Crime", {"heat"}),
        ("genre has Crime or genre has Comedy and year > 1990", {"heat", "thief", "babe"}),
        ("(genre has Crime or genre has Comedy) and year > 1990", {"heat", "babe"}),
        ("not genre has Crime and year > 1990", {"scream", "babe"}),
        ("not (genre has Crime and year > 1990)", ALL - {"heat"}),
        ("not not year == 1979", {"alien"}),
        ("year==1995and genre has Family", {"babe"}),
    ],
)
def test_masks_are_the_sets_one_expects(tiny_world: KnowledgeGraph, text: str, expected: set[str]) -> None:
    if text.startswith("year==1995and"):
        with pytest.raises(RuleError, match="plain number"):
            items(tiny_world, text)
    else:
        assert items(tiny_world, text) == expected


def test_has_includes_narrower_values(tiny_world: KnowledgeGraph) -> None:
    assert items(tiny_world, "genre has Horror") == {"scream", "alien"}
    assert items(tiny_world, "genre has Slasher") == {"scream"}


def test_a_comparison_with_something_unknown_is_false_and_so_is_its_opposite(tiny_world: KnowledgeGraph) -> None:
    for text in (
        "runtime < 90",
        "runtime >= 90",
        "runtime == 90",
        "runtime != 90",
        "runtime in [90]",
        "runtime not in [90]",
    ):
        assert "clue" not in items(tiny_world, text), text
    assert items(tiny_world, "runtime is unknown") == {"clue"}
    assert items(tiny_world, "runtime is known") == ALL - {"clue"}
    # "not" turns a whole condition round, so what could not be judged before is now in.
    assert "clue" in items(tiny_world, "not runtime < 90")


def test_facts_decide_before_items_do(tiny_world: KnowledgeGraph) -> None:
    text = "user.audience == children and certificate in [G, PG]"
    expression = compile_expression(text, tiny_world)
    assert expression.needs == {"user.audience"}
    assert expression.facets == {"certificate"}
    assert items(tiny_world, text, Scope({"audience": "children"})) == {"babe", "clue"}
    assert items(tiny_world, text, Scope({"audience": "friends"})) == set()
    assert items(tiny_world, text) == set()
    assert (
        items(tiny_world, "not (user.audience == children) or certificate == G", Scope({"audience": "friends"})) == ALL
    )


def test_masks_that_depend_on_items_only_are_computed_once_and_cannot_be_changed(tiny_world: KnowledgeGraph) -> None:
    expression = compile_expression("genre has Comedy and year > 1990", tiny_world)
    assert expression.mask() is expression.mask(Scope({"audience": "friends"}))
    with pytest.raises(ValueError, match="read-only"):
        expression.mask()[0] = True


def test_a_cached_part_survives_being_combined(tiny_world: KnowledgeGraph) -> None:
    first = items(tiny_world, "genre has Comedy")
    items(tiny_world, "genre has Comedy or year > 1990 or genre has Crime")
    items(tiny_world, "genre has Comedy and year > 1990")
    assert items(tiny_world, "genre has Comedy") == first


def test_what_is_about_facts_only_holds_for_all_items_or_none(tiny_world: KnowledgeGraph) -> None:
    expression = compile_expression("user.interactions < 3 and context.weekday in [Sat, Sun]", tiny_world)
    assert expression.mask(Scope({"interactions": 1.0}, {"weekday": "Sat"})).all()
    assert not expression.mask(Scope({"interactions": 4.0}, {"weekday": "Sat"})).any()
    assert not expression.mask().any()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("yeer >= 1990", "1:1: unknown field 'yeer', did you mean 'year'?"),
        ("genres has Comedy", "1:1: unknown field 'genres', did you mean 'genre'?"),
        ("Year >= 1990", "1:1: unknown field 'Year', did you mean 'year'?"),
        ("genre has Comdey", "1:11: unknown genre 'Comdey', did you mean 'Comedy'?"),
        ("certificate in [G, XX]", "1:20: unknown certificate 'XX', the values of certificate are 'R', 'G' and 'PG'"),
        ("director == Comedy", "1:13: unknown director 'Comedy', but it is known as 'genre'"),
        ("genre > Comedy", "1:1: 'genre' has no order, '>' is for numbers, use has, ==, != or in"),
        ("year has 1995", "1:1: 'year' is a number, 'has' is for values with names, compare it, as in: year <= 1995"),
        ("year > old", "1:8: 'year' is a number, 'old' is not, write one"),
        ("runtime < 2 hours", "1:11: 'runtime' is measured in 'min', not in 'hours', give it in min"),
        ("year < 1990 min", "1:8: 'year' is a plain number, 'min' is not a unit of it, leave it out"),
        ("description < 3", "1:1: 'description' is a text, '<' is for numbers, use has, ==, != or in"),
        ("user.age < young", "1:12: '<' compares numbers, 'young' is not one"),
        ("context.weekdy == Mon", "1:1: unknown 'context.weekdy', did you mean 'context.weekday'?"),
        (
            "context.weekday == Mom",
            "1:20: 'context.weekday' is never 'Mom', did you mean 'Mon'?",
        ),
        ("user. == x", "1:1: 'user.' names nothing, write a name after 'user.'"),
        ("genre", "1:6: the expression ends too early, compare 'genre' with ==, !=, <, <=, >, >=, in, has or is known"),
        ("year = 1990", "1:6: '=' means nothing here, write '==' to compare"),
        ("year >= 1990 && genre has Crime", "1:14: '&&' means nothing here, write 'and'"),
        ("year >= 1990 AND genre has Crime", "1:14: 'AND' means nothing here, write 'and' in lower case"),
        ("not", "1:4: the expression ends too early, expected a condition such as: year >= 1990"),
        ("(year > 1990", "1:13: the expression ends too early, expected ')'"),
        ("year > 1990)", "1:12: unexpected ')', no '(' stands before it"),
        ("genre has [Crime]", "1:11: unexpected '[', to give several values, write: in [first, second]"),
        ("genre in Crime", "1:10: no list is called 'Crime', to give values, write: in [Crime]"),
        ("1995 == year", "1:1: '1995' is a value, begin with the field, as in: year >= 1990"),
        ("runtime < 2*60", "1:11: 'runtime' is a number, '2*60' is not, to calculate, write spaces around '*'"),
        ("runtime/60 < 2", "1:1: unknown field 'runtime/60', to calculate, write spaces around '/'"),
        ("year -5 < 2000", "1:6: unexpected '-5', to calculate, write spaces around '-'"),
        ("year > 1970-01-01", "1:8: 'year' is a number, '1970-01-01' is a date, write a number"),
        ("runtime < user.minutes min", "1:11: unknown 'user.minutes min', after 'user.minutes' leave 'min' out"),
        ("count (genre) > 2", "1:7: unexpected '(', a function is written without a space: count(...)"),
        (
            "genre has not Comedy",
            "1:11: unknown genre 'not Comedy', write 'not' before the condition: not genre has Comedy",
        ),
        ("genre has Crime, Drama", "1:16: unexpected ',', to give several values, write: in [first, second]"),
        ("count(genre)", "1:1: count() is a number, compare it, as in: count(...) >= 2"),
        ("count(year) > 2", "1:7: count() counts values with names, 'year' is a number"),
        ("count(genre, year) > 2", "1:1: count() takes one field, as in: count(genre)"),
        ("years_since(genre) < 2", "1:13: years_since() counts from a date or a year, 'genre' is a category"),
        ("related(Heatt)", "1:9: nothing is called 'Heatt', did you mean 'Heat'?"),
        ("related(Heat) > 2", "1:1: related() holds or not, it cannot be compared, leave the comparison out"),
        (
            "related(Heat, few)",
            "1:15: related() takes a name, and maybe how many of the nearest are meant, as in: related(Heat, 50)",
        ),
        (
            "similar(Michael Mann)",
            "1:9: similar() compares descriptions, and 'Michael Mann' has none, name a film, or use related()",
        ),
        (
            "named(Michael Mann)",
            "1:7: named() holds for one film, and 'Michael Mann' is none, name a film, or use related()",
        ),
        ("named(Heat, 2)", "1:13: named() takes one name, as in: named(Heat)"),
        ("relate(Heat)", "1:1: there is no function relate(), did you mean 'related'?"),
        ("runtime + genre > 2", "1:11: 'genre' is no number, to count its values, write: count(genre)"),
        (
            "runtime + tall > 2",
            "1:11: 'tall' is neither a number nor a field, the numbers are 'year', 'runtime' and 'renown'",
        ),
        ("runtime + 2 kg > 2", "1:11: nothing here is measured in 'kg', leave it out"),
        ("genre == Comedy - Crime", "1:17: '-' calculates, 'genre' is no number, put the name in quotes"),
        ("genre has count(genre)", "1:11: count() is a number, 'genre' is no number, name a value"),
        ("description == user.x", "1:16: 'description' is a text and cannot be compared with a fact, write a text"),
        (
            "user.a == user.b",
            "1:11: '==' compares a fact with words, 'user.b' is a fact, with <, <=, > and >= two facts can be compared",
        ),
        ("genre in [Crime", "1:16: the expression ends too early, expected ',' or ']'"),
        ("genre not Crime", "1:11: unexpected 'Crime', expected 'in', as in: not in [first, second]"),
        ('director == "Mann', "1:13: this quote is never closed"),
        ("director == “Mann”", "1:13: '“' means nothing here, write straight quotes: \""),
        ("year is 1990", "1:9: unexpected '1990', expected 'is known' or 'is unknown'; to compare, write '=='"),
        (
            "1990 <= year <= 1999",
            "1:14: unexpected '<=', compare one field with one value at a time and join the comparisons with 'and'",
        ),
        ("  ", "1:1: the expression is empty, write one such as: year >= 1990"),
    ],
)
def test_messages_say_where_what_and_what_to_do(tiny_world: KnowledgeGraph, text: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        compile_expression(text, tiny_world)
    assert str(caught.value) == f"<expression>:{message}"


def test_all_mistakes_of_an_expression_are_reported_together(tiny_world: KnowledgeGraph) -> None:
    with pytest.raises(RuleErrors) as caught:
        compile_expression("yeer > 1990 and genre has Comdey", tiny_world, Place("here", 3, 10))
    assert [str(error) for error in caught.value.errors] == [
        "here:3:10: unknown field 'yeer', did you mean 'year'?",
        "here:3:36: unknown genre 'Comdey', did you mean 'Comedy'?",
    ]


def test_a_quoted_name_means_exactly_itself() -> None:
    world = films_called(['A "b" \\ c', "and", "1995", "x or y"])
    for number, label in enumerate(world.labels[world.n_items :]):
        expected = np.arange(world.n_items) == number
        assert (compile_expression(f"name == {quoted(label)}", world).mask() == expected).all()


def films_called(names: list[str]) -> KnowledgeGraph:
    """Return a world of one item a name, which is its only value."""
    from scipy import sparse

    from kgrec.domain import Facet, FacetKind, Ontology

    n = len(names)
    ontology = Ontology("t", "t:T", "t:", "thing", "things", (Facet("name", "t:n", FacetKind.ENTITY, "name", "names"),))
    ids = tuple(f"item/{i}" for i in range(n)) + tuple(f"name/{i}" for i in range(n))
    links = sparse.csr_matrix((np.ones(n, dtype=np.float32), (np.arange(n), np.arange(n) + n)), shape=(n, 2 * n))
    labels = tuple(f"Item {i}" for i in range(n)) + tuple(names)
    return KnowledgeGraph("t", "t", ontology, ids, labels, n, {"name": links}, {}, {})


def test_a_name_that_several_entities_bear_means_any_of_them_and_an_id_one() -> None:
    world = films_called(["Steve McQueen", "Steve McQueen", "Amélie"])
    assert compile_expression("name == Steve McQueen", world).mask().tolist() == [True, True, False]
    assert compile_expression("name == 'name/1'", world).mask().tolist() == [False, True, False]
    assert compile_expression("name == amelie", world).mask().tolist() == [False, False, True]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "year > 1990" + ")" * 5_000,
        "not " * 100 + "year > 1990",
        "(" * 100_000,
        "year > 1990 and " * 2_000 + "year > 1990",
        "\x00\x1b[31m",
        "__import__('os').system('true')",
        "'; DROP ALL; #",
        "year > nan",
    ],
)
def test_hostile_expressions_end_in_an_error_or_an_answer(tiny_world: KnowledgeGraph, text: str) -> None:
    try:
        mask = compile_expression(text, tiny_world).mask()
    except RuleError:
        return
    assert mask.tolist() == [True, False, True, False, True, False]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("year > 1.99e3", "year > 1990"),
        ("runtime <= 1.2e+2 min", "runtime <= 120"),
        ("year > 1e999", "year > 9999"),
        ("runtime + 1e1 > 120", "runtime + 10 > 120"),
    ],
)
def test_numbers_may_have_exponents(tiny_world: KnowledgeGraph, text: str, same: str) -> None:
    assert items(tiny_world, text) == items(tiny_world, same)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("context.month == December", "'context.month' is a number, 'December' is not", "a whole number from 1 to 12"),
        ("context.hour in [20, late]", "'context.hour' is a number, 'late' is not", "a whole number from 0 to 23"),
        ("context.time < 2026-01-01", "'context.time' is a number, '2026-01-01' is not", "just below 24"),
        ("context.date == 2026-13-45", "'context.date' is a date, '2026-13-45' is not", "2020-12-31"),
        ("context.date < 2020", "'context.date' is a date, '2020' is not", "2020-12-31"),
        ("user.interactions == few", "'user.interactions' is a number, 'few' is not", "from 0 on"),
    ],
)
def test_what_the_clock_says_as_a_number_is_not_compared_with_words(
    tiny_world: KnowledgeGraph, text: str, message: str, hint: str
) -> None:
    with pytest.raises(RuleError) as caught:
        compile_expression(text, tiny_world)
    assert caught.value.message == message
    assert hint in caught.value.hint


def test_a_column_of_the_interactions_has_values_of_its_own(tiny_world: KnowledgeGraph) -> None:
    interactions = replace(tiny_world.interactions, context={"time": ("morning",) * len(tiny_world.interactions.items)})
    graph = replace(tiny_world, interactions=interactions)
    assert compile_expression("context.time == morning", graph).mask(Scope({}, {"time": "morning"})).all()


def test_the_query_for_an_endpoint_is_public(tiny_world: KnowledgeGraph) -> None:
    query = kgrec.rulebook.to_sparql(compile_expression("year > 1990", tiny_world), tiny_world)
    assert "SELECT" in query
    with pytest.raises(AttributeError, match="to_sparkle"):
        _ = kgrec.rulebook.to_sparkle
