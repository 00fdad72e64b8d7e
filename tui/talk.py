"""The conversation pane: what was said, the question and its answers, what was understood, the line to write on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Input, Static

from kgrec.tui.actions import MOST_ANSWERS
from kgrec.tui.busy import Busy
from kgrec.tui.chips import Chips
from kgrec.tui.glyphs import bar
from kgrec.tui.lines import hanging
from kgrec.tui.messages import Typed, WritingEnded
from kgrec.tui.view import Prompt, PromptKind, Said, View

_SEVERAL: Final = "(mark, ⏎ sends)"
_FEWEST_CHOICES: Final = 4
"""So many lines of choices are in sight, even where that hides the beginning of what is asked."""
_LONGEST_TEXT: Final = 10_000
_PROGRESS_WIDTH: Final = 16
_NOTHING: Final = Content()
_FIRST_TIME: Final = "The first start prepares what later ones only read. It may take a minute, the next a second."


class Hanging(Widget):
    """Text beside a mark, all its lines aligned."""

    def __init__(self, mark: Content, text: Content, classes: str = "", tail: Content = _NOTHING) -> None:
        super().__init__(classes=classes)
        self._mark = mark
        self._text = text
        self._tail = tail

    def render(self) -> Content:
        """Draw the lines."""
        return Content("\n").join(hanging(self._mark, self._text, self.size.width, self._tail))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return the number of lines at a width."""
        return len(hanging(self._mark, self._text, width, self._tail))


class Choice(Hanging):
    """One thing to pick, by its key or by a click; both run the same action of the screen."""

    def __init__(self, key: str, label: str, action: str) -> None:
        super().__init__(Content.styled(f" {key}  ", "$accent bold"), Content(label))
        self._action = action

    def rename(self, label: str) -> None:
        """Show another label."""
        self._text = Content(label)
        self.refresh(layout=True)

    async def on_click(self, event: events.Click) -> None:
        """Do what the key would do."""
        event.stop()
        await self.jump()

    async def jump(self) -> None:
        """Do what the key would do."""
        await self.run_action(f"screen.{self._action}")


class SaidLine(Hanging):
    """One line of the transcript: ours on the left, the user's on the right."""

    def __init__(self, said: Said, *, begins: bool) -> None:
        self.said = said
        classes = f"{'-user' if said.is_user else '-app'} {'-begins' if begins else ''}"
        if said.is_user:
            super().__init__(Content(), Content(said.text), classes, Content.styled(" ◂", "$accent"))
        else:
            super().__init__(Content.styled("● ", "$primary"), Content(said.text), classes)


class PromptCard(Vertical):
    """The question or dead end of now with what can be picked, or what is possible besides.

    Attributes:
        prompt: what is on display.
        marked: the positions of the choices that are marked, where any number may be picked, the last one last.
    """

    prompt: Prompt | None = None
    marked: tuple[int, ...] = ()

    async def show(self, prompt: Prompt) -> None:
        """Show another prompt, or nothing new if it is the one on display."""
        if prompt == self.prompt:
            return
        if self.prompt is None or self.prompt.key != prompt.key:  # else what was marked since is not told by it
            self.marked = prompt.marked
        self.prompt = prompt
        mark = "✗ " if prompt.kind is PromptKind.DEAD_END else "● "
        self.set_class(prompt.kind is PromptKind.DEAD_END, "-dead-end")
        hint = Content.styled(f"  {_SEVERAL}", "$text-muted") if prompt.is_several else _NOTHING
        why = Static(Content(prompt.ledger), classes="ledger")
        why.display = False
        await self.remove_children()
        await self.mount(
            Hanging(Content.styled(mark, "$primary"), Content.styled(prompt.text, "bold"), "prompt", hint),
            *self._choices(prompt),
            why,
        )

    def mark(self, position: int) -> None:
        """Mark a choice, or take its mark away."""
        assert self.prompt is not None, "there is something to mark"
        others = tuple(place for place in self.marked if place != position)
        self.marked = others if position in self.marked else (*others, position)
        *choices, last = self.query(Choice).results(Choice)
        choices[position].rename(self._label(self.prompt, position))
        last.rename(self._passing(self.prompt))

    def _passing(self, prompt: Prompt) -> str:
        return f"that's all ({len(self.marked)})" if self.marked else prompt.passing

    def _label(self, prompt: Prompt, position: int) -> str:
        label = prompt.choices[position]
        return f"{'☑' if position in self.marked else '☐'} {label}" if prompt.is_several else label

    def toggle_ledger(self) -> None:
        """Show or hide why this is asked."""
        why = self.query_one(".ledger", Static)
        why.display = not why.display
        if why.display:
            self.call_after_refresh(why.scroll_visible, animate=False)

    def _choices(self, prompt: Prompt) -> list[Choice]:
        choices = [
            Choice(
                str(position + 1) if position < MOST_ANSWERS else "·",
                self._label(prompt, position),
                f"answer({position})",
            )
            for position in range(len(prompt.choices))
        ]
        if prompt.kind is PromptKind.QUESTION:
            return [*choices, Choice("␣", self._passing(prompt), "pass_question")]
        if prompt.kind is PromptKind.DEAD_END:
            return [*choices, *([Choice("u", "take back the last thing I said", "undo")] if prompt.can_undo else [])]
        return [
            Choice("⇥", "go to the list", "show_pane('list')"),
            Choice("m", "ask me more", "ask_more"),
            Choice("n", "a new conversation", "start_over"),
        ]


