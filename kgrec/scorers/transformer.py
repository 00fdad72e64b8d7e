"""A causal transformer over what people chose, one after the other: what it reads so far says what comes next.

Source: SASRec (Kang & McAuley 2018, "Self-attentive sequential recommendation"), with the cross-entropy over the whole
catalogue in place of one negative an item, which Klenitskiy & Vasilev 2023 found to be the stronger way to train it.
Besides the item, a place may tell how long ago the one before it was chosen, and how it was liked (cf. Li, Wang &
McAuley 2020, on time intervals). And it may begin with what counting already knows, as what follows what, taken apart:
so it need not find that out by descent, which takes ten times as long and ends no better.

One function says what the network computes. torch calls it to learn and numpy to score, so that scoring imports no
torch, and both can only agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.scorers.training import best_epochs, log_chance, ndcg, own_torch, truncated

Weights = dict[str, Any]
Items = NDArray[np.intp]

GAPS: Final = 26
"""Kinds of gaps between two choices: 0 unknown, else 1 + log2 of the seconds, up to a year."""

_BATCH: Final = 64
_HEADS: Final = 2
_ASKED: Final = 0.25
"""In each epoch so many of the places are asked for, drawn anew: the gradient is the same on average, for a quarter."""

_MOST_EXACT: Final = 20_000
"""In catalogues of more items each step ranks those of its windows alone, corrected for popularity."""

_LEAST_HELD: Final = 50  # users; fewer say too little of when to stop
_MOST_HELD: Final = 1_000
_LOOKS: Final = 2  # epochs between two looks at them
_LEAST_HISTORY: Final = 3  # what is read, what comes next, and what is asked for
_NEAR: Final = 0.02  # how far what is learned from counts begins from it
_BACK: Final = 0.1  # how much what was chosen before the last item counts there
_EPSILON: Final = 1e-5


@dataclass(frozen=True, eq=False)
class History:
    """What somebody chose, the oldest first.

    Attributes:
        items: intp (k,).
        gaps: int64 (k,), the kind of the gap before each, see GAPS.
        values: float32 (k,), how each was liked, in [-1, 1].
    """

    items: Items
    gaps: NDArray[np.int64]
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.items)

    def part(self, start: int, end: int) -> History:
        """Return some consecutive choices."""
        return History(self.items[start:end], self.gaps[start:end], self.values[start:end])


@dataclass(frozen=True, slots=True)
class Plan:
    """How to build and train one.

    Attributes:
        size: of the vectors.
        layers: how many.
        length: so many items are read at a time; longer histories are trained on in windows.
        epochs: how often all histories are gone through, at most if it is validated.
        rate: of learning.
        dropout: of what is added up.
        hears_more: whether gaps and values are read besides items.
        is_validated: whether to stop where the last items of some users are foretold best.
        rng: seed.
    """

    size: int = 64
    layers: int = 2
    length: int = 50
    epochs: int = 40
    rate: float = 1e-3
    dropout: float = 0.2
    hears_more: bool = False
    is_validated: bool = False
    rng: int = 0


def gap_kinds(seconds: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Return the kind of some gaps, of their shape.

    >>> gap_kinds(np.array([0.0, 1.0, 86400.0, 1e12])).tolist()
    [1, 2, 17, 25]
    """
    return np.asarray(np.minimum(1 + np.log2(1 + np.maximum(seconds, 0)), GAPS - 1), dtype=np.int64)


def windows_of(histories: Sequence[History], length: int) -> History:
    """Return the last ``length`` choices of each, side by side, (n, length); items count from 1, 0 fills up the end."""
    items = np.zeros((len(histories), length), dtype=np.int64)
    gaps, values = np.zeros_like(items), np.zeros(items.shape, dtype=np.float32)
    for row, history in enumerate(histories):
        read = history.part(max(len(history) - length, 0), len(history))
        items[row, : len(read)] = read.items + 1
        gaps[row, : len(read)] = read.gaps
        values[row, : len(read)] = read.values
    return History(items, gaps, values)


def _as_it_is(values: Any) -> Any:
    return values


def states(xp: Any, weights: Weights, told: History, drop: Callable[[Any], Any] = _as_it_is) -> Any:
    """Return a vector for each place, made of what stands there and before it, (n, length, size).

    Args:
        xp: numpy or torch.
        weights: of :func:`trained`, as arrays of that kind.
        told: windows, of that kind.
        drop: leaves some out, while learning.
    """
    length = told.items.shape[1]
    read = weights["items"][told.items] + weights["places"][:length]
    if "gaps" in weights:
        read = read + weights["gaps"][told.gaps] + told.values[..., None] * weights["values"]
    read = drop(read)
    before = xp.tril(xp.ones((length, length))) > 0
    layer = 0
    while f"{layer}.in" in weights:
        own = {name: weights[f"{layer}.{name}"] for name in _LAYER}
        read = read + drop(_attended(xp, own, _normal(read, own["norm"]), before, drop))
        inner = _normal(read, own["inner-norm"]) @ own["up"] + own["up-bias"]
        read = read + drop(drop(inner * (inner > 0)) @ own["down"] + own["down-bias"])
        layer += 1
    return _normal(read, weights["norm"])


