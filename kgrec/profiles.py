"""The profile store: every event of every user of a data set, kept in one SQLite file.

An event that was acknowledged must survive a crash, and two kgrec processes may write at once. SQLite gives both, with
settings that are not its defaults: a write-ahead log, a sync of the disk with every commit, and transactions that take
the write lock when they begin. A file that is damaged or somebody else's is reported, never repaired or deleted: it may
be all there is of a user's past.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from kgrec.acts import Event, EventKind
from kgrec.errors import StoreError
from kgrec.resources import data_dir

APPLICATION: Final = 0x6B677265
"""Marks the file as ours ("kgre"), so that somebody else's database is never written to."""

BUSY_S: Final = 5.0
"""How long to wait for another process that is writing."""

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        """
        CREATE TABLE events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user TEXT NOT NULL,
            session TEXT NOT NULL,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            value REAL,
            time REAL NOT NULL,
            context TEXT NOT NULL,
            data TEXT NOT NULL
        )
        """,
        "CREATE INDEX events_by_user ON events (user, id)",
        "CREATE INDEX events_by_kind ON events (kind, subject)",
    ),
)
"""What takes a file from version n to n + 1. Never changed once released, only added to."""

_COLUMNS: Final = "user, session, kind, subject, value, time, context, data"


def profile_path(dataset: str) -> Path:
    """Return where the profiles of a data set live."""
    return data_dir() / "profiles" / f"{Path(dataset).name}.sqlite"


