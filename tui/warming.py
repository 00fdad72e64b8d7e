"""What pages need, made ready while the first question is read: going to one then does not hold up the screen."""

from __future__ import annotations

import asyncio
import gc
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kgrec.tui.places import PLACES

if TYPE_CHECKING:
    from textual.app import App

_SELDOM: Final = 50
"""So many sweeps through what is middle-aged, instead of 10, come before one through all."""


async def make_ready(app: App[None]) -> None:
    """Import all pages beside the loop, read their styles at once, and leave what stays out of every later sweep.

    Looking through modules and graph for what is no longer used holds up the screen for a quarter of a second and finds
    nothing. The garbage of one conversation is small, so that to look through the rest less often costs little memory.
    """
    await asyncio.to_thread(_import_pages)
    _read_styles(app)
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], _SELDOM)


def _import_pages() -> None:
    for place in PLACES:
        place.page_class()
        import_module(f"kgrec.tui.{place.name}_view")  # what it gathers, and all of the engine that takes


def _read_styles(app: App[None]) -> None:
    """Read the styles of all pages; none is open that they would have to be applied to."""
    for path in sorted(Path(__file__).parent.glob("*.tcss")):
        if not app.stylesheet.has_source(str(path), ""):
            app.stylesheet.read(path)
    app.stylesheet.reparse()
