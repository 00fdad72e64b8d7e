"""Words put right before they are read: shorthand, prefixes that stand for words, and slips of the keyboard.

Only words of the language are put right here ("soemthing simular to"); a misspelt name is left for the names, which
know how alike it is. A word that occurs in any name, or that people use, is never taken for a slip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from kgrec.dialogue import lexicon, numerals
from kgrec.dialogue.english import ASIDES, FUNCTION, is_word
from kgrec.dialogue.measures import measures
from kgrec.dialogue.orders import WORDS
from kgrec.dialogue.praise import BAD, GOOD, VERDICTS
from kgrec.dialogue.tokens import Word
from kgrec.dialogue.vocabulary import vocabulary_of
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.graph.spellings import keys, loose
from kgrec.text import fold

SHORTHAND: Final = {
    "w": "with", "smth": "something", "sth": "something", "smthn": "something", "smthing": "something",
    "sumthing": "something", "abt": "about", "luv": "love", "luvd": "loved", "wuv": "love", "lurve": "love",
    "fav": "favourite", "favs": "favourites", "favorit": "favourite", "gr8": "great", "b4": "before",
    "wiv": "with", "teh": "the", "wat": "what", "wut": "what", "wots": "whats", "cud": "could", "wud": "would",
    "shud": "should", "plz": "please", "pls": "please", "thx": "thanks", "u": "you", "ur": "your",
    "cuz": "because", "coz": "because", "bc": "because", "ppl": "people", "bf": "boyfriend", "gf": "girlfriend",
    "hubby": "husband", "wifey": "wife", "tho": "though", "thru": "through", "wo": "without",
}  # fmt: skip
_PREFIXES: Final = frozenset({"pre", "post", "mid", "early", "late", "non", "anti", "semi"})
_SUFFIXES: Final = frozenset({"esque", "ish", "like", "style", "type", "inspired", "themed"})
_NUMBER_LEADS: Final = frozenset({"no", "nr", "num", "nos"})
_SHORTEST: Final = 4
_LONG: Final = 8
_LIKE: Final = 0.6
"""A name of which so much is as it was typed may be what was meant."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The words of the language a slip may stand for, and the words of names."""

    words: tuple[str, ...]
    named: frozenset[str]


def corrected(words: Sequence[Word], lookup: Lookup) -> tuple[Word, ...]:
    """Return the words as they are meant; what was written stays in ``raw``."""
    out: list[Word] = []
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else None
        if word.folded == "." and out and out[-1].folded in _NUMBER_LEADS and following and following.raw.isdecimal():
            continue  # "no. 2"
        is_name = word.is_capitalised and bool(out) and not out[-1].is_pause
        out += _split(word) if " " in word.folded else [word if is_name else _meant(word, lookup)]
    return tuple(out)


def is_slip(typed: str, name: str) -> bool:
    """Whether a word is another but for one letter, or two of a long one."""
    from rapidfuzz.distance import OSA

    return typed == name or (
        min(len(typed), len(name)) >= _SHORTEST and OSA.distance(typed, name) <= (2 if len(name) >= _LONG else 1)
    )


def is_like(typed: str, name: str) -> bool:
    """Whether a name is near enough to what was typed to propose it: few letters differ, or its words begin so.

    >>> is_like("Breakfst Clubb", "The Breakfast Club"), is_like("Ocean", "Ocean's Eleven"), is_like("Her", "Hercules")
    (True, True, False)
    """
    from rapidfuzz.distance import OSA

    one, other = loose(fold(typed)), loose(fold(name))
    words = other.split()
    if all(
        part in words or (len(part) >= _SHORTEST and any(word.startswith(part) for word in words))
        for part in one.split()
    ):
        return True
    return OSA.normalized_similarity(one, other) >= _LIKE


def _split(word: Word) -> list[Word]:
    """Return the parts of "pre-1960", "non-American" and "Heat-style" as words of their own."""
    first, _, rest = word.folded.partition(" ")
    if rest in _SUFFIXES:
        cut = len(word.raw) - len(rest)
        return [Word(word.raw[:cut].rstrip("-–"), first), Word(word.raw[cut:], "esque" if rest == "like" else rest)]
    if first not in _PREFIXES:
        return [word]
    at = len(word.raw) - len(word.raw[len(first) :].lstrip("-–'’.&:*+"))
    return [Word(word.raw[:at].rstrip("-–"), first), Word(word.raw[at:], rest)]


def _meant(word: Word, lookup: Lookup) -> Word:
    if word.is_pause or not word.folded.isalnum():
        return word
    if word.folded in SHORTHAND:
        if word.is_capitalised:
            return word  # "U" and "W" may be names
        return replace(word, folded=SHORTHAND[word.folded])
    if len(word.folded) < _SHORTEST or not word.folded.isalpha() or not word.folded.isascii():
        return word
    known = lookup.kg.once(known_words)
    vocabulary = lookup.kg.once(vocabulary_of)
    if word.folded in known.named or word.folded in vocabulary.ordinary or is_word(word.raw):
        return word
    return replace(word, folded=_nearest(word.folded, known.words) or word.folded)


def _nearest(typed: str, words: Sequence[str]) -> str:
    """Return the word that was meant, one slip away (two for long words) and beginning alike; empty for none."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    most = 2 if len(typed) >= _LONG else 1
    if any(typed == f"{word}{ending}" for word in words for ending in ("r", "s", "y")):
        return ""
    near = process.extract(typed, words, scorer=OSA.distance, score_cutoff=most, limit=3)
    alike = [(distance, name) for name, distance, _ in near if name[0] == typed[0] and name[-1] == typed[-1]]
    if not alike and near and near[0][1] == 1 and len(typed) > _SHORTEST:
        alike = [(distance, name) for name, distance, _ in near if name[0] == typed[0]]
    return min(alike)[1] if alike else ""


def known_words(graph: KnowledgeGraph) -> _Known:
    """Return the words of a language and of a graph's names; pass it to ``graph.once``."""
    phrases = (*lexicon.CUES, *lexicon.COMMANDS, *GOOD, *BAD, *VERDICTS)
    bounds = (*numerals.BELOW, *numerals.ABOVE, *numerals.BEFORE, *numerals.AFTER, *numerals.DECADES, *numerals.NUMBERS)
    told = {word for phrase in (*phrases, *bounds) for word in phrase.split()}
    told |= FUNCTION | ASIDES | WORDS | {name for names in graph.once(measures).values() for name in names}
    told |= lexicon.FILLERS | lexicon.QUESTION_WORDS | lexicon.ORDINALS.keys() | graph.once(vocabulary_of).nouns
    called = (*graph.labels, *(name for names in graph.aliases.values() for name in names))
    return _Known(
        words=tuple(sorted(word for word in told if len(word) >= _SHORTEST)),
        named=frozenset(word for name in keys(called) for word in name.split()),
    )
