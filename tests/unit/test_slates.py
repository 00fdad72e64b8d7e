"""Lists filled by dials: variety, proportions, renown, and what shall not be listed."""

from collections.abc import Callable
from dataclasses import replace
from math import log2
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kgrec.acts import Repair
from kgrec.audit.whynot_text import Teller
from kgrec.dialogue import Session
from kgrec.dialogue.companions import Companion
from kgrec.domain import EXCLUDED, NEUTRAL, Belief, Constraint, Dials, FacetKind, Opinion, Slate
from kgrec.errors import UnknownEntityError
from kgrec.graph import KnowledgeGraph
from kgrec.group import fair, fair_slate
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.scorers import Evidence
from kgrec.slates import RENOWN, familiarity, novelty, proportions, renown, telling_facet

VARIED = Dials(diversity=1.0)
BALANCED = Dials(calibrated=1.0)
GEMS = Dials(familiar=-1.0)


@pytest.fixture
def recommender(tiny_world: KnowledgeGraph) -> Recommender:
    return Recommender(texts=False).fit(tiny_world)


@pytest.fixture
def book(tiny_world: KnowledgeGraph, tmp_path: Path) -> Callable[[str], RuleBook]:
    """Return a function: rules as YAML to a rule book."""

    def load(rules: str) -> RuleBook:
        path = tmp_path / "rules.yaml"
        path.write_text(f"rules:\n{rules}", encoding="utf-8")
        return RuleBook.load(path, tiny_world)

    return load


def items(slate: Slate) -> list[str]:
    return [entry.item for entry in slate.items]


def likes(**values: float) -> Belief:
    return Belief(tuple(Opinion(item, value) for item, value in values.items()))


def kinds_of_films(*genres: str) -> KnowledgeGraph:
    """Return films of one genre each, the first being f0."""
    names = [f"f{number}" for number in range(len(genres))]
    return KnowledgeGraph.from_frames(
        pd.DataFrame({"item": names, "label": names, "genre": genres, "made_by": [f"p{name}" for name in names]})
    )


# --- scales -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", [{"diversity": -0.1}, {"calibrated": 1.1}, {"familiar": -1.01}, {"diversity": float("nan")}]
)
def test_a_dial_off_its_scale_is_refused(given) -> None:
    with pytest.raises(ValueError, match="lies between"):
        Dials(**given)


def test_dials_at_zero_change_nothing(recommender) -> None:
    assert recommender.recommend(likes=["Heat"], dials=Dials()) == recommender.recommend(likes=["Heat"])


# --- diversity --------------------------------------------------------------------------------------------------------


def test_a_varied_list_puts_the_like_of_what_it_has_last(recommender) -> None:
    plain, varied = items(recommender.recommend()), items(recommender.recommend(dials=VARIED))
    assert varied[0] == plain[0] == "heat"
    assert set(varied) == set(plain)
    assert plain.index("thief") < 5
    assert varied[-1] == "thief"  # a director and a genre in common with Heat: no two films have more


def test_a_varied_list_is_of_the_same_scores_and_says_what_it_moved(recommender) -> None:
    scores = {entry.item: entry.score for entry in recommender.recommend()}
    plain = items(recommender.recommend())
    for place, entry in enumerate(recommender.recommend(dials=Dials(diversity=1.0, calibrated=0.1))):
        assert entry.score == scores[entry.item]
        moved = [reason for reason in entry.reasons if reason.scorer == "dials"]
        assert bool(moved) == (plain.index(entry.item) > place)
        assert all(reason.share == 0.0 for reason in moved)
        if moved:
            rank = plain.index(entry.item) + 1
            assert moved[0].text == f"number {rank} by score, moved up for the variety and balance you asked for"


def test_descriptions_tell_what_is_alike_where_there_are_any(tiny_world, recommender) -> None:
    vectors = np.eye(6, 8, dtype=np.float32)
    vectors[5] = vectors[0]  # Clue is told like Heat
    recommender.vectors_ = vectors
    varied = items(recommender.recommend(dials=VARIED, n=6))
    assert varied[0] == "heat"
    assert varied[-1] == "clue"


def test_what_the_score_alone_would_not_list_says_so(recommender) -> None:
    last = recommender.recommend(n=3, dials=VARIED).items[-1]
    assert last.item not in items(recommender.recommend(n=3))
    assert last.reasons[-1].text == "not among the best 3 by score, moved up for the variety you asked for"


def test_limits_hold_on_a_varied_list_too(recommender, book: Callable[[str], RuleBook]) -> None:
    rules = book("- limit: 1 per director\n- limit: 2\n  when: certificate == R\n")
    found = items(recommender.recommend(rules=rules, dials=Dials(0.5, 0.5, 0.5)))
    assert len({"heat", "thief"} & set(found)) <= 1
    assert len({"heat", "thief", "scream", "alien"} & set(found)) == 2


