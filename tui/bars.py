"""The line at the top: what this is, the panes to switch between in a small window, and whose conversation it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widgets import Static

from kgrec.tui.places import PLACES, Place
from kgrec.tui.view import View

if TYPE_CHECKING:
    from kgrec.tui.app import KgrecApp

_ALL_NAMED: Final = 78
"""From so many columns on the names of all places fit beside each other."""
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


class PlaceTabs(Static):
    """The places one can go to, with their keys; the one on display is marked."""

    app: KgrecApp

    def __init__(self, here: str = "") -> None:
        super().__init__(id="places")
        self._here = here

    def on_mount(self) -> None:
        """Draw the tabs."""
        self.fit(is_small=False)

    def fit(self, *, is_small: bool) -> None:
        """Draw them for a window; in a small one the others are but their keys."""
        self.update(Content(" ").join(self._tab(place, is_small=is_small) for place in PLACES))

    def _tab(self, place: Place, *, is_small: bool) -> Content:
        if place.name == self._here:
            return Content.styled(f"[{place.tab}]", "$accent bold")
        click = Style.from_meta({"@click": f"app.go('{place.name}')"})
        (action,) = self.app.remapped((place.action(),))
        name = "" if is_small else place.tab
        return Content.assemble((f" {action.key_display} ", "$accent"), (name, "$text-muted")).stylize(click)


class PageBar(Horizontal):
    """The line across the top of a page."""

    def __init__(self, here: str) -> None:
        super().__init__(classes="bar")
        self._here = here

    def compose(self) -> ComposeResult:
        """Name the app, the way back, and the places."""
        back = Style.from_meta({"@click": "app.leave_page"})
        yield Static(Content.styled(" kgrec", "$accent bold"), id="name")
        yield Static(Content.styled(" ‹ back ", "$text-muted").stylize(back), id="back")
        yield PlaceTabs(self._here)

    def on_resize(self, event: events.Resize) -> None:
        """Draw the places for the width there is."""
        self.query_one(PlaceTabs).fit(is_small=event.size.width < _ALL_NAMED)


class TopBar(Horizontal):
    """One line across the screen."""

    def __init__(self) -> None:
        super().__init__(classes="bar")

    def compose(self) -> ComposeResult:
        """Name, tabs, user."""
        yield Static(Content.assemble((" kgrec", "$accent bold")), id="brand")
        yield PaneTabs(id="tabs")
        yield PlaceTabs()
        yield Static(id="whose")

    def show(self, view: View) -> None:
        """Say which data, whose conversation and how much was told."""
        self.query_one("#brand", Static).update(
            Content.assemble((" kgrec", "$accent bold"), (" · ", "$text-muted"), view.name)
        )
        told = f"{view.opinions} opinion" if view.opinions == 1 else f"{view.opinions} opinions"
        self.query_one("#whose", Static).update(
            Content.assemble(view.user, (" · ", "$text-muted"), (told, "$text-muted"), " ")
        )
        self.query_one(PaneTabs).count = len(view.rows)
