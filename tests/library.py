"""Forty books, for whatever needs a catalogue with more than a handful of items and a date."""

import pandas as pd

from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.graph import KnowledgeGraph

BASE = "https://w3id.org/kgrec/items/"


def facet(name: str, kind: FacetKind, **rest: object) -> Facet:
    return Facet(name, f"{BASE}facet/{name}", kind, name, f"{name}s", **rest)  # type: ignore[arg-type]


ONTOLOGY = Ontology(
    "books",
    f"{BASE}Book",
    BASE,
    "book",
    "books",
    (
        facet("author", FacetKind.ENTITY, phrase="by {value}", weight=1.5),
        facet("subject", FacetKind.CATEGORY, phrase="about {value}"),
        facet("shop", FacetKind.CATEGORY, weight=0.1),
        facet("renown", FacetKind.NUMBER, is_prior=True, weight=0.0),
        facet("published", FacetKind.DATE, weight=0.0),
        facet("edition", FacetKind.NUMBER, weight=0.0, more="newer"),
    ),
)


def library(ontology: Ontology = ONTOLOGY) -> KnowledgeGraph:
    """Return books b00 to b39, with the facets an ontology has.

    Book n is by author A(n modulo 6), about seas if n is odd and about stars otherwise, and all stand in one shop. The
    greater n, the newer and the less well known it is.
    """
    rows = [
        (f"b{n:02}", f"Book {n:02}", f"A{n % 6}", "seas" if n % 2 else "stars", "corner", 40 - n, 10_000 + n, n)
        for n in range(40)
    ]
    columns = ["item", "label", "author", "subject", "shop", "renown", "published", "edition"]
    table = pd.DataFrame(rows, columns=columns)
    table["published"] = pd.to_datetime(table["published"], unit="D").dt.strftime("%Y-%m-%d")
    own = ["item", "label", *(one.name for one in ontology.facets)]
    return KnowledgeGraph.from_frames(table[own], ontology=ontology)
