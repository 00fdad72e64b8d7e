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
from kgrec.domain import Facet, FacetKind, Question, QuestionKind
from kgrec.graph.lookup import Lookup, Match
from kgrec.rulebook import quoted
from kgrec.text import clean, fold

LONGEST_TEXT: Final = 400
"""So many characters of an utterance are read."""

_LONGEST_NAME: Final = 12
_WORD: Final = re.compile(r"[\w'’.&:/*+-]*[\w'’*+]|[,;!?]")


@dataclass(frozen=True, slots=True)
class Pick:
    """Options of the question that was put, by position from 0."""

    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WhyItem:
    """A question why an item stands where it does."""

    item: str


@dataclass(frozen=True, slots=True)
class WhyNotItem:
    """A question why an item is not on the list."""

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


@dataclass(frozen=True, slots=True)
class Unused:
    """Words that nothing can be done with."""

    text: str


Reading = Command | Pick | WhyItem | WhyNotItem | Opine | HaveSeen | Require | FreeText | NotFound | Unused


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
        text: what the user typed; what comes after LONGEST_TEXT is not read.
        lookup: finds the graph's entities.
        question: the question that is open.
        listed: the items on the list, for "why 2".
    """
    text = clean(text[:LONGEST_TEXT])
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
    return _settled(tuple(_Reader(text, lookup).read()))


def _settled(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Take a single word beside things understood for an aside ("rainy"), not for a wish that outweighs them."""
    heard = any(not isinstance(reading, FreeText | Unused) for reading in readings)
    return tuple(
        Unused(reading.text) if isinstance(reading, FreeText) and heard and " " not in reading.text else reading
        for reading in readings
    )


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
    """Return the item a question is about: why it is on the list, or why it is not."""
    for pattern in lexicon.WHY_NOT:
        # What follows a name ("on the list") may as well be its end ("I'm Not There"), so the longest name comes first.
        if (found := re.fullmatch(pattern, whole)) and (match := _meant(found[1], lookup)):
            return WhyNotItem(match.entity)
    found = re.fullmatch(r"why(?: not| is| isnt)? (.+)", whole)
    if not found:
        return None
    if found[1].isdecimal() and 1 <= int(found[1]) <= len(listed):
        return WhyItem(listed[int(found[1]) - 1])
    match = _meant(found[1], lookup)
    return WhyItem(match.entity) if match else NotFound(found[1], lookup.find(found[1], 3, among="items"))


def _meant(name: str, lookup: Lookup) -> Match | None:
    """Return the item that a name means, if it comes near to any."""
    matches = lookup.find(name, 1, among="items")
    return matches[0] if matches and lookup.is_near(name, matches[0]) else None


