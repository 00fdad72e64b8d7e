"""Questions beside those what an item has: about many, about two, about a name, about somebody's work, about the user.

Each frame ("how many ...", "which is ..., ... or ...?", "what else did ... direct?") is English; what it is filled with
are conditions as in a wish, names, and the words of the ontology. A question is never a wish: it changes nothing. What
fits no frame is left to the other readers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgrec.dialogue.asked import ANY, AUXILIARIES, BE, IDLE, SOME_OF, THESE, WHAT, Asked, read_asked
from kgrec.dialogue.conditions import read_conditions
from kgrec.dialogue.critiques import read_critique
from kgrec.dialogue.deeds import read_deed, read_deeds
from kgrec.dialogue.differences import read_difference
from kgrec.dialogue.readings import (
    AskBetween,
    AskMine,
    AskValues,
    AskWhether,
    AskWhich,
    Reading,
    Setting,
    TellAbout,
    TellMine,
)
from kgrec.dialogue.tokens import Phrases, Word
from kgrec.graph.lookup import Lookup
from kgrec.rulebook import quoted

_LISTED: Final = THESE | {"list", "shortlist"}
_HOLDINGS: Final = (
    "are there", "are they", "is there", "there are", "do you have", "have you got", "have you", "do you know",
    "you have", "you know", "are left", "exist", "do exist", "in total", "in all", "altogether", "are here", "have we",
    "does it have", "got",
)  # fmt: skip
"""What is said after those that are counted."""
_ABOUT_ME: Final = re.compile(
    r"(?:tell me |show me )?what (?:do|did|have|are) you (?:know|knowing|learn|learnt|learned|think|remember|remembered"
    r"|understand|understood|store|stored|keep|believe|figured out|got|have)(?: so far| already)?"
    r" (?:(?:about|of|on) (?:me|us|my tastes?|my likes)|so far)(?: so far| already| by now)?"
    r"|(?:tell me |show me )?what you know (?:about|of) (?:me|us)"
    r"|what (?:do|did|have) i (?:like|liked|love|loved|dislike|hate|seen|rated|said|told you|say|tell you)"
    r"(?: so far| already| before| until now)?"
    r"|how many(?: [a-z]+)? have (?:i|we) (?:seen|rated|liked|watched)"
    r"|what (?:is|are|were) my (?:tastes?|profile|wishes|likes|dislikes|preferences|answers)(?: so far)?|who am i"
)
_MINE: Final = re.compile(
    r"(?:have|had|did|do|havent|didnt|dont) (?:i|we)(?: already| ever| not| really| even| yet)*"
    r"(?: (?:say|said|tell you|told you|mention)(?: that)?(?: i)?)?"
    r" (?:(seen|see|saw|watched|watch|know|read|heard|had)|like|liked|love|loved|hate|hated|rated|rate|enjoy|enjoyed)"
    r"|(?:what|how)(?: marks?| rating| score| many (?:stars|points|marks))? (?:do|did|have) (?:i|we)"
    r"(?: already| ever| just| once)* (?:(?:say|said|tell you|told you|think|thought|feel|felt) (?:about|of)"
    r"|rated?|liked?|give|gave|given|make of|made of)"
    r"|(?:did|have) (?:i|we)(?: already| ever)*"
    r" (?:(?:say|said|tell you|told you)(?: anything| something)? (?:about|of)|mention|mentioned|give|given)"
    r"|what (?:is|was|are|were) my (?:ratings?|opinions?|verdict|score|marks?|thoughts) (?:of|for|on|about)"
)
"""What is asked about oneself before a name; the group: whether only that it was seen."""
_TELL: Final = Phrases(
    dict.fromkeys(
        (
            "what do you know about", "what do you know of", "what can you tell me about", "what can you say about",
            "what did you say about", "what did you tell me about",
            "do you know anything about", "do you know about", "tell me what you know about", "what do you think of",
            "what do you think about", "what is there to know about", "any info on", "info on", "information on",
            "information about", "more about", "more on", "tell me more about", "show me more about", "who is",
            "who was", "what do you make of", "any thoughts on", "your thoughts on",
        ),
        "any",
    )
    | dict.fromkeys(
        (
            "what about", "how about", "what of", "what is", "do you know", "do you have", "have you got", "got",
            "do you like", "have you", "have you seen", "have you watched", "did you see", "did you watch",
            "did you like",
        ),
        "items",
    )
    | dict.fromkeys(("tell me about", "tell me something about"), "values")
)  # fmt: skip
"""What is said before a name of which all is to be told, and of what kind that is: others are wished for."""
_LONGEST_LEAD: Final = 10


def read_inquiry(words: Sequence[Word], lookup: Lookup, setting: Setting) -> Reading | None:
    """Return the question that some words ask, or None if they ask none of these kinds."""
    asked = read_asked(words, lookup, setting)
    if not asked.words:
        return None
    readers = (
        _about_me,
        _about_mine,
        read_difference,
        _between,
        _most,
        read_deeds,
        read_deed,
        _about_one,
        _how_many,
        _values,
        _which,
        _is_there,
        _are_these,
    )
    return next((found for read in readers if (found := read(asked)) is not None), None)


# --- about the user, a name, two items ---------------------------------------------------------------------------


def _about_me(asked: Asked) -> Reading | None:
    return TellMine() if _ABOUT_ME.fullmatch(" ".join(asked.plain)) else None


def _about_mine(asked: Asked) -> Reading | None:
    """Read "have I seen Heat", "did I like it"."""
    for used in range(3, min(len(asked.plain), _LONGEST_LEAD)):
        told = _MINE.fullmatch(" ".join(asked.plain[:used]))
        rest = asked.plain[used:]
        if told and told[1] and rest and set(rest) <= SOME_OF | _LISTED and set(rest) & _LISTED:
            return AskMine("", is_seen=True)
        if told and (named := asked.named(used, len(asked.plain))):
            items = [entity for entity in named if asked.lookup.kg.is_item(entity)]
            return AskMine((items or list(named))[0], is_seen=bool(told[1]))
    return None


def _about_one(asked: Asked) -> Reading | None:
    """Read "what about Heat", "who is Bill Murray"."""
    kind, used = _TELL.at(asked.plain, 0)
    end = len(asked.plain)
    if kind is None and (asked.is_question or asked.plain == ("the", "other", "one")):
        kind = "items"  # "and the third one?"
    elif asked.plain[:2] == ("what", "is") and asked.plain[-1] == "like":
        end -= 1  # "what is Heat like"
    named = asked.named(used, end) if kind else ()
    if asked.plain[used : used + 1] in (("a",), ("an",), ("some",)):
        return None  # "what is a good western" wishes for one
    kept = [entity for entity in named if kind == "any" or asked.lookup.kg.is_item(entity) == (kind == "items")]
    return TellAbout(kept[0]) if kept and (kind != "values" or len(kept) == len(named)) else None


def _between(asked: Asked) -> Reading | None:
    """Read "is it longer than Heat", "which is longer, Heat or Alien", "is Heat or Alien longer"."""
    plain = asked.plain
    for start in range(1, len(plain)):
        target, is_more, end = _compared(asked, start)
        if end == start:
            continue
        if plain[0] in BE and plain[end : end + 1] in (("than",), ("as",)):
            pair = (asked.item(1, start), asked.item(end + 1, len(plain)))
        elif target and plain[start - 1] in BE and plain[end : end + 1] == ("than",):
            pair = (asked.item(0, start - 1), asked.item(end + 1, len(plain)))  # "Heat is longer than Alien": is it?
        elif plain[0] in BE and end == len(plain):
            pair = _either(asked, 1, start)
        elif plain[0] in WHAT and all(word in IDLE | BE | THESE for word in plain[1:start]):
            pair = _either(asked, end, len(plain))
        else:
            continue
        if all(pair):
            return AskBetween(target, is_more, pair, is_whether=plain[end : end + 1] == ("than",))
    if plain[:2] in (("should", "i"), ("shall", "i"), ("should", "we"), ("shall", "we")):
        pair = next((pair for at in (2, 3) if all(pair := _either(asked, at, len(plain)))), ("", ""))
        return AskBetween("", is_more=True, items=pair) if all(pair) else None
    return None


def _compared(asked: Asked, start: int) -> tuple[str, bool, int]:
    """Return what a comparison at a position is of ("": how well it suits), whether of more, and where it ends."""
    plain = asked.plain
    if plain[start] in ("better", "worse", "best"):
        return "", plain[start] != "worse", start + 1
    if plain[start] == "as":
        meant, used = asked.vocabulary.adjectives.at(plain, start + 1)
        if meant and plain[start + 1 + used : start + 2 + used] == ("as",):
            return *meant, start + 1 + used
    critique = read_critique(plain, start, asked.vocabulary, asked.lookup)
    return (critique.target, critique.is_more, start + critique.words) if critique else ("", True, start)


def _either(asked: Asked, start: int, end: int) -> tuple[str, str]:
    """Return the two items of "Heat or Alien"; empty for one that is none."""
    while start < end and (asked.words[start].is_pause or asked.plain[start] in (":", "between")):
        start += 1
    splits = [at for at in range(start, end) if asked.plain[at] in ("or", "and")]
    pairs = ((asked.item(start, at), asked.item(at + 1, end)) for at in splits)
    return next((pair for pair in pairs if all(pair)), ("", ""))


# --- about many --------------------------------------------------------------------------------------------------


def _most(asked: Asked) -> Reading | None:
    """Read "which of these is the shortest", "what is the oldest film by Hitchcock"."""
    plain, nouns = asked.plain, asked.vocabulary.nouns
    if plain[0] not in WHAT:
        return None
    start = next((at for at in range(1, len(plain)) if plain[at] not in IDLE | BE | _LISTED | nouns), len(plain))
    target, is_more, used = _superlative(asked, start)
    if not used:
        return None
    end = start + used
    kept = [at for at in range(end, len(plain)) if plain[at] not in _LISTED]
    is_listed = len(kept) < len(plain) - end or not _LISTED.isdisjoint(plain[:start])
    is_listed = is_listed or (plain[0] == "which" and all(plain[at] in IDLE | nouns for at in kept))
    conditions = read_conditions([asked.words[at] for at in kept], asked.lookup, asked.setting)
    if conditions is None:
        return None
    among = asked.setting.listed if is_listed else None
    said = asked.spelt(start, end) if is_listed and not conditions else asked.spelt(start, len(plain))
    if target in asked.lookup.kg.numbers:
        return AskWhich(said, conditions, among, most=target, is_more=is_more)
    return AskWhich(said, (*conditions, _has(asked, target, is_more=is_more)), among)


def _superlative(asked: Asked, start: int) -> tuple[str, bool, int]:
    """Return what there shall be most of at a position, whether it is most, and the words it takes; 0 for none."""
    plain, vocabulary = asked.plain, asked.vocabulary
    word = plain[start] if start < len(plain) else ""
    if word.endswith("st") and word in vocabulary.comparatives:
        return (*vocabulary.comparatives[word], 1)
    if word in ("most", "least"):
        meant, used = vocabulary.adjectives.at(plain, start + 1)
        if meant:
            return meant[0], meant[1] == (word == "most"), used + 1
    return "", True, 0


def _has(asked: Asked, entity: str, *, is_more: bool = True) -> str:
    graph = asked.lookup.kg
    told = " or ".join(f"{facet.name} has {quoted(graph.label(entity))}" for facet in graph.facets_of(entity))
    return told if is_more else f"not ({told})"


def _how_many(asked: Asked) -> Reading | None:
    """Read "how many films with Al Pacino are there", "how many of these are funny"."""
    if asked.plain[:2] != ("how", "many"):
        return None
    return _many(asked, 2, is_count=True)


def _which(asked: Asked) -> Reading | None:
    """Read "which of these are funny", "what westerns do you have", "which films are by Wes Anderson"."""
    if asked.plain[0] not in WHAT or len(asked.plain) < 3:  # noqa: PLR2004  (which, are, funny)
        return None
    is_held = _without_holding(asked) < len(asked.plain)
    is_of_many = asked.is_noun(1) or asked.plain[1] in ("of", "ones") or (is_held and asked.plain[1] not in AUXILIARIES)
    found = _many(asked, 1) if is_of_many else None
    return found if found is None or found.expressions else None


def _values(asked: Asked) -> Reading | None:
    """Read "what styles do you have", "which genres are there"."""
    if asked.plain[0] not in WHAT:
        return None
    end = _without_holding(asked)
    facet = asked.vocabulary.facets.get(" ".join(asked.plain[1:end])) if end < len(asked.plain) else None
    return AskValues(facet) if facet is not None and asked.lookup.kg.facet(facet).kind.is_linked else None


def _is_there(asked: Asked) -> Reading | None:
    """Read "is there anything by Wes Anderson", "are there any westerns", "is there any violence in it"."""
    if asked.plain[:2] not in (("is", "there"), ("are", "there")):
        return None
    for at in range(3, len(asked.plain) - 1):
        item = asked.item(at + 1, len(asked.plain)) if asked.plain[at] in ("in", "at", "on") else ""
        if item and (conditions := asked.conditions(2, at)):
            return AskWhether(item, conditions, asked.spelt(2, at))
    found = _many(asked, 2)
    return found if found is not None and found.expressions else None


def _are_these(asked: Asked) -> Reading | None:
    """Read "are any of these scary", "are they all in English"."""
    some = next((at for at in range(1, len(asked.plain)) if asked.plain[at] not in SOME_OF), len(asked.plain))
    if asked.plain[0] not in BE or not (THESE | {"they"}) & set(asked.plain[1:some]):
        return None
    conditions, said = asked.conditions(some, len(asked.plain)), asked.spelt(some, len(asked.plain))
    is_all = not {"all", "both"}.isdisjoint(asked.plain[1:some])
    return AskWhich(said, conditions, asked.setting.listed, is_all=is_all) if conditions else None


def _many(asked: Asked, start: int, *, is_count: bool = False) -> AskWhich | None:
    """Read what is asked for from a position on, and whether it is the list that is asked about."""
    end = _without_holding(asked)
    is_listed = not _LISTED.isdisjoint(asked.plain[start:end]) and not asked.vocabulary.nouns & set(
        asked.plain[start:end]
    )
    kept = [at for at in range(start, end) if not (is_listed and asked.plain[at] in _LISTED)]
    conditions = read_conditions([asked.words[at] for at in kept], asked.lookup, asked.setting)
    if conditions is None:
        return None
    nouns = asked.vocabulary.nouns | IDLE | BE | ANY | _LISTED | AUXILIARIES
    while start < end and (asked.plain[start] in nouns or asked.words[start].is_pause):
        start += 1
    said = asked.spelt(start, end)
    is_read = bool(conditions) or not said  # "how many goals are there" asks for nothing that is known here
    among = asked.setting.listed if is_listed else None
    return AskWhich(said, conditions, among, is_count=is_count) if is_read else None


def _without_holding(asked: Asked) -> int:
    """Return where a question ends but for "are there" or "do you have"."""
    text = " ".join(asked.plain)
    tail = max((tail for tail in _HOLDINGS if text.endswith(f" {tail}")), key=len, default="")
    end = len(asked.plain) - len(tail.split())
    return end if end > 1 else len(asked.plain)
