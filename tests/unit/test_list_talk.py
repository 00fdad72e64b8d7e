"""What is said of the list and of things named: places, choices, how often and how long, who made it, what differs."""

import re

import numpy as np
import pandas as pd
import pytest

from kgrec.acts import Ask, Confirm, EventKind
from kgrec.cli.recommend import item_called
from kgrec.dialogue import MemoryLog, Session
from kgrec.dialogue.how_old import ages_in
from kgrec.dialogue.places import places_at
from kgrec.dialogue.readings import Opine, Unused
from kgrec.dialogue.slips import is_like
from kgrec.dialogue.understand import understand
from kgrec.dialogue.undoing import active
from kgrec.dialogue.wording import act_text
from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.ingest.datasets import load
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

SILENT = {EventKind.STARTED, EventKind.SAID, EventKind.OPENED}
RULES = """
rules:
  - name: audience
    ask: user.audience
    question: Who is watching?
    options: [just me, friends, children]
  - name: age of the youngest
    when: user.audience == children
    ask: user.youngest
    question: How old is the youngest?
    options: [under seven, seven to twelve, a teenager]
"""


@pytest.fixture(scope="module")
def films() -> Recommender:
    return Recommender(texts=False, rng=0).fit(load("films"))


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def session(films, log) -> Session:
    return Session.start(films, log=log)


@pytest.fixture
def asking(films, log, tmp_path) -> Session:
    """A session that asks who is watching, and how old the youngest child is."""
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return Session.start(films, RuleBook.load([path], films.graph_), log=log)


def told(session: Session, *said: str) -> str:
    for text in said[:-1]:
        session.say(text)
    return act_text(session.say(said[-1]), session.graph)


def learned(log: MemoryLog) -> list[tuple[str, str]]:
    """Return everything kept that changes what is believed."""
    return [(event.kind.value, event.subject) for event in active(log.events("you")) if event.kind not in SILENT]


def listed(session: Session) -> list[str]:
    return [entry.item for entry in session.slate()]


# --- places ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("seen 1, 3 and 4 already", [0, 2, 3]),
        ("I've seen 1, 3 and 4", [0, 2, 3]),
        ("I have seen 2 and 5", [1, 4]),
        ("seen the first two", [0, 1]),
        ("I've seen the last three", [7, 8, 9]),
        ("I've seen everything on that list", range(10)),
        ("ive seen them all", range(10)),
        ("seen all of these", range(10)),
    ],
)
def test_several_places_of_the_list_are_seen(session, log, said, places):
    items = listed(session)
    session.say(said)
    assert learned(log) == [("seen", items[place]) for place in places]


def test_a_number_with_a_noun_or_a_title_is_no_place(session, log):
    assert places_at(["3", "times"], ["a", "b", "c"], frozenset()) == ((), 0)
    assert places_at(["2", "films"], ["a", "b", "c"], frozenset({"films"})) == ((), 0)
    session.say("I've seen 12 Monkeys")
    assert learned(log) == [("seen", "12-monkeys-1995")]


def test_after_seen_a_bare_number_names_an_item(session, log):
    session.say("a Kubrick film I haven't seen, I've seen The Shining and 2001")
    seen = [subject for kind, subject in learned(log) if kind == "seen"]
    assert seen == ["the-shining-1980", "2001-a-space-odyssey-1968"]


def test_after_seen_a_number_that_names_nothing_is_no_bound(session, log):
    assert "“2012”" in told(session, "I've seen 2012")
    assert learned(log) == []


@pytest.mark.parametrize(
    "question", ["tell me more about 2", "more about number 2", "what's 2 about?", "how long is 2?"]
)
def test_a_bare_number_in_a_question_is_a_place(session, log, question):
    second = session.slate().items[1].label
    assert told(session, question).startswith(second)
    assert learned(log) == []


def test_what_somebody_else_has_seen_is_left_out_but_not_seen(session, log):
    second = listed(session)[1]
    session.say("hmm 2 looks nice but my flatmate has seen it")
    assert ("skipped", second) in learned(log)
    assert not [event for event in learned(log) if event[0] in ("seen", "answered", "rated")]


