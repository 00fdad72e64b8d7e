"""Where a bound in words lies: whether the number itself is meant, of what is wished and of what is refused."""

import pytest

from kgrec.dialogue import Session
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender

YEARS = {"heat": 1995, "thief": 1981, "scream": 1996, "alien": 1979, "babe": 1995, "clue": 1985}
MINUTES = {"heat": 170, "thief": 123, "scream": 111, "alien": 117, "babe": 91}
EDGES = {
    "<": ("before {}", "from before {}", "earlier than {}"),
    "<=": ("not after {}", "nothing after {}", "nothing made after {}", "no later than {}", "{} or earlier"),
    ">": ("after {}", "later than {}", "something from after {}", "newer than {}"),
    ">=": ("since {}", "not before {}", "nothing before {}", "from {} on", "no earlier than {}", "starting in {}"),
}


@pytest.fixture
def session(tiny_world: KnowledgeGraph) -> Session:
    return Session.start(Recommender(texts=False).fit(tiny_world))


def kept(session: Session, text: str) -> set[str]:
    session.say(text)
    return {item for item, is_open in zip(session.graph.item_ids, session.ranking().open, strict=True) if is_open}


def meets(number: int, sign: str, edge: int) -> bool:
    return {"<": number < edge, "<=": number <= edge, ">": number > edge, ">=": number >= edge}[sign]


@pytest.mark.parametrize("year", [1981, 1995, 1990])
@pytest.mark.parametrize(("sign", "text"), [(sign, text) for sign, texts in EDGES.items() for text in texts])
def test_a_year_is_in_its_bound_or_not_as_the_words_say(session: Session, sign: str, text: str, year: int):
    assert kept(session, text.format(year)) == {item for item in YEARS if meets(YEARS[item], sign, year)}


@pytest.mark.parametrize("decade", ["the 80s", "the eighties", "80s"])
@pytest.mark.parametrize(
    ("lead", "sign", "edge"),
    [("after", ">", 1989), ("before", "<", 1980), ("since", ">=", 1980), ("not before", ">=", 1980),
     ("not after", "<=", 1989), ("nothing after", "<=", 1989)],
)  # fmt: skip
def test_a_time_beside_a_decade_is_not_the_decade(session: Session, lead: str, sign: str, edge: int, decade: str):
    assert kept(session, f"{lead} {decade}") == {item for item in YEARS if meets(YEARS[item], sign, edge)}


@pytest.mark.parametrize("minutes", [117, 120, 123])
@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("not under {} minutes", ">="), ("nothing under {} minutes", ">="), ("nothing that is less than {} min", ">="),
        ("no less than {} minutes", ">="), ("not shorter than {} minutes", ">="), ("not over {} minutes", "<="),
        ("nothing over {} minutes", "<="), ("nothing that's more than {} minutes", "<="),
        ("not more than {} minutes", "<="), ("no longer than {} minutes", "<="), ("at most {} minutes", "<="),
    ],
)  # fmt: skip
def test_a_refused_bound_lets_its_edge_through(session: Session, text: str, sign: str, minutes: int):
    known = {item for item in MINUTES if meets(MINUTES[item], sign, minutes)}
    assert kept(session, text.format(minutes)) - {"clue"} == known


@pytest.mark.parametrize(
    "text",
    ["nobody under 18", "nobody over 100", "no one over 100", "anyone younger than 100", "people over 100 years old",
     "no directors over 100", "kids under 100", "nobody between 95 and 100", "with people who are under 100"],
)  # fmt: skip
def test_a_bound_of_peoples_ages_bounds_nothing_of_an_item(session: Session, text: str):
    told = session.say(text).text
    assert "record of people's ages" in told
    assert not session.belief.wishes
    assert not session.belief.opinions


def test_whose_age_is_told_beside_whom_it_is_for_bounds_nothing(session: Session):
    assert "“under 100”" in session.say("for kids under 100").text
    assert not session.belief.wishes


def test_a_duration_after_a_word_for_people_is_one_still(session: Session):
    session.say("for kids under 100 minutes")
    assert [wish.expression for wish in session.belief.wishes] == ["runtime <= 100"]
