"""Text broken into lines of a given width: beside a lead, or as many pieces on a line as fit; and widgets of lines."""

from collections.abc import Iterable
from typing import ClassVar

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

_NARROWEST = 10
_SHORTEST_TAIL = 6
_NOTHING = Content()


def hanging(lead: Content, text: Content, width: int, tail: Content = _NOTHING) -> list[Content]:
    """Return text broken to fit ``width``, with ``lead`` before its first line and blanks before the others.

    ``tail`` comes last, in one piece and never without a word of the text before it.
    """
    room = max(width - lead.cell_length, _NARROWEST)
    lines = [line.rstrip() for line in text.wrap(room)]
    if lines and lines[-1].cell_length + tail.cell_length > room:
        before, blank, last = lines[-1].plain.rpartition(" ")
        broken = (lines[-1][: len(before)], lines[-1][-len(last) :])
        lines[-1:] = broken if blank else lines[-1].wrap(max(room - tail.cell_length, 1))
    return beside(lead, [*lines[:-1], *(line + tail for line in lines[-1:])])


def beside(lead: Content, lines: Iterable[Content]) -> list[Content]:
    """Return lines with ``lead`` before the first and as many blanks before the others."""
    indent = Content(" " * lead.cell_length)
    return [(indent if number else lead) + line.rstrip() for number, line in enumerate(lines)]


def clip(text: str, width: int) -> str:
    """Return text cut in its middle to fit ``width``: names begin and what is said of them, as a year, ends a label."""
    content = Content(text)
    if content.cell_length <= width:
        return text
    tail = text[-max(width // 3, min(_SHORTEST_TAIL, width // 2)) :]
    return content.truncate(width - Content(tail).cell_length, ellipsis=True).plain + tail


def flow(pieces: Iterable[Content], width: int, gap: str) -> list[Content]:
    """Return lines of unbroken pieces with a gap between them; a piece that is too long has a line of its own."""
    lines: list[Content] = []
    for piece in pieces:
        if lines and lines[-1].cell_length + len(gap) + piece.cell_length <= width:
            lines[-1] += gap + piece
        else:
            lines.append(piece)
    return lines


class Lined(Widget):
    """A widget that breaks its lines itself, not by the layout; in a window narrower than NARROWEST they are cut."""

    NARROWEST: ClassVar[int] = 0

    def render(self) -> Content:
        """Draw the lines, one below the other."""
        return Content("\n").join(self._lines(max(self.size.width, self.NARROWEST)))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return the height at a width."""
        return len(self._lines(max(width, self.NARROWEST)))

    def _lines(self, width: int) -> list[Content]:
        """Return the lines for a width."""
        raise NotImplementedError
