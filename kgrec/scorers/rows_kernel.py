"""The inner loops of kgrec.scorers.rows, compiled by numba where it is installed: one user's row after the other.

A row of scores is as small as the cache, so all that happens to it happens there, and rows are shared out to threads.
Without numba these are the same functions in plain Python: right, testable, and too slow to use.
"""

import numpy as np
from numpy.typing import NDArray

from kgrec.scorers.topk_kernel import Csr, add_up, compiled

Span = tuple[int, int]
"""The first row, and the one after the last."""


@compiled()
def product_rows(span: Span, left: Csr, right: Csr, product: NDArray[np.float32]) -> None:
    """Add some rows of ``left @ right`` to a dense matrix."""
    for row in range(span[0], span[1]):
        add_up(left, right, row, product[row])


@compiled("contract", "reassoc")  # NaN has to stay what it is
def add_rows(
    span: Span, scores: NDArray[np.float32], weights: NDArray[np.float32], flat: float, total: NDArray[np.float32]
) -> None:
    """Add some rows of scores to ``total``, divided by their spread and weighed; ``flat``: see :func:`rows.is_flat`."""
    n_items = scores.shape[1]
    for row in range(span[0], span[1]):
        n, whole, peak = 0, 0.0, 0.0
        for item in range(n_items):
            score = np.float64(scores[row, item])
            is_known = score == score  # noqa: PLR0124  (NaN alone is not itself)
            n += is_known
            whole += score if is_known else 0.0
            peak = max(peak, abs(score) if is_known else 0.0)
        mean = whole / max(n, 1)
        squares = 0.0
        for item in range(n_items):
            score = np.float64(scores[row, item])
            apart = score - mean if score == score else 0.0  # noqa: PLR0124
            squares += apart * apart
        spread = np.sqrt(squares / max(n, 1))
        if spread > flat * max(1.0, peak):
            for item in range(n_items):
                score = np.float64(scores[row, item])
                known = score if score == score else mean  # noqa: PLR0124
                total[row, item] += np.float32(known / spread) * weights[item]


@compiled()
def best_rows(span: Span, scores: NDArray[np.float32], ids: NDArray[np.intp], values: NDArray[np.float32]) -> None:
    """Write the items with the greatest scores of some rows, greatest first, the lower number first among equals.

    ``ids`` are -1 and ``values`` -infinity to begin with, and stay so where a row has no more above -infinity.
    """
    n = ids.shape[1]
    for row in range(span[0], span[1]):
        for item in range(scores.shape[1]):
            score = scores[row, item]
            if score > values[row, n - 1]:
                place = n - 1
                while place > 0 and values[row, place - 1] < score:
                    values[row, place], ids[row, place] = values[row, place - 1], ids[row, place - 1]
                    place -= 1
                values[row, place], ids[row, place] = score, item
