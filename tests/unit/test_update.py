"""Importing again: what changed is told, taste stays, and what is said of things that went is explained."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from kgrec.acts import Event, EventKind
from kgrec.cli.commands import app
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.datasets import load, locate
from kgrec.ingest.importing import Files, import_tables
from kgrec.ingest.update import CHANGES, Changes, compare, read_changes
from kgrec.profiles import ProfileStore, profile_path

HEAD = "id,name,style,abv\n"
BEFORE = {"1": "1,Alpha,IPA,6", "2": "2,Beta,Stout,8", "3": "3,Gamma,IPA,5", "4": "4,Delta,Lager,4.5"}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    def to(rows: dict[str, str]) -> Path:
        path = tmp_path / "beers.csv"
        path.write_text(HEAD + "\n".join(rows.values()) + "\n", encoding="utf-8")
        return path

    return to


def test_the_first_import_changes_nothing(write: Callable[[dict[str, str]], Path]):
    made = import_tables(Files((write(BEFORE),)))
    assert read_changes(made.folder) is None
    assert not (made.folder / CHANGES).exists()


def test_an_update_says_what_came_what_went_and_what_is_told_otherwise(write: Callable[[dict[str, str]], Path]):
    import_tables(Files((write(BEFORE),)))
    after = {**BEFORE, "1": "1,Alpha,IPA,6.5", "3": "3,Gamma,Lager,5", "5": "5,Eta,Porter,7"}
    del after["2"]
    changes = read_changes(import_tables(Files((write(after),))).folder)
    assert changes is not None
    assert [item.label for item in changes.added] == ["Eta"]
    assert [item.label for item in changes.removed] == ["Beta"]
    assert {item.label: item.facets for item in changes.changed} == {"Alpha": ("abv",), "Gamma": ("style",)}


def test_a_facet_that_is_read_as_another_kind_is_named_once(write: Callable[[dict[str, str]], Path]):
    import_tables(Files((write(BEFORE),)))
    words = {
        row: line.rsplit(",", 1)[0] + ",strong" if row in "12" else line[:-1] + "weak" for row, line in BEFORE.items()
    }
    changes = read_changes(import_tables(Files((write(words),))).folder)
    assert changes is not None
    assert {item.facets.count("abv") for item in changes.changed} == {1}


def test_another_order_of_rows_is_no_change(write: Callable[[dict[str, str]], Path]):
    import_tables(Files((write(BEFORE),)))
    changes = read_changes(import_tables(Files((write(dict(reversed(BEFORE.items()))),))).folder)
    assert changes == Changes()


def test_what_was_before_may_be_beyond_reading(write: Callable[[dict[str, str]], Path]):
    folder = import_tables(Files((write(BEFORE),))).folder
    (folder / "facts.nt").write_bytes(b"not a triple\n")
    assert read_changes(import_tables(Files((write(BEFORE),))).folder) is None
    assert load("beers").n_items == 4


def test_what_was_said_of_a_removed_item_is_kept_and_explained(write: Callable[[dict[str, str]], Path]):
    table = write(BEFORE)
    runner = CliRunner()
    assert runner.invoke(app, ["import", "csv", str(table)]).exit_code == 0
    with ProfileStore(profile_path("beers")) as store:
        for item, label in (("2", "Beta"), ("1", "Alpha")):
            store.append(Event(EventKind.RATED, item, 1.0, {"label": label}, time=1.0, user="ana", session="s"))
    write({key: row for key, row in BEFORE.items() if key != "2"})
    told = runner.invoke(app, ["import", "csv", str(table)]).stdout
    assert "Since the last import: 1 removed\n  - Beta\nana has said something about Beta: that is kept" in told
    rows = json.loads(runner.invoke(app, ["taste", "--user", "ana", "--data", "beers", "--json"]).stdout)["remarks"]
    assert {row["label"]: row["is_known"] for row in rows} == {"Beta": False, "Alpha": True}
    assert (
        "Beta   1970-01-01  you said so; no longer in the data"
        in runner.invoke(app, ["taste", "--user", "ana", "--data", "beers"]).stdout
    )
    talk = runner.invoke(app, ["chat", "--plain", "--user", "ana", "--data", "beers"], input="quit\n").stdout
    assert "No longer in beers: Beta. What you said of it is kept, and counts again if it comes back." in talk
    write(BEFORE)
    again = json.loads(runner.invoke(app, ["import", "csv", str(table), "--json"]).stdout)["update"]
    assert [item["label"] for item in again["added"]] == ["Beta"]
    assert again["spoken_of"] == {}
    assert "no longer" not in runner.invoke(app, ["taste", "--user", "ana", "--data", "beers"]).stdout


def test_a_damaged_list_of_changes_is_none(write: Callable[[dict[str, str]], Path]):
    import_tables(Files((write(BEFORE),)))
    (locate("beers") / CHANGES).write_text('{"added": [1]}', encoding="utf-8")
    assert read_changes(locate("beers")) is None


_VALUES = st.sets(st.sampled_from("abcde"))
_WORLD = st.dictionaries(st.sampled_from("uvwxyz"), _VALUES, min_size=1)


def _graph(world: dict[str, set[str]]) -> KnowledgeGraph:
    import pandas as pd

    rows = [{"item": item, "label": item.upper(), "kind": "|".join(sorted(values))} for item, values in world.items()]
    return KnowledgeGraph.from_frames(pd.DataFrame(rows))


@given(old=_WORLD, new=_WORLD)
def test_changes_are_the_difference_of_the_sets(old: dict[str, set[str]], new: dict[str, set[str]]):
    changes = compare(_graph(old), _graph(new))
    assert {item.id for item in changes.added} == new.keys() - old.keys()
    assert {item.id for item in changes.removed} == old.keys() - new.keys()
    assert {item.id for item in changes.changed} == {item for item in old.keys() & new.keys() if old[item] != new[item]}
