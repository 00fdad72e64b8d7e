"""Signals: what people would rate what they opened, played, skipped or dwelt on, learned from those who also rated.

Small neural networks, a few for each fold of the pairs that have both, learn by how much biased factors are off. They
see what was done with the item (of each kind of event: whether, how much, and how much for that user), how kind the
user and how good the item is held to be, and what the factors say. The networks of a fold judge what they have not
seen. From how far off they are there, others learn how far off to expect a prediction to be, on half of the pairs; the
other half says by what to multiply that for an interval to hold what it promises (split conformal prediction with a
local scale: Lei et al. 2018). Nothing about a pair enters that its own rating is part of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import Interactions
from kgrec.graph.interactions import rating_values
from kgrec.learning.biased_factors import BiasedFactors

COVERAGE: Final = 0.8
"""The share of ratings that an interval shall hold."""

LEAST_BOTH: Final = 300
"""With fewer pairs that have a rating and signals nothing is learned, and the constants of the event kinds stand."""

MOST_KINDS: Final = 8
"""So many kinds of events, the most frequent, are told apart."""

_FOLDS: Final = 4
_NETWORKS: Final = 3
"""So many networks, which begin differently, have a say: one alone was hardly better than biased factors."""

_MOST_PAIRS: Final = 60_000
"""The networks are trained on at most so many pairs, drawn at random."""

_TRUST: Final = 5.0
_FAR: Final = 4.0  # deviations; beyond, a signal says no more
_LEAST_DOUBT: Final = 0.1  # of the average error
_INTERRUPTED: Final = "Training interrupted"
"""So begins what scikit-learn warns of after Ctrl-C."""

Vector = NDArray[np.float64]
Rows = NDArray[np.intp]
Network = Callable[[Vector], Vector]


@dataclass(frozen=True, eq=False)
class Expected:
    """What the pairs with signals and without a rating would be rated, k of them.

    Attributes:
        users, items: intp (k,).
        ratings: float64 (k,), on the data's own scale.
        reaches: float64 (k,), half the width of the interval that holds COVERAGE of such ratings.
        typical: the median reach of pairs that were rated.
    """

    users: NDArray[np.intp]
    items: NDArray[np.intp]
    ratings: Vector
    reaches: Vector
    typical: float


def heard(log: Interactions) -> Interactions:
    """Return the log with what signals say in place of constants, for pairs that have signals and no rating.

    The expected rating becomes the value; the surer it is, the more the pair counts as a choice, twice at most. A log
    without signals, or where too few gave both, comes back as it is.
    """
    expected = expected_ratings(log)
    if expected is None:
        return log
    known = log.ratings[~np.isnan(log.ratings)]
    said = rating_values(expected.ratings, float(known.min()), float(known.max()))
    sure = np.clip(expected.typical / expected.reaches, 0.5, 2.0)
    keys, of_row = np.unique(log.users.astype(np.int64) * log.n_items + log.items, return_inverse=True)
    place = np.searchsorted(keys, expected.users * log.n_items + expected.items)
    values, factor = np.full(len(keys), np.nan), np.ones(len(keys))
    values[place], factor[place] = said, sure
    is_said = ~np.isnan(values[of_row])
    return replace(
        log,
        values=np.where(is_said, values[of_row], log.values).astype(np.float32),
        trusts=(log.trusts * factor[of_row]).astype(np.float32),
    )


def expected_ratings(log: Interactions) -> Expected | None:
    """Return what the pairs without a rating would be rated, by their signals; None where too few pairs have both.

    Also None where every pair with signals has a rating.
    """
    if not log.kinds.size or np.isnan(log.ratings).all():
        return None
    pairs = _Pairs.of(log)
    both, asked = (np.flatnonzero(pairs.has_signals & side) for side in (pairs.is_rated, ~pairs.is_rated))
    if len(both) < LEAST_BOTH or not len(asked):
        return None
    rng = np.random.default_rng(0)
    if len(both) > _MOST_PAIRS:
        both = np.sort(rng.choice(both, _MOST_PAIRS, replace=False))
    folds = np.full(len(pairs.users), -1)
    folds[pairs.is_rated] = rng.permutation(int(pairs.is_rated.sum())) % _FOLDS
    factors = _fold_factors(pairs, folds)
    design = np.column_stack([pairs.signals(), pairs.leanings(), factors])
    centre, spread = design[both].mean(axis=0), np.maximum(design[both].std(axis=0), 1e-9)
    design = np.clip((design - centre) / spread, -_FAR, _FAR)
    off, answers = _fold_networks(design, pairs.ratings - factors, folds, both, asked)
    low, high = np.nanmin(log.ratings), np.nanmax(log.ratings)
    far = np.abs(np.clip(factors[both] + off, low, high) - pairs.ratings[both])
    reaches, asked_reaches = _reaches(design, far, folds[both] % 2 == 0, both, asked)
    return Expected(
        pairs.users[asked].astype(np.intp),
        pairs.items[asked].astype(np.intp),
        np.clip(factors[asked] + answers, low, high),
        asked_reaches,
        float(np.median(reaches)),
    )


@dataclass(frozen=True, eq=False)
class _Pairs:
    """The p different pairs of user and item, and what was done with each.

    Attributes:
        users, items: (p,).
        ratings: float64 (p,), the latest; NaN = none.
        amounts: float64 (p, kinds), how much of each kind in all, 0 = nothing.
    """

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    ratings: Vector
    amounts: Vector

    @classmethod
    def of(cls, log: Interactions) -> _Pairs:
        keys, of_row = np.unique(log.users.astype(np.int64) * log.n_items + log.items, return_inverse=True)
        is_rated = ~np.isnan(log.ratings)
        is_event = (log.kinds > 0) | ~is_rated
        counts = np.bincount(log.kinds[is_event], minlength=len(log.kind_names))
        frequent = np.argsort(-counts, kind="stable")[:MOST_KINDS]
        told = np.nan_to_num(log.amounts, nan=1.0) if log.amounts.size else np.ones(len(log))
        amounts = np.zeros((len(keys), len(frequent)))
        for column, kind in enumerate(frequent):
            rows = np.flatnonzero(is_event & (log.kinds == kind))
            amounts[:, column] = np.bincount(of_row[rows], np.maximum(told[rows], 0.0), len(keys))
        ratings = np.full(len(keys), np.nan)
        order = np.lexsort((np.arange(len(log)), log.times))
        order = order[is_rated[order]]
        ratings[of_row[order]] = log.ratings[order]  # of equal pairs the last assignment stays
        return cls((keys // log.n_items).astype(np.int32), (keys % log.n_items).astype(np.int32), ratings, amounts)

    @property
    def is_rated(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.ratings)

    @property
    def has_signals(self) -> NDArray[np.bool_]:
        return np.asarray((self.amounts > 0).any(axis=1))

    def signals(self) -> Vector:
        """Return whether, how much, and how much for that user each kind was done, and how active both are."""
        level = np.log1p(self.amounts)
        has = level > 0
        columns: list[Any] = []
        for kind in range(level.shape[1]):
            own = level[:, kind]
            average = np.bincount(self.users, own) / np.maximum(np.bincount(self.users, has[:, kind]), 1)
            columns += [has[:, kind], own, np.where(has[:, kind], own - average[self.users], 0.0)]
        columns += [np.log1p(np.bincount(side))[side] for side in (self.users, self.items)]
        return np.column_stack(columns)

    def leanings(self) -> Vector:
        """Return how much higher than the average the user rates, and the item is rated, by all other ratings."""
        above = np.where(self.is_rated, self.ratings - np.nanmean(self.ratings), 0.0)
        rated = self.is_rated.astype(np.float64)
        return np.column_stack(
            [
                (np.bincount(side, above)[side] - above) / (np.bincount(side, rated)[side] - rated + _TRUST)
                for side in (self.users, self.items)
            ]
        )


def _fold_factors(pairs: _Pairs, folds: Rows) -> Vector:
    """Return what biased factors that did not see its rating say of each pair, (p,)."""
    shape = (int(pairs.users.max()) + 1, int(pairs.items.max()) + 1)
    found = np.empty(len(folds))
    for fold in (-1, *range(_FOLDS)):
        seen, own = np.flatnonzero(pairs.is_rated & (folds != fold)), np.flatnonzero(folds == fold)
        cells = (pairs.ratings[seen], (pairs.users[seen], pairs.items[seen]))
        factors = BiasedFactors.fit(sparse.csr_matrix(cells, shape=shape))
        found[own] = factors.predict(pairs.users[own], pairs.items[own])
    return found


def _fold_networks(design: Vector, targets: Vector, folds: Rows, both: Rows, asked: Rows) -> tuple[Vector, Vector]:
    """Return what networks that did not see its target say of each pair that has both, and all on average of others."""
    told, answers = np.empty(len(both)), np.zeros(len(asked))
    for fold in range(_FOLDS):
        own = folds[both] == fold
        network = _trained(design[both[~own]], targets[both[~own]], fold)
        told[own] = network(design[both[own]])
        answers += network(design[asked]) / _FOLDS
    return told, answers


def _reaches(
    design: Vector, far: Vector, is_learned: NDArray[np.bool_], both: Rows, asked: Rows
) -> tuple[Vector, Vector]:
    """Return half the widths of the intervals of pairs that have both, and of others, given how far off the former are.

    Where errors ``far`` (of ``both``) are larger the intervals are wider; COVERAGE of those lie within that the widths
    were not learned from.
    """
    doubt = _trained(design[both[is_learned]], far[is_learned], _FOLDS)
    scales, asked_scales = (np.maximum(doubt(design[rows]), _LEAST_DOUBT * far.mean()) for rows in (both, asked))
    reach = float(np.quantile((far / scales)[~is_learned], COVERAGE))
    return reach * scales, reach * asked_scales


def _trained(design: Vector, targets: Vector, fold: int) -> Network:
    """Return the mean of _NETWORKS networks fitted to standardised features (n, features) and targets (n,).

    Raises KeyboardInterrupt if somebody interrupts it, where scikit-learn would warn and go on half trained.
    """
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPRegressor

    networks = [
        MLPRegressor(
            hidden_layer_sizes=(32, 16),
            alpha=1e-3,
            batch_size=min(512, len(design) // 2),
            learning_rate_init=3e-3,
            max_iter=60,
            early_stopping=True,
            n_iter_no_change=4,
            random_state=_NETWORKS * fold + number,
        )
        for number in range(_NETWORKS)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopped early on purpose: longer learns the noise
        warnings.filterwarnings("error", _INTERRUPTED, UserWarning)
        for network in networks:
            try:
                network.fit(design, targets)
            except UserWarning as warning:
                if not str(warning).startswith(_INTERRUPTED):
                    raise
                raise KeyboardInterrupt from warning
    return lambda rows: np.mean([network.predict(rows) for network in networks], axis=0)
