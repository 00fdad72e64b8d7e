"""Somebody who just begins to write a sentence, though letters are commands: heard by how quickly letters follow.

"something funny" begins with the key that goes to the scorers. Nobody reads a page within a third of a second, so a
letter that comes so soon after one that opens something, or that is no key at all, belongs to a word; and so do all
since the pause before it. Letters that come one by one act at once, as ever.
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
        if not character.isalpha() or not self.within_s:
            self.word = ""
            return False
        self.word = word + character
        return character not in keys or not openers.isdisjoint(word)
