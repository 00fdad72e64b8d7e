"""Who it is for: "with my kids", "date night", "the lads are coming round", "just me and a bottle of wine".

The words for company are English (see COMPANY); which of them matter, and what they are called, say the rules that ask
for a fact about the user. What no rule asks for is understood all the same, and said to change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgrec.dialogue.readings import Company, Setting
from kgrec.text import fold

COMPANY: Final = {
    "children": "children|child|kids|kid|kiddo|kiddos|kiddies|little ones|little one|wee ones|wee one|young ones|son"
    "|daughter"
    "|sons|daughters|toddler|toddlers|grandkids|grandkid|grandchildren|grandchild|grandson|granddaughter|nephew"
    "|niece|nephews"
    "|nieces|whole family|family|boys and girls|youngsters|bairns|tots|baby|babies|stepson|stepdaughter|godson"
    "|goddaughter|twins",
    "friends": "friends|friend|mates|mate|buddies|buddy|the boys|the girls|the lads|lads|flatmates|flatmate"
    "|roommates|roommate"
    "|housemates|housemate|colleagues|coworkers|classmates|pals|pal|the gang|gang|a group|a few people|a crowd"
    "|bunch of us|bestie"
    "|besties|bff|bffs|guests|visitors|neighbours|neighbors|book club|squad|group of people|group of friends",
    "partner": "partner|wife|husband|girlfriend|boyfriend|gf|bf|fiance|fiancee|spouse|missus|my date|a date|date"
    "|other half"
    "|better half|significant other|crush|sweetheart|lover",
    "just me": "just me|alone|by myself|on my own|only me|just for me|solo|myself|all by myself|all alone"
    "|just myself|me time",
}
WHOLE: Final = {
    "family": "children", "girls": "friends", "boys": "friends", "lads": "friends", "date": "partner",
    "kids": "children", "friends": "friends", "ladies": "friends", "guys": "friends",
}  # fmt: skip
"""What "... night" is spent with."""
_RELATIVES: Final = frozenset(
    [
        "mum",
        "mom",
        "mummy",
        "mommy",
        "dad",
        "daddy",
        "mother",
        "father",
        "parents",
        "parent",
        "brother",
        "brothers",
        "sister",
        "sisters",
        "uncle",
        "aunt",
        "auntie",
        "cousin",
        "cousins",
        "grandma",
        "grandpa",
        "granny",
        "nan",
        "grandad",
        "grandmother",
        "grandfather",
        "grandparents",
        "boss",
        "neighbour",
        "neighbor",
        "colleague",
        "teacher",
        "folks",
        "everybody",
        "everyone",
        "people",
        "others",
        "man",
        "woman",
        "guy",
        "girl",
        "boy",
        "guys",
        "girls",
        "boys",
        "critics",
        "somebody",
        "someone",
    ]
)
_DETERMINERS: Final = (
    "my|the|our|a|an|some|her|his|little|young|small|two|three|four|five|six|old|best|few|of|both|whole|entire|all"
    "|and|good|new"
    "|dear|lovely|other|elderly|several|many|couple|group|bunch|school|work|very|n"
)
_COUNT: Final = "two|three|four|five|six|seven|eight|nine|ten|\\d{1,2}|a few|several|a bunch of|a group of|a couple of"
_PEOPLE: Final = "girls|guys|boys|people|friends|adults|women|men|couples|of us|mates|lads|ladies|grown ups"
_YOUNG: Final = (
    "(?:\\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) ?(?:yo|yos|yr old|year old"
    "|year olds|yearold|yrs old)s?"
)
_HERE: Final = (
    "(?:is |are |s |re |will be )?(?:all )?(?:coming|visiting|over|here|round|around|joining|staying|watching"
    "|tagging along"
    "|with (?:me|us)|in town)(?: (?:over|round|around|along|too|by|to visit|to stay|with (?:me|us)|here))*"
)
_TELLS: Final = (
    "recommended|said|says|told|keeps|picked|wont stop|suggested|mentioned|swears|raves|raved|chose"
    "|adored|used to|has a|had a|(?:has |have |had |s |ve )?(?:already |just )?(?:seen|watched|saw)(?! with)"
)
"""What somebody does who need not be there."""
_LONGEST: Final = 10
_OWNERS: Final = frozenset({"i", "we", "ive", "weve", "id", "im"})
"""Words for who talks."""


def _is_for(phrases: str) -> re.Pattern[str]:
    """Return the pattern of an utterance's beginning that tells of that company."""
    who = "|".join(sorted(phrases.split("|"), key=len, reverse=True))
    told = (
        f"(?:with|for|me and|me n|me|i and|us and|and) (?:(?:{_DETERMINERS}) )*(?:{who})(?: and (?:i|me))?",
        f"(?:my|our) (?:(?:{_DETERMINERS}) )*(?:{who})(?: and (?:i|me))?",
        f"(?:(?:{_DETERMINERS}) )*(?:{who}) {_HERE}",
    )
    return re.compile(f"(?:{'|'.join(told)})(?![a-z0-9])(?! in it| are in it| is in it| (?:{_TELLS}))")


