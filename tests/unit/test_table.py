"""The items as a table: what a spreadsheet shows, and what cannot stand in one."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from kgrec.cli.commands import app
from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph
from kgrec.graph.table import table
from kgrec.ingest.datasets import load


def rows(kg: KnowledgeGraph) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in csv.DictReader(io.StringIO(table(kg).decode()))}


def test_a_row_says_what_an_item_has(tiny_world: KnowledgeGraph):
    heat = rows(tiny_world)["heat"]
    assert (heat["label"], heat["year"], heat["director"]) == ("Heat", "1995", "Michael Mann")
    assert heat["genre"] == "Crime|Drama"


def test_what_only_the_hierarchy_implies_is_not_written(tiny_world: KnowledgeGraph):
    assert "Horror" not in rows(tiny_world)["scream"]["genre"].split("|")


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"item": "a", "label": "A", "kind": ["x|y"]}, "'x|y' cannot stand in a table whose values are separated by"),
        ({"item": " a", "label": "A", "kind": ["x"]}, "the id ' a' cannot stand in a table"),
        ({"item": "a", "label": "A", "id": ["x"]}, "the facet 'id' would take the place of the column"),
    ],
)
def test_what_cannot_stand_in_a_table_is_refused(row: dict[str, object], wrong: str):
    with pytest.raises(DataError, match=wrong.replace("|", r"\|")):
        table(KnowledgeGraph.from_frames(pd.DataFrame([row])))


def test_the_shipped_films_go_out_as_a_table_and_come_back(tmp_path: Path):
    runner, out, ontology = CliRunner(), tmp_path / "out.csv", tmp_path / "out.ttl"
    for form, path in (("csv", out), ("ontology", ontology)):
        assert runner.invoke(app, ["export", "--format", form, "-o", str(path)]).exit_code == 0
    made = runner.invoke(app, ["import", "csv", str(out), "--ontology", str(ontology), "--name", "back"])
    assert made.exit_code == 0, made.output
    films, back = load(), load("back")
    assert back.item_ids == films.item_ids
    for name in films.links:
        for item in range(films.n_items):
            told = {back.labels[value] for value in back.values_of(item, name)}
            own = films.links[name][item]
            stated = {
                films.labels[value] for value, strength in zip(own.indices, own.data, strict=True) if strength >= 1
            }
            assert told == stated, (films.label(item), name)
    for name, column in films.numbers.items():
        pd.testing.assert_series_equal(pd.Series(back.numbers[name]), pd.Series(column))
