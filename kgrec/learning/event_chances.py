"""Event chances: how likely each kind of event is, given that somebody takes an item up.

Opening, playing, finishing, saving, buying: of each kind that the log has often enough, the share of held-out pairs in
which it happened is calibrated on the blended score, on how often it happens with the item and on what the user's
history is worth on average. Like a forecast of a rating they answer "given that the item is taken up, in whatever way
the log tells": all that is known of what people finish are things they began. What is only ever done together with
something else (nobody buys what they did not open) is never said to be likelier than that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from kgrec.graph import Interactions
from kgrec.learning.chances import Chance, Vector, shrunken

if TYPE_CHECKING:
    from kgrec.learning.calibration import Held

LEAST_EVENTS: Final = 50
"""A kind that fewer of the held-out pairs have has no chance; one that fewer lack has the same for all."""


@dataclass(frozen=True, eq=False)
class EventChances:
    """The chance of each kind of event; plain arrays, nothing to import.

    Attributes:
        chances: kind → its probability from (score, rate of the item, mean value of the user).
        item_rates: kind → in which share of its pairs it happened with each item, shrunken, (n_items,).
        average: the mean of all values.
        within: bool (kinds, kinds): whether all pairs with the one kind have the other one, too.
    """

    chances: Mapping[str, Chance]
    item_rates: Mapping[str, Vector]
    average: float
    within: NDArray[np.bool_]

    @classmethod
    def fit(cls, parts: Sequence[Held], log: Interactions) -> Self | None:
        """Learn from held-out pairs, whose events are told by ``log``, all of it; None where it has no kinds."""
        if not log.kinds.size:
            return None
        chances, item_rates = {}, {}
        for number, kind in enumerate(log.kind_names[1:], 1):
            did = np.concatenate([happened(log, number, part) for part in parts])
            if did.sum() < LEAST_EVENTS:
                continue
            features = np.concatenate([_features(part, number) for part in parts])
            if len(did) - did.sum() < LEAST_EVENTS:
                chances[kind] = Chance.constant(float((did.sum() + 0.5) / (len(did) + 1)), features.shape[1])
            else:
                chances[kind] = Chance.fit(features, did)
            item_rates[kind] = _item_rates(log, number)
        if not chances:
            return None
        pairs = [_keys(log)[log.kinds == log.kind_names.index(kind)] for kind in chances]
        within = np.array([[bool(np.isin(one, other).all()) for other in pairs] for one in pairs])
        return cls(chances, item_rates, float(log.values.mean()), within)

    def apply(self, standard: Vector, items: NDArray[np.intp], history: Vector) -> dict[str, Vector]:
        """Return kind → the chance of each of some items, (n,).

        Args:
            standard: float64 (n,), blended scores in deviations from the average item.
            items: intp (n,), which items.
            history: the values of the items the user has to do with, (m,).
        """
        user = shrunken(float(history.sum()), len(history), self.average)
        return self.predict(standard, items, np.full(len(items), user))

    def predict(self, standard: Vector, items: NDArray[np.intp], known: Vector) -> dict[str, Vector]:
        """Return the same of pairs of many users, of whom ``known`` (n,) are the shrunken mean values."""
        said = np.array(
            [
                chance.predict(np.column_stack([standard, self.item_rates[kind][items], known]))
                for kind, chance in self.chances.items()
            ]
        )
        return {kind: said[self.within[number]].min(axis=0) for number, kind in enumerate(self.chances)}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as arrays, for a cache."""
        found: dict[str, NDArray[Any]] = {
            "kinds": np.array(list(self.chances), dtype=str),
            "average": np.asarray(self.average),
            "within": self.within,
        }
        for number, (kind, chance) in enumerate(self.chances.items()):
            found |= {f"{number}.{name}": array for name, array in chance.arrays().items()}
            found[f"{number}.items"] = self.item_rates[kind]
        return found

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the chances of :meth:`arrays`; raises KeyError for one that is missing."""
        kinds = [str(kind) for kind in arrays["kinds"]]
        return cls(
            {kind: Chance.restore(arrays, str(number)) for number, kind in enumerate(kinds)},
            {kind: arrays[f"{number}.items"] for number, kind in enumerate(kinds)},
            float(arrays["average"]),
            arrays["within"],
        )


def _features(part: Held, number: int) -> Vector:
    """Return what was known of each held-out pair, (k, 3)."""
    return np.column_stack([part.standard, _item_rates(part.log, number)[part.items], part.known])


def _item_rates(log: Interactions, number: int) -> Vector:
    """Return in which share of the pairs of each item there is an event of a kind, shrunken, (n_items,)."""
    pairs = np.unique(_keys(log))
    has = np.isin(pairs, _keys(log)[log.kinds == number]).astype(np.float64)
    items = pairs % log.n_items
    total, count = (np.bincount(items, weights, log.n_items) for weights in (has, None))
    return np.asarray(shrunken(total, count, float(has.mean()) if len(has) else 0.0))


def happened(log: Interactions, number: int, part: Held) -> Vector:
    """Return whether there is an event of a kind, by its number, in each held-out pair, 0 or 1, (k,)."""
    asked = part.users.astype(np.int64) * log.n_items + part.items
    return np.isin(asked, _keys(log)[log.kinds == number]).astype(np.float64)


def _keys(log: Interactions) -> NDArray[np.int64]:
    return log.users.astype(np.int64) * log.n_items + log.items