def test_a_shorter_list_is_the_beginning_of_a_longer_one(recommender) -> None:
    ranking = recommender.rank(replace(likes(heat=1.0, babe=0.5), dials=Dials(0.6, 0.4, -0.3)))
    longest = recommender.best(ranking, 6).tolist()
    assert all(recommender.best(ranking, n).tolist() == longest[:n] for n in range(1, 6))


# --- proportions ------------------------------------------------------------------------------------------------------


def test_the_telling_facet_is_the_first_category_of_full_weight(tiny_world) -> None:
    assert telling_facet(tiny_world).name == "genre"
    lighter = tuple(replace(facet, weight=min(facet.weight, 0.9)) for facet in tiny_world.ontology.facets)
    assert telling_facet(replace(tiny_world, ontology=replace(tiny_world.ontology, facets=lighter))) is None
    turned = tuple(
        replace(facet, kind=FacetKind.ENTITY) if facet.name == "genre" else replace(facet, weight=1.0)
        for facet in tiny_world.ontology.facets
    )
    other = telling_facet(replace(tiny_world, ontology=replace(tiny_world.ontology, facets=turned)))
    assert other.name == "certificate"


def test_proportions_are_those_of_what_is_liked(tiny_world) -> None:
    told = likes(**{"heat": 1.0, "babe": 0.5, "alien": -1.0, "genre/comedy": 0.5, "director/michael-mann": 1.0})
    found = proportions(tiny_world, Evidence.of(told, tiny_world))
    shares = {tiny_world.entity_ids[value]: found[value] for value in np.flatnonzero(found)}
    assert shares == pytest.approx(
        {"genre/crime": 0.25, "genre/drama": 0.25, "genre/comedy": 0.375, "genre/family": 0.125}
    )


def test_nothing_liked_has_no_proportions(tiny_world, recommender) -> None:
    assert not proportions(tiny_world, Evidence.of(likes(alien=-1.0), tiny_world)).any()
    assert not proportions(tiny_world, Evidence.of(likes(**{"director/wes-craven": 1.0}), tiny_world)).any()
    assert items(recommender.recommend(dials=BALANCED)) == items(recommender.recommend())


def test_a_balanced_list_has_the_proportions_of_what_is_liked() -> None:
    # Liked: three of one kind and one of another. Of four, three and one are listed; the rest is more of the first.
    graph = kinds_of_films(*["crime"] * 3, "comedy", *["crime"] * 6, *["comedy"] * 6)
    recommender = Recommender(texts=False).fit(graph)
    history = ["f0", "f1", "f2", "f3"]
    listed = items(recommender.recommend(history, n=4, dials=BALANCED))
    kinds = [graph.labels[graph.values_of(graph.index(item), "genre")[0]] for item in listed]
    assert sorted(kinds) == ["comedy", "crime", "crime", "crime"]


# --- renown -----------------------------------------------------------------------------------------------------------


def test_renown_is_counted_or_else_told_by_the_prior(tiny_world) -> None:
    counts = np.log1p([3, 1, 1, 1, 2, 1])
    assert renown(tiny_world) == pytest.approx((counts - counts.mean()) / counts.std())
    quiet = replace(tiny_world, interactions=type(tiny_world.interactions).empty(6))
    prior = np.array([5, 3, 5, 5, 3, 2])
    assert renown(quiet) == pytest.approx((prior - prior.mean()) / prior.std())
    assert not renown(replace(quiet, numbers={**quiet.numbers, "renown": np.full(6, np.nan)})).any()


def test_the_popularity_dial_is_a_share_of_the_score(recommender, tiny_world) -> None:
    belief = likes(thief=1.0)
    plain, turned = recommender.rank(belief), recommender.rank(replace(belief, dials=GEMS))
    expected = -RENOWN * plain.blended.scores.std() * renown(tiny_world)
    assert turned.scores - plain.scores == pytest.approx(expected)
    for number, entry in enumerate(recommender.explained(turned, range(6))):
        assert sum(reason.share for reason in entry.reasons) == pytest.approx(entry.score, abs=1e-6)
        (own,) = [reason for reason in entry.reasons if reason.text.startswith("you asked for hidden gems")]
        assert own.share == pytest.approx(expected[number])
        assert own.text.endswith("few know it" if own.share > 0 else "many know it")


def test_turned_one_way_the_list_is_less_known_than_turned_the_other(recommender, tiny_world) -> None:
    gems, known = (recommender.recommend(n=2, dials=Dials(familiar=value)) for value in (-1.0, 1.0))
    bits = [novelty(tiny_world, tiny_world.indices(items(slate)).tolist()) for slate in (gems, known)]
    assert bits[0] > bits[1]
    assert items(known) == ["heat", "babe"]
    assert not familiarity(tiny_world, NEUTRAL, np.arange(6.0))


def test_novelty_is_the_mean_self_information(tiny_world) -> None:
    assert novelty(tiny_world, [0, 1]) == pytest.approx((log2(5 / 4) + log2(5 / 2)) / 2)
    assert novelty(tiny_world, []) is None
    assert novelty(replace(tiny_world, interactions=type(tiny_world.interactions).empty(6)), [0]) is None


