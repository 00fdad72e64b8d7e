"""``kgrec why-not`` and ``kgrec trace``: what they answer, as text and as JSON."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kgrec.cli.commands import app
from kgrec.graph import KnowledgeGraph
from kgrec.graph.views import write
from kgrec.ingest.rdf import import_rdf

RULES = """\
rules:
  - name: nothing very long
    forbid: runtime > 160
    because: it is late
  - name: crime pays
    prefer: genre has Crime
    weight: 0.25
"""

Kgrec = Callable[..., Result]


@pytest.fixture
def tiny(tiny_world: KnowledgeGraph, tmp_path: Path) -> Path:
    """Return the folder of a data set like tiny_world, without descriptions, under RULES."""
    facets = tuple(facet for facet in tiny_world.ontology.facets if facet.name != "description")
    graph = replace(tiny_world, texts={}, ontology=replace(tiny_world.ontology, facets=facets))
    write(graph, tmp_path / "tiny.ttl", "turtle")
    folder = import_rdf(tmp_path / "tiny.ttl")
    (folder / "rules" / "tiny.yaml").write_text(RULES, encoding="utf-8")
    return folder


@pytest.fixture
def kgrec(tiny: Path) -> Kgrec:
    """Return a function that runs a command on the data set "tiny"."""

    def run(*args: str) -> Result:
        return CliRunner().invoke(app, [*args, "--data", tiny.name])

    return run


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return json.loads(result.stdout)


def test_a_rule_is_named_with_file_line_and_column(kgrec: Kgrec, tiny: Path):
    result = kgrec("why-not", "Heat")
    place = f"{tiny / 'rules' / 'tiny.yaml'}:2:5"
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "Heat (1995) is not on the list."
    assert f"The rule “nothing very long” rules it out, because it is late ({place})." in lines
    assert lines[-2:] == [
        "To have it listed:",
        f"  1  switch off the rule “nothing very long” ({place}): it would be number 1",
    ]


def test_a_wish_from_the_command_line_is_named_as_written(kgrec: Kgrec):
    found = answer(kgrec("why-not", "Alien", "--where", "year > 1990", "--json"))
    assert found["against"] == [{"wish": "year > 1990", "expression": "year > 1990", "place": None}]
    (way,) = found["ways"]
    assert way["changes"] == [
        {"do": "drop wish", "text": "take back “year > 1990”", "expression": "year > 1990"},
    ]
    assert way["place"] >= 1


def test_the_gap_in_json_adds_up(kgrec: Kgrec):
    found = answer(kgrec("why-not", "Clue", "--like", "Thief", "-n", "2", "--json"))
    assert found["place"] is None
    assert found["rank"] > 2
    assert sum(row["rival"] - row["own"] for row in found["losses"]) == pytest.approx(found["gap"], abs=1e-6)
    assert found["ways"]
    assert all(change["do"] and change["text"] for way in found["ways"] for change in way["changes"])


def test_what_is_listed_is_said_to_be(kgrec: Kgrec):
    assert kgrec("why-not", "Babe").stdout.startswith("Babe (1995) is on the list: number ")
    found = answer(kgrec("why-not", "Babe", "--json"))
    assert found["place"] >= 1
    assert found["ways"] == []


@pytest.mark.parametrize("command", ["why-not", "trace"])
def test_an_unknown_title_offers_the_nearest(kgrec: Kgrec, command: str):
    result = kgrec(command, "Aliena Rex Part Two")
    assert result.exit_code == 2
    assert "did you mean" in result.stderr


def test_a_name_of_something_else_is_told_apart(kgrec: Kgrec):
    result = kgrec("why-not", "Michael Mann")
    assert result.exit_code == 2
    assert "Michael Mann is a director, no film" in result.stderr


def test_the_trace_has_a_line_for_each_rule(kgrec: Kgrec, tiny: Path):
    path = tiny / "rules" / "tiny.yaml"
    assert kgrec("trace", "Heat").stdout.splitlines() == [
        "What the rules do to Heat (1995):",
        f"  forbid  nothing very long: keeps it off the list (runtime > 160) ({path}:2:5)",
        f"  prefer  crime pays: +0.25 points (genre has Crime) ({path}:5:5)",
    ]
    lines = kgrec("trace", "Babe").stdout.splitlines()
    assert f"  prefer  crime pays: not: genre has Crime ({path}:5:5)" in lines


def test_the_trace_in_json(kgrec: Kgrec):
    found = answer(kgrec("trace", "Thief", "--json"))
    assert found["label"] == "Thief (1981)"
    first, second = found["rules"]
    assert (first["kind"], first["effect"], first["in_force"], first["concerns"]) == ("forbid", "admits", True, True)
    assert (second["effect"], second["points"]) == ("points", 0.25)
