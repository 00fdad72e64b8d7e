"""Text from outside made safe and comparable.

Titles and names come from files that anybody may have written. :func:`clean` is applied once, where data enters the
graph, so that no escape code, override of the writing direction or line break ever reaches a terminal, a log or a
prompt. :func:`fold` is the one notion of "the same name" that look-up uses; :func:`slug` the one that ids are made of.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_ESCAPES: Final = re.compile(
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # operating system commands, such as a window's title
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)?"  # device control and other strings
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # control sequences: colours, cursor moves
    r"|\x1b[ -/]*[0-~]?"  # two-character escapes
)
_JOINERS: Final = "\u200c\u200d"  # invisible, yet part of how Persian, Hindi and emoji are spelt
_SPACES: Final = re.compile(r"\s+")
_ASCII_PUNCTUATION: Final = re.compile(r"[^0-9a-z]+")
_ASCII_BESIDE_LINES: Final = re.compile(r"[^0-9a-z\n]+")
_APOSTROPHES: Final = re.compile("['’‘`´ʼ]")
_ACCENTS: Final = re.compile("[\u0300-\u036f\u0591-\u05bd\u064b-\u0652\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
_UNDECOMPOSED: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "&": " and "}
)
_SLUG_SPACE: Final = re.compile(r"[\s_\"“”„«»()\[\]{}!?:;¡¿…|\\^<>]+|(?<!\d)[.,]|[.,](?!\d)")


def clean(text: str) -> str:
    r"""Return ``text`` without escape codes, control and direction characters, on one line, composed (NFC).

    Letters of every script, marks and emoji stay; runs of white space become one space. Cleaning twice changes nothing.

    >>> clean("The \x1b[31mRed\x1b[0m\nShoes ")
    'The Red Shoes'
    """
    if text.isascii() and text.isprintable():  # nearly every label; isprintable excludes all controls
        return _SPACES.sub(" ", text).strip()
    text = _ESCAPES.sub("", text)
    kept = "".join(character for character in map(_harmless, text) if character)
    return unicodedata.normalize("NFC", _SPACES.sub(" ", kept).strip())


def _harmless(character: str) -> str:
    if character.isspace():
        return " "
    if character in _JOINERS:
        return character
    return "" if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character


def fold(text: str) -> str:
    """Return what ``text`` is compared by: no case, accents, apostrophes or punctuation, single spaces.

    May be empty, for a text without letters or digits.

    >>> fold("Amélie & the   Schindler’s-List!")
    'amelie and the schindlers list'
    """
    text = _without_accents(_APOSTROPHES.sub("", text)).translate(_UNDECOMPOSED)
    if text.isascii():
        return _ASCII_PUNCTUATION.sub(" ", text).strip()
    return " ".join("".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text).split())


def fold_all(texts: Sequence[str]) -> list[str]:
    """Return :func:`fold` of each text; of plain ASCII all at once, which is several times as fast.

    >>> fold_all(["The   End!", "-", "R & B"])
    ['the end', '', 'r and b']
    """
    lines = "\n".join(texts)
    if not lines.isascii() or lines.count("\n") >= max(len(texts), 1):
        return [fold(text) for text in texts]
    plain = _APOSTROPHES.sub("", lines).lower().translate(_UNDECOMPOSED)
    return [line.strip() for line in _ASCII_BESIDE_LINES.sub(" ", plain).split("\n")] if texts else []


def shortened(names: Sequence[str], most: int) -> str:
    """Return the first names of a list, and how many more there are.

    >>> shortened(["a", "b", "c"], 2), shortened(["a"], 2)
    ('a, b and 1 more', 'a')
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def listed(names: Sequence[str], conjunction: str = "and") -> str:
    """Return names as people list them.

    >>> listed(["a", "b", "c"]), listed(["a", "b"], "or"), listed(["a"]), listed([])
    ('a, b and c', 'a or b', 'a', '')
    """
    return f"{', '.join(names[:-1])} {conjunction} {names[-1]}" if len(names) > 1 else "".join(names)


def as_sentence(text: str) -> str:
    """Return words with a capital in front and a full stop behind, unless they end with . ! or ?.

    >>> as_sentence("taken back: Heat"), as_sentence("really?"), as_sentence("")
    ('Taken back: Heat.', 'Really?', '')
    """
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) or not text else '.'}"


def in_hundredths(parts: Sequence[float], total: float) -> list[float]:
    """Return the parts of a sum rounded so that they still add up to it, rounded: by the largest remainders.

    Nobody can check a sum whose parts were rounded each by itself. ``total`` is their sum but for the error of floats.

    >>> in_hundredths([0.334, 0.333, 0.333], 1.0)
    [0.34, 0.33, 0.33]
    """
    floors = [math.floor(part * 100 + 1e-9) for part in parts]
    missing = round(round(total, 2) * 100) - sum(floors)
    by_remainder = sorted(range(len(parts)), key=lambda place: floors[place] - parts[place] * 100)
    raised = set(by_remainder[: max(missing, 0)])
    return [(floor + (place in raised)) / 100 for place, floor in enumerate(floors)]


def slug(text: str) -> str:
    """Return an id for the value called ``text``: folded, hyphens for spaces, signs that tell values apart kept.

    "C", "C++" and "C#" or "A" and "A-" stay three and two values, "Amélie" and "amelie" become one. Empty only for an
    empty text.

    >>> slug("Robert Downey Jr."), slug("C++"), slug("1.5 l")
    ('robert-downey-jr', 'c++', '1.5-l')
    """
    plain = _APOSTROPHES.sub("", _without_accents(clean(text)))
    return "-".join(_SLUG_SPACE.sub(" ", plain).split()) or "-".join(clean(text).split())


def _without_accents(text: str) -> str:
    folded = text.casefold()
    if folded.isascii():
        return folded
    # Not every mark is an accent: only those of the alphabets that treat them as optional go.
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", folded))).casefold()
