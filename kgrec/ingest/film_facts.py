"""Facts and texts about MovieLens films that others have gathered.

Facts are a folder of tables (see ``tell_facts``) whose relations and columns the film ontology knows by its
kgrec:column. Values are those of the ontology where it has one of that name ("film noir" is its Film Noir), and the
ontology's own hierarchy stands: harvested broader links only place the values it does not know.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kgrec.domain import Facet, FacetKind
from kgrec.errors import DataError
from kgrec.graph.hierarchy import without_cycles
from kgrec.ingest.csv import Table, open_table
from kgrec.ingest.statements import Statements

_FILM_KEYS: Final = ("movieId", "item")
_TMDB_KEYS: Final = ("tmdbId", "tmdb_id", "id")
_log = logging.getLogger(__name__)


def tell_facts(statements: Statements, folder: Path) -> None:
    """Tell what a folder of tables says about the films told so far; facts about others are skipped.

    triples.csv (movieId, relation, entity) and entities.csv (entity, label) must be there; genre_broader.csv (genre,
    broader) and attributes.csv (movieId and one column a facet) may be.

    Raises:
        DataError: a missing file or column, or a cell that is no number, at file:line:column.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder of facts")
    labels = _labels(open_table(folder / "entities.csv", required=("entity", "label")))
    _tell_triples(statements, open_table(folder / "triples.csv", required=("movieId", "relation", "entity")), labels)
    if (folder / "attributes.csv").is_file():
        _tell_attributes(statements, open_table(folder / "attributes.csv", required=("movieId",)))
    if (folder / "genre_broader.csv").is_file():
        _tell_hierarchy(statements, open_table(folder / "genre_broader.csv", required=("genre", "broader")), labels)


def _labels(table: Table) -> dict[str, str]:
    entity, label = table.header.index("entity"), table.header.index("label")
    return {row[entity]: row[label] for _, row in table.rows}


def _facets(statements: Statements) -> dict[str, Facet]:
    return {word: facet for facet in statements.ontology.facets for word in (facet.name, *facet.columns)}


def _name(entity: str, labels: Mapping[str, str]) -> str:
    """Return what an entity is called; without a label its id's last part, readable."""
    return labels.get(entity) or entity.partition(":")[2].replace("-", " ") or entity


def _id(entity: str) -> str:
    """Return the id here of an entity there: person:jim-varney becomes person/jim-varney."""
    return entity.replace(":", "/", 1)


def _tell_triples(statements: Statements, table: Table, labels: Mapping[str, str]) -> None:
    facets = _facets(statements)
    film, relation, entity = (table.header.index(column) for column in ("movieId", "relation", "entity"))
    skipped, unknown = 0, set()
    for _, row in table.rows:
        facet = facets.get(row[relation])
        if facet is None or not facet.kind.is_linked:
            unknown.add(row[relation])
        elif row[film] not in statements.items:
            skipped += 1
        elif facet.name in statements.layout.item_valued:
            statements.link(row[film], facet, "", value=row[entity].rpartition(":")[2])
        else:
            statements.link(row[film], facet, _name(row[entity], labels), value=_id(row[entity]))
    if unknown:
        _log.warning("%s: the ontology knows no relation %s; skipped", table.shown, ", ".join(sorted(unknown)))
    if skipped:
        _log.info("%s: %d facts about other films skipped", table.shown, skipped)


def _tell_attributes(statements: Statements, table: Table) -> None:
    """Tell the columns; a number that is known already, such as the year in a title, stays."""
    known = {column: facet for column, facet in _facets(statements).items() if column in table.header}
    for line, row in table.rows:
        cells = dict(zip(table.header, row, strict=True))
        movie = cells["movieId"]
        for column, facet in known.items() if movie in statements.items else ():
            if facet.kind.is_numeric and statements.has_number(movie, facet):
                continue
            try:
                statements.cell(movie, facet, cells[column])
            except ValueError:
                place = table.place(line, column)
                raise DataError(f"{place}: {column} {cells[column][:80]!r} is no {facet.kind}") from None


def _tell_hierarchy(statements: Statements, table: Table, labels: Mapping[str, str]) -> None:
    facet = _facets(statements).get("genre")
    if facet is None:
        _log.warning("%s: the ontology has no facet for it; skipped", table.shown)
        return
    narrower, broader = table.header.index("genre"), table.header.index("broader")
    edges: list[tuple[int, int]] = []
    told: dict[int | None, str] = {}
    for _, row in table.rows:
        names = [_name(row[column], labels) for column in (narrower, broader)]
        if statements.has_concept(facet, names[0]):
            continue
        nodes = [
            statements.value(facet, name, value=_id(row[column]))
            for name, column in zip(names, (narrower, broader), strict=True)
        ]
        if nodes[0] is not None and nodes[1] is not None:
            edges.append((nodes[0], nodes[1]))
            told |= zip(nodes, names, strict=True)
    kept, dropped = without_cycles([*statements.declared_broader, *dict.fromkeys(edges)])
    for below, above in kept[len(statements.declared_broader) :]:
        statements.broader(below, above)
    for below, above in dropped:
        _log.info("%s: %s below %s would close a circle; left out", table.shown, told[below], told[above])


# --- texts ------------------------------------------------------------------------------------------------------------


def tell_texts(statements: Statements, path: Path, tmdb: Mapping[str, str]) -> None:
    """Tell the texts in a CSV file, or in all those of a folder in order of name; the first of a film counts.

    A table names films by a column movieId or item, or by tmdbId, tmdb_id or id, which ``tmdb`` (TMDB id → film)
    translates; the texts stand in a column that a text facet goes by.

    Raises:
        DataError: no such file, or none that has such columns.
    """
    paths = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    columns = {word: facet for word, facet in _facets(statements).items() if facet.kind is FacetKind.TEXT}
    told: set[str] = set()
    usable = 0
    for file in paths:
        table = open_table(file)
        key = next((column for column in (*_FILM_KEYS, *_TMDB_KEYS) if column in table.header), None)
        text = next((column for column in columns if column in table.header), None)
        if key is None or text is None:
            _log.info("%s: no column with films or none with texts; skipped", table.shown)
            continue
        usable += 1
        film, cell = table.header.index(key), table.header.index(text)
        for _, row in table.rows:
            movie = row[film] if key in _FILM_KEYS else tmdb.get(row[film], "")
            if movie in statements.items and movie not in told and row[cell].strip():
                told.add(movie)
                statements.text(movie, columns[text], row[cell])
    if not usable:
        raise DataError(
            f"{path}: no CSV file with films ({', '.join((*_FILM_KEYS, *_TMDB_KEYS))}) and texts ({', '.join(columns)})"
        )
    _log.info("%s: texts of %d films", path, len(told))
