"""``kgrec import``: data of others made a data set of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kgrec.cli.options import Json, Name, examples
from kgrec.cli.output import emit, emit_json
from kgrec.cli.progress import progress_bar

imports = typer.Typer(
    name="import",
    help="Make a data set of MovieLens, RDF or CSV files, or of pairs and triples.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@imports.command(
    epilog=examples(
        "kgrec import movielens ml-latest-small.zip",
        "kgrec import movielens ml-latest-small --facts films-kg --texts tmdb-overviews --name films2",
    )
)
def movielens(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The folder or the zip.")],
    facts: Annotated[
        Path | None, typer.Option("--facts", metavar="DIR", help="A folder with triples about the films.")
    ] = None,
    texts: Annotated[
        Path | None, typer.Option("--texts", metavar="DIR", help="A folder or file with plot overviews.")
    ] = None,
    name: Name = None,
    json: Json = False,
) -> None:
    """Import a MovieLens data set: films, ratings, tags, and facts and texts from elsewhere."""
    from kgrec.ingest.movielens import import_movielens

    with progress_bar() as progress:
        folder = import_movielens(path, facts=facts, texts=texts, name=name, progress=progress)
    _tell(folder, is_json=json)


@imports.command(epilog=examples("kgrec import rdf books.ttl", "kgrec import rdf wines.jsonld --name wines"))
def rdf(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Turtle, N-Triples, RDF/XML or JSON-LD.")],
    name: Name = None,
    json: Json = False,
) -> None:
    """Import an RDF file; what it does not say of its facets is inferred."""
    from kgrec.ingest.rdf import import_rdf

    with progress_bar() as progress:
        folder = import_rdf(file, name=name, progress=progress)
    _tell(folder, is_json=json)


@imports.command(epilog=examples("kgrec import csv books.csv --ontology books.ttl --name books"))
def csv(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table, one row an item.")],
    ontology: Annotated[Path, typer.Option("--ontology", metavar="FILE", help="Says which column is what; Turtle.")],
    name: Name = None,
    json: Json = False,
) -> None:
    """Import a CSV table described by an ontology."""
    from kgrec.ingest.datasets import import_csv

    with progress_bar() as progress:
        folder = import_csv(file, ontology, name=name, progress=progress)
    _tell(folder, is_json=json)


@imports.command(epilog=examples("kgrec import pairs ratings_final.txt --triples kg.txt --name lastfm"))
def pairs(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A user and an item a line; with 0: not chosen.")],
    triples: Annotated[Path, typer.Option("--triples", metavar="FILE", help="An item, a relation and a value a line.")],
    name: Name = None,
    json: Json = False,
) -> None:
    """Import numbered users and items, and triples about the items."""
    from kgrec.ingest.pairs import import_pairs

    with progress_bar() as progress:
        folder = import_pairs(file, triples, name=name, progress=progress)
    _tell(folder, is_json=json)


def _tell(folder: Path, *, is_json: bool) -> None:
    """Say what was made of it and how to go on."""
    from kgrec.ingest.datasets import open_dataset

    summary = open_dataset(folder).graph().summary()
    if is_json:
        emit_json({**summary, "folder": str(folder)})
        return
    counts = ", ".join(f"{summary[what]:,} {what}" for what in ("items", "entities", "links", "users", "interactions"))
    emit(f"{summary['name']}: {counts}\n{folder}\nTalk about it: kgrec --data {summary['name']}")
