"""From conditions to masks: which items they hold for, as boolean arrays.

A condition on items has the same mask whoever asks, so each is computed once per graph and shared by all rules,
files and reloads; what remains at each turn is a handful of bitwise operations. A condition on facts is a single truth
value and stays one until it meets an array.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from kgrec.domain import Value
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.conditions import (
    Compares,
    Condition,
    FacetKnown,
    FactIs,
    FactKnown,
    HasValue,
    ItemCondition,
    Reads,
)
from kgrec.rulebook.facts import holds
from kgrec.rulebook.logic import And, Leaf, Not, Or, Tree
from kgrec.rulebook.parser import Operator

Mask = NDArray[np.bool_]

CACHE_BYTES: Final = 32 << 20
"""How much memory the masks of one graph may take before they are computed anew."""

_COMPARE: Final[Mapping[Operator, Callable[[NDArray[np.float64], float], Mask]]] = {
    Operator.LESS: np.less,
    Operator.LESS_OR_EQUAL: np.less_equal,
    Operator.GREATER: np.greater,
    Operator.GREATER_OR_EQUAL: np.greater_equal,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known besides the items: facts of the user, and the moment. A name that is missing is unknown."""

    user: Mapping[str, Value] = field(default_factory=dict)
    context: Mapping[str, Value] = field(default_factory=dict)

    def value(self, name: str) -> Value | None:
        """Return what is known under ``user.x`` or ``context.x``, or None."""
        kind, _, fact = name.partition(".")
        value = (self.user if kind == "user" else self.context).get(fact)
        return None if value in ("", ()) else value


class Masks:
    """Computes and keeps the masks of the conditions on one graph's items."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.n_items: Final = graph.n_items
        self._links = graph.links
        self._numbers = graph.numbers
        self._texts = graph.texts
        self._items_of = graph.items_of
        self._known: dict[ItemCondition, Mask] = {}

    def of(self, condition: ItemCondition) -> Mask:
        """Return which items a condition holds for, shape (n_items,), read-only."""
        mask = self._known.get(condition)
        if mask is None:
            mask = self._compute(condition)
            mask.flags.writeable = False
            if len(self._known) * max(self.n_items, 1) > CACHE_BYTES:
                self._known.clear()
            self._known[condition] = mask
        return mask

    def _compute(self, condition: ItemCondition) -> Mask:
        match condition:
            case HasValue():
                return self._has(condition)
            case Compares():
                return self._compares(condition)
            case Reads():
                return self._reads(condition)
            case FacetKnown():
                return self._has_any(condition.facet)

    def _has(self, condition: HasValue) -> Mask:
        mask = np.zeros(self.n_items, dtype=np.bool_)
        columns = self._items_of.get(condition.facet)
        if columns is None:
            return mask
        for value in condition.values:
            mask[columns.indices[columns.indptr[value] : columns.indptr[value + 1]]] = True
        return self._has_any(condition.facet) & ~mask if condition.is_negated else mask

    def _compares(self, condition: Compares) -> Mask:
        column = self._numbers.get(condition.facet)
        if column is None:
            return np.zeros(self.n_items, dtype=np.bool_)
        if condition.operator.is_ordering:
            # NaN compares as false with everything, which is what an unknown number should do.
            return np.asarray(_COMPARE[condition.operator](column, condition.numbers[0]), dtype=np.bool_)
        equal = np.isin(column, condition.numbers)
        return ~np.isnan(column) & ~equal if condition.operator.is_negative else equal

    def _reads(self, condition: Reads) -> Mask:
        def reads(text: str) -> bool:
            if not text:
                return False
            folded = text.casefold()
            if condition.operator is Operator.HAS:
                return any(part in folded for part in condition.texts)
            return (folded in condition.texts) is not condition.operator.is_negative

        texts = self._texts.get(condition.facet)
        if texts is None:
            return np.zeros(self.n_items, dtype=np.bool_)
        return np.fromiter((reads(text) for text in texts), dtype=np.bool_, count=self.n_items)

    def _has_any(self, facet: str) -> Mask:
        if facet in self._links:
            return np.diff(self._links[facet].indptr) > 0
        if facet in self._numbers:
            return ~np.isnan(self._numbers[facet])
        if facet in self._texts:
            return np.fromiter((bool(text) for text in self._texts[facet]), dtype=np.bool_, count=self.n_items)
        return np.zeros(self.n_items, dtype=np.bool_)


def evaluate(tree: Tree[Condition], masks: Masks, scope: Scope) -> Mask | bool:
    """Return where the tree holds: an array of shape (n_items,), or one truth value where the items do not matter."""
    match tree:
        case Leaf():
            condition = tree.value
            if isinstance(condition, FactIs | FactKnown):
                return holds(condition, scope.value(condition.name))
            return masks.of(condition)
        case Not():
            part = evaluate(tree.part, masks, scope)
            return not part if isinstance(part, bool) else ~part
        case And():
            return _join(tree, masks, scope, decisive=False)
        case Or():
            return _join(tree, masks, scope, decisive=True)


def _join(tree: And[Condition] | Or[Condition], masks: Masks, scope: Scope, *, decisive: bool) -> Mask | bool:
    """Join the parts; a single truth value that decides the whole (false in an "and") does so at once."""
    joined: Mask | None = None
    for part in tree.parts:
        value = evaluate(part, masks, scope)
        if isinstance(value, bool):
            if value is decisive:
                return decisive
        elif joined is None:
            joined = value
        else:
            joined = joined | value if decisive else joined & value
    return (not decisive) if joined is None else joined


_MASKS: Final[WeakKeyDictionary[KnowledgeGraph, Masks]] = WeakKeyDictionary()


def masks_of(graph: KnowledgeGraph) -> Masks:
    """Return the masks of a graph, the same ones as long as the graph lives."""
    masks = _MASKS.get(graph)
    if masks is None:
        masks = _MASKS[graph] = Masks(graph)
    return masks
