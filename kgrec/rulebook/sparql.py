"""From expressions to SPARQL: the same items that masks find, found by the endpoint that holds the graph.

For graphs that live elsewhere, in the RDF form that kgrec.graph.views gives them. The whole condition is one FILTER of
connectives over EXISTS blocks and constants: such a block is true or false, never an error, so what is unknown makes a
comparison and its opposite false, and "not" turns any of it round. Facts are settled first and become constants. What
SPARQL cannot say is worked out here and enters as a list of items: what is near to something, and the few texts
whose lower case is not what ignoring case means in Python ("STRASSE" and "straße").

Every name, text and number is written by pyoxigraph's terms, escaped; nothing from outside is pasted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import count
from typing import Final

import numpy as np
import pyoxigraph as ox

from kgrec.domain import FacetKind
from kgrec.graph import KnowledgeGraph
from kgrec.graph.vocabulary import BROADER, TYPE, XSD, to_iri
from kgrec.rulebook.conditions import (
    Calculation,
    Column,
    Compares,
    Condition,
    Count,
    FacetKnown,
    FactIs,
    FactKnown,
    HasFact,
    HasOnly,
    HasValue,
    Measure,
    Near,
    NearFact,
    Number,
    Reads,
    Term,
    YearsSince,
    terms,
)
from kgrec.rulebook.expression import NOTHING_KNOWN, Expression
from kgrec.rulebook.facts import holds
from kgrec.rulebook.logic import And, Leaf, Not, Or, Tree
from kgrec.rulebook.masks import Mask, Scope, as_words, evaluate, masks_of
from kgrec.rulebook.numerals import CALENDAR_YEAR, calendar_number, today_of, worked_out
from kgrec.rulebook.parser import Operator
from kgrec.rulebook.quantities import year_of
from kgrec.rulebook.values import has_fact

_DOUBLE: Final = f"<{XSD}double>"
_INTEGER: Final = f"<{XSD}integer>"
_LARGEST: Final = ox.Literal(float(np.finfo(np.float64).max))

_SIGNS: Final = {
    Operator.EQUAL: "=",
    Operator.IN: "=",
    Operator.UNEQUAL: "!=",
    Operator.NOT_IN: "!=",
    Operator.LESS: "<",
    Operator.LESS_OR_EQUAL: "<=",
    Operator.GREATER: ">",
    Operator.GREATER_OR_EQUAL: ">=",
}

_Part = str | bool
"""A boolean expression of SPARQL, or a truth value that is settled already."""


def to_sparql(expression: Expression, graph: KnowledgeGraph, scope: Scope = NOTHING_KNOWN) -> str:
    """Return a SELECT query with one variable, ``?item``: the items an expression holds for, given what is known.

    Args:
        expression: compiled against ``graph``.
        graph: what the endpoint holds, compiled; one value an item for numbers and texts.
        scope: the facts to settle first; the query is about this user and moment only.
    """
    return _Writer(graph, scope).query(expression.tree)


class _Writer:
    """Writes one query; remembers which counts it needs and which variables are taken."""

    def __init__(self, graph: KnowledgeGraph, scope: Scope) -> None:
        self._graph = graph
        self._scope = scope
        self._masks = masks_of(graph)
        self._counts: dict[str, str] = {}  # facet → variable
        self._free = count(1)

    def query(self, tree: Tree[Condition]) -> str:
        part = self._part(tree)
        condition = part if isinstance(part, str) else "1 = 1" if part else "1 = 0"  # rdflib takes "false" for true
        item = f"?item {ox.NamedNode(TYPE)} {ox.NamedNode(self._graph.ontology.item_class)} ."
        counts = "".join(self._counted(facet, variable, item) for facet, variable in self._counts.items())
        return f"SELECT ?item WHERE {{ {item} {counts}FILTER({condition}) }}"

    def _variable(self, name: str = "v") -> str:
        return f"?{name}{next(self._free)}"

    def _property(self, facet: str) -> ox.NamedNode | None:
        """Return the property of a facet; None for one that only rules speak of, which no item has."""
        found = next((each for each in self._graph.ontology.facets if each.name == facet), None)
        return ox.NamedNode(found.iri) if found is not None else None

    def _node(self, entity: int) -> str:
        return str(ox.NamedNode(to_iri(self._graph.ontology.base, self._graph.entity_ids[entity])))

    # --- connectives ------------------------------------------------------------------------------------------------

    def _part(self, tree: Tree[Condition]) -> _Part:
        match tree:
            case Leaf():
                return self._condition(tree.value)
            case Not():
                return _negated(self._part(tree.part))
            case And():
                return _joined(map(self._part, tree.parts), decisive=False)
            case Or():
                return _joined(map(self._part, tree.parts), decisive=True)

    def _condition(self, condition: Condition) -> _Part:  # noqa: PLR0911  (one a kind of condition)
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
                return self._exists(condition.facet)
            case Measure():
                return self._measure(condition)
            case HasFact():
                words = as_words(self._scope.value(condition.name))
                return self._part(has_fact(condition, words, self._masks.lexicon)) if words else False
            case FactIs() | FactKnown():
                return holds(condition, self._scope.value(condition.name))
            case Near() | NearFact():
                mask = evaluate(Leaf(condition), self._masks, self._scope)
                return mask if isinstance(mask, bool) else self._among(mask)

    def _among(self, mask: Mask) -> _Part:
        nodes = [self._node(item) for item in np.flatnonzero(mask).tolist()]
        return f"?item IN ({', '.join(nodes)})" if nodes else False

    # --- values and texts -------------------------------------------------------------------------------------------

    def _exists(self, facet: str, path: str = "", test: str = "") -> _Part:
        """Return that an item has a value of a facet (``?v`` below ``path``) that passes a test."""
        predicate = self._property(facet)
        return f"EXISTS {{ ?item {predicate}{path} ?v . {test} }}" if predicate is not None else False

    def _has(self, condition: HasValue) -> _Part:
        if not condition.values:
            return False
        nodes = " ".join(map(self._node, condition.values))
        return self._exists(condition.facet, f"/{ox.NamedNode(BROADER)}*", f"VALUES ?v {{ {nodes} }}")

    def _has_only(self, condition: HasOnly) -> _Part:
        if not condition.values:
            return False
        nodes = ", ".join(map(self._node, condition.values))
        foreign = self._exists(condition.facet, test=f"FILTER(?v NOT IN ({nodes}))")
        return _joined((self._exists(condition.facet), _negated(foreign)), decisive=False)

    def _compares(self, condition: Compares) -> _Part:
        if self._graph.facet(condition.facet).kind is FacetKind.DATE:
            value = "SUBSTR(STR(?v), 1, 10)"  # ISO dates: their texts have their order
            numbers = [ox.Literal(date.fromordinal(int(day) + _EPOCH).isoformat()) for day in condition.numbers]
        else:
            value, numbers = f"{_DOUBLE}(STR(?v))", [ox.Literal(float(number)) for number in condition.numbers]
        return self._exists(condition.facet, test=f"FILTER({_compared(value, condition.operator, numbers)})")

    def _reads(self, condition: Reads) -> _Part:
        wanted = [ox.Literal(text) for text in condition.texts if _is_encodable(text)]
        if condition.operator is Operator.HAS:
            test = " || ".join(f"CONTAINS(LCASE(STR(?v)), {text})" for text in wanted) or "1 = 0"
        else:
            test = _compared("LCASE(STR(?v))", condition.operator, wanted)
        found = self._exists(condition.facet, test=f"FILTER({test})")
        right = self._masks.of(condition)
        lower = self._lower_reads(condition)
        with_missed = _joined((found, self._among(right & ~lower)), decisive=True)
        return _joined((with_missed, _negated(self._among(lower & ~right))), decisive=False)

    def _lower_reads(self, condition: Reads) -> Mask:
        """Return for which items the query finds a text to read so: it compares in lower case, masks casefolded."""
        texts = self._graph.texts.get(condition.facet, ("",) * self._graph.n_items)
        if condition.operator is Operator.HAS:
            found = [bool(text) and any(part in text.lower() for part in condition.texts) for text in texts]
        else:
            negative = condition.operator.is_negative
            found = [bool(text) and (text.lower() in condition.texts) is not negative for text in texts]
        return np.array(found, dtype=np.bool_)

    # --- numbers ----------------------------------------------------------------------------------------------------

    def _measure(self, measure: Measure) -> _Part:
        left = self._folded(measure.left)
        if _is_unknown(left):
            return False
        if measure.operator is Operator.KNOWN:
            return self._block((left,), "")
        parts = (self._against(left, measure.operator, self._folded(term)) for term in measure.right)
        return _joined(parts, decisive=not measure.operator.is_negative)

    def _against(self, left: Term, operator: Operator, right: Term) -> _Part:
        return False if _is_unknown(right) else self._block((left, right), _SIGNS[operator])

    def _folded(self, term: Term) -> Term:
        """Return a term in which whatever is the same for all items is worked out."""
        if not any(isinstance(part, Column | Count) for part in terms(term)):
            return Number(float(worked_out(term, self._graph, self._scope.value)))
        if isinstance(term, Calculation):
            return Calculation(term.sign, self._folded(term.left), self._folded(term.right))
        return term

    def _block(self, sides: Sequence[Term], sign: str) -> _Part:
        """Return that one or two terms are known and, if two, compare so."""
        steps: list[str] = []
        values = [self._worked_out(term, steps) for term in sides]
        if any(value is None for value in values):
            return False
        steps += [f"FILTER({f' {sign} '.join(map(str, values))})"] if sign else []
        return f"EXISTS {{ {' '.join(steps)} }}"

    def _worked_out(self, term: Term, steps: list[str]) -> str | None:
        """Return a term as SPARQL, None if it is unknown; how its variables come about is added to ``steps``.

        What a count enters is written out, not bound: rdflib's BIND sees no variable from outside its block.
        """
        match term:
            case Number():
                return None if _is_unknown(term) else str(ox.Literal(term.value))
            case Column():
                return self._column(term.facet, steps)
            case Count():
                return f"{_DOUBLE}({self._count_of(term.facet)})"
            case YearsSince():
                return self._years_since(term, steps)
            case Calculation():
                left, right = self._worked_out(term.left, steps), self._worked_out(term.right, steps)
                if left is None or right is None:
                    return None
                result = f"({left} {term.sign} {right})"
                steps.append(f"FILTER(ABS({result}) <= {_LARGEST})")  # neither infinite nor undefined
                return result
        raise AssertionError(f"facts are folded before: {term}")

    def _bound(self, value: str, steps: list[str]) -> str:
        variable = self._variable()
        steps.append(f"BIND({value} AS {variable})")
        return variable

    def _count_of(self, facet: str) -> str:
        if facet not in self._counts:
            self._counts[facet] = self._variable("count")
        return self._counts[facet]

    def _counted(self, facet: str, variable: str, item: str) -> str:
        """Return the sub-query that binds how many values every item has."""
        values = f"OPTIONAL {{ ?item {self._property(facet)} ?v }}"
        return f"{{ SELECT ?item (COUNT(DISTINCT ?v) AS {variable}) WHERE {{ {item} {values} }} GROUP BY ?item }} "

    def _column(self, facet: str, steps: list[str]) -> str:
        stated = self._stated(facet, steps)
        is_date = self._graph.facet(facet).kind is FacetKind.DATE
        return self._days(stated, steps) if is_date else self._bound(f"{_DOUBLE}(STR({stated}))", steps)

    def _stated(self, facet: str, steps: list[str]) -> str:
        stated = self._variable()
        steps.append(f"?item {self._property(facet)} {stated} .")
        return stated

    def _date(self, stated: str, steps: list[str]) -> list[str]:
        """Return the variables of a date's year, month and day."""
        parts = ((1, 4), (6, 2), (9, 2))
        return [self._bound(f"{_INTEGER}(SUBSTR(STR({stated}), {at}, {width}))", steps) for at, width in parts]

    def _days(self, stated: str, steps: list[str]) -> str:
        """Return the days from 1970-01-01 to a date; SPARQL cannot subtract dates.

        Years are counted from March on, so that the day that leap years add is the last: the usual way to number days
        of the Gregorian calendar.
        """
        year, month, day = self._date(stated, steps)
        shifted = self._bound(f"IF({month} > 2, {year}, {year} - 1)", steps)
        since_march = self._bound(f"IF({month} > 2, {month} - 3, {month} + 9)", steps)
        leap = f"FLOOR({shifted} / 4) - FLOOR({shifted} / 100) + FLOOR({shifted} / 400)"
        in_year = f"FLOOR((153 * {since_march} + 2) / 5) + {day} - 1"
        return self._bound(f"{_DOUBLE}(365 * {shifted} + {leap} + {in_year} - {_MARCH_OF_YEAR_0})", steps)

    def _years_since(self, term: YearsSince, steps: list[str]) -> str | None:
        today = today_of(self._scope.value)
        if np.isnan(today):
            return None
        assert isinstance(term.date, Column), f"facts are folded before: {term}"
        if term.is_year:
            since = self._column(term.date.facet, steps)
            return self._bound(f"{ox.Literal(float(year_of(today)))} - {since}", steps)
        year, month, day = self._date(self._stated(term.date.facet, steps), steps)
        number = f"{CALENDAR_YEAR} * ({year} - 1970) + 31 * ({month} - 1) + {day} - 1"
        now = ox.Literal(float(calendar_number(np.asarray(today))))
        return self._bound(f"({now} - {_DOUBLE}({number})) / {_DOUBLE}({CALENDAR_YEAR})", steps)


