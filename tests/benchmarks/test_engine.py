"""The engine on 9,742 films: a turn, a list, rules, a dead end, an import; and rules over 100,000 made-up films."""

from collections.abc import Callable, Iterator
from itertools import count, cycle
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture
from scipy import sparse
from talkers import Talker, turn

from kgrec.audit.case import Case
from kgrec.audit.whynot import why_not
from kgrec.cli.opening import choose, open_recommender
from kgrec.dialogue import Session
from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.movielens import import_movielens
from kgrec.profiles import ProfileStore
from kgrec.reasoning.conflicts import preferred_conflict, relaxations, remaining
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook, Scope, clock_context

Opened = tuple[Recommender, RuleBook]

A_SATURDAY_EVENING = 1_765_652_400.0
ANSWERS = 12
WISHES = 50


@pytest.mark.benchmark(group="a turn")
def test_turn(benchmark: BenchmarkFixture, data: str, tmp_path: Path, tell_percentiles: Callable[[], None]):
    recommender, rules = open_recommender(choose(data))
    with ProfileStore(tmp_path / "profiles.sqlite") as store:

        def start(talks: int) -> Session:
            return Session.start(recommender, rules, log=store, user=f"user {talks}", clock=lambda: A_SATURDAY_EVENING)

        talker = Talker(start, ANSWERS)
        benchmark.pedantic(turn, setup=talker.next_question, rounds=400, warmup_rounds=20)
    tell_percentiles()


@pytest.mark.benchmark(group="a list")
def test_recommend_for_a_known_user(
    benchmark: BenchmarkFixture, movielens: Opened, tell_percentiles: Callable[[], None]
):
    recommender, _ = movielens
    users = cycle(recommender.graph_.interactions.user_ids)
    benchmark.pedantic(
        lambda user: recommender.recommend(user=user), setup=lambda: ((next(users),), {}), rounds=610, warmup_rounds=20
    )
    tell_percentiles()


@pytest.mark.benchmark(group="a list")
def test_recommend_for_a_known_user_and_read_every_reason(
    benchmark: BenchmarkFixture, movielens: Opened, tell_percentiles: Callable[[], None]
):
    recommender, _ = movielens
    users = cycle(recommender.graph_.interactions.user_ids)
    benchmark.pedantic(
        lambda user: [tuple(entry.reasons) for entry in recommender.recommend(user=user)],
        setup=lambda: ((next(users),), {}),
        rounds=610,
        warmup_rounds=20,
    )
    tell_percentiles()


@pytest.mark.benchmark(group="a list")
def test_recommend_for_three_named_films(
    benchmark: BenchmarkFixture, movielens: Opened, tell_percentiles: Callable[[], None]
):
    recommender, _ = movielens
    recommender.recommend(likes=["Heat"])  # names are indexed when the first is looked up
    benchmark.pedantic(
        lambda: recommender.recommend(likes=["Heat", "Alien"], dislikes=["Toy Story"], where=["runtime < 130"]),
        rounds=100,
        warmup_rounds=5,
    )
    tell_percentiles()


@pytest.mark.benchmark(group="rules")
def test_rules_saved_to_new_list(benchmark: BenchmarkFixture, movielens: Opened, tmp_path: Path):
    recommender, rules = movielens
    session = Session.start(recommender, rules)
    (shipped,) = rules.paths
    mine = tmp_path / "mine.yaml"
    text = shipped.read_text(encoding="utf-8")
    years = cycle(range(1950, 2000))

    def save() -> tuple[tuple[()], dict[str, object]]:
        mine.write_text(f"{text}\n  - name: not too old\n    require: year > {next(years)}\n", encoding="utf-8")
        return (), {}

    def reload() -> None:
        session.set_rules(RuleBook.load([mine], recommender.graph_))
        session.slate()
        session.act()

    benchmark.pedantic(reload, setup=save, rounds=50, warmup_rounds=3)


def wishes(graph: KnowledgeGraph) -> list[str]:
    """Return fifty wishes that cannot all be had: frequent genres, each wanted or not, in films of some length."""
    names = [graph.labels[value] for value in graph.values("genre")[:WISHES]]
    return [f"genre {'has' if rank % 5 == 0 else '!='} {name!r}" for rank, name in enumerate(names)]


@pytest.mark.benchmark(group="rules")
def test_conflict_and_ways_out_of_fifty_wishes(benchmark: BenchmarkFixture, movielens: Opened):
    recommender, _ = movielens
    belief = recommender.believe(likes=["Heat"], where=wishes(recommender.graph_))
    ranking = recommender.rank(belief)
    assert not ranking.allowed.any()
    conflict = benchmark.pedantic(recommender.conflict, args=(ranking,), rounds=20, warmup_rounds=1)
    assert conflict.wishes
    assert conflict.relaxations


# --- rules over 100,000 made-up films ---------------------------------------------------------------------------------

MANY = 100_000
GENRES, MOODS, DIRECTORS = 30, 12, 5_000

