"""What was decided for: "I'll take number 2, thanks", "ok, that one", "2 it is". That is a choice, and no like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kgrec.dialogue.mentions import mentioned
from kgrec.dialogue.names import Names
from kgrec.dialogue.readings import Choose, Setting
from kgrec.dialogue.tokens import Word
from kgrec.graph.lookup import Lookup

_VERB: Final = (
    r"(?:(?:i|we)(?: think)? ?(?:will|ll|would|am going to|are going to|want to|can)?"
    r" ?(?:take|have|pick|choose|watch|try|go(?:ing)? (?:with|for))"
    r"|(?:ill|well|im|were|lets|let us|i think ill|id|ill just) (?:just )?"
    r"(?:take|have|pick|choose|watch|try|(?:go|going) (?:with|for)|go)"
    r"|going (?:with|for)|take|pick|choose|watch|sold on|settled on|decided on)"
)
_LEAD: Final = frozenset("ok okay right great perfect cool well so yes yeah alright hmm fine lovely and nice".split())  # noqa: SIM905
_TAIL: Final = frozenset("thanks thank you please then cheers tonight now ok ta".split())  # noqa: SIM905
_THAT: Final = frozenset({"that one", "this one", "that", "this", "it"})
_LONGEST: Final = 7


def read_choice(words: Sequence[Word], lookup: Lookup, setting: Setting) -> Choose | None:
    """Return the item of the list that some words decide for, or the one talked about; None if they do not."""
    if any(word.folded == "?" for word in words):
        return None  # "and the third one?" asks
    told = [word for word in words if not word.is_pause]
    kept = list(told)
    while kept and kept[0].folded in _LEAD:
        kept.pop(0)
    started = len(kept)
    is_settled = [word.folded for word in kept[-2:]] == ["it", "is"]
    kept = kept[:-2] if is_settled else kept
    while len(kept) > 1 and kept[-1].folded in _TAIL:
        kept.pop()
    plain = [word.folded for word in kept]
    lead = next((at for at in range(min(_LONGEST, len(plain) - 1), 0, -1) if _is_verb(plain[:at])), 0)
    rest = " ".join(plain[lead:])
    is_that_one = rest in ("that one", "this one") and (started < len(told) or len(kept) < started)
    is_place = (
        rest not in _THAT
        and bool(kept)
        and Names(kept, lookup, replace(setting, about="")).reference_at(0)[1] == len(kept)
    )
    if not rest or not (lead or is_settled or is_that_one or is_place):
        return None
    if rest in _THAT:
        return Choose(setting.about) if setting.about else None
    items = [item for item in mentioned(kept[lead:], lookup, setting) if item in setting.listed]
    return Choose(items[0]) if items else None


def _is_verb(plain: Sequence[str]) -> bool:
    return re.fullmatch(_VERB, " ".join(plain)) is not None
