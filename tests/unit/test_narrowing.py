"""What a refusal is about, on tiny_world: "nothing scary that is long" refuses what is both."""

import pytest

from kgrec.dialogue import Session
from kgrec.dialogue.readings import Opine, Require, Setting
from kgrec.dialogue.understand import understand
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.recommender import Recommender


@pytest.fixture
def recommender(tiny_world: KnowledgeGraph) -> Recommender:
    return Recommender(texts=False).fit(tiny_world)


def refused(recommender: Recommender, *said: str) -> set[str]:
    session = Session.start(recommender)
    for text in said:
        session.say(text)
    return {
        item for item, is_open in zip(recommender.graph_.item_ids, session.ranking().open, strict=True) if not is_open
    }


@pytest.mark.parametrize("minutes", [100, 112, 115, 120, 150, 171])
@pytest.mark.parametrize(
    "text",
    [
        "no horror that is longer than {} minutes", "no horror which is over {} minutes",
        "no horror over {} minutes", "I don't want horror that's longer than {} min",
        "I hate horror longer than {} minutes", "no horror lasting more than {} minutes",
    ],
)  # fmt: skip
def test_a_bound_after_a_refusal_is_no_wish_for_it(recommender: Recommender, text: str, minutes: int):
    lengths = {"scream": 111, "alien": 117}
    assert refused(recommender, text.format(minutes)) == {item for item in lengths if lengths[item] > minutes}


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("no crime by Michael Mann", {"heat", "thief"}),
        ("no horror by Ridley Scott", {"alien"}),
        ("no horror directed by Ridley Scott or Wes Craven", {"alien", "scream"}),
        ("no horror by Ridley Scott and no comedies", {"alien", "babe", "clue"}),
        ("no comedies from the 80s", {"clue"}),
        ("no comedies before 1990", {"clue"}),
        ("nothing by Michael Mann that is from the 90s", {"heat"}),
        ("no crime that is also drama", {"heat"}),
        ("no crime or horror that is from the 90s", {"heat", "scream"}),
        # said for themselves: both are refused, or one is wanted
        ("no horror, no comedies from the 80s", {"alien", "scream", "clue"}),
        ("no horror under two hours", {"alien", "scream", "heat", "thief", "clue"}),
        ("no horror, over two hours", {"alien", "scream", "babe", "clue"}),
        ("without horror from the 90s", {"alien", "scream", "thief", "clue"}),
        ("nothing that is longer than two hours", {"heat", "thief"}),
        ("a film without horror that is from the 90s", {"alien", "scream", "thief", "clue"}),
        ("something with no horror from the 90s", {"alien", "scream", "thief", "clue"}),
        ("something not by Michael Mann that is from the 90s", {"heat", "thief", "alien", "clue"}),
    ],
)
def test_what_follows_a_refusal_narrows_it(recommender: Recommender, text: str, gone: set[str]):
    assert refused(recommender, text) == gone


def test_whose_are_refused_stays_with_whose_they_are(tiny_world: KnowledgeGraph):
    said = understand("I like Ridley Scott but not his horror", Lookup(tiny_world), Setting())
    expression = 'not ((genre has "Horror") and (director has "Ridley Scott"))'
    assert said == (
        Opine("director/ridley-scott", 1.0),
        Require(expression, "no Horror directed by Ridley Scott"),
    )


def test_a_narrowed_refusal_is_told_and_taken_back_like_any_other(recommender: Recommender):
    session = Session.start(recommender)
    assert session.say("no horror longer than two hours").text == "No Horror with runtime > 120 min."
    session.say("horror is fine")
    assert all(session.ranking().open[: recommender.graph_.n_items])
