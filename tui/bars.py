"""The line at the top: what this is, the panes to switch between in a small window, and whose conversation it is."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widgets import Static

from kgrec.tui.view import View

PANES: Final = {"talk": "Talk", "list": "For you", "why": "Why"}


class PaneTabs(Static):
    """The names of the panes; the one on display is marked."""

    pane = reactive("talk")
    count = reactive(0)

    def watch_pane(self) -> None:
        """Mark another one."""
        self._draw()

    def watch_count(self) -> None:
        """Say how long the list is."""
        self._draw()

    def _draw(self) -> None:
        tabs = []
        for pane, name in PANES.items():
            label = f"{name} {self.count}" if pane == "list" and self.count else name
            shown = Content.styled(f"[{label}]", "$accent bold") if pane == self.pane else Content(f" {label} ")
            tabs.append(shown.stylize(Style.from_meta({"@click": f"screen.show_pane('{pane}')"})))
        self.update(Content("").join(tabs))


class TopBar(Horizontal):
    """One line across the screen."""

    def compose(self) -> ComposeResult:
        """Name, tabs, user."""
        yield Static(Content.assemble((" kgrec", "$accent bold")), id="brand")
        yield PaneTabs(id="tabs")
        yield Static(id="whose")

    def show(self, view: View) -> None:
        """Say which data, whose conversation and how much was told."""
        self.query_one("#brand", Static).update(
            Content.assemble((" kgrec", "$accent bold"), (" · ", "$foreground 60%"), view.name)
        )
        told = f"{view.opinions} opinion" if view.opinions == 1 else f"{view.opinions} opinions"
        self.query_one("#whose", Static).update(
            Content.assemble(view.user, (" · ", "$foreground 60%"), (told, "$foreground 60%"), " ")
        )
        self.query_one(PaneTabs).count = len(view.rows)
