"""Opening a data set for use: its graph, its rules, a fitted recommender and, for conversations, the profile.

The app, the plain chat and the commands all begin here. What is quick to check (rules, the profile's file) comes before
what is slow to build, so that a mistake in a rule file is told at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgrec.cli.given import NOTHING, Given
from kgrec.cli.progress import Progress
from kgrec.errors import DataError

if TYPE_CHECKING:
    from kgrec.dialogue import Session
    from kgrec.graph import KnowledgeGraph
    from kgrec.ingest.datasets import Dataset
    from kgrec.recommender import Recommender
    from kgrec.rulebook import RuleBook


@dataclass(frozen=True, slots=True)
class Source:
    """A data set and the rule files that go with it; nothing of either has been read yet.

    ``own`` are a user's own rules, which come last; the file need not be there.
    """

    dataset: Dataset
    rules: tuple[Path, ...]
    own: Path | None = None

    def of(self, user: str) -> Source:
        """Return the same with the user's own rules."""
        return replace(self, own=own_rules(self.dataset.name, user))


def own_rules(dataset: str, user: str) -> Path:
    """Return where a user's own rules for a data set live.

    What could lead elsewhere is escaped: ``a/b`` becomes ``a%2Fb``.
    """
    from kgrec.resources import config_dir

    escaped = re.sub(r"[^\w @+-]|^\W", lambda found: f"%{ord(found[0]):02X}", user)
    return config_dir() / "rules" / Path(dataset).name / f"{escaped}.yaml"


def choose(data: str, rules: Sequence[Path] | None = None) -> Source:
    """Return the data set of that name or folder, with other rule files in place of its own if any are given.

    Raises:
        DataError: there is no such data set or rule file.
    """
    from kgrec.ingest.datasets import open_dataset

    dataset = open_dataset(data)
    missing = [str(path) for path in rules or () if not path.is_file()]
    if missing:
        raise DataError(f"there is no rule file {', '.join(missing)}")
    return Source(dataset, tuple(rules) if rules else dataset.rules)


def open_graph(source: Source, progress: Progress | None = None) -> tuple[KnowledgeGraph, RuleBook]:
    """Return the graph and its rules.

    Raises:
        DataError, OntologyError: facts that are wrong.
        RuleErrors: all mistakes of the rule files.
    """
    from kgrec.rulebook import RuleBook

    graph = source.dataset.graph(progress)
    return graph, RuleBook.load(source.rules, graph, own=source.own)


def open_recommender(source: Source, progress: Progress | None = None) -> tuple[Recommender, RuleBook]:
    """Return a fitted recommender and the rules; raises as :func:`open_graph` does."""
    from kgrec.recommender import Recommender
    from kgrec.resources import cache_dir

    graph, rules = open_graph(source, progress)
    return Recommender().fit(graph, progress, cache_dir() / "fitted" / graph.name), rules


def open_session(source: Source, user: str, progress: Progress | None = None, given: Given = NOTHING) -> Session:
    """Start a user's conversation, or go on with it, kept in the data set's profile store, under the user's rules too.

    Raises:
        StoreError: the profile store cannot be used; and as :func:`open_graph` does.
    """
    from kgrec.dialogue import Session
    from kgrec.profiles import ProfileStore, profile_path

    log = ProfileStore(profile_path(source.dataset.name))
    try:
        recommender, rules = open_recommender(source.of(user), progress)
        given.check(recommender.graph_, rules)
        return Session.start(recommender, rules, log=log, user=user, context=given.context, facts=given.user)
    except BaseException:
        log.close()
        raise
