"""A window that finds something by its name while the name is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on, work
from textual.widgets import Input

from kgrec.tui.dialogs import WhyNotDialog
from kgrec.tui.messages import Sought
from kgrec.tui.view import Found

if TYPE_CHECKING:
    from kgrec.tui.app import KgrecApp
    from kgrec.tui.conversation import Conversation


class FindDialog(WhyNotDialog):
    """Asks for a name and returns the id of what was picked.

    Args:
        title: what it is for.
        hint: what to write.
        find: what a text may mean, the likeliest first; runs in the session's thread.
    """

    app: KgrecApp

    def __init__(self, title: str, hint: str, find: Callable[[Conversation, str], tuple[Found, ...]]) -> None:
        super().__init__("", "")
        self._title = title
        self._hint = hint
        self._find = find

    def on_mount(self) -> None:
        """Say what is wanted."""
        window = self.query_one(".window")
        window.border_title, window.border_subtitle = self._title, "enter takes it, esc closes"
        self.query_one(Input).placeholder = self._hint

    @on(Sought)
    def _look_up(self, event: Sought) -> None:
        event.stop()
        self.look_up(event.text)

    @work(group="turns")
    async def look_up(self, text: str) -> None:
        """Show what a name may mean."""
        found = await self.app.ask(lambda talk: self._find(talk, text))
        if found is not None and self.is_current:
            self.show(found, text)
