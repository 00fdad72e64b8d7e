"""The tests that rule files bring along: what each expects, tried on the items that the rules let through.

An ``expect`` speaks of a newcomer in a given situation and of nothing else: the clock is not looked at, so that a test
which holds today holds tonight. One whose own situation leaves no item proves nothing and is reported as broken; a
"never" would otherwise pass forever after a typo.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.domain import Belief, Constraint, FacetKind, Opinion, Origin, OriginKind
from kgrec.errors import RuleError, UnknownEntityError
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.ranking import scope_of
from kgrec.reasoning.conflicts import preferred_conflict
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook, Scope
from kgrec.rulebook.masks import Mask
from kgrec.rulebook.rules import Expectation, ExpectationKind
from kgrec.rulebook.suggest import did_you_mean

MOST_EXAMPLES: Final = 5
"""So many items are named against an expectation; the rest are counted."""

_MOST_FACETS: Final = 3
"""An expression about more facets than this has no simple value to show."""


@dataclass(frozen=True, slots=True)
class CounterExample:
    """An item that an expectation does not hold for; ``value`` says what it has instead ("certificate R"), or ""."""

    item: str
    label: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.label} [{self.value}]" if self.value else self.label


@dataclass(frozen=True, slots=True)
class Broken:
    """An expectation that does not hold.

    Attributes:
        examples: the first few items against it, the best first where a list was looked at.
        count: how many items are against it in all.
        looked_at: how many items it was tried on; 0: what is given leaves none.
        conflict: the wishes that leave none, a minimal set of them.
        mistake: what is wrong with what is given, at its place; nothing could be tried then.
    """

    expectation: Expectation
    examples: tuple[CounterExample, ...] = ()
    count: int = 0
    looked_at: int = 0
    conflict: tuple[Constraint, ...] = ()
    mistake: RuleError | None = None

    def message(self, graph: KnowledgeGraph) -> str:
        """Return what is wrong in one sentence, without its place."""
        if self.mistake is not None:
            return ", ".join(filter(None, (self.mistake.message, self.mistake.hint)))
        words, expectation = graph.ontology, self.expectation
        expected = f"expected {expectation.kind}: {expectation.expression.text.strip()}"
        if not self.looked_at:
            against = " and ".join(f"“{wish.label}”" for wish in self.conflict)
            return f"{expected}, but what is given leaves no {words.singular}" + (f": {against}" if against else "")
        looked_at = f"{self.looked_at:,} {words.singular if self.looked_at == 1 else words.plural}"
        if expectation.kind is ExpectationKind.SOME:
            return f"{expected}, but none of {looked_at} is so"
        named = ", ".join(map(str, self.examples))
        more = f" and {self.count - len(self.examples):,} more" if self.count > len(self.examples) else ""
        verb = "is" if self.count == 1 else "are"
        said = verb if expectation.kind is ExpectationKind.NEVER else f"{verb} not"
        return f"{expected}, but {self.count:,} of {looked_at} {said}: {named}{more}"


def check_expectations(
    book: RuleBook, graph: KnowledgeGraph, recommender: Callable[[], Recommender], lookup: Lookup | None = None
) -> tuple[Broken, ...]:
    """Return the expectations of a rule book that do not hold, in file order.

    Args:
        book: the rules and their expectations.
        graph: the catalogue.
        recommender: returns a fitted one; called only if an expectation is about the best of a list (``top``).
        lookup: of the graph's names, if there is one already.
    """
    lookup = lookup or Lookup(graph)
    broken = (_check(expectation, book, lookup, recommender) for expectation in book.expectations)
    return tuple(found for found in broken if found is not None)


def _check(
    expectation: Expectation, book: RuleBook, lookup: Lookup, recommender: Callable[[], Recommender]
) -> Broken | None:
    try:
        belief = _belief(expectation, lookup)
    except RuleError as mistake:
        return Broken(expectation, mistake=mistake)
    graph = lookup.kg
    scope = scope_of(graph, belief, expectation.context)  # what is given, and nothing of the clock
    constraints, masks = _constraints(expectation, book, scope)
    allowed = np.logical_and.reduce([np.ones(graph.n_items, dtype=bool), *masks])
    if not allowed.any():
        conflict = preferred_conflict(np.array(masks), [wish.strength for wish in constraints]) if masks else ()
        return Broken(expectation, conflict=tuple(constraints[number] for number in conflict))
    if expectation.top:
        ranking = recommender().rank(belief, book, expectation.context)
        wanted = replace(ranking, allowed=ranking.allowed & allowed, open=ranking.open & allowed)
        items = recommender().best(wanted, expectation.top)
    else:
        items = np.flatnonzero(allowed)
    return _judged(expectation, items, expectation.expression.mask(scope)[items], graph)


def _judged(expectation: Expectation, items: NDArray[np.intp], is_so: Mask, graph: KnowledgeGraph) -> Broken | None:
    """Return what is wrong with the items looked at, shape (k,), of which some are as the expression says."""
    if not len(items):
        return Broken(expectation)
    if expectation.kind is ExpectationKind.SOME:
        return None if is_so.any() else Broken(expectation, looked_at=len(items))
    against = items[is_so if expectation.kind is ExpectationKind.NEVER else ~is_so]
    if not len(against):
        return None
    facets = sorted(expectation.expression.facets)
    examples = tuple(
        CounterExample(graph.entity_ids[item], graph.label(item), _value(graph, item, facets))
        for item in against[:MOST_EXAMPLES].tolist()
    )
    return Broken(expectation, examples, len(against), len(items))


# --- what is given ----------------------------------------------------------------------------------------------------


def _belief(expectation: Expectation, lookup: Lookup) -> Belief:
    """Return what is given of the user; raises RuleError for a name that nothing bears."""
    opinions = {}
    for names, value in ((expectation.likes, 1.0), (expectation.dislikes, -1.0)):
        for name in names:
            try:
                entity = lookup.resolve(name)
            except UnknownEntityError as error:
                hint = did_you_mean(error.nearest) if error.nearest else ""
                raise RuleError(f"nothing is called {error.name!r}", expectation.place, hint) from error
            opinions[entity] = Opinion(entity, value)
    return Belief(opinions=tuple(opinions.values()), facts=tuple(expectation.facts.items()))


def _constraints(
    expectation: Expectation, book: RuleBook, scope: Scope
) -> tuple[tuple[Constraint, ...], tuple[Mask, ...]]:
    """Return what is wished for and required, and which items each holds for, shape (n_items,)."""
    ruled = book.constraints(scope)
    wished = tuple(
        Constraint(wish.text, origin=Origin(OriginKind.REQUEST, wish.text.strip(), wish.place))
        for wish in expectation.where
    )
    masks = (*(wish.mask(scope) for wish in expectation.where), *(book.mask(wish, scope) for wish in ruled))
    return (*wished, *ruled), masks


# --- what there is instead --------------------------------------------------------------------------------------------


def _value(graph: KnowledgeGraph, item: int, facets: Sequence[str]) -> str:
    """Return what an item has for a few facets: "certificate R, runtime 170 min"; "" if they are too many to help."""
    if len(facets) > _MOST_FACETS:
        return ""
    values = ((name, _facet_value(graph, item, name)) for name in facets)
    return ", ".join(f"{name} {value}" for name, value in values if value)


def _facet_value(graph: KnowledgeGraph, item: int, name: str) -> str:
    """Return an item's values of a facet; "" for texts and for what only rules know."""
    if name in graph.links:
        return "/".join(graph.label(value) for value in graph.values_of(item, name)) or "unknown"
    if name in graph.numbers:
        facet, number = graph.facet(name), float(graph.numbers[name][item])
        if np.isnan(number):
            return "unknown"
        if facet.kind is FacetKind.DATE:
            return (date(1970, 1, 1) + timedelta(days=number)).isoformat()
        return f"{number:g} {facet.unit}".rstrip()
    return ""
