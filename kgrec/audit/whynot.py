"""Why an item is not on the list, and the least that would have to change for it to be there.

Three things may keep an item off: something rules it out, a limit gives its place to a better one, or its score is too
low. The answer names each with its origin, takes the gap to the last item of the list apart, and offers ways that
were tried (kgrec.audit.ways).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kgrec.audit.case import Case
from kgrec.audit.limits import GivesWay, gives_way
from kgrec.audit.losses import Losses, compare
from kgrec.audit.ways import Search, Way
from kgrec.domain import Constraint, OpinionKind, OriginKind
from kgrec.graph import KnowledgeGraph
from kgrec.ranking import unseen
from kgrec.slates import asked_for, by_score

_SAME: Final = 1e-6
"""How far values may differ that come of the same rating."""


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Where an item stands and why.

    Attributes:
        item: its id.
        length: how long a list was asked for.
        place: its place on the list, counted from 1; 0: it is not on it, and only then is there more to say.
        rank: the place its score would have among everything open, whatever rules it out.
        open: how many items are open: allowed, and not known yet.
        against: the constraints that it does not satisfy.
        is_seen: it was said to be known.
        opinion: what was said of it, or done before, from -1 to 1; None: nothing.
        kind: how that was uttered.
        is_past: the opinion is what the data tell of the user, not what was said.
        rating: what the data have as the user's rating, on their own scale; None: no number.
        limits: the limits that give its place to better ones.
        asked_instead: what the list was to have beside good scores, where others have its place for that: "variety".
        rival: the item at the last place of the list; "" if the list is empty.
        losses: what it has less than the rival; None without one.
        opened: without what rules it out, which place its score has among how many; None: that alone would list it.
        ways: what would bring it into the list, the least first; empty if nothing that was tried does.
    """

    item: str
    length: int
    place: int
    rank: int
    open: int
    against: tuple[Constraint, ...] = ()
    is_seen: bool = False
    opinion: float | None = None
    kind: OpinionKind = OpinionKind.LIKED
    is_past: bool = False
    rating: float | None = None
    limits: tuple[GivesWay, ...] = ()
    asked_instead: str = ""
    rival: str = ""
    losses: Losses | None = None
    opened: tuple[int, int] | None = None
    ways: tuple[Way, ...] = ()

    @property
    def is_ruled_out(self) -> bool:
        """Whether it could not be listed whatever its score."""
        return bool(self.against) or self.is_seen or self.opinion is not None


def why_not(case: Case, item: str, n: int = 10) -> WhyNot:
    """Return why an item is not on the list of ``n`` and what would bring it there; raises UnknownEntityError.

    Each way was carried out and the list looked at; none contains a smaller one that would do (kgrec.audit.ways says
    what "smallest" means). The gaps of ``losses.rows`` add up to the rival's score minus the item's.
    """
    graph, ranking, belief = case.recommender.graph_, case.ranking, case.belief
    number = graph.item(item)
    place, rank, is_open = case.place(number, n), case.standing(number), int(ranking.open.sum())
    if place:
        return WhyNot(item, n, place, rank, is_open)
    listed, search = case.listed(n), Search(case, number, n)
    ways, opened = search.ways(), search.opened
    is_known = not unseen(graph, belief)[number]
    opinions = [opinion for opinion in belief.opinions if opinion.entity == item and is_known]
    last = opinions[-1] if opinions else None
    is_past = last is not None and last.origin.kind is OriginKind.HISTORY
    return WhyNot(
        item,
        n,
        place,
        rank,
        is_open,
        against=tuple(
            constraint for constraint, mask in zip(ranking.constraints, ranking.masks, strict=True) if not mask[number]
        ),
        is_seen=item in belief.seen and is_known,
        opinion=last.value if last else None,
        kind=last.kind if last else OpinionKind.LIKED,
        is_past=is_past,
        rating=_rating(graph, number, last.value) if last and is_past else None,
        limits=gives_way(case, number, n),
        asked_instead=_asked_instead(case, number, n),
        rival=graph.entity_ids[listed[-1]] if len(listed) else "",
        losses=compare(case.recommender, ranking, number, int(listed[-1])) if len(listed) else None,
        opened=(opened.standing(number), int(opened.ranking.open.sum())) if opened else None,
        ways=ways,
    )


def _rating(graph: KnowledgeGraph, item: int, value: float) -> float | None:
    """Return the rating that has a value, for one item: equal ratings have equal values; None without ratings."""
    log = graph.interactions
    found = log.ratings[(log.items == item) & (np.abs(log.values - value) < _SAME)]
    return None if found.size == 0 or np.isnan(found[0]) else float(found[0])


def _asked_instead(case: Case, item: int, n: int) -> str:
    """Return what the dials ask of a list of ``n``, if an item would be on it but for them; else ""."""
    asked = asked_for(case.belief.dials)
    return asked if asked and item in case.recommender.best(by_score(case.ranking), n) else ""
