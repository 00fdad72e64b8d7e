"""Tables become a data set: understood, written down as an ontology, and read as that ontology says.

The first import goes through the same door as one after an edit: what was understood is written to ontology.ttl, and
the facts are read by nothing but that file. So every decision is in it, and changing a line changes what is read.
"""

from __future__ import annotations

import csv
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kgrec.domain import FacetKind
from kgrec.errors import DataError
from kgrec.graph.facts import Facts
from kgrec.graph.knowledge import MOST_ENCODED
from kgrec.ingest.columns import Column
from kgrec.ingest.csv import is_number
from kgrec.ingest.datasets import (
    ONTOLOGY,
    finish,
    import_csv,
    locate,
    new_dataset,
    write_interactions,
)
from kgrec.ingest.fact_files import MOST_AS_TEXT, write_facts
from kgrec.ingest.guide import guide_text
from kgrec.ingest.linking import understand
from kgrec.ingest.naming import so_many
from kgrec.ingest.ontology_text import ontology_text
from kgrec.ingest.people import import_people
from kgrec.ingest.proposal import Proposal, propose
from kgrec.ingest.ratings import rated_items, read_ratings, tell_users
from kgrec.ingest.reading import is_for_tables, open_ontology, read_reading
from kgrec.ingest.starter import put_starter, starter_rules
from kgrec.ingest.statements import Statements
from kgrec.ingest.tables import Source, source_of
from kgrec.ingest.telling import Teller
from kgrec.progress import Progress
from kgrec.resources import dataset_dir

