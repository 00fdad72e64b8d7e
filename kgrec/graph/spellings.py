"""Other ways to write a name: without its article, with a numeral for a number, by its subtitle or a surname.

All of these are folded (kgrec.text.fold) and general: nothing here knows what is named. What they are good for depends
on the situation, so look-up keeps them apart from the names proper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from kgrec.text import clean, fold, fold_all

_AT_ONCE: Final = 4096

ARTICLES: Final = ("the ", "a ", "an ")
_PARTS: Final = frozenset({"part", "chapter", "volume", "vol", "episode"})
_ROMAN: Final = {"ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10"}
_WORDS: Final = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty"
)
_NUMBERS: Final = {word: str(number) for number, word in enumerate(_WORDS.split("|"))}
_SUBTITLE: Final = re.compile(r":\s+|\s+[-–—]\s+")
_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii"})
_TITLE_WORDS: Final = frozenset({"the", "a", "an", "of", "in", "on", "at", "to", "for", "and", "with"})
"""No person's name has these; those of series and companies do."""


@lru_cache(maxsize=8192)  # the words of one sentence are asked for again and again
def key(name: str) -> str:
    """Return what names are compared by; a name of signs only ("???") is compared as it stands."""
    name = clean(name)
    return fold(name) or name.casefold()


def keys(names: Iterable[str]) -> Iterator[str]:
    """Go through what many names are compared by, as :func:`key` has it."""
    cleaned = map(clean, names)
    while some := list(islice(cleaned, _AT_ONCE)):
        for name, folded in zip(some, fold_all(some), strict=True):
            yield folded or name.casefold()


def bare(name: str) -> str:
    """Return a folded name without the article it begins with."""
    for article in ARTICLES:
        if name.startswith(article):
            return name[len(article) :]
    return name


def loose(name: str) -> str:
    """Return a folded name without article and words such as "part", its numbers as digits.

    >>> loose("the godfather part ii"), loose("oceans eleven"), loose("part one")
    ('godfather 2', 'oceans 11', '1')
    """
    words = bare(name).split()
    kept = [word for word in words if word not in _PARTS] if len(words) > 1 else words
    return " ".join(_NUMBERS.get(word) or (_ROMAN.get(word, word) if at else word) for at, word in enumerate(kept))


def subtitles(label: str) -> tuple[str, ...]:
    """Return the folded parts of a name with subtitles, if they are more than a word each.

    >>> subtitles("Star Wars: Episode V - The Empire Strikes Back")
    ('star wars', 'episode v', 'the empire strikes back')
    """
    parts = _SUBTITLE.split(label)
    return tuple(name for part in parts if " " in (name := fold(part))) if len(parts) > 1 else ()


def main_title(label: str) -> str:
    """Return the folded part of a name before its subtitle; "" for one without.

    >>> main_title("2001: A Space Odyssey"), main_title("Heat")
    ('2001', '')
    """
    parts = _SUBTITLE.split(label)
    return fold(parts[0]) if len(parts) > 1 else ""


def surname(label: str) -> str:
    """Return the folded last word of a name of several; "" for one without.

    >>> surname("Robert Downey Jr."), surname("Robert De Niro"), surname("Madonna"), surname("X-Men")
    ('downey', 'niro', '', '')
    """
    words = [word for word in fold(label).split() if word not in _SUFFIXES]
    return words[-1] if " " in label.strip() and len(words) > 1 and not _TITLE_WORDS & set(words) else ""
