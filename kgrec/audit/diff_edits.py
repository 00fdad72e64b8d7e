"""What an edit did to the rules themselves: which were added, removed or changed, and what of them.

Rules are compared by what they mean: a rule that only moved down the file, or whose lines were broken otherwise, did
not change; one whose text stayed but whose named list did, has.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from kgrec.acts import Option
from kgrec.domain import Place
from kgrec.rulebook import Expression, Rule, RuleBook


class Change(StrEnum):
    """What happened to a rule."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that is not what it was; ``place`` is where it stands, or stood if it is gone."""

    change: Change
    rule: str
    place: Place
    parts: tuple[str, ...] = ()  # what changed of it: "weight", "when"


_UNTOLD: Final = frozenset({"name", "place"})


def changed_rules(old: RuleBook, new: RuleBook) -> tuple[RuleChange, ...]:
    """Return the changes in the order of the new book, the removed rules last."""
    before = {rule.name: rule for rule in old.rules}
    changes = []
    for rule in new.rules:
        earlier = before.pop(rule.name, None)
        if earlier is None:
            changes.append(RuleChange(Change.ADDED, rule.name, rule.place))
        elif parts := _differing(earlier, rule):
            changes.append(RuleChange(Change.CHANGED, rule.name, rule.place, parts))
    removed = (RuleChange(Change.REMOVED, rule.name, rule.place) for rule in before.values())
    return (*changes, *removed)


def _differing(old: Rule, new: Rule) -> tuple[str, ...]:
    """Return the parts in which two rules of one name differ, as a rule file calls them."""
    was, now = _parts(old), _parts(new)
    return tuple(name for name in dict.fromkeys((*was, *now)) if was.get(name) != now.get(name))


def _parts(rule: Rule) -> dict[str, Hashable]:
    """Return what a rule says, by the word of the rule file; what it does stands under the word of its kind."""
    kind = type(rule).__name__.casefold()
    return {
        kind if field.name == "expression" else field.name: _meaning(getattr(rule, field.name))
        for field in fields(rule)
        if field.name not in _UNTOLD
    }


def _meaning(part: object) -> Hashable:
    """Return what can be compared of a part of a rule: an expression's words, and what they were found to mean."""
    if isinstance(part, Expression):
        return " ".join(part.text.split()), repr(part.tree)
    if isinstance(part, tuple):
        return tuple((option.label, option.value) for option in part if isinstance(option, Option))
    return repr(part)
