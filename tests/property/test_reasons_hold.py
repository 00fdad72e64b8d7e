"""Reasons are true: without the one cited, the item does worse. Over the shipped catalogue.

What is cited for an item is the opinion whose shares, over all scorers, add most to its score. Without it the item's
score, measured in the scales of the list that cited it, falls: always. Its place among the others falls too in nearly
all cases; not where the items above it leaned on the same opinion even more and fall past it, or where it led before
and still does.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kgrec.acts import Ask, QuestionKind
from kgrec.cli.opening import choose, open_recommender
from kgrec.domain import Belief, FacetKind, Opinion, OpinionKind, Preference, Recommendation
from kgrec.ranking import Ranking
from kgrec.recommender import Recommender

FALLS = 0.9
"""At least this share of the items fall in rank without the opinion cited; nearly all others keep their place."""


@pytest.fixture(scope="module")
def recommender(films_home: Path) -> Recommender:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KGREC_HOME", str(films_home))
        return open_recommender(choose("films"))[0]


def beliefs(recommender: Recommender) -> Iterator[Belief]:
    """Yield beliefs of three films and two values each, a third of the films of the catalogue in them. Seed 0."""
    graph, rng = recommender.graph_, np.random.default_rng(0)
    values = [value for own in recommender.questions_.askable.values.values() for value in own]
    order = rng.permutation(graph.n_items)[: graph.n_items // 3]
    for films in np.array_split(order, len(order) // 3):
        said = [Opinion(graph.entity_ids[film], float(rng.choice([1, 0.3, -1])), OpinionKind.RATED) for film in films]
        for value in rng.choice(values, 2, replace=False):
            kind = OpinionKind.LIKED if rng.random() < 0.5 else OpinionKind.CHOSEN
            said.append(Opinion(graph.entity_ids[value], float(rng.choice([1, 1, -1])), kind))
        yield Belief(tuple(said))


def cited(entry: Recommendation) -> str | None:
    """Return the entity of the opinion that adds most to an item's score."""
    shares: Counter[str] = Counter()
    for reason in entry.reasons:
        if reason.path:
            shares[reason.path[0]] += reason.share
    best = shares.most_common(1)
    return best[0][0] if best and best[0][1] > 0 else None


def score_in(recommender: Recommender, old: Ranking, new: Ranking, item: int) -> float:
    """Return an item's score by the evidence of one ranking in the scales of another."""
    total = 0.0
    for scorer in recommender.scorers_:
        if scorer.name in old.blended.parts:
            part = old.blended.parts[scorer.name].at(np.array([item]))
            total += float(dataclasses.replace(part, raw=scorer.score(new.evidence, np.array([item]))).points[0])
    return total


def place(ranking: Ranking, item: int, among: np.ndarray) -> int:
    return int((ranking.scores[among] > ranking.scores[item]).sum())


def test_without_the_opinion_cited_an_item_does_worse(recommender: Recommender) -> None:
    fell = listed = 0
    for belief in beliefs(recommender):
        ranking = recommender.rank(belief)
        without: dict[str, Ranking] = {}
        for entry in recommender.slate(ranking):
            name = cited(entry)
            if name is None:
                continue
            if name not in without:
                others = tuple(opinion for opinion in belief.opinions if opinion.entity != name)
                without[name] = recommender.rank(dataclasses.replace(belief, opinions=others))
            item, after = recommender.graph_.index(entry.item), without[name]
            assert score_in(recommender, ranking, after, item) < ranking.blended.scores[item], (belief, entry)
            both = ranking.open & after.open
            fell += place(after, item, both) > place(ranking, item, both)
            listed += 1
    assert listed > 300
    assert fell >= FALLS * listed


def test_without_the_wish_cited_an_item_loses_just_its_weight(recommender: Recommender) -> None:
    wish = Preference("mood has thrilling", 0.7)
    with_it, without = recommender.rank(Belief(wishes=(wish,))), recommender.rank(Belief())
    for entry in recommender.slate(with_it):
        item = recommender.graph_.index(entry.item)
        shares = [reason.share for reason in entry.reasons if reason.scorer == "rules"]
        assert with_it.scores[item] - without.scores[item] == pytest.approx(sum(shares))


def test_a_newcomer_is_never_asked_about_somebody_unknown_and_kinds_vary(recommender: Recommender) -> None:
    from kgrec.dialogue import Session
    from kgrec.reasoning.candidates import HEARD_OF

    session, kinds = Session.start(recommender), set()
    graph, known = recommender.graph_, recommender.questions_.known
    for _ in range(40):
        act = session.act()
        if not isinstance(act, Ask):
            session.ask_more()
            act = session.act()
        if not isinstance(act, Ask):
            break
        question = act.question
        kinds.add(question.kind)
        ids = [question.subject, *(str(option.value) for option in question.options)]
        for value in (graph.index(name) for name in ids if name in graph and not graph.is_item(name)):
            if any(facet.kind is FacetKind.ENTITY for facet in graph.facets_of(value)):
                assert known[value] >= HEARD_OF, graph.label(value)
        session.skip(question)
    assert {QuestionKind.SEEN, QuestionKind.CHOICE, QuestionKind.LOVED} <= kinds
