"""The mark below a line stands below the right character, whatever the line holds."""

import pytest

from kgrec.domain import Place
from kgrec.errors import RuleError, RuleErrors
from kgrec.excerpt import MAX_COLUMNS, excerpt, one_line, width
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import compile_expression


def marked(line: str, column: int) -> tuple[str, int, int]:
    """Return the line as shown, and from which column of the terminal to which the mark goes."""
    shown, mark = excerpt(line, Place("f", 7, column)).split("\n")
    assert shown.startswith("  7 | ")
    assert mark.startswith("    | ")
    carets = mark[6:]
    return shown[6:], len(carets) - len(carets.lstrip()), len(carets)


def columns(text: str) -> int:
    return sum(map(width, text))


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("  forbid: serie is known", "serie"),
        ("\t\tforbid: serie is known", "serie"),
        ("director == 北野武 and serie", "serie"),
        ("🎬 🎬 serie", "serie"),
        ("Ame\u0301lie or serie", "serie"),
        ("می\u200cخواهم serie", "serie"),
        ("bell \a and \x1b[31m serie", "serie"),
        ("x" * 500 + " serie " + "y" * 500, "serie"),
        ("北" * 500 + " serie " + "野" * 500, "serie"),
        ("x" * 500 + " serie", "serie"),
        ("serie " + "x" * 500, "serie"),
        ("x" * 500 + " " + "y" * 500, "y" * 500),
    ],
)
def test_the_mark_is_below_the_word(line: str, word: str) -> None:
    shown, start, end = marked(line, line.index(word) + 1)
    assert columns(shown) <= MAX_COLUMNS
    before = shown[: shown.index(word[:5])]
    assert start == columns(before)
    assert end <= columns(shown) + 1
    assert end - start == min(len(word), columns(shown) - start - shown.endswith("…"))
    assert shown.replace("…", "").isprintable() or "\u200c" in shown


def test_the_mark_may_be_just_behind_the_line() -> None:
    assert marked("year >=", 8) == ("year >=", 7, 8)
    assert marked("", 1) == ("", 0, 1) if excerpt("", Place("f", 7)).startswith("  7 | ") else True


def test_a_message_cannot_write_on_the_terminal() -> None:
    assert one_line("a\x1b[2Jb\nc\td\u202e") == "a?[2Jb c d?"
    error = RuleError("wrong \x1b[31m", Place("f\n.yaml", 1, 2), "mend it", "a\tb")
    assert error.pretty() == "f .yaml:1:2: wrong ?[31m, mend it\n  1 | a b\n    |  ^"


def test_several_errors_are_shown_one_below_the_other() -> None:
    first, second = RuleError("one", Place("f", 1, 1), excerpt="abc"), RuleError("two", Place("f"))
    assert RuleErrors([first, second]).pretty() == "f:1:1: one\n  1 | abc\n    | ^^^\nf:1:1: two"


def test_an_expression_that_stands_in_no_file_is_shown_itself(tiny_world: KnowledgeGraph) -> None:
    with pytest.raises(RuleError) as caught:
        compile_expression("year > 1990\nand yeer > 1", tiny_world, Place("--where"))
    assert caught.value.pretty() == (
        "--where:2:5: unknown field 'yeer', did you mean 'year'?\n  2 | and yeer > 1\n    |     ^^^^"
    )


def test_of_many_errors_the_first_are_shown_and_the_rest_counted():
    errors = [RuleError(f"mistake {n}", Place("f", n, 1)) for n in range(1, 14)]
    assert len(RuleErrors(errors).pretty().splitlines()) == 13
    lines = RuleErrors(errors).brief().splitlines()
    assert len(lines) == 11
    assert lines[-1] == "and 3 more mistakes"
