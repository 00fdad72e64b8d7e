"""What is said of words that nothing explains: a wish in free words, a name that nothing bears, words of no use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kgrec.acts import Question
from kgrec.dialogue.names import singular
from kgrec.dialogue.readings import FreeText, NotFound, Unused
from kgrec.dialogue.slips import is_like

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

_DENIED: Final = re.compile("(?i)(?:no|not|nothing|without|never|avoid|skip) ")


def free_text(session: Session, reading: FreeText, question: Question | None, said: str) -> str:
    """Wish for something in free words; says so where there is nothing to compare them with."""
    del question
    absence = _absence(session, reading.text)
    if session.recommender.vectors_ is None:
        none = "there are too many descriptions" if session.graph.texts else "there are no descriptions"
        return absence or f"nothing here is called “{reading.text}”, and {none} to search for it"
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
    return _absence(session, _DENIED.sub("", reading.text)) or f"I made nothing of “{reading.text}”"


def _absence(session: Session, text: str) -> str:
    """Return that no item has the concept of that name; empty if it names none of these."""
    graph, lookup = session.graph, session.recommender.lookup_
    concepts = lookup.absent(text) or lookup.absent(singular(text))
    if not concepts:
        return ""
    value = graph.index(concepts[0])
    kinds = (f"the {graph.facet(facet).label} " for facet, values in graph.unused.items() if value in values)
    return f"no {graph.ontology.singular} here has {next(kinds, '')}{graph.label(value)}"
