"""The shapes find what they are there to find; each has a counter-example, as a misspelt one would pass silently."""

from pathlib import Path

import pytest

from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph
from kgrec.graph.store import EmbeddedStore
from kgrec.ingest.validate import validate

HEAD = """
@prefix kgrec: <https://w3id.org/kgrec#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix films: <https://w3id.org/kgrec/films/> . @prefix e: <https://example.org/> .
"""


def problems(turtle: str) -> list[str]:
    store = EmbeddedStore()
    store.bulk_load((HEAD + turtle).encode(), "turtle")
    return [str(problem) for problem in validate(store)]


def test_good_data_has_no_problems(tiny_world: KnowledgeGraph):
    assert validate(tiny_world) == ()
    assert problems('e:a a schema:Movie ; rdfs:label "A" ; films:year 1999 ; schema:genre e:g .') == []


@pytest.mark.parametrize("name", ["skos:prefLabel", "rdfs:label"])
def test_a_concept_may_have_either_kind_of_name(name: str):
    assert problems(f'e:c a skos:Concept ; {name} "C" .') == []


@pytest.mark.parametrize(
    ("turtle", "message"),
    [
        ("e:a a schema:Movie .", "one title"),
        ('e:a a schema:Movie ; rdfs:label "A", "B" .', "one title"),
        ('e:a a schema:Movie ; rdfs:label "A" ; films:year 1066 .', "year .*, not '1066'"),
        ('e:a a schema:Movie ; rdfs:label "A" ; films:year 1999, 2000 .', "year"),
        ('e:a a schema:Movie ; rdfs:label "A" ; films:year "1999" .', "year"),
        ('e:a a schema:Movie ; rdfs:label "A" ; films:runtime 0 .', "running time"),
        ('e:a a schema:Movie ; rdfs:label "A" ; films:runtime 10, 20 .', "running time"),
        ('e:a a schema:Movie ; rdfs:label "A" ; films:renown 6 .', "renown"),
        ('e:a a schema:Movie ; rdfs:label "A" ; schema:contentRating e:g, e:r .', "certificate"),
        ('e:a a schema:Movie ; rdfs:label "A" ; schema:genre "Drama" .', "genre"),
        ('e:a a schema:Movie ; rdfs:label "A" ; schema:director "Mann" .', "director"),
        ('e:a a schema:Movie ; rdfs:label "A" ; schema:actor "Kidman" .', "actor"),
        ('e:a a schema:Movie ; rdfs:label "A" ; films:remakeOf e:b .', "remakes a film"),
        ('e:a a schema:Movie ; rdfs:label "A" ; films:followedBy e:b .', "followed by a film"),
        ("e:c a skos:Concept .", "a concept has a name"),
        ('e:c a skos:Concept ; skos:prefLabel "C" ; skos:broader "D" .', "broader"),
        ("e:i a kgrec:Interaction ; kgrec:item e:a .", "one user"),
        ("e:i a kgrec:Interaction ; kgrec:user e:u .", "one item"),
        ("e:i a kgrec:Interaction ; kgrec:user e:u ; kgrec:item e:a ; kgrec:rating 1, 2 .", "one rating"),
        ("e:d a kgrec:Domain .", "one class of items"),
        ('e:d a kgrec:Domain ; kgrec:itemClass e:C ; kgrec:base "https://example.org" .', "base"),
        ("e:d a kgrec:Domain ; kgrec:itemClass e:C ; kgrec:qualifier e:q .", "qualifier"),
        ('e:f a kgrec:Facet ; rdfs:label "f" ; kgrec:kind kgrec:Text .', "one name"),
        ('e:f a kgrec:Facet ; rdfs:label "f" ; kgrec:kind kgrec:Text ; kgrec:name "Big F" .', "one name"),
        ('e:f a kgrec:Facet ; rdfs:label "f" ; kgrec:name "f" ; kgrec:kind kgrec:Colour .', "one kind"),
        ('e:f a kgrec:Facet ; kgrec:name "f" ; kgrec:kind kgrec:Text .', "has a label"),
        ('e:f a kgrec:Facet ; rdfs:label "f" ; kgrec:name "f" ; kgrec:kind kgrec:Text ; kgrec:weight -1 .', "weight"),
        (
            'e:f a kgrec:Facet ; rdfs:label "f" ; kgrec:name "f" ; kgrec:kind kgrec:Text ; kgrec:affirm "?" .',
            "question",
        ),
        ('e:f a kgrec:Facet ; rdfs:label "f" ; kgrec:name "f" ; kgrec:kind kgrec:Text ; kgrec:phrase "?" .', "phrase"),
    ],
)
def test_each_shape_catches_its_counter_example(turtle: str, message: str):
    found = problems(turtle)
    assert len(found) >= 1
    with pytest.raises(AssertionError, match=message):
        raise AssertionError("\n".join(found))


def test_shapes_that_cannot_be_read_are_a_data_error(tiny_world: KnowledgeGraph, tmp_path: Path):
    path = tmp_path / "shapes.ttl"
    path.write_text("broken", encoding="utf-8")
    with pytest.raises(DataError, match=r"shapes\.ttl"):
        validate(tiny_world, path)
