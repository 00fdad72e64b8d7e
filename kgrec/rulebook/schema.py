"""What may stand in a rule file: its keys, which of them belong together, and what each is for.

Plain tables rather than a validation library: loading one costs more start-up time than everything else here, and its
messages would have to be replaced by ours anyway. The reader (entries.py) and the JSON schema for editors
(json_schema.py) are both made from these, so that they cannot disagree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kgrec.rulebook.rules import ExpectationKind, RuleKind

SECTIONS: Final[Mapping[str, str]] = {
    "include": "Other rule files, relative to this one. Their rules come first; a rule here replaces one of its name.",
    "let": "Names for lists and single values, to be used where an expression may have one.",
    "rules": "The rules; each does one thing.",
    "expect": "Tests: what the rules must let through or keep out.",
}
"""The keys of a rule file."""

KINDS: Final[Mapping[RuleKind, str]] = {
    RuleKind.REQUIRE: "Only items for which this holds.",
    RuleKind.FORBID: "No items for which this holds.",
    RuleKind.PREFER: "Items for which this holds gain points of score.",
    RuleKind.DERIVE: "FACET = VALUE: items that meet 'when' have this value, as far as rules are concerned.",
    RuleKind.LIMIT: "N per FACET: at most so many items of a list share a value. N alone: at most so many meet 'when'.",
    RuleKind.TUNE: "The weight of one scorer when scores are added up.",
    RuleKind.ASK: "The fact about the user (user.NAME) to ask for as long as it is unknown.",
    RuleKind.SHELF: "The title of a list of its own; {item} is what related() or similar() in 'of' names.",
}
"""The keys that say what a rule does; it has one of them."""

COMMON: Final[Mapping[str, str]] = {
    "name": "What the rule is called; a later file may replace it or switch it off by this name.",
    "when": "The rule counts only when, and for items for which, this holds.",
    "unless": "The rule does not count when, or for items for which, this holds.",
    "because": "The reason, as people are told.",
    "off": "true: the rule is switched off. With only a name beside it: the rule of that name in an earlier file.",
}
"""The keys that every rule may have."""

OWN: Final[Mapping[RuleKind, Mapping[str, str]]] = {
    RuleKind.REQUIRE: {"strength": "The greater, the later the rule is given up when nothing is left."},
    RuleKind.FORBID: {"strength": "The greater, the later the rule is given up when nothing is left."},
    RuleKind.PREFER: {"weight": "How many points; may be negative."},
    RuleKind.DERIVE: {},
    RuleKind.LIMIT: {},
    RuleKind.TUNE: {},
    RuleKind.ASK: {"question": "How to ask.", "options": "At least two answers to choose from."},
    RuleKind.SHELF: {"of": "The list holds the best items for which this holds."},
}
"""The keys that only rules of one kind may have."""

TUNED: Final[Mapping[str, str]] = {
    "scorer": "The scorer.",
    "weight": "Its weight, 0 or more; 0 leaves it out.",
}
"""The keys below ``tune``."""

CLAIMS: Final[Mapping[ExpectationKind, str]] = {
    ExpectationKind.NEVER: "No item that the rules allow is so.",
    ExpectationKind.ALWAYS: "Every item that the rules allow is so.",
    ExpectationKind.SOME: "At least one item that the rules allow is so.",
}
"""The keys that say what a test claims; it has one of them."""

TEST: Final[Mapping[str, str]] = {
    "name": "What the test is called.",
    "given": "What is known of the user and the moment, what is liked and wished for.",
    "top": "How many of the best items are looked at; without it, all that are allowed.",
}
"""The other keys of a test."""

GIVEN: Final[Mapping[str, str]] = {
    "likes": "Titles, people, genres ... that are liked.",
    "dislikes": "Those that are disliked.",
    "where": "Further wishes.",
}
"""The keys below ``given``, besides ``user.NAME`` and ``context.NAME``."""

LIST_NAME_PATTERN: Final = r"[^\W\d][\w-]*"
LIST_NAME: Final = re.compile(LIST_NAME_PATTERN)
"""What a name of ``let`` looks like."""

_CONNECTIVES: Final = ("and", "or", "not", "in", "is", "has", "all", "any", "none", "only", "known", "unknown")
_FUNCTIONS: Final = ("count", "named", "related", "similar", "years_since")
RESERVED: Final = frozenset((*_CONNECTIVES, *_FUNCTIONS, "true", "false", "user", "context"))
"""The words of the expression language, which ``let`` may not give another meaning."""

LIMIT: Final = re.compile(r"\s*(\S+?)(?:\s+per\s+(\S.*?))?\s*")
"""``N`` or ``N per FACET``."""


def article(kind: str) -> str:
    """Return the kind of a rule with its article."""
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
