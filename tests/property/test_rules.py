"""Masks against plain Python, against the same expressions as SPARQL, and against the laws one expects to hold."""

from __future__ import annotations

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from rule_worlds import LISTS, TAGS, Case, World, cases, worlds

from kgrec.domain import Constraint
from kgrec.errors import RuleError, RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.graph.store import GraphStore, RdflibStore
from kgrec.graph.views import to_store
from kgrec.graph.vocabulary import to_iri
from kgrec.rulebook import Expression, RuleBook, Scope, compile_expression, quoted
from kgrec.rulebook.names import Names
from kgrec.rulebook.sparql import to_sparql

PHASES = [phase for phase in Phase if phase is not Phase.explain]
"""Explaining a failure runs the test thousands of times more; the smallest failing world says enough."""


def compiled(world: World, text: str) -> tuple[Expression, KnowledgeGraph]:
    graph = world.graph()
    return compile_expression(text, graph, names=world.names(graph)), graph


def found(world: World, text: str) -> list[int]:
    return np.flatnonzero(compiled(world, text)[0].mask(world.scope)).tolist()


def selected(store: GraphStore, query: str, graph: KnowledgeGraph) -> list[int]:
    numbers = {to_iri(graph.ontology.base, item): number for number, item in enumerate(graph.item_ids)}
    rows = [term for (term,) in store.select(query) if term is not None]
    assert len(set(rows)) == len(rows), "an item came twice"
    return sorted(numbers[str(term.value)] for term in rows)


@given(worlds(), cases)
@settings(max_examples=120, deadline=None, phases=PHASES)
def test_masks_are_what_plain_python_finds(world: World, case: Case) -> None:
    text, holds = case
    assert found(world, text) == [item for item in world.items if holds(world, item)]


near = st.builds(
    lambda function, what, most: f"{function}({what}, {most})",
    st.just("related"),
    st.sampled_from(["Item 0", "red", "'dark blue'", "user.tags", "user.mood"]),
    st.integers(1, 4),
)


@given(worlds(), cases, near, st.booleans())
@settings(max_examples=120, deadline=None, phases=PHASES)
def test_masks_are_what_sparql_selects(world: World, case: Case, near: str, is_near: bool) -> None:  # noqa: FBT001
    expression, graph = compiled(world, f"({case[0]}) and not {near}" if is_near else case[0])
    query = to_sparql(expression, graph, world.scope)
    mask = expression.mask(world.scope)
    assert selected(to_store(graph), query, graph) == np.flatnonzero(mask).tolist(), query


@given(worlds(max_items=3), cases)
@settings(max_examples=25, deadline=None, phases=PHASES)
def test_any_engine_understands_the_query(world: World, case: Case) -> None:
    expression, graph = compiled(world, case[0])
    query = to_sparql(expression, graph, world.scope)
    mask = expression.mask(world.scope)
    assert selected(RdflibStore(graph.to_rdflib()), query, graph) == np.flatnonzero(mask).tolist(), query


# --- laws -------------------------------------------------------------------------------------------------------------


@given(worlds(), cases, cases)
@settings(max_examples=50, deadline=None, phases=PHASES)
def test_brackets_are_needed_exactly_where_one_expects(world: World, left: Case, right: Case) -> None:
    a, b, c = f"({left[0]})", f"({right[0]})", "size > 2"
    assert found(world, f"{a} or {b} and {c}") == found(world, f"{a} or ({b} and {c})")
    assert found(world, f"not {a} and {b}") == found(world, f"(not {a}) and {b}")


@given(worlds(), st.sampled_from(["size", "made - 3", "size / user.budget", "years_since(made)", "count(tag)"]))
@settings(max_examples=50, deadline=None, phases=PHASES)
def test_what_is_known_is_less_equal_or_greater_and_what_is_not_is_neither(world: World, term: str) -> None:
    less, equal, greater = (set(found(world, f"{term} {sign} 2000-01-01 - 10957")) for sign in ("<", "==", ">"))
    assert not less & equal
    assert not less & greater
    assert not equal & greater
    assert less | equal | greater == set(found(world, f"{term} is known"))
    assert less | greater == set(found(world, f"{term} != 2000-01-01 - 10957"))
    assert less | equal == set(found(world, f"{term} <= 2000-01-01 - 10957"))


