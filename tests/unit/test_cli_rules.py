"""What the commands say of wrong rules and wishes, the user's own rules, and the schema for editors."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kgrec.cli.chat import has_terminal
from kgrec.cli.commands import app
from kgrec.cli.opening import choose, open_session, own_rules
from kgrec.cli.output import emit, emit_json, say
from kgrec.cli.progress import progress_bar
from kgrec.graph import KnowledgeGraph
from kgrec.graph.views import write
from kgrec.ingest.rdf import import_rdf

Kgrec = Callable[..., Result]


@pytest.fixture
def tiny(tiny_world: KnowledgeGraph, tmp_path: Path) -> Path:
    """Return the folder of a data set like tiny_world, without descriptions: the sentence model stays out of it."""
    facets = tuple(facet for facet in tiny_world.ontology.facets if facet.name != "description")
    graph = replace(tiny_world, texts={}, ontology=replace(tiny_world.ontology, facets=facets))
    write(graph, tmp_path / "tiny.ttl", "turtle")
    folder = import_rdf(tmp_path / "tiny.ttl")
    ratings = "user,item,rating,timestamp\nann,heat,5,1000\nbob,scream,4,1500\n"
    (folder / "interactions.csv").write_text(ratings, encoding="utf-8")
    (folder / "rules" / "tiny.yaml").write_text("rules: [{name: short, forbid: runtime > 160}]\n", encoding="utf-8")
    return folder


@pytest.fixture
def kgrec(tiny: Path) -> Kgrec:
    """Return a function that runs a command on the data set "tiny"."""
    return lambda *args: CliRunner().invoke(app, [*args, "--data", tiny.name])


@pytest.fixture
def anns(tiny: Path) -> Path:
    """Return the file of ann's own rules, which forbid comedies and drop the rule of the data set."""
    path = own_rules(tiny.name, "ann")
    path.parent.mkdir(parents=True)
    path.write_text("rules: [{name: short, off: true}, {forbid: genre has Comedy}]\n", encoding="utf-8")
    return path


def test_a_wrong_wish_is_shown_with_a_mark(kgrec: Kgrec):
    result = kgrec("recommend", "--where", "genre has Comedy and runtme < 130")
    assert result.exit_code == 2
    assert result.stderr == (
        "kgrec: --where:1:22: unknown field 'runtme', did you mean 'runtime'?\n"
        "  1 | genre has Comedy and runtme < 130\n"
        "    |                      ^^^^^^\n"
    )


def test_of_several_wishes_the_wrong_ones_are_named(kgrec: Kgrec):
    result = kgrec("recommend", "--where", "yeer > 1", "--where", "year > 1", "--where", "genre has Comdey")
    assert result.exit_code == 2
    assert "kgrec: --where 1:1:1: unknown field 'yeer'" in result.stderr
    assert "\n--where 3:1:11: unknown genre 'Comdey'" in result.stderr


def test_check_shows_the_line_with_a_mark(kgrec: Kgrec, tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("rules:\n  - name: a\n    require: runtme < 100\n", encoding="utf-8")
    result = kgrec("check", str(file))
    assert result.exit_code == 2
    assert "  3 |     require: runtme < 100\n    |              ^^^^^^\n" in result.stdout


def test_a_command_that_fails_on_a_rule_file_shows_the_line(kgrec: Kgrec, tiny: Path):
    (tiny / "rules" / "tiny.yaml").write_text("rules: [{name: short, forbid: runtme > 160}]\n", encoding="utf-8")
    result = kgrec("recommend", "--like", "Heat")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].endswith("^^^^^^")


def test_the_schema_is_written_to_stdout(kgrec: Kgrec):
    result = kgrec("check", "--schema")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["title"].startswith("Rules for ")


@pytest.mark.usefixtures("anns")
def test_a_users_own_rules_count_for_that_user_only(kgrec: Kgrec):
    def found(*args: str) -> set[str]:
        return {item["id"] for item in json.loads(kgrec("recommend", "--json", *args).stdout)["items"]}

    assert {"babe", "clue"} <= found()
    assert found("--user", "ann").isdisjoint({"babe", "clue"})
    assert "babe" in found("--user", "bob")


def test_a_conversation_is_under_the_users_own_rules(anns: Path, tiny: Path):
    session = open_session(choose(tiny.name), "ann")
    assert [rule.name for rule in session.rules.rules] == ["forbid genre has Comedy"]
    assert session.rules.files[-1] == anns


def test_locate_tells_where_own_rules_would_be(kgrec: Kgrec, home: Path):
    found = json.loads(kgrec("locate", "--json", "--user", "ann").stdout)
    assert found["own rules"] == str(home / "config" / "rules" / "tiny" / "ann.yaml")


@pytest.mark.parametrize(
    "user", ["../../etc/passwd", "/abs", "a/b", "a\\b", "..", ".", "", "-x", "con:", "a\0b", "ü/é"]
)
def test_a_users_name_cannot_lead_out_of_the_folder(home: Path, user: str):
    path = own_rules("../tiny", user)
    assert path.resolve().parent == home / "config" / "rules" / "tiny"
    assert path.name.isprintable()


