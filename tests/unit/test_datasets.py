"""Data sets by name: found, made, replaced, cached."""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.datasets import import_csv, list_datasets, load, locate, new_dataset, open_dataset, read_interactions

ONTOLOGY = """
@prefix kgrec: <https://w3id.org/kgrec#> . @prefix e: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
e:domain a kgrec:Domain ; rdfs:label "beers" ; kgrec:itemClass e:Beer ; kgrec:labelColumn "name" .
e:style a kgrec:Facet ; kgrec:name "style" ; kgrec:kind kgrec:Category .
"""


@pytest.fixture
def table(tmp_path: Path) -> tuple[Path, Path]:
    csv, ontology = tmp_path / "beers.csv", tmp_path / "beers.ttl"
    csv.write_text("id,name,style\n1,Ale,pale|hoppy\n2,Bock,dark\n", encoding="utf-8")
    ontology.write_text(ONTOLOGY, encoding="utf-8")
    return csv, ontology


def test_the_shipped_films_open():
    kg = load("films")
    assert kg.n_items >= 150
    assert kg.name == "films"
    assert len(kg.values("genre")) > 20


def test_a_csv_file_becomes_a_data_set(table: tuple[Path, Path]):
    steps: list[tuple[str, int, int]] = []
    folder = import_csv(*table, progress=lambda *step: steps.append(step))
    assert {path.name for path in folder.iterdir()} == {"ontology.ttl", "facts.nt", "rules", "source.json"}
    assert load("beers").labels[:2] == ("Ale", "Bock")
    assert list_datasets() == ("films", "beers")
    assert steps[0][1] == 0
    assert steps[-1][1] == steps[-1][2]


def test_the_second_opening_comes_from_the_snapshot(table: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch):
    import_csv(*table)
    first = load("beers")
    monkeypatch.setattr("kgrec.ingest.datasets.Dataset._build", lambda *_: pytest.fail("built again"))
    assert load("beers").entity_ids == first.entity_ids


def test_a_changed_source_is_seen(table: tuple[Path, Path]):
    folder = import_csv(*table)
    facts = folder / "facts.nt"
    facts.write_text(facts.read_text(encoding="utf-8").replace('"Ale"', '"Pale Ale"'), encoding="utf-8")
    assert load("beers").labels[0] == "Pale Ale"


def test_a_damaged_snapshot_is_made_again(table: tuple[Path, Path], home: Path, caplog: pytest.LogCaptureFixture):
    import_csv(*table)
    (snapshot,) = (home / "cache" / "graphs").iterdir()
    (snapshot / "strings.json").write_bytes(b"{}")
    with caplog.at_level(logging.WARNING):
        assert load("beers").n_items == 2
    assert "cannot be trusted" in caplog.text


def test_a_folder_elsewhere_is_a_data_set_too(table: tuple[Path, Path], tmp_path: Path):
    folder = import_csv(*table).rename(tmp_path / "moved")
    dataset = open_dataset(folder)
    assert dataset.name == "moved"
    assert dataset.graph().n_items == 2
    assert [path.name for path in dataset.rules] == ["beers.yaml"]


def test_importing_again_replaces_the_data_and_keeps_edited_rules(table: tuple[Path, Path]):
    folder = import_csv(*table)
    (folder / "rules" / "beers.yaml").write_text("# mine\nrules: []\n", encoding="utf-8")
    table[0].write_text("id,name,style\n3,Stout,dark\n", encoding="utf-8")
    import_csv(*table)
    assert load("beers").item_ids == ("3",)
    assert (folder / "rules" / "beers.yaml").read_text(encoding="utf-8").startswith("# mine")


def test_a_failed_import_keeps_the_old_data_set(table: tuple[Path, Path], home: Path):
    import_csv(*table)
    table[0].write_text("id,name\n1,A\n1,B\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"beers\.csv:3:1"):
        import_csv(*table)
    assert load("beers").n_items == 2
    assert [path.name for path in (home / "data" / "datasets").iterdir()] == ["beers"]


def test_what_a_killed_import_left_goes_with_the_next_one_of_that_name(table: tuple[Path, Path], home: Path):
    left, other = home / "data" / "datasets" / ".beers.a1b2c3d4", home / "data" / "datasets" / ".beers.old.a1b2c3d4"
    for folder in (left, other):
        (folder / "new").mkdir(parents=True)
    import_csv(*table)
    assert not left.exists()
    assert other.exists()  # of a data set "beers.old", which may be on its way


def test_two_imports_of_one_name_come_one_after_the_other(table: tuple[Path, Path], home: Path):
    with ThreadPoolExecutor(4) as pool:
        folders = {job.result() for job in [pool.submit(import_csv, *table) for _ in range(4)]}
    assert [folder.name for folder in folders] == ["beers"]
    assert load("beers").n_items == 2
    assert [path.name for path in (home / "data" / "datasets").iterdir()] == ["beers"]


@pytest.mark.parametrize("name", ["", "films", "../up", "a/b", ".hidden"])
def test_names_that_cannot_be(name: str):
    with pytest.raises(DataError, match="cannot be called"), new_dataset(name, {}):
        pass


def test_an_unknown_name_lists_the_known(table: tuple[Path, Path]):
    import_csv(*table)
    with pytest.raises(DataError, match="no data set 'wines'; there are: films, beers"):
        locate("wines")


def test_a_folder_that_is_no_data_set_says_what_is_missing(tmp_path: Path):
    with pytest.raises(DataError, match=r"ontology\.ttl and facts\.nt missing"):
        open_dataset(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("user,rating\nu,1\n", "no column 'item'"),
        ("user,item,rating\nu,a,good\n", r":2:3: 'good' is no number"),
        ("user,item,timestamp\nu,a,1\nu,b,late\n", r":3:3: 'late' is no number"),
    ],
)
def test_what_is_wrong_with_interactions_is_said_with_its_place(tmp_path: Path, content: str, message: str):
    path = tmp_path / "interactions.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_interactions(path)


def test_the_shipped_data_are_valid():
    from kgrec.ingest.validate import validate

    kg = load("films")
    assert validate(kg) == ()
    assert isinstance(kg, KnowledgeGraph)
