"""Text from outside is harmless, and names compare as people compare them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgrec.text import clean, fold, in_hundredths, slug


@pytest.mark.parametrize(
    ("dirty", "shown"),
    [
        ("\x1b[31mRed\x1b[0m", "Red"),
        ("\x1b]0;window title\x07Film", "Film"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mC1", "C1"),
        ("a\x00b\x07c\x7f", "abc"),
        ("two\nlines\r\nand\ttabs", "two lines and tabs"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("\u2066isolated\u2069 \u200bzero\ufeff", "isolated zero"),
        ("line\u2028separator", "line separator"),
        ("cut \x1b[", "cut"),
        ("[bold]not markup here[/bold]", "[bold]not markup here[/bold]"),
        ("七人の侍", "七人の侍"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("हिन्दी", "हिन्दी"),
        ("Cafe\u0301", "Café"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("lone \ud800 surrogate", "lone surrogate"),
    ],
)
def test_clean_keeps_words_and_drops_what_steers_a_terminal(dirty: str, shown: str):
    assert clean(dirty) == shown


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amélie", "amelie"),
        ("Schindler's List", "schindlers list"),
        ("Schindler’s List", "SCHINDLERS   LIST"),
        ("Fast & Furious", "fast and furious"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("WALL·E", "wall e"),
        ("Ёлки", "елки"),
    ],
)
def test_fold_makes_the_same_name_equal(one: str, other: str):
    assert fold(one) == fold(other)


def test_fold_keeps_marks_that_are_letters():
    assert fold("が") != fold("か")
    assert fold("हिन्दी") == "हिन्दी"


def test_fold_of_signs_only_is_empty():
    assert fold("?!...") == ""


def test_slugs_tell_values_apart_that_signs_tell_apart():
    values = ["C", "C++", "C#", "A", "A-", "A+", "1.5 l", "15 l", "-5", "5"]
    assert len({slug(value) for value in values}) == len(values)


def test_slugs_unite_spellings():
    assert slug("Penélope  Cruz") == slug("penelope cruz") == "penelope-cruz"
    assert slug("Robert Downey, Jr.") == slug("Robert Downey Jr")


def test_slug_of_signs_only_is_not_empty():
    assert slug("???") == "???"


@given(st.lists(st.floats(-50, 50), max_size=12))
def test_parts_are_shown_as_hundredths_that_add_up_to_the_sum_as_it_is_shown(parts: list[float]):
    shown = in_hundredths(parts, sum(parts))
    assert f"{sum(shown):.2f}".replace("-0.00", "0.00") == f"{sum(parts):.2f}".replace("-0.00", "0.00")
    assert all(abs(part - other) < 0.01 + 1e-6 for part, other in zip(parts, shown, strict=True))
