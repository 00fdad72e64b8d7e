"""The live list: rank, match, name, how it moved and the strongest reason, two lines an item."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from kgrec.tui.glyphs import bar, moved
from kgrec.tui.lines import clip
from kgrec.tui.messages import Highlighted, RowClicked
from kgrec.tui.view import LIST_LENGTH, Row, View

_ROOMY: Final = 68
"""From this width on the match bars are long."""
_NARROW: Final = 50
"""Below this width there are none."""
_INDENT: Final = 4
_CHANCE: Final = "bar: match · ♥: chance of a like"
_MOVE_STYLES: Final = {"▲": "$success", "▼": "$error", "n": "$accent"}


class ShortlistRow(Widget):
    """One item of the list."""

    row: reactive[Row | None] = reactive(None)
    is_highlighted = reactive(default=False, toggle_class="-highlighted")

    def __init__(self, position: int) -> None:
        super().__init__()
        self.position = position

    def watch_row(self, row: Row | None) -> None:
        """Vanish when there is nothing to show."""
        self.display = row is not None

    def render(self) -> Content:
        """Draw the two lines for the width there is."""
        if self.row is None:
            return Content()
        width = self.size.width
        cells = 9 if width >= _ROOMY else 6 if width >= _NARROW else 0  # the name needs the room more
        lead = Content.assemble(
            ("▌" if self.is_highlighted else " ", "$accent"),
            (f"{self.position + 1:>2} ", "bold" if self.is_highlighted else "$text-muted"),
            (bar(self.row.match, cells), "$primary on $panel"),
            f" {self.row.match:4.0%}  ",
            *([(f"♥{self.row.chance:4.0%}  ", "$text-muted")] if self.row.chance is not None else []),
        )
        move = moved(self.row.move)
        name_width = max(width - lead.cell_length - 6, 4)
        name = Content.styled(clip(self.row.label, name_width), "bold").truncate(name_width, pad=True)
        first = lead + name + Content.styled(f"{move:>5}", _MOVE_STYLES.get(move[:1], "")) + " "
        reason = Content.styled(self.row.reason, "$text-muted")
        start = Content.styled("▌" if self.is_highlighted else " ", "$accent") + " " * (_INDENT - 1)
        return first + "\n" + start + reason.truncate(max(width - _INDENT - 1, 4), ellipsis=True)

    async def on_click(self, event: events.Click) -> None:
        """Be highlighted."""
        event.stop()
        await self.jump()

    async def jump(self) -> None:
        """Be highlighted."""
        self.post_message(RowClicked(self.position))


class Shortlist(VerticalScroll, can_focus=True):
    """The list of now, one row highlighted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.reasons", show=False),
        Binding("home", "screen.cursor(-99)", show=False),
        Binding("end", "screen.cursor(99)", show=False),
    ]
    cursor = reactive(0)

    def __init__(self) -> None:
        super().__init__(id="shortlist")
        self.rows: tuple[Row, ...] = ()

    def compose(self) -> ComposeResult:
        """Make the rows once; they are filled anew at every turn."""
        yield Static(Content("The list appears here and moves\nwith every answer."), id="empty")
        for position in range(LIST_LENGTH):
            row = ShortlistRow(position)
            row.display = False
            yield row

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = "For you now"

    @property
    def highlighted(self) -> Row | None:
        """The highlighted item."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def show(self, view: View) -> None:
        """Show the list of now; a highlight that was moved stays on its item."""
        held = self.highlighted.item if self.highlighted and self.cursor else None
        self.rows = view.rows
        for row, content in zip(self.query(ShortlistRow), (*view.rows, *[None] * LIST_LENGTH), strict=False):
            row.row = content
        empty = self.query_one("#empty", Static)
        empty.update(Content(view.empty))
        empty.display = not view.rows
        left = f"{view.left:,} of {view.total:,} left"
        told = f"all {view.total:,} {view.plural}" if view.left == view.total else left
        has_chances = any(row.chance is not None for row in view.rows)
        self.border_subtitle = Content(f"{_CHANCE} · {told}" if has_chances else told)
        found = [position for position, row in enumerate(view.rows) if row.item == held]
        cursor = found[0] if found else min(self.cursor, max(len(view.rows) - 1, 0))
        self.set_reactive(Shortlist.cursor, cursor)
        self._highlight()

    def move(self, step: int) -> None:
        """Highlight the item so many rows further down."""
        self.cursor = min(max(self.cursor + step, 0), max(len(self.rows) - 1, 0))

    def watch_cursor(self) -> None:
        """Show which row is highlighted, and tell."""
        self._highlight()
        self.post_message(Highlighted())

    def _highlight(self) -> None:
        for row in self.query(ShortlistRow):
            row.is_highlighted = row.position == self.cursor
            if row.is_highlighted and row.display:
                self.scroll_to_widget(row, animate=False)
