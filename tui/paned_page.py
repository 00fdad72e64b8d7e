"""A page of several panes: side by side where there is room, else one at a time, with a line that names them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from textual import events, work
from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from kgrec.tui.actions import APP, Action
from kgrec.tui.bars import PageBar
from kgrec.tui.busy import Busy
from kgrec.tui.key_bar import KeyBar
from kgrec.tui.page import Page

V = TypeVar("V")

PANE_ACTIONS = (
    Action("next_pane(1)", "tab,f2", APP, "the next pane"),
    Action("next_pane(-1)", "shift+tab", APP, "the pane before"),
)
"""What every page of panes can do; they belong into its ACTIONS."""


class PanedPage(Page[V]):
    """A page of panes.

    Attributes:
        PANES: the id of each pane → its name, in order; every pane can have the focus.
        front: the one in front in a small window.
    """

    PANES: ClassVar[Mapping[str, str]]
    front = reactive("")

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield PageBar(self.PLACE)
        yield Static(id="pane-tabs")
        yield from self.body()
        yield KeyBar()
        yield Busy(classes="busy")

    def on_mount(self) -> None:
        """Begin with the first pane; name them."""
        for pane, name in self.PANES.items():
            self._pane(pane).border_title = name
        self.action_show_pane(next(iter(self.PANES)))
        super().on_mount()

    @work(group="turns")
    async def renew(self) -> None:
        """Gather, then draw; say so if that takes a moment."""
        spinner = self.query_one(Busy)
        spinner.begin()
        try:
            await self.gathered()
        finally:
            spinner.end()

    def watch_front(self, front: str) -> None:
        """Bring a pane to the front, where there is room for one only."""
        tabs = []
        for pane, name in self.PANES.items():
            self.query_one(f"#{pane}").set_class(pane == front, "-front")
            shown = Content.styled(f"[{name}]", "$accent bold") if pane == front else Content(f" {name} ")
            tabs.append(shown.stylize(Style.from_meta({"@click": f"screen.show_pane('{pane}')"})))
        for side in self.query(".side"):
            side.set_class(any(child.id == front for child in side.children), "-front")
        self.query_one("#pane-tabs", Static).update(Content(" ").join(tabs))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Keep the pane that has the focus in front."""
        ids = {node.id for node in event.widget.ancestors_with_self}
        self.front = next((pane for pane in self.PANES if pane in ids), self.front)
        self.refresh_bindings()

    def action_show_pane(self, pane: str) -> None:
        """Bring a pane to the front and give it the focus."""
        self.front = pane
        self._pane(pane).focus()

    def action_next_pane(self, step: int) -> None:
        """Go to the next pane, or the one before."""
        names = list(self.PANES)
        self.action_show_pane(names[(names.index(self.front) + step) % len(names)])

    def action_enter(self) -> None:
        """Do what enter does on the highlighted entry; nothing unless a page says what."""

    def _pane(self, pane: str) -> Widget:
        return self.query_one(f"#{pane}")


AnyPanedPage = PanedPage[Any]
