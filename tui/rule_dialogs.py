"""Windows over the page of rules: what is about to be saved, and questions before anything written is lost."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from kgrec.tui.dialogs import Dialog

_STYLES: Final = {"+": "$text-success", "-": "$text-error"}
_HUNK: Final = re.compile(r"@@ .*\+(\d+)")
_MOST_LINES: Final = 400


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen: its key, a name for it, and what it does in words."""

    key: str
    name: str
    words: str


class ChoiceDialog(Dialog):
    """A text and a few choices, each with a key; dismissed with the name of the one chosen, None by escape."""

    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, title: str, text: Content, choices: Sequence[Choice], escape: str) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._choices = {choice.key: choice for choice in choices}
        self._escape = escape

    def compose(self) -> ComposeResult:
        """Show the text above the choices, which stay in sight."""
        with VerticalScroll(classes="window") as window:
            window.border_title = Content(self._title)
            window.border_subtitle = self._keys()
            yield Static(self._text)

    def on_key(self, event: events.Key) -> None:
        """Choose by key."""
        if event.key in self._choices:
            event.stop()
            self.action_choose(event.key)

    def action_choose(self, key: str) -> None:
        """Choose."""
        self.dismiss(self._choices[key].name)

    def _keys(self) -> Content:
        parts = [(choice.key, choice.words, f"screen.choose('{choice.key}')") for choice in self._choices.values()]
        drawn = [
            Content.assemble((key, "$accent bold"), " ", words).stylize(Style.from_meta({"@click": action}))
            for key, words, action in (*parts, ("esc", self._escape, "screen.close"))
        ]
        return Content(" · ").join(drawn)


def diff_lines(old: str, new: str, name: str) -> Iterator[Content]:
    """Yield how a text becomes another one, as signed lines: − for those that go, + for those that come."""
    found = difflib.unified_diff(old.splitlines(), new.splitlines(), name, name, n=2, lineterm="")
    for number, line in enumerate(found):
        if number == _MOST_LINES:
            yield Content.styled("and more", "$text-muted")
            return
        if hunk := _HUNK.match(line):
            yield Content.styled(f"  line {hunk[1]}", "$text-muted")
        elif number > 1:  # the first two name the files
            yield Content.styled(line.replace("-", "−", 1) if line.startswith("-") else line, _STYLES.get(line[:1], ""))
