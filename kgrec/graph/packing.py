"""A graph as named arrays and one JSON document, and back: what a snapshot holds.

Nothing here is pickled, so a snapshot from a stranger can be wrong but not run code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.graph.interactions import Interactions
from kgrec.graph.knowledge import KnowledgeGraph
from kgrec.graph.people import People
from kgrec.graph.strings import packed, unpacked

_COLUMNS = ("users", "items", "ratings", "values", "times", "kinds", "amounts", "trusts")


def pack(kg: KnowledgeGraph) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return (arrays, everything else)."""
    arrays: dict[str, NDArray[Any]] = {}
    for facet, matrix in kg.links.items():
        arrays[f"link.{facet}.data"] = matrix.data
        arrays[f"link.{facet}.indices"] = matrix.indices
        arrays[f"link.{facet}.indptr"] = matrix.indptr
    for facet, column in kg.numbers.items():
        arrays[f"number.{facet}"] = column
    for name, strings in _strings(kg).items():
        arrays |= packed(name, strings)
    for column_name in _COLUMNS:
        arrays[f"log.{column_name}"] = getattr(kg.interactions, column_name)
    knows = kg.people.knows
    arrays |= {"people.indices": knows.indices, "people.indptr": knows.indptr}
    arrays |= {"people.kinds": kg.people.kinds, "people.named": kg.people.is_named}
    context: dict[str, list[str]] = {}
    for position, (name, cells) in enumerate(kg.interactions.context.items()):
        words, codes = np.unique(np.array(cells, dtype=str), return_inverse=True)
        context[name] = words.tolist()
        arrays[f"context.{position}"] = codes.astype(np.int32)
    meta = {
        "name": kg.name,
        "fingerprint": kg.fingerprint,
        "ontology": asdict(kg.ontology),
        "n_items": kg.n_items,
        "texts": list(kg.texts),
        "aliases": kg.aliases,
        "broader": kg.broader,
        "user_facts": kg.user_facts,
        "user_ids": kg.interactions.user_ids,
        "people": kg.people.ids,
        "kinds": kg.interactions.kind_names,
        "context": context,
        "links": list(kg.links),
        "numbers": list(kg.numbers),
    }
    return arrays, meta


def unpack(arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> KnowledgeGraph:
    """Return the graph of ``pack``; raises KeyError, TypeError or ValueError when the parts do not fit."""
    n_items, entity_ids = int(meta["n_items"]), tuple(unpacked(arrays, "entity"))
    shape = (n_items, len(entity_ids))
    return KnowledgeGraph(
        name=meta["name"],
        fingerprint=meta["fingerprint"],
        ontology=_ontology(meta["ontology"]),
        entity_ids=entity_ids,
        labels=tuple(unpacked(arrays, "label")),
        n_items=n_items,
        links={facet: _matrix(arrays, facet, shape) for facet in meta["links"]},
        numbers={facet: arrays[f"number.{facet}"] for facet in meta["numbers"]},
        texts={facet: unpacked(arrays, f"text.{facet}") for facet in meta["texts"]},
        interactions=Interactions(
            user_ids=tuple(meta["user_ids"]),
            n_items=n_items,
            kind_names=tuple(meta["kinds"]),
            **{column: arrays[f"log.{column}"] for column in _COLUMNS},
            context={
                name: tuple(np.array(words, dtype=object)[arrays[f"context.{position}"]])
                for position, (name, words) in enumerate(meta["context"].items())
            },
        ),
        aliases={entity: tuple(names) for entity, names in meta["aliases"].items()},
        broader={value: tuple(parents) for value, parents in meta["broader"].items()},
        user_facts={
            user: {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
            for user, facts in meta["user_facts"].items()
        },
        people=_people(arrays, tuple(meta["people"])),
    ).validate()


def _people(arrays: Mapping[str, NDArray[Any]], ids: tuple[str, ...]) -> People:
    ones = np.ones(len(arrays["people.indices"]), dtype=np.float32)
    knows = sparse.csr_matrix((ones, arrays["people.indices"], arrays["people.indptr"]), shape=(len(ids), len(ids)))
    return People(ids, knows, arrays["people.kinds"], arrays["people.named"])


def _strings(kg: KnowledgeGraph) -> dict[str, Sequence[str]]:
    """Return what there are many strings of, by the names of their arrays."""
    return {
        "entity": kg.entity_ids,
        "label": kg.labels,
        **{f"text.{facet}": column for facet, column in kg.texts.items()},
    }


def _matrix(arrays: Mapping[str, NDArray[Any]], facet: str, shape: tuple[int, int]) -> sparse.csr_matrix:
    parts = (arrays[f"link.{facet}.data"], arrays[f"link.{facet}.indices"], arrays[f"link.{facet}.indptr"])
    matrix = sparse.csr_matrix(parts, shape=shape, copy=False)
    # Said here because it is true and cannot be found out and noted later: the maps are read-only.
    matrix.has_sorted_indices = True
    matrix.has_canonical_format = True
    return matrix


def _ontology(meta: Mapping[str, Any]) -> Ontology:
    def read(facet: Mapping[str, Any]) -> dict[str, Any]:
        # JSON knows only lists.
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in facet.items()}
        return {**values, "kind": FacetKind(facet["kind"])}

    facets = tuple(Facet(**read(facet)) for facet in meta["facets"])
    return Ontology(**{**meta, "facets": facets, "synonyms": tuple(meta["synonyms"])})
