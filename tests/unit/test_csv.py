"""CSV files: what they say, and where what is wrong with them is."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.csv import read_csv_graph
from kgrec.resources import package_file

Read = Callable[[str | bytes], KnowledgeGraph]
HEADER = "id,title,original_title,year,genres,directors,remake_of"
GOOD = f"""{HEADER}
heat-1995,Heat,,1995,Crime|Drama,Michael Mann,
"amelie-2001","Amelie","Le Fabuleux Destin, etc.",2001,romcom,Jean-Pierre Jeunet,
thief-2030,Thief,,2030,Sci-Fi,Michael  Mann,heat-1995
alone-1900,Alone,,,,,nowhere-1800
"""


@pytest.fixture
def films(tmp_path: Path) -> Read:
    def read(content: str | bytes) -> KnowledgeGraph:
        path = tmp_path / "films.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_csv_graph(path, package_file("ontology", "films.ttl"), "films")

    return read


def test_a_good_file_becomes_a_graph(films: Read):
    kg = films(GOOD)
    assert kg.item_ids == ("heat-1995", "amelie-2001", "thief-2030", "alone-1900")
    assert kg.label("amelie-2001") == "Amelie (2001)"
    assert kg.aliases["amelie-2001"] == ("Le Fabuleux Destin, etc.",)
    mann = kg.index("person/michael-mann")
    assert kg.links["director"].toarray()[:, mann].tolist() == [1, 0, 1, 0]


def test_other_names_of_concepts_and_the_hierarchy_count(films: Read):
    kg = films(GOOD)
    assert [kg.entity_ids[value] for value in kg.values_of(1, "genre")] == ["genre/romantic-comedy"]
    assert "genre/comedy" in {kg.entity_ids[value] for value in kg.values_of(1, "genre", inherited=True)}
    assert [kg.labels[value] for value in kg.values_of(2, "genre")] == ["Science Fiction"]


def test_links_between_items_need_both(films: Read):
    kg = films(GOOD)
    assert kg.values_of(2, "remake_of") == (0,)
    assert kg.values_of(3, "remake_of") == ()


def test_windows_line_ends_and_a_byte_order_mark_are_fine(films: Read):
    kg = films(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert kg.n_items == 4


def test_unknown_columns_are_skipped_with_a_warning(films: Read, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.WARNING):
        films("id,title,colour\na,A,red\n")
    assert "knows no column 'colour'; skipped" in caplog.text


def test_escape_codes_and_markup_in_titles_are_harmless(films: Read):
    kg = films("id,title,genres\na,\x1b[31m[bold]Red[/bold]\x1b[0m,\x1b]0;pwned\x07Drama\n")
    assert kg.labels[0] == "[bold]Red[/bold]"
    assert [kg.labels[value] for value in kg.values_of(0, "genre")] == ["Drama"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"films\.csv:1:1: the file is empty"),
        ("\n\n", r"films\.csv:1:1: the file is empty"),
        (HEADER, "no rows below the header"),
        ("title,year\nHeat,1995\n", r"films\.csv:1:1: no column with an id \('id'\); the header names title, year"),
        ("id,year\na,1995\n", r"no column with a name \('title'\)"),
        ("id,title,\na,A,\n", r":1:3: this column of the header has no name"),
        ("id,title,id\na,A,b\n", r":1:3: the column 'id' occurs twice"),
        ("id,title\na,A\n\nb\n", r":4:2: 1 cells where the header has 2"),
        ("id,title\na,A,more\n", r":2:3: 3 cells where the header has 2"),
        ("id,title\na,A\nb,B\na,C\n", r":4:1: the id 'a' is that of line 2 already"),
        ('id,title\na,"A\nA"\nb,B\na,C\n', r":5:1: the id 'a' is that of line 2 already"),
        ("id,title\n,A\n", r":2:1: no id; every row needs one"),
        ("id,title,year\na,A,MCM\n", r":2:3: year of 'a' is 'MCM', which is no number"),
        ('id,title\na,"A\n', r":2:1: .*is a quote missing"),
        (b"id,title\na,A\x00B\n", r":2:4: a NUL byte"),
        (b"id,title\na,Am\xe9lie\n", r":2:5: byte 0xe9 is not UTF-8"),
        (b"PK\x03\x04" + bytes(range(256)), r":2:118: byte 0x80 is not UTF-8"),
        ("id,title\na," + "x" * 10_000_000 + "\n", r":2:1: a line of over 1,000,000 characters"),
        ("x" * 10_000_000, r":1:1: a line of over 1,000,000 characters"),
        ('id,title\na,"' + "x\n" * 700_000 + '"\n', r":2:1: field larger than field limit"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(films: Read, content: str | bytes, message: str):
    with pytest.raises(DataError, match=message):
        films(content)


def test_a_missing_file_is_a_data_error(tmp_path: Path):
    with pytest.raises(DataError, match=r"none\.csv: cannot be read"):
        read_csv_graph(tmp_path / "none.csv", package_file("ontology", "films.ttl"))