class ProfileStore:
    """An event log in a file; implements :class:`kgrec.dialogue.EventLog`. Threads may share it.

    Args:
        path: the file, made if it is not there.

    Raises:
        StoreError: the file cannot be opened or written, is damaged, belongs to another program, or was written by a
            newer kgrec.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, ProfileStore(Path(folder) / "films.sqlite") as store:
    ...     _ = store.append(Event(EventKind.LIKED, "heat", 1.0, user="ana"))
    ...     [(event.id, event.subject) for event in store.events("ana")]
    [(1, 'heat')]
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{path.parent}: cannot make this folder ({error.strerror}); set KGREC_HOME") from error
        with self._explained():
            self._connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            with self._explained():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def append(self, event: Event) -> Event:
        """Keep an event; once this returns, with the event's id, it is on the disk.

        ``data`` and ``context`` come back as JSON keeps them: tuples become lists.

        Raises:
            StoreError: it could not be kept; nothing of it was.
            ValueError, TypeError: ``data`` or ``context`` hold what JSON cannot.
        """
        return self.append_all((event,))[0]

    def append_all(self, events: Iterable[Event]) -> tuple[Event, ...]:
        """Keep events as :meth:`append` does, all of them or none."""
        rows = [_row(event) for event in events]
        insert = f"INSERT INTO events ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  (constant)
        with self._explained(), self._lock, self._transaction():
            numbers = [self._connection.execute(insert, row).lastrowid for row in rows]
        return tuple(self._event((number, *row)) for number, row in zip(numbers, rows, strict=True))

    def events(self, user: str) -> tuple[Event, ...]:
        """Return all events of a user, oldest first, those of other processes included.

        Raises:
            StoreError: the file cannot be read, or holds what this kgrec does not understand.
        """
        return self.events_since(user, 0)

    def events_since(self, user: str, after: int) -> tuple[Event, ...]:
        """Return the events of a user with an id greater than ``after``, oldest first; raises as :meth:`events`."""
        with self._explained(), self._lock:
            rows = self._connection.execute(
                f"SELECT id, {_COLUMNS} FROM events WHERE user = ? AND id > ? ORDER BY id",  # noqa: S608  (constant)
                (user, after),
            ).fetchall()
        return tuple(self._event(row) for row in rows)

    def users(self) -> tuple[str, ...]:
        """Return the users there are events of, in alphabetical order."""
        with self._explained(), self._lock:
            rows = self._connection.execute("SELECT DISTINCT user FROM events ORDER BY user").fetchall()
        return tuple(name for (name,) in rows)

    def forget(self, user: str, kind: EventKind, subjects: Collection[str] | None = None) -> int:
        """Remove a user's events of one kind without trace; return how many there were.

        ``subjects``: only those about these; None: all of the kind. What is undone stays in the log; this does not, nor
        in its free pages: deleted rows are overwritten, and the file is written anew without them.

        Raises:
            StoreError: the rows are gone, but another process reads the file, so that their bytes cannot be; once it is
                closed, the same call finishes.
        """
        chosen = (
            "user = ? AND kind = ?"
            if subjects is None
            else f"user = ? AND kind = ? AND subject IN ({', '.join('?' * len(subjects))})"
        )
        with self._explained(), self._lock:
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.execute("PRAGMA temp_store = MEMORY")  # the file being rewritten leaves nothing elsewhere
            with self._transaction():
                statement = f"DELETE FROM events WHERE {chosen}"  # noqa: S608  (placeholders only)
                gone = self._connection.execute(statement, (user, kind.value, *(subjects or ()))).rowcount
            self._connection.execute("VACUUM")
            is_busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if is_busy:
            raise StoreError(f"{self.path}: another kgrec has it open; close that and do this again, to leave no trace")
        return gone

    def close(self) -> None:
        """Let go of the file; closing twice does no harm."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- the file -------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        self._check_owner()
        self._use_write_ahead_log()
        self._connection.execute("PRAGMA synchronous = FULL")
        if self._pragma("user_version") == len(MIGRATIONS):
            return
        with self._transaction():  # another process may have been faster: look again, now with the lock
            for statements in MIGRATIONS[self._pragma("user_version") :]:
                for statement in statements:
                    self._connection.execute(statement)
            self._connection.execute(f"PRAGMA application_id = {APPLICATION}")
            self._connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    def _check_owner(self) -> None:
        """Raise StoreError for a file that is not ours, before anything is written to it."""
        with self._transaction("DEFERRED"):  # one view of all three, while another process may be making the file
            version = self._pragma("user_version")
            owner = self._pragma("application_id")
            (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if owner != APPLICATION and (tables or version or owner):
            raise StoreError(f"{self.path} is another program's database; move it away, or set KGREC_HOME elsewhere")
        if version > len(MIGRATIONS):
            raise StoreError(
                f"{self.path} was written by a newer kgrec (version {version} of the file, this one knows "
                f"{len(MIGRATIONS)}); update kgrec"
            )

    def _use_write_ahead_log(self) -> None:
        """Switch the journal, once in a file's life; SQLite does not wait by itself when two processes try."""
        deadline = time.monotonic() + BUSY_S
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL").fetchone()
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return

    def _pragma(self, name: str) -> int:
        return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])

    @contextmanager
    def _transaction(self, lock: str = "IMMEDIATE") -> Iterator[None]:
        self._connection.execute(f"BEGIN {lock}")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn SQLite's errors into ones that say what to do."""
        try:
            yield
        except sqlite3.ProgrammingError as error:
            raise StoreError(f"{self.path}: the profile store is closed") from error
        except sqlite3.OperationalError as error:
            raise StoreError(f"{self.path}: {_advice(error)}") from error
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self.path} is damaged ({error}); {_RESTORE}") from error

    def _event(self, row: tuple[Any, ...]) -> Event:
        number, user, session, kind, subject, value, moment, context, data = row
        try:
            return Event(
                kind=EventKind(kind),
                subject=subject,
                value=value,
                data=json.loads(data),
                context=json.loads(context),
                time=moment,
                user=user,
                session=session,
                id=number,
            )
        except ValueError as error:
            raise StoreError(
                f"{self.path}: event {number} cannot be read ({error}); update kgrec, or {_RESTORE}"
            ) from error


_RESTORE: Final = "move the file away to start afresh, or put a backup in its place"


def _advice(error: sqlite3.OperationalError) -> str:
    """Say what an operational error means for the user."""
    code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"another kgrec has been writing for {BUSY_S:g} s; try again, or close it"
    if code == sqlite3.SQLITE_FULL:
        return "the disk is full; make room, nothing that was kept is lost"
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return (
            f"cannot be written ({error}); make the file and its folder writable, or set KGREC_HOME to another folder"
        )
    return f"cannot be used ({error}); {_RESTORE}"


def _row(event: Event) -> tuple[Any, ...]:
    """Return an event as the columns of the table, but for its id."""
    context, data = _to_json(event.context), _to_json(event.data)
    return (event.user, event.session, event.kind.value, event.subject, event.value, event.time, context, data)


def _to_json(mapping: Mapping[str, Any]) -> str:
    return json.dumps(dict(mapping), ensure_ascii=True, allow_nan=False)
