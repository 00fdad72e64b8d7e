"""What lies behind a SPARQL endpoint, brought here: a whole graph, or the items of one class with all they are told by.

A conversation never waits for a network: the triples are copied once and then read as any file's would be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kgrec.graph.remote import RemoteStore, in_parts
from kgrec.graph.store import EmbeddedStore
from kgrec.graph.vocabulary import ALIASES, BROADER, HIDDEN, LABELS, TYPE

_NAMING: Final = (*LABELS, *ALIASES, HIDDEN, BROADER, TYPE)
"""What is asked about the values of items: what they are called, what they are, and what lies above them."""

Told = Callable[[int], None]
"""Hears how many nodes have been asked about."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A SPARQL endpoint; ``graph``: the IRI of a graph, "" the default one; ``item_class``: that of the items alone."""

    address: str
    graph: str = ""
    item_class: str = ""

    def origin(self) -> dict[str, str]:
        """Return it as source.json has it, without a password; raises StoreError if it is no address."""
        with RemoteStore(self.address, graph=self.graph) as remote:
            return {"kind": "endpoint", "path": remote.name, "graph": self.graph, "class": self.item_class}

    def copy(self, told: Told | None = None) -> EmbeddedStore:
        """Return a copy of what lies there, as :func:`fetch` does."""
        with RemoteStore(self.address, graph=self.graph) as remote:
            return fetch(remote, self.item_class, told)


def fetch(remote: RemoteStore, item_class: str = "", told: Told | None = None) -> EmbeddedStore:
    """Return a copy of the graph of an endpoint.

    Args:
        remote: the endpoint.
        item_class: the IRI of a class: only its instances come, with all that is told of them, and of what they point
            at the names, the classes and what lies above; "": everything whose subject is an IRI.
        told: hears of the progress.

    Raises:
        StoreError: the endpoint fails, or cuts its answers short.
    """
    store, asked = EmbeddedStore(), 0
    waiting: dict[ox.NamedNode, None] = {}
    done: set[ox.NamedNode] = set()
    for subjects in in_parts(remote.subjects(item_class)):
        triples = list(remote.about(subjects))
        store.add_batch(triples)
        done.update(subjects)
        if item_class:
            waiting.update(dict.fromkeys(_values(triples)))
        asked += len(subjects)
        if told is not None:
            told(asked)
    while todo := [node for node in waiting if node not in done]:
        waiting = {}
        for nodes in in_parts(todo):
            triples = list(remote.about(nodes, _NAMING))
            store.add_batch(triples)
            done.update(nodes)
            above = [triple for triple in triples if triple.predicate.value == BROADER]
            waiting.update(dict.fromkeys(_values(above)))
            asked += len(nodes)
            if told is not None:
                told(asked)
    return store


def _values(triples: Iterable[ox.Triple]) -> Iterable[ox.NamedNode]:
    return (
        triple.object
        for triple in triples
        if isinstance(triple.object, ox.NamedNode) and triple.predicate.value != TYPE
    )
