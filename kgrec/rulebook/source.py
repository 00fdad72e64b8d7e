"""Where the characters of an expression stand in a file.

YAML may quote, fold or indent a text, so the third character of an expression is not always three columns after its
start. Positions are worked out from the text as written only when an error needs one; nothing is paid otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from kgrec.domain import Place
from kgrec.errors import RuleError

MAX_MESSAGE: Final = 600
"""How long a message may be: one that lists twenty names is shorter."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text and where it was written; ``raw`` is how it was written, from ``place`` on (empty: exactly so)."""

    text: str
    place: Place
    raw: str = field(default="", repr=False)

    def at(self, offset: int) -> Place:
        """Return the place of the character at ``offset``; ``len(text)`` is just after the last one."""
        raw = self.raw or self.text
        if raw == self.text:
            return self._place(raw, offset)
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
        return self._place(raw, position)

    def _place(self, raw: str, position: int) -> Place:
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
        """Return an error about the character at ``offset``, with the line it stands in as far as this text has it."""
        place = self.at(offset)
        message, hint = _shortened(message), _shortened(hint)
        lines = (self.raw or self.text).split("\n")
        number = place.line - self.place.line
        line = lines[number] if number < len(lines) else ""
        return RuleError(message, place, hint, line if number else " " * (self.place.column - 1) + line)


def _shortened(text: str) -> str:
    """Return a message without the middle of a name that is thousands of characters long."""
    return text if len(text) <= MAX_MESSAGE else f"{text[: MAX_MESSAGE // 2]} … {text[-MAX_MESSAGE // 2 :]}"