_EPOCH: Final = date(1970, 1, 1).toordinal()

_MARCH_OF_YEAR_0: Final = 719_468
"""The days from there to 1970-01-01."""


def _is_unknown(term: Term) -> bool:
    return isinstance(term, Number) and bool(np.isnan(term.value))


def _is_encodable(text: str) -> bool:
    """Whether a text can stand in a query at all; half a surrogate pair, as from a wrong file name, occurs in none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _compared(value: str, operator: Operator, wanted: Iterable[ox.Literal]) -> str:
    """Return that a value compares so with one or, for "in" and the negative ones, any or all of several."""
    texts = list(map(str, wanted))
    if not texts:
        return "1 = 1" if operator.is_negative else "1 = 0"
    if operator.is_ordering:
        return f"{value} {_SIGNS[operator]} {texts[0]}"
    # Spelled out: rdflib's IN compares numbers as they are written.
    sign, joint = ("!=", " && ") if operator.is_negative else ("=", " || ")
    return f"({joint.join(f'{value} {sign} {text}' for text in texts)})"


def _negated(part: _Part) -> _Part:
    return not part if isinstance(part, bool) else f"!({part})"


def _joined(parts: Iterable[_Part], *, decisive: bool) -> _Part:
    """Join parts by "or" (``decisive`` is true) or "and"; truth values disappear, or decide at once."""
    texts = []
    for part in parts:
        if part is decisive:
            return decisive
        if isinstance(part, str):
            texts.append(f"({part})")
    return (" || " if decisive else " && ").join(texts) if texts else not decisive
