"""Parts of what goes on, by their number: "the second part", "part three of the godfather", "the third godfather"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.amounts import read_number
from kgrec.dialogue.praise import COPULAS
from kgrec.dialogue.tokens import PAUSES
from kgrec.dialogue.verdicts import read_marks
from kgrec.graph.spellings import key, loose

if TYPE_CHECKING:
    from kgrec.dialogue.names import Names

_FIRST: Final = 1
_MOST_PARTS: Final = 20
_PARTS: Final = frozenset({"part", "installment", "instalment", "chapter", "episode", "volume"})


def part_at(names: Names, start: int, mentioned: str, about: str) -> tuple[str, int]:
    """Return the item that is the part of another that some words name, and how many they are; ("", 0) for none.

    Args:
        names: those of the utterance.
        start: where to read.
        mentioned: the item named last in this utterance; only of it "the third one" is a part.
        about: the item that is talked about.
    """
    plain = names.plain(start)
    lead = 1 if plain[:1] == ["the"] else 0
    number, used = lexicon.ORDINALS.get(_word(plain, lead), 0), lead + 1
    noun = _word(plain, used)
    if not number and _word(plain, lead) in _PARTS:
        number, noun = int(read_number(_word(plain, lead + 1)) or 0), _word(plain, lead)
    if not number:
        return "", 0
    if noun not in _PARTS | names.vocabulary.nouns | {"one"}:
        found = names.at(start + used, is_awaited=True)
        item = next((entity for entity in found.entities if names.graph.is_item(entity)), "")
        return _told(names, item, number, used + found.words) if lead and not mentioned else ("", 0)
    used += 1
    if _word(plain, used) in ("of", "in", "from"):
        found = names.at(start + used + 1)
        item = next((entity for entity in found.entities if names.graph.is_item(entity)), "")
        return _told(names, item, number, used + 1 + found.words)
    return _told(names, mentioned or (about if noun in _PARTS else ""), number, used)


def is_numbered(plain: Sequence[str], end: int) -> bool:
    """Whether a figure follows the name that ends before a position, which makes it another part's: "Rocky 4 was fine".

    >>> is_numbered("i loved rocky 4".split(), 3), is_numbered("rocky 4 stars".split(), 1)
    (True, False)
    """
    figure, following = _word(plain, end), _word(plain, end + 1)
    if not (figure.isascii() and figure.isdecimal() and _FIRST < int(figure) <= _MOST_PARTS):
        return False
    is_last = not following or following in PAUSES | COPULAS or following.isdecimal()
    return is_last and not read_marks(plain, end)[1]


def _word(plain: Sequence[str], at: int) -> str:
    return plain[at] if at < len(plain) else ""


def _told(names: Names, item: str, number: int, used: int) -> tuple[str, int]:
    part = _part(names, item, number) if item else ""
    return (part, used) if part else ("", 0)


def _part(names: Names, item: str, number: int) -> str:
    """Return the part of that number of what an item begins or goes on; "" for none."""
    words = loose(key(names.graph.labels[names.graph.index(item)])).split()
    base = words[:-1] if len(words) > 1 and words[-1].isdecimal() else words
    called = " ".join([*base, str(number)] if number > 1 else base)
    return next((entity for entity in names.lookup.loosely(called) if names.graph.is_item(entity)), "")
