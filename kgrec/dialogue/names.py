"""Names in an utterance: which entities some words are called, however they are written.

In order of trust: the very name, the longest first; a name in a hurry ("godfather 2", "matrix"); a surname; a place on
the list ("the second one") or what was talked about ("it"); and, for words that nothing else explains, a misspelt name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.amounts import read_number
from kgrec.dialogue.company import COMPANY
from kgrec.dialogue.english import FUNCTION, is_everyday, is_word
from kgrec.dialogue.lexicon import FILLERS
from kgrec.dialogue.makers import makers_at
from kgrec.dialogue.parts import is_numbered, part_at
from kgrec.dialogue.places import RELATIVE, place, place_told
from kgrec.dialogue.readings import Setting
from kgrec.dialogue.tokens import Word
from kgrec.dialogue.verdicts import is_mark
from kgrec.dialogue.vocabulary import Vocabulary, vocabulary_of
from kgrec.graph.lookup import Lookup, Match
from kgrec.text import fold

LONGEST_NAME: Final = 12
_LONGEST_MISSPELT: Final = 5
_MOST_TRIED: Final = 24
"""So many spans of unexplained words are looked up in one utterance: each takes about a millisecond."""
_KNOWN_BETTER: Final = 1.5
"""Of two people of one surname, the one with so many times the items is meant."""
_FAMILY: Final = frozenset({"brothers", "bros", "sisters", "siblings"})
_WELL_KNOWN: Final = 8
"""Who has so many items may be meant by a short name with a slip in it."""
_YOUNG: Final = tuple(COMPANY["children"].split("|"))
_MANNERS: Final = ("esque", "ian", "ish")
_SAID_OF: Final = frozenset({"looks", "sounds", "seems", "is", "was", "looked", "sounded", "might", "could", "would"})
"""What a bare number is a place on the list before: "2 looks nice"."""
_SHORT: Final = 4
_LONG: Final = 8
_YEAR: Final = 4
_ALIKE: Final = 85.0
"""So much alike an item is meant where one was awaited: "gatacca was great"."""
_CUE_WORDS: Final = frozenset(phrase for phrase in lexicon.CUES if " " not in phrase) | lexicon.JOINERS
_PLAIN: Final = FILLERS | FUNCTION | _CUE_WORDS
"""Words of which no name is made unless it is written with capitals or plainly meant."""


@dataclass(frozen=True, slots=True)
class Found:
    """The entities that some words may mean, the likeliest first, and how many words they are.

    ``all_meant``: whether all are meant, as with "the Coen brothers", rather than one of them.
    """

    entities: tuple[str, ...]
    words: int
    all_meant: bool = False


NOTHING: Final = Found((), 0)
_SMALL: Final = {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}  # in titles


class Names:
    """The names in one utterance."""

    def __init__(self, words: Sequence[Word], lookup: Lookup, setting: Setting) -> None:
        self.lookup = lookup
        self.graph = lookup.kg
        self.vocabulary: Vocabulary = self.graph.once(vocabulary_of)
        self._words = words
        self._setting = setting
        self._tried = 0

    def at(self, start: int, *, is_awaited: bool = False, is_close: bool = False) -> Found:
        """Return what is named from here on, the longest name first.

        ``is_awaited``: the words before ask for a name ("I loved", "directed by"), so that everyday words and names in
        a hurry count; ``is_close``: and nothing stands between ("I loved her").
        """
        people, told = makers_at(self, start)
        if people:
            return Found(people, told, all_meant=True)
        for used in range(min(LONGEST_NAME, len(self._words) - start), 0, -1):
            words = self._words[start : start + used]
            if words[-1].is_pause or words[0].is_pause or (used > 1 and self._is_mark(start + used - 1)):
                continue
            name = " ".join(word.folded for word in words if not word.is_pause)
            entities = self._called(name, start + used)
            if entities and self._is_meant(words, entities, is_close=is_close):
                if any(map(self.graph.is_item, entities)) and is_numbered(self.plain(0), start + used):
                    return NOTHING
                return Found(self._likeliest(entities, words), used)
            if not entities and (is_awaited or used > 1 or words[0].is_capitalised) and self._is_telling(words):
                entities = self._hurried(name)
                if entities:
                    return Found(entities, used)
        return self.surname_at(start, is_awaited=is_awaited)

    def plain(self, start: int) -> list[str]:
        """Return the words from a position on, folded."""
        return [word.folded for word in self._words[start:]]

    def values_called(self, *names: str) -> tuple[str, ...]:
        """Return the values of the first name that has any: "Aliens" means no item called "Alien"."""
        for name in names:
            values = tuple(entity for entity in self.lookup.exact(name) if not self.graph.is_item(entity))
            if values:
                return values
        return ()

    def surname_at(self, start: int, *, is_awaited: bool = False) -> Found:
        """Return who has the surname that begins here."""
        for used in (2, 1):
            words = self._words[start : start + used]
            if len(words) < used or not all(self._is_telling([word]) and not word.is_pause for word in words):
                continue
            name = " ".join(word.folded for word in words)
            if len(name) < _SHORT and not words[0].is_capitalised:
                continue
            is_ordinary = name in self.vocabulary.ordinary or self.vocabulary.is_idle(name) or name in _CUE_WORDS
            if is_ordinary and not (words[0].is_capitalised and start):
                continue
            if is_everyday(name) and not words[0].is_capitalised and not (is_awaited and self._is_surname(name)):
                continue  # "swears" is no misspelt "Sears"
            if (is_everyday(name) or len(name) < _SHORT) and self._is_inside_name(start):
                continue  # "Angry Men" is not by a Mr Men
            if not self.lookup.surnamed(name) and (family := self._derived(name)):
                return Found(family, used, all_meant=True)
            if found := self._bearers(name, start, used, is_awaited=is_awaited or words[0].is_capitalised):
                return found
        return NOTHING

    def reference_at(self, start: int, mentioned: str = "") -> tuple[str, int]:
        """Return the item that words such as "it", "number 3" or "the second one" refer to, and how many they are.

        ("", 0) for none; ``mentioned``: the item named last in this utterance.
        """
        plain = self.plain(start)[:5]
        part, used = part_at(self, start, mentioned, mentioned or self._setting.about)
        if used:
            return part, used
        place, used = place_told(plain, self.vocabulary.nouns)
        if used:
            listed = self._setting.listed
            place = len(listed) + 1 + place if place < 0 else place
            return (listed[place - 1], used) if 1 <= place <= len(listed) else ("", 0)
        if plain[:3] == ["the", "other", "one"] and self._setting.other:
            return self._setting.other, 3
        about = mentioned or self._setting.about
        for phrase in lexicon.REFERENCES:
            words = phrase.split()
            if (
                words[-1] == "one"
                and plain[len(words) : len(words) + 1]
                and plain[len(words)] in RELATIVE | {"with", "about"}
            ):
                continue
            if about and plain[: len(words)] == words and (len(words) > 1 or plain[1:2] != ["one"]):
                extra = 1 if plain[len(words) : len(words) + 1] and plain[len(words)] in self.vocabulary.nouns else 0
                return about, len(words) + extra
        return "", 0

    def place_at(self, start: int, mentioned: str = "") -> tuple[str, int]:
        """Return the item that "the second one" or "the second part" refers to, as :meth:`reference_at`."""
        plain = self.plain(start)
        if plain[1:2] and plain[1] in _SAID_OF and (item := place(plain[:1], self._setting.listed)):
            return item, 1  # "2 looks nice"
        is_place = self.plain(start)[:1] == ["the"] and not lexicon.ORDINALS.keys().isdisjoint(self.plain(start)[1:2])
        return self.reference_at(start, mentioned) if is_place else ("", 0)

    def standard_at(self, start: int, mentioned: str) -> tuple[str, int]:
        """Return the item that "than ..." or "as ..." compares with, and how many words that is; ("", 0) for none."""
        if self.plain(start)[:1] not in (["than"], ["as"]):
            return "", 0
        item, used = self.reference_at(start + 1, mentioned)
        if not item:
            found = self.at(start + 1, is_awaited=True, is_close=True)
            item, used = next((entity for entity in found.entities if self.graph.is_item(entity)), ""), found.words
        return item, used + bool(item)

    def is_place_at(self, start: int) -> bool:
        """Whether the words here put what was named before them into another place: "on a train"."""
        plain = self.plain(start)
        if plain[:1] not in (["in"], ["on"]) or len(plain) < 2:  # noqa: PLR2004  (where)
            return False
        place = self.at(start + 1).entities
        return plain[1] in ("a", "an") or (bool(place) and not self.graph.is_item(place[0]))

    def misspelt(self, positions: Sequence[int], *, is_awaited: bool) -> tuple[int, int, Match] | None:
        """Return (first, last, match) of the longest span of unexplained words that is a name but for a few letters.

        ``positions`` are those of the words, first and last are indices into it.
        """
        content = [at for at, position in enumerate(positions) if self._is_content(position)]
        if not content:
            return None
        whole = (content[0], content[-1])
        spans = [(first, last) for first in content for last in content if first <= last < first + _LONGEST_MISSPELT]
        for first, last in sorted({whole, *spans}, key=lambda span: (span[0] - span[1], span[0])):
            words = [self._words[position] for position in positions[first : last + 1]]
            led = self._led(positions[first], words)
            is_whole = (first, last) == whole
            if self._tried >= _MOST_TRIED or not (is_whole or self._may_be_misspelt(words)):
                continue
            if not is_whole and self._is_torn(positions, first, last):
                continue
            if all(read_number(word.folded) is not None for word in words):
                continue  # a number is no part of a name: "my kids are 5 and 8"
            if len(words) == 1 and not is_awaited and is_word(words[0].raw):
                continue  # "switch" is no misspelt "witch"
            self._tried += 1
            is_all = is_whole and len(words) == sum(not word.is_pause for word in self._words)
            match = self._near(words, is_awaited=is_awaited or is_all, led=led)
            if match:
                return first, last, match
        return None

    def _is_torn(self, positions: Sequence[int], first: int, last: int) -> bool:
        """Whether a span is only part of a longer name in capitals: "Aliens" of "Aliens Resurrection", "99 Aliens"."""
        if not self._words[positions[first]].is_capitalised:
            return False
        beside = [positions[at] for at in (first - 1, last + 1) if 0 <= at < len(positions)]
        return any(self._words[at].raw.isdecimal() or self._is_content(at) for at in beside if self._is_written_so(at))

    def _is_written_so(self, position: int) -> bool:
        """Whether a word is written as those of names are: with a capital, or as a figure that is no year."""
        raw = self._words[position].raw
        return raw[:1].isupper() or (raw.isdecimal() and len(raw) != _YEAR)

    def nearest(self, *phrases: str, items_only: bool = False) -> tuple[Match, ...]:
        """Return what any of these spellings may mean, the likeliest first: "Matrx" may lack its article."""
        among = "items" if items_only else None
        found = {match.entity: match for phrase in phrases for match in self.lookup.find(phrase, 3, among)}
        return tuple(sorted(found.values(), key=lambda match: -match.score)[:3])

    # --- inside -----------------------------------------------------------------------------------------------------

    def _is_inside_name(self, start: int) -> bool:
        """Whether the word before is written as part of the same name."""
        before = self._words[start - 1] if start else None
        return before is not None and before.is_capitalised and before.folded not in _PLAIN

    def _is_mark(self, last: int) -> bool:
        """Whether the last word of what may be a name is its marks: "Jaws 2 stars", not "Apollo 13 stars Tom"."""
        if read_number(self._words[last].folded) is None:
            return False
        following = self._words[last + 1 : last + 3]
        is_verb = [word.folded for word in following[:1]] == ["stars"] and following[-1].is_capitalised
        return not is_verb and is_mark([word.folded for word in self._words[: last + 8]], last)

    def _called(self, name: str, end: int) -> tuple[str, ...]:
        """Return the entities of a name that ends before a position, also run together or by whom they are for."""
        is_for_them = name in _YOUNG and not self.vocabulary.nouns.isdisjoint(self.plain(end)[:1])  # "kids movies"
        return (
            (self.values_called(*_YOUNG) if is_for_them else ())
            or self.lookup.exact(name)
            or self.values_called(*variants(name))
            or self.lookup.run_together(name)
        )

    def _led(self, start: int, words: Sequence[Word]) -> tuple[str, ...]:
        """Return some words with one, two and three of those before them: "the big" belongs to "the big lebowsky"."""
        phrases = []
        for more in (1, 2, 3):
            before = self._words[max(start - more, 0) : start]
            if len(before) < more or any(word.is_pause or word.folded not in FILLERS for word in before):
                break
            phrases.append(" ".join(word.raw for word in (*before, *words)))
        return tuple(phrases)

    def _near(self, words: Sequence[Word], *, is_awaited: bool, led: Sequence[str]) -> Match | None:
        phrase = " ".join(word.raw for word in words)
        for spelt in (phrase, f"the {phrase}", *led):
            for match in self.lookup.find(spelt, 1):
                if len(words) == 1 and spelt != phrase and not self._is_spelt(spelt, match):
                    continue
                if self.lookup.is_near(spelt, match) and (is_awaited or len(words) > 1 or self._is_slip(phrase, match)):
                    return match
                is_alike = len(phrase) > _SHORT and match.score >= _ALIKE and self.graph.is_item(match.entity)
                if is_awaited and is_alike and self.lookup.explains(match, phrase):
                    return match
        bearers = self.lookup.surnamed(words[-1].folded) if len(words) == 1 and self._may_be_misspelt(words) else ()
        if bearers and len(phrase) < _LONG and self.lookup.importance(bearers[0]) < _WELL_KNOWN:
            return None  # a short name that nobody bears is rather one that is not here
        return Match(bearers[0], self.graph.label(bearers[0]), 90.0) if bearers else None

    def _is_spelt(self, name: str, match: Match) -> bool:
        """Whether one word with those before it is a whole name, not only how one begins: "the star" is none."""
        typed = fold(name)
        spelt = fold(self.graph.labels[self.graph.index(match.entity)])
        return abs(len(typed) - len(spelt)) <= max(1, len(typed) // _LONG)

    def _is_slip(self, word: str, match: Match) -> bool:
        """Whether one word is rather a slip of the keyboard than another word: "bottle" is no misspelt "battle"."""
        name = self.graph.labels[self.graph.index(match.entity)]
        return len(word) != len(name) or len(word) >= _LONG or sorted(word.casefold()) == sorted(name.casefold())

    def _may_be_misspelt(self, words: Sequence[Word]) -> bool:
        """Whether some word is neither one that texts are written in nor one of ours."""
        return any(
            len(word.folded) >= _SHORT
            and word.folded not in self.vocabulary.ordinary
            and not is_everyday(word.folded)
            and not self.vocabulary.is_idle(word.folded)
            and word.folded not in _CUE_WORDS
            for word in words
        )

    def _is_content(self, position: int) -> bool:
        word = self._words[position]
        return not word.is_pause and not self.vocabulary.is_idle(word.folded) and word.folded not in lexicon.JOINERS

    def _is_telling(self, words: Sequence[Word]) -> bool:
        return any(word.folded not in _PLAIN and word.folded not in self.vocabulary.nouns for word in words)

    def _hurried(self, name: str) -> tuple[str, ...]:
        """Return the entities called so in a hurry: an item, a value, or all items whose titles begin so."""
        items = tuple(entity for entity in self.lookup.loosely(name) if self.graph.is_item(entity))
        series = tuple(entity for entity in self.lookup.loosely(name) if not self.graph.is_item(entity))
        return items or series or self.lookup.titled(name)

    def _derived(self, name: str) -> tuple[str, ...]:
        """Return whom a word made of a surname means: "the Coens", "Kubrickian"."""
        for ending in ("s", *_MANNERS):
            stem = name.removesuffix(ending)
            if stem == name or len(stem) < _SHORT or is_everyday(name):
                continue
            people = [
                person for person in self.lookup.surnamed(stem) if fold(self.graph.label(person)).endswith(f" {stem}")
            ]
            most = max((self.lookup.importance(person) for person in people), default=0)
            if most > 1:
                kept = tuple(person for person in people if 2 * self.lookup.importance(person) >= most)
                return kept if ending == "s" else kept[:1]
        return ()

    def _is_surname(self, name: str) -> bool:
        return any(fold(self.graph.label(person)).endswith(f" {name}") for person in self.lookup.surnamed(name)[:3])

    def _bearers(self, name: str, start: int, used: int, *, is_awaited: bool) -> Found | None:
        people = self.lookup.surnamed(name)
        if not people:
            return None
        following = self._words[start + used].folded if start + used < len(self._words) else ""
        if following in _FAMILY:
            most = self.lookup.importance(people[0])
            family = tuple(person for person in people if 2 * self.lookup.importance(person) >= most)
            return Found(family, used + 1, all_meant=True)
        counts = [self.lookup.importance(person) for person in people]
        if len(name) < _LONG and counts[0] < _WELL_KNOWN and " " not in name and not self._is_surname(name):
            return None  # a short name that nobody bears is rather one that is not here
        if not is_awaited and counts[0] < 2:  # noqa: PLR2004  (known for one item only: too little to go by)
            return None
        rivals = [person for person, count in zip(people, counts, strict=True) if count * _KNOWN_BETTER > counts[0]]
        return Found(tuple(rivals), used)

    def _is_meant(self, words: Sequence[Word], entities: Sequence[str], *, is_close: bool) -> bool:
        """Tell a title made of everyday words ("It", "Up", "Her") from the words themselves, by its capitals."""
        if self._is_telling(words):
            return True
        if not any(self.graph.is_item(entity) for entity in entities):
            return len(words) > 1 or words[0].folded not in FILLERS | _CUE_WORDS
        is_alone = len(words) == sum(not word.is_pause for word in self._words)
        is_pronoun = len(words) == 1 and words[0].folded in lexicon.PRONOUNS
        is_title = words[0].is_capitalised and all(word.is_capitalised or word.folded in _SMALL for word in words)
        return is_alone or (is_close and not is_pronoun) or is_title

    def _likeliest(self, entities: Sequence[str], words: Sequence[Word]) -> tuple[str, ...]:
        """Put a value ("drama") before a title ("Drama") unless the user wrote capitals."""
        values = [entity for entity in entities if any(f.kind.is_category for f in self.graph.facets_of(entity))]
        values = [entity for entity in values if not self.graph.is_item(entity)]
        if any(word.is_capitalised for word in words) and len(values) < len(entities):
            return tuple(entities)
        return tuple(dict.fromkeys([*self._core(words), *values, *entities]))

    def _core(self, words: Sequence[Word]) -> tuple[str, ...]:
        """Return the values named by some words without the noun: "a scary movie" means scary, not "Scary Movie"."""
        core = [word.folded for word in words if word.folded not in FILLERS | self.vocabulary.nouns]
        return self.values_called(" ".join(core)) if 0 < len(core) < len(words) else ()


def variants(name: str) -> tuple[str, ...]:
    """Return a name, its singular and its plural, roughly: "comedies", "comedy"; "robots", "robot"."""
    return tuple(filter(None, (name, singular(name), f"{name}s", f"{name[:-1]}ies" if name.endswith("y") else "")))


def singular(name: str) -> str:
    """Return the singular of the last word, roughly; empty if it has none."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else ""
