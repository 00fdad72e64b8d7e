"""Whom users know: the network, the walk over it, what reasons may say of it, and the row on the page."""

from dataclasses import replace

import numpy as np
import pytest
from communities import community
from contracts import LearnedScorerContract

from kgrec.acts import Confirm, Event, EventKind
from kgrec.blend import blend_many, score_histories
from kgrec.dialogue import Session
from kgrec.dialogue.companions import Companion, unnamed
from kgrec.dialogue.log import MemoryLog
from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph
from kgrec.graph.people import People as Network
from kgrec.graph.snapshot import load, save
from kgrec.ingest.datasets import load as load_dataset
from kgrec.ingest.rdf import import_rdf
from kgrec.learning.learn import Lesson
from kgrec.learning.pools import Pool
from kgrec.learning.splits import hold_out_interactions, with_interactions
from kgrec.recommender import Recommender
from kgrec.scorers import Evidence, People
from kgrec.shelves import ShelfKind
from kgrec.ties import Tie, TieKind
from kgrec.tui.taste_turns import forget
from kgrec.tui.taste_view import taste_view
from kgrec.weights import item_ages

ANN, BOB = Tie("ann", TieKind.FRIEND, is_named=True), Tie("bob", TieKind.TRUST)
NETWORK = Network.of_ties([("eli", ANN), ("eli", BOB), ("bob", Tie("cat")), ("dan", BOB)])


@pytest.fixture
def world(tiny_world: KnowledgeGraph) -> KnowledgeGraph:
    """Eli, who rated nothing, knows Ann, who may be named, and Bob, who knows Cat; Dan knows Bob."""
    return replace(tiny_world, people=NETWORK)


def reasons(recommender: Recommender, user: str, item: str) -> list[str]:
    listed = recommender.recommend(user=user, n=6)
    return [reason.text for entry in listed if entry.item == item for reason in entry.reasons]


class TestPeople(LearnedScorerContract):
    is_restored = False
    hears_history = False

    @pytest.fixture
    def scorer(self, world: KnowledgeGraph) -> People:
        return People().fit(world)

    @pytest.fixture
    def evidence(self, tiny_world: KnowledgeGraph) -> Evidence:
        return replace(Evidence.from_history({0: 1.0}, tiny_world.n_items), ties=(ANN, BOB))

    def test_it_walks_to_people_and_on_to_what_they_like(self, world: KnowledgeGraph, evidence, everything) -> None:
        scores = People(alpha=1.0, beta=0.0, onward=0.0).fit(world).score(evidence, everything)
        # ann likes heat and thief; bob heat, alien and scream; each voice is shared out, and the mean of both taken
        np.testing.assert_allclose(scores, [5 / 12, 1 / 4, 1 / 6, 1 / 6, 0, 0], atol=1e-6)

    def test_and_through_people_to_those_they_know(self, world: KnowledgeGraph, evidence, everything) -> None:
        near = People(alpha=1.0, beta=0.0, onward=0.0).fit(world).score(evidence, everything)
        far = People(alpha=1.0, beta=0.0, onward=1.0).fit(world).score(evidence, everything) - near
        # ann knows nobody, bob knows cat, who likes babe and clue
        np.testing.assert_allclose(far, [0, 0, 0, 0, 1 / 4, 1 / 4], atol=1e-6)

    def test_what_friends_cannot_stand_is_no_reason(self, world: KnowledgeGraph, everything) -> None:
        scores = People(onward=0.0).fit(world).score(Evidence(6, *_nothing(), ties=(Tie("dan"),)), everything)
        assert not scores.any()  # dan hated heat, and rated nothing else

    def test_popular_items_are_held_back(self, world: KnowledgeGraph, evidence, everything) -> None:
        plain, held = (People(beta=beta).fit(world).score(evidence, everything) for beta in (0.0, 0.5))
        np.testing.assert_allclose(held / plain, world.interactions.item_counts**-0.5, rtol=1e-5)

    def test_it_says_nothing_of_who_knows_nobody_here(self, scorer: People, everything) -> None:
        stranger = Evidence(6, *_nothing(), ties=(Tie("nobody"),))
        assert np.isnan(scorer.score(stranger, everything)).all()
        assert scorer.shares(stranger, everything) == ()

    def test_users_of_the_graph_score_as_their_ties_do(self, scorer: People, world: KnowledgeGraph, everything) -> None:
        users = np.arange(world.interactions.n_users)
        for user, row in zip(world.interactions.user_ids, scorer.score_users(users), strict=True):
            alone = scorer.score(Evidence(6, *_nothing(), ties=world.people.of(user)), everything)
            np.testing.assert_allclose(row, alone, atol=1e-6)

    def test_each_who_may_be_named_has_a_share_the_others_one(self, scorer: People, evidence, everything) -> None:
        shares = scorer.shares(evidence, everything)
        assert [share.ties for share in shares] == [(ANN,), (BOB,), ()]
        assert shares[2].values[4] > 0


