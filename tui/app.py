"""KgrecApp: opens a session beside the first frame and passes turns and views between its thread and the screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Final, TypeVar

from rich.text import Text
from textual import events, on, work
from textual.actions import ActionParseResult
from textual.app import SystemCommand
from textual.dom import DOMNode
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import MountError
from textual.widgets import Input

from kgrec.errors import KgrecError, RuleError
from kgrec.tui.actions import Action
from kgrec.tui.conversation import Conversation, OpenSession, SessionThread
from kgrec.tui.dialogs import HelpDialog, WhyNotDialog
from kgrec.tui.history import add_to_history, read_history
from kgrec.tui.hurry import Hurry
from kgrec.tui.keymap import EVERYWHERE
from kgrec.tui.manners import Manners
from kgrec.tui.messages import Progressed, RulesChanged, Sought, Viewed
from kgrec.tui.page import PAGE_ACTIONS, Page
from kgrec.tui.places import place
from kgrec.tui.rule_watching import RuleWatching
from kgrec.tui.screens import MainScreen, Turn
from kgrec.tui.settings import has_toured, remember_tour
from kgrec.tui.view import View

_BETWEEN_PROGRESS_S: Final = 0.05
_BETWEEN_NEWS_S: Final = 1.0
"""How often to look whether another window has said something: one look into an index."""
_OPENERS: Final = ("app.go(", "take_back", "start_over", "app.quit")
"""Actions after which nobody presses another letter at once."""
_SAYING: Final = ("rate(", "seen", "answer(")
"""Actions of keys that say something which can be taken back."""

T = TypeVar("T")


class _Closed(Exception):  # noqa: N818  (nothing went wrong)
    """Ends the opening of a session that nobody waits for any more."""


class KgrecApp(Manners):
    """The terminal app.

    Args:
        open_session: opens the session in the thread of all its turns; told how to report progress. It raises a
            KgrecError to end the app with that message and exit code 1.
        on_ready: called once the first question is on the screen.
        is_guided: whether it shows newcomers around, and hears when somebody just begins to write; a script, whose
            keys come quicker than anybody's, does without.

    Attributes:
        main: the screen everything happens on.
        rules: what watches their files.
        failure: why no session could be opened, if so.
        unkept: what was being written when the app ended, if it could not be kept.
    """

    TITLE = "kgrec"
    CSS_PATH = "kgrec.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_DISPLAY = "^p"

    def __init__(
        self, open_session: OpenSession, *, on_ready: Callable[[], None] | None = None, is_guided: bool = False
    ) -> None:
        super().__init__()
        self._open_session = open_session
        self._on_ready = on_ready
        self._is_guided = is_guided
        self._hurry = Hurry() if is_guided else Hurry(within_s=0.0)
        self._unmeant: AbstractSet[str] = frozenset()  # actions of letters that began a word
        self._unmeant_until_s = 0.0
        self._said_before = -1  # the last event before the word
        self._leaving: Timer | None = None
        self._thread = SessionThread()
        self._conversation: Conversation | None = None
        self.rules = RuleWatching(self)
        self.main = MainScreen()
        self.failure: KgrecError | None = None
        self.unkept = ""
        self._last_progress = 0.0
        self._is_closed = False

    def get_default_screen(self) -> Screen[None]:
        """Start with the main screen, so that the first frame is the real one."""
        return self.main

    def on_exit_app(self) -> None:
        """Keep what was being written; what was said is in the log."""
        if draft := self.main.draft:
            self._thread.submit(lambda: self._keep_draft(draft))

    def _keep_draft(self, draft: str) -> None:
        try:
            add_to_history(draft)
        except (OSError, KgrecError):
            self.unkept = draft

    def on_unmount(self) -> None:
        """Let the turns in line finish."""
        self._is_closed = True
        self.rules.stop()
        self._thread.stop()

    def save(self) -> None:
        """See to it that nothing is lost: the app is about to end."""
        self.on_exit_app()
        self.on_unmount()

    # --- turns ----------------------------------------------------------------------------------------------------

    @work(group="turns")
    async def turn(self, turn: Turn, otherwise: Callable[[], object] | None = None) -> None:
        """Have a turn worked on in its thread, then show what it led to; ``otherwise``: what to do if it failed."""
        conversation = self._conversation
        if conversation is None:
            if otherwise is not None:  # something was written before there is anybody to hear it
                self.notify("one moment: the first question is on its way", markup=False)
                otherwise()
            return
        self.main.show_busy(busy=True)
        try:
            view = await self._in_thread(lambda: turn(conversation))
        except KgrecError as error:
            self.notify(str(error), severity="error", timeout=8, markup=False)
            if otherwise is not None:
                otherwise()
        else:
            if view is not None:
                self.post_message(Viewed(view))
        finally:
            self.main.show_busy(busy=False)
            self._sweeping.settle()

    @work(group="turns")
    async def open(self) -> None:
        """Open the session; the main screen asks for it once it can show how far that is."""
        self.post_message(Progressed("looking for the data", 0, 0))
        self.main.show_busy(busy=True)
        try:
            view = await self._in_thread(self._opened)
        except KgrecError as error:
            self.failure = error
            self.exit(return_code=1, message=Text(error.brief() if isinstance(error, RuleError) else str(error)))
            return
        finally:
            self.main.show_busy(busy=False)
        self.post_message(Viewed(view))
        self.main.recall(await self._in_thread(read_history))
        if self._is_guided and not has_toured():
            self.call_after_refresh(self._show_around)
        assert self._conversation is not None, "it was opened"
        self.rules.start(self._conversation.session)
        self.set_interval(_BETWEEN_NEWS_S, self.look_for_news)
        if self._on_ready is not None:
            self.call_after_refresh(self._on_ready)
        if self._is_guided:
            self.call_after_refresh(self._make_ready)

    @work(group="news", exclusive=True)
    async def look_for_news(self) -> None:
        """Show what the user has said in another window meanwhile."""
        if (view := await self.ask(Conversation.news)) is not None:
            self.post_message(Viewed(view))
            if isinstance(self.screen, Page):
                self.screen.renew()

    @work(group="ready")
    async def _make_ready(self) -> None:
        from kgrec.tui.warming import make_ready  # not before the first question

        await make_ready(self)
        self._sweeping.begin(self)

    def _opened(self) -> View:
        """Open the session; runs in its thread."""
        session = self._open_session(self._report)
        self._conversation = Conversation(session)
        return self._conversation.view()

    async def _show_around(self) -> None:
        remember_tour()  # now, not at its end: it never comes again, however it ends
        await self.main.show_tour({action.id: action.key_display for action in self.actions})

    @work(group="turns")
    async def keep_line(self, line: str) -> None:
        """Keep what was written, for the next sessions."""
        try:
            await self._in_thread(lambda: add_to_history(line))
        except (OSError, KgrecError) as error:
            self.notify(f"what you write cannot be kept: {error}", severity="warning", markup=False)

    async def ask(self, question: Callable[[Conversation], T]) -> T | None:
        """Return what the session's thread answers; None, and a note, if it cannot."""
        conversation = self._conversation
        if conversation is None:
            return None
        try:
            return await self._in_thread(lambda: question(conversation))
        except KgrecError as error:
            self.notify(str(error), severity="error", timeout=8, markup=False)
            return None

    @on(Sought)
    def _look_up(self, event: Sought) -> None:
        if isinstance(self.screen, WhyNotDialog):
            self.look_up(self.screen, event.text)

    @work(group="turns")
    async def look_up(self, dialog: WhyNotDialog, text: str) -> None:
        """Show what a title may mean in the window that asked."""
        conversation = self._conversation
        if conversation is not None:
            found = await self._in_thread(lambda: conversation.find(text))
            if dialog.is_current:
                dialog.show(found, text)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        # Shielded: a turn in line is worked on even if the app is being closed, so no answer is lost.
        return await asyncio.shield(asyncio.wrap_future(self._thread.submit(call)))

    def _report(self, label: str, done: int, total: int) -> None:
        """Pass progress on, not more often than anyone can read; runs in the session's thread."""
        if self._is_closed:
            raise _Closed
        now = time.monotonic()
        if done >= total or now - self._last_progress > _BETWEEN_PROGRESS_S:
            self._last_progress = now
            self.post_message(Progressed(label, done, total))

    @on(Progressed)
    def _show_progress(self, event: Progressed) -> None:
        if self.is_running:  # else the screens are gone, and this was still in the queue; so below
            self.main.show_progress(event)

    @on(Viewed)
    async def _show_view(self, event: Viewed) -> None:
        if self.is_running:
            try:
                await self.main.show(event.view)
            except MountError:
                if self.return_code is None:  # else the app was ended between two steps, and nobody sees the rest
                    raise

    # --- rules ----------------------------------------------------------------------------------------------------

    @on(RulesChanged)
    def _take_rules(self, event: RulesChanged) -> None:
        if self.is_running:
            self.rules.take(event.outcome)

    # --- the app itself -------------------------------------------------------------------------------------------

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done on the screen of now, its own actions first; nothing while a window is open over it."""
        return self.actions_on(self.screen)

    def actions_on(self, screen: Screen[object]) -> tuple[Action, ...]:
        """Return what can be done on a screen, its own actions first; nothing on a window over one."""
        if not isinstance(screen, MainScreen | Page):
            return ()
        return self.remapped((*screen.ACTIONS, *(PAGE_ACTIONS if screen is not self.main else ()), *EVERYWHERE))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every action there is, then what Textual brings."""
        for action in self.actions_on(screen):
            name = action.name if action.name.startswith("app.") else f"screen.{action.name}"
            if name != "app.command_palette":
                yield SystemCommand(action.title, f"key {action.all_keys}", lambda name=name: self._run(name, screen))
        yield SystemCommand("Choose a theme", "how the app looks", self.action_change_theme)

    def _run(self, action: str, screen: Screen[object]) -> None:
        self.call_later(self.run_action, action, screen)

    def action_go(self, name: str, item: str = "") -> None:
        """Go to a place; one about an item opens for the one highlighted, or for ``item``.

        Places about an item lie over the page they were opened from; the others take each other's place, so that
        escape never leads back through all of them.
        """
        to, here = place(name), self.screen
        if self.main.shown is None or not isinstance(here, MainScreen | Page):
            return
        about = (item or here.subject) if to.is_about_item else ""
        if to.is_about_item and not about:
            self.notify(f"no {self.main.shown.singular} is highlighted here", severity="warning", markup=False)
        elif isinstance(here, Page) and (here.PLACE, here.item) != (name, about):
            page = to.open(about)
            self.push_screen(page) if to.is_about_item else here.leave(lambda: self.switch_screen(page))
        elif here is self.main:
            self.push_screen(to.open(about))

    def action_leave_page(self) -> None:
        """Leave a page, if nothing holds it."""
        if isinstance(self.screen, Page):
            self.screen.leave(self.pop_screen)

    def leave(self) -> None:
        """Leave the app, if no page holds it."""
        then: Callable[[], object] = self.exit
        for page in self.screen_stack:
            if isinstance(page, Page):
                then = partial(page.leave, then)
        then()

    async def action_quit(self) -> None:
        """Leave."""
        self.leave()

    def action_help(self) -> None:
        """Show all keys, those that fit the focus first."""
        if self.actions:
            is_main = self.screen is self.main
            first = self.main.focused_group if is_main else ""
            self.push_screen(HelpDialog(self.actions, is_main=is_main, first=first))

    # --- words begun without a key --------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Take letters of a word as writing, whatever else they would do; see kgrec.tui.hurry."""
        if isinstance(event, events.InputEvent):
            self._sweeping.hear()
        is_key = isinstance(event, events.Key) and not event.is_forwarded
        if is_key and isinstance(event, events.Key) and self._hears(event):
            event.stop()
        else:
            await super().on_event(event)

    def _hears(self, key: events.Key) -> bool:
        """Return whether a key was taken as part of a word, or is held back because it would end everything."""
        is_begun = self.screen is self.main or self._hurry.goes_on(key.time)
        if self.main.shown is None or isinstance(self.focused, Input) or not is_begun:
            self._hurry.word = ""
            return False
        letters = self.main.letters
        if not self._hurry.goes_on(key.time):
            self._said_before = self.main.shown.latest
        openers = {letter for letter, action in letters.items() if action.name.startswith(_OPENERS)}
        if self._hurry.hear(key.character or "", key.time, letters.keys(), openers):
            self._write_instead(letters)
            return True
        is_end = self._hurry.word in letters and letters[self._hurry.word].name == "app.quit"
        if is_end:
            self._leaving = self.set_timer(self._hurry.within_s, self.exit)
        return is_end

    def _write_instead(self, letters: Mapping[str, Action]) -> None:
        """Write the word that was heard; what its letters did is undone, as far as it can be."""
        word, self._hurry.word = self._hurry.word, ""
        if self._leaving is not None:
            self._leaving.stop()
        self._unmeant = {letters[letter].name for letter in word[:-1] if letter in letters}
        positions = {int(figure) - 1 for figure in word[:-1] if figure.isdecimal()}
        self._unmeant |= {f"answer({position})" for position in positions}
        if " " in word:
            self._unmeant |= {"pass_question"}
        self._unmeant_until_s = time.monotonic() + self._hurry.within_s
        while self.screen is not self.main:
            self.pop_screen()
        self.main.unmark(positions)
        self.main.begin_writing(word)
        if any(name.startswith(_SAYING) for name in self._unmeant):
            since = self._said_before
            self.turn(lambda talk: talk.unsay(since))

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action, unless it waited in line as that of a letter that turned out to begin a word."""
        if action in self._unmeant and time.monotonic() < self._unmeant_until_s:
            return True
        return await super().run_action(action, default_namespace, namespaces)
