"""Tables with more items than text has room for: facts as columns, descriptions not encoded, names indexed at once."""

from pathlib import Path

import numpy as np
import pytest

from kgrec.dialogue import Session
from kgrec.dialogue.readiness import make_ready
from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph, knowledge, views
from kgrec.graph.fingerprint import fingerprint_of
from kgrec.ingest import fact_files, importing
from kgrec.ingest.datasets import load, open_dataset
from kgrec.ingest.importing import Files, Imported, import_tables
from kgrec.recommender import Recommender

TOOLS = """\
id,name,kind,path,price,made,handy,tags,about
t1,Saw,cutting,Tools > Saws,€ 12.50,03/02/2020,yes,wood|metal,"A saw for wood and for those who have never sawn before."
t2,Axe,cutting,Tools > Axes,€ 40,25/02/2020,no,wood,"An axe, heavy enough to fell a tree within one afternoon."
t3,File,smoothing,Tools > Files,€ 8,,yes,metal,"A file of hardened steel which takes away what is too much."
t4,Rasp,smoothing,Tools > Files,€ 9,14/06/2021,yes,wood|wood,
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "tools.csv"
    path.write_text(TOOLS, encoding="utf-8")
    return path


@pytest.fixture
def large(table: Path, monkeypatch: pytest.MonkeyPatch) -> Imported:
    for module in (fact_files, importing):
        monkeypatch.setattr(module, "MOST_AS_TEXT", 3)
    for module in (knowledge, importing):
        monkeypatch.setattr(module, "MOST_ENCODED", 3)
    return import_tables(Files((table,)))


def test_facts_are_columns_and_make_the_graph_that_text_makes(
    large: Imported, table: Path, home: Path, monkeypatch: pytest.MonkeyPatch
):
    names = {path.name for path in large.folder.iterdir()}
    assert {"facts", "ontology.ttl", "source.json", "rules", "README.md"} == names
    told = fingerprint_of(load("tools"))
    for snapshot in (home / "cache" / "graphs" / "tools").iterdir():
        snapshot.unlink()
    assert fingerprint_of(load("tools")) == told  # read from the columns
    monkeypatch.setattr(fact_files, "MOST_AS_TEXT", 10)
    import_tables(Files((table,)))
    assert (large.folder / "facts.nt").is_file()
    assert not (large.folder / "facts").exists()
    assert fingerprint_of(load("tools")) == told


def test_an_edited_ontology_is_obeyed_and_all_views_work(large: Imported, tmp_path: Path):
    ontology = large.folder / "ontology.ttl"
    text = ontology.read_text(encoding="utf-8")
    ontology.write_text(text.replace('kgrec:name "kind"', 'kgrec:name "sort"'), encoding="utf-8")
    graph = load("tools")
    assert [graph.label(value) for value in graph.values_of(graph.index("t1"), "sort")] == ["cutting"]
    views.write(graph, tmp_path / "again.ttl", "turtle")
    again = KnowledgeGraph.from_rdf(tmp_path / "again.ttl", name="tools")
    assert fingerprint_of(again) == fingerprint_of(graph)
    assert views.to_store(graph).ask(f"ASK {{ ?tool <{graph.facet('price').iri}> 8 }}")


def test_damaged_columns_are_told_and_the_cure(large: Imported, home: Path):
    for snapshot in (home / "cache" / "graphs" / "tools").iterdir():
        snapshot.unlink()
    (large.folder / "facts" / "items.npy").write_bytes(b"no array")
    with pytest.raises(DataError, match=r"facts: these facts cannot be read .*import them again"):
        open_dataset("tools").graph()


def test_it_is_said_that_descriptions_are_not_searched(large: Imported):
    assert "more than 3 tools: what is told of them is kept as columns" in large.notes
    graph = load("tools")
    assert graph.texts["about"][3] == ""
    assert "never sawn" in graph.texts["about"][0]
    recommender = Recommender().fit(graph)
    assert recommender.vectors_ is None
    said = Session.start(recommender).say("something gloomy please")
    assert "there are too many descriptions to search for it" in said.text


def test_names_are_indexed_before_the_first_word_of_a_large_catalogue(large: Imported, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kgrec.dialogue.readiness.NOTICED", 1)
    recommender, steps = Recommender().fit(load("tools")), []
    make_ready(recommender, lambda *step: steps.append(step))
    assert [done for _, done, _ in steps] == list(range(len(steps)))
    assert steps[-1][1] == steps[-1][2]
    made = set(vars(recommender.lookup_))
    assert recommender.lookup_.find("raps", 1)[0].entity == "t4"
    recommender.lookup_.loosely("saw")
    assert set(vars(recommender.lookup_)) == made


def test_a_column_of_dates_and_amounts_keeps_what_cells_say(large: Imported):
    graph = load("tools")
    assert graph.numbers["price"].tolist() == [12.5, 40.0, 8.0, 9.0]
    assert graph.numbers["made"][[0, 1, 3]].tolist() == [18295.0, 18317.0, 18792.0]
    assert np.isnan(graph.numbers["made"][2])
