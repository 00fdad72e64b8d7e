"""Versions of what was learned: the last few, each a folder, and which of them is in force.

A version is written beside its place and renamed into it, and the newest is in force from that moment: a process that
is killed leaves either the old one or the new one. Going back is a note of two numbers, what to and what from; it holds
until there is a newer version than it knew. KEPT stay, the one in force before a new one among them, so that a worse
one can be undone.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from numpy.typing import NDArray

from kgrec.errors import ModelError, StoreError
from kgrec.graph.snapshot import load_arrays, load_meta, save_arrays
from kgrec.resources import locked, write_atomic

KEPT: Final = 3
"""So many versions are kept."""

_BACK: Final = "back"
_LOCK_S: Final = 60.0


@dataclass(frozen=True, eq=False)
class Version:
    """What was learned once.

    Attributes:
        number: counted from 1, in the order in which they were made.
        folder: where it lies.
        key: what it was learned from and with; equal keys mean equal versions.
        notes: when it was made (``made``, ISO 8601), of how much, in how many seconds, and how well it did.
        rest: what was kept with it that is no array, see kgrec.fitting.
        after: the number of the version in force before it, 0 = none.
    """

    number: int
    folder: Path
    key: Mapping[str, Any]
    notes: Mapping[str, Any]
    rest: Mapping[str, Any]
    after: int = 0

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what was learned; raises StoreError if it is damaged."""
        return load_arrays(self.folder)[0]

    @property
    def extra(self) -> tuple[str, ...]:
        """The optional scorers in it."""
        return tuple(self.rest["extra"])

    @property
    def size(self) -> int:
        """How many bytes it takes on the disk."""
        return sum(path.stat().st_size for path in self.folder.iterdir())


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions in a folder."""

    folder: Path

    def all(self) -> tuple[Version, ...]:
        """Return those there are, the oldest first; what is damaged is left out."""
        found: list[Version] = []
        for number in self._numbers():
            with contextlib.suppress(StoreError, KeyError):
                meta = load_meta(self.folder / str(number))
                after = meta.get("after", found[-1].number if found else 0)  # older ones do not tell
                parts = (meta["key"], meta["notes"], meta["rest"], after)
                found.append(Version(number, self.folder / str(number), *parts))
        return tuple(found)

    def _numbers(self) -> list[int]:
        if not self.folder.is_dir():
            return []
        return sorted(int(path.name) for path in self.folder.iterdir() if path.name.isdecimal())

    def in_force(self) -> Version | None:
        """Return the version in force: the newest, or the one that was gone back to from it; None without any."""
        there = self.all()
        if not there:
            return None
        try:
            number, newest = map(int, (self.folder / _BACK).read_text(encoding="utf-8").split())
        except (OSError, ValueError):
            return there[-1]
        back = [version for version in there if version.number == number and newest == there[-1].number]
        return (*there[-1:], *back)[-1]

    def with_key(self, key: Mapping[str, Any]) -> Version | None:
        """Return the newest version with a key."""
        return next((version for version in reversed(self.all()) if version.key == key), None)

    def add(
        self, arrays: Mapping[str, NDArray[Any]], key: Mapping[str, Any], notes: Mapping[str, Any], rest: Any
    ) -> Version:
        """Keep a new version, which is in force then; what is too old goes.

        Raises:
            StoreError: the disk refuses.
        """
        made = datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="seconds")
        notes = {"made": made, **notes}
        with locked(f"fitted-{self.folder.name}", _LOCK_S):
            number = max(self._numbers(), default=0) + 1
            before = self.in_force()
            after = before.number if before is not None else 0
            version = Version(number, self.folder / str(number), key, notes, rest, after)
            save_arrays(version.folder, arrays, {"key": key, "notes": notes, "rest": rest, "after": after})
            others = [known for known in self._numbers() if known not in (number, after)]
            self._tidy((*others, after, number)[-KEPT:])  # what was in force, however many newer ones were undone
        return version

    def put_in_force(self, version: Version) -> None:
        """Let a version be in force until there is a newer one than there is now; raises StoreError."""
        try:
            write_atomic(self.folder / _BACK, f"{version.number} {self.all()[-1].number}\n")
        except OSError as error:
            raise StoreError(f"{self.folder}: cannot be written ({error.strerror or error})") from error

    def before(self, number: int = 0) -> Version:
        """Return the version of a number, or with 0 the one that was in force before the one in force.

        Raises:
            ModelError: there is none; the message says which there are.
        """
        there = self.all()
        now = self.in_force()
        wanted = number or (now.after if now is not None else 0)
        found = [version for version in there if version.number == wanted]
        if not found:
            known = ", ".join(str(version.number) for version in there) or "none"
            raise ModelError(f"there is no version {number or 'before the one in force'}; there are: {known}")
        return found[0]

    def _tidy(self, kept: Sequence[int]) -> None:
        """Remove whatever else lies in the folder, also what killed processes left; we hold the lock."""
        for path in self.folder.iterdir():
            if path.name != _BACK and not (path.name.isdecimal() and int(path.name) in kept):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


__all__ = ["KEPT", "Version", "Versions"]
