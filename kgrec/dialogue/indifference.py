"""What does not matter: "I don't care who directs it", "the year doesn't matter", "not fussed about the cast"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgrec.dialogue.tokens import PAUSES, starts_with
from kgrec.dialogue.vocabulary import Vocabulary, asked, stem

_DEGREES: Final = "(?:really |actually |honestly |much |too |that |very |all that |so )*"
_ASKING: Final = "(?=how|who|what|which|when|where|whether|if)"
_LEAD: Final = re.compile(
    "(?:(?:i|we|it|that) )?(?:"
    f"{_DEGREES}(?:dont|do not|doesnt|does not|couldnt|could not) {_DEGREES}"
    f"(?:care(?! for)(?: less)?|matter(?: to (?:me|us))?|mind {_ASKING})"
    f"|(?:im |am |were |are )?not {_DEGREES}(?:fussed|bothered|fussy|picky|particular)"
    "|(?:doesnt|does not|dont|do not) (?:have|need) to be|(?:neednt|need not) be"
    f"|no matter {_ASKING}|regardless(?= of)"
    ")(?: (?:much|at all|either way|about|of|as to))*(?![a-z0-9])"
)
_LONGEST_LEAD: Final = 10
_STARTS: Final = frozenset(
    {"i", "we", "it", "that", "dont", "do", "doesnt", "does", "couldnt", "could", "im", "am", "were", "are", "not"}
    | {"no", "regardless", "neednt", "need", "really", "honestly", "actually"}
)
_STOPS: Final = ("as long as", "so long as", "provided", "but", "if only", "just", "though", "and i", "and we", "only")
"""What ends the saying of what does not matter."""
_WEAK: Final = frozenset(
    {"it", "is", "are", "the", "a", "of", "that", "this", "was", "what", "which", "do", "does", "did", "be", "one"}
)
_LONGEST_NAME: Final = 3
_ANY: Final = frozenset({"any", "whatever", "whichever"})
_NEGATIVE: Final = frozenset(
    {"no", "not", "dont", "without", "never", "nothing", "hate", "isnt", "doesnt", "wont", "cant"}
)
_FINE: Final = re.compile(
    "(?:(?:it is|is|are|would be|will be|will|works|goes|do|suits|please|really|you like|you want|at all|with me|by me"
    "|for me|fine|ok|okay|good|alright|welcome|possible)(?: |$))*"
)
"""What may follow "any length" in its clause."""


def read_indifference(plain: Sequence[str], position: int, vocabulary: Vocabulary) -> tuple[tuple[str, ...], int]:
    """Return the facets that are said not to matter and how many words say so; no facets: it is said of what follows.

    Args:
        plain: the words of the utterance, folded.
        position: where to read.
        vocabulary: what facets are called.
    """
    if plain[position] == "forget":
        return _forgotten(plain, position, vocabulary)
    if plain[position] in _ANY:
        return _any_of(plain, position, vocabulary)
    if plain[position] not in _STARTS:
        return (), 0
    lead = _LEAD.match(" ".join(plain[position : position + _LONGEST_LEAD]))
    if lead is None:
        return (), 0
    used = len(lead[0].split())
    end = position + used
    while end < len(plain) and plain[end] not in PAUSES and not starts_with(plain[end : end + 3], _STOPS):
        end += 1
    told = plain[position + used : end]
    facets = facets_named(told, vocabulary) or _described(told, vocabulary)
    return (facets, end - position) if facets else ((), used)


def _forgotten(plain: Sequence[str], position: int, vocabulary: Vocabulary) -> tuple[tuple[str, ...], int]:
    """Read "forget the price", "forget about the year": a facet by its very name."""
    start = position + 1
    while start < len(plain) and plain[start] in ("about", "the"):
        start += 1
    for end in range(start + _LONGEST_NAME, start, -1):
        if facet := vocabulary.facets.get(" ".join(plain[start:end])):
            return (facet,), min(end, len(plain)) - position
    return (), 0


def _any_of(plain: Sequence[str], position: int, vocabulary: Vocabulary) -> tuple[tuple[str, ...], int]:
    """Read "any length", "whatever the year is": a facet by its name or what is asked for it, and no more than that."""
    begin = next((at + 1 for at in reversed(range(position)) if plain[at] in PAUSES), 0)
    end = next((at for at in range(position, len(plain)) if plain[at] in PAUSES), len(plain))
    start = position + 1 + (plain[position + 1 : position + 2] == ["the"])
    if not _NEGATIVE.isdisjoint(plain[begin:position]):
        return (), 0
    for stop in range(min(start + _LONGEST_NAME, end), start, -1):
        facet = vocabulary.kinds.get(" ".join(plain[start:stop]))
        if facet and _FINE.fullmatch(" ".join(plain[stop:end])):
            return (facet,), end - position
    return (), 0


def facets_named(plain: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the facets that some words speak of by name, adjective or question: "the cast", "how long it is"."""
    found = [
        vocabulary.facets[name]
        for start in range(len(plain))
        for used in range(1, _LONGEST_NAME + 1)
        if (name := " ".join(plain[start : start + used])) in vocabulary.facets
    ]
    if found or not plain:
        return tuple(dict.fromkeys(found))
    words = _told(asked(list(plain)))
    for pattern in vocabulary.patterns:
        content = _told(pattern.before) | _told(pattern.after)
        if content and content <= words:
            return (pattern.facet,)
    return ()


def _described(plain: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the numeric facets that adjectives speak of: "how long it is", "if it's old"."""
    numeric = {facet for facet, _ in vocabulary.superlatives.values()}
    meant = [vocabulary.adjectives.at(plain, at)[0] for at in range(len(plain))]
    return tuple(dict.fromkeys(told[0] for told in meant if told and told[0] in numeric))


def _told(words: Sequence[str]) -> set[str]:
    """Return the stems of the words that tell one question from another."""
    return {stem(word) for word in words if word not in _WEAK}
