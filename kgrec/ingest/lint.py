"""Check data for what shapes cannot say: doubles, two spellings of one name, words outside a vocabulary, loose links.

SHACL looks at one node at a time; these lints compare nodes with each other. They know nothing of any domain: what is
a name, a vocabulary or a link between items is declared in the ontology, and so is that two similar names are of two
things (``owl:differentFrom``), as no threshold can tell a misspelt name from a namesake. Like the shapes they run only
when somebody asks (``kgrec check``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np

from kgrec.domain import Facet, FacetKind
from kgrec.graph.knowledge import KnowledgeGraph
from kgrec.graph.ontology_reader import read_layout, read_ontology
from kgrec.graph.store import EmbeddedStore
from kgrec.graph.vocabulary import LABELS, SKOS, to_id, to_iri
from kgrec.ingest.csv import csv_statements
from kgrec.ingest.datasets import Dataset
from kgrec.ingest.validate import Problem
from kgrec.text import clean, fold

_DIFFERENT: Final = "http://www.w3.org/2002/07/owl#differentFrom"
_LONG: Final = 10
"""Letters from which on one edit makes a misspelling likelier than a namesake: Joel Coen is not Joel Cohen."""
_LONG_WORD: Final = 4
"""Letters of a word in which an edit can be a slip."""
_END: Final = 4
"""Of two such names that are one edit apart the first or the last four letters are equal."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What an ontology file declares about values and the compiled graph does not keep.

    Attributes:
        concepts: id → name of its concepts; None where values come from elsewhere and vocabularies do not bind.
        item_valued: the facets whose values must be items.
        different: pairs of ids that are similar in name and yet two things.
    """

    concepts: Mapping[str, str] | None = None
    item_valued: frozenset[str] = frozenset()
    different: frozenset[frozenset[str]] = field(default_factory=frozenset)


def lint_dataset(dataset: Dataset, graph: KnowledgeGraph) -> tuple[Problem, ...]:
    """Return what ``lint`` finds in a data set's graph, and the links of a shipped table that lead to no item.

    Controlled vocabularies bind only the data sets made from a CSV file, whose ontology was written for it. MovieLens
    and RDF imports bring words of their own. The loose links of an imported table were left out, and logged, when it
    was imported; they can no longer be found here.

    Raises:
        DataError, OntologyError: sources that cannot be read.
    """
    sources = dataset.sources()
    problems = lint(graph, read_declared(sources[0], is_closed=dataset.is_table()))
    if sources[1].suffix != ".csv":
        return problems
    return tuple(sorted((*problems, *_left_out(sources[1], sources[0])), key=str))


def lint(graph: KnowledgeGraph, declared: Declared | None = None) -> tuple[Problem, ...]:
    """Return what is wrong between the nodes of a graph, sorted by node; empty when nothing is."""
    declared = declared or Declared()
    found = {*_doubles(graph, declared), *_spellings(graph, declared)}
    found |= {*_outside_vocabulary(graph, declared), *_no_items(graph, declared)}
    return tuple(sorted(found, key=str))


def read_declared(ontology: Path, *, is_closed: bool) -> Declared:
    """Return what an ontology file declares; ``is_closed``: its vocabularies bind.

    Raises:
        DataError, OntologyError: a file that cannot be read or makes no sense.
    """
    store = EmbeddedStore()
    store.bulk_load(ontology, "turtle")
    base = read_ontology(store).base
    concepts: dict[str, str] = {}
    for label in reversed(LABELS):  # the best kind of name last, so that it stays
        query = f"SELECT ?node ?label {{ ?node a <{SKOS}Concept> ; <{label}> ?label }}"
        concepts |= {to_id(base, node.value): clean(name.value) for node, name in store.select(query) if node and name}
    pairs = store.select(f"SELECT ?one ?other {{ ?one <{_DIFFERENT}> ?other }}")
    return Declared(
        concepts=concepts if is_closed else None,
        item_valued=read_layout(store).item_valued,
        different=frozenset(
            frozenset((to_id(base, one.value), to_id(base, other.value))) for one, other in pairs if one and other
        ),
    )


# --- doubles --------------------------------------------------------------------------------------------------------


def _doubles(graph: KnowledgeGraph, declared: Declared) -> Iterator[Problem]:
    """Yield each item that has the name and the qualifier of an earlier one."""
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    qualifiers = graph.numbers.get(graph.ontology.qualifier)
    for number, item in enumerate(graph.item_ids):
        label = graph.labels[number]
        qualifier = "" if qualifiers is None else f"{qualifiers[number]:g}"
        same[fold(label) or label, qualifier].append(item)
    for items in same.values():
        for one, other in combinations(items, 2):
            if frozenset((one, other)) not in declared.different:
                yield _problem(
                    graph, other, f"{graph.label(other)!r} has the name of {one!r}; drop one or tell them apart"
                )


# --- names ----------------------------------------------------------------------------------------------------------


def _spellings(graph: KnowledgeGraph, declared: Declared) -> Iterator[Problem]:
    """Yield each pair of values that look like two spellings of one name."""
    for values in _kinds_of_things(graph):
        names = {value: fold(graph.labels[value]) for value in values}
        for one, other in {*_same_words(names), *_one_edit_apart(names)}:
            if frozenset((graph.entity_ids[one], graph.entity_ids[other])) not in declared.different:
                yield _problem(
                    graph,
                    graph.entity_ids[other],
                    f"{graph.labels[other]!r} and {graph.labels[one]!r} look like one name; spell it one way, "
                    "or declare them owl:differentFrom each other",
                )


def _kinds_of_things(graph: KnowledgeGraph) -> list[list[int]]:
    """Return the values of the entity facets, no items; facets that share a value (people) share a list."""
    kinds: list[set[int]] = []
    for facet in graph.linked_facets:
        if facet.kind is FacetKind.ENTITY:
            values = {int(value) for value in graph.values(facet.name) if value >= graph.n_items}
            shared = [kind for kind in kinds if kind & values]
            kinds = [kind for kind in kinds if not kind & values] + [values.union(*shared)]
    return [sorted(kind) for kind in kinds]


def _same_words(names: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """Yield pairs of the same words in any order, but for middle initials that only one of the two has."""
    alike: dict[tuple[str, ...], list[tuple[int, list[str]]]] = defaultdict(list)
    for value, name in names.items():
        words = name.split()
        middle = [word for word in words[1:-1] if len(word) == 1 and word.isalpha()]
        kept = [words[0], *(word for word in words[1:-1] if word not in middle), *words[1:][-1:]] if words else []
        if kept:
            alike[tuple(sorted(kept))].append((value, middle))
    for group in alike.values():
        for (one, initials), (other, others) in combinations(group, 2):
            if initials == others or not initials or not others:
                yield one, other


def _one_edit_apart(names: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """Yield pairs of long names, one letter or one swap apart."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cdist

    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for value, name in names.items():
        if sum(map(str.isalpha, name)) >= _LONG:
            blocks["begins", name[:_END]].append(value)
            blocks["ends", name[-_END:]].append(value)
    for block in blocks.values():
        if len(block) > 1:
            told = [names[value] for value in block]
            near = cdist(told, told, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8) == 1
            for row, column in np.argwhere(np.triu(near, 1)):
                one, other = told[row], told[column]
                if _is_misspelling(one, other):
                    yield block[row], block[column]


