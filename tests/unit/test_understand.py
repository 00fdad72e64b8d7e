"""What utterances mean, on tiny_world; nothing typed is dropped."""

import pytest

from kgrec.acts import Confirm, Explain, Option, Question, QuestionKind
from kgrec.dialogue import Session
from kgrec.dialogue.lexicon import Command
from kgrec.dialogue.readings import (
    AskAbout,
    Company,
    FreeText,
    HaveSeen,
    NotFound,
    Opine,
    Pick,
    Require,
    Setting,
    Unused,
    WhyItem,
    WhyNotItem,
)
from kgrec.dialogue.understand import understand
from kgrec.graph.lookup import Lookup
from kgrec.recommender import Recommender

COMEDY, CRIME, HORROR = "genre/comedy", "genre/crime", "genre/horror"
MANN = "director/michael-mann"


@pytest.fixture
def lookup(tiny_world) -> Lookup:
    return Lookup(tiny_world)


@pytest.fixture
def session(tiny_world) -> Session:
    return Session.start(Recommender(texts=False).fit(tiny_world))


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("Heat", [Opine("heat", 1.0)]),
        ("I loved Heat", [Opine("heat", 1.0)]),
        ("i love HEAT!!", [Opine("heat", 1.0)]),
        ("heat (1995)", [Opine("heat", 1.0)]),
        ("I like Heat", [Opine("heat", 0.7)]),
        ("I hated Babe", [Opine("babe", -1.0)]),
        ("I don't like Babe", [Opine("babe", -1.0)]),
        ("I don’t like Babe", [Opine("babe", -1.0)]),
        ("I love Heat but hate Babe", [Opine("heat", 1.0), Opine("babe", -1.0)]),
        ("I loved Heat and Thief, hated Babe and Clue", [
            Opine("heat", 1.0), Opine("thief", 1.0), Opine("babe", -1.0), Opine("clue", -1.0)]),
        ("seen Alien", [HaveSeen("alien")]),
        ("I have already seen Alien and Scream", [HaveSeen("alien"), HaveSeen("scream")]),
        ("comedy", [Opine(COMEDY, 1.0, for_now=True)]),
        ("comedies please", [Opine(COMEDY, 1.0, for_now=True)]),
        ("something like Heat", [Opine("heat", 1.0, for_now=True)]),
        ("a crime film by Michael Mann", [
            Opine(CRIME, 1.0, for_now=True), Require('director has "Michael Mann"', "by Michael Mann")]),
        ("directed by Michael Mann", [Require('director has "Michael Mann"', "directed by Michael Mann")]),
        ("something like Michael Mann", [Opine(MANN, 1.0, for_now=True)]),
        ("comedy for a rainy evening", [Opine(COMEDY, 1.0, for_now=True), FreeText("rainy evening")]),
        ("a rainy comedy", [Opine(COMEDY, 1.0, for_now=True), Unused("rainy")]),
        ("rainy", [FreeText("rainy")]),
        ("not too long", [Unused("not too long")]),
        ("-1", [Unused("-1")]),
        ("I love Michael Mann", [Opine(MANN, 1.0)]),
        ("I hate horror", [Opine(HORROR, -1.0)]),
        ("no horror", [Require('not (genre has "Horror")', "no Horror")]),
        ("no horror, no comedies", [
            Require('not (genre has "Horror")', "no Horror"), Require('not (genre has "Comedy")', "no Comedy")]),
        ("no horror or comedy", [
            Require('not (genre has "Horror")', "no Horror"), Require('not (genre has "Comedy")', "no Comedy")]),
        ("no horror, something with crime", [
            Require('not (genre has "Horror")', "no Horror"), Opine(CRIME, 1.0, for_now=True)]),
        ("only comedies", [Require('genre has "Comedy"', "only Comedy")]),
        ("under two hours", [Require("runtime <= 120", "runtime ≤ 120 min")]),
        ("less than 100 minutes", [Require("runtime <= 100", "runtime ≤ 100 min")]),
        ("at least 90 min", [Require("runtime >= 90", "runtime ≥ 90 min")]),
        ("shorter than 100 minutes", [Require("runtime < 100", "runtime < 100 min")]),
        ("under 1h45", [Require("runtime <= 105", "runtime ≤ 105 min")]),
        ("under two and a half hours", [Require("runtime <= 150", "runtime ≤ 150 min")]),
        ("nothing over two hours", [Require("not (runtime > 120)", "runtime ≤ 120 min")]),
        ("nothing that is over two hours", [Require("not (runtime > 120)", "runtime ≤ 120 min")]),
        ("no films that are over two hours", [Require("not (runtime > 120)", "runtime ≤ 120 min")]),
        ("I don't want anything that's over two hours", [Require("not (runtime > 120)", "runtime ≤ 120 min")]),
        ("before 1990", [Require("year < 1990", "year < 1990")]),
        ("since 1990", [Require("year >= 1990", "year ≥ 1990")]),
        ("newer than 1985", [Require("year > 1985", "year > 1985")]),
        ("from the 90s", [Require("year >= 1990 and year <= 1999", "the 1990s")]),
        ("an eighties comedy", [
            Require("year >= 1980 and year <= 1989", "the 1980s"), Opine(COMEDY, 1.0, for_now=True)]),
        ("between 1980 and 1990", [Require("year >= 1980 and year <= 1990", "year 1980 to 1990")]),
        ("I loved Heat and hate Babe, no horror, under two hours", [
            Opine("heat", 1.0), Opine("babe", -1.0), Require('not (genre has "Horror")', "no Horror"),
            Require("runtime <= 120", "runtime ≤ 120 min")]),
        ("a lonely man in the rain", [FreeText("lonely man in the rain")]),
        ("comedy, set in a remote village", [Opine(COMEDY, 1.0, for_now=True), FreeText("set in a remote village")]),
        ("screem", [Opine("scream", 1.0)]),
        ("undo", [Command.UNDO]),
        ("just show me", [Command.LIST]),
        ("Why?", [Command.WHY_QUESTION]),
        ("why alien", [WhyItem("alien")]),
        ("why not Alien?", [WhyNotItem("alien")]),
        ("why isn't Alien on the list", [WhyNotItem("alien")]),
        ("why is Alien missing?", [WhyNotItem("alien")]),
        ("why don't you show me Alien", [WhyNotItem("alien")]),
        ("where is Alien?", [WhyNotItem("alien")]),
        ("why 2", [WhyItem("thief")]),
        ("...", []),
        ("", []),
    ],
)  # fmt: skip
def test_readings(lookup, text, readings) -> None:
    assert list(understand(text, lookup, Setting(listed=("heat", "thief")))) == readings


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("ngl I kinda want, like, a comedy tonight lol", [Opine(COMEDY, 1.0, for_now=True)]),  # asides leave nothing
        ("smth w horror pls", [Opine(HORROR, 1.0, for_now=True)]),
        ("soemthing simular to Heat", [Opine("heat", 1.0, for_now=True)]),
        ("alredy seen Heat", [HaveSeen("heat")]),
        ("let me switch my brain off", [FreeText("switch my brain")]),  # everyday English, no misspelt name
        ("horror I can't stand", [Opine(HORROR, -1.0)]),
        ("Heat I have seen", [HaveSeen("heat")]),
        ("Heat was dreadfully dull", [Opine("heat", -1.0)]),
        ("Heat 8/10", [Opine("heat", 0.44)]),
        ("two stars for Heat", [Opine("heat", -0.58)]),
        ("thumbs up for Heat", [Opine("heat", 1.0)]),
        ("a comedy that doesn't drag", [Opine(COMEDY, 1.0, for_now=True)]),
        ("as long as it isn't horror", [Require('not (genre has "Horror")', "no Horror")]),
        ("Heat but set in a remote village", [Opine("heat", 1.0, for_now=True), FreeText("set in a remote village")]),
        ("pre-1990", [Require("year < 1990", "year < 1990")]),
        ("older than 20 years", [Require("year <= 2006", "year ≤ 2006")]),
        ("no older than Heat", [Require("year >= 1995", "no older than Heat (1995)")]),
        ("late 80s or early 90s", [Require("year >= 1985 and year <= 1994", "the late 1980s to the early 1990s")]),
        ("90 to 120 minutes", [Require("runtime >= 90 and runtime <= 120", "runtime 90 to 120 min")]),
        ("an hour and twenty", [Require("runtime <= 80", "runtime ≤ 80 min")]),
        ("at least two hours long", [Require("runtime >= 120", "runtime ≥ 120 min")]),
        ("my late husband adored Heat", [Opine("heat", 1.0)]),  # who said it is no wish
        ("the lads are coming round", [Company("friends")]),
        ("me n my boyfriend", [Company("partner")]),
        ("bring up my list", [Command.LIST]),
        ("take back my last answer", [Command.UNDO]),
        ("let's begin again from scratch", [Command.START_OVER]),
        ("why are you asking me that", [Command.WHY_QUESTION]),
        ("no more questions please", [Command.STOP]),
        ("we can't decide, surprise us", [Command.SURPRISE]),
        ("I have no opinion on that", [Command.PASS]),
        ("what can I say to you?", [Command.HELP]),
        ("ok I'm done here, bye", [Command.QUIT]),
        ("how come you picked Heat", [WhyItem("heat")]),
        ("how come you left out Alien?", [WhyNotItem("alien")]),
        ("pray tell me what the director of number 2 is again", [AskAbout("thief", "director")]),
    ],
)  # fmt: skip
def test_people_word_things_in_many_ways(lookup, text, readings) -> None:
    setting = Setting(listed=("heat", "thief"), year=2026)
    assert [reading for reading in understand(text, lookup, setting) if not isinstance(reading, Unused)] == readings


