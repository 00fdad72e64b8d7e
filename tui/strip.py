"""A strip: one titled row of cards, as many beside each other as there is room for, the others to the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from kgrec.tui.glyphs import bar
from kgrec.tui.lines import clip

if TYPE_CHECKING:
    from kgrec.tui.shelves_view import Card, ShelfRow

_NARROWEST: Final = 34
"""So wide is a card at least, where there is room; all of a strip share what there is."""
_GAP: Final = 1
_REASON_LINES: Final = 2
_HEIGHT: Final = 3 + _REASON_LINES
_BAR: Final = 10
_FADED: Final = "$text-muted"


@dataclass
class CardClicked(Message):
    """Somebody pointed at a card of a strip, or at none of them (-1), just at the strip."""

    strip: Strip
    column: int


class Strip(Widget):
    """One row. What is not in view is reached by moving the highlight, by the wheel, or by the arrows at its end.

    Attributes:
        shelf: what it shows.
        column: the highlighted card; it counts only while the strip has the highlight.
        first: the first card in view.
        is_highlighted: whether the highlight is on this strip.
    """

    shelf: reactive[ShelfRow | None] = reactive(None)
    column = reactive(0)
    first = reactive(0)
    is_highlighted = reactive(default=False, toggle_class="-highlighted")

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def show(self, shelf: ShelfRow) -> None:
        """Show another row, from its beginning; what it shows already stays as it is."""
        if shelf != self.shelf:
            is_other = self.shelf is None or self.shelf.title != shelf.title
            self.shelf = shelf
            self.first = 0 if is_other else min(self.first, self._last_first)
            self.column = min(self.column, len(shelf.cards) - 1)

    @property
    def cards(self) -> tuple[Card, ...]:
        """What it holds."""
        return self.shelf.cards if self.shelf else ()

    @property
    def in_view(self) -> int:
        """How many cards are to be seen in full."""
        return max((self.size.width + _GAP) // (_NARROWEST + _GAP), 1)

    @property
    def _card_width(self) -> int:
        return (self.size.width + _GAP) // self.in_view - _GAP

    @property
    def _last_first(self) -> int:
        return max(len(self.cards) - self.in_view, 0)

    def enter(self, place: int) -> None:
        """Take the highlight, on the card at a place in view, counted from the left."""
        self.highlight(self.first + min(place, self.in_view - 1))

    def highlight(self, column: int) -> None:
        """Highlight a card, the nearest there is, and bring it into view."""
        self.column = min(max(column, 0), len(self.cards) - 1)
        self._follow()

    def turn(self, step: int) -> None:
        """Show so many strips' width further right."""
        self.first = min(max(self.first + step * self.in_view, 0), self._last_first)

    def on_resize(self) -> None:
        """Keep the highlighted card in view."""
        self._follow()

    def _follow(self) -> None:
        self.first = min(max(self.first, self.column - self.in_view + 1), self.column, self._last_first)

    # --- mouse --------------------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Tell which card was meant."""
        event.stop()
        place = event.x // (self._card_width + _GAP)
        is_card = event.y and place < min(self.in_view, len(self.cards) - self.first)
        self.post_message(CardClicked(self, self.first + place if is_card else -1))

    async def jump(self) -> None:
        """Take the highlight."""
        self.post_message(CardClicked(self, self.column))

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Show what is to the right."""
        self._wheel(event, 1)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Show what is to the left."""
        self._wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """With shift, show what is to the right."""
        if event.shift:
            self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """With shift, show what is to the left."""
        if event.shift:
            self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, step: int) -> None:
        event.stop()
        event.prevent_default()
        self.first = min(max(self.first + step, 0), self._last_first)

    # --- what it looks like -------------------------------------------------------------------------------------------

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return the height: a title above the cards."""
        return _HEIGHT

    def render(self) -> Content:
        """Draw the title and the cards in view."""
        if self.shelf is None:
            return Content()
        width = self.size.width
        shown = range(self.first, min(self.first + self.in_view, len(self.cards)))
        drawn = [self._card(column) for column in shown]
        lines = [Content(" " * _GAP).join(parts) for parts in zip(*drawn, strict=True)]
        return Content("\n").join([self._heading(self.shelf, width), *lines])

    def _heading(self, shelf: ShelfRow, width: int) -> Content:
        title = Content.styled(shelf.title, "$primary bold" if self.is_highlighted else "bold")
        why = "  ".join(filter(None, (shelf.because, shelf.place)))
        lead = Content.assemble(title, "  ", (why, _FADED))
        place = self._place()
        room = max(width - place.cell_length - 1, 8)
        return lead.truncate(room, ellipsis=True, pad=True) + " " + place

    def _place(self) -> Content:
        """Return which cards are in view, between arrows that lead to the others."""
        if not self._last_first:
            return Content()
        last = min(self.first + self.in_view, len(self.cards))
        arrows = []
        for mark, step, is_more in (("‹", -1, self.first > 0), ("›", 1, last < len(self.cards))):
            click = Style.from_meta({"@click": f"screen.turn({self.number}, {step})"})
            arrow = Content.styled(f" {mark} ", "$accent bold" if is_more else "$foreground 30%")
            arrows.append(arrow.stylize(click) if is_more else arrow)
        span = f"{self.first + 1}" if last == self.first + 1 else f"{self.first + 1}-{last}"
        return Content.assemble(arrows[0], (f"{span} of {len(self.cards)}", _FADED), arrows[1])

    def _card(self, column: int) -> list[Content]:
        """Return the lines of one card, each as wide as the card."""
        card, is_meant = self.cards[column], self.is_highlighted and column == self.column
        inner = self._card_width - 3
        match = Content.assemble((bar(card.match, _BAR), "$primary on $panel"), f" {card.match:.0%}")
        reason = Content.styled(card.reason, _FADED).wrap(inner)[:_REASON_LINES]
        if len(reason) == _REASON_LINES:
            reason[-1] = _rest(card.reason, reason, inner)
        lines = [Content.styled(clip(card.label, inner), "bold"), match, *reason]
        lines += [Content()] * (_HEIGHT - 1 - len(lines))
        mark = Content.styled("▌ " if is_meant else "  ", "$accent")
        ground = "on $primary 20%" if is_meant else "on $surface"
        return [(mark + line.truncate(inner + 1, pad=True)).stylize_before(ground) for line in lines]


def _rest(text: str, lines: list[Content], width: int) -> Content:
    """Return the last of some lines with all that is left of a text, as far as it fits."""
    told = sum(len(line.plain) + 1 for line in lines[:-1])
    return Content.styled(text[told:].lstrip(), _FADED).truncate(width, ellipsis=True)