def _is_misspelling(one: str, other: str) -> bool:
    """Whether one edit between two names is likelier a slip than a difference.

    Other numbers (part 2, part 3), other ends, and other short words (Jr. and Sr., Guy and Gay) are differences.
    """
    if [one[0], one[-1], *filter(str.isdigit, one)] != [other[0], other[-1], *filter(str.isdigit, other)]:
        return False
    pairs = zip(one.split(), other.split(), strict=False)
    return one.count(" ") != other.count(" ") or all(a == b or min(len(a), len(b)) >= _LONG_WORD for a, b in pairs)


# --- vocabularies and links -----------------------------------------------------------------------------------------


def _outside_vocabulary(graph: KnowledgeGraph, declared: Declared) -> Iterator[Problem]:
    """Yield the values of controlled facets that no concept of the ontology is."""
    if declared.concepts is None:
        return
    for facet in graph.linked_facets:
        if facet.is_controlled:
            used = [graph.entity_ids[value] for value in graph.values(facet.name)]
            for value in used:
                if value not in declared.concepts:
                    yield _problem(graph, value, _not_declared(graph, facet, value, declared.concepts))


def _not_declared(graph: KnowledgeGraph, facet: Facet, value: str, concepts: Mapping[str, str]) -> str:
    from rapidfuzz.process import extractOne

    label, vocabulary = graph.label(value), value.partition("/")[0]
    names = [name for concept, name in concepts.items() if concept.partition("/")[0] == vocabulary]
    near = extractOne(label, names, score_cutoff=70)
    item = int(graph.items_of[facet.name][:, [graph.index(value)]].indices[0])
    hint = f"did you mean {near[0]!r}?" if near else "declare it as a skos:Concept or use one that is"
    return f"the {facet.label} {label!r} of {graph.label(item)!r} is not in the vocabulary; {hint}"


def _no_items(graph: KnowledgeGraph, declared: Declared) -> Iterator[Problem]:
    """Yield the items that a link between items leads from to something else."""
    for facet in graph.linked_facets:
        if facet.name in declared.item_valued:
            matrix = graph.links[facet.name].tocoo()
            for item, value in zip(matrix.row.tolist(), matrix.col.tolist(), strict=True):
                if value >= graph.n_items:
                    target = graph.entity_ids[value]
                    yield _problem(graph, graph.entity_ids[item], _leads_nowhere(facet, target))


def _left_out(table: Path, ontology_path: Path) -> Iterator[Problem]:
    """Yield the links between items that could not be made from a table."""
    store = EmbeddedStore()
    store.bulk_load(ontology_path, "turtle")
    ontology = read_ontology(store)
    facets = {facet.iri: facet for facet in ontology.facets}
    for item, property_iri, target in csv_statements(table, ontology, read_layout(store), store).loose_links():
        yield Problem(item, _leads_nowhere(facets[property_iri], target))


def _leads_nowhere(facet: Facet, target: str) -> str:
    return f"the {facet.label} {target!r} is not among the items; add it or drop the link"


def _problem(graph: KnowledgeGraph, entity: str, message: str) -> Problem:
    return Problem(to_iri(graph.ontology.base, entity), message)
