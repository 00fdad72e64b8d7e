"""What was meant instead: readings put right by "no, I meant the actor", "the newer one", "the one with ..."."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kgrec.acts import Event, EventKind
from kgrec.dialogue.readings import Ambiguous, Correct, HaveSeen, Opine, Reading, Require
from kgrec.dialogue.understand import understand
from kgrec.rulebook import quoted
from kgrec.text import listed

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

_OF_ITEMS: Final = frozenset({EventKind.LIKED, EventKind.DISLIKED, EventKind.RATED, EventKind.SEEN})
_OPINION: Final = 3.0
"""About the points that an opinion on somebody gives to an item, or takes from it."""


def namesake(session: Session, undone: Event | None, readings: Sequence[Reading], text: str) -> tuple[Reading, ...]:
    """Return what was said of the other item of the same name that some words tell apart: "the one with ...", "2003".

    ``undone``: the event that was taken back; it tells what was said where a question settled which was meant.
    """
    graph, lookup = session.graph, session.recommender.lookup_
    if undone is not None and undone.subject in graph and graph.is_item(undone.subject):
        readings = [_said_of(undone), *readings]
    ages = {float(word) for word in text.split() if word.isdecimal()}
    told = [part.entity for part in understand(text, lookup) if isinstance(part, Opine)]
    for part in understand(text, lookup):
        if isinstance(part, Require):
            told += [entity for name in re.findall(r'has "([^"]+)"', part.expression) for entity in lookup.exact(name)]
    for reading in readings:
        options = [option for _, option in reading.options] if isinstance(reading, Ambiguous) else [reading]
        if not (told or ages) or not options or not isinstance(options[0], Opine | HaveSeen):
            continue
        if not graph.is_item(options[0].entity):
            continue
        name = graph.labels[graph.index(options[0].entity)]
        for item in (entity for entity in lookup.exact(name) if graph.is_item(entity)):
            has = graph.attributes[[graph.index(item)]].indices
            if any(graph.index(value) in has for value in told) or _qualifier(session, Opine(item, 1.0)) in ages:
                return (replace(options[0], entity=item),)
    return ()


def said_of_other(session: Session, last: Sequence[Event], name: str) -> Reading | None:
    """Take back what was said last of an item, and return it as said of the item of this name; None without either.

    Of several items the one is meant whose name is most like the new one.
    """
    graph = session.graph
    meant = [entity for entity in session.recommender.lookup_.exact(name) if graph.is_item(entity)]
    told = [
        event for event in last if event.kind in _OF_ITEMS and event.subject in graph and graph.is_item(event.subject)
    ]
    if not meant or not told:
        return None
    wrong = max(reversed(told), key=lambda event: SequenceMatcher(None, graph.label(event.subject), name).ratio())
    session.journal.take_back([wrong], is_said=True)
    session.refold()
    return replace(_said_of(wrong), entity=meant[0])


def _said_of(event: Event) -> Opine | HaveSeen:
    """Return the reading that an event about an item came from."""
    if event.kind is EventKind.SEEN:
        return HaveSeen(event.subject)
    return Opine(event.subject, 1.0 if event.value is None else event.value, bool(event.data.get("for_now")))


def corrected(session: Session, reading: Reading, correction: Correct) -> Reading:
    """Return a reading with the meaning that the correction asks for; what is liked stays liked, in that part."""
    graph = session.graph
    if isinstance(reading, Ambiguous) and correction.newest is not None:
        years = [_qualifier(session, option) for _, option in reading.options]
        best = int(np.argmax(years) if correction.newest else np.argmin(years))
        return reading.options[best][1]
    if isinstance(reading, Opine) and correction.facet and not graph.is_item(reading.entity):
        label = graph.label(reading.entity)
        if correction.facet in {facet.name for facet in graph.facets_of(reading.entity)}:
            if not reading.for_now:
                return replace(reading, facet=correction.facet)
            phrase = graph.facet(correction.facet).phrase.replace("{value}", label)
            return Require(f"{correction.facet} has {quoted(label)}", phrase)
    if isinstance(reading, Require) and correction.facet and _may_be(session, reading, correction.facet):
        facet = graph.facet(correction.facet)
        phrase = facet.refused if reading.is_refusal else facet.phrase
        names = dict.fromkeys(re.findall(r'has "([^"]+)"', reading.expression))
        expression = re.sub(r'\w+ has "', f'{facet.name} has "', reading.expression)
        return Require(expression, phrase.replace("{value}", listed(list(names), "or")))
    if isinstance(reading, Opine) and correction.newest is not None and graph.is_item(reading.entity):
        name = graph.labels[graph.index(reading.entity)]
        named = [entity for entity in session.recommender.lookup_.exact(name) if graph.is_item(entity)]
        order = sorted(named, key=lambda entity: _qualifier(session, Opine(entity, 1.0)))
        return Opine(order[-1] if correction.newest else order[0], reading.value, reading.for_now)
    return reading


def only_as(session: Session, reading: Opine, said: str) -> str:
    """Let an opinion count where a value is one of the facet that was meant, and not where it is one of others only.

    An opinion is of somebody, whatever they do, so what it gives to their other doings is taken away again.

    Returns:
        As what it counts, in words; empty for an opinion on an entity as a whole.
    """
    graph, own = session.graph, reading.facet
    if not own:
        return ""
    name = quoted(graph.label(reading.entity))
    others = [facet for facet in graph.facets_of(reading.entity) if facet.name != own]
    if others:
        elsewhere = " or ".join(f"{facet.name} has {name}" for facet in others)
        label = f"{graph.label(reading.entity)} only as {graph.facet(own).label}"
        expression = f"({elsewhere}) and not ({own} has {name})"
        session.wish(expression, label, said, weight=-_OPINION * reading.value)
    return f" as {graph.facet(own).label}"


def _may_be(session: Session, reading: Require, facet: str) -> bool:
    """Whether all that a wish names by quoted names are values of a facet too."""
    graph, lookup = session.graph, session.recommender.lookup_
    named = [lookup.exact(name) for name in re.findall(r'has "([^"]+)"', reading.expression)]
    return bool(named) and all(
        any(facet in {own.name for own in graph.facets_of(value)} for value in values if not graph.is_item(value))
        for values in named
    )


def _qualifier(session: Session, reading: Any) -> float:
    graph = session.graph
    entity = getattr(reading, "entity", "")
    column = graph.numbers.get(graph.ontology.qualifier)
    if column is None or not graph.is_item(entity):
        return 0.0
    return float(np.nan_to_num(column[graph.index(entity)]))
