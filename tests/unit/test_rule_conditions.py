"""Facets of the kinds that films have none of, and facts of every type."""

import numpy as np
import pytest
from scipy import sparse

from kgrec.domain import Facet, FacetKind, Ontology, Value
from kgrec.errors import RuleError
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import Scope, clock_context, compile_expression


@pytest.fixture(scope="module")
def wardrobe() -> KnowledgeGraph:
    """Four garments.

    ====== ====== ========== ============
    item   size   made       care
    ====== ====== ========== ============
    shirt  small  1970-01-31 Wash at 40°
    coat   large  2020-02-29 Dry-clean
    hat    medium unknown    (none)
    scarf  -      1969-12-31 wash by hand
    ====== ====== ========== ============

    Nothing is of the size "huge", though sizes are declared up to it. There is a facet "colour" without any data.
    """
    facets = (
        Facet("size", "w:size", FacetKind.ORDERED, "size", "sizes", order=("small", "medium", "large", "huge")),
        Facet("made", "w:made", FacetKind.DATE, "day of making", "days of making"),
        Facet("care", "w:care", FacetKind.TEXT, "care label", "care labels"),
        Facet("colour", "w:colour", FacetKind.CATEGORY, "colour", "colours"),
    )
    sizes = sparse.csr_matrix(
        (np.ones(3, dtype=np.float32), ([0, 1, 2], [6, 4, 5])), shape=(4, 7)
    )  # by id: large, medium, small
    return KnowledgeGraph(
        "wardrobe",
        "1",
        Ontology("wardrobe", "w:Garment", "w:", "garment", "garments", facets),
        ("shirt", "coat", "hat", "scarf", "size/large", "size/medium", "size/small"),
        ("Shirt", "Coat", "Hat", "Scarf", "large", "medium", "small"),
        4,
        {"size": sizes},
        {"made": np.array([30.0, 18321.0, np.nan, -1.0])},
        {"care": ("Wash at 40°", "Dry-clean", "", "wash by hand")},
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("size < medium", {"shirt"}),
        ("size <= medium", {"shirt", "hat"}),
        ("size > small", {"coat", "hat"}),
        ("size >= large", {"coat"}),
        ("size < huge", {"shirt", "coat", "hat"}),
        ("size > large", set()),
        ("size == huge", set()),
        ("size != small", {"coat", "hat"}),
        ("size is unknown", {"scarf"}),
        ("made < 1970-01-01", {"scarf"}),
        ("made == 2020-02-29", {"coat"}),
        ("made >= 1970-01-31", {"shirt", "coat"}),
        ("made is known", {"shirt", "coat", "scarf"}),
        ("care has wash", {"shirt", "scarf"}),
        ("care == dry-clean", {"coat"}),
        ("care != dry-clean", {"shirt", "scarf"}),
        ("care not in [dry-clean, 'wash by hand']", {"shirt"}),
        ("care is unknown", {"hat"}),
        ("colour has red", set()),
        ("colour is unknown", {"shirt", "coat", "hat", "scarf"}),
    ],
)
def test_kinds(wardrobe: KnowledgeGraph, text: str, expected: set[str]) -> None:
    mask = compile_expression(text, wardrobe).mask()
    assert {item for item, holds in zip(wardrobe.item_ids, mask, strict=True) if holds} == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("made > 2020", "'made' is a date, '2020' is not, write one as: 2020-12-31"),
        ("made > 2021-02-29", "'made' is a date, '2021-02-29' is not, write one as: 2020-12-31"),
        ("size < tiny", "unknown size 'tiny', the values of size are 'large', 'medium' and 'small'"),
    ],
)
def test_wrong_values_of_a_kind(wardrobe: KnowledgeGraph, text: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        compile_expression(text, wardrobe)
    assert str(caught.value).partition(": ")[2] == message


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        ("== friends", "Friends", True),
        ("== friends", "children", False),
        ("!= friends", "children", True),
        ("in [a, b]", "b", True),
        ("not in [a, b]", "b", False),
        ("has vegan", ("halal", "vegan"), True),
        ("has vegan", ("halal",), False),
        ("!= vegan", ("halal", "vegan"), False),
        ("< 18", 12.0, True),
        ("< 18", "12", True),
        ("< 18", "many", False),
        ("< 18", True, False),
        ("== 12", 12.0, True),
        ("== 12", "12.0", True),
        ("== yes", True, True),
        ("== true", True, True),
        ("== yes", False, False),
        ("== no", False, True),
        (">= 2026-05-01", "2026-05-02", True),
        (">= 2026-05-01", "2026-04-30", False),
        (">= 2026-05-01", "spring", False),
        ("is known", "x", True),
    ],
)
def test_facts(wardrobe: KnowledgeGraph, condition: str, value: Value, *, expected: bool) -> None:
    assert compile_expression(f"user.x {condition}", wardrobe).mask(Scope({"x": value})).all() == expected
    assert compile_expression(f"context.x {condition}", wardrobe).mask(Scope({}, {"x": value})).all() == expected
    assert not compile_expression(f"user.x {condition}", wardrobe).mask(Scope({"x": ""})).any()
    assert not compile_expression(f"user.x {condition}", wardrobe).mask().any()
    assert compile_expression("user.x is unknown", wardrobe).mask().all()


def test_the_clock_speaks_the_words_that_rules_are_checked_against(wardrobe: KnowledgeGraph) -> None:
    for month in range(12):
        context = clock_context(1_700_000_000.0 + month * 30.4 * 86_400)
        for name, value in context.items():
            word = f"{value!r}" if isinstance(value, float) else value
            expression = compile_expression(f"context.{name} == {word}", wardrobe)
            assert expression.mask(Scope({}, context)).all(), (name, value)


def test_values_the_ontology_declares_are_names_even_where_no_item_has_them() -> None:
    facet = Facet("genre", "f:genre", FacetKind.CATEGORY, "genre", "genres")
    links = sparse.csr_matrix((np.ones(1, dtype=np.float32), ([0], [1])), shape=(1, 4))
    world = KnowledgeGraph(
        "w",
        "1",
        Ontology("w", "f:Film", "f:", "film", "films", (facet,)),
        ("heat", "genre/crime", "genre/western", "person/x"),
        ("Heat", "Crime", "Western", "X"),
        1,
        {"genre": links},
        {},
        {},
    )
    assert compile_expression("genre has Western", world).mask().tolist() == [False]
    with pytest.raises(RuleError, match="unknown genre 'X'"):
        compile_expression("genre has X", world)


def test_graphs_are_not_kept_alive_by_their_lexicons() -> None:
    import gc
    import weakref

    def make() -> weakref.ref[KnowledgeGraph]:
        empty = Ontology(
            "w", "f:Film", "f:", "film", "films", (Facet("year", "f:y", FacetKind.NUMBER, "year", "years"),)
        )
        world = KnowledgeGraph("w", "1", empty, ("a",), ("A",), 1, {}, {"year": np.array([1990.0])}, {})
        assert compile_expression("year > 1980", world).mask().all()
        return weakref.ref(world)

    reference = make()
    gc.collect()
    assert reference() is None
