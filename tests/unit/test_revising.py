"""Taking back, allowing, widening and correcting what was said, on tiny_world; each change can be undone."""

from dataclasses import replace

import pytest

from kgrec.acts import Confirm, Repair
from kgrec.dialogue import MemoryLog, Session
from kgrec.dialogue.journal import RESUMED_WITHIN_S
from kgrec.dialogue.lasting import remarks
from kgrec.dialogue.readings import (
    Allow,
    Alternative,
    Company,
    Extreme,
    Forget,
    HaveSeen,
    Instead,
    Opine,
    Require,
    Setting,
    Unused,
)
from kgrec.dialogue.understand import LONGEST_TEXT, beginning, understand
from kgrec.graph.lookup import Lookup
from kgrec.recommender import Recommender

COMEDY, CRIME, HORROR = "genre/comedy", "genre/crime", "genre/horror"
MANN = "director/michael-mann"


@pytest.fixture
def lookup(tiny_world) -> Lookup:
    return Lookup(tiny_world)


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def session(tiny_world, log) -> Session:
    return Session.start(Recommender(texts=False).fit(tiny_world), log=log)


def chips(session: Session) -> list[str]:
    return [chip.label for chip in session.chips]


def listed(session: Session) -> set[str]:
    return {entry.item for entry in session.slate()}


def talk(session: Session, *said: str) -> str:
    for text in said[:-1]:
        session.say(text)
    answer = session.say(said[-1])
    assert isinstance(answer, Confirm)
    return answer.text


def renamed(world, **labels: str):
    called = {world.index(item): label for item, label in labels.items()}
    return replace(world, labels=tuple(called.get(at, label) for at, label in enumerate(world.labels)))


# --- readings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("my wife loves comedies but I can't stand them", [Company("partner"), Opine(COMEDY, -1.0)]),
        ("I love comedies, my dad hates them", [Opine(COMEDY, 1.0), Unused("my dad hates them")]),
        ("horror is fine", [Allow(HORROR)]),
        ("actually a comedy would be ok too", [Allow(COMEDY)]),
        ("no, horror is fine actually", [Allow(HORROR)]),
        ("I'm fine with horror", [Allow(HORROR)]),
        ("forget Heat", [Forget(("heat",))]),
        ("forget about the comedy", [Forget((COMEDY,))]),
        ("forget what I said about Michael Mann", [Forget((MANN,))]),
        ("don't forget Heat", [Opine("heat", 1.0)]),
        ("I hate horror, except Alien", [Opine(HORROR, -1.0), Opine("alien", 1.0)]),
        ("no crime but Heat is great", [Require('not (genre has "Crime")', "no Crime"), Opine("heat", 1.0)]),
        ("no comedy except family films", [
            Require('not (genre has "Comedy") or genre has "Family"', "no Comedy except Family")]),
        ("anything except horror", [Require('not (genre has "Horror")', "no Horror")]),
        ("or a comedy", [Alternative((Opine(COMEDY, 1.0, for_now=True),))]),
        ("no, comedies", [Instead(Opine(COMEDY, 1.0, for_now=True))]),
        ("by Michael Mann or Ridley Scott", [
            Require('(director has "Michael Mann") or (director has "Ridley Scott")',
                    "by Michael Mann or by Ridley Scott")]),
        ("by Michael Mann or Ridley Scott from the 90s", [
            Require('(director has "Michael Mann") or (director has "Ridley Scott")',
                    "by Michael Mann or by Ridley Scott"),
            Require("year >= 1990 and year <= 1999", "the 1990s")]),
        ("crime films before 1990 or comedies", [
            Require('((genre has "Crime") and (year < 1990)) or (genre has "Comedy")',
                    "Crime and year < 1990, or Comedy")]),
        ("comedies or crime from the 90s", [
            Opine(COMEDY, 1.0, for_now=True), Opine(CRIME, 1.0, for_now=True),
            Require("year >= 1990 and year <= 1999", "the 1990s")]),
        ("no horror or comedy", [
            Require('not (genre has "Horror")', "no Horror"), Require('not (genre has "Comedy")', "no Comedy")]),
        ("the oldest", [Extreme("year", is_most=False)]),
        ("the shortest comedy", [Extreme("runtime", is_most=False, among=(COMEDY,))]),
        ("not by Michael Mann but feels like one", [
            Require('not (director has "Michael Mann")', "no Michael Mann"), Opine(MANN, 1.0, for_now=True)]),
        ("michaelmann", [Opine(MANN, 1.0, for_now=True)]),
        ("done by 11pm", [Require("runtime <= 90", "runtime ≤ 90 min")]),
        ("over before half", []),
        ("finished by 11", [Require("runtime <= 90", "runtime ≤ 90 min")]),
        ("done by half past eleven", [Require("runtime <= 120", "runtime ≤ 120 min")]),
        ("in bed by midnight", [Require("runtime <= 150", "runtime ≤ 150 min")]),
        ("the first one I have seen", [HaveSeen("heat")]),
        ("we are 4", [Company("friends")]),
    ],
)  # fmt: skip
def test_readings(lookup, text, readings) -> None:
    setting = Setting(listed=("heat", "thief"), year=2026, minute=21 * 60 + 30)
    assert list(understand(text, lookup, setting)) == readings


