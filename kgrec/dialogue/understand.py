"""What an utterance means: local, deterministic, and nothing dropped.

An utterance is read from left to right, clause by clause. A clause that is a command, a question or a courtesy as a
whole is that. In any other, whatever explains the most words wins at each place: a name, a number, a comparison, or a
cue such as "no", "loved" or "with", which decides what is said of the names that follow (or, as with "was great", of
those before). Words that nothing explains are looked up as misspelt names; what is left becomes a wish in free words,
or, where a name was awaited, a name that was not found, with the nearest ones.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from kgrec.acts import Question, QuestionKind
from kgrec.dialogue import lexicon
from kgrec.dialogue.about_me import read_about_me
from kgrec.dialogue.asked import AUXILIARIES, BE
from kgrec.dialogue.births import dated
from kgrec.dialogue.choosing import read_choice
from kgrec.dialogue.clauses import Reader
from kgrec.dialogue.courtesy import read_chat
from kgrec.dialogue.how_old import option_told
from kgrec.dialogue.inquiries import read_inquiry
from kgrec.dialogue.lexicon import Command
from kgrec.dialogue.measures import spelled
from kgrec.dialogue.names import Names
from kgrec.dialogue.orders import read_order
from kgrec.dialogue.picking import numbers_of, places_of
from kgrec.dialogue.questions_about import read_question
from kgrec.dialogue.readings import (
    Alternative,
    Chat,
    Compare,
    Correct,
    FreeText,
    HaveSeen,
    Instead,
    NotFound,
    Opine,
    Pick,
    Prefer,
    Reading,
    Require,
    Setting,
    TellAbout,
    Unused,
    WhyItem,
    WhyNotItem,
)
from kgrec.dialogue.slips import corrected
from kgrec.dialogue.tokens import Word, words_of
from kgrec.dialogue.vocabulary import vocabulary_of
from kgrec.graph.lookup import Lookup, Match
from kgrec.text import clean, fold

_ANY_NUMBER: Final = frozenset({QuestionKind.CHOICE, QuestionKind.LOVED})
"""Kinds that may be answered by several options at once."""

_SHORT_COMMANDS: Final = frozenset({"undo", "help", "restart", "bye", "goodbye", "quit", "exit"})
"""Single words that are commands beside other clauses too."""

_WHY_LEAD: Final = re.compile(
    "^(?:(?:ok|okay|so|and|but|hey|hmm|wait|please|can|could|would|will|you|explain|tell me|to me|say|i wonder"
    "|im curious|just) )+(?=why|how come|what)"
)
_LONGEST_WHY: Final = 5
"""A name of more words, after "why", is rather a sentence."""

_ENDS: Final = frozenset(".?!;…")
"""Signs that end a sentence."""

_DENIALS: Final = frozenset({"no", "nope", "nah"})

_BARE: Final = frozenset({"who", "whose", "when", "where", "how", "did", "does"})
"""What begins so asks, with or without a question mark."""
_STRICT: Final = _BARE | {"is", "are", "was", "were", "has", "which"}
"""What begins so, and ends with a question mark, asks for facts; but "is there" may wish."""
_ASKING: Final = frozenset({"do", "have", "what"})
"""What begins so may wish ("what have you with ..."), but rates nothing."""

_NO_PLACE: Final = 99
"""A greater number is no answer by its place, but a year or a title."""

LONGEST_TEXT: Final = 400
"""So many characters of an utterance are read."""


def understand(text: str, lookup: Lookup, setting: Setting | None = None) -> tuple[Reading, ...]:
    """Return what ``text`` says, in order; empty only for a text without any word.

    Args:
        text: what the user typed; only its beginning is read.
        lookup: finds the graph's entities.
        setting: what it may refer to.
    """
    setting = setting or Setting()
    text = clean(beginning(text))
    whole = fold(text)
    if not whole:
        return ()
    question, nouns = setting.question, lookup.kg.once(vocabulary_of).nouns
    picked = _picked(text, question, nouns) if question is not None else None
    if picked is not None and not (isinstance(picked, Pick) and max(picked.positions, default=0) >= _NO_PLACE):
        return (picked,)
    text, undated = dated(text, setting.year)
    untold = (Unused(undated),) if undated else ()
    words = corrected(words_of(spelled(text)), lookup)
    if not words:
        return untold
    if (meant := _as_a_whole(words, whole, lookup, setting)) is not None:
        return (meant,)
    lead, used = _lead(words)
    if question is not None and question.kind is QuestionKind.LOVED:  # "the second one" is of those just shown
        setting = replace(setting, listed=tuple(str(option.value) for option in question.options))
    return (*_led(lead, _settled(_by_clause(words[used:], lookup, setting)), lookup), *untold)


def _as_a_whole(words: Sequence[Word], whole: str, lookup: Lookup, setting: Setting) -> Reading | None:
    """Return the command, the question why, the choice or the correction that an utterance is; None for none."""
    plain = [part for word in words if not word.is_pause for part in word.folded.split()]
    if (command := read_order(plain, lookup.kg.once(vocabulary_of).nouns)) is not None:
        return command
    asked = _why(whole, lookup, setting)
    return asked or read_choice(words, lookup, setting) or _correction(whole, lookup)


def beginning(text: str) -> str:
    """Return as much of a text as is read: LONGEST_TEXT characters at most, whole words unless there is only one."""
    if len(text) <= LONGEST_TEXT:
        return text
    words, _, _ = text[: LONGEST_TEXT + 1].rpartition(" ")
    return words.rstrip() or text[:LONGEST_TEXT]


def _lead(words: Sequence[Word]) -> tuple[str, int]:
    """Return the word that says how an utterance goes on from the last one, and where its own words begin."""
    if len(words) > 2 and words[0].folded in _DENIALS and words[1].is_pause:  # noqa: PLR2004  (no, pause, what)
        return "no", 2
    return ("or", 1) if len(words) > 1 and words[0].folded == "or" else ("", 0)


def _led(lead: str, readings: tuple[Reading, ...], lookup: Lookup) -> tuple[Reading, ...]:
    """Return the readings of an utterance that begins so: "or ..." widens what was asked for, "no, ..." replaces it."""
    told = [said for said in readings if isinstance(said, Require | Opine) and _is_asked_for(said, lookup)]
    if lead == "no":
        return tuple(_instead(said, lookup) for said in readings)
    if lead == "or" and told:
        return (Alternative(tuple(told)), *(said for said in readings if said not in told))
    return readings


def _instead(reading: Reading, lookup: Lookup) -> Reading:
    """Return what is asked for as something that replaces what was asked for before; anything else as it is."""
    if isinstance(reading, Compare) or (isinstance(reading, Opine | Require) and _is_asked_for(reading, lookup)):
        return Instead(reading)
    return reading


def _is_asked_for(said: Opine | Require, lookup: Lookup) -> bool:
    """Whether values or numbers are asked for, rather than items rated."""
    return isinstance(said, Require) or (said.for_now and said.value > 0 and not lookup.kg.is_item(said.entity))


def _by_clause(words: Sequence[Word], lookup: Lookup, setting: Setting) -> tuple[Reading, ...]:
    """Read clauses that mean something as a whole, and let a Reader have all others in one go."""
    if _is_one_sentence(words) and (inquiry := read_inquiry(words, lookup, setting)) is not None:
        return (inquiry,)
    return _unless_asked(words, _clause_by_clause(words, lookup, setting), lookup)


def _unless_asked(words: Sequence[Word], readings: tuple[Reading, ...], lookup: Lookup) -> tuple[Reading, ...]:
    """Return readings; for a question that fits no frame, that nothing was made of it, and what it is about."""
    plain = [word.folded for word in words]
    is_marked = plain[-1] == "?"
    is_asked = is_marked or (plain[0] in _BARE and not (AUXILIARIES | BE).isdisjoint(plain))
    is_asked = is_asked or (plain[0] == "who" and plain[1:2] not in (["cares"], ["knows"]))
    if not (is_asked and _is_one_sentence(words) and plain[0] in _STRICT | _ASKING):
        return readings
    may_wish = plain[0] in _ASKING or plain[1:2] == ["there"] or "possible" in plain
    told = [said for said in readings if isinstance(said, Opine | HaveSeen | Prefer | Require | Compare | FreeText)]
    if not told or (may_wish and not any(_is_lasting(said) for said in told)):
        return readings
    named = [TellAbout(said.entity) for said in told if isinstance(said, Opine | HaveSeen | Prefer)]
    named = [about for about in named if lookup.kg.is_item(about.entity)]
    named = named if len(set(named)) == 1 else []  # several would be as many answers to one question
    said = " ".join(word.raw for word in words[: len(words) - is_marked])
    return (Unused(said), *dict.fromkeys(named))


def _is_lasting(reading: Reading) -> bool:
    """Whether a reading is believed beyond the conversation."""
    return isinstance(reading, HaveSeen | Prefer) or (isinstance(reading, Opine) and not reading.for_now)


def _clause_by_clause(words: Sequence[Word], lookup: Lookup, setting: Setting) -> tuple[Reading, ...]:
    reader = Reader(words, lookup, setting)
    start = 0
    while start < len(words):
        end = next((at for at in range(start, len(words)) if words[at].is_pause), len(words))
        if reader.is_clause_start(start) and start < end:
            clause = words[start:end]
            meant = _whole_clause(clause, lookup, reader.setting, is_all=end - start >= _spoken(words))
            if meant is not None:
                reader.note(meant)
                start = end + 1
                continue
        start = reader.read(start, end)
    return reader.readings()


def _is_one_sentence(words: Sequence[Word]) -> bool:
    """Whether no sentence ends before the last word."""
    last = max((at for at, word in enumerate(words) if not word.is_pause), default=0)
    return not any(word.folded in _ENDS for word in words[:last])


def _spoken(words: Sequence[Word]) -> int:
    return sum(not word.is_pause for word in words)


def _whole_clause(clause: Sequence[Word], lookup: Lookup, setting: Setting, *, is_all: bool) -> Reading | None:
    """Return what a clause means as a whole, or None; single words are commands only on their own."""
    plain = [part for word in clause for part in word.folded.split()]
    if about_me := read_about_me(plain, lookup.kg):
        return about_me
    if question := read_inquiry(clause, lookup, setting) or read_question(clause, lookup, setting):
        return question
    if (is_all or len(plain) > 1 or plain[0] in _SHORT_COMMANDS) and (
        command := read_order(plain, lookup.kg.once(vocabulary_of).nouns)
    ):
        return command if is_all or command is not Command.PASS else None
    return read_chat(plain)


def _settled(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Leave courtesies beside other things unanswered; a single word there is an aside ("rainy"), not a wish."""
    meant = tuple(reading for reading in readings if not isinstance(reading, Chat))
    if all(isinstance(reading, Command) for reading in meant):
        return readings if meant else readings[:1]
    heard = any(not isinstance(reading, FreeText | Unused) for reading in meant)
    return tuple(
        Unused(reading.text) if isinstance(reading, FreeText) and heard and " " not in reading.text else reading
        for reading in meant
    )


