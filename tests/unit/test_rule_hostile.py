"""Expressions and rule files written to do harm: each ends in a clear error or an answer, soon, and nothing is run.

A limit on time guards every test; it is far above what they take, and far below what they would without the limits.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kgrec.errors import RuleError, RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.graph.views import to_store
from kgrec.rulebook import RuleBook, Scope, compile_expression, quoted
from kgrec.rulebook.names import Names
from kgrec.rulebook.sparql import to_sparql

LIMIT_S = 3.0
LONGEST_MESSAGE = 2_000


@pytest.fixture(autouse=True)
def in_bounded_time() -> Iterator[None]:
    """Fail a test that computes for too long; time spent waiting for a busy machine does not count."""
    begin = time.process_time()
    yield
    assert time.process_time() - begin < LIMIT_S


@pytest.fixture
def load(tiny_world: KnowledgeGraph, tmp_path: Path) -> Callable[[str], RuleBook]:
    """Return a function that loads a rule file of that content."""

    def load(content: str) -> RuleBook:
        path = tmp_path / "rules.yaml"
        path.write_text(content, encoding="utf-8")
        return RuleBook.load(path, tiny_world)

    return load


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("year > 1990 and " * 65_000 + "year > 1990", "has 1,040,011 characters, 20,000 are allowed"),
        ("y" * 1_000_000 + " > 1", "characters, 20,000 are allowed"),
        ("(" * 10_000 + "year > 1990", "ends too early, expected '[)]'"),
        ("(" * 9_900 + "year > 1990" + ")" * 9_901, "no '[(]' stands before it"),
        ("not " * 4_900 + "year > 1990", "nested 4901 deep, 60 are allowed"),
        ("(not " * 3_000 + "year > 1990" + ")" * 3_000, "nested 3001 deep, 60 are allowed"),
        ("year" + " + 1" * 4_900 + " > 1", "a sum of more than 60 parts"),
        ("year > 1" + " + 1" * 4_900, "a sum of more than 60 parts"),
        ("year > " + "(1 + " * 3_000 + "1" + ")" * 3_000, "a sum of more than 60 parts"),
        ("y" * 19_000 + " > 1", "unknown field"),
        ("genre has " + "y" * 19_000, "unknown genre"),
        ("related(" + "ab " * 6_000 + ")", "nothing is called"),
        ("genre == a" + "'" * 19_000, "unknown genre"),
        ("director == '" + "a\\" * 9_000, "this quote is never closed"),
        ("y" * 19_000 + "(x)", "there is no function"),
        ("genre in " + "[" * 19_000, "to give several values"),
        ("&& " * 6_000, "'&&' means nothing here"),
        ("year > 1 or " * 1_500 + "a b", "compare 'a' with"),
        ("genre in [" + "a, " * 6_000 + "a]", "unknown genre 'a'"),
        (" or ".join(["yeer > 1"] * 1_500), "did you mean 'year'?"),
        ("\x00\x1b[31m" * 2_000, "unexpected"),
        ("__class__ == x", "unknown field '__class__'"),
        ("genre.__class__ has x", "unknown field 'genre.__class__'"),
        ("__import__(os) > 1", r"there is no function __import__\(\)"),
        ("eval(year) > 1", r"there is no function eval\(\)"),
        ("related(__builtins__)", "nothing is called '__builtins__'"),
        ("year > 1; import os", "not a unit"),
        ("genre has \udcff", "unknown genre"),
        ("year > " + "1" * 19_000 + "x", "not a unit"),
    ],
    ids=lambda value: value[:25],
)
def test_expressions_end_in_a_clear_error(tiny_world: KnowledgeGraph, text: str, message: str) -> None:
    with pytest.raises(RuleError, match=message) as caught:
        compile_expression(text, tiny_world)
    errors = caught.value.errors if isinstance(caught.value, RuleErrors) else (caught.value,)
    assert len(errors) <= 10
    for error in errors:
        assert len(str(error)) < LONGEST_MESSAGE
        assert 1 <= error.place.column <= len(text) + 1
        shown = error.pretty()
        assert "\x1b" not in shown
        assert "\x00" not in shown


def test_dunder_names_are_names_like_any_other(tiny_world: KnowledgeGraph) -> None:
    """A fact is looked up in a mapping, never on an object."""
    for name in ("__class__", "__dict__", "__init__.__globals__"):
        expression = compile_expression(f"user.{name} is known", tiny_world)
        assert not expression.mask(Scope({"x": 1.0})).any()
        assert expression.mask(Scope({name: "a"})).all()


def test_very_long_numbers_are_numbers(tiny_world: KnowledgeGraph) -> None:
    assert compile_expression("year < " + "9" * 19_000, tiny_world).mask().all()
    assert not compile_expression("year > 1." + "0" * 19_000 + "1 * " + "9" * 900, tiny_world).mask().any()


def test_a_thousand_conditions_are_still_an_expression(tiny_world: KnowledgeGraph) -> None:
    assert compile_expression(" and ".join(["year > 1"] * 1_500), tiny_world).mask().all()


HOSTILE = [
    '"} } SELECT ?item { ?item ?p ?o } #',
    "' || true || '",
    '""" \\" \\\\" } . ?item ?p ?o',
    "\\u0022 } ?x ?y ?z",
    "$(touch /tmp/pwned) `id` ; rm -rf / && true",
    "<https://example.org> . DROP ALL",
    "line\nbreak\r\ttab\x00\x07",
    "{item} %s %(x)s {0.__class__}",
    "\udcff\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_a_query(tiny_world: KnowledgeGraph, text: str) -> None:
    store = to_store(tiny_world)
    n_triples = len(store)
    for condition in (
        f"description has {quoted(text)}",
        f"description in [{quoted(text)}, {quoted(text * 2)}]",
        "genre has user.x or user.x == y",
    ):
        expression = compile_expression(condition, tiny_world)
        query = to_sparql(expression, tiny_world, Scope({"x": text}))
        assert list(store.select(query)) == [], query
        opposite = compile_expression(f"not ({condition})", tiny_world)
        assert len(list(store.select(to_sparql(opposite, tiny_world, Scope({"x": text}))))) == tiny_world.n_items
    assert len(store) == n_triples


