"""Answers from the graph, in one line each: what an item has, how it compares, and what is not known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kgrec.dialogue.readings import AskAbout, Compare
from kgrec.domain import Facet, FacetKind
from kgrec.rulebook import quoted

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session
    from kgrec.graph import KnowledgeGraph

_MOST_NAMED: Final = 6


def answer_about(session: Session, reading: AskAbout) -> str:
    """Return what an item has for a facet, or whether it has a value, in one sentence; says where it is unknown."""
    graph = session.graph
    label = graph.label(reading.item)
    if reading.values:
        return _yes_or_no(session, reading, label)
    if not reading.facet:
        return f"I do not know that about {label}"
    facet = graph.facet(reading.facet)
    told = facts_in_words(graph, graph.index(reading.item), facet)
    return f"{label}: {told}" if told else f"I do not know the {facet.label} of {label}"


def facts_in_words(graph: KnowledgeGraph, item: int, facet: Facet) -> str:
    """Return what an item has for a facet ("directed by Michael Mann"); "" if that is unknown."""
    if facet.kind is FacetKind.TEXT:
        return graph.texts[facet.name][item] if facet.name in graph.texts else ""
    if facet.kind.is_numeric:
        value = graph.numbers[facet.name][item] if facet.name in graph.numbers else np.nan
        shown = f"{value:g} {facet.unit}".rstrip()
        return "" if np.isnan(value) else facet.phrase.replace("{value}", shown)
    values = graph.values_of(item, facet.name)
    names = [graph.label(value) if graph.is_item(graph.entity_ids[value]) else graph.labels[value] for value in values]
    if len(names) > _MOST_NAMED:
        names = [*names[:_MOST_NAMED], f"{len(names) - _MOST_NAMED} more"]
    return facet.phrase.replace("{value}", ", ".join(names)) if names else ""


def comparison(graph: KnowledgeGraph, reading: Compare, listed: tuple[str, ...]) -> tuple[str, str]:
    """Return the wish that a comparison of a number amounts to: (expression, label); ("", why not) if there is none.

    Compared with an item, or with the middle of the list: less than it, or more.
    """
    facet = graph.facet(reading.target)
    column = graph.numbers[facet.name]
    word = (facet.more if reading.is_more else facet.less) or f"{'more' if reading.is_more else 'less'} {facet.label}"
    if reading.item:
        value = float(column[graph.index(reading.item)])
        if np.isnan(value):
            return "", f"I do not know the {facet.label} of {graph.label(reading.item)}"
        beside = f"than {graph.label(reading.item)}"
    else:
        known = column[graph.indices(listed)] if listed else column
        if np.isnan(known).all():
            return "", f"I do not know the {facet.label} of anything on the list"
        value = float(np.round(np.nanmedian(known)))
        beside = f"than {value:g} {facet.unit}".rstrip()
    return f"{facet.name} {'>' if reading.is_more else '<'} {value:g}", f"{word} {beside}"


def _yes_or_no(session: Session, reading: AskAbout, label: str) -> str:
    graph = session.graph
    item, first = graph.index(reading.item), reading.values[0]
    facets = [facet for facet in graph.facets_of(first) if any(graph.values_of(item, facet.name))]
    name = graph.labels[graph.index(first)]
    told = [
        f"{facet.name} has {quoted(graph.labels[graph.index(value)])}"
        for value in reading.values
        for facet in graph.facets_of(value)
    ]
    if told:
        mask = session.rules.mask(" or ".join(told), session.recommender.scope(session.belief, session.context))
        if mask[item]:
            return f"yes, {label} is: {name}"
    if not facets:
        return f"I do not know whether {label} is: {name}"
    return f"not that I know; {label}: {facts_in_words(graph, item, facets[0])}"
