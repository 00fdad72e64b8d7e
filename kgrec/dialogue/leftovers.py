"""Words of an utterance that nothing explains: they wait until their clause ends, for what they may mean together.

A run of them may be a misspelt name. What remains is a name that was not found, a wish in free words, or words nothing
can be made of; words that ask for nothing by themselves are let go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from operator import or_
from typing import Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.amounts import read_number
from kgrec.dialogue.company import is_somebody
from kgrec.dialogue.english import is_adverb, is_everyday
from kgrec.dialogue.lexicon import Cue
from kgrec.dialogue.moods import Mood
from kgrec.dialogue.names import Found, Names
from kgrec.dialogue.namesakes import all_of_a_name, told_apart
from kgrec.dialogue.numerals import NUMBERS
from kgrec.dialogue.opinions import Said
from kgrec.dialogue.readings import FreeText, NotFound, Reading, Unused
from kgrec.dialogue.tokens import Word
from kgrec.graph.lookup import Match

_OPINIONS: Final = (Cue.LOVE, Cue.LIKE, Cue.HATE)
_DEGREES: Final = frozenset({"too", "less", "not"})
"""What says how much of something nobody knows: no description tells."""
_UNTOLD: Final = frozenset(
    {"subtitle", "subtitles", "subtitled", "subs", "dubbed", "dubbing", "dubs", "foreign", "less", "streaming", "free"}
)
"""Words about the form of things, which descriptions do not tell."""
_TELLERS: Final = frozenset({"i", "we", "ive", "weve", "everybody", "everyone", "nobody", "everybodys", "everyones"})
"""Who says or does what follows: a statement, no description."""
_SENTENCE: Final = 2
_REACH: Final = 3
"""How many words before a name may say that all of it is meant: "all of the"."""
_DENYING: Final = frozenset({"no", "not", "nothing", "dont", "without", "never", "isnt", "doesnt", "wont", "cant"})
_LONGEST_DENIAL: Final = 4
_MOST_TIMES: Final = 120  # a greater number says neither how often nor how old

_OF_ITEMS: Final = frozenset({Cue.SEEN, Cue.FORGET})
"""What is said of items: a misspelt value is not meant."""


@dataclass(frozen=True, slots=True)
class Misspelt:
    """A name that some words are but for a few letters, and the positions of the first and the last of them."""

    match: Match
    first: int
    last: int


class Leftovers:
    """The words of a clause that wait."""

    def __init__(self, words: Sequence[Word], names: Names) -> None:
        self._words = words
        self._plain = [word.folded for word in words]
        self._names = names
        self._waiting: list[int] = []

    def add(self, position: int) -> None:
        """Let the word at a position wait."""
        self._waiting.append(position)

    def told_apart(self, found: Found, position: int) -> Found:
        """Return those of a name at a position that the words around it mean: a first name, "new", "all"."""
        end, lead = position + found.words, self._plain[max(position - _REACH, 0) : position]
        name, following = " ".join(self._plain[position:end]), next(iter(self._plain[end : end + 1]), "")
        found = all_of_a_name(found, name, lead, following, self._names.lookup)
        before, is_free = self._plain[position - 1] if position else "", self._waiting[-1:] == [position - 1]
        named, is_first_name = told_apart(found, before, self._names.graph, is_free=is_free)
        if is_first_name:
            self._waiting.pop()
        return named

    def ends_in(self, position: int) -> bool:
        """Whether what waits ends in the figure here, which is no place on the list then: "Terminatr 2"."""
        return self._words[position].folded.isdecimal() and position - 1 in self.content()

    def content(self) -> list[int]:
        """Return the positions of the waiting words that ask for something."""
        return self._content(self._waiting)

    def clear(self) -> None:
        """Let all that waits go."""
        self._waiting = []

    def drop_fillers(self) -> None:
        """Let go of what asks for nothing."""
        self._waiting = self._content(self._waiting)

    def _announced(self, position: int) -> tuple[tuple[str, ...], str]:
        """Return the facets that the words right before a position announce a value of, and those words."""
        for start in (position - 2, position - 1):
            facets, used = self._names.vocabulary.cues.at(self._plain, start) if start >= 0 else (None, 0)
            if facets and start + used == position:
                return facets, " ".join(self._plain[start:position])
        return (), ""

    def mood_at(self, slip: Misspelt, mood: Mood) -> Mood:
        """Return the mood for a misspelt name, as the words right before and after it have it."""
        mood = mood.before(self._plain[slip.last + 1] if slip.last + 1 < len(self._plain) else "")
        facets, cue = self._announced(slip.first)
        return replace(mood, facets=facets, cue=cue) if facets and mood.verb is None else mood

    def settle(self, mood: Mood) -> tuple[list[Misspelt], list[int]]:
        """Return the misspelt names among the waiting words and the positions of what is left, and wait for nothing.

        ``mood``: what the words before say about a name. Nobody has seen, or forgets, all there is of a misspelt word.
        """
        runs: list[list[int]] = []
        for position in self._waiting:
            if runs and position == runs[-1][-1] + 1:
                runs[-1].append(position)
            else:
                runs.append([position])
        self._waiting = []
        found: list[Misspelt] = []
        left: list[int] = []
        while runs:
            run = runs.pop(0)
            if not self._content(run):
                continue
            slip = self._names.misspelt(run, is_awaited=mood.awaits_name)
            if slip is None or (mood.verb in _OF_ITEMS and not self._names.graph.is_item(slip[2].entity)):
                left += run
                continue
            first, last, match = slip
            left += self._content(run[:first])
            found.append(Misspelt(match, run[first], run[last]))
            runs.insert(0, [at for at in run[last + 1 :] if self._plain[at] not in lexicon.FANS])
        return found, left

    def readings(self, left: Sequence[int], mood: Mood, said: Said) -> list[Reading]:
        """Return what the words left over are taken for, given what was said before them, a run of them at a time."""
        runs: list[list[int]] = []
        for position in left:
            if runs and not self._content(range(runs[-1][-1] + 1, position)):
                runs[-1] += range(runs[-1][-1] + 1, position + 1)
            else:
                runs.append([position])
        meant = [self._reading(run, mood, said) for run in runs]
        told = [reading for reading in meant if reading is not None]
        if len(told) > 1:  # a lone word between things that were understood describes nothing
            return [Unused(each.text) if isinstance(each, FreeText) and " " not in each.text else each for each in told]
        return told

    def _reading(self, left: Sequence[int], mood: Mood, said: Said) -> Reading | None:
        content = self._content(left)
        if not content:
            return None
        first, last = left.index(content[0]), left.index(content[-1])
        while last + 1 < len(left) and self._plain[left[last + 1]] in lexicon.TIMES:
            last += 1
        phrase = " ".join(self._words[position].raw for position in left[first : last + 1])
        if all(self._plain[position] in _UNTOLD for position in content):
            return Unused(f"{self._denial(mood, content[0])}{phrase}")
        if not mood.is_negated and mood.verb is None and (told := self._told(content, phrase)) is not None:
            return told
        return self._meant(phrase, content, mood, said)

    def _told(self, content: Sequence[int], phrase: str) -> Reading | None:
        """Return what is to be said of words that describe nothing: a statement, a degree, the form of a copy."""
        before = content[0] - 1
        while before >= 0 and is_adverb(self._plain[before]):
            before -= 1
        lead = self._words[before] if before >= 0 else None
        if lead is not None and lead.folded in _DEGREES and before == content[0] - 1:
            return Unused(f"{lead.raw} {phrase}")
        if lead is None or lead.folded not in _TELLERS or len(content) < _SENTENCE:
            return None
        named = [at for at in content if self._words[at].is_capitalised and not is_everyday(self._plain[at])]
        if named:
            name = " ".join(self._words[at].raw for at in range(named[0], named[-1] + 1))
            return NotFound(name, self._names.nearest(name, items_only=True))
        return Unused(f"{lead.raw} {phrase}")

    def _meant(self, phrase: str, content: Sequence[int], mood: Mood, said: Said) -> Reading | None:
        if mood.verb is Cue.NEAR and all(self._plain[position] in NUMBERS for position in content):
            return None  # "two more like ..."
        if self._is_name(phrase, content, mood):
            return NotFound(phrase, self._names.nearest(phrase, items_only=mood.verb is Cue.SEEN))
        if len(said) and all((read_number(self._plain[position]) or inf) <= _MOST_TIMES for position in content):
            return None  # how many times, or how old
        if len(said) and all(is_somebody(self._plain[position]) for position in content):
            return None  # who said it
        if (
            mood.is_negated
            or mood.verb in (Cue.ALLOW, Cue.FORGET)
            or not any(character.isalpha() for character in phrase)
        ):
            return Unused(f"{self._denial(mood, content[0])}{phrase}")
        return FreeText(phrase)

    def _denial(self, mood: Mood, first: int) -> str:
        """Return the words that refuse what begins at a position, as they were written, and a space; empty for none."""
        if not mood.is_negated or not 0 < mood.since <= first:
            return ""
        last = mood.since - 1
        before = range(last, max(last - _LONGEST_DENIAL, -1), -1)
        start = next((at for at in before if self._plain[at] in _DENYING), last)
        return " ".join(word.raw for word in self._words[start : last + 1]) + " "

    def _is_name(self, phrase: str, content: Sequence[int], mood: Mood) -> bool:
        """Whether words that nothing explains stand where a name is awaited, and look like one."""
        capitals = [self._words[position].is_capitalised for position in content]
        figures = [self._plain[position].isdecimal() for position in content]
        is_title = len(content) > 1 and any(capitals) and all(map(or_, capitals, figures))
        is_told = mood.verb is Cue.SEEN or mood.is_past or mood.verb is Cue.NEAR
        is_strange = any(
            self._words[position].is_capitalised or not is_everyday(self._plain[position]) for position in content
        )
        if mood.is_used and not is_strange:
            return False
        if mood.verb is Cue.SEEN or (mood.verb in (Cue.LOVE, Cue.HATE, Cue.NEAR) and (is_told or is_strange)):
            return True
        if mood.verb is Cue.LIKE and phrase[0].isupper():
            return True
        is_given = all(self._words[at].is_capitalised and not is_everyday(self._plain[at]) for at in content)
        is_inside = content[0] > 0 and not self._words[content[0] - 1].is_pause
        return (is_title or (mood.is_called and is_strange) or (is_given and is_inside)) and not mood.is_negated

    def _content(self, run: Iterable[int]) -> list[int]:
        return [position for position in run if not self._names.vocabulary.is_idle(self._plain[position])]
