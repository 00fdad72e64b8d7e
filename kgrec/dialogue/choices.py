"""What the words at one place are: a name, a number, a comparison, marks, a verdict, or a cue.

All readings that begin there compete, and whatever explains the most words wins; the order of the candidates decides
between equals, where a word written with a capital is rather a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kgrec.dialogue.critiques import Critique, read_critique
from kgrec.dialogue.cues import read_cue
from kgrec.dialogue.extremes import read_extreme
from kgrec.dialogue.lexicon import Cue
from kgrec.dialogue.mentions import PERSONS
from kgrec.dialogue.moods import Mood
from kgrec.dialogue.names import NOTHING, Found, Names
from kgrec.dialogue.places import places_at
from kgrec.dialogue.quantities import Quantity, read_quantity
from kgrec.dialogue.readings import Extreme, Setting, Unused
from kgrec.dialogue.tokens import Word
from kgrec.dialogue.unmeasured import read_unmeasured
from kgrec.dialogue.verdicts import read_marks, read_verdict

_THEME: Final = 1.0
"""Values of facets of no more weight are themes: also things that people have about them."""
_OWN: Final = frozenset({"my", "our"})
_SAID_OF: Final = frozenset({"are", "look", "sound", "seem", "were"})
"""What several places on the list may be named before: "the first two look fine"."""
_MEASURES: Final = frozenset({"bottle", "glass", "cup", "mug", "plate", "bowl", "box", "pint", "slice"})


@dataclass(frozen=True, slots=True)
class Choice:
    """What explains the words at one place, and how many."""

    meaning: Found | Quantity | Critique | Extreme | Cue | Unused | float | tuple[str, ...] | None
    words: int


class Chooser:
    """Chooses in one utterance."""

    def __init__(self, words: Sequence[Word], names: Names, setting: Setting) -> None:
        self._words = words
        self._setting = setting
        self._plain = [word.folded for word in words]
        self._names = names

    def choose(self, position: int, mood: Mood, *, is_start: bool, follows_name: bool, stands_alone: bool) -> Choice:
        """Return what explains the most words at a position; nothing in 0 words where nothing does.

        Args:
            position: where to read.
            mood: what the words before say about a name to come.
            is_start: whether a clause begins here.
            follows_name: whether a verdict here would be about a name before it.
            stands_alone: whether one word of praise here may be a verdict.
        """
        graph, vocabulary = self._names.graph, self._names.vocabulary
        found = self._name(position, mood)
        is_cued = mood.since == position and mood.verb in (None, Cue.LOVE, Cue.LIKE, Cue.HATE)
        quantity = read_quantity(self._plain[position:], graph, self._setting, is_start=is_start or is_cued)
        critique = read_critique(self._plain, position, vocabulary, self._names.lookup)
        value, judged = read_verdict(self._plain, position, follows_name=follows_name, stands_alone=stands_alone)
        marks, marked = read_marks(self._plain, position)
        cue, heard = read_cue(self._plain, position)
        facets, led = vocabulary.cues.at(self._plain, position)
        is_person = self._plain[position + led : position + led + 1] in [[word] for word in PERSONS]
        is_led = led > 1 or (led > 0 and (is_person or self._names.at(position + led, is_awaited=True) != NOTHING))
        choices = [
            Choice(quantity, quantity.words if quantity else 0),
            Choice(*read_extreme(self._plain, position, vocabulary)),
            Choice(critique, critique.words if critique else 0),
            Choice(marks, marked),
            Choice(value, judged),
            Choice(cue, heard),
            Choice(facets, led if is_led else 0),
            Choice(found, found.words),
            Choice(*read_unmeasured(self._plain[position:], graph, is_start=is_start)),
        ]
        if quantity and self._words[position].raw.isdigit() and (found.words == 1 or mood.verb is Cue.SEEN):
            choices = choices[1:]
        if found.words and self.is_capitalised(position):
            choices = [Choice(found, found.words), *choices]
        items, used = self._places(position, mood)
        if len(items) > 1 or not found.words:
            choices = [Choice(Found(items, used, all_meant=True), used), *choices]
        best = max(choices, key=lambda choice: choice.words)
        return best if best.words else Choice(None, 0)

    def _places(self, position: int, mood: Mood) -> tuple[tuple[str, ...], int]:
        """Return the items whose places on the list are told here, where items are awaited: "seen 1, 3 and 4"."""
        is_counted = mood.is_used and self._plain[position].isdecimal()
        items, used = places_at(self._plain[position:], self._setting.listed, self._names.vocabulary.nouns)
        end = position + used
        is_of_them = len(items) > 1 and self._plain[end : end + 1] and self._plain[end] in _SAID_OF
        if not is_of_them and (not mood.awaits_name or is_counted):
            return (), 0
        is_title = used == 1 and end < len(self._words) and self._words[end].is_capitalised  # "2 Fast 2 Furious"
        return ((), 0) if is_title else (items, used)

    def is_capitalised(self, position: int) -> bool:
        """Whether a word has a capital that no beginning of a sentence gave it: "Saw" in "I liked Saw"."""
        is_inside = position > 0 and not self._words[position - 1].is_pause
        return is_inside and self._words[position].raw[:1].isupper() and not self._words[position].raw.isupper()

    def _is_circumstance(self, position: int, found: Found) -> bool:
        """Whether a theme named here is only where or when it is told: "it's my birthday", "a bottle of wine"."""
        before = self._plain[max(position - 2, 0) : position]
        graph = self._names.graph
        if not before or not (before[-1] in _OWN or (before[-1] == "of" and before[0] in _MEASURES)):
            return False
        facets = [facet for entity in found.entities for facet in graph.facets_of(entity)]
        is_theme = bool(facets) and all(facet.kind.is_category and facet.weight <= _THEME for facet in facets)
        return is_theme and not any(graph.is_item(entity) for entity in found.entities)

    def _name(self, position: int, mood: Mood) -> Found:
        awaited = mood.awaits_name or bool(mood.facets)
        close = mood.since == position and mood.awaits_name
        found = self._names.at(position, is_awaited=awaited, is_close=close)
        if found.words and self._is_circumstance(position, found):
            return NOTHING
        is_kind = found.words == 1 and self._plain[position] in self._names.vocabulary.facets
        return NOTHING if is_kind and not mood.facets else found  # "my favourite actor is ..." is about no actor's film
