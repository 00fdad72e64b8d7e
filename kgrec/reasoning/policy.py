"""Ask or show: what to do next for somebody who is after something particular.

Every item is the one wanted with some probability: what the history makes of it, times how well it fits the answers,
which may be wrong. Showing ten items ends the search if the wanted one is among them; asking which values of a facet it
has costs a turn and moves the probabilities. So the choice is by rollout (Bertsekas 2020): the expected number of
turns if lists alone were shown from now on, against the same after one more question, averaged over its answers. A
policy improved so is never worse than showing alone, as far as the probabilities are right; rules such as "ask the most
even split" know nothing of what a turn is worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Weights = NDArray[np.float64]

WRONG: Final = 0.1
"""The chance that somebody refuses a value the wanted item has; people slip, and data has errors."""

UNTRUE: Final = 0.1
"""The chance that somebody accepts a value the wanted item lacks: by mistake, or for another item that would do."""

STEEP: Final = 1.3
"""How fast plausibility falls with the rank r of an item by its history score: 1 / (1 + r)**STEEP."""

FOCUS: Final = 500
"""Questions are weighed over so many of the most plausible items."""

MOST_VALUES: Final = 20
"""So many values of each facet are tried as options."""

LISTED: Final = 10
"""Items on a list."""

WELCOME: Final = 2.0
"""So many items would do, on average: few people are after one thing alone. The more, the more a list is worth."""

WORTH_TURNS: Final = 0.3
"""A question is put if it saves at least so many turns: probabilities are not that exact."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question to put: values of one facet, and what it would save in turns."""

    facet: str
    values: tuple[int, ...]
    saves: float


def standing(scores: Weights, pool: NDArray[np.bool_]) -> Weights:
    """Return how plausible each item is by its place in a ranking, shape (n_items,), sum 1; 0 outside the pool.

    A softmax of scores would need scores that are log-probabilities; places are calibrated on any scale.
    """
    weights = np.zeros(len(scores))
    items = np.flatnonzero(pool)
    if not items.size:
        return weights
    order = items[np.argsort(-scores[items], kind="stable")]
    weights[order] = (1.0 + np.arange(len(order))) ** -STEEP
    return np.asarray(weights / weights.sum())


def fits(having: NDArray[np.bool_], *, is_accepted: bool, wrong: float = WRONG, untrue: float = UNTRUE) -> Weights:
    """Return how well each item fits the answer to one value, shape as ``having``: likelihoods, not hard filters."""
    if is_accepted:
        return np.where(having, 1 - wrong, untrue)
    return np.where(having, wrong, 1 - untrue)


def turns_of_showing(weights: Weights, turns: int) -> float:
    """Return the expected number of turns, at most ``turns``, if the most plausible items are shown ten a turn.

    The chance that none of the lists so far held anything welcome is that for one item to the power WELCOME.

    >>> turns_of_showing(np.array([0.9, *[0.01] * 10]), 3)  # 99 % in the first list, so .01² that none is there
    1.0001
    """
    best = np.sort(weights)[::-1][: LISTED * turns]
    found = np.add.reduceat(best, np.arange(0, len(best), LISTED)).cumsum() if best.size else np.zeros(1)
    missing = (np.maximum(1.0 - np.concatenate([[0.0], found]), 0.0) ** WELCOME)[:turns]
    return round(float(missing.sum() + (turns - len(missing)) * missing[-1]), 12)


def best_inquiry(  # noqa: PLR0913  (what is known, what may be asked, and for how long)
    weights: Weights,
    items_of: Mapping[str, sparse.csc_matrix],
    offered: Mapping[str, Sequence[int]],
    *,
    turns: int,
    choices: int,
    wrong: float = WRONG,
) -> Inquiry | None:
    """Return the question that saves most turns against showing lists alone; None if none saves any.

    Args:
        weights: float64 (n_items,), sum 1: how plausible each item is as the one wanted.
        items_of: linked facet → CSC (n_items, n_entities).
        offered: facet → the values that may still be asked about.
        turns: how many turns are left, this one included.
        choices: the most options of a question.
        wrong: the chance that an answer is wrong.
    """
    if turns < 2:  # noqa: PLR2004  (a question in the last turn helps nobody)
        return None
    focus = np.flatnonzero(weights)
    focus = focus[np.argsort(-weights[focus], kind="stable")[:FOCUS]]
    shown = turns_of_showing(weights, turns)
    plausible = weights[focus]
    best: Inquiry | None = None
    for facet, values in offered.items():
        table, columns = _members(items_of[facet], focus, values, plausible)
        options = _options(table, plausible, choices)
        if not options:
            continue
        saves = shown - 1 - _turns_after(table[:, options], plausible, float(weights.sum()), turns - 1, wrong)
        if saves > WORTH_TURNS and (best is None or saves > best.saves):
            best = Inquiry(facet, tuple(columns[option] for option in options), saves)
    return best


def _members(
    links: sparse.csc_matrix, focus: NDArray[np.intp], values: Sequence[int], plausible: Weights
) -> tuple[NDArray[np.bool_], list[int]]:
    """Return which focused items have which value, shape (focus, v), for the MOST_VALUES most plausible values."""
    chosen = np.asarray(values, dtype=np.intp)
    table = (links[:, chosen] > 0)[focus] if len(chosen) else sparse.csc_matrix((len(focus), 0), dtype=np.bool_)
    mass = np.asarray(table.T @ plausible).ravel()
    heavy = np.argsort(-mass, kind="stable")[:MOST_VALUES]
    heavy = heavy[mass[heavy] > 0]
    return np.asarray(table[:, heavy].toarray(), dtype=np.bool_), chosen[heavy].tolist()


def _options(table: NDArray[np.bool_], plausible: Weights, choices: int) -> list[int]:
    """Return the columns whose joint answer is the most uncertain, picked greedily: information gain of the whole."""
    options: list[int] = []
    split = plausible[None, :]  # patterns × items: the plausibility of each item under the pattern it shows so far
    known = 0.0
    for _ in range(min(choices, table.shape[1])):
        having = split @ table
        lacking = split.sum(axis=1)[:, None] - having
        uncertain = _entropy(np.concatenate([having, lacking]))
        uncertain[options] = -1.0
        column = int(np.argmax(uncertain))
        if uncertain[column] <= known + 1e-9:
            break
        known = float(uncertain[column])
        options.append(column)
        split = np.concatenate([split * table[:, column], split * ~table[:, column]])
        split = split[split.any(axis=1)]
    return options


def _entropy(masses: Weights) -> Weights:
    """Return the entropy of each column of masses, in bits."""
    shares = masses / np.maximum(masses.sum(axis=0), 1e-300)
    inside = np.clip(shares, 1e-300, 1.0)
    return np.asarray(-(shares * np.log2(inside)).sum(axis=0))


def _turns_after(table: NDArray[np.bool_], plausible: Weights, total: float, turns: int, wrong: float) -> float:
    """Return the expected turns of showing alone after an answer, averaged over the answers that may come.

    Answers are the patterns of options that some item has; with the chance ``wrong`` another pattern is heard. What
    lies outside the focus stays as plausible as it is, and is not shown.
    """
    codes = table @ (1 << np.arange(table.shape[1]))
    patterns = np.unique(codes)
    share = wrong if len(patterns) > 1 else 0.0
    inside = float(plausible.sum())
    expected = 0.0
    for pattern in patterns:
        heard = plausible * np.where(codes == pattern, 1 - share, share / max(len(patterns) - 1, 1))
        chance = float(heard.sum()) / inside
        if chance > 0:
            expected += chance * turns_of_showing(heard / (chance * total), turns)
    return expected