_LAYER: Final = ("norm", "in", "in-bias", "out", "out-bias", "inner-norm", "up", "up-bias", "down", "down-bias")


def _attended(xp: Any, own: Mapping[str, Any], read: Any, before: Any, drop: Callable[[Any], Any]) -> Any:
    n, length, size = read.shape
    three = (read @ own["in"] + own["in-bias"]).reshape(n, length, 3 * _HEADS, size // _HEADS).swapaxes(1, 2)
    query, key, value = three[:, :_HEADS], three[:, _HEADS : 2 * _HEADS], three[:, 2 * _HEADS :]
    fit = (query @ key.swapaxes(2, 3)) * (size // _HEADS) ** -0.5
    heard = xp.where(before, xp.exp(fit - xp.amax(fit, -1)[..., None]), 0.0 * fit)
    attention = drop(heard / heard.sum(-1)[..., None])
    return (attention @ value).swapaxes(1, 2).reshape(n, length, size) @ own["out"] + own["out-bias"]


def _normal(read: Any, norm: Any) -> Any:
    """Return layer-normalised vectors; ``norm`` (2, size) are gain and bias."""
    apart = read - read.mean(-1)[..., None]
    spread = ((apart * apart).mean(-1) + _EPSILON) ** 0.5
    return apart / spread[..., None] * norm[0] + norm[1]


def _begun(torch: Any, weights: Weights, follows: sparse.csr_matrix, plan: Plan) -> Weights:
    """Return the weights of a transformer that foretells about what ``follows`` the last items, (n_items, n_items).

    Its truncated singular value decomposition gives each item a vector as what came before ("items"), and another as
    what comes after ("next"); attention begins as a mean that adds a little of the earlier ones.
    """
    size, n_items = plan.size, follows.shape[0]
    before, strengths, after = truncated(follows, size, np.random.default_rng(plan.rng))

    def scaled(vectors: NDArray[np.float64]) -> Any:
        found = np.zeros((n_items + 1, size), dtype=np.float32)
        found[1:, : len(strengths)] = vectors * np.sqrt(strengths)
        return torch.from_numpy(found / max(np.sqrt((found**2).sum() / n_items), _EPSILON))

    weights |= {"items": scaled(before), "next": scaled(after.T), "places": weights["places"] * _BACK}
    for layer in range(plan.layers):
        weights[f"{layer}.in"] = torch.cat([torch.randn(size, 2 * size) * _NEAR, torch.eye(size)], 1)
        weights[f"{layer}.out"] = torch.eye(size) * _BACK
        weights[f"{layer}.down"] *= _BACK
    return weights


def _untrained(torch: Any, plan: Plan, n_items: int) -> Weights:
    size, inner = plan.size, 2 * plan.size

    def drawn(*shape: int) -> Any:
        return (torch.rand(shape) * 2 - 1) * (6 / sum(shape)) ** 0.5  # Glorot & Bengio 2010

    def norm() -> Any:
        return torch.stack([torch.ones(size), torch.zeros(size)])

    weights = {
        "items": torch.randn(n_items + 1, size) * size**-0.5,
        "places": torch.randn(plan.length, size) * size**-0.5,
        "norm": norm(),
    }
    weights["items"][0] = 0.0
    if plan.hears_more:
        weights |= {"gaps": torch.randn(GAPS, size) * 0.1 * size**-0.5, "values": torch.zeros(size)}
    for layer in range(plan.layers):
        made = (
            norm(), drawn(size, 3 * size), torch.zeros(3 * size), drawn(size, size), torch.zeros(size),
            norm(), drawn(size, inner), torch.zeros(inner), drawn(inner, size), torch.zeros(size),
        )  # fmt: skip
        weights |= {f"{layer}.{name}": value for name, value in zip(_LAYER, made, strict=True)}
    return weights


def answers(weights: Weights) -> Any:
    """Return what the state is multiplied by to score each item, (n_items, size)."""
    return weights["next" if "next" in weights else "items"][1:]


def trained(
    histories: Sequence[History], n_items: int, plan: Plan, follows: sparse.csr_matrix | None = None
) -> dict[str, NDArray[np.float32]]:
    """Return the weights of a transformer that has learned from some histories, as arrays for :func:`states`.

    ``follows`` CSR (n_items, n_items) says how much each item speaks for each next one, to begin with; None: nothing.
    Cost O(epochs × choices × (layers × size² + items × size / 4)). The same seed gives the same weights.
    """
    with own_torch(plan.rng) as torch:
        weights = _untrained(torch, plan, n_items)
        if follows is not None and follows.nnz:
            weights = _begun(torch, weights, follows, plan)
        lesson = _Lesson(torch, plan, weights)
        held = [place for place, history in enumerate(histories) if len(history) >= _LEAST_HISTORY]
        held = held[:: -(-len(held) // _MOST_HELD) or 1]
        if not plan.is_validated or len(held) < _LEAST_HELD:
            lesson.hear(histories)
            for _ in range(plan.epochs):
                lesson.go_through()
            return lesson.arrays()
        kept = set(held)
        lesson.hear([one.part(0, len(one) - (place in kept)) for place, one in enumerate(histories)])
        asked = [histories[place] for place in held]
        best: dict[str, NDArray[np.float32]] = {}
        best_epochs(
            plan.epochs,
            lesson.go_through,
            lambda: _quality(lesson.arrays(), asked),
            every=_LOOKS,
            keep=lambda: best.update(lesson.arrays()),
        )
        return best or lesson.arrays()


def _quality(weights: Mapping[str, NDArray[np.float32]], asked: Sequence[History]) -> float:
    """Return how well the last item of each history is foretold by those before it, NDCG."""
    before = [history.part(0, len(history) - 1) for history in asked]
    n_items = len(weights["items"]) - 1
    last = [history.items[-1:] for history in asked]
    return ndcg(foretold(weights, before), _rows([one.items for one in before], n_items), _rows(last, n_items))


def _rows(items: Sequence[Items], n_items: int) -> sparse.csr_matrix:
    starts = np.concatenate(([0], np.cumsum([len(one) for one in items])))
    columns = np.concatenate([np.empty(0, dtype=np.intp), *items])
    return sparse.csr_matrix((np.ones(len(columns), dtype=np.float32), columns, starts), shape=(len(items), n_items))


def foretold(weights: Mapping[str, NDArray[np.float32]], histories: Sequence[History]) -> NDArray[np.float32]:
    """Return scores of what comes after each history, (n, n_items); NaN after an empty one."""
    length, size = weights["places"].shape
    found = np.full((len(histories), size), np.nan, dtype=np.float32)
    for start in range(0, len(histories), _BATCH):
        part = histories[start : start + _BATCH]
        longest = min(max(map(len, part), default=0), length)
        if longest:
            read = states(np, dict(weights), windows_of(part, longest))
            last = np.array([min(len(one), longest) - 1 for one in part])
            found[start : start + _BATCH] = np.where((last >= 0)[:, None], read[np.arange(len(part)), last], np.nan)
    return np.asarray(found @ answers(dict(weights)).T, dtype=np.float32)


class _Lesson:
    """A transformer while it learns."""

    def __init__(self, torch: Any, plan: Plan, weights: Weights) -> None:
        self._torch, self._plan, self._n_items = torch, plan, len(weights["items"]) - 1
        self._weights = {name: value.requires_grad_() for name, value in weights.items()}
        self._optimiser = torch.optim.Adam(list(self._weights.values()), lr=plan.rate)

    def hear(self, histories: Sequence[History]) -> None:
        """Cut histories into windows of length + 1 items, from the end, overlapping by one, to learn from."""
        length, parts = self._plan.length, []
        for history in histories:
            end = len(history)
            while end > 1:
                parts.append(history.part(max(end - length - 1, 0), end))
                end -= length
        told = windows_of(parts, length + 1)
        counts = np.bincount(told.items.ravel(), minlength=self._n_items + 1)[1:]
        self._share = counts / max(len(parts), 1)
        self._told = History(*(self._torch.from_numpy(one) for one in (told.items, told.gaps, told.values)))

    def go_through(self) -> None:
        """Learn from all windows once."""
        for rows in self._torch.randperm(len(self._told.items)).split(_BATCH):
            self._step(rows)

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights as they are now."""
        return {name: value.detach().numpy().copy() for name, value in self._weights.items()}

    def _step(self, rows: Any) -> None:
        """Improve the prediction of each item of some windows from those before it."""
        torch, told = self._torch, self._told
        before = History(told.items[rows, :-1], told.gaps[rows, :-1], told.values[rows, :-1])
        after = told.items[rows, 1:]
        is_asked = (after > 0) & (torch.rand(after.shape) < _ASKED)
        if not is_asked.any():
            return

        def drop(values: Any) -> Any:
            return torch.nn.functional.dropout(values, self._plan.dropout)

        read = states(torch, self._weights, before, drop)[is_asked]
        loss = torch.nn.functional.cross_entropy(*self._ranked(read, after[is_asked] - 1, len(rows)))
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()

    def _ranked(self, read: Any, wanted: Any, n_windows: int) -> tuple[Any, Any]:
        """Return logits of the items that compete, and the place of the one that is wanted in each row."""
        items = answers(self._weights)
        if self._n_items <= _MOST_EXACT:
            return read @ items.T, wanted
        used, places = self._torch.unique(wanted, return_inverse=True)
        chance = log_chance(self._share[used.numpy()] * _ASKED, n_windows)
        return read @ items[used].T - self._torch.from_numpy(chance), places
