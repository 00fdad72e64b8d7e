"""Scorers that are fitted only where somebody asks for them by name.

They take minutes to learn and need torch for it, while most data sets are served as well without; so nothing of them
is imported before one is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.errors import ModelError
from kgrec.scorers.base import Scorer

Vectors = NDArray[np.float32]


def _two_tower(vectors: Vectors | None) -> Scorer:
    from kgrec.scorers.two_tower import TwoTower

    return TwoTower(vectors)


def _sequence(vectors: Vectors | None) -> Scorer:
    from kgrec.scorers.sequence import Sequential

    del vectors
    return Sequential()


OPTIONAL: Final[Mapping[str, Callable[[Vectors | None], Scorer]]] = {"two-tower": _two_tower, "sequence": _sequence}
"""What makes each of them, by name; asked for one sentence vector an item, or None."""


def make_optional(names: Iterable[str], vectors: Vectors | None) -> tuple[Scorer, ...]:
    """Return unfitted scorers of some names; raises ModelError for a name that is not in OPTIONAL."""
    names = tuple(names)
    unknown = [name for name in names if name not in OPTIONAL]
    if unknown:
        raise ModelError(f"there is no optional scorer {', '.join(unknown)}; there are: {', '.join(OPTIONAL)}")
    return tuple(OPTIONAL[name](vectors) for name in names)


__all__ = ["OPTIONAL", "make_optional"]