def _nothing() -> tuple[np.ndarray, np.ndarray]:
    return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32)


def test_a_network_knows_each_users_ties() -> None:
    assert NETWORK.of("eli") == (ANN, BOB)
    assert NETWORK.of("ann") == NETWORK.of("nobody") == ()
    assert len(NETWORK) == 4


def test_a_snapshot_keeps_the_network(world: KnowledgeGraph, tmp_path) -> None:
    graph = replace(world, fingerprint="f")
    save(graph, tmp_path / "graph")
    again = load(tmp_path / "graph", "f").people
    assert again.ids == NETWORK.ids
    assert [again.of(one) for one in again.ids] == [NETWORK.of(one) for one in NETWORK.ids]


def test_rdf_tells_the_network_only_with_what_users_did(world: KnowledgeGraph, tmp_path) -> None:
    again = KnowledgeGraph.from_rdf(world.to_rdflib(interactions=True), name="tiny")
    assert {one: again.people.of(one) for one in again.people.ids} == {one: NETWORK.of(one) for one in NETWORK.ids}
    world.to_rdflib(interactions=True).serialize(tmp_path / "tiny.nt", format="nt", encoding="utf-8")
    assert load_dataset(import_rdf(tmp_path / "tiny.nt")).people.of("eli") == (ANN, BOB)
    assert not len(KnowledgeGraph.from_rdf(world.to_rdflib(), name="tiny").people)


def test_friends_stay_where_interactions_are_cut(world: KnowledgeGraph) -> None:
    cut = with_interactions(world, np.zeros(len(world.interactions), dtype=bool))
    assert cut.people.of("eli") == (ANN, BOB)


def test_many_are_scored_by_their_ties_only_where_it_is_known_who_they_are(world: KnowledgeGraph) -> None:
    scorer, dan = People().fit(world), np.array([world.interactions.user_ids.index("dan")])
    history = world.interactions.user_items[dan]
    assert np.isnan(score_histories(scorer, history)).all()
    known = score_histories(scorer, history, users=dan)
    np.testing.assert_array_equal(known, scorer.score_users(dan))
    blended = blend_many((scorer,), history, world, users=dan)
    assert blended[0].argmax() in np.flatnonzero(known[0] == known[0].max())
    assert not blend_many((scorer,), history, world).any()


def test_reasons_name_only_who_may_be_named(world: KnowledgeGraph) -> None:
    recommender = Recommender(texts=False).fit(world)
    assert "your friend ann likes it" in reasons(recommender, "eli", "thief")
    told = reasons(recommender, "eli", "alien")
    assert "people you know like it" in told
    assert not any("bob" in text for text in told)
    assert "liked by people whom people you know know" in reasons(recommender, "eli", "clue")


def test_how_many_like_it_is_said_where_it_gives_nobody_away(tiny_world: KnowledgeGraph) -> None:
    few = [("eli", Tie(name)) for name in ("ann", "bob")]
    recommender = Recommender(texts=False).fit(replace(tiny_world, people=Network.of_ties(few)))
    assert "people you know like it" in reasons(recommender, "eli", "heat")
    rows = tiny_world.interactions
    everybody = replace(rows, values=np.abs(rows.values))
    many = Network.of_ties([*few, ("eli", Tie("dan"))])
    recommender = Recommender(texts=False).fit(replace(tiny_world, interactions=everybody, people=many))
    assert "3 people you know like it" in reasons(recommender, "eli", "heat")


def test_reasons_add_up_to_the_score(world: KnowledgeGraph) -> None:
    recommender = Recommender(texts=False).fit(world)
    for entry in recommender.recommend(user="eli", n=6):
        assert sum(reason.share for reason in entry.reasons) == pytest.approx(entry.score, abs=1e-5)


def test_a_user_without_ties_gets_the_list_of_before(world: KnowledgeGraph, tiny_world: KnowledgeGraph) -> None:
    before, now = (Recommender(texts=False).fit(graph).recommend(user="ann", n=6) for graph in (tiny_world, world))
    assert [(entry.item, entry.score) for entry in before] == [(entry.item, entry.score) for entry in now]


