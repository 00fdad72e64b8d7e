"""What an utterance means: local, deterministic, and nothing dropped.

An utterance is read from left to right, clause by clause. A clause that is a command, a question or a courtesy as a
whole is that. In any other, whatever explains the most words wins at each place: a name, a number, a comparison, or a
cue such as "no", "loved" or "with", which decides what is said of the names that follow (or, as with "was great", of
those before). Words that nothing explains are looked up as misspelt names; what is left becomes a wish in free words,
or, where a name was awaited, a name that was not found, with the nearest ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgrec.acts import Question, QuestionKind
from kgrec.dialogue import lexicon
from kgrec.dialogue.clauses import Reader
from kgrec.dialogue.courtesy import read_chat
from kgrec.dialogue.lexicon import Command
from kgrec.dialogue.names import Names
from kgrec.dialogue.orders import read_order
from kgrec.dialogue.questions_about import read_question
from kgrec.dialogue.readings import (
    Chat,
    Correct,
    FreeText,
    NotFound,
    Pick,
    Reading,
    Setting,
    Unused,
    WhyItem,
    WhyNotItem,
)
from kgrec.dialogue.slips import corrected
from kgrec.dialogue.tokens import Word, words_of
from kgrec.dialogue.vocabulary import vocabulary_of
from kgrec.graph.lookup import Lookup, Match
from kgrec.text import clean, fold

_SHORT_COMMANDS: Final = frozenset({"undo", "help", "restart", "bye", "goodbye", "quit", "exit"})
"""Single words that are commands beside other clauses too."""

_WHY_LEAD: Final = re.compile(
    "^(?:(?:ok|okay|so|and|but|hey|hmm|wait|please|can|could|would|will|you|explain|tell me|to me|say|i wonder"
    "|im curious|just) )+(?=why|how come|what)"
)
_LONGEST_WHY: Final = 5
"""A name of more words, after "why", is rather a sentence."""

LONGEST_TEXT: Final = 400
"""So many characters of an utterance are read."""


def understand(text: str, lookup: Lookup, setting: Setting | None = None) -> tuple[Reading, ...]:
    """Return what ``text`` says, in order; empty only for a text without any word.

    Args:
        text: what the user typed; what comes after LONGEST_TEXT is not read.
        lookup: finds the graph's entities.
        setting: what it may refer to.
    """
    setting = setting or Setting()
    text = clean(text[:LONGEST_TEXT])
    whole = fold(text)
    if not whole:
        return ()
    if setting.question is not None and (picked := _picked(whole, setting.question)) is not None:
        return (picked,)
    words = corrected(words_of(text), lookup)
    plain = [part for word in words if not word.is_pause for part in word.folded.split()]
    if (command := read_order(plain, lookup.kg.once(vocabulary_of).nouns)) is not None:
        return (command,)
    if (asked := _why(whole, lookup, setting)) is not None:
        return (asked,)
    if (meant := _correction(whole, lookup)) is not None:
        return (meant,)
    return _settled(_by_clause(words, lookup, setting))


def _by_clause(words: Sequence[Word], lookup: Lookup, setting: Setting) -> tuple[Reading, ...]:
    """Read clauses that mean something as a whole, and let a Reader have all others in one go."""
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


def _spoken(words: Sequence[Word]) -> int:
    return sum(not word.is_pause for word in words)


def _whole_clause(clause: Sequence[Word], lookup: Lookup, setting: Setting, *, is_all: bool) -> Reading | None:
    """Return what a clause means as a whole, or None; single words are commands only on their own."""
    plain = [part for word in clause for part in word.folded.split()]
    if question := read_question(clause, lookup, setting):
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


def _picked(whole: str, question: Question) -> Reading | None:
    """Return the options an answer names: by number, by label, or by yes and no."""
    numbers = whole.replace(" and ", " ").split()
    if all(number.isdecimal() and 1 <= int(number[:9]) <= len(question.options) for number in numbers):
        positions = tuple(dict.fromkeys(int(number) - 1 for number in numbers))
        return Pick(positions if question.kind is QuestionKind.CHOICE else positions[:1])
    labels = [fold(option.label) for option in question.options]
    if whole in labels:
        return Pick((labels.index(whole),))
    if question.kind is QuestionKind.LIKE and whole in lexicon.YES | lexicon.NO:
        return Pick((0 if whole in lexicon.YES else 1,))
    if question.kind is QuestionKind.SEEN and whole in lexicon.NO:
        return Command.PASS
    named = [position for position, label in enumerate(labels) if len(whole) > 2 and label.startswith(whole)]  # noqa: PLR2004
    if not named and question.kind is QuestionKind.MEANT:
        named = _meant_options(whole, labels)
    return Pick((named[0],)) if len(named) == 1 else None


def _meant_options(whole: str, labels: Sequence[str]) -> list[int]:
    """Return the options of "which do you mean?" that share the telling words of an answer: "the 2003 one"."""
    words = {word for word in whole.split() if word not in lexicon.FILLERS}
    place = next((lexicon.ORDINALS[word] for word in whole.split() if word in lexicon.ORDINALS), 0)
    if 1 <= place <= len(labels):
        return [place - 1]
    return [position for position, label in enumerate(labels) if words and words <= set(label.split())]


# --- why, and corrections -----------------------------------------------------------------------------------------


def _why(whole: str, lookup: Lookup, setting: Setting) -> Reading | None:
    """Return the item a question is about: why it is on the list, or why it is not."""
    whole = _WHY_LEAD.sub("", whole)
    for pattern in lexicon.WHY_NOT:
        # What follows a name ("on the list") may as well be its end ("I'm Not There"), so the longest name comes first.
        if (found := re.fullmatch(pattern, whole)) and (item := _meant(_group(found), lookup, setting)):
            return WhyNotItem(item)
    for pattern in lexicon.WHY:
        if found := re.fullmatch(pattern, whole):
            if item := _meant(_group(found), lookup, setting):
                return WhyItem(item)
            if pattern == lexicon.WHY[-1] and len(found[1].split()) <= _LONGEST_WHY:
                return NotFound(found[1], lookup.find(found[1], 3, among="items"))
    return None


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
        words = [word for word in found[1].split() if word not in ("the", "one", "as", "a", "an", "of", "version")]
        name = " ".join(word for word in words if word not in vocabulary.nouns)
        if name in vocabulary.facets:
            return Correct(facet=vocabulary.facets[name])
        if name in lexicon.NEWEST | lexicon.OLDEST:
            return Correct(newest=name in lexicon.NEWEST)
        if pattern != lexicon.MEANT[-1]:
            return Correct(text=found[1])
    return None
