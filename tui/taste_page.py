"""The taste page: everything believed about the user, where each part comes from, and the way back to any point."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from kgrec.tui.actions import Action
from kgrec.tui.conversation import Conversation
from kgrec.tui.dialogs import SureDialog
from kgrec.tui.glyphs import signed, signed_bar
from kgrec.tui.lines import Lined, clip
from kgrec.tui.listing import WAITING, Entry, Group, Listing
from kgrec.tui.page import page_bindings
from kgrec.tui.paned_page import PANE_ACTIONS, PanedPage
from kgrec.tui.text_dialog import TextDialog

if TYPE_CHECKING:
    from kgrec.dialogue import Session
    from kgrec.tui.taste_view import Held, Step, Taste, TasteView

_BELIEFS: Final = "What is believed"
_HISTORY: Final = "The history"
_FILES: Final = "A file of your taste"
_MARKS: Final = {"♥": "$success", "+": "$success", "▲": "$success", "✗": "$error", "−": "$error", "▼": "$error"}
_DIM: Final = "$text-muted"
_SHOWN: Final = 50
"""So many beliefs of a group are shown at first, and more each time somebody asks."""
_MORE: Final = "more:"

_REMOVAL: Final = "no longer believe it; in the history: take it back, or bring it back"

TASTE_ACTIONS = (
    Action("cycle", "space", _BELIEFS, "think otherwise: love, like, neutral, dislike", "change", "␣"),
    Action("like", "l", _BELIEFS, "love the highlighted one", "love"),
    Action("dislike", "d", _BELIEFS, "dislike the highlighted one", "dislike"),
    Action("remove", "backspace,delete", _BELIEFS, _REMOVAL, "remove", "⌫"),
    Action("undo", "u", _HISTORY, "take back the last thing you said", "undo"),
    Action("rewind", "U", _HISTORY, "take back everything after the highlighted event", "back to here"),
    Action("export", "ctrl+s", _FILES, "write your lasting taste to a file", "export"),
    Action("import_taste", "ctrl+o", _FILES, "take in what a taste file has that is news", "import"),
    *PANE_ACTIONS,
)
"""What the taste page can do."""


class Profile(Lined):
    """The taste as bars: what the answers moved, for and against."""

    NARROWEST = 24

    def __init__(self) -> None:
        super().__init__(id="profile-body")
        self._tastes: tuple[Taste, ...] | None = None

    def show(self, tastes: tuple[Taste, ...]) -> None:
        """Show other tastes."""
        self._tastes = tastes
        self.refresh(layout=True)

    def _lines(self, width: int) -> list[Content]:
        if not self._tastes:
            hint = "Answer a question or rate something: what that says about all the rest is drawn here."
            hint = WAITING if self._tastes is None else hint
            return list(Content.styled(hint, _DIM).wrap(width))
        name = min(max(len(taste.label) for taste in self._tastes), width // 2 - 4)
        half = max((width - name - 13) // 2, 2)
        most = max(abs(taste.moved) for taste in self._tastes)
        return [_taste_line(taste, name, half, most) for taste in self._tastes]


def _taste_line(taste: Taste, name: int, half: int, most: float) -> Content:
    style = "$success" if taste.moved > 0 else "$error"
    left, right = signed_bar(taste.moved / most, half)
    label = Content(clip(taste.label, name)).truncate(name, pad=True)
    number = f" {signed(taste.moved):>4} ±{taste.doubt:.2f}".replace("±0.", "±.")
    return Content.assemble(label, " ", (left, style), ("│", "$border"), (right, style), (number, _DIM))


class TastePage(PanedPage["TasteView"]):
    """Everything believed about the user."""

    PLACE = "taste"
    ACTIONS = TASTE_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = page_bindings(*TASTE_ACTIONS)
    CSS_PATH = ["paned.tcss", "taste.tcss"]  # noqa: RUF012  (no class variable in Screen)
    PANES = {"beliefs": "What I believe of you", "profile": "Your taste", "history": "How it came about"}  # noqa: RUF012

    def __init__(self, item: str = "") -> None:
        super().__init__(item)
        self._shown: dict[str, int] = {}  # by group, where more than at first are

    def gather(self, talk: Conversation) -> TasteView:
        """Return what is believed, and how it came to be."""
        from kgrec.tui.taste_view import taste_view

        return taste_view(talk.session)

    def body(self) -> Iterable[Widget]:
        """Lay out the panes."""
        with Horizontal(classes="panes"):
            yield Listing(
                "Nothing yet. Answer a question, or press / on the main screen and write what you like.", id="beliefs"
            )
            with Vertical(classes="side"):
                with VerticalScroll(id="profile", can_focus=True):
                    yield Profile()
                yield Listing("Nothing happened yet.", id="history")

    async def draw(self, value: TasteView) -> None:
        """Fill the panes."""
        self._draw_beliefs(value)
        beliefs = self.query_one("#beliefs", Listing)
        beliefs.border_subtitle = Content(f"{value.user} · ± is doubt")
        self.query_one(Profile).show(value.profile)
        self.query_one("#profile").border_subtitle = Content("moved by your answers" if value.profile else "")
        history = self.query_one("#history", Listing)
        is_first = not history.chosen
        history.show([Group("", tuple(map(_step_entry, value.steps)))])
        if is_first and value.steps:
            history.choose(str(value.steps[-1].event))

    def _draw_beliefs(self, value: TasteView) -> None:
        groups = []
        for group in value.groups:
            shown = self._shown.get(group.title, _SHOWN)
            entries = list(map(_held_entry, group.held[:shown]))
            if more := len(group.held) - shown:
                entries += [Entry(f"{_MORE}{group.title}", partial(_draw_more, more))] if more > 0 else []
            groups.append(Group(group.title, tuple(entries)))
        self.query_one("#beliefs", Listing).show(groups)

    def action_enter(self) -> None:
        """Show more of a long group."""
        chosen = self.query_one("#beliefs", Listing).chosen
        if self.front == "beliefs" and chosen.startswith(_MORE) and self.value is not None:
            title = chosen.removeprefix(_MORE)
            self._shown[title] = self._shown.get(title, _SHOWN) + _SHOWN
            self._draw_beliefs(self.value)

    @on(Listing.OptionSelected, "#beliefs")
    def _show_more(self) -> None:
        self.action_enter()

    # --- what is highlighted --------------------------------------------------------------------------------------

    @property
    def held(self) -> Held | None:
        """The highlighted belief."""
        chosen = self.query_one("#beliefs", Listing).chosen
        groups = self.value.groups if self.value else ()
        return next((held for group in groups for held in group.held if held.id == chosen), None)

    @property
    def step(self) -> Step | None:
        """The highlighted event."""
        chosen = self.query_one("#history", Listing).chosen
        return next((step for step in (self.value.steps if self.value else ()) if str(step.event) == chosen), None)

    @property
    def subject(self) -> str:
        """The item that the highlighted belief is about; "" if it is about none."""
        return self.held.entity if self.held is not None and self.held.is_item else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done in the pane of now."""
        if action in ("cycle", "like", "dislike"):
            return self.front == "beliefs"
        if action == "rewind":
            return self.front == "history"
        if action == "remove":
            return self.front != "profile"
        return super().check_action(action, parameters)

    # --- what can be done -----------------------------------------------------------------------------------------

    def action_cycle(self) -> None:
        """Think the next thing of the highlighted one."""
        from kgrec.tui.taste_turns import next_opinion

        self._opine(next_opinion)

    def action_like(self) -> None:
        """Love the highlighted one."""
        from kgrec.tui.taste_turns import set_opinion

        self._opine(partial(set_opinion, value=1.0))

    def action_dislike(self) -> None:
        """Dislike the highlighted one."""
        from kgrec.tui.taste_turns import set_opinion

        self._opine(partial(set_opinion, value=-1.0))

    def _opine(self, turn: Callable[[Session, Held], str]) -> None:
        held = self.held
        if held is not None and held.can_change:
            self._have(lambda session: turn(session, held))
        elif held is not None:
            self.notify("this is no opinion that can be changed; ⌫ takes it back", severity="warning", markup=False)

    def action_remove(self) -> None:
        """Believe the highlighted one no longer, or take back the highlighted event, or bring it back."""
        from kgrec.tui.taste_turns import forget, toggle

        held, step = self.held, self.step
        if self.front == "history" and step is not None:
            self._have(lambda session: toggle(session, step.event))
        elif self.front == "beliefs" and held is not None:
            self._have(lambda session: forget(session, held))

    def action_rewind(self) -> None:
        """Take back everything after the highlighted event, if that is meant."""
        from kgrec.tui.taste_turns import rewind

        step = self.step
        if step is None:
            return

        def answered(agreed: object) -> None:
            if agreed:
                self._have(lambda session: rewind(session, step.event))

        later = (
            sum(other.counts and other.can_go for other in self.value.steps if other.event > step.event)
            if self.value
            else 0
        )
        if later:
            things = "1 thing" if later == 1 else f"{later} things"
            self.app.push_screen(
                SureDialog(f"Back to {step.time}?", f"{things} said after that will not count; ⌫ brings each back."),
                answered,
            )
        else:
            self.notify("nothing that counts came after that", severity="warning", markup=False)

    def action_export(self) -> None:
        """Ask for a file, and write the taste to it."""
        from kgrec.tui.taste_turns import export

        def named(name: object) -> None:
            if not isinstance(name, str):
                return
            path = Path(name).expanduser()
            write = partial(self._have, lambda session: export(session, path))
            if path.exists():
                sure = SureDialog("Replace the file?", f"{path} is there already.")
                self.app.push_screen(sure, lambda agreed: write() if agreed else None)
            else:
                write()

        hint = "Opinions, comparisons, what you know and facts, as RDF; not the wishes of now."
        self.app.push_screen(TextDialog("Export your taste to", hint, "taste.ttl"), named)

    def action_import_taste(self) -> None:
        """Ask for a taste file, and take it in."""
        from kgrec.tui.taste_turns import import_taste

        def named(name: object) -> None:
            if isinstance(name, str):
                self._have(lambda session: import_taste(session, Path(name).expanduser()))

        hint = "What is newer there than what is known here counts."
        self.app.push_screen(TextDialog("Import a taste from", hint, "taste.ttl"), named)

    def _have(self, turn: Callable[[Session], str]) -> None:
        self.change(lambda talk: talk.have(turn))