def test_a_comparison_beside_places_is_with_the_list(session):
    assert "than Heat" not in told(session, "I loved Heat", "the first two are fine but can we have something lighter")


# --- choices -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", ["I'll take number 2, thanks", "2 it is", "let's go with the second one", "we'll watch 2", "number 2"]
)
def test_what_is_decided_for_is_no_like(session, log, said):
    second = session.slate().items[1].label
    assert told(session, said) == f"Enjoy {second}."
    assert learned(log) == []


def test_that_one_is_what_was_talked_about(session, log):
    assert told(session, "tell me about Heat", "ok, that one") == "Enjoy Heat (1995)."
    assert learned(log) == []


def test_the_other_one_is_what_was_talked_about_before(session, log):
    assert told(session, "what's the difference between Alien and Heat?", "the other one").startswith("Heat (1995) is")
    assert learned(log) == []
    assert "the other one" in told(session, "start over", "the other one")


# --- numbers that are no bounds ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("I could watch The Princess Bride a hundred times", [("rated", "the-princess-bride-1987")]),
        ("I gave up on Titanic after an hour", [("rated", "titanic-1997")]),
        ("I saw Heat in 1997", [("seen", "heat-1995")]),
        ("I loved Heat, watched it 20 times", [("rated", "heat-1995"), ("seen", "heat-1995")]),
    ],
)
def test_how_often_and_how_long_is_no_bound(session, log, said, kept):
    session.say(said)
    assert sorted(learned(log)) == kept


def test_an_amount_that_is_wished_for_stays_a_bound(session, log):
    session.say("I saw Heat in 1997 but want something under 2 hours")
    assert ("wished", "runtime <= 120") in learned(log)


# --- what differs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "what's the difference between Alien and Aliens?",
        "compare Alien and Aliens",
        "how does Alien differ from Aliens",
        "what is different between Alien and Aliens?",
    ],
)
def test_two_items_are_compared_and_nothing_changes(session, log, question):
    answer = told(session, question)
    assert "117 min long and 137 min long" in answer
    assert "directed by Ridley Scott" in answer
    assert "directed by James Cameron" in answer
    assert learned(log) == []


def test_the_two_that_were_talked_about_are_compared(session, log):
    told(session, "tell me about Heat", "tell me about Alien")
    assert told(session, "what's the difference?").startswith("Alien (1979) and Heat (1995): ")
    assert learned(log) == []


def test_two_places_are_compared(session, log):
    one, two = (entry.label for entry in session.slate().items[:2])
    assert told(session, "what's the difference between 1 and 2?").startswith(f"{one} and {two}: ")
    assert learned(log) == []


def test_two_values_are_compared_by_their_items(session, log):
    answer = told(session, "difference between a comedy and a western?")
    assert answer.startswith("Comedy and Western: ")
    assert "min long in the middle" in answer
    assert learned(log) == []


def test_what_is_unknown_is_not_compared(session, log):
    assert "Xyzzy" in told(session, "what's the difference between Xyzzy and Heat?")
    assert learned(log) == []


# --- whoever made it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    ["anything by the guy who made Jaws?", "films by the director of Jaws", "something from the director of Jaws"],
)
def test_whoever_made_something_is_that_person(session, log, said):
    assert "Steven Spielberg" in told(session, said)
    assert "jaws-1975" not in [subject for _, subject in learned(log)]


def test_a_typing_error_does_not_change_how_hard_a_wish_is(session, log):
    session.say("somthing with tom hnks but not Forest Gump")
    assert learned(log) == [("wished", 'actor has "Tom Hanks"'), ("skipped", "forrest-gump-1994")]


# --- questions ---------------------------------------------------------------------------------------------------


def test_a_role_is_unknown_but_not_who_played(session, log):
    answer = told(session, "who plays the joker in The Dark Knight?")
    assert answer.startswith("I know nothing of “the joker”; The Dark Knight (2008): with ")
    assert learned(log) == []


