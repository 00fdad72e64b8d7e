"""Deviations: what ratings owe to the user, the item, its kinds, and to the circumstances they were given in.

Context-aware biases (Baltrunas, Ludwig & Ricci 2011, "Matrix factorization techniques for context aware
recommendation": CAMF-C, CAMF-CI; with the user in the place of the item, Zheng, Mobasher & Burke 2014), all learned at
once by ridge regression:

    rating = mean + b[user] + b[item] + b[user, item] + sum over kinds (b[kind] + b[user, kind])
             + sum over circumstances (b[when] + b[user, when] + b[item, when] + sum over kinds b[kind, when])

Each kind of effect has a penalty of its own, which says how many ratings it takes to believe half of it. Which kinds of
effects there are, and their penalties, is chosen on pairs held out: what does not pay is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Block = tuple[str, ...]
"""What an effect is of: some of "user", "item", "kind" and "when"."""

WITHOUT: Final[Mapping[Block, float]] = {
    ("user",): 10.0,
    ("item",): 10.0,
    ("user", "item"): 2.0,
    ("kind",): 30.0,
    ("user", "kind"): 10.0,
}
"""The effects that circumstances have no part in, with their penalties."""

WITHIN: Final[Mapping[Block, tuple[float, ...]]] = {
    ("when",): (10.0, 3.0, 30.0),
    ("user", "when"): (10.0, 3.0, 30.0),
    ("kind", "when"): (30.0, 10.0, 100.0),
    ("item", "when"): (30.0, 10.0, 100.0),
}
"""Those of circumstances, with the penalties to try: the first, unless another or none is clearly better."""

CLEAR: Final = 0.003
"""Another penalty, or no effect, has to lower the squared error on what is held out by such a part of it."""

PAYS: Final = 0.01
"""And all effects of circumstances together by such a part, or none of them counts."""

FOLDS: Final = 5
MOST_TUNED: Final = 15_000
"""So many ratings, of users drawn at random, are enough to choose penalties on."""

_ROOM: Final = 1 << 24
"""So many users, or items, have numbers of their own in an effect's number."""

_TOLERANCE: Final = 1e-5
_ROUNDS: Final = 300


@dataclass(frozen=True, eq=False)
class Occasions:
    """Who did what with which item in which circumstances, m times.

    Attributes:
        users, items: intp (m,).
        when: CSR (m, circumstances).
        kinds: CSR (n_items, kinds), what items have in common; rows of length 1.
    """

    users: NDArray[np.intp]
    items: NDArray[np.intp]
    when: sparse.csr_matrix
    kinds: sparse.csr_matrix

    def __len__(self) -> int:
        return len(self.users)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Occasions:
        """Return some of them."""
        return Occasions(self.users[rows], self.items[rows], self.when[rows], self.kinds)

    def cells(self, block: Block) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.float64]]:
        """Return which effects of a block take part in which rating: rows, numbers of the effects, and how much."""
        rows, codes, values = np.arange(len(self)), np.zeros(len(self), dtype=np.int64), np.ones(len(self))
        for part in block:
            if part in ("user", "item"):
                own = self.users if part == "user" else self.items
                codes = codes * _ROOM + own[rows]
                continue
            matrix = self.when if part == "when" else self.kinds[self.items]
            counts = np.diff(matrix.indptr)[rows]
            ends = np.cumsum(counts)
            places = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
            places += np.repeat(matrix.indptr[rows], counts)
            codes = np.repeat(codes, counts) * matrix.shape[1] + matrix.indices[places]
            values = np.repeat(values, counts) * matrix.data[places]
            rows = np.repeat(rows, counts)
        return rows, codes, values


