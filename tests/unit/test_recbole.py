"""Atomic files become data sets: types in the header, users' facts, and films found by their titles."""

from pathlib import Path

import pytest

from kgrec.domain import FacetKind
from kgrec.errors import DataError
from kgrec.ingest.datasets import load
from kgrec.ingest.film_titles import by_title, find, found_by_title
from kgrec.ingest.movielens import read_title
from kgrec.ingest.recbole import dataset_name, import_recbole, read_atomic

INTER = """\
user_id:token	item_id:token	rating:float	timestamp:float	place:token
1	10	5	100	home
1	20	2	200	work
2	30	4	300	home
"""
ITEM = """\
item_id:token	movie_title:token_seq	release_year:token	class:token_seq
10	Heat	1995	Action Crime
20	Usual Suspects, The	1995	Crime Thriller
30	Unheard Of	1996	Drama
"""
USER = """\
user_id:token	age:token	zip_code:token	likes:token_seq
1	24	85711	jazz tea
2	53	V1R	tea
"""
MOVIES = """\
movieId,title,genres
6,Heat (1995),Action|Crime
50,"Usual Suspects, The (1996)",Crime
"""


@pytest.fixture
def atomic(tmp_path: Path) -> Path:
    folder = tmp_path / "toy"
    folder.mkdir()
    for suffix, text in ((".inter", INTER), (".item", ITEM), (".user", USER)):
        (folder / f"toy{suffix}").write_text(text, encoding="utf-8")
    return folder


def test_interactions_items_and_what_is_known_of_users_are_read(atomic: Path):
    import_recbole(atomic)
    graph = load("toy")
    assert dataset_name(atomic) == "toy"
    assert graph.labels[:3] == ("Heat", "Usual Suspects, The", "Unheard Of")
    assert [graph.label(value) for value in graph.values_of(0, "class")] == ["Action", "Crime"]
    assert graph.numbers["release_year"].tolist() == [1995, 1995, 1996]
    log = graph.interactions
    assert log.user_ids == ("1", "2")
    assert log.times.tolist() == [100, 200, 300]
    assert log.context["place"] == ("home", "work", "home")
    assert graph.user_facts["1"] == {"age": 24.0, "zip_code": "85711", "likes": ("jazz", "tea")}
    assert graph.user_facts["2"]["zip_code"] == "V1R"


def test_without_a_table_of_items_their_ids_are_all_there_is(atomic: Path):
    (atomic / "toy.item").unlink()
    (atomic / "toy.user").unlink()
    import_recbole(atomic, name="bare")
    assert load("bare").labels == ("10", "20", "30")


def test_films_found_by_title_get_the_ids_and_facts_of_movielens(atomic: Path, tmp_path: Path):
    titles, facts = tmp_path / "titles", tmp_path / "facts"
    titles.mkdir()
    facts.mkdir()
    (titles / "movies.csv").write_text(MOVIES, encoding="utf-8")
    (titles / "links.csv").write_text("movieId,imdbId,tmdbId\n6,0113277,949\n", encoding="utf-8")
    (facts / "triples.csv").write_text("movieId,relation,entity\n6,director,person:mann\n", encoding="utf-8")
    (facts / "entities.csv").write_text("entity,label\nperson:mann,Michael Mann\n", encoding="utf-8")
    (tmp_path / "overviews.csv").write_text("id,overview\n949,A heist.\n", encoding="utf-8")
    import_recbole(
        atomic, name="films100", tell_items=found_by_title("films100", titles, facts, tmp_path / "overviews.csv")
    )
    graph = load("films100")
    assert graph.item_ids == ("6", "50", "films100-30")
    assert graph.labels[1] == "The Usual Suspects"
    assert [graph.label(value) for value in graph.values_of(0, "director")] == ["Michael Mann"]
    assert {graph.label(value) for value in graph.values_of(0, "genre")} == {"Action", "Crime"}
    assert graph.description(0) == "A heist."
    assert graph.interactions.items.tolist() == [0, 1, 2]
    assert graph.numbers["year"].tolist() == [1995, 1995, 1996]


def test_a_title_is_found_by_its_other_names_and_a_year_apart(tmp_path: Path):
    path = tmp_path / "movies.csv"
    path.write_text('movieId,title,genres\n29,"City of Lost Children, The (Cité des enfants perdus, La) (1995)",x\n')
    known = by_title(path)
    for text in ("Cite des enfants perdus, La (1995)", "The City of Lost Children (1996)"):
        assert find(known, read_title(text)) == "29"
    assert find(known, read_title("The City of Lost Children (1998)")) is None


def test_a_film_listed_twice_is_found_once(atomic: Path, tmp_path: Path):
    (atomic / "toy.item").write_text(ITEM.replace("Unheard Of\t1996", "Heat\t1995"), encoding="utf-8")
    (tmp_path / "movies.csv").write_text(MOVIES, encoding="utf-8")
    import_recbole(atomic, name="twice", tell_items=found_by_title("twice", tmp_path / "movies.csv"))
    assert load("twice").item_ids == ("6", "50", "twice-30")


@pytest.mark.parametrize(
    ("suffix", "text", "message"),
    [
        (".inter", "user_id\titem_id\n1\t2\n", r"toy\.inter:1: 'user_id' is not a column and its type"),
        (".inter", "user_id:token\tthing:token\n1\t2\n", r"toy\.inter:1: no column item_id"),
        (".inter", INTER.replace("\t200\twork", "\t200"), r"toy\.inter:3: 4 cells where the header has 5"),
        (".inter", INTER.replace("\t5\t", "\tfive\t"), r"toy\.inter:2: rating 'five' is no number"),
        (".inter", "", r"toy\.inter:1: '' is not a column"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(atomic: Path, suffix: str, text: str, message: str):
    (atomic / f"toy{suffix}").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        import_recbole(atomic)


def test_a_folder_without_interactions_is_no_data_set(tmp_path: Path):
    with pytest.raises(DataError, match=r"no \.inter files"):
        import_recbole(tmp_path)


def test_a_column_of_few_words_is_a_category(atomic: Path):
    import_recbole(atomic)
    assert load("toy").ontology.facet("class").kind is FacetKind.CATEGORY
    assert read_atomic(atomic / "toy.item").title == "movie_title"
