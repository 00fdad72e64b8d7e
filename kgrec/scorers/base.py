"""What every scorer is given, what it gives back, and how its scores fall apart into reasons.

A scorer sees a belief only as Evidence: numbers of entities with a value each, the text wishes, and what the
conversation has taught. So one and the same scorer serves a newcomer who named two actors, a regular with 300 ratings,
and a row of a matrix in an offline experiment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Final, Protocol, Self, TypeVar, cast, overload

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.domain import Belief, Occasion, TextWish, Value
from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.belief import Posterior
from kgrec.ties import Tie

Scores = NDArray[np.float32]
Indices = NDArray[np.intp]
Ages = NDArray[np.float64]

T = TypeVar("T")

_ON_ONE_THREAD: Final = 1 << 16
"""So large a matrix times a vector is worth no second thread to OpenBLAS (kgrec.scorers.threads)."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """A belief in the graph's numbers.

    Attributes:
        entities: intp (m,), the entities there is an opinion on; items are those below ``n_items``.
        values: float32 (m,), the opinions, in [-1, 1].
        texts: wishes in free words.
        posterior: what the Gaussian belief makes of the opinions of this conversation, or None outside of one.
        ages: float64 (m,), how many days ago each opinion was given; None where nothing is known of it.
        facts: what is known of the user by name: age, occupation ...
        ties: whom the user knows, as far as it may count.
        context: what is known of the moment by name, as rules know it: company, weekday ...
        occasions: m times those of each opinion; empty where nothing is known of the moment.
        nearness: float64 (n_rated,), how much each rated item counts because of its circumstances; None: all fully.
    """

    n_items: int
    entities: Indices
    values: Scores
    texts: tuple[TextWish, ...] = ()
    posterior: Posterior | None = None
    ages: Ages | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)
    ties: tuple[Tie, ...] = ()
    context: Mapping[str, Value] = field(default_factory=dict)
    occasions: tuple[tuple[Occasion, ...], ...] = ()
    nearness: NDArray[np.float64] | None = None
    _made: dict[Callable[[Evidence], Any], Any] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(
        cls,
        belief: Belief,
        graph: KnowledgeGraph,
        posterior: Posterior | None = None,
        *,
        is_timed: bool = False,
        context: Mapping[str, Value] | None = None,
    ) -> Evidence:
        """Number a belief's opinions; the last one on an entity counts, entities the graph lost are left out.

        ``is_timed``: whether scorers shall hear how old they are. ``context``: what is known of the moment.
        """
        opinions = {opinion.entity: opinion for opinion in belief.opinions if opinion.entity in graph}
        m = len(opinions)
        return cls(
            graph.n_items,
            graph.indices(opinions),
            np.fromiter((opinion.value for opinion in opinions.values()), dtype=np.float32, count=m),
            belief.texts,
            posterior,
            np.array([opinion.age_days for opinion in opinions.values()]) if is_timed else None,
            belief.fact,
            belief.people,
            context or {},
            tuple(opinion.occasions for opinion in opinions.values()) if context else (),
        )

    @classmethod
    def from_history(
        cls, history: Mapping[int, float], n_items: int, ages: NDArray[np.float64] | None = None
    ) -> Evidence:
        """Return the evidence of item number → value pairs alone; ``ages`` are in their order."""
        entities = np.fromiter(history, dtype=np.intp, count=len(history))
        values = np.fromiter(history.values(), dtype=np.float32, count=len(history))
        return cls(n_items, entities, values, ages=ages)

    @cached_property
    def is_item(self) -> NDArray[np.bool_]:
        """Which of the entities are items, shape (m,)."""
        return self.entities < self.n_items

    @cached_property
    def rated(self) -> Indices:
        """The items there is an opinion on, shape (n_rated,)."""
        return self.entities[self.is_item]

    @cached_property
    def recency(self) -> NDArray[np.float64]:
        """The rank of each rated item by age, shape (n_rated,): 0 the latest; what is equally old shares the mean rank.

        >>> Evidence.from_history({4: 1, 7: 1, 2: 1}, 9, np.array([30.0, 1.0, 30.0])).recency.tolist()
        [1.5, 0.0, 1.5]
        """
        if self.ages is None:
            return np.full(self.n_rated, max(self.n_rated - 1, 0) / 2)
        _, group, sizes = np.unique(self.ages[self.is_item], return_inverse=True, return_counts=True)
        return np.asarray((np.cumsum(sizes) - (sizes + 1) / 2)[group])

    @property
    def n_rated(self) -> int:
        """How many items there is an opinion on."""
        return len(self.rated)

    def once(self, make: Callable[[Evidence], T]) -> T:
        """Return ``make(self)``: made at the first call and kept as long as the evidence lives.

        So what a scorer finds out on its way to a score is there when the score is taken apart.
        """
        if make not in self._made:
            self._made[make] = make(self)
        return cast("T", self._made[make])


@dataclass(frozen=True, eq=False)
class Share:
    """What one piece of evidence adds to some scores: an opinion, a text wish, or (neither) the scorer itself.

    Attributes:
        values: float64 (n,).
        entity: the entity there is an opinion on.
        text: the text wish.
        other: the entity that the first one was compared with.
        channels: what the values are made of, by channel, (n,) each; empty where the scorer has none.
        ties: the people whose likes they are.
        circumstance: the column and value of the context that they are due to.
    """

    values: NDArray[np.float64]
    entity: int | None = None
    text: str = ""
    other: int | None = None
    channels: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    ties: tuple[Tie, ...] = ()
    circumstance: tuple[str, str] | None = None


class Shares(Sequence[Share]):
    """One share an opinion, after some others: what a tuple of them would be, without making hundreds of objects.

    Args:
        entities: intp (m,), what there is an opinion on.
        parts: float64 (m, n), what each opinion adds.
        others: come first.
    """

    def __init__(self, entities: Indices, parts: NDArray[np.float64], others: tuple[Share, ...] = ()) -> None:
        self.entities = entities
        self.parts = parts
        self.others = others

    def __len__(self) -> int:
        return len(self.others) + len(self.entities)

    @overload
    def __getitem__(self, position: int) -> Share: ...

    @overload
    def __getitem__(self, position: slice) -> tuple[Share, ...]: ...

    def __getitem__(self, position: int | slice) -> Share | tuple[Share, ...]:
        if isinstance(position, slice):
            return tuple(self[one] for one in range(len(self))[position])
        place = range(len(self))[position] - len(self.others)
        return self.others[place] if place < 0 else Share(self.parts[place], entity=int(self.entities[place]))


def values_of(shares: Sequence[Share], n: int) -> NDArray[np.float64]:
    """Return what some shares add to ``n`` scores, one row each, (len(shares), n)."""
    if isinstance(shares, Shares):
        return np.vstack([*(share.values for share in shares.others), shares.parts])
    return np.array([share.values for share in shares]).reshape(len(shares), n)


class Scorer(Protocol):
    """Maps evidence to scores of items. Higher is better; NaN means "no opinion", never 0.

    ``fit`` learns from a graph and returns self; scoring is pure. ``shares`` splits scores exactly: for every item
    with a score, the values of all shares add up to it (within 1e-5, float32).
    """

    name: ClassVar[str]

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Learn from the graph; return self."""
        ...

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate, shape (n,)."""
        ...

    def shares(self, evidence: Evidence, candidates: Indices) -> Sequence[Share]:
        """Return what the scores of the candidates are made of, one array (n,) for each piece of evidence."""
        ...


def product(matrix: NDArray[Any] | sparse.csr_matrix, vector: NDArray[Any], rows: Indices) -> NDArray[Any]:
    """Return ``(matrix @ vector)[rows]``: of a few rows alone, else of all, which saves copying most of a matrix."""
    if 2 * len(rows) < matrix.shape[0]:
        return np.asarray(matrix[rows] @ vector)
    if sparse.issparse(matrix) or not matrix.size:
        return np.asarray((matrix @ vector)[rows])
    step = max(1, _ON_ONE_THREAD // matrix.shape[1])
    whole = np.empty(len(matrix), dtype=np.result_type(matrix, vector))
    for start in range(0, len(matrix), step):
        np.dot(matrix[start : start + step], vector, out=whole[start : start + step])
    return np.asarray(whole[rows])


def in_common(left: sparse.csr_matrix, right: sparse.csr_matrix) -> NDArray[Any]:
    """Return ``left @ right.T``, dense (m, n), where the right side has few rows and neither holds a pair twice.

    A product of sparse matrices costs as much as they have columns; here only those of the right side count.
    """
    columns, place = np.unique(right.indices, return_inverse=True)
    dense = np.zeros((len(columns) + 1, right.shape[0]), dtype=right.dtype)
    dense[place, np.repeat(np.arange(right.shape[0]), np.diff(right.indptr))] = right.data
    places = np.full(left.shape[1], len(columns), dtype=np.int32)  # the last row is for what is not on the right side
    places[columns] = np.arange(len(columns))
    told = sparse.csr_matrix((left.data, places[left.indices], left.indptr), shape=(left.shape[0], len(dense)))
    return np.asarray(told @ dense)


def no_opinion(candidates: Indices) -> Scores:
    """Return NaN for every candidate."""
    return np.full(len(candidates), np.nan, dtype=np.float32)


def choices(user_items: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return who chose what: the same pairs as in ``user_items``, 1 each, float32."""
    ones = np.ones(user_items.nnz, dtype=np.float32)
    return sparse.csr_matrix((ones, user_items.indices, user_items.indptr), shape=user_items.shape)
