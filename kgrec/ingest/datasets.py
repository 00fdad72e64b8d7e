"""Data sets by name: the films that ship, and the folders that imports leave behind.

A data set's folder holds ontology.ttl, facts.nt (or facts/, see kgrec.ingest.fact_files), maybe interactions.csv and
people.csv, rules/*.yaml and source.json; events that were imported later lie beside it (kgrec.ingest.events). All of it
is text that may be read and edited; the compiled graph is a snapshot in the cache, remade whenever the text changes: of
facts that have not changed it is used again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kgrec.arguments import wrong
from kgrec.errors import DataError, KgrecError, StoreError
from kgrec.graph import snapshot
from kgrec.graph.event_kinds import event_kind
from kgrec.graph.fingerprint import imported_part
from kgrec.graph.interaction_table import InteractionTable
from kgrec.graph.interactions import Interactions
from kgrec.graph.knowledge import KnowledgeGraph
from kgrec.graph.people import People
from kgrec.progress import Progress
from kgrec.resources import cache_dir, data_dir, dataset_dir, folder_beside, hash_files, locked, package_file

if TYPE_CHECKING:
    from kgrec.graph.facts import Facts

SHIPPED: Final = "films"
ONTOLOGY: Final = "ontology.ttl"
FACTS: Final = "facts.nt"
COLUMNS: Final = "facts"
INTERACTIONS: Final = "interactions.csv"
PEOPLE: Final = "people.csv"
SOURCE: Final = "source.json"
RULES: Final = "rules"
FORMAT: Final = "3"
"""Part of every fingerprint; to be raised when the same text compiles to something else."""

_PATIENCE_S: Final = 3600.0
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

    def facts(self) -> tuple[Path, ...]:
        """Return the ontology and the file of facts."""
        if self.name == SHIPPED and self.folder == _shipped_folder():
            return (self.folder / "films.ttl", self.folder / "films.csv")
        columns = self.folder / COLUMNS / "manifest.json"  # it changes with whatever the columns hold
        return (self.folder / ONTOLOGY, columns if columns.is_file() else self.folder / FACTS)

    def imported(self) -> tuple[Path, ...]:
        """Return what an import made: the facts, and interactions if there were any."""
        log = self.folder / INTERACTIONS
        return (*self.facts(), log) if log.is_file() else self.facts()

    def since(self) -> tuple[Path, ...]:
        """Return the files there are of what came since: events, and whom users know."""
        return tuple(path for path in (self.events, self.folder / PEOPLE) if path.is_file())

    def sources(self) -> tuple[Path, ...]:
        """Return the files the graph is made of."""
        return (*self.imported(), *self.since())

    @property
    def events(self) -> Path:
        """Where the events lie that were imported into it; the file need not be there."""
        return data_dir() / "events" / f"{self.cache_name}.csv"

    @property
    def fitted(self) -> Path:
        """Where what was learned from it is kept, see kgrec.versions."""
        return cache_dir() / "fitted" / self.cache_name

    @property
    def cache_name(self) -> str:
        """The name of what is kept of it: two data sets of one name in different folders are kept apart."""
        folder = self.folder.resolve()
        if folder == _shipped_folder().resolve() or data_dir().resolve() in folder.parents:
            return self.name  # the latter also while it is being made, in a temporary folder
        return f"{self.name}-{hashlib.blake2b(str(folder).encode(), digest_size=4).hexdigest()}"

    def interactions(self) -> InteractionTable | None:
        """Return the interactions it was imported with; raises DataError at file:line:column."""
        path = self.folder / INTERACTIONS
        return read_interactions(path) if path.is_file() else None

    def is_table(self) -> bool:
        """Whether it is a CSV file read with an ontology written for it, rather than other people's facts."""
        if self.sources()[1].suffix == ".csv":
            return True
        try:
            source = json.loads((self.folder / SOURCE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return isinstance(source, dict) and source.get("kind") == "csv"

    def graph(self, progress: Progress | None = None, told: Facts | None = None) -> KnowledgeGraph:
        """Return the graph, from its snapshot when the sources have not changed.

        ``told``: the facts as an import has just written them, which then need not be read again.

        Raises:
            DataError, OntologyError: a source that is wrong.
        """
        imported = hash_files(self.imported(), self.name, FORMAT, str(snapshot.VERSION))
        fingerprint = f"{imported}-{hash_files(self.since())}"
        return snapshot.open_or_build(self.compiled, fingerprint, lambda: self._build(fingerprint, progress, told))

    @property
    def compiled(self) -> Path:
        """Where its compiled graph is kept."""
        return cache_dir() / "graphs" / self.cache_name

    def _build(self, fingerprint: str, progress: Progress | None, told: Facts | None) -> KnowledgeGraph:
        """Return the graph of its facts, compiled anew only after an import, and of what users did until now."""
        from kgrec.ingest.events import read_log, with_events

        graph = self._kept(fingerprint) or self._compile(fingerprint, progress, told)
        events = read_log(self.events)
        table = with_events(self.interactions(), events, set(graph.item_ids) if events else ())
        log = table.resolve(graph.item_ids) if table is not None else Interactions.empty(graph.n_items)
        return self._with_people(replace(graph, fingerprint=fingerprint, interactions=log)).validate()

    def _with_people(self, graph: KnowledgeGraph) -> KnowledgeGraph:
        """Return the graph with whom its users know, as people.csv tells it."""
        if not (self.folder / PEOPLE).is_file():
            return replace(graph, people=People())
        from kgrec.ingest.people import read_people

        return replace(graph, people=read_people(self.folder / PEOPLE, graph.users))

    def _kept(self, fingerprint: str) -> KnowledgeGraph | None:
        """Return the graph of the snapshot if it is of the same import, whatever came since."""
        imported = imported_part(fingerprint)
        try:
            return snapshot.load_if(self.compiled, lambda found: imported_part(found) == imported)
        except StoreError:
            return None

    def _compile(self, fingerprint: str, progress: Progress | None, told: Facts | None) -> KnowledgeGraph:
        """Return the graph of its facts alone."""
        _log.info("compiling %s", self.name)
        ontology, facts = self.facts()
        steps = ("reading the facts", "compiling the graph")
        _report(progress, steps, 0)
        if facts.suffix == ".csv":
            from kgrec.ingest.csv import read_csv_graph

            return read_csv_graph(facts, ontology, self.name, fingerprint=fingerprint)
        from kgrec.graph.compile import assemble
        from kgrec.graph.ontology_reader import read_ontology
        from kgrec.graph.store import EmbeddedStore
        from kgrec.graph.store_facts import read_facts
        from kgrec.ingest.fact_files import read_columns

        store = EmbeddedStore()
        store.bulk_load(ontology, "turtle")
        read = read_ontology(store)
        if told is None and facts.name == FACTS:
            store.bulk_load(facts, "nt")
        elif told is None:
            told = read_columns(self.folder)
        _report(progress, steps, 1)
        sources = (read_facts(store, read),) if told is None else (told, read_facts(store, read))
        graph = assemble(sources, read, name=self.name, fingerprint=fingerprint)
        _report(progress, steps, 2)
        return graph


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
    if not isinstance(name_or_folder, str | os.PathLike):
        raise TypeError(wrong("name_or_folder", name_or_folder, "the name of a data set, or its folder"))
    name = os.fspath(name_or_folder)
    if name == SHIPPED:
        return Dataset(SHIPPED, _shipped_folder(), (package_file("rules", "films.yaml"),))
    folder = locate(name)
    missing = [path.name for path in Dataset(name, folder, ()).facts() if not path.is_file()]
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
    if name and Path(name).name == name and dataset_dir(name).is_dir():
        return dataset_dir(name)
    if name and Path(name).is_dir():
        return Path(name)
    raise DataError(f"there is no data set {name!r}; there are: {', '.join(list_datasets())}")


def _shipped_folder() -> Path:
    return package_file("ontology", "films.ttl").parent


# --- making data sets -------------------------------------------------------------------------------------------------


@contextmanager
def new_dataset(name: str, source: dict[str, Any]) -> Iterator[Path]:
    """Give a folder to write a data set into; when all went well it takes the name's place at once.

    A data set of that name is replaced whole; its rule files are kept, and see ``finish``. ``source`` says where the
    data came from. Another import of that name waits; what one left that was killed goes away.

    Raises:
        DataError: the name cannot be one, or the disk refuses.
        StoreError: another import of that name takes too long.
    """
    if not name or name == SHIPPED or Path(name).name != name or name.startswith("."):
        raise DataError(f"a data set cannot be called {name!r}; choose another name, without / and not {SHIPPED!r}")
    home = data_dir() / "datasets"
    try:
        home.mkdir(exist_ok=True)
        with locked(f"import-{name}", _PATIENCE_S), folder_beside(home / name) as temporary:
            folder = temporary / "new"
            (folder / RULES).mkdir(parents=True)
            yield folder
            (folder / SOURCE).write_text(json.dumps(source, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            if (home / name).exists():
                if (home / name / RULES).is_dir():
                    shutil.rmtree(folder / RULES)
                    shutil.copytree(home / name / RULES, folder / RULES)
                (home / name).rename(temporary / "old")
            folder.rename(home / name)
    except OSError as error:
        raise DataError(f"{home / name}: cannot be written ({error.strerror or error})") from error


def write_interactions(folder: Path, table: InteractionTable) -> None:
    """Write interactions.csv, as ``read_interactions`` reads it."""
    import csv

    import numpy as np

    rows = len(table.users)
    told: dict[str, Sequence[Any]] = {
        "user": table.users,
        "item": table.items,
        "rating": table.ratings.tolist() if table.ratings.size else [np.nan] * rows,
        "timestamp": [time or "" for time in table.times.tolist()] if table.times.size else [""] * rows,
        **({"event": table.kinds} if any(table.kinds) else {}),
        **({"amount": table.amounts.tolist()} if table.amounts.size else {}),
        **table.context,
    }
    with (folder / INTERACTIONS).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(told)
        for row in zip(*told.values(), strict=True):
            out.writerow("" if cell != cell else cell for cell in row)  # noqa: PLR0124  (NaN)


def import_csv(path: Path, ontology: Path, name: str | None = None, progress: Progress | None = None) -> Path:
    """Make a data set of a CSV file and its ontology; returns its folder. One of that name is replaced.

    Raises:
        DataError, OntologyError: see ``kgrec.ingest.csv.read_csv_graph``.
    """
    from kgrec.graph.ontology_reader import read_layout, read_ontology
    from kgrec.graph.store import EmbeddedStore
    from kgrec.ingest.csv import csv_statements
    from kgrec.ingest.fact_files import write_facts

    name = name or path.stem
    steps = ("reading the table", "compiling the graph")
    with new_dataset(name, {"kind": "csv", "path": str(path), "ontology": str(ontology)}) as folder:
        _report(progress, steps, 0)
        store = EmbeddedStore()
        store.bulk_load(ontology, "turtle")
        read = read_ontology(store)
        told = csv_statements(path, read, read_layout(store), store).facts()
        shutil.copyfile(ontology, folder / ONTOLOGY)
        write_facts(folder, told, read)
        _report(progress, steps, 1)
        finish(folder, name, told)
    _report(progress, steps, 2)
    return locate(name)


def finish(folder: Path, name: str, told: Facts | None = None) -> KnowledgeGraph:
    """Check a data set that is being made by compiling it, and keep the result for when it is opened.

    ``told``: its facts, if they are at hand and need not be read again.
    What differs from the data set it replaces is written to changes.json, and a starter rule file if there is none.
    Whom users know is kept from that data set, unless the new one tells it.
    Raises DataError or OntologyError for what is wrong with it.
    """
    old = _present(name)
    graph = Dataset(name, folder, ()).graph(told=told)
    before = dataset_dir(name) / PEOPLE
    if before.is_file() and not (folder / PEOPLE).is_file():
        from kgrec.ingest.people import keep_people

        if keep_people(before, graph.users, folder):
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
    folder = dataset_dir(name)
    if not folder.is_dir():
        return None
    try:
        return Dataset(name, folder, ()).graph()
    except KgrecError:
        _log.info("what %s was before cannot be read", name)
        return None


def read_interactions(path: Path) -> InteractionTable:
    """Read interactions.csv: user, item, and optionally rating, timestamp, event, amount and columns of context.

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
    numbers: dict[str, Any] = {name: np.empty(0) for name in ("rating", "timestamp", "amount")}
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
        kinds=[event_kind(kind) for kind in columns.get("event", ())],
        amounts=numbers["amount"],
        context={name: cells for name, cells in columns.items() if name not in {"user", "item", "event", *numbers}},
    )
