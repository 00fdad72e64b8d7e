"""Where a data set stands: what is in it, what has come since the last fit, which version is in force, what to do."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.graph.fingerprint import imported_part
from kgrec.ingest.datasets import Dataset
from kgrec.pipeline.fit import is_up_to_date
from kgrec.progress import Progress
from kgrec.versions import Version, Versions


def status(dataset: Dataset, progress: Progress | None = None) -> dict[str, Any]:
    """Return where a data set stands, as JSON data; times are ISO 8601 in UTC, sizes bytes.

    Raises:
        DataError, OntologyError: a source that is wrong.
    """
    from kgrec.ingest.events import read_log  # a fit needs it only where events are new

    graph = dataset.graph(progress)
    log, events = graph.interactions, read_log(dataset.events)
    versions, now = Versions(dataset.fitted).all(), Versions(dataset.fitted).in_force()
    known = set(graph.item_ids)
    return {
        "data": dataset.name,
        "items": graph.n_items,
        "users": log.n_users,
        "interactions": len(log),
        "kinds": _kinds(log),
        **_span(log),
        "events": {"imported": len(events), "waiting": sum(event.item not in known for event in events)},
        "since_fit": None if now is None else _since(now, graph),
        "in_force": None if now is None else now.number,
        "versions": [
            {"number": one.number, **one.notes, "extra": list(one.extra), "bytes": one.size} for one in versions
        ],
        "bytes": {
            "sources": sum(path.stat().st_size for path in dataset.sources()),
            "graph": _size(dataset.compiled),
            "fitted": _size(dataset.fitted),
        },
        "next": _next(dataset, graph, versions, now),
    }


def _kinds(log: Interactions) -> dict[str, int]:
    """Return kind → how many, "rated" for those with a rating, "chosen" for those with neither rating nor kind."""
    is_rated = ~np.isnan(log.ratings)
    kinds = log.kinds if log.kinds.size else np.zeros(len(log), dtype=np.int16)
    counts = np.bincount(kinds[~is_rated], minlength=len(log.kind_names)).tolist()
    told = {name or "chosen": count for name, count in zip(log.kind_names, counts, strict=True)}
    return {name: count for name, count in {"rated": int(is_rated.sum()), **told}.items() if count}


def _span(log: Interactions) -> dict[str, str | None]:
    known = log.times[log.times > 0]
    if not known.size:
        return {"first": None, "last": None}
    first, last = (datetime.fromtimestamp(int(time), UTC).isoformat() for time in (known.min(), known.max()))
    return {"first": first, "last": last}


def _since(version: Version, graph: KnowledgeGraph) -> dict[str, Any]:
    """Return what has come since a version was learned; fewer interactions than then are a negative number."""
    return {
        "interactions": len(graph.interactions) - version.notes["interactions"],
        "is_imported_anew": imported_part(version.key["fingerprint"]) != imported_part(graph.fingerprint),
        "is_up_to_date": is_up_to_date(version, graph),
    }


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _next(dataset: Dataset, graph: KnowledgeGraph, versions: tuple[Version, ...], now: Version | None) -> str:
    """Return the command to give next."""
    if now is None or not is_up_to_date(versions[-1], graph):
        return f"kgrec fit --data {shlex.quote(dataset.name)}"
    if not len(graph.interactions):
        return f"kgrec events import FILE --data {shlex.quote(dataset.name)}"
    return f"kgrec recommend --data {shlex.quote(dataset.name)}"


__all__ = ["status"]
