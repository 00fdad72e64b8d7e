"""The lists beside the editor of rules: files, the rules of one, and what is wrong; and what an edit would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from kgrec.tui.lines import hanging
from kgrec.tui.rule_changes import change_sections

if TYPE_CHECKING:
    from kgrec.tui.rules_view import Judgement, Problem, RuleFile, RuleRow, Tested

_KIND: Final = 8
_MOST_PROBLEMS: Final = 50


class Lines(OptionList):
    """A list that is filled anew and keeps its place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "cursor_up", show=False),
        Binding("j", "cursor_down", show=False),
        Binding("space", "select", show=False),
    ]

    class Resized(Message):
        """The lines have another width now."""

    def on_resize(self) -> None:
        """Tell, so that the lines can be drawn for it."""
        self.post_message(self.Resized())

    def fill(self, lines: Sequence[Content]) -> None:
        """Show other lines; the highlight stays where it was, as far as there still is a line."""
        if [option.prompt for option in self.options] == list(lines):
            return
        at, top = self.highlighted, self.scroll_offset.y
        with self.prevent(OptionList.OptionHighlighted):
            self.clear_options()
            self.add_options([Option(line) for line in lines])
            self.highlighted = min(at or 0, len(lines) - 1) if lines else None
        self.scroll_to(y=top, animate=False)

    @property
    def room(self) -> int:
        """How many columns a line has."""
        return max(self.scrollable_content_region.width - 2, 20)


def file_line(file: RuleFile, judgement: Judgement | None, *, is_dirty: bool, is_shown: bool, width: int) -> Content:
    """Return a file as a line: its name, whose it is, and what there is to know of it."""
    rules, problems = (judgement.rules, judgement.problems) if judgement else ((), ())
    n_rules = sum(rule.path == file.path and not rule.instead for rule in rules)
    mistakes = sum(problem.path == file.path and problem.is_mistake for problem in problems)
    whose = "yours" if file.is_own else "shipped" if file.is_shipped else ""
    told = [whose] if whose else []
    if is_dirty:
        told.append("unsaved")
    elif not file.is_there:
        told.append("not begun")
    elif judgement and judgement.can_be_read:
        told.append(f"{n_rules} {'rule' if n_rules == 1 else 'rules'}")
    right = Content.styled(" · ".join(told), "$accent" if is_dirty else "$text-muted")
    if mistakes:
        right = Content.styled(f"✗ {mistakes} ", "$text-error bold") + right
    lead = Content.styled("● " if is_dirty else "▸ " if is_shown else "  ", "$accent bold")
    name = Content.styled(file.path.name, "bold" if is_shown else "")
    room = max(width - lead.cell_length - right.cell_length - 1, 4)
    return lead + name.truncate(room, ellipsis=True, pad=True) + " " + right


def rule_line(rule: RuleRow, width: int) -> Content:
    """Return a rule as a line: whether it is in force, its kind and name, and what it does."""
    lead = Content.assemble(
        ("● " if rule.is_in_force else "○ ", "$success" if rule.is_in_force else "$text-muted"),
        (f"{rule.kind:{_KIND}}", "$primary" if rule.is_in_force else "$text-muted"),
    )
    does = Content.styled(rule.does, "$text-muted")
    room = max(width - lead.cell_length - does.cell_length - 1, 4)
    return lead + Content(rule.name).truncate(room, ellipsis=True, pad=True) + " " + does


def rule_told(rule: RuleRow, item: str, width: int) -> Content:
    """Return all about a rule: where it stands, what it does now, and what it does to an item."""
    lines = [
        *Content.styled(rule.name, "bold").wrap(width),
        *Content.styled(" · ".join(filter(None, (rule.kind, f"{rule.path.name}:{rule.line}"))), "$text-muted").wrap(
            width
        ),
        *Content(rule.told).wrap(width),
    ]
    if item and rule.effect:
        lines += [*Content.styled(item, "$primary").wrap(width), *hanging(Content("  "), Content(rule.effect), width)]
    return Content("\n").join(lines)


def problem_lines(problems: Iterable[Problem], shown: Path) -> list[Content]:
    """Return problems a line each, with a place; that of the file on display without its name."""
    lines = []
    for problem in [*problems][:_MOST_PROBLEMS]:
        sign, style = ("✗ ", "$text-error bold") if problem.is_mistake else ("! ", "$text-warning bold")
        where = "" if problem.path == shown else f"{problem.path.name}:"
        place = Content.styled(f"{where}{problem.line}:{problem.column} ", "$accent")
        lines.append(Content.styled(sign, style) + place + Content(problem.text))
    return lines


