"""Chips: what was understood from the user, each of which a click takes back."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.reactive import reactive
from textual.style import Style

from kgrec.tui.lines import Lined, clip, flow
from kgrec.tui.view import Wished

_LONGEST: Final = 36
_MOST_LINES: Final = 3
"""So many lines of chips are shown; those before are counted, and can be taken back by the key."""


class Chips(Lined):
    """What was understood, as many on a line as fit; a click on one takes it back.

    Attributes:
        wished: what was understood.
        most: so many lines are shown.
    """

    wished: reactive[tuple[Wished, ...]] = reactive((), layout=True)
    most = reactive(_MOST_LINES, layout=True)

    def leave(self, room: int, needed: int) -> None:
        """Take no more lines than leave so many of the ``room``; what is asked comes first."""
        margin = self.styles.margin.height
        self.most = min(max(room - needed - margin, 0), _MOST_LINES)

    def watch_wished(self) -> None:
        """Vanish when there is nothing."""
        self._vanish()

    def watch_most(self) -> None:
        """Vanish when there is no room."""
        self._vanish()

    def _vanish(self) -> None:
        self.display = bool(self.wished) and self.most > 0

    def _lines(self, width: int) -> list[Content]:
        """Return what counts, then, below and without a ground, what no longer does; before them how many more."""
        counting = [self._chip(wish) for wish in self.wished if not wish.is_given_up]
        others = flow([self._chip(wish) for wish in self.wished if wish.is_given_up], width, " ")[-self.most :]
        for hidden in range(len(counting) + 1):
            click = Style.from_meta({"@click": "screen.take_back"})
            more = [Content.styled(f"‹ {hidden} more", "$text-muted").stylize(click)] if hidden else []
            lines = flow([*more, *counting[hidden:]], width, " ")
            if len(lines) + len(others) <= self.most:
                return [*lines, *others]
        return others

    @staticmethod
    def _chip(wish: Wished) -> Content:
        label = clip(wish.label, _LONGEST)
        click = Style.from_meta({"@click": f"screen.take_back_event({wish.event}, {wish.entity!r})"})
        said, cross = ("$text-muted italic", "$accent") if wish.is_given_up else ("on $panel", "$accent on $panel")
        return Content.assemble((f" {label} ", said), ("× ", cross)).stylize(click)
