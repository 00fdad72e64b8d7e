"""The page of questions: each one that was asked, why it was, and what may be asked next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList

from kgrec.tui.actions import Action
from kgrec.tui.conversation import Conversation
from kgrec.tui.glyphs import bar
from kgrec.tui.lines import Lined, beside, flow, hanging
from kgrec.tui.listing import Entry, Group, Listing
from kgrec.tui.page import page_bindings
from kgrec.tui.paned_page import PANE_ACTIONS, PanedPage

if TYPE_CHECKING:
    from kgrec.tui.ledger_view import Asked, Contender, LedgerView, Split

_QUESTIONS: Final = "Questions"
_DIM: Final = "$text-muted"
_BAR: Final = 16

_TAKING: Final = "take the highlighted answer back, or bring it back"

LEDGER_ACTIONS = (
    Action("take_back", "backspace,delete", _QUESTIONS, _TAKING, "take back", "⌫"),
    Action("undo", "u", _QUESTIONS, "take back the last thing you said", "undo"),
    *PANE_ACTIONS,
)
"""What the page of questions can do."""


class Why(Lined):
    """Why one question was put."""

    NARROWEST = 24

    def __init__(self) -> None:
        super().__init__(id="why-body")
        self._asked: Asked | None = None

    def show(self, asked: Asked | None) -> None:
        """Show another question."""
        self._asked = asked
        self.refresh(layout=True)

    def _lines(self, width: int) -> list[Content]:
        if self._asked is None:
            return list(Content.styled("Highlight a question to see why it was asked.", _DIM).wrap(width))
        return list(_why_lines(self._asked, width))


class LedgerPage(PanedPage["LedgerView"]):
    """Every question and why it was asked."""

    PLACE = "ledger"
    ACTIONS = LEDGER_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = page_bindings(*LEDGER_ACTIONS)
    CSS_PATH = ["paned.tcss", "ledger.tcss"]  # noqa: RUF012  (no class variable in Screen)
    PANES = {"asked": "Questions", "why": "Why", "next": "What may come next"}  # noqa: RUF012  (as above)

    def gather(self, talk: Conversation) -> LedgerView:
        """Return every question, and those that compete for being the next."""
        from kgrec.tui.ledger_view import ledger_view

        return ledger_view(talk.session)

    def body(self) -> Iterable[Widget]:
        """Lay out the panes."""
        with Horizontal(classes="panes"):
            yield Listing("Nothing was asked yet.", id="asked")
            with Vertical(classes="side"):
                with VerticalScroll(id="why", can_focus=True):
                    yield Why()
                yield Listing("There is nothing left to ask.", id="next")

    async def draw(self, value: LedgerView) -> None:
        """Fill the panes."""
        asked = self.query_one("#asked", Listing)
        now = [Entry(one.id, partial(_draw_asked, one)) for one in value.asked if not one.event]
        before = [Entry(one.id, partial(_draw_asked, one)) for one in value.asked if one.event]
        asked.show([Group("Now", tuple(now)), Group("Answered, the last first", tuple(before))])
        asked.border_subtitle = f"{len(before)} answered"
        most = max((one.worth for one in value.contenders), default=1.0) or 1.0
        contenders = enumerate(value.contenders, 1)
        entries = [Entry(str(place), partial(_draw_contender, one, place, most)) for place, one in contenders]
        following = self.query_one("#next", Listing)
        following.show([Group(value.verdict, tuple(entries))])
        following.border_subtitle = f"asked if ≥ {value.enough:.1%} per effort · {value.left:,} left"
        self._show_why()

    @on(OptionList.OptionHighlighted, "#asked")
    def _show_why(self) -> None:
        """Show why the highlighted question was put."""
        self.query_one(Why).show(self.asked)
        self.query_one("#why", VerticalScroll).scroll_home(animate=False)
        self.refresh_bindings()

    @property
    def asked(self) -> Asked | None:
        """The highlighted question."""
        chosen = self.query_one("#asked", Listing).chosen
        return next((one for one in (self.value.asked if self.value else ()) if one.id == chosen), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with the highlighted question."""
        if action == "take_back":
            return self.asked is not None and bool(self.asked.event)
        return super().check_action(action, parameters)

    def action_take_back(self) -> None:
        """Take the answer to the highlighted question back, or bring it back."""
        from kgrec.tui.taste_turns import toggle

        asked = self.asked
        if asked is not None and asked.event:
            event = asked.event
            self.change(lambda talk: talk.have(lambda session: toggle(session, event)))

    def action_enter(self) -> None:
        """Turn to why the highlighted question was asked."""
        if self.front == "asked":
            self.action_show_pane("why")


