"""No conversation ends in an empty list: over small worlds, wishes, rules and what is known, made at random."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kgrec.acts import Recommend, Repair
from kgrec.dialogue import Session
from kgrec.domain import UNSEEN, OriginKind
from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.conflicts import Order
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

GENRES = ("Crime", "Comedy", "Horror")
YEARS = (1970, 1980, 1990)


@dataclass(frozen=True)
class World:
    """A graph, the text of a rule file, and what a user says and knows."""

    films: tuple[tuple[str, str, tuple[str, ...], int], ...]
    rules: str
    wishes: tuple[str, ...]
    seen: tuple[str, ...]
    rated: tuple[str, ...]


conditions = st.one_of(
    st.sampled_from([f"genre has {genre}" for genre in GENRES]),
    st.sampled_from([f"not (genre has {genre})" for genre in GENRES]),
    st.tuples(st.sampled_from(["<", ">=", "=="]), st.sampled_from(YEARS)).map(lambda pair: f"year {pair[0]} {pair[1]}"),
)


@st.composite
def rule_files(draw: st.DrawFn) -> str:
    kinds = draw(st.lists(st.sampled_from(["require", "forbid", "prefer", "limit"]), max_size=4))
    entries = []
    for number, kind in enumerate(kinds):
        said = "1 per genre" if kind == "limit" else draw(conditions)
        entries.append(f"  - name: rule {number}\n    {kind}: {said}\n")
        if kind in ("require", "forbid"):
            entries.append(f"    strength: {draw(st.sampled_from([0.5, 1, 2, 3]))}\n")
    return "rules:\n" + "".join(entries) if entries else "rules: []\n"


@st.composite
def worlds(draw: st.DrawFn) -> World:
    n = draw(st.integers(1, 7))
    genres = st.lists(st.sampled_from(GENRES), min_size=1, max_size=2, unique=True).map(tuple)
    names = [f"item{number}" for number in range(n)]
    films = [(name, name.title(), draw(genres), draw(st.sampled_from(YEARS))) for name in names]
    # So that every genre and both facets exist: what does not is no wish but a mistake.
    films.append(("rest", "Rest", GENRES, 1985))
    some = st.lists(st.sampled_from([*names, "rest"]), max_size=n + 1, unique=True).map(tuple)
    wishes = tuple(draw(st.lists(conditions, max_size=4)))
    return World(tuple(films), draw(rule_files()), wishes, draw(some), draw(some))


def graph_of(world: World) -> KnowledgeGraph:
    rows = [(name, label, "|".join(genres), year) for name, label, genres, year in world.films]
    return KnowledgeGraph.from_frames(pd.DataFrame(rows, columns=["item", "label", "genre", "year"]))


def rules_of(world: World, graph: KnowledgeGraph) -> RuleBook:
    with TemporaryDirectory() as folder:
        path = Path(folder, "rules.yaml")
        path.write_text(world.rules, encoding="utf-8")
        return RuleBook.load(path, graph)


def steps(world: World, session: Session) -> list[Callable[[], None]]:
    return [
        *(lambda wish=wish: session.wish(wish) for wish in world.wishes),
        *(lambda item=item: session.mark_seen(item) for item in world.seen),
        *(lambda item=item: session.rate(item, -1.0) for item in world.rated),
    ]


@given(worlds())
@settings(max_examples=80, deadline=None)
def test_there_is_always_a_list_or_a_way_to_one_and_a_way_back(world: World) -> None:
    graph = graph_of(world)
    session = Session.start(Recommender(texts=False).fit(graph), rules_of(world, graph), clock=lambda: 1_000_000.0)
    for step in [lambda: None, *steps(world, session)]:
        step()
        dead_end = session.act()
        if isinstance(dead_end, Recommend):
            assert len(dead_end.slate)
        assert isinstance(dead_end, Repair) == (len(session.slate()) == 0)
        if not isinstance(dead_end, Repair):
            continue
        assert dead_end.conflict.wishes
        assert dead_end.conflict.relaxations
        for way in dead_end.conflict.relaxations:
            session.relax(way)
            slate = session.slate()
            assert slate.items[0].item == way.best
            assert int(session.ranking().open.sum()) == way.items > 0
            assert not isinstance(session.act(), Repair)
            session.undo()
            assert session.act() == dead_end


@given(worlds())
@settings(max_examples=50, deadline=None)
def test_each_wish_of_a_dead_end_says_who_wants_it(world: World) -> None:
    graph = graph_of(world)
    session = Session.start(Recommender(texts=False).fit(graph), rules_of(world, graph), clock=lambda: 1_000_000.0)
    for step in steps(world, session):
        step()
    act = session.act()
    assume(isinstance(act, Repair))
    assert isinstance(act, Repair)
    dropped = [wish for way in act.conflict.relaxations for wish in way.drop]
    for wish in (*act.conflict.wishes, *dropped):
        assert (wish.origin.place is not None) == (wish.origin.kind is OriginKind.RULE)
        assert (wish == UNSEEN) == (wish.origin.kind is OriginKind.DEFAULT)
        assert wish.origin.kind is not OriginKind.REQUEST or wish.expression in world.wishes
    costs = [sum(wish.strength for wish in way.drop) for way in act.conflict.relaxations]
    assert costs == sorted(costs)


@given(worlds())
@settings(max_examples=50, deadline=None)
def test_a_caller_gets_a_list_or_ways_to_one(world: World) -> None:
    graph = graph_of(world)
    recommender, rules = Recommender(texts=False).fit(graph), rules_of(world, graph)
    history = dict.fromkeys(world.rated, 1.0)
    for exclude_seen in (True, False):
        slate = recommender.recommend(history, where=world.wishes, rules=rules, exclude_seen=exclude_seen)
        assert (slate.conflict is None) == (len(slate) > 0)
        if slate.conflict is not None:
            assert exclude_seen or UNSEEN not in slate.conflict.wishes
            ranking = recommender.rank(recommender.believe(history, where=world.wishes), rules)
            for order in Order:
                conflict = recommender.conflict(ranking, exclude_seen=exclude_seen, order=order)
                assert set(conflict.relaxations) == set(slate.conflict.relaxations)
