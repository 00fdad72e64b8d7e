"""From conditions to masks: which items they hold for, as boolean arrays.

A condition on items has the same mask whoever asks, so each is computed once per graph and shared by all rules,
files and reloads; what remains at each turn is a handful of bitwise operations. A condition on facts is a single truth
value and stays one until it meets an array.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.domain import Value
from kgrec.encoder import item_vectors
from kgrec.graph import KnowledgeGraph
from kgrec.graph.neighbourhood import likeness
from kgrec.rulebook.conditions import (
    Compares,
    Condition,
    FacetKnown,
    FactIs,
    FactKnown,
    HasFact,
    HasOnly,
    HasValue,
    ItemCondition,
    Measure,
    Near,
    NearFact,
    Nearness,
    Reads,
)
from kgrec.rulebook.facts import holds
from kgrec.rulebook.lexicon import Lexicon, lexicon_of
from kgrec.rulebook.logic import And, Leaf, Not, Or, Tree
from kgrec.rulebook.numerals import compare
from kgrec.rulebook.parser import ORDERINGS, Operator
from kgrec.rulebook.values import has_fact

Mask = NDArray[np.bool_]

CACHE_BYTES: Final = 32 << 20
"""How much memory the masks of one graph may take before they are computed anew."""


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
        self.graph: Final = graph
        self.n_items: Final = graph.n_items
        self._known: dict[ItemCondition, Mask] = {}

    @property
    def lexicon(self) -> Lexicon:
        """What names mean in the graph."""
        return lexicon_of(self.graph)

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
            case HasOnly():
                return self._has_only(condition)
            case Compares():
                return self._compares(condition)
            case Reads():
                return self._reads(condition)
            case FacetKnown():
                return self._has_any(condition.facet)
            case Near():
                return self._near(condition)

    def _nowhere(self) -> Mask:
        return np.zeros(self.n_items, dtype=np.bool_)

    def _has(self, condition: HasValue) -> Mask:
        mask = self._nowhere()
        columns = self.graph.items_of.get(condition.facet)
        if columns is not None:
            for value in condition.values:
                mask[columns.indices[columns.indptr[value] : columns.indptr[value + 1]]] = True
        return mask

    def _has_only(self, condition: HasOnly) -> Mask:
        matrix = self.graph.links.get(condition.facet)
        if matrix is None:
            return self._nowhere()
        is_foreign = (matrix.data >= 1.0) & ~np.isin(matrix.indices, condition.values)
        foreign = np.concatenate([[0], np.cumsum(is_foreign)])[matrix.indptr]
        return np.asarray((np.diff(foreign) == 0) & (np.diff(matrix.indptr) > 0), dtype=np.bool_)

    def _compares(self, condition: Compares) -> Mask:
        column = self.graph.numbers.get(condition.facet)
        if column is None:
            return self._nowhere()
        if condition.operator.is_ordering:
            # NaN compares as false with everything, which is what an unknown number should do.
            return np.asarray(ORDERINGS[condition.operator](column, condition.numbers[0]), dtype=np.bool_)
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

        texts = self.graph.texts.get(condition.facet)
        if texts is None:
            return self._nowhere()
        return np.fromiter((reads(text) for text in texts), dtype=np.bool_, count=self.n_items)

    def _has_any(self, facet: str) -> Mask:
        if facet in self.graph.links:
            return np.diff(self.graph.links[facet].indptr) > 0
        if facet in self.graph.numbers:
            return ~np.isnan(self.graph.numbers[facet])
        if facet in self.graph.texts:
            return np.fromiter((bool(text) for text in self.graph.texts[facet]), dtype=np.bool_, count=self.n_items)
        return self._nowhere()

    def _near(self, condition: Near) -> Mask:
        entities = list(condition.entities)
        if condition.kind is Nearness.NAMED:
            mask = self._nowhere()
            mask[entities] = True
            return mask
        if condition.kind is Nearness.RELATED:
            near = likeness(self.graph, entities)
        else:
            vectors = self.graph.once(_vectors)
            near = np.nan_to_num(vectors @ vectors[entities].sum(axis=0))
            near[[entity for entity in entities if entity < self.n_items]] = 0.0
        order = np.lexsort((np.arange(self.n_items), -near))[: condition.most]
        mask = self._nowhere()
        mask[order[near[order] > 0]] = True
        return mask


def _vectors(graph: KnowledgeGraph) -> NDArray[np.float64]:
    """Return the vectors of the items' descriptions, float64 (n_items, dimensions), NaN where there is none."""
    return item_vectors(graph.documents).astype(np.float64)


def evaluate(tree: Tree[Condition], masks: Masks, scope: Scope) -> Mask | bool:
    """Return where the tree holds: an array of shape (n_items,), or one truth value where the items do not matter."""
    match tree:
        case Leaf():
            return _condition(tree.value, masks, scope)
        case Not():
            part = evaluate(tree.part, masks, scope)
            return not part if isinstance(part, bool) else ~part
        case And():
            return _join(tree, masks, scope, decisive=False)
        case Or():
            return _join(tree, masks, scope, decisive=True)


def _condition(condition: Condition, masks: Masks, scope: Scope) -> Mask | bool:
    match condition:
        case FactIs() | FactKnown():
            return holds(condition, scope.value(condition.name))
        case Measure():
            return compare(condition, masks.graph, scope.value)
        case HasFact():
            words = as_words(scope.value(condition.name))
            return evaluate(has_fact(condition, words, masks.lexicon), masks, scope) if words else False
        case NearFact():
            entities = _entities(as_words(scope.value(condition.name)), masks.lexicon)
            if condition.kind is not Nearness.RELATED:
                entities = tuple(entity for entity in entities if entity < masks.n_items)
            return masks.of(Near(condition.kind, entities, condition.most)) if entities else False
        case _:
            return masks.of(condition)


def as_words(value: Value | None) -> tuple[str, ...]:
    """Return what a fact says as the words that name it; none if it is unknown.

    >>> as_words(("vegan", "halal")), as_words(3.0), as_words(None)
    (('vegan', 'halal'), ('3',), ())
    """
    if value is None:
        return ()
    if isinstance(value, tuple):
        return value
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    return (value if isinstance(value, str) else f"{value:g}",)


def _entities(words: tuple[str, ...], lexicon: Lexicon) -> tuple[int, ...]:
    """Return the entities that words name, by id or by label."""
    found: list[int] = []
    for word in words:
        number = lexicon.number(word)
        found += lexicon.named(word) if number is None else (number,)
    return tuple(sorted(set(found)))


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


def masks_of(graph: KnowledgeGraph) -> Masks:
    """Return the masks of a graph, the same ones as long as the graph lives."""
    return graph.once(Masks)
