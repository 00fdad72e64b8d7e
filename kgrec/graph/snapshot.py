"""Snapshots: compiled arrays on disk, memory-mapped on load, never trusted when damaged.

A snapshot is a folder: one .npy file an array, strings.json for everything else, and manifest.json with the size and
checksum of each. It is written beside its place and renamed into it, so two processes may race and a crash leaves the
old one. What is loaded has been checked against the manifest; what does not agree is built again, and said so.

To read a hundred megabytes for their checksums takes longer than anything else at a start. So a file that was found to
be sound is given the date in the manifest, which no later writing leaves behind: while it bears that it is not read.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kgrec.errors import StoreError
from kgrec.graph.knowledge import KnowledgeGraph
from kgrec.graph.packing import pack, unpack


class _OutdatedError(StoreError):
    """A snapshot that is sound, but of other sources or another version."""


VERSION: Final = 1
"""Of the layout of these files; another one is built again."""

_ATTEMPTS: Final = 50
_CHUNK: Final = 1 << 20
_BACKDATED_S: Final = 60
"""The date of what is sound lies so long before it was written, at an even second, which every file system can keep."""
_MANIFEST: Final = "manifest.json"
_STRINGS: Final = "strings.json"
_log = logging.getLogger(__name__)


def save(kg: KnowledgeGraph, folder: Path) -> None:
    """Write a snapshot of the graph; raises StoreError when the disk refuses."""
    arrays, meta = pack(kg)
    save_arrays(folder, arrays, {"graph": meta})


def load(folder: Path, fingerprint: str) -> KnowledgeGraph:
    """Return the graph of a snapshot.

    Raises:
        StoreError: there is none, it is damaged, or it is of other sources than ``fingerprint`` says.
    """
    return load_if(folder, lambda found: found == fingerprint)


def load_if(folder: Path, is_wanted: Callable[[str], bool]) -> KnowledgeGraph:
    """Return the graph of a snapshot whose fingerprint is a wanted one; raises StoreError as :func:`load` does."""
    arrays, meta = load_arrays(folder)
    try:
        if not is_wanted(meta["graph"]["fingerprint"]):
            raise _OutdatedError(f"{folder}: this snapshot is of other data")
        return unpack(arrays, meta["graph"])
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{folder}: this snapshot does not hold a graph ({error!r})") from error


def open_or_build(folder: Path, fingerprint: str, build: Callable[[], KnowledgeGraph]) -> KnowledgeGraph:
    """Return the snapshot's graph, or build, save and return it when there is none or it cannot be trusted.

    A snapshot that cannot be written is only logged: the graph is returned all the same.
    """
    if folder.exists():
        try:
            return load(folder, fingerprint)
        except _OutdatedError as error:
            _log.info("building anew: %s", error)
        except StoreError as error:
            _log.warning("building anew, the stored graph cannot be trusted: %s", error)
    graph = build()
    try:
        save(graph, folder)
    except StoreError as error:
        _log.warning("no snapshot kept, the next start will be slow again: %s", error)
    return graph


# --- arrays of any meaning --------------------------------------------------------------------------------------------


def save_arrays(folder: Path, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> None:
    """Write named arrays and a JSON document into a folder, replacing it whole.

    Names may hold letters, digits, ``.``, ``-`` and ``_``.

    Raises:
        StoreError: the disk refuses.
        ValueError: a name that is no file name, or an array of objects.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as temporary:
            fresh = Path(temporary) / "new"
            fresh.mkdir()
            _write(fresh, arrays, meta)
            _swap(fresh, folder, Path(temporary))
    except OSError as error:
        raise StoreError(f"{folder}: cannot be written ({error.strerror or error})") from error


def _write(folder: Path, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> None:
    files: dict[str, list[int]] = {}
    for name, array in arrays.items():
        if not name.replace(".", "").replace("-", "").replace("_", "").isalnum() or name.startswith("."):
            raise ValueError(f"an array cannot be called {name!r}")
        np.save(folder / f"{name}.npy", np.asarray(array, order="C"), allow_pickle=False)
    (folder / _STRINGS).write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8", errors="surrogatepass")
    for path in sorted(folder.iterdir()):
        files[path.name] = [path.stat().st_size, _checksum(path)]
    date_ns = (time.time_ns() // 10**9 - _BACKDATED_S) // 2 * 2 * 10**9
    manifest = {"version": VERSION, "date_ns": date_ns, "files": files}
    with (folder / _MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(manifest, file)
        file.flush()
        os.fsync(file.fileno())


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            checksum = zlib.crc32(chunk, checksum)
    return checksum


def _swap(fresh: Path, folder: Path, aside: Path) -> None:
    """Put ``fresh`` in the place of ``folder``; of several processes that do so at once the last one's work stands."""
    for attempt in range(_ATTEMPTS):
        with contextlib.suppress(FileNotFoundError):  # nothing there, or another process has just moved it aside
            folder.rename(aside / f"old{attempt}")
        try:
            fresh.rename(folder)
        except OSError:  # another process was quicker
            if attempt == _ATTEMPTS - 1 or not fresh.exists():
                raise
        else:
            return


def load_meta(folder: Path) -> dict[str, Any]:
    """Return the document of save_arrays without looking at the arrays; raises StoreError if it cannot be read."""
    try:
        meta = json.loads((folder / _STRINGS).read_bytes().decode("utf-8", "surrogatepass"))
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder}: cannot be read ({error})") from error
    if not isinstance(meta, dict):
        raise StoreError(f"{folder}: damaged, it cannot be understood")
    return meta


def load_arrays(folder: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return what save_arrays wrote; the arrays are read-only maps of the files.

    Raises:
        StoreError: nothing there, another version, or a file whose size or checksum is not the manifest's.
    """
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or manifest.get("version") != VERSION:
            raise _OutdatedError(f"{folder}: this snapshot is of another version of kgrec")
        arrays = {}
        for name, (size, checksum) in manifest["files"].items():
            path = folder / name
            _verify(path, size, checksum, manifest.get("date_ns"))
            if name != _STRINGS:
                arrays[name.removesuffix(".npy")] = _array(path)
        meta = json.loads((folder / _STRINGS).read_bytes().decode("utf-8", "surrogatepass"))
    except OSError as error:
        raise StoreError(f"{folder}: cannot be read ({error.strerror or error})") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(f"{folder}: damaged, it cannot be understood ({error})") from error
    else:
        return arrays, meta


def _verify(path: Path, size: int, checksum: int, date_ns: int | None) -> None:
    """Raise StoreError unless a file is what was written; what is sound is dated, so that it need not be read again."""
    found = path.stat()
    if found.st_size == size and found.st_mtime_ns == date_ns:
        return
    if found.st_size != size or _checksum(path) != checksum:
        raise StoreError(f"{path}: damaged, it is not what was written")
    if date_ns is not None:  # those of earlier versions have none
        with contextlib.suppress(OSError):  # it can be read, that is all it takes
            os.utime(path, ns=(found.st_atime_ns, date_ns))


def _array(path: Path) -> NDArray[Any]:
    """Return the array in a .npy file, mapped."""
    with path.open("rb") as file:
        major, _ = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read(file)
        if fortran or dtype.hasobject:
            raise StoreError(f"{path}: not an array of ours")
        if 0 in shape:  # an empty file cannot be mapped
            return np.empty(shape, dtype)
        # A plain array: memmap's own methods are slow.
        return np.asarray(np.memmap(file, dtype=dtype, mode="r", offset=file.tell(), shape=shape))
