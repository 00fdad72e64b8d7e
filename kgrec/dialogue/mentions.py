"""What exactly some words mean: an item or a value, however it is named; "it", "he" and "number 3" too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.english import FUNCTION
from kgrec.dialogue.names import Names
from kgrec.dialogue.places import place
from kgrec.dialogue.readings import Setting
from kgrec.dialogue.tokens import Word
from kgrec.graph.lookup import Lookup

PERSONS: Final = frozenset({"he", "she", "him", "her", "they", "them", "his", "hers"})
"""Words for somebody named before."""
_THIS: Final = frozenset({"it", "that", "this"})
_TOO_SHORT: Final = 4


def mentioned(words: Sequence[Word], lookup: Lookup, setting: Setting) -> tuple[str, ...]:
    """Return the entities that all of some words together may mean, the likeliest first; empty for none."""
    if not words or any(word.is_pause for word in (words[0], words[-1])):
        return ()
    names = Names(words, lookup, setting)
    item, used = names.reference_at(0)
    item = item if used == len(words) else place([word.folded for word in words], setting.listed)
    if item:
        return (item,)
    if len(words) == 1 and words[0].folded in PERSONS | _THIS:
        return tuple(filter(None, [setting.person])) if words[0].folded in PERSONS else setting.listed[:1]
    found = names.at(0, is_awaited=True, is_close=len(words) > 1 or words[0].folded not in FUNCTION)
    if found.words == len(words):
        return found.entities
    name = " ".join(word.folded for word in words if not word.is_pause)
    if len(name) <= _TOO_SHORT or all(word.folded in lexicon.FILLERS | FUNCTION for word in words):
        return ()
    matches = lookup.find(name, 1)
    return (matches[0].entity,) if matches and lookup.is_near(name, matches[0]) else ()