@pytest.mark.parametrize("text", ["my kids are 5 and 8", "my son is 8", "I'm 8", "we are 8", "8 of us"])
def test_a_number_names_no_item_by_a_part_of_its_name(tiny_world, text) -> None:
    lookup = Lookup(renamed(tiny_world, clue="8 Mile"))
    assert not any(isinstance(reading, Opine) for reading in understand(text, lookup))
    assert understand("8 Mile", lookup) == (Opine("clue", 1.0),)


def test_names_are_known_without_their_spaces_and_with_more(tiny_world) -> None:
    lookup = Lookup(renamed(tiny_world, heat="Overboard Night"))
    for text in ("overboardnight", "over board night"):
        assert understand(f"I loved {text}", lookup) == (Opine("heat", 1.0),)


@pytest.mark.parametrize(
    "text", ["I loved the godfather and the second part", "I loved the godfather and the second one"]
)
def test_a_part_is_named_by_its_number(tiny_world, text) -> None:
    lookup = Lookup(renamed(tiny_world, heat="The Godfather", thief="The Godfather Part II"))
    assert understand(text, lookup) == (Opine("heat", 1.0), Opine("thief", 1.0))
    assert understand("the second godfather", lookup) == (Opine("thief", 1.0),)
    assert understand("seen the second part", lookup, Setting(about="heat")) == (HaveSeen("thief"),)


def test_whom_items_are_for_is_a_value_that_is_called_so(tiny_world) -> None:
    assert understand("no kids films", Lookup(tiny_world)) == (Require('not (genre has "Family")', "no Family"),)


@pytest.mark.parametrize(("length", "most"), [(10, 59), (LONGEST_TEXT, LONGEST_TEXT)])
def test_a_long_text_is_cut_between_words(length, most) -> None:
    text = " ".join(["w" * length] * 60)
    read = beginning(text)
    assert len(read) <= LONGEST_TEXT
    assert set(read.split()) == {"w" * length}
    assert beginning("w" * most) == "w" * most


