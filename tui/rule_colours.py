"""What is what in a line of a rule file: keys, texts, numbers, comments, and the words of the expression language.

A highlighter only colours, so it looks at one line and at most at the key that a broken one belongs to: no parser of
the whole file runs while somebody types, and what is half written is coloured as far as it goes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from typing import Final

EXPRESSIONS: Final = frozenset(
    {"require", "forbid", "prefer", "derive", "limit", "ask", "when", "unless", "of"}
    | {"never", "always", "some", "where"}
)
"""The keys whose values are written in the expression language, or nearly."""

_LONGEST: Final = 2000
"""Of longer lines only so much is coloured."""
_MOST_ABOVE: Final = 60
"""So many lines above a line are looked at for the key it belongs to."""


class Token(StrEnum):
    """What a piece of a line is."""

    KEY = "key"
    COMMENT = "comment"
    STRING = "string"
    NUMBER = "number"
    FACET = "facet"
    FACT = "fact"
    FUNCTION = "function"
    OPERATOR = "operator"


Span = tuple[int, int, Token]
"""From where to where in a line, and what that is."""

_KEY: Final = re.compile(r"( *(?:- +)*)([^\W\d][\w .-]*|'[^']*'|\"[^\"]*\"):(?=\s|$)")
_SHARED: Final = r"""
    (?P<comment>(?:^|(?<=\s))\#.*)
    | (?P<string>"(?:\\.|[^"\\])*"? | (?<!\w)'(?:''|[^'])*'?)
    | (?P<fact>\b(?:user|context)\.\w+)
    | (?P<number>(?<![\w.-])-?\d[\d_]*(?:\.\d+)?(?![\w-]))
"""
_EXPRESSION: Final = re.compile(
    _SHARED
    + r"""
    | (?P<operator>[=!<>]=|[<>=]|(?<=\s)[-+*/](?=[\s(])
        | \b(?:and|or|not|in|is|has|known|unknown|any|all|none|only|per)\b(?!-))
    | (?P<function>\b[^\W\d]\w*(?=\())
    | (?P<word>[^\W\d][\w-]*)
    """,
    re.VERBOSE,
)
_VALUE: Final = re.compile(
    rf"{_SHARED} | (?P<key>(?<=[{{,\s])[^\W\d][\w.]*(?=:\s)) | (?P<word>[^\W\d][\w-]*)", re.VERBOSE
)


def spans(lines: Sequence[str], row: int, facets: Collection[str]) -> Iterator[Span]:
    """Yield what stands in a line, from left to right.

    Args:
        lines: of the file.
        row: of the line, counted from 0.
        facets: the names that expressions may speak of.
    """
    line = lines[row][:_LONGEST]
    found, key = _KEY.match(line), key_of(lines, row)
    start = 0
    if found:
        yield found.start(2), found.end(2), Token.KEY
        start = found.end()
    if key not in EXPRESSIONS:
        yield from _tokens(_VALUE, line, start, facets)
        return
    if found and (quote := re.compile(r"\s*['\"]").match(line, start)):  # YAML's quotes around an expression
        start = quote.end()
    yield from _tokens(_EXPRESSION, line, start, facets)


def _tokens(pattern: re.Pattern[str], line: str, start: int, facets: Collection[str]) -> Iterator[Span]:
    for found in pattern.finditer(line, start):
        kind = found.lastgroup or ""
        if kind != "word":
            yield found.start(), found.end(), Token(kind)
        elif pattern is _EXPRESSION and found["word"] in facets:
            yield found.start(), found.end(), Token.FACET


def key_of(lines: Sequence[str], row: int) -> str:
    """Return the key that a line has or belongs to; "" if there is none near."""
    if found := _KEY.match(lines[row]):
        return found[2].strip("'\"")
    indent = _indent(lines[row])
    for above in range(row - 1, max(row - _MOST_ABOVE, 0) - 1, -1):
        line = lines[above]
        if line.strip() and _indent(line) < indent and (found := _KEY.match(line)):
            return found[2].strip("'\"")
    return ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
