"""Small windows over the main screen: all keys, taking something back, and a question before something is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.style import Style
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from kgrec.tui.actions import ALSO, Action
from kgrec.tui.key_bar import KeyBar
from kgrec.tui.lines import Lined, hanging
from kgrec.tui.messages import Sought
from kgrec.tui.view import Found, Wished

_INTRODUCTION = """\
Answer with a number key, with the mouse, or in your own words: press / and write. \
Every answer moves the list at once, and every place in it can be explained. Whatever you say can be taken back."""


class Dialog(ModalScreen[object]):
    """A window that a click beside it or escape closes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "close", key_display="esc")]

    def on_mount(self) -> None:
        """Have the keys of the screen below vanish: here they do nothing."""
        self._redraw_keys()

    def on_unmount(self) -> None:
        """Have them offered again."""
        self._redraw_keys()

    def _redraw_keys(self) -> None:
        for screen in self.app.screen_stack:
            for bar in screen.query(KeyBar):
                bar.refresh()

    def on_click(self, event: events.Click) -> None:
        """Close when the click is beside the window."""
        if event.widget is self:
            self.dismiss(None)

    def action_close(self) -> None:
        """Close without doing anything."""
        self.dismiss(None)


class HelpDialog(Dialog):
    """All keys of a screen, from the same tables that bind them.

    Args:
        actions: what can be done.
        is_main: whether the screen is the conversation, which has keys beside its actions.
        first: the group that fits what has the focus, to be listed before the others.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1,question_mark,q,enter", "close", "close")]

    def __init__(self, actions: Sequence[Action], *, is_main: bool, first: str = "") -> None:
        super().__init__()
        self._actions = actions
        self._is_main = is_main
        self._first = first

    def compose(self) -> ComposeResult:
        """List the actions by group."""
        with VerticalScroll(classes="window") as window:
            window.border_title = "Help"
            window.border_subtitle = "esc closes"
            yield HelpText(self._groups(), _INTRODUCTION if self._is_main else "")

    def _groups(self) -> dict[str, list[tuple[str, str]]]:
        """Return keys and what they do by group, that which fits the focus first."""
        also = ALSO if self._is_main else ()
        rows = [*also, *((action.group, action.all_keys, action.help) for action in self._actions)]
        groups = sorted(dict.fromkeys(group for group, _, _ in rows), key=lambda group: group != self._first)
        return {group: [(key, help_) for member, key, help_ in rows if member == group] for group in groups}


class HelpText(Lined):
    """Keys and what they do, all in one widget: one a key takes several times as long to appear.

    Args:
        groups: (key, what it does) by group.
        introduction: what comes before them.
    """

    def __init__(self, groups: Mapping[str, Sequence[tuple[str, str]]], introduction: str) -> None:
        super().__init__()
        self._groups = groups
        self._introduction = introduction

    def _lines(self, width: int) -> list[Content]:
        lines = list(Content(self._introduction).wrap(width)) if self._introduction else []
        cells = max(len(key) for rows in self._groups.values() for key, _ in rows)
        for group, rows in self._groups.items():
            lines += [Content(), Content.styled(group, "$primary bold")]
            for key, help_ in rows:
                lines += hanging(Content.styled(f" {key:>{cells}}  ", "$accent bold"), Content(help_), width)
        return lines


class TooSmall(ModalScreen[None]):
    """Says that the window is too small, until it is not.

    Args:
        needed: the columns and rows that would do.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,ctrl+q", "app.quit", show=False)]

    def __init__(self, needed: tuple[int, int]) -> None:
        super().__init__()
        self._needed = needed

    @staticmethod
    def is_it(size: Size, needed: tuple[int, int]) -> bool:
        """Return whether a window lacks columns or rows."""
        return size.width < needed[0] or size.height < needed[1]

    def compose(self) -> ComposeResult:
        """Leave room for one text."""
        yield Static()

    def on_resize(self, event: events.Resize) -> None:
        """Say how small it is now, or go."""
        columns, rows = self._needed
        if self.is_it(event.size, self._needed):
            here = f"This window has {event.size.width} × {event.size.height} cells, "
            told = f"kgrec needs {columns} × {rows}. Make it larger, or the letters smaller; q leaves."
            self.query_one(Static).update(Content(here + told))
        elif self.is_current:
            self.dismiss()


