"""The main screen: the conversation beside the list and its reasons, or one of the three in a small window.

Keys act on whatever pane has the focus, letters included; only while something is being written do they belong to the
line. ``/`` begins writing, and so does any character that is no key; escape ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from kgrec.tui.actions import ACTIONS, LIST, WRITE, Action, answer_bindings
from kgrec.tui.bars import PANES, PaneTabs, TopBar
from kgrec.tui.busy import Busy
from kgrec.tui.conversation import Conversation
from kgrec.tui.dialogs import SureDialog, TakeBackDialog, WhyNotDialog
from kgrec.tui.key_bar import KeyBar
from kgrec.tui.keymap import EVERYWHERE
from kgrec.tui.messages import Highlighted, Progressed, RowClicked, Typed, WritingEnded
from kgrec.tui.possible import can_be_done, instead_of, instead_of_number
from kgrec.tui.reasons import Reasons
from kgrec.tui.shortlist import Shortlist
from kgrec.tui.talk import PromptCard, TalkPane, Writing
from kgrec.tui.view import PromptKind, View, Wished

if TYPE_CHECKING:
    from kgrec.tui.app import KgrecApp

Turn = Callable[[Conversation], View | None]
"""What a turn leads to may be seen, or nothing changes on the screen."""

_ALL: Final = (*ACTIONS, *EVERYWHERE)


class MainScreen(Screen[None]):
    """Where the app lives."""

    BINDINGS: ClassVar[list[BindingType]] = [*answer_bindings(), *(action.binding() for action in _ALL)]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  (no class variable in Screen)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-high")]  # noqa: RUF012  (as above)
    AUTO_FOCUS = "TalkPane"
    ACTIONS: ClassVar[tuple[Action, ...]] = ACTIONS

    app: KgrecApp
    pane = reactive("talk")
    shown: View | None = None

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield TopBar()
        yield Static(id="problem")
        with Horizontal(id="panes"):
            yield TalkPane(id="talk")
            with Vertical(id="side"):
                yield Shortlist()
                yield Reasons(id="why")
        yield KeyBar()

    def on_mount(self) -> None:
        """Have the session opened."""
        self.app.open()

    # --- what is shown --------------------------------------------------------------------------------------------

    async def show(self, view: View) -> None:
        """Show the state after a turn; in a small window, turn to an explanation that was asked for, or a dead end."""
        before = (self.shown.explained, self.shown.absence) if self.shown else (None, None)
        asked_why = (view.explained, view.absence) not in (before, (None, None))
        is_dead_end = view.prompt.kind is PromptKind.DEAD_END
        was_dead_end = self.shown is not None and self.shown.prompt.kind is PromptKind.DEAD_END
        self.shown = view
        with self.app.batch_update():
            self.query_one(TopBar).show(view)
            self.query_one(Shortlist).show(view)
            await self.query_one(TalkPane).show(view)
            self.query_one(Reasons).show(view.absence or view.explained or self.query_one(Shortlist).highlighted)
        self.refresh_bindings()
        if asked_why and self.has_class("-narrow"):
            self.action_show_pane("why")
        elif is_dead_end and not was_dead_end and self.has_class("-narrow") and self.pane != "talk":
            self.action_show_pane("talk")
        if view.notice:
            self.notify(view.notice, timeout=3, markup=False)

    def show_progress(self, progress: Progressed) -> None:
        """Show how far opening has come."""
        self.query_one(TalkPane).show_progress(progress.label, progress.done, progress.total)

    def show_problem(self, problem: str) -> None:
        """Show what is wrong with the rule files until they are right again ("")."""
        line = self.query_one("#problem", Static)
        line.display = bool(problem)
        line.update(Content(problem))

    def show_busy(self, *, busy: bool) -> None:
        """Show that a turn has begun or is over."""
        spinner = self.query_one(Busy)
        if busy:
            spinner.begin()
        else:
            spinner.end()

    async def show_tour(self, keys: Mapping[str, str]) -> None:
        """Show a newcomer around; ``keys``: what the key of each action is called."""
        if self.is_current and self.focused is self.query_one(TalkPane):
            from kgrec.tui.tour import Tour  # once in a life

            await self.mount(Tour(keys))

    @on(Highlighted)
    def _explain_highlighted(self) -> None:
        self.query_one(Reasons).show(self.query_one(Shortlist).highlighted)

    # --- panes and focus ------------------------------------------------------------------------------------------

    def watch_pane(self, pane: str) -> None:
        """Bring a pane to the front, where there is room for one only."""
        if not self.has_class("-wide"):  # there it would only take time: the styles of all widgets are looked up anew
            self._bring_to_front(pane)
        for tabs in self.query(PaneTabs):
            tabs.pane = pane

    def on_resize(self) -> None:
        """Have that pane in front which should be, if there is room for one only now."""
        self._bring_to_front(self.pane)

    def _bring_to_front(self, pane: str) -> None:
        for name in PANES:
            self.set_class(name == pane, f"-shows-{name}")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Keep the pane that has the focus in front."""
        for node in event.widget.ancestors_with_self:
            for name, kind in (("talk", TalkPane), ("list", Shortlist), ("why", Reasons)):
                if isinstance(node, kind):
                    self.pane = name

    def action_show_pane(self, pane: str) -> None:
        """Bring a pane to the front and give it the focus."""
        self.pane = pane
        self._pane_widget(pane).focus()

    def action_next_pane(self, step: int) -> None:
        """Go to the next pane, or the one before."""
        names = list(PANES)
        self.action_show_pane(names[(names.index(self.pane) + step) % len(names)])

    def action_type(self) -> None:
        """Begin writing."""
        self.pane = "talk"
        self.set_focus(self.query_one(Writing))  # at once: the next key may be here already

    def _pane_widget(self, pane: str) -> Widget:
        kinds: dict[str, type[Widget]] = {"talk": TalkPane, "list": Shortlist, "why": Reasons}
        return self.query_one(kinds[pane])

    @property
    def letters(self) -> dict[str, Action]:
        """What each letter does here, whether or not it can be done now."""
        return {key: action for key, action in self._keys.items() if len(key) == 1 and key.isalpha()}

    @property
    def _keys(self) -> dict[str, Action]:
        return {key: action for action in self.app.remapped(_ALL) for key in action.keys.split(",")}

    def on_key(self, event: events.Key) -> None:
        """Begin writing with a character that is no key; say why what a key does cannot be done now."""
        action, is_writing = self._keys.get(event.key), isinstance(self.focused, Writing)
        is_number = event.key.isdecimal() and not is_writing
        is_key = action is not None or is_number or event.key in self.active_bindings
        if not is_writing and (why := self._why_not_now(event.key, action)):
            self.notify(why, timeout=3, markup=False)
        if event.character and event.is_printable and not is_key and not is_writing:
            event.stop()
            self.begin_writing(event.character)

    def _why_not_now(self, key: str, action: Action | None) -> str:
        """Return what to do instead of what a key stands for, if that cannot be done now; "" if it can."""
        if action is None:
            return instead_of_number(self.shown, key) if key.isdecimal() else ""
        name = action.name.partition("(")[0]
        if self.shown is None or self.check_action(name, (0,)) is not False:
            return ""
        return instead_of(self.shown, name)

    def on_paste(self, event: events.Paste) -> None:
        """Begin writing with what is pasted."""
        self.write(event.text)

    def write(self, text: str) -> None:
        """Write on at the cursor."""
        self._to_writing().write(text)

    def begin_writing(self, text: str) -> None:
        """Write something new, whatever is on the line: nobody who just begins looks at it."""
        self._to_writing().begin(text)

    def _to_writing(self) -> Writing:
        self.pane = "talk"
        writing = self.query_one(Writing)
        self.set_focus(writing)
        return writing

    def recall(self, written: Sequence[str]) -> None:
        """Take what was written in earlier sessions."""
        self.query_one(Writing).recall(written)

    @property
    def draft(self) -> str:
        """What is being written."""
        return self.query_one(Writing).value.strip() if self.is_mounted else ""

    @property
    def focused_group(self) -> str:
        """The group of actions that fits what has the focus; "" for none in particular."""
        if isinstance(self.focused, Writing):
            return WRITE
        return LIST if isinstance(self.focused, Shortlist | Reasons) else ""

    @on(WritingEnded)
    def _give_keys_back(self) -> None:
        self.query_one(TalkPane).focus()

    # --- turns ----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        if action == "type" and isinstance(self.focused, Writing):
            return False
        return can_be_done(self.shown, action, parameters)

    def action_answer(self, position: int) -> None:
        """Answer the prompt by the position of an option; mark it where any number may be picked."""
        if self.shown and self.shown.prompt.is_several:
            self._mark(position)
            return
        key = self._prompt_key
        self.app.turn(lambda talk: talk.choose(key, (position,)))

    def _mark(self, position: int) -> None:
        """Mark an option, or take its mark away; marks are kept until the question is answered."""
        card, key = self.query_one(PromptCard), self._prompt_key
        card.mark(position)
        marked = card.marked
        self.app.turn(lambda talk: talk.mark(key, marked))

    def unmark(self, positions: Collection[int]) -> None:
        """Take marks away that were not meant."""
        for position in self.query_one(PromptCard).marked:
            if position in positions:
                self._mark(position)

    def action_pass_question(self) -> None:
        """Pass the question, or answer it with what is marked."""
        key, marked = self._prompt_key, tuple(sorted(self.query_one(PromptCard).marked))
        self.app.turn(lambda talk: talk.choose(key, marked))

    @on(Typed)
    def _say(self, event: Typed) -> None:
        self.query_one(TalkPane).focus()
        self.app.keep_line(event.text)
        self.app.turn(lambda talk: talk.say(event.text), lambda: self.query_one(Writing).give_back(event.text))

    def action_undo(self) -> None:
        """Take the last mark away, or take back the last thing said."""
        card = self.query_one(PromptCard)
        if card.marked:
            self._mark(card.marked[-1])
        else:
            self.app.turn(lambda talk: talk.undo())

    def action_take_back_event(self, event: int, entity: str) -> None:
        """Take back one thing said."""
        self.app.turn(lambda talk: talk.undo(event, entity))

    def action_take_back(self) -> None:
        """Ask what to take back."""

        def picked(wish: object) -> None:
            if isinstance(wish, Wished):
                self.action_take_back_event(wish.event, wish.entity)

        if self.shown and self.shown.wished:
            self.app.push_screen(TakeBackDialog(self.shown.wished), picked)

    def action_ledger(self) -> None:
        """Show or hide why this question is asked."""
        self.query_one(PromptCard).toggle_ledger()

    def action_show_me(self) -> None:
        """Ask no more once what is marked was sent; in a small window, turn to the list."""
        if self.query_one(PromptCard).marked:
            self.action_pass_question()
        self.app.turn(lambda talk: talk.show_me())
        if self.has_class("-narrow"):
            self.action_show_pane("list")

    def action_send(self) -> None:
        """Send what is marked; if nothing is, ask no more."""
        if self.query_one(PromptCard).marked:
            self.action_pass_question()
        else:
            self.action_show_me()

    def action_ask_more(self) -> None:
        """Ask on."""
        self.action_show_pane("talk")
        self.app.turn(lambda talk: talk.ask_more())

    def action_start_over(self) -> None:
        """Begin a new conversation, if that is meant."""

        def answered(agreed: object) -> None:
            if agreed:
                self.app.turn(lambda talk: talk.start_over())

        question = SureDialog("A new conversation?", "What you wished for is forgotten, your lasting taste stays.")
        self.app.push_screen(question, answered)

    def action_cursor(self, step: int) -> None:
        """Highlight another item."""
        self.query_one(Shortlist).move(step)

    @on(RowClicked)
    def _highlight_clicked(self, event: RowClicked) -> None:
        self.query_one(Shortlist).cursor = event.position

    def action_rate(self, value: int) -> None:
        """Like or dislike the highlighted item."""
        if row := self.query_one(Shortlist).highlighted:
            self.app.turn(lambda talk: talk.rate(row.item, float(value)))

    def action_seen(self) -> None:
        """Leave the highlighted item out."""
        if row := self.query_one(Shortlist).highlighted:
            self.app.turn(lambda talk: talk.mark_seen(row.item))

    def action_why_not(self) -> None:
        """Ask which item is missed, and tell why it is not on the list."""

        def picked(item: object) -> None:
            if isinstance(item, str):
                self.app.turn(lambda talk: talk.why_not(item))

        if self.shown:
            self.app.push_screen(WhyNotDialog(self.query_one(Writing).value.strip(), self.shown.singular), picked)

    def action_reasons(self) -> None:
        """Turn to the reasons of the highlighted item."""
        self.action_show_pane("why")
        if row := self.query_one(Shortlist).highlighted:
            self.app.turn(lambda talk: talk.look_at(row.item))

    @property
    def subject(self) -> str:
        """The highlighted item; "" if there is none."""
        row = self.query_one(Shortlist).highlighted
        return row.item if row else ""

    @property
    def _prompt_key(self) -> str:
        return self.shown.prompt.key if self.shown else ""
