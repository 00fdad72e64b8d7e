"""Circumstances: in which interactions happened (company Family, weekday Sat), as a matrix with a column for each.

Those that a source tells stand in the context columns of its interactions. Where there are times, the weekday, the
season and the time of day follow from them; by UTC, for nobody says where users live. An interaction may be told
without any: that is a column of its own, since people then rate what they remember rather than what they just did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.domain import Value
from kgrec.graph.interactions import Interactions

DAYTIMES: Final = ("night", "morning", "afternoon", "evening")
"""Six hours each, from midnight on."""

MOST_VALUES: Final = 50
"""A column of more values tells no circumstance: it numbers something, or holds free words."""

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SEASONS: Final = ("winter", "spring", "summer", "autumn")
_DAY_S: Final = 86_400
_THURSDAY: Final = 3  # 1970-01-01 was one


@dataclass(frozen=True, eq=False)
class Circumstances:
    """The circumstances of m interactions.

    Attributes:
        names: the n circumstances as (column, value), by column, then value.
        told: float64 CSR (m, n + 1), ones; the last column is that of interactions without any circumstance.
    """

    names: tuple[tuple[str, str], ...]
    told: sparse.csr_matrix

    @classmethod
    def of(cls, log: Interactions) -> Self:
        """Gather the circumstances of a log; columns of the source come first, and hide times' of the same name."""
        columns = {name: np.array(column, dtype=object) for name, column in log.context.items()}
        columns |= {name: column for name, column in _timed(log.times) if name not in columns}
        names: list[tuple[str, str]] = []
        rows, places = [], []
        for name, column in columns.items():
            values, codes = np.unique(column.astype(str), return_inverse=True)
            known = np.flatnonzero(values != "")
            if len(known) > MOST_VALUES:
                continue
            place = np.full(len(values), -1)
            place[known] = len(names) + np.arange(len(known))
            names += [(name, str(values[code])) for code in known]
            there = np.flatnonzero(place[codes] >= 0)
            rows.append(there)
            places.append(place[codes[there]])
        row = np.concatenate([np.empty(0, dtype=np.intp), *rows])
        untold = np.flatnonzero(np.bincount(row, minlength=len(log)) == 0)
        row = np.concatenate([row, untold])
        place = np.concatenate([np.empty(0, dtype=np.intp), *places, np.full(len(untold), len(names))])
        return cls(tuple(names), sparse.csr_matrix((np.ones(len(row)), (row, place)), shape=(len(log), len(names) + 1)))

    @cached_property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The values of each column, the most frequent first."""
        counts = np.asarray(self.told.sum(axis=0)).ravel()
        found: dict[str, list[str]] = {}
        for place in np.argsort(-counts[:-1], kind="stable").tolist():
            found.setdefault(self.names[place][0], []).append(self.names[place][1])
        return {name: tuple(found[name]) for name in dict.fromkeys(name for name, _ in self.names)}


def holding(names: Sequence[tuple[str, str]], context: Mapping[str, Value]) -> NDArray[np.intp]:
    """Return the places of the circumstances that hold at a moment, as rules know it, ascending.

    >>> names = (("company", "family"), ("company", "nobody"), ("daytime", "evening"))
    >>> holding(names, {"company": "Family", "hour": 21.0})
    array([0, 2])
    """
    now = {name: str(value).casefold() for name, value in {**_daytime(context), **context}.items()}
    places = [place for place, (name, value) in enumerate(names) if now.get(name) == value.casefold()]
    return np.array(places, dtype=np.intp)


def told_as(names: Sequence[tuple[str, str]], log: Interactions) -> sparse.csr_matrix:
    """Return which of some circumstances were told with each interaction of a log, CSR (m, len(names)), ones."""
    found = Circumstances.of(log)
    places = {name: place for place, name in enumerate(names)}
    kept = [place for place, name in enumerate(found.names) if name in places]
    told = found.told[:, kept].tocoo()
    columns = np.array([places[found.names[place]] for place in kept], dtype=np.intp)[told.col]
    return sparse.csr_matrix((told.data, (told.row, columns)), shape=(len(log), len(names)))


def _timed(times: NDArray[np.int64]) -> Iterator[tuple[str, NDArray[np.object_]]]:
    """Yield what times tell, a word each, "" where one is unknown."""
    known = times > 0
    if not known.any():
        return
    days = times // _DAY_S
    months = times.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    told = {"weekday": (_WEEKDAYS, (days + _THURSDAY) % 7), "season": (_SEASONS, months % 12 // 3)}
    if (times[known] % _DAY_S).any():  # else they are dates
        told["daytime"] = (DAYTIMES, times % _DAY_S * len(DAYTIMES) // _DAY_S)
    for name, (words, codes) in told.items():
        yield name, np.where(known, np.array(words, dtype=object)[codes], "")


def _daytime(context: Mapping[str, Value]) -> dict[str, Value]:
    hour = context.get("hour")
    return (
        {"daytime": DAYTIMES[int(hour) * len(DAYTIMES) // 24 % len(DAYTIMES)]} if isinstance(hour, int | float) else {}
    )


__all__ = ["DAYTIMES", "Circumstances", "holding", "told_as"]
