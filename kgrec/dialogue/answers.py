"""Answers from the graph, in one line each: what an item has, how it compares, and what is not known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kgrec.dialogue.readings import AskAbout, Compare
from kgrec.domain import Facet, FacetKind

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session
    from kgrec.graph import KnowledgeGraph

_MOST_NAMED: Final = 6


def answer_about(session: Session, reading: AskAbout) -> str:
    """Return what an item has for a facet, or whether it has a value, in one sentence; says where it is unknown."""
    graph = session.graph
    label = graph.label(reading.item)
    if reading.values:
        return _yes_or_no(graph, reading, label)
    if not reading.facet:
        return f"I do not know that about {label}"
    facet = graph.facet(reading.facet)
    told = facts_in_words(graph, graph.index(reading.item), facet)
    if reading.unknown:
        return f"I know nothing of “{reading.unknown}”; {label}: {told or 'nothing is known'}"
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


def _yes_or_no(graph: KnowledgeGraph, reading: AskAbout, label: str) -> str:
    """Return whether an item has one of the values that are asked for, and what it has instead if it has none."""
    item, values = graph.index(reading.item), [graph.index(value) for value in reading.values]
    own = [facet for value in values for facet in graph.facets_of(value)]
    facets = [graph.facet(reading.facet)] if reading.facet else list(dict.fromkeys(own))
    for facet in facets:
        has = [graph.labels[value] for value in values if value in graph.values_of(item, facet.name, inherited=True)]
        if has:
            return f"yes; {label}: {facet.phrase.replace('{value}', ', '.join(has))}"
    known = [told for facet in facets if (told := facts_in_words(graph, item, facet))]
    if not known:
        return f"I do not know whether {label} is: {graph.labels[values[0]]}"
    return f"no, as far as I know; {label}: {known[0]}"
