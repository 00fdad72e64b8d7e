"""Lists over any belief, dials and limits: they keep their promises, and are what the formulas say."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgrec.domain import Belief, Dials, Opinion
from kgrec.graph import KnowledgeGraph
from kgrec.ranking import Ranking
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.slates import BALANCE, VARIETY, proportions

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
GENRES = ("crime", "comedy", "horror", "drama", "war")
LIMITS = ("- limit: 2 per genre\n", "- limit: 1 per director\n", "- limit: 3\n  when: genre has war\n")
N_ITEMS = 40

halves = st.sampled_from([0.0, 0.25, 0.5, 1.0])
dials = st.builds(Dials, halves, halves, st.sampled_from([-1.0, -0.4, 0.0, 0.7]))
entities = st.sampled_from([*(f"f{number}" for number in range(N_ITEMS)), *(f"genre/{name}" for name in GENRES)])
opinions = st.builds(Opinion, entities, st.sampled_from([-1.0, 0.4, 1.0]))
beliefs = st.builds(
    Belief,
    opinions=st.lists(opinions, max_size=6, unique_by=lambda opinion: opinion.entity).map(tuple),
    excluded=st.frozensets(st.sampled_from([f"f{number}" for number in range(N_ITEMS)]), max_size=4),
    dials=dials,
)
some_limits = st.lists(st.sampled_from(LIMITS), max_size=2, unique=True)

Book = Callable[[Iterable[str]], RuleBook]


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    """Return a recommender of forty films of one to three of five genres, ten directors and thirty users. Seed 0."""
    rng = np.random.default_rng(0)
    films = pd.DataFrame(
        {
            "item": [f"f{number}" for number in range(N_ITEMS)],
            "label": [f"Film {number}" for number in range(N_ITEMS)],
            "genre": ["|".join(rng.choice(GENRES, rng.integers(1, 4), replace=False)) for _ in range(N_ITEMS)],
            "director": [f"d{rng.integers(10)}" for _ in range(N_ITEMS)],
        }
    )
    rated = [(f"u{user}", f"f{int(N_ITEMS * rng.random() ** 2)}") for user in range(30) for _ in range(8)]
    ratings = pd.DataFrame(sorted(set(rated)), columns=["user", "item"]).assign(rating=4.0)
    fitted = Recommender(texts=False).fit(KnowledgeGraph.from_frames(films, interactions=ratings))
    vectors = rng.normal(size=(N_ITEMS, 8)).astype(np.float32)
    vectors[::7] = 0.0
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    fitted.vectors_ = np.divide(vectors, lengths, out=vectors, where=lengths > 0)
    return fitted


@pytest.fixture
def book(recommender: Recommender, tmp_path: Path) -> Book:
    def load(rules: Iterable[str]) -> RuleBook:
        path = tmp_path / "rules.yaml"
        text = "".join(rules)
        path.write_text(f"rules:\n{text}" if text else "rules: []\n", encoding="utf-8")
        return RuleBook.load(path, recommender.graph_)

    return load


def assert_within_limits(graph: KnowledgeGraph, ranking: Ranking, items: Iterable[int]) -> None:
    for limit in ranking.limits:
        counted = [item for item in items if limit.mask[item]]
        values = [value for item in counted for value in graph.values_of(item, limit.facet)] if limit.facet else counted
        most = max(Counter(values).values(), default=0) if limit.facet else len(counted)
        assert most <= limit.most


@SETTINGS
@given(belief=beliefs, limits=some_limits, n=st.integers(1, 12))
def test_a_list_is_open_within_limits_and_the_beginning_of_a_longer_one(
    recommender: Recommender, book: Book, belief: Belief, limits: list[str], n: int
) -> None:
    graph, ranking = recommender.graph_, recommender.rank(belief, book(limits))
    longer = recommender.best(ranking, n + 5).tolist()
    assert recommender.best(ranking, n).tolist() == longer[:n]
    assert ranking.open[longer].all()
    assert len(set(longer)) == len(longer)
    assert not belief.excluded & {graph.entity_ids[item] for item in longer}
    assert_within_limits(graph, ranking, longer)
    if not limits:
        assert len(longer) == min(n + 5, int(ranking.open.sum()))


@SETTINGS
@given(belief=beliefs, limits=some_limits)
def test_reasons_add_up_whatever_the_dials_and_choosing_changes_no_score(
    recommender: Recommender, book: Book, belief: Belief, limits: list[str]
) -> None:
    graph, ranking = recommender.graph_, recommender.rank(belief, book(limits))
    plain = recommender.rank(replace(belief, dials=Dials(familiar=belief.dials.familiar)), book(limits))
    assert np.array_equal(ranking.scores, plain.scores)
    for entry in recommender.slate(ranking):
        assert sum(reason.share for reason in entry.reasons) == pytest.approx(entry.score, abs=1e-9)
        assert entry.score == pytest.approx(ranking.scores[graph.index(entry.item)], abs=1e-9)


@SETTINGS
@given(belief=beliefs)
def test_a_list_is_what_the_formulas_say(recommender: Recommender, belief: Belief) -> None:
    ranking = recommender.rank(belief)
    assert recommender.best(ranking, 8).tolist() == by_the_book(recommender, ranking, 8)


def by_the_book(recommender: Recommender, ranking: Ranking, n: int) -> list[int]:
    """Return the list place by place, every gain computed anew from its definition."""
    graph, turned, scores = recommender.graph_, ranking.belief.dials, ranking.scores
    left = sorted(np.flatnonzero(ranking.open).tolist(), key=lambda item: (-scores[item], item))
    least, greatest = (scores[left[place]] for place in (-1, 0))
    wanted = {value: share for value, share in enumerate(proportions(graph, ranking.evidence)) if share}
    listed: list[int] = []

    def kinds(item: int, value: int) -> float:
        own = graph.values_of(item, "genre")
        return 0.99 * (value in own) / len(own) + 0.01 * wanted[value]

    def gain(item: int) -> float:
        alike = max((likeness(recommender, item, other) for other in listed), default=0.0)
        mix = sum(p * log(sum(kinds(other, value) for other in (*listed, item))) for value, p in wanted.items())
        own = (1 - max(turned.diversity, turned.calibrated)) * (scores[item] - least) / (greatest - least)
        return round(own - turned.diversity * VARIETY * alike + turned.calibrated * BALANCE * mix, 6)

    while left and len(listed) < n:
        listed.append(max(left, key=gain))
        left.remove(listed[-1])
    return listed


def likeness(recommender: Recommender, item: int, other: int) -> float:
    features, vectors = recommender.graph_.features.toarray(), recommender.vectors_
    shared = float(features[item] @ features[other])
    if not vectors[item].any() or not vectors[other].any():
        return shared
    return (shared + max(float(vectors[item] @ vectors[other]), 0.0)) / 2
