"""What is said of words that nothing explains: a wish in free words, a name that nothing bears, words of no use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kgrec.acts import Question
from kgrec.dialogue.meaning import means_something
from kgrec.dialogue.measures import counted
from kgrec.dialogue.names import singular
from kgrec.dialogue.readings import FreeText, NotFound, Unused
from kgrec.dialogue.slips import is_like
from kgrec.text import shortened

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

_DENIED: Final = re.compile("(?i)(?:no|not|nothing|without|never|avoid|skip) ")

_MOST: Final = 4
"""So many numeric facets are named where another is missing."""


def free_text(session: Session, reading: FreeText, question: Question | None, said: str) -> str:
    """Wish for something in free words; says so where they mean nothing, or there is nothing to compare them with."""
    del question
    absence = _absence(session, reading.text)
    if session.recommender.vectors_ is None:
        return absence or f"nothing here is called “{reading.text}”, and {session.recommender.why_no_texts}"
    if not means_something(reading.text, session.recommender):
        nouns = session.graph.ontology.plural
        hint = f"name {nouns} or what you like of them, or tell in plain words what it shall be about"
        return absence or f"I do not understand “{reading.text}”; {hint}"
    session.wish_text(reading.text, said)
    return "; ".join(filter(None, (absence, f"something like “{reading.text}”")))


def not_found(session: Session, reading: NotFound, question: Question | None, said: str) -> str:
    """Return that nothing bears a name, with what is spelt like it."""
    del question, said
    items = (match for match in reading.nearest if session.graph.is_item(match.entity))
    near = [
        match.label for match in items if is_like(reading.name, session.graph.labels[session.graph.index(match.entity)])
    ]
    hint = f"; the nearest {'is' if len(near) == 1 else 'are'} {', '.join(near)}" if near else ""
    return _absence(session, reading.name) or f"I know nothing called “{reading.name}”{hint}"


def unused(session: Session, reading: Unused, question: Question | None, said: str) -> str:
    """Return that nothing was made of some words."""
    del question, said
    if reading.lacks:
        return _lacking(session, reading)
    return _absence(session, _DENIED.sub("", reading.text)) or f"I made nothing of “{reading.text}”"


def _lacking(session: Session, reading: Unused) -> str:
    """Return that no item has a number of what a bound is of, and what there are numbers of."""
    graph = session.graph
    others = shortened([facet.label for facet in counted(graph)], _MOST)
    known = f"; numbers are known of {others}" if others else ""
    return f"no {graph.ontology.singular} here has a {reading.lacks}, so I cannot keep to “{reading.text}”{known}"


def _absence(session: Session, text: str) -> str:
    """Return that no item has the concept of that name; empty if it names none of these."""
    graph, lookup = session.graph, session.recommender.lookup_
    concepts = lookup.absent(text) or lookup.absent(singular(text))
    if not concepts:
        return ""
    value = graph.index(concepts[0])
    kinds = (f"the {graph.facet(facet).label} " for facet, values in graph.unused.items() if value in values)
    return f"no {graph.ontology.singular} here has {next(kinds, '')}{graph.label(value)}"
