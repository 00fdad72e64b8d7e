"""A question without what stands around it, and what parts of it mean: what all readers of questions look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kgrec.dialogue.conditions import read_conditions
from kgrec.dialogue.lexicon import SHORTENED
from kgrec.dialogue.mentions import PERSONS, mentioned
from kgrec.dialogue.readings import Setting
from kgrec.dialogue.tokens import Word
from kgrec.dialogue.vocabulary import Vocabulary, vocabulary_of
from kgrec.graph.lookup import Lookup

BE: Final = frozenset({"is", "are", "was", "were"})
AUXILIARIES: Final = frozenset({"did", "has", "have", "does", "do", "is", "was", "had"})
WHAT: Final = frozenset({"what", "which"})
ANY: Final = frozenset({"any", "anything", "something", "things", "stuff", "work"})
THESE: Final = frozenset({"these", "those", "them"})
SOME_OF: Final = THESE | {"they", "any", "all", "some", "both", "none", "one", "of", "either"}
IDLE: Final = frozenset("of the on in my your this one ones all a here there".split())  # noqa: SIM905
LONGEST_NAME: Final = 8
_LEADS: Final = frozenset("so and ok okay but hey wait um well also please then oh actually hmm now just".split())  # noqa: SIM905
_TAILS: Final = frozenset("then please though again exactly anyway instead btw tho right".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Asked:
    """An utterance or a clause of it, without what stands around a question.

    Attributes:
        words: its words, contractions written out.
        plain: the same, folded.
        lookup: finds the graph's entities.
        setting: what it may refer to.
        is_question: whether it ends with a question mark.
    """

    words: tuple[Word, ...]
    plain: tuple[str, ...]
    lookup: Lookup
    setting: Setting
    is_question: bool = False

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the domain."""
        return self.lookup.kg.once(vocabulary_of)

    def named(self, start: int, end: int) -> tuple[str, ...]:
        """Return the entities that the words of a span mean; short spans only."""
        if self.plain[start : start + 1] == ("the",) and self.is_noun(start + 1) and start + 2 < end:
            start += 2  # "the film Heat"
        return mentioned(self.words[start:end], self.lookup, self.setting) if end - start <= LONGEST_NAME else ()

    def item(self, start: int, end: int) -> str:
        """Return the item that the words of a span mean; empty for none."""
        return next((entity for entity in self.named(start, end) if self.lookup.kg.is_item(entity)), "")

    def conditions(self, start: int, end: int) -> tuple[str, ...] | None:
        """Return what a span asks for, as :func:`read_conditions` does."""
        return read_conditions(self.words[start:end], self.lookup, self.setting)

    def spelt(self, start: int, end: int) -> str:
        """Return the words of a span as they were written, with the name of whom "her" means."""
        person = self.lookup.kg.label(self.setting.person) if self.setting.person else ""
        named = (person if person and word.folded in PERSONS else word.raw for word in self.words[start:end])
        return " ".join(word for word in named if word[:1].isalnum())

    def is_noun(self, position: int) -> bool:
        """Whether a word is what an item is called."""
        return position < len(self.plain) and self.plain[position] in self.vocabulary.nouns


def read_asked(words: Sequence[Word], lookup: Lookup, setting: Setting) -> Asked:
    """Return what is asked, without courtesies before and after it."""
    start, end = 0, len(words)
    while start < end and (words[start].is_pause or words[start].folded in _LEADS):
        start += 1
    while end > start and (words[end - 1].is_pause or words[end - 1].folded in _TAILS):
        end -= 1
    kept: list[Word] = []
    for word in words[start:end]:
        full = SHORTENED.get(word.folded)
        kept += [Word(part, part) for part in full.split()] if full else [word]
    is_question = any(word.folded == "?" for word in words[end:])
    return Asked(tuple(kept), tuple(word.folded for word in kept), lookup, setting, is_question)
