"""What a conversation was last about: what "it", "he" and "shorter" go by.

"It" is the item named last, however it was spoken of. "Shorter" is shorter than an item that was named just now, unless
that was disliked: nobody wants something beside what they hated. "He" is a person named later than any item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kgrec.acts import Event, EventKind
from kgrec.dialogue.undoing import active
from kgrec.domain import FacetKind
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup

_NAMED: Final = re.compile(r'has "([^"]+)"')


@dataclass(frozen=True, slots=True)
class Focus:
    """What a session was last about; each is empty if there is none.

    Attributes:
        item: the item named last.
        standard: the item that comparisons go by, if one was named just now.
        other: the item named before that one.
        person: the value with a name of its own that was named with that item or after it.
    """

    item: str = ""
    standard: str = ""
    other: str = ""
    person: str = ""


def focus(events: Iterable[Event], session: str, lookup: Lookup) -> Focus:
    """Return what a session was last about; what was skipped does not count."""
    mine = [event for event in active(events) if event.session == session and event.kind is not EventKind.SKIPPED]
    back = mine[::-1]
    items = dict.fromkeys(filter(None, (_item_of(event, lookup.kg) for event in back)))
    item, other, *_ = [*items, "", ""]
    return Focus(item, _standard(back, lookup.kg), other, _person(back, lookup))


def _item_of(event: Event, graph: KnowledgeGraph) -> str:
    """Return the item that an event is about, or that its question was; empty for none."""
    named = (event.subject, event.data.get("subject", "") if event.kind is EventKind.ANSWERED else "")
    return next((name for name in named if name in graph and graph.is_item(name)), "")


def _standard(back: Sequence[Event], graph: KnowledgeGraph) -> str:
    """Return the last item that the last thing said named without a bad word, as long as it named nothing after it."""
    turn = back[0].data.get("turn") if back else None
    for place, event in enumerate(back):
        is_same = place == 0 or (turn is not None and event.data.get("turn") == turn)
        if not is_same or event.subject not in graph or not graph.is_item(event.subject):
            return ""
        if (event.value or 0.0) >= 0:
            return event.subject
    return ""


def _person(back: Sequence[Event], lookup: Lookup) -> str:
    """Return who was named last, unless an item was named since without anybody."""
    is_over, turn = False, None
    for event in back:
        if is_over and event.data.get("turn") != turn:
            return ""
        if person := next(_people_of(event, lookup), ""):
            return person
        if _item_of(event, lookup.kg):
            is_over, turn = True, event.data.get("turn", event.id)
    return ""


def people_in(expressions: Iterable[str], lookup: Lookup) -> Iterator[str]:
    """Yield the values with a name of their own that some expressions of the rule language speak of."""
    for expression in expressions:
        for name in _NAMED.findall(expression):
            yield from dict.fromkeys(entity for entity in lookup.exact(name) if _is_person(entity, lookup.kg))


def _people_of(event: Event, lookup: Lookup) -> Iterator[str]:
    """Yield the values with a name of their own that an event is about, or that the wish it holds asks for."""
    if event.kind is EventKind.WISHED:
        yield from people_in([event.subject], lookup)
    elif event.subject in lookup.kg and _is_person(event.subject, lookup.kg):
        yield event.subject


def _is_person(entity: str, graph: KnowledgeGraph) -> bool:
    kinds = () if graph.is_item(entity) else graph.facets_of(entity)
    return any(facet.kind is FacetKind.ENTITY for facet in kinds)