# --- answers to the question that is open -------------------------------------------------------------------------


def _picked(text: str, question: Question, nouns: Collection[str]) -> Reading | None:
    """Return the options an answer names: by number, by label, or by yes and no; none is there for some numbers."""
    whole, count = fold(text), len(question.options)
    labels = [fold(option.label) for option in question.options]
    if whole in labels:
        return Pick((labels.index(whole),))
    numbers = whole.replace(" and ", " ").split()
    if question.kind is QuestionKind.LOVED:
        places = places_of(text, count, nouns)
    else:
        places = tuple(int(number[:9]) for number in numbers) if all(map(str.isdecimal, numbers)) else ()
    if places and all(1 <= place <= count for place in places):
        positions = tuple(dict.fromkeys(place - 1 for place in places))
        return Pick(positions if question.kind in _ANY_NUMBER else positions[:1])
    if question.kind is QuestionKind.LIKE and whole in lexicon.YES | lexicon.NO:
        return Pick((0 if whole in lexicon.YES else 1,))
    if question.kind is QuestionKind.SEEN and whole in lexicon.NO:
        return Command.PASS
    named = [position for position, label in enumerate(labels) if len(whole) > 2 and label.startswith(whole)]  # noqa: PLR2004
    if not named and question.kind is QuestionKind.MEANT:
        named = _meant_options(whole, labels)
    if not named and (option := option_told(whole, question)) is not None:
        named = [option]
    if len(named) == 1:
        return Pick((named[0],))
    missed = places if question.kind is QuestionKind.LOVED else numbers_of(text)
    return Pick(tuple(place - 1 for place in missed)) if missed else None


