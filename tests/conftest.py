"""What tests share: a world small enough to compute by hand, the development data, and a home of their own."""

import csv
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import hypothesis
import pandas as pd
import pytest
from filelock import FileLock

from kgrec.cli.opening import choose, open_recommender
from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.movielens import import_movielens

ROOT = Path(__file__).parent.parent

# What holds in one run holds in the next; --hypothesis-profile default looks for examples nobody has seen yet.
hypothesis.settings.register_profile("repeatable", derandomize=True)
hypothesis.settings.load_profile("repeatable")


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and not in what all tests share: that took a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return paths where nothing is yet; most tests never look there, and tmp_path makes each of them a folder."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test away from the user's folders, and screens alike wherever they are drawn."""
    folder = next(homes)
    monkeypatch.setenv("KGREC_HOME", str(folder))
    monkeypatch.delenv("NO_COLOR", raising=False)
    return folder


@pytest.fixture(scope="session")
def data_dir() -> Callable[[str], Path]:
    """Return a function: the folder of a development data set; the test skips if it is absent."""
    root = Path(os.environ.get("KGREC_DATA") or ROOT / ".." / "shared" / "data")

    def folder(name: str) -> Path:
        if not (root / name).exists():
            pytest.skip(f"the data folder {name} is absent (KGREC_DATA is {root})")
        return root / name

    return folder


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[], object]], Path]:
    """Return a function that makes a home once, however many processes the tests are spread over."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def home_called(name: str, make: Callable[[], object]) -> Path:
        home, done = shared / name, shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"), pytest.MonkeyPatch.context() as patch:
            patch.setenv("KGREC_HOME", str(home))
            if not done.exists():
                make()
                done.touch()
        return home

    return home_called


@pytest.fixture(scope="session")
def films_home(made_once: Callable[[str, Callable[[], object]], Path]) -> Path:
    """Return a home (KGREC_HOME) as after the first start: the shipped films compiled, their descriptions encoded."""
    return made_once("films-home", lambda: open_recommender(choose("films")))


@pytest.fixture(scope="session")
def movielens_home(made_once: Callable[[str, Callable[[], object]], Path], data_dir: Callable[[str], Path]) -> Path:
    """Return a home in which ml-latest-small was imported with its facts as the data set "ml"; nothing is learned."""
    folders = data_dir("ml-latest-small"), data_dir("films-kg")
    return made_once("movielens-home", lambda: import_movielens(*folders, name="ml"))


@pytest.fixture(scope="session")
def few_users_home(made_once: Callable[[str, Callable[[], object]], Path], data_dir: Callable[[str], Path]) -> Path:
    """Return a home like movielens_home with 50 users and the films they rated only, opened once.

    They are enough for all that is learned of people, in a tenth of the time.
    """
    movies, facts = data_dir("ml-latest-small"), data_dir("films-kg")

    def read(path: Path) -> tuple[list[str], list[list[str]]]:
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        return head, rows

    def write(path: Path, rows: list[list[str]]) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)

    def make() -> None:
        folder = Path(os.environ["KGREC_HOME"]) / "ml-few-users"
        folder.mkdir(parents=True)
        shutil.copyfile(movies / "links.csv", folder / "links.csv")
        head, ratings = read(movies / "ratings.csv")
        ratings = [row for row in ratings if int(row[0]) <= 50]
        write(folder / "ratings.csv", [head, *ratings])
        rated = {item for _, item, *_ in ratings}
        head, films = read(movies / "movies.csv")
        write(folder / "movies.csv", [head, *(row for row in films if row[0] in rated)])
        import_movielens(folder, facts, name="ml")
        open_recommender(choose("ml"))

    return made_once("few-users-home", make)


@pytest.fixture(scope="session")
def tiny_ontology() -> Ontology:
    """Films with seven facets; genre slasher lies below horror (stated by tiny_world's triples)."""
    base = "https://w3id.org/kgrec/items/"

    def facet(name: str, kind: FacetKind, plural: str, **rest: object) -> Facet:
        return Facet(name, f"{base}facet/{name}", kind, name, plural, **rest)  # type: ignore[arg-type]

    return Ontology(
        name="tiny",
        item_class=f"{base}Film",
        base=base,
        singular="film",
        plural="films",
        qualifier="year",
        familiar="Have you seen {item}?",
        unfamiliar="haven't seen it",
        facets=(
            facet(
                "genre",
                FacetKind.CATEGORY,
                "genres",
                question="What kind of film is it tonight?",
                affirm="Do you enjoy films of the kind {value}?",
            ),
            facet(
                "director",
                FacetKind.ENTITY,
                "directors",
                affirm="Do you like the films of {value}?",
                phrase="directed by {value}",
                weight=1.5,
            ),
            facet("certificate", FacetKind.CATEGORY, "certificates", phrase="rated {value}", weight=0.1),
            facet("year", FacetKind.NUMBER, "years", less="older", more="newer", weight=0.0),
            facet(
                "runtime",
                FacetKind.NUMBER,
                "running times",
                unit="min",
                less="shorter",
                more="longer",
                question="How long may it be?",
                weight=0.0,
            ),
            facet("renown", FacetKind.NUMBER, "degrees of renown", is_prior=True, weight=0.0),
            facet("description", FacetKind.TEXT, "descriptions"),
        ),
    )


@pytest.fixture
def tiny_world(_tiny_world: KnowledgeGraph) -> KnowledgeGraph:
    """Return the world below, with nothing worked out yet."""
    return replace(_tiny_world, interactions=replace(_tiny_world.interactions))


@pytest.fixture(scope="session")
def _tiny_world(tiny_ontology: Ontology) -> KnowledgeGraph:
    """Six films and four users, small enough for paper.

    ====== ============ ===== ======= =========== ======================= ============= ======
    item   label        year  runtime certificate genre                   director      renown
    ====== ============ ===== ======= =========== ======================= ============= ======
    heat   Heat         1995  170     R           Crime, Drama            Michael Mann  5
    thief  Thief        1981  123     R           Crime                   Michael Mann  3
    scream Scream       1996  111     R           Slasher (below Horror)  Wes Craven    5
    alien  Alien        1979  117     R           Horror, Science Fiction Ridley Scott  5
    babe   Babe         1995  91      G           Comedy, Family          Chris Noonan  3
    clue   Clue         1985  unknown PG          Comedy                  Jonathan Lynn 2
    ====== ============ ===== ======= =========== ======================= ============= ======

    Entities: the six items in that order, then the values by id: certificate/g, /pg, /r; director/chris-noonan,
    /jonathan-lynn, /michael-mann, /ridley-scott, /wes-craven; genre/comedy, /crime, /drama, /family, /horror,
    /science-fiction, /slasher: 21 in all, so genre/horror is number 18. Scream has Horror with strength 0.5.

    Ratings (0.5 to 5, in this order of time, 100 s apart from 1000): ann heat 5, ann thief 4.5, ann babe 1; bob heat 4,
    bob alien 5, bob scream 4; cat babe 5, cat clue 4.5; dan heat 0.5. So the item counts are heat 3, thief 1, scream 1,
    alien 1, babe 2, clue 1, and a rating r has the value (r - 3.2) / 1.8 from 3.2 up, (r - 3.2) / 2.7 below.
    """
    items = pd.DataFrame(
        [
            (
                "heat",
                "Heat",
                1995,
                170,
                "R",
                "Crime|Drama",
                "Michael Mann",
                5,
                "A thief and a detective in Los Angeles.",
            ),
            ("thief", "Thief", 1981, 123, "R", "Crime", "Michael Mann", 3, "A safe-cracker wants one last job."),
            ("scream", "Scream", 1996, 111, "R", "Slasher", "Wes Craven", 5, "A masked killer phones teenagers."),
            ("alien", "Alien", 1979, 117, "R", "Horror|Science Fiction", "Ridley Scott", 5, "A crew meets a creature."),
            ("babe", "Babe", 1995, 91, "G", "Comedy|Family", "Chris Noonan", 3, "A pig learns to herd sheep."),
            ("clue", "Clue", 1985, None, "PG", "Comedy", "Jonathan Lynn", 2, "Six guests and a murder in a mansion."),
        ],
        columns=["item", "label", "year", "runtime", "certificate", "genre", "director", "renown", "description"],
    )
    ratings = pd.DataFrame(
        [
            ("ann", "heat", 5.0, 1000),
            ("ann", "thief", 4.5, 1100),
            ("ann", "babe", 1.0, 1200),
            ("bob", "heat", 4.0, 1300),
            ("bob", "alien", 5.0, 1400),
            ("bob", "scream", 4.0, 1500),
            ("cat", "babe", 5.0, 1600),
            ("cat", "clue", 4.5, 1700),
            ("dan", "heat", 0.5, 1800),
        ],
        columns=["user", "item", "rating", "timestamp"],
    )
    hierarchy = pd.DataFrame([("Slasher", "broader", "Horror")], columns=["head", "relation", "tail"])
    return KnowledgeGraph.from_frames(items, hierarchy, ratings, ontology=tiny_ontology, name="tiny")
