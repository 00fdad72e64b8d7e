"""Keeps the search for garbage out of the way: while Python looks for it, the screen stands still.

Widgets hold each other, so those of a page that was left are found by that search only, which looks through all that
was made since: a quarter of a second, if it comes seldom. Here it comes whenever nobody has pressed anything for a
moment, so that there is little to look through, and what stays anyway, modules and graph, is left out.
"""

from __future__ import annotations

import gc
import sys
import time
from typing import TYPE_CHECKING, Final

from textual._styles_cache import StylesCache

if TYPE_CHECKING:
    from textual.app import App

_IDLE_S: Final = 1.0
_ENOUGH: Final = 2
"""After so many searches through what is of middle age there may be something to find among all."""
_MUCH: Final = 15_000
"""To look through so many objects takes half as long as to draw a screen."""
_MOST_LOOKS: Final = 24
"""So many times what another theme leaves behind, 1 to 2 MB, may stay in memory for the sake of a still screen."""
_THRESHOLDS: Final = (2_000, 5, 50)
"""New objects before a search among them, those before one of middle age, and those before one among all."""


class Sweeping:
    """Knows when something was pressed last, and how much of the program was loaded when last told what stays."""

    def __init__(self) -> None:
        self._loaded = sys.maxsize
        self._heard_s = 0.0
        self._looks_kept = 0

    def begin(self, app: App[None]) -> None:
        """Begin, once all is there that stays."""
        self._loaded = 0
        self.settle()
        gc.set_threshold(*_THRESHOLDS)
        app.set_interval(_IDLE_S / 2, lambda: self._look(is_alone=len(app.screen_stack) == 1))

    def settle(self) -> None:
        """If more of the program was loaded since, leave it out of every later search, too."""
        if len(sys.modules) > self._loaded:
            self._loaded = len(sys.modules)
            gc.freeze()

    def keep_looks(self) -> None:
        """Leave out what another theme made of all that is open: twenty thousand lines and colours.

        What nobody needs any more is left out with it, and never found; whoever goes on changing themes waits instead.
        """
        if self._looks_kept < _MOST_LOOKS:
            self._looks_kept += 1
            gc.freeze()

    def hear(self) -> None:
        """Take note that somebody is pressing something."""
        self._heard_s = time.monotonic()

    def _look(self, *, is_alone: bool) -> None:
        """Search, if this is the moment; ``is_alone``: no page is open, so that what is left is there to stay."""
        if time.monotonic() - self._heard_s <= _IDLE_S or gc.get_count()[2] < _ENOUGH:
            return
        gc.collect()
        if is_alone and len(gc.get_objects()) > _MUCH:
            gc.freeze()


def forget_screens() -> None:
    """Let go of what was drawn on screens that are gone: a cache of two colours a widget keeps all its lines."""
    StylesCache.get_inner_outer.cache_clear()