def _meant_options(whole: str, labels: Sequence[str]) -> list[int]:
    """Return the options of "which do you mean?" that share the telling words of an answer: "the 2003 one"."""
    words = {word for word in whole.split() if word not in lexicon.FILLERS - lexicon.NEWEST - lexicon.OLDEST}
    place = next((lexicon.ORDINALS[word] for word in whole.split() if word in lexicon.ORDINALS), 0)
    if 1 <= place <= len(labels):
        return [place - 1]
    ages = [label.rpartition(" ")[2] for label in labels]  # what tells items of one name apart: "King Kong (1933)"
    if words and words <= lexicon.NEWEST | lexicon.OLDEST and all(age.isdecimal() for age in ages):
        best = max if words <= lexicon.NEWEST else min
        return [ages.index(best(ages, key=int))]
    return [position for position, label in enumerate(labels) if words and words <= set(label.split())]


# --- why, and corrections -----------------------------------------------------------------------------------------


def _why(whole: str, lookup: Lookup, setting: Setting) -> Reading | None:
    """Return the item a question is about: why it is on the list, or why it is not."""
    whole, unknown = _WHY_LEAD.sub("", whole), ""
    for pattern in lexicon.WHY_NOT:
        # What follows a name ("on the list") may as well be its end ("I'm Not There"), so the longest name comes first.
        if (found := re.fullmatch(pattern, whole)) and (item := _meant(_group(found), lookup, setting)):
            return WhyNotItem(item)
        unknown = min(filter(None, (unknown, _group(found) if found else "")), key=len, default="")
    for pattern in lexicon.WHY:
        if found := re.fullmatch(pattern, whole):
            if item := _first(pattern, _group(found), setting) or _meant(_group(found), lookup, setting):
                return WhyItem(item)
            if pattern == lexicon.WHY[-1] and len(found[1].split()) <= _LONGEST_WHY:
                name = unknown or found[1]
                return NotFound(name, lookup.find(name, 3, among="items"))
    return None


