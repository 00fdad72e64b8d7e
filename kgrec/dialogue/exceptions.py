"""What is exempt from a wish: "nothing with Tom Cruise unless by Spielberg", "no horror but funny horror is fine".

An exception is worded as a wish is, and joined to what it is an exception from, in the rule language. One of which not
everything was understood is none: it would let through more than was said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from kgrec.dialogue.answers import comparison
from kgrec.dialogue.lexicon import EXCEPTIONS
from kgrec.dialogue.narrowing import Narrowing, as_wish, inner
from kgrec.dialogue.opinions import Said, wish_for
from kgrec.dialogue.readings import REFUSING, Compare, Opine, Reading, Require, Unused
from kgrec.dialogue.tokens import Word
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import quoted

EXCEPTING: Final = frozenset({"unless", "except when", "except if", "except where", *EXCEPTIONS})
"""What begins an exception, rather than what else must hold ("as long as")."""
_LINKS: Final = frozenset({"it", "its", "is", "theyre", "they", "are", "that", "thats", "when", "if", "where", "for"})
"""What an exception may begin with that is not worth repeating."""
_Read = Callable[[Sequence[Word]], Sequence[Reading]]
_ONES: Final = frozenset({"one", "ones"})


def expression_of(graph: KnowledgeGraph, reading: Reading) -> str:
    """Return the expression of the rule language that says what a wish does; empty if none can."""
    match reading:
        case Require(expression, _):
            return expression
        case Opine(entity, value, _) if not graph.is_item(entity) and graph.facets_of(entity):
            told = " or ".join(f"{facet.name} has {quoted(graph.label(entity))}" for facet in graph.facets_of(entity))
            return told if value > 0 else f"not ({told})"
        case Compare(target, _, item) if item and target in graph.numbers:
            return comparison(graph, reading, ())[0]
        case _:
            return ""


class Exceptions:
    """Takes the exceptions in one utterance; ``read`` reads some of its words by themselves."""

    def __init__(self, words: Sequence[Word], said: Said, narrowing: Narrowing, read: _Read) -> None:
        self._words = words
        self._said = said
        self._narrowing = narrowing
        self._read = read
        self._graph = narrowing.graph
        self._turned = 0  # how many readings there were before this clause

    def turn(self) -> None:
        """Begin a clause."""
        self._turned = len(self._said)

    def condition(self, position: int, start: int) -> int:
        """Take the condition from a position up to a pause, its own words from ``start`` on; return where it ends.

        What a condition says is not itself wanted: where it is no exception, nothing is made of it.
        """
        phrase = " ".join(word.folded for word in self._words[position:start])
        if phrase in EXCEPTING and (end := self.take(start)):
            return end
        end = self._end(position)
        self._said.add(Unused(" ".join(word.raw for word in self._words[position:end])))
        return end

    def take(self, start: int) -> int:
        """Let the words up to a pause be an exception from what was wished; return where they end, 0 if they are none.

        They are none if not all of them is understood.
        """
        words = self._words[start : self._end(start)]
        told = [expression_of(self._graph, reading) for reading in self._read(words)]
        if not told or not all(told):
            return 0
        first = next((at for at, word in enumerate(words) if word.folded not in _LINKS), 0)
        label = f"unless {' '.join(word.raw for word in words[first:])}"
        return start + len(words) if self._exempt(_all(told), label) else 0

    def _exempt(self, expression: str, label: str) -> bool:
        if self._narrowing.exempt(expression, label):
            return True
        last = len(self._said) - 1
        wish = self._said.since(last)[0] if last >= 0 else None
        if not isinstance(wish, Require):
            return False
        exempt = Require(f"({wish.expression}) or {expression}", f"{wish.label} {label}", wish.is_soft)
        self._said.regroup(last, [exempt])
        return True

    def permit(self, position: int) -> bool:
        """Let what the clause before a position names be exempt: "no horror, but funny horror" (is fine).

        Return whether it names something that was refused before, and something more.
        """
        readings = list(self._said.since(0))
        told = {expression_of(self._graph, want): want for want in readings[self._turned :]}
        is_of_them = position > 0 and self._words[position - 1].folded in _ONES
        for at in reversed(range(self._turned if all(told) else 0)):
            wish = as_wish(readings[at], self._graph)
            if wish is None or not wish.is_refusal:
                continue
            more = [(one, want) for one, want in told.items() if one not in wish.expression]
            if more and (is_of_them or len(more) < len(told)):
                names = (wish_for(self._graph, want).label for _, want in more if isinstance(want, Opine | Require))
                exempt = f"{REFUSING}({inner(wish)}) and not ({_all([one for one, _ in more])}))"
                readings[at] = Require(exempt, f"{wish.label} unless {' '.join(names)}")
                self._said.regroup(0, readings[: self._turned])
                return True
        return False

    def _end(self, start: int) -> int:
        return next((at for at in range(start, len(self._words)) if self._words[at].is_pause), len(self._words))


def _all(expressions: Sequence[str]) -> str:
    """Return the expression that holds where all of some do."""
    told = tuple(dict.fromkeys(expressions))
    return told[0] if len(told) == 1 else " and ".join(f"({each})" for each in told)
