"""The rules page: the files of the rules in force, an editor for them, and what an edit would change before it does.

What is written is judged in the session's thread after a pause in typing; a judgement that comes too late for the
text it was about is dropped. Files are only written when that was asked for, and never over a change somebody else
made in the meantime without a word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import ContentSwitcher, OptionList, Static, TextArea

from kgrec.tui.page import page_bindings
from kgrec.tui.paned_page import PanedPage
from kgrec.tui.rule_actions import PANES, RULE_ACTIONS
from kgrec.tui.rule_desk import RuleDesk
from kgrec.tui.rule_editor import RuleEditor
from kgrec.tui.rule_lists import EffectsPane, Lines, file_line, next_problem, problem_lines, rule_line, rule_told

if TYPE_CHECKING:
    from kgrec.tui.conversation import Conversation
    from kgrec.tui.rules_view import Judgement, Problem, RuleFiles, RuleRow

_PAUSE_S: Final = 0.25
"""After so long a pause in typing a text is judged."""
_NO_FILES: Final = """\
There are no rule files here: this conversation was started without any.

An imported data set has a file of its own, and `kgrec --rules FILE` takes others."""

_NOT_YET: Final = "Working out what the rules do ..."
_NO_RULE: Final = "No rule of this file counts so far. Write one, or press m on one of another file."


class RulesPage(PanedPage["RuleFiles"]):
    """Rule files: read, edited, tried."""

    PLACE = "rules"
    PANES = PANES
    ACTIONS = RULE_ACTIONS
    CSS_PATH = "rules.tcss"
    BINDINGS: ClassVar[list[BindingType]] = page_bindings(*RULE_ACTIONS)
    AUTO_FOCUS = "#rule-list"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (170, "-broad")]  # noqa: RUF012  (as in Screen)

    def __init__(self, item: str = "") -> None:
        super().__init__(item)
        self.desk = RuleDesk(self)
        self.judgement: Judgement | None = None
        self._rules: dict[Path, list[RuleRow]] = {}  # by file, as far as they could be read last
        self._version = 0
        self._drawing = asyncio.Lock()  # what is gathered twice at once is drawn one after the other

    # --- what is shown --------------------------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """Lists on the left; the editor, what is wrong, and what would change on the right."""
        yield Static(_NO_FILES, id="rule-none", markup=False)
        with Horizontal(id="rule-panes"):
            with Vertical(id="rule-side"):
                yield Lines(id="rule-files")
                yield Lines(id="rule-list")
                yield Static(id="rule-told")
            with Vertical(id="rule-desk"):
                with Vertical(id="rule-writing"):
                    yield ContentSwitcher(id="rule-texts")
                    yield Lines(id="rule-problems")
                yield EffectsPane(id="rule-effects")

    def on_mount(self) -> None:
        """Name the panes."""
        self.query_one("#rule-files").border_title = "Files"
        self.query_one("#rule-list").border_title = "Rules"
        self.query_one("#rule-none").display = False
        super().on_mount()

    def on_unmount(self) -> None:
        """Keep what is neither saved nor left behind: the app was ended from outside."""
        self.desk.keep()

    def gather(self, talk: Conversation) -> RuleFiles:
        """Read the files."""
        from kgrec.tui.rules_view import rule_files  # the engine: in its thread

        return rule_files(talk.session)

    async def draw(self, value: RuleFiles) -> None:
        """Show the files as they are now; texts that are being edited stay as they are."""
        async with self._drawing:
            await self._draw(value)

    async def _draw(self, value: RuleFiles) -> None:
        self.query_one("#rule-none").display = not value.files
        self.query_one("#rule-panes").display = bool(value.files)
        switcher = self.query_one(ContentSwitcher)
        for file in value.files:
            if file.path not in self.desk.editors:
                editor = RuleEditor(file, value.words, value.facets)
                editor.id = f"text-{len(self.desk.editors)}"
                self.desk.editors[file.path] = editor
                await switcher.add_content(editor)
                self.desk.restore(file)
            else:
                self.desk.compare(file)
        if value.files and switcher.current is None:
            self.show_file(value.files[0].path)
        self.redraw()
        self.judge()

    @property
    def editor(self) -> RuleEditor | None:
        """The editor on display."""
        current = self.query_one(ContentSwitcher).current
        return self.query_one(f"#{current}", RuleEditor) if current else None

    @property
    def rules(self) -> list[RuleRow]:
        """The rules of the file on display, as far as they could be read last."""
        editor = self.editor
        return self._rules.get(editor.file.path, []) if editor is not None else []

    @property
    def rule(self) -> RuleRow | None:
        """The highlighted rule."""
        at, rules = self.query_one("#rule-list", Lines).highlighted, self.rules
        return rules[at] if at is not None and at < len(rules) else None

    @property
    def problems(self) -> list[Problem]:
        """What is wrong, in the file on display first."""
        found, editor = self.judgement.problems if self.judgement else (), self.editor
        return sorted(found, key=lambda problem: editor is None or problem.path != editor.file.path)

    def show_file(self, path: Path, row: int | None = None, column: int = 0) -> None:
        """Put a file on display, and the cursor where it shall be."""
        editor = self.desk.editors[path]
        switcher = self.query_one(ContentSwitcher)
        if switcher.current != editor.id:
            switcher.current = editor.id
            self.query_one("#rule-list", Lines).highlighted = None
            self.redraw()
            self.query_one("#rule-files", Lines).highlighted = [*self.desk.editors].index(path)
        if row is not None:
            editor.go(row, column)

    def redraw(self) -> None:
        """Draw the lists and titles again."""
        editor, judgement = self.editor, self.judgement
        if editor is None:
            return
        files = self.query_one("#rule-files", Lines)
        editors = self.desk.editors.values()
        files.fill(
            [
                file_line(one.file, judgement, is_dirty=one.is_dirty, is_shown=one is editor, width=files.room)
                for one in editors
            ]
        )
        rules = self.query_one("#rule-list", Lines)
        rules.fill([rule_line(rule, rules.room) for rule in self.rules])
        self._draw_rule()
        problems = self.query_one("#rule-problems", Lines)
        problems.fill(problem_lines(self.problems, editor.file.path))
        problems.display = bool(self.problems)
        self._draw_title()
        self.refresh_bindings()

    def _draw_rule(self) -> None:
        told, rule = self.query_one("#rule-told", Static), self.rule
        item = self.judgement.item if self.judgement else ""
        width = max(self.query_one("#rule-list", Lines).room, 20)
        nothing = Content.styled(_NO_RULE if self.judgement else _NOT_YET, "$text-muted")
        told.update(rule_told(rule, item, width) if rule is not None else nothing)

    def _draw_title(self) -> None:
        editor, pane = self.editor, self.query_one("#rule-writing")
        if editor is None:
            return
        file = editor.file
        state = "shipped: read only" if file.is_shipped else "read only" if file.is_read_only else ""
        if state and self.desk.own is not None and self.desk.own is not editor:
            state += ", m o change it in your own"
        if editor.is_dirty:
            state = "unsaved"
        elif not file.is_there and not state:
            state = "not begun: an example"
        pane.border_title = Content(" · ".join(filter(None, (file.path.name, state))))
        row, column = editor.cursor_location
        pane.border_subtitle = Content(file.trouble or f"{row + 1}:{column + 1}")

    @on(Lines.Resized)
    def _resized(self) -> None:
        self.redraw()

    def watch_front(self, front: str) -> None:
        """Bring a pane to the front, where there is room for one only."""
        super().watch_front(front)
        self.set_class(front == "rule-side", "-at-side")

    # --- judging --------------------------------------------------------------------------------------------------

    @on(TextArea.Changed)
    def _text_changed(self) -> None:
        self._draw_title()
        self.judge(_PAUSE_S)

    @work(group="rules")
    async def judge(self, after_s: float = 0.0) -> None:
        """Find out what the drafts mean, first for the list, then all of it; the last one asked for counts."""
        self._version += 1
        version = self._version
        await asyncio.sleep(after_s)
        for is_complete in (False, True):
            if version != self._version or not self._is_open:
                return
            found = await self.app.ask(self._judging(version, is_complete=is_complete))
            if found is None or version != self._version or not self._is_open:
                return
            self._show_judgement(found)
            if found.is_complete:
                return

    @property
    def _is_open(self) -> bool:
        """Whether the page is still there: it may be left while something is found out for it."""
        return self in self.app.screen_stack

    def _judging(self, version: int, *, is_complete: bool) -> Callable[[Conversation], Judgement | None]:
        drafts, item = self.desk.drafts, self.subject

        def judged(talk: Conversation) -> Judgement | None:
            if version != self._version:
                return None  # written on meanwhile: what comes after this in line must not wait for it
            from kgrec.tui.rules_view import judge  # the engine: in its thread

            return judge(talk.session, drafts, item, is_complete=is_complete)

        return judged

    def _show_judgement(self, judgement: Judgement) -> None:
        self.judgement = judgement
        if judgement.can_be_read or not self._rules:
            self._rules = {}
            for rule in judgement.rules:
                self._rules.setdefault(rule.path, []).append(rule)
        facets = judgement.facets or (self.value.facets if self.value else frozenset())
        for path, editor in self.desk.editors.items():
            editor.mark([problem for problem in judgement.problems if problem.path == path], facets)
        self.query_one(EffectsPane).show(judgement)
        self.redraw()

    # --- going about ----------------------------------------------------------------------------------------------

    def action_show_pane(self, pane: str) -> None:
        """Bring a pane to the front and give it the focus."""
        self.front = pane
        first = {"rule-side": "#rule-list", "rule-effects": "#rule-effects"}.get(pane)
        target = self.query_one(first) if first else self.editor
        if target is not None:
            target.focus()

    def action_next_pane(self, step: int) -> None:
        """Go to the next part of the page, or the one before."""
        problems = ("#rule-problems",) if self.problems else ()
        names = ("#rule-files", "#rule-list", "", *problems, "#rule-effects")
        parts = [self.query_one(name) if name else self.editor for name in names]
        there = [part for part in parts if part is not None]
        at = there.index(self.focused) if self.focused in there else -step
        to = there[(at + step) % len(there)]
        self.front = next(pane for pane in PANES if any(node.id == pane for node in to.ancestors_with_self))
        to.focus()

    @on(OptionList.OptionHighlighted, "#rule-list")
    def _rule_highlighted(self) -> None:
        self._draw_rule()
        self.refresh_bindings()

    @on(OptionList.OptionSelected, "#rule-list")
    def _rule_chosen(self) -> None:
        self._to_rule()

    @on(OptionList.OptionSelected, "#rule-files")
    def _file_chosen(self, event: OptionList.OptionSelected) -> None:
        self.show_file([*self.desk.editors][event.option_index])

    @on(OptionList.OptionSelected, "#rule-problems")
    def _problem_chosen(self, event: OptionList.OptionSelected) -> None:
        self._go_to(self.problems[event.option_index])

    @on(TextArea.SelectionChanged)
    def _cursor_moved(self) -> None:
        """Highlight the rule that the cursor is in."""
        self._draw_title()
        editor = self.editor
        if editor is not None and editor.has_focus:
            begun = [number for number, rule in enumerate(self.rules) if rule.line <= editor.cursor_location[0] + 1]
            self.query_one("#rule-list", Lines).highlighted = begun[-1] if begun else None

    @on(RuleEditor.Left)
    def _editor_left(self) -> None:
        self.action_show_pane("rule-side")

    @on(RuleEditor.Refused)
    def _editor_refused(self) -> None:
        self.desk.refuse(self.rule)

    # --- actions --------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  (Textual's)
        """Offer only what can be done now."""
        if not self.is_mounted or action.partition(".")[0] == "app":
            return True
        editor, rule = self.editor, self.rule
        can_write = editor is not None and not editor.file.is_read_only
        needed = {
            "save": can_write and editor is not None and (editor.is_dirty or not editor.file.is_there),
            "revert": editor is not None and editor.is_dirty,
            **dict.fromkeys(("next_problem", "previous_problem"), bool(self.problems)),
            **dict.fromkeys(("undo_edit", "redo_edit", "comment"), can_write),
            **dict.fromkeys(("copy_rule", "switch_off"), rule is not None and self.desk.may_copy(rule)),
        }
        return needed.get(action, True)

    def action_edit(self) -> None:
        """Go to the highlighted rule in the text; where that cannot be changed, say at once what can be done."""
        self._to_rule()
        if self.editor is not None and self.editor.file.is_read_only:
            self.desk.refuse(self.rule)

    def _to_rule(self) -> None:
        rule, editor = self.rule, self.editor
        if editor is not None and rule is not None:
            editor.go(rule.line - 1, rule.column - 1)
        self.action_show_pane("rule-writing")

    def action_next_problem(self) -> None:
        """Go to the next problem after the cursor; after the last to the first."""
        self._go_about(1)

    def action_previous_problem(self) -> None:
        """Go to the problem before the cursor; before the first to the last."""
        self._go_about(-1)

    def _go_about(self, step: int) -> None:
        editor = self.editor
        if editor is not None:
            here = (editor.file.path, *editor.cursor_location)
            self._go_to(next_problem(self.problems, [*self.desk.editors], here, step))

    def _go_to(self, problem: Problem | None) -> None:
        if problem is not None and problem.path in self.desk.editors:
            self.show_file(problem.path, problem.line - 1, problem.column - 1)
            self.action_show_pane("rule-writing")

    def action_save(self) -> None:
        """Show what saving would change, then save."""
        self.desk.save()

    def action_revert(self) -> None:
        """Take back all that is not saved in this file."""
        if self.editor is not None:
            self.editor.revert()

    def action_undo_edit(self) -> None:
        """Take back the last edit."""
        if self.editor is not None:
            self.editor.undo()

    def action_redo_edit(self) -> None:
        """Make the last edit taken back again."""
        if self.editor is not None:
            self.editor.redo()

    def action_comment(self) -> None:
        """Make the lines of the selection comments, or rules again."""
        if self.editor is not None:
            self.editor.action_comment()

    def action_copy_rule(self) -> None:
        """Copy the highlighted rule to the user's own file, to be changed there."""
        if (rule := self.rule) is not None:
            self.desk.copy(rule)

    def action_switch_off(self) -> None:
        """Switch the highlighted rule off in the user's own file."""
        if (rule := self.rule) is not None:
            self.desk.switch_off(rule)

    def leave(self, then: Callable[[], object]) -> None:
        """Leave, after asking if anything is not saved."""
        self.desk.leave(then)
