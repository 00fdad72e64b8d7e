"""Comparatives: "shorter", "less grim", "not so scary", "older than that one", "these are all too long".

What is compared is a numeric facet or a value; what it is compared with is named after "than", or is the item that
"like X but" spoke of, or the item talked about just now, or the list as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kgrec.dialogue.names import variants
from kgrec.dialogue.praise import COPULAS, NEGATED_COPULAS
from kgrec.dialogue.tokens import starts_with
from kgrec.dialogue.vocabulary import Vocabulary
from kgrec.graph.lookup import Lookup

_MORE: Final = ("a bit more", "a little more", "something more", "even more", "much more", "more", "lots more")
_LESS: Final = (
    "a bit less", "a little less", "something less", "even less", "much less", "less", "not so", "not as",
    "not quite so",     "nothing so", "fewer",
)  # fmt: skip
_TOO_MUCH: Final = (
    "too many",
    "far too many",
    "way too many",
    "too much",
    "far too much",
    "way too much",
    "so many",
    "so much",
)
_NOT_ENOUGH: Final = (
    "not enough",
    "needs more",
    "need more",
    "could use more",
    "could do with more",
    "nowhere near enough",
)
_COMPLAINTS: Final = frozenset({"too", "enough"})
_DENIALS: Final = frozenset({"not", "isnt", "wasnt", "arent"})
_TOO: Final = ("too", "far too", "way too", "a bit too", "a little too", "much too", "all too")
LEADS: Final = (
    "something",
    "a bit",
    "a little",
    "even",
    "much",
    "slightly",
    "way",
    "anything",
    "far",
    "somewhat",
    "a lot",
)


@dataclass(frozen=True, slots=True)
class Critique:
    """A comparison: its target (a numeric facet's name or a value's id), its direction, and how many words it is."""

    target: str
    is_more: bool
    words: int


def read_critique(plain: Sequence[str], start: int, vocabulary: Vocabulary, lookup: Lookup) -> Critique | None:
    """Return the comparison that begins at a position, or None."""
    words = plain[start : start + 6]
    lead = starts_with(words, LEADS)
    for used in dict.fromkeys((lead, 0)):
        meant = vocabulary.comparatives.get(words[used]) if used < len(words) else None
        if meant:
            return Critique(*meant, used + 1)
    for phrases, is_more in ((_MORE, True), (_LESS, False), (_TOO, False), (_TOO_MUCH, False), (_NOT_ENOUGH, True)):
        if used := starts_with(words, phrases):
            target = _target(plain, start + used, vocabulary, lookup)
            if target:
                name, is_high, more = target
                return Critique(name, is_high == is_more, used + more)
    if words[:1] and words[0] in _DENIALS:
        target = _target(plain, start + 1, vocabulary, lookup)
        if target and plain[start + 1 + target[2] : start + 2 + target[2]] == ["enough"]:
            return Critique(target[0], target[1], target[2] + 2)  # "not scary enough"
    return None


def is_complaint(plain: Sequence[str], start: int, end: int) -> bool:
    """Whether a comparison says what is wrong with what stands before it: "is too long", "isn't scary enough"."""
    is_said = (start and plain[start - 1] in COPULAS | {"its", "thats"}) or plain[start] in NEGATED_COPULAS
    return bool(is_said) and not _COMPLAINTS.isdisjoint(plain[start:end])


def _target(plain: Sequence[str], start: int, vocabulary: Vocabulary, lookup: Lookup) -> tuple[str, bool, int] | None:
    """Return what there shall be more or less of: (target, whether the word means more of it, words)."""
    meant, used = vocabulary.adjectives.at(plain, start)
    if meant:
        return *meant, used
    if start < len(plain):
        for name in variants(plain[start]):
            values = [entity for entity in lookup.exact(name) if not lookup.kg.is_item(entity)]
            facets = [facet for entity in values[:1] for facet in lookup.kg.facets_of(entity)]
            if facets and facets[0].kind.is_category:
                return values[0], True, 1
    return None
