"""Many strings in two arrays: the bytes of all of them, and where each begins.

A million short Python strings take a hundred bytes each, and as JSON they are read whole before the first is seen. In
arrays they take what is written in them, are mapped from disk, and become Python's only where one is asked for.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray

_CHUNK: Final = 4096


class Strings(Sequence[str]):
    """A sequence of strings that cannot be changed; equal to any sequence of the same strings.

    >>> names = Strings.of(["Heat", "", "Amélie"])
    >>> len(names), names[2], names == ("Heat", "", "Amélie")
    (3, 'Amélie', True)
    """

    __slots__ = ("content", "starts")

    def __init__(self, content: NDArray[np.uint8], starts: NDArray[np.int64]) -> None:
        """``content``: the UTF-8 of all; ``starts``: int64 (n + 1,), where each begins, and the end of the last.

        Raises:
            ValueError: places that are none in the content.
        """
        if not len(starts) or starts[0] < 0 or starts[-1] > len(content) or bool((np.diff(starts) < 0).any()):
            raise ValueError("these are no places of strings")
        self.content, self.starts = content, starts

    @classmethod
    def of(cls, strings: Iterable[str]) -> Strings:
        """Return some strings as these."""
        collected = Collected()
        for string in strings:
            collected.add(string)
        return collected.done()

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[str, ...]: ...
    def __getitem__(self, place: int | slice) -> str | tuple[str, ...]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(len(self))))
        number = range(len(self))[place]  # counts from the end, raises IndexError
        return _decoded(self.content[self.starts[number] : self.starts[number + 1]].tobytes())

    def __iter__(self) -> Iterator[str]:
        for first in range(0, len(self), _CHUNK):
            starts = self.starts[first : first + _CHUNK + 1].tolist()
            content = self.content[starts[0] : starts[-1]].tobytes()
            for at, start in enumerate(starts[:-1]):
                yield _decoded(content[start - starts[0] : starts[at + 1] - starts[0]])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(own == one for own, one in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def spread(self, places: NDArray[np.integer[Any]], n: int) -> Strings:
        """Return ``n`` strings: these at some places, which ascend, "" at all others; nothing is copied."""
        lengths = np.zeros(n + 1, dtype=np.int64)
        lengths[0] = self.starts[0]
        lengths[places + 1] = np.diff(self.starts)
        return Strings(self.content, np.cumsum(lengths))


class Collected:
    """Strings in the making."""

    def __init__(self) -> None:
        self._content = bytearray()
        self._starts = array("q", [0])

    def __len__(self) -> int:
        return len(self._starts) - 1

    def add(self, string: str) -> None:
        """Add one."""
        self._content += string.encode("utf-8", "surrogatepass")
        self._starts.append(len(self._content))

    def done(self) -> Strings:
        """Return them; nothing may be added afterwards."""
        return Strings(np.frombuffer(self._content, dtype=np.uint8), np.frombuffer(self._starts, dtype=np.int64))


def packed(name: str, strings: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Return some strings as arrays to be kept under a name."""
    own = strings if isinstance(strings, Strings) else Strings.of(strings)
    return {f"{name}.content": own.content, f"{name}.starts": own.starts}


def unpacked(arrays: Mapping[str, NDArray[Any]], name: str) -> Strings:
    """Return the strings that were kept under a name; raises KeyError or ValueError for other arrays."""
    return Strings(arrays[f"{name}.content"], arrays[f"{name}.starts"])


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "surrogatepass")
