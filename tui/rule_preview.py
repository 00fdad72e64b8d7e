"""Takes a picture of what other rules would do to the list: a rule diff as what the screen shows of it.

Runs in the session's thread and only reads, like kgrec.tui.portrait; it is imported when a rule file is first saved.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kgrec.audit.diff import Move, RuleDiff
from kgrec.audit.diff_edits import Change
from kgrec.audit.diff_text import summary
from kgrec.dialogue import Session
from kgrec.excerpt import short
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import RuleBook
from kgrec.tui.view import LIST_LENGTH, EditedRule, MovedRow, RuleChanges

_SIGNS: Final = {Change.ADDED: "+", Change.REMOVED: "−", Change.CHANGED: "~"}


def preview(session: Session, rules: RuleBook, old: RuleBook, *, is_complete: bool) -> RuleChanges:
    """Return what changes if rules take the place of old ones; if complete, what of their own expectations, too."""
    diff = session.preview(rules, LIST_LENGTH, old=old, expectations=is_complete)
    (me,) = diff.people
    return RuleChanges(
        summary=summary(diff, session.graph),
        rows=tuple(MovedRow(move.label, move.before, move.after) for move in sorted(me.moves, key=_place)),
        rules=tuple(
            EditedRule(_SIGNS[edit.change], edit.rule, short(edit.place), ", ".join(edit.parts)) for edit in diff.rules
        ),
        problems=tuple(_problems(diff, session.graph)),
        count=len(rules.rules),
        is_dead_end=not me.after and bool(me.before),
        is_silent=not me.is_changed,
    )


def _place(move: Move) -> tuple[bool, int]:
    """Sort by the new list, then what leaves by the old one."""
    return move.after is None, move.after or move.before or 0


def _problems(diff: RuleDiff, graph: KnowledgeGraph) -> Iterable[str]:
    for found in diff.broken:
        yield f"{short(found.expectation.place)}: {found.message(graph)}"
    for wish in diff.people[0].lost:
        yield f"you asked for “{wish}”, and the rules would leave nothing like it"
