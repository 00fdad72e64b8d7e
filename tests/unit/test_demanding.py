"""What demanding users typed: offers that are there or not, prices, places on the list, numbers that are titles."""

import pytest

from kgrec.acts import Option, Question, QuestionKind
from kgrec.dialogue import Session
from kgrec.dialogue.lexicon import Command
from kgrec.dialogue.readings import HaveSeen, Opine, Pick, Reading, Require, Setting, WhyItem
from kgrec.dialogue.understand import understand
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.ingest.datasets import load
from kgrec.ingest.importing import Files, import_tables
from kgrec.recommender import Recommender

HOUSES = """name,kind,parking,stars,price
Anchor Inn,hotel,yes,3,60
Bay House,guesthouse,no,4,90
Cove Lodge,guesthouse,yes,4,120
Dune Rooms,hotel,no,2,45
Eddy Court,hotel,yes,5,200
Fern Hall,guesthouse,no,3,75
"""


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    folder = tmp_path_factory.mktemp("houses")
    (folder / "houses.csv").write_text(HOUSES, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KGREC_HOME", str(folder))
        import_tables(Files((folder / "houses.csv",)), "houses")
        return load("houses")


@pytest.fixture
def session(houses: KnowledgeGraph) -> Session:
    return Session.start(Recommender(texts=False).fit(houses))


@pytest.fixture
def lookup(tiny_world: KnowledgeGraph) -> Lookup:
    return Lookup(tiny_world)


def test_without_an_offer_leaves_what_does_not_have_it(session: Session):
    session.say("without parking")
    assert {session.graph.label(entry.item) for entry in session.slate()} == {"Bay House", "Dune Rooms", "Fern Hall"}


def test_is_there_asks_of_a_place_on_the_list(session: Session):
    session.show_me()
    answers = {}
    for place, entry in zip(("first", "second", "third", "fourth", "fifth", "sixth"), session.slate(), strict=True):
        label = session.graph.label(entry.item)
        told = session.say(f"is there parking at the {place} one?").text
        assert label in told
        answers[label] = told.partition(";")[0]
    assert {label for label, answer in answers.items() if answer == "Yes"} == {"Anchor Inn", "Cove Lodge", "Eddy Court"}


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("at most 100 euros", "price <= 100"),
        ("under $80", "price <= 80"),
        ("between 80 and 100 euros", "price >= 80 and price <= 100"),
    ],
)
def test_an_amount_of_money_is_of_the_price_whose_currency_nobody_told(
    houses: KnowledgeGraph, text: str, expression: str
):
    (said,) = understand(text, Lookup(houses), Setting())
    assert isinstance(said, Require)
    assert said.expression == expression


def test_a_word_of_the_language_is_no_misspelt_name(houses: KnowledgeGraph):
    lookup = Lookup(houses)
    assert not any(isinstance(said, Require | Opine) for said in understand("anything but a hostel", lookup, Setting()))
    assert understand("a hotell", lookup, Setting()) == understand("a hotel", lookup, Setting())


@pytest.mark.parametrize(
    "text", ["why is that first?", "why is this so high", "why is it at the top of the list?", "why is Heat number one"]
)
def test_why_something_stands_first_is_answered(lookup: Lookup, text: str):
    assert understand(text, lookup, Setting(listed=("heat", "thief"), about="thief")) == (WhyItem("heat"),)


@pytest.mark.parametrize(
    "text", ["no matter", "it doesn't matter", "that does not matter to me", "doesn't really matter", "whatever"]
)
def test_what_does_not_matter_is_passed(lookup: Lookup, text: str):
    assert understand(text, lookup, Setting()) == (Command.PASS,)


def test_a_number_that_is_too_great_for_an_answer_is_a_year_or_a_title(lookup: Lookup):
    options = (Option("2", 2), Option("3", 3))
    question = Question("fact:x", QuestionKind.CHOICE, "How many?", "x", options)
    assert understand("1995", lookup, Setting(question)) == (Require("year == 1995", "year 1995"),)
    assert understand("2", lookup, Setting(question)) == (Pick((0,)),)


@pytest.fixture(scope="module")
def films() -> Lookup:
    return Lookup(load("films"))


def test_a_bare_number_bounds_nothing_that_nobody_compares_by(films: Lookup):
    assert "series_order" in films.kg.numbers
    assert not any(isinstance(said, Require) for said in understand("only films rated above 8", films, Setting()))


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("I have seen all the Star Wars films", HaveSeen("series/star-wars")),
        ("I've seen the Alien movies", HaveSeen("series/alien")),
        ("seen every Toy Story", HaveSeen("series/toy-story")),
        ("I loved the Godfather films", Opine("series/the-godfather", 1.0)),
        ("I've seen the Alien movie", HaveSeen("alien-1979")),
        ("I have seen Star Wars", HaveSeen("star-wars-episode-iv-a-new-hope-1977")),
    ],
)
def test_all_of_a_name_is_more_than_the_first_of_that_name(films: Lookup, text: str, reading: Reading):
    assert understand(text, films, Setting()) == (reading,)


@pytest.mark.parametrize("text", ["give me two more like Fargo", "three films like Fargo"])
def test_how_many_are_wanted_is_no_name(films: Lookup, text: str):
    assert understand(text, films, Setting()) == (Opine("fargo-1996", 1.0, for_now=True),)


def test_every_ordinal_is_a_place_on_the_list(lookup: Lookup):
    listed = tuple(lookup.kg.item_ids)
    names = ("first", "second", "third", "fourth", "fifth", "sixth")
    told = [understand(f"I have seen the {name} one", lookup, Setting(listed=listed)) for name in names]
    assert told == [(HaveSeen(item),) for item in listed]


@pytest.mark.parametrize(
    ("text", "expressions"),
    [
        ("not after 1990", ["year <= 1990"]),
        ("no later than 1990", ["year <= 1990"]),
        ("not before 1980 and not after 1990", ["year >= 1980", "year <= 1990"]),
    ],
)
def test_not_after_a_year_is_a_bound(lookup: Lookup, text: str, expressions: list[str]):
    told = understand(text, lookup, Setting())
    assert [part.expression for part in told if isinstance(part, Require)] == expressions


def test_a_correction_to_what_the_name_is_not_changes_nothing(tiny_world: KnowledgeGraph):
    session = Session.start(Recommender(texts=False).fit(tiny_world))
    session.say("I loved Heat")
    before = session.belief
    assert "names no director" in session.say("no, I meant the director").text
    assert session.belief == before


def test_undo_names_what_it_takes_back(tiny_world: KnowledgeGraph):
    session = Session.start(Recommender(texts=False).fit(tiny_world))
    session.say("I loved Heat")
    assert session.say("undo").text == "Taken back: ♥ Heat (1995)."
    assert session.say("undo").text == "There is nothing to take back."
