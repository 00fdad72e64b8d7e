"""--given on the command line: what rules may ask of the user and the moment."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from kgrec.cli.commands import app
from kgrec.cli.given import read_given
from kgrec.errors import DataError, RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.importing import Files, import_tables
from kgrec.rulebook import RuleBook

RULES = """
rules:
  - {name: who, ask: user.audience, question: Who is watching?, options: [friends, children]}
  - {name: young, when: user.audience == children, require: certificate == G, because: children are watching}
  - {name: late, when: context.hour >= 22, forbid: runtime > 120}
"""


@pytest.mark.parametrize("text", ["audience=children", "user.=x", "user.a", "user.a=", "clock.hour=3", ""])
def test_what_is_no_name_and_value_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="write NAME=VALUE"):
        read_given([text])


def test_values_are_read_as_in_a_rule_file() -> None:
    given = read_given(["user.age = 9", "user.member=true", "context.company=just me"])
    assert (given.user, given.context) == ({"age": 9.0, "member": True}, {"company": "just me"})


def test_rules_hear_what_is_given(films_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGREC_HOME", str(films_home))
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")

    def run(*given: str) -> str:
        options = [part for text in given for part in ("--given", text)]
        result = CliRunner().invoke(app, ["explain", "Heat", "--rules", str(path), "--json", *options])
        return result.stdout if result.exit_code == 0 else result.stderr

    assert [one["wish"] for one in json.loads(run("user.audience=children", "context.hour=12"))["against"]] == ["young"]
    assert [one["wish"] for one in json.loads(run("context.hour=23"))["against"]] == ["late"]
    assert "did you mean 'user.audience'?" in run("user.audiense=children")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("user.audience=childern", "'user.audience' is never 'childern', did you mean 'children'?"),
        ("context.weekday=Sta", "'context.weekday' is never 'Sta', did you mean 'Sat'?"),
        ("context.hour=25", "'context.hour' is never 25, give a whole number from 0 to 23"),
        ("context.month=may", "'context.month' is a number, 'may' is not"),
        ("user.audience=2", "'user.audience' is never '2', the choices are 'friends' and 'children'"),
    ],
)
def test_values_that_can_never_be_are_refused(
    tiny_world: KnowledgeGraph, tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    book = RuleBook.load(path, tiny_world)
    with pytest.raises(RuleErrors) as caught:
        read_given([text]).check(book)
    assert message in str(caught.value)


def test_of_several_values_each_is_looked_at(tiny_world: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    book = RuleBook.load(path, tiny_world)
    read_given(["user.audience=Children", "user.audience=friends", "context.hour=22"]).check(book)
    with pytest.raises(RuleErrors, match="never 'foes'"):
        read_given(["user.audience=children", "user.audience=foes"]).check(book)


def test_a_circumstance_that_the_data_never_tells_is_refused_unless_a_rule_asks(tmp_path: Path) -> None:
    told = pd.DataFrame({"user": ["u", "v", "w"], "item": ["a", "b", "b"], "company": ["family", "alone", ""]})
    graph = KnowledgeGraph.from_frames(
        pd.DataFrame({"item": ["a", "b"], "label": ["A", "B"], "kind": ["x", "y"]}), interactions=told
    )
    with pytest.raises(RuleErrors, match=r"'context.company' is never 'famly'.* did you mean 'family'\?"):
        read_given(["context.company=famly"]).check(RuleBook.empty(graph))
    read_given(["context.company=Family"]).check(RuleBook.empty(graph))
    path = tmp_path / "rules.yaml"
    path.write_text("rules:\n  - {name: boss, when: context.company == boss, forbid: kind == x}\n", encoding="utf-8")
    read_given(["context.company=boss"]).check(RuleBook.load(path, graph))


def test_a_name_without_its_scope_is_told_with_the_nearest() -> None:
    with pytest.raises(DataError, match=r"did you mean context\.company=family or user\.company=family"):
        read_given(["company=family"])


def test_a_moment_has_one_value_of_each_name() -> None:
    with pytest.raises(DataError, match=r"context\.company is given as 'family' and as 'alone'; drop one"):
        read_given(["context.company=family", "context.company=alone"])
    assert read_given(["context.company=family", "context.company=family"]).context == {"company": "family"}


@pytest.mark.parametrize(
    ("columns", "options", "why"),
    [
        ((), (), "tells no circumstances"),
        (("company",), (), "say by whom, with --user"),
        (("company",), ("--user", "ann"), "as in --given context.company="),
        (("company",), ("--user", "ann", "--given", "context.company=alone"), ""),
    ],
)
def test_a_dial_that_has_nothing_to_turn_says_so(tmp_path: Path, columns, options: tuple[str, ...], why: str) -> None:
    log = pd.DataFrame({"user": ["ann", "ann", "bob"], "item": ["a", "b", "a"], "rating": [5, 4, 2]})
    log["company"] = ["alone", "friends", "alone"]
    log[["user", "item", "rating", *columns]].to_csv(tmp_path / "visits.csv", index=False)
    import_tables(Files((), tmp_path / "visits.csv"), "visits")
    command = ["recommend", "--data", "visits", "--contextual", "0.5", "--include-seen"]
    said = CliRunner().invoke(app, [*command, *options]).stderr
    assert ("--contextual changes nothing: " in said) is bool(why)
    assert why in said


@pytest.mark.parametrize("command", ["recommend", "serve"])
def test_a_data_set_without_a_name_is_not_taken_for_the_films(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--data", ""])
    assert result.exit_code == 2
    assert "there is no data set ''" in result.stderr
