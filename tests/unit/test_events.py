"""Events are imported into a data set: all of a file or none of it, once however often, and never lost."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kgrec.errors import DataError, StoreError
from kgrec.graph.interaction_table import InteractionTable
from kgrec.ingest.datasets import Dataset, import_csv, locate, open_dataset, write_interactions
from kgrec.ingest.event_files import read_events
from kgrec.ingest.events import import_events, read_log
from kgrec.resources import locked

ONTOLOGY = """
@prefix kgrec: <https://w3id.org/kgrec#> . @prefix e: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
e:domain a kgrec:Domain ; rdfs:label "beers" ; kgrec:itemClass e:Beer ; kgrec:labelColumn "name" .
e:style a kgrec:Facet ; kgrec:name "style" ; kgrec:kind kgrec:Category .
"""

Write = Callable[[str, str], Path]


@pytest.fixture
def beers(tmp_path: Path) -> Dataset:
    return make_beers(tmp_path, "1,Ale,pale\n2,Bock,dark\n")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def file(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return file


def make_beers(folder: Path, rows: str) -> Dataset:
    (folder / "beers.ttl").write_text(ONTOLOGY, encoding="utf-8")
    (folder / "beers.csv").write_text(f"id,name,style\n{rows}", encoding="utf-8")
    return open_dataset(import_csv(folder / "beers.csv", folder / "beers.ttl"))


def test_imported_events_are_interactions_of_the_graph(beers: Dataset, write: Write) -> None:
    made = import_events(beers, [write("e.csv", "user,item,rating,timestamp\nann,1,4,100\nbob,2,,200\n")])
    assert (made.rows, made.new, made.late, made.total) == (2, 2, 0, 2)
    log = beers.graph().interactions
    assert log.user_ids == ("ann", "bob")
    assert log.items.tolist() == [0, 1]
    assert log.times.tolist() == [100, 200]
    assert log.ratings.tolist()[0] == 4.0


def test_the_same_file_twice_changes_nothing(beers: Dataset, write: Write) -> None:
    file = write("e.csv", "user,item,rating,timestamp\nann,1,4,100\nbob,2,3,200\n")
    import_events(beers, [file])
    before = beers.events.read_bytes(), beers.graph().fingerprint
    again = import_events(beers, [file])
    assert (again.new, again.duplicates) == (0, 2)
    assert (beers.events.read_bytes(), beers.graph().fingerprint) == before


def test_an_event_is_known_by_its_id_and_the_later_of_two_stands(beers: Dataset, write: Write) -> None:
    head = "event_id,user,item,rating,timestamp\n"
    late, early = write("late.csv", f"{head}x,ann,1,2,300\n"), write("early.csv", f"{head}x,ann,1,4,100\n")
    import_events(beers, [early])
    assert import_events(beers, [late]).corrected == 1
    assert import_events(beers, [early]).corrected == 0
    assert [event.rating for event in read_log(beers.events)] == ["2.0"]


def test_what_an_id_brings_is_told_if_it_is_left_out_or_of_somebody_else(beers: Dataset, write: Write) -> None:
    head = "id,user,item,rating\n"
    import_events(beers, [write("a.csv", f"{head}x,ann,1,3\ny,ann,2,3\n")])
    made = import_events(beers, [write("b.csv", f"{head}x,ann,1,4\ny,ann,2,2\n")])
    assert (made.corrected, made.outdated, made.duplicates) == (1, 1, 0)
    assert made.shared == {}
    made = import_events(beers, [write("c.csv", f"{head}x,bob,1,4\nz,bob,1,4\nz,bob,2,4\ny,ann,2,5\n")])
    assert made.shared == {"x": (("ann", "1"), ("bob", "1")), "z": (("bob", "1"), ("bob", "2"))}
    assert made.rows == made.new + made.duplicates + made.corrected + made.outdated


def test_all_mistakes_of_json_lines_are_told(write: Write) -> None:
    good = '{"user": "a", "item": 1}\n'
    wrong = write("e.jsonl", f'{good}{{"user": }}\n[1]\n{{"user": "a"}}\n"x"\n{good}')
    with pytest.raises(DataError) as told:
        read_events(wrong)
    lines = sorted(str(told.value).splitlines())
    assert [line.removeprefix(str(wrong)).split(" ")[0] for line in lines] == [":2:10:", ":3:1:", ":4:2:", ":5:1:"]
    whole = write("whole.jsonl", '[{"user": "a", "item": 1}]')
    with pytest.raises(DataError, match=r"whole\.jsonl:1:1: .*one record a line.*\.json"):
        read_events(whole)
    many = write("many.jsonl", json.dumps([{"user": "a", "item": 1}] * 30, indent=1))
    with pytest.raises(DataError, match=r"one record a line.*\.json") as told:
        read_events(many)
    assert len(str(told.value).splitlines()) == 1


def test_late_events_are_counted_and_take_their_place(beers: Dataset, write: Write) -> None:
    import_events(beers, [write("a.csv", "user,item,timestamp\nann,1,500\n")])
    made = import_events(beers, [write("b.csv", "user,item,timestamp\nann,2,100\nann,2,900\n")])
    assert (made.new, made.late) == (2, 1)
    assert [event.time for event in read_log(beers.events)] == [100, 500, 900]


def test_events_that_the_data_set_came_with_are_duplicates(beers: Dataset, write: Write) -> None:
    table = InteractionTable(["ann"], ["1"], context={"mood": ["glad"]})
    write_interactions(beers.folder, table)
    made = import_events(beers, [write("e.csv", "user,item,mood\nann,1,glad\nann,1,sad\n")])
    assert (made.new, made.duplicates) == (1, 1)
    assert beers.graph().interactions.context["mood"] == ("glad", "sad")


def test_events_about_unknown_items_wait_until_the_items_come(tmp_path: Path, beers: Dataset, write: Write) -> None:
    made = import_events(beers, [write("e.csv", "user,item\nann,1\nann,3\nbob,3\n")])
    assert made.unknown == {"3": 2}
    assert made.waiting == 2
    assert len(beers.graph().interactions) == 1
    with_stout = make_beers(tmp_path, "1,Ale,pale\n2,Bock,dark\n3,Stout,dark\n")
    assert len(with_stout.graph().interactions) == 3


def test_ratings_on_another_scale_are_told(beers: Dataset, write: Write) -> None:
    assert import_events(beers, [write("a.csv", "user,item,rating\nann,1,1\nann,2,5\n")]).scale is None
    assert import_events(beers, [write("b.csv", "user,item,rating\nbob,1,3\n")]).scale is None
    assert import_events(beers, [write("c.csv", "user,item,rating\nbob,2,80\n")]).scale == ((1.0, 5.0), (1.0, 80.0))


def test_kinds_amounts_and_context_are_kept(beers: Dataset, write: Write) -> None:
    line = {"user": "ann", "item": 1, "event": "Skip", "amount": 2, "time": "1970-01-02T00:00:00Z"}
    text = json.dumps({**line, "context": {"mood": "sad", "place": None}}) + "\n"
    made = import_events(beers, [write("e.jsonl", text)])
    assert made.kinds == {"skipped": 1}
    log = beers.graph().interactions
    assert log.kind_names[log.kinds[0]] == "skipped"
    assert log.amounts.tolist() == [2.0]
    assert log.times.tolist() == [86_400]
    assert log.context == {"mood": ("sad",)}
    assert log.values[0] < 0


def test_wrong_rows_are_told_with_their_places_and_nothing_is_imported(beers: Dataset, write: Write) -> None:
    rows = "ann,1,4,100\n,1,4,100\nann,,4,100\nann,1,good,soon\n"
    wrong = write("e.csv", f"user,item,rating,timestamp\n{rows}")
    with pytest.raises(DataError) as told:
        import_events(beers, [write("fine.csv", "user,item\nann,1\n"), wrong])
    lines = str(told.value).splitlines()
    assert [line.removeprefix(str(wrong)).split(" ")[0] for line in lines] == [":3:1:", ":4:2:", ":5:3:", ":5:4:"]
    assert not beers.events.exists()


@pytest.mark.parametrize(
    ("name", "text", "where", "why"),
    [
        ("e.jsonl", '{"user": "a", "item": 1}\n\n{"user": "a", "item": }\n', ":3:23", "no JSON"),
        ("e.jsonl", '{"user": "a", "item": 1}\n\n{"user": "a"}\n', ":3:2", "no item"),
        ("e.jsonl", '{"user": "a", "item": 1}\n[1]\n', ":2", "no record"),
        ("e.csv", "who,item\na,1\n", ":1", "user=COLUMN"),
        ("e.csv", "user,user_id,item\na,b,1\n", ":1", "both user"),
        ("e.csv", "user,item,amount\na,1,-1\n", ":2:3", "0 or more"),
        ("e.csv", "user,item,event,rating\na,1,,\na,1,rated,nan\n", ":3:4", "without a rating"),
        ("e.csv", "user,item,event\na,1,Rating\n", ":2:3", "without a rating"),
    ],
)
def test_what_is_no_event_file_is_told_with_its_place(write: Write, name: str, text: str, where: str, why: str) -> None:
    file = write(name, text)
    with pytest.raises(DataError) as told:
        read_events(file)
    assert f"{file}{where}" in str(told.value)
    assert why in str(told.value)


def test_columns_of_other_names_are_read_as_told(write: Write) -> None:
    file = write("e.csv", "userId,movieId,rating\n7,9,5\n")
    (event,) = read_events(file, {"item": "movieId"})
    assert (event.user, event.item, event.rating, event.context) == ("7", "9", "5.0", ())
    with pytest.raises(DataError, match="no column 'film'"):
        read_events(file, {"item": "film"})
    with pytest.raises(DataError, match="no column colour of events"):
        read_events(file, {"colour": "rating"})


def test_parquet_says_what_csv_says(tmp_path: Path, write: Write) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pyarrow.table({"user": [1, 2], "item": ["9", "8"], "rating": [4.5, None], "mood": ["sad", None]})
    parquet.write_table(table, tmp_path / "e.parquet")
    same = write("e.csv", "user,item,rating,mood\n1,9,4.5,sad\n2,8,,\n")
    assert read_events(tmp_path / "e.parquet") == read_events(same)
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_events(write("no.parquet", "user,item\n"))


def test_an_import_waits_for_another_one_and_both_are_there(beers: Dataset, write: Write) -> None:
    files = [write(f"{name}.csv", f"user,item\n{name},1\n") for name in "abcd"]
    threads = [threading.Thread(target=import_events, args=(beers, [file])) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(event.user for event in read_log(beers.events)) == list("abcd")


def test_a_lock_that_is_held_too_long_is_told() -> None:
    with locked("here", 1.0), pytest.raises(StoreError, match="another process"), locked("here", 0.0):
        pass
    with locked("here", 0.0):
        pass


_KILLED = """
import os, signal, sys
from pathlib import Path
from kgrec import resources
from kgrec.ingest import datasets, events

