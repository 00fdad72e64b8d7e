"""The texts of the page of rules: which are open, what of them is not saved, and every way they come and go.

Nothing that was written is lost without a word: leaving asks, a file that was changed elsewhere is compared, and what
is taken in place of a text can be undone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual.content import Content

from kgrec.errors import DataError
from kgrec.tui.rule_changes import change_sections
from kgrec.tui.rule_dialogs import Choice, ChoiceDialog, diff_lines
from kgrec.tui.rule_editor import RuleEditor

if TYPE_CHECKING:
    from kgrec.tui.conversation import Conversation
    from kgrec.tui.rules_page import RulesPage
    from kgrec.tui.rules_view import Judgement, RuleFile, RuleRow

_WIDTH: Final = 70
"""Columns of a window that lists what changes."""
_MOST_MISTAKES: Final = 3
"""So many are told before a file is saved; the others stand on the page."""


class RuleDesk:
    """The open texts of a page.

    Attributes:
        editors: by file, in the order in which the files count.
    """

    def __init__(self, page: RulesPage) -> None:
        self._page = page
        self.editors: dict[Path, RuleEditor] = {}
        self._is_left_behind = False  # what is not saved is not meant to be kept
        self._put_off: dict[Path, str] = {}  # what was found on the disk when the user decided to decide later

    @property
    def drafts(self) -> dict[Path, str]:
        """The texts that are not saved."""
        return {path: editor.draft for path, editor in self.editors.items() if editor.is_dirty}

    @property
    def own(self) -> RuleEditor | None:
        """The user's own file."""
        return next((editor for editor in self.editors.values() if editor.file.is_own), None)

    # --- files that change elsewhere ------------------------------------------------------------------------------

    def compare(self, file: RuleFile) -> None:
        """Take over what a file holds now; where the user has edited it, ask."""
        editor = self.editors[file.path]
        if file.text == editor.file.text and file.is_there == editor.file.is_there:
            editor.keep(file)
        elif file.text == editor.draft:
            editor.is_saved(file)
        elif not editor.is_dirty:
            editor.take(file)
            self._page.notify(f"{file.path.name} was changed elsewhere: this is the new text", markup=False)
        elif self._page.is_current and self._put_off.get(file.path) != file.text:
            self._settle(editor, file)

    def _settle(self, editor: RuleEditor, file: RuleFile) -> None:
        """Ask which of two texts shall stay."""

        def settled(choice: object) -> None:
            self._put_off[file.path] = file.text
            if choice == "mine":
                editor.keep(file)
                editor.baseline = file.text
            elif choice == "theirs":
                editor.take(file)
                self._page.notify("^z brings your text back", markup=False)
            self._page.redraw()
            self._page.judge()

        head = Content("Somebody else saved it while you were editing. From their text to yours:\n\n")
        text = head + Content("\n").join(diff_lines(file.text, editor.draft, file.path.name))
        choices = (Choice("m", "mine", "keep mine"), Choice("t", "theirs", "take theirs"))
        self._page.app.push_screen(
            ChoiceDialog(f"{file.path.name} was changed on the disk", text, choices, "later"), settled
        )

    def keep(self) -> None:
        """Keep what is not saved for the next time the page is opened, unless it was left behind."""
        if self.drafts and not self._is_left_behind:
            from kgrec.tui.rules_view import keep

            keep(self.drafts)

    def restore(self, file: RuleFile) -> None:
        """Bring back what was kept of a file."""
        editor = self.editors[file.path]
        if file.kept and file.kept != editor.text:
            editor.replace(file.kept, (0, 0), editor.document.end)
            told = f"{file.path.name}: what you had not saved is here again; ^r takes it back"
            self._page.notify(told, timeout=8, markup=False)

    # --- saving ---------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Show what saving the text on display would change; then save it if that is meant."""
        editor = self._page.editor
        if editor is not None and not editor.file.is_read_only:
            self._page.run_worker(self._offer(editor), group="turns")

    async def _offer(self, editor: RuleEditor) -> None:
        file, text = editor.file, editor.draft
        looked = await self._page.app.ask(lambda talk: _look(talk, file, text))
        if looked is None:
            return
        now, judgement = looked
        if now.text != file.text:
            self._settle(editor, now)
            return

        def decided(choice: object) -> None:
            if choice == "save":
                self._page.run_worker(self._write(editor, text, judgement.fingerprint), group="turns")

        shown = _saving_text(file, text, judgement)
        dialog = ChoiceDialog(f"Save {file.path.name}?", shown, (Choice("enter", "save", "saves"),), "goes back")
        self._page.app.push_screen(dialog, decided)

    async def _write(self, editor: RuleEditor, text: str, fingerprint: str) -> None:
        file = editor.file
        if fingerprint:
            self._page.app.rules.approve(fingerprint)
        saved = await self._page.app.ask(lambda _: _write(file, text))
        if saved is None:
            return
        if saved.text != text:
            self._settle(editor, saved)
            return
        editor.keep(saved)
        editor.baseline = text
        self._page.notify(f"{file.path.name} is saved", timeout=3, markup=False)
        self._page.redraw()

    # --- what cannot be changed where it is ------------------------------------------------------------------------

    def may_copy(self, rule: RuleRow) -> bool:
        """Whether a rule could be copied to the user's own file."""
        own = self.own
        return own is not None and not own.file.is_read_only and own.file.path != rule.path

    def refuse(self, rule: RuleRow | None) -> None:
        """Say why a file cannot be changed, and offer what can be done instead."""
        editor = self._page.editor
        if editor is None or not self._page.is_active:  # several keys in a hurry are told once
            return
        file = editor.file
        why = "ships with kgrec, and the next version brings it anew" if file.is_shipped else "cannot be written"
        if file.trouble:
            self._page.notify(f"{file.path.name}: {file.trouble}", severity="warning", markup=False)
        elif rule is None or not self.may_copy(rule):
            instead = "; go to a rule, and m changes it in a file of your own" if rule is None else ""
            self._page.notify(f"{file.path.name} {why}{instead}", severity="warning", markup=False)
        else:
            told = f"It {why}. A rule of your own file takes the place of the one here that has its name."
            told += f"\n\nThe rule here: “{rule.name}”"
            choices = (Choice("m", "copy", "change it in your own"), Choice("o", "off", "switch it off there"))

            def decided(choice: object) -> None:
                if choice == "copy":
                    self.copy(rule)
                elif choice == "off":
                    self.switch_off(rule)

            dialog = ChoiceDialog(f"{file.path.name} is read only", Content(told), choices, "leave it")
            self._page.app.push_screen(dialog, decided)

    def copy(self, rule: RuleRow) -> None:
        """Copy a rule to the user's own file and go there; one that is replaced already leads to what replaces it."""
        from kgrec.rulebook.editing import rule_text

        text = rule_text(self.editors[rule.path].text, rule.line)
        if rule.instead is not None:
            self._go_to(*rule.instead)
        elif text:
            self._add(text)
        else:
            self._page.notify("this rule stands in brackets: copy it by hand", severity="warning", markup=False)

    def switch_off(self, rule: RuleRow) -> None:
        """Switch a rule off in the user's own file and go there, unless another takes its place already."""
        from kgrec.rulebook.editing import switch_off

        if rule.instead is not None:
            self._go_to(*rule.instead)
        else:
            self._add(switch_off(rule.name))

    def _go_to(self, path: Path, line: int) -> None:
        """Go to a line, counted from 1."""
        editor = self.editors[path]
        row = min(line, editor.document.line_count) - 1
        self._page.show_file(path, row, max(editor.document[row].find("name"), 0))
        self._page.action_show_pane("rule-writing")

    def _add(self, rule: str) -> None:
        from kgrec.rulebook.editing import with_rule

        own = self.own
        if own is None:
            return
        try:
            text, line = with_rule(own.text, rule)
        except DataError as error:
            self._page.notify(str(error), severity="warning", markup=False)
            return
        own.replace(text, (0, 0), own.document.end)
        self._go_to(own.file.path, line)

    # --- leaving --------------------------------------------------------------------------------------------------

    def leave(self, then: Callable[[], object]) -> None:
        """Go on, after asking if anything is not saved."""
        unsaved = [path.name for path in self.drafts]
        if not unsaved:
            then()
            return

        def decided(choice: object) -> None:
            if choice == "discard":
                self._is_left_behind = True
                then()
            elif choice == "save":
                self._page.show_file(next(iter(self.drafts)))
                self.save()

        told = f"What you wrote in {' and '.join(unsaved)} is not saved."
        choices = (Choice("s", "save", "saves it"), Choice("d", "discard", "leaves without it"))
        self._page.app.push_screen(ChoiceDialog("Leave?", Content(told), choices, "stays"), decided)


