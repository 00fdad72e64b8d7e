"""The colours of the rule editor say what the words of the language are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgrec.resources import package_file
from kgrec.rulebook.rules import ExpectationKind, RuleKind
from kgrec.rulebook.schema import RESERVED
from kgrec.tui.rule_colours import EXPRESSIONS, Token, spans

FACETS = {"genre", "year", "runtime"}
SHIPPED = package_file("rules", "films.yaml").read_text(encoding="utf-8").splitlines()


def told(*lines: str, row: int = -1) -> list[tuple[str, str]]:
    row %= len(lines)
    return [(lines[row][start:end], str(token)) for start, end, token in spans(lines, row, FACETS)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# a comment: with a key", [("# a comment: with a key", "comment")]),
        ("  - name: no horror and such", [("name", "key")]),
        (
            "    forbid: genre has Horror  # scary",
            [("forbid", "key"), ("genre", "facet"), ("has", "operator"), ("# scary", "comment")],
        ),
        (
            "    when: user.audience == children and context.hour >= 21",
            [
                ("when", "key"),
                ("user.audience", "fact"),
                ("==", "operator"),
                ("and", "operator"),
                ("context.hour", "fact"),
                (">=", "operator"),
                ("21", "number"),
            ],
        ),
        ("    limit: 2 per genre", [("limit", "key"), ("2", "number"), ("per", "operator"), ("genre", "facet")]),
        (
            "    of: 'genre has \"War\" or not similar(Heat, 50)'",
            [
                ("of", "key"),
                ("genre", "facet"),
                ("has", "operator"),
                ('"War"', "string"),
                ("or", "operator"),
                ("not", "operator"),
                ("similar", "function"),
                ("50", "number"),
                ("'", "string"),
            ],
        ),
        ("    because: 'it is 21'", [("because", "key"), ("'it is 21'", "string")]),
        ("    weight: -0.4", [("weight", "key"), ("-0.4", "number")]),
        (
            "    given: {user.audience: children, likes: Heat}",
            [("given", "key"), ("user.audience", "fact"), ("likes", "key")],
        ),
    ],
)
def test_what_is_what(line: str, expected: list[tuple[str, str]]):
    assert told(line) == expected


def test_a_broken_line_belongs_to_the_key_above_it():
    expression = ("    prefer: >-", "      genre has Heist", "      or runtime <= 90")
    assert told(*expression) == [("or", "operator"), ("runtime", "facet"), ("<=", "operator"), ("90", "number")]
    assert told("    because: >-", "      a genre has its time") == []


def test_every_word_of_the_language_has_a_colour():
    functions = {"count", "named", "related", "similar", "years_since"}
    for word in RESERVED - {"true", "false", "user", "context"}:
        line = f"forbid: year {word} x" if word not in functions else f"forbid: {word}(x)"
        assert (word, "function" if word in functions else "operator") in told(line), word


def test_every_key_that_holds_an_expression_is_known():
    kinds = {str(kind) for kind in (*RuleKind, *ExpectationKind)} - {"tune", "shelf"}
    assert kinds <= EXPRESSIONS


@given(st.lists(st.text(), min_size=1, max_size=5).map(lambda lines: [" ".join(line.split("\n")) for line in lines]))
def test_spans_lie_in_their_line_one_after_another(lines: list[str]):
    for row, line in enumerate(lines):
        end = 0
        for start, stop, token in spans(lines, row, FACETS):
            assert isinstance(token, Token)
            assert end <= start < stop <= len(line)
            end = stop


def test_the_shipped_file_is_coloured_throughout():
    bare = [
        line
        for row, line in enumerate(SHIPPED)
        if line.strip() and ":" in line and not line.lstrip().startswith("#") and not list(spans(SHIPPED, row, FACETS))
    ]
    assert bare == []
