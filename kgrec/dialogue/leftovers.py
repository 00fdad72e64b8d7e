"""Words of an utterance that nothing explains: they wait until their clause ends, for what they may mean together.

A run of them may be a misspelt name. What remains is a name that was not found, a wish in free words, or words nothing
can be made of; words that ask for nothing by themselves are let go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.amounts import read_number
from kgrec.dialogue.company import is_somebody
from kgrec.dialogue.english import is_everyday
from kgrec.dialogue.lexicon import Cue
from kgrec.dialogue.names import Names
from kgrec.dialogue.opinions import Mood, Said
from kgrec.dialogue.readings import FreeText, NotFound, Reading, Unused
from kgrec.dialogue.tokens import Word
from kgrec.graph.lookup import Match

_OPINIONS: Final = (Cue.LOVE, Cue.LIKE, Cue.HATE)


@dataclass(frozen=True, slots=True)
class Misspelt:
    """A name that some words are but for a few letters, and the position of the last of them."""

    match: Match
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

    def is_last(self, position: int) -> bool:
        """Whether the word at a position was the last to wait."""
        return bool(self._waiting) and self._waiting[-1] == position

    def take_last(self) -> None:
        """Let the last word no longer wait: something explained it."""
        self._waiting.pop()

    def content(self) -> list[int]:
        """Return the positions of the waiting words that ask for something."""
        return self._content(self._waiting)

    def clear(self) -> None:
        """Let all that waits go."""
        self._waiting = []

    def drop_fillers(self) -> None:
        """Let go of what asks for nothing."""
        self._waiting = self._content(self._waiting)

    def settle(self, *, is_awaited: bool) -> tuple[list[Misspelt], list[int]]:
        """Return the misspelt names among the waiting words and the positions of what is left, and wait for nothing.

        ``is_awaited``: whether the words before ask for a name.
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
            slip = self._names.misspelt(run, is_awaited=is_awaited)
            if slip is None:
                left += run
                continue
            first, last, match = slip
            left += self._content(run[:first])
            found.append(Misspelt(match, run[last]))
            runs.insert(0, [at for at in run[last + 1 :] if self._plain[at] not in lexicon.FANS])
        return found, left

    def reading(self, left: Sequence[int], mood: Mood, said: Said) -> Reading | None:
        """Return what the words left over are taken for, given what was said before them; None for nothing."""
        content = self._content(left)
        if not content:
            return None
        first, last = left.index(content[0]), left.index(content[-1])
        while (
            last + 1 < len(left) and left[last + 1] == left[last] + 1 and self._plain[left[last + 1]] in lexicon.TIMES
        ):
            last += 1
        phrase = " ".join(self._words[position].raw for position in left[first : last + 1])
        return self._meant(phrase, content, mood, said)

    def _meant(self, phrase: str, content: Sequence[int], mood: Mood, said: Said) -> Reading | None:
        if self._is_name(phrase, content, mood):
            return NotFound(phrase, self._names.nearest(phrase, items_only=mood.verb is Cue.SEEN))
        if len(said) and all(read_number(self._plain[position]) is not None for position in content):
            return None  # how many times, or how old
        if len(said) and all(is_somebody(self._plain[position]) for position in content):
            return None  # who said it
        if mood.is_negated or not any(character.isalpha() for character in phrase):
            return Unused(f"not {phrase}" if mood.is_negated else phrase)
        return FreeText(phrase)

    def _is_name(self, phrase: str, content: Sequence[int], mood: Mood) -> bool:
        """Whether words that nothing explains stand where a name is awaited, and look like one."""
        is_title = len(content) > 1 and all(self._words[position].is_capitalised for position in content)
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

    def _content(self, run: Sequence[int]) -> list[int]:
        return [position for position in run if not self._names.vocabulary.is_idle(self._plain[position])]
