"""From words to meanings: names become facets and entities, values become numbers, and types are checked.

All mistakes of an expression are collected, because a person who fixes one and is then told of the next loses
patience. What a comparison may be depends only on the kind of what stands to its left, as the ontology declares it.
Facts stand in resolve_facts.py, numbers that are worked out in resolve_numbers.py.
"""

from __future__ import annotations

from typing import Final

from kgrec.domain import Facet, FacetKind
from kgrec.errors import RuleErrors
from kgrec.rulebook.conditions import Compares, Condition, HasFact, Near, NearFact, Nearness, Reads
from kgrec.rulebook.lexicon import Lexicon
from kgrec.rulebook.logic import Leaf, Tree, map_leaves
from kgrec.rulebook.names import DerivedFacet, Names
from kgrec.rulebook.parser import Arithmetic, Call, Comparison, Operand, Operator, Word, with_quantifier
from kgrec.rulebook.quantities import as_number
from kgrec.rulebook.resolve_facts import FactReader, is_fact
from kgrec.rulebook.resolve_numbers import FUNCTIONS, NumberReader
from kgrec.rulebook.source import Source
from kgrec.rulebook.suggest import choose, did_you_mean, nearest
from kgrec.rulebook.trouble import Trouble
from kgrec.rulebook.values import NOTHING, Found, has_values, known

MOST_NEAR: Final = 100
"""How many items related() and similar() find unless told."""

_NEARNESS: Final = tuple(str(kind) for kind in Nearness)
_FUNCTIONS: Final = (*_NEARNESS, *FUNCTIONS)


def resolve(tree: Tree[Comparison], source: Source, lexicon: Lexicon, names: Names) -> Tree[Condition]:
    """Return the tree with its words resolved.

    Raises:
        RuleError: a name is unknown or a value has the wrong type; RuleErrors if there are several.
    """
    trouble = Trouble(source)
    resolved = map_leaves(tree, _Resolver(trouble, lexicon, names).resolve)
    if len(trouble.errors) == 1:
        raise trouble.errors[0]
    if trouble.errors:
        raise RuleErrors(trouble.errors)
    return resolved


