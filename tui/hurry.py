"""Somebody who just begins to write a sentence, though letters are commands: heard by how quickly letters follow.

"something funny" begins with the key that goes to the scorers. Nobody reads a page within a third of a second, so a
letter that comes so soon after one that opens something, or that is no key at all, belongs to a word; and so do all
since the pause before it. Letters that come one by one act at once, as ever.

A title may begin with a figure, "12 ...", though figures pick answers: a letter that follows tells as well, and what
the figures answered is taken back. Figures alone are answers, however quickly they come.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

HURRY_S: Final = 0.3


@dataclass
class Hurry:
    """Listens to the letters pressed while nothing is being written.

    Attributes:
        within_s: how quickly letters of a word follow each other; 0: nothing is heard.
        word: the letters that have followed each other so quickly, so far.
        last_s: when the last key was pressed.
    """

    within_s: float = HURRY_S
    word: str = ""
    last_s: float = 0.0

    def goes_on(self, at_s: float) -> bool:
        """Return whether a letter pressed now would belong to the word so far; a pause ends a word."""
        return bool(self.word) and at_s - self.last_s <= self.within_s

    def hear(self, character: str, at_s: float, keys: AbstractSet[str], openers: AbstractSet[str]) -> bool:
        """Return whether a character shows that a word is being written: :attr:`word`, which ends with it.

        Args:
            character: what was pressed; "" for a key without one.
            at_s: when, in seconds.
            keys: letters that do something here.
            openers: those that open something.
        """
        word = self.word if self.goes_on(at_s) else ""
        self.last_s = at_s
        is_figure, after_figure = character.isdecimal(), word[:1].isdecimal()
        is_gap = character == " " and after_figure
        if not (character.isalpha() or is_figure or is_gap) or not self.within_s:
            self.word = ""
            return False
        self.word = character if is_figure and not after_figure else word + character
        return character.isalpha() and (character not in keys or not openers.isdisjoint(word))
