"""Spreadsheets and lone logs of ratings become data sets by the same command as tables."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kgrec.cli.commands import app
from kgrec.errors import DataError
from kgrec.ingest.datasets import load
from kgrec.ingest.event_files import read_events
from kgrec.ingest.importing import Files, import_tables
from kgrec.ingest.sheets import sheet_rows, split_sheet

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TEXTS = ["user", "song", "stars", "mood", "id", "title", "kind", "NA", "happy", "sad", "ann", "ben", "Low <3", "High"]


def cell(place: str, value: str | float) -> str:
    """Return a cell: a shared text, a number, or nothing for ""."""
    if value == "":
        return f'<c r="{place}"/>'
    if isinstance(value, str):
        return f'<c r="{place}" t="s"><v>{_TEXTS.index(value)}</v></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def book(path: Path, sheets: dict[str, list[list[str | float]]]) -> Path:
    """Write a spreadsheet as the usual programs do."""
    with zipfile.ZipFile(path, "w") as file:
        names = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1))
        file.writestr("xl/workbook.xml", f'<workbook {_MAIN} xmlns:r="{_LINKS}"><sheets>{names}</sheets></workbook>')
        links = "".join(f'<Relationship Id="r{n}" Target="worksheets/{n}.xml"/>' for n in range(1, len(sheets) + 1))
        file.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>")
        texts = "".join(f"<si><t>{text.replace('<', '&lt;')}</t></si>" for text in _TEXTS)
        file.writestr("xl/sharedStrings.xml", f"<sst {_MAIN}>{texts}</sst>")
        for number, rows in enumerate(sheets.values(), 1):
            told = "".join(
                f'<row r="{line}">{"".join(cell(f"{chr(65 + c)}{line}", value) for c, value in enumerate(row))}</row>'
                for line, row in enumerate(rows, 1)
            )
            file.writestr(
                f"xl/worksheets/{number}.xml", f"<worksheet {_MAIN}><sheetData>{told}</sheetData></worksheet>"
            )
    return path


@pytest.fixture
def music(tmp_path: Path) -> Path:
    ratings: list[list[str | float]] = [
        ["user", "song", "stars", "mood"],
        ["ann", 1, 5, "happy"],
        ["ann", 2, 1, "sad"],
        [],
        ["ben", 1, 4, "NA"],
        ["ben", 2.0, 2, ""],
    ]
    songs: list[list[str | float]] = [["id", "title", "kind"], [1, "Low <3", "sad"], [2, "High", "happy"]]
    return book(tmp_path / "music.xlsx", {"Log": ratings, "The songs": songs})


def test_rows_are_read_as_text_with_their_numbers(music: Path) -> None:
    rows = sheet_rows(music)
    assert rows[0] == (1, ["user", "song", "stars", "mood"])
    assert rows[1] == (2, ["ann", "1", "5", "happy"])
    assert [number for number, _ in rows] == [1, 2, 3, 5, 6]  # the empty row is none
    assert rows[-1][1] == ["ben", "2", "2", ""]
    assert sheet_rows(music, "The songs")[1] == (2, ["1", "Low <3", "sad"])


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(music: Path) -> None:
    with pytest.raises(DataError, match="no sheet 'Songs'; there are 'Log', 'The songs'"):
        sheet_rows(music, "Songs")


def test_what_is_no_spreadsheet_is_told(tmp_path: Path) -> None:
    path = tmp_path / "fake.xlsx"
    path.write_text("id,title\n", encoding="utf-8")
    with pytest.raises(DataError, match="no spreadsheet"):
        sheet_rows(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY y "z">]><workbook/>')
        file.writestr("xl/_rels/workbook.xml.rels", "<Relationships/>")
    with pytest.raises(DataError, match="document type"):
        sheet_rows(path)


def test_a_path_may_name_a_sheet() -> None:
    assert split_sheet(Path("a/data.xlsx#Sheet 2")) == (Path("a/data.xlsx"), "Sheet 2")
    assert split_sheet(Path("a/data#1.csv")) == (Path("a/data#1.csv"), "")


def test_sheets_of_one_file_are_imported_as_tables(home: Path, music: Path) -> None:
    del home
    songs = f"{music}#The songs"
    result = CliRunner().invoke(app, ["import", "csv", songs, "--ratings", str(music), "--name", "music"])
    assert result.exit_code == 0, result.output
    graph = load("music")
    assert graph.item_ids == ("1", "2")
    assert [graph.label(item) for item in range(2)] == ["Low <3", "High"]
    assert graph.interactions.context == {"mood": ("happy", "sad", "", "")}
    assert graph.interactions.ratings.tolist() == [5, 1, 4, 2]


def test_ratings_alone_make_a_data_set_of_what_they_name(home: Path, tmp_path: Path) -> None:
    del home
    path = tmp_path / "visits.csv"
    path.write_text(
        "userid,itemid,rating,Time,Companion\n7,zoo,5,Weekend,Family\n7,pub,2,NA,NA\n8,pub,4,Weekday,Partner\n",
        encoding="utf-8",
    )
    folder = import_tables(Files((), path)).folder
    graph = load("visits")
    assert folder.name == "visits"
    assert sorted(graph.item_ids) == ["pub", "zoo"]
    assert graph.interactions.context == {
        "Time": ("Weekend", "", "Weekday"),  # words are no time, whatever the column is called
        "Companion": ("Family", "", "Partner"),
    }
    again = import_tables(Files((), path, ontology=folder / "ontology.ttl"), "again").folder
    assert load("again").item_ids == graph.item_ids, again


def test_items_known_by_numbers_alone_are_not_asked_for_by_a_quantity(home: Path, tmp_path: Path) -> None:
    del home
    path = tmp_path / "visits.csv"
    path.write_text("userid,itemid,rating\n7,715,5\n7,267,2\n8,715,4\n", encoding="utf-8")
    import_tables(Files((), path))
    graph = load("visits")
    assert graph.ontology.facets == ()
    assert sorted(map(graph.label, graph.item_ids)) == ["visit 267", "visit 715"]


STYLES = f"""<styleSheet {_MAIN}><numFmts count="4">
<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="[h]:mm"/>
<numFmt numFmtId="166" formatCode="0.0&quot; days&quot;"/><numFmt numFmtId="167" formatCode="[Red]#,##0.00\\ _D"/>
</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>
<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/>
<xf numFmtId="167"/><xf numFmtId="20"/></cellXfs></styleSheet>"""


def dated(path: Path, cells: list[tuple[int, str]], book_properties: str = "") -> list[str]:
    """Return the first row of a sheet with a row of numbers, each in a style."""
    row = "".join(f'<c r="{chr(65 + n)}1" s="{style}"><v>{value}</v></c>' for n, (style, value) in enumerate(cells))
    with zipfile.ZipFile(path, "w") as file:
        sheets = '<sheets><sheet name="Log" r:id="r1"/></sheets>'
        file.writestr("xl/workbook.xml", f'<workbook {_MAIN} xmlns:r="{_LINKS}">{book_properties}{sheets}</workbook>')
        links = '<Relationships><Relationship Id="r1" Target="worksheets/1.xml"/></Relationships>'
        file.writestr("xl/_rels/workbook.xml.rels", links)
        file.writestr("xl/styles.xml", STYLES)
        sheet = f'<worksheet {_MAIN}><sheetData><row r="1">{row}</row></sheetData></worksheet>'
        file.writestr("xl/worksheets/1.xml", sheet)
    return sheet_rows(path)[0][1]


def test_dates_are_read_as_dates(tmp_path: Path) -> None:
    cells = [(1, "45413"), (2, "45413.75"), (3, "45413.0"), (7, "0.5"), (0, "45413")]
    assert dated(tmp_path / "a.xlsx", cells) == ["2024-05-01", "2024-05-01T18:00:00", "2024-05-01", "12:00:00", "45413"]
    assert dated(tmp_path / "b.xlsx", [(1, "43951")], '<workbookPr date1904="1"/>') == ["2024-05-01"]


def test_numbers_that_are_no_dates_stay_numbers(tmp_path: Path) -> None:
    cells = [(4, "45413"), (5, "45413"), (6, "45413"), (1, "-3"), (1, "99999999"), (99, "7")]
    assert dated(tmp_path / "a.xlsx", cells) == ["45413", "45413", "45413", "-3", "99999999", "7"]


def test_an_import_of_nothing_is_wrong_use(home: Path) -> None:
    del home
    result = CliRunner().invoke(app, ["import", "csv"])
    assert result.exit_code == 2
    assert "--ratings" in result.output


def test_events_are_read_from_a_sheet_by_its_name(music: Path) -> None:
    events = read_events(Path(f"{music}#Log"), {"item": "song", "rating": "stars"})
    assert [(event.user, event.item, event.rating) for event in events][:2] == [
        ("ann", "1", "5.0"),
        ("ann", "2", "1.0"),
    ]