class Writing(Input):
    """The line to write on, with what was written before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "send", key_display="⏎"),
        Binding("escape", "leave", "back to the keys", key_display="esc"),
        Binding("up", "recall(-1)", "what I wrote before", show=False),
        Binding("down", "recall(1)", "what I wrote after", show=False),
    ]
    RESTING: Final = "press / to write an answer, a wish, a title"
    WRITING: Final = "an answer, a wish, a title, a question ..."

    def __init__(self) -> None:
        super().__init__(placeholder=self.RESTING, compact=True, max_length=_LONGEST_TEXT, select_on_focus=False)
        self._written: list[str] = []
        self._recalled = 0

    def on_focus(self) -> None:
        """Say what can be written."""
        self.placeholder = self.WRITING

    def on_blur(self) -> None:
        """Say how to write."""
        self.placeholder = self.RESTING

    def recall(self, written: Sequence[str]) -> None:
        """Take what was written before this session."""
        self._written[:0] = written
        self._recalled += len(written)

    def begin(self, text: str) -> None:
        """Write something new; what was left unsent comes back with the key for what was written before."""
        if draft := self.value.strip():
            self._keep(draft)
        self.value = ""
        self.write(text)

    def _keep(self, text: str) -> None:
        if not self._written or self._written[-1] != text:
            self._written.append(text)
        self._recalled = len(self._written)

    def give_back(self, text: str) -> None:
        """Put back what could not be said, unless something else is on the line by now."""
        if not self.value:
            self.value = text
            self.cursor_position = len(text)

    def write(self, text: str) -> None:
        """Put text at the cursor, its lines as clauses of one, and take the keys; say so if not all of it has room."""
        lines = [" ".join(line.split()) for line in text.splitlines()]
        line = "; ".join(filter(None, lines)) if len(lines) > 1 else text
        room = _LONGEST_TEXT - len(self.value)
        if len(line) > room:
            cut = f"a message has at most {_LONGEST_TEXT:,} characters: the last {len(line) - room:,} were left out"
            self.notify(cut, severity="warning", timeout=8, markup=False)
        self.insert_text_at_cursor(line[:room])
        self.focus()
        if self.cursor_position == len(self.value):  # or the end of a long text would only show at the next key
            self.call_after_refresh(lambda: self.scroll_to(x=self.max_scroll_x, animate=False))

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines of a long text, not only the first."""
        event.stop()
        event.prevent_default()
        self.write(event.text)

    async def action_submit(self) -> None:
        """Send what is written; an empty line goes back to the keys."""
        text = self.value.strip()
        self.value = ""
        if not text:
            self.post_message(WritingEnded())
            return
        self._keep(text)
        self.post_message(Typed(text))

    def action_leave(self) -> None:
        """Give the keys back; what is written stays."""
        self.post_message(WritingEnded())

    def action_recall(self, step: int) -> None:
        """Bring back what was written before or after."""
        self._recalled = min(max(self._recalled + step, 0), len(self._written))
        self.value = self._written[self._recalled] if self._recalled < len(self._written) else ""
        self.cursor_position = len(self.value)


