"""Numbers in what people say: "under two hours", "before 1980", "from the 90s", "the last five years", "not too long".

The facet meant follows from the unit, from the words of its critique ("shorter than 100"), or, for a bare number, from
the facet whose values it lies among. Words without a number (long, old) are bounds taken from the catalogue: see LOW,
HIGH and TOO. Nothing here knows what an item is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from kgrec.dialogue import numerals
from kgrec.dialogue.amounts import Amount, facet_of, only_facet, read_amount
from kgrec.dialogue.bounds import bound_of, bounded, in_digits
from kgrec.dialogue.critiques import LEADS
from kgrec.dialogue.measures import measures, named_facet
from kgrec.dialogue.readings import Compare, Require, Setting
from kgrec.dialogue.times import read_age, read_deadline, read_decade, read_span
from kgrec.dialogue.tokens import starts_with
from kgrec.domain import Facet
from kgrec.graph import KnowledgeGraph

LOW: Final = 0.15
"""What is called short or old lies in this share of the catalogue."""
HIGH: Final = 0.85
"""What is called long or recent lies above this share of it."""
TOO: Final = 0.6
"""What is "not too long" lies in this share of it, what is "not too short" above the rest."""
_DIGITS: Final = 3
"""To how many digits of the spread such a word is exact, where numbers are not whole."""
_AROUND: Final = 0.15
"""How far, as a share, "about two hours" may be off."""
_FLIPPED: Final = {"≤": ">", "≥": "<", "<": "≥", ">": "≤"}
_FIRST_YEAR: Final = 100  # smaller bare numbers name no year
_NOT_TOO: Final = ("not too", "nothing too", "not very", "not that", "not super", "not overly", "none too", "not so")
_LINKING: Final = frozenset({"of", "is", "be", "should", "must", "a", "to", "that", "thats"})
_SIGNED: Final = (
    ((*numerals.BELOW, "lower than", "smaller than"), "<="),
    ((*numerals.ABOVE, "higher than", "greater than", "bigger than"), ">="),
    (numerals.BEFORE, "<"),
    (numerals.SINCE, ">="),
    (numerals.AFTER, ">"),
)
"""What stands between the name of a facet and its bound, and the sign that it amounts to."""
_SOMETHING: Final = (
    "something", "anything", "a", "an", "something very", "a very", "really", "very", "something really", "fairly",
    "pretty", "something fairly", "something more", "reasonably", "something reasonably", "something nice and",
    "some", "something a bit", "keep it", "make it", "nice and", "quite", "rather", "preferably", "keep things",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A condition on a number, as an expression of the rule language, and how many words said it.

    ``refusal``: what is wished for where it is refused, if that is not just all it leaves out.
    """

    expression: str
    label: str
    words: int
    refusal: Require | None = None


def read_quantity(
    words: Sequence[str], graph: KnowledgeGraph, setting: Setting | None = None, *, is_start: bool = False
) -> Quantity | None:
    """Return the condition that the words begin with, or None.

    ``setting``: the present; ``is_start``: whether a clause begins here ("recent horror") or a cue stands before it.
    """
    setting = setting or Setting()
    year = setting.year
    said = read_age(words, graph, year) or read_span(words, graph, year) or read_decade(words, graph)
    said = said or read_deadline(words, graph, setting.minute)
    if said:
        return Quantity(*said)
    told = _named(words, graph) or _between(words, graph) or _comparison(words, graph) or _bounded(words, graph)
    if told:
        return _with_adjective(told, words, graph)
    return _single_year(words, graph) or _vague(words, graph, is_start=is_start)


def refused(quantity: Quantity) -> Require:
    """Return the wish for anything else: "nothing over two hours"."""
    if quantity.refusal is not None:
        return quantity.refusal
    sign = next((sign for sign in _FLIPPED if f" {sign} " in quantity.label), "")
    label = quantity.label.replace(sign, _FLIPPED[sign]) if sign else f"not {quantity.label}"
    return Require(f"not ({quantity.expression})", label)


def bound_by(compared: Compare, word: str, graph: KnowledgeGraph) -> Require | None:
    """Return a refused comparison as a bound: what is "no older than Heat" may be as old; None if nothing is known."""
    if compared.target not in graph.numbers or not compared.item:
        return None
    number = float(graph.numbers[compared.target][graph.index(compared.item)])
    sign = ">=" if compared.is_more else "<="
    label = f"no {word} than {graph.label(compared.item)}"
    return None if np.isnan(number) else Require(f"{compared.target} {sign} {number:g}", label)


def _with_adjective(quantity: Quantity, words: Sequence[str], graph: KnowledgeGraph) -> Quantity:
    """Take the adjective of an amount with it: "two hours long"."""
    following = words[quantity.words] if quantity.words < len(words) else ""
    if any(following in (*facet.low, *facet.high) for facet in graph.ontology.facets):
        return replace(quantity, words=quantity.words + 1)
    return quantity


# --- bounds said before the amount ------------------------------------------------------------------------------------


