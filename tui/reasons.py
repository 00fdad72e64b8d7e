"""The pane that says why: every share of the highlighted item's score, its path, and what is known of the item."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from kgrec.tui.glyphs import bar, signed
from kgrec.tui.lines import Lined, beside, flow, hanging
from kgrec.tui.view import Absence, ReasonLine, Row

_BAR: Final = 6
_MOST_FOR_NAMES: Final = 0.4
"""So much of the width the names of facts may take; longer ones are broken."""


class ReasonsBody(Lined):
    """The text of the pane, laid out for the width there is."""

    NARROWEST = 20

    def __init__(self) -> None:
        super().__init__(id="reasons-body")
        self.subject: Row | Absence | None = None

    def show(self, subject: Row | Absence | None) -> None:
        """Show why this one, or why not."""
        self.subject = subject
        self.refresh(layout=True)

    def _lines(self, width: int) -> list[Content]:
        if self.subject is None:
            hint = Content.styled("Highlight something in the list to see why it is there.", "$text-muted")
            return list(hint.wrap(width))
        if isinstance(self.subject, Absence):
            return absence_lines(self.subject, width)
        return reason_lines(self.subject, width)


class Reasons(VerticalScroll, can_focus=True):
    """Why the highlighted item stands where it does."""

    def compose(self) -> ComposeResult:
        """Hold one long text."""
        yield ReasonsBody()

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = "Why?"

    def show(self, subject: Row | Absence | None) -> None:
        """Show why this one, or why not."""
        is_absent = isinstance(subject, Absence)
        self.border_title = Content(f"Why {'not ' if is_absent else ''}{subject.label}?") if subject else "Why?"
        self.border_subtitle = Content(f"match {subject.match:.0%}") if isinstance(subject, Row) else ""
        body = self.query_one(ReasonsBody)
        if subject != body.subject:
            body.show(subject)
            self.scroll_home(animate=False)


def reason_lines(row: Row, width: int) -> list[Content]:
    """Return the whole pane: every share, their sum, the description and the facts, broken at ``width`` cells."""
    lines = share_lines(row, width)
    if row.description:
        lines += [Content(), *Content(row.description).wrap(width)]
    if row.facts:
        lines += [Content(), *fact_lines(row.facts, width)]
    return lines


def share_lines(row: Row, width: int) -> list[Content]:
    """Return every share of a score and their sum, or that nothing speaks for it, broken at ``width`` cells."""
    if not row.reasons:
        return list(Content.styled(row.reason, "$text-muted").wrap(width))
    largest = max((abs(reason.share) for reason in row.reasons), default=0.0) or 1.0
    lines: list[Content] = []
    for reason in row.reasons:
        lines += _reason(reason, largest, width)
    return [*lines, *_sum(row, width)]


def absence_lines(absence: Absence, width: int) -> list[Content]:
    """Return why an item is not on the list, and what would bring it there, broken at ``width`` cells."""
    lines = [
        line for reason in absence.reasons for line in hanging(Content.styled("✗ ", "$error"), Content(reason), width)
    ]
    if absence.standing:  # no obstacle, so without their mark
        lines += hanging(Content("  "), Content(absence.standing), width)
    if absence.lack:
        largest = max((abs(part.share) for part in absence.gap), default=0.0) or 1.0
        lines += [Content(), *Content(absence.lack).wrap(width)]
        for part in absence.gap:
            lines += _reason(part, largest, width)
    lines += [Content(), *Content.styled(absence.heading, "bold").wrap(width)]
    for way in absence.ways:  # not numbered: numbers are keys, and those answer the question of the conversation
        lines += hanging(Content.styled(" · ", "$accent bold"), Content(way), width)
    return lines


def _reason(reason: ReasonLine, largest: float, width: int) -> Iterable[Content]:
    """Yield the lines of one share: its size, a bar, its words, and the path it came along."""
    style = "$success" if reason.share >= 0 else "$error"
    lead = Content.assemble(
        (f"{signed(reason.share):>5} ", f"{style} bold"), (f" {bar(abs(reason.share) / largest, _BAR)}  ", style)
    )
    words = Content(reason.text)
    if reason.place:
        words += Content.styled(f"  {reason.place}", "$text-muted")
    yield from hanging(lead, words, width)
    if len(reason.path) > 2:  # noqa: PLR2004  (shorter paths only repeat the words)
        path = Content.styled(" ─ ".join(reason.path), "$text-muted")
        yield from hanging(Content(" " * lead.cell_length), path, width)


def _sum(row: Row, width: int) -> Iterable[Content]:
    parts = [Content.styled(f"{name} {signed(total).strip()}", "$text-muted") for name, total in row.totals]
    lead = Content.assemble((f"{signed(row.score):>5} ", "bold"), ("= ", "$text-muted"))
    yield Content.styled("─" * min(width, 40), "$border")
    yield from beside(lead, flow(parts, width - lead.cell_length, "  "))


def fact_lines(facts: tuple[tuple[str, str], ...], width: int) -> list[Content]:
    """Return facts as a table of two columns, both broken so that all of it takes at most ``width`` cells."""
    named = [(Content.styled(name, "$text-muted"), Content(values)) for name, values in facts]
    room = min(max(name.cell_length for name, _ in named), int(width * _MOST_FOR_NAMES))
    lines: list[Content] = []
    for name, values in named:
        both = zip_longest(name.wrap(room), hanging(Content(), values, width - room - 2), fillvalue=Content())
        lines += [left.truncate(room, pad=True) + "  " + right for left, right in both]
    return lines