class Transcript(VerticalScroll, can_focus=False):
    """What was said, with the prompt at its end; ``keep``: brings that into sight; ``tell``: is told of each move."""

    def __init__(self, keep: Callable[[], None], tell: Callable[[], None]) -> None:
        super().__init__(id="said")
        self._keep = keep
        self._tell = tell

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Tell what is in sight now."""
        super().watch_scroll_y(old, new)
        self._tell()

    def on_resize(self) -> None:
        """Keep the prompt in sight: another width breaks the lines above it elsewhere, and chips take of the height."""
        self.call_after_refresh(self._keep)

    def watch_virtual_size(self) -> None:
        """Keep the prompt in sight: lines are laid out at their own time after they were added."""
        self.call_after_refresh(self._keep)


class TalkPane(Vertical, can_focus=True):
    """The conversation. It has the focus at first, so that number and letter keys act.

    Attributes:
        PATIENCE_S: how long opening may take before it is said why it takes longer.
    """

    PATIENCE_S: ClassVar[float] = 1.5

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.send", show=False),
        Binding("pageup", "scroll_said(-1)", show=False),
        Binding("pagedown", "scroll_said(1)", show=False),
        Binding("up", "scroll_line(-1)", show=False),
        Binding("down", "scroll_line(1)", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the pane."""
        with Transcript(self._show_prompt, self._tell_more):
            yield Static(id="opening")
            yield Static(_FIRST_TIME, id="first-time")
            yield PromptCard(id="prompt")
        yield Chips(id="chips")
        with Horizontal(id="writing"):
            yield Static(Content.styled("› ", "$accent bold"), id="caret")
            yield Writing()
            yield Busy(id="busy")

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = "Talk"
        self.query_one("#first-time").display = False
        self.set_timer(self.PATIENCE_S, self._explain_opening)

    def _explain_opening(self) -> None:
        """Say why opening takes so long, if it still does."""
        opening = self.query_one("#opening")
        self.query_one("#first-time").display = opening.display

    def show_progress(self, label: str, done: int, total: int) -> None:
        """Show how far opening has come."""
        line = Content.assemble(("● ", "$primary"), label)
        if total > 0:
            share = min(done / total, 1.0)
            filled = bar(share, _PROGRESS_WIDTH)
            line += Content.assemble("\n  ", (filled, "$accent on $panel"), f" {share:4.0%}  {done:,} of {total:,}")
        self.query_one("#opening", Static).update(line)

    async def show(self, view: View) -> None:
        """Show the conversation so far and the prompt at its end."""
        self.query_one("#opening").display = self.query_one("#first-time").display = False
        await self._show_said(view.said)
        self.query_one("#said").set_class(bool(view.said), "-talking")
        await self.query_one(PromptCard).show(view.prompt)
        self.query_one(Chips).wished = view.wished
        self.call_after_refresh(self._show_prompt)

    def _show_prompt(self) -> None:
        """Scroll to the end, or to where the prompt begins if it is too long: the best way out comes first.

        Chips leave it as much room as it needs.
        """
        said, card, chips = self.query_one("#said", VerticalScroll), self.query_one(PromptCard), self.query_one(Chips)
        chips.leave(self.size.height - self.query_one("#writing").outer_size.height, card.outer_size.height)
        if card.outer_size.height > said.size.height:
            said.scroll_to(y=self._top_of(card, said.size.height), animate=False, immediate=True)
        else:
            said.scroll_end(animate=False, immediate=True)
        self._tell_more()

    def _tell_more(self) -> None:
        """Say so if something is below what is in sight."""
        said = self.query_one("#said", VerticalScroll)
        self.border_subtitle = "pgdn more" if said.scroll_target_y < said.max_scroll_y else ""

    @staticmethod
    def _top_of(card: PromptCard, room: int) -> int:
        """Return the line to scroll to for a prompt higher than the room there is."""
        choices = card.query(Choice)
        asked = sum(part.outer_size.height for part in card.query(".prompt"))
        wanted = min(sum(choice.outer_size.height for choice in choices), _FEWEST_CHOICES)
        return card.virtual_region.y + max(asked + wanted - room, 0)

    async def _show_said(self, said: tuple[Said, ...]) -> None:
        """Keep the lines that are still true, replace the rest."""
        shown = list(self.query(SaidLine))
        same = 0
        while same < min(len(shown), len(said)) and shown[same].said == said[same]:
            same += 1
        for line in shown[same:]:
            await line.remove()
        new = [SaidLine(said[place], begins=_begins(said, place)) for place in range(same, len(said))]
        if new:
            await self.query_one("#said").mount_all(new, before="#prompt")

    def action_scroll_said(self, pages: int) -> None:
        """Scroll what was said."""
        said = self.query_one("#said", VerticalScroll)
        said.scroll_relative(y=pages * max(said.size.height - 2, 1))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the arrows to the list where it stands beside this pane, or nothing is left to scroll to."""
        del parameters
        is_alone = self.screen.has_class("-narrow")
        return action != "scroll_line" or (is_alone and self.query_one("#said").max_scroll_y > 0)

    def action_scroll_line(self, lines: int) -> None:
        """Scroll what was said by lines."""
        self.query_one("#said").scroll_relative(y=lines, animate=False)


def _begins(said: tuple[Said, ...], place: int) -> bool:
    """Return whether a line begins something new: a question does, and words that answer none."""
    if place == 0 or said[place].is_reply:
        return False
    before = said[place - 1]
    return not said[place].is_user or before.is_user or before.is_reply