def _comparison(words: Sequence[str], graph: KnowledgeGraph) -> Quantity | None:
    for phrases, sign, needs_unit in (
        (numerals.BELOW, "<=", True),
        (numerals.ABOVE, ">=", True),
        (numerals.UNTIL, "<=", False),
        (numerals.FROM, ">=", False),
        (numerals.BEFORE, "<", False),
        (numerals.SINCE, ">=", False),
        (numerals.AFTER, ">", False),
    ):
        used = starts_with(words, phrases)
        if not used:
            continue
        if not needs_unit and (told := _beside_decade(words, used, sign, graph)):
            return told
        edge = sign if starts_with(words, numerals.STRICTLY) == used else ""
        used += _fillers(words[used:])
        amount = read_amount(words[used:], graph.once(measures))
        facet = facet_of(amount, graph) if amount else None
        if amount and facet and (amount.unit or (not needs_unit and amount.value >= _FIRST_YEAR)):
            end = used + amount.words
            again = starts_with(words[end:], (*numerals.AT_MOST, *numerals.OR_SO)) if amount.unit else 0
            return _edged(_quantity(facet, sign, amount.value, end + again), facet, edge, amount.value)
        if amount and needs_unit and not amount.unit and (only := only_facet(amount.value, graph)):
            return _edged(_quantity(only, sign, amount.value, used + amount.words), only, edge, amount.value)
    return _critique(words, graph)


def _edged(quantity: Quantity, facet: Facet, sign: str, value: float) -> Quantity:
    """Return a bound that, refused, lets the number itself through: no film "over two hours" may have just two."""
    beyond = {"<=": "<", ">=": ">"}.get(sign, "")
    if not beyond:
        return quantity
    label = bounded(facet, _FLIPPED[beyond], value).label
    return replace(quantity, refusal=Require(f"not ({bounded(facet, beyond, value).expression})", label))


def _beside_decade(words: Sequence[str], lead: int, sign: str, graph: KnowledgeGraph) -> Quantity | None:
    """Read the time on one side of a decade, after a bound of so many words: "after the 90s", "before the eighties"."""
    said = read_decade(words[lead:], graph)
    bound = bound_of(said[0]) if said else None
    facet = next((facet for facet in graph.ontology.facets if bound and facet.name == bound.facet), None)
    if said is None or bound is None or facet is None:
        return None
    return _quantity(facet, sign, bound.low if sign in ("<", ">=") else bound.high, lead + said[2])


def _named(words: Sequence[str], graph: KnowledgeGraph) -> Quantity | None:
    """Read the bound of a facet that is named first: "abv under 8", "a price of at least 20"."""
    lead = 1 if words[0] in ("a", "an", "the") else 0
    facet, used = named_facet(tuple(words[lead:]), graph)
    if facet is None:
        return None
    used += lead
    while used < len(words) and words[used] in _LINKING:
        used += 1
    rest = words[used:]
    if starts_with(rest, ("between", "from")):
        low = read_amount(rest[1:], graph.once(measures))
        high = read_amount(rest[2 + low.words :], graph.once(measures)) if low else None
        return _range(facet, low.value, high.value, used + 2 + low.words + high.words) if low and high else None
    for phrases, sign in _SIGNED:
        if more := starts_with(rest, phrases):
            amount = read_amount(rest[more:], graph.once(measures))
            if amount and amount.unit in ("", facet.unit, facet.name):
                return _quantity(facet, sign, amount.value, used + more + amount.words)
    return None


def _fillers(words: Sequence[str]) -> int:
    used = 0
    while used < len(words) and words[used] in numerals.ABOUT:
        used += 1
    return used


def _critique(words: Sequence[str], graph: KnowledgeGraph) -> Quantity | None:
    """Read "shorter than 100 minutes" by the critique words of a facet."""
    lead = starts_with(words, LEADS)
    word, than = (*words[lead : lead + 2], "", "")[:2]
    amount = read_amount(words[lead + 2 :], graph.once(measures)) if than == "than" else None
    if amount is None or not (amount.unit or amount.value >= _FIRST_YEAR):
        return None
    for facet in graph.ontology.facets:
        if facet.kind.is_numeric and word in (facet.less, facet.more):
            return _quantity(facet, "<" if word == facet.less else ">", amount.value, lead + 2 + amount.words)
    return None


def _between(words: Sequence[str], graph: KnowledgeGraph) -> Quantity | None:
    lead = 1 if words[0] == "between" else 0
    low = read_amount(words[lead:], graph.once(measures))
    middle = lead + low.words if low else 0
    if (
        not low
        or middle >= len(words)
        or words[middle] not in ("and", "to", "till", "-")
        or (words[middle] == "and" and not lead)
    ):
        return None
    high = read_amount(words[middle + 1 :], graph.once(measures))
    facet = facet_of(high, graph) if high else None
    if not (high and facet) or not (high.unit or lead or low.value >= _FIRST_YEAR):
        return None
    factor = graph.once(measures)[high.unit].get(words[middle + high.words], 1.0) if high.unit and not low.unit else 1.0
    return _range(facet, low.value * factor, high.value, middle + 1 + high.words)


