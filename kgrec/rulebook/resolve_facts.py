"""Facts in an expression: which names exist, and what they can be compared with."""

from __future__ import annotations

from typing import Final

from kgrec.rulebook.conditions import Condition, FactIs, FactKnown
from kgrec.rulebook.context import CHOICES
from kgrec.rulebook.fact_values import wrong_kind
from kgrec.rulebook.lexicon import Lexicon
from kgrec.rulebook.logic import Leaf, Tree
from kgrec.rulebook.names import Facts, Names
from kgrec.rulebook.parser import Operand, Operator, Word
from kgrec.rulebook.quantities import as_day, as_number
from kgrec.rulebook.suggest import choose, did_you_mean, nearest
from kgrec.rulebook.trouble import Trouble
from kgrec.rulebook.values import NOTHING

BUILT_IN_FACTS: Final[Facts] = {"interactions": (), "last_liked": (), "liked": (), "disliked": ()}
"""What is known of every user: with how many items they did something, and which they liked (by id)."""

_MISSPELT: Final = 85.0
"""From which likeness an undeclared fact is taken for a misspelt one: a caller may pass facts that no rule declares."""


def is_fact(text: str) -> bool:
    """Whether a word is the name of a fact: ``user.x`` or ``context.x``."""
    return text.startswith(("user.", "context."))


class FactReader:
    """Reads comparisons of facts, and reports what is wrong with them."""

    def __init__(self, trouble: Trouble, lexicon: Lexicon, names: Names) -> None:
        self._trouble = trouble
        self._lexicon = lexicon
        self._names = names

    def known(self, word: Word) -> bool:
        """Check the name of a fact; report one that is empty or misspelt and return whether it may be used."""
        scope, _, name = word.text.partition(".")
        if not name:
            self._trouble.add(word, f"{word.text!r} names nothing", f"write a name after '{scope}.'")
            return False
        facts = self._facts(scope)
        if name not in facts:
            first, _, rest = name.partition(" ")
            if rest:  # taken for the name of a fact it would be unknown, and the condition false without a word
                self._trouble.add(word, f"unknown {word.text!r}", f"after '{scope}.{first}' leave {rest!r} out")
                return False
            near = nearest(name, facts, likeness=_MISSPELT) if facts else ()
            if near:
                self._trouble.add(word, f"unknown {word.text!r}", did_you_mean([f"{scope}.{other}" for other in near]))
                return False
        return True

    def comparison(self, left: Word, operator: Operator, values: tuple[Operand, ...]) -> Tree[Condition]:
        """Return the condition that a fact compares so with what is written."""
        if not self.known(left):
            return NOTHING
        if operator is Operator.KNOWN:
            return Leaf(FactKnown(left.text))
        scope, _, name = left.text.partition(".")
        choices = self._facts(scope).get(name, ())
        words = [word for value in values for word in self._spelled(value, operator, choices)]
        for word in words:
            self._check(left.text, word, operator, choices)
        return Leaf(FactIs(left.text, operator, tuple(word.text for word in words)))

    def _spelled(self, value: Operand, operator: Operator, choices: tuple[str, ...]) -> list[Word]:
        if not isinstance(value, Word):
            self._trouble.add(value, f"{str(operator)!r} compares a fact with words", "write one, in quotes if need be")
            return []
        if is_fact(value.text):
            hint = "with <, <=, > and >= two facts can be compared"
            self._trouble.add(value, f"{str(operator)!r} compares a fact with words, {value.text!r} is a fact", hint)
            return []
        is_choice = value.text.casefold() in {choice.casefold() for choice in choices}
        texts = (value.text,) if is_choice else self._names.lists.get(value.text, (value.text,))
        return [Word(text, value.offset) for text in texts]

    def _facts(self, scope: str) -> Facts:
        if scope == "user":
            return {**BUILT_IN_FACTS, **dict.fromkeys(self._lexicon.fact_names, ()), **self._names.facts}
        return {name: CHOICES.get(name, ()) for name in self._lexicon.context_names}

    def _check(self, full: str, word: Word, operator: Operator, choices: tuple[str, ...]) -> None:
        # A column of the interactions may have the name of something the clock says, and values of its own.
        wrong = None if full.removeprefix("context.") in self._lexicon.columns else wrong_kind(full, word.text)
        if wrong is not None:
            self._trouble.add(word, *wrong)
        elif operator.is_ordering:
            if as_number(word.text) is None and as_day(word.text) is None:
                self._trouble.add(word, f"{str(operator)!r} compares numbers, {word.text!r} is not one")
        elif choices and word.text.casefold() not in {choice.casefold() for choice in choices}:
            self._trouble.add(word, f"{full!r} is never {word.text!r}", choose(word.text, choices, "choices"))
