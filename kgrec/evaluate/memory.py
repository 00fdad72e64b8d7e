"""How much memory takes what was learned: the bytes of the arrays that a model holds and the graph does not.

The peak of a process says more of what else runs in it, and of allocators, than of a model; arrays are what is kept,
loaded at every start, and grows with the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import FunctionType, MethodType, ModuleType
from typing import Final

import numpy as np

from kgrec.graph import KnowledgeGraph

_LEAVES: Final = (str, bytes, int, float, complex, type, FunctionType, MethodType, ModuleType, type(None))


def learned_bytes(models: Iterable[object], graph: KnowledgeGraph) -> int:
    """Return how many bytes the arrays take that fitted models hold, those shared among them once.

    What is learned stands in attributes whose names end with an underscore; arrays of the graph are not counted.

    >>> class Model:
    ...     def __init__(self, given):
    ...         self.given, self.learned_, self.part_ = given, np.zeros(8), {"view": given[:2]}
    >>> import pandas as pd
    >>> graph = KnowledgeGraph.from_frames(pd.DataFrame({"item": ["a"]}))
    >>> learned_bytes([Model(np.zeros(4))], graph)
    96
    """
    seen: set[int] = set()
    _size(graph, seen)
    learned = [value for model in models for name, value in vars(model).items() if name.endswith("_")]
    return sum(_size(value, seen) for value in learned)


def _size(value: object, seen: set[int]) -> int:
    """Return the bytes of all arrays that hang on a value and were not seen before."""
    total, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        while isinstance(one, np.ndarray) and isinstance(one.base, np.ndarray):
            one = one.base  # of a view, what it looks at
        if isinstance(one, _LEAVES) or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, np.ndarray):
            total += one.nbytes
        else:
            waiting.extend(_parts(one))
    return total


def _parts(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        yield from value
    elif hasattr(value, "__dict__"):
        yield from vars(value).values()
    elif is_dataclass(value):  # with slots
        yield from (getattr(value, field.name) for field in fields(value))


__all__ = ["learned_bytes"]
