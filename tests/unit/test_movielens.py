"""MovieLens, small and whole, with facts and texts."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kgrec.acts import Confirm
from kgrec.dialogue import Session
from kgrec.errors import DataError, RuleError
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.ingest.datasets import Dataset, load, open_dataset
from kgrec.ingest.movielens import Title, import_movielens, read_title
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook, Scope, compile_expression

FILES = {
    "movies.csv": 'movieId,title,genres\n1,"Heat, The (1995)",Crime|Sci-Fi\n'
    "2,Solo (a.k.a. Alone) (1980),(no genres listed)\n"
    '3,"[bold]\x1b[31mRed\x1b[0m (1999)",Children\n',
    "ratings.csv": "userId,movieId,rating,timestamp\n1,1,4.0,100\n1,2,0.5,200\n2,1,5.0,300\n",
    "tags.csv": "userId,movieId,tag,timestamp\n"
    + "".join(f"{user},1,Surreal,1\n{user},2,castles,1\n" for user in range(5))
    + "9,1,rare,1\n",
    "links.csv": "movieId,imdbId,tmdbId\n1,0113277,949\n2,,\n3,1,2\n",
}
FACTS = {
    "triples.csv": "movieId,relation,entity\n1,genre,wd:Q1\n1,director,person:michael-mann\n1,followed_by,movie:2\n"
    "99,genre,wd:Q1\n2,genre,wd:Q2\n",
    "entities.csv": "entity,label,type\nwd:Q1,film noir,Genre\nwd:Q2,hood film,Genre\nwd:Q3,crime film,Genre\n"
    "person:michael-mann,Michael Mann,Person\n",
    "genre_broader.csv": "genre,broader\nwd:Q2,wd:Q3\nwd:Q3,wd:Q2\nwd:Q1,wd:Q2\n",
    "attributes.csv": "movieId,year,runtime_min,certificate,language,country\n1,1994,170,R,English,USA\n"
    "2,1980,,Unrated,,\n",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "ml-tiny"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    folder = tmp_path / "facts"
    folder.mkdir()
    for name, content in FACTS.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def zipped(folder: Path) -> Path:
    path = folder.parent / "ml-tiny.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"ml-tiny/{file.name}")
        archive.writestr("../../escape.csv", "x")
    return path


def names(kg: KnowledgeGraph, item: int, facet: str) -> list[str]:
    return [kg.labels[value] for value in kg.values_of(item, facet)]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Heat (1995)", Title("Heat", "1995", ())),
        ("American President, The (1995)", Title("The American President", "1995", ())),
        ("Avventura, L' (1960)", Title("L'Avventura", "1960", ())),
        ("Twelve Monkeys (a.k.a. 12 Monkeys) (1995)", Title("Twelve Monkeys", "1995", ("12 Monkeys",))),
        (
            "Legend of 1900, The (a.k.a. The Pianist) (Leggenda del pianista, La) (1998)",
            Title("The Legend of 1900", "1998", ("The Pianist", "La Leggenda del pianista")),
        ),
        ("(500) Days of Summer (2009)", Title("(500) Days of Summer", "2009", ())),
        (
            "Birdman: Or (The Unexpected Virtue of Ignorance) (2014)",
            Title("Birdman: Or (The Unexpected Virtue of Ignorance)", "2014", ()),
        ),
        (
            "Three Billboards Outside Ebbing, Missouri (2017)",
            Title("Three Billboards Outside Ebbing, Missouri", "2017", ()),
        ),
        ("Series (2006–2007)", Title("Series", "2006", ())),
        ("No Year At All", Title("No Year At All", "", ())),
        ("(1995)", Title("(1995)", "1995", ())),
    ],
)
def test_titles_are_taken_apart(text: str, title: Title):
    assert read_title(text) == title


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_folder_and_zip_give_the_same(source: Path, form: str):
    folder = import_movielens(zipped(source) if form == "zip" else source)
    assert folder.name == "ml-tiny"
    kg = load("ml-tiny")
    assert [kg.label(item) for item in kg.item_ids] == ["The Heat (1995)", "Solo (1980)", "[bold]Red (1999)"]
    assert kg.aliases["2"] == ("Alone",)
    assert names(kg, 0, "genre") == ["Crime", "Science Fiction"]
    assert names(kg, 1, "genre") == []
    assert names(kg, 2, "genre") == ["Family"]
    assert [path.name for path in (folder / "rules").iterdir()] == ["films.yaml"]
    assert kg.interactions.user_ids == ("1", "2")
    assert kg.interactions.ratings.tolist() == [4.0, 0.5, 5.0]
    assert not list(source.parent.rglob("escape.csv"))


def test_frequent_tags_become_moods_or_keywords(source: Path):
    import_movielens(source)
    kg = load("ml-tiny")
    assert names(kg, 0, "mood") == ["strange"]
    assert names(kg, 1, "keyword") == ["castles"]
    assert names(kg, 0, "keyword") == []


def test_facts_join_the_ontology(source: Path, facts: Path):
    import_movielens(source, facts, name="with-facts")
    kg = load("with-facts")
    assert names(kg, 0, "genre") == ["Crime", "Film Noir", "Science Fiction"]
    assert kg.entity_ids[kg.values_of(0, "director")[0]] == "person/michael-mann"
    assert kg.values_of(0, "followed_by") == (1,)
    assert kg.numbers["year"][0] == 1995  # the title's, not the 1994 of the attributes
    assert kg.numbers["runtime"][0] == 170
    assert names(kg, 0, "country") == ["United States"]
    assert names(kg, 1, "certificate") == ["Not Rated"]
    hood = kg.entity_ids[kg.values_of(1, "genre")[0]]
    assert kg.broader[hood] == ("genre/crime",)  # a concept the ontology has keeps its own place
    assert kg.broader["genre/film-noir"] == ("genre/crime",)


def test_rules_come_along_as_far_as_the_source_tells_what_they_speak_of(source: Path, facts: Path):
    """A running time that nobody tells let nothing through, and was asked for."""

    def rules() -> set[str]:
        book = RuleBook.load(folder / "rules" / "films.yaml", load("ml-tiny"))
        return {rule.name for rule in book.rules}

    folder = import_movielens(source)
    told = rules()
    assert {"children are watching", "nothing scary for children", "because you liked"} <= told
    assert not {"two hours", "over by midnight", "time left", "Christmas", "Christmas is near"} & told
    assert "  long:" not in (folder / "rules" / "films.yaml").read_text(encoding="utf-8")
    import_movielens(source, facts)
    assert {"two hours", "over by midnight", "time left"} | told <= rules()
    (folder / "rules" / "films.yaml").write_text("# mine\nrules: []\n", encoding="utf-8")
    import_movielens(source)
    assert not rules()


@pytest.fixture
def two_films(source: Path) -> Dataset:
    (source / "movies.csv").write_text("movieId,title,genres\n1,Heat (1995),Crime\n2,Babe (1995),Children\n")
    (source / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,1,4,100\n1,2,3,200\n")
    (source / "tags.csv").unlink()
    (source / "links.csv").unlink()
    import_movielens(source, name="two")
    return open_dataset("two")


def test_rules_may_speak_of_genres_that_two_films_do_not_have(two_films: Dataset):
    kg = two_films.graph()
    assert RuleBook.load(two_films.rules, kg).rules
    for text in (
        "genre has Horror",
        "mood has scary",
        "keyword has zombies",
        "certificate in [G, PG]",
        "source == novel",
    ):
        assert compile_expression(text, kg).mask(Scope()).tolist() == [False, False]
    assert compile_expression("genre != Horror", kg).mask(Scope()).tolist() == [True, True]
    with pytest.raises(RuleError, match="unknown mood 'scray', did you mean 'scary'"):
        compile_expression("mood has scray", kg)
    # The ontology gives some countries other names, which does not make them all there are.
    assert compile_expression("country has France", kg).mask(Scope()).tolist() == [False, False]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("horror", "No film here has the genre Horror."),
        ("no westerns", "No film here has the genre Western."),
        ("I love zombies", "No film here has the theme zombies."),
        ("crime and something scary", "You asked for Crime; no film here has the mood scary."),
    ],
)
def test_asked_for_what_no_film_is_it_says_so(two_films: Dataset, said: str, answer: str):
    session = Session.start(Recommender(rng=0, texts=False).fit(two_films.graph()))
    assert session.say(said) == Confirm(answer)


def test_texts_join_by_tmdb_id(source: Path, tmp_path: Path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.csv").write_text("id,overview\n949,A heist.\n5,Other.\n", encoding="utf-8")
    (tmp_path / "texts" / "b.csv").write_text("tmdb_id,overview\n949,Later.\n2,Red.\n", encoding="utf-8")
    (tmp_path / "texts" / "c.csv").write_text("name,rank\nx,1\n", encoding="utf-8")
    import_movielens(source, texts=tmp_path / "texts")
    assert load("ml-tiny").texts["description"] == ("A heist.", "", "Red.")


def test_a_truncated_zip_says_to_download_it_again(source: Path):
    path = zipped(source)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match=r"ml-tiny\.zip: not a whole zip file .* download it again"):
        import_movielens(path)


def test_a_zip_with_damaged_content_is_refused(source: Path):
    path = zipped(source)
    content = bytearray(path.read_bytes())
    start = content.find(b"movies.csv") + 30
    content[start : start + 20] = b"\xff" * 20
    path.write_bytes(content)
    with pytest.raises(DataError, match="not a whole zip file"):
        import_movielens(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("movies.csv", None, r"movies\.csv missing"),
        ("ratings.csv", None, r"ratings\.csv missing"),
        ("movies.csv", "", r"movies\.csv:1:1: the file is empty"),
        ("movies.csv", "movieId,name\n1,Heat\n", r"movies\.csv:1:1: no column 'title'"),
        ("movies.csv", "movieId,title,genres\n1,A,x\n1,B,x\n", r"movies\.csv:3:1: the movieId '1' occurs twice"),
        ("movies.csv", "movieId,title,genres\n1,A\x00,x\n", r"movies\.csv:2:4: a NUL byte"),
        ("movies.csv", "movieId,title,genres\n1," + "A" * 10_000_000, r"movies\.csv:2:1: a line of over"),
        (
            "ratings.csv",
            "userId,movieId,rating,timestamp\n1,77,3,1\n",
            r"ratings\.csv:2:2: no film '77' in movies\.csv",
        ),
        (
            "ratings.csv",
            "userId,movieId,rating,timestamp\n1,1,***,1\n",
            r"ratings\.csv:2:3: the rating '\*\*\*' is no number",
        ),
        ("tags.csv", "userId,tag\n1,x\n", r"tags\.csv:1:1: no column 'movieId'"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_left(
    source: Path, home: Path, name: str, content: str | None, message: str
):
    if content is None:
        (source / name).unlink()
    else:
        (source / name).write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        import_movielens(source)
    datasets = home / "data" / "datasets"
    assert not datasets.exists() or list(datasets.iterdir()) == []


def test_errors_in_a_zip_name_the_zip(source: Path):
    (source / "movies.csv").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match=r"ml-tiny\.zip/ml-tiny/movies\.csv:1:1"):
        import_movielens(zipped(source))


@pytest.mark.parametrize("name", ["entities.csv", "triples.csv"])
def test_facts_without_their_tables_are_an_error(source: Path, facts: Path, name: str):
    (facts / name).unlink()
    with pytest.raises(DataError, match=name):
        import_movielens(source, facts)


def test_no_such_path_is_named(tmp_path: Path):
    with pytest.raises(DataError, match="no such folder or zip"):
        import_movielens(tmp_path / "none")


def test_the_real_thing(data_dir: Callable[[str], Path]):
    import_movielens(data_dir("ml-latest-small"), data_dir("films-kg"), data_dir("tmdb-overviews"), name="ml")
    kg = load("ml")
    assert kg.n_items == 9742
    assert len(kg.interactions) == 100_836
    assert kg.interactions.n_users == 610
    assert sum(map(bool, kg.texts["description"])) > 5900
    assert kg.links["actor"].nnz == 21_085
    assert np.count_nonzero(~np.isnan(kg.numbers["runtime"])) == 3538
    lookup = Lookup(kg)
    heat = kg.index(lookup.resolve("Heat (1995)"))
    assert names(kg, heat, "director") == ["Michael Mann"]
    assert "Crime" in names(kg, heat, "genre")
