"""The policy table: each row decides where its condition holds and no row above it does."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kgrec.acts import Ask, Question, QuestionKind, Recommend, Repair
from kgrec.dialogue.policy import POLICY, Situation, decide, row_for
from kgrec.domain import Conflict, Slate

CONFLICT = Conflict((), ())
SLATE = Slate(())
SOUGHT = Recommend(Slate((), 1, 2))
DEMANDED = Question("fact:audience", QuestionKind.FACT, "Who is watching?", "audience", ())
WORTHWHILE = Question("seen:heat", QuestionKind.SEEN, "Have you seen Heat?", "heat", ())


def nothing() -> None:
    return None


def unwanted() -> Question:
    raise AssertionError("this row does not look at questions")


SITUATION = Situation(
    is_dead_end=False,
    is_seeking=False,
    may_ask=True,
    find_conflict=lambda: CONFLICT,
    find_demanded=nothing,
    find_worthwhile=nothing,
    find_slate=lambda: SLATE,
    seek=lambda: SOUGHT,
)

ROWS = {
    "nothing is left": (replace(SITUATION, is_dead_end=True, is_seeking=True), Repair(CONFLICT)),
    "something particular is sought": (replace(SITUATION, is_seeking=True, may_ask=False), SOUGHT),
    "the list is wanted": (replace(SITUATION, may_ask=False), Recommend(SLATE)),
    "a rule wants to know": (
        replace(SITUATION, find_demanded=lambda: DEMANDED, find_worthwhile=lambda: WORTHWHILE),
        Ask(DEMANDED),
    ),
    "a question pays": (replace(SITUATION, find_worthwhile=lambda: WORTHWHILE), Ask(WORTHWHILE)),
    "enough is known": (SITUATION, Recommend(SLATE)),
}


def test_every_row_is_tried():
    assert [row.name for row in POLICY] == list(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_a_row_decides(name: str):
    situation, act = ROWS[name]
    assert row_for(situation).name == name
    assert decide(situation) == act


@pytest.mark.parametrize("name", list(ROWS)[:3])
def test_no_question_is_looked_for_where_none_will_be_asked(name: str):
    situation, act = ROWS[name]
    assert decide(replace(situation, find_demanded=unwanted, find_worthwhile=unwanted)) == act


def test_a_question_is_looked_for_once():
    looked: list[str] = []

    def finder(name: str, found: Question | None) -> Callable[[], Question | None]:
        def find() -> Question | None:
            looked.append(name)
            return found

        return find

    decide(replace(SITUATION, find_demanded=finder("rules", None), find_worthwhile=finder("bank", WORTHWHILE)))
    assert looked == ["rules", "bank"]
    looked.clear()
    decide(replace(SITUATION, find_demanded=finder("rules", DEMANDED), find_worthwhile=unwanted))
    assert looked == ["rules"]