def next_problem(
    problems: Iterable[Problem], files: Sequence[Path], here: tuple[Path, int, int], step: int
) -> Problem | None:
    """Return the problem after a place, or with a step of -1 before it; beyond the last comes the first.

    ``here`` is a file with a row and a column, counted from 0; None: there are no problems in these files.
    """

    def place(problem: Problem) -> tuple[int, int, int]:
        return files.index(problem.path), problem.line - 1, problem.column - 1

    at = files.index(here[0]), here[1], here[2]
    found = sorted((one for one in problems if one.path in files), key=place, reverse=step < 0)
    ahead = (one for one in found if (place(one) > at if step > 0 else place(one) < at))
    return next(ahead, found[0] if found else None)


class EffectsPane(VerticalScroll, can_focus=True):
    """What the edit would change."""

    def compose(self) -> ComposeResult:
        """Hold the text."""
        yield EffectsBody()

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = "What it changes"

    def show(self, judgement: Judgement) -> None:
        """Show another judgement."""
        self.query_one(EffectsBody).show(judgement)
        self.border_subtitle = tests_told(judgement)


def tests_told(judgement: Judgement) -> Content:
    """Return how the tests of the files went, with a sign."""
    if not judgement.can_be_read:
        return Content.styled("✗ cannot be read", "$text-error")
    n_tests, failing = len(judgement.tests), judgement.n_failing
    if not n_tests:
        return Content("no tests")
    if not judgement.is_complete:
        return Content(f"trying {n_tests} tests")
    if failing:
        return Content.styled(f"✗ {failing} of {n_tests} tests fail", "$text-error")
    return Content.styled(f"✓ {n_tests} {'test holds' if n_tests == 1 else 'tests hold'}", "$text-success")


class EffectsBody(Widget):
    """What happens to the list and to the rules, in lines."""

    def __init__(self) -> None:
        super().__init__()
        self._judgement: Judgement | None = None
        self._drawn: tuple[int, Content] | None = None  # for a width: the text is asked for several times a frame

    def show(self, judgement: Judgement) -> None:
        """Show another judgement."""
        if judgement != self._judgement:
            self._judgement, self._drawn = judgement, None
            self.refresh(layout=True)

    def render(self) -> Content:
        """Draw for the width there is."""
        width = max(self.size.width, 20)
        if self._drawn is None or self._drawn[0] != width:
            self._drawn = width, self._draw(width)
        return self._drawn[1]

    def _draw(self, width: int) -> Content:
        judgement = self._judgement
        if judgement is None:
            return Content("one moment")
        if not judgement.can_be_read:
            n = len(judgement.problems)
            told = (
                f"{n} {'mistake' if n == 1 else 'mistakes'}: the last good rules stay in force until they are mended."
            )
            return Content("\n").join(Content.styled(told, "$text-error").wrap(width))
        lines = _change_lines(judgement, width)
        if judgement.is_complete and judgement.tests:
            lines += [Content(), Content.styled("Tests", "$primary bold"), *_test_lines(judgement.tests, width)]
        return Content("\n").join(lines)


def _change_lines(judgement: Judgement, width: int) -> list[Content]:
    changes = judgement.changes
    if changes is None:
        return [Content.styled("Nothing: these are the rules in force.", "$text-muted")]
    lists, rules = changes.summary
    style = "$text-error bold" if changes.is_dead_end else "bold"
    lines = [*Content.styled(lists, style).wrap(width), *Content(rules).wrap(width)]
    for heading, part in change_sections(changes, width):
        lines += [Content(), Content.styled(heading, "$primary bold"), *part]
    return lines


def _test_lines(tests: Iterable[Tested], width: int) -> Iterator[Content]:
    """Yield the tests, those that fail first, each with its place."""
    for test in sorted(tests, key=lambda test: not test.failing):
        sign, style = ("✗ ", "$text-error bold") if test.failing else ("✓ ", "$text-success")
        place = Content.styled(f" {test.path.name}:{test.line}", "$text-muted")
        name = Content(test.name).truncate(width - 2 - place.cell_length, ellipsis=True, pad=True)
        yield Content.styled(sign, style) + name + place
        if test.failing:
            yield from hanging(Content("  "), Content.styled(test.failing, "$text-error"), width)
