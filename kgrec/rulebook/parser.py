"""From the text of an expression to its tree of words, by the grammar in expression.lark.

The parser knows no facets and no values: it says what was written and at which offset. Its tables are built once, on
first use, because building them costs more than parsing a rule file. The limits keep a hostile expression from costing
more than a sensible one: everything after the parser may recurse over the tree.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from kgrec.errors import RuleError
from kgrec.rulebook.logic import And, Leaf, Not, Or, Tree
from kgrec.rulebook.source import Source

MAX_LENGTH: Final = 20_000
"""Characters an expression may have."""

MAX_DEPTH: Final = 60
"""How deep connectives and sums may be nested."""


class Operator(StrEnum):
    """How a field is compared."""

    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    IN = "in"
    NOT_IN = "not in"
    HAS = "has"
    HAS_ALL = "has all"
    HAS_ONLY = "has only"
    KNOWN = "is known"
    HOLDS = "holds"  # a function that is true or false by itself

    @property
    def is_ordering(self) -> bool:
        """Whether it asks which of two is the greater."""
        return self in (Operator.LESS, Operator.LESS_OR_EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL)

    @property
    def is_negative(self) -> bool:
        """Whether it holds where a known value is none of those given."""
        return self in (Operator.UNEQUAL, Operator.NOT_IN)


ORDERINGS: Final[Mapping[Operator, Callable[[Any, Any], Any]]] = {
    Operator.LESS: operator.lt,
    Operator.LESS_OR_EQUAL: operator.le,
    Operator.GREATER: operator.gt,
    Operator.GREATER_OR_EQUAL: operator.ge,
}
"""What the orderings mean, for numbers and arrays of them; NaN is neither less nor greater than anything."""


@dataclass(frozen=True, slots=True)
class Word:
    """A field or a value as written, without its quotes."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function and what it is given."""

    name: str
    arguments: tuple[Word, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two operands and one of ``+ - * /``; ``offset`` is that of the sign."""

    sign: str
    left: Operand
    right: Operand
    offset: int
    depth: int = field(init=False)

    def __post_init__(self) -> None:
        depth = max(part.depth if isinstance(part, Arithmetic) else 0 for part in (self.left, self.right)) + 1
        object.__setattr__(self, "depth", depth)


Operand = Word | Call | Arithmetic


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared, how, and with what (nothing for ``is known``).

    ``is_reference``: the one value is the name of a list, as in ``genre in cosy_genres``.
    """

    left: Operand
    operator: Operator
    values: tuple[Operand, ...] = ()
    is_reference: bool = False


def words_of(operand: Operand) -> Iterator[Word]:
    """Yield the names and values that an operand is made of, from left to right."""
    match operand:
        case Word():
            yield operand
        case Call():
            yield from operand.arguments
        case Arithmetic():
            yield from words_of(operand.left)
            yield from words_of(operand.right)


def with_quantifier(comparison: Comparison, lists: Container[str]) -> Comparison:
    """Return ``has all cosy_genres`` as what it is: to the grammar it could be a title, only ``lists`` can tell."""
    if comparison.operator is Operator.HAS and isinstance(word := comparison.values[0], Word):
        quantifier, _, name = word.text.partition(" ")
        if quantifier in _QUANTIFIED and name in lists:
            named = Word(name, word.offset + len(quantifier) + 1)
            return Comparison(comparison.left, _QUANTIFIED[quantifier], (named,), is_reference=True)
    return comparison


def parse(source: Source) -> Tree[Comparison]:
    """Return the tree of an expression.

    Raises:
        RuleError: it is empty, too long, nested too deeply or not an expression.
    """
    text = source.text
    if not text.strip():
        raise source.error(0, "the expression is empty", "write one such as: year >= 1990")
    if len(text) > MAX_LENGTH:
        raise source.error(0, f"the expression has {len(text):,} characters, {MAX_LENGTH:,} are allowed")
    try:
        tree: Tree[Comparison] = _parser().parse(text)  # type: ignore[assignment]  # the builder returns no lark tree
    except UnexpectedInput as problem:
        raise _syntax_error(source, problem) from None
    except _ForeignWordError as problem:
        raise source.error(problem.offset, f"{problem.word!r} means nothing here", _FOREIGN[problem.word]) from None
    except _TooDeepError as problem:
        raise source.error(problem.offset, f"a sum of more than {MAX_DEPTH} parts", "make it simpler") from None
    if tree.depth > MAX_DEPTH:
        raise source.error(0, f"the expression is nested {tree.depth} deep, {MAX_DEPTH} are allowed")
    return tree


def quoted(name: str) -> str:
    r"""Return a name, label or id as a value that means exactly it inside an expression.

    >>> quoted('The "Burbs"')
    '"The \\"Burbs\\""'
    """
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = files("kgrec.rulebook").joinpath("expression.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_Builder(), maybe_placeholders=False)


class _ForeignWordError(Exception):
    """A value holds a connective of another language: "1990 && genre has Crime" would all be one name."""

    def __init__(self, word: str, offset: int) -> None:
        self.word = word
        self.offset = offset
        super().__init__(word)


class _TooDeepError(Exception):
    """A sum nested too deeply."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        super().__init__(offset)


@dataclass(frozen=True, slots=True)
class _Several:
    values: tuple[Word, ...]
    is_reference: bool


_QUANTIFIED: Final = {
    "any": Operator.IN,
    "all": Operator.HAS_ALL,
    "none": Operator.NOT_IN,
    "only": Operator.HAS_ONLY,
}


class _Builder:
    """Makes our tree of lark's matches; each method bears the name of a rule of the grammar."""

    def start(self, children: list[Any]) -> Tree[Comparison]:
        return children[0]  # type: ignore[no-any-return]  # lark hands the results of these methods around as Any

    def either(self, children: list[Tree[Comparison]]) -> Tree[Comparison]:
        return Or(tuple(children))

    def both(self, children: list[Tree[Comparison]]) -> Tree[Comparison]:
        return And(tuple(children))

    def negated(self, children: list[Tree[Comparison]]) -> Tree[Comparison]:
        return Not(children[0])

    def held(self, children: list[Any]) -> Tree[Comparison]:
        return Leaf(Comparison(children[0], Operator.HOLDS))

    def compared(self, children: list[Any]) -> Tree[Comparison]:
        left, operator, right = children
        return Leaf(Comparison(left, Operator(operator), (right,)))

    def contains(self, children: list[Any]) -> Tree[Comparison]:
        return Leaf(Comparison(children[0], Operator.HAS, (children[1],)))

    def quantified(self, children: list[Any]) -> Tree[Comparison]:
        left, quantifier, several = children
        return Leaf(Comparison(left, _QUANTIFIED[quantifier], several.values, several.is_reference))

    def is_in(self, children: list[Any]) -> Tree[Comparison]:
        return Leaf(Comparison(children[0], Operator.IN, children[1].values, children[1].is_reference))

    def is_not_in(self, children: list[Any]) -> Tree[Comparison]:
        return Leaf(Comparison(children[0], Operator.NOT_IN, children[1].values, children[1].is_reference))

    def known(self, children: list[Any]) -> Tree[Comparison]:
        return Leaf(Comparison(children[0], Operator.KNOWN))

    def unknown(self, children: list[Any]) -> Tree[Comparison]:
        return Not(self.known(children))

    def field(self, children: list[Token]) -> Word:
        return Word(str(children[0]), children[0].start_pos or 0)

    def arithmetic(self, children: list[Any]) -> Arithmetic:
        left, sign, right = children
        made = Arithmetic(str(sign), left, right, sign.start_pos or 0)
        if made.depth > MAX_DEPTH:
            raise _TooDeepError(made.offset)
        return made

    def call(self, children: list[Any]) -> Call:
        name, *arguments = children
        return Call(name[:-1], tuple(arguments), name.start_pos or 0)

    def several(self, children: list[Word]) -> _Several:
        return _Several(tuple(children), is_reference=False)

    def reference(self, children: list[Token]) -> _Several:
        return _Several((self.field(children),), is_reference=True)

    def value(self, children: list[Token]) -> Word:
        first = children[0]
        offset = first.start_pos or 0
        if first.type == "STRING":
            return Word(re.sub(r"\\(.)", r"\1", first[1:-1], flags=re.DOTALL), offset)
        for token in children:
            if token in _FOREIGN:
                raise _ForeignWordError(str(token), token.start_pos or 0)
        return Word(" ".join(children), offset)


# --- what is wrong, in words ----------------------------------------------------------------------------------------

_COMPARE: Final = "==, !=, <, <=, >, >=, in, has or is known"

_FOREIGN: Final = {
    "&&": "write 'and'",
    "||": "write 'or'",
    "AND": "write 'and' in lower case",
    "OR": "write 'or' in lower case",
    "NOT": "write 'not' in lower case",
    "!": "write 'not'",
    "=": "write '==' to compare",
    "“": 'write straight quotes: "',
    "”": 'write straight quotes: "',
}


def _syntax_error(source: Source, problem: UnexpectedInput) -> RuleError:
    text = source.text
    if isinstance(problem, UnexpectedToken):
        offset = len(text.rstrip()) if problem.token.type == "$END" else (problem.token.start_pos or 0)
        expected = problem.accepts or problem.expected
    else:
        assert isinstance(problem, UnexpectedCharacters), problem  # the contextual lexer raises nothing else
        offset = problem.pos_in_stream
        expected = problem.allowed
    foreign = _foreign_sign(text, offset)
    if foreign is not None:
        sign, position = foreign
        return source.error(position, f"{sign!r} means nothing here", _FOREIGN[sign])
    found = text[offset : offset + 1]
    if found in ('"', "'") and isinstance(problem, UnexpectedCharacters):
        return source.error(offset, "this quote is never closed")
    shown = re.match(r"[\w.-]+|[<>=!]+|.", text[offset:])
    what = f"unexpected {shown.group()!r}" if shown else "the expression ends too early"
    return source.error(offset, what, _advice(text[:offset], found, set(expected)))


def _foreign_sign(text: str, offset: int) -> tuple[str, int] | None:
    """Return the sign of another language that explains an error at ``offset``, and where it stands."""
    before = [match for match in re.finditer(r"(?<!\S)(&&|\|\||AND|OR|NOT)(?!\S)", text) if match.start() <= offset]
    if before:
        return before[-1].group(), before[-1].start()
    sign = text[offset : offset + 1]
    is_ours = text[offset : offset + 2] in ("==", "!=")
    return (sign, offset) if sign in ("!", "=", "“", "”") and not is_ours else None


def _advice(before: str, found: str, expected: set[str]) -> str:  # noqa: C901, PLR0911  (one a mistake)
    last = before.rsplit(maxsplit=1)[-1] if before.strip() else ""
    if "OPERATOR" in expected and found and found in "+-*/":
        return f"to calculate, write spaces around '{found}'"
    if "OPERATOR" in expected and found == "(":
        return f"a function is written without a space: {last}(...)"
    if "OPERATOR" in expected:
        name = re.search(r"\b(and|or)\s+[^\s()\[\]]+\s*$", before)
        advice = f"compare {last!r} with {_COMPARE}"
        return f"{advice}; a name that contains {name.group(1)!r} needs quotes" if name else advice
    if found == "[" and "STRING" in expected:
        return "to give several values, write: in [first, second]"
    if last in ("+", "-", "*", "/"):
        return f"expected a number or a field after {last!r}"
    if found == "," and "RSQB" not in expected and "$END" in expected:
        return "to give several values, write: in [first, second]"
    if found and found in "<>=!" and "STRING" not in expected:
        return "compare one field with one value at a time and join the comparisons with 'and'"
    if found == ")" and "$END" in expected:
        return "no '(' stands before it"
    for terminal, advice in _EXPECTED.items():
        if terminal in expected:
            return advice
    return "expected a condition such as: year >= 1990"


_EXPECTED: Final = {
    "IN": "expected 'in', as in: not in [first, second]",
    "LSQB": "expected a list such as: in [first, second]",
    "STRING": "expected a value",
    "RSQB": "expected ',' or ']'",
    "KNOWN": "expected 'is known' or 'is unknown'; to compare, write '=='",
    "RPAR": "expected ')'",
    "AND": "expected 'and', 'or' or the end",
}
"""What to say where a terminal of the grammar would have been right; the first that applies."""
