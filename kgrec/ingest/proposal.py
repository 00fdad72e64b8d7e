"""A domain proposed for tables: their facets, the words for them, which are worth asking about and in which order.

What is worth asking is what most items tell and what divides them evenly, into few parts first: somebody who is asked
has to read the answers. What only one item in hundreds shares, or nearly all do, is kept and not asked about.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kgrec.domain import Facet, FacetKind
from kgrec.graph.vocabulary import ITEMS_BASE
from kgrec.ingest.columns import Column, Role
from kgrec.ingest.linking import Join, Understanding
from kgrec.ingest.naming import plural, singular, singular_of
from kgrec.ingest.scales import words_of
from kgrec.ingest.wording import PLACES, described, label_of, name_of, plainer, says_kind

WORTH: Final = 0.12
"""Facets worth less than this are not asked about."""

FEW: Final = 12
"""More values than this make a question harder to answer."""

_BITS: Final = 2.5
_LINKED: Final = {
    Role.BOOLEAN: FacetKind.CATEGORY,
    Role.CATEGORY: FacetKind.CATEGORY,
    Role.MULTI: FacetKind.CATEGORY,
    Role.HIERARCHY: FacetKind.CATEGORY,
    Role.ORDERED: FacetKind.ORDERED,
    Role.NUMBER: FacetKind.NUMBER,
    Role.DATE: FacetKind.DATE,
    Role.TEXT: FacetKind.TEXT,
}
_FEATURE: Final = "feature"
"""What every column that says yes or no is called in sentences."""

_PRICES: Final = frozenset({"price", "cost", "pricerange", "fee", "fare", "rent"})


@dataclass(frozen=True, slots=True)
class Proposed:
    """A facet and the column it comes from.

    Attributes:
        worth: how much asking about it tells, 0 to about 1.5.
        truth: what an item is or has whose cell says yes; "" unless cells say yes or no.
    """

    facet: Facet
    column: Column
    worth: float
    truth: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether it is worth asking about."""
        return self.worth >= WORTH and bool(self.facet.question or self.facet.affirm)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A domain for tables.

    Attributes:
        name: of the data set.
        singular, plural: what items are called.
        base: of the items' IRIs.
        facets: those worth asking about first.
        identifier, label: columns of the items; "" for rows that are numbered, and for none.
        label_from: how a name is made where no column is one: ``{manufacturer} {model}``.
        qualifier: the facet that tells items of one name apart, "" for none.
        understanding: what it was made of.
    """

    name: str
    singular: str
    plural: str
    base: str
    facets: tuple[Proposed, ...]
    identifier: str
    label: str
    label_from: str
    qualifier: str
    understanding: Understanding


def propose(understanding: Understanding, name: str) -> Proposal:
    """Return a domain for what was understood of some tables."""
    named = singular_of(name)
    one = singular_of(understanding.main.name) if named == singular_of("") else named
    base = f"{ITEMS_BASE}{_in_iri(name)}/"
    facets = list(_asked(_facets(understanding, one, base)))
    facets.sort(key=lambda found: -found.worth)
    identifier, label = understanding.first(Role.IDENTIFIER), understanding.first(Role.LABEL)
    label_from = "" if label else _label_from(understanding.columns)
    years = [found.facet.name for found in facets if found.column.why.startswith("years")]
    is_ambiguous = label is None or label.distinct < understanding.n_rows
    return Proposal(
        name=name,
        singular=one,
        plural=plural(one),
        base=base,
        facets=tuple(_own_words(facets)),
        identifier=identifier.name if identifier else "",
        label=label.name if label else "",
        label_from=label_from,
        qualifier=years[0] if years and is_ambiguous and not understanding.apart else "",
        understanding=understanding,
    )


def _asked(facets: Iterable[Proposed]) -> Iterator[Proposed]:
    """Go through the facets; amounts nobody has words for are asked about only where there is little else."""
    found = list(facets)
    clear = [one for one in found if one.is_asked and not _is_nameless(one.facet)]
    for one in found:
        yield replace(one, worth=one.worth / 10) if _is_nameless(one.facet) and len(clear) > 1 else one


def _is_nameless(facet: Facet) -> bool:
    """Whether a facet holds amounts that are only lower or higher."""
    return facet.kind.is_numeric and facet.less == f"lower {facet.label}"


def _in_iri(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="")


def _label_from(columns: Sequence[Column]) -> str:
    """Return how rows without a name are called: by who made them and which model they are, where columns say so."""
    wanted = (
        {"manufacturer", "make", "brand", "maker", "producer", "company"},
        {"model", "product", "version", "trim"},
    )
    found = [
        next((column.name for column in columns if set(words_of(column.name)) & words and column.role in _LINKED), "")
        for words in wanted
    ]
    return " ".join(f"{{{column}}}" for column in found if column) if found[1] else ""


def _facets(understanding: Understanding, one: str, base: str) -> Iterator[Proposed]:
    """Go through the facets, with names that differ."""
    taken: set[str] = set()
    for column in understanding.columns:
        join = next((join for join in understanding.joins if column.name.startswith(f"{join.source.name}.")), None)
        if column.role is Role.LABEL and (join is None or not join.via):
            continue
        if column.role is Role.LABEL and join is not None:
            found = _named(column, join, one)
        elif column.role in _LINKED:
            found = _one(column, join, one, understanding.n_rows)
        else:
            continue
        facet = found.facet
        if facet.name in taken and join is not None:
            facet = replace(facet, name=f"{singular_of(join.source.name).replace(' ', '_')}_{facet.name}")
        if facet.name in taken:
            facet = replace(facet, name=next(n for k in range(2, 3000) if (n := f"{facet.name}_{k}") not in taken))
        taken.add(facet.name)
        yield replace(found, facet=replace(facet, iri=f"{base}facet/{facet.name}"))


def _named(column: Column, join: Join, one: str) -> Proposed:
    """Return the facet whose values are the rows of another table, called by their names."""
    name = singular(words_of(join.source.name)[-1]) if words_of(join.source.name) else join.source.name
    words = replace(column, name=name, role=Role.CATEGORY)
    facet = described(words, name_of(words), name, FacetKind.ENTITY, singular=one)
    return Proposed(replace(facet, columns=(join.via,)), column, _worth(words, 1.0))


def _one(column: Column, join: Join | None, one: str, n_rows: int) -> Proposed:
    local = replace(column, name=column.name.partition(".")[2]) if join else column
    kind = _LINKED[column.role]
    if kind is FacetKind.CATEGORY and column.role in (Role.CATEGORY, Role.MULTI) and not _recurs(column, n_rows):
        kind = FacetKind.ENTITY
    name = name_of(local)
    label = label_of(local, name)
    if column.role is Role.MULTI:
        label = singular(label)
    truth = label if column.is_truth else ""
    # Not by the same word: what is asked for ("with parking") is the value, and words for facets ask for nothing.
    facet = described(local, name, _FEATURE if truth else label, kind, singular=one)
    return Proposed(replace(facet, columns=(column.name,)), column, _worth(local, facet.weight), truth)


def _recurs(column: Column, n_rows: int) -> bool:
    """Return whether values are a vocabulary that items share, rather than names of their own."""
    return column.distinct <= max(40, n_rows // 10)


def _worth(column: Column, weight: float) -> float:
    """Return how much asking about a column tells."""
    words = set(words_of(column.name))
    if column.role in (Role.NUMBER, Role.DATE):
        bits = min(math.log2(max(column.distinct, 1)), 2.0) / _BITS * 0.6
    else:
        bits = min(column.evenness, _BITS) / _BITS
    many = 1.0 if column.distinct <= FEW or column.role in (Role.NUMBER, Role.DATE) else (FEW / column.distinct) ** 0.25
    weight = 1.0 if column.role in (Role.NUMBER, Role.DATE) else weight
    wanted = 1.5 if says_kind(column.name) else 1.3 if words & _PRICES else 0.8 if words & PLACES else 1.0
    return column.filled * bits * many * wanted * (0.7 if column.role is Role.BOOLEAN else 1.0) * min(weight + 0.5, 1.0)


def _own_words(facets: Sequence[Proposed]) -> Iterator[Proposed]:
    """Go through the facets, each with comparatives of its own: the first of those that share some keeps them.

    The first is the one whose name says least beside them: the price rather than the price for a family.
    """
    order = sorted(range(len(facets)), key=lambda place: (len(words_of(facets[place].facet.name)), place))
    taken: set[str] = set()
    plain: set[int] = set()
    has_prior = False
    for place in order:
        facet = facets[place].facet
        if facet.kind.is_numeric and ({facet.less, facet.more} & taken or (facet.is_prior and has_prior)):
            plain.add(place)
        taken |= {facet.less, facet.more} - {""}
        has_prior |= facet.is_prior
    for place, found in enumerate(facets):
        yield replace(found, facet=plainer(found.facet)) if place in plain else found
