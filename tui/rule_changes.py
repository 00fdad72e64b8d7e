"""What a saved rule file would do to the list, shown before it does it; and the choice to let it or not.

The window stays open while the file is saved again and then shows the newest state; a file that breaks meanwhile is
told here, too. Closing it changes nothing: the rules in force stay in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from kgrec.tui.dialogs import Dialog
from kgrec.tui.lines import beside, flow, hanging
from kgrec.tui.view import EditedRule, MovedRow, RuleChanges

if TYPE_CHECKING:
    from kgrec.errors import RuleError, RuleErrors
    from kgrec.rulebook import RuleBook

T = TypeVar("T")

_MOST_PROBLEMS: Final = 3
"""So many problems of a rule file are shown; the rest are counted."""
_MOST_RULES: Final = 30
"""So many rules that differ are listed; the rest are counted."""
_MOST_BROKEN: Final = 5
"""So many expectations that no longer hold are listed: one rule may break all of them alike."""
_INDENT: Final = 4
_RULE_STYLES: Final = {"+": "$success", "−": "$error", "~": "$accent"}


def problem_text(errors: RuleErrors, meanwhile: str = "the last good rules stay in force") -> str:
    """Return what is wrong with a rule file, and what holds until it is mended."""
    problems = [f"✗ {_short(error)}" for error in errors.errors[:_MOST_PROBLEMS]]
    more = len(errors.errors) - _MOST_PROBLEMS
    problems += [f"  and {more} more"] if more > 0 else []
    problems[-1] += f"  ({meanwhile})"
    return "\n".join(problems)


def _short(error: RuleError) -> str:
    """Return the message with the file by its name: its whole path takes lines away from the conversation."""
    return str(error).replace(error.place.file, Path(error.place.file).name, 1)


def applied_text(changes: RuleChanges) -> str:
    """Return what to say of rules that apply without being asked about."""
    in_force = f"{changes.count} {'rule' if changes.count == 1 else 'rules'} in force"
    return f"{in_force}\n{changes.summary[0]}"


def problems_text(changes: RuleChanges) -> str:
    """Return what is not as it should be under rules that apply already."""
    return "\n".join(f"✗ {problem}" for problem in changes.problems)


class Verdict(Enum):
    """What to do with the changed rules; closing the window is the third: keep those in force."""

    APPLY = "apply"
    APPLY_ALWAYS = "apply, and later changes without asking"


class RuleChangesDialog(Dialog):
    """What other rules would do, and whether they may.

    Attributes:
        rules: the newest rules without a mistake, which would be applied.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "apply", "apply"),
        Binding("a", "apply_always", "always"),
    ]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, changes: RuleChanges, rules: RuleBook) -> None:
        super().__init__()
        self.rules = rules
        self._changes = changes
        self._problem = ""

    def compose(self) -> ComposeResult:
        """Lay out the summary and the details; the keys stay in sight below."""
        with VerticalScroll(classes="window") as window:
            window.border_title = "The rules changed"
            window.border_subtitle = self._keys()
            yield Static(id="rule-problem")
            yield Static(id="rule-summary")
            yield RuleDetails()

    def on_mount(self) -> None:
        """Show what is known."""
        self._draw()

    def show(self, changes: RuleChanges, rules: RuleBook) -> None:
        """Show what the rules would do now that the file was saved again."""
        self._changes, self.rules, self._problem = changes, rules, ""
        if self.is_mounted:
            self._draw()

    def show_problem(self, problem: str) -> None:
        """Show what is wrong with the file as it is now; what can be applied is as it was before."""
        self._problem = problem
        if self.is_mounted:
            self._draw()

    def action_apply(self) -> None:
        """Put the rules in force."""
        self.dismiss(Verdict.APPLY)

    def action_apply_always(self) -> None:
        """Put the rules in force, and those of later saves without asking."""
        self.dismiss(Verdict.APPLY_ALWAYS)

    def _draw(self) -> None:
        problem = self.query_one("#rule-problem", Static)
        problem.display = bool(self._problem)
        problem.update(Content(f"{self._problem}\nBelow: as it was saved before."))
        lists, rules = self._changes.summary
        style = "$text-error bold" if self._changes.is_dead_end else "bold"
        self.query_one("#rule-summary", Static).update(Content.styled(lists, style) + "\n" + rules)
        self.query_one(RuleDetails).show(self._changes)

    @staticmethod
    def _keys() -> Content:
        choices = (
            ("enter", "applies", "apply"),
            ("a", "applies from now on", "apply_always"),
            ("esc", "keeps the old rules", "close"),
        )
        parts = [
            Content.assemble((key, "$accent bold"), " ", words).stylize(Style.from_meta({"@click": f"screen.{action}"}))
            for key, words, action in choices
        ]
        return Content(" · ").join(parts)


