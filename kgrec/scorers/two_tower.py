"""Two towers: one network places items, another users, in one space, and their product says how well they suit.

The item tower makes an item's place from what is told of it, attributes and description, and from a vector of its own,
which is left out at random while learning: so an item that nobody has chosen yet has a place as well (Volkovs, Yu &
Poutanen 2017). The user tower adds up what is known of a user in that same space: where the items of the history lie,
weighed by attention, the facts of the profile, the circumstances of now where interactions tell any, and what everybody
likes. It is made when somebody asks, so a new user
and a new rating count at once. Both towers are learned together as a softmax over what is chosen (after Yi et al. 2019,
"Sampling-bias-corrected neural modeling for large corpus item recommendations"; see kgrec.scorers.two_tower_learning).

The place of a user is a sum, so a score splits exactly: into what everybody likes, each fact, each circumstance, and
each opinion under the attention it was paid.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.domain import UserFact, Value
from kgrec.graph import KnowledgeGraph
from kgrec.graph.circumstances import Circumstances, holding
from kgrec.scorers.base import Evidence, Indices, Scores, Share, Shares, no_opinion, product

_BANDS: Final = 5
_FEWEST: Final = 10  # people that make a fact worth a place


class TwoTower:
    """The product of a user's place and an item's.

    With T the places, b how widely an item is liked, k and s learned: the place of one with opinions v on entities h is
    base + Σ facts and circumstances + Σ_h a_h T_h, with a_h = exp(k_h + s v_h) / (rest + Σ exp(k_h + s v_h)). An item's
    score is its product with T_i, plus b_i. An opinion on an attribute counts as one on an item that has nothing else.

    Args:
        vectors: float32 (n_items, d), what descriptions say, rows of length 1 or 0; None: no descriptions.
        rank: the length of places.
        epochs: how often all users are gone through at most; fewer where validation says so.
        rate: of learning.
        hidden: so much of a history, and up to all of it, is hidden and asked for.
        unnamed: so many items at a time are known only by what is told of them.
        most_exact: in catalogues of more items each step ranks those of its users alone, corrected for popularity.
        rng: seed of everything that is drawn.

    Attributes:
        tried: how many epochs proved best, for towers like these; None until fitting has tried it out.
    """

    name: ClassVar[str] = "two-tower"
    hears_people: ClassVar[bool] = True

    def __init__(  # noqa: PLR0913  (each is a hyper-parameter)
        self,
        vectors: NDArray[np.float32] | None = None,
        *,
        rank: int = 128,
        epochs: int = 100,
        rate: float = 5e-3,
        hidden: float = 0.5,
        unnamed: float = 0.1,
        most_exact: int = 20_000,
        rng: int = 0,
    ) -> None:
        self.vectors = vectors
        self.rank = rank
        self.epochs = epochs
        self.rate = rate
        self.hidden = hidden
        self.unnamed = unnamed
        self.most_exact = most_exact
        self.rng = rng
        self.tried: int | None = None

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Learn both towers; cost O(epochs × users × (items × rank)), in minutes: ML-100K takes half of one.

        Raises:
            ValueError: there is not one vector an item.
        """
        if self.vectors is not None and len(self.vectors) != graph.n_items:
            raise ValueError(f"{len(self.vectors)} vectors for {graph.n_items} items")
        self.profiles_, self.names_ = Profiles.of(graph), _circumstances(graph)
        if len(graph.interactions):
            from kgrec.scorers.two_tower_learning import learn_towers

            self._take(learn_towers(graph, self))
        else:
            self._take(_untold(graph.n_entities, len(self.profiles_), graph.n_items))
        return self

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; NaN if nothing is known of the user, and for items nothing is told of.

        What is known may be an opinion, a fact or a circumstance.
        """
        place = evidence.once(self._place)
        if place is None:
            return no_opinion(candidates)
        scores = product(self._items, place.whole, candidates) + self.liked_[candidates]
        return np.where(self.known_[candidates], scores, np.float32(np.nan))

    def shares(self, evidence: Evidence, candidates: Indices) -> Sequence[Share]:
        """Return a share for what everybody likes, one for each fact and circumstance, and one for each opinion."""
        place = evidence.once(self._place)
        if place is None:
            return ()
        ours = self.places_[candidates].astype(np.float64).T
        everybody = Share(self.base_ @ ours + self.liked_[candidates])
        facts = ((fact, own @ ours) for fact, own in place.facts)
        others = [Share(values, channels={fact: values}) for fact, values in facts]
        others += [Share(own @ ours, circumstance=name) for name, own in place.moments]
        return Shares(evidence.entities, place.parts @ ours, (everybody, *others))

    def score_many(self, user_items: sparse.csr_matrix) -> Scores:
        """Return the scores of many histories, (users, n_items) float32; values in [-1, 1], all of one age."""
        heard = np.exp(self.keys_[user_items.indices] + self.slope_ * user_items.data)
        sizes = np.diff(user_items.indptr)
        rows = np.repeat(np.arange(len(sizes)), sizes)
        total = np.bincount(rows, weights=heard, minlength=len(sizes)) + self.rest_
        attention = sparse.csr_matrix((heard / total[rows], user_items.indices, user_items.indptr), user_items.shape)
        users = (attention @ self._items + self.base_).astype(np.float32)
        scores = users @ self._items.T + self.liked_
        scores[sizes == 0] = np.nan
        scores[:, ~self.known_] = np.nan
        return np.asarray(scores, dtype=np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fit learned, for a cache."""
        told = np.frombuffer(self.profiles_.to_json().encode(), dtype=np.uint8)
        return {**self.towers_, "profiles": told, "names": np.array(self.names_, dtype=np.str_).reshape(-1, 2)}

    def restore(self, graph: KnowledgeGraph, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take what :meth:`arrays` gave after a fit to a graph with the same facts; maps of files will do."""
        del graph
        self.profiles_ = Profiles.from_json(arrays["profiles"].tobytes().decode())
        self.names_ = tuple((str(column), str(value)) for column, value in arrays["names"])
        self._take({name: arrays[name] for name in _TOWERS})
        return self

    def _take(self, towers: Mapping[str, NDArray[Any]]) -> None:
        self.towers_ = dict(towers)
        self.places_ = towers["places"]  # (n_entities, rank)
        self.keys_ = towers["keys"].astype(np.float64)  # (n_entities,), the k
        self.liked_ = towers["liked"]  # (n_items,), the b
        self.known_ = towers["known"]  # bool (n_items,)
        self.facts_ = towers["facts"]  # (values of facts, rank)
        self.moments_ = towers["moments"]  # (circumstances, rank)
        self.base_ = towers["base"].astype(np.float64)  # (rank,)
        self.slope_, self.rest_ = (float(one) for one in towers["hearing"])
        self._items = self.places_[: len(self.liked_)]

    def _place(self, evidence: Evidence) -> _Place | None:
        """Return where a user is; None if nothing is known of them."""
        facts = [(fact, self.facts_[rows].sum(axis=0)) for fact, rows in self.profiles_.rows(evidence.facts)]
        now = [(self.names_[place], self.moments_[place]) for place in holding(self.names_, evidence.context).tolist()]
        if not (facts or now or len(evidence.entities)) or not self.known_.any():
            return None
        heard = np.exp(self.keys_[evidence.entities] + self.slope_ * evidence.values)
        attention = heard / (self.rest_ + heard.sum())
        parts = attention[:, None] * self.places_[evidence.entities]
        told = sum([own for _, own in facts] + [own for _, own in now])
        whole = self.base_ + told + parts.sum(axis=0)
        return _Place(parts, tuple(facts), tuple(now), whole.astype(np.float32))


@dataclass(frozen=True, eq=False)
class _Place:
    """Where a user is, and why.

    Attributes:
        parts: float64 (m, rank), what each opinion adds.
        facts: what each fact adds, (rank,).
        moments: what each circumstance adds, (rank,).
        whole: float32 (rank,), their sum, and what everybody likes.
    """

    parts: NDArray[np.float64]
    facts: tuple[tuple[str, NDArray[np.float64]], ...]
    moments: tuple[tuple[tuple[str, str], NDArray[np.float64]], ...]
    whole: Scores


_TOWERS: Final = ("places", "keys", "liked", "known", "facts", "moments", "base", "hearing")


def _circumstances(graph: KnowledgeGraph) -> tuple[tuple[str, str], ...]:
    """Return the circumstances that the source of the interactions tells, not those that follow from times."""
    told = graph.interactions.context
    return tuple(name for name in Circumstances.of(graph.interactions).names if name[0] in told) if told else ()


def _untold(n_entities: int, n_facts: int, n_items: int) -> dict[str, NDArray[Any]]:
    """Return towers that learned nothing and know no item."""
    shapes: dict[str, tuple[int, ...]] = {"places": (n_entities, 1), "keys": (n_entities,), "liked": (n_items,)}
    shapes |= {"facts": (n_facts, 1), "moments": (0, 1)}
    found: dict[str, NDArray[Any]] = {name: np.zeros(shape, dtype=np.float32) for name, shape in shapes.items()}
    nobody = {"base": np.zeros(1, dtype=np.float32), "hearing": np.array([0.0, 1.0], dtype=np.float32)}
    return {**found, **nobody, "known": np.zeros(n_items, dtype=np.bool_)}


@dataclass(frozen=True)
class Profiles:
    """The values of facts that are worth a place: words that some people share, numbers in bands of as many people.

    Attributes:
        words: fact → value → its row.
        bands: fact → its first row, and where its bands begin after the first.
    """

    words: Mapping[str, Mapping[str, int]]
    bands: Mapping[str, tuple[int, tuple[float, ...]]]

    @classmethod
    def of(cls, graph: KnowledgeGraph) -> Self:
        """Return those of the users of a graph; its rows are in the order of the facts' names."""
        known = [graph.user_facts.get(user, {}) for user in graph.interactions.user_ids]
        words: dict[str, dict[str, int]] = {}
        bands: dict[str, tuple[int, tuple[float, ...]]] = {}
        rows = 0
        for fact in sorted({name for facts in known for name in facts}):
            values = [facts[fact] for facts in known if fact in facts]
            numbers = [value for value in values if isinstance(value, int | float)]
            if numbers:
                bounds = np.unique(np.quantile(numbers, np.arange(1, _BANDS) / _BANDS)).tolist()
                bands[fact] = (rows, tuple(bounds))
                rows += len(bounds) + 1
                continue
            each, counts = np.unique([word for value in values for word in _words(value)], return_counts=True)
            frequent = each[counts >= _FEWEST].tolist()
            words[fact] = {word: rows + place for place, word in enumerate(frequent)}
            rows += len(frequent)
        return cls(words, bands)

    def __len__(self) -> int:
        return sum(map(len, self.words.values())) + sum(len(bounds) + 1 for _, bounds in self.bands.values())

    def rows(self, facts: Mapping[str, Value]) -> list[tuple[str, list[int]]]:
        """Return each fact that has a place with the rows of its values; others, and unheard values, are left out."""
        found = []
        for fact, value in facts.items():
            if fact in self.words and isinstance(value, str | tuple):
                own = [self.words[fact][word] for word in _words(value) if word in self.words[fact]]
            elif fact in self.bands and isinstance(value, int | float) and not isinstance(value, bool):
                first, bounds = self.bands[fact]
                own = [first + int(np.searchsorted(bounds, value, side="right"))]
            else:
                own = []
            if own:
                found.append((fact, own))
        return found

    def to_json(self) -> str:
        """Return them as text."""
        return json.dumps([self.words, self.bands])

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return those of :meth:`to_json`."""
        words, bands = json.loads(text)
        return cls(words, {fact: (first, tuple(bounds)) for fact, (first, bounds) in bands.items()})


def _words(value: UserFact | Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)
