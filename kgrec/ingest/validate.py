"""Check data against ontology/shapes.ttl with SHACL.

Slow and thorough, so it runs when somebody asks for it (``kgrec check --data``) and never inside a conversation.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kgrec.errors import DataError
from kgrec.graph.knowledge import KnowledgeGraph
from kgrec.graph.rdflib_border import triple_to_rdflib
from kgrec.graph.store import GraphStore
from kgrec.graph.views import graph_triples
from kgrec.resources import package_file
from kgrec.text import clean


@dataclass(frozen=True, slots=True)
class Problem:
    """One node that is not as its shape says."""

    node: str  # IRI
    message: str

    def __str__(self) -> str:
        return f"{self.node}: {self.message}"


def validate(source: GraphStore | KnowledgeGraph, shapes: Path | None = None) -> tuple[Problem, ...]:
    """Return what is wrong with a graph, sorted by node; empty when nothing is.

    ``shapes`` is a file of SHACL shapes, by default the one that ships.

    Raises:
        DataError: shapes that cannot be read.
    """
    import pyshacl
    import rdflib

    data = rdflib.Graph()
    triples = graph_triples(source) if isinstance(source, KnowledgeGraph) else source.triples()
    for triple in triples:
        data.add(triple_to_rdflib(triple))
    path = shapes or package_file("ontology", "shapes.ttl")
    rules = rdflib.Graph()
    try:
        rules.parse(path, format="turtle")
        _, report, _ = pyshacl.validate(data, shacl_graph=rules, inference="none", advanced=False)
    except (SyntaxError, pyshacl.errors.ReportableRuntimeError, pyshacl.errors.ShapeLoadError) as error:
        raise DataError(f"{path}: these shapes cannot be used: {error}") from error
    return tuple(sorted(_problems(report), key=str))


def _problems(report: object) -> set[Problem]:
    """Return the results of a report, which is a graph itself."""
    from rdflib import SH, Graph

    assert isinstance(report, Graph)
    found = set()
    for result in report.subjects(predicate=SH.resultSeverity):
        value = report.value(result, SH.value)
        message = clean(str(report.value(result, SH.resultMessage) or "not as its shape says"))
        found.add(
            Problem(
                node=str(report.value(result, SH.focusNode)),
                message=message if value is None else f"{message}, not {clean(str(value))!r}",
            )
        )
    return found
