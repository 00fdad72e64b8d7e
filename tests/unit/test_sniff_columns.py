"""What columns hold is found out by their names and cells."""

from collections.abc import Sequence

import pytest

from kgrec.ingest.cells import read_amount
from kgrec.ingest.columns import Column, Role, judge
from kgrec.ingest.naming import plural, singular, singular_of
from kgrec.ingest.roles import columns_of
from kgrec.ingest.scales import order_of, quantity_of
from kgrec.ingest.wording import RESERVED
from kgrec.rulebook.schema import RESERVED as RULE_WORDS


def many(values: Sequence[str], n: int = 60) -> list[str]:
    return [values[place % len(values)] for place in range(n)]


@pytest.mark.parametrize(
    ("name", "cells", "role"),
    [
        ("price", ["1.5", "2", "10.25"], Role.NUMBER),
        ("ram", ["16GB", "8GB", "512MB"], Role.NUMBER),
        ("weight", ["1.37kg", "0.9kg"], Role.NUMBER),
        ("price", ["$1,299.00", "$85.50"], Role.NUMBER),
        ("Preis", ["1.299,00 €", "85,50 €"], Role.NUMBER),
        ("price", ["$", "$$", "$$$"], Role.ORDERED),
        ("size", ["small", "large", "medium"], Role.ORDERED),
        ("size", ["S", "XL", "M"], Role.ORDERED),
        ("rating", ["1 - bad", "2 - fair", "3 - good"], Role.ORDERED),
        ("age", ["under 18", "18-30", "31-50", "51+"], Role.ORDERED),
        ("opened", ["2020-01-31", "2019-12-01", "2018-05-05"], Role.DATE),
        ("opened", ["31/01/2020", "1/2/2019"], Role.DATE),
        ("opened", ["Jan 31, 2020", "Feb 1, 2019"], Role.DATE),
        ("vegan", ["yes", "no"], Role.BOOLEAN),
        ("vegan", ["TRUE", "FALSE", "NA"], Role.BOOLEAN),
        ("crowded", ["Yes", "y", "no", "N"], Role.BOOLEAN),
        ("grade", ["1", "y", "0"], Role.CATEGORY),
        ("Objekt-Nr.", ["W-001", "W-002", "W-010"], Role.CATEGORY),
        ("playing time", ["30-45 min", "60 – 120 min", "15 min"], Role.NUMBER),
        ("cap (cm)", ["3 – 8", "10–25", "ca. 6", "~5", "5-10"], Role.NUMBER),
        ("players", ["2-4", "1-5", "2"], Role.CATEGORY),
        ("total_time", ["PT30M", "PT1H15M", "PT3H"], Role.NUMBER),
        ("has_bar", ["1", "0"], Role.BOOLEAN),
        ("colour", ["red", "green", "blue"], Role.CATEGORY),
        ("tags", ["red|small", "green", "small|green"], Role.MULTI),
        ("tags", ["red, small", "green", "small, green", "red"], Role.MULTI),
        ("style", ["Amber / Red Ale", "Stout", "IPA"], Role.CATEGORY),
        ("shelf", ["Food > Fruit > Apple", "Food > Bread", "Tools > Saw"], Role.HIERARCHY),
        ("link", ["https://a.org/1", "https://b.org/2"], Role.URL),
        ("phone", ["01223 1234", "01223 9876"], Role.IGNORE),
        ("latitude", ["52.1", "51.9", "50.75"], Role.IGNORE),
        ("nothing", ["", "?", "N/A"], Role.IGNORE),
        ("country", ["here", "here", "here"], Role.IGNORE),
    ],
)
def test_one_column(name: str, cells: list[str], role: Role):
    assert judge(name, many(cells)).role is role


def test_several_currencies_in_one_column_are_told_and_make_it_less_sure():
    one, several = (judge("price", many(cells)) for cells in (["25 EUR", "€29.99"], ["25 EUR", "$45", "19.50"]))
    assert several.role is Role.NUMBER
    assert "$ and € stand side by side, and none is converted" in several.why
    assert "converted" not in one.why
    assert several.sure < one.sure


def test_long_cells_are_texts():
    cells = [f"number {n} is a long description of something that is worth reading" for n in range(60)]
    assert judge("about", cells).role is Role.TEXT


@pytest.mark.parametrize(
    ("name", "cells", "unit"),
    [
        ("Body Mass (g)", ["10", "20.5"], "g"),
        ("runtime_min", ["90", "100"], "min"),
        ("Weight_in_lbs", ["90", "100"], "lb"),
        ("ram", ["16GB", "8GB", "512MB"], "GB"),
        ("entrance fee", ["free", "5 pounds", "2.50 pounds"], "£"),
        ("price", ["$5.00", "$6.50"], "$"),
        ("abv", ["0.05", "0.07", "0.065"], "%"),
        ("min price", ["5", "6"], ""),
        ("ibu", ["28", "35"], ""),  # "ibu 28", not "ibu 28 IBU"
        ("IBU", ["28 IBU", "35 ibu"], ""),
        ("gb", ["1 GB", "512MB"], "GB"),  # two units, of which one has to be the column's
    ],
)
def test_units_in_names_and_values(name: str, cells: list[str], unit: str):
    assert judge(name, many(cells)).unit == unit


