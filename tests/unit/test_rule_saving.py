"""Rule files are written whole, and never over something that nobody has seen."""

from pathlib import Path

import pytest

from kgrec.errors import DataError
from kgrec.resources import is_shipped, package_file
from kgrec.tui.rules_view import RuleFile, save


def test_a_file_is_written_and_read_back(tmp_path: Path):
    path = tmp_path / "new" / "ana.yaml"
    saved = save(RuleFile(path, "", is_there=False, is_own=True), "rules: []\n")
    assert path.read_text(encoding="utf-8") == saved.text == "rules: []\n"
    assert saved.is_there
    assert saved.is_own


def test_what_somebody_else_saved_in_the_meantime_is_returned_instead(tmp_path: Path):
    path = tmp_path / "films.yaml"
    path.write_text("rules: [] # theirs\n", encoding="utf-8")
    for read in (RuleFile(path, "rules: []\n"), RuleFile(path, "", is_there=False)):
        assert save(read, "rules: [] # mine\n").text == "rules: [] # theirs\n"
    assert path.read_text(encoding="utf-8") == "rules: [] # theirs\n"


def test_a_link_stays_a_link(tmp_path: Path):
    real, link = tmp_path / "dotfiles.yaml", tmp_path / "ana.yaml"
    real.write_text("rules: []\n", encoding="utf-8")
    link.symlink_to(real)
    save(RuleFile(link, "rules: []\n"), "rules: [] # new\n")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "rules: [] # new\n"


def test_what_cannot_be_written_says_so(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match=r"cannot be written .* what you wrote is still here"):
        save(RuleFile(tmp_path / "file" / "ana.yaml", "", is_there=False), "rules: []\n")


def test_what_ships_with_kgrec_is_known(tmp_path: Path):
    assert is_shipped(package_file("rules", "films.yaml"))
    assert not is_shipped(tmp_path / "films.yaml")
