"""A small window that asks for one line of text."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from kgrec.tui.dialogs import Dialog


class TextDialog(Dialog):
    """Asks for a line; it is dismissed with what was written, stripped, or with None."""

    def __init__(self, title: str, hint: str, value: str = "") -> None:
        super().__init__()
        self._title = title
        self._hint = hint
        self._value = value

    def compose(self) -> ComposeResult:
        """Say what is asked for, and take it."""
        with Vertical(classes="window -small") as window:
            window.border_title = Content(self._title)
            window.border_subtitle = "enter accepts, esc closes"
            yield Static(Content(self._hint))
            yield Static(Content())
            yield Input(self._value, compact=True, select_on_focus=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return what was written, if anything was."""
        if event.value.strip():
            self.dismiss(event.value.strip())
