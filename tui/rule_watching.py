"""Rules that change while the app runs: what they would do is shown, and then they apply or not.

The files are watched from the moment the session is open. Rules that were looked at before they were saved, on the
page of rules, apply without being asked about again; what somebody else saves is shown first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgrec.errors import RuleErrors
from kgrec.tui.messages import RulesChanged
from kgrec.tui.page import Page
from kgrec.tui.rule_changes import RuleChangesDialog, Verdict, applied_text, problem_text, problems_text

if TYPE_CHECKING:
    from kgrec.dialogue import Session
    from kgrec.rulebook import RuleBook, RuleWatcher
    from kgrec.tui.app import KgrecApp
    from kgrec.tui.view import RuleChanges


class RuleWatching:
    """Watches the rule files of an app's session, and asks before they change its list."""

    def __init__(self, app: KgrecApp) -> None:
        self._app = app
        self._watcher: RuleWatcher | None = None
        self._review: RuleChangesDialog | None = None
        self._applies_rules = False
        self._approved = ""

    def start(self, session: Session) -> None:
        """Say what is wrong with the user's own rule file, which kgrec starts without then, and begin to watch."""
        from kgrec.rulebook import RuleWatcher  # lark and numpy: not before the first frame

        rules = session.rules
        if rules.broken is not None:
            told = problem_text(rules.broken, "your own rules are left out until this is mended")
            self._app.main.show_problem(told)
        if rules.warnings:
            told = "\n".join(map(str, rules.warnings[:3]))
            self._app.notify(told, severity="warning", timeout=8, markup=False)
        if rules.paths or rules.own is not None:
            self._watcher = RuleWatcher(rules.paths, session.graph, self._hear, book=rules)
            self._watcher.start()

    def stop(self) -> None:
        """Watch no more."""
        if self._watcher is not None:
            self._watcher.stop()

    def approve(self, fingerprint: str) -> None:
        """Let rules of that fingerprint apply without asking, once they are saved: the user has seen what they do."""
        self._approved = fingerprint

    def _hear(self, outcome: RuleBook | RuleErrors) -> None:
        """Take a message from the watcher's thread into the app's."""
        self._app.post_message(RulesChanged(outcome))

    def take(self, outcome: RuleBook | RuleErrors) -> None:
        """Do with changed files what there is to do: say what is wrong, or look at what they change."""
        if isinstance(outcome, RuleErrors):
            problem = problem_text(outcome)
            self._app.main.show_problem(problem)
            if self._review is not None:
                self._review.show_problem(problem)
            self._renew_page()
            return
        self._app.main.show_problem("")
        self._app.run_worker(self.review(outcome), group="turns")

    async def review(self, rules: RuleBook) -> None:
        """Show what changed rules would do before they do it; those that change nothing on the list just apply.

        First the list, at once; then whether the rules meet their own expectations, which may take a moment.
        """
        are_ours = await self._app.ask(lambda talk: talk.session.rules.fingerprint == rules.fingerprint)
        if are_ours and self._review is None:
            return  # the app itself wrote them, and has put them in force already
        first = await self._app.ask(
            lambda talk: (talk.preview_rules(rules, talk.session.rules, is_complete=False), talk.session.rules)
        )
        if first is None:
            return
        quick, old = first
        is_approved = rules.fingerprint == self._approved
        await self._show_changes(quick, rules)
        if is_approved:
            return  # the page of rules has shown the rest, too
        then = await self._app.ask(
            lambda talk: (talk.preview_rules(rules, old, is_complete=True), talk.session.rules is rules)
        )
        if then is None:
            return
        full, are_in_force = then
        if self._review is not None and self._review.rules is rules:
            self._review.show(full, rules)
        elif full.problems and are_in_force:
            self._app.notify(problems_text(full), severity="warning", timeout=8, markup=False)

    async def _show_changes(self, changes: RuleChanges, rules: RuleBook) -> None:
        """Ask whether rules may change the list so, or apply them if there is nothing to ask."""
        if changes.is_silent or self._applies_rules or rules.fingerprint == self._approved:
            review, self._review = self._review, None
            if review is not None and review.is_current:
                review.dismiss(None)
            self._app.clear_notifications()  # saved again and again, the notes would pile up over the list
            await self._app.turn(lambda talk: talk.set_rules(rules, applied_text(changes))).wait()
            self._renew_page()
        elif self._review is not None:
            self._review.show(changes, rules)
        else:
            self._review = RuleChangesDialog(changes, rules)
            self._app.push_screen(self._review, self._take_verdict)

    def _take_verdict(self, verdict: object) -> None:
        """Do with the reviewed rules what was decided."""
        review, self._review = self._review, None
        self._applies_rules = self._applies_rules or verdict is Verdict.APPLY_ALWAYS
        if review is not None and isinstance(verdict, Verdict):
            self._app.turn(lambda talk: talk.set_rules(review.rules))
        elif review is not None:
            self._app.notify("the rules in force stay, until the file is saved again", timeout=5, markup=False)
        self._renew_page()

    def _renew_page(self) -> None:
        """Have the page on display, if it is one, show what follows from other rules or files."""
        if isinstance(self._app.screen, Page):
            self._app.screen.renew()
