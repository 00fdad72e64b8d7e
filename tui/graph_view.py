"""What the page about the graph shows, as frozen values, and how they come from the session.

All of it runs in the session's thread; the page draws what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgrec.graph.neighbourhood import BROADER, NARROWER, Relation, count_items, relations, strength
from kgrec.graph.paths import k_paths
from kgrec.tui.view import LIST_LENGTH, Found

if TYPE_CHECKING:
    from kgrec.dialogue import Session
    from kgrec.graph import KnowledgeGraph

MOST: Final = 40
"""So many of one relation are listed at first, and more at a time."""
DRAWN: Final = 12
"""So many neighbours are drawn."""
_DRAWN_OF_HIERARCHY: Final = 3
_MOST_PATHS: Final = 6
_MOST_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An entity that something leads to.

    Attributes:
        entity: its id.
        label: what it is called.
        items: how many other items it leads to; 0 for an item.
        match: how well it suits, of an item; None for a value.
    """

    entity: str
    label: str
    items: int = 0
    match: float | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbours by one relation: what it is called, how many there are, and the first of them."""

    label: str
    total: int
    neighbours: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A node of a path: its id, its name, and what it is."""

    entity: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class GraphView:
    """What lies around one entity.

    Attributes:
        centre: what everything is linked with.
        groups: all its neighbours, by relation; where paths were asked for, what lies on each path.
        strongest: up to DRAWN of them with their relation, the most telling first.
        above: those that are above it in a hierarchy, up to a few.
        trail: where one came from, the centre last.
        target: what the paths lead to; None: they were not asked for.
        paths: the shortest ones from the centre to the target, those through rarer values first.
    """

    centre: Step
    groups: tuple[Group, ...]
    strongest: tuple[tuple[str, Neighbour], ...]
    above: tuple[Neighbour, ...]
    trail: tuple[Step, ...]
    target: Step | None = None
    paths: tuple[tuple[Step, ...], ...] = ()


def view_graph(session: Session, trail: Iterable[str], target: str = "", most: int = MOST) -> GraphView:
    """Return what lies around the last entity of a trail; raises UnknownEntityError.

    Args:
        session: whose graph and ranking are shown.
        trail: ids, the centre last.
        target: what paths are wanted to; "" for none.
        most: how many of one relation to list.
    """
    graph = session.graph
    steps = tuple(_step(graph, entity) for entity in trail)
    centre = steps[-1]
    if target:
        return _view_paths(session, steps, _step(graph, target))
    around = relations(graph, centre.entity, session.ranking().scores)
    strongest = _strongest(graph, centre.entity, around)
    return GraphView(
        centre,
        tuple(Group(one.label, len(one.ends), _neighbours(session, centre, one.ends[:most])) for one in around),
        tuple((label, neighbour) for label, end in strongest for neighbour in _neighbours(session, centre, [end])),
        tuple(
            neighbour
            for one in around
            if one.label == BROADER
            for neighbour in _neighbours(session, centre, one.ends[:_DRAWN_OF_HIERARCHY])
        ),
        steps,
    )


def find_any(session: Session, text: str) -> tuple[Found, ...]:
    """Return the entities that a name may mean, with what they are; for an empty one, the items on the list."""
    graph = session.graph
    if not text.strip():
        return tuple(Found(entry.item, entry.label) for entry in session.slate(LIST_LENGTH))
    matches = session.recommender.lookup_.find(text, LIST_LENGTH)
    steps = (_step(graph, match.entity) for match in matches)
    return tuple(Found(step.entity, f"{step.label} ({step.kind})") for step in steps)


def _step(graph: KnowledgeGraph, entity: str) -> Step:
    kinds = [facet.label for facet in graph.facets_of(entity)]
    is_item = graph.is_item(entity)
    return Step(entity, graph.label(entity), graph.ontology.singular if is_item else ", ".join(kinds) or "value")


def _neighbours(session: Session, centre: Step, ends: Iterable[int]) -> tuple[Neighbour, ...]:
    graph = session.graph
    own = graph.is_item(centre.entity)
    found = []
    for end in ends:
        entity, label = graph.entity_ids[end], graph.label(end)
        if graph.is_item(entity):
            found.append(Neighbour(entity, label, match=session.explain(entity).match))
        else:
            found.append(Neighbour(entity, label, items=count_items(graph, end) - own))
    return tuple(found)


def _strongest(graph: KnowledgeGraph, centre: str, around: tuple[Relation, ...]) -> list[tuple[str, int]]:
    """Return the neighbours to draw with their relation: of an item what tells most of it, of a value the first."""
    is_item = graph.is_item(centre)
    ranked = []
    for one in around:
        limit = _DRAWN_OF_HIERARCHY if one.label == NARROWER else DRAWN
        if one.label != BROADER:
            ranked += [(one.label, end) for end in one.ends[:limit]]
    return sorted(ranked, key=lambda link: -strength(graph, link[1]) if is_item else 0.0)[:DRAWN]


def _view_paths(session: Session, trail: tuple[Step, ...], target: Step) -> GraphView:
    """Return what lies on the paths from the end of a trail to a target."""
    graph, centre = session.graph, trail[-1]
    found = k_paths(graph, centre.entity, target.entity, _MOST_PATHS, _MOST_STEPS) if centre != target else ()
    groups = []
    for number, path in enumerate(found, 1):
        between = _neighbours(session, centre, graph.indices(path[1:-1]).tolist())
        groups.append(Group(f"path {number}" if between else f"path {number}: directly", len(between), between))
    paths = tuple(tuple(_step(graph, entity) for entity in path) for path in found)
    return GraphView(centre, tuple(groups), (), (), trail, target, paths)