def test_short_names_that_nobody_bears_are_said_to_be_unknown(lookup) -> None:
    (reading,) = understand("something with Villeneuve", lookup)
    assert isinstance(reading, NotFound)


def test_what_was_loved_and_is_not_known_is_named_with_the_nearest(lookup) -> None:
    (reading,) = understand("I loved Aliens Resurrection", lookup)
    assert isinstance(reading, NotFound)
    assert reading.name == "Aliens Resurrection"
    assert reading.nearest


QUESTION = Question(
    "choice:genre",
    QuestionKind.CHOICE,
    "What kind?",
    "genre",
    (Option("Comedy", COMEDY), Option("Crime", CRIME), Option("Science Fiction", "genre/science-fiction")),
)
LIKE = Question("like:x", QuestionKind.LIKE, "Like it?", MANN, (Option("yes", 1.0), Option("no", -1.0)))
SEEN = Question("seen:heat", QuestionKind.SEEN, "Seen it?", "heat", (Option("loved it", 1.0), Option("fine", 0.3)))


@pytest.mark.parametrize(
    ("question", "text", "reading"),
    [
        (QUESTION, "2", Pick((1,))),
        (QUESTION, "1, 3", Pick((0, 2))),
        (QUESTION, "1 and 2", Pick((0, 1))),
        (QUESTION, "crime", Pick((1,))),
        (QUESTION, "science", Pick((2,))),
        (QUESTION, "don't mind", Command.PASS),
        (QUESTION, "4", Unused("4")),
        (LIKE, "yes", Pick((0,))),
        (LIKE, "nope", Pick((1,))),
        (SEEN, "loved it", Pick((0,))),
        (SEEN, "no", Command.PASS),
        (SEEN, "not seen", Command.PASS),
        (SEEN, "I hate horror", Opine(HORROR, -1.0)),
    ],
)
def test_answers_to_an_open_question(lookup, question, text, reading) -> None:
    assert understand(text, lookup, Setting(question)) == (reading,)


