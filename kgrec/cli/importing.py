"""``kgrec import``: data of others made a data set of one's own."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from kgrec.cli.options import Json, Name, examples
from kgrec.cli.output import emit, emit_json
from kgrec.cli.progress import progress_bar

imports = typer.Typer(
    name="import",
    help="Make a data set of MovieLens, RecBole, MindReader, RDF or CSV files, or of pairs and triples.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Friends = Annotated[
    Path | None,
    typer.Option(
        "--friends",
        metavar="FILE",
        help="Which users know which: user, friend, maybe kind and consent; of two rows of a pair the last counts.",
    ),
]


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


@imports.command(
    epilog=examples(
        "kgrec import rdf books.ttl",
        "kgrec import rdf wines.jsonld --name wines",
        "kgrec import rdf --graph http://localhost:7878/query --name wines",
    )
)
def rdf(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Turtle, N-Triples, RDF/XML or JSON-LD.", show_default=False)
    ] = None,
    graph: Annotated[
        str | None, typer.Option("--graph", metavar="URL", help="A SPARQL endpoint, in place of a file.")
    ] = None,
    named_graph: Annotated[
        str, typer.Option("--named-graph", metavar="IRI", help="Which graph of the endpoint; its default one without.")
    ] = "",
    item_class: Annotated[
        str, typer.Option("--class", metavar="IRI", help="Of the endpoint only the items of this class.")
    ] = "",
    shapes: Annotated[
        Path | None, typer.Option("--shapes", metavar="FILE", help="SHACL shapes (Turtle) that the data must fit.")
    ] = None,
    language: Annotated[
        str, typer.Option("--language", metavar="TAG", help="Whose labels are read where there are several: de, pt-BR.")
    ] = "",
    name: Name = None,
    json: Json = False,
) -> None:
    """Import an RDF file, or what lies behind a SPARQL endpoint; what is not said of the facets is inferred."""
    from kgrec.ingest.endpoint import Endpoint
    from kgrec.ingest.rdf import import_rdf

    if (file is None) == (graph is None):
        raise typer.BadParameter("name a file, or an endpoint with --graph", param_hint="FILE")
    if graph is None and (named_graph or item_class):
        raise typer.BadParameter("this goes with --graph", param_hint="--named-graph, --class")
    if graph is not None and not name:
        raise typer.BadParameter("say what to call what lies there", param_hint="--name")
    source = Endpoint(graph, named_graph, item_class) if graph is not None else file
    assert source is not None, "one of them is given"
    with progress_bar() as progress:
        folder = import_rdf(source, name, progress, shapes, language)
    _tell(folder, is_json=json)


@imports.command(
    epilog=examples(
        "kgrec import csv beers.csv",
        "kgrec import csv beers.csv breweries.csv --ratings ratings.csv --users users.csv",
        "kgrec import csv artists.dat --ratings plays.dat --friends friends.dat --name music",
        "kgrec import csv books.csv --ontology books.ttl --name books",
        "kgrec import csv --ratings visits.csv",
        'kgrec import csv "shop.xlsx#Goods" --ratings "shop.xlsx#Orders"',
    )
)
def csv(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...",
            help="A table, one row an item; then tables that say more of them. None: the items are those rated.",
            show_default=False,
        ),
    ] = None,
    ratings: Annotated[
        Path | None, typer.Option("--ratings", metavar="FILE", help="User, item and maybe rating and time a row.")
    ] = None,
    users: Annotated[
        list[Path] | None, typer.Option("--users", metavar="FILE", help="What is known of users; may be repeated.")
    ] = None,
    friends: Friends = None,
    ontology: Annotated[
        Path | None,
        typer.Option(
            "--ontology", metavar="FILE", help="Says which column is what (Turtle); without, it is found out."
        ),
    ] = None,
    name: Name = None,
    json: Json = False,
) -> None:
    """Import tables: CSV of any kind, sheets of .xlsx, or JSON lists of records.

    What the columns are is found out, told with how sure it is, and written down as an ontology to be edited and given
    back with --ontology. The data set takes the first file's name.
    """
    from kgrec.cli.import_report import report_lines
    from kgrec.ingest.importing import Files, import_tables

    if not files and ratings is None:
        raise typer.BadParameter("name a table, or ratings with --ratings", param_hint="FILE")
    if friends is not None and ratings is None:
        raise typer.BadParameter("it tells of users; say what they did with --ratings", param_hint="--friends")
    with progress_bar() as progress:
        made = import_tables(Files(tuple(files or ()), ratings, tuple(users or ()), ontology, friends), name, progress)
    if not json and made.columns:
        emit("\n".join(report_lines(made)))
    _tell(made.folder, is_json=json)


@imports.command(epilog=examples("kgrec import pairs ratings_final.txt --triples kg.txt --name lastfm"))
def pairs(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A user and an item a line; with 0: not chosen.")],
    triples: Annotated[Path, typer.Option("--triples", metavar="FILE", help="An item, a relation and a value a line.")],
    friends: Friends = None,
    name: Name = None,
    json: Json = False,
) -> None:
    """Import numbered users and items, and triples about the items."""
    from kgrec.ingest.pairs import import_pairs

    with progress_bar() as progress:
        folder = import_pairs(file, triples, name, progress, friends)
    _tell(folder, is_json=json)


@imports.command(
    epilog=examples(
        "kgrec import recbole dataset/ml-100k",
        "kgrec import recbole ml-100k --titles ml-latest-small --facts films-kg --texts tmdb-overviews",
    )
)
def recbole(
    path: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with NAME.inter, maybe .item and .user.")],
    titles: Annotated[
        Path | None,
        typer.Option("--titles", metavar="DIR", help="MovieLens, where films are found by title and year."),
    ] = None,
    facts: Annotated[
        Path | None, typer.Option("--facts", metavar="DIR", help="A folder with triples about the films found there.")
    ] = None,
    texts: Annotated[
        Path | None, typer.Option("--texts", metavar="DIR", help="A folder or file with plot overviews.")
    ] = None,
    name: Name = None,
    json: Json = False,
) -> None:
    """Import RecBole's atomic files: interactions, items and users.

    Its .kg and .link are not read: the .link bundled with MovieLens 100K names other films than it should.
    """
    from kgrec.ingest.film_titles import found_by_title
    from kgrec.ingest.recbole import dataset_name, import_recbole

    if titles is None and (facts is not None or texts is not None):
        raise typer.BadParameter("they are found by title; say where with --titles", param_hint="--facts, --texts")
    name = name or dataset_name(path)
    found = found_by_title(name, titles, facts, texts) if titles is not None else None
    with progress_bar() as progress:
        folder = import_recbole(path, name=name, progress=progress, tell_items=found)
    _tell(folder, is_json=json)


@imports.command(epilog=examples("kgrec import mindreader mindreader --name mindreader"))
def mindreader(
    path: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with ratings, entities, movies, triples.")],
    name: Name = None,
    json: Json = False,
) -> None:
    """Import MindReader: what people like and dislike, of films and of anything they are made of."""
    from kgrec.ingest.mindreader import import_mindreader

    with progress_bar() as progress:
        folder = import_mindreader(path, name=name, progress=progress)
    _tell(folder, is_json=json)


def _tell(folder: Path, *, is_json: bool) -> None:
    """Say what was made of it, what that changed, and how to go on."""
    from kgrec.cli.update_report import update_lines, update_report
    from kgrec.ingest.datasets import open_dataset

    summary, update = open_dataset(folder).graph().summary(), update_report(folder)
    if is_json:
        emit_json({**summary, "folder": str(folder), "update": update or None})
        return
    counts = ", ".join(f"{summary[what]:,} {what}" for what in ("items", "entities", "links", "users", "interactions"))
    lines = (f"{summary['name']}: {counts}", str(folder), *update_lines(update))
    emit("\n".join((*lines, f"Talk about it: kgrec --data {shlex.quote(summary['name'])}")))
