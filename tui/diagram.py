"""Networks drawn with characters: chains of nodes woven into one picture from left to right, each node drawn once.

A layered drawing after Sugiyama, Tagawa and Toda (1981): nodes stand in columns as far to the left as their
predecessors allow, lines that skip a column get a place in it, nodes are ordered so that few lines cross, and lines
turn only in the gaps between columns. Lines that belong together share an upright, and no line seems to lead anywhere
else; where two cross, the upright one is drawn through. Coordinates are cells, rows count downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor
from typing import Final

from textual.content import Content

from kgrec.tui.wires import Canvas, Link, is_whole, joined, route

_MOST_SWEEPS: Final = 4
_NARROWEST: Final = 6
"""Columns are not made narrower than that, in cells."""
_STUB: Final = 2
"""Cells on either side of the lanes in a gap: a blank and a line."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a node looks: its text, and whether it has a frame, which makes it three rows high."""

    text: Content
    is_framed: bool = False

    @property
    def cells(self) -> int:
        """How wide it wants to be."""
        return self.text.cell_length + (4 if self.is_framed else 0)


@dataclass(slots=True)
class _Place:
    """A node, or a line on its way through a column (no look), and where it stands."""

    layer: int
    look: Look | None
    row: int = 0
    x: int = 0
    width: int = 0

    @property
    def half(self) -> int:
        """The rows it takes above and below its own."""
        return 1 if self.look is not None and self.look.is_framed else 0

    @property
    def line_in(self) -> int:
        """Where lines from the left end, exclusive."""
        return self.x - 1 if self.look is not None and not self.look.is_framed else self.x

    @property
    def line_out(self) -> int:
        """Where lines to the right begin."""
        if self.look is None:
            return self.x
        cells = min(self.look.cells, self.width)
        return self.x + cells + (0 if self.look.is_framed else 1)


_Plan = tuple[dict[str, _Place], list[tuple[str, str]], list[list[str]]]


def draw(chains: Sequence[Sequence[str]], looks: Mapping[str, Look], width: int, spread: int = 1) -> list[Content]:
    """Return the lines of the picture of some chains.

    Args:
        chains: keys of nodes from left to right; a chain that would lead back to where another came from is left out.
        looks: how the node of each key looks.
        width: cells there are; texts are cut where they must be, down to a few letters.
        spread: rows from one node to the next.
    """
    kept = _acyclic(chains)
    places, links, columns = _best_plan(kept, looks)
    _put_in_rows(columns, places, links, spread)
    if any(route(gap) is None for gap in _gaps(columns, places, links)):
        for place in places.values():  # lines would run into each other: no row is shared by neighbouring columns
            place.row = place.row * 2 + place.layer % 2
    top = min((place.row - place.half for place in places.values()), default=0)
    for place in places.values():
        place.row -= top
    canvas = Canvas()
    _put_in_columns(columns, places, links, width, canvas)
    for place in places.values():
        _put_text(place, canvas)
    return canvas.lines(width)