@pytest.mark.parametrize("text", ["\x00\x1b[31m", "[bold]", "𓀀" * 50, "a" * 10_000, "no " * 3000, "(((", "'\"\\"])
def test_any_text_is_met_with_words(session, text) -> None:
    answer = session.say(text)
    assert isinstance(answer, Confirm)
    assert answer.text


def test_only_so_much_of_a_text_is_read_and_that_is_said(session) -> None:
    answer = session.say("no horror, " + "x " * 10_000)
    assert "first 400 characters" in answer.text
    assert "No Horror" in answer.text


def test_words_nothing_was_made_of_are_named(session) -> None:
    assert session.say("a rainy comedy").text == "You asked for Comedy; I made nothing of “rainy”."


def test_saying_it_is_believed_and_shown_as_chips(session) -> None:
    answer = session.say("I love Heat, no horror")
    assert answer == Confirm("You love Heat (1995); no Horror.")
    assert [chip.label for chip in session.chips] == ["♥ Heat (1995)", "no Horror"]
    assert "alien" not in {entry.item for entry in session.slate()}


def test_why_explains_with_shares(session) -> None:
    session.say("I love Heat")
    answer = session.say("why thief")
    assert isinstance(answer, Explain)
    assert answer.recommendation.item == "thief"


def test_what_nothing_can_be_done_with_is_said_so(session) -> None:
    answer = session.say("a lonely man in the rain")
    assert "lonely man in the rain" in answer.text
    assert session.chips == ()


def test_why_this_question_tells_the_ledger(session) -> None:
    assert "%" in session.say("why").text
