"""``kgrec shelves``: a page of titled rows on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from library import library
from typer.testing import CliRunner, Result

from kgrec.cli.commands import app
from kgrec.graph.views import write
from kgrec.ingest.rdf import import_rdf

RULES = "rules:\n  - {shelf: On deck, of: subject has seas, because: it is summer}\n"

Kgrec = Callable[..., Result]


@pytest.fixture
def kgrec(home: Path, tmp_path: Path) -> Kgrec:
    """Return what calls the command about forty books and a shelf of their own."""
    write(library(), tmp_path / "books.ttl", "turtle")
    folder = import_rdf(tmp_path / "books.ttl")
    (folder / "rules" / "books.yaml").write_text(RULES, encoding="utf-8")

    def call(*words: str) -> Result:
        result = CliRunner().invoke(app, ["shelves", "--data", "books", *words], prog_name="kgrec")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


def test_rows_are_written_with_why_they_are_there(kgrec: Kgrec):
    result = kgrec("--like", "Book 00", "-n", "3", "--rows", "20")
    blocks = [block.splitlines() for block in result.stdout.strip().split("\n\n")]
    headings = [lines[0] for lines in blocks]
    assert headings[0] == "For you now: what fits best with all you said"
    assert any(heading.startswith("On deck: it is summer (") for heading in headings)
    assert any(heading.endswith("books.yaml:2:5)") for heading in headings)
    assert "About stars: you like Book 00" in headings
    assert all(1 < len(lines) <= 4 for lines in blocks)
    entries = [line.split("  ")[1] for lines in blocks for line in lines[1:]]
    assert len(entries) == len(set(entries))
    assert "Book 00" not in entries


def test_rows_as_json_hold_what_a_program_needs(kgrec: Kgrec):
    found = json.loads(kgrec("--like", "Book 00", "--rows", "2", "--json").stdout)
    assert found["conflict"] is None
    assert [shelf["kind"] for shelf in found["shelves"]] == ["now", "rule"]
    first, asked = found["shelves"]
    assert (first["place"], asked["place"].endswith("books.yaml:2:5")) == (None, True)
    assert [len(shelf["items"]) for shelf in found["shelves"]] == [5, 5]
    assert set(first["items"][0]) == {"id", "label", "score", "match", "forecast", "reasons"}


def test_wishes_hold_on_every_row(kgrec: Kgrec):
    found = json.loads(kgrec("--where", "edition > 20", "--json").stdout)
    assert all(item["id"] > "b20" for shelf in found["shelves"] for item in shelf["items"])


def test_a_page_for_several_says_how_well_it_suits_each(kgrec: Kgrec):
    result = kgrec("--user", "you", "--with", "ben", "--rows", "1")
    assert result.exit_code == 2  # nobody has talked yet
    result = kgrec("--with", "ben", "--rows", "1")
    assert "you " in result.stdout
    assert "ben " in result.stdout


@pytest.mark.parametrize("as_json", [False, True])
def test_a_dead_end_is_told_as_by_recommend(kgrec: Kgrec, *, as_json: bool):
    result = kgrec("--where", "edition > 99", *(["--json"] if as_json else []))
    assert result.exit_code == 1
    if as_json:
        found = json.loads(result.stdout)
        assert found["shelves"] == []
        assert [wish["expression"] for wish in found["conflict"]["wishes"]] == ["edition > 99"]
    else:
        assert result.stdout.startswith("No book satisfies “edition > 99”")
        assert "leave its wishes out" in result.stdout
