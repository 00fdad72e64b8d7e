"""An utterance as words and pauses, and how tables of phrases are looked up in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Generic, TypeVar

from kgrec.text import fold

_T = TypeVar("_T")

PAUSES: Final = frozenset(",;!?.-…")
_WORD: Final = re.compile(r"\d+(?:[.,]\d+)?/\d+|[\w'’.&:*+-]*[\w'’*+]|(?<=\s)[-–—](?=\s)|[,;!?…—&]|\.+(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it was written and as it is compared; a pause is a word of one sign."""

    raw: str
    folded: str

    @property
    def is_pause(self) -> bool:
        """Whether it is a sign that ends a clause."""
        return self.folded in PAUSES

    @property
    def is_capitalised(self) -> bool:
        """Whether it begins with a capital."""
        return self.raw[:1].isupper()


def words_of(text: str) -> tuple[Word, ...]:
    """Return the words and pauses of a text, in order.

    >>> [word.folded for word in words_of("No horror, please... Alien/Aliens are fine")]
    ['no', 'horror', ',', 'please', '.', 'alien', 'aliens', 'are', 'fine']
    """
    words = []
    for raw in _WORD.findall(text):
        sign = "." if set(raw) == {"."} else "-" if raw in "–—" else raw
        words.append(Word(raw, sign if sign in PAUSES else fold(raw) or raw))
    return tuple(words)


class Phrases(Generic[_T]):
    """A table of phrases, looked up where one may begin; the longest wins.

    >>> Phrases({"more": 1, "more like": 2}).at(["more", "like", "it"], 0)
    (2, 2)
    """

    def __init__(self, meanings: Mapping[str, _T]) -> None:
        self._by_first: dict[str, list[tuple[list[str], _T]]] = {}
        for phrase, meaning in meanings.items():
            words = phrase.split()
            self._by_first.setdefault(words[0], []).append((words, meaning))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def at(self, plain: Sequence[str], start: int) -> tuple[_T | None, int]:
        """Return the meaning of the phrase that begins at a position and its length in words; (None, 0) for none."""
        if start < len(plain):
            for words, meaning in self._by_first.get(plain[start], ()):
                if list(plain[start : start + len(words)]) == words:
                    return meaning, len(words)
        return None, 0


def starts_with(words: Sequence[str], phrases: Iterable[str]) -> int:
    """Return how many words of the longest phrase the words begin with, 0 for none.

    >>> starts_with(["in", "the", "nineties"], ["in", "in the", "the"]), starts_with([], ["in"])
    (2, 0)
    """
    first = [words[0]] if words else []
    begun = (parts for parts in map(_parts, phrases) if parts[:1] == first)
    return max((len(parts) for parts in begun if list(words[: len(parts)]) == parts), default=0)


@cache
def _parts(phrase: str) -> list[str]:
    """Return the words of a phrase of the lexicon."""
    return phrase.split()
