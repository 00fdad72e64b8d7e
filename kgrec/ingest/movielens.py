"""MovieLens folders and zips become a data set, with facts and plot overviews from elsewhere if given.

Only what MovieLens itself decided stands here: its file names, "Heat, The (1995)", "(no genres listed)". Which facet a
column or relation is, the film ontology says by its kgrec:column. Free tags count when several people used them; one
that names a genre or mood of the ontology is that, any other is a keyword.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from csv import writer
from dataclasses import dataclass
from pathlib import Path
from shutil import copy2
from typing import Final

from kgrec.domain import Facet
from kgrec.errors import DataError
from kgrec.graph.ontology_reader import read_layout, read_ontology
from kgrec.graph.store import EmbeddedStore
from kgrec.ingest.archive import SourceFile, unpacked
from kgrec.ingest.csv import Table, is_number, open_table
from kgrec.ingest.datasets import INTERACTIONS, ONTOLOGY, finish, locate, new_dataset
from kgrec.ingest.fact_files import write_facts
from kgrec.ingest.film_facts import tell_facts, tell_texts
from kgrec.ingest.fitting_rules import rules_that_fit
from kgrec.ingest.starter import put_starter
from kgrec.ingest.statements import Statements
from kgrec.progress import Progress, silent
from kgrec.resources import package_file
from kgrec.text import clean, slug

TAG_USES: Final = 5
"""So often a tag must have been used in all to count."""

_FILES: Final = ("movies.csv", "ratings.csv", "tags.csv", "links.csv")
_NO_GENRES: Final = "(no genres listed)"
_YEAR: Final = re.compile(r"^(?P<title>.*?)\s*\((?P<year>\d{4})(?:[–-]\d{0,4})?\)\s*$")
_OTHER_NAME: Final = re.compile(
    r"^(?P<title>.*\S)\s+\((?:a\.?k\.?a\.?:?\s+)?(?P<name>[^()]*(?:\([^()]*\)[^()]*)*)\)$", re.IGNORECASE
)
_ARTICLE: Final = re.compile(
    r"^(?P<title>.+), (?P<article>The|A|An|Les|Le|La|L'|El|Los|Las|Il|Lo|Gli|Der|Die|Das|Den|Det|De|Het|Une?|Eine?)$"
)
_UNFINISHED: Final = re.compile(r"(?:\b(?:or|and|of)|[:,&])$", re.IGNORECASE)
_REPORT_EVERY: Final = 50_000
_STEPS: Final = 5
_RULES: Final = "films.yaml"


def import_movielens(
    path: Path,
    facts: Path | None = None,
    texts: Path | None = None,
    name: str | None = None,
    progress: Progress | None = None,
) -> Path:
    """Make a data set of a MovieLens folder or zip; returns its folder.

    Args:
        path: holds movies.csv and ratings.csv, and maybe tags.csv and links.csv.
        facts: a folder with triples.csv (movieId, relation, entity), entities.csv (entity, label) and maybe
            genre_broader.csv and attributes.csv; facts about other films are skipped.
        texts: a CSV file, or a folder of them, with plot overviews by MovieLens or TMDB id.
        name: of the data set; by default that of the folder or zip. One of that name is replaced.
        progress: told of each step.

    Raises:
        DataError: a file that is missing, cut short or not what it should be, and where.
    """
    name = name or (path.stem if path.suffix == ".zip" else path.resolve().name)
    tell = progress or silent
    source = {"kind": "movielens", "path": str(path), "facts": str(facts or ""), "texts": str(texts or "")}
    with unpacked(path, _FILES, required=_FILES[:2]) as files, new_dataset(name, source) as folder:
        copy2(package_file("ontology", "films.ttl"), folder / ONTOLOGY)
        store = EmbeddedStore()
        store.bulk_load(folder / ONTOLOGY, "turtle")
        statements = Statements(read_ontology(store), read_layout(store), store)
        tell("reading films", 0, _STEPS)
        tell_films(statements, files)
        tell("reading facts", 1, _STEPS)
        if facts is not None:
            tell_facts(statements, facts)
        tell("reading texts", 2, _STEPS)
        if texts is not None:
            tell_texts(statements, texts, tmdb_ids(files))
        tell("writing facts", 3, _STEPS)
        write_facts(folder, statements.facts(), statements.ontology)
        _copy_ratings(files["ratings.csv"], folder / INTERACTIONS, statements.items.keys(), tell)
        tell("compiling the graph", 4, _STEPS)
        graph = finish(folder, name)
        shipped = package_file("rules", "films.yaml").read_text(encoding="utf-8")
        put_starter(folder, name, _RULES, rules_that_fit(shipped, graph))
    tell("compiling the graph", _STEPS, _STEPS)
    return locate(name)


# --- films ------------------------------------------------------------------------------------------------------------


def tell_films(statements: Statements, files: Mapping[str, SourceFile]) -> None:
    """Tell of all films: titles, years, genres, ids elsewhere and tags; raises DataError at file:line:column."""
    facets = {column: _facets(statements, column) for column in ("genres", "year", "tag")}
    table = open_table(*files["movies.csv"], required=("movieId", "title", "genres"))
    for line, row in table.rows:
        cells = dict(zip(table.header, row, strict=True))
        movie = cells["movieId"]
        if movie in statements.items:
            raise DataError(f"{table.place(line, 'movieId')}: the movieId {movie!r} occurs twice; is this one file?")
        title = read_title(cells["title"])
        statements.item(movie, title.label, title.aliases)
        for facet in facets["year"] if title.year else ():
            statements.number(movie, facet, title.year)
        for genre in cells["genres"].split("|") if cells["genres"] != _NO_GENRES else ():
            for facet in facets["genres"]:
                statements.link(movie, facet, genre)
    if "links.csv" in files:
        _tell_identifiers(statements, open_table(*files["links.csv"], required=("movieId",)))
    if "tags.csv" in files:
        _tell_tags(statements, open_table(*files["tags.csv"], required=("movieId", "tag")), facets["tag"])


def _facets(statements: Statements, column: str) -> tuple[Facet, ...]:
    """Return the facets that go by a column's name, in the ontology's order."""
    return tuple(facet for facet in statements.ontology.facets if column in facet.columns)


@dataclass(frozen=True, slots=True)
class Title:
    """What MovieLens writes in one string."""

    label: str
    year: str
    aliases: tuple[str, ...]


def read_title(text: str) -> Title:
    """Take a MovieLens title apart.

    >>> read_title("City of Lost Children, The (Cité des enfants perdus, La) (1995)")
    Title(label='The City of Lost Children', year='1995', aliases=('La Cité des enfants perdus',))
    """
    text = clean(text)
    dated = _YEAR.match(text)
    title, year = (dated["title"], dated["year"]) if dated else (text, "")
    aliases: list[str] = []
    while (named := _OTHER_NAME.match(title)) and not _UNFINISHED.search(named["title"]):
        title = named["title"]
        aliases.insert(0, _article_first(named["name"]))
    return Title(_article_first(title) or text, year, tuple(aliases))


def _article_first(title: str) -> str:
    moved = _ARTICLE.match(title.strip())
    if not moved:
        return title.strip()
    return f"{moved['article']}{'' if moved['article'].endswith(chr(39)) else ' '}{moved['title']}"


def _tell_identifiers(statements: Statements, table: Table) -> None:
    known = {column: iri for column, iri in statements.layout.identifiers.items() if column in table.header}
    for _, row in table.rows:
        cells = dict(zip(table.header, row, strict=True))
        for column, iri in known.items() if cells["movieId"] in statements.items else ():
            statements.identifier(cells["movieId"], iri, cells[column])


def tmdb_ids(files: Mapping[str, SourceFile]) -> dict[str, str]:
    """Return TMDB id → film id; empty without links.csv."""
    if "links.csv" not in files:
        return {}
    table = open_table(*files["links.csv"], required=("movieId", "tmdbId"))
    film, tmdb = table.header.index("movieId"), table.header.index("tmdbId")
    return {row[tmdb]: row[film] for _, row in table.rows if row[tmdb]}


def _tell_tags(statements: Statements, table: Table, facets: Sequence[Facet]) -> None:
    """Tell the tags that were used often, each as the first facet that declares it, else as the last."""
    film, tag = table.header.index("movieId"), table.header.index("tag")
    used = [(row[film], row[tag], slug(row[tag])) for _, row in table.rows]
    uses = Counter(key for _, _, key in used)
    for movie, label, key in dict.fromkeys(used):
        if uses[key] >= TAG_USES and movie in statements.items and facets:
            declaring = [facet for facet in facets if statements.has_concept(facet, label)]
            statements.link(movie, (declaring or facets[-1:])[0], label)


# --- ratings ----------------------------------------------------------------------------------------------------------


def _copy_ratings(source: SourceFile, target: Path, films: Container[str], tell: Progress) -> None:
    """Write interactions.csv; raises DataError for a rating of an unknown film or one that is no number."""
    table = open_table(*source, required=("userId", "movieId", "rating"))
    user, film, rating = (table.header.index(column) for column in ("userId", "movieId", "rating"))
    time = table.header.index("timestamp") if "timestamp" in table.header else None
    total = _count_lines(source.path)
    with target.open("w", encoding="utf-8", newline="") as file:
        out = writer(file, lineterminator="\n")
        out.writerow(("user", "item", "rating", "timestamp"))
        for count, (line, row) in enumerate(table.rows):
            if row[film] not in films:
                raise DataError(
                    f"{table.place(line, 'movieId')}: no film {row[film]!r} in movies.csv; is one cut short?"
                )
            if not is_number(row[rating]):
                raise DataError(f"{table.place(line, 'rating')}: the rating {row[rating][:80]!r} is no number")
            out.writerow((row[user], row[film], row[rating], row[time] if time is not None else ""))
            if count % _REPORT_EVERY == 0:
                tell("copying ratings", count, total)


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