TWENTY_RULES = """\
let:
  evening: [Mon, Tue, Wed, Thu]
rules:
  - {name: children, when: "user.audience == children", require: "genre in [Genre 1, Genre 2, Genre 3]"}
  - {name: not too long, when: context.hour >= 21, require: runtime < 150}
  - {name: some years, require: year >= 1930 and year <= 2020}
  - {name: patience, when: user.patience is known, require: runtime <= user.patience}
  - {name: no gloom, when: user.audience == children, forbid: mood == Mood 1}
  - {name: no horror late, when: context.hour >= 22, forbid: genre has Genre 9}
  - {name: neither nor, forbid: genre has Genre 29 and mood == Mood 11}
  - {name: none of these, forbid: "director in [Director 1, Director 2, Director 3, Director 4]"}
  - {name: short on weeknights, when: context.weekday in evening, prefer: runtime <= 110, weight: 0.5}
  - {name: new, prefer: years_since(year) < 10, weight: 0.2}
  - {name: old and long, prefer: year < 1960 and runtime > 140, weight: -0.3}
  - {name: many genres, prefer: count(genre) >= 3, weight: 0.1}
  - {name: mood one, prefer: mood == Mood 2 or mood == Mood 3, weight: 0.4}
  - {name: mood two, prefer: "not (mood in [Mood 4, Mood 5])", weight: 0.1}
  - {name: cheerful, derive: mood = cheerful, when: genre has Genre 5 and not genre has Genre 6}
  - {name: cheerful first, prefer: mood == cheerful, weight: 0.3}
  - {name: one of each director, limit: 1 per director}
  - {name: few of a mood, limit: 4 per mood}
  - {name: cold blend, tune: {scorer: walk, weight: 0.0}, when: user.interactions < 3}
  - {name: audience, ask: user.audience, question: Who is watching?, options: [just me, children]}
"""


@pytest.fixture(scope="module")
def many_films() -> KnowledgeGraph:
    """Return a graph of MANY items with genres, a mood, a director, a year and a running time, made with a seed."""
    rng = np.random.default_rng(0)
    values = [("genre", GENRES, 3), ("mood", MOODS, 1), ("director", DIRECTORS, 1)]
    ids = [f"film/{number}" for number in range(MANY)]
    labels = [f"Film {number}" for number in range(MANY)]
    n_entities = MANY + sum(n_values for _, n_values, _ in values)
    links: dict[str, sparse.csr_matrix] = {}
    for facet, n_values, most in values:
        chosen = len(ids) + (n_values * rng.random((MANY, most)) ** 2).astype(np.int32)
        rows = np.repeat(np.arange(MANY), most)
        shape = (MANY, n_entities)
        links[facet] = sparse.csr_matrix((np.ones(rows.size, np.float32), (rows, chosen.ravel())), shape=shape)
        links[facet].data[:] = 1.0  # a genre drawn twice is one genre
        ids += [f"{facet}/{number}" for number in range(n_values)]
        labels += [f"{facet.title()} {number}" for number in range(n_values)]
    runtime = rng.normal(110, 25, MANY).round()
    runtime[rng.random(MANY) < 0.05] = np.nan
    kinds = {"genre": FacetKind.CATEGORY, "mood": FacetKind.CATEGORY, "director": FacetKind.ENTITY}
    kinds |= {"year": FacetKind.NUMBER, "runtime": FacetKind.NUMBER}
    facets = tuple(Facet(name, f"urn:{name}", kind, name, f"{name}s") for name, kind in kinds.items())
    ontology = Ontology("many", "urn:Film", "urn:", "film", "films", facets)
    numbers = {"year": rng.integers(1920, 2025, MANY).astype(np.float64), "runtime": runtime}
    return KnowledgeGraph("many", "", ontology, tuple(ids), tuple(labels), MANY, links, numbers, {})


def evaluate(book: RuleBook, scope: Scope) -> int:
    """Work out all that the rules say of every item for one user at one moment; return how many items are allowed."""
    allowed = np.ones(MANY, dtype=bool)
    scores = np.zeros(MANY)
    for constraint in book.constraints(scope):
        allowed &= book.mask(constraint, scope)
    for preference in book.preferences(scope):
        scores += preference.weight * book.mask(preference, scope)
    book.limits(scope)
    book.tuning(scope)
    book.questions(scope)
    return int(allowed.sum())


def scopes() -> Iterator[Scope]:
    """Yield one user after another, at one moment after another, all different."""
    for number in count():
        audience = ("just me", "children")[number % 2]
        user = {"audience": audience, "interactions": float(number % 7), "patience": 90.0 + number / 100}
        yield Scope(user, {"hour": 18.0 + number % 6, "weekday": ("Mon", "Sat")[number % 2], "date": "2026-03-01"})


@pytest.mark.benchmark(group="rules")
def test_twenty_rules_over_100000_items_for_the_next_user(
    benchmark: BenchmarkFixture, many_films: KnowledgeGraph, tmp_path: Path, tell_percentiles: Callable[[], None]
):
    (tmp_path / "twenty.yaml").write_text(TWENTY_RULES, encoding="utf-8")
    book = RuleBook.load(tmp_path / "twenty.yaml", many_films)
    assert len(book.rules) == 20
    users = scopes()
    allowed = benchmark.pedantic(evaluate, setup=lambda: ((book, next(users)), {}), rounds=100, warmup_rounds=4)
    assert 0 < allowed < MANY
    tell_percentiles()