def _first(pattern: str, name: str, setting: Setting) -> str:
    """Return the first of the list, if it is what "that" means: "why is that first?"."""
    return next(iter(setting.listed), "") if pattern == lexicon.WHY[-2] and name in lexicon.PRONOUNS else ""


def _group(found: re.Match[str]) -> str:
    """Return the one group of several alternatives that matched."""
    return next((group for group in found.groups() if group), "")


def _meant(name: str, lookup: Lookup, setting: Setting) -> str:
    """Return the item that some words mean, if they come near to any: a place on the list, "it", a name."""
    if name.isdecimal() and 1 <= int(name[:9]) <= len(setting.listed):
        return setting.listed[int(name[:9]) - 1]
    words = words_of(name)
    item, used = Names(words, lookup, setting).reference_at(0)
    if item and used == len(words):
        return item
    named = [entity for entity in (*lookup.exact(name), *lookup.loosely(name)) if lookup.kg.is_item(entity)]
    matches: tuple[Match, ...] = () if named else lookup.find(name, 1, among="items")
    if matches and lookup.is_near(name, matches[0]):
        return matches[0].entity
    return named[0] if named else ""


def _correction(whole: str, lookup: Lookup) -> Correct | None:
    """Return what "no, I meant ..." corrects: the kind of value, which of one name, or the words."""
    vocabulary = lookup.kg.once(vocabulary_of)
    for pattern in lexicon.MEANT:
        found = re.fullmatch(pattern, whole)
        if not found:
            continue
        noun = found.groupdict().get("noun", "one")
        is_named = noun in {"one", *vocabulary.nouns, *vocabulary.facets}
        if not (is_named or any(map(lookup.kg.is_item, lookup.exact(noun)))):
            continue
        meant = found[found.re.groups]
        words = [word for word in meant.split() if word not in ("the", "one", "as", "a", "an", "of", "version")]
        name = " ".join(word for word in words if word not in vocabulary.nouns)
        if name in vocabulary.facets:
            return Correct(facet=vocabulary.facets[name])
        if name in lexicon.NEWEST | lexicon.OLDEST:
            return Correct(newest=name in lexicon.NEWEST)
        if pattern != lexicon.MEANT[-1]:
            return Correct(text=meant)
    return None
