"""A fair list: what each person's ranking comes to together, on paper."""

from pathlib import Path

import numpy as np
import pytest

from kgrec.acts import Event, EventKind, Repair
from kgrec.blend import Blended
from kgrec.dialogue import MemoryLog, Session
from kgrec.dialogue.companions import Companion, known_of
from kgrec.dialogue.wording import act_text, company_text, matches_text, reason_line
from kgrec.domain import UNSEEN, Belief, Constraint, Opinion
from kgrec.graph import KnowledgeGraph
from kgrec.group import FAIRNESS, explained, fair, fair_slate
from kgrec.ranking import Ranking
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.scorers import Evidence

NOW = 1_000_000.0


def ranking(scores: list[float], *constraints: tuple[Constraint, list[bool]]) -> Ranking:
    """Return a ranking with these scores and constraints."""
    numbers = np.array(scores)
    masks = tuple(np.array(mask) for _, mask in constraints)
    allowed = np.logical_and.reduce((np.ones(len(scores), dtype=bool), *masks))
    evidence = Evidence(len(scores), np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32))
    wishes = tuple(wish for wish, _ in constraints)
    return Ranking(Belief(), evidence, Blended(numbers, {}), (), numbers, allowed, allowed, wishes, masks)


@pytest.fixture
def recommender(tiny_world: KnowledgeGraph) -> Recommender:
    return Recommender(texts=False).fit(tiny_world)


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


def rule_book(folder: Path, graph: KnowledgeGraph, text: str) -> RuleBook:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return RuleBook.load(path, graph)


def likes(*entities: str) -> Belief:
    return Belief(tuple(Opinion(entity, 1.0) for entity in entities))


# --- the scores -------------------------------------------------------------------------------------------------------


def test_half_the_average_and_half_the_least():
    # Each has the mean 0 and the deviation 1, so standings are the scores themselves.
    together = fair({"ana": ranking([1, 1, -1, -1]), "ben": ranking([1, -1, 1, -1])})
    assert together.combined.scores.tolist() == [1.0, -0.5, -0.5, -1.0]  # .5 × mean + .5 × least


def test_the_mix_can_be_either_end():
    people = {"ana": ranking([1, 1, -1, -1]), "ben": ranking([1, -1, 1, -1])}
    assert fair(people, 0.0).combined.scores.tolist() == [1.0, 0.0, 0.0, -1.0]
    assert fair(people, 1.0).combined.scores.tolist() == [1.0, -1.0, -1.0, -1.0]


def test_nobody_weighs_more_for_larger_scores():
    small = fair({"ana": ranking([1, 1, -1, -1]), "ben": ranking([1, -1, 1, -1])})
    large = fair({"ana": ranking([13, 13, 7, 7]), "ben": ranking([1, -1, 1, -1])})
    assert np.allclose(small.combined.scores, large.combined.scores)


def test_the_least_content_weighs_most():
    together = fair({"ana": ranking([1, 1, -1, -1]), "ben": ranking([1, -1, 1, -1])})
    assert together.weights.tolist() == [[0.5, 0.25, 0.75, 0.5], [0.5, 0.75, 0.25, 0.5]]


def test_one_person_keeps_their_own_ranking():
    alone = ranking([3, 1, 2, 0])
    assert fair({"ana": alone}).combined is alone


# --- what is allowed --------------------------------------------------------------------------------------------------


def test_what_anybody_excludes_is_out_and_each_constraint_says_whose_it_is():
    shared = Constraint("year > 1980")
    ana = ranking([1, 1, -1, -1], (shared, [True, True, True, False]), (Constraint("short"), [True, False, True, True]))
    ben = ranking([1, -1, 1, -1], (shared, [True, True, True, False]), (Constraint("calm"), [True, True, False, True]))
    combined = fair({"ana": ana, "ben": ben}).combined
    assert combined.allowed.tolist() == [True, False, False, False]
    assert [wish.label for wish in combined.constraints] == ["year > 1980", "short (ana)", "calm (ben)"]


def test_what_means_something_else_for_each_holds_for_both():
    wish = Constraint("genre in user.genres")
    ana = ranking([1, 1, -1, -1], (wish, [True, True, False, False]))
    ben = ranking([1, -1, 1, -1], (wish, [False, True, True, False]))
    combined = fair({"ana": ana, "ben": ben}).combined
    (mask,) = combined.masks
    assert mask.tolist() == combined.allowed.tolist() == [False, True, False, False]


# --- the list ---------------------------------------------------------------------------------------------------------


def slate_for(recommender: Recommender, **people: Belief):
    rankings = {name: recommender.rank(belief) for name, belief in people.items()}
    return fair_slate(recommender, fair(rankings), 6)


def test_each_item_says_how_well_it_suits_whom_and_why(recommender: Recommender):
    slate = slate_for(recommender, ana=likes("heat"), ben=likes("genre/comedy"))
    own = {
        name: {entry.item: entry.match for entry in recommender.slate(recommender.rank(belief), 6)}
        for name, belief in (("ana", likes("heat")), ("ben", likes("genre/comedy")))
    }
    for entry in slate:
        assert dict(entry.matches) == {name: pytest.approx(matches[entry.item]) for name, matches in own.items()}
        assert min(dict(entry.matches).values()) <= entry.match <= max(dict(entry.matches).values())
        assert sum(reason.share for reason in entry.reasons) == pytest.approx(entry.score, abs=1e-9)
    texts = {reason.text for entry in slate for reason in entry.reasons}
    assert any(text.startswith(("you love Heat", "you like Heat")) for text in texts)
    assert any(text.startswith("ben likes Comedy") for text in texts)
    assert not any(text.startswith("you like Comedy") for text in texts)