at = sys.argv[1]
replace = Path.replace

def killed(self, target):
    if at == "after":
        replace(self, target)
    os.kill(os.getpid(), signal.SIGKILL)

Path.replace = killed
events.import_events(datasets.open_dataset("beers"), [Path(sys.argv[2])])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of Unix")
@pytest.mark.parametrize(("at", "expected"), [("before", ["ann"]), ("after", ["ann", "bob"])])
def test_a_killed_import_leaves_the_old_state_or_the_new_one(
    beers: Dataset, write: Write, at: str, expected: list[str]
) -> None:
    import_events(beers, [write("a.csv", "user,item,timestamp\nann,1,100\n")])
    file = write("b.csv", "user,item,timestamp\nbob,2,200\n")
    ended = subprocess.run([sys.executable, "-c", _KILLED, at, str(file)], env=dict(os.environ), check=False)
    assert ended.returncode == -signal.SIGKILL
    assert [event.user for event in read_log(beers.events)] == expected
    import_events(beers, [file])  # the lock is free, what was left behind goes
    assert [event.user for event in read_log(beers.events)] == ["ann", "bob"]
    assert [path.name for path in beers.events.parent.iterdir()] == ["beers.csv"]


def test_events_outlive_an_import_of_the_data_set(tmp_path: Path, beers: Dataset, write: Write) -> None:
    import_events(beers, [write("e.csv", "user,item\nann,1\n")])
    make_beers(tmp_path, "1,Ale,pale\n2,Bock,dark\n")
    assert len(open_dataset("beers").graph().interactions) == 1
    assert locate("beers") == beers.folder


def test_new_events_do_not_compile_the_facts_again(
    beers: Dataset, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    beers.graph()
    import_events(beers, [write("e.csv", "user,item\nann,1\n")])
    monkeypatch.setattr(Dataset, "_compile", lambda *_: pytest.fail("compiled again"))
    assert len(beers.graph().interactions) == 1


def test_a_rating_far_off_the_scale_of_all_others_is_refused(beers: Dataset, write: Write) -> None:
    rows = "".join(f"u{user},{1 + user % 2},{1 + user % 5}\n" for user in range(120))
    with pytest.raises(DataError, match=r"strange.csv: the rating 99999.* of user 'zoe' for '1' .* up to 5 \(1 such\)"):
        import_events(beers, [write("strange.csv", f"user,item,rating\n{rows}zoe,1,99999\n")])
    assert read_log(beers.events) == []
    assert import_events(beers, [write("good.csv", f"user,item,rating\n{rows}")]).new == 120
