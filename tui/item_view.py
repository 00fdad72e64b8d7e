"""What the page about one item shows, as frozen values, and how they come from the session.

All of it runs in the session's thread. Nothing here is worked out for show: the paths are those
of the reasons, the critiques are the engine's offers.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgrec.attitudes import attitude
from kgrec.dialogue import wording
from kgrec.dialogue.offers import Offer, offers, take_offer
from kgrec.graph.neighbourhood import most_alike
from kgrec.tui.portrait import absence, row_of
from kgrec.tui.view import LIST_LENGTH, Absence, Row, View

if TYPE_CHECKING:
    from kgrec.dialogue import Session
    from kgrec.domain import Recommendation
    from kgrec.tui.conversation import Conversation

_MOST_PATHS: Final = 6
"""So many of the weightiest paths are drawn."""
_MOST_ALIKE: Final = 12
_MOST_CRITIQUES: Final = 9
"""One a number key."""
_MOST_COMMON: Final = 3
_SMALL: Final = 0.005
"""Shares that show as zero are not drawn."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A node of a path: its key, what it is called, and whether it is an entity that can be gone to."""

    key: str
    label: str
    is_entity: bool = True


@dataclass(frozen=True, slots=True)
class LikeIt:
    """An item like the one shown: its id, name, match, how much the two share (0 to 1), and what."""

    item: str
    label: str
    match: float
    likeness: float
    common: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item in full.

    Attributes:
        row: its name, score, reasons, facts and description.
        matches: its match in words, of several people the match of each.
        forecast: what its score means; "" where nothing was learned about that.
        place: its place on the list, counted from 1; 0: not on it.
        left: how many items could be listed.
        said: what was said of it: "you like it"; "" for nothing.
        paths: from you to the item, the weightiest first.
        absence: why it is not on the list; None if it is.
        alike: the items that share most with it.
        critiques: what can be said of it, in the order of their number keys.
        singular: what an item is called.
    """

    row: Row
    matches: str
    forecast: str
    place: int
    left: int
    said: str
    paths: tuple[tuple[Stop, ...], ...]
    absence: Absence | None
    alike: tuple[LikeIt, ...]
    critiques: tuple[Offer, ...]
    singular: str


def view_item(session: Session, item: str) -> ItemView:
    """Return all there is to say of an item; raises UnknownEntityError."""
    told = session.explain(item)
    slate = session.slate(LIST_LENGTH)
    place = next((place for place, entry in enumerate(slate, 1) if entry.item == item), 0)
    return ItemView(
        row=row_of(told, session.graph, 0),
        matches=wording.matches_text(told),
        forecast=wording.forecast_text(told.forecast) if told.forecast else "",
        place=place,
        left=slate.left,
        said=_said(session, item),
        paths=paths_to(session, told),
        absence=None if place else absence(session, item),
        alike=_alike(session, item),
        critiques=offers(session, item)[:_MOST_CRITIQUES],
        singular=session.graph.ontology.singular,
    )


def take(talk: Conversation, offer: Offer) -> View:
    """Take a critique and return what to show then."""
    heard = take_offer(talk.session, offer)
    left = talk.session.slate(LIST_LENGTH).left
    return talk.view(f"{heard}: {left:,} left; u takes it back")


def paths_to(session: Session, told: Recommendation) -> tuple[tuple[Stop, ...], ...]:
    """Return the paths of the reasons for an item, from what you said of what, by how much they weigh together."""
    graph = session.graph
    weights: dict[tuple[Stop, ...], float] = defaultdict(float)
    for reason in told.reasons:
        if reason.path:
            verb = _verb(reason.text, graph.label(reason.path[0]))
            stops = [Stop(entity, graph.label(entity)) for entity in reason.path]
            weights[(Stop(f"say {verb}", f"you {verb}", is_entity=False), *stops)] += reason.share
    strong = [path for path, share in weights.items() if abs(share) >= _SMALL]
    return tuple(sorted(strong, key=lambda path: -abs(weights[path]))[:_MOST_PATHS])


def _verb(text: str, label: str) -> str:
    """Return what a reason says that you did to what its path begins with: "love", "asked for".

    >>> _verb("you love Heat (1995): directed by Michael Mann", "Heat (1995)"), _verb("you asked for “rain”", "Heat")
    ('love', 'asked for “rain”')
    """
    return text.partition(label)[0].strip().removeprefix("you ")


def _said(session: Session, item: str) -> str:
    belief = session.belief
    opinions = [opinion for opinion in belief.opinions if opinion.entity == item]
    if opinions:
        return f"you {attitude(opinions[-1].value, opinions[-1].kind).verb} it"
    return "you know it" if item in belief.seen else ""


def _alike(session: Session, item: str) -> tuple[LikeIt, ...]:
    graph = session.graph
    return tuple(
        LikeIt(
            (other := session.explain(graph.entity_ids[one.item])).item,
            other.label,
            other.match,
            one.likeness,
            ", ".join(graph.label(value) for value in one.common[:_MOST_COMMON]),
        )
        for one in most_alike(graph, graph.index(item), _MOST_ALIKE)
    )