@given(worlds(), st.lists(st.sampled_from(TAGS), min_size=1, max_size=3))
@settings(max_examples=50, deadline=None, phases=PHASES)
def test_quantifiers_say_what_their_words_say(world: World, some: list[str]) -> None:
    listed = f"[{', '.join(map(quoted, some))}]"
    each = [set(found(world, f"tag has {quoted(name)}")) for name in some]
    known = set(found(world, "tag is known"))
    assert set(found(world, f"tag has any {listed}")) == set(found(world, f"tag in {listed}")) == set().union(*each)
    assert set(found(world, f"tag has all {listed}")) == set.intersection(*each)
    assert set(found(world, f"tag has none {listed}")) == known - set().union(*each)
    assert set(found(world, f"tag has only {listed}")) <= set().union(*each)
    # Unknown is false for both, so what is neither is exactly what has no tag.
    either_way = set(found(world, f"tag in {listed}")) | set(found(world, f"tag not in {listed}"))
    assert either_way == known


@given(worlds(), st.lists(cases, min_size=1, max_size=4))
@settings(max_examples=50, deadline=None, phases=PHASES)
def test_adding_a_constraint_never_adds_items(world: World, wishes: list[Case]) -> None:
    graph = world.graph()
    book = RuleBook((), (), "", graph, names=world.names(graph))
    left = np.ones(graph.n_items, dtype=bool)
    for text, _ in wishes:
        narrowed = left & book.mask(Constraint(text), world.scope)
        assert not (narrowed & ~left).any()
        left = narrowed
    together = book.mask(" and ".join(f"({text})" for text, _ in wishes), world.scope)
    assert (together == left).all()


@given(worlds(), cases)
@settings(max_examples=50, deadline=None, phases=PHASES)
def test_facts_that_are_not_named_do_not_matter(world: World, case: Case) -> None:
    expression, _ = compiled(world, case[0])
    scope = world.scope
    needed = Scope(
        {name: value for name, value in scope.user.items() if f"user.{name}" in expression.needs},
        {name: value for name, value in scope.context.items() if f"context.{name}" in expression.needs},
    )
    assert (expression.mask(scope) == expression.mask(needed)).all()
    if not expression.facets:
        assert expression.mask(scope).all() == expression.mask(scope).any()


# --- whatever is written ----------------------------------------------------------------------------------------------

ONE_WORLD = World(
    (frozenset({"red"}), frozenset()), ("low", None), (3.0, None), (None, None), ("", "x"), {}, {"user.tags": ("red",)}
)
GRAPH = ONE_WORLD.graph()

WORDS = (
    'tag size made note level mood user.tags user.budget context.date warm big Item 0 red low 3 2020-01-01 "a b" '
    "has in not and or is known unknown any all none only related( count( years_since( similar( "
    "[ ] ( ) , == != < <= > >= = && + - * / cm \" ' \\ “"
)
words = st.sampled_from(WORDS.split())


def reported(text: str) -> tuple[RuleError, ...]:
    try:
        compile_expression(text, GRAPH, names=Names(lists=LISTS)).mask(ONE_WORLD.scope)
    except RuleErrors as error:
        return error.errors
    except RuleError as error:
        return (error,)
    return ()


@given(st.text(max_size=60) | st.lists(words, max_size=14).map(" ".join) | st.lists(words, max_size=14).map("".join))
@settings(max_examples=600, deadline=None, phases=PHASES)
def test_any_text_is_an_expression_or_errors_with_places_inside_it(text: str) -> None:
    lines = text.split("\n")
    for error in reported(text):
        assert error.place.file == "<expression>"
        assert error.message
        assert 1 <= error.place.line <= len(lines)
        assert 1 <= error.place.column <= len(lines[error.place.line - 1]) + 1
        assert error.pretty().isprintable() or "\n" in error.pretty()
