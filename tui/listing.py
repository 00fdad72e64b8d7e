"""A list of entries under headings, drawn for the width there is; refilled, it keeps its highlight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

WAITING: Final = "One moment ..."
_SCROLLBAR: Final = 2
"""Cells that are kept free at the right, so that lines do not move when a scrollbar appears."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what to call it, and its lines for a width in cells."""

    id: str
    draw: Callable[[int], Content]


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under a heading ("": none)."""

    title: str
    entries: tuple[Entry, ...]


class Listing(OptionList):
    """The list. Enter and clicks only highlight, unless the screen binds enter to something."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
        Binding("enter", "screen.enter", show=False),
    ]

    def __init__(self, empty: str, *, id: str) -> None:  # noqa: A002  (Textual's own name for it)
        super().__init__(id=id, markup=False)
        self._empty = empty
        self._groups: tuple[Group, ...] | None = None
        self._drawn_for = 0

    def show(self, groups: Sequence[Group]) -> None:
        """Show other entries; the highlight stays on its entry, else about where it was."""
        self._groups = tuple(groups)
        self._draw()

    @property
    def chosen(self) -> str:
        """The id of the highlighted entry; "" if there is none."""
        option = self.highlighted_option
        return option.id or "" if option is not None else ""

    def choose(self, entry: str) -> None:
        """Highlight an entry, if there is one of that id."""
        if any(option.id == entry for option in self.options):
            self.highlighted = self.get_option_index(entry)

    def on_resize(self, event: events.Resize) -> None:
        """Draw anew for another width."""
        if event.size.width != self._drawn_for:
            self._draw()

    def _draw(self) -> None:
        held, place = self.chosen, self.highlighted or 0
        self._drawn_for = self.size.width
        width = max(self.size.width - _SCROLLBAR, 16)
        options: list[Option] = []
        for group in self._groups or ():
            if group.title and group.entries:
                options += [Option(Content(" "), disabled=True)] if options else []
                options.append(Option(Content.styled(group.title, "$primary bold"), disabled=True))
            options += [Option(entry.draw(width), entry.id) for entry in group.entries]
        if not options:
            told = WAITING if self._groups is None else self._empty
            options = [Option(Content.styled(told, "$text-muted"), disabled=True)]
        self.set_options(options)
        ids = [option.id for option in options]
        if held in ids:
            self.highlighted = ids.index(held)
        else:
            near = [number for number, option in enumerate(options) if option.id is not None]
            self.highlighted = min(near, key=lambda number: abs(number - place), default=None)
