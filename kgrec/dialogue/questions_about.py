"""Questions about an item: "who directed it?", "how long is number 3?", "is it scary?", "is Bill Murray in Fargo?".

The ontology says how each facet is asked for (kgrec:asked); a question for yes or no names a value, whatever its facet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.names import Names, variants
from kgrec.dialogue.readings import AskAbout, Reading, Setting, Unused, WhyItem
from kgrec.dialogue.tokens import Word, words_of
from kgrec.dialogue.vocabulary import asked
from kgrec.graph.lookup import Lookup

_YES_OR_NO: Final = frozenset({"is", "are", "does", "did", "isnt", "wasnt", "do", "can"})
_HAVING: Final = frozenset(
    {"have", "has", "in", "with", "contain", "feature", "a", "an", "very", "really", "too", "about", "set"}
    | {
        "won",
        "win",
        "by",
        "actually",
        "at",
        "all",
        "from",
        "based",
        "on",
        "any",
        "that",
        "the",
        "so",
        "it",
        "suitable",
        "for",
        "get",
        "got",
        "there",
        "bit",
        "of",
        "kind",
        "more",
        "part",
    }
)
_LEADS: Final = frozenset(
    {"so", "and", "ok", "okay", "but", "hey", "wait", "um", "well", "also", "please", "can", "you", "do"}
    | {"know", "then", "oh", "actually", "by", "the", "way", "remind", "me", "tell"}
)
_GOOD: Final = (
    ["good"],
    ["any", "good"],
    ["worth", "it"],
    ["worth", "watching"],
    ["worth", "seeing"],
    ["good", "for", "me"],
)


def read_question(words: Sequence[Word], lookup: Lookup, setting: Setting) -> Reading | None:
    """Return the question that some words ask about an item, or None if they ask none."""
    plain = [part for word in words if not word.is_pause for part in word.folded.split()]
    for skipped in range(min(len(plain), 6)):
        if plain[skipped] in lexicon.QUESTION_WORDS or plain[skipped] in lexicon.SHORTENED:
            break_at = skipped
            found = _asked(asked(plain[break_at:]), lookup, setting)
            if found is not None:
                return found
        if plain[skipped] not in _LEADS:
            break
    return None


def _asked(plain: list[str], lookup: Lookup, setting: Setting) -> Reading | None:
    names = Names(words_of(" ".join(plain)), lookup, setting)
    for pattern in names.vocabulary.patterns:
        before, after = list(pattern.before), list(pattern.after)
        end = len(plain) - len(after)
        if plain[: len(before)] != before or plain[end:] != after or end <= len(before):
            continue
        item = _item(plain[len(before) : end], lookup, setting)
        if item:
            return AskAbout(item, pattern.facet)
    if plain[0] in _YES_OR_NO and len(plain) > 1:
        return _yes_or_no(plain, names, setting)
    return None


def _yes_or_no(plain: list[str], names: Names, setting: Setting) -> Reading | None:
    """Read "is it scary", "is number 3 in French", "does Fargo have snow", "is Bill Murray in it"."""
    rest = plain[1:]
    for start in range(len(rest)):
        for end in range(len(rest), start, -1):
            item = _item(rest[start:end], names.lookup, setting)
            if not item or (start and rest[start - 1] not in ("in", "to", "of", "about", "with")):
                continue
            if rest[:start] and rest[end:]:
                continue
            about = rest[end:] or rest[: start - 1 if start else 0]
            return _about(item, about, names)
    return None


def _about(item: str, about: list[str], names: Names) -> Reading | None:
    """Return what is asked about an item in the words beside its name."""
    if about in [list(good) for good in _GOOD]:
        return WhyItem(item)
    told = " ".join(about)
    for kept in (about, [word for word in about if word not in _HAVING | names.vocabulary.nouns]):
        name = " ".join(kept)
        values = names.values_called(*variants(name)) if name else ()
        if values:
            facets = [facet for value in values for facet in names.graph.facets_of(value)]
            return AskAbout(item, facets[0].name if facets else "", values)
        if name and (found := names.lookup.surnamed(name)) and len(name) > 2:  # noqa: PLR2004
            return AskAbout(item, names.graph.facets_of(found[0])[0].name, found[:1])
        adjective, used = names.vocabulary.adjectives.at(kept, 0)
        if adjective and used == len(kept) and adjective[0] in names.graph.numbers:
            return AskAbout(item, adjective[0])
    matches = names.nearest(told) if told else ()
    if matches and names.lookup.is_near(told, matches[0]) and not names.graph.is_item(matches[0].entity):
        return AskAbout(item, names.graph.facets_of(matches[0].entity)[0].name, (matches[0].entity,))
    return Unused(told) if told else None


def _item(plain: list[str], lookup: Lookup, setting: Setting) -> str:
    """Return the item that exactly these words mean; empty for none."""
    text = " ".join(plain)
    names = Names(words_of(text), lookup, setting)
    item, used = names.reference_at(0)
    if item and used == len(plain):
        return item
    if plain in (["it"], ["that"], ["this"]) and not setting.about:
        return setting.listed[0] if setting.listed else ""
    for entities in (lookup.exact(text), lookup.loosely(text)):
        items = [entity for entity in entities if lookup.kg.is_item(entity)]
        if items:
            return items[0]
    if len(text) > 4 and text not in lexicon.FILLERS:  # noqa: PLR2004
        matches = lookup.find(text, 1, among="items")
        if matches and lookup.is_near(text, matches[0]):
            return matches[0].entity
    return ""
