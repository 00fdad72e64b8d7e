"""Jumping: a letter on everything one can go to; pressing it goes there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase
from typing import Final, Protocol, runtime_checkable

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset, Region
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Label

_LETTERS: Final = "asdfghjkl" + "".join(sorted(set(ascii_lowercase) - set("asdfghjkl"))) + ascii_uppercase
"""Those under the fingers first."""
_BLANK: Final = re.compile("[ ─│╭╰]{3}")
"""Room for a letter: nothing, or the border of a pane."""
_NEAR: Final = 2
"""A letter stands on one of so many lines of what it leads to."""
_LINE_IS: Final = 20
"""So many cells to the right are as far as one line down."""


@runtime_checkable
class CanBeJumpedTo(Protocol):
    """A widget that does not take the focus but does something when it is jumped to."""

    async def jump(self) -> None:
        """Do what a click would do."""


class JumpTargets(ModalScreen[Widget]):
    """The letters, over the screen as it is; closes with the widget chosen, or None."""

    def __init__(self, targets: dict[Offset, Widget]) -> None:
        super().__init__()
        self._targets = dict(zip(_LETTERS, targets.values(), strict=False))
        self._places = dict(zip(_LETTERS, targets, strict=False))

    def compose(self) -> ComposeResult:
        """Put each letter where its widget begins."""
        for letter, place in self._places.items():
            label = Label(f" {letter} ", markup=False)
            label.styles.offset = (place.x, place.y)
            yield label

    def on_key(self, event: events.Key) -> None:
        """Go there, or back for a key that stands nowhere."""
        event.stop()
        self._close(event.character or "")

    def on_click(self, event: events.Click) -> None:
        """Take the letter clicked, or go back."""
        self._close(str(event.widget.render()).strip() if isinstance(event.widget, Label) else "")

    def _close(self, letter: str) -> None:
        if self.is_current:  # a second key may come before this is closed
            self.dismiss(self._targets.get(letter))


def jump_targets(screen: Screen[object]) -> dict[Offset, Widget]:
    """Return everything on the screen one can go to, by where a letter on it hides nothing, in reading order."""
    found = {}
    for widget in screen.query(Widget):
        if (widget.focusable or isinstance(widget, CanBeJumpedTo)) and widget.is_on_screen:
            region = screen.find_widget(widget).visible_region
            if region:
                found[region.offset] = (region, widget)
    drawn = screen._compositor.render_strips()  # noqa: SLF001  (nobody else knows what can be seen where)
    lines = [_cells(strip.text) for strip in drawn]
    return {_free(lines, found[place][0]): found[place][1] for place in sorted(found, key=lambda at: (at.y, at.x))}


def _cells(text: str) -> str:
    """Return a line with one character a cell."""
    return "".join(mark + "…" * (cell_len(mark) - 1) for mark in text)


def _free(lines: Sequence[str], region: Region) -> Offset:
    """Return where a letter hides nothing: near where a region begins, rather beside its text than below it."""
    places = []
    for down, line in enumerate(lines[region.y : region.bottom][:_NEAR]):
        if blank := _BLANK.search(line, region.x, region.right):
            places.append((blank.start() - region.x + down * _LINE_IS, Offset(blank.start(), region.y + down)))
    return min(places)[1] if places else region.offset


async def jump_to(widget: Widget) -> None:
    """Give a widget the focus, or have it do what a click would do."""
    if isinstance(widget, CanBeJumpedTo):
        await widget.jump()
    else:
        widget.focus()