def _range(facet: Facet, low: float, high: float, words: int) -> Quantity:
    expression = f"{facet.name} >= {in_digits(low)} and {facet.name} <= {in_digits(high)}"
    label = f"{facet.label} {in_digits(low, 2)} to {in_digits(high, 2)} {facet.unit}".rstrip()
    return Quantity(expression, label, words)


# --- bounds said after it, or not at all ------------------------------------------------------------------------------


def _bounded(words: Sequence[str], graph: KnowledgeGraph) -> Quantity | None:
    """Read an amount that what follows makes a bound: "90 min max", "two hours or less", "1990 or later"."""
    skipped = _fillers(words)
    amount = read_amount(words[skipped:], graph.once(measures))
    facet = facet_of(amount, graph) if amount else None
    if not amount or not facet:
        return None
    used = skipped + amount.words
    rest = words[used:]
    if not amount.unit:
        for phrases, sign in ((numerals.ON, ">="), (numerals.BACK, "<=")):
            more = starts_with(rest, phrases)
            if not skipped and more > 1 and amount.value >= _FIRST_YEAR:
                return _quantity(facet, sign, amount.value, used + more)
        return None
    if more := starts_with(rest, numerals.AT_LEAST):
        return _quantity(facet, ">=", amount.value, used + more)
    if starts_with(rest, numerals.OR_SO) or (skipped and words[0] in ("about", "around", "roughly")):
        return _around(facet, amount, used + starts_with(rest, numerals.OR_SO))
    return _quantity(facet, "<=", amount.value, used + starts_with(rest, numerals.AT_MOST))


def _around(facet: Facet, amount: Amount, words: int) -> Quantity:
    low, high = amount.value * (1 - _AROUND), amount.value * (1 + _AROUND)
    expression = f"{facet.name} >= {low:.0f} and {facet.name} <= {high:.0f}"
    return Quantity(expression, f"{facet.label} about {amount.value:g} {facet.unit}".rstrip(), words)


def _single_year(words: Sequence[str], graph: KnowledgeGraph) -> Quantity | None:
    """Read "from 1973", which means that year, "from 1973 on" and "from 1970 to 1975"."""
    lead = starts_with(words, numerals.IN)
    amount = read_amount(words[lead:], graph.once(measures))
    if not amount or amount.unit or amount.value < _FIRST_YEAR or (not lead and len(words) > amount.words):
        return None
    facet = facet_of(amount, graph)
    if not facet:
        return None
    used = lead + amount.words
    rest = list(words[used:])
    if rest[:1] in (["to"], ["till"], ["until"], ["-"]) and (high := read_amount(rest[1:], graph.once(measures))):
        return _range(facet, amount.value, high.value, used + 1 + high.words)
    for phrases, sign in ((numerals.ON, ">="), (numerals.BACK, "<=")):
        if more := starts_with(rest, phrases):
            return _quantity(facet, sign, amount.value, used + more)
    return Quantity(f"{facet.name} == {amount.value:g}", f"{facet.label} {amount.value:g}", used)


# --- words for numbers ------------------------------------------------------------------------------------------------


def _vague(words: Sequence[str], graph: KnowledgeGraph, *, is_start: bool) -> Quantity | None:
    """Read "not too long", "something short", "very recent" by what such words mean in this catalogue."""
    negated = starts_with(words, _NOT_TOO)
    is_of_them = words[:1] == ["the"] and words[2:3] == ["ones"]
    used = negated or int(is_of_them) or starts_with(words, _SOMETHING)
    for facet in graph.ontology.facets:
        if facet.name not in graph.numbers:
            continue
        for names, share, sign in ((facet.low, LOW, "<="), (facet.high, HIGH, ">=")):
            more = starts_with(words[used:], names)
            if more and negated:
                kept = TOO if sign == ">=" else 1 - TOO
                return _quantile(facet, graph, kept, "<=" if sign == ">=" else ">=", used + more)
            if more and (used or is_start or len(words) == more or words[more] in (",", "-", "please")):
                return _quantile(facet, graph, share, sign, used + more)
    return None


def _quantile(facet: Facet, graph: KnowledgeGraph, share: float, sign: str, words: int) -> Quantity:
    column = graph.numbers[facet.name]
    known = column[~np.isnan(column)]
    spread, is_whole = float(np.ptp(known)), bool(np.all(known == np.round(known)))
    decimals = 0 if is_whole or not spread else max(0, _DIGITS - 1 - int(np.floor(np.log10(spread))))
    return _quantity(facet, sign, round(float(np.nanquantile(column, share)), decimals), words)


def _quantity(facet: Facet, sign: str, value: float, words: int) -> Quantity:
    told = bounded(facet, sign, value)
    return Quantity(told.expression, told.label, words)
