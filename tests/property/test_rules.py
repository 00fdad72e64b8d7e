"""Masks against plain Python sets, over random worlds and random expressions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from kgrec.domain import Constraint, Facet, FacetKind, Ontology
from kgrec.errors import RuleError
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import RuleBook, Scope, compile_expression, quoted

TAGS = ("red", "green", "dark blue", "and", "1995", 'say "hi"')
ONTOLOGY = Ontology(
    "things",
    "t:Thing",
    "t:",
    "thing",
    "things",
    (
        Facet("tag", "t:tag", FacetKind.CATEGORY, "tag", "tags"),
        Facet("size", "t:size", FacetKind.NUMBER, "size", "sizes", unit="cm"),
    ),
)


@dataclass(frozen=True)
class World:
    """What the items have, as one would note it down; the oracle works on this alone."""

    tags: tuple[frozenset[str], ...]
    sizes: tuple[float | None, ...]

    @property
    def items(self) -> frozenset[int]:
        return frozenset(range(len(self.tags)))

    def graph(self) -> KnowledgeGraph:
        n = len(self.tags)
        pairs = [(item, n + TAGS.index(tag)) for item, tags in enumerate(self.tags) for tag in sorted(tags)]
        rows, columns = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        links = sparse.csr_matrix((np.ones(len(pairs), dtype=np.float32), (rows, columns)), shape=(n, n + len(TAGS)))
        sizes = np.array([np.nan if size is None else size for size in self.sizes])
        ids = (*(f"i{item}" for item in range(n)), *(f"tag/{number}" for number in range(len(TAGS))))
        labels = (*(f"Item {item}" for item in range(n)), *TAGS)
        return KnowledgeGraph("w", "w", ONTOLOGY, ids, labels, n, {"tag": links}, {"size": sizes}, {})


worlds = st.integers(1, 8).flatmap(
    lambda n: st.builds(
        World,
        st.tuples(*[st.frozensets(st.sampled_from(TAGS))] * n),
        st.tuples(*[st.none() | st.integers(0, 5).map(float)] * n),
    )
)

Case = tuple[str, "Meaning"]


@dataclass(frozen=True)
class Meaning:
    """How to find the items of an expression in a World."""

    kind: str
    arguments: tuple[object, ...] = ()

    def items(self, world: World) -> frozenset[int]:  # noqa: PLR0911  (one line a kind)
        args = self.arguments
        match self.kind:
            case "and":
                return args[0].items(world) & args[1].items(world)  # type: ignore[attr-defined]
            case "or":
                return args[0].items(world) | args[1].items(world)  # type: ignore[attr-defined]
            case "not":
                return world.items - args[0].items(world)  # type: ignore[attr-defined]
            case "has":
                return frozenset(i for i in world.items if world.tags[i] & set(args))
            case "lacks":
                return frozenset(i for i in world.items if world.tags[i] and not world.tags[i] & set(args))
            case "tagged":
                return frozenset(i for i in world.items if world.tags[i])
            case "measured":
                return frozenset(i for i in world.items if world.sizes[i] is not None)
        operator, number = args
        assert isinstance(number, float)
        compare = {
            "<": lambda size: size < number,
            "<=": lambda size: size <= number,
            ">": lambda size: size > number,
            ">=": lambda size: size >= number,
            "==": lambda size: size == number,
            "!=": lambda size: size != number,
        }[str(operator)]
        return frozenset(i for i in world.items if (size := world.sizes[i]) is not None and compare(size))


def _compared(operator: str, number: int) -> Case:
    return f"size {operator} {number} cm", Meaning("size", (operator, float(number)))


tags = st.sampled_from(TAGS)
several = st.lists(tags, min_size=1, max_size=3)
leaves = st.one_of(
    tags.map(lambda tag: (f"tag has {quoted(tag)}", Meaning("has", (tag,)))),
    tags.map(lambda tag: (f"tag != {quoted(tag)}", Meaning("lacks", (tag,)))),
    several.map(lambda some: (f"tag in [{', '.join(map(quoted, some))}]", Meaning("has", tuple(some)))),
    several.map(lambda some: (f"tag not in [{', '.join(map(quoted, some))}]", Meaning("lacks", tuple(some)))),
    st.just(("tag is known", Meaning("tagged"))),
    st.just(("size is unknown", Meaning("not", (Meaning("measured"),)))),
    st.builds(_compared, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.integers(-1, 6)),
)


def _joined(children: st.SearchStrategy[Case]) -> st.SearchStrategy[Case]:
    def join(word: str, left: Case, right: Case) -> Case:
        return f"({left[0]}) {word} ({right[0]})", Meaning(word, (left[1], right[1]))

    return st.one_of(
        st.builds(join, st.sampled_from(["and", "or"]), children, children),
        children.map(lambda part: (f"not ({part[0]})", Meaning("not", (part[1],)))),
    )


cases = st.recursive(leaves, _joined, max_leaves=8)


def found(graph: KnowledgeGraph, text: str) -> frozenset[int]:
    return frozenset(int(item) for item in np.flatnonzero(compile_expression(text, graph).mask()))


# A value that no item has is still a name here: all tags are declared as long as one of them is used.
used = worlds.filter(lambda world: any(world.tags))


@given(used, cases)
@settings(max_examples=300, deadline=None)
def test_masks_agree_with_sets(world: World, case: Case) -> None:
    text, meaning = case
    assert found(world.graph(), text) == meaning.items(world)


@given(used, st.lists(cases, min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_adding_a_constraint_never_adds_items(world: World, wishes: list[Case]) -> None:
    graph = world.graph()
    book = RuleBook.empty(graph)
    left = np.ones(graph.n_items, dtype=bool)
    for text, _ in wishes:
        narrowed = left & book.mask(Constraint(text), Scope())
        assert not (narrowed & ~left).any()
        assert (narrowed == (left & compile_expression(f"({text})", graph).mask())).all()
        left = narrowed
    together = compile_expression(" and ".join(f"({text})" for text, _ in wishes), graph).mask()
    assert (together == left).all()


@given(used, cases, cases)
@settings(max_examples=100, deadline=None)
def test_brackets_are_needed_exactly_where_one_expects(world: World, left: Case, right: Case) -> None:
    graph, a, b, c = world.graph(), left[0], right[0], "size > 2"
    a, b = f"({a})", f"({b})"
    assert found(graph, f"{a} or {b} and {c}") == found(graph, f"{a} or ({b} and {c})")
    assert found(graph, f"not {a} and {b}") == found(graph, f"(not {a}) and {b}")
    assert found(graph, f"not ({a} or {b})") == found(graph, f"not {a} and not {b}")


@given(worlds, st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_an_expression_or_an_error_with_a_place(world: World, text: str) -> None:
    try:
        compile_expression(text, world.graph()).mask()
    except RuleError as error:
        assert str(error).startswith("<expression>:")  # noqa: PT017  (no error is fine, too)


words = st.sampled_from(
    [
        "tag",
        "size",
        "user.x",
        "has",
        "in",
        "not",
        "and",
        "or",
        "is",
        "known",
        "[",
        "]",
        "(",
        ")",
        "==",
        "<",
        "3",
        "red",
        ",",
        '"',
    ]
)


@given(worlds, st.lists(words, max_size=12).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_any_words_of_the_language_are_an_expression_or_an_error_within_the_text(world: World, text: str) -> None:
    try:
        compile_expression(text, world.graph()).mask()
    except RuleError as caught:
        error = caught
    else:
        return
    assert 1 <= error.place.column <= len(text) + 1