def test_the_score_shown_is_the_one_that_orders(recommender: Recommender):
    people = {"ana": recommender.rank(likes("heat")), "ben": recommender.rank(likes("babe"))}
    together = fair(people)
    entries = explained(recommender, together, range(6))
    assert [entry.score for entry in entries] == pytest.approx(together.combined.scores.tolist(), abs=1e-6)
    assert all(any(reason.scorer == FAIRNESS for reason in entry.reasons) for entry in entries)


def test_what_anybody_knows_is_left_out(recommender: Recommender):
    items = {entry.item for entry in slate_for(recommender, ana=likes("heat"), ben=Belief(seen=frozenset({"clue"})))}
    assert items == {"thief", "scream", "alien", "babe"}


def test_matches_in_words(recommender: Recommender):
    entry = slate_for(recommender, ana=likes("heat"), ben=likes("babe")).items[0]
    ana, ben = (match for _, match in entry.matches)
    assert matches_text(entry) == f"ana {ana:.0%}, ben {ben:.0%}"


# --- in a conversation ------------------------------------------------------------------------------------------------


def start(recommender: Recommender, log: MemoryLog, *companions: Companion) -> Session:
    return Session.start(recommender, log=log, user="ana", clock=lambda: NOW, companions=companions)


def test_nobody_else_leaves_the_list_as_it_is(recommender: Recommender, log: MemoryLog):
    session = start(recommender, log)
    session.rate("heat", 1.0)
    assert session.slate() == recommender.slate(recommender.rank(session.belief, session.rules, session.context), 10)


def test_what_is_said_counts_for_whoever_says_it(recommender: Recommender, log: MemoryLog):
    log.append(Event(EventKind.RATED, "babe", 1.0, user="ben", session="before"))
    ben = Companion("ben", known_of(recommender, "ben", log.events("ben")))
    session = start(recommender, log, ben)
    session.rate("heat", 1.0)
    assert [name for name, _ in session.slate().items[0].matches] == ["ana", "ben"]
    assert {event.user for event in log.events("ana")} == {"ana"}
    assert len(log.events("ben")) == 1
    assert "babe" not in {entry.item for entry in session.slate()}  # ben knows it


def test_the_data_set_speaks_for_a_companion(recommender: Recommender):
    belief = known_of(recommender, "cat", [Event(EventKind.SEEN, "alien", user="cat", session="s", id=1)])
    assert {opinion.entity for opinion in belief.opinions} == {"babe", "clue"}
    assert belief.seen == {"alien"}


def test_a_stranger_is_a_newcomer(recommender: Recommender, log: MemoryLog):
    nobody = Companion("dora", known_of(recommender, "dora", ()))
    assert nobody.is_newcomer
    assert company_text([nobody]) == "For you and dora. Of dora nothing is known yet: what most people like counts."
    session = start(recommender, log, nobody)
    popular = recommender.rank(Belief()).blended.match(recommender.rank(Belief()).scores)
    for entry in session.slate():
        assert dict(entry.matches)["dora"] == pytest.approx(popular[recommender.graph_.index(entry.item)])


def test_a_conflict_of_two_names_whose_wish_is_whose_and_is_repaired(
    recommender: Recommender, log: MemoryLog, tiny_world: KnowledgeGraph, tmp_path: Path
):
    rules = rule_book(tmp_path, tiny_world, "rules: [{name: nothing scary, forbid: genre has Horror}]")
    session = start(recommender, log, Companion("ben", Belief(), rules))
    session.wish("genre has Horror", "horror")
    act = session.act()
    assert isinstance(act, Repair)
    text = act_text(act, tiny_world)
    assert "“horror (ana)”" in text
    assert "the rule “nothing scary (ben)” (own.yaml:1)" in text
    theirs = next(way for way in act.conflict.relaxations if way.drop[0].label == "nothing scary (ben)")
    session.relax(theirs)
    assert {entry.item for entry in session.slate()} == {"scream", "alien"}


def test_who_knows_everything_that_fits_is_asked_whether_to_see_it_again(recommender: Recommender, log: MemoryLog):
    ben = Companion("ben", Belief(seen=frozenset({"scream", "alien"})))
    session = start(recommender, log, ben)
    session.wish("genre has Horror", "horror")
    act = session.act()
    assert isinstance(act, Repair)
    again = next(way for way in act.conflict.relaxations if way.drop == (UNSEEN,))
    session.relax(again)
    assert {entry.item for entry in session.slate()} == {"scream", "alien"}


def test_an_item_explained_tells_of_both(recommender: Recommender, log: MemoryLog):
    session = start(recommender, log, Companion("ben", likes("genre/comedy")))
    session.rate("heat", 1.0)
    told = session.explain("clue")
    assert told.score == pytest.approx(float(session.ranking().scores[5]))
    assert "ben likes Comedy" in reason_line(told)
