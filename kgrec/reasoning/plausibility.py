"""How plausible each item is as what the user is after, which says whose doubt is worth removing."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

HEAD: Final = 10
FOCUS: Final = 2_000
"""How flat the plausibility of items is, and how many items questions are about."""


def plausibility(mean: NDArray[np.float32], allowed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how plausible each item is as what the user is after, shape (n_items,), sum 1; 0 where not allowed.

    It falls with the rank r of the item's mean as 1 / (HEAD + r), down to the FOCUS-th, equal means sharing a rank:
    a softmax of the mean would put everything on the few hits that everybody likes.
    """
    weights = np.zeros(len(mean))
    candidates = np.flatnonzero(allowed)
    if not candidates.size:
        return weights
    best = candidates[np.argsort(-mean[candidates], kind="stable")[:FOCUS]]
    falling = -mean[best]
    ranks = (np.searchsorted(falling, falling, "left") + np.searchsorted(falling, falling, "right") - 1) / 2
    weights[best] = 1.0 / (HEAD + ranks)
    return np.asarray(weights / weights.sum())