GUIDE: Final = "README.md"
ITEMS: Final = "items.csv"
STARTER: Final = "starter.yaml"
_STEPS: Final = ("looking at the tables", "reading the table", "reading ratings and users", "compiling the graph")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made.

    Attributes:
        folder: the data set.
        columns: what the columns were taken for; empty when an ontology said so.
        proposal: the same as a domain; None when an ontology said so.
        notes: what else there is to say: how files were read, what was left out.
    """

    folder: Path
    columns: tuple[Column, ...]
    proposal: Proposal | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Files:
    """What an import is made of: tables (that of the items first), ratings, users, who knows whom, an ontology.

    Without a table the items are those that the ratings name, of which nothing else is known.
    """

    tables: tuple[Path, ...]
    ratings: Path | None = None
    users: tuple[Path, ...] = ()
    ontology: Path | None = None
    friends: Path | None = None

    @property
    def first(self) -> Path:
        """The table of the items; without one, that of the ratings."""
        first = self.tables[0] if self.tables else self.ratings
        if first is None:
            raise DataError("there is no table; name one, or ratings")
        return first

    def command(self, folder: Path) -> str:
        """Return how to import again by an ontology in a folder."""
        words = ["kgrec", "import", "csv", *map(str, self.tables)]
        words += ["--ratings", str(self.ratings)] if self.ratings else []
        for users in self.users:
            words += ["--users", str(users)]
        words += ["--friends", str(self.friends)] if self.friends else []
        return shlex.join([*words, "--ontology", str(folder / ONTOLOGY), "--name", folder.name])

    def all(self) -> dict[str, Any]:
        """Return them as source.json has them."""
        found: dict[str, Any] = {"path": str(self.first)}
        if len(self.tables) > 1:
            found["tables"] = [str(path) for path in self.tables[1:]]
        if self.ratings:
            found["ratings"] = str(self.ratings)
        if self.users:
            found["users"] = [str(path) for path in self.users]
        if self.friends:
            found["friends"] = str(self.friends)
        return found


def import_tables(files: Files, name: str | None = None, progress: Progress | None = None) -> Imported:
    """Make a data set of tables; one of that name is replaced whole, its rules kept.

    Args:
        files: the tables; with an ontology that was written for tables before, it decides what is what.
        name: of the data set; by default that of the first file.
        progress: told of each step.

    Raises:
        DataError: a table that is wrong, with up to twenty mistakes at file:line:column.
        OntologyError: an ontology that makes no sense.
    """
    name = name or files.first.stem
    if files.ontology is not None and not is_for_tables(open_ontology(files.ontology)):
        if len(files.tables) != 1 or files.ratings or files.users or files.friends:
            raise DataError(f"{files.ontology}: it has no kgrec:Table, so that only one table can be read by it")
        return Imported(import_csv(files.tables[0], files.ontology, name, progress), (), None, ())
    tell = progress or _silent
    tell(_STEPS[0], 0, len(_STEPS))
    with new_dataset(name, {"kind": "csv", **files.all()}) as folder:
        sources = [source_of(path) for path in files.tables] or [_items_of(files.first, folder)]
        made = _Import(files, sources, name, folder, tell)
        return made.run(folder)


def _items_of(ratings: Path, folder: Path) -> Source:
    """Write down the items that ratings name, as the table that they do not come with.

    Words are their names; numbers are not, nor an amount of anything.
    """
    path, items = folder / ITEMS, rated_items(source_of(ratings))
    columns = ("id",) if all(map(is_number, items)) else ("id", "name")
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(columns)
        out.writerows((item,) * len(columns) for item in items)
    return source_of(path)


def _silent(label: str, done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(slots=True)
class _Import:
    files: Files
    sources: Sequence[Source]
    name: str
    folder: Path
    progress: Progress

    def run(self, folder: Path) -> Imported:
        """Write everything into the folder."""
        final = dataset_dir(self.name)
        proposal = None
        if self.files.ontology is None:
            proposal = propose(understand(self.sources), self.name)
            text = ontology_text(proposal, self.files.command(final))
            (folder / ONTOLOGY).write_text(text, encoding="utf-8")
        else:
            shutil.copyfile(self.files.ontology, folder / ONTOLOGY)
        notes = [f"{source.file}: {source}" for source in self.sources]
        told, more = self._tell(folder)
        notes += more
        self.progress(_STEPS[3], 3, len(_STEPS))
        graph = finish(folder, self.name, told)
        if self.files.friends is None and len(graph.people):
            notes.append(f"ties between users kept from before: {len(graph.people):,}; --friends replaces them")
        put_starter(folder, self.name, STARTER, starter_rules(graph))
        columns = proposal.understanding.columns if proposal else ()
        guide = guide_text(graph, proposal, notes, self.files.command(final))
        (folder / GUIDE).write_text(guide, encoding="utf-8")
        self.progress(_STEPS[3], len(_STEPS), len(_STEPS))
        return Imported(final, columns, proposal, tuple(notes))

    def _tell(self, folder: Path) -> tuple[Facts, list[str]]:
        """Write facts and interactions; return the facts, and what there is to say about them."""
        store = open_ontology(folder / ONTOLOGY)
        reading = read_reading(store, self.sources)
        statements = Statements(reading.ontology, reading.layout, store)
        teller = Teller(self.sources[0], reading, statements, is_referred_to=self.files.ratings is not None)
        for rows in teller.tell():
            self.progress(f"{_STEPS[1]}: {rows:,} rows", 1, len(_STEPS))
        notes = teller.odd.lines()
        self.progress(_STEPS[2], 2, len(_STEPS))
        user_column = ""
        if self.files.ratings is not None:
            source = source_of(self.files.ratings)
            log, shape, left_out = read_ratings(source, teller.ids)
            write_interactions(folder, log)
            user_column = shape.user
            if self.files.friends is not None:
                notes.append(import_people(self.files.friends, frozenset(log.users), folder))
            noun = "event" if any(log.kinds) else "rating"
            plain = f"{so_many(len(log.users), noun)} of {so_many(len(set(log.users)), 'user')}"
            notes.append(f"{source.file}: {source}; {shape}: {plain}")
            if left_out:
                about = f"{so_many(left_out, 'row')} about no {reading.ontology.singular}, left out"
                notes.append(f"{source.file}: {about}")
        for path in self.files.users:
            source = source_of(path)
            told = tell_users(source, statements, user_column=user_column)
            notes.append(f"{path.name}: {source}; of users it tells {', '.join(told)}")
        facts = statements.facts()
        if len(facts.items) > MOST_AS_TEXT:
            notes.append(
                f"more than {MOST_AS_TEXT:,} {reading.ontology.plural}: what is told of them is kept as columns"
            )
        if len(facts.items) > MOST_ENCODED and any(facet.kind is FacetKind.TEXT for facet in reading.ontology.facets):
            notes.append(f"the descriptions of more than {MOST_ENCODED:,} are not compared with free words")
        write_facts(folder, facts, reading.ontology)
        return facts, notes


__all__ = ["GUIDE", "STARTER", "Files", "Imported", "import_tables", "locate"]
