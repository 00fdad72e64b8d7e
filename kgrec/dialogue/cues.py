"""Cues in an utterance: "no", "I loved", "something like"; which of them the words at one place are.

Most are phrases of lexicon.CUES. Some depend on what stands before: "like" compares unless somebody likes something,
and the second "as" of "as tense as" compares too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.lexicon import Cue
from kgrec.dialogue.tokens import PAUSES, Phrases

_CUES: Final = Phrases(lexicon.CUES)
_DOUBLE: Final = Phrases(dict.fromkeys(lexicon.DOUBLE_NEGATIONS, Cue.WANT))
_TOLERATED: Final = Phrases(dict.fromkeys(lexicon.TOLERATED, Cue.LIKE))
_PAST: Final = re.compile(r".*(?:ed|saw|seen|dug)\b.*")
_ABOUT: Final = r"(?:about |only |just |like |at least |more than |over |nearly |almost |the first |maybe )*"
_MANY: Final = (
    r"(?:(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,5}|twenty|thirty|forty|fifty|hundreds?|thousands?"
    r"|millions?|dozens?|half|a half|couple|few|many|several|so many|of) ?)+"
)
"""How often or how long, in what is told of something: no bound of what is wished for."""
_STORIES: Final = (
    re.compile(r"(?:when|while|since|because) (?:i|we|he|she|they) (?:was|were|am|are)(?: still| just)?(?: a| an"
               r"| only)? \w+"),
    re.compile(r"as (?:a|an) (?:kid|child|teen|teenager|student|boy|girl)|back (?:in the day|then|home)"),
    re.compile(r"(?:a |an |another |my |one )?(?:really |very |super |such a |so )*(?:long|hard|rough|bad|tough|busy"
               r"|tiring|"
               r"stressful|awful|terrible|crazy|exhausting|lazy|slow|quiet) (?:day|week|shift|month|year|morning)"
               r"(?: at (?:work|school|the office))?"),
    re.compile(r"(?:my|our|her|his|their) (?:(?:old|little|big|older|younger|own|poor|dear|late|best|step"
               r"|half|grumpy) )*"
               r"(?:brother|sister|mum|mom|mummy|dad|daddy|mother|father|parents|uncle|aunt|auntie|cousin|cousins"
               r"|nan|nana|gran"
               r"|grandma|grandpa|granny|grandad|grandmother|grandfather|grandparents|boss|neighbou?r|colleague"
               r"|teacher|folks"
               r"|brothers|sisters|siblings|in laws|ex|roomie|therapist|barber|hairdresser)(?: in law)?(?: (?:who"
               r"|that) is [a-z]+)?"),
    re.compile(r"(?:a (?:great|good) deal|by the way|at the moment|for a change|in my opinion|to be (?:honest|fair"
               r"|frank)"
               r"|as far as i (?:know|can tell|remember)|if (?:i|you) (?:remember|know what i mean|must know|ask me)"
               r"|you know what"
               r"|(?:got|came|get|come|back) (?:back )?(?:home )?from work|at work|for once|no pressure|no rush"
               r"|no hurry|no worries"
               r"|no offence|no offense|no kidding|no joke|no doubt|no idea why|no problem|no clue|not gonna lie"
               r"|what can i say"
               r"|that goes without saying|long story short|believe it or not|of all time|in the world|(?:so "
               r"|and )?do i"
               r"|(?:whats|what is) it called|on screen|on the screen|in general|as well|first things first|in mind"
               r"|as usual|failing that|or failing that)"),
    re.compile(rf"{_ABOUT}{_MANY} times(?: (?:over|already|now|in a row|by now))*"),
    re.compile(rf"after {_ABOUT}{_MANY}(?: and a half)? (?:minutes?|mins?|hours?|hrs?|scenes?|episodes?|chapters?"
               r"|pages?)"
               r"(?: or so)?"),
    re.compile(rf"{_ABOUT}{_MANY}(?: and a half)? (?:minutes?|mins?|hours?|hrs?) in"),
)  # fmt: skip
"""What people tell beside what they wish for, as patterns over folded text."""
_AMOUNTS: Final = frozenset(
    """
    after about only just like at more over nearly almost maybe half hundreds thousands millions dozens two three four
    five six seven eight nine ten twenty thirty forty fifty few many several so
    """.split()  # noqa: SIM905
)
_STORY_STARTS: Final = frozenset(
    [
        *_AMOUNTS,
        "when",
        "while",
        "since",
        "because",
        "as",
        "back",
        "a",
        "an",
        "another",
        "my",
        "one",
        "really",
        "very",
        "super",
        "such",
        "so",
        "long",
        "hard",
        "rough",
        "bad",
        "tough",
        "busy",
        "tiring",
        "stressful",
        "awful",
        "terrible",
        "crazy",
        "exhausting",
        "lazy",
        "slow",
        "quiet",
        "by",
        "at",
        "for",
        "in",
        "to",
        "if",
        "you",
        "got",
        "came",
        "get",
        "come",
        "no",
        "not",
        "what",
        "that",
        "believe",
        "of",
        "and",
        "do",
        "whats",
        "on",
        "first",
        "our",
        "her",
        "his",
        "their",
        "your",
        "the",
        "failing",
        "or",
    ]
)
VIBES: Final = frozenset(
    {"vibe", "vibes", "vibey", "esque", "style", "feel", "energy", "territory", "type", "adjacent", "ish", "inspired"}
)
"""After a name these compare with it."""
PERSONS: Final = frozenset({"him", "her", "he", "she"})
THESE: Final = frozenset({"it", "them", "those", "that", "they", "these"})
THEIRS: Final = frozenset({"one", "his", "hers", "theirs", *PERSONS})
_LONGEST_STORY: Final = 9
_FRONTED: Final = 3


def read_cue(plain: Sequence[str], position: int) -> tuple[Cue | None, int]:
    """Return the cue that begins at a position and how many words it takes; (None, 0) for none."""
    for table in (_DOUBLE, _TOLERATED):
        cue, used = table.at(plain, position)
        if cue is not None:
            return cue, used
    cue, used = _CUES.at(plain, position)
    if cue is Cue.LOVE and position and plain[position - 1] == "in":
        return None, 0
    if plain[position] == "like" and used == 1 and _is_between_pauses(plain, position):
        return None, 0  # "I want, like, a comedy"
    if cue is Cue.LIKE and plain[position] == "like":
        before = [word for word in plain[max(position - _FRONTED, 0) : position] if word not in ("and", "so")]
        if not any(word in lexicon.SUBJECTS for word in before):
            cue = Cue.NEAR
    if cue is None and plain[position] == "as" and "as" in plain[max(position - _FRONTED, 0) : max(position - 1, 0)]:
        return Cue.NEAR, 1
    return cue, used


def _is_between_pauses(plain: Sequence[str], position: int) -> bool:
    return 0 < position < len(plain) - 1 and plain[position - 1] in PAUSES and plain[position + 1] in PAUSES


def is_past(phrase: str) -> bool:
    """Whether a cue tells of something done: who "loved" something names it, who "loves" something may describe it."""
    return _PAST.fullmatch(phrase) is not None


def read_story(plain: Sequence[str], position: int) -> int:
    """Return how many words of something told beside the wish begin at a position: "when I was a kid"; 0 for none."""
    if plain[position] not in _STORY_STARTS and not plain[position].isdecimal():
        return 0
    for used in range(min(_LONGEST_STORY, len(plain) - position), 1, -1):
        text = " ".join(plain[position : position + used])
        if any(pattern.fullmatch(text) for pattern in _STORIES):
            return used
    return 0
