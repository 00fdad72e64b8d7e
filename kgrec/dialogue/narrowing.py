"""What a refusal is about: "nothing scary that is longer than two hours" refuses what is both, not what is either.

What follows a refused name without a pause qualifies it: a relative clause, a bound, a name with a word that announces
it ("no comedies with ..."). Read by itself such a bound would even be turned round: a wish for what is longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from kgrec.dialogue import numerals
from kgrec.dialogue.english import FUNCTION
from kgrec.dialogue.lexicon import JOINERS, Cue
from kgrec.dialogue.moods import Mood
from kgrec.dialogue.opinions import Said, main_facet, refusal, wish_for
from kgrec.dialogue.readings import REFUSING, Opine, Reading, Require
from kgrec.dialogue.tokens import PAUSES, Word, starts_with
from kgrec.graph import KnowledgeGraph

_RELATIVES: Final = frozenset(
    {"that", "thats", "which", "whose", "who", "where", "if", "when", "lasting", "running", "having"}
)
_TOO: Final = "and"
"""What joins a name that no other word announces."""
_HEADS: Final = frozenset({"something", "anything", "a", "an", "one", "some", "with", "smth"})
"""What a refusal only describes, where it follows: what comes after it describes the same."""
_OWNED: Final = frozenset({"his", "her", "their", "hers", "theirs"})


@dataclass(frozen=True, slots=True)
class _Part:
    """Something that must hold too: an expression, what to call it, and whether a relative clause says it."""

    expression: str
    cue: str
    label: str
    is_relative: bool


class Narrowing:
    """What an utterance refuses, and what narrows it, so far."""

    def __init__(self, words: Sequence[Word], said: Said, graph: KnowledgeGraph) -> None:
        self._plain = [word.folded for word in words]
        self._said = said
        self.graph = graph
        self._heads = _HEADS | {graph.ontology.singular, graph.ontology.plural, *graph.ontology.synonyms}
        self._start = self._end = 0
        self._is_own = False  # whether the refusal is all its clause says so far, rather than part of what is wanted
        self._bases: list[Require] = []
        self._parts: list[list[_Part]] = []  # all must hold, of each one

    def begin(self, clause: int, start: int, end: int) -> None:
        """Begin anew: a cue between two positions refuses what follows; ``clause`` is where its clause begins."""
        before = self._plain[clause:start]
        is_first = not before or not len(self._said)
        self._is_own = is_first and self._plain[start] != "without" and self._heads.isdisjoint(before)
        self._start, self._end = len(self._said), end
        self._bases, self._parts = [], []

    def take(self, before: int, position: int, end: int, mood: Mood, person: str) -> None:
        """Let what was just said narrow what the same mood refused, if it qualifies that.

        Args:
            before: how many readings there were before it.
            position: where its words begin.
            end: the position after them.
            mood: in which it was said.
            person: whom "his" means.
        """
        link, self._end = self._plain[min(self._end, position) : position], end
        new = [as_wish(reading, self.graph) for reading in self._said.since(before)]
        wishes = [wish for wish in new if wish is not None]
        if not mood.is_negated or mood.verb not in (None, Cue.HATE) or not wishes or len(wishes) < len(new):
            return
        if person and link[-1:] and link[-1] in _OWNED:
            self._start = before
            self._bases = wishes
            owner = wish_for(self.graph, Opine(person, 1.0, for_now=True))
            cue = main_facet(self.graph, person).phrase.partition(" {value}")[0]
            self._parts = [[_Part(owner.expression, cue, owner.label, is_relative=True)]]
            self._regroup()
        elif part := self._part(wishes[0], before, link, position, mood):
            if not self._parts:
                self._bases = self._refused_before(before)
            is_next = self._parts and not JOINERS.isdisjoint(link)
            if is_next and "and" not in link:
                self._parts[-1].append(part)
            else:
                self._parts.append([part])
            self._regroup()

    def exempt(self, expression: str, label: str) -> bool:
        """Let what an expression holds for be exempt from what was refused last; return whether anything was.

        ``label``: what to call the exception, after what was refused.
        """
        if not self._parts:
            self._bases = self._refused_before(len(self._said))
        elif len(self._said) > self._start + len(self._bases):
            return False
        if not self._bases:
            return False
        self._parts.append([_Part(f"not ({expression})", "", label, is_relative=True)])
        self._regroup()
        return True

    def _refused_before(self, before: int) -> list[Require]:
        """Return what the mood refused before a position, as wishes; empty if it says anything else."""
        told = [as_wish(reading, self.graph) for reading in self._said.since(self._start)[: before - self._start]]
        wishes = [wish for wish in told if wish is not None and wish.is_refusal]
        return wishes if len(wishes) == len(told) else []

    def _part(self, wish: Require, before: int, link: Sequence[str], position: int, mood: Mood) -> _Part | None:
        """Return what a wish adds to what was refused; None if it stands for itself."""
        if not self._refused_before(before):
            return None
        is_joined = any(word in JOINERS or word in PAUSES for word in link)
        is_relative = not _RELATIVES.isdisjoint(link)
        if not self._is_own and not self._parts:
            return None  # "something not scary that is long" is long
        is_bound = not wish.is_refusal
        cue = mood.cue if mood.facets and (is_joined or " ".join(link).endswith(mood.cue)) else ""
        last = self._parts[-1][-1] if self._parts else None
        if is_joined and not is_relative:
            if last is None or not (last.is_relative or _facet(last.expression) == _facet(inner(wish))):
                return None
            is_relative = last.is_relative
        elif not is_relative:  # "no horror under two hours" is said in a hurry for two wishes
            is_limit = is_bound and starts_with(self._plain[position:], numerals.BELOW)
            if is_limit or not (is_bound or cue):
                return None
        if is_bound:
            is_time = wish.label.startswith(("the ", "this ", "last "))
            return _Part(wish.expression, "from" if is_time else "with", wish.label, is_relative)
        name = wish.label.partition(" ")[2]  # without "no", "not" or "nothing"
        if not cue and name.partition(" ")[0] not in FUNCTION:  # "nothing with ..." says itself how it is joined
            cue = _TOO
        return _Part(inner(wish), cue, name.removeprefix(f"{cue} "), is_relative)

    def _regroup(self) -> None:
        """Say anew what is refused."""
        whole = " and ".join(f"({' or '.join(part.expression for part in group)})" for group in self._parts)
        told = (f"{group[0].cue} {' or '.join(part.label for part in group)}".strip() for group in self._parts)
        label = " ".join(told)
        label += " at once" * any(group[0].cue == _TOO for group in self._parts)
        wishes = [Require(f"{REFUSING}({inner(base)}) and {whole})", f"{base.label} {label}") for base in self._bases]
        self._said.regroup(self._start, wishes)


def as_wish(reading: Reading, graph: KnowledgeGraph) -> Require | None:
    """Return what is asked for or refused as a hard wish; None for anything else."""
    if isinstance(reading, Opine) and reading.value < 0 and not graph.is_item(reading.entity):
        return refusal(graph, reading.entity)
    return reading if isinstance(reading, Require) and not reading.is_soft else None


def inner(wish: Require) -> str:
    """Return the expression of what a wish refuses, less what it excepts."""
    if not wish.is_refusal:
        return wish.expression
    bare = wish.expression.removeprefix(REFUSING).removesuffix(")")
    depths = accumulate((sign == "(") - (sign == ")") for sign in bare)
    return bare if min(depths, default=0) >= 0 else f"not ({wish.expression})"


def _facet(expression: str) -> str:
    return expression.partition(" ")[0]
