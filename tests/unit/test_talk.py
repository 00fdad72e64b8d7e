"""Talking with a session, on tiny_world: references, comparisons, questions, corrections, doubts, and undo."""

from dataclasses import replace

import pytest

from kgrec.acts import Ask, Confirm, EventKind, QuestionKind, Repair
from kgrec.attitudes import attitude
from kgrec.dialogue import MemoryLog, Session
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

RULES = """
rules:
  - name: audience
    ask: user.audience
    question: Who is watching?
    options: [just me, friends, children]
"""


ASKED = {
    "runtime": ("how long is {item}",),
    "description": ("what is {item} about",),
    "director": ("who directed {item}",),
}


@pytest.fixture
def recommender(tiny_world) -> Recommender:
    own = tiny_world.ontology
    facets = tuple(replace(facet, asked=ASKED.get(facet.name, ())) for facet in own.facets)
    return Recommender(texts=False).fit(replace(tiny_world, ontology=replace(own, facets=facets)))


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def session(recommender, log) -> Session:
    return Session.start(recommender, log=log)


def labels(session: Session) -> list[str]:
    return [chip.label for chip in session.chips]


def listed(session: Session) -> list[str]:
    return [entry.item for entry in session.slate()]


def test_one_undo_takes_back_all_that_one_utterance_said(session) -> None:
    session.say("I love Heat")
    session.say("no horror, under two hours and I hated Babe")
    assert len(labels(session)) == 4
    undone = session.undo()
    assert undone is not None
    assert labels(session) == ["♥ Heat (1995)"]
    session.say("undo")
    assert labels(session) == []


def test_what_only_takes_back_is_not_kept_as_said_and_the_log_still_has_all(session, log) -> None:
    session.say("no horror")
    before = session.transcript()
    session.say("under two hours")
    answer = session.say("undo")
    assert answer == Confirm("Taken back: runtime ≤ 120 min.", is_passing=True)
    assert session.transcript() == before
    assert [event.kind for event in log.events("you")[-2:]] == [EventKind.REPLIED, EventKind.UNDONE]
    assert not session.say("undo, and only crime").is_passing
    assert session.transcript()[-2].text == "undo, and only crime"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("no horror", "horror is fine actually"), "What was said of Horror counts again."),
        (("from the 80s", "forget the 80s"), "“the 1980s” counts again."),
        (("a crime film", "no, comedies"), "Taken back: Comedy; what was said of Crime counts again."),
    ],
)
def test_undo_of_what_gave_something_up_says_that_it_counts_again(session, said, told) -> None:
    for text in said:
        session.say(text)
    assert session.say("undo").text == told


@pytest.mark.parametrize("words", ["list", "surprise me", "the best films", "show me more"])
def test_a_list_in_a_dead_end_says_so_with_a_way_out(session, words) -> None:
    session.say("under 100 minutes")
    session.say("only crime")
    session.say("only from 1995")
    for text in ("only R", "newer than 1996", "over 150 minutes"):
        session.say(text)
    assert isinstance(session.act(), Repair)
    told = session.say(words).text
    assert told.startswith("No film fits all wishes and rules; a way out is to drop “")


def test_a_chip_is_taken_back_on_its_own(session) -> None:
    session.say("no horror, under two hours")
    session.undo(session.chips[0].event)
    assert labels(session) == ["runtime ≤ 120 min"]


def test_every_utterance_is_kept_even_if_it_changes_nothing(session, log) -> None:
    answer = session.say("how are you?")
    told = [(event.kind, event.subject) for event in log.events("you")[-2:]]
    assert told == [(EventKind.SAID, "how are you?"), (EventKind.REPLIED, answer.text)]
    assert session.undo() is None


def test_shorter_is_shorter_than_what_was_talked_about(session) -> None:
    session.say("how long is Thief?")
    assert session.say("something shorter") == Confirm("Shorter than Thief (1981).")
    assert "thief" not in listed(session)


def test_shorter_is_shorter_than_the_middle_of_the_list_otherwise(session) -> None:
    answer = session.say("shorter")
    assert answer == Confirm("Shorter than 117 min.")
    assert set(listed(session)) == {"babe", "scream"}


def test_a_front_end_says_what_is_highlighted(session) -> None:
    assert session.say("older than that one", about="scream") == Confirm("Older than Scream (1996).")


def test_a_place_on_the_list_can_be_named(session) -> None:
    second = session.slate().items[1]
    assert session.say("seen number 2") == Confirm(f"You have seen {second.label}.")


