"""A rule diff as a table of 80 columns and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len, set_cell_size

from kgrec.audit.diff_edits import Change
from kgrec.audit.diff_text import conflict_line, summary
from kgrec.excerpt import short

if TYPE_CHECKING:
    from kgrec.audit.diff import Frequent, GroupDiff, Move, PersonDiff, RuleDiff
    from kgrec.audit.expectations import Broken
    from kgrec.graph import KnowledgeGraph

WIDTH: Final = 80
_SIGNS: Final = {Change.ADDED: "+", Change.REMOVED: "−", Change.CHANGED: "~"}
_RULE: Final = 32
_ITEM: Final = 30
_MOST_GROUPS: Final = 8
_MOST_NAMED: Final = 5
"""So many people, wishes or groups are named; the rest are counted."""


def diff_lines(diff: RuleDiff, graph: KnowledgeGraph) -> list[str]:
    """Return a diff as lines of text, what matters first."""
    if diff.is_empty:
        return [f"Nothing changes: the two mean the same ({len(diff.people):,} people tried)."]
    parts = (
        [line for text in summary(diff, graph) for line in wrap(text, WIDTH)],
        _rules(diff),
        _expectations(diff, graph),
        _trouble(diff, graph),
        _person(diff.people[0]) if len(diff.people) == 1 else _numbers(diff, graph),
        [] if len(diff.people) == 1 else _groups(diff.groups, graph),
        [] if len(diff.people) == 1 else _frequent(diff.entering, diff.leaving),
    )
    lines: list[str] = []
    for part in parts:
        if part:
            lines += ["", *part] if lines else part
    return lines


def _rules(diff: RuleDiff) -> list[str]:
    dead = {rule.name for rule in diff.dead}
    lines = []
    for edit in diff.rules:
        more = ", ".join(edit.parts) + (" (no effect on anybody here)" if edit.rule in dead else "")
        line = f"  {_SIGNS[edit.change]} {_fit(edit.rule, _RULE)}  {short(edit.place)}"
        lines.append(f"{line}  {more}".rstrip() if cell_len(f"{line}  {more}") <= WIDTH else line)
        if more and cell_len(f"{line}  {more}") > WIDTH:
            lines += [f"      {text}" for text in wrap(more.strip(), WIDTH - 6)]
    named = {edit.rule for edit in diff.rules}
    lines += [
        f"  ! {_fit(rule.name, _RULE)}  {short(rule.place)}  no longer has any effect"
        for rule in diff.dead
        if rule.name not in named
    ]
    return ["Rules", *lines] if lines else []


def _expectations(diff: RuleDiff, graph: KnowledgeGraph) -> list[str]:
    lines = []
    for found in diff.broken:
        lines += _hanging(f"✗ {short(found.expectation.place)}  {found.message(graph)}")
    for found in diff.fixed:
        expectation = found.expectation
        said = f"{expectation.kind}: {expectation.expression.text.strip()}"
        lines += _hanging(f"✓ {short(expectation.place)}  {expectation.name or said} holds now")
    return ["Expectations", *lines] if lines else []


def _trouble(diff: RuleDiff, graph: KnowledgeGraph) -> list[str]:
    """Return who is left without a list and why, and what nobody can have any more."""
    lines = []
    for person in diff.stranded[:_MOST_NAMED]:
        because = conflict_line(person.conflict, graph) if person.conflict else "everything that fits is known"
        lines += _hanging(f"{person.person.name} has no list: {because}")
    if len(diff.stranded) > _MOST_NAMED:
        lines.append(f"  and {len(diff.stranded) - _MOST_NAMED} more have no list")
    lost = Counter(wish for person in diff.people for wish in person.lost)
    for wish, people in lost.most_common(_MOST_NAMED):
        who = "" if len(diff.people) == 1 else f" ({people} of {len(diff.people)} people)"
        lines += _hanging(f"“{wish}” is wished for, and the rules leave nothing like it{who}")
    if len(lost) > _MOST_NAMED:
        lines.append(f"  and {len(lost) - _MOST_NAMED} more wishes that nothing satisfies any more")
    return ["Impossible now", *lines] if lines else []


def _person(person: PersonDiff) -> list[str]:
    """Return the list of one person, item by item: where it was and where it is."""
    if not person.moves:
        return []
    lines = [f"{'The list':{WIDTH - 20}}{'before':>10}{'after':>10}"]
    for move in person.moves:
        before, after = (f"{rank}." if rank else "−" for rank in (move.before, move.after))
        lines.append(f"  {_fit(move.label, WIDTH - 22)}{before:>10}{after:>10}")
    return lines


def _numbers(diff: RuleDiff, graph: KnowledgeGraph) -> list[str]:
    people, plural = max(len(diff.people), 1), graph.ontology.plural

    def average(numbers: Iterable[int]) -> str:
        return f"{sum(numbers) / people:,.0f}"

    rows = (
        (
            f"{plural} that fit, on average",
            average(p.left_before for p in diff.people),
            average(p.left_after for p in diff.people),
        ),
        (f"share of all {plural} that are on any list", f"{diff.coverage_before:.1%}", f"{diff.coverage_after:.1%}"),
        (
            "people without a list",
            str(sum(not p.before for p in diff.people)),
            str(sum(not p.after for p in diff.people)),
        ),
    )
    heading = f"{len(diff.people)} people, lists of {diff.n}"
    lines = [f"{heading:{WIDTH - 20}}{'before':>10}{'after':>10}"]
    return lines + [f"  {_fit(what, WIDTH - 22)}{before:>10}{after:>10}" for what, before, after in rows]


def _groups(groups: Sequence[GroupDiff], graph: KnowledgeGraph) -> list[str]:
    if not groups:
        return []
    plural = f"{graph.ontology.plural} that fit"
    lines = [f"{'By answer':{WIDTH - 48}}{'people':>8}{'lists change':>14}{_fit(plural, 26, right=True)}"]
    for group in groups[:_MOST_GROUPS]:
        fit = f"{group.left_before:,.0f} → {group.left_after:,.0f}"
        name = _fit(f"{group.fact} {group.value}", WIDTH - 50)
        lines.append(f"  {name}{group.people:>8}{group.changed:>14}{fit:>26}")
    return lines


def _frequent(entering: Sequence[Frequent], leaving: Sequence[Frequent]) -> list[str]:
    """Return the items that most often enter, and beside them those that most often leave."""
    if not entering and not leaving:
        return []

    def cell(found: Frequent | None) -> str:
        return f"{_fit(found.label, _ITEM)}{found.lists:>6}" if found else " " * (_ITEM + 6)

    heading = f"{_fit('Entering most often', _ITEM + 2)}{'lists':>6}    {_fit('Leaving most often', _ITEM)}{'lists':>6}"
    pairs = zip_longest(entering, leaving)
    return [heading, *(f"  {cell(one)}    {cell(other)}".rstrip() for one, other in pairs)]


def _fit(text: str, width: int, *, right: bool = False) -> str:
    """Return a text cut or filled to a number of columns."""
    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + "…"
    return " " * (width - cell_len(text)) + text if right else set_cell_size(text, width)


def _hanging(text: str) -> list[str]:
    """Return a text in lines, the first of them indented less."""
    return wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


# --- JSON -------------------------------------------------------------------------------------------------------------


def diff_json(diff: RuleDiff, graph: KnowledgeGraph) -> dict[str, Any]:
    """Return a diff as JSON data: what the table says, and every person with what moves on their list."""
    return {
        "summary": list(summary(diff, graph)),
        "n": diff.n,
        "people": len(diff.people),
        "changed": len(diff.changed),
        "without_list": {"new": len(diff.stranded), "no_longer": len(diff.rescued)},
        "overlap": diff.overlap,
        "coverage": {"before": diff.coverage_before, "after": diff.coverage_after},
        "rules": [
            {"change": edit.change.value, "rule": edit.rule, "place": str(edit.place), "parts": list(edit.parts)}
            for edit in diff.rules
        ],
        "dead": [{"rule": rule.name, "place": str(rule.place)} for rule in diff.dead],
        "expectations": {
            "broken": [_broken_json(found, graph) for found in diff.broken],
            "fixed": [str(found.expectation.place) for found in diff.fixed],
        },
        "groups": [
            {
                "fact": group.fact,
                "value": group.value,
                "people": group.people,
                "changed": group.changed,
                "left": {"before": group.left_before, "after": group.left_after},
            }
            for group in diff.groups
        ],
        "entering": [{"id": found.item, "label": found.label, "lists": found.lists} for found in diff.entering],
        "leaving": [{"id": found.item, "label": found.label, "lists": found.lists} for found in diff.leaving],
        "lists": [_person_json(person) for person in diff.people],
    }


def _broken_json(found: Broken, graph: KnowledgeGraph) -> dict[str, Any]:
    return {
        "place": str(found.expectation.place),
        "message": found.message(graph),
        "items": [example.item for example in found.examples],
        "count": found.count,
    }


def _person_json(person: PersonDiff) -> dict[str, Any]:
    return {
        "person": person.person.name,
        "left": {"before": person.left_before, "after": person.left_after},
        "conflict": [wish.label for wish in person.conflict.wishes] if person.conflict else None,
        "lost": list(person.lost),
        "moves": [_move_json(move) for move in person.moves],
    }


def _move_json(move: Move) -> dict[str, Any]:
    return {"id": move.item, "label": move.label, "before": move.before, "after": move.after}


__all__ = ["diff_json", "diff_lines"]
