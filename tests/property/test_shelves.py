"""Pages of titled rows over any belief, rules and order of the catalogue: they keep their promises."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgrec.audit.case import Case
from kgrec.dialogue.companions import Companion
from kgrec.dialogue.consequences import Consequences
from kgrec.domain import Belief, Constraint, Dials, Facet, FacetKind, Ontology, Opinion
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.shelves import FEWEST, Shelf, ShelfKind

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
N_ITEMS = 60
GENRES = ("crime", "comedy", "horror", "drama", "war")
ITEMS = tuple(f"f{number:02}" for number in range(N_ITEMS))
WISHES = ("genre has crime", "year > 1980", "not genre has horror", "director != d1")
RULES = (
    "- limit: 2 per genre\n",
    "- limit: 1 per director\n",
    "- forbid: genre has war\n",
    "- {prefer: genre has drama, weight: 1.5}\n",
    "- {shelf: A, of: genre has crime}\n",
    "- {shelf: B, of: 'genre has any [comedy, war]'}\n",
    "- {shelf: 'Because you liked {item}', of: related(user.last_liked)}\n",
)
MASKS = {"A": "genre has crime", "B": "genre has any [comedy, war]"}

entities = st.sampled_from([*ITEMS, *(f"genre/{name}" for name in GENRES), "director/d1", "director/d2"])
opinions = st.builds(Opinion, entities, st.sampled_from([-1.0, 0.4, 1.0]))
beliefs = st.builds(
    Belief,
    opinions=st.lists(opinions, max_size=6, unique_by=lambda opinion: opinion.entity).map(tuple),
    wishes=st.lists(st.sampled_from(WISHES).map(Constraint), max_size=2, unique=True).map(tuple),
    seen=st.frozensets(st.sampled_from(ITEMS), max_size=4),
    excluded=st.frozensets(st.sampled_from(ITEMS), max_size=4),
    dials=st.builds(Dials, diversity=st.sampled_from([0.0, 0.5]), familiar=st.sampled_from([0.0, -0.4])),
)
some_rules = st.lists(st.sampled_from(RULES), max_size=4, unique=True)

Book = Callable[[Iterable[str]], RuleBook]


def facet(name: str, kind: FacetKind, **rest: object) -> Facet:
    return Facet(name, f"https://w3id.org/kgrec/items/facet/{name}", kind, name, f"{name}s", **rest)  # type: ignore[arg-type]


ONTOLOGY = Ontology(
    "films",
    "https://w3id.org/kgrec/items/Film",
    "https://w3id.org/kgrec/items/",
    "film",
    "films",
    (
        facet("genre", FacetKind.CATEGORY),
        facet("director", FacetKind.ENTITY, phrase="directed by {value}"),
        facet("year", FacetKind.NUMBER, more="newer", weight=0.0),
        facet("renown", FacetKind.NUMBER, is_prior=True, weight=0.0),
    ),
)


def films() -> pd.DataFrame:
    """Return sixty films of one to three of five genres, ten directors, no two equally well known. Seed 0."""
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "item": ITEMS,
            "label": [f"Film {number}" for number in range(N_ITEMS)],
            "genre": ["|".join(rng.choice(GENRES, rng.integers(1, 4), replace=False)) for _ in range(N_ITEMS)],
            "director": [f"d{rng.integers(10)}" for _ in range(N_ITEMS)],
            "year": rng.permutation(np.arange(1960, 1960 + N_ITEMS)),
            "renown": rng.uniform(1.0, 5.0, N_ITEMS),
        }
    )


def fitted(table: pd.DataFrame) -> Recommender:
    return Recommender(texts=False).fit(KnowledgeGraph.from_frames(table, ontology=ONTOLOGY))


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    return fitted(films())


@pytest.fixture(scope="module")
def shuffled() -> Recommender:
    return fitted(films().sample(frac=1.0, random_state=1))


@pytest.fixture
def book(recommender: Recommender, tmp_path: Path) -> Book:
    def load(rules: Iterable[str], graph: KnowledgeGraph = recommender.graph_) -> RuleBook:
        path = tmp_path / "rules.yaml"
        text = "".join(rules)
        path.write_text(f"rules:\n{text}" if text else "rules: []\n", encoding="utf-8")
        return RuleBook.load(path, graph)

    return load


def ids(shelves: Iterable[Shelf]) -> list[str]:
    return [entry.item for shelf in shelves for entry in shelf.items]


@SETTINGS
@given(belief=beliefs, rules=some_rules, extent=st.tuples(st.integers(1, 8), st.integers(1, 9)))
def test_what_may_not_be_listed_is_on_no_row_and_nothing_is_on_two(
    recommender: Recommender, book: Book, belief: Belief, rules: list[str], extent: tuple[int, int]
) -> None:
    (n, rows), graph, rulebook = extent, recommender.graph_, book(rules)
    ranking = recommender.rank(belief, rulebook)
    shelves = recommender.shelves(ranking, rulebook, n=n, rows=rows)
    listed = ids(shelves)
    assert len(listed) == len(set(listed))
    assert ranking.open[graph.indices(listed)].all()
    known = belief.seen | belief.excluded | {opinion.entity for opinion in belief.opinions}
    assert known.isdisjoint(listed)
    assert len(shelves) <= rows
    assert bool(shelves) == bool(ranking.open.any())
    assert all(min(FEWEST, n) <= len(shelf.items) <= n for shelf in shelves[1:])
    assert len({shelf.title.casefold() for shelf in shelves}) == len(shelves)
    assert [shelf.title for shelf in shelves[:1]] in ([], ["For you now"])


@SETTINGS
@given(belief=beliefs, rules=some_rules)
def test_every_row_holds_what_its_title_says_within_limits(
    recommender: Recommender, book: Book, belief: Belief, rules: list[str]
) -> None:
    graph, rulebook = recommender.graph_, book(rules)
    ranking = recommender.rank(belief, rulebook)
    for shelf in recommender.shelves(ranking, rulebook, n=5):
        row = graph.indices(entry.item for entry in shelf.items).tolist()
        if shelf.title in MASKS:
            assert rulebook.mask(MASKS[shelf.title], recommender.scope(belief))[row].all()
        for limit in ranking.limits:
            if shelf.kind is not ShelfKind.VALUE:
                counted = Counter(value for item in row for value in graph.values_of(item, limit.facet))
                assert max(counted.values(), default=0) <= limit.most
        assert shelf.because or shelf.kind is ShelfKind.RULE


@SETTINGS
@given(belief=beliefs, rules=some_rules)
def test_rules_have_their_rows_before_any_others(
    recommender: Recommender, book: Book, belief: Belief, rules: list[str]
) -> None:
    rulebook = book(rules)
    ranking = recommender.rank(belief, rulebook)
    few, many = (recommender.shelves(ranking, rulebook, n=3, rows=rows) for rows in (4, 20))
    asked = {shelf.title for shelf in few if shelf.kind is ShelfKind.RULE}
    could = {shelf.title for shelf in many if shelf.kind is ShelfKind.RULE}
    assert len(asked) >= min(len(could), 3)


@SETTINGS
@given(belief=beliefs, rules=some_rules)
def test_the_order_of_the_catalogue_changes_no_row(
    recommender: Recommender, shuffled: Recommender, book: Book, belief: Belief, rules: list[str]
) -> None:
    """The scores are taken from one of them: popularity breaks ties by the order of the catalogue."""
    order = recommender.graph_.indices(shuffled.graph_.item_ids)
    pages = []
    for one in (recommender, shuffled):
        rulebook = book(rules, one.graph_)
        ranking = one.rank(belief, rulebook)
        if one is shuffled:
            ranking = replace(ranking, scores=recommender.rank(belief, book(rules)).scores[order])
        shelves = one.shelves(ranking, rulebook, n=5)
        pages.append([(shelf.title, shelf.because, ids([shelf])) for shelf in shelves])
    assert pages[0] == pages[1]


@SETTINGS
@given(belief=beliefs, rules=some_rules)
def test_the_same_belief_has_the_same_page(
    recommender: Recommender, book: Book, belief: Belief, rules: list[str]
) -> None:
    rulebook = book(rules)
    ranking = recommender.rank(belief, rulebook)
    assert recommender.shelves(ranking, rulebook) == recommender.shelves(ranking, rulebook)


@SETTINGS
@given(mine=beliefs, theirs=beliefs, rules=some_rules)
def test_a_page_for_two_holds_what_both_may_have(
    recommender: Recommender, book: Book, mine: Belief, theirs: Belief, rules: list[str]
) -> None:
    rulebook = book(rules)
    follows = Consequences(Case(recommender, mine, rulebook), "ana", [Companion("ben", theirs)])
    listed = ids(follows.shelves(5))
    assert len(listed) == len(set(listed))
    assert follows.ranking.open[recommender.graph_.indices(listed)].all()
    first = [entry.item for entry in follows.slate(5)]
    assert listed[: len(first)] == first