def test_like_this_but_newer(session) -> None:
    assert session.say("something like Thief but newer") == Confirm(
        "Something like Thief (1981); newer than Thief (1981)."
    )
    assert labels(session) == ["Thief (1981)", "newer than Thief (1981)"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("how long is Thief?", "Thief (1981): 123 min."),
        ("how long is Clue?", "I do not know the runtime of Clue (1985)."),
        ("what is Clue about?", "Clue (1985): Six guests and a murder in a mansion."),
        ("is Alien a horror film?", "Yes; Alien (1979): Horror."),
        ("is Babe a horror film?", "No, as far as I know; Babe (1995): Comedy, Family."),
        ("who directed Alien?", "Alien (1979): directed by Ridley Scott."),
        ("what is the genre of Clue", "Clue (1985): Comedy."),
    ],
)
def test_questions_are_answered_from_the_graph(session, question, answer) -> None:
    found = session.say(question)
    assert found == Confirm(answer)
    assert session.chips == ()


def test_company_answers_the_question_of_a_rule(recommender, tiny_world, tmp_path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    session = Session.start(recommender, RuleBook.load(path, tiny_world))
    session.say("a comedy with my kids")
    assert session.belief.fact == {"audience": "children"}
    session.say("with friends after all")
    assert session.belief.fact == {"audience": "friends"}


@pytest.mark.parametrize("because", ["", "children watch along"])
def test_why_of_a_rules_question_names_the_rule_its_place_and_its_reason(recommender, tiny_world, tmp_path, because):
    path = tmp_path / "rules.yaml"
    reason = f"    because: {because}\n" if because else ""
    path.write_text(
        "rules:\n  - name: company\n    ask: user.audience\n    question: Who?\n    options: [one, two]\n" + reason,
        encoding="utf-8",
    )
    session = Session.start(recommender, RuleBook.load(path, tiny_world))
    told = f", because {because}" if because else ""
    assert session.say("why").text == f"Why I ask: the rule “company” wants to know{told} (rules.yaml:2)."


@pytest.mark.parametrize(("verb", "told"), [("loved", "love"), ("liked", "like"), ("hated", "do not like")])
def test_what_is_echoed_of_an_item_is_what_reasons_say(session, verb, told) -> None:
    assert session.say(f"I {verb} Heat") == Confirm(f"You {told} Heat (1995).")
    (opinion,) = session.belief.opinions
    assert attitude(opinion.value, opinion.kind).verb == told


def test_company_that_no_rule_asks_for_is_said_to_change_nothing(session) -> None:
    assert "makes no difference" in session.say("a comedy with my kids").text


def test_show_me_more_goes_on_and_undo_goes_back(session) -> None:
    before = listed(session)
    session.say("I hated Babe")
    first = listed(session)
    session.say("show me more")
    assert not set(listed(session)) & set(first)
    session.undo()
    assert listed(session) == first != before


def test_a_surprise_is_named_and_can_be_asked_about(session) -> None:
    assert session.say("surprise me").text.startswith("How about ")
    assert "do not know which" not in session.say("how long is it?").text


def test_what_was_meant_otherwise_is_read_again(session) -> None:
    session.say("something by Michael Mann")
    session.say("no, I meant Ridley Scott")
    assert not any("Mann" in label for label in labels(session))
    assert any("Ridley Scott" in label for label in labels(session))


def test_two_readings_that_are_equally_good_are_asked_about(tiny_world) -> None:
    same = replace(tiny_world, labels=tuple("Heat" if label == "Scream" else label for label in tiny_world.labels))
    session = Session.start(Recommender(texts=False).fit(same))
    act = session.say("I loved Heat")
    assert isinstance(act, Ask)
    assert act.question.kind is QuestionKind.MEANT
    assert {option.label for option in act.question.options} == {"Heat (1996)", "Heat (1995)"}
    assert session.act() == act
    session.answer(act.question, [0])
    assert len(labels(session)) == 1
    assert session.act() != act
    session.undo()
    assert labels(session) == []


def test_an_answer_in_words_settles_a_doubt(tiny_world) -> None:
    same = replace(tiny_world, labels=tuple("Heat" if label == "Scream" else label for label in tiny_world.labels))
    session = Session.start(Recommender(texts=False).fit(same))
    session.say("I loved Heat")
    assert session.say("the 1996 one") == Confirm("You love Heat (1996).")
    assert labels(session) == ["♥ Heat (1996)"]
