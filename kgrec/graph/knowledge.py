"""KnowledgeGraph: the compiled graph, as frozen arrays.

RDF is the source of truth; a conversation cannot wait for SPARQL, so the graph is compiled once into what scoring
needs: one CSR matrix items × entities per linked facet, one float column per numeric facet, the texts, and the
interactions. Entities are numbered once, items first, so an item's row number is also its entity number and every
matrix shares its columns. Nothing here may be changed after construction: scorers and beliefs keep views of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.domain import Facet, FacetKind, Ontology, UserFact
from kgrec.errors import DataError, UnknownEntityError
from kgrec.graph.interactions import Interactions
from kgrec.graph.people import People

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx
    import pandas as pd
    import rdflib

T = TypeVar("T")

MOST_ENCODED = 50_000
"""The descriptions of so many items at most are encoded: a hundred take a second, a million would take hours."""

INHERITED = 0.5
"""The strength of a link that holds only through the hierarchy (a slasher is half as strongly a horror film)."""


@dataclass(frozen=True, eq=False)
class KnowledgeGraph:
    """Items, their attributes and what users did with them, ready for scoring.

    Attributes:
        name: the name of the data set.
        fingerprint: a hash of its sources; equal fingerprints mean equal graphs.
        ontology: the facets and the words of the domain.
        entity_ids: all entities, items first, in a fixed order; values may be without items, where the ontology
            declares them.
        labels: what to call each of them, aligned with ``entity_ids``.
        n_items: how many of the entities are items.
        links: linked facet → CSR (n_items, n_entities) float32; 1 where stated, INHERITED where only through a
            broader value, so that ``.indices`` answers "has" including the hierarchy.
        numbers: numeric facet → float64 (n_items,), NaN = unknown; dates as days since 1970-01-01.
        texts: text facet → one string an item, "" = none.
        interactions: who did what with which item.
        aliases: entity → its further names, for look-up.
        broader: value → the values directly above it in its hierarchy.
        user_facts: user → what is known of them: age, budget, the cuisines they like ...
        people: which users know which, as far as they consent.
    """

    name: str
    fingerprint: str
    ontology: Ontology
    entity_ids: tuple[str, ...]
    labels: tuple[str, ...]
    n_items: int
    links: Mapping[str, sparse.csr_matrix]
    numbers: Mapping[str, NDArray[np.float64]]
    texts: Mapping[str, Sequence[str]]
    interactions: Interactions = field(default_factory=Interactions.empty)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    broader: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    user_facts: Mapping[str, Mapping[str, UserFact]] = field(default_factory=dict)
    people: People = field(default_factory=People)

    # --- names and numbers ---------------------------------------------------------------------------------------

    @property
    def n_entities(self) -> int:
        """Items and values together."""
        return len(self.entity_ids)

    @cached_property
    def item_ids(self) -> tuple[str, ...]:
        """The ids of the items, in the order of every array of shape (n_items,)."""
        return self.entity_ids[: self.n_items]

    @cached_property
    def _index(self) -> dict[str, int]:
        return {entity: number for number, entity in enumerate(self.entity_ids)}

    def __contains__(self, entity: object) -> bool:
        return entity in self._index

    def index(self, entity: str) -> int:
        """Return the number of an entity; raises UnknownEntityError."""
        try:
            return self._index[entity]
        except KeyError:
            raise UnknownEntityError(entity) from None

    def item(self, item: str) -> int:
        """Return the number of an item; raises UnknownEntityError, for any other entity too."""
        if not self.is_item(item):
            raise UnknownEntityError(item)
        return self._index[item]

    def indices(self, entities: Iterable[str]) -> NDArray[np.intp]:
        """Return the numbers of those entities, shape (len,); raises UnknownEntityError."""
        return np.fromiter((self.index(entity) for entity in entities), dtype=np.intp)

    def is_item(self, entity: str) -> bool:
        """Whether the id belongs to an item."""
        return self._index.get(entity, self.n_items) < self.n_items

    def label(self, entity: str | int) -> str:
        """Return what to call an entity: an item with its qualifier, "Heat (1995)"."""
        number = self.index(entity) if isinstance(entity, str) else int(entity)
        label = self.labels[number]
        qualifier = self.ontology.qualifier
        if number >= self.n_items or not qualifier:
            return label
        value = self.numbers[qualifier][number]
        return label if np.isnan(value) else f"{label} ({value:g})"

    @cached_property
    def users(self) -> frozenset[str]:
        """Everybody of whom something is known: who did something, or of whom there are facts."""
        return frozenset((*self.interactions.user_ids, *self.user_facts))

    # --- facets ---------------------------------------------------------------------------------------------------

    def facet(self, name: str) -> Facet:
        """Return the declaration of a facet; raises KeyError."""
        return self.ontology.facet(name)

    @cached_property
    def linked_facets(self) -> tuple[Facet, ...]:
        """The facets whose values are entities and that at least one item has."""
        return tuple(facet for facet in self.ontology.facets if facet.name in self.links)

    @cached_property
    def degrees(self) -> Mapping[str, NDArray[np.int64]]:
        """For each linked facet, how many items have each entity as a value, shape (n_entities,)."""
        return {
            name: np.bincount(matrix.indices, minlength=self.n_entities).astype(np.int64)
            for name, matrix in self.links.items()
        }

    @cached_property
    def items_of(self) -> Mapping[str, sparse.csc_matrix]:
        """For each linked facet, its links by value: CSC (n_items, n_entities), hierarchy included."""
        return {name: matrix.tocsc() for name, matrix in self.links.items()}

    def values(self, facet: str) -> NDArray[np.intp]:
        """Return the entities that are a value of a linked facet, most frequent first (ties by number)."""
        degree = self.degrees[facet]
        used = np.flatnonzero(degree)
        return used[np.argsort(-degree[used], kind="stable")]

    @cached_property
    def unused(self) -> Mapping[str, tuple[int, ...]]:
        """For each facet of categories, the values it may have and no item does, by number."""
        folders = {facet.name: facet.folder for facet in self.ontology.facets if facet.kind.is_category}
        values, opening = range(self.n_items, self.n_entities), tuple(folders.values())
        ids = {number: self.entity_ids[number] for number in values if self.entity_ids[number].startswith(opening)}
        unused = {}
        for name, folder in folders.items():
            own = np.array([number for number, entity in ids.items() if entity.startswith(folder)], dtype=np.intp)
            degree = self.degrees.get(name)
            unused[name] = tuple((own if degree is None else own[degree[own] == 0]).tolist())
        return unused

    def facets_of(self, entity: str | int) -> tuple[Facet, ...]:
        """Return the facets that some item has this entity as a value of."""
        number = self.index(entity) if isinstance(entity, str) else int(entity)
        return tuple(facet for facet in self.linked_facets if self.degrees[facet.name][number])

    def values_of(self, item: int, facet: str, *, inherited: bool = False) -> tuple[int, ...]:
        """Return the values an item has, by number; ``inherited`` adds those through the hierarchy."""
        matrix = self.links.get(facet)
        if matrix is None:
            return ()
        row = slice(matrix.indptr[item], matrix.indptr[item + 1])
        keep = matrix.data[row] >= (0.0 if inherited else 1.0)
        return tuple(int(value) for value in matrix.indices[row][keep])

    @cached_property
    def attributes(self) -> sparse.csr_matrix:
        """All links that say something about liking, weighted, as one CSR (n_items, n_entities) float32."""
        total = no_links(self.n_items, self.n_entities)
        for facet in self.linked_facets:
            if facet.weight > 0:
                total = total.maximum(self.links[facet.name] * np.float32(facet.weight))
        return total.tocsr()

    @cached_property
    def idf(self) -> NDArray[np.float32]:
        """How telling each entity is as an attribute: log((1 + n_items) / (1 + degree)), shape (n_entities,)."""
        degree = np.bincount(self.attributes.indices, minlength=self.n_entities)
        return np.asarray(np.log((1.0 + self.n_items) / (1.0 + degree)), dtype=np.float32)

    @cached_property
    def weights(self) -> NDArray[np.float32]:
        """The greatest weight of the facets that each entity is a value of, 0 for none, shape (n_entities,)."""
        weights = np.zeros(self.n_entities, dtype=np.float32)
        for facet in self.linked_facets:
            used = self.degrees[facet.name] > 0
            weights[used] = np.maximum(weights[used], facet.weight)
        return weights

    @cached_property
    def features(self) -> sparse.csr_matrix:
        """What each entity is made of: CSR (n_entities, n_entities) float32, rows of length 1 or 0.

        An item is its values, facet by facet: within a facet the rarer values weigh more (idf), and each facet has the
        length its weight gives it, however many values it lists; otherwise twenty keywords would drown the genre. Any
        other entity is itself. The product of two rows is how much two entities have in common, between 0 and 1.
        """
        items = no_links(self.n_items, self.n_entities)
        for facet in self.linked_facets:
            if facet.weight > 0:
                told = sparse.csr_matrix(self.links[facet.name].multiply(self.idf))
                items = items + _of_length_one(told) * np.float32(np.sqrt(facet.weight))
        others = sparse.eye_array(self.n_entities, format="csr", dtype=np.float32)[self.n_items :]
        return sparse.csr_matrix(sparse.vstack([_of_length_one(items), others]), dtype=np.float32)

    def description(self, item: int) -> str:
        """Return all texts of an item in one string, in facet order."""
        return " ".join(filter(None, (column[item] for column in self.texts.values())))

    @cached_property
    def documents(self) -> tuple[str, ...]:
        """What is said of each item, for the sentence encoder: its texts, then the names of its telling categories.

        "" for an item without text; empty when no item has one, or there are too many items to encode (MOST_ENCODED).
        """
        told = [facet for facet in self.linked_facets if facet.kind is FacetKind.CATEGORY and facet.weight >= 1.0]
        documents = []
        for item in range(self.n_items if self.texts and self.n_items <= MOST_ENCODED else 0):
            names = [self.labels[value] for facet in told for value in self.values_of(item, facet.name)]
            text = self.description(item)
            documents.append(f"{text} {', '.join(names)}".strip() if text else "")
        return tuple(documents) if any(documents) else ()

    @cached_property
    def prior(self) -> NDArray[np.float64] | None:
        """The facet that says how widely known an item is, shape (n_items,), or None."""
        for facet in self.ontology.facets:
            if facet.is_prior and facet.name in self.numbers:
                return self.numbers[facet.name]
        return None

    # --- what others make of it -----------------------------------------------------------------------------------

    @cached_property
    def _made(self) -> dict[Callable[[KnowledgeGraph], Any], Any]:
        return {}

    def once(self, make: Callable[[KnowledgeGraph], T]) -> T:
        """Return ``make(self)``: made at the first call and kept as long as the graph lives.

        Later layers keep their tables over a graph here; threads may at worst make one twice.
        """
        if make not in self._made:
            self._made[make] = make(self)
        return cast("T", self._made[make])

    # --- doors ----------------------------------------------------------------------------------------------------

    @classmethod
    def from_frames(  # noqa: PLR0913  (one table each)
        cls,
        items: pd.DataFrame,
        triples: pd.DataFrame | None = None,
        interactions: pd.DataFrame | None = None,
        texts: pd.DataFrame | None = None,
        users: pd.DataFrame | None = None,
        *,
        ontology: Ontology | None = None,
        name: str = "items",
    ) -> KnowledgeGraph:
        """Build a graph from pandas tables; see :func:`kgrec.ingest.frames.graph_from_frames`."""
        from kgrec.ingest.frames import graph_from_frames

        return graph_from_frames(items, triples, interactions, texts, users, ontology=ontology, name=name)

    @classmethod
    def from_rdf(cls, source: str | Path | rdflib.Graph, *, name: str = "") -> KnowledgeGraph:
        """Build a graph from an RDF file or an rdflib graph; see :func:`kgrec.ingest.rdf.graph_from_rdf`."""
        from kgrec.ingest.rdf import graph_from_rdf

        return graph_from_rdf(source, name=name)

    def to_rdflib(self, *, interactions: bool = False) -> rdflib.Graph:
        """Return the graph as RDF; ``interactions`` adds one node per interaction."""
        from kgrec.graph.views import to_rdflib

        return to_rdflib(self, interactions=interactions)

    def to_networkx(self, around: str | Sequence[str] | None = None, hops: int = 1) -> nx.MultiDiGraph[str]:
        """Return the graph, or what lies within ``hops`` links of some entities; see kgrec.graph.views."""
        from kgrec.graph.views import to_networkx

        return to_networkx(self, around=around, hops=hops)

    def validate(self) -> KnowledgeGraph:
        """Return self if the arrays fit together; raises DataError otherwise."""
        shape = (self.n_items, self.n_entities)
        bad = [name for name, matrix in self.links.items() if matrix.shape != shape]
        bad += [name for name, column in self.numbers.items() if column.shape != (self.n_items,)]
        bad += [name for name, column in self.texts.items() if len(column) != self.n_items]
        if len(self.labels) != self.n_entities or bad:
            raise DataError(f"graph {self.name!r}: arrays do not fit together: {', '.join(bad) or 'labels'}")
        return self

    def summary(self) -> dict[str, Any]:
        """Return the counts a person asks for first."""
        return {
            "name": self.name,
            "items": self.n_items,
            "entities": self.n_entities,
            "links": int(sum(matrix.nnz for matrix in self.links.values())),
            "users": len(self.interactions.user_ids),
            "interactions": len(self.interactions),
        }


def no_links(rows: int, columns: int) -> sparse.csr_matrix:
    """Return an empty CSR float32 of that shape."""
    nothing = np.empty(0, dtype=np.int32)
    return sparse.csr_matrix((nothing.astype(np.float32), (nothing, nothing)), shape=(rows, columns))


def _of_length_one(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return the matrix with every row scaled to length 1; empty rows stay empty."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.csr_matrix(
        sparse.diags_array((1.0 / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)) @ matrix
    )


__all__ = ["INHERITED", "KnowledgeGraph"]
