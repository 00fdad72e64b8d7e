"""What pages need, made ready while the first question is read: going to one then does not hold up the screen."""

from __future__ import annotations

import asyncio
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from kgrec.tui.places import PLACES

if TYPE_CHECKING:
    from textual.app import App


async def make_ready(app: App[None]) -> None:
    """Import all pages beside the loop, and read their styles at once."""
    await asyncio.to_thread(_import_pages)
    _read_styles(app)


def _import_pages() -> None:
    for place in PLACES:
        place.page_class()
        import_module(f"kgrec.tui.{place.name}_view")  # what it gathers, and all of the engine that takes


def _read_styles(app: App[None]) -> None:
    """Read the styles of all pages; none is open that they would have to be applied to."""
    for path in sorted(Path(__file__).parent.glob("*.tcss")):
        if not app.stylesheet.has_source(str(path), ""):
            app.stylesheet.read(path)
    app.stylesheet.parse()  # what is new; reparse() would read the rest again as well