# --- what shall not be listed -----------------------------------------------------------------------------------------


def test_what_is_excluded_is_not_listed_known_or_not(recommender) -> None:
    shown = items(recommender.recommend(n=2))
    assert items(recommender.recommend(n=4, exclude=shown)) == items(recommender.recommend(n=6))[2:]
    again = recommender.recommend({"babe": 1.0}, exclude=["Babe", "Heat (1995)"], exclude_seen=False)
    assert set(items(again)) == {"thief", "scream", "alien", "clue"}
    for name in ("Titanic", "genre/horror"):
        with pytest.raises(UnknownEntityError):
            recommender.recommend(exclude=[name])


def test_where_too_much_is_excluded_that_can_be_given_up(recommender) -> None:
    slate = recommender.recommend(where=["genre has Comedy"], exclude=["Babe", "Clue"])
    assert EXCLUDED in slate.conflict.wishes
    assert {way.drop[0].label: way.items for way in slate.conflict.relaxations} == {
        "genre has Comedy": 4,
        "none of those you excluded": 2,
    }
    given_up = Belief(
        wishes=(Constraint("genre has Comedy"),), excluded=frozenset({"babe", "clue"}), dropped=frozenset({"excluded"})
    )
    assert set(items(recommender.slate(recommender.rank(given_up)))) == {"babe", "clue"}


def test_what_was_passed_over_stays_away_whatever_the_dials(recommender) -> None:
    session = Session.start(recommender)
    first = items(session.slate(2))
    session.pass_over(first)
    session.turn("diversity", 1.0)
    session.turn("familiar", -0.5)
    assert set(items(session.slate())) == set(recommender.graph_.item_ids) - set(first)


# --- groups, conversations --------------------------------------------------------------------------------------------


def test_what_is_asked_of_a_list_is_asked_for_everybody(recommender) -> None:
    session = Session.start(recommender, companions=[Companion("ben", likes(clue=1.0))])
    session.turn("familiar", -1.0)
    for entry in session.slate():
        texts = [reason.text for reason in entry.reasons]
        assert sum("hidden gems" in text for text in texts) == 2
        assert sum(reason.share for reason in entry.reasons) == pytest.approx(entry.score, abs=1e-6)


def test_a_list_for_several_is_varied_for_all(recommender) -> None:
    people = {name: replace(belief, dials=VARIED) for name, belief in (("ana", likes(babe=1.0)), ("ben", Belief()))}
    together = fair({name: recommender.rank(belief) for name, belief in people.items()})
    assert together.combined.belief.dials == VARIED
    slate = fair_slate(recommender, together, 5)
    assert items(slate)[-1] == "thief"
    found = proportions(recommender.graph_, together.combined.evidence)
    assert found.sum() == pytest.approx(1.0)


def test_a_dial_is_turned_in_a_conversation_and_turned_back(recommender) -> None:
    session = Session.start(recommender)
    plain = session.slate()
    session.turn("familiar", -0.5)
    assert [chip.label for chip in session.chips] == ["hidden gems: 50%"]
    session.turn("familiar", -1.0)
    assert [chip.label for chip in session.chips] == ["hidden gems: 100%"]
    assert session.belief.dials == GEMS
    assert session.slate() != plain
    session.undo()
    assert session.belief.dials == Dials(familiar=-0.5)
    session.undo(session.chips[0].event)
    assert session.slate() == plain
    with pytest.raises(ValueError, match="between -1 and 1"):
        session.turn("familiar", 2.0)
    assert session.slate() == plain


def test_a_dial_is_forgotten_with_the_session(recommender) -> None:
    session = Session.start(recommender)
    session.turn("diversity", 0.5)
    session.start_over()
    assert session.belief.dials == NEUTRAL


def test_a_dead_end_stays_one_whatever_the_dials(recommender) -> None:
    session = Session.start(recommender)
    session.turn("calibrated", 0.5)
    session.wish("year > 2100")
    assert isinstance(session.act(), Repair)
    assert not session.slate().items


def test_why_not_stays_true_with_dials(recommender) -> None:
    session = Session.start(recommender)
    session.rate("heat", 1.0)
    session.turn("diversity", 0.8)
    session.turn("familiar", -0.7)
    listed = items(session.slate(2))
    for item in set(recommender.graph_.item_ids) - {*listed, "heat"}:
        answer = session.why_not(item, 2)
        assert not answer.place
        rival, own = (session.explain(name).score for name in (answer.rival, item))
        assert answer.losses.gap == pytest.approx(rival - own, abs=1e-5)


def test_why_not_names_the_dial_that_keeps_an_item_off(recommender) -> None:
    session = Session.start(recommender)
    missed = items(session.slate(3))[2]
    assert not session.why_not("clue", 3).asked_instead
    session.turn("diversity", 1.0)
    answer = session.why_not(missed, 3)
    assert answer.asked_instead == "variety"
    told = Teller(recommender.graph_).tell(answer)
    assert "By score it would be listed; others have its place for the variety asked for." in told.lines
