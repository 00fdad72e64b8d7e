"""Where the characters of an expression stand in a file.

YAML may quote, fold or indent a text, so the third character of an expression is not always three columns after its
start. Positions are worked out from the text as written only when an error needs one; nothing is paid otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kgrec.domain import Place
from kgrec.errors import RuleError


@dataclass(frozen=True, slots=True)
class Source:
    """A text and where it was written; ``raw`` is how it was written, from ``place`` on (empty: exactly so)."""

    text: str
    place: Place
    raw: str = field(default="", repr=False)

    def at(self, offset: int) -> Place:
        """Return the place of the character at ``offset``; ``len(text)`` is just after the last one."""
        raw = self.raw or self.text
        start = self._content_start(raw)
        position = start
        wanted = self.text[: offset + 1]
        for character in wanted:
            if character.isspace():
                continue  # folding turns line breaks into spaces and drops indentation
            found = raw.find(character, position)
            if found >= 0:  # an escape is written with other characters than it stands for
                position = found + 1
        if position > start and offset < len(self.text) and not self.text[offset].isspace():
            position -= 1
        line = self.place.line + raw.count("\n", 0, position)
        last_break = raw.rfind("\n", 0, position)
        column = position - last_break if last_break >= 0 else self.place.column + position
        return Place(self.place.file, line, column)

    def _content_start(self, raw: str) -> int:
        if raw is self.text or not raw:
            return 0
        if raw[0] in "|>":
            return raw.find("\n") + 1
        return 1 if raw[0] in "\"'" and not self.text.startswith(raw) else 0

    def error(self, offset: int, message: str, hint: str = "") -> RuleError:
        """Return an error about the character at ``offset``."""
        return RuleError(message, self.at(offset), hint)
