"""Rules reloaded while the app runs: a file that is saved takes effect, a broken one changes nothing.

Files are looked at, not subscribed to: editors save in too many ways (in place, by renaming, by deleting first) and a
look costs microseconds. A change counts once two looks agree, so that a file is not read while it is being
written.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from kgrec.errors import KgrecError, RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.book import RuleBook

_log = logging.getLogger(__name__)

INTERVAL_S: Final = 0.05
"""Seconds between two looks."""

Signature = dict[Path, tuple[int, int, int] | None]


class RuleWatcher:
    """Calls ``on_change`` with a new RuleBook, or with what is wrong, whenever a file's content changes.

    The call comes from the watcher's own thread. ``book`` is the last good one; it is None until a file has been read
    without a mistake, or the one given. Included files are watched too, and so are those that cannot be
    read and the user's own file of ``book``, which may come to be.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        graph: KnowledgeGraph,
        on_change: Callable[[RuleBook | RuleErrors], None],
        *,
        book: RuleBook | None = None,
        interval_s: float = INTERVAL_S,
    ) -> None:
        self.paths = tuple(paths)
        self.own = book.own if book is not None else None
        self.book = book
        self._files = self._with_own(book.files if book is not None else self.paths)
        self._graph = graph
        self._on_change = on_change
        self._interval_s = interval_s
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._said = str(book.broken) if book is not None and book.broken is not None else ""

    def start(self) -> Self:
        """Begin to look; what the files hold now counts as known if a book was given, else it is reported first."""
        if self._thread is None:
            self._stopped.clear()
            self._thread = threading.Thread(target=self._run, name="kgrec rules", daemon=True)
            self._thread.start()
        return self

    def stop(self) -> None:
        """Stop looking, and wait for a call under way; harmless when stopped already."""
        self._stopped.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        loaded: Signature | None = None  # also reads what changed between the loading of the book and the start
        previous = self._signature()
        while not self._stopped.wait(self._interval_s):
            current = self._signature()
            if current == previous and current != loaded:
                outcome = self._load()
                if self._signature() == current:  # else somebody wrote while it was read
                    loaded = current
                    self._take(outcome)  # from now on, maybe with other files, which are then read once more
            previous = current

    def _signature(self) -> Signature:
        return {path: self._look(path) for path in self._files}

    def _with_own(self, files: Iterable[Path]) -> tuple[Path, ...]:
        return tuple(dict.fromkeys((*self.paths, *files, *([self.own] if self.own is not None else []))))

    @staticmethod
    def _look(path: Path) -> tuple[int, int, int] | None:
        try:
            status = path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino

    def _load(self) -> RuleBook | RuleErrors:
        try:
            return RuleBook.load(self.paths, self._graph, own=self.own)
        except RuleErrors as errors:
            return errors

    def _take(self, outcome: RuleBook | RuleErrors) -> None:
        self._files = self._with_own(outcome.files)
        if isinstance(outcome, RuleBook):
            is_known = self.book is not None and self.book.fingerprint == outcome.fingerprint and not self._said
            self._said = ""
            if is_known:
                return
            self.book = outcome
        elif str(outcome) == self._said:
            return
        else:
            self._said = str(outcome)
        self._report(outcome)

    def _report(self, outcome: RuleBook | RuleErrors) -> None:
        try:
            self._on_change(outcome)
        except (KgrecError, RuntimeError):
            # An app that is closing refuses calls from threads; the next change must still be seen by a living one.
            _log.exception("the rules changed, but nobody could be told")
