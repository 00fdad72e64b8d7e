"""The editor of one rule file: a text area that knows the language's colours and shows mistakes where they are.

It works on text alone. What the text means is found out elsewhere and comes back as marks, so a key press never waits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import TextArea

from kgrec.tui.rule_colours import Token, spans
from kgrec.tui.rule_words import Words, rest_of_word

if TYPE_CHECKING:
    from kgrec.tui.rules_view import Problem, RuleFile

_LEAD: Final = re.compile(r" *(?:- +)?")
_MARKED: Final = re.compile(r"[\w./-]+|\"[^\"]*\"|'[^']*'|[<>=!&|]+")
_BOUND: Final = {
    key: binding.action
    for binding in TextArea.BINDINGS
    if isinstance(binding, Binding)
    for key in binding.key.split(",")
}
"""What the keys of a text area do."""
_CHANGING: Final = frozenset({"enter", "backspace", "delete", "tab"})


class RuleEditor(TextArea):
    """A rule file being read or edited.

    Attributes:
        file: as it was last read.
        baseline: its text as shown then; what differs from it is not saved.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"rule--{name}" for name in (*Token, "mistake", "doubtful")}

    @dataclass
    class Refused(Message):
        """Somebody wants to change a file that cannot be."""

        editor: RuleEditor

    @dataclass
    class Left(Message):
        """The user is done editing: letters are keys again."""

        editor: RuleEditor

    def __init__(self, file: RuleFile, words: Words, facets: Collection[str]) -> None:
        self._words = words
        self._offered_at = (-1, -1)
        text = file.text if file.is_there else file.begin
        super().__init__(text, read_only=file.is_read_only, show_line_numbers=True, soft_wrap=False)
        self.file = file
        self.baseline = self.text
        self.indent_width = 2
        self.tab_behavior = "indent"
        self._facets = facets
        self._marks: dict[int, list[tuple[int, str]]] = {}

    @property
    def is_dirty(self) -> bool:
        """Whether something was written that is not saved."""
        return self.text != self.baseline

    @property
    def draft(self) -> str:
        """The text, but for what cannot be written to a file."""
        return self.text.encode("utf-8", "replace").decode()

    def keep(self, file: RuleFile) -> None:
        """Go on with the text there is, over a file that changed: it is what edits are compared with from now on."""
        self.file = file
        self.read_only = file.is_read_only

    def is_saved(self, file: RuleFile) -> None:
        """Note that what is shown is what the file holds now."""
        self.keep(file)
        self.baseline = self.text

    def take(self, file: RuleFile) -> None:
        """Show what the file holds now; the text there was comes back by undo."""
        row, column = self.cursor_location
        if file.text != self.text:
            self.replace(file.text, (0, 0), self.document.end)
        self.is_saved(file)
        self.go(row, column)

    def revert(self) -> None:
        """Show the text as it was before all edits that are not saved; undo brings those back."""
        if self.is_dirty:
            self.replace(self.baseline, (0, 0), self.document.end)

    def go(self, row: int, column: int = 0) -> None:
        """Put the cursor somewhere near; rows and columns count from 0."""
        row = min(max(row, 0), self.document.line_count - 1)
        self.move_cursor((row, min(max(column, 0), len(self.document[row]))))
        self.call_after_refresh(self._centre)  # it may only just have been put on display

    def _centre(self) -> None:
        """Bring the line of the cursor to the middle, and its beginning into sight if there is room for both."""
        self.scroll_cursor_visible(center=True)
        if self.cursor_location[1] < self.size.width - self.gutter_width:
            self.scroll_to(x=0, animate=False)

    def mark(self, problems: Iterable[Problem], facets: Collection[str]) -> None:
        """Show where mistakes are, and which names mean something."""
        marks: dict[int, list[tuple[int, str]]] = {}
        for problem in problems:
            style = "rule--mistake" if problem.is_mistake else "rule--doubtful"
            marks.setdefault(problem.line - 1, []).append((problem.column - 1, style))
        if marks != self._marks or facets != self._facets:
            self._marks, self._facets = marks, facets
            self.notify_style_update()
            self.refresh()

    def get_line(self, line_index: int) -> Text:
        """Return a line in its colours, with its mistakes marked."""
        line = super().get_line(line_index)
        for start, end, token in spans(self.document.lines, line_index, self._facets):
            line.stylize(self.get_component_rich_style(f"rule--{token}"), start, end)
        for column, style in self._marks.get(line_index, ()):
            found = _MARKED.match(line.plain, column)
            end = found.end() if found else column + 1
            if column >= len(line.plain):
                line.append(" ")  # what is missing at the end of a line needs a place to show it
            line.stylize(self.get_component_rich_style(style), min(column, len(line.plain) - 1), end)
        return line

    def update_suggestion(self) -> None:
        """Offer the rest of the word that is being written."""
        row, column = self.cursor_location
        is_writing = self.selection.is_empty and not self.read_only and row < self.document.line_count
        self.suggestion = rest_of_word(self.document.lines, row, column, self._words) if is_writing else ""
        self._offered_at = self.cursor_location

    def on_text_area_selection_changed(self) -> None:
        """Offer nothing at another place than where something was written: there, → only moves the cursor."""
        if self.cursor_location != self._offered_at:
            self.suggestion = ""

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Keep letters for the text, also where it cannot be changed: they must not lead elsewhere by accident."""
        return key in _CHANGING or (character is not None and character.isprintable())

    async def on_key(self, event: events.Key) -> None:
        """Leave with escape; keep to the indentation; say so where nothing can be changed.

        Keys that move the cursor are obeyed here, too: a binding is found only once the key has travelled up to the
        app, and a letter that comes close behind it would be written where the cursor was before.
        """
        handled = True
        row, column = self.cursor_location
        before = self.document[row][:column]
        if event.key == "escape":
            self.post_message(self.Left(self))
        elif self.read_only:
            handled = event.is_printable or event.key in _CHANGING - {"tab"}
            if handled:
                self.post_message(self.Refused(self))
        elif event.key == "enter":
            lead = _LEAD.match(before)
            indent = (lead.end() if lead else 0) + (2 if before.rstrip().endswith((":", ">-", "|")) else 0)
            self._replace_selection("\n" + " " * indent)
        elif event.key == "backspace" and self.selection.is_empty and len(before) > 1 and not before.strip():
            self.delete((row, column - 2 + column % 2), (row, column))
        elif event.key in _BOUND:
            await self.run_action(_BOUND[event.key])
        else:
            handled = False
        if handled:
            event.stop()
            event.prevent_default()

    def on_paste(self) -> None:
        """Say so where nothing can be pasted."""
        if self.read_only:
            self.post_message(self.Refused(self))

    def action_comment(self) -> None:
        """Make the lines of the selection comments, or rules again if they all are comments."""
        first, last = sorted((self.selection.start[0], self.selection.end[0]))
        lines = [self.document[row] for row in range(first, last + 1)]
        written = [line for line in lines if line.strip()]
        if self.read_only or not written:
            return
        if all(line.lstrip().startswith("#") for line in written):
            changed = [re.sub(r"^( *)# ?", r"\1", line) for line in lines]
        else:
            indent = min(len(line) - len(line.lstrip()) for line in written)
            changed = [f"{line[:indent]}# {line[indent:]}" if line.strip() else line for line in lines]
        self.replace("\n".join(changed), (first, 0), (last, len(lines[-1])), maintain_selection_offset=False)

    def _replace_selection(self, text: str) -> None:
        start, end = sorted(self.selection)
        result = self.replace(text, start, end, maintain_selection_offset=False)
        self.move_cursor(result.end_location)
