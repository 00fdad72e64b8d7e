"""The profile store: what it acknowledges stays, whoever else writes and however the process ends."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from kgrec.acts import Event, EventKind
from kgrec.dialogue import EventLog
from kgrec.errors import StoreError
from kgrec.profiles import APPLICATION, MIGRATIONS, ProfileStore, profile_path

LIKED = Event(
    EventKind.LIKED,
    "heat",
    1.0,
    data={"label": "Heat (1995)", "chosen": [["a", 1.0]]},
    context={"hour": 21.0, "weekday": "Mon"},
    time=1000.5,
    user="ana",
    session="s1",
)

WRITER = """
import sys
from pathlib import Path
from kgrec.acts import Event, EventKind
from kgrec.profiles import ProfileStore

store = ProfileStore(Path(sys.argv[1]))
number = 0
while number < int(sys.argv[3]):
    store.append(Event(EventKind.RATED, f"{sys.argv[2]}-{number}", 0.5, user="ana", session=sys.argv[2]))
    print(number, flush=True)
    number += 1
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profiles" / "films.sqlite"


def test_an_event_comes_back_as_it_was(path: Path):
    with ProfileStore(path) as store:
        kept = store.append(LIKED)
        assert kept.id == 1
        assert store.events("ana") == (kept,)
        assert (kept.kind, kept.subject, kept.value, kept.time) == (EventKind.LIKED, "heat", 1.0, 1000.5)
        assert kept.data == LIKED.data
        assert kept.context == LIKED.context


def test_it_is_an_event_log(path: Path):
    log: EventLog = ProfileStore(path)
    assert log.events("nobody") == ()


def test_ids_grow_and_users_stay_apart(path: Path):
    with ProfileStore(path) as store:
        ids = [
            store.append(Event(EventKind.LIKED, "heat", user=user)).id for user in ("ana", "bob", "ana", "Robert'); --")
        ]
        assert ids == [1, 2, 3, 4]
        assert [event.id for event in store.events("ana")] == [1, 3]
        assert store.users() == ("Robert'); --", "ana", "bob")


def test_what_one_store_wrote_another_reads_at_once(path: Path):
    with ProfileStore(path) as one, ProfileStore(path) as other:
        one.append(LIKED)
        other.append(LIKED)
        assert [event.id for event in one.events("ana")] == [1, 2]


def test_what_json_cannot_hold_is_refused_and_nothing_kept(path: Path):
    with ProfileStore(path) as store:
        with pytest.raises(ValueError, match="not JSON compliant"):
            store.append(Event(EventKind.LIKED, data={"value": float("nan")}, user="ana"))
        with pytest.raises(TypeError):
            store.append(Event(EventKind.LIKED, data={"value": object()}, user="ana"))
        assert store.events("ana") == ()


def test_the_settings_that_durability_rests_on(path: Path):
    with ProfileStore(path) as store:
        pragma = {
            name: store._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "busy_timeout", "user_version", "application_id")
        }
    assert pragma == {
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 5000,
        "user_version": len(MIGRATIONS),
        "application_id": APPLICATION,
    }


def test_two_processes_starting_and_writing_at_once_lose_nothing(path: Path):
    path.parent.mkdir()
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, path, name, "40"], stdout=subprocess.DEVNULL) for name in "xy"
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    with ProfileStore(path) as store:
        events = store.events("ana")
    assert len({event.id for event in events}) == 80
    assert [event.subject for event in events if event.session == "x"] == [f"x-{number}" for number in range(40)]


def test_kill_9_after_an_acknowledged_event_loses_nothing(path: Path):
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, path, "x", "1000000"], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(20)]
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += [int(line) for line in writer.stdout.read().split()]
    writer.stdout.close()
    writer.wait(timeout=10)
    with ProfileStore(path) as store:
        kept = [event.subject for event in store.events("ana")]
    assert kept[: len(acknowledged)] == [f"x-{number}" for number in acknowledged]


# --- files that are not what they should be ---------------------------------------------------------------------------


def test_a_file_that_is_no_database_is_reported_and_left_alone(path: Path):
    path.parent.mkdir()
    path.write_text("my notes, which happen to be here" * 100, encoding="utf-8")
    with pytest.raises(StoreError, match=r"damaged.*move the file away"):
        ProfileStore(path)
    assert path.read_text(encoding="utf-8").startswith("my notes")


def test_a_damaged_page_is_reported_when_read(path: Path):
    with ProfileStore(path) as store:
        for number in range(500):
            store.append(Event(EventKind.LIKED, f"item-{number}" * 20, user="ana"))
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"damaged.*move the file away"), ProfileStore(path) as store:
        store.events("ana")


def test_the_database_of_another_program_is_not_touched(path: Path):
    path.parent.mkdir()
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE songs (title TEXT)")
    foreign.commit()
    foreign.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        ProfileStore(path)
    assert path.read_bytes() == before


def test_a_newer_version_asks_for_an_update(path: Path):
    ProfileStore(path).close()
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(StoreError, match=r"newer kgrec.*update kgrec"):
        ProfileStore(path)


def test_an_event_of_an_unknown_kind_is_reported(path: Path):
    with ProfileStore(path) as store:
        store.append(LIKED)
        store._connection.execute("UPDATE events SET kind = 'dreamt'")
        with pytest.raises(StoreError, match=r"event 1 cannot be read.*dreamt"):
            store.events("ana")


def test_a_full_disk_is_an_error_and_keeps_what_was_kept(path: Path):
    with ProfileStore(path) as store:
        store.append(LIKED)
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="disk is full"):
            store.append(Event(EventKind.TOLD, "x" * 100_000, user="ana"))
        assert len(store.events("ana")) == 1


def test_a_file_that_cannot_be_written_says_so(path: Path):
    with ProfileStore(path) as store:
        store._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(StoreError, match="cannot be written"):
            store.append(LIKED)


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="KGREC_HOME"):
        ProfileStore(tmp_path / "file" / "profiles" / "films.sqlite")


def test_another_process_that_never_finishes_is_waited_for_and_named(path: Path):
    with ProfileStore(path) as store, ProfileStore(path) as other:
        other._connection.execute("BEGIN IMMEDIATE")
        store._connection.execute("PRAGMA busy_timeout = 20")
        with pytest.raises(StoreError, match="another kgrec"):
            store.append(LIKED)
        other._connection.execute("ROLLBACK")
        assert store.append(LIKED).id == 1


def test_a_closed_store_says_so(path: Path):
    store = ProfileStore(path)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.events("ana")


def test_each_data_set_has_its_own_file(home: Path):
    assert profile_path("films") == home / "data" / "profiles" / "films.sqlite"
    assert profile_path("../../Films") == home / "data" / "profiles" / "Films.sqlite"
    assert profile_path("films") != profile_path("books")