def _acyclic(chains: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """Return the chains without those that would close a circle with the ones before."""
    kept: list[Sequence[str]] = []
    for chain in chains:
        if _layers([*kept, chain]) is not None:
            kept.append(chain)
    return kept


def _best_plan(chains: Sequence[Sequence[str]], looks: Mapping[str, Look]) -> _Plan:
    """Return the plan in which fewest lines cross: of the chains as they come, else of those put side by side."""
    best, fewest = None, -1
    for order in (chains, *(_side_by_side(chains, first) for first in range(len(chains)))):
        plan = _planned(order, looks)
        count = _crossings(plan[2], plan[1])
        if best is None or count < fewest:
            best, fewest = plan, count
        if not fewest:
            break
    assert best is not None, "the chains as they come are a plan"
    return best


def _side_by_side(chains: Sequence[Sequence[str]], first: int) -> list[Sequence[str]]:
    """Return the chains in an order in which each follows the one it has most nodes in common with.

    Of several such, that which has least in common with the rest comes first: it is the others that lead on.
    """
    order, left = [chains[first]], [*chains[:first], *chains[first + 1 :]]

    def nearness(chain: Sequence[str]) -> tuple[int, int]:
        return len({*chain} & {*order[-1]}), -sum(len({*chain} & {*other}) for other in left)

    while left:
        order.append(max(left, key=nearness))
        left.remove(order[-1])
    return order


def _layers(chains: Iterable[Sequence[str]]) -> dict[str, int] | None:
    """Return how many steps the longest way to each node has; None if the chains go in a circle."""
    chains = list(chains)
    edges = [edge for chain in chains for edge in pairwise(chain)]
    layers = dict.fromkeys((key for chain in chains for key in chain), 0)
    for _ in range(len(layers) + 1):
        late = [(start, end) for start, end in edges if layers[end] <= layers[start]]
        if not late:
            return layers
        for start, end in late:
            layers[end] = layers[start] + 1
    return None


def _planned(chains: Sequence[Sequence[str]], looks: Mapping[str, Look]) -> _Plan:
    """Return the nodes by key, the links between neighbouring columns, and the columns from top to bottom."""
    layers = _layers(chains)
    assert layers is not None, "chains that go in a circle were left out"
    places = {chain[0]: _Place(layers[chain[0]], looks[chain[0]]) for chain in chains}
    links = []
    for start, end in dict.fromkeys(edge for chain in chains for edge in pairwise(chain)):
        before = start
        for layer in range(layers[start] + 1, layers[end]):
            on_the_way = f"{start}\n{end}\n{layer}"
            places[on_the_way] = _Place(layer, None)
            links.append((before, on_the_way))
            before = on_the_way
        places.setdefault(end, _Place(layers[end], looks[end]))
        links.append((before, end))
    links = _parted(places, links)
    return places, links, _ordered(places, links)


def _parted(places: dict[str, _Place], links: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return links that lead nobody astray, with a column put in where they would.

    Where a leads to b and c, and d to c alone, lines that meet before c would seem to lead from d to b as well. On the
    way through a column of their own they first part and then meet.
    """
    parted = []
    for layer in range(max((place.layer for place in places.values()), default=0) - 1, -1, -1):
        groups = joined(link for link in links if places[link[0]].layer == layer)
        if all(map(is_whole, groups)):
            parted += [link for group in groups for link in group]
            continue
        for place in places.values():
            place.layer += place.layer > layer
        for group in groups:
            for start, end in group:
                between = f"{group[0] if is_whole(group) else (start, end)}\n{layer}"
                places.setdefault(between, _Place(layer + 1, None))
                parted += [(start, between), (between, end)]
    return list(dict.fromkeys(parted))


def _ordered(places: Mapping[str, _Place], links: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Return the columns, each from top to bottom, so that few links cross (barycentre sweeps)."""
    columns: list[list[str]] = [[] for _ in range(1 + max((place.layer for place in places.values()), default=-1))]
    for key, place in places.items():
        columns[place.layer].append(key)
    best, fewest = columns, _crossings(columns, links)
    for sweep in range(_MOST_SWEEPS):
        columns = [list(column) for column in columns]
        to_right = sweep % 2 == 0
        order = range(1, len(columns)) if to_right else range(len(columns) - 2, -1, -1)
        for number in order:
            beside = columns[number - 1 if to_right else number + 1]
            _sort(columns[number], beside, links if to_right else [(end, start) for start, end in links])
        count = _crossings(columns, links)
        if count < fewest:
            best, fewest = columns, count
    return best


def _sort(column: list[str], beside: Sequence[str], links: Sequence[tuple[str, str]]) -> None:
    """Sort a column by the middle of what each is linked with in the one beside it; what is not linked stays."""
    position = {key: number for number, key in enumerate(beside)}
    middle = {key: float(number) for number, key in enumerate(column)}
    for key in column:
        linked = [position[start] for start, end in links if end == key and start in position]
        if linked:
            middle[key] = sum(linked) / len(linked)
    column.sort(key=middle.__getitem__)


def _crossings(columns: Sequence[Sequence[str]], links: Sequence[tuple[str, str]]) -> int:
    at = {key: (layer, number) for layer, column in enumerate(columns) for number, key in enumerate(column)}
    drawn = [(*at[start], at[end][1]) for start, end in links]
    return sum(
        one[0] == other[0] and (one[1] - other[1]) * (one[2] - other[2]) < 0
        for number, one in enumerate(drawn)
        for other in drawn[:number]
    )


def _put_in_rows(
    columns: Sequence[Sequence[str]], places: Mapping[str, _Place], links: Sequence[tuple[str, str]], spread: int
) -> None:
    """Give each node a row: the fullest column first, then each beside one that has its rows, near what it links."""
    if not columns:
        return
    heights = [spread * len(column) + sum(2 * places[key].half for key in column) for column in columns]
    fullest = heights.index(max(heights))
    _stack(columns[fullest], places, spread, dict.fromkeys(columns[fullest], 0.0), None)
    taken = [places[key] for key in columns[fullest]]
    span = range(min(place.row - place.half for place in taken), 1 + max(place.row + place.half for place in taken))
    for number in (*range(fullest + 1, len(columns)), *range(fullest - 1, -1, -1)):
        to_right = number > fullest
        wanted = {}
        for key in columns[number]:
            linked = [start if to_right else end for start, end in links if (end if to_right else start) == key]
            rows = [places[one].row for one in linked]
            wanted[key] = sum(rows) / len(rows) if rows else 0.0
        _stack(columns[number], places, spread, wanted, span)


def _stack(
    column: Sequence[str], places: Mapping[str, _Place], spread: int, wanted: Mapping[str, float], span: range | None
) -> None:
    """Give the nodes of one column rows in their order, near those wanted, none outside of ``span`` if that can be."""
    steps = [spread + places[above].half + places[below].half for above, below in pairwise(column)]
    rows: list[int] = []
    for number, key in enumerate(column):
        least = rows[-1] + steps[number - 1] if rows else span[0] if span else 0
        rows.append(max(least, floor(wanted[key] + 0.49)))  # of two rows alike, the upper one
    limit = span[-1] if span else rows[-1]
    for number in range(len(rows) - 1, -1, -1):
        rows[number] = min(rows[number], limit)
        limit = rows[number] - (steps[number - 1] if number else 0)
    for key, row in zip(column, rows, strict=True):
        places[key].row = row


def _gaps(
    columns: Sequence[Sequence[str]], places: Mapping[str, _Place], links: Sequence[tuple[str, str]]
) -> list[list[Link]]:
    """Return the links of each gap between two columns, by the rows they join."""
    gaps: list[list[Link]] = [[] for _ in pairwise(columns)]
    for start, end in links:
        gaps[places[start].layer].append(Link(places[start].row, places[end].row))
    return gaps


def _put_in_columns(
    columns: Sequence[Sequence[str]],
    places: Mapping[str, _Place],
    links: Sequence[tuple[str, str]],
    width: int,
    canvas: Canvas,
) -> None:
    """Give each node its cells and draw the lines between the columns."""
    routes = [route(gap) or {} for gap in _gaps(columns, places, links)]
    lanes = [max((lane + 1 for _, lane in taken.values() if lane is not None), default=0) for taken in routes]
    gaps = [count + 2 * _STUB for count in lanes]
    wanted = [max((look.cells for key in column if (look := places[key].look)), default=0) for column in columns]
    widths = _fitted(wanted, width - sum(gaps))
    x = 0
    for number, column in enumerate(columns):
        for key in column:
            places[key].x, places[key].width = x, widths[number]
        x += widths[number] + (gaps[number] if number < len(gaps) else 0)
    for start, end in links:
        before, after = places[start], places[end]
        bundle, lane = routes[before.layer][Link(before.row, after.row)]
        turn = after.x - gaps[before.layer] + _STUB + (lane or 0)
        canvas.wire((before.line_out, before.row), (after.line_in, after.row), turn, (before.layer, bundle))


def _fitted(wanted: Sequence[int], width: int) -> list[int]:
    """Return the widths of columns that fit into ``width``; the widest are cut first."""
    widths = list(wanted)
    while sum(widths) > width and max(widths, default=0) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _put_text(place: _Place, canvas: Canvas) -> None:
    if place.look is None:
        return
    text = place.look.text
    if not place.look.is_framed:
        canvas.text(place.x, place.row, text.truncate(place.width, ellipsis=True))
        return
    inner = min(place.look.cells, place.width) - 4
    canvas.frame(place.x, place.row, text.truncate(inner, ellipsis=True, pad=True))