@dataclass(frozen=True, eq=False)
class Deviations:
    """Learned effects.

    Attributes:
        mean: what every rating starts from.
        penalties: of each kind of effect that counts.
        codes: block → int64 (effects,), their numbers, ascending.
        effects: block → float64 (effects,).
    """

    mean: float
    penalties: Mapping[Block, float]
    codes: Mapping[Block, NDArray[np.int64]]
    effects: Mapping[Block, NDArray[np.float64]]

    @classmethod
    def fit(cls, known: Occasions, ratings: NDArray[np.float64], penalties: Mapping[Block, float]) -> Self:
        """Learn the effects of given penalties by conjugate gradients; cost O(cells) a round."""
        from scipy.sparse.linalg import LinearOperator, cg  # heavy to import; most starts learn nothing

        mean = float(ratings.mean()) if len(ratings) else 0.0
        parts, codes = [], {}
        for block in penalties:
            rows, numbers, values = known.cells(block)
            codes[block], column = np.unique(numbers, return_inverse=True)
            parts.append(sparse.csr_matrix((values, (rows, column)), shape=(len(known), len(codes[block]))))
        sizes = [part.shape[1] for part in parts]
        if not sum(sizes):
            return cls(mean, {}, {}, {})
        design = sparse.hstack(parts, format="csr")
        back = design.T.tocsr()
        ridge = np.repeat(list(penalties.values()), sizes)
        diagonal = np.asarray(design.power(2).sum(axis=0)).ravel() + ridge
        n = sum(sizes)
        system = LinearOperator((n, n), matvec=lambda found: back @ (design @ found) + ridge * found)
        guess = LinearOperator((n, n), matvec=lambda found: found / diagonal)
        found, _ = cg(system, back @ (ratings - mean), rtol=_TOLERANCE, maxiter=_ROUNDS, M=guess)
        effects = np.split(found, np.cumsum(sizes)[:-1])
        return cls(mean, dict(penalties), codes, dict(zip(penalties, effects, strict=True)))

    def predict(self, occasions: Occasions) -> NDArray[np.float64]:
        """Return the ratings to be expected, (m,); an effect never seen is 0."""
        return self.mean + sum((self.part(block, occasions) for block in self.penalties), np.zeros(len(occasions)))

    def part(self, block: Block, occasions: Occasions) -> NDArray[np.float64]:
        """Return what the effects of one block add to each rating, (m,); 0 for a block that does not count."""
        if block not in self.codes or not len(self.codes[block]):
            return np.zeros(len(occasions))
        rows, numbers, values = occasions.cells(block)
        known = self.codes[block]
        place = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
        told = np.where(known[place] == numbers, self.effects[block][place], 0.0) * values
        return np.bincount(rows, told, minlength=len(occasions)).astype(np.float64)


def choose_penalties(known: Occasions, ratings: NDArray[np.float64], rng: np.random.Generator) -> dict[Block, float]:
    """Return the penalties of the effects that count: WITHOUT, and those of WITHIN that do best on pairs held out.

    Held out are pairs of user and item with all their ratings, as lists are of items that are new to somebody.
    """
    if len(known) > MOST_TUNED:
        turn = rng.permutation(int(known.users.max()) + 1)[known.users]
        kept = np.sort(np.argsort(turn, kind="stable")[:MOST_TUNED])
        known, ratings = known.take(kept), ratings[kept]
    _, pair = np.unique(known.cells(("user", "item"))[1], return_inverse=True)
    fold = (rng.permutation(int(pair.max(initial=-1)) + 1) % FOLDS)[pair]
    chosen = {**WITHOUT, **{block: tried[0] for block, tried in WITHIN.items()}}
    best = _error(known, ratings, fold, chosen)
    for block, (_, *others) in WITHIN.items():
        tried = [{other: penalty for other, penalty in chosen.items() if other != block}]
        tried += [{**chosen, block: penalty} for penalty in others]
        errors = [_error(known, ratings, fold, penalties) for penalties in tried]
        least = int(np.argmin(errors))
        if errors[least] < best * (1 - CLEAR):
            best, chosen = errors[least], tried[least]
    return chosen if best < _error(known, ratings, fold, WITHOUT) * (1 - PAYS) else dict(WITHOUT)


def _error(
    known: Occasions, ratings: NDArray[np.float64], fold: NDArray[np.intp], penalties: Mapping[Block, float]
) -> float:
    """Return the sum of squared errors where each fold is predicted from the others."""
    total = 0.0
    for number in range(FOLDS):
        held = fold == number
        if held.any() and not held.all():
            learned = Deviations.fit(known.take(~held), ratings[~held], penalties)
            total += float(((learned.predict(known.take(held)) - ratings[held]) ** 2).sum())
    return total


__all__ = ["WITHIN", "WITHOUT", "Block", "Deviations", "Occasions", "choose_penalties"]
