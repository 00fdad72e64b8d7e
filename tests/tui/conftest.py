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
from textual.css import stylesheet
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.tokenizer import Token
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
PATIENCE_S = 60.0
"""A machine may be busy with other things; what never comes is worth that wait."""


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


async def _until_still(min_sleep: float = 0.0, max_sleep: float = 1.0) -> bool:
    """Wait until a running app has nothing left to do, in place of Textual's guess from the time its process takes.

    That guess costs 20 ms each time, four times a key, and a busy machine makes it wrong. What is worked on beside the
    app is waited for while it uses the processor, which is a guess too: who needs it done waits for the workers.
    """
    app, loop = active_app.get(), asyncio.get_running_loop()
    begun = loop.time()
    rounds = 0  # without anything to do; what comes from outside arrives in the first
    idle, used_s = 0, time.process_time()
    while rounds < 3 and loop.time() < begun + PATIENCE_S:
        threads = loop._default_executor  # type: ignore[attr-defined]
        is_busy = threads is not None and threads._idle_semaphore._value < len(threads._threads)
        if is_busy or not all(worker.is_finished for worker in app.workers):
            await asyncio.sleep(0.001)
            before_s, used_s = used_s, time.process_time()
            idle = 0 if loop._ready or used_s - before_s > 0.0005 else idle + 1  # type: ignore[attr-defined]
            if idle == 20 or loop.time() > begun + max_sleep:
                break
            continue
        await asyncio.sleep(0)
        rounds = 0 if loop._ready else rounds + 1  # type: ignore[attr-defined]
        if rounds and app.screen_stack:  # what Textual puts off for a sixtieth of a second
            if app._resize_timer is not None:
                app._check_resize()
                rounds = 0
            elif app.screen._update_timer._active.is_set():
                app.screen._on_timer_update()
                rounds = 0
    return True


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go on as soon as the app is still, and leave it to all tests together how often garbage is looked for."""
    for module in ("textual.pilot", "textual.app"):
        monkeypatch.setattr(f"{module}.wait_for_idle", _until_still)
    monkeypatch.setattr(Pilot, "_wait_for_screen", lambda _: _until_still())
    for name in ("freeze", "set_threshold"):
        monkeypatch.setattr(gc, name, lambda *_: None)


@pytest.fixture(autouse=True)
def _styles_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all apps of the tests share the styles that were read; reading them takes a fifth of each start."""
    monkeypatch.setattr("textual.css.stylesheet.tokenize_values", _tokens)
    monkeypatch.setattr(Stylesheet, "_parse_rules", _rules)


_TOKENS: dict[tuple[tuple[str, str], ...], dict[str, list[Token]]] = {}
_RULES: dict[tuple[object, ...], list[RuleSet]] = {}
_read_tokens, _read_rules = stylesheet.tokenize_values, Stylesheet._parse_rules


def _tokens(variables: dict[str, str]) -> dict[str, list[Token]]:
    key = tuple(variables.items())
    if key not in _TOKENS:
        _TOKENS[key] = _read_tokens(variables)
    return _TOKENS[key]


def _rules(sheet: Stylesheet, css: str, **where: object) -> list[RuleSet]:
    key = (id(sheet._variable_tokens), css, *where.values())
    if key not in _RULES:
        _RULES[key] = _read_rules(sheet, css, **where)
    return _RULES[key]


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
        """Wait until the app works on nothing any more, and what that led to is on the screen."""
        await self.pilot.pause()
        while not all(worker.is_finished for worker in self.app.workers):
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