def _look(talk: Conversation, file: RuleFile, text: str) -> tuple[RuleFile, Judgement]:
    """Return a file as it is now, and what its new text means."""
    from kgrec.tui.rules_view import judge, rule_files

    now = next((one for one in rule_files(talk.session).files if one.path == file.path), replace(file, text=""))
    return now, judge(talk.session, {file.path: text}, "", is_complete=True)


def _write(file: RuleFile, text: str) -> RuleFile:
    from kgrec.tui.rules_view import save

    return save(file, text)


def _saving_text(file: RuleFile, text: str, judgement: Judgement) -> Content:
    """Return what saving changes: in the file, on the list, and what goes wrong."""
    lines: list[Content] = []
    mistakes = [problem for problem in judgement.problems if problem.is_mistake]
    if not judgement.can_be_read:
        told = (
            f"✗ {len(mistakes)} {'mistake' if len(mistakes) == 1 else 'mistakes'}: the last good rules stay in force."
        )
        lines.append(Content.styled(told, "$text-error bold"))
    elif judgement.changes is not None:
        lists, rules = judgement.changes.summary
        style = "$text-error bold" if judgement.changes.is_dead_end else "bold"
        lines += [Content.styled(lists, style), Content(rules)]
    for problem in mistakes[:_MOST_MISTAKES]:
        place = f"{problem.path.name}:{problem.line}:{problem.column}: "
        lines += Content.assemble(("✗ ", "$text-error bold"), (place, "$accent"), problem.text).wrap(_WIDTH)
    if len(mistakes) > _MOST_MISTAKES:
        lines.append(Content.styled(f"  and {len(mistakes) - _MOST_MISTAKES} more", "$text-muted"))
    lines += [Content(), Content.styled("In the file", "$primary bold"), *diff_lines(file.text, text, file.path.name)]
    if judgement.changes is not None:
        for heading, part in change_sections(judgement.changes, _WIDTH):
            lines += [Content(), Content.styled(heading, "$primary bold"), *part]
    return Content("\n").join(lines)