def test_different_users_have_different_files():
    users = ["a/b", "a%2Fb", "a_b", "A b", "a.b", "..", "."]
    assert len({own_rules("tiny", user) for user in users}) == len(users)


def broken_rules_of(user: str, dataset: Path) -> Path:
    path = own_rules(dataset.name, user)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("rules: [{name: mine, forbid: runtme > 1}]\n", encoding="utf-8")
    return path


def test_a_conversation_starts_without_the_users_broken_rules(tiny: Path):
    path = broken_rules_of("ann", tiny)
    result = CliRunner().invoke(app, ["chat", "--plain", "--user", "ann", "--data", tiny.name], input="quit\n")
    assert result.exit_code == 0, result.output
    told, prompt = result.stdout.index(f"{path}:1:30: unknown field 'runtme'"), result.stdout.index("\n> ")
    assert told < prompt
    assert "until it is mended they are left out" in result.stdout


def test_a_conversation_does_not_start_with_broken_rules_of_the_data_set(tiny: Path, kgrec: Kgrec):
    (tiny / "rules" / "tiny.yaml").write_text("rules: [{name: short, forbid: runtme > 160}]\n", encoding="utf-8")
    broken_rules_of("ann", tiny)
    result = kgrec("chat", "--plain", "--user", "ann")
    assert result.exit_code == 2
    assert "tiny.yaml:1:31" in result.stderr
    assert "ann.yaml" not in result.stderr


@pytest.mark.usefixtures("anns")
def test_a_user_who_never_talked_may_have_rules(kgrec: Kgrec, tiny: Path):
    own_rules(tiny.name, "ann").rename(own_rules(tiny.name, "eve"))
    found = json.loads(kgrec("recommend", "--json", "--user", "eve").stdout)["items"]
    assert {item["id"] for item in found}.isdisjoint({"babe", "clue"})
    assert "nothing is known of a user 'bea'" in kgrec("recommend", "--user", "bea").stderr


def test_check_looks_at_a_users_own_rules_with_the_others(kgrec: Kgrec, tiny: Path, anns: Path):
    anns.write_text("rules: [{name: shrt, off: true}, {name: mine, prefer: year > 1990}]\n", encoding="utf-8")
    result = kgrec("check", "--user", "ann", "--json")
    assert result.exit_code == 0
    (found,) = (one for one in json.loads(result.stdout)["problems"] if one["where"] == str(anns))
    assert (found["code"], found["severity"]) == ("nothing-to-switch-off", "warning")
    assert found["hint"] == "did you mean 'short'?"
    broken_rules_of("ann", tiny)
    assert f"{anns}:1:30: unknown field 'runtme'" in kgrec("check", "--user", "ann").stdout
    assert "bea has no rules of their own" in kgrec("check", "--user", "bea").stderr


def test_files_checked_together_warn_of_rules_that_replace_each_other(kgrec: Kgrec, tmp_path: Path):
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("rules: [{name: x, prefer: year > 1980}]\n", encoding="utf-8")
    second.write_text("rules: [{name: x, prefer: year > 1990}]\n", encoding="utf-8")
    result = kgrec("check", str(first), str(second))
    assert result.exit_code == 0
    assert f"{second}:1:9: warning: 'x' replaces the rule of that name at {first}:1:9" in result.stdout
    assert f"{first}, {second} (taken together: a later rule replaces" in result.stdout
    codes = [one["code"] for one in json.loads(kgrec("check", "--json", str(first), str(second)).stdout)["problems"]]
    assert codes == ["replaced"]
    second.write_text("include: a.yaml\nrules: [{name: x, prefer: year > 1990}]\n", encoding="utf-8")
    assert "replaces the rule" not in kgrec("check", str(second)).stdout


def test_the_schema_is_not_that_of_files(kgrec: Kgrec, tmp_path: Path):
    (tmp_path / "a.yaml").write_text("rules: []\n", encoding="utf-8")
    result = kgrec("check", "--schema", str(tmp_path / "a.yaml"))
    assert result.exit_code == 2
    assert "--schema" in result.stderr


def test_what_is_no_file_is_told_from_what_is_not_there(kgrec: Kgrec, tmp_path: Path):
    assert "there is no rule file nosuch.yaml" in kgrec("recommend", "--rules", "nosuch.yaml").stderr
    for path in (tmp_path, Path("/dev/null")):
        assert f"{path}: this is not a file" in kgrec("recommend", "--rules", str(path)).stderr


def test_check_tells_of_files_that_are_not_there_as_json_too(kgrec: Kgrec, tmp_path: Path):
    for path, message in ((tmp_path / "nosuch.yaml", "cannot be read"), (tmp_path, "this is not a file")):
        result = kgrec("check", "--json", str(path))
        assert result.exit_code == 2
        (found,) = json.loads(result.stdout)["problems"]
        assert found["where"] == str(path)
        assert message in found["message"]


def test_an_answer_nobody_can_read_is_not_written(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    emit("what is found")
    emit_json({})
    say("what is wrong")
    with progress_bar() as progress:
        progress("looking", 0, 1)
    assert not has_terminal()
