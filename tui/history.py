"""What somebody wrote, kept over sessions: one line each, the last at the end, for nobody else to read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kgrec.resources import data_dir

KEPT: Final = 500
_PRIVATE: Final = 0o600


def history_file() -> Path:
    """Return where it is kept; raises DataError if there is no folder for it."""
    return data_dir() / "written.txt"


def read_history() -> tuple[str, ...]:
    """Return what was written, at most the last ``KEPT`` lines; a file that has grown to twice that is cut.

    Nothing if the file is not there or cannot be read: nobody shall be kept from talking by it.
    """
    path = history_file()
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        if len(lines) > 2 * KEPT:
            _replace(path, lines[-KEPT:])
    except OSError:
        return ()
    return tuple(lines[-KEPT:])


def add_to_history(line: str) -> None:
    """Keep one more line; raises OSError. Appending is safe with two apps open at once."""
    handle = os.open(history_file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, _PRIVATE)
    with os.fdopen(handle, "ab") as file:
        file.write(f"{' '.join(line.split())}\n".encode())


def _replace(path: Path, lines: Sequence[str]) -> None:
    temporary = path.with_suffix(f".{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
    temporary.replace(path)
