"""What the commands say of wrong rules and wishes, the user's own rules, and the schema for editors."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kgrec.cli.commands import app
from kgrec.cli.opening import choose, open_session, own_rules
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
