"""Files of a folder or a zip, found by their names wherever in it they lie.

Only the files asked for are taken out, under names of our own, so nothing in an archive decides where anything is
written; and not more than a limit, so that a small zip cannot fill the disk.
"""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from typing import Final, NamedTuple

from kgrec.errors import DataError

SIZE_LIMIT: Final = 8 << 30
"""Bytes that one file of an archive may have."""


class SourceFile(NamedTuple):
    """A file to read, and what to call it in errors."""

    path: Path
    shown: str


@contextmanager
def unpacked(path: Path, names: Sequence[str], *, required: Sequence[str] = ()) -> Iterator[dict[str, SourceFile]]:
    """Give name → file for those of ``names`` that the folder or zip has; a zip's are gone afterwards.

    Raises:
        DataError: neither folder nor zip, a required file missing, or a zip that is cut short or damaged.
    """
    if path.is_dir():
        files = {name: SourceFile(path / name, str(path / name)) for name in names if (path / name).is_file()}
        _require(path, files, required)
        yield files
    elif path.is_file():
        with tempfile.TemporaryDirectory(prefix="kgrec-") as folder:
            files = _extract(path, names, Path(folder))
            _require(path, files, required)
            yield files
    else:
        raise DataError(f"{path}: no such folder or zip")


def _require(path: Path, files: dict[str, SourceFile], required: Sequence[str]) -> None:
    missing = [name for name in required if name not in files]
    if missing:
        raise DataError(f"{path}: {' and '.join(missing)} missing; name the folder or zip that holds them")


def _extract(path: Path, names: Sequence[str], folder: Path) -> dict[str, SourceFile]:
    files: dict[str, SourceFile] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                name = PurePosixPath(info.filename).name
                if name not in names or name in files or info.is_dir():
                    continue
                if info.file_size > SIZE_LIMIT:
                    raise DataError(f"{path}: {info.filename} would take {info.file_size:,} bytes, more than allowed")
                with archive.open(info) as source, (folder / name).open("wb") as target:
                    copyfileobj(source, target, 1 << 20)
                files[name] = SourceFile(folder / name, f"{path}/{info.filename}")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"{path}: not a whole zip file ({error}); download it again") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from error
    return files