_FOR: Final = {who: _is_for(phrases) for who, phrases in COMPANY.items() if who != "just me"}
_ALONE: Final = re.compile(f"(?:{'|'.join(sorted(COMPANY['just me'].split('|'), key=len, reverse=True))})(?![a-z0-9])")
_NIGHT: Final = re.compile(f"({'|'.join(WHOLE)}) (?:night|evening)(?: in)?(?![a-z0-9])")
_OTHERS: Final = (
    (
        re.compile(
            f"(?:(?:(?:with|for|me and|my|our)(?: an?| the| my| our)? )|a )(?:{_YOUNG})(?: and (?:i|me))?(?![a-z0-9])"
        ),
        "children",
    ),
    (re.compile(f"(?:we are|were|we|there are|therere|theres|with) (?:{_COUNT}) (?:{_PEOPLE})(?![a-z0-9])"), "friends"),
    (re.compile(f"(?:we are|were|there are|therere) (?!two|2)(?:{_COUNT})(?= ?[,.;!?]|$)"), "friends"),
    (re.compile("(?:we are|were|there are|therere) (?:two|2)(?: of us)?(?= ?[,.;!?]|$)"), "partner"),
    (re.compile("(?:just )?(?:the )?(?:two of us|us two|both of us)(?![a-z0-9])"), "partner"),
    (
        re.compile("(?:first|second|third|fourth|blind|tinder|dinner|\\d(?:st|nd|rd|th)) date(?: night)?(?![a-z0-9])"),
        "partner",
    ),
)
_FIRST: Final = (
    "with|for|me|i|us|and|my|our|we|were|there|therere|theres|just|the|two|both|first|second|third|fourth|blind|tinder|dinner"
    "|1st|2nd|3rd|4th"
)
_STARTS: Final = frozenset(
    phrase.split()[0]
    for text in (*COMPANY.values(), "|".join(WHOLE), _FIRST, _DETERMINERS)
    for phrase in text.split("|")
)
"""With these words alone may company begin."""


def read_company(plain: Sequence[str], start: int, setting: Setting) -> tuple[Company, int] | None:
    """Return who it is for and how many words say so, or None."""
    if plain[start] not in _STARTS:
        return None
    text = " ".join(plain[start : start + _LONGEST])
    if found := _NIGHT.match(text):
        return _company(WHOLE[found[1]], setting), len(found[0].split())
    if found := _ALONE.match(text):
        return _company("just me", setting), len(found[0].split())
    told = [(pattern.match(text), who) for who, pattern in _FOR.items()]
    told += [(pattern.match(text), who) for pattern, who in _OTHERS]
    matches = [(len(found[0].split()), who) for found, who in told if found]
    if not matches:
        return None
    used, who = max(matches, key=lambda match: match[0])
    return _company(who, setting), used


def is_somebody(word: str) -> bool:
    """Whether a word, folded, is for people one watches with or hears from: "husband", "mum"."""
    return word in _RELATIVES or any(word in phrases.split("|") for phrases in COMPANY.values())


def is_others(plain: Sequence[str]) -> bool:
    """Whether words that begin a clause say that it is about somebody else: "my wife has already"."""
    who = next((word for word in reversed(plain) if word in _OWNERS or is_somebody(word)), "")
    return bool(who) and who not in _OWNERS


def _company(who: str, setting: Setting) -> Company:
    """Return the company as the option of a question of the rules, if one has it under any of its names."""
    names = {who, *COMPANY[who].split("|")}
    for question in setting.facts:
        for position, option in enumerate(question.options):
            label = fold(option.label)
            if label in names or label.removeprefix("my ").removeprefix("with ") in names:
                return Company(who, question, position)
    return Company(who)
