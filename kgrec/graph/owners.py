"""Which entities bear a name: sorted hashes beside the numbers of the entities.

A dictionary of a million names to lists is hundreds of megabytes; this is sixteen bytes a name. Two names are taken for
one if all 64 bits of their hashes agree, which for a million names happens in one catalogue of tens of millions.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


class Owners:
    """Names → numbers of entities; made once, asked often.

    >>> owners = Owners([("heat", 3), ("heat", 1), ("alien", 2), ("", 5)])
    >>> owners.of("heat"), owners.of("brazil"), owners.of("")
    ([1, 3], [], [])
    """

    def __init__(self, named: Iterable[tuple[str, int]]) -> None:
        flat = (part for name, owner in named if name for part in (hash(name), owner))
        pairs = np.fromiter(flat, dtype=np.int64).reshape(-1, 2)
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        self._hashes, self._owners = pairs[order, 0], pairs[order, 1].astype(np.int32)

    def of(self, name: str) -> list[int]:
        """Return the numbers of the entities that bear a name, ascending; nobody bears an empty one."""
        if not name:
            return []
        first, last = (int(np.searchsorted(self._hashes, hash(name), side)) for side in ("left", "right"))
        return [int(owner) for owner in np.unique(self._owners[first:last])]