class TakeBackDialog(Dialog):
    """Everything said in this conversation; picking one takes it back."""

    def __init__(self, wished: tuple[Wished, ...]) -> None:
        super().__init__()
        self.wished = wished

    def compose(self) -> ComposeResult:
        """List what was said, the last first."""
        with Vertical(classes="window -small") as window:
            window.border_title = "Take back"
            window.border_subtitle = "enter takes back, esc closes"
            yield OptionList(*(Option(Content(wish.label)) for wish in reversed(self.wished)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return the one picked."""
        self.dismiss(self.wished[-1 - event.option_index])


class WhyNotDialog(Dialog):
    """Asks for a title; what it may mean is looked up while it is written."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
    ]

    def __init__(self, text: str, noun: str) -> None:
        super().__init__()
        self.text = text
        self.noun = noun
        self._looked_up: str | None = None  # what is shown was found for this text
        self._sent: str | None = None  # the text with which enter was pressed before it was looked up

    def compose(self) -> ComposeResult:
        """Show a line to write on above what is found."""
        with Vertical(classes="window -small") as window:
            window.border_title = "Why not ...?"
            window.border_subtitle = "enter tells why not, esc closes"
            yield Input(self.text, placeholder=f"which {self.noun}?", compact=True, select_on_focus=False)
            yield Static(Content())
            yield OptionList()

    def on_mount(self) -> None:
        """Look up what is written already; without anything, what just missed the list."""
        self.post_message(Sought(self.text))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Have it looked up."""
        event.stop()
        if event.value != self._sent:
            self._sent = None
        self.post_message(Sought(event.value))

    def show(self, found: tuple[Found, ...], text: str) -> None:
        """Show what the title may mean, the likeliest first; take that one if enter was pressed already.

        What was found for a text that has been written on since is not shown: nobody shall get an answer about it.
        """
        if text != self.query_one(Input).value:
            return
        self._looked_up = text
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(Content(match.label), match.item) for match in found)
        options.highlighted = 0 if found else None
        if text == self._sent:
            self._sent = None
            self._take()

    def action_move(self, step: int) -> None:
        """Go to another one of those found, while writing."""
        options = self.query_one(OptionList)
        if options.option_count:
            options.highlighted = ((options.highlighted or 0) + step) % options.option_count

    def on_input_submitted(self) -> None:
        """Take the highlighted one, once it is among what was found for the text as it is now."""
        text = self.query_one(Input).value
        if self._looked_up == text:
            self._take()
        else:
            self._sent = text

    def _take(self) -> None:
        if option := self.query_one(OptionList).highlighted_option:
            self.dismiss(option.id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the one clicked."""
        self.dismiss(event.option.id)


class SureDialog(Dialog):
    """A question before something is lost."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,y", "agree", "yes"), Binding("n", "close", "no")]

    def __init__(self, question: str, consequence: str) -> None:
        super().__init__()
        self.question = question
        self.consequence = consequence

    def compose(self) -> ComposeResult:
        """Ask."""
        with Vertical(classes="window -small") as window:
            window.border_title = Content(self.question)
            yield Static(Content(self.consequence))
            yield Static(Content())
            yield Static(self._answer(" enter ", "yes", "screen.agree"))
            yield Static(self._answer("   esc ", "no", "screen.close"))

    def action_agree(self) -> None:
        """Go ahead."""
        self.dismiss(True)  # noqa: FBT003  (the answer to a yes-or-no question)

    @staticmethod
    def _answer(key: str, word: str, action: str) -> Content:
        return Content.assemble((key, "$accent bold"), " ", word).stylize(Style.from_meta({"@click": action}))
