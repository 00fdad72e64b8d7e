"""The app on the tiny world: the same at every run, in colour, with nothing that blinks."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual._context import active_app
from textual._wait import wait_for_idle
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

from kgrec.acts import QuestionKind
from kgrec.dialogue import MemoryLog, Session
from kgrec.graph import KnowledgeGraph
from kgrec.reasoning import questions
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.tui import KgrecApp, OpenSession, Progress
from kgrec.tui.talk import Hanging, PromptCard, SaidLine, Writing
from kgrec.tui.themes import DARK, LIGHT

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
THEMES = pytest.mark.parametrize("theme", [DARK.name, LIGHT.name], ids=["dark", "light"])
"""What each picture of a screen is taken in."""

A_SATURDAY_EVENING = 1_700_000_000.0


@pytest.fixture(autouse=True)
def _in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setattr(Writing, "cursor_blink", False)


@pytest.fixture(autouse=True)
def _in_greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tell the hours of events alike wherever the tests run."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


async def _until_still(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until a running app has nothing left to do, in place of Textual's guess from the time its process takes.

    That guess costs 20 ms each time, four times a key, and a busy machine makes it wrong. While something is worked on
    beside the app there is nothing better, though.
    """
    app, loop = active_app.get(), asyncio.get_running_loop()
    until = loop.time() + max_sleep
    rounds = 0  # without anything to do; what comes from outside arrives in the first
    while rounds < 3 and loop.time() < until:
        threads = loop._default_executor  # type: ignore[attr-defined]
        is_busy = threads is not None and threads._idle_semaphore._value < len(threads._threads)
        if is_busy or not all(worker.is_finished for worker in app.workers):
            return await wait_for_idle(min_sleep, max_sleep)
        await asyncio.sleep(0)
        rounds = 0 if loop._ready else rounds + 1  # type: ignore[attr-defined]
        if rounds and app.screen_stack:  # what Textual puts off for a sixtieth of a second
            if app._resize_timer is not None:
                app._check_resize()
                rounds = 0
            elif app.screen._update_timer._active.is_set():
                app.screen._on_timer_update()
                rounds = 0
    return None


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go on as soon as the app is still, and leave it to all tests together how often garbage is looked for."""
    for module in ("textual.pilot", "textual.app"):
        monkeypatch.setattr(f"{module}.wait_for_idle", _until_still)
    for name in ("freeze", "set_threshold"):
        monkeypatch.setattr(gc, name, lambda *_: None)


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def open_with(tiny_world: KnowledgeGraph, log: MemoryLog) -> Callable[..., OpenSession]:
    """Return a function: rule files, and maybe another graph, to what opens a session with them."""

    def opening(*rules: Path, graph: KnowledgeGraph = tiny_world) -> OpenSession:
        def opened(progress: Progress) -> Session:
            progress("reading the films", 6, 6)
            book = RuleBook.load(rules, graph) if rules else None
            return Session.start(
                Recommender(texts=False).fit(graph), book, log=log, user="ana", clock=lambda: A_SATURDAY_EVENING
            )

        return opened

    return opening


@dataclass
class User:
    """Somebody at the keyboard, who waits until the screen has caught up."""

    app: KgrecApp
    pilot: Pilot[None]

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def write(self, text: str) -> None:
        await self.press("slash")
        self.app.screen.query_one(Writing).value = text
        await self.press("enter")

    async def click(self, widget: Widget) -> None:
        assert await self.pilot.click(widget)
        await self.settle()

    async def settle(self) -> None:
        await self.pilot.pause()
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    @property
    def prompt(self) -> str:
        shown = self.app.main.query_one(PromptCard).prompt
        return shown.text if shown else ""

    @property
    def said(self) -> list[str]:
        return [line.said.text for line in self.app.main.query(SaidLine)]

    @property
    def listed(self) -> list[str]:
        view = self.app.main.shown
        return [row.label for row in view.rows] if view else []

    @property
    def chips(self) -> list[str]:
        view = self.app.main.shown
        return [wish.label for wish in view.wished] if view else []

    @property
    def toasts(self) -> list[str]:
        return [notification.message for notification in self.app._notifications]

    def drawn(self) -> str:
        """Return everything on the screen as text."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in lines)

    def choice(self, label: str) -> Hanging:
        return next(choice for choice in self.app.screen.query(Hanging) if choice._text.plain == label)


Using = Callable[..., AbstractAsyncContextManager[User]]


@pytest.fixture
def using() -> Using:
    """Return a function: what opens a session, a size and a hook for messages, to a user at a running app."""

    @asynccontextmanager
    async def use(
        opening: OpenSession, size: tuple[int, int] = (120, 40), hear: Callable[[Message], None] | None = None
    ) -> AsyncIterator[User]:
        app = KgrecApp(opening)
        async with app.run_test(size=size, message_hook=hear) as pilot:
            user = User(app, pilot)
            await user.settle()
            yield user

    return use


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be asked about several items at once."""
    monkeypatch.setitem(questions.EFFORT, QuestionKind.LOVED, 99.0)
