"""Files that ship, folders of the user, and writing whole files."""

from pathlib import Path

import pytest

from kgrec.errors import DataError, StoreError
from kgrec.resources import cache_dir, config_dir, data_dir, hash_files, locked, package_file, write_atomic


def test_shipped_files_are_found():
    assert package_file("ontology", "films.ttl").read_text(encoding="utf-8").startswith("#")


def test_a_missing_shipped_file_says_to_reinstall():
    with pytest.raises(DataError, match=r"nothing\.ttl is missing .* reinstall"):
        package_file("ontology", "nothing.ttl")


def test_home_moves_all_folders_and_they_exist(home: Path):
    for folder, kind in ((cache_dir(), "cache"), (data_dir(), "data"), (config_dir(), "config")):
        assert folder == home / kind
        assert folder.is_dir()


def test_a_home_that_is_a_file_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("KGREC_HOME", str(tmp_path / "file"))
    with pytest.raises(DataError, match="KGREC_HOME"):
        cache_dir()


def test_write_atomic_replaces_and_leaves_nothing_behind(tmp_path: Path):
    path = tmp_path / "new" / "file.txt"
    write_atomic(path, "one")
    write_atomic(path, "zwei ü")
    assert path.read_text(encoding="utf-8") == "zwei ü"
    assert [entry.name for entry in path.parent.iterdir()] == ["file.txt"]


def test_write_atomic_gives_a_new_file_the_usual_permissions_and_keeps_those_of_an_old_one(tmp_path: Path):
    plain, kept = tmp_path / "plain", tmp_path / "kept"
    plain.touch()
    kept.touch(mode=0o640)
    for path in (tmp_path / "new", kept):
        write_atomic(path, "x")
    assert (tmp_path / "new").stat().st_mode == plain.stat().st_mode
    assert kept.stat().st_mode & 0o777 == 0o640


def test_write_atomic_keeps_the_old_file_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "file.txt"
    write_atomic(path, "old")

    def refuse(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_atomic(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file.txt"]


def test_hashes_depend_on_content_order_and_salt(tmp_path: Path):
    one, two = tmp_path / "1", tmp_path / "2"
    one.write_text("ab", encoding="utf-8")
    two.write_text("c", encoding="utf-8")
    hashes = {hash_files([one, two]), hash_files([two, one]), hash_files([one, two], "v2"), hash_files([one])}
    assert len(hashes) == 4
    assert all(len(digest) == 32 for digest in hashes)
    with pytest.raises(DataError, match="gone"):
        hash_files([tmp_path / "gone"])


def test_who_waits_for_a_lock_says_so_once(caplog: pytest.LogCaptureFixture):
    with locked("here", 1.0), pytest.raises(StoreError, match="here: another process"), locked("here", 0.5):
        pass
    assert caplog.messages == ["waiting for another process to end: here"]
