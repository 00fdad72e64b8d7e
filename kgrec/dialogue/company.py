"""Who it is for: "with my kids", "date night", "just me and a bottle of wine".

The words for company are English (see COMPANY); which of them matter, and what they are called, say the rules that
ask
for a fact about the user. What no rule asks for is understood all the same, and said to change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgrec.dialogue.readings import Company, Setting
from kgrec.text import fold

COMPANY: Final = {
    "children": "children|child|kids|kid|kiddo|kiddos|little ones|son|daughter|sons|daughters|toddler|toddlers"
    "|grandkids"
    "|grandchildren|grandson|granddaughter|nephew|niece|nephews|nieces|whole family|family|little one|boys and girls",
    "friends": "friends|friend|mates|mate|buddies|buddy|the boys|the girls|the lads|flatmates|roommates|colleagues"
    "|pals"
    "|the gang|a group|a few people|a crowd|bunch of us",
    "partner": "partner|wife|husband|girlfriend|boyfriend|gf|bf|fiance|fiancee|spouse|missus|my date|a date|other half",
    "just me": "just me|alone|by myself|on my own|only me|just for me|solo|myself",
}
WHOLE: Final = {
    "family": "children", "girls": "friends", "boys": "friends", "lads": "friends", "date": "partner",
    "kids": "children", "friends": "friends",
}  # fmt: skip
"""What "... night" is spent with."""
_DETERMINERS: Final = frozenset(
    {
        "my",
        "the",
        "our",
        "a",
        "some",
        "her",
        "his",
        "little",
        "young",
        "small",
        "two",
        "three",
        "old",
        "best",
        "few",
        "of",
    }
    | {"both", "whole", "entire", "all", "and", "good"}
)
_LEADS: Final = frozenset({"with", "for", "me"})
_YOUNG: Final = re.compile(r"\d{1,2} ?(?:yo|yos|yr old|year old|year olds|yearold)")


def read_company(  # noqa: C901  (see the three notations)
    plain: Sequence[str], start: int, setting: Setting
) -> tuple[Company, int] | None:
    """Return who it is for and how many words say so, or None."""
    words = list(plain[start : start + 8])
    if len(words) > 1 and words[0] in WHOLE and (words[1] in ("night", "evening")):
        return _company(WHOLE[words[0]], setting), 3 if words[2:3] == ["in"] else 2
    for phrase in COMPANY["just me"].split("|"):
        if words[: len(phrase.split())] == phrase.split():
            return _company("just me", setting), len(phrase.split())
    used = 1 if words and words[0] in _LEADS else 0
    while used < len(words) and words[used] in _DETERMINERS:
        used += 1
    if not used or used >= len(words) or (words[0] not in _LEADS and words[0] not in ("my", "our")):
        return None
    for back in (2, 1, 0):
        for who, phrases in COMPANY.items():
            for phrase in phrases.split("|"):
                begin = used - back
                end = begin + len(phrase.split())
                if (
                    begin > 0
                    and words[begin:end] == phrase.split()
                    and end > used
                    and words[end : end + 2] != ["in", "it"]
                ):
                    return _company(who, setting), end
    if _YOUNG.fullmatch(words[used]) or _YOUNG.fullmatch(" ".join(words[used : used + 3])):
        return _company("children", setting), used + (1 if _YOUNG.fullmatch(words[used]) else 3)
    return None


def _company(who: str, setting: Setting) -> Company:
    """Return the company as the option of a question of the rules, if one has it under any of its names."""
    names = {who, *COMPANY[who].split("|")}
    for question in setting.facts:
        for position, option in enumerate(question.options):
            label = fold(option.label)
            if label in names or label.removeprefix("my ").removeprefix("with ") in names:
                return Company(who, question, position)
    return Company(who)