class RuleDetails(Static):
    """What enters, leaves and moves; which rules differ; what goes wrong."""

    def __init__(self) -> None:
        super().__init__()
        self._changes: RuleChanges | None = None

    def show(self, changes: RuleChanges) -> None:
        """Show other changes."""
        self._changes = changes
        self.refresh(layout=True)

    def render(self) -> Content:
        """Draw for the width there is."""
        if self._changes is None:
            return Content()
        lines: list[Content] = []
        for heading, part in change_sections(self._changes, max(self.size.width, 20)):
            lines += [Content(), Content.styled(heading, "$primary bold"), *part]
        return Content("\n").join(lines[1:])


def change_sections(changes: RuleChanges, width: int) -> Iterator[tuple[str, list[Content]]]:
    """Yield what changes, by headings: what goes wrong, what happens to the list, which rules differ."""
    parts = (
        ("Not as it should be", _first(changes.problems, _MOST_BROKEN, lambda text: _problem(text, width))),
        ("On your list", [_row(row, width) for row in changes.rows]),
        ("Rules", _first(changes.rules, _MOST_RULES, lambda rule: _rule(rule, width))),
    )
    yield from ((heading, part) for heading, part in parts if part)


def _first(entries: Sequence[T], most: int, draw: Callable[[T], list[Content]]) -> list[Content]:
    """Return the lines of so many entries, and how many more there are."""
    lines = [line for entry in entries[:most] for line in draw(entry)]
    more = [Content.styled(f"    and {len(entries) - most:,} more", "$text-muted")] if len(entries) > most else []
    return lines + more


def _row(row: MovedRow, width: int) -> Content:
    """Draw an item: what happens to it, where it would stand, and where it stands now."""
    if row.before is None:
        lead = Content.styled(f" new {row.after:>3}  ", "$accent")
    elif row.after is None:
        lead = Content.styled(" out   −  ", "$error")
    else:
        up = row.before - row.after
        lead = Content.styled(
            f" {'▲' if up > 0 else '▼'} {abs(up):<2}{row.after:>3}  ", "$success" if up > 0 else "$error"
        )
    was = f"was {row.before}" if row.before else ""
    name = Content(row.label).truncate(max(width - lead.cell_length - 8, 4), ellipsis=True, pad=True)
    return lead + name + Content.styled(f"{was:>8}", "$text-muted")


def _rule(rule: EditedRule, width: int) -> list[Content]:
    name = Content(rule.name).truncate(width - _INDENT, ellipsis=True)
    pieces = [name, Content.styled(rule.place, "$text-muted")]
    if rule.parts:
        pieces.append(Content(f"({rule.parts})"))
    lead = Content.styled(f" {rule.sign}  ", f"{_RULE_STYLES[rule.sign]} bold")
    return beside(lead, flow(pieces, width - _INDENT, "  "))


def _problem(text: str, width: int) -> list[Content]:
    return hanging(Content.styled(" ✗  ", "$error bold"), Content(text), width)
