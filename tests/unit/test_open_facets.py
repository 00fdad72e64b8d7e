"""What is open, only preferred, replaced or not understood, on tiny_world: nothing is done against what was said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgrec.acts import Confirm
from kgrec.dialogue import Session
from kgrec.dialogue.bounds import bound_of, bounded, in_digits, latest
from kgrec.dialogue.readings import (
    Allow,
    FreeText,
    NotFound,
    Open,
    Opine,
    Reading,
    Require,
    Setting,
    Turn,
    Unused,
)
from kgrec.dialogue.revising import standing
from kgrec.dialogue.understand import understand
from kgrec.domain import Facet, FacetKind
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.ingest.columns import judge
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

COMEDY, HORROR = "genre/comedy", "genre/horror"


def read(world: KnowledgeGraph, text: str) -> list[Reading]:
    return list(understand(text, Lookup(world), Setting(year=2026)))


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("I don't care about the director, no horror",
         [Open(("director",)), Require('not (genre has "Horror")', "no Horror")]),
        ("I don't care about the year", [Open(("year",))]),
        ("the director doesn't matter", [Open(("director",))]),
        ("I don't care if it's the same", [Unused("I don't care if it's the same")]),
        ("not fussed about the genre", [Open(("genre",))]),
        ("I don't mind horror", [Allow(HORROR)]),
        ("horror doesn't bother me", [Allow(HORROR)]),
        ("older is fine", [Open(("year",), is_more=False)]),
        ("a bit longer is ok", [Open(("runtime",), is_more=True, is_slight=True)]),
    ],
)  # fmt: skip
def test_what_does_not_matter_is_open_and_nothing_is_refused(tiny_world, text, readings):
    assert read(tiny_world, text) == readings


@pytest.mark.parametrize(
    "text", ["I don't care if it's old", "it doesn't have to be recent", "don't care how old it is"]
)
def test_an_adjective_that_does_not_matter_is_no_bound(tiny_world, text):
    own = tiny_world.ontology
    facets = (replace(each, low=("old",), high=("recent",)) if each.name == "year" else each for each in own.facets)
    world = replace(tiny_world, ontology=replace(own, facets=tuple(facets)))
    assert read(world, text) == [Open(("year",))]


def test_a_proviso_ends_the_negation_before_it(tiny_world):
    assert read(tiny_world, "I don't care about the director as long as it's a comedy") == [
        Open(("director",)),
        Require('genre has "Comedy"', "only Comedy"),
    ]


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("anything newer than 1990", "year > 1990"),
        ("something newer than 1990", "year > 1990"),
        ("nothing older than me, I was born in 1985", "not (year < 1985)"),
        ("something from before I was born, I'm 40", "year < 1986"),
        ("not too long, at most two hours", "runtime <= 120"),
    ],
)
def test_a_number_said_is_the_bound(tiny_world, text, expression):
    assert [said.expression for said in read(tiny_world, text) if isinstance(said, Require)] == [expression]


def test_older_than_me_means_nothing_without_an_age(tiny_world):
    assert read(tiny_world, "nothing older than me") == [Unused("nothing older than me")]


@pytest.mark.parametrize("word", ["preferably", "ideally", "if possible"])
def test_what_is_only_preferred_is_no_must(tiny_world, word):
    assert read(tiny_world, f"{word} no horror") == [Require('not (genre has "Horror")', "no Horror", is_soft=True)]


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("I fell asleep halfway through Solaris", [NotFound("Solaris", ())]),
        ("too spiky", [Unused("too spiky")]),
        ("with subtitles", [Unused("subtitles")]),
        ("something about loneliness at sea", [FreeText("loneliness at sea")]),
        ("something obscure", [Turn("familiar", -0.5)]),
        ("too mainstream", [Turn("familiar", -0.5)]),
        ("everybody's seen that", [Turn("familiar", -0.5)]),
        ("nothing obscure", [Turn("familiar", 0.5)]),
    ],
)
def test_only_a_description_becomes_a_wish_in_free_words(tiny_world, text, readings):
    assert [
        replace(said, nearest=()) if isinstance(said, NotFound) else said for said in read(tiny_world, text)
    ] == readings


@pytest.mark.parametrize(
    ("text", "opinion"),
    [
        ("my husband loves comedies but I don't", Opine(COMEDY, -1.0)),
        ("my wife hates horror but I don't", Allow(HORROR)),
    ],
)
def test_who_thinks_otherwise_is_heard(tiny_world, text, opinion):
    assert read(tiny_world, text)[-1] == opinion


# --- conversations ----------------------------------------------------------------------------------------------------


def talk(session: Session, *said: str) -> str:
    answer = [session.say(text) for text in said][-1]
    assert isinstance(answer, Confirm)
    return answer.text


@pytest.mark.parametrize(
    ("said", "wishes"),
    [
        (("max 2 hours", "max two and a half hours"), {"runtime <= 150"}),
        (("after 1990", "actually make it before 1990"), {"year < 1990"}),
        (("after 1980", "before 1990"), {"year > 1980", "year < 1990"}),
        (("newer than 1990", "nope, older is fine after all"), set()),
        (("before 1990", "the year doesn't matter"), set()),
        (("no horror, a comedy", "the genre doesn't matter"), set()),
        (("max 100 minutes", "a bit longer is ok"), {"runtime <= 113"}),
    ],
)
def test_a_new_bound_takes_the_place_of_the_old_one(tiny_world, said, wishes):
    session = Session.start(Recommender(texts=False).fit(tiny_world))
    session.say(said[0])
    before = {wish.expression for wish in standing(session)}
    session.say(said[1])
    assert {wish.expression for wish in standing(session)} == wishes
    session.undo()
    assert {wish.expression for wish in standing(session)} == before


def test_company_that_matters_to_no_rule_is_remarked_on_once(tiny_world):
    session = Session.start(Recommender(texts=False).fit(tiny_world))
    assert "makes no difference" in talk(session, "with my wife")
    assert talk(session, "my wife is here") == "Noted."


# --- numbers ----------------------------------------------------------------------------------------------------------


@given(st.floats(-1e9, 1e9))
def test_a_bound_says_the_number_it_was_made_of(value):
    facet = Facet("length", "x:length", FacetKind.NUMBER, "length", "lengths")
    bound = bound_of(bounded(facet, "<=", value).expression)
    assert bound is not None
    assert bound.high == pytest.approx(value, abs=1e-6)
    assert "e" not in in_digits(value)


@given(st.lists(st.tuples(st.sampled_from(["<=", ">="]), st.integers(1900, 2030)), max_size=6))
def test_of_bounds_of_one_end_the_last_remains(bounds):
    told = [Require(f"year {sign} {year}", "") for sign, year in bounds]
    kept = latest(told)
    assert {said.expression for said in kept} == {f"year {sign} {year}" for sign, year in dict(bounds).items()}


@pytest.fixture(scope="module")
def beers() -> KnowledgeGraph:
    """Five beers of 2.5 to 11 (percent), 2 to 20 euros."""
    frame = pd.DataFrame(
        {
            "item": list("abcde"),
            "label": ["Ada", "Bea", "Cleo", "Dora", "Elsa"],
            "abv": [2.5, 4.5, 5.5, 8.0, 11.0],
            "price": [2.0, 3.0, 5.0, 9.0, 20.0],
        }
    )
    graph = KnowledgeGraph.from_frames(frame)
    facets = tuple(replace(facet, unit="€" if facet.name == "price" else "") for facet in graph.ontology.facets)
    return replace(graph, ontology=replace(graph.ontology, facets=facets))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("over 5 %", "cde"), ("more than 5 percent", "cde"), ("under 8% please", "abcd"), ("7% or more", "de"),
        ("between 4 and 6 percent", "bc"), ("nothing over 10%", "abcd"), ("under 4 quid", "ab"),
        ("under 90 minutes", "abcde"),
    ],
)  # fmt: skip
def test_a_unit_that_no_facet_has_goes_to_the_one_without(beers, text, expected):
    session = Session.start(Recommender(texts=False).fit(beers), RuleBook.empty(beers))
    session.say(text)
    assert "".join(np.array(beers.item_ids)[session.ranking().allowed[: beers.n_items]]) == expected


@pytest.mark.parametrize(("name", "unit"), [("abv", "%"), ("pct_organic", "%"), ("ibu", ""), ("rating", "")])
def test_a_column_of_percent_is_known_by_its_name(name, unit):
    assert judge(name, ["2.5", "4.5", "5.5", "8", "11", "4.7"] * 5).unit == unit
