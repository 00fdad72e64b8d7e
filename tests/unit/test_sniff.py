"""How table files are written is found out: encoding, delimiter, quotes, header; and said how surely."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kgrec.errors import DataError
from kgrec.ingest.sniff import Dialect, sniff
from kgrec.ingest.tables import Problems, source_of

Written = Callable[[str | bytes], Path]
PLAIN = "name,price,kind\nAnt,1.5,red\nBee,2.5,black\nCat,3.0,red\n"


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(content: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def rows_of(path: Path) -> list[list[str]]:
    problems = Problems()
    table = source_of(path).open(problems)
    rows = [list(table.header), *(row for _, row in table.rows)]
    problems.check()
    return rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "::"])
def test_what_stands_between_cells(written: Written, delimiter: str):
    path = written(PLAIN.replace(",", delimiter))
    assert sniff(path).delimiter == delimiter
    assert rows_of(path)[1] == ["Ant", "1.5", "red"]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
     ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252")],
)  # fmt: skip
def test_encodings(written: Written, encoding: str, found: str):
    path = written("name,kind\nCafé,rosé\nBär,weiß\n".encode(encoding))
    assert sniff(path).encoding == found
    assert rows_of(path)[1:] == [["Café", "rosé"], ["Bär", "weiß"]]


def test_an_accent_on_the_last_line_of_a_long_file_decides_its_encoding(written: Written):
    path = written(b"name,kind\n" + b"Ant,red\n" * 50_000 + "Café,rosé\n".encode("cp1252"))
    assert sniff(path).encoding == "cp1252"
    assert rows_of(path)[-1] == ["Café", "rosé"]


def test_a_decimal_comma_does_not_end_a_cell(written: Written):
    path = written("name;price\nAnt;1,5\nBee;2,25\nCat;10,75\n")
    assert sniff(path).delimiter == ";"
    assert rows_of(path)[2] == ["Bee", "2,25"]


def test_quotes_of_both_kinds(written: Written):
    assert rows_of(written('name,kind\n"Ant, red",x\n"Bee ""B""",y\n'))[1:] == [["Ant, red", "x"], ['Bee "B"', "y"]]
    assert rows_of(written("name,kind\n'Ant, red','x'\n'Bee','y'\n'Cat','z'\n"))[1] == ["Ant, red", "x"]


def test_a_quote_in_a_tab_separated_name_is_part_of_it(written: Written):
    path = written('id\tname\n1\t"Weird Al" Yankovic\n2\tBee\n3\t"Cat\n')
    assert sniff(path).quote == ""
    assert [row[1] for row in rows_of(path)[1:]] == ['"Weird Al" Yankovic', "Bee", '"Cat']


@pytest.mark.parametrize(
    ("content", "has_header"),
    [
        (PLAIN, True),
        ("Ant,1.5,red\nBee,2.5,black\nCat,3.0,red\n", False),
        ("1::31::5::978300760\n1::32::4::978302109\n", False),
        ("name,kind\nAnt,red\nBee,black\n", True),
        ("red,small\nred,large\nblue,small\nblue,red\n", False),
    ],
)
def test_a_header_or_none(written: Written, content: str, has_header: bool):  # noqa: FBT001  (of the table of cases)
    assert sniff(written(content)).has_header is has_header


def test_without_a_header_columns_are_numbered(written: Written):
    assert rows_of(written("Ant,1.5\nBee,2.5\n"))[0] == ["column_1", "column_2"]


def test_it_says_what_it_decided(written: Written):
    assert str(sniff(written(PLAIN.replace(",", ";")))) == "UTF-8, semicolons, a header"
    assert str(Dialect("cp1252", "\t", "", has_header=False)) == "CP1252, tabs, no quotes, no header"


def test_a_json_list_of_records_is_a_table(tmp_path: Path):
    path = tmp_path / "hotels.json"
    path.write_text('[{"name": "A", "price": {"single": 5}, "has": ["tv", "bar"], "ok": true}, {"name": "B"}]')
    assert rows_of(path) == [["name", "price.single", "has", "ok"], ["A", "5", "tv|bar", "yes"], ["B", "", "", ""]]


def test_the_line_that_spreadsheets_put_above_the_header_is_none_of_the_table(written: Written):
    path = written("sep=;\r\nname;price\r\nAnt;1,5\r\nBee;2\r\nCat\r\n")
    problems = Problems()
    table = source_of(path).open(problems)
    assert table.header == ("name", "price")
    assert [line for line, _ in table.rows] == [3, 4]
    assert [told.split(": ")[0] for told in problems.told] == [f"{path}:5:2"]


def test_types_in_the_header_of_an_atomic_file_are_no_part_of_names(written: Written):
    assert rows_of(written("item_id:token\tyear:float\n1\t1990\n2\t1991\n"))[0] == ["item_id", "year"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"table\.csv:1:1: the file is empty"),
        (b"\n \n", r"table\.csv:1:1: the file is empty"),
        (b"PK\x03\x04" + b"\0" * 100, "this is a zip .* no plain table; unpack it"),
        (b"\x1f\x8b\x08" + b"\0" * 100, "this is a gzip file"),
        (b"name,kind\nAnt,re\0d\nBee,black\n", r"table\.csv:2:7: a NUL byte; .*save it as CSV in UTF-8"),
        (b"name,kind\nCaf\xe9,red\nB\xc3\xa4r,red\n", r":2:4: byte 0xe9 is not UTF-8, but line 3 is: two encodings"),
        (b"name,name\nAnt,Bee\nCat,Dog\n", r":1:2: the column 'name' occurs twice; rename one"),
        (b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n" + b"1," * 999_999 + b"1\n", r":1:2001: .*columns"),
        (b"name,kind\n" + b"x" * 2_000_000 + b",y\n", "a line of over 1,000,000 characters"),
        (b'name,kind\nAnt,red\nBee,"black\nCat,red\nDog,red\nEel,red\n', "is a quote missing"),
    ],
)
def test_what_cannot_be_a_table_is_said_with_its_place_and_a_cure(written: Written, content: bytes, message: str):
    with pytest.raises(DataError, match=message):
        rows_of(written(content))


def test_all_ragged_rows_are_told_in_one_go_up_to_twenty(written: Written):
    with pytest.raises(DataError) as caught:
        rows_of(written("name,kind\n" + "Ant,red\n" * 60 + "Bee\nCat,red,big\n" + "Dog,red,,\n"))
    assert str(caught.value).splitlines() == [
        f"{written('')}:{line}:{column}: {cells} cells where the header has 2; is a quote or a separator missing?"
        for line, column, cells in ((62, 2, 1), (63, 3, 3))
    ]
    with pytest.raises(DataError) as caught:
        rows_of(written("name,kind\n" + "Ant,red\n" * 60 + "Bee\n" * 30))
    assert len(str(caught.value).splitlines()) == 21


def test_folders_and_missing_files_are_no_tables(tmp_path: Path):
    with pytest.raises(DataError, match="there is no such file"):
        source_of(tmp_path / "none.csv")
    with pytest.raises(DataError, match="this is no file; name a table"):
        source_of(tmp_path)
