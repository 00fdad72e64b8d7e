"""What why-not promises, over beliefs and rule books nobody would have thought of."""

from itertools import chain, combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgrec.audit.case import Case
from kgrec.audit.trace import Effect, trace
from kgrec.audit.whatif import Reweigh, changed
from kgrec.audit.whynot import why_not
from kgrec.domain import Belief, Constraint, Opinion, OpinionKind
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
N_ITEMS = 14
GENRES = ["Comedy", "Horror", "War"]
DIRECTORS = ["Ann", "Bea", "Cid", "Dot"]
WISHES = ["year < 1990", "year > 1975", "genre has Comedy", "not (genre has Horror)", "director != Ann"]
RULES = [
    "require: year > 1965",
    "when: user.audience == children, require: genre has Comedy",
    "when: user.interactions < 2, forbid: genre has War",
    "forbid: genre has War and year < 1980",
    "prefer: genre has Horror, weight: 0.7",
    "prefer: year < 1980, weight: -0.4",
    "when: user.audience == children, prefer: director == Bea, weight: 2",
    "prefer: genre has Comedy, weight: -3",
    "limit: 1 per director",
    "limit: 2 per genre",
    "limit: 2, when: genre has Comedy",
    "tune: {scorer: popularity, weight: 0.1}",
]


def _graph() -> KnowledgeGraph:
    rng = np.random.default_rng(3)
    items = pd.DataFrame(
        {
            "item": [f"i{number}" for number in range(N_ITEMS)],
            "label": [f"Item {number}" for number in range(N_ITEMS)],
            "genre": ["|".join(rng.choice(GENRES, rng.integers(1, 3), replace=False)) for _ in range(N_ITEMS)],
            "director": rng.choice(DIRECTORS, N_ITEMS),
            "year": rng.integers(1960, 2000, N_ITEMS),
        }
    )
    rated = [(f"u{user}", f"i{item}", 5.0) for user in range(8) for item in rng.choice(N_ITEMS, 4, replace=False)]
    ratings = pd.DataFrame(rated, columns=["user", "item", "rating"])
    return KnowledgeGraph.from_frames(items, None, ratings, name="random")


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    return Recommender(texts=False).fit(_graph())


items = st.sampled_from([f"i{number}" for number in range(N_ITEMS)])
entities = st.one_of(items, st.sampled_from(["genre/comedy", "genre/war", "director/ann", "director/bea"]))
opinions = st.builds(Opinion, entities, st.sampled_from([-1.0, -0.5, 0.6, 1.0]), st.sampled_from(list(OpinionKind)))
beliefs = st.builds(
    Belief,
    opinions=st.lists(opinions, max_size=4, unique_by=lambda opinion: opinion.entity).map(tuple),
    wishes=st.lists(st.sampled_from(WISHES), max_size=3, unique=True).map(
        lambda texts: tuple(Constraint(text) for text in texts)
    ),
    facts=st.sampled_from([(), (("audience", "children"),), (("audience", "friends"),)]),
    seen=st.frozensets(items, max_size=3),
)
questions = st.tuples(items, st.integers(1, 5))
books = st.lists(st.sampled_from(RULES), max_size=5, unique=True)


def _case(recommender: Recommender, belief: Belief, rules: list[str], folder: Path) -> Case:
    lines = ["rules:", "  - {name: audience, ask: user.audience, question: Who?, options: [friends, children]}"]
    lines += [f"  - {{name: rule {number}, {rule}}}" for number, rule in enumerate(rules)]
    path = folder / "rules.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    known = tuple(opinion for opinion in belief.opinions if opinion.entity in recommender.graph_)
    belief = Belief(known, belief.wishes, (), belief.facts, belief.seen)
    return Case(recommender, belief, RuleBook.load(path, recommender.graph_))


@SETTINGS
@given(belief=beliefs, rules=books, question=questions)
def test_every_way_lists_the_item_and_no_part_of_it_does(recommender, tmp_path, belief, rules, question) -> None:
    item, n = question
    case = _case(recommender, belief, rules, tmp_path)
    answer = why_not(case, item, n)
    number = recommender.graph_.index(item)
    assert answer.place == case.place(number, n)
    assert not (answer.place and answer.ways)
    for way in answer.ways:
        assert changed(case, way.changes).place(number, n) == way.place > 0
        parts = chain.from_iterable(combinations(way.changes, size) for size in range(len(way.changes)))
        for part in parts:
            assert not changed(case, part).place(number, n)
        for change in way.changes:
            assert not isinstance(change, Reweigh) or change.weight * change.rule.weight > 0  # none is turned round


@SETTINGS
@given(belief=beliefs, rules=books, question=questions)
def test_the_shares_add_up_to_the_gap(recommender, tmp_path, belief, rules, question) -> None:
    item, n = question
    case = _case(recommender, belief, rules, tmp_path)
    answer = why_not(case, item, n)
    if answer.losses is None:
        return
    graph = recommender.graph_
    own, rival = recommender.explained(case.ranking, [graph.index(item), graph.index(answer.rival)])
    assert sum(row.gap for row in answer.losses.rows) == pytest.approx(rival.score - own.score, abs=1e-6)
    assert answer.losses.gap == pytest.approx(rival.score - own.score, abs=1e-6)


@SETTINGS
@given(belief=beliefs, rules=books, question=questions)
def test_the_trace_tells_what_the_list_shows(recommender, tmp_path, belief, rules, question) -> None:
    item, n = question
    case = _case(recommender, belief, rules, tmp_path)
    traced = trace(case, item, n)
    number = recommender.graph_.index(item)
    assert len(traced.entries) == len(case.rules.rules)
    excluding = {entry.name for entry in traced.entries if entry.effect is Effect.EXCLUDES}
    answer = why_not(case, item, n)
    if not answer.place:
        assert excluding == {wish.label for wish in answer.against if wish.origin.place}
    points = sum(entry.points for entry in traced.entries)
    assert points == pytest.approx(case.ranking.scores[number] - case.ranking.blended.scores[number])