@pytest.mark.parametrize("name", ["cap (cm)", "cap [cm]", "cap, cm", "cap_cm"])
@pytest.mark.parametrize("cells", [["4–21", "5-10", "12"], ["4 – 21", "5-10 cm", "3 cm to 5 cm"], ["4,5-21,5", "3,5"]])
def test_ranges_of_a_unit_that_the_header_tells_are_numbers(name: str, cells: list[str]):
    column = judge(name, many(cells))
    assert (column.role, column.unit) == (Role.NUMBER, "cm")
    assert column.why.endswith("; of ranges the upper end")
    assert read_amount(cells[0], column.decimal, is_measured=True).value in (21, 21.5)


def test_a_plus_behind_a_number_is_no_unit():
    column = judge("Age", many(["8+", "10+", "12+"]))
    assert (column.role, column.unit) == (Role.NUMBER, "")


def test_ranges_without_a_unit_are_no_numbers():
    assert judge("players", many(["2-4", "1-5", "3-6"])).role is not Role.NUMBER
    assert judge("model (cm)", many(["737-800 B", "320-200 C"])).role is not Role.NUMBER


@pytest.mark.parametrize(
    ("cells", "is_truth"),
    [
        (["yes", "no"], True),
        (["yes", "no", "with care"], True),
        (["y", "n", "maybe"], True),
        (["yes", "maybe", "soon"], False),
        (["T", "F", "N", "Y2"], False),
        (["1", "0", "x"], False),
    ],
)
def test_a_column_may_say_yes_no_or_something_else(cells: list[str], *, is_truth: bool):
    assert judge("done", many(cells)).is_truth is is_truth


def test_a_stroke_always_separates_and_remarks_are_texts():
    assert judge("habitat", many(["pine|spruce", "oak", "elm", "ash", "oak", "elm"])).role is Role.MULTI
    remarks = ["common", "rare; protected in some places, leave it alone", "grows in rings"]
    assert judge("notes", many(remarks)).role is not Role.MULTI


def test_a_few_odd_cells_make_no_other_column_of_numbers():
    column = judge("cylinders", [*many(["4", "6", "8"]), "rotary"])
    assert column.role is Role.NUMBER
    assert "rotary" in column.why
    assert column.sure < judge("cylinders", many(["4", "6", "8"])).sure


def test_which_column_is_the_id_and_which_the_name():
    rows = [[str(n), f"B{n:03}", f"Beer {n}", "ale" if n % 2 else "stout", str(n % 7)] for n in range(1, 60)]
    columns = {c.name: c for c in columns_of("beer", ("(unnamed 1)", "code", "name", "style", "brewery_id"), rows)}
    roles = {name: column.role for name, column in columns.items()}
    assert roles == {
        "(unnamed 1)": Role.IGNORE,
        "code": Role.IDENTIFIER,
        "name": Role.LABEL,
        "style": Role.CATEGORY,
        "brewery_id": Role.KEY,
    }
    assert all(0 <= column.sure <= 1 and column.why for column in columns.values())


def test_a_column_of_row_names_without_a_header_is_the_name():
    rows = [[f"Thing number {n}", str(n * 2.5)] for n in range(30)]
    assert [column.role for column in columns_of("thing", ("(unnamed 1)", "size"), rows)] == [Role.LABEL, Role.NUMBER]


@pytest.mark.parametrize(
    ("name", "less", "more"),
    [
        ("price", "cheaper", "dearer"),
        ("Max.Price", "cheaper", "dearer"),
        ("abv", "weaker", "stronger"),
        ("weight_kg", "lighter", "heavier"),
        ("length", "shorter", "longer"),
        ("duration", "shorter", "longer"),
        ("year", "older", "newer"),
        ("screen_size", "smaller", "larger"),
        ("speed", "slower", "faster"),
    ],
)
def test_what_less_and_more_of_a_quantity_is_called(name: str, less: str, more: str):
    quantity = quantity_of(name)
    assert quantity is not None
    assert (quantity.less, quantity.more) == (less, more)


def test_values_have_an_order_only_if_all_are_on_one_scale():
    assert order_of(["high", "low", "medium"])[0] == ("low", "medium", "high")
    assert order_of(["free", "expensive", "cheap"])[0] == ("free", "cheap", "expensive")
    assert order_of(["high", "low", "purple"]) == ((), 0.0)
    assert order_of(["11-20", "1-10", "over 20"])[0] == ("1-10", "11-20", "over 20")


@pytest.mark.parametrize(
    "cell", ["", "abc", "1-2", "12:30", "A4", "1.2.3", "--5", "nan", "inf", "1e999x", "=1+1", "0.05'7"]
)
def test_what_is_no_amount(cell: str):
    assert read_amount(cell) is None


def test_what_items_are_called():
    assert [singular_of(name) for name in ("beers", "hotel_db", "Cars93", "wineList", "x", "2020")] == [
        "beer", "hotel", "car", "wine", "item", "item",
    ]  # fmt: skip
    assert [plural(singular(word)) for word in ("beers", "breweries", "boxes")] == ["beers", "breweries", "boxes"]


def test_no_facet_is_called_by_a_word_of_the_rule_language():
    assert set(RULE_WORDS) <= RESERVED


def test_signs_that_only_look_like_digits_number_no_rows():
    rows = [["²", "a"], ["³", "b"], ["¹", "c"]]
    assert len(columns_of("thing", ("(unnamed 1)", "kind"), rows)) == 2


def test_a_column_of_nothing_breaks_nothing():
    assert judge("x", []) == Column("x", Role.IGNORE, 1.0, "every cell is empty")
