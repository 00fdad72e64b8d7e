"""The pages of the app as lines of text, for the conversation in line mode: a word each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kgrec.errors import KgrecError
from kgrec.text import fold

if TYPE_CHECKING:
    from kgrec.dialogue import Session

MOST_NAMED: Final = 12
"""So many of one relation are named; the rest are counted."""

_MOST_TASTE: Final = 10
"""So much of a taste is listed: what was said last, else what the data have as the best liked."""

_ROWS: Final = 6
_ROW_LENGTH: Final = 5


def page(session: Session, line: str) -> str:
    """Return the page that a line names; "" if it names none, or something of the data is called just that."""
    word, _, subject = line.partition(" ")
    if fold(word) == "graph" and subject:
        return _graph(session, subject)
    draw = _PAGES.get(fold(line))
    return "" if draw is None or session.recommender.lookup_.exact(line) else draw(session)


def _shelves(session: Session) -> str:
    from kgrec.cli.shelves import shelf_lines

    rows = session.shelves(_ROW_LENGTH, _ROWS)
    drawn = ("\n".join(shelf_lines(row, session.graph)) for row in rows)
    return "\n\n".join(drawn) or "There is nothing to fill shelves with."


def _taste(session: Session) -> str:
    from kgrec.cli.taste import taste_lines

    lines = taste_lines(session.graph, session.user, session.journal.events, _MOST_TASTE)
    return "\n".join([*lines, "“said” shows what counts in this conversation."])


def _rules(session: Session) -> str:
    from kgrec.audit.case import Case
    from kgrec.audit.census import census

    lines = []
    for counted in census(Case(session.recommender, session.belief, session.rules, session.context)):
        place = counted.rule.place
        force = "in force" if counted.is_in_force else "not now"
        lines.append(f"{counted.kind:8} {force:9} {counted.rule.name} ({Path(place.file).name}:{place.line})")
    return "\n".join(lines) or "There are no rules."


def _scorers(session: Session) -> str:
    from kgrec.weighing import weighed

    found = weighed(session.recommender, session.ranking())
    lines = [f"{one.scorer:12} {one.weight:.2f}{'' if one.is_counting else '  silent now'}" for one in found]
    return "\n".join(["What each counts in your list:", *lines])


def _graph(session: Session, name: str) -> str:
    """Return what an item of the list, by its number, or anything else, by its name, is linked with."""
    from kgrec.graph.neighbourhood import count_items, relations

    graph, items = session.graph, session.slate().items
    try:
        is_listed = name.isdecimal() and 1 <= int(name) <= len(items)
        entity = items[int(name) - 1].item if is_listed else session.recommender.lookup_.resolve(name)
    except KgrecError as error:
        return str(error)
    lines = [graph.label(entity)]
    for relation in relations(graph, entity, session.ranking().scores):
        ends = relation.ends
        named = [
            graph.label(end) if end < graph.n_items else f"{graph.label(end)} ({count_items(graph, end):,})"
            for end in ends[:MOST_NAMED]
        ]
        more = [f"{len(ends) - MOST_NAMED:,} more"] if len(ends) > MOST_NAMED else []
        lines.append(f"  {relation.label}: {', '.join(named + more)}")
    return "\n".join(lines)


_PAGES: Final[Mapping[str, Callable[[Session], str]]] = {
    "shelves": _shelves,
    "taste": _taste,
    "my taste": _taste,
    "rules": _rules,
    "scorers": _scorers,
    "blend": _scorers,
    "graph": lambda session: _graph(session, "1"),
}
