"""The catalogue of wrong rule files: each with exactly the report a person gets.

A new kind of mistake gets a file here first. The reports are compared to the letter: they are what people see of kgrec
when they need it most. Files in ``parts`` are there to be included.
"""

import os
from pathlib import Path

import pytest

from kgrec.errors import RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import RuleBook

CATALOGUE = Path(__file__).parent / "wrong_rules"

FILES = sorted(CATALOGUE.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_wrong_file_gets_its_report(path: Path, tiny_world: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    with pytest.raises(RuleErrors) as caught:
        RuleBook.load(path.name, tiny_world)
    report = path.with_suffix(".txt")
    if os.environ.get("KGREC_UPDATE_GOLDEN"):
        report.write_text(caught.value.pretty() + "\n", encoding="utf-8")
    assert caught.value.pretty() + "\n" == report.read_text(encoding="utf-8")


def test_the_catalogue_is_complete() -> None:
    assert len(FILES) >= 45
    assert {path.stem for path in FILES} == {path.stem for path in CATALOGUE.glob("*.txt")}
