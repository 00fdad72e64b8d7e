"""A conversation in answers and lists, without words, with somebody who is after something."""

import pandas as pd
import pytest

from kgrec.acts import Accept, Ask, QuestionKind, Recommend, Reject, Repair, Unknown
from kgrec.dialogue.seeking import Search, plausible_items, wanted_as_wish
from kgrec.dialogue.session import Session
from kgrec.evaluate.target import Setting, simulate_target
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender


@pytest.fixture(scope="module")
def shop() -> Recommender:
    """Return a recommender of 1,024 things of one origin; a thing has the features of the bits set in its number."""
    numbers = range(1024)
    things = pd.DataFrame(
        {
            "item": [f"t{thing}" for thing in numbers],
            "origin": ["here"] * 1024,
            "feature": ["|".join(f"bit {bit}" for bit in range(10) if thing >> bit & 1) for thing in numbers],
        }
    )
    rows = [(f"u{user}", f"t{(user * 37 + step * 11) % 1024}", 1.0) for user in range(60) for step in range(12)]
    chosen = pd.DataFrame(rows, columns=["user", "item", "rating"])
    return Recommender(texts=False).fit(KnowledgeGraph.from_frames(things, None, chosen, name="shop"))


def started(shop: Recommender, *wishes: str) -> Session:
    return Session.start(shop, wishes=wishes or ("origin/here",), search=Search(choices=4))


def asking(shop: Recommender) -> tuple[Session, Ask]:
    """Return a session that asks, after it has shown in vain what most people like."""
    session = started(shop)
    for _ in range(10):
        act = session.act()
        if isinstance(act, Ask):
            return session, act
        assert isinstance(act, Recommend)
        session.reply(Reject(tuple(entry.item for entry in act.slate)))
    pytest.fail("it only ever shows lists")


def test_it_asks_when_lists_no_longer_promise_much(shop: Recommender):
    _, act = asking(shop)
    assert act.question.kind is QuestionKind.WANTED
    assert act.question.subject == "feature"
    assert 1 < len(act.question.options) <= 4


def test_what_was_accepted_becomes_plausible_and_what_was_refused_hardly(shop: Recommender):
    session, act = asking(shop)
    wanted, refused = (str(option.value) for option in act.question.options[:2])
    session.reply(Accept((wanted,)))
    weights = plausible_items(session)
    graph = session.graph
    table = graph.attributes.tocsc()
    assert weights[table[:, [graph.index(wanted)]].toarray().ravel() > 0].sum() > 0.7
    assert 0 < weights[table[:, [graph.index(refused)]].toarray().ravel() > 0].sum() < 0.2
    assert weights.sum() == pytest.approx(1.0)
    assert act.question.id in session.belief.asked


def test_an_answer_that_nobody_knows_changes_nothing_but_is_not_asked_for_again(shop: Recommender):
    session, act = asking(shop)
    before = plausible_items(session)
    session.reply(Unknown())
    assert plausible_items(session).tolist() == before.tolist()
    following = session.act()
    assert not isinstance(following, Ask) or not set(following.question.options) & set(act.question.options)


def test_one_answer_is_one_event_that_undo_takes_back(shop: Recommender):
    session, act = asking(shop)
    before = plausible_items(session)
    session.reply(Reject(tuple(str(option.value) for option in act.question.options)))
    assert plausible_items(session).tolist() != before.tolist()
    session.undo()
    assert plausible_items(session).tolist() == before.tolist()
    assert session.act() == act


def test_a_rejected_list_is_not_shown_again_and_what_was_accepted_is_liked(shop: Recommender):
    session = started(shop)
    session.show_me()
    first = session.act()
    assert isinstance(first, Recommend)
    shown = tuple(entry.item for entry in first.slate)
    assert len(shown) == 10
    session.reply(Reject(shown))
    second = session.act()
    assert isinstance(second, Recommend)
    assert not {entry.item for entry in second.slate} & set(shown)
    session.reply(Accept((second.slate.items[0].item,)))
    assert session.belief.opinions[-1].entity == second.slate.items[0].item


def test_wishes_that_nothing_fits_end_in_a_repair(shop: Recommender):
    assert isinstance(started(shop, "feature/bit-1", 'not feature has "bit 1"').act(), Repair)


def test_a_value_is_wished_for_by_its_label_in_every_facet_it_is_a_value_of(tiny_world: KnowledgeGraph):
    assert wanted_as_wish(tiny_world, "genre/crime") == ('genre has "Crime"', "Crime")
    with pytest.raises(ValueError, match="no value of any item"):
        wanted_as_wish(tiny_world, "heat")


def test_the_target_protocol_reports_the_agreed_figures_and_repeats_itself(shop: Recommender):
    graph = shop.graph_
    first, second = (simulate_target(graph, Setting(users=4, seed=2)).to_json() for _ in range(2))
    assert first["protocol"] == "target"
    assert {"sr@5", "sr@10", "sr@15", "at", "hdcg", "questions"} <= first.keys()
    assert set(first["baselines"]) == set(first["ahead"]) == {"entropy", "lists"}
    assert {name: first[name] for name in first.keys() - {"turn_ms"}} == {
        name: second[name] for name in second.keys() - {"turn_ms"}
    }
