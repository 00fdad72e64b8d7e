"""What an utterance means: local, deterministic, and nothing dropped.

An utterance is read word by word. Names of the graph's entities are found by look-up, longest first; words such as
"no", "love" or "seen" decide what is said of the names that follow; numbers become constraints. Words that ask for
something but name nothing become a wish in free words for the text scorer, or, after "love" or "seen", a name that was
not found, with the nearest ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.lexicon import COMMANDS, FILLERS, Command
from kgrec.dialogue.quantities import Quantity, read_quantity
from kgrec.domain import Question, QuestionKind
from kgrec.graph.lookup import Lookup, Match
from kgrec.rulebook import quoted
from kgrec.text import clean, fold

_LONGEST_NAME: Final = 12
_TOO_SHORT: Final = 4
"""A word of so few letters is not taken for a misspelt name."""

_LIKELY: Final = 88.0
"""From this score on a misspelt name is taken for the entity."""
_WORD: Final = re.compile(r"[\w'’.&:/*+-]*[\w'’*+]|[,;!?]")


@dataclass(frozen=True, slots=True)
class Pick:
    """Options of the question that was put, by position from 0."""

    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WhyItem:
    """A question why an item is, or is not, on the list."""

    item: str


@dataclass(frozen=True, slots=True)
class Opine:
    """An opinion on an entity; ``for_now``: only wanted in this session."""

    entity: str
    value: float
    for_now: bool = False


@dataclass(frozen=True, slots=True)
class HaveSeen:
    """An item was seen."""

    item: str


@dataclass(frozen=True, slots=True)
class Require:
    """A constraint in the rule language."""

    expression: str
    label: str


@dataclass(frozen=True, slots=True)
class FreeText:
    """A wish that names nothing in the graph."""

    text: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """A name that nothing bears."""

    name: str
    nearest: tuple[Match, ...]


Reading = Command | Pick | WhyItem | Opine | HaveSeen | Require | FreeText | NotFound


@dataclass(frozen=True, slots=True)
class _Word:
    raw: str
    folded: str


@dataclass(frozen=True, slots=True)
class _Mood:
    """What the words so far say about the names to come."""

    is_negated: bool = False
    verb: str = ""  # love, like, hate, seen; empty: wanted
    is_strict: bool = False


def understand(
    text: str, lookup: Lookup, question: Question | None = None, listed: Sequence[str] = ()
) -> tuple[Reading, ...]:
    """Return what ``text`` says, in order; empty only for a text without any word.

    Args:
        text: what the user typed.
        lookup: finds the graph's entities.
        question: the question that is open.
        listed: the items on the list, for "why 2".
    """
    text = clean(text)
    whole = fold(text)
    if not whole:
        return ()
    if question is not None:
        picked = _picked(whole, question)
        if picked is not None:
            return (picked,)
    if whole in COMMANDS:
        return (COMMANDS[whole],)
    asked = _why(whole, lookup, listed)
    if asked is not None:
        return (asked,)
    return tuple(_Reader(text, lookup).read())


def _picked(whole: str, question: Question) -> Reading | None:
    """Return the options an answer names: by number, by label, or by yes and no."""
    numbers = whole.replace(" and ", " ").split()
    if all(number.isdecimal() and 1 <= int(number) <= len(question.options) for number in numbers):
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
    return Pick((named[0],)) if len(named) == 1 else None


def _why(whole: str, lookup: Lookup, listed: Sequence[str]) -> Reading | None:
    found = re.fullmatch(r"why(?: not| is| isnt)? (.+)", whole)
    if not found:
        return None
    if found[1].isdecimal() and 1 <= int(found[1]) <= len(listed):
        return WhyItem(listed[int(found[1]) - 1])
    matches = lookup.find(found[1], among="items")
    if matches and matches[0].score >= _LIKELY:
        return WhyItem(matches[0].entity)
    return NotFound(found[1], matches[:3])


class _Reader:
    """Reads one utterance from left to right."""

    def __init__(self, text: str, lookup: Lookup) -> None:
        self._lookup = lookup
        self._graph = lookup.kg
        self._words = [_Word(raw, fold(raw) or raw) for raw in _WORD.findall(text)]
        self._plain = [word.folded for word in self._words]
        own = self._graph.ontology
        self._nouns = {fold(own.singular), fold(own.plural)}
        self._mood = _Mood()
        self._rest: list[_Word] = []

    def read(self) -> Iterator[Reading]:
        position = 0
        while position < len(self._words):
            quantity = read_quantity(self._plain[position:], self._graph)
            if quantity is not None:
                yield self._required(quantity, position)
                position += quantity.words
                continue
            entity, used = self._name(position)
            if entity:
                yield self._said(entity)
                position += used
                continue
            if self._plain[position] in _PAUSES | lexicon.RESETS:
                yield from self._finish()
                # "no war, musicals" goes on with the list; "no war, something sad" does not.
                if not self._name(position + 1)[0]:
                    self._mood = _Mood()
            self._hear(self._words[position])
            position += 1
        yield from self._finish()

    def _required(self, quantity: Quantity, position: int) -> Require:
        """Return a quantity as a constraint; only a negation right before it ("nothing over ...") turns it round."""
        if position and self._plain[position - 1] in lexicon.NEGATIONS:
            return Require(f"not ({quantity.expression})", f"not {quantity.label}")
        return Require(quantity.expression, quantity.label)

    # --- names ----------------------------------------------------------------------------------------------------

    def _name(self, start: int) -> tuple[str, int]:
        """Return the entity whose name begins here, the longest one, and how many words it takes; ("", 0) for none."""
        for used in range(min(_LONGEST_NAME, len(self._words) - start), 0, -1):
            words = self._words[start : start + used]
            if words[-1].folded in _PAUSES:
                continue
            name = " ".join(word.folded for word in words if word.folded not in _PAUSES)
            entities = self._lookup.exact(name) or self._values_called(_singular(name))
            if entities and self._is_meant(words, entities[0]):
                return self._likeliest(entities, words), used
        return "", 0

    def _values_called(self, name: str) -> tuple[str, ...]:
        """Return the values of that name: "comedies" means Comedy, but "Aliens" does not mean the item "Alien"."""
        return tuple(entity for entity in self._lookup.exact(name) if not self._graph.is_item(entity)) if name else ()

    def _is_meant(self, words: Sequence[_Word], entity: str) -> bool:
        """Tell a title made of everyday words ("It", "Up", "Her") from the words themselves, by its capitals."""
        if any(word.folded not in FILLERS | self._nouns | _CUES for word in words):
            return True
        is_alone = len(words) == len(self._words)
        return self._graph.is_item(entity) and (is_alone or all(word.raw[:1].isupper() for word in words))

    def _likeliest(self, entities: Sequence[str], words: Sequence[_Word]) -> str:
        """Prefer a value ("drama") over a title ("Drama") unless the user wrote capitals."""
        if not any(word.raw[:1].isupper() for word in words):
            for entity in entities:
                if not self._graph.is_item(entity):
                    return entity
        return entities[0]

    def _said(self, entity: str) -> Reading:
        """Return what the mood says of an entity."""
        self._rest = [word for word in self._rest if word.folded not in FILLERS | self._nouns]
        mood = self._mood
        if self._graph.is_item(entity):
            if mood.verb == "seen":
                return HaveSeen(entity)
            return Opine(entity, -1.0 if mood.is_negated else 1.0 if mood.verb != "like" else 0.8)
        facets = self._graph.facets_of(entity)
        if mood.is_negated and mood.verb == "" and facets:
            label = self._graph.label(entity)
            return Require(f"not ({facets[0].name} has {quoted(label)})", f"no {label}")
        if mood.is_strict and facets:
            label = self._graph.label(entity)
            return Require(f"{facets[0].name} has {quoted(label)}", f"only {label}")
        return Opine(entity, -1.0 if mood.is_negated else 1.0, for_now=mood.verb not in ("love", "like", "hate"))

    # --- everything else ------------------------------------------------------------------------------------------

    def _hear(self, word: _Word) -> None:
        """Take a word that is no name: a cue changes the mood, other words wait for what they may mean together."""
        plain = word.folded
        mood = self._mood
        if plain in lexicon.RESETS:
            self._mood = _Mood()
        elif plain in lexicon.NEGATIONS:
            self._mood = replace(mood, is_negated=True, verb="" if mood.verb == "seen" else mood.verb)
        elif plain in lexicon.HATES:
            self._mood = _Mood(is_negated=True, verb="hate")
        elif plain in lexicon.LOVES:
            self._mood = _Mood(is_negated=mood.is_negated, verb="love")
        elif plain in lexicon.LIKES and not self._is_comparison(plain):
            self._mood = _Mood(is_negated=mood.is_negated, verb="like")
        elif plain in lexicon.SEEN:
            self._mood = _Mood(verb="seen")
        elif plain in lexicon.WANTS:
            self._mood = _Mood(is_negated=mood.is_negated and mood.verb == "" and plain in {"want", "wants", "watch"})
        elif plain in lexicon.ONLY:
            self._mood = replace(mood, is_strict=True)
        else:
            self._rest.append(word)

    def _is_comparison(self, plain: str) -> bool:
        """Whether this "like" compares ("something like Heat") rather than tells a liking ("I like Heat")."""
        return plain == "like" and "something" in self._plain

    def _finish(self) -> Iterator[Reading]:
        """Turn the words left over into what they may mean, and end the clause."""
        words = [word for word in self._rest if word.folded not in _PAUSES | lexicon.JOINERS]
        self._rest = []
        content = [word for word in words if word.folded not in FILLERS | self._nouns]
        if not content:
            return
        first, last = words.index(content[0]), len(words) - words[::-1].index(content[-1])
        phrase = " ".join(word.raw for word in words[first:last])
        matches = self._nearest(phrase, " ".join(word.raw for word in words[max(first - 1, 0) : last]))
        if matches and self._is_misspelt(phrase, matches[0]):
            yield self._said(matches[0].entity)
        elif self._mood.verb in ("seen", "love", "hate") or (self._mood.verb == "like" and phrase[0].isupper()):
            yield NotFound(phrase, matches)
        else:
            yield FreeText(f"not {phrase}" if self._mood.is_negated else phrase)

    def _is_misspelt(self, phrase: str, match: Match) -> bool:
        """Whether a phrase is that name but for a typing error: one letter, in longer names two or three."""
        if match.score >= _LIKELY:
            return True
        from rapidfuzz.distance import OSA

        typed = fold(phrase)
        label = fold(self._graph.labels[self._graph.index(match.entity)])
        return len(typed) > _TOO_SHORT and OSA.distance(typed, label) <= max(1, len(typed) // 6)

    def _nearest(self, *phrases: str) -> tuple[Match, ...]:
        """Return what any of these spellings may mean, the likeliest first: "Matrx" may lack its article."""
        among = "items" if self._mood.verb == "seen" else None
        found = {match.entity: match for phrase in phrases for match in self._lookup.find(phrase, 3, among)}
        return tuple(sorted(found.values(), key=lambda match: -match.score)[:3])


_PAUSES: Final = frozenset(",;!?")
_CUES: Final = (
    lexicon.NEGATIONS | lexicon.LOVES | lexicon.LIKES | lexicon.HATES | lexicon.WANTS | lexicon.SEEN | lexicon.ONLY
    | lexicon.RESETS | lexicon.JOINERS
)  # fmt: skip


def _singular(name: str) -> str:
    """Return the singular of the last word, roughly; empty if it has none."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else ""
