"""Critiques that can be offered of an item, in the words of the ontology: shorter, newer, more like this.

They are for those who point rather than type. Each is taken as what it would be if it were said of the item, and only
those are offered that leave something to list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from kgrec.dialogue.answers import comparison
from kgrec.dialogue.readings import Compare

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

_ALIKE: Final = "more like this"


@dataclass(frozen=True, slots=True)
class Offer:
    """A critique of an item.

    Attributes:
        item: what it is a critique of.
        said: what it is called: "shorter".
        compare: what it compares; None: it asks for more of the kind.
        left: how many items would be left to list.
    """

    item: str
    said: str
    compare: Compare | None
    left: int


def offers(session: Session, item: str) -> tuple[Offer, ...]:
    """Return the critiques of an item: those of numbers by facet, then "more like this".

    Raises:
        UnknownEntityError: nothing bears that id.
    """
    is_open = session.ranking().open
    alike = [Offer(item, _ALIKE, None, int(is_open.sum()))] if is_open.any() else []
    return (*_comparisons(session, item), *alike)


def _comparisons(session: Session, item: str) -> Iterator[Offer]:
    graph, is_open = session.graph, session.ranking().open
    number = graph.index(item)
    for facet in graph.ontology.facets:
        column = graph.numbers.get(facet.name)
        if column is None or np.isnan(column[number]):
            continue
        for said, is_more in ((facet.less, False), (facet.more, True)):
            passes = column > column[number] if is_more else column < column[number]
            left = int((passes & is_open).sum())
            if said and left:
                yield Offer(item, said, Compare(facet.name, is_more, item), left)


def take_offer(session: Session, offer: Offer) -> str:
    """Take a critique as if it had been said of its item; return what was heard.

    Raises:
        UnknownEntityError: its item is not there.
    """
    label = session.graph.label(offer.item)
    with session.journal.utterance(f"{offer.said}: {label}"):
        if offer.compare is None:
            session.opine(offer.item, 1.0, for_now=True, said=offer.said)
            return f"something like {label}"
        expression, heard = comparison(session.graph, offer.compare, ())
        session.wish(expression, heard, offer.said)
        return heard
