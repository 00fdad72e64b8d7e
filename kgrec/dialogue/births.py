"""What goes by the age of whoever talks: "nothing older than me, I was born in 1985", "from before I was born"."""

from __future__ import annotations

import re
from typing import Final

_WHY: Final = r"[,;.]?\s*(?:\b(?:and|since|because|as)\s+)?"
_BORN: Final = re.compile(rf"{_WHY}\b(?:i was |i am |i['’]?m )?born in ((?:19|20)\d\d)\b", re.IGNORECASE)
_AGED: Final = re.compile(
    rf"{_WHY}\b(?:i['’]?m|i am|aged) (\d{{2}})(?: years old| yo)?(?=\s*(?:[,;.!?]|$))", re.IGNORECASE
)
_LEAD: Final = "(?:nothing |something |anything |not |no )?"
_MINE: Final = re.compile(
    rf"\b({_LEAD}(?:older|newer|younger) than) (?:me|i am|myself)\b"
    rf"|\b({_LEAD}(?:from |made |out )?(?:before|since|after|until)) (?:i was (?:even )?born|my birth|my time)\b",
    re.IGNORECASE,
)


def dated(text: str, year: int) -> tuple[str, str]:
    """Return a text with the year of birth in the place of "me", and the words that cannot be told without it.

    Args:
        text: what was said.
        year: the present one, 0 if unknown.

    >>> dated("nothing older than me, I was born in 1985", 2026)
    ('nothing older than 1985', '')
    >>> dated("a comedy from before I was born", 2026)
    ('a comedy ', 'from before I was born')
    """
    said = _MINE.search(text)
    if said is None:
        return text, ""
    born, aged = _BORN.search(text), _AGED.search(text) if year else None
    told = born or aged
    if told is None:
        return text.replace(said[0], ""), said[0]
    birth = int(told[1]) if told is born else year - int(told[1])
    text = text.replace(said[0], f"{said[1] or said[2]} {birth}")
    return text.replace(told[0], ""), ""
