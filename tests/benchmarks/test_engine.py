"""The engine on 9,742 films: a turn, a list, rules, a dead end, an import."""

from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from kgrec.cli.opening import choose, open_recommender
from kgrec.dialogue import Session
from kgrec.domain import Ask, Question
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.movielens import import_movielens
from kgrec.profiles import ProfileStore
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

Opened = tuple[Recommender, RuleBook]

A_SATURDAY_EVENING = 1_765_652_400.0
ANSWERS = 12
WISHES = 50


class Talker:
    """Somebody who answers at random, in one conversation after the other, each of ANSWERS answers."""

    def __init__(self, opened: Opened, store: ProfileStore) -> None:
        self.opened = opened
        self.store = store
        self.rng = np.random.default_rng(0)
        self.talks = 0
        self.answers = ANSWERS

    def next_question(self) -> tuple[tuple[Session, Question, int], dict[str, object]]:
        """Return a session that has asked, its question, and which option to take."""
        if self.answers == ANSWERS:
            self.talks += 1
            self.answers = 0
            recommender, rules = self.opened
            self.session = Session.start(
                recommender, rules, log=self.store, user=f"user {self.talks}", clock=lambda: A_SATURDAY_EVENING
            )
            self.session.slate()
        act = self.session.act()
        if not isinstance(act, Ask):
            self.session.ask_more()
            act = self.session.act()
        if not isinstance(act, Ask):
            self.answers = ANSWERS
            return self.next_question()
        self.answers += 1
        is_rule = act.question.id.startswith("fact:")  # "children" would leave a handful of films
        return (self.session, act.question, 0 if is_rule else int(self.rng.integers(len(act.question.options)))), {}


@pytest.mark.benchmark(group="a turn")
def test_turn(benchmark: BenchmarkFixture, data: str, tmp_path: Path, tell_percentiles: Callable[[], None]):
    def turn(session: Session, question: Question, option: int) -> None:
        session.answer(question, [option])
        session.slate()
        session.moves()
        session.act()

    with ProfileStore(tmp_path / "profiles.sqlite") as store:
        talker = Talker(open_recommender(choose(data)), store)
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


@pytest.mark.benchmark(group="import")
def test_import_of_movielens_with_facts(benchmark: BenchmarkFixture, data_dir: Callable[[str], Path]):
    movies, facts = data_dir("ml-latest-small"), data_dir("films-kg")
    benchmark.pedantic(lambda: import_movielens(movies, facts, name="ml"), rounds=2)
