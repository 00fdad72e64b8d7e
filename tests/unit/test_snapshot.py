"""Snapshots come back as they were, and are never trusted when damaged."""

import json
import logging
import os
import shutil
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from kgrec.errors import StoreError
from kgrec.graph import KnowledgeGraph, snapshot
from kgrec.graph.fingerprint import fingerprint_of


@pytest.fixture
def saved(tiny_world: KnowledgeGraph, tmp_path: Path) -> Path:
    snapshot.save(tiny_world, tmp_path / "snap")
    return tmp_path / "snap"


def test_a_graph_comes_back_whole(tiny_world: KnowledgeGraph, saved: Path):
    again = snapshot.load(saved, tiny_world.fingerprint)
    assert fingerprint_of(again) == tiny_world.fingerprint
    assert again.ontology == tiny_world.ontology
    assert again.summary() == tiny_world.summary()
    assert again.interactions.values.tolist() == tiny_world.interactions.values.tolist()  # noqa: PD011  (not pandas)
    assert (again.attributes != tiny_world.attributes).nnz == 0


def test_context_and_user_facts_come_back(tmp_path: Path):
    kg = KnowledgeGraph.from_frames(
        pd.DataFrame({"item": ["a"]}),
        interactions=pd.DataFrame({"user": ["u", "v"], "item": ["a", "a"], "mood": ["sad", None], "place": ["x", "y"]}),
        users=pd.DataFrame({"user": ["u"], "age": [30], "diet": ["vegan"], "eats": [["figs", "dates"]]}),
    )
    snapshot.save(kg, tmp_path / "s")
    again = snapshot.load(tmp_path / "s", kg.fingerprint)
    assert again.interactions.context == {"mood": ("sad", ""), "place": ("x", "y")}
    assert again.user_facts == {"u": {"age": 30.0, "diet": "vegan", "eats": ("dates", "figs")}}
    assert fingerprint_of(again) == kg.fingerprint


def test_what_is_loaded_cannot_be_changed(tiny_world: KnowledgeGraph, saved: Path):
    again = snapshot.load(saved, tiny_world.fingerprint)
    with pytest.raises(ValueError, match="read-only"):
        again.numbers["year"][0] = 0


@pytest.mark.parametrize(
    "name", ["manifest.json", "strings.json", "number.year.npy", "link.genre.data.npy", "log.items.npy"]
)
@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "gone"])
def test_damage_is_found(tiny_world: KnowledgeGraph, saved: Path, name: str, damage: str):
    path = saved / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes({"flip": bytes(content), "cut": content[:-3], "empty": b""}[damage])
    with pytest.raises(StoreError):
        snapshot.load(saved, tiny_world.fingerprint)


