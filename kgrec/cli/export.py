"""``kgrec export``: the graph as a file for other programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kgrec.cli.output import stop_writing

if TYPE_CHECKING:
    from kgrec.graph import KnowledgeGraph


def export_graph(graph: KnowledgeGraph, format_name: str, output: Path | None) -> None:
    """Write a graph to a file, or as UTF-8 bytes to stdout whatever the terminal's encoding is.

    Raises:
        DataError, OSError: the file cannot be written.
    """
    from kgrec.graph.views import write

    if output is not None:
        write(graph, output, format_name)
        return
    try:
        write(graph, sys.stdout.buffer, format_name)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        stop_writing(sys.stdout)
