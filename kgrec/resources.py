"""Where files live: those that ship with kgrec and those of the user.

The one module that knows of platform folders. ``KGREC_HOME`` moves all of the user's files below one folder, which is
what tests and portable installations use. Files are replaced whole: a reader sees the old content or the new one.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs

from kgrec.errors import DataError, StoreError

if TYPE_CHECKING:
    from sqlite3 import Connection

_log = logging.getLogger(__name__)

_CHUNK: Final = 1 << 20
_TRY_S: Final = 0.25


def package_file(package: str, name: str) -> Path:
    """Return the path of a shipped file: ``package_file("ontology", "films.ttl")``.

    Raises:
        DataError: there is no such file in the installation.
    """
    path = Path(str(files(f"kgrec.{package}").joinpath(name)))
    if not path.is_file():
        raise DataError(f"{name} is missing from the installation of kgrec ({path}); reinstall it")
    return path


def is_shipped(path: Path) -> bool:
    """Whether a file belongs to the installation: the next update replaces it."""
    folders = (Path(str(files(f"kgrec.{package}"))) for package in ("rules", "ontology"))
    return any(path.resolve().is_relative_to(folder.resolve()) for folder in folders)


def cache_dir() -> Path:
    """Return the folder for what can be computed again, created if need be."""
    return _user_dir("cache", platformdirs.user_cache_path("kgrec", appauthor=False))


def data_dir() -> Path:
    """Return the folder for the user's data sets and profiles, created if need be."""
    return _user_dir("data", platformdirs.user_data_path("kgrec", appauthor=False))


def dataset_dir(name: str) -> Path:
    """Return the folder of the imported data set of a name, or where it will be once it is made."""
    return data_dir() / "datasets" / name


def config_dir() -> Path:
    """Return the folder for what the user has set, created if need be."""
    return _user_dir("config", platformdirs.user_config_path("kgrec", appauthor=False))


def _user_dir(kind: str, default: Path) -> Path:
    home = os.environ.get("KGREC_HOME")
    folder = Path(home) / kind if home else default
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{folder}: cannot make this folder ({error.strerror}); set KGREC_HOME to one") from error
    return folder


@contextlib.contextmanager
def locked(name: str, patience_s: float) -> Iterator[None]:
    """Let one process at a time do what has that name; others say so, as a warning in the log, and wait.

    An exclusive transaction of SQLite is the lock: it works on every platform, and one held by a process that is killed
    is free at once, which a file that stands for a lock is not.

    Raises:
        StoreError: another process does not end in time, or the cache cannot be written.
    """
    import sqlite3

    path = cache_dir() / "locks" / f"{name}.lock"
    try:
        path.parent.mkdir(exist_ok=True)
        connection = sqlite3.connect(path, timeout=min(_TRY_S, patience_s), isolation_level=None)
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreError(f"{path}: cannot be written ({error})") from error
    with contextlib.closing(connection):
        _acquire(connection, name, patience_s)
        yield


def _acquire(connection: Connection, name: str, patience_s: float) -> None:
    """Begin the transaction that is a lock; waits here, because SQLite hears no ctrl+c while it waits."""
    import sqlite3

    end, is_told = time.monotonic() + patience_s, False
    while True:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise StoreError(f"the lock {name!r} cannot be had ({error})") from error
            if time.monotonic() >= end:
                why = f"another process has been at this for {patience_s:.0f} s, wait for it"
                raise StoreError(f"{name}: {why}") from error
        else:
            return
        if not is_told:
            _log.warning("waiting for another process to end: %s", name)
            is_told = True


@contextlib.contextmanager
def folder_beside(path: Path) -> Iterator[Path]:
    """Give a folder beside a path, to make in it what shall take the path's place; it goes away at the end.

    So do those left behind by processes that were killed: only who holds a lock for the path may call this.
    """
    prefix = f".{path.name}."
    for left in path.parent.iterdir():
        if left.name.startswith(prefix) and "." not in left.name.removeprefix(prefix):  # else beside a longer name
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=path.parent) as folder:
        yield Path(folder)


def write_atomic(path: Path, data: bytes | str) -> None:
    """Replace the file at ``path`` so that nobody, not even after a crash, sees half of it; text becomes UTF-8."""
    content = data.encode("utf-8") if isinstance(data, str) else data
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(_mode(path))
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise


def _mode(path: Path) -> int:
    """Return the permissions a replaced file keeps, or those that any new file of this process gets."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def hash_files(paths: Iterable[Path], *salt: str) -> str:
    """Return a hash of the files' contents, in that order, and of ``salt``: 32 hexadecimal digits.

    Raises:
        DataError: a file cannot be read.
    """
    digest = hashlib.blake2b(digest_size=16)
    for word in salt:
        digest.update(f"{len(word)}:{word}".encode())
    for path in paths:
        try:
            digest.update(f"{path.stat().st_size}:".encode())
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
        except OSError as error:
            raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    return digest.hexdigest()
