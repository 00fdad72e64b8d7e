"""Data sets of numbered things: who chose what, and triples about it, as papers on graph recommendation publish them.

Two plain tables without a header, their cells apart by tabs, commas or spaces: ``user item`` or ``user item label``
(rows whose label is 0 are negatives that somebody drew at random, and are left out), and ``head relation tail``.
Relations become facets; a tail is one value whatever relation leads to it; nothing has a name but its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from kgrec.domain import Facet, Ontology
from kgrec.errors import DataError
from kgrec.graph.interaction_table import InteractionTable
from kgrec.graph.ontology_inference import facet_name, plain_facet, string_kind
from kgrec.graph.ontology_reader import TableLayout
from kgrec.graph.ontology_writer import ontology_triples
from kgrec.graph.store import serialize
from kgrec.graph.vocabulary import ITEMS_BASE
from kgrec.ingest.datasets import ONTOLOGY, finish, locate, new_dataset, write_interactions
from kgrec.ingest.fact_files import write_facts
from kgrec.ingest.people import import_people
from kgrec.ingest.statements import Statements
from kgrec.progress import Progress

_APART: Final = re.compile(r"[\t,]|\s+")
_NEGATIVE: Final = "0"
_TRIPLE: Final = 3


def import_pairs(
    pairs: Path,
    triples: Path,
    name: str | None = None,
    progress: Progress | None = None,
    friends: Path | None = None,
) -> Path:
    """Make a data set of user-item pairs and triples about the items; returns its folder. One of that name is replaced.

    Args:
        pairs: ``user item`` or ``user item label`` a line; a label of 0 means that the pair never happened.
        triples: ``head relation tail`` a line; those whose head is in no pair are left out.
        name: of the data set; by default that of the folder of the pairs.
        progress: told of each step.
        friends: who knows whom, see :func:`kgrec.ingest.people.import_people`.

    Raises:
        DataError: at file:line, a file that is missing or a row that has too few cells.
    """
    name = name or pairs.resolve().parent.name
    told = [row for row in _rows(pairs, 2) if len(row) == 2 or row[2] != _NEGATIVE]  # noqa: PLR2004  (no label)
    items = dict.fromkeys(row[1] for row in told)
    known = [row for row in _rows(triples, _TRIPLE) if row[0] in items]
    if not told or not known:
        raise DataError(f"{triples if told else pairs}: no row is left of it; are its columns in the right order?")
    source = {"kind": "pairs", "path": str(pairs), "triples": str(triples)}
    with new_dataset(name, source) as folder:
        _report(progress, 0)
        ontology = _ontology(name, known, len(items))
        (folder / ONTOLOGY).write_bytes(serialize(ontology_triples(ontology), "turtle"))
        statements = Statements(ontology, TableLayout())
        for item in items:
            statements.item(item, item)
        facets = {column: facet for facet in ontology.facets for column in facet.columns}
        for head, relation, tail in known:
            statements.link(head, facets[relation], tail, value=f"value/{tail}")
        write_facts(folder, statements.facts(), statements.ontology)
        rows = list(dict.fromkeys((user, item) for user, item, *_ in told))
        users, chosen = [user for user, _ in rows], [item for _, item in rows]
        write_interactions(folder, InteractionTable(users, chosen, np.empty(0), np.empty(0, dtype=np.int64), {}))
        if friends is not None:
            import_people(friends, frozenset(users), folder)
        _report(progress, 1)
        finish(folder, name)
    _report(progress, 2)
    return locate(name)


def _rows(path: Path, least: int) -> Iterator[list[str]]:
    """Go through the rows of a table as cells; raises DataError at file:line for one with fewer than ``least``."""
    try:
        with path.open(encoding="utf-8") as file:
            for line, text in enumerate(file, 1):
                cells = _APART.split(text.strip())
                if cells == [""]:
                    continue
                if len(cells) < least or "" in cells[:least]:
                    raise DataError(f"{path}:{line}: {text.strip()[:80]!r} has not the {least} cells a row needs")
                yield cells[:_TRIPLE]
    except FileNotFoundError:
        raise DataError(f"there is no file {path}") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 at byte {error.start}; convert it") from None


def _ontology(name: str, triples: Sequence[Sequence[str]], n_items: int) -> Ontology:
    """Return an ontology with a facet for each relation, the most frequent first."""
    tails: dict[str, list[str]] = {}
    for _, relation, tail in triples:
        tails.setdefault(relation, []).append(tail)
    facets: dict[str, Facet] = {}
    for relation, values in sorted(tails.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        word = facet_name(relation) or "relation"
        if word in facets:
            word = next(f"{word}_{number}" for number in range(2, len(tails) + 2) if f"{word}_{number}" not in facets)
        iri = f"{ITEMS_BASE}facet/{word}"
        facets[word] = plain_facet(word, string_kind(values, n_items), iri=iri, columns=(relation,))
    return Ontology(name, f"{ITEMS_BASE}Item", ITEMS_BASE, "item", "items", tuple(facets.values()))


def _report(progress: Progress | None, done: int) -> None:
    if progress is not None:
        progress("compiling the graph" if done else "reading the pairs", done, 2)
