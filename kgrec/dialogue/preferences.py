"""Of two, which is liked better: "Heat is better than Alien", "I prefer comedies to dramas", "rather this than that".

Such a sentence says nothing of how good either is, only which is better; so it is neither a like nor a wish.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from kgrec.dialogue.english import is_adverb
from kgrec.dialogue.names import Names
from kgrec.dialogue.praise import ADVERBS, COPULAS, NEGATED_COPULAS
from kgrec.dialogue.readings import Prefer
from kgrec.dialogue.tokens import PAUSES, Phrases

_WHO: Final = (
    "",
    "i ",
    "we ",
    "id ",
    "wed ",
    "i would ",
    "we would ",
    "i did ",
    "i have always ",
    "ive always ",
    "i always ",
)
_WATCH: Final = ("", "watch ", "see ", "have ", "watch some ", "pick ", "take ", "go for ", "go with ")


def _led(*verbs: str) -> Iterable[str]:
    return (f"{who}{verb}" for who in _WHO for verb in verbs)


_DIFFERING: Final = (
    ["i", "dont"], ["i", "do", "not"], ["i", "cant"], ["i", "never"], ["i", "never", "did"], ["i", "didnt"],
    ["not", "me"], ["not", "i"], ["im", "not"], ["i", "am", "not"], ["we", "dont"],
)  # fmt: skip
_AGREEING: Final = (["i", "do"], ["i", "am"], ["so", "do", "i"], ["me", "too"], ["we", "do"], ["i", "like", "them"])
_LOOSE: Final = frozenset({"really", "personally", "myself", "tho", "though", "certainly", "definitely", "at", "all"})
_SOFT: Final = re.compile(
    r"\b(?:preferably|ideally|if possible|for preference|if you can|hopefully|(?:id|i would|wed|we would) (?:rather"
    r"|prefer|sooner)|would be (?:nice|great|good|lovely|ideal|perfect|a bonus|a plus)|nice to have)\b"
)
_OPENINGS: Final = (
    "i think", "i think that", "i reckon", "i would say", "id say", "i feel", "i find", "for me", "to me", "imo",
    "in my opinion", "personally", "honestly", "i believe", "we think",
)  # fmt: skip
_LEADS: Final = Phrases(
    dict.fromkeys(_led("prefer", "preferred", "much prefer", "really prefer", "still prefer"), "prefer")
    | dict.fromkeys((f"{lead} {verb}".strip() for lead in _led("rather", "sooner") for verb in _WATCH), "rather")
    | dict.fromkeys(_OPENINGS, "")
    | dict.fromkeys(_led("like", "liked", "love", "loved", "enjoy", "enjoyed", "rate", "rated"), "like")
)  # fmt: skip
_LINKS: Final = {
    "prefer": Phrases(dict.fromkeys(("to", "over", "rather than", "instead of", "more than", "than", "before"), 1)),
    "rather": Phrases(dict.fromkeys(("than", "rather than", "instead of", "over"), 1)),
    "like": Phrases(dict.fromkeys(("better than", "more than", "over"), 1) | dict.fromkeys(("less than",), -1)),
    "": Phrases(
        dict.fromkeys(("over", "more than", "beats", "beat", "trumps", "outclasses", "surpasses"), 1)
        | dict.fromkeys(("loses to", "cant beat", "doesnt beat", "cant touch"), -1)
    ),
}
"""What stands between the two, after each kind of opening; 1: the first is liked better, -1: the second."""
_VERDICTS: Final = Phrases(
    {"better than": 1, "superior to": 1, "nicer than": 1, "stronger than": 1, "finer than": 1, "cooler than": 1}
    | {"worse than": -1, "weaker than": -1, "inferior to": -1, "poorer than": -1, "as good as": -1, "a patch on": -1}
)  # fmt: skip
_UNLESS_NOT: Final = frozenset({"as good as", "a patch on"})
"""Say that the second is better only where they are denied."""
_DEGREES: Final = frozenset(
    {"even", "so", "far", "way", "a", "lot", "bit", "much", "little", "any", "nowhere", "near", "by"}
)


def read_preference(
    plain: Sequence[str], position: int, names: Names, mentioned: str = "", *, is_start: bool = False
) -> tuple[Prefer | None, int]:
    """Return the preference that begins at a position and how many words it takes; (None, 0) for none.

    ``mentioned``: the item named last in this utterance, for "it"; ``is_start``: whether a clause begins here, where a
    name may be all there is before "is better than".
    """
    lead, used = _LEADS.at(plain, position)
    if lead is None and not is_start:
        return None, 0
    for kind, start in dict.fromkeys(((lead or "", position + used), ("", position))):
        one, end = _side(plain, start, names, mentioned)
        sign, link = _LINKS[kind].at(plain, end) if one else (None, 0)
        if one and sign is None:
            sign, link = _verdict(plain, end) if not kind else _after_degree(plain, end, kind)
        if not one or not sign:
            continue
        other, after = _side(plain, end + link, names, mentioned)
        pairs = ((a, b) for a in one for b in other if a != b and names.graph.is_item(a) == names.graph.is_item(b))
        if pair := next(pairs, None):
            return Prefer(*(pair if sign > 0 else pair[::-1])), after - position
    return None, 0


def _side(plain: Sequence[str], start: int, names: Names, mentioned: str) -> tuple[tuple[str, ...], int]:
    """Return what is named from a position on, the likeliest first, and where the name ends."""
    if plain[start : start + 1] in (["its"], ["thats"]) and mentioned:
        return (mentioned,), start + 1
    start += plain[start : start + 1] in (["something"], ["anything"])
    item, used = names.reference_at(start, mentioned)
    if item:
        return (item,), start + used
    found = names.at(start, is_awaited=True, is_close=True)
    return found.entities, start + found.words


def _after_degree(plain: Sequence[str], start: int, kind: str) -> tuple[int | None, int]:
    """Return the link after words of degree, and all its words: "even more than"."""
    end = _skip(plain, start)
    sign, used = _LINKS[kind].at(plain, end)
    return sign, end - start + used


def _verdict(plain: Sequence[str], start: int) -> tuple[int | None, int]:
    """Return which of two is better after "is", maybe denied, and how many words say so."""
    end = start + (plain[start : start + 1] != [] and plain[start] in COPULAS | NEGATED_COPULAS)
    is_denied = end > start and plain[start] in NEGATED_COPULAS
    first = end
    end = _skip(plain, end)
    is_denied = is_denied or bool({"not", "nowhere", "never"} & set(plain[first:end]))
    sign, used = _VERDICTS.at(plain, end)
    if sign is None and plain[end : end + 1] in (["better"], ["worse"]) and plain[end + 2 : end + 3] == ["than"]:
        sign, used = (1 if plain[end] == "better" else -1), 3  # "a better film than"
    if sign is None:
        return None, 0
    if " ".join(plain[end : end + used]) in _UNLESS_NOT:
        return (sign if is_denied else None), end - start + used
    return (-sign if is_denied else sign), end - start + used


def _skip(plain: Sequence[str], position: int) -> int:
    """Return where words of degree end."""
    while position < len(plain) and (
        plain[position] in _DEGREES | ADVERBS | {"not", "never"} or is_adverb(plain[position])
    ):
        if _VERDICTS.at(plain, position)[1]:
            break
        position += 1
    return position


def read_difference(plain: Sequence[str], position: int) -> tuple[bool, int]:
    """Return whether the user thinks as somebody named before and how many words at a clause's start say it, 0: none.

    >>> read_difference(["i", "do", "not"], 0), read_difference(["i", "do", "like", "it"], 0)
    ((False, 3), (False, 0))
    """
    end = next((at for at in range(position, len(plain)) if plain[at] in PAUSES), len(plain))
    words = [word for word in plain[position:end] if word not in _LOOSE]
    if words in _DIFFERING:
        return False, end - position
    return (True, end - position) if words in _AGREEING else (False, 0)


def is_softened(plain: Sequence[str]) -> bool:
    """Whether the words of a clause make what they ask for a preference: "preferably", "ideally", "I'd rather"."""
    return _SOFT.search(" ".join(plain)) is not None