def _draw_asked(one: Asked, width: int) -> Content:
    """Draw a question in two lines: when and what, then the answer and what it was expected to tell."""
    lead = Content.styled(f"{one.time:<5} " if one.event else "●     ", _DIM if one.event else "$primary bold")
    style = "" if one.counts else "strike $text-muted"
    about = (f"  {one.about}" if one.about else "", style or _DIM)
    text = Content.assemble((one.text, style or "bold"), about).truncate(max(width - 6, 8), ellipsis=True)
    gain = f"{one.gain:.1%}" if one.gain else ("rule" if one.kind == "about you" and not one.event else "")
    answer = one.answer or "not answered yet"
    if not one.counts:
        answer += "  taken back"
    room = max(width - 6 - len(gain) - 1, 8)
    told = Content.styled(answer, style or _DIM).truncate(room, ellipsis=True, pad=True)
    return lead + text + "\n" + " " * 6 + told + Content.styled(f" {gain}", "$accent")


def _why_lines(one: Asked, width: int) -> Iterator[Content]:
    """Yield why a question was put: what it was expected to tell, how it splits the candidates, what came second."""
    yield from Content.styled(one.text, "bold").wrap(width)
    yield Content.styled(one.kind, _DIM)
    if one.answer:
        yield from hanging(Content.styled("→ ", "$accent"), Content(one.answer), width)
    yield Content()
    if one.why:
        yield from Content(one.why).wrap(width)
    if one.gain:
        most = max(one.gain, one.runner_up_gain, one.gain_now or 0.0)
        yield from _gain_line("it should settle", one.gain, most)
        if one.event:
            yield from _gain_line("asked again now", one.gain_now, most)
        if one.runner_up:
            yield from _gain_line("the runner-up", one.runner_up_gain, most)
            yield from hanging(Content(" " * 17), Content.styled(f"“{one.runner_up}”", _DIM), width)
        yield Content.styled(f"of what is not known yet; answering costs {one.effort:g}", _DIM)
    if one.splits:
        yield Content()
        yield from _split_lines(one.splits, width)


def _split_lines(splits: Sequence[Split], width: int) -> Iterator[Content]:
    """Yield the answers that were offered, the chosen ones marked, with what is behind each if that is known."""
    yield Content.styled("The answers" if splits[0].count is None else "Behind the answers", "$primary bold")
    name = min(max(len(split.label) for split in splits), max(width - _BAR - 12, 8))
    total = max(split.count or 0 for split in splits) or 1
    for split in splits:
        label = Content.styled(split.label, "bold" if split.is_chosen else "")
        mark = Content.styled("▸ " if split.is_chosen else "  ", "$accent")
        if split.count is None:
            yield mark + label.truncate(max(width - 2, 8), ellipsis=True)
        else:
            drawn = (bar(split.count / total, _BAR), "$primary on $panel")
            yield (
                mark
                + label.truncate(name, ellipsis=True, pad=True)
                + Content.assemble(" ", drawn, f" {split.count:>5,}")
            )


def _gain_line(words: str, gain: float | None, most: float) -> Iterator[Content]:
    lead = Content(f"{words:<17}")
    if gain is None:
        yield lead + Content.styled("nothing: it would make no sense", _DIM)
    else:
        yield lead + Content.assemble((bar(gain / most, _BAR), "$primary on $panel"), f" {gain:6.1%}")


def _draw_contender(one: Contender, place: int, most: float, width: int) -> Content:
    """Draw a question that may come next: what, then its gain, the chance of an answer, and its cost."""
    lead = Content.styled(f"{place:>2} ", _DIM)
    text = Content(one.text).truncate(max(width - 3, 8), ellipsis=True)
    parts = [f"{one.gain:.1%}", f"{one.chance:.0%} likely to tell", f"costs {one.effort:g}"]
    if one.freshness < 1:
        parts.append(f"×{one.freshness:.2f} for repeating".replace("0.", "."))
    drawn = Content.styled(bar(one.worth / most, 8), "$primary on $panel")
    told = flow([Content.styled(part, _DIM) for part in parts], max(width - 12, 8), " · ")
    return Content("\n").join([lead + text, *beside(Content("   ") + drawn + " ", told)])
