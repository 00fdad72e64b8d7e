"""Tables of one's own become a data set: understood, written down to be edited, talked about."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from kgrec.audit.expectations import check_expectations
from kgrec.audit.lint import lint_rules
from kgrec.cli.commands import app
from kgrec.dialogue import Session
from kgrec.errors import DataError, OntologyError
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.datasets import load, open_dataset
from kgrec.ingest.importing import Files, Imported, import_tables
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

BEERS = """\
id,name,style,abv,price,brewery_id,organic,tags
1,Pale One,pale ale,0.045,"€ 2,50",10,yes,hoppy|light
2,Pale Two,pale ale,0.052,"€ 3,00",10,no,hoppy
3,Dark One,stout,0.071,"€ 4,50",11,yes,dark|sweet
4,Dark Two,stout,0.09,"€ 12,00",11,no,dark
5,Gold,lager,0.05,"€ 1,80",12,no,light
6,Gold,lager,0.049,"€ 1,75",10,no,light|sweet
"""
BREWERIES = "id;name;city\n10;Old Mill;Bath\n11;Dock;York\n12;Dock;Hull\n"
RATINGS = "user,item,stars\nana,1,5\nana,3,1\nben,1,4\nben,99,2\n"
USERS = "user,age,budget,style\nana,31,low,stout|lager\nben,42,high,pale ale\n"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to(name: str, content: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text(content, encoding=encoding)
        return path

    return to


@pytest.fixture
def beers(write: Write) -> Imported:
    tables = (write("beers.csv", BEERS), write("breweries.csv", BREWERIES))
    return import_tables(Files(tables, write("ratings.csv", RATINGS), (write("users.csv", USERS),)))


def values(graph: KnowledgeGraph, item: str, facet: str) -> list[str]:
    return [graph.labels[value] for value in graph.values_of(graph.index(item), facet)]


def number(graph: KnowledgeGraph, item: str, facet: str) -> float:
    return float(graph.numbers[facet][graph.index(item)])


FUNGI = """\
Name,edible?,poisonous,cap (cm)
Parasol,yes,n,10–25
Blusher,with care,n,5-15 cm
Death Cap,no,y,5 - 12
Morel,with care,y,3
Penny Bun,yes,n,8–30
Stinkhorn,no,y,2-4
"""


def test_a_column_of_yes_no_and_more_is_asked_for_and_spoken_of_by_its_name(write: Write):
    graph = load(import_tables(Files((write("fungi.csv", FUNGI),))).folder)
    facet = graph.facet("edible")
    assert (facet.question, facet.affirm) == ("Edible?", "")
    assert [values(graph, item, "edible") for item in ("parasol", "blusher", "death-cap")] == [
        ["edible"],
        ["with care"],
        ["not edible"],
    ]
    assert graph.facet("poisonous").affirm == "Should it be {value}?"
    assert (graph.ontology.singular, graph.ontology.plural) == ("fungus", "fungi")
    session = Session.start(Recommender(texts=False).fit(graph))
    session.say("edible")
    assert [opinion.entity for opinion in session.belief.opinions] == ["edible/yes"]


def test_ranges_below_a_header_with_a_unit_count_by_their_upper_end(write: Write):
    graph = load(import_tables(Files((write("fungi.csv", FUNGI),))).folder)
    assert [number(graph, item, "cap") for item in ("parasol", "blusher", "death-cap", "morel")] == [25, 15, 12, 3]


def test_a_table_becomes_a_folder_of_text_that_takes_its_name(beers: Imported):
    files = {path.relative_to(beers.folder).as_posix() for path in beers.folder.rglob("*") if path.is_file()}
    wanted = {"ontology.ttl", "facts.nt", "interactions.csv", "rules/starter.yaml", "README.md", "source.json"}
    assert files == wanted
    assert beers.folder.name == "beers"
    assert load("beers").n_items == 6
    guide = (beers.folder / "README.md").read_text(encoding="utf-8")
    assert "| abv | number (%) |" in guide
    assert "Which style of beer would you like?" in guide


def test_what_the_cells_say_is_in_the_graph(beers: Imported):
    graph = load("beers")
    assert number(graph, "1", "price") == 2.5
    assert number(graph, "4", "abv") == 9
    assert graph.ontology.facet("price").unit == "€"
    assert values(graph, "3", "tags") == ["dark", "sweet"]
    assert values(graph, "1", "organic") == ["organic"]
    assert values(graph, "2", "organic") == ["not organic"]
    price, abv = graph.ontology.facet("price"), graph.ontology.facet("abv")
    assert (price.less, price.more, price.is_ceiling) == ("cheaper", "dearer", True)
    assert (abv.less, abv.more) == ("weaker", "stronger")


def test_a_second_table_is_joined_by_the_ids_in_a_column(beers: Imported):
    graph = load("beers")
    assert values(graph, "1", "brewery") == ["Old Mill"]
    assert values(graph, "5", "city") == ["Hull"]
    york, hull = graph.values_of(graph.index("3"), "brewery"), graph.values_of(graph.index("5"), "brewery")
    assert york != hull  # two breweries of one name


def test_items_of_one_name_are_told_apart(beers: Imported):
    labels = {load("beers").label("5"), load("beers").label("6")}
    assert len(labels) == 2
    assert all(label.startswith("Gold (") for label in labels)


def test_ratings_and_users_come_with_it(beers: Imported):
    graph = load("beers")
    assert graph.interactions.user_ids == ("ana", "ben")
    assert graph.interactions.ratings.tolist() == [5, 1, 4]
    assert graph.user_facts["ana"] == {"age": 31.0, "budget": "low", "style": ("lager", "stout")}
    assert any("1 row about no beer, left out" in note for note in beers.notes)


def test_a_table_with_several_rows_an_item_is_a_facet_of_several_values(write: Write):
    places = write("places.csv", "placeID,name,price\n1,Ant,low\n2,Bee,high\n3,Cat,medium\n4,Dog,low\n")
    food = write("food.csv", "placeID,cuisine\n1,Thai\n1,Indian\n2,Thai\n3,Indian\n9,Thai\n")
    import_tables(Files((places, food)))
    graph = load("places")
    assert values(graph, "1", "cuisine") == ["Indian", "Thai"]
    assert values(graph, "4", "cuisine") == []
    assert graph.ontology.facet("price").order == ("low", "medium", "high")


def test_paths_become_a_hierarchy(write: Write):
    rows = "".join(f"{n},Thing {n},Food > Fruit > {kind}\n" for n, kind in enumerate(["Apple", "Pear"] * 4))
    import_tables(Files((write("things.csv", f"id,name,shelf\n{rows}99,Other,Food > Bread\n"),)))
    graph = load("things")
    assert values(graph, "0", "shelf") == ["Apple"]
    both = {graph.labels[value] for value in graph.values_of(graph.index("0"), "shelf", inherited=True)}
    assert both == {"Apple", "Fruit", "Food"}


def test_without_ids_the_names_are_ids_and_without_names_rows_are_numbered(write: Write):
    rows = "".join(f"Thing {n % 5},{n % 3 + 0.5}\n" for n in range(10))
    made = import_tables(Files((write("things.csv", f"name,size\n{rows}"),)))
    assert load("things").item_ids[:1] == ("thing-0",)
    assert "thing-0-2" in load("things").item_ids
    assert "ids are made of `name`" in (made.folder / "README.md").read_text(encoding="utf-8")
    rows = "".join(f"{n * 7 % 11},{n % 3 + 0.5}\n" for n in range(10))
    made = import_tables(Files((write("stones.csv", f"weight,size\n{rows}"),)))
    assert load("stones").labels[:2] == ("stone 1", "stone 2")
    assert "rows are numbered" in (made.folder / "README.md").read_text(encoding="utf-8")


# --- editing --------------------------------------------------------------------------------------------------------


def test_an_import_by_the_ontology_it_wrote_gives_the_same_facts(beers: Imported, write: Write, tmp_path: Path):
    first = (beers.folder / "facts.nt").read_bytes()
    ontology = tmp_path / "edited.ttl"
    ontology.write_bytes((beers.folder / "ontology.ttl").read_bytes())
    tables = (tmp_path / "beers.csv", tmp_path / "breweries.csv")
    users = (tmp_path / "users.csv",)
    import_tables(Files(tables, tmp_path / "ratings.csv", users, ontology))
    assert (beers.folder / "facts.nt").read_bytes() == first


def test_an_edited_decision_counts(beers: Imported, tmp_path: Path):
    text = (beers.folder / "ontology.ttl").read_text(encoding="utf-8")
    for old, new in (("cheaper", "more of a bargain"), ('kgrec:separator "|" ;', 'kgrec:separator "" ;')):
        assert old in text
        text = text.replace(old, new)
    ontology = tmp_path / "edited.ttl"
    ontology.write_text(text, encoding="utf-8")
    import_tables(Files((tmp_path / "beers.csv", tmp_path / "breweries.csv"), ontology=ontology))
    graph = load("beers")
    assert graph.ontology.facet("price").less == "more of a bargain"
    assert values(graph, "3", "tags") == ["dark|sweet"]


def test_an_ontology_that_does_not_know_a_file_says_what_it_knows(beers: Imported, write: Write, tmp_path: Path):
    ontology = beers.folder / "ontology.ttl"
    with pytest.raises(OntologyError, match=r"does not say what other\.csv is; .* 'breweries\.csv'"):
        import_tables(Files((tmp_path / "beers.csv", write("other.csv", BREWERIES)), ontology=ontology))
    with pytest.raises(OntologyError, match=r"reads breweries\.csv too; give it after"):
        import_tables(Files((tmp_path / "beers.csv",), ontology=ontology))


@pytest.mark.parametrize("above", ["Visits 2026,,\n,,\n", "Visits 2026\n"])
def test_a_title_above_the_names_of_the_columns_is_no_column(write: Write, above: str):
    made = import_tables(Files((write("visits.csv", f"{above}museum,city,stars\nPrado,Madrid,5\nMoMA,New York,4\n"),)))
    assert [column.name for column in made.columns] == ["museum", "city", "stars"]
    assert any("a header below a title" in note for note in made.notes)
    assert load("visits").n_items == 2


def test_the_starter_rules_hold_and_nothing_is_wrong_with_them(beers: Imported):
    graph = load("beers")
    book = RuleBook.load(beers.folder / "rules" / "starter.yaml", graph)
    recommender = Recommender(rng=0, texts=False).fit(graph)
    assert book.expectations
    assert check_expectations(book, graph, lambda: recommender) == ()
    assert [str(finding) for finding in lint_rules(graph, book, lambda: recommender)] == []


def test_a_starter_file_nobody_edited_follows_the_table_and_an_edited_one_stays(beers: Imported, write: Write):
    starter = beers.folder / "rules" / "starter.yaml"
    plain = Files((write("beers.csv", BEERS.replace("style", "kind").replace("stout", "porter")),))
    import_tables(plain)
    assert "style" not in starter.read_text(encoding="utf-8")
    starter.write_text("# mine\nrules: []\n", encoding="utf-8")
    import_tables(plain)
    assert starter.read_text(encoding="utf-8").startswith("# mine")


# --- what is wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,name\n", "there are no rows below the header"),
        ("id,name,size\n" + "".join(f"{n},Thing {n},{n}.5\n" for n in range(80)) + "7,Again,1.5\n",
         r"things\.csv:82:1: the id '7' is that of line 9 already"),
        ("id,name,size\n" + "".join(f"{n},Thing {n},{n}.5\n" for n in range(80)) + ",None,1.5\n",
         r"things\.csv:82:1: no id; every row needs one"),
    ],
)  # fmt: skip
def test_mistakes_are_said_with_their_place(write: Write, content: str, message: str, home: Path):
    with pytest.raises(DataError, match=message):
        import_tables(Files((write("things.csv", content),)))
    folder = home / "data" / "datasets"
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_failed_import_leaves_the_old_data_set_as_it_was(beers: Imported, write: Write, home: Path):
    before = {path: path.read_bytes() for path in sorted(beers.folder.rglob("*")) if path.is_file()}
    with pytest.raises(DataError, match=r"beers\.csv:8:3: 2 cells .*\n.*beers\.csv:9:3: 2 cells"):
        import_tables(Files((write("beers.csv", BEERS + "7,Odd\n" + "8,Odder\n"), write("breweries.csv", BREWERIES))))
    assert {path: path.read_bytes() for path in sorted(beers.folder.rglob("*")) if path.is_file()} == before
    assert [path.name for path in (home / "data" / "datasets").iterdir()] == ["beers"]


def test_a_table_that_has_nothing_to_do_with_the_items_is_refused(write: Write):
    other = write("towns.csv", "code,town\nA,Bath\nB,York\n")
    with pytest.raises(DataError, match=r"towns\.csv:1:1: nothing in it is an id of beers\.csv"):
        import_tables(Files((write("beers.csv", BEERS), other)))


def test_odd_cells_are_left_out_and_told_of(write: Write):
    rows = "".join(f"{n},Thing {n},{n}.5\n" for n in range(60))
    made = import_tables(Files((write("things.csv", f"id,name,size\n{rows}60,Odd,huge\n"),)))
    assert any("size: 1 cell left out" in note and "things.csv:62:3: 'huge'" in note for note in made.notes)
    assert np.isnan(number(load("things"), "60", "size"))


def test_hostile_cells_do_no_harm(write: Write):
    rows = "".join(f'{n},"=HYPERLINK(""http://x"")\x1b[31m{n}",{kind}\n' for n, kind in enumerate(["a", "b"] * 20))
    made = import_tables(Files((write("things.csv", f'id,name,"kind"" ; <x> . #\x1b[2J"\n{rows}'),)))
    for path in made.folder.rglob("*"):
        if path.is_file():
            assert b"\x1b" not in path.read_bytes()
    assert load("things").labels[0] == '=HYPERLINK("http://x")0'
    assert open_dataset("things").graph().ontology.facets


def test_a_pipe_or_a_device_is_no_table(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="this is no file"):
        import_tables(Files((tmp_path / "pipe.csv",)))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("1::1::5::978300760\n1::3::3::978302109\n2::2::4::978301968\n", "rating"),
        ("user_id:token\titem_id:token\trating:float\nana\t1\t5\nana\t3\t3\nben\t2\t4\n", "rating"),
        ("who,beer,plays\nana,1,500\nana,3,2\nben,2,7\n", "count"),
        ("user;item\nana;1\nana;3\nben;2\n", ""),
        ("user,name,rating,timestamp\nana,Pale One,5,2020-01-31\nana,Dark One,3,\nben,Pale Two,4,\n", "rating"),
    ],
)
def test_ratings_in_the_usual_shapes(write: Write, content: str, kind: str):
    made = import_tables(Files((write("beers.csv", BEERS),), write("ratings.dat", content)))
    graph = load("beers")
    assert [graph.item_ids[item] for item in graph.interactions.items] == ["1", "3", "2"]
    assert np.isnan(graph.interactions.ratings).all() == (kind != "rating")
    assert any(f"{kind} " in note for note in made.notes)


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_command_tells_each_decision_and_how_sure_it_is(write: Write):
    result = CliRunner().invoke(app, ["import", "csv", str(write("beers.csv", BEERS))])
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["abv", "number", "(%)", "sure", "97%"] in [line[:5] for line in lines]
    assert any(line[:3] == ["id", "identifier", "sure"] for line in lines)
    assert "Talk about it: kgrec --data beers" in result.stdout


def test_the_command_speaks_json(write: Write):
    result = CliRunner().invoke(app, ["import", "csv", str(write("beers.csv", BEERS)), "--json", "--name", "drinks"])
    assert json.loads(result.stdout)["name"] == "drinks"
