"""The line at the bottom: the keys that do something now, each with a word for it; a click does what its key does.

One widget that draws them all. Textual's own footer is a widget a key, all of them made anew whenever one changes,
which took longer than anything else on the way to a page, and keeps those it has replaced.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

if TYPE_CHECKING:
    from kgrec.tui.app import KgrecApp

_ROOMY: Final = 100
"""From so many columns on there is more room between keys, and the palette has a place of its own at the right."""


class KeyBar(Widget):
    """The line."""

    ALLOW_SELECT = False

    app: KgrecApp

    def on_mount(self) -> None:
        """Hear when other keys do something."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        if screen.app.app_focus:  # a window of another program is in front: nothing changes until this one is again
            self.refresh()

    def render(self) -> Content:
        """Draw as many as there is room for; the last, which leads to all others, in any case."""
        if not self.screen.is_active:  # a window lies over it, which has keys of its own
            return Content()
        width, is_roomy = self.content_size.width, self.size.width >= _ROOMY
        hints = dict(self._hints())
        palette = hints.pop("command_palette", None)
        aside = Content.assemble(("▏", "$foreground 20%"), palette) if palette and is_roomy else Content()
        drawn, gap = [*hints.values()], Content("  " if is_roomy else " ")
        room = width - aside.cell_length
        while len(drawn) > 1 and gap.join(drawn).cell_length > room:
            del drawn[-2]
        return gap.join(drawn).truncate(room, ellipsis=True, pad=True) + aside

    def _hints(self) -> Iterator[tuple[str, Content]]:
        """Yield each action that is shown and can be done now, with its first key and its word."""
        told = set()
        for _, binding, _, tooltip in self.screen.active_bindings.values():
            action = binding.action.removeprefix("app.")
            if action in told or not (binding.show or action == "command_palette"):
                continue
            told.add(action)
            meta = Style.from_meta({"key": binding.key, "help": tooltip})  # no link: those have one colour
            key = Content.styled(self.app.get_key_display(binding), "$footer-key-foreground bold")
            word = Content.styled(f" {binding.description}", "$footer-description-foreground")
            yield action, (key + word).stylize(meta)

    def on_click(self, event: events.Click) -> None:
        """Do what the key does."""
        event.stop()
        if key := event.style.meta.get("key"):
            self.app.simulate_key(key)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Tell more of the key that is pointed at."""
        told = event.style.meta.get("help")
        if told != self.tooltip:
            self.tooltip = told