def read_for_checksums(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files that are read whole to be checked while a snapshot is loaded."""
    read = []
    checksum = snapshot._checksum
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "_checksum", lambda path: (read.append(path.name), checksum(path))[1])
        snapshot.load_arrays(folder)
    return sorted(read)


def test_what_was_found_sound_is_not_read_again_until_it_is_written_to(saved: Path, monkeypatch: pytest.MonkeyPatch):
    files = sorted(path.name for path in saved.iterdir() if path.name != "manifest.json")
    assert read_for_checksums(saved, monkeypatch) == files
    assert read_for_checksums(saved, monkeypatch) == []
    year = saved / "number.year.npy"
    year.write_bytes(year.read_bytes())
    assert read_for_checksums(saved, monkeypatch) == ["number.year.npy"]
    copy = shutil.copytree(saved, saved.parent / "copy", copy_function=shutil.copyfile)  # which takes no dates along
    assert read_for_checksums(copy, monkeypatch) == files
    assert read_for_checksums(copy, monkeypatch) == []


@pytest.mark.parametrize("damage", ["flip", "cut"])
def test_damage_is_found_in_what_was_found_sound_before(saved: Path, damage: str):
    snapshot.load_arrays(saved)
    path = saved / "log.items.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 0xFF
    path.write_bytes(bytes(content) if damage == "flip" else content[:-3])
    with pytest.raises(StoreError, match=r"log\.items\.npy: damaged"):
        snapshot.load_arrays(saved)


def test_a_manifest_without_a_date_has_everything_read(saved: Path, monkeypatch: pytest.MonkeyPatch):
    manifest = json.loads((saved / "manifest.json").read_text(encoding="utf-8"))
    del manifest["date_ns"]
    (saved / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert read_for_checksums(saved, monkeypatch) == read_for_checksums(saved, monkeypatch) != []


def test_what_cannot_be_dated_is_loaded_all_the_same(saved: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("a read-only disk")

    monkeypatch.setattr(os, "utime", refuse)
    assert snapshot.load_arrays(saved)[0]


def test_a_manifest_of_another_shape_is_a_store_error(saved: Path):
    for text in (
        "[]",
        "{}",
        '{"version": 1}',
        '{"version": 1, "files": []}',
        '{"version": 1, "files": {"strings.json": 3}}',
        '{"version": 1, "files": {"strings.json": [2, 3]}, "date_ns": "today"}',
    ):
        (saved / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(StoreError):
            snapshot.load(saved, "")


def test_strings_that_hold_no_graph_are_a_store_error(tmp_path: Path):
    snapshot.save_arrays(tmp_path / "s", {}, {"graph": {"fingerprint": "f", "n_items": 1}})
    with pytest.raises(StoreError, match="does not hold a graph"):
        snapshot.load(tmp_path / "s", "f")


def test_a_damaged_snapshot_is_built_again_and_said_so(
    tiny_world: KnowledgeGraph, saved: Path, caplog: pytest.LogCaptureFixture
):
    (saved / "number.year.npy").write_bytes(b"nonsense")
    built = []

    def build() -> KnowledgeGraph:
        built.append(1)
        return tiny_world

    with caplog.at_level(logging.WARNING):
        assert snapshot.open_or_build(saved, tiny_world.fingerprint, build) is tiny_world
    assert "cannot be trusted" in caplog.text
    assert snapshot.open_or_build(saved, tiny_world.fingerprint, build).summary() == tiny_world.summary()
    assert built == [1]


def test_other_sources_are_built_without_alarm(
    tiny_world: KnowledgeGraph, saved: Path, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.WARNING):
        assert snapshot.open_or_build(saved, "other", lambda: tiny_world) is tiny_world
    assert caplog.text == ""


def test_a_cache_that_cannot_be_written_costs_time_only(
    tiny_world: KnowledgeGraph, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "file").write_text("", encoding="utf-8")
    graph = snapshot.open_or_build(tmp_path / "file" / "snap", "f", lambda: tiny_world)
    assert graph is tiny_world
    assert "no snapshot kept" in caplog.text


def test_a_failed_write_leaves_the_old_snapshot(
    tiny_world: KnowledgeGraph, saved: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(np, "save", refuse)
    with pytest.raises(StoreError, match="disk full"):
        snapshot.save(tiny_world, saved)
    assert snapshot.load(saved, tiny_world.fingerprint).n_items == 6
    assert [path.name for path in saved.parent.iterdir() if "snap" in path.name] == ["snap"]


def test_arrays_of_any_kind_come_back(tmp_path: Path):
    arrays = {
        "a.b-c_d": np.arange(6, dtype=np.int16).reshape(2, 3),
        "empty": np.empty((0, 4), dtype=np.float32),
        "flags": np.array([True, False]),
        "scalar": np.array(3.5),
    }
    snapshot.save_arrays(tmp_path / "s", arrays, {"seed": 7, "words": ["ü", "\ud800"]})
    loaded, meta = snapshot.load_arrays(tmp_path / "s")
    assert meta == {"seed": 7, "words": ["ü", "\ud800"]}
    assert loaded.keys() == arrays.keys()
    for name, array in arrays.items():
        assert loaded[name].dtype == array.dtype
        assert np.array_equal(loaded[name], array)


def test_objects_are_never_stored(tmp_path: Path):
    with pytest.raises(ValueError, match="pickle"):
        snapshot.save_arrays(tmp_path / "s", {"a": np.array([{}])}, {})
    with pytest.raises(ValueError, match="called"):
        snapshot.save_arrays(tmp_path / "s", {"../a": np.zeros(1)}, {})


def test_a_smuggled_pickle_is_refused(saved: Path, tiny_world: KnowledgeGraph):
    np.save(saved / "number.year.npy", np.array([{}]), allow_pickle=True)
    content = (saved / "number.year.npy").read_bytes()
    manifest = json.loads((saved / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["number.year.npy"] = [len(content), zlib.crc32(content)]
    (saved / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(StoreError, match="not an array of ours"):
        snapshot.load(saved, tiny_world.fingerprint)


def test_ten_writers_at_once_leave_one_good_snapshot(tiny_world: KnowledgeGraph, tmp_path: Path):
    def save(_: int) -> None:
        snapshot.save(tiny_world, tmp_path / "snap")

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(save, range(20)))
    assert snapshot.load(tmp_path / "snap", tiny_world.fingerprint).n_items == 6
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".snap")] == []


def test_a_matrix_made_of_what_is_loaded_stays_in_its_file(tmp_path: Path):
    rng = np.random.default_rng(0)
    matrix = sparse.random_array((300, 200), density=0.1, rng=rng, dtype=np.float32, format="csr")
    nothing = np.empty((0, 4), np.float32)
    snapshot.save_arrays(tmp_path / "m", {"data": matrix.data, "indices": matrix.indices, "nothing": nothing}, {})
    arrays, _ = snapshot.load_arrays(tmp_path / "m")
    found = sparse.csr_matrix((arrays["data"], arrays["indices"], matrix.indptr), shape=matrix.shape, copy=False)
    assert np.shares_memory(found.data, arrays["data"])
    assert np.shares_memory(found.indices, arrays["indices"])
    assert (found != matrix).nnz == 0
    assert arrays["nothing"].shape == (0, 4)
