"""``kgrec export``: the graph as a file for other programs."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from kgrec.cli.output import stop_writing
from kgrec.errors import DataError

if TYPE_CHECKING:
    from kgrec.graph import KnowledgeGraph


class Format(StrEnum):
    """What a graph can be exported as."""

    TURTLE = "turtle"
    NT = "nt"
    JSONLD = "jsonld"
    GRAPHML = "graphml"
    CSV = "csv"
    ONTOLOGY = "ontology"


def export_graph(graph: KnowledgeGraph, format_name: str, output: Path | None) -> None:
    """Write a graph to a file, or as UTF-8 bytes to stdout whatever the terminal's encoding is.

    Raises:
        DataError: the file cannot be written.
    """
    from kgrec.graph.views import write

    if output is not None:
        if not output.absolute().parent.is_dir():
            raise DataError(f"{output}: there is no folder {output.parent}; make it first, or name another")
        try:
            write(graph, output, format_name)
        except OSError as error:
            raise DataError(f"{output}: cannot be written ({error.strerror or error})") from error
        return
    try:
        write(graph, sys.stdout.buffer, format_name)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        stop_writing(sys.stdout)