class _Reader:
    """Reads one utterance from left to right."""

    def __init__(self, text: str, lookup: Lookup) -> None:
        self._lookup = lookup
        self._graph = lookup.kg
        self._words = [_Word(raw, fold(raw) or raw) for raw in _WORD.findall(text)]
        self._plain = [word.folded for word in self._words]
        own = self._graph.ontology
        self._nouns = {fold(word) for word in (own.singular, own.plural, *own.synonyms)}
        self._idle = FILLERS | self._nouns | {word for facet in own.facets for word in _facet_words(facet)}
        self._mood = _Mood()
        self._rest: list[int] = []  # positions of words that wait for what they may mean together

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
                yield self._said(entity, position)
                position += used
                continue
            if self._plain[position] in _PAUSES | lexicon.RESETS:
                yield from self._finish()
                # "no war, musicals" goes on with the list; "no war, something sad" does not.
                if not self._name(position + 1)[0]:
                    self._mood = _Mood()
            self._hear(position)
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
            entities = self._lookup.exact(name) or self._values_called(singular(name))
            if entities and self._is_meant(words, entities[0]):
                return self._likeliest(entities, words), used
        return "", 0

    def _core(self, words: Sequence[_Word]) -> tuple[str, ...]:
        """Return the values named by some words without the noun: "a scary movie" means scary, not "Scary Movie"."""
        core = [word.folded for word in words if word.folded not in FILLERS | self._nouns]
        return self._values_called(" ".join(core)) if 0 < len(core) < len(words) else ()

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
        if any(word.raw[:1].isupper() for word in words):
            return entities[0]
        values = [entity for entity in entities if not self._graph.is_item(entity)]
        return next(iter([*self._core(words), *values, *entities]))

    def _said(self, entity: str, position: int) -> Reading:
        """Return what the mood and the words before it say of an entity."""
        self._rest = [kept for kept in self._rest if self._plain[kept] not in self._idle]
        mood = self._mood
        if self._graph.is_item(entity):
            if mood.verb == "seen":
                return HaveSeen(entity)
            return Opine(entity, -1.0 if mood.is_negated else 1.0 if mood.verb != "like" else 0.8)
        facets = self._graph.facets_of(entity)
        label = self._graph.label(entity)
        if mood.verb == "" and facets and mood.is_negated:
            return Require(f"not ({facets[0].name} has {quoted(label)})", f"no {label}")
        if mood.verb == "" and facets and mood.is_strict:
            return Require(f"{facets[0].name} has {quoted(label)}", f"only {label}")
        cued = self._cued(facets, position) if mood.verb == "" else ()
        if cued:
            expression = " or ".join(f"{facet.name} has {quoted(label)}" for facet in cued)
            return Require(expression, f"{self._plain[position - 1]} {label}")
        return Opine(entity, -1.0 if mood.is_negated else 1.0, for_now=mood.verb not in ("love", "like", "hate"))

    def _cued(self, facets: Sequence[Facet], position: int) -> tuple[Facet, ...]:
        """Return the facets that the words before a name speak of: "directed by", "with", or "by" for several.

        Only entities, and facets too weak to be a matter of taste ("from France", "in Danish"): whoever says "with Bill
        Murray" wants him in it, while "about boxing" may be met by an item that says it otherwise.
        """
        found = []
        for facet in facets:
            cue = fold(facet.phrase.partition("{value}")[0]).split()
            if not cue or not (facet.kind is FacetKind.ENTITY or facet.weight < _MATTER_OF_TASTE):
                continue
            if self._plain[max(position - len(cue), 0) : position] == cue:
                return (facet,)
            if position and self._plain[position - 1] == cue[-1]:
                found.append(facet)
        return tuple(found)

    # --- everything else ------------------------------------------------------------------------------------------

    def _hear(self, position: int) -> None:
        """Take a word that is no name: a cue changes the mood, other words wait for what they may mean together."""
        plain = self._plain[position]
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
            self._rest.append(position)

    def _is_comparison(self, plain: str) -> bool:
        """Whether this "like" compares ("something like Heat") rather than tells a liking ("I like Heat")."""
        return plain == "like" and "something" in self._plain

    def _finish(self) -> Iterator[Reading]:
        """Turn the words left over into what they may mean, and end the clause."""
        rest = [kept for kept in self._rest if self._plain[kept] not in _PAUSES | lexicon.JOINERS]
        self._rest = []
        content = [kept for kept in rest if self._plain[kept] not in self._idle]
        if not content:
            return
        first, last = rest.index(content[0]), rest.index(content[-1])
        phrase = " ".join(self._words[kept].raw for kept in rest[first : last + 1])
        matches = self._nearest(phrase, " ".join(self._words[kept].raw for kept in rest[max(first - 1, 0) : last + 1]))
        if matches and self._lookup.is_near(phrase, matches[0]):
            yield self._said(matches[0].entity, content[0])
        elif self._mood.verb in ("seen", "love", "hate") or (self._mood.verb == "like" and phrase[0].isupper()):
            yield NotFound(phrase, matches)
        elif self._mood.is_negated or not any(character.isalpha() for character in phrase):
            yield Unused(f"not {phrase}" if self._mood.is_negated else phrase)
        else:
            yield FreeText(phrase)

    def _nearest(self, *phrases: str) -> tuple[Match, ...]:
        """Return what any of these spellings may mean, the likeliest first: "Matrx" may lack its article."""
        among = "items" if self._mood.verb == "seen" else None
        found = {match.entity: match for phrase in phrases for match in self._lookup.find(phrase, 3, among)}
        return tuple(sorted(found.values(), key=lambda match: -match.score)[:3])


_MATTER_OF_TASTE: Final = 0.5
"""Facets of a smaller weight say little about liking; to name a value of theirs is to ask for it."""

_PAUSES: Final = frozenset(",;!?")
_CUES: Final = (
    lexicon.NEGATIONS | lexicon.LOVES | lexicon.LIKES | lexicon.HATES | lexicon.WANTS | lexicon.SEEN | lexicon.ONLY
    | lexicon.RESETS | lexicon.JOINERS
)  # fmt: skip


def _facet_words(facet: Facet) -> set[str]:
    """Return the words that speak of a facet rather than of a value: "directed by", "director", "directors"."""
    return set(fold(f"{facet.phrase.replace('{value}', ' ')} {facet.label} {facet.plural}").split())


def singular(name: str) -> str:
    """Return the singular of the last word, roughly; empty if it has none."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else ""
