"""MindReader: what people say they like and dislike, of films and of whatever films are made of.

Items are all films of the data set; facts about them become facets as in other numbered data (kgrec.ingest.pairs),
with names. An opinion on a film is an interaction with rating 1 or -1; "don't know" (0) is none. Opinions on anything
else become facts about the user (kgrec.graph.opinions).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.errors import DataError
from kgrec.graph.interaction_table import InteractionTable
from kgrec.graph.ontology_inference import facet_name, plain_facet
from kgrec.graph.ontology_reader import TableLayout
from kgrec.graph.ontology_writer import ontology_triples
from kgrec.graph.opinions import DISLIKES, LIKES
from kgrec.graph.store import serialize
from kgrec.graph.vocabulary import ITEMS_BASE
from kgrec.ingest.csv import open_table
from kgrec.ingest.datasets import ONTOLOGY, finish, locate, new_dataset, write_interactions
from kgrec.ingest.fact_files import write_facts
from kgrec.ingest.statements import Statements
from kgrec.progress import Progress

_FACETS: Final = {
    "has_genre": ("genre", FacetKind.CATEGORY, 1.5),
    "directed_by": ("director", FacetKind.ENTITY, 1.2),
    "starring": ("actor", FacetKind.ENTITY, 0.8),
    "has_subject": ("subject", FacetKind.CATEGORY, 0.8),
    "from_decade": ("decade", FacetKind.CATEGORY, 0.5),
    "produced_by": ("company", FacetKind.ENTITY, 0.3),
    "followed_by": ("followed_by", FacetKind.ENTITY, 1.0),
}
_TO_FILMS: Final = frozenset({"followed_by"})
_STEPS: Final = 2
_Opinion = tuple[str, str, int, bool]


def import_mindreader(path: Path, name: str | None = None, progress: Progress | None = None) -> Path:
    """Make a data set of a MindReader folder; returns its folder. One of that name is replaced.

    Args:
        path: holds ratings.csv (user, entity, rating, is_movie), entities.csv (entity, label), movies.csv (uri, name,
            year) and triples.csv (head, relation, tail).
        name: of the data set; by default that of the folder.
        progress: told of each step.

    Raises:
        DataError: a missing file or column, at file:line.
    """
    name = name or path.resolve().name
    _tell(progress, 0)
    movies = {row["uri"]: row for row in _rows(path / "movies.csv", ("uri", "name", "year"))}
    labels = {row["entity"]: row["label"] for row in _rows(path / "entities.csv", ("entity", "label"))}
    opinions = _opinions(path / "ratings.csv")
    triples = [row for row in _rows(path / "triples.csv", ("head", "relation", "tail")) if row["head"] in movies]
    with new_dataset(name, {"kind": "mindreader", "path": str(path)}) as folder:
        ontology = _ontology(name, {row["relation"] for row in triples})
        (folder / ONTOLOGY).write_bytes(serialize(ontology_triples(ontology), "turtle"))
        statements = Statements(ontology, TableLayout(item_valued=_TO_FILMS))
        _tell_films(statements, movies, triples, labels)
        for item in dict.fromkeys(entity for _, entity, _, is_film in opinions if is_film):
            if item not in statements.items:
                statements.item(item, labels.get(item, item))
        for user, entity, rating, is_film in opinions:
            if not is_film:
                statements.user_fact(user, LIKES if rating > 0 else DISLIKES, value_id(entity))
        write_facts(folder, statements.facts(), statements.ontology)
        write_interactions(folder, _interactions(opinions))
        _tell(progress, 1)
        finish(folder, name)
    _tell(progress, _STEPS)
    return locate(name)


def value_id(entity: str) -> str:
    """Return the id here of what is no item there: wd:Q42 becomes value/Q42."""
    return f"value/{entity.rpartition(':')[2]}"


def _rows(path: Path, required: Sequence[str]) -> list[dict[str, str]]:
    table = open_table(path, required=required)
    return [dict(zip(table.header, row, strict=True)) for _, row in table.rows]


def _opinions(path: Path) -> list[_Opinion]:
    """Return (user, entity, 1 or -1, whether it is a film), each pair once, "don't know" left out."""
    found: dict[tuple[str, str], _Opinion] = {}
    for row in _rows(path, ("user", "entity", "rating", "is_movie")):
        if row["rating"] not in {"-1", "0", "1"}:
            raise DataError(f"{path}: the rating {row['rating'][:80]!r} is not -1, 0 or 1")
        if row["rating"] != "0":
            key = (row["user"], row["entity"])
            found.setdefault(key, (*key, int(row["rating"]), row["is_movie"] == "1"))
    return list(found.values())


def _ontology(name: str, relations: set[str]) -> Ontology:
    """Return an ontology with a facet for each relation; those that are not known by name become plain categories."""
    facets: list[Facet] = []
    for relation in sorted(relations, key=lambda relation: (relation not in _FACETS, relation)):
        word, kind, weight = _FACETS.get(relation, (facet_name(relation), FacetKind.CATEGORY, 1.0))
        facet = plain_facet(word, kind, iri=f"{ITEMS_BASE}facet/{word}", columns=(relation,))
        facets.append(replace(facet, weight=weight, prefix="value"))
    return Ontology(name, f"{ITEMS_BASE}Item", ITEMS_BASE, "film", "films", tuple(facets))


def _tell_films(
    statements: Statements,
    movies: Mapping[str, Mapping[str, str]],
    triples: Sequence[Mapping[str, str]],
    labels: Mapping[str, str],
) -> None:
    for movie, row in movies.items():
        statements.item(movie, f"{row['name']} ({row['year']})" if row["year"] else row["name"])
    facets = {column: facet for facet in statements.ontology.facets for column in facet.columns}
    for row in triples:
        if row["relation"] in facets:
            tail = row["tail"]
            label = labels.get(tail) or movies.get(tail, {}).get("name", tail)
            facet = facets[row["relation"]]
            value = tail if facet.name in _TO_FILMS else value_id(tail)
            statements.link(row["head"], facet, label, value=value)


def _interactions(opinions: Sequence[_Opinion]) -> InteractionTable:
    told = [opinion for opinion in opinions if opinion[3]]
    users, films, ratings = ([opinion[place] for opinion in told] for place in range(3))
    return InteractionTable(
        [str(user) for user in users], [str(film) for film in films], np.array(ratings, dtype=np.float64)
    )


def _tell(progress: Progress | None, done: int) -> None:
    if progress is not None:
        progress("compiling the graph" if done else "reading the opinions", done, _STEPS)