@pytest.mark.parametrize("name", HOSTILE[:-1])
def test_no_name_in_the_data_breaks_out_of_a_query(name: str) -> None:
    """An id becomes an IRI and a label stays out of the query, whatever they are."""
    import numpy as np
    from scipy import sparse

    from kgrec.domain import Facet, FacetKind, Ontology

    base = "https://example.org/"
    facets = (
        Facet("tag", f"{base}tag", FacetKind.CATEGORY, "tag", "tags"),
        Facet("note", f"{base}note", FacetKind.TEXT, "note", "notes"),
    )
    links = sparse.csr_matrix((np.ones(1, dtype=np.float32), ([0], [2])), shape=(2, 3))
    world = KnowledgeGraph(
        "w",
        "w",
        Ontology("w", f"{base}Thing", base, "thing", "things", facets),
        (f"thing/{name}", "thing/other", f"tag/{name}"),
        (name, "Other", name),
        2,
        {"tag": links},
        {},
        {"note": (name, "other")},
    )
    store = to_store(world)
    for condition in (f"tag has {quoted(name)}", f"tag has only [{quoted(name)}]", f"note == {quoted(name)}"):
        query = to_sparql(compile_expression(condition, world), world)
        assert len(list(store.select(query))) == 1, query


@pytest.mark.parametrize(
    "how",
    ["when: f{0} has v and not (f{0} has v and year > {1})", "when: f{0} has v\n    unless: f{0} != v"],
)
def test_derivations_that_double_with_each_step_are_refused(load: Callable[[str], RuleBook], how: str) -> None:
    rules = [f"  - derive: f{n} = v\n    {how.format(n - 1, n)}" for n in range(1, 60)]
    with pytest.raises(RuleError, match="asks for too much at once"):
        load("rules:\n  - derive: f0 = v\n    when: genre has Comedy\n" + "\n".join(rules))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("- require: year > 1\n" * 100_000, "bytes"),
        ("".join(f"- {{name: n{n}, require: year > {n}}}\n" for n in range(12_000)), "remove rules|split it"),
        ("- require: " + "year > 1 and " * 30_000 + "year > 1", "20,000 are allowed"),
        ("- require: " + "(" * 9_900 + "year > 1" + ")" * 9_901, "no '[(]' stands before it"),
        ("- derive: '" + " " * 300_000 + "x'", "derives nothing"),
        ("- derive: '" + "a" * 300_000 + " x'", "derives nothing"),
        ("- derive: 'a = b" + " " * 300_000 + "'", ""),
        ("- limit: '1" + " " * 150_000 + "x" + " " * 150_000 + "y'", "limit"),
        ("- limit: '" + "1 per " * 50_000 + "'", "unknown field|limit"),
        ("- {shelf: '" + "{" * 300_000 + "', of: year > 1}", ""),
        ("- {prefer: year > 1, weight: " + "1" * 300_000 + "}", "number"),
        ("- " + "[" * 1_000, "nested more than 20 deep"),
        ("- " * 50_000 + "x", "nested more than 20 deep"),
        ("".join(f"- {{derive: f{n} = v, when: f{(n + 1) % 150} has v}}\n" for n in range(150)), "in a circle"),
        ("".join(f"- {{derive: f{n} = v, when: f{n ^ 1} has v}}\n" for n in range(150)), "in a circle"),
        ("".join(f"- {{derive: f = v{n}, when: f != x}}\n" for n in range(150)), "in a circle"),
    ],
    ids=lambda value: value[:25],
)
def test_rule_files_end_in_a_clear_error(load: Callable[[str], RuleBook], content: str, message: str) -> None:
    if not message:  # odd, but nothing is wrong with it
        assert load(f"rules:\n{content}").rules
        return
    with pytest.raises(RuleErrors, match=message):
        load(f"rules:\n{content}")


def test_a_long_list_is_spliced_once_for_each_time_it_is_named(tiny_world: KnowledgeGraph) -> None:
    names = Names(lists={"a": ("Comedy",) * 1_000})
    text = f"genre in [{', '.join(['a'] * 1_000)}]"
    assert compile_expression(text, tiny_world, names=names).mask().sum() == 2


def test_lines_are_counted_alike_whatever_ends_them(tiny_world: KnowledgeGraph, tmp_path: Path) -> None:
    """The place of an error and the line shown with it are of one count: a NEL or form feed ends no line."""
    path = tmp_path / "rules.yaml"
    for content, place in {
        b"rules:\r\r- require: \xff": "3:12",
        b"rules:\r\n\n- require: \xff": "3:12",
        b"rules:\r\r- require: a\x07b": "3:13",
        "rules:\n- name: 'a\x85b\u2028c'\n  require: yeer > 1\n".encode(): "3:12",
    }.items():
        path.write_bytes(content)
        with pytest.raises(RuleErrors) as caught:
            RuleBook.load(path, tiny_world)
        (error,) = caught.value.errors
        assert str(error.place).endswith(place)
        assert error.excerpt[2:].startswith("require: ")