def test_where_it_can_be_had_is_not_known(session, log):
    assert told(session, "tell me about Heat", "is it on disney plus?") == (
        "I do not know whether Heat (1995) is: on disney plus."
    )
    assert learned(log) == []


def test_whether_all_are_is_answered_by_how_many(session):
    animated = [entry.label for entry in session.slate() if "genre/animation" in _values(session, entry.item)]
    answer = told(session, "are they all animated?")
    assert (
        answer == f"No, {len(animated)} of 10: {', '.join(animated)}."
        if animated
        else answer.startswith("Animated: no")
    )


def _values(session: Session, item: str) -> set[str]:
    graph = session.graph
    return {graph.entity_ids[value] for value in graph.attributes[[graph.index(item)]].indices}


def test_whether_any_of_the_list_was_seen_is_answered(session, log):
    assert "none of those" in told(session, "have I seen any of those?").lower()
    assert learned(log) == []


def test_whether_it_is_good_is_answered_in_a_sentence(session):
    answer = told(session, "is Peter Pan good?")
    assert answer.startswith("Peter Pan (1953) is not on your list: it is number ")
    assert "\n" not in answer


@pytest.mark.parametrize(
    ("question", "item"),
    [("why do you keep suggesting Collateral?", "Collateral (2004)"), ("why is Her on there?", "Her (2013)")],
)
def test_why_is_asked_in_more_ways(session, question, item):
    assert told(session, question).startswith(item)


def test_an_unknown_name_in_why_not_is_said_as_it_is(session):
    assert told(session, "why isn't Xyzzyx on the list?") == "I know nothing called “xyzzyx”."


# --- orders, corrections, ages ------------------------------------------------------------------------------------


def test_two_orders_that_belong_together_are_one(session):
    assert told(session, "stop asking me questions and just give me a list") == ""  # it stands below
    assert not isinstance(session.act(), Ask)


@pytest.mark.parametrize(("verb", "value"), [("loved", 1.0), ("hated", -1.0)])
def test_a_namesake_is_corrected_by_its_year_and_keeps_the_opinion(session, log, verb, value):
    told(session, f"I {verb} King Kong", "the 1933 one", "no i meant the 2005 one")
    rated = [(event.subject, event.value) for event in active(log.events("you")) if event.kind is EventKind.RATED]
    assert rated == [("king-kong-2005", value)]


@pytest.mark.parametrize("text", ["not that into romances", "not that gripping please", "not that film please"])
def test_words_that_correct_nothing_take_nothing_back(session, text):
    told(session, "I loved Alien")
    before = session.belief
    told(session, text)
    assert before.opinions[0] in session.belief.opinions


def test_of_several_items_the_one_of_the_likest_name_is_corrected_and_keeps_its_marks(session, log):
    told(session, "I give Alien 3 stars and Jaws 5 stars", "no, I meant Aliens")
    rated = {event.subject: event.value for event in active(log.events("you")) if event.kind is EventKind.RATED}
    assert rated == {"jaws-1975": 1.0, "aliens-1986": pytest.approx(-1 / 6, abs=0.01)}


def test_a_correction_is_undone_as_one_thing(session):
    told(session, "I loved Alien")
    before = session.belief
    told(session, "no, I meant Heat")
    assert session.belief != before
    session.undo()
    assert session.belief == before
    session.undo()
    assert not session.belief.opinions


def test_a_correction_of_one_wish_leaves_the_others(session):
    told(session, "under two hours, no horror", "no, I meant under 100 minutes")
    wished = [wish.label for wish in session.belief.wishes if wish.expression not in session.belief.dropped]
    assert wished == ["no Horror", "running time ≤ 100 min"]


def test_what_cannot_be_meant_as_another_kind_of_value_stays_what_it_is(session):
    told(session, "no horror")
    before = [wish.label for wish in session.belief.wishes]
    assert "unknown" not in told(session, "no, I meant the actor")
    assert [wish.label for wish in session.belief.wishes] == before


