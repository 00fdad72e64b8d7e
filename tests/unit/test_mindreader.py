"""MindReader becomes a data set: opinions on films are interactions, those on anything else facts about users."""

from pathlib import Path

import pytest

from kgrec.errors import DataError
from kgrec.ingest.datasets import load
from kgrec.ingest.mindreader import import_mindreader

FILES = {
    "movies.csv": "uri,name,year,imdb\nwd:Q1,Toy Story,1995,tt1\nwd:Q2,Toy Story 2,1999,tt2\n",
    "entities.csv": "entity,label,type\nwd:Q9,animation,Category|Genre\nwd:Q8,Tom Hanks,Person|Actor\n"
    "Decade-1990,Movies of the 1990s,Decade\n",
    "triples.csv": "head,relation,tail\nwd:Q1,has_genre,wd:Q9\nwd:Q2,has_genre,wd:Q9\nwd:Q1,followed_by,wd:Q2\n"
    "wd:Q1,from_decade,Decade-1990\nwd:Q9,subclass_of,wd:Q7\n",
    "ratings.csv": "user,entity,rating,is_movie,split\nann,wd:Q1,1,1,train\nann,wd:Q2,-1,1,train\nann,wd:Q9,1,0,train\n"
    "bob,wd:Q1,0,1,train\nbob,wd:Q8,-1,0,train\nbob,wd:Q2,1,1,train\nbob,wd:Q2,1,1,test\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "mindreader"
    path.mkdir()
    for name, text in FILES.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


def test_opinions_on_films_are_interactions_and_the_others_facts_about_users(folder: Path):
    import_mindreader(folder)
    graph = load("mindreader")
    log = graph.interactions
    rated = zip((log.user_ids[user] for user in log.users), log.items.tolist(), log.values.tolist(), strict=True)
    assert set(rated) == {("ann", 0, 1.0), ("ann", 1, -1.0), ("bob", 1, 1.0)}
    assert graph.user_facts["ann"]["likes"] == "value/Q9"
    assert graph.user_facts["bob"]["dislikes"] == "value/Q8"
    assert graph.label("value/Q9") == "animation"


def test_facts_have_names_and_sequels_are_films(folder: Path):
    import_mindreader(folder, name="mr")
    graph = load("mr")
    assert graph.labels[:2] == ("Toy Story (1995)", "Toy Story 2 (1999)")
    assert [graph.label(value) for value in graph.values_of(0, "decade")] == ["Movies of the 1990s"]
    assert graph.values_of(0, "followed_by") == (1,)


def test_a_rating_that_is_none_of_the_three_is_an_error(folder: Path):
    (folder / "ratings.csv").write_text("user,entity,rating,is_movie,split\nann,wd:Q1,4,1,train\n", encoding="utf-8")
    with pytest.raises(DataError, match="the rating '4' is not -1, 0 or 1"):
        import_mindreader(folder)