@pytest.mark.benchmark(group="rules")
def test_twenty_rules_over_100000_items_for_the_first_time(
    benchmark: BenchmarkFixture, many_films: KnowledgeGraph, tmp_path: Path, tell_percentiles: Callable[[], None]
):
    (tmp_path / "twenty.yaml").write_text(TWENTY_RULES, encoding="utf-8")
    users = scopes()

    def load() -> tuple[tuple[RuleBook, Scope], dict[str, object]]:
        return (RuleBook.load(tmp_path / "twenty.yaml", many_films), next(users)), {}

    benchmark.pedantic(evaluate, setup=load, rounds=20, warmup_rounds=1)
    tell_percentiles()


def thousand_rules() -> str:
    """Return a file of a thousand rules of all kinds, no two alike."""
    bodies = [
        "require: year > {n} or runtime < 200",
        "forbid: 'director == Director {n} and mood in [Mood 1, Mood 2]'",
        "prefer: genre has Genre {g} and year >= {n}, weight: 0.1, when: context.hour >= 20",
        "prefer: count(genre) >= 2 and runtime + {n} > 300, weight: 0.1",
        "derive: mood = mood of rule {n}, when: genre has Genre {g}",
        "limit: 3 per director, when: user.interactions > {n}",
        "forbid: mood == Mood {m}, unless: user.audience == children and user.interactions < {n}",
        "tune: {{scorer: walk, weight: 0.5}}, when: user.interactions < {n}",
    ]
    lines = ["  - {name: audience, ask: user.audience, question: Who is watching?, options: [just me, children]}"]
    for n in range(1, 1000):
        body = bodies[n % len(bodies)].format(n=n, g=n % GENRES, m=n % MOODS)
        lines.append(f"  - {{name: rule {n}, {body}}}")
    return "rules:\n" + "\n".join(lines) + "\n"


@pytest.mark.benchmark(group="rules")
def test_load_of_a_thousand_rules(benchmark: BenchmarkFixture, many_films: KnowledgeGraph, tmp_path: Path):
    (tmp_path / "thousand.yaml").write_text(thousand_rules(), encoding="utf-8")
    book = benchmark.pedantic(RuleBook.load, args=(tmp_path / "thousand.yaml", many_films), rounds=5, warmup_rounds=1)
    assert len(book.rules) == 1000


def dead_end(masks: NDArray[np.bool_], strengths: NDArray[np.float64], limit: int | None) -> int:
    """Find the conflict, the ways out and what each of them frees; return how many there are."""
    assert preferred_conflict(masks, strengths)
    ways = relaxations(masks, strengths, limit)
    assert all(remaining(masks, way).any() for way in ways[:64])
    return len(ways)


@pytest.mark.benchmark(group="dead ends")
@pytest.mark.parametrize(
    ("m", "n", "share", "limit"),
    [(12, MANY, 0.3, None), (50, 10_000, 0.7, 64), (50, 10_000, 0.7, None)],
    ids=["12 wishes, 100,000 items, all", "50 wishes, 10,000 items, the first 64", "50 wishes, 10,000 items, all"],
)
def test_conflict_and_ways_out_of_random_wishes(  # noqa: PLR0913  (a case has four numbers)
    benchmark: BenchmarkFixture, tell: Callable[..., None], m: int, n: int, share: float, limit: int | None
):
    # Independent wishes are the worst case: nearly every item is a way out of its own.
    rng = np.random.default_rng(0)
    masks = rng.random((m, n)) < share
    strengths = rng.integers(1, 5, m).astype(np.float64)
    ways = benchmark.pedantic(dead_end, args=(masks, strengths, limit), rounds=20, warmup_rounds=1)
    tell(ways=ways)


@pytest.mark.benchmark(group="rules")
@pytest.mark.parametrize("title", ["Titanic", "Collateral", "Casablanca"])
def test_why_not(benchmark: BenchmarkFixture, movielens: Opened, title: str):
    recommender, rules = movielens
    belief = recommender.believe(likes=["Heat"], where=["runtime < 120", "not (genre has Romance)"])
    item = recommender.lookup_.resolve(title, among="items")
    answer = benchmark.pedantic(
        lambda: why_not(Case(recommender, belief, rules, clock_context(A_SATURDAY_EVENING)), item),
        rounds=30,
        warmup_rounds=2,
    )
    assert answer.against
    assert answer.ways


@pytest.mark.benchmark(group="import")
def test_import_of_movielens_with_facts(benchmark: BenchmarkFixture, data_dir: Callable[[str], Path]):
    movies, facts = data_dir("ml-latest-small"), data_dir("films-kg")
    benchmark.pedantic(lambda: import_movielens(movies, facts, name="ml"), rounds=2)
