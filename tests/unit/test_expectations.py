"""The tests that rule files bring along, on the tiny world: what breaks them, and what is said of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kgrec.audit.expectations import Broken, check_expectations
from kgrec.errors import RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

AUDIENCE = """\
rules:
  - name: audience
    ask: user.audience
    question: Who is watching?
    options: [just me, children]
  - name: children are watching
    when: user.audience == children
    require: certificate in [G, PG]
  - name: short evenings
    when: context.hour >= 22
    require: runtime < 120
expect:
"""

Check = Callable[[str], tuple[Broken, ...]]


@pytest.fixture
def check(tiny_world: KnowledgeGraph, tmp_path: Path) -> Check:
    """Return a function: expectations in YAML to those that are broken under the rules above."""

    def run(expectations: str) -> tuple[Broken, ...]:
        (tmp_path / "mine.yaml").write_text(AUDIENCE + expectations, encoding="utf-8")
        book = RuleBook.load(tmp_path / "mine.yaml", tiny_world)
        return check_expectations(book, tiny_world, lambda: Recommender(texts=False).fit(tiny_world))

    return run


def items(broken: Broken) -> list[str]:
    return [example.item for example in broken.examples]


def test_what_holds_is_not_reported(check: Check):
    assert (
        check("""\
  - {given: {user.audience: children}, never: certificate == R}
  - {given: {user.audience: children}, always: genre has Comedy}
  - {given: {user.audience: just me}, some: certificate == R}
  - {some: genre has Horror}
""")
        == ()
    )


def test_never_names_the_items_it_meets_and_what_they_have(check: Check, tiny_world: KnowledgeGraph):
    (broken,) = check("  - {given: {user.audience: just me}, never: certificate == R}\n")
    assert items(broken) == ["heat", "thief", "scream", "alien"]
    assert (broken.count, broken.looked_at) == (4, 6)
    assert broken.expectation.place.line == 13
    assert broken.message(tiny_world).startswith("expected never: certificate == R, but 4 of 6 films are: Heat")
    assert "Heat (1995) [certificate R]" in broken.message(tiny_world)


def test_always_takes_the_unknown_for_a_no(check: Check):
    (broken,) = check("  - {given: {user.audience: children}, always: runtime < 100}\n")
    assert [str(example) for example in broken.examples] == ["Clue (1985) [runtime unknown]"]


def test_some_needs_one(check: Check, tiny_world: KnowledgeGraph):
    (broken,) = check("  - {given: {user.audience: children}, some: genre has Horror}\n")
    assert broken.examples == ()
    assert broken.message(tiny_world) == "expected some: genre has Horror, but none of 2 films is so"


def test_the_clock_is_not_looked_at_unless_it_is_given(check: Check):
    assert check("  - {some: runtime > 160}\n") == ()
    assert len(check("  - {given: {context.hour: 23}, some: runtime > 160}\n")) == 1


def test_wishes_narrow_what_is_looked_at(check: Check):
    (broken,) = check("  - {given: {where: [runtime < 130, genre has Crime]}, never: certificate == R}\n")
    assert items(broken) == ["thief"]
    assert broken.looked_at == 1


def test_an_expectation_whose_situation_leaves_nothing_is_broken(check: Check, tiny_world: KnowledgeGraph):
    (broken,) = check("  - {given: {user.audience: children, where: [genre has Horror]}, never: certificate == R}\n")
    assert broken.looked_at == 0
    assert {wish.label for wish in broken.conflict} == {"genre has Horror", "children are watching"}
    assert "leaves no film" in broken.message(tiny_world)
    assert "“children are watching”" in broken.message(tiny_world)


def test_top_looks_at_the_best_for_a_newcomer_with_these_likes(check: Check):
    (broken,) = check("  - {given: {likes: [Heat]}, never: director == Michael Mann, top: 1}\n")
    assert items(broken) == ["thief"]
    assert broken.looked_at == 1
    assert check("  - {given: {dislikes: [Heat]}, never: director == Michael Mann, top: 1}\n") == ()


def test_a_recommender_is_fitted_only_for_a_list(tiny_world: KnowledgeGraph, tmp_path: Path):
    def refuse() -> Recommender:
        raise AssertionError("nobody asked for a list")

    (tmp_path / "mine.yaml").write_text(f"{AUDIENCE}  - {{never: year > 2500}}\n", encoding="utf-8")
    assert check_expectations(RuleBook.load(tmp_path / "mine.yaml", tiny_world), tiny_world, refuse) == ()


def test_a_name_that_nothing_bears_is_a_mistake_with_the_nearest(check: Check, tiny_world: KnowledgeGraph):
    (broken,) = check("  - {given: {likes: [Michael Bann Somebody]}, some: year > 1900}\n")
    assert broken.mistake is not None
    assert broken.mistake.place.line == 13
    message = broken.message(tiny_world)
    assert message.startswith("nothing is called 'Michael Bann Somebody'")
    assert "Michael Mann" in message


def test_five_are_named_and_the_rest_counted(check: Check, tiny_world: KnowledgeGraph):
    (broken,) = check("  - {always: year > 2500}\n")
    assert (len(broken.examples), broken.count) == (5, 6)
    assert broken.message(tiny_world).endswith(" and 1 more")


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ("context.hour: 99", "'context.hour' is never 99", "give a whole number from 0 to 23"),
        ("context.hour: 21.5", "'context.hour' is never 21.5", "give a whole number from 0 to 23"),
        ("context.month: 13", "'context.month' is never 13", "give a whole number from 1 to 12"),
        ("context.month: May", "'context.month' is a number, 'May' is not", "give a whole number from 1 to 12"),
        ("context.day: 0", "'context.day' is never 0", "give a whole number from 1 to 31"),
        ("context.time: 24", "'context.time' is never 24", "give a number from 0 to just below 24"),
        ("context.date: 2026-02-30", "'context.date' is a date, '2026-02-30' is not", "write one as: 2020-12-31"),
        ("user.interactions: -1", "'user.interactions' is never -1", "give a whole number from 0 on"),
    ],
)
def test_what_can_never_be_given_is_a_mistake(check: Check, given: str, message: str, hint: str):
    with pytest.raises(RuleErrors) as caught:
        check(f"  - {{given: {{{given}}}, some: year > 1900}}\n")
    (error,) = caught.value.errors
    assert (error.message, error.hint) == (message, hint)


def test_all_that_the_clock_can_say_may_be_given(check: Check):
    moment = "context.time: 21.5, context.day: 31, context.date: 2026-12-31, context.hour: 21, context.season: Winter"
    assert check(f"  - {{given: {{{moment}}}, some: year > 1900}}\n") == ()
