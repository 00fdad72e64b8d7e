"""The facts of a data set on disk: text that may be read and edited, or columns where there are too many to read.

N-Triples takes a hundred bytes a statement: of a million items that would be gigabytes, which nobody edits and which
take minutes to parse. From MOST_AS_TEXT items on the same facts are a folder of arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgrec.domain import FacetKind, Ontology
from kgrec.errors import DataError, StoreError
from kgrec.graph import facts as columns
from kgrec.graph.facts import Facts, Words
from kgrec.graph.views import number_literal
from kgrec.graph.vocabulary import BROADER, CONCEPT, KGREC, RDFS, SKOS, TYPE, USER_FACT, to_iri
from kgrec.ingest.datasets import COLUMNS, FACTS

MOST_AS_TEXT: Final = 50_000
"""So many items at most have their facts as text."""

_TYPE: Final = ox.NamedNode(TYPE)


def read_columns(folder: Path) -> Facts:
    """Return the facts that are columns, mapped into memory; raises DataError if they are damaged."""
    return columns.load(folder / COLUMNS)


def write_facts(folder: Path, facts: Facts, ontology: Ontology) -> None:
    """Write what a table tells into the folder of a data set, as text or as columns; raises DataError."""
    if len(facts.items) <= MOST_AS_TEXT:
        write_triples(folder, fact_triples(facts, ontology))
        return
    try:
        columns.save(facts, folder / COLUMNS)
    except StoreError as error:
        raise DataError(str(error)) from error


def write_triples(folder: Path, triples: Iterable[ox.Triple]) -> None:
    """Write facts.nt, its lines sorted so that equal facts give equal files."""
    lines = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert lines is not None
    (folder / FACTS).write_bytes(b"".join(sorted(set(lines.splitlines(keepends=True)))))


def fact_triples(facts: Facts, ontology: Ontology) -> Iterator[ox.Triple]:
    """Yield what a table tells as triples; they read back as the same facts."""
    nodes = [ox.NamedNode(to_iri(ontology.base, entity)) for entity in facts.entity_ids]
    item_class, position = ox.NamedNode(ontology.item_class), ox.NamedNode(f"{KGREC}position")
    for place, item in enumerate(facts.items.tolist(), 1):
        yield ox.Triple(nodes[item], _TYPE, item_class)
        yield ox.Triple(nodes[item], position, ox.Literal(place))
    for concept in facts.concepts.tolist():
        yield ox.Triple(nodes[concept], _TYPE, ox.NamedNode(CONCEPT))
    texts = {f"{RDFS}label": facts.names, f"{SKOS}altLabel": facts.aliases, **facts.texts}
    for iri, words in texts.items():
        yield from _text_triples(nodes, iri, words)
    for iri, (subjects, values) in {BROADER: facts.broader, **facts.links}.items():
        predicate = ox.NamedNode(iri)
        for subject, value in zip(subjects.tolist(), values.tolist(), strict=True):
            yield ox.Triple(nodes[subject], predicate, nodes[value])
    dates = {facet.iri for facet in ontology.facets if facet.kind is FacetKind.DATE}
    for iri, (subjects, numbers) in facts.numbers.items():
        predicate, kind = ox.NamedNode(iri), FacetKind.DATE if iri in dates else FacetKind.NUMBER
        for subject, number in zip(subjects.tolist(), numbers.tolist(), strict=True):
            yield ox.Triple(nodes[subject], predicate, number_literal(number, kind))
    for user, fact, said in facts.users:
        node = ox.NamedNode(to_iri(ontology.base, f"user/{user}"))
        yield ox.Triple(node, _TYPE, ox.NamedNode(f"{KGREC}User"))
        yield ox.Triple(node, ox.NamedNode(to_iri(USER_FACT, fact)), ox.Literal(said))


def _text_triples(nodes: list[ox.NamedNode], iri: str, words: Words) -> Iterator[ox.Triple]:
    predicate = ox.NamedNode(iri)
    for subject, text in zip(words.subjects.tolist(), words.texts, strict=True):
        yield ox.Triple(nodes[subject], predicate, ox.Literal(text))
