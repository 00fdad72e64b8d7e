"""Opening a data set for use: its graph, its rules, a fitted recommender and, for conversations, the profile.

The app, the plain chat and the commands all begin here. What is quick to check (rules, the profile's file) comes before
what is slow to build, so that a mistake in a rule file is told at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgrec.cli.given import NOTHING, Given
from kgrec.errors import DataError
from kgrec.progress import Progress

if TYPE_CHECKING:
    from kgrec.acts import Event
    from kgrec.dialogue import Session
    from kgrec.dialogue.companions import Companion
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
    missing = [str(path) for path in rules or () if not path.exists()]
    if missing:
        raise DataError(f"there is no rule file {', '.join(missing)}")
    others = [str(path) for path in rules or () if not path.is_file()]
    if others:
        raise DataError(f"{', '.join(others)}: this is not a file; name files with rules")
    return Source(dataset, tuple(rules) if rules else dataset.rules)


def open_graph(
    source: Source, progress: Progress | None = None, *, is_lenient: bool = False
) -> tuple[KnowledgeGraph, RuleBook]:
    """Return the graph and its rules.

    ``is_lenient``: mistakes in the user's own file leave that file out; the book says which they are.

    Raises:
        DataError, OntologyError: facts that are wrong.
        RuleErrors: all mistakes of the rule files.
    """
    from kgrec.rulebook import RuleBook

    graph = source.dataset.graph(progress)
    if is_lenient and source.own is not None:
        return graph, RuleBook.load_leniently(source.rules, graph, source.own)
    return graph, RuleBook.load(source.rules, graph, own=source.own)


def open_recommender(
    source: Source, progress: Progress | None = None, *, is_lenient: bool = False
) -> tuple[Recommender, RuleBook]:
    """Return a recommender and the rules; ``is_lenient`` and what is raised as for :func:`open_graph`.

    It is fitted as the version in force says (kgrec.fitting); only where there is none, or of other facts, it is fitted
    now.
    """
    from kgrec.recommender import Recommender

    graph, rules = open_graph(source, progress, is_lenient=is_lenient)
    return Recommender().fit(graph, progress, source.dataset.fitted, renew=False), rules


def meet(
    source: Source,
    recommender: Recommender,
    names: Sequence[str],
    user: str,
    events: Callable[[str], tuple[Event, ...]],
) -> tuple[Companion, ...]:
    """Return those whom a list shall suit beside a user, each under the data set's rules and their own.

    Raises:
        DataError: somebody is named twice.
        RuleErrors: all mistakes of their rule files.
    """
    from kgrec.dialogue.companions import Companion, known_of, unnamed
    from kgrec.rulebook import RuleBook

    found = []
    for name in names:
        if [user, *names].count(name) > 1:
            raise DataError(f"--with {name}: {name} is in already; name each once")
        past, theirs = events(name), own_rules(source.dataset.name, name)
        has_own = theirs.is_file() or own_rules(source.dataset.name, user).is_file()
        rules = RuleBook.load(source.rules, recommender.graph_, own=theirs) if has_own else None
        found.append(Companion(name, unnamed(known_of(recommender, name, past)), rules))
    return tuple(found)


def open_session(
    source: Source,
    user: str,
    progress: Progress | None = None,
    given: Given = NOTHING,
    companions: Sequence[str] = (),
) -> Session:
    """Start a user's conversation, or go on with it, kept in the data set's profile store, under the user's rules too.

    ``companions``: who shall like the list as well.

    Raises:
        StoreError: the profile store cannot be used; and as :func:`open_graph` does.
    """
    from kgrec.dialogue import Session
    from kgrec.dialogue.readiness import make_ready
    from kgrec.profiles import ProfileStore, profile_path

    log = ProfileStore(profile_path(source.dataset.name))
    try:
        recommender, rules = open_recommender(source.of(user), progress, is_lenient=True)
        given.check(rules)
        others = meet(source, recommender, companions, user, log.events)
        make_ready(recommender, progress)
        return Session.start(
            recommender, rules, log=log, user=user, context=given.context, facts=given.user, companions=others
        )
    except BaseException:
        log.close()
        raise
