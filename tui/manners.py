"""Manners: what the app does whatever it is about: looks, the user's own keys, jumping, small windows, leaving.

Nothing here knows of a conversation; KgrecApp adds that.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import events, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widget import Widget

from kgrec.errors import KgrecError
from kgrec.tui.actions import Action
from kgrec.tui.dialogs import TooSmall
from kgrec.tui.keymap import all_screens, keymap, remapped
from kgrec.tui.settings import Settings, read_settings, remember_theme, remembered_theme
from kgrec.tui.sweeping import Sweeping, forget_screens
from kgrec.tui.themes import CONTRAST_DARK, DARK, THEMES, across

SMALLEST: Final = (40, 12)
"""Columns and rows that any screen needs."""
_PATIENCE_S: Final = 12
_HUNG_UP: Final = 128 + 1
"""The exit code of a program whose terminal was closed."""
_SIXTEEN_COLOURS: Final = "standard"


class Manners(App[None]):
    """An app with themes, keys of the user's own, and a way to leave that loses nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "interrupt", show=False, priority=True)]

    def __init__(self) -> None:
        super().__init__()
        self._settings = Settings()
        self._keys: dict[str, str] = {}
        self._colours: dict[str, str] = {}
        self._sweeping = Sweeping()

    # --- looks and keys -------------------------------------------------------------------------------------------

    def on_load(self) -> None:
        """Read what the user has set, before the first frame."""
        try:
            self._settings = read_settings()
        except KgrecError as error:
            self._settings = Settings(problems=(str(error),))
        own = self._settings.theme
        for theme in (*THEMES, *([own] if own else [])):
            self.register_theme(theme)
        if self._settings.keys:
            self._keys, problems = keymap(self._settings.keys, all_screens())
            self._settings = Settings(own, (), (*self._settings.problems, *problems))
            self.set_keymap(self._keys)
        self.theme = self._first_theme()  # before any style is read
        self._colours = self.get_css_variables()
        self.stylesheet.set_variables(self._colours)

    def on_mount(self) -> None:
        """Tell what in the settings makes no sense."""
        self.call_after_refresh(self._listen)  # once ours is on: only what somebody chose is remembered
        if self._settings.problems:
            told = "\n".join((*self._settings.problems, "kgrec goes on without that."))
            self.notify(told, title="Your settings", severity="warning", timeout=_PATIENCE_S, markup=False)
        self.screen_change_signal.subscribe(self, lambda _: forget_screens())
        self._leave_on_request()

    def _listen(self) -> None:
        if self.is_running:  # it may have ended before its first refresh
            self.theme_changed_signal.subscribe(self, lambda theme: self._remember(theme.name))

    def _first_theme(self) -> str:
        """Return the user's own theme, else that of last time, else the one that the terminal can show."""
        if self._settings.theme:
            return self._settings.theme.name
        last = remembered_theme()
        if last in self.available_themes:
            return str(last)
        return CONTRAST_DARK.name if self.console.color_system == _SIXTEEN_COLOURS else DARK.name

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a note in place of the last one of its kind, which is over once something else was done.

        One with a title stays.
        """
        for note in [note for note in self._notifications if note.severity == severity and not note.title]:
            self._unnotify(note, refresh=False)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def remapped(self, actions: Sequence[Action]) -> tuple[Action, ...]:
        """Return actions with the keys they have now."""
        return remapped(actions, self._keys)

    def refresh_css(self, animate: bool = True) -> None:  # noqa: FBT001, FBT002  (Textual's)
        """Put on other colours, if they are others; see kgrec.tui.looks."""
        del animate
        if self._colours != self.get_css_variables():
            self._colours = self.get_css_variables()
            self._put_on()

    @work(group="looks", exclusive=True)
    async def _put_on(self) -> None:
        from kgrec.tui.looks import put_on  # not before another theme is chosen

        await put_on(self)
        self._sweeping.keep_looks()

    def action_toggle_dark(self) -> None:
        """Go from dark to light or back."""
        self.theme = across(self.current_theme)

    def _remember(self, theme: str) -> None:
        try:
            remember_theme(theme)
        except (OSError, KgrecError) as error:
            self.notify(f"the theme cannot be kept: {error}", severity="warning", markup=False)

    # --- the window -----------------------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Say so when the window is too small for anything else."""
        if TooSmall.is_it(event.size, SMALLEST) and not isinstance(self.screen, TooSmall):
            self.push_screen(TooSmall(SMALLEST))

    def action_jump(self) -> None:
        """Show a letter on everything one can go to."""
        from kgrec.tui.jump import JumpTargets, jump_targets, jump_to  # not before somebody jumps

        def jump(widget: Widget | None) -> None:
            if widget is not None:
                self.call_later(jump_to, widget)

        here: Screen[object] = self.screen
        self.push_screen(JumpTargets(jump_targets(here)), jump)

    # --- leaving --------------------------------------------------------------------------------------------------

    def action_interrupt(self) -> None:
        """Copy what is selected; without a selection, leave."""
        written = getattr(self.focused, "selected_text", "")  # of a line or text that is being written
        if written:
            self.copy_to_clipboard(written)
        elif self.screen.get_selected_text():
            self.screen.action_copy_text()
        else:
            self.leave()

    def leave(self) -> None:
        """Leave the app."""
        self.exit()

    def save(self) -> None:
        """See to it that nothing is lost: the app is about to end."""

    def _leave_on_request(self) -> None:
        """Leave in order when asked to end from outside, and at once when the terminal is gone."""
        self._on_signal("SIGTERM", self.exit)
        self._on_signal("SIGHUP", self._hang_up)

    def _hang_up(self) -> None:
        # Textual would wait for ever for what it cannot write any more; and there is no terminal left to restore.
        self.save()
        os._exit(_HUNG_UP)

    @staticmethod
    def _on_signal(name: str, call: Callable[[], None]) -> None:
        try:
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), call)
        except (AttributeError, NotImplementedError, RuntimeError, ValueError):
            return  # another thread than the main one, or a system without such signals