def _held_entry(held: Held) -> Entry:
    return Entry(held.id, partial(_draw_held, held))


def _draw_held(held: Held, width: int) -> Content:
    lead = Content.assemble((f"{held.mark:<2} ", _MARKS.get(held.mark[:1], "$accent")), f"{held.word:<9}")
    room = max(width - lead.cell_length - len(held.doubt) - 1, 8)
    label = Content.styled(held.label, "bold").truncate(room, ellipsis=True, pad=True)
    first = lead + label + Content.styled(f" {held.doubt}", _DIM)
    source = Content.styled(held.source, _DIM).truncate(max(width - lead.cell_length, 8), ellipsis=True)
    return first + "\n" + " " * lead.cell_length + source


def _draw_more(more: int, width: int) -> Content:
    return Content.styled(f"… {more:,} more: ⏎ shows some", "$accent").truncate(width, ellipsis=True)


def _step_entry(step: Step) -> Entry:
    return Entry(str(step.event), partial(_draw_step, step))


def _draw_step(step: Step, width: int) -> Content:
    """Draw an event in a line or two: what was asked, then what came of it; what was taken back says so."""
    taken = "" if step.counts else "taken back"
    lead = Content.styled(f"{step.time:<5} ", _DIM)
    parts = [part for part in (step.text, step.outcome) if part]
    room = max(width - lead.cell_length, 8)
    lines = []
    for number, part in enumerate(parts or [""]):
        style = "strike $text-muted" if taken else "" if number == len(parts) - 1 and step.can_go else _DIM
        note = f"  {taken}" if taken and number == len(parts) - 1 else ""
        shown = Content.styled(part, style).truncate(max(room - len(note), 4), ellipsis=True)
        lines.append((lead if not number else Content(" " * lead.cell_length)) + shown + Content.styled(note, "$error"))
    return Content("\n").join(lines)
