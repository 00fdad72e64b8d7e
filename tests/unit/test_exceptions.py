"""What is exempt from a wish: "no horror unless it is short" refuses what is horror and not short."""

import pytest

from kgrec.dialogue import Session
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender


@pytest.fixture
def recommender(tiny_world: KnowledgeGraph) -> Recommender:
    return Recommender(texts=False).fit(tiny_world)


def refused(recommender: Recommender, text: str) -> set[str]:
    session = Session.start(recommender)
    session.say(text)
    return {
        item for item, is_open in zip(recommender.graph_.item_ids, session.ranking().open, strict=True) if not is_open
    }


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("no horror unless directed by Wes Craven", {"alien"}),
        ("no horror unless it's directed by Wes Craven", {"alien"}),
        ("no horror, unless it is by Wes Craven", {"alien"}),
        ("nothing by Michael Mann unless it is from the 80s", {"heat"}),
        ("no horror except when it is under 115 minutes", {"alien"}),
        ("no horror except if it is directed by Wes Craven", {"alien"}),
        ("no horror except those by Wes Craven", {"alien"}),
        ("no comedies except from the 80s", {"babe"}),
        ("no crime other than ones from the 90s", {"thief"}),
        ("I hate horror unless it is by Wes Craven", {"alien"}),
        ("no crime or horror unless it is after 1990", {"thief", "alien"}),
        ("no horror that is over 100 minutes unless by Wes Craven", {"alien"}),
        ("only the 90s unless it is horror", {"thief", "clue"}),
        ("under two hours unless it's a drama", {"thief", "clue"}),
        ("no horror but science fiction horror is fine", {"scream"}),
        ("no crime, but crime from the 90s is ok", {"thief"}),
        ("no comedies but family ones are fine", {"clue"}),
        ("no crime except Heat", {"thief"}),
        ("no crime except Heat unless it is from the 90s", {"thief"}),
        ("no crime except Heat, but crime from the 80s is fine", set()),
        ("nothing by Michael Mann other than Heat", {"thief"}),
        ("no horror or crime except Scream and Heat", {"alien", "thief"}),
        # said for themselves: nothing of what was refused is named again
        ("no horror but comedies are fine", {"alien", "scream"}),
        ("no comedies except family films", {"clue"}),
    ],
)
def test_an_exception_is_let_through_and_nothing_else(recommender: Recommender, text: str, gone: set[str]):
    assert refused(recommender, text) == gone


@pytest.mark.parametrize("condition", ["unless I have seen it", "unless it is really good", "unless"])
def test_an_exception_that_is_not_understood_leaves_the_wish_and_is_told(recommender: Recommender, condition: str):
    session = Session.start(recommender)
    told = session.say(f"no horror {condition}").text
    assert told == f"No Horror; I made nothing of “{condition}”."
    assert refused(recommender, f"no horror {condition}") == {"alien", "scream"}


def test_an_exception_is_told_and_taken_back_with_its_wish(recommender: Recommender):
    session = Session.start(recommender)
    told = session.say("nothing by Michael Mann unless it is from the 80s").text
    assert told == "Not by Michael Mann unless from the 80s."
    session.say("undo")
    assert all(session.ranking().open[: recommender.graph_.n_items])


def test_what_is_said_after_an_exception_is_said_for_itself(recommender: Recommender):
    assert refused(recommender, "no horror but science fiction horror is fine, no comedies") == {
        "scream", "babe", "clue",
    }  # fmt: skip


def test_an_exception_from_what_was_not_understood_is_not_refused(recommender: Recommender):
    session = Session.start(recommender)
    assert "made nothing of “no sequels except Alien (1979)”" in session.say("no sequels except Alien").text
    assert "alien" in {item for item, ok in zip(session.graph.item_ids, session.ranking().open, strict=True) if ok} | {
        opinion.entity for opinion in session.belief.opinions if opinion.value > 0
    }
