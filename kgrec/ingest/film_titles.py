"""Films of another collection, found among those of MovieLens by title and year.

Facts, overviews and ids elsewhere are keyed by the ids of today's MovieLens. A film of an older edition that is found
there by its title goes by its id from then on, and so gets its facts; the others keep the id they had, behind the name
of their data set. A year may differ by one: releases do.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import copy2
from typing import Final

from kgrec.errors import DataError
from kgrec.graph.ontology_reader import read_layout, read_ontology
from kgrec.graph.store import EmbeddedStore
from kgrec.ingest.archive import SourceFile
from kgrec.ingest.csv import open_table
from kgrec.ingest.datasets import ONTOLOGY
from kgrec.ingest.film_facts import tell_facts, tell_texts
from kgrec.ingest.movielens import Title, read_title, tmdb_ids
from kgrec.ingest.recbole import Atomic, TellItems
from kgrec.ingest.statements import Statements
from kgrec.resources import package_file
from kgrec.text import slug

_APART: Final = (0, -1, 1)
_COLUMNS: Final = {"class": "genres", "genre": "genres", "release_year": "year"}
"""What RecBole calls columns that the film ontology knows by another name."""
_log = logging.getLogger(__name__)


def by_title(movies: Path) -> dict[tuple[str, int], str]:
    """Return (slug of a title, year) → id for every name of every film in movies.csv; the first one counts."""
    table = open_table(movies, required=("movieId", "title"))
    movie, title = table.header.index("movieId"), table.header.index("title")
    found: dict[tuple[str, int], str] = {}
    for _, row in table.rows:
        read = read_title(row[title])
        for name in _names(read):
            found.setdefault((slug(name), int(read.year or 0)), row[movie])
    return found


def find(known: Mapping[tuple[str, int], str], title: Title) -> str | None:
    """Return the id of a film by any of its names, or None.

    >>> find({("heat", 1995): "6"}, read_title("Heat (1996)"))
    '6'
    """
    for apart in _APART:
        for name in _names(title):
            if found := known.get((slug(name), int(title.year or 0) + apart)):
                return found
    return None


def found_by_title(name: str, titles: Path, facts: Path | None = None, texts: Path | None = None) -> TellItems:
    """Return what tells of items that are films, with the film ontology and facts and texts from elsewhere.

    Args:
        name: of the data set that is made.
        titles: a MovieLens folder, or its movies.csv; links.csv beside it leads to ``texts`` by TMDB id.
        facts: as for :func:`kgrec.ingest.movielens.import_movielens`.
        texts: the same.
    """
    movies = titles / "movies.csv" if titles.is_dir() else titles

    def tell(folder: Path, items: Atomic | None, chosen: Sequence[str]) -> tuple[Statements, Mapping[str, str]]:
        if items is None or items.title is None:
            raise DataError("films are found by title, but there is no .item file with a title")
        copy2(package_file("ontology", "films.ttl"), folder / ONTOLOGY)
        store = EmbeddedStore()
        store.bulk_load(folder / ONTOLOGY, "turtle")
        statements = Statements(read_ontology(store), read_layout(store), store)
        ids = _tell_films(statements, items, by_title(movies), name)
        for item in chosen:
            if item not in ids:
                ids[item] = f"{name}-{item}"
                statements.item(ids[item], item)
        if facts is not None:
            tell_facts(statements, facts)
        if texts is not None:
            links = movies.parent / "links.csv"
            files = {"links.csv": SourceFile(links, str(links))} if links.is_file() else {}
            tell_texts(statements, texts, tmdb_ids(files))
        return statements, ids

    return tell


def _names(title: Title) -> tuple[str, ...]:
    return (title.label, *title.aliases)


def _tell_films(
    statements: Statements, items: Atomic, known: Mapping[tuple[str, int], str], name: str
) -> dict[str, str]:
    """Tell of all films by their own table; return item there → item here."""
    facets = {
        column: [facet for facet in statements.ontology.facets if _COLUMNS.get(column, column) in facet.columns]
        for column in items.types
    }
    year = next((column for column in items.types if _COLUMNS.get(column, column) == "year"), "")
    ids: dict[str, str] = {}
    for record in items.records():
        item, title = record["item_id"], record[items.title or ""]
        read = read_title(f"{title} ({record[year]})" if year and record[year].isdigit() else title)
        found = find(known, read)
        ids[item] = found if found and found not in statements.items else f"{name}-{item}"
        statements.item(ids[item], read.label, read.aliases)
        for column, own in facets.items():
            for facet in own:
                if not facet.kind.is_linked:
                    if record[column].isdigit():
                        statements.number(ids[item], facet, record[column])
                    continue
                for part in record[column].split():
                    statements.link(ids[item], facet, part)
    matched = sum(not here.startswith(f"{name}-") for here in ids.values())
    _log.info("%d of %d films found by title and year", matched, len(ids))
    return ids
