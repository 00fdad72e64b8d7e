"""Page: a whole screen about one thing, over the conversation; escape leads back to where one came from.

A page has two halves that never meet: ``gather`` runs in the session's thread and returns frozen values, ``draw``
puts such values on the screen. So a page can neither wait for a computation nor see it half done, and what it shows
after a turn is what the session then says, gathered anew.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widget import Widget

from kgrec.tui.actions import APP_ACTIONS, Action
from kgrec.tui.bars import PageBar
from kgrec.tui.key_bar import KeyBar
from kgrec.tui.places import PLACES

if TYPE_CHECKING:
    from kgrec.tui.app import KgrecApp
    from kgrec.tui.conversation import Conversation
    from kgrec.tui.screens import Turn

V = TypeVar("V")

PAGE_ACTIONS = (Action("app.leave_page", "escape", "Places", "back to where you came from", "back", "esc"),)
"""What every page can do beside its own actions."""


def page_bindings(*actions: Action) -> list[BindingType]:
    """Return the bindings of a page's own actions and of those that all pages have."""
    gone_to = (place.action() for place in PLACES)
    return [action.binding() for action in (*actions, *PAGE_ACTIONS, *gone_to, *APP_ACTIONS)]


class Page(Screen[None], Generic[V]):
    """A page; its subclasses say what it gathers, what it is made of and how that is drawn.

    Attributes:
        PLACE: the name of its place.
        ACTIONS: what can be done here, and nowhere else; BINDINGS is ``page_bindings(*ACTIONS)``.
        item: the id of what it is about; "" if it is not about an item.
        value: what was gathered last.
    """

    PLACE: ClassVar[str]
    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  (no class variable in Screen)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-high")]  # noqa: RUF012  (as above)

    app: KgrecApp

    def __init__(self, item: str = "") -> None:
        super().__init__()
        self.item = item
        self.value: V | None = None

    @abstractmethod
    def gather(self, talk: Conversation) -> V:
        """Return all that is drawn, as frozen values; runs in the session's thread and raises KgrecError."""

    @abstractmethod
    def body(self) -> Iterable[Widget]:
        """Return the widgets between the bar and the footer; they are filled by draw."""

    @abstractmethod
    async def draw(self, value: V) -> None:
        """Put what was gathered on the screen."""

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield PageBar(self.PLACE)
        yield from self.body()
        yield KeyBar()

    def on_mount(self) -> None:
        """Gather for the first time."""
        self.renew()

    def on_screen_resume(self) -> None:
        """Gather again when a page that was opened from here is closed: something may have been said there."""
        if self.value is not None:
            self.renew()

    @work(group="turns")
    async def renew(self) -> None:
        """Gather, then draw."""
        await self.gathered()

    async def gathered(self) -> None:
        """Gather, then draw; within a worker."""
        value = await self.app.ask(self.gather)
        if value is not None and self in self.app.screen_stack:  # it may have been left meanwhile
            self.value = value
            await self.draw(value)
            self.refresh_bindings()

    def change(self, turn: Turn) -> None:
        """Have a turn of the conversation, then show what follows from it, here and on the main screen."""
        self.app.turn(turn)
        self.renew()

    def action_undo(self) -> None:
        """Take back the last thing said."""
        self.change(lambda talk: talk.undo())

    def leave(self, then: Callable[[], object]) -> None:
        """Go on to leave the page; one that holds something unsaved asks first, and maybe does not."""
        then()

    @property
    def subject(self) -> str:
        """The item that places about an item open for: this page's, else the one highlighted on the main screen.

        Subclasses with a list of items return the one highlighted there.
        """
        return self.item or self.app.main.subject


AnyPage = Page[Any]