@pytest.mark.parametrize(("verb", "value"), [("love", 1.0), ("hate", -1.0)])
def test_a_liking_that_is_corrected_stays_a_liking(session, verb, value):
    """Clint Eastwood directs and acts, and in Mystic River he only directs."""
    person, graph = "person/clint-eastwood", session.graph
    session.say(f"I {verb} Clint Eastwood")
    before = session.ranking().scores
    assert told(session, "no, I meant the actor").endswith("like Clint Eastwood as actor.")
    assert [(opinion.entity, opinion.value) for opinion in session.belief.opinions] == [(person, value)]
    assert all(session.ranking().open[: graph.n_items]), "nothing is ruled out"
    moved = np.flatnonzero(np.abs(session.ranking().scores - before) > 0.5)
    assert "mystic-river-2003" in {graph.entity_ids[item] for item in moved}
    assert all(graph.links["actor"][item, graph.index(person)] == 0 for item in moved), "where he acts all stays"
    assert np.all((session.ranking().scores - before)[moved] * value < 0)
    session.undo()
    assert [opinion.value for opinion in session.belief.opinions] == [value]
    assert not session.belief.wishes


def test_a_wish_that_is_corrected_stays_a_wish(session):
    told(session, "something by Clint Eastwood")
    assert told(session, "no, I meant the actor") == "Taken back; with Clint Eastwood."
    assert not session.belief.opinions
    assert "mystic-river-2003" not in {entry.item for entry in session.slate()}


def test_a_part_of_titles_that_names_something_else_gets_the_titles_named(films, session):
    nearest = "Ocean's Eleven (2001), Ocean's Twelve (2004)"
    with pytest.raises(DataError, match=re.escape(f"ocean is a theme, no film; did you mean {nearest}?")):
        item_called(films, "Ocean")
    for asked in ("why not ocean", "why is ocean not on the list", "why isn't ocean listed"):
        assert told(session, asked) == f"I know nothing called “ocean”; the nearest are {nearest}."


def test_ages_answer_the_question_for_the_youngest(asking, log):
    asking.say("with my kids")
    assert told(asking, "they are 6 and 9") == "Under seven."


def test_an_age_that_is_told_is_not_asked_for(asking, log):
    assert told(asking, "it needs to be ok for a 9 year old") == "Children, seven to twelve."
    assert ages_in("my kids are 5 and 8") == [5.0, 8.0]


def test_only_alike_names_are_proposed(session):
    assert not is_like("Prometheus", "Italy")
    assert is_like("Breakfst Clubb", "The Breakfast Club")
    answer = session.say("I loved Prometheus")
    assert isinstance(answer, Confirm)
    assert answer.text == "I know nothing called “Prometheus”."


# --- another domain ----------------------------------------------------------------------------------------------


@pytest.fixture
def beers(log) -> Session:
    table = pd.DataFrame(
        {
            "item": ["a", "b", "c", "d"],
            "label": ["Orval", "Guinness", "Duvel", "Murphys"],
            "brewery": ["Abbey", "Gate", "Moortgat", "Lady"],
            "style": ["Pale Ale", "Stout", "Strong Ale", "Stout"],
        }
    )
    return Session.start(Recommender(texts=False).fit(KnowledgeGraph.from_frames(table)), log=log)


def test_the_values_of_a_facet_are_listed(beers, log):
    assert told(beers, "what styles do you have?").startswith("Styles: Stout (2), ")
    assert learned(log) == []


def test_a_verb_asks_for_the_facet_that_is_called_by_it(beers, log):
    assert told(beers, "who brews Orval?").endswith("Abbey.")
    assert learned(log) == []


def test_a_title_of_everyday_words_is_known_by_its_capitals_small_words_aside():
    lookup = Lookup(load("films"))
    (alien, show) = understand("Alien, Best in Show", lookup)
    assert isinstance(alien, Opine)
    assert isinstance(show, Opine)
    assert show.entity == "best-in-show-2000"


def test_what_is_to_be_forgotten_is_no_misspelt_value_and_no_wish():
    assert understand("forget the price", Lookup(load("films"))) == (Unused("price"),)
