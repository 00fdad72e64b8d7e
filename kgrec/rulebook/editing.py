"""Changing the text of a rule file where a person would, and nothing else of it: comments and layout stay.

A file is edited as text, not written anew from what it means: what its author wrote between the rules is theirs. Only
rules written as people write them are found, one key a line below a dash; a list in brackets is left alone.
"""

from __future__ import annotations

import re
from typing import Final

from kgrec.errors import DataError

_DASH: Final = re.compile(r"( *)-(?=\s|$)")
_RULES: Final = re.compile(r"rules *:(?=\s|$) *(\[ *\] *)?(#.*)?$")
_TOP: Final = re.compile(r"[^\s#-]|---|-(?=\S)")
_PLAIN: Final = re.compile(r"[A-Za-z][\w ]*[A-Za-z]")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off"})


def rule_text(text: str, line: int) -> str:
    r"""Return the rule that begins in a line (counted from 1) as it is written, from its dash on; "" if none does.

    >>> rule_text("rules:\n  - name: a\n    forbid: year < 1950\n\n  - name: b\n", 2)
    '- name: a\n  forbid: year < 1950'
    """
    lines = text.splitlines()
    first = line - 1
    while 0 <= first < len(lines) and not _DASH.match(lines[first]):
        if lines[first].strip() and not lines[first].startswith(" "):
            return ""
        first -= 1
    if not 0 <= first < len(lines) or (dash := _DASH.match(lines[first])) is None:
        return ""
    indent = len(dash[1])
    last = first + 1
    while last < len(lines) and (not lines[last].strip() or lines[last].startswith(" " * (indent + 1))):
        last += 1
    return "\n".join(one[indent:].rstrip() for one in lines[first:last]).rstrip()


def with_rule(text: str, rule: str) -> tuple[str, int]:
    """Return the text of a rule file with one more rule after its others, and the line (from 1) it begins in.

    Args:
        text: of the file; may be empty.
        rule: from its dash on, as :func:`rule_text` returns it.

    Raises:
        DataError: the rules of the file are a list in brackets, to which nothing can be added line by line.
    """
    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if re.match(r"rules *:", line)), None)
    if start is None:
        lines += ["", "rules:"] if any(line.strip() for line in lines) else ["rules:"]
        start = len(lines) - 1
    found = _RULES.match(lines[start])
    if found is None:
        raise DataError("the rules of this file are a list in brackets; give each a line of its own with a dash first")
    if found[1]:
        lines[start] = lines[start].replace(found[1], "", 1).rstrip()
    end = next((number for number in range(start + 1, len(lines)) if _TOP.match(lines[number])), len(lines))
    dashes = (_DASH.match(line) for line in lines[start + 1 : end])
    indent = next((len(dash[1]) for dash in dashes if dash), 2)
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    gap = [""] if end > start + 1 else []
    added = [f"{' ' * indent}{line}".rstrip() for line in rule.splitlines()]
    after = ["", *lines[end:]] if end < len(lines) and lines[end].strip() else lines[end:]
    return "\n".join([*lines[:end], *gap, *added, *after]).rstrip("\n") + "\n", end + len(gap) + 1


def switch_off(name: str) -> str:
    r"""Return a rule that switches off the one of that name in an earlier file.

    >>> switch_off("no horror")
    '- name: no horror\n  off: true'
    >>> switch_off("it's late: hurry")
    "- name: 'it''s late: hurry'\n  off: true"
    """
    is_plain = _PLAIN.fullmatch(name) is not None and name.casefold() not in _WORDS
    shown = name if is_plain else "'" + name.replace("'", "''") + "'"
    return f"- name: {shown}\n  off: true"