class _Resolver:
    def __init__(self, trouble: Trouble, lexicon: Lexicon, names: Names) -> None:
        self._trouble = trouble
        self._lexicon = lexicon
        self._names = names
        self._facts = FactReader(trouble, lexicon, names)
        self._numbers = NumberReader(trouble, lexicon, self._facts, names.lists)

    def resolve(self, comparison: Comparison) -> Tree[Condition]:
        left = comparison.left
        if isinstance(left, Call):
            return self._call(left, comparison)
        if isinstance(left, Arithmetic):
            return self._numbers.comparison(comparison)
        comparison = with_quantifier(comparison, self._names.lists)
        values = self._listed(comparison) if comparison.is_reference else comparison.values
        if values is None:
            return NOTHING
        # A list that is named a thousand times counts once.
        values = tuple({value.text if isinstance(value, Word) else value: value for value in values[::-1]}.values())[
            ::-1
        ]
        if not is_fact(left.text):
            return self._on_facet(left, comparison, values)
        if self._numbers.is_needed(comparison):
            return self._numbers.comparison(comparison)
        return self._facts.comparison(left, comparison.operator, values)

    def _on_facet(self, left: Word, comparison: Comparison, values: tuple[Operand, ...]) -> Tree[Condition]:
        derived = self._names.derived.get(left.text)
        facet = derived.facet if derived else self._lexicon.facet(left.text)
        if facet is None and (as_number(left.text) is not None or left.text in self._names.lists):
            return self._wrong(left, f"{left.text!r} is a value", "begin with the field, as in: year >= 1990")
        if facet is None:
            return self._wrong(left, f"unknown field {left.text!r}", self._lexicon.facet_hint(left.text))
        if comparison.operator is Operator.KNOWN:
            return known(facet.name, derived)
        if facet.kind.is_numeric:
            return self._on_numbers(facet, left, comparison, values)
        if facet.kind is FacetKind.TEXT:
            return self._on_texts(facet, left, comparison, values)
        return self._on_values(facet, left, comparison, values, derived)

    def _wrong(self, word: Word | Call | Arithmetic, message: str, hint: str = "") -> Tree[Condition]:
        self._trouble.add(word, message, hint)
        return NOTHING

    def _listed(self, comparison: Comparison) -> tuple[Operand, ...] | None:
        """Return the values behind the name that stands where a list may: a list of ``let``, or a fact itself."""
        (word,) = comparison.values
        assert isinstance(word, Word), word
        if is_fact(word.text):
            return (word,)
        texts = self._names.lists.get(word.text)
        if texts is None:
            near = nearest(word.text, self._names.lists)
            hint = did_you_mean(near) if near else f"to give values, write: in [{word.text}]"
            self._wrong(word, f"no list is called {word.text!r}", hint)
            return None
        return tuple(Word(text, word.offset) for text in texts)

    # --- facets -----------------------------------------------------------------------------------------------------

    def _on_numbers(
        self, facet: Facet, left: Word, comparison: Comparison, values: tuple[Operand, ...]
    ) -> Tree[Condition]:
        operator = comparison.operator
        if operator in (Operator.HAS, Operator.HAS_ALL, Operator.HAS_ONLY):
            shown = values[0].text if isinstance(values[0], Word) else "..."
            hint = f"compare it, as in: {facet.name} <= {shown}"
            return self._wrong(left, f"{facet.name!r} is a {facet.kind}, 'has' is for values with names", hint)
        if self._numbers.is_needed(comparison):
            return self._numbers.comparison(comparison)
        texts = [text for word in values if isinstance(word, Word) for text in self._spliced(word)]
        numbers = [self._numbers.constant(facet, word) for word in texts]
        return Leaf(Compares(facet.name, operator, tuple(number for number in numbers if number is not None)))

    def _on_texts(
        self, facet: Facet, left: Word, comparison: Comparison, values: tuple[Operand, ...]
    ) -> Tree[Condition]:
        operator = comparison.operator
        if operator.is_ordering or operator in (Operator.HAS_ALL, Operator.HAS_ONLY):
            message = (
                f"{facet.name!r} is a text, {str(operator)!r} is for {'numbers' if operator.is_ordering else 'lists'}"
            )
            return self._wrong(left, message, "use has, ==, != or in")
        words = self._words(facet, values)
        if any(is_fact(word.text) for word in words):
            return self._wrong(words[0], f"{facet.name!r} is a text and cannot be compared with a fact", "write a text")
        return Leaf(Reads(facet.name, operator, tuple(word.text.casefold() for word in words)))

    def _on_values(
        self,
        facet: Facet,
        left: Word,
        comparison: Comparison,
        values: tuple[Operand, ...],
        derived: DerivedFacet | None,
    ) -> Tree[Condition]:
        operator = comparison.operator
        if operator.is_ordering and facet.kind is not FacetKind.ORDERED:
            message = f"{facet.name!r} has no order, {str(operator)!r} is for numbers"
            return self._wrong(left, message, "use has, ==, != or in")
        words = self._words(facet, values)
        if len(words) == 1 and is_fact(words[0].text):
            self._facts.known(words[0])
            return Leaf(HasFact(facet.name, operator, words[0].text, derived))
        wanted: list[Found] = [(word.text, self._found(facet, word, derived)) for word in words]
        return has_values(facet, operator, wanted, derived, self._lexicon)

    def _words(self, facet: Facet, values: tuple[Operand, ...]) -> tuple[Word, ...]:
        """Return the values that are words, lists of ``let`` filled in; sums and functions have no place here."""
        words: list[Word] = []
        for value in values:
            if isinstance(value, Word):
                words += self._spliced(value) if facet.kind is FacetKind.TEXT else self._unfolded(facet, value)
            else:
                what = f"'{value.sign}' calculates" if isinstance(value, Arithmetic) else f"{value.name}() is a number"
                hint = "put the name in quotes" if isinstance(value, Arithmetic) else "name a value"
                self._wrong(value, f"{what}, {facet.name!r} is no number", hint)
        return tuple(words)

    def _unfolded(self, facet: Facet, word: Word) -> list[Word]:
        """A name may be both a value and a list: then it is the value."""
        return [word] if self._lexicon.find(facet, word.text) else self._spliced(word)

    def _spliced(self, word: Word) -> list[Word]:
        return [Word(text, word.offset) for text in self._names.lists.get(word.text, (word.text,))]

    def _found(self, facet: Facet, word: Word, derived: DerivedFacet | None) -> tuple[int, ...]:
        found = self._lexicon.find(facet, word.text)
        is_declared = word.text.casefold() in {name.casefold() for name in facet.order}
        is_derived = derived is not None and derived.matching(word.text, found, self._lexicon)
        # Without any value in the graph nothing can be misspelt; the condition then holds nowhere.
        is_spelt = found or is_declared or is_derived
        if not is_spelt and (self._lexicon.has_values(facet) or derived is not None):
            labels = tuple(value.label for value in derived.values) if derived else ()
            quantifier, _, rest = word.text.partition(" ")
            if quantifier in ("any", "all", "none", "only") and self._lexicon.find(facet, rest):
                hint = f"to give values, write: has {quantifier} [{rest}]"
            else:
                hint = self._lexicon.value_hint(facet, word.text, labels)
            if word.text.startswith("not "):
                hint = f"write 'not' before the condition: not {facet.name} has {word.text[4:]}"
            self._wrong(word, f"unknown {facet.name} {word.text!r}", hint)
        return found

    # --- functions --------------------------------------------------------------------------------------------------

    def _call(self, call: Call, comparison: Comparison) -> Tree[Condition]:
        if call.name not in _FUNCTIONS:
            return self._wrong(call, f"there is no function {call.name}()", choose(call.name, _FUNCTIONS, "functions"))
        is_number = call.name in FUNCTIONS
        if comparison.operator is Operator.HOLDS:
            if is_number:
                return self._wrong(call, f"{call.name}() is a number", f"compare it, as in: {call.name}(...) >= 2")
            return self._near(call)
        if is_number:
            return self._numbers.comparison(comparison)
        return self._wrong(call, f"{call.name}() holds or not, it cannot be compared", "leave the comparison out")

    def _near(self, call: Call) -> Tree[Condition]:
        kind = Nearness(call.name)
        anchor, *rest = call.arguments
        if rest and kind is Nearness.NAMED:
            return self._wrong(rest[0], "named() takes one name", f"as in: named({anchor.text})")
        most = self._most(call, rest)
        if kind is Nearness.SIMILAR and not self._lexicon.has_descriptions:
            message = f"similar() compares descriptions, and no {self._lexicon.ontology.singular} has one"
            return self._wrong(call, message, "use related()")
        if is_fact(anchor.text):
            self._facts.known(anchor)
            return Leaf(NearFact(kind, anchor.text, most))
        found = self._lexicon.named(anchor.text)
        if not found:
            return self._wrong(anchor, f"nothing is called {anchor.text!r}", self._lexicon.name_hint(anchor.text))
        if kind is not Nearness.RELATED and not all(self._lexicon.is_item(entity) for entity in found):
            item = self._lexicon.ontology.singular
            message = f"similar() compares descriptions, and {anchor.text!r} has none"
            if kind is Nearness.NAMED:
                message = f"named() holds for one {item}, and {anchor.text!r} is none"
            return self._wrong(anchor, message, f"name a {item}, or use related()")
        return Leaf(Near(kind, found, most))

    def _most(self, call: Call, rest: list[Word]) -> int:
        if not rest:
            return MOST_NEAR
        number = as_number(rest[0].text)
        if len(rest) > 1 or number is None or number < 1 or number != int(number):
            hint = f"as in: {call.name}({call.arguments[0].text}, 50)"
            self._wrong(rest[-1], f"{call.name}() takes a name, and maybe how many of the nearest are meant", hint)
            return MOST_NEAR
        return int(number)
