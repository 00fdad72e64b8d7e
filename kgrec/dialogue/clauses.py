"""Reads an utterance that is no command and no question: names, numbers, comparisons, and what is said of them.

The reader goes from left to right and remembers the mood: what the words so far say about the names to come. A pause or
a "but" ends it, but for a list that goes on ("no war, musicals").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.company import read_company
from kgrec.dialogue.critiques import Critique, read_critique
from kgrec.dialogue.lexicon import Cue
from kgrec.dialogue.names import NOTHING, Found, Names
from kgrec.dialogue.opinions import Mood, Said
from kgrec.dialogue.quantities import Quantity, read_quantity
from kgrec.dialogue.readings import (
    AskAbout,
    Compare,
    FreeText,
    NotFound,
    Opine,
    Reading,
    Require,
    Setting,
    Unused,
    WhyItem,
)
from kgrec.dialogue.tokens import PAUSES, Phrases, Word
from kgrec.dialogue.verdicts import read_verdict
from kgrec.graph.lookup import Lookup
from kgrec.text import fold

_CUES: Final = Phrases(lexicon.CUES)
_DOUBLE: Final = Phrases(dict.fromkeys(lexicon.DOUBLE_NEGATIONS, Cue.WANT))
_TOLERATED: Final = Phrases(dict.fromkeys(lexicon.TOLERATED, Cue.LIKE))
_LIKED: Final = 0.8
_VIBES: Final = frozenset({"vibe", "vibes", "esque"})
_TOLERABLE: Final = 0.2
_OPENERS: Final = frozenset({"but", "and"})
"""Words after which a clause may begin."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """What explains the words at one place, and how many."""

    meaning: Found | Quantity | Critique | Cue | float | tuple[str, ...] | None
    words: int


class Reader:
    """Reads one utterance; ask for :meth:`readings` at the end."""

    def __init__(self, words: Sequence[Word], lookup: Lookup, setting: Setting) -> None:
        self.setting = setting
        self._words = words
        self._plain = [word.folded for word in words]
        self._clause_starts = {0, *(at + 1 for at, word in enumerate(words) if word.folded in PAUSES | _OPENERS)}
        self._lookup = lookup
        self._graph = lookup.kg
        self._names = Names(words, lookup, setting)
        self._vocabulary = self._names.vocabulary
        self._said = Said(lookup)
        self._mood = Mood()
        self._rest: list[int] = []  # positions of words that wait for what they may mean together
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
        if self._plain[position] in lexicon.FANS and self._busy_until == position and position:
            return 1
        company = read_company(self._plain, position, self.setting)
        choice = self._choice(position)
        is_title = isinstance(choice.meaning, Found) and self._is_capitalised(position)
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
                self._judge(value)
            case tuple() as facets:
                self._mood = replace(self._mood, facets=facets, cue=self._spelt(position, choice.words))
            case None:
                return self._refer_or_wait(position)
        return choice.words

    def _choice(self, position: int) -> _Choice:
        """Return what explains the most words here; between equals a number, a comparison, a verdict, a cue, a name."""
        mood = self._mood
        awaited = mood.awaits_name or bool(mood.facets)
        close = mood.since == position and mood.awaits_name
        found = self._names.at(position, is_awaited=awaited, is_close=close)
        is_start = position in self._clause_starts
        quantity = read_quantity(self._plain[position:], self._graph, self.setting.year, is_start=is_start)
        critique = read_critique(self._plain, position, self._vocabulary, self._lookup)
        value, judged = self._verdict(position)
        cue, heard = self._cue(position)
        facets, led = self._vocabulary.cues.at(self._plain, position)
        choices = [
            _Choice(quantity, quantity.words if quantity else 0),
            _Choice(critique, critique.words if critique else 0),
            _Choice(value, judged),
            _Choice(cue, heard),
            _Choice(facets, led if self._names.at(position + led, is_awaited=True) != NOTHING or led > 1 else 0),
            _Choice(found, found.words),
        ]
        if found.words == 1 and quantity and self._words[position].raw.isdigit():
            choices = choices[1:]
        if found.words and self._is_capitalised(position):
            choices = choices[-1:] + choices[:-1]
        best = max(choices, key=lambda choice: choice.words)
        return best if best.words else _Choice(None, 0)

    def _is_capitalised(self, position: int) -> bool:
        """Whether a word has a capital that no beginning of a sentence gave it: "Saw" in "I liked Saw"."""
        is_inside = position > 0 and not self._words[position - 1].is_pause
        return is_inside and self._words[position].raw[:1].isupper() and not self._words[position].raw.isupper()

    # --- names ----------------------------------------------------------------------------------------------------

    def _name(self, found: Found, position: int) -> None:
        found = self._first_named(found, position)
        self._drop_fillers()
        mood = self._mood_before(position + found.words)
        before = len(self._said)
        self._said.entity(found, mood, self._spelt(position, found.words))
        self._note_subjects(before)
        self._busy_until = position + found.words

    def _first_named(self, found: Found, position: int) -> Found:
        """Return those of several people whose first name stands before the surname, where nothing explained it."""
        first = self._plain[position - 1] if self._rest and self._rest[-1] == position - 1 else ""
        named = tuple(e for e in found.entities if first and fold(self._graph.label(e)).startswith(f"{first} "))
        if not named:
            return found
        self._rest.pop()
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
        if self._mood.awaits_name or is_place:
            item, used = self._names.reference_at(position, self._said.mentioned)
            if not item and self._mood.verb in (Cue.SEEN, Cue.LIKE, Cue.LOVE, Cue.HATE) and plain.isdecimal():
                listed = self.setting.listed
                item, used = (listed[int(plain[:9]) - 1], 1) if 1 <= int(plain[:9]) <= len(listed) else ("", 0)
            if item:
                self._name(Found((item,), used), position)
                self._busy_until = max(self._busy_until, position + used)
                return used
        self._rest.append(position)
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
        is_more = critique.is_more != (self._mood.is_negated and self._mood.since == position - critique.words)
        self._drop_fillers()
        self._said.add(Compare(critique.target, is_more, item))
        return used

    # --- cues -----------------------------------------------------------------------------------------------------

    def _cue(self, position: int) -> tuple[Cue | None, int]:
        """Return the cue that begins here, with its words; "like" compares unless somebody likes something."""
        for table in (_DOUBLE, _TOLERATED):
            cue, used = table.at(self._plain, position)
            if cue is not None:
                return cue, used
        cue, used = _CUES.at(self._plain, position)
        if cue is Cue.LOVE and position and self._plain[position - 1] == "in":
            return None, 0
        if cue is Cue.LIKE and self._plain[position] == "like":
            before = [word for word in self._plain[max(position - 3, 0) : position] if word not in ("and", "so")]
            if not any(word in lexicon.SUBJECTS for word in before):
                cue = Cue.NEAR
        return cue, used

    def _hear(self, cue: Cue, position: int, used: int) -> None:  # noqa: C901  (one case a cue)
        """Let a cue change the mood."""
        mood, end = self._mood, position + used
        phrase = self._spelt(position, used)
        if cue is Cue.BUT:
            self._finish()
            self._mood = Mood(since=end)
        elif cue is Cue.UNLESS:
            self._leave_condition(position)
        elif phrase in lexicon.TOLERATED:
            self._mood = Mood(verb=Cue.LIKE, strength=_TOLERABLE, since=end)
        elif cue is Cue.NOT:
            self._mood = replace(mood, is_negated=True, verb=None if mood.verb is Cue.SEEN else mood.verb, since=end)
        elif cue is Cue.HATE:
            self._mood = Mood(is_negated=True, verb=cue, since=end)
        elif cue in (Cue.LOVE, Cue.LIKE):
            self._mood = Mood(mood.is_negated, cue, strength=1.0 if cue is Cue.LOVE else _LIKED, since=end)
        elif cue in (Cue.SEEN, Cue.UNSEEN):
            self._mood = Mood(verb=Cue.UNSEEN if mood.is_negated and cue is Cue.SEEN else cue, since=end)
        elif cue is Cue.NEAR:
            self._mood = Mood(is_negated=mood.is_negated, verb=cue, since=end)
            self._said.near_again()
            if (
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

    def _verdict(self, position: int) -> tuple[float | None, int]:
        """Return what is said after a name, from -1 to 1, and in how many words."""
        return read_verdict(
            self._plain,
            position,
            follows_name=bool(self._subjects or self._content(self._rest)),
            stands_alone=position in self._clause_starts and len(self._said) > 0,
        )

    def _judge(self, value: float) -> None:
        """Apply a verdict to the names before it, or to what the utterance is about."""
        if self._content(self._rest):
            self._subjects = []
            self._mood = replace(self._mood, verb=Cue.LOVE if value > 0 else Cue.HATE)
            self._finish()
            self._mood = Mood()
            return
        self._drop_fillers()
        if self._subjects:
            self._said.judge(self._subjects, value)
        elif self._said.mentioned or self.setting.about:
            self._said.add(Opine(self._said.mentioned or self.setting.about, value))
        self._subjects = []

    # --- everything else ------------------------------------------------------------------------------------------

    def _spelt(self, position: int, used: int) -> str:
        return " ".join(self._plain[position : position + used])

    def _drop_fillers(self) -> None:
        self._rest = [kept for kept in self._rest if self._plain[kept] not in self._vocabulary.idle]

    def _finish(self) -> None:
        """Turn the words left over into what they may mean, and end the clause."""
        rest, self._rest = self._rest, []
        runs: list[list[int]] = []
        for position in rest:
            if runs and position == runs[-1][-1] + 1:
                runs[-1].append(position)
            else:
                runs.append([position])
        self._unexplained([run for run in runs if self._content(run)])

    def _content(self, run: Sequence[int]) -> list[int]:
        return [position for position in run if self._plain[position] not in self._vocabulary.idle]

    def _unexplained(self, runs: Sequence[list[int]]) -> None:
        left: list[int] = []
        for run in runs:
            found = self._names.misspelt(run, is_awaited=self._mood.awaits_name)
            if found is None:
                left += run
                continue
            first, last, match = found
            left += self._content(run[:first])
            before, mood = len(self._said), self._mood_before(run[last] + 1)
            self._said.entity(Found((match.entity,), 1), mood, self._graph.label(match.entity))
            self._note_subjects(before)
            rest = [at for at in run[last + 1 :] if self._plain[at] not in lexicon.FANS]
            if self._content(rest):
                self._unexplained([rest])
        content = self._content(left)
        if content:
            first, last = left.index(content[0]), left.index(content[-1])
            while (
                last + 1 < len(left)
                and left[last + 1] == left[last] + 1
                and self._plain[left[last + 1]] in lexicon.TIMES
            ):
                last += 1
            self._leave(" ".join(self._words[position].raw for position in left[first : last + 1]), content)

    def _leave(self, phrase: str, content: Sequence[int]) -> None:
        """Take words that nothing explains for a name that was not found, for a wish, or for nothing."""
        mood = self._mood
        is_title = len(content) > 1 and all(self._words[position].is_capitalised for position in content)
        if mood.verb in (Cue.SEEN, Cue.LOVE, Cue.HATE, Cue.NEAR) or (
            (mood.verb is Cue.LIKE and phrase[0].isupper()) or ((is_title or mood.is_called) and not mood.is_negated)
        ):
            self._said.add(NotFound(phrase, self._names.nearest(phrase, items_only=mood.verb is Cue.SEEN)))
        elif phrase.replace(" ", "").isdigit() and self._said.has_company:
            return  # how old they are
        elif mood.is_negated or not any(character.isalpha() for character in phrase):
            self._said.add(Unused(f"not {phrase}" if mood.is_negated else phrase))
        else:
            self._said.add(FreeText(phrase))
