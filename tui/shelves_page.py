"""The page of shelves: titled rows of what is here for the user, one below the other, each scrolling by itself.

What is said of a card is a turn of the conversation; the rows then follow from it, and the highlight stays where it
was: on the same card, or else at the same place of the same row.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from kgrec.tui.actions import Action
from kgrec.tui.page import Page, page_bindings
from kgrec.tui.strip import CardClicked, Strip

if TYPE_CHECKING:
    from kgrec.tui.conversation import Conversation
    from kgrec.tui.shelves_view import ShelvesView

_GROUP = "Shelves"

SHELVES_ACTIONS = (
    Action("cursor(-1)", "up,k", _GROUP, "the row above", "", "↑ k"),
    Action("cursor(1)", "down,j", _GROUP, "the row below", "", "↓ j"),
    Action("left", "left", _GROUP, "the one to the left", "", "←"),
    Action("right", "right", _GROUP, "the one to the right", "", "→"),
    Action("open", "enter", _GROUP, "the highlighted one in full", "open", "⏎"),
    Action("rate(1)", "l", _GROUP, "I like the highlighted one", "like"),
    Action("rate(-1)", "d", _GROUP, "I dislike the highlighted one", "dislike"),
    Action("seen", "v", _GROUP, "I know it already: leave it out", "seen"),
    Action("undo", "u", _GROUP, "take back the last thing you said", "undo"),
)
"""What the page of shelves can do."""


class Strips(VerticalScroll, can_focus=True, inherit_bindings=False):
    """The rows; the keys that would scroll them move the highlight instead."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "screen.turn_to(0)", show=False),
        Binding("end", "screen.turn_to(-1)", show=False),
        Binding("pageup", "screen.cursor(-3)", show=False),
        Binding("pagedown", "screen.cursor(3)", show=False),
    ]


class ShelvesPage(Page["ShelvesView"]):
    """Titled rows."""

    PLACE = "shelves"
    ACTIONS = SHELVES_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = page_bindings(*SHELVES_ACTIONS)
    AUTO_FOCUS = "#shelves"
    CSS_PATH = "shelves.tcss"

    def __init__(self, item: str = "") -> None:
        super().__init__(item)
        self._row = 0

    def gather(self, talk: Conversation) -> ShelvesView:
        """Fill the shelves."""
        from kgrec.tui.shelves_view import shelves_view  # the engine: not before somebody comes here

        return shelves_view(talk.session)

    def body(self) -> Iterable[Widget]:
        """Return the rows, made as they are needed, and what stands there without any."""
        yield Static(Content("One moment ..."), id="shelves-empty")
        yield Strips(id="shelves")

    async def draw(self, value: ShelvesView) -> None:
        """Show other rows."""
        held, title, column = self.subject, self._title, self._strip.column if self._strip else 0
        empty = self.query_one("#shelves-empty", Static)
        empty.update(Content(value.empty))
        empty.display = not value.rows
        strips = await self._as_many(len(value.rows))
        for strip, shelf in zip(strips, value.rows, strict=True):
            strip.show(shelf)
        places = {card.item: (strip.number, place) for strip in strips for place, card in enumerate(strip.cards)}
        titles = {shelf.title: number for number, shelf in enumerate(value.rows)}
        self._highlight(*places.get(held, (titles.get(title, self._row), column)))

    async def _as_many(self, count: int) -> list[Strip]:
        """Return so many strips, made or taken away as need be."""
        strips = list(self.query(Strip))
        await self.query_one(Strips).mount_all(Strip(number) for number in range(len(strips), count))
        for strip in strips[count:]:
            await strip.remove()
        return list(self.query(Strip))

    # --- the highlight --------------------------------------------------------------------------------------------

    @property
    def _strip(self) -> Strip | None:
        strips = self.query(Strip)
        return strips[self._row] if self._row < len(strips) else None

    @property
    def _title(self) -> str:
        return self._strip.shelf.title if self._strip and self._strip.shelf else ""

    @property
    def subject(self) -> str:
        """The highlighted item."""
        strip = self._strip
        return strip.cards[strip.column].item if strip and strip.cards else ""

    def _highlight(self, row: int, column: int | None = None) -> None:
        """Move the highlight to a row, by default to the card at the place in view where it was."""
        strips = self.query(Strip)
        if not strips:
            return
        before = self._strip
        place = before.column - before.first if before else 0
        self._row = min(max(row, 0), len(strips) - 1)
        chosen = strips[self._row]
        if column is not None:
            chosen.highlight(column)
        elif chosen is not before:
            chosen.enter(max(place, 0))
        for strip in strips:
            strip.is_highlighted = strip is chosen
        self.call_after_refresh(self._show, chosen)  # rows made just now have no place yet

    def _show(self, strip: Strip) -> None:
        if strip.is_attached:
            self.query_one(Strips).scroll_to_widget(strip, animate=False)

    def action_cursor(self, step: int) -> None:
        """Highlight so many rows further down."""
        self._highlight(self._row + step)

    def action_left(self) -> None:
        """Highlight the one to the left."""
        self._sideways(-1)

    def action_right(self) -> None:
        """Highlight the one to the right."""
        self._sideways(1)

    def _sideways(self, step: int) -> None:
        if self._strip:
            self._highlight(self._row, self._strip.column + step)

    def action_turn_to(self, column: int) -> None:
        """Highlight the first of the row, or the last (-1)."""
        if self._strip:
            self._highlight(self._row, column if column >= 0 else len(self._strip.cards) - 1)

    def action_turn(self, row: int, step: int) -> None:
        """Show what is further right in a row, or left."""
        self.query(Strip)[row].turn(step)

    @on(CardClicked)
    def _point(self, event: CardClicked) -> None:
        """Highlight what was clicked; a click on what is highlighted opens it."""
        strip = event.strip
        if strip.is_highlighted and event.column == strip.column:
            self.action_open()
        else:
            self._highlight(strip.number, event.column if event.column >= 0 else None)

    # --- what can be done -----------------------------------------------------------------------------------------

    def action_open(self) -> None:
        """Show the highlighted one in full."""
        self.app.action_go("item", self.subject)

    def action_rate(self, value: int) -> None:
        """Like or dislike the highlighted one."""
        if item := self.subject:
            self.change(lambda talk: talk.rate(item, float(value)))

    def action_seen(self) -> None:
        """Leave the highlighted one out."""
        if item := self.subject:
            self.change(lambda talk: talk.mark_seen(item))
