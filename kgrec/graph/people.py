"""People: who knows whom among the users, as far as they consent.

The users of a network and those of the interactions overlap, and neither holds the other: somebody may have friends
before they ever chose anything. So people are numbered by themselves, and stay numbered so when interactions are cut.
Only ties that may be used are here at all; what nobody consented to is not in the graph.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.ties import Tie, TieKind

_KINDS = tuple(TieKind)


@dataclass(frozen=True, eq=False)
class People:
    """A network of n people.

    Attributes:
        ids: the people; those of them who are users of the interactions have the same id there.
        knows: CSR (n, n) float32, 1 where the likes of the column may count for the row.
        kinds: int8 (nnz,), the place of each tie's kind in TieKind, in the order of ``knows.data``.
        is_named: bool (nnz,), whether reasons may say who it is, likewise.
    """

    ids: tuple[str, ...] = ()
    knows: sparse.csr_matrix = field(default_factory=lambda: sparse.csr_matrix(np.empty((0, 0), dtype=np.float32)))
    kinds: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, dtype=np.int8))
    is_named: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=np.bool_))

    @classmethod
    def of_ties(cls, rows: Iterable[tuple[str, Tie]]) -> People:
        """Return the network of (user, tie) pairs, people in the order of appearance, each pair of people once."""
        ties = {(user, tie.person): tie for user, tie in rows}
        number = {person: place for place, person in enumerate(dict.fromkeys(one for pair in ties for one in pair))}
        users, persons = (
            np.fromiter((number[pair[side]] for pair in ties), dtype=np.int32, count=len(ties)) for side in (0, 1)
        )
        order = np.lexsort((persons, users))
        told = list(ties.values())
        knows = sparse.csr_matrix(
            (np.ones(len(ties), dtype=np.float32), (users[order], persons[order])), shape=(len(number), len(number))
        )
        return cls(
            tuple(number),
            knows,
            np.array([_KINDS.index(told[place].kind) for place in order], dtype=np.int8),
            np.array([told[place].is_named for place in order], dtype=np.bool_),
        )

    def __len__(self) -> int:
        """How many ties there are."""
        return int(self.knows.nnz)

    @cached_property
    def _number(self) -> dict[str, int]:
        return {person: place for place, person in enumerate(self.ids)}

    def of(self, user: str) -> tuple[Tie, ...]:
        """Return the ties of a user; empty for somebody who knows nobody."""
        row = self._number.get(user)
        if row is None:
            return ()
        places = range(self.knows.indptr[row], self.knows.indptr[row + 1])
        return tuple(
            Tie(self.ids[self.knows.indices[place]], _KINDS[self.kinds[place]], bool(self.is_named[place]))
            for place in places
        )

    def numbers(self, ids: Iterable[str]) -> NDArray[np.intp]:
        """Return the numbers of some people, -1 for who is not there."""
        return np.fromiter((self._number.get(one, -1) for one in ids), dtype=np.intp)
