"""Data sets by name: the films that ship, and the folders that imports leave behind.

A data set's folder holds ontology.ttl, facts.nt, maybe interactions.csv, rules/*.yaml and source.json. All of it is
text that may be read and edited; the compiled graph is a snapshot in the cache, remade whenever the text changes.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kgrec.errors import DataError, KgrecError
from kgrec.graph import snapshot
from kgrec.graph.interaction_table import InteractionTable
from kgrec.graph.knowledge import KnowledgeGraph
from kgrec.resources import cache_dir, data_dir, hash_files, package_file

if TYPE_CHECKING:
    import pyoxigraph as ox

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

SHIPPED: Final = "films"
ONTOLOGY: Final = "ontology.ttl"
FACTS: Final = "facts.nt"
INTERACTIONS: Final = "interactions.csv"
SOURCE: Final = "source.json"
RULES: Final = "rules"
FORMAT: Final = "2"
"""Part of every fingerprint; to be raised when the same text compiles to something else."""

_STARTER: Final = """\
# Rules for {name}. A saved change applies at once; kgrec check says what is wrong with it.
# Facets to speak of: {facets}
rules: []
"""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set: its name, its folder, its rule files."""

    name: str
    folder: Path
    rules: tuple[Path, ...]

    def sources(self) -> tuple[Path, ...]:
        """Return the files the graph is made of."""
        if self.name == SHIPPED and self.folder == _shipped_folder():
            return (self.folder / "films.ttl", self.folder / "films.csv")
        return tuple(path for name in (ONTOLOGY, FACTS, INTERACTIONS) if (path := self.folder / name).is_file())

    def is_table(self) -> bool:
        """Whether it is a CSV file read with an ontology written for it, rather than other people's facts."""
        if self.sources()[1].suffix == ".csv":
            return True
        try:
            source = json.loads((self.folder / SOURCE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return isinstance(source, dict) and source.get("kind") == "csv"

    def graph(self, progress: Progress | None = None) -> KnowledgeGraph:
        """Return the graph, from its snapshot when the sources have not changed.

        Raises:
            DataError, OntologyError: a source that is wrong.
        """
        sources = self.sources()
        fingerprint = hash_files(sources, self.name, FORMAT, str(snapshot.VERSION))
        return snapshot.open_or_build(
            cache_dir() / "graphs" / _cache_name(self),
            fingerprint,
            lambda: self._build(fingerprint, progress),
        )

    def _build(self, fingerprint: str, progress: Progress | None) -> KnowledgeGraph:
        _log.info("compiling %s", self.name)
        sources = self.sources()
        if sources[1].suffix == ".csv":
            from kgrec.ingest.csv import read_csv_graph

            return read_csv_graph(sources[1], sources[0], self.name, fingerprint=fingerprint)
        return _compile_folder(self, fingerprint, progress)


def _compile_folder(dataset: Dataset, fingerprint: str, progress: Progress | None) -> KnowledgeGraph:
    from kgrec.graph.compile import compile_graph
    from kgrec.graph.ontology_reader import read_ontology
    from kgrec.graph.store import EmbeddedStore

    steps = ("reading the facts", "reading the interactions", "compiling the graph")
    store = EmbeddedStore()
    _report(progress, steps, 0)
    store.bulk_load(dataset.folder / ONTOLOGY, "turtle")
    ontology = read_ontology(store)
    store.bulk_load(dataset.folder / FACTS, "nt")
    _report(progress, steps, 1)
    log = dataset.folder / INTERACTIONS
    interactions = read_interactions(log) if log.is_file() else None
    _report(progress, steps, 2)
    graph = compile_graph(store, ontology, interactions, name=dataset.name, fingerprint=fingerprint)
    _report(progress, steps, 3)
    return graph


def _cache_name(dataset: Dataset) -> str:
    """Return the name of its snapshot: two data sets of one name in different folders are kept apart."""
    folder = dataset.folder.resolve()
    if data_dir().resolve() in folder.parents:  # also while it is being made, in a temporary folder
        return dataset.name
    return f"{dataset.name}-{hashlib.blake2b(str(folder).encode(), digest_size=4).hexdigest()}"


def _report(progress: Progress | None, steps: tuple[str, ...], done: int) -> None:
    if progress is not None:
        progress(steps[min(done, len(steps) - 1)], done, len(steps))


def load(name_or_folder: str | os.PathLike[str] = SHIPPED) -> KnowledgeGraph:
    """Return the graph of a data set: "films", the name of an import, or a data set's folder.

    Raises:
        DataError: there is no such data set; the message names those there are.
    """
    return open_dataset(name_or_folder).graph()


def open_dataset(name_or_folder: str | os.PathLike[str] = SHIPPED) -> Dataset:
    """Return a data set by name or folder, without reading it; raises DataError naming those there are."""
    name = os.fspath(name_or_folder)
    if name == SHIPPED:
        return Dataset(SHIPPED, _shipped_folder(), (package_file("rules", "films.yaml"),))
    folder = locate(name)
    missing = [needed for needed in (ONTOLOGY, FACTS) if not (folder / needed).is_file()]
    if missing:
        raise DataError(f"{folder} is no data set: {' and '.join(missing)} missing; make one with kgrec import")
    return Dataset(folder.resolve().name, folder, tuple(sorted((folder / RULES).glob("*.yaml"))))


def list_datasets() -> tuple[str, ...]:
    """Return the names of all data sets, the shipped one first."""
    folder = data_dir() / "datasets"
    found = sorted(path.name for path in folder.iterdir() if (path / ONTOLOGY).is_file()) if folder.is_dir() else []
    return (SHIPPED, *(name for name in found if name != SHIPPED and not name.startswith(".")))


def locate(name: str) -> Path:
    """Return the folder of a data set; raises DataError naming those there are."""
    if name == SHIPPED:
        return _shipped_folder()
    if name and Path(name).name == name and (data_dir() / "datasets" / name).is_dir():
        return data_dir() / "datasets" / name
    if name and Path(name).is_dir():
        return Path(name)
    raise DataError(f"there is no data set {name!r}; there are: {', '.join(list_datasets())}")


def _shipped_folder() -> Path:
    return package_file("ontology", "films.ttl").parent


# --- making data sets -------------------------------------------------------------------------------------------------


@contextmanager
def new_dataset(name: str, source: dict[str, Any]) -> Iterator[Path]:
    """Give a folder to write a data set into; when all went well it takes the name's place at once.

    A data set of that name is replaced whole, its rule files are kept. ``source`` says where the data came from.

    Raises:
        DataError: the name cannot be one, or the disk refuses.
    """
    if not name or name == SHIPPED or Path(name).name != name or name.startswith("."):
        raise DataError(f"a data set cannot be called {name!r}; choose another name, without / and not {SHIPPED!r}")
    home = data_dir() / "datasets"
    try:
        home.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{name}.", dir=home) as temporary:
            folder = Path(temporary) / "new"
            (folder / RULES).mkdir(parents=True)
            yield folder
            (folder / SOURCE).write_text(json.dumps(source, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            if (home / name).exists():
                if (home / name / RULES).is_dir():
                    shutil.rmtree(folder / RULES)
                    shutil.copytree(home / name / RULES, folder / RULES)
                (home / name).rename(Path(temporary) / "old")
            folder.rename(home / name)
    except OSError as error:
        raise DataError(f"{home / name}: cannot be written ({error.strerror or error})") from error


def write_facts(folder: Path, triples: Iterable[ox.Triple]) -> None:
    """Write facts.nt, its lines sorted so that equal facts give equal files."""
    import pyoxigraph as ox

    lines = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert lines is not None
    (folder / FACTS).write_bytes(b"".join(sorted(set(lines.splitlines(keepends=True)))))


def write_interactions(folder: Path, table: InteractionTable) -> None:
    """Write interactions.csv, as ``read_interactions`` reads it."""
    import csv

    import numpy as np

    rows = len(table.users)
    ratings = table.ratings.tolist() if table.ratings.size else [np.nan] * rows
    times = table.times.tolist() if table.times.size else [0] * rows
    with (folder / INTERACTIONS).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("user", "item", "rating", "timestamp", *table.context))
        for user, item, rating, time, *context in zip(
            table.users, table.items, ratings, times, *table.context.values(), strict=True
        ):
            out.writerow((user, item, "" if rating != rating else repr(rating), time or "", *context))  # noqa: PLR0124  (NaN)


def import_csv(path: Path, ontology: Path, name: str | None = None, progress: Progress | None = None) -> Path:
    """Make a data set of a CSV file and its ontology; returns its folder. One of that name is replaced.

    Raises:
        DataError, OntologyError: see ``kgrec.ingest.csv.read_csv_graph``.
    """
    from kgrec.graph.ontology_reader import read_layout, read_ontology
    from kgrec.graph.store import EmbeddedStore
    from kgrec.ingest.csv import csv_statements

    name = name or path.stem
    steps = ("reading the table", "compiling the graph")
    with new_dataset(name, {"kind": "csv", "path": str(path), "ontology": str(ontology)}) as folder:
        _report(progress, steps, 0)
        store = EmbeddedStore()
        store.bulk_load(ontology, "turtle")
        statements = csv_statements(path, read_ontology(store), read_layout(store), store)
        shutil.copyfile(ontology, folder / ONTOLOGY)
        write_facts(folder, statements.triples())
        _report(progress, steps, 1)
        finish(folder, name)
    _report(progress, steps, 2)
    return locate(name)


def finish(folder: Path, name: str) -> KnowledgeGraph:
    """Check a data set that is being made by compiling it, and keep the result for when it is opened.

    What differs from the data set it replaces is written to changes.json, and a starter rule file if there is none.
    Raises DataError or OntologyError for what is wrong with it.
    """
    old = _present(name)
    graph = Dataset(name, folder, ()).graph()
    if old is not None:
        from kgrec.ingest.update import compare

        compare(old, graph).write(folder)
    if not any((folder / RULES).iterdir()):
        facets = ", ".join(
            facet.name for facet in graph.ontology.facets if facet.name in {*graph.links, *graph.numbers}
        )
        starter = _STARTER.format(name=name, facets=facets)
        (folder / RULES / f"{name}.yaml").write_text(starter, encoding="utf-8")
    return graph


def _present(name: str) -> KnowledgeGraph | None:
    """Return the graph of the data set that has a name now; None if there is none, or it cannot be read any more."""
    folder = data_dir() / "datasets" / name
    if not folder.is_dir():
        return None
    try:
        return Dataset(name, folder, ()).graph()
    except KgrecError:
        _log.info("what %s was before cannot be read", name)
        return None


def read_interactions(path: Path) -> InteractionTable:
    """Read interactions.csv: user, item, and optionally rating, timestamp and columns of context.

    Raises:
        DataError: at file:line:column.
    """
    import numpy as np

    from kgrec.ingest.csv import is_number, open_table

    table = open_table(path, required=("user", "item"))
    columns: dict[str, list[str]] = {name: [] for name in table.header}
    cells = list(columns.values())
    lines = []
    for line, row in table.rows:
        lines.append(line)
        for column, cell in zip(cells, row, strict=True):
            column.append(cell)
    numbers: dict[str, Any] = {"rating": np.empty(0), "timestamp": np.empty(0)}
    for name in numbers.keys() & columns.keys():
        try:
            numbers[name] = np.array([float(cell) if cell else np.nan for cell in columns[name]])
        except ValueError:
            wrong = next(row for row, cell in enumerate(columns[name]) if cell and not is_number(cell))
            raise DataError(f"{table.place(lines[wrong], name)}: {columns[name][wrong][:80]!r} is no number") from None
    return InteractionTable(
        users=columns["user"],
        items=columns["item"],
        ratings=numbers["rating"],
        times=np.nan_to_num(numbers["timestamp"]).astype(np.int64),
        context={name: cells for name, cells in columns.items() if name not in {"user", "item", "rating", "timestamp"}},
    )
