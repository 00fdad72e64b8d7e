"""Reads an utterance that is no command and no question: names, numbers, comparisons, and what is said of them.

The reader goes from left to right and remembers the mood: what the words so far say about the names to come. A pause or
a "but" ends it, but for a list that goes on ("no war, musicals").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.choices import Choice, Chooser
from kgrec.dialogue.company import is_somebody, read_company
from kgrec.dialogue.critiques import Critique
from kgrec.dialogue.cues import is_past, read_story
from kgrec.dialogue.leftovers import Leftovers
from kgrec.dialogue.lexicon import Cue
from kgrec.dialogue.names import Found, Names
from kgrec.dialogue.opinions import Mood, Said
from kgrec.dialogue.quantities import Quantity
from kgrec.dialogue.readings import (
    AskAbout,
    Compare,
    Opine,
    Reading,
    Require,
    Setting,
    Unused,
    WhyItem,
)
from kgrec.dialogue.slips import is_slip
from kgrec.dialogue.tokens import PAUSES, Word
from kgrec.graph.lookup import Lookup
from kgrec.text import fold

_LIKED: Final = 0.8
_VIBES: Final = frozenset(
    {"vibe", "vibes", "vibey", "esque", "style", "feel", "energy", "territory", "type", "adjacent", "ish", "inspired"}
)
_TOLERABLE: Final = 0.2
_PERSONS: Final = frozenset({"him", "her", "he", "she"})
_OPINIONS: Final = (Cue.LOVE, Cue.LIKE, Cue.HATE, Cue.SEEN)
_FINE: Final = ("fine", "ok", "okay", "alright", "acceptable", "possible")
_TELLERS: Final = frozenset({"i", "we", "it", "its", "he", "she", "they", "that", "im", "ive", "my", "the", "this"})
_OPENERS: Final = frozenset({"but", "and"})
"""Words after which a clause may begin."""


class Reader:
    """Reads one utterance; ask for :meth:`readings` at the end."""

    def __init__(self, words: Sequence[Word], lookup: Lookup, setting: Setting) -> None:
        self.setting = setting
        self._words = words
        self._plain = [word.folded for word in words]
        self._clause_starts = {0, *(at + 1 for at, word in enumerate(words) if word.folded in PAUSES | _OPENERS)}
        self._graph = lookup.kg
        self._names = Names(words, lookup, setting)
        self._chooser = Chooser(words, self._names, setting.year)
        self._said = Said(lookup)
        self._mood = Mood()
        self._rest = Leftovers(words, self._names)
        self._busy_until = 0  # where the last name ended, which may have held a pause
        self._subjects: list[int] = []  # readings of this clause that a verdict after them would be about

    def readings(self) -> tuple[Reading, ...]:
        """Return what was read, without repetitions."""
        self._finish()
        return self._said.all()

    def is_clause_start(self, position: int) -> bool:
        """Whether a clause begins here, rather than the rest of a name."""
        return position >= self._busy_until

    def note(self, reading: Reading) -> None:
        """Take in a clause that was read as a whole."""
        self._finish()
        self._mood = Mood()
        self._said.add(reading)
        if isinstance(reading, AskAbout | WhyItem):
            self._mention(reading.item)

    def read(self, start: int, end: int) -> int:
        """Read from one pause to the next, or to the end of a name that goes beyond it; return where to go on."""
        position = max(start, self._busy_until)
        while position < end:
            position = max(position + self._step(position), self._busy_until)
        self._busy_until = position
        if position == end and end < len(self._words):
            self._pause(end)
            return end + 1
        return position

    def _step(self, position: int) -> int:
        """Read what begins here; return how many words it takes."""
        if aside := self._aside(position):
            return aside
        company = read_company(self._plain, position, self.setting)
        choice = self._choice(position)
        is_title = isinstance(choice.meaning, Found) and self._chooser.is_capitalised(position)
        if company is not None and company[1] >= choice.words + is_title:
            self._said.add(company[0])
            return company[1]
        match choice.meaning:
            case Found() as found:
                self._name(found, position)
            case Quantity() as quantity:
                self._quantity(quantity, position)
            case Critique() as critique:
                return choice.words + self._compare(critique, position + choice.words)
            case Cue() as cue:
                self._hear(cue, position, choice.words)
            case float() as value:
                self._judge(value, position + choice.words)
            case tuple() as facets:
                self._mood = replace(self._mood, facets=facets, cue=self._spelt(position, choice.words))
            case None:
                return self._refer_or_wait(position)
        return choice.words

    def _aside(self, position: int) -> int:
        """Return how many words here are told beside what is wished for."""
        if self._plain[position] in lexicon.FANS and self._busy_until == position and position:
            return 1
        if self._is_tolerated(position):
            return 2
        told = read_story(self._plain, position)
        return told if told > 1 and self._names.at(position).words < told else 0

    def _is_tolerated(self, position: int) -> bool:
        """Let go of what is only fine: "subtitles are ok", "over three hours is fine"; return whether it is so here."""
        following = self._plain[position + 1] if position + 1 < len(self._plain) else ""
        if self._plain[position] not in ("is", "are") or following not in _FINE:
            return False
        if self._rest.content():
            self._rest.clear()
            return True
        return self._said.forget_bound()

    def _choice(self, position: int) -> Choice:
        """Return what explains the most words here."""
        return self._chooser.choose(
            position,
            self._mood,
            is_start=position in self._clause_starts,
            follows_name=bool(self._subjects or self._rest.content()),
            stands_alone=position in self._clause_starts and len(self._said) > 0,
        )

    # --- names ----------------------------------------------------------------------------------------------------

    def _name(self, found: Found, position: int) -> None:
        found = self._first_named(found, position)
        self._rest.drop_fillers()
        mood = self._mood_before(position + found.words)
        before = len(self._said)
        self._said.entity(found, mood, self._spelt(position, found.words))
        self._note_subjects(before)
        end = position + found.words
        if mood.verb is None and not mood.is_negated and self._is_set_elsewhere(end):
            self._said.compare_with(range(before, len(self._said)))  # "Die Hard on a train"
        is_likened = mood.verb is Cue.NEAR and self._plain[end : end + 1] and self._plain[end] in _VIBES
        self._busy_until = end + bool(is_likened)

    def _is_set_elsewhere(self, position: int) -> bool:
        """Whether the words here put what was named into another place."""
        if self._plain[position : position + 1] not in (["in"], ["on"]) or position + 1 >= len(self._plain):
            return False
        if self._plain[position + 1] in ("a", "an"):
            return True
        place = self._names.at(position + 1).entities
        return bool(place) and not self._graph.is_item(place[0])

    def _first_named(self, found: Found, position: int) -> Found:
        """Return those that the word before tells from others of the name: a first name, or "new" and "original"."""
        before = self._plain[position - 1] if position else ""
        items = [entity for entity in found.entities if self._graph.is_item(entity)]
        years = self._graph.numbers.get(self._graph.ontology.qualifier)
        if len(items) > 1 and years is not None and before in lexicon.NEWEST | lexicon.OLDEST:
            ordered = sorted(items, key=lambda item: float(years[self._graph.index(item)]))
            return Found((ordered[-1 if before in lexicon.NEWEST else 0],), found.words)
        first = self._plain[position - 1] if self._rest.is_last(position - 1) else ""
        named = tuple(
            e for e in found.entities if first and is_slip(first, fold(self._graph.label(e)).partition(" ")[0])
        )
        if not named:
            return found
        self._rest.take_last()
        return Found(named, found.words)

    def _mood_before(self, following: int) -> Mood:
        """Return the mood for a name, which "a ... fan" after it may settle."""
        if self._plain[following : following + 1] and self._plain[following] in lexicon.FANS:
            return Mood(is_negated=self._mood.is_negated, verb=Cue.LIKE)
        if self._mood.verb is None and self._plain[following : following + 1] and self._plain[following] in _VIBES:
            return Mood(is_negated=self._mood.is_negated, verb=Cue.NEAR)
        return self._mood

    def _note_subjects(self, before: int) -> None:
        if self._mood.verb in (None, Cue.SEEN, Cue.LIKE, Cue.NEAR):
            self._subjects += range(before, len(self._said))
        self._mood = replace(self._mood, is_used=True)
        if self._said.mentioned:
            self.setting = replace(self.setting, about=self._said.mentioned)

    def _mention(self, item: str) -> None:
        self._said.mentioned = item
        self.setting = replace(self.setting, about=item)

    def _refer_or_wait(self, position: int) -> int:
        """Take "it" or "number 3" for the item it stands for, where one is awaited; else let the word wait."""
        plain = self._plain[position]
        if plain in lexicon.JOINERS or self._words[position].is_pause:
            return 1
        is_place = plain not in lexicon.PRONOUNS
        if plain in _PERSONS:
            return self._refer_to_person(position)
        if self._mood.awaits_name or is_place:
            item, used = self._names.reference_at(position, self._said.mentioned)
            if not item and self._mood.awaits_name and plain.isdecimal():
                listed = self.setting.listed
                item, used = (listed[int(plain[:9]) - 1], 1) if 1 <= int(plain[:9]) <= len(listed) else ("", 0)
            if item:
                self._name(Found((item,), used), position)
                self._busy_until = max(self._busy_until, position + used)
                return used
        self._rest.add(position)
        return 1

    def _refer_to_person(self, position: int) -> int:
        """Take "him" for whoever was named last, where a name is awaited and somebody was."""
        if self._mood.awaits_name and self._said.person:
            self._name(Found((self._said.person,), 1), position)
        return 1

    # --- numbers and comparisons -------------------------------------------------------------------------------------

    def _quantity(self, quantity: Quantity, position: int) -> None:
        """Take a quantity as a constraint; only a negation right before it ("nothing over ...") turns it round."""
        is_turned = bool(position) and self._mood.is_negated and self._mood.since == position
        if is_turned:
            self._said.add(Require(f"not ({quantity.expression})", f"not {quantity.label}"))
        else:
            self._said.add(Require(quantity.expression, quantity.label))

    def _compare(self, critique: Critique, position: int) -> int:
        """Take a comparison; return how many words after it name what it is compared with."""
        item, used = "", 0
        if self._plain[position : position + 1] == ["than"]:
            item, used = self._names.reference_at(position + 1, self._said.mentioned)
            if not item:
                found = self._names.at(position + 1, is_awaited=True, is_close=True)
                item = next((entity for entity in found.entities if self._graph.is_item(entity)), "")
                used = found.words
            used += 1 if item else 0
        if not item:
            item = self._said.near or (self.setting.about if self.setting.is_fresh else "")
        is_negated = self._mood.is_negated and self._mood.since == position - critique.words
        is_more = critique.is_more != is_negated
        self._rest.drop_fillers()
        bound = self._bound(critique.target, item) if is_negated and used else None
        if bound is not None:  # "no older than Heat" may be as old
            self._said.add(
                Require(
                    f"{critique.target} {'>=' if is_more else '<='} {bound:g}",
                    self._spelt(position - critique.words, critique.words + used),
                )
            )
            return used
        self._said.add(Compare(critique.target, is_more, item))
        return used

    def _bound(self, target: str, item: str) -> float | None:
        """Return the number an item has for a facet, if it has one."""
        if target not in self._graph.numbers or not item:
            return None
        number = float(self._graph.numbers[target][self._graph.index(item)])
        return number if number == number else None  # noqa: PLR0124  (not NaN)

    # --- cues -----------------------------------------------------------------------------------------------------

    def _hear(self, cue: Cue, position: int, used: int) -> None:  # noqa: C901  (one case a cue)
        """Let a cue change the mood."""
        mood, end = self._mood, position + used
        phrase = self._spelt(position, used)
        if cue is Cue.BUT:
            self._turn(end)
        elif cue is Cue.UNLESS:
            self._leave_condition(position)
        elif phrase in lexicon.TOLERATED:
            self._mood = Mood(verb=Cue.LIKE, strength=_TOLERABLE, since=end)
        elif cue is Cue.NOT:
            self._mood = replace(mood, is_negated=True, verb=None if mood.verb is Cue.SEEN else mood.verb, since=end)
        elif cue is Cue.HATE:
            self._hear_who()
            self._mood = Mood(is_negated=True, verb=cue, since=end, is_past=is_past(phrase))
        elif cue in (Cue.LOVE, Cue.LIKE):
            self._hear_who()
            strength = 1.0 if cue is Cue.LOVE else _LIKED
            self._mood = Mood(mood.is_negated, cue, strength=strength, since=end, is_past=is_past(phrase))
        elif cue in (Cue.SEEN, Cue.UNSEEN):
            self._mood = Mood(verb=Cue.UNSEEN if mood.is_negated and cue is Cue.SEEN else cue, since=end)
        elif cue is Cue.NEAR:
            self._mood = Mood(is_negated=mood.is_negated, verb=cue, since=end)
            self._said.near_again()
            if phrase in lexicon.OFFSPRING or (
                self._subjects
                and self._plain[end : end + 1]
                and (phrase in lexicon.MEETINGS or self._plain[end] in ("that", "those", "these", "them"))
            ):
                self._said.compare_with(self._subjects)
        elif cue is Cue.ONLY:
            self._mood = replace(mood, is_strict=True, since=end)
        else:
            keeps = mood.is_negated and mood.verb is None and not mood.is_used
            self._mood = Mood(is_negated=keeps, is_called=phrase in lexicon.HAVING, since=end)

    def _turn(self, end: int) -> None:
        """End a clause at a "but"; a plain name before it is what more is wanted like: "Alien but funny"."""
        following = self._plain[end] if end < len(self._plain) else ""
        if self._mood.verb is None and not self._mood.is_negated and following and following not in _TELLERS:
            self._said.compare_with(self._subjects)
        self._finish()
        self._mood, self._subjects = Mood(since=end), []

    def _hear_who(self) -> None:
        """Let go of who is said to like or hate: "my late husband adored ..."."""
        waiting = self._rest.content()
        if waiting and any(is_somebody(self._plain[position]) for position in waiting):
            self._rest.clear()

    def _pause(self, position: int) -> None:
        self._finish()
        self._subjects = self._subjects if self._plain[position] in (",", "-", ".") else []
        # "no war, musicals" goes on with the list; "no war, something sad" does not.
        following = position + 1
        while following < len(self._plain) and self._plain[following] in ("or", "and", "nor"):
            following += 1
        if self._plain[position] != "," or not self._names.at(following, is_awaited=self._mood.awaits_name).words:
            self._mood = Mood(since=position + 1)

    def _leave_condition(self, position: int) -> None:
        """Leave the rest of the clause alone: what a condition says is neither wanted nor unwanted."""
        self._finish()
        end = next((at for at in range(position, len(self._words)) if self._words[at].is_pause), len(self._words))
        self._said.add(Unused(" ".join(word.raw for word in self._words[position:end])))
        self._busy_until = end

    # --- verdicts ---------------------------------------------------------------------------------------------------

    def _judge(self, value: float, end: int) -> None:
        """Apply a verdict to the names before it, or else to a name after it, or to what the utterance is about."""
        if not value:
            return
        if not self._subjects and not self._rest.content() and self._plain[end : end + 1] in (["for"], ["to"], ["on"]):
            self._mood = Mood(value < 0, Cue.LIKE, strength=value, since=end + 1)
            self._busy_until = end + 1
            return
        if self._rest.content():
            self._subjects = []
            self._mood = replace(self._mood, verb=Cue.LOVE if value > 0 else Cue.HATE, is_past=True)
            self._finish()
            self._mood = Mood()
            return
        self._rest.drop_fillers()
        if self._subjects:
            self._said.judge(self._subjects, value)
        elif self._said.mentioned or self.setting.about:
            self._said.add(Opine(self._said.mentioned or self.setting.about, value))
        self._subjects = []

    # --- everything else ------------------------------------------------------------------------------------------

    def _spelt(self, position: int, used: int) -> str:
        return " ".join(self._plain[position : position + used])

    def _finish(self) -> None:
        """Turn the words left over into what they may mean, and end the clause."""
        if self._mood.verb in _OPINIONS and not self._mood.is_used and not self._rest.content():
            self._said.turn(self._subjects, self._mood)  # "musicals I can't stand"
        found, left = self._rest.settle(is_awaited=self._mood.awaits_name)
        for slip in found:
            before, mood = len(self._said), self._mood_before(slip.last + 1)
            label = self._graph.label(slip.match.entity)
            self._said.entity(Found((slip.match.entity,), 1), mood, label)
            self._note_subjects(before)
        reading = self._rest.reading(left, self._mood, self._said)
        if reading is not None:
            self._said.add(reading)
