"""What each part buys: the blend without one scorer, and the blend fitted to a graph without one kind of facts.

Without a scorer the others keep their weights. Without facts everything is fitted again, so that whatever can make up
for them does. What something buys is the blend's NDCG as a multiple of that without it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kgrec.errors import ModelError
from kgrec.evaluate.contenders import BLEND, Contender, blended, extras, fit, is_timed
from kgrec.evaluate.splits import Split
from kgrec.graph import KnowledgeGraph
from kgrec.graph.knowledge import no_links
from kgrec.graph.people import People

WITHOUT: Final = "without "
_LEAST_SHARE: Final = 0.01
"""Facets with a smaller share of all links are taken away with the others, not alone."""


def ablated(split: Split, names: tuple[str, ...] = (), *, texts: bool = True) -> list[Contender]:
    """Return the blend, the blend without each of its scorers, and that of a graph without each kind of facts.

    ``names``: only these parts: names of scorers, ``facts: genre``, ``network`` (who knows whom), ``texts``.

    Raises:
        ModelError: there is no part of a name; the message says which there are.
    """
    recommender, fit_s = fit(split, texts=texts, extra=extras(names))
    timed = is_timed(split.protocol)
    members, poorer = [scorer.name for scorer in recommender.scorers_], _poorer(split.graph, texts=texts)
    if unknown := [name for name in names if name not in (BLEND, *members, *poorer)]:
        raise ModelError(f"there is no part {', '.join(unknown)}; there are: {', '.join((*members, *poorer))}")
    found = [Contender(BLEND, blended(recommender, is_timed=timed), fit_s)]
    found += [
        Contender(f"{WITHOUT}{name}", blended(recommender, is_timed=timed, left_out=name))
        for name in members
        if name in (names or members)
    ]
    for name, graph in poorer.items():
        if name in (names or poorer):
            refitted, fit_s = fit(replace(split, graph=graph), texts=texts)
            found.append(Contender(f"{WITHOUT}{name}", blended(refitted, is_timed=timed), fit_s))
    return found


def _poorer(graph: KnowledgeGraph, *, texts: bool) -> dict[str, KnowledgeGraph]:
    """Return what can be taken away from a graph → the graph without it."""
    found = {f"facts: {name}": without_facets(graph, facets) for name, facets in facet_groups(graph).items()}
    if len(graph.people):
        found["network"] = replace(graph, people=People(), fingerprint="")
    if texts and graph.texts:
        found["texts"] = replace(graph, texts={}, fingerprint="")
    return found


def facet_groups(graph: KnowledgeGraph) -> dict[str, tuple[str, ...]]:
    """Return the facets to take away together, those that share their values in one group; last: all of them."""
    groups: dict[str, list[str]] = {}
    for facet in graph.linked_facets:
        if facet.weight > 0:
            groups.setdefault(facet.folder.rstrip("/"), []).append(facet.name)
    links = {name: sum(graph.links[facet].nnz for facet in facets) for name, facets in groups.items()}
    least = _LEAST_SHARE * sum(links.values())
    found = {name: tuple(facets) for name, facets in groups.items() if links[name] >= least}
    everything = tuple(facet for facets in groups.values() for facet in facets)
    return {**found, "all": everything} if everything else {}


def without_facets(graph: KnowledgeGraph, facets: tuple[str, ...]) -> KnowledgeGraph:
    """Return the graph without the links of some facets."""
    nothing = no_links(graph.n_items, graph.n_entities)
    links = {name: nothing if name in facets else matrix for name, matrix in graph.links.items()}
    return replace(graph, links=links, fingerprint="")
