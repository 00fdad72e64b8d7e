"""Lines between two columns of a picture: which upright each takes, and how they are drawn with characters.

Between two columns there are lanes, one cell wide. A line leaves its node, goes up or down in one lane, and goes on to
the node it leads to. Lines of nodes that are all linked with each other share a lane, and no others meet: whoever wants
to draw other links puts a column between (see :func:`is_whole`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple, TypeVar

from textual.content import Content

K = TypeVar("K")

_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_ACROSS: Final = _LEFT | _RIGHT
_UPRIGHT: Final = _UP | _DOWN
_GLYPHS: Final = " ╵╷│╴╯╮┤╶╰╭├─┴┬┼"
"""The character for each sum of directions."""
_LINE: Final = "$foreground 45%"


class Link(NamedTuple):
    """A line from a row of one column to a row of the next."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Lines that share an upright."""

    links: frozenset[Link]

    @property
    def starts(self) -> frozenset[int]:
        return frozenset(link.start for link in self.links)

    @property
    def ends(self) -> frozenset[int]:
        return frozenset(link.end for link in self.links)

    @property
    def is_straight(self) -> bool:
        return len(self.starts | self.ends) == 1

    def overlaps(self, other: _Bundle) -> bool:
        """Whether the two need a row in common."""
        ours, theirs = self.starts | self.ends, other.starts | other.ends
        return min(ours) <= max(theirs) and min(theirs) <= max(ours)

    def runs_into(self, other: _Bundle) -> bool:
        """Whether the other has to turn before this one does, lest both use one row."""
        return bool(self.ends & other.starts)


def route(links: Sequence[Link]) -> dict[Link, tuple[int, int | None]] | None:
    """Return the bundle and the lane of each link, counted from the left; lane None: it goes straight on.

    None if no order of lanes keeps different lines apart: then no row may hold nodes of both columns.
    """
    bundles = _bundles(links)
    lanes: dict[int, int | None] = {}
    waiting = []
    for number, bundle in enumerate(bundles):
        if bundle.is_straight:
            lanes[number] = None
        else:
            waiting.append(number)
    while waiting:
        free = [
            number
            for number in waiting
            if not any(bundles[number].runs_into(bundles[other]) for other in waiting if other != number)
        ]
        if not free:
            return None
        for number in free:
            taken = [
                lane for other, lane in lanes.items() if lane is not None and bundles[number].overlaps(bundles[other])
            ]
            lanes[number] = max(taken, default=-1) + 1
            waiting.remove(number)
    return {link: (number, lanes[number]) for number, bundle in enumerate(bundles) for link in bundle.links}


def _bundles(links: Iterable[Link]) -> list[_Bundle]:
    """Return what shares an upright."""
    bundles = [_Bundle(frozenset(Link(*link) for link in group)) for group in joined(links)]
    return sorted(bundles, key=lambda bundle: (min(bundle.starts), min(bundle.ends)))


def joined(links: Iterable[tuple[K, K]]) -> list[list[tuple[K, K]]]:
    """Return links in groups of those that meet at either end, or with others of their group."""
    groups: list[list[tuple[K, K]]] = []
    for link in links:
        near = [group for group in groups if any(link[0] == one[0] or link[1] == one[1] for one in group)]
        groups = [group for group in groups if group not in near] + [[*chain.from_iterable(near), link]]
    return groups


def is_whole(group: Sequence[tuple[K, K]]) -> bool:
    """Return whether in a group of links everything is linked with everything, so that they may share an upright."""
    starts, ends = ({link[side] for link in group} for side in (0, 1))
    return len({*group}) == len(starts) * len(ends)


class Canvas:
    """A drawing of texts and lines, to any size."""

    def __init__(self) -> None:
        self._texts: dict[int, list[tuple[int, Content]]] = {}
        self._wires: dict[int, dict[int, dict[object, int]]] = {}

    def text(self, x: int, row: int, text: Content) -> None:
        """Put a text at a cell; texts do not overlap."""
        self._texts.setdefault(row, []).append((x, text))

    def frame(self, x: int, row: int, text: Content) -> None:
        """Put a text into a frame whose middle line begins at a cell."""
        line = "─" * (text.cell_length + 2)
        self.text(x, row - 1, Content.styled(f"╭{line}╮", "$primary"))
        self.text(x, row, Content.assemble(("│ ", "$primary"), text, (" │", "$primary")))
        self.text(x, row + 1, Content.styled(f"╰{line}╯", "$primary"))

    def wire(self, start: tuple[int, int], end: tuple[int, int], turn: int, bundle: object) -> None:
        """Draw a line from a cell (x, row) up to but not at another, turning at column ``turn``."""
        (left, top), (right, bottom) = start, end
        for x in range(left, turn):
            self._mark(x, top, _ACROSS, bundle)
        for x in range(turn + 1, right):
            self._mark(x, bottom, _ACROSS, bundle)
        if top == bottom:
            self._mark(turn, top, _ACROSS, bundle)
            return
        down = bottom > top
        self._mark(turn, top, _LEFT | (_DOWN if down else _UP), bundle)
        self._mark(turn, bottom, _RIGHT | (_UP if down else _DOWN), bundle)
        for row in range(min(top, bottom) + 1, max(top, bottom)):
            self._mark(turn, row, _UPRIGHT, bundle)

    def lines(self, width: int) -> list[Content]:
        """Return the drawing line by line, cut at ``width`` cells."""
        rows = [*self._texts, *self._wires]
        return [self._line(row).truncate(width).rstrip() for row in range(max(rows, default=-1) + 1)]

    def _mark(self, x: int, row: int, arms: int, bundle: object) -> None:
        cell = self._wires.setdefault(row, {}).setdefault(x, {})
        cell[bundle] = cell.get(bundle, 0) | arms

    def _line(self, row: int) -> Content:
        pieces = [*self._texts.get(row, ()), *self._drawn(row)]
        line, at = [], 0
        for x, piece in sorted(pieces, key=lambda placed: placed[0]):
            line += [Content(" " * (x - at)), piece]
            at = x + piece.cell_length
        return Content("").join(line)

    def _drawn(self, row: int) -> Iterable[tuple[int, Content]]:
        """Yield the lines of a row, in pieces without a gap."""
        glyphs = {x: _glyph(tuple(cell.values())) for x, cell in self._wires.get(row, {}).items()}
        begin = -1
        for x in sorted(glyphs):
            if x - 1 not in glyphs:
                begin = x
            if x + 1 not in glyphs:
                yield begin, Content.styled("".join(glyphs[at] for at in range(begin, x + 1)), _LINE)


def _glyph(arms: Sequence[int]) -> str:
    """Return the character of a cell that lines of several bundles pass."""
    if _ACROSS in arms and set(arms) <= {_ACROSS, _UPRIGHT} and _UPRIGHT in arms:
        return _GLYPHS[_UPRIGHT]  # they cross
    union = 0
    for part in arms:
        union |= part
    return _GLYPHS[union]
