"""Made-up catalogues of any size, as unevenly spread as real ones."""

import numpy as np
from scipy import sparse

from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.graph import Interactions, KnowledgeGraph

VALUES = {
    "genre": (30, 3),
    "mood": (12, 2),
    "keyword": (400, 6),
    "director": (5_000, 1),
    "actor": (20_000, 4),
    **{f"trait{number}": (20, 1) for number in range(13)},
}
"""Facet → how many values it has, and how many an item has of them."""

NAMED = {"director", "actor"}


def made_up(n_items: int) -> KnowledgeGraph:
    """Return a graph of twenty facets whose values are as unevenly spread as real ones; seed 0."""
    rng = np.random.default_rng(0)
    ids = [f"film/{number}" for number in range(n_items)]
    n_entities = n_items + sum(n_values for n_values, _ in VALUES.values())
    links: dict[str, sparse.csr_matrix] = {}
    facets = []
    for name, (n_values, most) in VALUES.items():
        chosen = len(ids) + (n_values * rng.random((n_items, most)) ** 2).astype(np.int32)
        rows = np.repeat(np.arange(n_items), most)
        ones = np.ones(rows.size, np.float32)
        links[name] = sparse.csr_matrix((ones, (rows, chosen.ravel())), shape=(n_items, n_entities))
        links[name].data[:] = 1.0  # a value drawn twice is one value
        ids += [f"{name}/{number}" for number in range(n_values)]
        kind = FacetKind.ENTITY if name in NAMED else FacetKind.CATEGORY
        words = {"question": f"Which {name}?", "affirm": "Do you like {value}?"}
        facets.append(Facet(name, f"urn:{name}", kind, name, f"{name}s", **words))
    for name, rest in {"year": {"question": "From when?"}, "renown": {"is_prior": True}}.items():
        facets.append(Facet(name, f"urn:{name}", FacetKind.NUMBER, name, f"{name}s", weight=0.0, **rest))
    numbers = {"year": rng.integers(1920, 2025, n_items).astype(np.float64), "renown": rng.exponential(1.0, n_items)}
    ontology = Ontology("many", "urn:Film", "urn:", "film", "films", tuple(facets))
    nobody = Interactions.empty(n_items)
    return KnowledgeGraph("many", "", ontology, tuple(ids), tuple(ids), n_items, links, numbers, {}, nobody)
