"""Reads an utterance that is no command and no question: names, numbers, comparisons, and what is said of them.

The reader goes from left to right and remembers the mood: what the words so far say about the names to come. A pause or
a "but" ends it, but for a list that goes on ("no war, musicals").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.alternatives import Branches
from kgrec.dialogue.asides import Asides
from kgrec.dialogue.choices import Choice, Chooser
from kgrec.dialogue.company import is_others, is_somebody, read_company
from kgrec.dialogue.critiques import Critique, is_complaint
from kgrec.dialogue.cues import PERSONS, THEIRS, THESE, VIBES
from kgrec.dialogue.exceptions import Exceptions
from kgrec.dialogue.leftovers import Leftovers
from kgrec.dialogue.lexicon import Cue
from kgrec.dialogue.moods import Mood, mood_after
from kgrec.dialogue.names import Found, Names
from kgrec.dialogue.narrowing import Narrowing
from kgrec.dialogue.opinions import Said
from kgrec.dialogue.places import place
from kgrec.dialogue.praise import IMPRESSIONS
from kgrec.dialogue.preferences import is_softened, read_preference
from kgrec.dialogue.quantities import Quantity, bound_by, refused
from kgrec.dialogue.readings import Compare, Extreme, Forget, Open, Opine, Reading, Require, Setting, Unused
from kgrec.dialogue.tokens import PAUSES, Word
from kgrec.dialogue.unmeasured import read_age_of
from kgrec.graph.lookup import Lookup

_OPINIONS: Final = (Cue.LOVE, Cue.LIKE, Cue.HATE, Cue.SEEN)
_TELLERS: Final = frozenset({"i", "we", "it", "its", "he", "she", "they", "that", "im", "ive", "my", "the", "this"})
_OPENERS: Final = frozenset({"but", "and"})  # after these a clause may begin
_LINKS: Final = frozenset(
    "anything any that thats which is are was were s lasts last goes runs made released came out".split()  # noqa: SIM905
)
"""What may stand between a negation and what it turns round: "nothing that is longer"."""


class Reader:
    """Reads one utterance; ask for :meth:`readings` at the end."""

    def __init__(self, words: Sequence[Word], lookup: Lookup, setting: Setting) -> None:
        self.setting = setting
        self._words = words
        self._plain = [word.folded for word in words]
        self._clause_starts = {0, *(at + 1 for at, word in enumerate(words) if word.folded in PAUSES | _OPENERS)}
        self._graph = lookup.kg
        self._names = Names(words, lookup, setting)
        self._chooser = Chooser(words, self._names, setting)
        self._said = Said(lookup)
        self._mood = Mood()
        self._rest = Leftovers(words, self._names)
        self._asides = Asides(words, self._clause_starts, self._names, self._said, self._rest)
        self._branches = Branches(self._said, self._graph)
        self._narrowing = Narrowing(words, self._said, self._graph)
        self._exceptions = Exceptions(words, self._said, self._narrowing, self._apart)
        self._busy_until = 0  # where the last name ended, which may have held a pause
        self._subjects: list[int] = []  # readings of this clause that a verdict after them would be about

    def readings(self) -> tuple[Reading, ...]:
        """Return what was read, without repetitions."""
        self._finish()
        self._branches.unite()
        return self._said.all()

    def is_clause_start(self, position: int) -> bool:
        """Whether a clause begins here, rather than the rest of a name."""
        return position >= self._busy_until

    def note(self, reading: Reading) -> None:
        """Take in a clause that was read as a whole."""
        self._finish()
        self._mood = Mood()
        self._said.add(reading)
        about = str(getattr(reading, "item", "") or getattr(reading, "entity", ""))
        if about in self._graph and self._graph.is_item(about):
            self._mention(about)

    def read(self, start: int, end: int) -> int:
        """Read from one pause to the next, or to the end of a name that goes beyond it; return where to go on."""
        position, before = max(start, self._busy_until), len(self._said)
        while position < end:
            position = max(position + self._step(position), self._busy_until)
        self._busy_until = position
        if is_softened(self._plain[start:position]):
            self._said.soften(before)
        if position == end and end < len(self._words):
            self._pause(end)
            return end + 1
        return position

    def _step(self, position: int) -> int:  # noqa: C901  (one case a meaning)
        """Read what begins here; return how many words it takes."""
        if used := self._preference(position) or self._aside(position):
            return used
        choice = self._choice(position)
        if used := self._company(position, choice):
            return used
        match choice.meaning:
            case Found() as found:
                self._name(found, position)
            case Quantity() as quantity:
                self._quantity(quantity, position)
            case Critique() as critique:
                return choice.words + self._compare(critique, position + choice.words)
            case Extreme() as extreme:
                self._extreme(extreme, position + choice.words)
            case Unused() as unused:
                self._rest.drop_fillers()
                self._said.add(unused)
            case Cue() as cue:
                self._hear(cue, position, choice.words)
            case float() as value if value:
                self._judge(value, position, choice.words)
            case tuple() as facets:
                self._mood = replace(self._mood, facets=facets, cue=self._spelt(position, choice.words))
            case None:
                return self._refer_or_wait(position)
        return choice.words

    def _company(self, position: int, choice: Choice) -> int:
        """Take who it is for, unless something else explains more words; return how many words say so."""
        company = read_company(self._plain, position, self.setting)
        is_title = isinstance(choice.meaning, Found) and self._chooser.is_capitalised(position)
        if company is None or company[1] < choice.words + is_title:
            return 0
        self._said.add(company[0])
        aged, used = read_age_of(self._plain[position + company[1] :], self._graph)
        if aged is not None:
            self._said.add(aged)
        return company[1] + used

    def _preference(self, position: int) -> int:
        """Take that one is liked better than another; return how many words say so, 0 if none do."""
        is_start, about = position in self._clause_starts, self._said.mentioned or self.setting.about
        meant, used = read_preference(self._plain, position, self._names, about, is_start=is_start)
        if meant is not None:
            self._said.add(meant)
            if self._graph.is_item(meant.entity):
                self._mention(meant.entity)
        return used

    def _aside(self, position: int) -> int:
        """Return how many words here are told beside what is wished for."""
        if self._plain[position] in lexicon.FANS and self._busy_until == position and position:
            return 1
        used, mood = self._asides.read(position, self._subjects, self._exceptions)
        self._subjects = [number for number in self._subjects if number < len(self._said)]
        self._mood = mood or self._mood
        return used

    def _is_impression(self, position: int) -> bool:
        """Whether a clause begins with how something looks that was talked about before: "looks boring"."""
        is_here = position in self._clause_starts and self._plain[position] in IMPRESSIONS
        return is_here and bool(self._said.mentioned or self.setting.about)

    def _choice(self, position: int) -> Choice:
        """Return what explains the most words here; a place ("the second one") rather than a name of such words."""
        choice = self._chooser.choose(
            position,
            self._mood,
            is_start=position in self._clause_starts,
            follows_name=bool(self._subjects or self._rest.content()) or self._is_impression(position),
            stands_alone=position in self._clause_starts and len(self._said) > 0,
        )
        if self._rest.ends_in(position):
            return Choice(None, 0) if isinstance(choice.meaning, Found) else choice
        item, used = self._names.place_at(position, self._said.mentioned)
        return Choice(Found((item,), used), used) if item and used >= choice.words else choice

    # --- names ----------------------------------------------------------------------------------------------------

    def _name(self, found: Found, position: int) -> None:
        found = self._rest.told_apart(found, position)
        self._rest.drop_fillers()
        if found.all_meant and self._graph.is_item(found.entities[0]):
            self.setting = replace(self.setting, standard="")  # several of the list: what is said next is of the list
        mood = self._mood.before(self._following(position + found.words))
        before = len(self._said)
        self._said.entity(found, mood, self._spelt(position, found.words))
        end = position + found.words
        self._narrow(before, position, end, mood)
        self._note_subjects(before)
        if mood.verb is None and not mood.is_negated and self._names.is_place_at(end):
            self._said.compare_with(range(before, len(self._said)))  # "Die Hard on a train"
        self._busy_until = end + (mood.verb is Cue.NEAR and self._following(end) in VIBES)

    def _note_subjects(self, before: int) -> None:
        if self._mood.verb in (None, Cue.SEEN, Cue.LIKE, Cue.NEAR):
            self._subjects += range(before, len(self._said))
        self._mood = replace(self._mood, is_used=True)
        if self._said.mentioned:
            self._mention(self._said.mentioned)

    def _mention(self, item: str) -> None:
        self._said.mentioned = item
        self.setting = replace(self.setting, about=item)
        if not self._mood.is_negated:
            self.setting = replace(self.setting, standard=item)

    def _refer_or_wait(self, position: int) -> int:
        """Take "it" or "number 3" for the item it stands for, where one is awaited; else let the word wait."""
        plain = self._plain[position]
        if plain in lexicon.JOINERS or self._words[position].is_pause:
            if plain == "or":
                self._branches.fork()
            return 1
        if plain in PERSONS or (plain in THEIRS and self._mood.verb is Cue.NEAR and self._said.person):
            return self._refer_to_person(position)
        if plain in THESE and self._mood.verb in _OPINIONS and self._said.value:
            self._name(Found((self._said.value,), 1), position)
            return 1
        if self._mood.awaits_name or plain not in lexicon.PRONOUNS:
            item, used = self._names.reference_at(position, self._said.mentioned)
            is_next = self._busy_until == position - 1 and self._plain[position - 2].isdecimal()  # "number 2 and 3"
            if not item and is_next:
                item, used = place([plain], self.setting.listed), 1
            if item and not self._rest.ends_in(position):
                self._name(Found((item,), used), position)
                self._busy_until = max(self._busy_until, position + used)
                return used
        self._rest.add(position)
        return 1

    def _refer_to_person(self, position: int) -> int:
        """Take "him" for whoever was named last, where a name is awaited and somebody was."""
        person = self._said.person or self.setting.person
        if person and (self._mood.awaits_name or self._mood.facets):
            self._name(Found((person,), 1), position)
        elif self._mood.facets:
            self._said.add(Unused(f"{self._mood.cue} {self._plain[position]}"))
        return 1

    # --- numbers and comparisons -------------------------------------------------------------------------------------

    def _quantity(self, quantity: Quantity, position: int) -> None:
        """Take a quantity as a constraint; only a negation of itself ("nothing over ...") turns it round."""
        if self._mood.is_dated_by(self._plain[position]):
            return
        before = len(self._said)
        if self._mood.verb is Cue.FORGET:
            self._said.add(Forget((), quantity.expression, quantity.label))
        else:
            wish = Require(quantity.expression, quantity.label)
            self._said.add(refused(quantity) if self._is_refused(position) else wish)
        self._narrow(before, position, position + quantity.words, self._mood)

    def _narrow(self, before: int, position: int, end: int, mood: Mood) -> None:
        """Let what was just said narrow a refusal before it; see Narrowing.take."""
        self._narrowing.take(before, position, end, mood, self._said.person or self.setting.person)

    def _is_refused(self, position: int) -> bool:
        """Return whether a negation stands before a position with no more than "anything that is" between them."""
        links = _LINKS | {self._graph.ontology.singular, self._graph.ontology.plural}
        return self._mood.is_negated and links.issuperset(self._plain[self._mood.since : position])

    def _extreme(self, extreme: Extreme, position: int) -> None:
        """Take a superlative, unless it only tells items of one name apart: "the oldest King Kong"."""
        if sum(map(self._graph.is_item, self._names.at(position, is_awaited=True).entities)) <= 1:
            self._rest.drop_fillers()
            self._said.add(extreme)

    def _compare(self, critique: Critique, position: int) -> int:
        """Take a comparison; return how many words after it name what it is compared with."""
        item, used = self._names.standard_at(position, self._said.mentioned)
        start = position - critique.words
        if is_complaint(self._plain, start, position):
            if self._said.criticise(self._subjects, critique.target, is_more=critique.is_more):
                self._rest.drop_fillers()
                return used
            item = item or self.setting.about  # "it is too long"
        item = item or self._said.near or self.setting.standard
        is_negated = self._is_refused(start)
        self._rest.drop_fillers()
        told = Compare(critique.target, critique.is_more != is_negated, item)
        if self._mood.verb is Cue.ALLOW and critique.target in self._graph.numbers:
            self._said.add(Open((critique.target,), critique.is_more))
            return used
        spelt = self._spelt(start, critique.words)
        self._said.add((bound_by(told, spelt, self._graph) if is_negated and used else None) or told)
        return used

    # --- cues -----------------------------------------------------------------------------------------------------

    def _hear(self, cue: Cue, position: int, used: int) -> None:
        """Let a cue change the mood."""
        end, phrase = position + used, self._spelt(position, used)
        if cue is Cue.BUT:
            self._turn(end)
            return
        if cue is Cue.UNLESS:
            self._finish()
            self._busy_until = self._exceptions.condition(position, end)
            return
        if phrase in lexicon.EXCEPTIONS and (self._said.refused or self._mood.is_negated):
            self._finish()
            if not self._names.at(end, is_awaited=True).words and (over := self._exceptions.take(end)):
                self._busy_until = over
                return
            cue = Cue.EXCEPT
        others = self._hear_who(position, end) if cue in _OPINIONS else ""
        self._mood = mood_after(self._mood, cue, phrase, end, others)
        if cue in (Cue.NOT, Cue.HATE):
            self._narrowing.begin(max(at for at in self._clause_starts if at <= position), position, end)
        if cue is Cue.NEAR:
            self._compare_subjects(phrase, end)

    def _compare_subjects(self, phrase: str, end: int) -> None:
        """Begin a comparison; with what was named before it, where the cue says so: "Alien meets Heat"."""
        self._said.near_again()
        following = self._following(end)
        is_of_them = phrase in lexicon.MEETINGS or following in ("that", "those", "these", "them")
        if phrase in lexicon.OFFSPRING or (self._subjects and following and is_of_them):
            self._said.compare_with(self._subjects)

    def _turn(self, end: int) -> None:
        """End a clause at a "but"; a plain name before it is what more is wanted like: "Alien but funny"."""
        following = self._following(end)
        if self._mood.verb is None and not self._mood.is_negated and following and following not in _TELLERS:
            self._said.compare_with(self._subjects)
        self._finish()
        self._branches.unite()
        self._mood, self._subjects = Mood(since=end), []
        self._exceptions.turn()

    def _hear_who(self, position: int, end: int) -> str:
        """Let go of who is said to like or hate; return in what words, if it is not the user: "my wife adored"."""
        if any(is_somebody(self._plain[at]) for at in self._rest.content()):
            self._rest.clear()
        start = max(start for start in self._clause_starts if start <= position)
        told = " ".join(word.raw for word in self._words[start : end + 1])
        return told if is_others(self._plain[start:position]) else ""

    def _pause(self, position: int) -> None:
        self._finish()
        self._exceptions.turn()
        self._subjects = self._subjects if self._plain[position] in (",", "-", ".") else []
        following = position + 1  # "no war, musicals" goes on with the list; "no war, something sad" does not
        if self._following(following) != "or":
            self._branches.unite()
        while following < len(self._plain) and self._plain[following] in ("or", "and", "nor"):
            following += 1
        if self._plain[position] != "," or not self._names.at(following, is_awaited=self._mood.awaits_name).words:
            self._mood = Mood(since=position + 1)

    def _apart(self, words: Sequence[Word]) -> tuple[Reading, ...]:
        """Return what some words say by themselves, of nothing that was talked about before."""
        reader = Reader(words, self._names.lookup, replace(self.setting, about="", standard=""))
        reader.read(0, len(words))
        return reader.readings()

    # --- verdicts ---------------------------------------------------------------------------------------------------

    def _judge(self, value: float, position: int, words: int) -> None:
        """Apply a verdict to the names before it, or else to a name after it, or to what the utterance is about."""
        end, is_before = position + words, position in self._clause_starts or not self._subjects
        if is_before and not self._rest.content() and self._following(end) in ("for", "to", "on"):
            self._subjects = []
            self._mood = Mood(verb=Cue.LIKE, strength=value, since=end + 1)
            self._busy_until = end + 1
            return
        if self._rest.content():
            self._subjects = []
            self._mood = Mood(verb=Cue.LOVE if value > 0 else Cue.HATE, strength=value, is_past=True)
            self._finish()
            self._mood = Mood()
            return
        self._rest.drop_fillers()
        about = self._said.mentioned or self.setting.about
        if not self._subjects and about:
            self._subjects = [len(self._said)]
            self._said.add(Opine(about, value))
        self._said.judge(self._subjects, value, is_guess=self._plain[position] in IMPRESSIONS)
        self._subjects = []

    # --- everything else ------------------------------------------------------------------------------------------

    def _following(self, position: int) -> str:
        return self._plain[position] if position < len(self._plain) else ""

    def _spelt(self, position: int, used: int) -> str:
        return " ".join(self._plain[position : position + used])

    def _finish(self) -> None:
        """Turn the words left over into what they may mean, and end the clause."""
        if self._mood.verb in _OPINIONS and not self._mood.is_used and not self._rest.content():
            self._said.turn(self._subjects, self._mood)  # "musicals I can't stand"
        found, left = self._rest.settle(self._mood)
        for slip in found:
            before, entity = len(self._said), slip.match.entity
            self._said.entity(Found((entity,), 1), self._rest.mood_at(slip, self._mood), self._graph.label(entity))
            self._note_subjects(before)
        for reading in self._rest.readings(left, self._mood, self._said):
            self._said.add(reading)
