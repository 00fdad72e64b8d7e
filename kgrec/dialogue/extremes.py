"""Superlatives of numbers: "the oldest", "the shortest western", "most recent".

They compare with nothing: they ask for the items at one end of a facet, among those that everything else lets through.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from kgrec.acts import Question
from kgrec.dialogue.opinions import wish_for
from kgrec.dialogue.readings import Extreme, Opine
from kgrec.dialogue.vocabulary import Vocabulary

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

_KEPT: Final = 10
"""So many of the ends of a facet are kept, as many as a list has."""
_NAMED: Final = 3


def read_extreme(plain: Sequence[str], start: int, vocabulary: Vocabulary) -> tuple[Extreme | None, int]:
    """Return the superlative that begins at a position and how many words it takes; (None, 0) for none."""
    if meant := vocabulary.superlatives.get(plain[start]):
        return Extreme(*meant), 1
    if plain[start] in ("most", "least"):
        adjective, used = vocabulary.adjectives.at(plain, start + 1)
        if adjective and adjective[0] in {facet for facet, _ in vocabulary.superlatives.values()}:
            return Extreme(adjective[0], adjective[1] == (plain[start] == "most")), used + 1
    return None, 0


def keep_extreme(session: Session, reading: Extreme, question: Question | None, said: str) -> str:
    """Keep the list to the end of a facet, and name the very first."""
    del question
    graph, facet = session.graph, session.graph.facet(reading.facet)
    told = [wish_for(graph, Opine(value, 1.0)) for value in reading.among]
    fits = session.ranking().open.copy()
    for part in told:
        fits &= session.rules.mask(part.expression, session.recommender.scope(session.belief, session.context))
    column = graph.numbers[facet.name]
    items = np.flatnonzero(fits & ~np.isnan(column[: graph.n_items]))
    if not len(items):
        return f"nothing is left of which I know the {facet.label}"
    order = items[np.argsort(-column[items] if reading.is_most else column[items], kind="stable")]
    bound = float(column[order[min(_KEPT, len(order)) - 1]])
    word = facet.more if reading.is_most else facet.less
    label = " ".join([f"the {word.removesuffix('r')}st", *(part.label for part in told)])
    sign = ">=" if reading.is_most else "<="
    parts = [f"({part.expression})" for part in told]
    session.wish(" and ".join([*parts, f"{facet.name} {sign} {bound:g}"]), label, said)
    ends = [f"{graph.label(item)}, {_amount(column[item], facet.unit)}" for item in order[:_NAMED].tolist()]
    return f"{label}: {'; '.join(ends) if facet.unit else ', '.join(map(graph.label, order[:_NAMED].tolist()))}"


def _amount(number: float, unit: str) -> str:
    return f"{number:g} {unit}"
