"""Questions are answered from the graph and change nothing: about one item, many, two, a name, or the user."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgrec.acts import Confirm, EventKind, Explain
from kgrec.dialogue import MemoryLog, Session
from kgrec.dialogue.undoing import active
from kgrec.dialogue.wording import act_text
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.datasets import load
from kgrec.recommender import Recommender

SILENT = {EventKind.STARTED, EventKind.SAID, EventKind.OPENED}
"""What teaches nothing."""


@pytest.fixture(scope="module")
def films() -> Recommender:
    return Recommender(texts=False, rng=0).fit(load("films"))


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def session(films, log) -> Session:
    return Session.start(films, log=log)


def told(session: Session, text: str, **about: str) -> str:
    return act_text(session.say(text, **about), session.graph)


def learned(log: MemoryLog) -> list[tuple[str, str]]:
    """Return everything kept that changes what is believed."""
    return [(event.kind.value, event.subject) for event in active(log.events("you")) if event.kind not in SILENT]


ALIEN, HEAT = "alien-1979", "heat-1995"

ANSWERS = [
    # yes or no, whatever the facet
    ("did Spielberg make Alien?", "No, as far as I know; Alien (1979): directed by Ridley Scott."),
    ("did Ridley Scott direct Alien", "Yes; Alien (1979): directed by Ridley Scott."),
    ("was Alien directed by Steven Spielberg?", "No, as far as I know; Alien (1979): directed by Ridley Scott."),
    ("is Heat over two hours?", "Yes; Heat (1995): 170 min long."),
    ("is Heat shorter than 100 minutes?", "No; Heat (1995): 170 min long."),
    ("did Alien come out in 1985?", "No; Alien (1979): from 1979."),
    ("is Alien from the 70s?", "Yes; Alien (1979): from 1979."),
    ("was Alien made before 1975", "No; Alien (1979): from 1979."),
    # two of them
    ("is Heat longer than Alien?", "Yes; Heat (1995): 170 min long; Alien (1979): 117 min long."),
    ("is Alien newer than Heat?", "No; Alien (1979): from 1979; Heat (1995): from 1995."),
    ("which is longer, Heat or Alien?", "Heat (1995): 170 min long; Alien (1979): 117 min long."),
    ("which one is newer: Alien or Heat?", "Heat (1995): from 1995; Alien (1979): from 1979."),
    ("is Alien scarier than Heat?", "Yes; scary: Alien (1979); not Heat (1995)."),
    ("Heat is longer than Alien", "Yes; Heat (1995): 170 min long; Alien (1979): 117 min long."),
    ("is Heat as long as Alien?", "Heat (1995): 170 min long; Alien (1979): 117 min long."),
    # whether somebody did something, and what was said before
    ("has Spielberg made Alien?", "No, as far as I know; Alien (1979): directed by Ridley Scott."),
    ("have I seen Heat?", "Not that you told me: Heat (1995)."),
    ("do I like Heat?", "You told me nothing about Heat (1995)."),
]


@pytest.mark.parametrize(("question", "answer"), ANSWERS)
def test_a_question_is_answered_and_changes_nothing(session, log, question, answer):
    assert told(session, question) == answer
    assert learned(log) == []
    assert session.chips == ()


BEGINNINGS = [
    ("how many films with Al Pacino?", "With Al Pacino: "),
    ("how many comedies from the 90s are there?", "Comedies from the 90s: "),
    ("how many films are there", "990 films"),
    ("is there anything by Wes Anderson?", "By Wes Anderson: "),
    ("are there any westerns?", "Westerns: "),
    ("which films has Wes Anderson made?", "Directed by Wes Anderson: "),
    ("what did Greta Gerwig direct?", "Directed by Greta Gerwig: "),
    ("how many films did Spielberg direct?", "Directed by Steven Spielberg: "),
    ("what is Al Pacino in?", "With Al Pacino: "),
    ("what is the shortest western?", "Shortest western: "),
    ("what's the oldest film by Hitchcock?", "Oldest film by Hitchcock: "),
    ("what about Blade Runner?", "Blade Runner (1982) is "),
    ("what do you know about Michael Mann?", "Michael Mann: "),
    ("what do you know about Heat?", "Heat (1995) is "),
    ("who is Sigourney Weaver?", "Sigourney Weaver: "),
    ("what do you know about me?", "I know nothing about you yet."),
    ("should I watch Heat or Alien?", "For you "),
    ("which is better, Heat or Alien?", "For you "),
    ("is Heat better than Alien?", "No, for you; Alien (1979) "),
    ("is there any violence in Alien?", "No, as far as I know; Alien (1979): "),
    ("are any of these by Michael Mann?", "By Michael Mann: "),
    ("is Tom Hanks in any of these?", "With Tom Hanks: "),
    ("what did Al Pacino direct?", "Directed by Al Pacino: no film here."),
    ("do you have Alien?", "Alien (1979) is "),
    ("what is Heat like?", "Heat (1995) is "),
    ("how wide is it?", "I made nothing of “"),
    ("how many foobarish things are there?", "I made nothing of “"),
]


@pytest.mark.parametrize(("question", "beginning"), BEGINNINGS)
def test_a_question_about_many_or_about_a_name_changes_nothing_either(session, log, question, beginning):
    assert told(session, question).startswith(beginning)
    assert learned(log) == []


def test_a_count_is_that_of_the_graph_and_of_what_the_wishes_allow(session):
    graph = session.graph
    mine = set(graph.items_of["actor"][:, [graph.index("person/al-pacino")]].nonzero()[0].tolist())
    session.say("under two hours")
    short = {item for item in mine if graph.numbers["runtime"][item] <= 120}
    fit = "none of them fits" if not short else f"{len(short)} of them fit"
    assert told(session, "how many films with Al Pacino?") == f"With Al Pacino: {len(mine)} films; {fit} your wishes."
    assert len(session.chips) == 1


def test_what_there_is_comes_best_first_and_none_is_said_to_be_none(session):
    assert "The Grand Budapest Hotel (2014)" in told(session, "is there anything by Wes Anderson?")
    assert told(session, "are there any westerns with Greta Gerwig?") == "Westerns with Greta Gerwig: no film here."


def test_who_did_something_else_is_whoever_was_talked_about(session, log):
    session.say("loved Heat")
    known = learned(log)
    answer = told(session, "what else did he direct?")
    assert answer.startswith("Directed by Michael Mann: ")
    assert "Collateral (2004)" in answer
    assert "Heat" not in answer
    told(session, "who directed Alien?")
    assert told(session, "what else has he made?").startswith("Directed by Ridley Scott: ")
    assert told(session, "has he made anything else?").startswith("Directed by Ridley Scott: ")
    assert learned(log) == known


def test_a_person_named_in_a_question_is_who_he_or_she_is_afterwards(session):
    session.say("what do you know about Sigourney Weaver?")
    assert told(session, "what has she been in?").startswith("With Sigourney Weaver: ")


def test_a_question_makes_it_the_item_that_was_asked_about(session):
    session.say("what about Alien?")
    assert told(session, "who is in it?").startswith("Alien (1979): with ")
    assert told(session, "when did it come out?") == "Alien (1979): from 1979."
    assert told(session, "is it longer than Heat?").startswith("No; Alien (1979): 117 min long")


def test_a_question_may_leave_out_what_it_is_about(session, log):
    session.say("what about Alien?")
    assert told(session, "what year?") == "Alien (1979): from 1979."
    assert told(session, "how long?") == "Alien (1979): 117 min long."
    assert told(session, "who's the director?") == "Alien (1979): directed by Ridley Scott."
    third = session.slate().items[2]
    assert told(session, "and the third one?").startswith(f"{third.label} is number 3 on your list")
    assert learned(log) == []


def test_whoever_was_asked_about_can_be_wished_for(session):
    session.say("how many films with Sigourney Weaver?")
    assert told(session, "is there anything with her?").startswith("With Sigourney Weaver: ")
    session.say("something with her")
    assert "person/sigourney-weaver" in {said.entity for said in session.belief.opinions} or any(
        "Sigourney Weaver" in wish.expression for wish in session.belief.wishes
    )


def test_nobody_is_wished_for_where_nobody_was_named(session, log):
    assert "“by her”" in told(session, "something by her")
    assert learned(log) == []


NAMES = ["Heat", "Alien", "the second one", "it", "Al Pacino", "westerns", "Fargo", "number 3"]
FRAMES = [
    "is {} longer than {}?", "which is newer, {} or {}?", "have I seen {}?", "what do you think of {}?", "who is {}?",
    "did {} direct {}?", "how many films are like {} or {}?", "which of these is the shortest?",
    "when did {} come out?",
    "what else has {} been in?", "do I like {}?", "what do you know about {}?", "is {} in {}?", "are any of these {}?",
]  # fmt: skip


@given(frame=st.sampled_from(FRAMES), one=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_question_teaches_anything_and_none_is_left_without_an_answer(films, frame, one, other):
    log = MemoryLog()
    session = Session.start(films, log=log)
    session.say("what about Alien?")
    answer = told(session, frame.format(one, other))
    assert answer
    assert learned(log) == []


def test_the_list_is_asked_about_as_a_whole(session, log):
    listed = [entry.item for entry in session.slate()]
    graph = session.graph
    runtimes = {item: float(graph.numbers["runtime"][graph.index(item)]) for item in listed}
    shortest = min(listed, key=lambda item: runtimes[item])
    for question in ("which of these is the shortest?", "which is the shortest one on the list"):
        answer = told(session, question)
        assert answer.endswith(f"{graph.label(shortest)}, {runtimes[shortest]:g} min long.")
    crime = [item for item in listed if graph.index("genre/comedy") in graph.attributes[[graph.index(item)]].indices]
    answer = told(session, "which of these are comedies?")
    assert all(graph.label(item) in answer for item in crime)
    assert not any(graph.label(item) in answer for item in listed if item not in crime)
    assert learned(log) == []


def test_an_item_is_told_with_its_place_and_its_facts(session):
    first = session.slate().items[0]
    answer = told(session, f"what about {first.label.rpartition(' (')[0]}?")
    assert answer.startswith(f"{first.label} is number 1 on your list: ")
    session.say("hated Alien")
    assert told(session, "what about Alien?").startswith(
        "Alien (1979) is not on your list: you have seen it and you do not like it."
    )
    session.say("nothing older than 1990")
    answer = told(session, "what about Blade Runner?")
    assert answer.startswith("Blade Runner (1982) is not on your list: ")
    assert "directed by Ridley Scott" in answer


def test_what_the_user_said_is_known_when_asked(session):
    session.say("loved Heat, hated Alien and I have seen Fargo")
    assert told(session, "have I seen Fargo?") == "Yes, you have seen Fargo (1996)."
    assert told(session, "have I seen Heat?") == "Yes, you have seen Heat (1995), and you love it."
    assert told(session, "did I like Alien?") == "You do not like Alien (1979)."


def test_what_is_known_of_the_user_is_told_a_line_a_kind(session, log):
    session.say("loved Heat, hated Alien and I have seen Fargo")
    session.say("I like westerns")
    session.say("under two hours")
    session.say("Casablanca is better than Titanic")
    known = learned(log)
    answer = told(session, "what do you know about me?")
    assert answer.splitlines() == [
        "You love: Heat (1995).",
        "You like: Western.",
        "You do not like: Alien (1979).",
        "You have seen: Fargo (1996).",
        "You would rather have: Casablanca (1942) than Titanic (1997).",
        "You wish: running time ≤ 120 min.",
    ]
    assert learned(log) == known


# --- another domain: nothing above is about films ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def boats() -> Recommender:
    frame = pd.DataFrame(
        {
            "item": ["a", "b", "c", "d"],
            "label": ["Albatross", "Barracuda", "Cormorant", "Dolphin"],
            "builder": ["Ann Bell", "Ann Bell", "Carl Dorn", "Carl Dorn"],
            "hull": ["steel", "wood", "wood", "steel"],
            "length": [12, 7, 9, 20],
        }
    )
    return Recommender(texts=False, rng=0).fit(KnowledgeGraph.from_frames(frame, name="boats"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("how many with hull wood?", "With hull wood: 2 items."),
        ("what is the builder of Cormorant?", "Cormorant: builder: Carl Dorn."),
        ("is Barracuda wood?", "Yes; Barracuda: hull: wood."),
        ("which of these is wood?", "Wood: Barracuda, Cormorant."),
        ("what is the length of Dolphin?", "Dolphin: length: 20."),
        (
            "have you seen the item Dolphin",
            "Dolphin is number 4 on your list: nothing speaks for it yet. Builder: Carl Dorn; hull: steel; length: 20.",
        ),
    ],
)
def test_another_domain_is_asked_about_in_its_own_words(boats, question, answer):
    session = Session.start(boats)
    assert told(session, question) == answer
    assert session.chips == ()


# --- what is said beside questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Heat is better than Alien", (HEAT, ALIEN)),
        ("I prefer Alien to Heat", (ALIEN, HEAT)),
        ("rather Heat than Alien", (HEAT, ALIEN)),
        ("I'd rather watch Alien than Heat", (ALIEN, HEAT)),
        ("Heat was much worse than Alien", (ALIEN, HEAT)),
        ("I liked Heat more than Alien", (HEAT, ALIEN)),
        ("Alien isn't as good as Heat", (HEAT, ALIEN)),
        ("Alien over Heat any day", (ALIEN, HEAT)),
        ("Heat beats Alien", (HEAT, ALIEN)),
        ("Heat is a better film than Alien", (HEAT, ALIEN)),
        ("I think Heat is way better than Alien", (HEAT, ALIEN)),
        ("rather something funny than something sad", ("mood/funny", "mood/sad")),
        ("I prefer westerns to musicals", ("genre/western", "genre/musical")),
    ],
)
def test_one_that_is_liked_better_than_another_is_a_choice_between_two(session, text, pair):
    session.say(text)
    belief = session.belief
    assert [(said.entity, said.other, said.value) for said in belief.comparisons] == [(*pair, 1.0)]
    assert belief.opinions == ()
    assert belief.wishes == ()
    assert belief.seen == frozenset()
    one, other = map(session.graph.label, pair)
    assert [chip.label for chip in session.chips] == [f"rather {one} than {other}"]
    session.undo()
    assert session.belief.comparisons == ()


def test_what_follows_a_preference_is_read_as_well(session):
    session.say("I prefer Heat to Alien but nothing violent")
    assert len(session.belief.comparisons) == 1
    assert [wish.expression for wish in session.belief.wishes] == ['not (mood has "violent")']


def test_a_preference_was_no_question_that_was_put(session):
    before = session.state.kinds
    session.say("Heat is better than Alien")
    assert session.state.kinds == before
    assert [line.text for line in session.transcript() if line.is_user] == ["Heat is better than Alien"]


def test_a_comparison_with_an_item_keeps_the_item(session):
    first, second = session.slate().items[:2]
    assert told(session, "a bit more violent than Fargo") == "More violent than Fargo (1996)."
    assert [chip.label for chip in session.chips] == ["more violent than Fargo (1996)"]
    assert "fargo-1996" in session.belief.seen  # it is not more violent than itself
    session.undo()
    assert session.chips == ()
    assert told(session, "lighter than the first one").endswith(f"than {first.label}.")
    session.undo()
    assert told(session, "something newer than the second") == f"Newer than {second.label}."


def test_like_one_of_the_list_but_newer(session):
    second = session.slate().items[1].label
    assert told(session, "more like the second one but newer") == f"Something like {second}; newer than {second}."


def test_newer_means_newer_than_what_was_liked_not_than_what_was_hated(session):
    session.say("loved Heat, hated Titanic")
    assert told(session, "something newer") == "Newer than Heat (1995)."


def test_newer_after_nothing_but_a_dislike_means_newer_than_the_list(session):
    session.say("hated Titanic")
    assert "Titanic" not in told(session, "something newer")
    assert told(session, "when did it come out?") == "Titanic (1997): from 1997."


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("the 3rd is too long", "shorter than {}"),
        ("the 3rd is too violent", "less violent than {}"),
        ("number 3 isn't scary enough", "more scary than {}"),
    ],
)
def test_a_complaint_about_one_of_the_list_is_a_critique_of_it(session, text, label):
    third = session.slate().items[2]
    session.say(text)
    assert [chip.label for chip in session.chips] == [label.format(third.label)]
    assert not [said for said in session.belief.opinions if said.entity == third.item]
    assert third.item not in [entry.item for entry in session.slate()]


def test_what_only_looks_bad_is_left_out_and_not_disliked(session):
    second = session.slate().items[1]
    assert told(session, "number 2 looks boring") == f"Not {second.label}."
    assert session.belief.opinions == ()
    assert second.item not in [entry.item for entry in session.slate()]


def test_several_of_the_list_may_look_bad(session):
    second, third = session.slate().items[1:3]
    assert told(session, "number 2 and 3 look boring") == f"Not {second.label}; not {third.label}."


def test_it_is_what_a_complaint_is_about(session):
    session.say("what about Heat?")
    assert told(session, "it is too long") == "Shorter than Heat (1995)."
    assert told(session, "looks boring") == "Not Heat (1995)."


def test_hating_one_says_nothing_of_what_is_loved_or_seen_next(session):
    session.say("I hated Alien and loved Heat and I have seen Fargo")
    assert {said.entity: said.value > 0 for said in session.belief.opinions} == {ALIEN: False, HEAT: True}
    assert "fargo-1996" in session.belief.seen


def test_what_sounds_good_is_asked_for_and_not_taken_as_seen(session):
    second = session.slate().items[1]
    assert told(session, "number 2 sounds great") == f"Something like {second.label}."


@pytest.mark.parametrize("text", ["the first one I have seen", "the first one I've seen", "I have seen the first one"])
def test_one_of_the_list_was_seen(session, text):
    first = session.slate().items[0]
    assert told(session, text) == f"You have seen {first.label}."


def test_one_of_the_list_is_refused(session):
    second = session.slate().items[1]
    assert told(session, "not the second one") == f"Not {second.label}."


def test_why_is_still_why(session):
    session.say("loved Heat")
    assert isinstance(session.say("why number 1?"), Explain)
    assert isinstance(session.say("under two hours"), Confirm)


@pytest.mark.parametrize(
    "text",
    [
        "what did I say about {}", "What did I tell you about {}?", "how did I rate {}?", "what do I think of {}",
        "did I say anything about {}", "have I mentioned {}?", "what is my rating of {}", "what did I give {}?",
        "did I rate {}?",
    ],
)  # fmt: skip
def test_what_one_said_oneself_is_answered_and_never_wished_for(session, log, text):
    said = text.format("Alien")
    assert told(session, said) == "You told me nothing about Alien (1979)."
    before = learned(log)
    assert before == []
    session.say("I hated Alien")
    before = learned(log)
    assert told(session, said) == "You do not like Alien (1979)."
    assert learned(log) == before


def test_what_was_seen_and_what_was_wished_are_told_too(session):
    session.say("I have seen Heat")
    session.say("no horror")
    assert told(session, "what did I say about Heat?") == "You have seen Heat (1995)."
    assert told(session, "what did I say about horror?") == "You wish: no Horror."
