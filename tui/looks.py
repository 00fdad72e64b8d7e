"""Putting on another theme bit by bit, so that no key waits for it, however long the conversation is.

Textual does it at one go, and whenever a colour of a widget changes has all within that drawn anew: ten colours, a
hundred lines, four panes around them are thousands of times what once would do, and 80 ms and more without a frame.
Here each widget is dressed by itself, then drawn by itself, once, with frames between; they appear together.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final

from textual.errors import NoWidget
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.app import App

_AT_ONE_GO_S: Final = 0.01


async def put_on(app: App[None]) -> None:
    """Read the styles with the app's colours of now, dress all screens that are open and draw the one on top."""
    with app.batch_update():
        since_s = time.perf_counter()
        app.stylesheet.set_variables(app.get_css_variables())
        app.stylesheet.parse()
        for _ in chain(_dress(app), _draw(app)):
            if time.perf_counter() - since_s > _AT_ONE_GO_S:
                await asyncio.sleep(0)
                since_s = time.perf_counter()


def _dress(app: App[None]) -> Iterator[None]:
    """Put the styles of every node on, a node at a time; it has to be drawn anew, and nothing else for its sake."""
    screens = (screen.walk_children(with_self=True) for screen in app.screen_stack)
    for node in [app, *chain.from_iterable(screens)]:
        base = node.styles.base
        base.node = None  # styles that belong to nobody have nobody drawn
        try:
            app.stylesheet.update_nodes((node,))
        finally:
            base.node = node
        if isinstance(node, Widget):
            node.refresh()
        yield


def _draw(app: App[None]) -> Iterator[None]:
    """Draw what is seen of every widget, a widget at a time: each keeps its lines for the screen to gather."""
    for widget in app.screen.walk_children(Widget):
        try:
            place = app.screen.find_widget(widget)
        except NoWidget:
            continue
        widget.render_lines(place.visible_region.translate(-place.region.offset))
        yield
