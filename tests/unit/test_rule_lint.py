"""What a check says of rules over tiny_world: each kind of finding where it must come, and next to it where not."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kgrec.audit.findings import Code, Finding, Severity
from kgrec.audit.lint import lint_rules
from kgrec.audit.moments import agrees
from kgrec.audit.situations import MOST, FactSpace
from kgrec.cli.check import check_rules
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.datasets import open_dataset
from kgrec.rulebook import RuleBook

Lint = Callable[..., tuple[Finding, ...]]

AUDIENCE = """
  - name: audience
    ask: user.audience
    question: Who is watching?
    options: [just me, friends, children]
"""
SMALL = """
  - name: certificates
    when: user.audience == children
    forbid: certificate == R
"""


@pytest.fixture
def lint(tiny_world: KnowledgeGraph, tmp_path: Path) -> Lint:
    """Return a function that checks rules given as YAML entries."""

    def check(*entries: str, graph: KnowledgeGraph = tiny_world) -> tuple[Finding, ...]:
        file = tmp_path / "rules.yaml"
        file.write_text("rules:\n" + "\n".join(entry.strip("\n") for entry in entries), encoding="utf-8")
        return lint_rules(graph, RuleBook.load(file, graph))

    return check


def codes(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, finding.rule) for finding in findings]


def rule(body: str, name: str = "it") -> str:
    """Return an entry from ``key: value; key: value``."""
    lines = "\n".join(f"    {part.strip()}" for part in body.split(";"))
    return f"  - name: {name}\n{lines}"


# --- preferences that come to nothing ---------------------------------------------------------------------------------


def test_preferences_that_cancel_each_other_out_are_told(lint: Lint) -> None:
    (found,) = lint(
        rule("prefer: genre has Comedy; weight: 0.5", "for"), rule("prefer: genre has comedy; weight: -0.5", "against")
    )
    assert (found.code, found.severity, found.rule) == (Code.CONTRADICTION, Severity.WARNING, "against")
    assert found.message == "'against' cancels out 'for' (line 2): together they change no score"


def test_three_preferences_may_come_to_nothing_together(lint: Lint) -> None:
    found = lint(
        rule("prefer: genre has Comedy; weight: 1", "one"),
        rule("prefer: genre has Comedy; weight: -0.25", "two"),
        rule("prefer: genre has Comedy; weight: -0.75", "three"),
    )
    assert codes(found) == [(Code.CONTRADICTION, "three")]
    assert "cancels out 'one' (line 2) and 'two' (line 5)" in found[0].message


@pytest.mark.parametrize(
    "other",
    [
        "prefer: genre has Comedy; weight: -0.4",
        "prefer: genre has Crime; weight: -0.5",
        "prefer: genre has Comedy; weight: -0.5; when: context.hour > 20",
    ],
)
def test_preferences_that_add_up_to_something_are_left_in_peace(lint: Lint, other: str) -> None:
    assert not lint(rule("prefer: genre has Comedy; weight: 0.5", "for"), rule(other, "other"))


def test_a_preference_for_a_fact_that_nobody_tells_says_so(lint: Lint) -> None:
    (found,) = lint(rule("prefer: user.vip == yes"))
    assert found.message == "'it' changes no order: no rule asks for user.vip, and nothing tells it"
    (known,) = lint(AUDIENCE, rule("prefer: user.audience == children"))
    assert known.message == "'it' changes no order: it adds the same to all films"


# --- one rule by itself -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "is_possible"),
    [
        ("when: user.audience == children and user.audience == friends", False),
        ("when: user.audience == children or user.audience == friends", True),
        ("when: user.audience == children; unless: user.audience is known", False),
        ("when: user.audience is known; unless: user.audience == children", True),
        ("unless: user.audience is known or user.audience is unknown", False),
        ("when: context.hour > 25", False),
        ("when: context.hour >= 23", True),
        ("when: context.hour + 1 > 24", False),
        ("when: context.hour + 1 > 23", True),
        ("when: context.month == 13", False),
        ("when: context.time >= 23.5", True),
        ("when: context.time >= 24", False),
        ("when: context.hour == 19 and context.time < 19", False),
        ("when: context.hour == 19 and context.time > 19.5", True),
        ("when: context.day > 31", False),
        ("when: context.day == 30 and context.month == 2", False),
        ("when: context.day == 29 and context.month == 2", True),
        ("when: context.year > 2026 and context.year < 2027", False),
        ("when: context.month == 7 and context.season == winter", False),
        ("when: context.month == 12 and context.season == winter", True),
        ("when: context.weekday == Mon and context.weekday == Tue", False),
        ("when: user.interactions < 0", False),
        ("when: user.interactions > 2 and user.interactions < 3", False),
        ("when: user.interactions > 2 and user.interactions < 4", True),
        ("when: user.diet == vegan", True),  # any caller may say so
        ("when: user.diet == vegan and user.diet == halal", True),  # and both at once
        ("when: user.diet == vegan and user.diet != vegan", False),
        ("when: user.age < 18 and user.age > 20", False),
        ("when: user.age > 18 and user.age < 20", True),
        ("when: user.born < 2000-01-01 and user.born > 1999-12-31", False),
        ("when: user.born < 2000-01-03 and user.born > 2000-01-01", True),
        ("when: user.a == 1 and user.b == 2 and user.c is known", True),
        ("when: user.age * 2 > 10 and user.age < 3", True),  # not true, but nobody has worked that out
    ],
)
def test_conditions_that_no_facts_fulfil(lint: Lint, condition: str, *, is_possible: bool):
    found = lint(AUDIENCE, SMALL, rule(f"prefer: year > 1990; {condition}"))
    assert codes(found) == ([] if is_possible else [("never-in-force", "it")])


def test_a_condition_that_never_holds_is_told_with_what_its_facts_can_be(lint: Lint):
    (found,) = lint(AUDIENCE, SMALL, rule("prefer: year > 1990; when: user.audience == friends and context.hour > 23"))
    assert found.message == "'it' is never in force: its condition never holds"
    assert found.hint == "context.hour is 0 to 23; user.audience is just me, friends or children"
    assert str(found).endswith(f"rules.yaml:11:11: warning: {found.message}, {found.hint}")


def test_facts_of_users_are_what_the_data_set_says(lint: Lint, tiny_world: KnowledgeGraph):
    graph = replace(tiny_world, user_facts={"ann": {"smoker": "yes", "age": 30.0}, "bob": {"smoker": "no"}})
    assert codes(lint(rule("prefer: year > 1990; when: user.smoker == sometimes"), graph=graph)) == [
        ("never-in-force", "it")
    ]
    assert not lint(rule("prefer: year > 1990; when: user.smoker == no and user.age > 60"), graph=graph)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("prefer: year > 1990; when: genre has Family and runtime > 100", "holds-nowhere"),
        ("prefer: year > 1990; when: genre has Family and runtime < 100", None),
        ("prefer: year > 1990; when: genre has Family and runtime > 100 and context.hour > 20", "holds-nowhere"),
        ("require: year >= 1979", "no-effect"),
        ("require: year > 1979", None),
        ("require: runtime > 90", None),  # excludes the one whose running time is unknown
        ("forbid: runtime > 170", "no-effect"),
        ("forbid: runtime >= 170", None),
        ("forbid: runtime >= 170; when: genre has Comedy", "no-effect"),
        ("prefer: year < 1970", "no-effect"),
        ("prefer: year < 1980", None),
        ("prefer: year > 1970", "no-effect"),  # the same for all
        ("prefer: year > 1970; when: genre has Comedy", None),
        ("derive: genre = Crime; when: director == Michael Mann", "no-effect"),
        ("derive: genre = Crime; when: director == Wes Craven", None),
        ("derive: genre = Horror; when: genre has Slasher", "no-effect"),  # by the hierarchy
        ("derive: mood = dark; when: director == Michael Mann", None),
        ("limit: 2 per director", "no-effect"),
        ("limit: 1 per director", None),
        ("limit: 1 per director; when: year > 1990", "no-effect"),
        ("limit: 1 per genre; when: genre has Horror", "no-effect"),  # two, but one only by the hierarchy
        ("limit: 2; when: genre has Comedy", "no-effect"),
        ("limit: 1; when: genre has Comedy", None),
        ("shelf: New; of: year > 2000", "no-effect"),
        ("shelf: Old; of: year < 1980", None),
        ("shelf: Old; of: year < 1980; when: genre has Comedy", "no-effect"),
        ("shelf: 'Because you liked {item}'; of: related(user.last_liked)", None),
        ("tune: {scorer: walk, weight: 0.0}; when: user.interactions < 3", None),
    ],
)
def test_rules_that_change_nothing_on_this_catalogue(lint: Lint, body: str, expected: str | None):
    assert codes(lint(rule(body))) == ([(expected, "it")] if expected else [])


def test_the_reason_for_no_effect_is_told_at_the_expression(lint: Lint):
    (found,) = lint(rule("require: year >= 1979"))
    assert found.message == "'it' excludes nothing: every film is so"
    assert (found.severity, found.place.line, found.place.column) == (Severity.WARNING, 3, 14)


def test_a_limit_may_bind_on_what_rules_derive(lint: Lint):
    derived = rule("derive: genre = Nineties; when: year > 1990", "nineties")
    assert codes(lint(rule("limit: 2 per genre"))) == [("no-effect", "it")]
    assert not lint(rule("limit: 2 per genre"), derived)


def test_an_answer_that_no_rule_uses(lint: Lint):
    assert codes(lint(AUDIENCE)) == [("unused-fact", "audience")]
    assert codes(lint(AUDIENCE.rstrip() + "\n    unless: user.audience is known")) == [("unused-fact", "audience")]
    assert not lint(AUDIENCE, SMALL)


# --- rules beside each other ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("forbid: genre has Crime", "forbid: director == Michael Mann", ("duplicate", "second")),
        ("require: year >= 1990", "forbid: year < 1990", ("duplicate", "second")),  # all years are known
        ("require: runtime >= 120", "forbid: runtime < 120", ("shadowed", "second")),  # not all running times are
        ("forbid: genre has Crime; strength: 2", "forbid: genre has Drama", ("shadowed", "second")),
        ("forbid: genre has Drama", "forbid: genre has Crime; strength: 2", ("shadowed", "first")),
        ("forbid: genre has Crime; strength: 0.5", "forbid: genre has Drama", None),  # given up sooner
        ("forbid: genre has Drama", "forbid: genre has Crime", None),  # of equal ones the later is given up sooner
        ("forbid: genre has Crime; when: context.hour > 20", "forbid: genre has Drama", None),
        (
            "forbid: genre has Crime; when: context.hour > 20",
            "forbid: genre has Drama; when: context.hour > 21",
            ("shadowed", "second"),
        ),
        (
            "forbid: genre has Crime; when: context.hour >= 21",
            "forbid: genre has Crime; when: context.hour > 20",
            ("duplicate", "second"),
        ),
        (
            "forbid: genre has Crime; when: context.hour >= 21",
            "forbid: genre has Crime; when: context.hour == 21",
            ("shadowed", "second"),
        ),
        ("prefer: genre has Crime", "prefer: director == Michael Mann", ("duplicate", "second")),
        ("prefer: genre has Crime", "prefer: genre has Drama", None),
        ("prefer: genre has Crime", "prefer: genre has Crime; weight: 0.5", None),  # they add up
        ("forbid: genre has Crime", "prefer: genre has Drama", ("shadowed", "second")),
        ("forbid: genre has Drama", "prefer: genre has Crime", None),
        ("forbid: genre has Crime; when: context.hour > 20", "prefer: genre has Drama", None),
        ("limit: 1 per director", "limit: 1 per director; when: genre has Crime", ("shadowed", "second")),
        ("limit: 1 per genre", "limit: 1 per director", None),
        ("tune: {scorer: walk, weight: 0.1}", "tune: {scorer: walk, weight: 0.2}", ("shadowed", "first")),
        ("tune: {scorer: walk, weight: 0.1}", "tune: {scorer: text, weight: 0.2}", None),
        ("tune: {scorer: walk, weight: 0.1}", "tune: {scorer: walk, weight: 0.2}; when: context.hour < 3", None),
        (
            "tune: {scorer: walk, weight: 0.1}; when: user.interactions < 3",
            "tune: {scorer: walk, weight: 0.2}; when: user.interactions <= 2",
            ("shadowed", "first"),
        ),
        (
            "derive: mood = dark; when: genre has Crime",
            "derive: mood = dark; when: genre has Drama",
            ("shadowed", "second"),
        ),
        ("derive: mood = dark; when: genre has Crime", "derive: mood = grim; when: genre has Drama", None),
        ("shelf: Old; of: year < 1980", "shelf: Old; of: year <= 1979", ("duplicate", "second")),
        ("shelf: Old; of: year < 1980", "shelf: Older; of: year <= 1979", None),
        ("prefer: runtime < user.minutes", "prefer: runtime < user.minutes", ("duplicate", "second")),
        ("prefer: runtime < user.minutes", "prefer: runtime <= user.minutes", None),
    ],
)
def test_rules_that_others_make_superfluous(lint: Lint, first: str, second: str, expected: tuple[str, str] | None):
    assert codes(lint(rule(first, "first"), rule(second, "second"))) == ([expected] if expected else [])


def test_the_later_of_two_questions_for_a_fact_is_never_asked(lint: Lint):
    again = AUDIENCE.replace("name: audience", "name: again").replace("Who is watching?", "Who is there?")
    (found,) = lint(AUDIENCE, SMALL, again)
    assert (found.code, found.rule) == ("shadowed", "again")
    assert found.message == "'again' is never asked: 'audience' (line 2) asks for the same fact before"
    (found,) = lint(AUDIENCE, SMALL, AUDIENCE.replace("name: audience", "name: again"))
    assert (found.code, found.rule) == ("duplicate", "again")


# --- contradictions ---------------------------------------------------------------------------------------------------


def test_two_rules_that_leave_nothing_are_told_with_the_facts_that_bring_them_together(lint: Lint):
    (found,) = lint(
        AUDIENCE,
        rule("require: certificate == G; when: user.audience == children", "a"),
        rule("forbid: genre has Family; when: user.diet == vegan and context.hour >= 0", "b"),
    )
    assert (found.code, found.severity, found.place.line) == (Code.CONTRADICTION, Severity.WARNING, 9)
    assert found.message.startswith("when user.audience is children and user.diet is vegan, no film is left: 'a' (")
    assert found.message.endswith("rules.yaml:6) and 'b' (" + str(found.place.file) + ":9)")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("require: certificate == G; when: context.hour < 12", "forbid: genre has Family; when: context.hour >= 12"),
        (
            "require: certificate == G; when: context.month == 1",
            "forbid: genre has Family; when: context.season == summer",
        ),
        ("require: certificate == G; when: user.diet == a", "forbid: genre has Family; when: user.diet == b"),
        ("require: certificate in [G, PG]", "forbid: genre has Family"),
        ("require: runtime <= user.minutes; when: user.minutes is known", "require: runtime > 100"),
    ],
)
def test_rules_that_never_meet_or_leave_something_do_not_contradict_each_other(lint: Lint, first: str, second: str):
    assert not lint(rule(first, "a"), rule(second, "b"))


def test_a_contradiction_whatever_the_facts_is_an_error(lint: Lint):
    (found,) = lint(rule("require: certificate == G", "a"), rule("forbid: genre has Family", "b"))
    assert (found.code, found.severity) == (Code.CONTRADICTION, Severity.ERROR)
    assert found.message.startswith("no film is left: 'a' (")


def test_three_rules_of_which_any_two_leave_something(lint: Lint):
    three = [
        rule("require: year >= 1985; when: context.hour > 20", "a"),
        rule("require: genre has Comedy or genre has Crime; when: user.diet == vegan", "b"),
        rule("require: certificate == R and runtime < 130; when: user.mood == calm", "c"),
    ]
    (found,) = lint(*three)
    assert (found.code, found.rule) == (Code.CONTRADICTION, "c")
    assert found.message.startswith(
        "when context.hour is 21, user.diet is vegan and user.mood is calm, no film is left"
    )
    assert not lint(*three[:2])
    assert not lint(three[0], three[2])


@pytest.mark.parametrize(
    ("body", "message", "severity"),
    [
        ("require: year > 2000", "'it' lets no film through", Severity.ERROR),
        ("forbid: year < 2000", "'it' lets no film through", Severity.ERROR),
        (
            "require: year > 2000; when: user.audience == children",
            "when user.audience is children, 'it' lets no film through",
            Severity.WARNING,
        ),
        (
            "require: runtime <= user.minutes",
            "when user.minutes is unknown, 'it' lets no film through",
            Severity.WARNING,
        ),
        ("require: year > 1990", None, None),
        ("forbid: year > 2000; when: runtime is known", None, None),
    ],
)
def test_a_rule_that_lets_nothing_through(lint: Lint, body: str, message: str | None, severity: Severity | None):
    found = [one for one in lint(AUDIENCE, SMALL, rule(body)) if one.code is Code.LETS_NOTHING_THROUGH]
    assert [(one.message, one.severity) for one in found] == ([(message, severity)] if message else [])


def test_a_rule_without_its_fact_is_told_to_ask_for_it(lint: Lint):
    (found,) = lint(rule("require: runtime <= user.minutes"))
    assert found.hint == "add: when: user.minutes is known"


# --- the whole --------------------------------------------------------------------------------------------------------


def test_broken_expectations_are_errors_with_counter_examples(tiny_world: KnowledgeGraph, tmp_path: Path):
    file = tmp_path / "rules.yaml"
    file.write_text(
        "rules:\n  - forbid: genre has Horror\n"
        "expect:\n  - never: genre has Slasher\n  - name: no R\n    never: certificate == R\n",
        encoding="utf-8",
    )
    (found,) = lint_rules(tiny_world, RuleBook.load(file, tiny_world))
    assert (found.code, found.severity, found.rule) == (Code.BROKEN_EXPECTATION, Severity.ERROR, "no R")
    assert "Heat (1995) [certificate R], Thief (1981) [certificate R]" in found.message


def test_findings_come_in_the_order_of_the_files(tiny_world: KnowledgeGraph, tmp_path: Path):
    files = [tmp_path / "b.yaml", tmp_path / "a.yaml"]
    for file, genre, year in zip(files, ("Drama", "Crime"), (2000, 2100), strict=True):
        entries = (
            rule(f"limit: 9 per genre; when: genre has {genre}", f"{file.stem} limit"),
            rule(f"prefer: year > {year}", f"{file.stem} wish"),
        )
        file.write_text("rules:\n" + "\n".join(entries), encoding="utf-8")
    found = lint_rules(tiny_world, RuleBook.load(files, tiny_world))
    assert [finding.rule for finding in found] == ["b limit", "b wish", "a limit", "a wish"]


def test_the_shipped_rules_are_in_order(films_home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KGREC_HOME", str(films_home))
    films = open_dataset("films")
    assert check_rules(films.rules, films.graph()).problems == ()


def test_no_rules_and_no_items_are_no_problem(lint: Lint, tiny_world: KnowledgeGraph):
    assert lint_rules(tiny_world, RuleBook.empty(tiny_world)) == ()
    nothing = replace(tiny_world, n_items=0, links={}, numbers={}, texts={}, entity_ids=(), labels=())
    assert lint_rules(nothing, RuleBook.empty(nothing)) == ()


def test_too_many_situations_are_sampled_and_nothing_is_claimed_of_all(
    lint: Lint, tiny_world: KnowledgeGraph, tmp_path: Path
):
    never = " and ".join(f"user.f{number} in [a, b] and user.f{number} != a" for number in range(4))
    assert codes(lint(rule(f"prefer: year > 1990; when: user.f0 == c and user.f0 != c and {never}"))) == [
        ("never-in-force", "it")
    ]
    many = " and ".join(f"(user.f{number} == a or user.f{number} == b)" for number in range(9))
    entry = rule(f"prefer: year > 1990; when: user.f0 == c and user.f0 != c and {many}")
    assert not lint(entry)  # 3 * 4 ** 8 combinations
    book = RuleBook.load(tmp_path / "rules.yaml", tiny_world)
    condition = book.rules[0].when
    assert condition is not None
    space = FactSpace(book, tiny_world)
    sampled = space.situations([condition])
    assert (len(sampled.each), sampled.is_complete) == (MOST, False)
    assert space.situations([condition]) == sampled


def test_dates_agree_with_what_the_clock_says_of_them():
    assert agrees(
        {"context.date": "2026-11-22", "context.month": 11.0, "context.weekday": "Sun", "context.year": 2026.0}
    )
    assert not agrees({"context.date": "2026-11-22", "context.weekday": "Mon"})
    assert agrees({"context.date": "2026-11-22", "context.weekday": None})


def test_hundreds_of_rules_are_checked_in_a_few_seconds(lint: Lint):
    rng = np.random.default_rng(0)
    rules = [
        rule(
            f"forbid: year {sign} {1975 + rng.integers(25)}; when: context.hour >= {rng.integers(1, 23)} "
            f"and user.interactions < {rng.integers(1, 20)}; strength: {number + 1}",
            f"r{number}",
        )
        for number in range(150)
        for sign in [["<", ">"][int(rng.integers(2))]]
    ]
    start_s = time.process_time()
    lint(*rules)
    assert time.process_time() - start_s < 30, "it takes one; all combinations would never end"


def test_the_time_is_known_and_in_its_hour(lint: Lint):
    assert not lint(rule("require: runtime + context.time * 60 < 24 * 60; when: context.hour == 19"))
    (found,) = lint(rule("require: runtime + context.time * 60 < 19 * 60; when: context.hour == 19"))
    assert found.code is Code.LETS_NOTHING_THROUGH
    assert "unknown" not in str(found)


def test_a_column_of_the_interactions_is_not_the_clock(lint: Lint, tiny_world: KnowledgeGraph):
    times = ("morning",) * len(tiny_world.interactions.items)
    graph = replace(tiny_world, interactions=replace(tiny_world.interactions, context={"day": times, "time": times}))
    entry = rule("prefer: year > 1990; when: context.day == workday and context.time == morning")
    assert not lint(entry, graph=graph)


def test_a_duplicate_is_found_among_many_rules_about_the_same_items(lint: Lint):
    others = [rule(f"forbid: genre has Crime; when: user.x == b{number}", f"r{number}") for number in range(20)]
    twin = "forbid: genre has Crime; when: user.x == a"
    assert codes(lint(rule(twin, "first"), *others, rule(twin, "second"))) == [("duplicate", "second")]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "forbid: context.hour > 25",
            "'it' excludes nothing: it is about context.hour, not about films, and never holds",
        ),
        (
            "require: context.hour <= 23 or context.hour is unknown",
            "'it' excludes nothing: it is about context.hour, not about films, and always holds",
        ),
        (
            "prefer: context.time > 24",
            "'it' changes no score: it is about context.time, not about films, and never holds",
        ),
    ],
)
def test_what_is_about_the_moment_is_not_said_of_films(lint: Lint, body: str, message: str):
    (found,) = lint(rule(body))
    assert found.message == message
    assert found.hint in ("context.hour is 0 to 23", "context.time is a number from 0 to just below 24")


def test_a_list_that_nothing_uses(tiny_world: KnowledgeGraph, tmp_path: Path):
    file = tmp_path / "rules.yaml"
    file.write_text(
        "let: {long: 150, cosy: [Comedy, Family], old: 1980}\n"
        "rules: [{name: a, forbid: runtime > long}]\n"
        "expect: [{given: {where: genre in cosy}, some: genre in cosy}]\n",
        encoding="utf-8",
    )
    (found,) = lint_rules(tiny_world, RuleBook.load(file, tiny_world))
    assert str(found) == f"{file}:1:42: warning: no rule uses the list 'old', use or drop it"
