"""The nearest valid names, and how an error offers them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from kgrec.text import fold

LIKENESS: Final = 60.0
"""From which likeness (0 to 100) a name is worth offering: two letters swapped in four give 75."""

_LISTED: Final = 20
"""Up to how many valid names are listed when none is near."""


def nearest(name: str, candidates: Iterable[str], n: int = 3, likeness: float = LIKENESS) -> tuple[str, ...]:
    """Return up to ``n`` candidates spelt like ``name``, the likest first, ties in the order given.

    >>> nearest("yeer", ["genre", "year", "runtime"])
    ('year',)
    """
    from rapidfuzz import fuzz, process  # only a mistake needs it

    found = process.extract(name, list(candidates), scorer=fuzz.ratio, processor=fold, score_cutoff=likeness, limit=n)
    # A name far behind the best one only distracts.
    return tuple(candidate for candidate, score, _ in found if score >= found[0][1] - 8)


def did_you_mean(names: Sequence[str]) -> str:
    """Return the question that offers one or several names.

    >>> did_you_mean(["Heat", "Cheat"])
    "did you mean 'Heat' or 'Cheat'?"
    """
    return f"did you mean {listed(names, 'or')}?"


def listed(names: Sequence[str], conjunction: str) -> str:
    """Return names in quotes, with a word before the last of several."""
    shown = [repr(name) for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {conjunction} {shown[-1]}"


def choose(name: str, candidates: Sequence[str], plural: str) -> str:
    """Return a hint for a wrong name: the nearest ones, or all when they are few; empty when neither helps."""
    near = nearest(name, candidates)
    if near:
        return did_you_mean(near)
    if not candidates:
        return ""
    if len(candidates) <= _LISTED:
        return f"the {plural} are {listed(candidates, 'and')}"
    return f"none of the {len(candidates):,} {plural} is spelt like it"
