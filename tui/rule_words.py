"""What may come next in a rule file, offered while one writes: keys, names of facets and facts, values of a facet.

Only the likeliest is offered, as grey letters behind the cursor that → takes; whoever writes on never notices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kgrec.tui.rule_colours import EXPRESSIONS, key_of

_KEY: Final = re.compile(r" *(?:- +)?([a-z]+)$")
_NAME: Final = re.compile(r"(?<![\w.\"'])([^\W\d][\w.]+)$")
_VALUE: Final = re.compile(
    r"([^\W\d][\w-]*)\s+(?:has(?:\s+(?:any|all|none|only))?|==|!=|(?:not\s+)?in)\s+(?:\[(?:[^\[\]]*,\s*)?)?([^\s\[\],][^\[\],]*)$"
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the rule files of one data set, the likeliest first.

    Attributes:
        keys: of rules and tests.
        names: what an expression may begin with: facets, lists, user.NAME, context.NAME, functions.
        values: facet → its values that need no quotes.
    """

    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def rest_of_word(lines: Sequence[str], row: int, column: int, words: Words) -> str:
    """Return what would complete the word before the cursor; "" where that is not at the end of its line.

    >>> rest_of_word(["    forbid: gen"], 0, 15, Words(names=("genre",)))
    're'
    """
    line = lines[row]
    if column < len(line.rstrip()) or line.lstrip().startswith("#"):
        return ""
    before = line[:column]
    if (found := _KEY.match(before)) and (key := _first(found[1], words.keys)):
        return f"{key}: "
    if key_of(lines, row) not in EXPRESSIONS:
        return ""
    if (found := _VALUE.search(before)) and (rest := _first(found[2], words.values.get(found[1], ()))):
        return rest
    found = _NAME.search(before)
    return _first(found[1], words.names) if found else ""


def _first(begun: str, candidates: Iterable[str]) -> str:
    """Return the rest of the first candidate that begins so, in whatever case; "" if none does."""
    folded = begun.casefold()
    found = next((one for one in candidates if one.casefold().startswith(folded)), "")
    return found[len(begun) :]
