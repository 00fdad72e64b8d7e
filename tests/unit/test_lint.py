"""Each lint finds its mistake in a made-up graph, passes what only looks like it, and the shipped films are clean."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyoxigraph as ox
import pytest

from kgrec.cli.check import check_facts
from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.graph import KnowledgeGraph
from kgrec.graph.compile import compile_graph
from kgrec.graph.store import EmbeddedStore
from kgrec.graph.vocabulary import TYPE, to_iri
from kgrec.ingest.datasets import Dataset, import_csv, open_dataset
from kgrec.ingest.lint import Declared, lint, lint_dataset, read_declared
from kgrec.ingest.movielens import import_movielens
from kgrec.text import slug

PLACES = """
@base <https://example.org/places/> . @prefix kgrec: <https://w3id.org/kgrec#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<domain> a kgrec:Domain ; rdfs:label "places" ; kgrec:itemClass <Place> ; kgrec:base "https://example.org/places/" ;
    kgrec:labelColumn "name" .
<view> a kgrec:Facet ; kgrec:name "view" ; kgrec:kind kgrec:Category ; kgrec:controlled true ; rdfs:label "view" .
<host> a kgrec:Facet ; kgrec:name "host" ; kgrec:kind kgrec:Entity ; rdfs:label "host" .
<near> a kgrec:Facet ; kgrec:name "near" ; kgrec:kind kgrec:Entity ; kgrec:valuesAreItems true ;
    rdfs:label "neighbour" .
