"""Questions about an item: "who directed it?", "how long is number 3?", "is it scary?", "is Bill Murray in Fargo?".

The ontology says how each facet is asked for (kgrec:asked); a question for yes or no names a value, whatever its facet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.amounts import read_number
from kgrec.dialogue.company import is_somebody
from kgrec.dialogue.conditions import read_conditions
from kgrec.dialogue.names import Names, variants
from kgrec.dialogue.places import place
from kgrec.dialogue.readings import AskAbout, AskWhether, Reading, Setting, TellAbout, Unused
from kgrec.dialogue.tokens import Word, words_of
from kgrec.dialogue.vocabulary import asked, stem
from kgrec.graph.lookup import Lookup
from kgrec.text import fold

_YES_OR_NO: Final = frozenset({"is", "are", "does", "did", "isnt", "wasnt", "do", "can"})
_HAVING: Final = frozenset(
    """
    have has in with contain feature a an very really too about set won win by actually at all from based on any
    that the so it suitable for get got there bit of kind more part
    """.split()  # noqa: SIM905
)
_LEADS: Final = frozenset(
    """
    so and ok okay but hey wait um well also please can could would you do know then oh actually by the way remind me
    tell pray i wonder wondering if just curious quick question out of curiosity with in from on at hmm about for
    any idea im was not sure again whether to sorry lol wow cool want dont
    """.split()  # noqa: SIM905
)
_OLD: Final = frozenset({"old", "year", "years", "yo", "audience", "audiences", "age", "ages", "viewers"})
_WISHES: Final = frozenset(
    "like similar know watch watched see seen find recommend suggest same think heard want".split()  # noqa: SIM905
)
_LONGEST_ITEM: Final = 8
_SHORTEST_VERB: Final = 4
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
    for skipped in range(min(len(plain), 8)):
        if plain[skipped] in lexicon.QUESTION_WORDS or plain[skipped] in lexicon.SHORTENED:
            break_at = skipped
            said = asked(plain[break_at:])
            found = _asked(said, lookup, setting)
            if found is None or isinstance(found, Unused):
                found = _asked_loosely(said, lookup, setting) or found
            if found is not None and not _is_wish(found):
                return found
        if plain[skipped] not in _LEADS:
            break
    return None


def _asked_loosely(plain: list[str], lookup: Lookup, setting: Setting) -> Reading | None:
    """Read a question whose words stand in any order, with asides between them."""
    names = Names(words_of(" ".join(plain)), lookup, setting)
    told = [_stem(word) for word in plain]
    for pattern in names.vocabulary.patterns:
        telling = {_stem(word) for word in (*pattern.before, *pattern.after)}
        if not telling <= set(told):
            continue
        kept = [at for at, word in enumerate(told) if word not in telling]
        for start, end in _runs(kept):
            rest = [plain[at] for at in kept if not start <= at < end]
            if all(_is_aside(word, names) for word in rest) and (item := _item(plain[start:end], lookup, setting)):
                return AskAbout(item, pattern.facet)
    return None


def _is_wish(found: Reading) -> bool:
    """Whether what looked like a question asks for something: "do you know anything similar to Heat?"."""
    return isinstance(found, Unused) and not _WISHES.isdisjoint(found.text.split())


def _runs(positions: list[int]) -> list[tuple[int, int]]:
    """Return the spans of neighbouring positions, the longest first, as (start, end)."""
    spans = [
        (positions[first], positions[last] + 1)
        for first in range(len(positions))
        for last in range(first, min(first + _LONGEST_ITEM, len(positions)))
        if positions[last] - positions[first] == last - first
    ]
    return sorted(spans, key=lambda span: span[0] - span[1])


def _stem(word: str) -> str:
    return word if word in ("is", "does", "was") else word.removesuffix("s")


def _is_aside(word: str, names: Names) -> bool:
    return names.vocabulary.is_idle(word) or read_number(word) is not None or is_somebody(word) or word in _OLD


def _asked(plain: list[str], lookup: Lookup, setting: Setting) -> Reading | None:
    names = Names(words_of(" ".join(plain)), lookup, setting)
    for pattern in names.vocabulary.patterns:
        before, after = list(pattern.before), list(pattern.after)
        end = len(plain) - len(after)
        if setting.about and len(_bare(plain)) > 1 and _bare(plain) == _bare(before + after):
            return AskAbout(setting.about, pattern.facet)  # "what year?"
        if plain[: len(before)] != before or plain[end:] != after or end <= len(before):
            continue
        item = _item(plain[len(before) : end], lookup, setting)
        if item:
            return AskAbout(item, pattern.facet)
    if plain[0] in _YES_OR_NO and len(plain) > 1:
        return _yes_or_no(plain, names, setting)
    return _maker(plain, names, setting) or _role(plain, names, setting) if plain[0] == "who" else None


def _maker(plain: list[str], names: Names, setting: Setting) -> Reading | None:
    """Read "who brews Orval" where a facet is called brewery, and "who built it" where one is called builder."""
    verb = stem(plain[1]) if len(plain) > 2 else ""  # noqa: PLR2004  (who, brews, it)
    facets = [facet for facet in names.graph.linked_facets if fold(facet.label).startswith(verb)]
    item = _item(plain[2:], names.lookup, setting) if len(verb) >= _SHORTEST_VERB and facets else ""
    return AskAbout(item, facets[0].name) if item else None


def _role(plain: list[str], names: Names, setting: Setting) -> Reading | None:
    """Read "who plays the joker in The Dark Knight": of the role nothing is known, of those who did so there is."""
    facets, _ = names.vocabulary.deeds.at([stem(word) for word in (*plain[1:2], "in")], 0)
    for at in range(3, len(plain) - 1):
        if facets and plain[at] == "in" and (item := _item(plain[at + 1 :], names.lookup, setting)):
            return AskAbout(item, facets[0], unknown=" ".join(plain[2:at]))
    return None


def _is_cue(word: str, names: Names) -> bool:
    """Whether a word asks for nothing by itself, or speaks of a facet: "star" as "stars" does."""
    return names.vocabulary.is_idle(word) or names.vocabulary.is_idle(f"{word}s")


def _bare(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in ("is", "does", "did", "of", "in", "for")]


def _yes_or_no(plain: list[str], names: Names, setting: Setting) -> Reading | None:
    """Read "is it scary", "is number 3 in French", "does Fargo have snow", "is Bill Murray in it"."""
    rest = plain[1:]
    for start in range(len(rest)):
        for end in range(len(rest), start, -1):
            if (start and rest[start - 1] not in ("in", "to", "of", "about", "with")) or (rest[:start] and rest[end:]):
                continue
            item = _item(rest[start:end], names.lookup, setting)
            if not item:
                continue
            about = rest[end:] or rest[: start - 1 if start else 0]
            return _about(item, about, names, setting)
    return None


def _about(item: str, about: list[str], names: Names, setting: Setting) -> Reading | None:
    """Return what is asked about an item in the words beside its name."""
    if about in [list(good) for good in _GOOD]:
        return TellAbout(item)
    told = " ".join(about)
    if about[:1] == ["on"] and about[-1] in ("list", "shortlist"):
        return TellAbout(item)  # "is Alien on my list"
    if about[:1] == ["on"] and len(about) > 1 and not names.values_called(*variants(" ".join(about[1:]))):
        return AskWhether(item, (), told)  # where it is shown is nothing that facets of things tell
    if (found := _value_asked(item, about, names)) is not None:
        return found
    conditions = read_conditions(words_of(told), names.lookup, setting)
    if not told or conditions:
        return AskWhether(item, conditions, told) if conditions else None
    return Unused(told)


def _value_asked(item: str, about: list[str], names: Names) -> Reading | None:
    """Return whether some words name a value, or the facet of an adjective."""
    told = " ".join(about)
    telling = [word for word in about if word not in _HAVING | names.vocabulary.nouns]
    for kept in (about, telling, [word for word in telling if not _is_cue(word, names)]):
        name = " ".join(kept)
        values = names.values_called(*variants(name)) if name else ()
        if values:
            return AskAbout(item, "", values)
        if name and (found := names.lookup.surnamed(name)) and len(name) > 2:  # noqa: PLR2004
            return AskAbout(item, "", found[:1])
        adjective, used = names.vocabulary.adjectives.at(kept, 0)
        if adjective and used == len(kept) and adjective[0] in names.graph.numbers:
            return AskAbout(item, adjective[0])
    matches = names.nearest(told) if told else ()
    if matches and names.lookup.is_near(told, matches[0]) and not names.graph.is_item(matches[0].entity):
        return AskAbout(item, "", (matches[0].entity,))
    return None


def _item(plain: list[str], lookup: Lookup, setting: Setting) -> str:
    """Return the item that exactly these words mean; empty for none."""
    text = " ".join(plain)
    names = Names(words_of(text), lookup, setting)
    item, used = names.reference_at(0)
    if item and used == len(plain):
        return item
    if listed := place(plain, setting.listed):
        return listed
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