# --- conversations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "answer", "left"),
    [
        (("no horror", "horror is fine actually"), "“no Horror” no longer counts.", ["never mind: Horror"]),
        (("I hate horror", "horror is ok"), "What was said against Horror no longer counts.", ["never mind: Horror"]),
        (("not Heat tonight", "Heat is fine"), "What was said against Heat (1995) no longer counts.",
         ["never mind: Heat (1995)"]),
        (("comedies are fine",), "Comedy is fine with you; nothing stood against it.", []),
        (("only crime", "comedies are fine too"), "Only Crime or Comedy.", ["only Crime or Comedy"]),
        (("no horror", "a horror film"), "You asked for Horror; “no Horror” no longer counts.",
         ["never mind: Horror", "Horror"]),
        (("I loved Heat", "forget Heat"), "What was said of Heat (1995) no longer counts.",
         ["never mind: Heat (1995)"]),
        (("a comedy", "forget about the comedy"), "What was said of Comedy no longer counts.", ["never mind: Comedy"]),
        (("from the 80s", "forget the 80s"), "“the 1980s” no longer counts.", ["never mind: the 1980s"]),
        (("forget the 80s",), "Nothing was said of the 1980s.", []),
        (("forget Heat",), "Nothing was said of Heat (1995), so it is left out.", []),
        (("forget comedies",), "Nothing was said of Comedy, so it is left out.", ["no Comedy"]),
        (("from the 80s", "or 90s"), "The 1980s or the 1990s.", ["the 1980s or the 1990s"]),
        (("only crime", "or a comedy"), "Only Crime or Comedy.", ["only Crime or Comedy"]),
        (("a crime film", "or a comedy"), "Or Comedy.", ["Crime", "Comedy"]),
        (("a crime film", "or from the 80s"), "Or the 1980s.", ["Crime", "the 1980s"]),
        (("no horror", "or comedy"), "Nor Comedy.", ["no Horror", "nor Comedy"]),
        (("older than 1990", "no, newer"), "“year < 1990” no longer counts; newer than 1990.",
         ["never mind: year < 1990", "newer than 1990"]),
        (("from the 80s", "no, older"), "“the 1980s” no longer counts; older than 1980.",
         ["never mind: the 1980s", "older than 1980"]),
        (("a crime film", "no, comedies"), "“Crime” no longer counts; you asked for Comedy.",
         ["never mind: Crime", "Comedy"]),
        (("under two hours", "no, a comedy"), "You asked for Comedy.", ["runtime ≤ 120 min", "Comedy"]),
        (("not by Michael Mann but feels like one",), "No Michael Mann; something like Michael Mann.",
         ["no Michael Mann", "Michael Mann"]),
        (("the oldest",), "The oldest: Alien (1979), Thief (1981), Clue (1985).", ["the oldest"]),
        (("the shortest crime film",), "The shortest Crime: Thief (1981), 123 min; Heat (1995), 170 min.",
         ["the shortest Crime"]),
        (("seen all by Michael Mann",), "You have seen the 2 films directed by Michael Mann.",
         ["seen Heat (1995)", "seen Thief (1981)"]),
    ],
)  # fmt: skip
def test_what_is_said_later_changes_what_was_said_before(session, said, answer, left) -> None:
    assert talk(session, *said) == answer
    assert chips(session) == left


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("I don't like old films", Require("not (year <= 1980)", "year > 1980")),
        ("no old films", Require("not (year <= 1980)", "year > 1980")),
        ("I love old films", Require("year <= 1980", "year ≤ 1980")),
    ],
)
def test_adjectives_of_numbers_are_judged(tiny_world, text, reading) -> None:
    own = tiny_world.ontology
    facets = tuple(replace(facet, low=("old",)) if facet.name == "year" else facet for facet in own.facets)
    assert understand(text, Lookup(replace(tiny_world, ontology=replace(own, facets=facets)))) == (reading,)


def test_two_decades_joined_by_or_are_no_dead_end(session) -> None:
    talk(session, "from the 80s", "or 90s")
    assert not isinstance(session.act(), Repair)
    assert listed(session) == {"heat", "thief", "scream", "babe", "clue"}


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ("no horror", "horror is fine"),
        ("I loved Heat", "forget Heat"),
        ("seen Heat", "forget Heat"),
        ("from the 80s", "or 90s"),
        ("older than 1990", "no, newer"),
        ("a crime film", "no, comedies"),
    ],
)
def test_undoing_a_change_brings_back_what_it_changed(session, before, change) -> None:
    session.say(before)
    kept, belief = chips(session), session.belief
    session.say(change)
    assert chips(session) != kept
    session.say("undo")
    assert chips(session) == kept
    assert session.belief == belief


def test_what_is_forgotten_stays_forgotten_in_later_sessions(tiny_world, log) -> None:
    recommender = Recommender(texts=False).fit(tiny_world)
    now = 1_700_000_000.0
    Session.start(recommender, log=log, clock=lambda: now).say("I loved Heat")
    later = Session.start(recommender, log=log, clock=lambda: now + RESUMED_WITHIN_S + 1)
    assert later.belief.opinions
    later.say("forget Heat")
    again = Session.start(recommender, log=log, clock=lambda: now + 3 * RESUMED_WITHIN_S)
    assert not again.belief.opinions
    assert remarks(log.events("you")) == ()


def test_the_best_puts_what_is_well_known_first_and_can_be_undone(session) -> None:
    talk(session, "best film ever")
    assert session.belief.dials.familiar == 1.0
    session.say("undo")
    assert session.belief.dials.familiar == 0.0


def test_the_newer_of_two_items_of_one_name_is_meant(tiny_world) -> None:
    session = Session.start(Recommender(texts=False).fit(renamed(tiny_world, scream="Heat")))
    session.say("I loved Heat")
    assert talk(session, "the old one") == "You love Heat (1995)."


def test_what_nothing_was_made_of_is_named_beside_the_help(session) -> None:
    assert talk(session, "the other way round").startswith("I made nothing of “the other way round”. ")


def test_where_a_long_text_was_cut_is_said(session) -> None:
    text = "no horror " + "word " * 200
    assert "up to “word”" in talk(session, text)
