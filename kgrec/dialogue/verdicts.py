"""Verdicts: what is said after a name ("was great", "bored me"), as an opinion from -1 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.tokens import PAUSES, Phrases

_PHRASES: Final = Phrases(lexicon.VERDICTS)


def read_verdict(
    plain: Sequence[str], position: int, *, follows_name: bool, stands_alone: bool
) -> tuple[float | None, int]:
    """Return the verdict that begins at a position, and how many words it takes; (None, 0) for none.

    Args:
        plain: the words of the utterance, folded.
        position: where to read.
        follows_name: whether a name stands before it in the clause, which "was great" would be about.
        stands_alone: whether it begins a clause after something was said, so that one word ("great") may be all.
    """
    value, used = _PHRASES.at(plain, position)
    if value is not None:
        return value, used
    is_said = plain[position] in lexicon.COPULAS
    end = position + is_said
    while end < len(plain) and (plain[end] in lexicon.ADVERBS or plain[end] == "not"):
        end += 1
    is_negated = "not" in plain[position + is_said : end] or plain[position] in lexicon.NEGATED_COPULAS
    word = plain[end] if end < len(plain) else ""
    is_about = follows_name if is_said else stands_alone and end == position and _is_over(plain, end + 1)
    if not is_about or word not in lexicon.GOOD | lexicon.BAD:
        return None, 0
    sign = 1.0 if word in lexicon.GOOD else -1.0
    return -sign if is_negated else sign, end + 1 - position


def _is_over(plain: Sequence[str], position: int) -> bool:
    return position >= len(plain) or plain[position] in PAUSES | {"but", "though"}
