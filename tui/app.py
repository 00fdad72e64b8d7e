"""KgrecApp: opens a session beside the first frame and passes turns and views between its thread and the screen."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from rich.text import Text
from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from kgrec.errors import KgrecError, RuleError, RuleErrors
from kgrec.tui.actions import ACTIONS
from kgrec.tui.conversation import Conversation, OpenSession, SessionThread
from kgrec.tui.dialogs import HelpDialog, WhyNotDialog
from kgrec.tui.messages import Progressed, RulesChanged, Sought, Viewed
from kgrec.tui.rule_changes import RuleChangesDialog, Verdict, applied_text, problem_text, problems_text
from kgrec.tui.screens import MainScreen, Turn
from kgrec.tui.settings import remember_theme, remembered_theme
from kgrec.tui.themes import DARK, LIGHT
from kgrec.tui.view import RuleChanges, View

if TYPE_CHECKING:
    from kgrec.rulebook import RuleBook, RuleWatcher

_BETWEEN_PROGRESS_S: Final = 0.05

T = TypeVar("T")


class _Closed(Exception):  # noqa: N818  (nothing went wrong)
    """Ends the opening of a session that nobody waits for any more."""


class KgrecApp(App[None]):
    """The terminal app.

    Args:
        open_session: opens the session in the thread of all its turns; told how to report progress. It raises a
            KgrecError to end the app with that message and exit code 1.
        on_ready: called once the first question is on the screen.

    Attributes:
        main: the screen everything happens on.
        failure: why no session could be opened, if so.
    """

    TITLE = "kgrec"
    CSS_PATH = "kgrec.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_DISPLAY = "^p"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "interrupt", show=False, priority=True)]

    def __init__(self, open_session: OpenSession, *, on_ready: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._open_session = open_session
        self._on_ready = on_ready
        self._thread = SessionThread()
        self._conversation: Conversation | None = None
        self._watcher: RuleWatcher | None = None
        self._review: RuleChangesDialog | None = None
        self._applies_rules = False
        self.main = MainScreen()
        self.failure: KgrecError | None = None
        self._last_progress = 0.0
        self._is_closed = False

    def get_default_screen(self) -> Screen[None]:
        """Start with the main screen, so that the first frame is the real one."""
        return self.main

    def on_mount(self) -> None:
        """Put on the looks of last time."""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        last = remembered_theme()
        self.theme = last if last in self.available_themes else DARK.name
        self.theme_changed_signal.subscribe(self, lambda theme: self._remember(theme.name))
        self._leave_on_request()

    def on_unmount(self) -> None:
        """Let the turns in line finish; all that was said is in the log."""
        self._is_closed = True
        if self._watcher is not None:
            self._watcher.stop()
        self._thread.stop()

    # --- turns ----------------------------------------------------------------------------------------------------

    @work(group="turns")
    async def turn(self, turn: Turn) -> None:
        """Have a turn worked on in its thread, then show what it led to."""
        conversation = self._conversation
        if conversation is None:
            return
        self.main.show_busy(busy=True)
        try:
            view = await self._in_thread(lambda: turn(conversation))
        except KgrecError as error:
            self.notify(str(error), severity="error", timeout=8, markup=False)
        else:
            if view is not None:
                self.post_message(Viewed(view))
        finally:
            self.main.show_busy(busy=False)

    @work(group="turns")
    async def open(self) -> None:
        """Open the session; the main screen asks for it once it can show how far that is."""
        self.post_message(Progressed("opening", 0, 0))
        try:
            view = await self._in_thread(self._opened)
        except KgrecError as error:
            self.failure = error
            self.exit(return_code=1, message=Text(error.brief() if isinstance(error, RuleError) else str(error)))
            return
        self.post_message(Viewed(view))
        self._tell_of_own_rules()
        self._watch_rules()
        if self._on_ready is not None:
            self.call_after_refresh(self._on_ready)

    def _opened(self) -> View:
        """Open the session; runs in its thread."""
        session = self._open_session(self._report)
        self._conversation = Conversation(session)
        return self._conversation.view()

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
        self.main.show_progress(event)

    @on(Viewed)
    async def _show_view(self, event: Viewed) -> None:
        await self.main.show(event.view)

    # --- rules ----------------------------------------------------------------------------------------------------

    def _watch_rules(self) -> None:
        from kgrec.rulebook import RuleWatcher  # lark and numpy: not before the first frame

        assert self._conversation is not None, "rules are watched once the session is open"
        session = self._conversation.session
        if session.rules.paths or session.rules.own is not None:
            self._watcher = RuleWatcher(session.rules.paths, session.graph, self._hear_of_rules, book=session.rules)
            self._watcher.start()

    def _tell_of_own_rules(self) -> None:
        """Say what is wrong with the user's own rule file, which kgrec starts without then, or odd about it."""
        assert self._conversation is not None, "rules are there once the session is open"
        rules = self._conversation.session.rules
        if rules.broken is not None:
            self.main.show_problem(problem_text(rules.broken, "your own rules are left out until this is mended"))
        if rules.warnings:
            self.notify("\n".join(map(str, rules.warnings[:3])), severity="warning", timeout=8, markup=False)

    def _hear_of_rules(self, outcome: RuleBook | RuleErrors) -> None:
        """Take a message from the watcher's thread into ours."""
        self.post_message(RulesChanged(outcome))

    @on(RulesChanged)
    def _take_rules(self, event: RulesChanged) -> None:
        outcome = event.outcome
        if isinstance(outcome, RuleErrors):
            problem = problem_text(outcome)
            self.main.show_problem(problem)
            if self._review is not None:
                self._review.show_problem(problem)
            return
        self.main.show_problem("")
        self.review(outcome)

    @work(group="turns")
    async def review(self, rules: RuleBook) -> None:
        """Show what changed rules would do before they do it; those that change nothing on the list just apply.

        First the list, at once; then whether the rules meet their own expectations, which may take a moment.
        """
        conversation = self._conversation
        if conversation is None:
            return
        old = conversation.session.rules
        try:
            quick = await self._in_thread(lambda: conversation.preview_rules(rules, old, is_complete=False))
            await self._show_changes(quick, rules)
            full = await self._in_thread(lambda: conversation.preview_rules(rules, old, is_complete=True))
        except KgrecError as error:
            self.notify(str(error), severity="error", timeout=8, markup=False)
            return
        if self._review is not None and self._review.rules is rules:
            self._review.show(full, rules)
        elif full.problems and conversation.session.rules is rules:
            self.notify(problems_text(full), severity="warning", timeout=8, markup=False)

    async def _show_changes(self, changes: RuleChanges, rules: RuleBook) -> None:
        """Ask whether rules may change the list so, or apply them if there is nothing to ask."""
        if changes.is_silent or self._applies_rules:
            review, self._review = self._review, None
            if review is not None and review.is_current:
                review.dismiss(None)
            self.clear_notifications()  # saved again and again, the notes would pile up over the list
            await self.turn(lambda talk: talk.set_rules(rules, applied_text(changes))).wait()
        elif self._review is not None:
            self._review.show(changes, rules)
        else:
            self._review = RuleChangesDialog(changes, rules)
            self.push_screen(self._review, self._take_verdict)

    def _take_verdict(self, verdict: object) -> None:
        """Do with the reviewed rules what was decided."""
        review, self._review = self._review, None
        self._applies_rules = self._applies_rules or verdict is Verdict.APPLY_ALWAYS
        if review is not None and isinstance(verdict, Verdict):
            self.turn(lambda talk: talk.set_rules(review.rules))
        elif review is not None:
            self.notify("the rules in force stay, until the file is saved again", timeout=5, markup=False)

    # --- the app itself -------------------------------------------------------------------------------------------

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every action there is, then what Textual brings."""
        if screen is self.main:
            for action in ACTIONS:
                name = action.name if action.name.startswith("app.") else f"screen.{action.name}"
                if name != "app.command_palette":
                    yield SystemCommand(action.title, f"key {action.all_keys}", lambda name=name: self._run(name))
        yield SystemCommand("Choose a theme", "how the app looks", self.action_change_theme)

    def _run(self, action: str) -> None:
        self.call_later(self.run_action, action, self.main)

    def action_help(self) -> None:
        """Show all keys."""
        self.push_screen(HelpDialog())

    def action_toggle_dark(self) -> None:
        """Go from dark to light or back."""
        self.theme = LIGHT.name if self.current_theme.dark else DARK.name

    def action_interrupt(self) -> None:
        """Copy what is selected; without a selection, leave."""
        if self.screen.get_selected_text():
            self.screen.action_copy_text()
        else:
            self.exit()

    def _remember(self, theme: str) -> None:
        try:
            remember_theme(theme)
        except (OSError, KgrecError) as error:
            self.notify(f"the theme cannot be kept: {error}", severity="warning", markup=False)

    def _leave_on_request(self) -> None:
        """Leave the terminal in order when asked to end from outside."""
        try:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit)
        except (NotImplementedError, RuntimeError, ValueError):
            return  # another thread than the main one, or a system without such signals