def test_what_somebody_said_of_whom_they_know_counts_in_a_conversation(tiny_world: KnowledgeGraph) -> None:
    log, recommender = MemoryLog(), Recommender(texts=False).fit(tiny_world)
    log.append(Event(EventKind.KNOWS, "ann", None, {"kind": "follow", "is_named": True}, user="me", session="import"))
    session = Session.start(recommender, log=log, user="me")
    assert session.belief.people == (Tie("ann", TieKind.FOLLOW, is_named=True),)
    texts = [reason.text for reason in session.explain("thief").reasons]
    assert "ann, whom you follow, likes it" in texts
    assert session.undo() is None  # it was not said in this conversation
    told = session.say("what do you know about me?")
    assert isinstance(told, Confirm)
    assert "You know: ann." in told.text


def test_the_taste_page_shows_whom_you_know_and_how_to_forget_them(world: KnowledgeGraph) -> None:
    session = Session.start(Recommender(texts=False).fit(world), user="eli")
    (group,) = (group for group in taste_view(session).groups if group.title == "People you know")
    assert [(held.word, held.label, held.doubt) for held in group.held] == [
        ("friend", "ann", "may be named"),
        ("trust", "bob", "counts unnamed"),
    ]
    with pytest.raises(DataError, match="kgrec people forget ann"):
        forget(session, group.held[0])


def test_nobody_widens_anothers_consent(world: KnowledgeGraph) -> None:
    log, recommender = MemoryLog(), Recommender(texts=False).fit(world)
    log.append(Event(EventKind.KNOWS, "bob", None, {"kind": "friend", "is_named": True}, user="eli", session="import"))
    assert BOB in Session.start(recommender, log=log, user="eli").belief.people


def test_in_company_nobody_hears_whom_the_others_know(world: KnowledgeGraph) -> None:
    recommender = Recommender(texts=False).fit(world)
    eli = Companion("eli", unnamed(recommender.believe(user="eli")))
    texts = [reason.text for reason in Session.start(recommender, companions=[eli]).explain("thief").reasons]
    assert "eli: people they know like it" in texts
    assert not any("ann" in text for text in texts)


@pytest.mark.parametrize(("n_knowing", "besides"), [(49, set()), (50, {"people"})])
def test_how_much_it_counts_is_learned_only_where_enough_know_somebody(
    monkeypatch: pytest.MonkeyPatch, n_knowing: int, besides: set[str]
) -> None:
    taught = []

    def learn(graph, make_scorers, rng, **_):
        taught.extend(scorer.name for scorer in make_scorers(graph))
        return Lesson()

    monkeypatch.setattr("kgrec.learning.learn.learn", learn)
    people = Network.of_ties((f"u{user}", Tie("u0")) for user in range(1, n_knowing + 1))
    recommender = Recommender(texts=False).fit(replace(community(100, 60), people=people))
    assert "walk" in taught
    assert {"people"} & set(taught) == besides
    assert "people you know like it" in {
        reason.text for entry in recommender.recommend(user="u1", n=60) for reason in entry.reasons
    }


def test_learning_knows_who_they_are() -> None:
    graph = community(30, 30)
    graph = replace(graph, people=Network.of_ties([("u0", Tie("u3")), ("u1", Tie("u4"))]))
    cut = hold_out_interactions(graph, np.random.default_rng(0))
    pool = Pool.of((People().fit(cut.graph),), cut.examples, item_ages(cut.graph.interactions))
    knowing = {graph.interactions.user_ids.index(user) for user in ("u0", "u1")}
    assert {int(cut.examples.users[row]) for row in np.flatnonzero(pool.scores[0].any(axis=1))} == knowing


def test_the_page_has_a_row_of_what_people_you_know_like() -> None:
    graph = community(60, 60)
    ties = [("eli", Tie(f"u{number}", is_named=number == 0)) for number in (0, 3, 6)]
    recommender = Recommender(texts=False).fit(replace(graph, people=Network.of_ties(ties)))
    pages = [recommender.shelves(recommender.rank(recommender.believe(user=user)), n=4) for user in ("eli", "nobody")]
    (row,) = (shelf for shelf in pages[0] if shelf.kind is ShelfKind.KNOWN)
    assert (row.title, row.because) == ("People you know like", "liked by u0")
    users = [graph.interactions.user_ids.index(tie.person) for _, tie in ties]
    liked = np.asarray((graph.interactions.user_items[users] > 0).sum(axis=0)).ravel()
    assert all(liked[graph.index(entry.item)] for entry in row.items)
    assert ShelfKind.KNOWN not in {shelf.kind for shelf in pages[1]}