<view/sea> a skos:Concept ; skos:prefLabel "sea" .
<view/garden> a skos:Concept ; skos:prefLabel "garden" .
<host/anna-hoffmann> owl:differentFrom <host/anna-hofmann> .
"""


def problems(graph: KnowledgeGraph, declared: Declared | None = None) -> list[str]:
    return [str(problem) for problem in lint(graph, declared)]


def directed(ontology: Ontology, names: Sequence[str]) -> KnowledgeGraph:
    """One film a name, each with a director of that name, even where ingest would take two names for one."""
    numbers = range(len(names))
    table = pd.DataFrame({"item": [f"f{n:05}" for n in numbers], "director": [f"d{n:05}" for n in numbers]})
    graph = KnowledgeGraph.from_frames(table, ontology=ontology)
    return replace(graph, labels=(*graph.labels[: len(names)], *names))


@pytest.fixture
def places(tmp_path: Path) -> Callable[[str], tuple[Dataset, KnowledgeGraph]]:
    """Return a function: the data set imported from the rows of a table of places."""

    def imported(rows: str) -> tuple[Dataset, KnowledgeGraph]:
        (tmp_path / "places.ttl").write_text(PLACES, encoding="utf-8")
        (tmp_path / "places.csv").write_text("id,name,view,host,near\n" + rows, encoding="utf-8")
        import_csv(tmp_path / "places.csv", tmp_path / "places.ttl")
        dataset = open_dataset("places")
        return dataset, dataset.graph()

    return imported


def test_a_sound_graph_has_no_problems(tiny_world: KnowledgeGraph):
    assert lint(tiny_world) == ()


# --- doubles


def test_two_items_of_one_name_and_year_are_found(tiny_ontology: Ontology):
    rows = [("a", "Amélie", 2001), ("b", "AMELIE!", 2001), ("c", "Amélie", 2021), ("d", "Heat", None)]
    graph = KnowledgeGraph.from_frames(pd.DataFrame(rows, columns=["item", "label", "year"]), ontology=tiny_ontology)
    (problem,) = problems(graph)
    assert problem.startswith(f"{tiny_ontology.base}b: 'AMELIE! (2001)' has the name of 'a'")
    assert lint(graph, Declared(different=frozenset({frozenset({"a", "b"})}))) == ()


# --- names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Béla Lugosi", "Bela Lugosi"),
        ("George Miller", "George T. Miller"),
        ("J.R.R. Tolkien", "J. Tolkien"),
        ("Kar-wai Wong", "Wong Kar Wai"),
        ("Elaine Stritch", "Elaine Strich"),
        ("Anatoliy Solonitsyn", "Anatoily Solonitsyn"),
        ("Frank DeVol Jones", "Frank De Vol Jones"),
    ],
)
def test_two_spellings_of_one_name_are_found(tiny_ontology: Ontology, one: str, other: str):
    assert len(problems(directed(tiny_ontology, [one, other]))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Joel Coen", "Joel Cohen"),  # short
        ("George A. Miller", "George T. Miller"),
        ("Harry Stradling Jr.", "Harry Stradling Sr."),
        ("Guy Hamilton", "Gay Hamilton"),
        ("Studio Nummer 2 Köln", "Studio Nummer 3 Köln"),
        ("Francesca Roman", "Francesca Romano"),  # another last letter
        ("Paul Thomas Anderson", "Paul W. S. Anderson"),
    ],
)
def test_names_that_differ_for_a_reason_are_let_be(tiny_ontology: Ontology, one: str, other: str):
    assert problems(directed(tiny_ontology, [one, other])) == []


def test_namesakes_declared_to_be_different_are_let_be(
    places: Callable[[str], tuple[Dataset, KnowledgeGraph]],
):
    dataset, graph = places("a,A,sea,Anna Hoffmann,\nb,B,sea,Anna Hofmann,\nc,C,sea,Katrin Hoffmann|Katrin Hofmann,\n")
    (problem,) = lint_dataset(dataset, graph)
    assert problem.message.startswith("'Katrin Hofmann' and 'Katrin Hoffmann' look like one name")


def test_people_are_compared_whatever_they_do():
    rows = [("a", "Anatoliy Solonitsyn", "Rolan Bykov"), ("b", "Rolan Bykov", "Anatoli Solonitsyn")]
    ontology = Ontology(
        "films",
        "https://example.org/Film",
        "https://example.org/",
        "film",
        "films",
        tuple(
            Facet(name, f"https://example.org/{name}", FacetKind.ENTITY, name, f"{name}s")
            for name in ("director", "actor")
        ),
    )
    links = [
        (item, relation, person)
        for item, *people in rows
        for relation, person in zip(("director", "actor"), people, strict=True)
    ]
    store = EmbeddedStore()
    node = {name: ox.NamedNode(to_iri("https://example.org/", slug(name))) for row in rows for name in row}
    store.add_batch(
        ox.Triple(node[item], ox.NamedNode(f"https://example.org/{relation}"), node[person])
        for item, relation, person in links
    )
    store.add_batch(ox.Triple(node[item], ox.NamedNode(TYPE), ox.NamedNode(ontology.item_class)) for item, *_ in rows)
    assert len(lint(compile_graph(store, ontology))) == 1


def test_thousands_of_names_are_compared_in_seconds(tiny_ontology: Ontology):
    rng = np.random.default_rng(0)
    syllables = np.array(["ma", "ri", "an", "ko", "le", "to", "ber", "nar", "do", "shi", "ra", "ven", "el", "son"])
    names = ["".join(rng.choice(syllables, 4)) + " " + "".join(rng.choice(syllables, 5)) for _ in range(22_000)]
    graph = directed(tiny_ontology, names)
    start_s = time.process_time()
    lint(graph)
    assert time.process_time() - start_s < 30, "it takes one; all pairs would take many minutes"


# --- vocabularies and links


def test_a_word_outside_a_controlled_vocabulary_is_found(places: Callable[[str], tuple[Dataset, KnowledgeGraph]]):
    dataset, graph = places("a,A,sea|gardn,,\nb,B,Garden,,\n")
    (problem,) = lint_dataset(dataset, graph)
    assert problem.node == "https://example.org/places/view/gardn"
    assert problem.message == "the view 'gardn' of 'A' is not in the vocabulary; did you mean 'garden'?"
    report = check_facts(dataset, graph)
    assert report.to_json()["problems"][0]["where"] == problem.node


def test_vocabularies_bind_only_where_the_ontology_was_written_for_the_table(
    places: Callable[[str], tuple[Dataset, KnowledgeGraph]],
):
    dataset, graph = places("a,A,mountain,,\n")
    assert len(lint_dataset(dataset, graph)) == 1
    (dataset.folder / "source.json").write_text('{"kind": "rdf"}', encoding="utf-8")
    assert lint_dataset(dataset, graph) == ()


def test_a_link_between_items_that_leads_to_no_item_is_found(places: Callable[[str], tuple[Dataset, KnowledgeGraph]]):
    dataset, _ = places("a,A,sea,,b\nb,B,sea,,a\n")
    facts = dataset.folder / "facts.nt"
    base = "https://example.org/places"
    facts.write_text(f"{facts.read_text(encoding='utf-8')}<{base}/a> <{base}/near> <{base}/gone> .\n", encoding="utf-8")
    (problem,) = lint_dataset(dataset, dataset.graph())
    assert str(problem) == f"{base}/a: the neighbour 'gone' is not among the items; add it or drop the link"


def test_a_link_of_the_shipped_table_that_leads_nowhere_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    dataset = open_dataset("films")
    graph = dataset.graph()
    lines = (dataset.folder / "films.csv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    row = {"id": "x-2000", "title": "X", "remake_of": "gone-1950"}
    (tmp_path / "films.csv").write_text(
        f"{lines[0]}\n{','.join(row.get(column, '') for column in header)}\n", encoding="utf-8"
    )
    monkeypatch.setattr(Dataset, "sources", lambda self: (self.folder / "films.ttl", tmp_path / "films.csv"))
    (problem,) = lint_dataset(dataset, graph)
    assert problem.message == "the remake of 'gone-1950' is not among the items; add it or drop the link"


# --- real data


def test_the_shipped_films_are_clean_and_their_vocabularies_are_used():
    dataset = open_dataset("films")
    graph = dataset.graph()
    assert lint_dataset(dataset, graph) == ()
    concepts = read_declared(dataset.sources()[0], is_closed=True).concepts
    assert concepts is not None
    for facet in graph.linked_facets:
        if facet.is_controlled:
            used = {graph.entity_ids[value] for value in graph.values(facet.name)}
            assert used <= set(concepts)
    assert {facet.name for facet in graph.linked_facets if facet.is_controlled} >= {"genre", "mood", "keyword"}
    assert not graph.unused["keyword"], "a theme nobody has"


def test_an_import_is_linted_without_its_own_words_being_held_against_it(data_dir: Callable[[str], Path]):
    import_movielens(data_dir("ml-latest-small"), data_dir("films-kg"), name="ml")
    dataset = open_dataset("ml")
    found = lint_dataset(dataset, dataset.graph())
    assert not [problem for problem in found if "vocabulary" in problem.message]
