"""A hash of a compiled graph, for graphs whose sources are no files (tables or an rdflib graph in memory)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kgrec.graph.knowledge import KnowledgeGraph


def fingerprint_of(graph: KnowledgeGraph) -> str:
    """Return 32 hexadecimal digits that depend on everything in the graph but its name."""
    digest = hashlib.blake2b(digest_size=16)
    for part in _parts(graph):
        digest.update(f"{len(part)}:".encode())
        digest.update(part)
    return digest.hexdigest()


def imported_part(fingerprint: str) -> str:
    """Return the part of a data set's fingerprint that its import determines; what came since determines the rest.

    >>> imported_part("af3-901"), imported_part("77b")
    ('af3', '77b')
    """
    return fingerprint.partition("-")[0]


def _parts(graph: KnowledgeGraph) -> Iterator[bytes]:
    words = (
        graph.ontology,
        graph.entity_ids,
        graph.labels,
        graph.n_items,
        graph.aliases,
        graph.broader,
        graph.user_facts,
    )
    for word in words:
        yield repr(word).encode("utf-8", "replace")
    for name, matrix in sorted(graph.links.items()):
        yield name.encode()
        for array in (matrix.data, matrix.indices, matrix.indptr):
            yield np.ascontiguousarray(array).tobytes()
    for name, column in sorted(graph.numbers.items()):
        yield name.encode() + column.tobytes()
    yield repr(sorted(graph.texts.items())).encode("utf-8", "replace")
    log = graph.interactions
    yield repr((log.user_ids, log.kind_names, sorted(log.context.items()))).encode("utf-8", "replace")
    for array in (log.users, log.items, log.ratings, log.times, log.kinds, log.amounts):
        yield array.tobytes()
    people = graph.people
    yield repr(people.ids).encode("utf-8", "replace")
    for array in (people.knows.indices, people.knows.indptr, people.kinds, people.is_named):
        yield array.tobytes()
