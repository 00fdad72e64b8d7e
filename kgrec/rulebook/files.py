"""The files of a rule book: those named, those they include, each once, in the order in which their rules count.

Included files come before the one that includes them, depth first, so that a file has the last word over what it
includes. Files that include each other, or too many of them, end in an error at the include that leads too far.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kgrec.domain import Place
from kgrec.errors import RuleError
from kgrec.rulebook.document import MAX_BYTES, count_nodes, read_bytes, read_document, split_lines
from kgrec.rulebook.entries import Sheet, read_sheet

MAX_FILES: Final = 64
"""How many files a book may have."""

Drafts = Mapping[Path, str]
"""Texts to be read in place of what their files hold, or of files that are not there yet."""


@dataclass(slots=True)
class RuleFiles:
    """What was read of some files.

    Attributes:
        sheets: what each file holds, in the order in which they count.
        read: their paths, in the same order.
        tried: the paths of all files that were looked at, those that could not be read too.
        errors: all mistakes of all files.
        n_shared: how many of the sheets are not the user's own.
        drafts: what is read in place of files.
    """

    sheets: list[Sheet] = field(default_factory=list)
    read: list[Path] = field(default_factory=list)
    tried: list[Path] = field(default_factory=list)
    errors: list[RuleError] = field(default_factory=list)
    n_shared: int = 0
    drafts: Drafts = field(default_factory=dict)
    _contents: dict[str, bytes] = field(default_factory=dict)
    _lines: dict[str, list[str]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _n_nodes: int = 0

    @property
    def fingerprint(self) -> str:
        """A hash of what was read, in order."""
        digest = hashlib.blake2b(digest_size=16)
        for path in self.read:
            content = self._contents[str(path)]
            digest.update(f"{len(content)}:".encode() + content)
        return digest.hexdigest()

    def order(self, place: Place) -> tuple[int, int, int]:
        """Return by what errors are sorted: files as they were come across, then lines."""
        names = [str(path) for path in self.tried]
        return names.index(place.file) if place.file in names else len(names), place.line, place.column

    def line(self, place: Place) -> str:
        """Return the line of a place; empty if its file was not read."""
        if place.file not in self._lines:
            text = self._contents.get(place.file, b"").decode("utf-8-sig", "replace")
            self._lines[place.file] = split_lines(text)
        lines = self._lines[place.file]
        return lines[place.line - 1] if place.line <= len(lines) else ""

    def add(self, path: Path, chain: tuple[Path, ...] = (), include: Place | None = None) -> None:
        """Read a file after those that it includes, unless that was done; ``include`` is where it is asked for."""
        key = os.path.realpath(path)  # unlike Path.resolve it survives links that lead nowhere
        keys = [os.path.realpath(other) for other in chain]
        if include is not None and key in keys:
            shown = " → ".join(str(other) for other in (*chain[keys.index(key) :], chain[keys.index(key)]))
            self.errors.append(RuleError(f"files include each other: {shown}", include, "remove one of the includes"))
        elif key not in self._seen:
            self._seen.add(key)
            if len(self._seen) > MAX_FILES:
                place = include or Place(str(path))
                self.errors.append(RuleError(f"more than {MAX_FILES} rule files", place, "join some of them"))
                return
            self._read(path, chain, include)

    def _read(self, path: Path, chain: tuple[Path, ...], include: Place | None) -> None:
        self.tried.append(path)
        try:
            content = self.drafts[path].encode() if path in self.drafts else read_bytes(path)
        except RuleError as error:
            if include is not None:
                hint = error.hint or "it is looked for from the folder of this file"
                error = RuleError(f"{path}: {error.message}", include, hint)
            self.errors.append(error)
            return
        if sum(map(len, self._contents.values())) + len(content) > MAX_BYTES:
            message = f"rules may have {MAX_BYTES:,} bytes in all files together, with this one they have more"
            self.errors.append(RuleError(message, Place(str(path)), "remove rules"))
            return
        self._contents[str(path)] = content
        try:
            root = read_document(content, path, self.errors, self._n_nodes)
            self._n_nodes += count_nodes(root)
            sheet = read_sheet(root, self.errors)
        except RuleError as error:
            self.errors.append(error)
            sheet = Sheet()
        for included in sheet.includes:
            if not included.text.isprintable():  # a NUL is no part of any file's name
                self.errors.append(RuleError(f"{included.text!r} is not the name of a file", included.place))
                continue
            self.add(path.parent / included.text, (*chain, path), included.place)
        self.sheets.append(sheet)
        self.read.append(path)


def read_files(paths: Iterable[Path], own: Path | None = None, drafts: Drafts | None = None) -> RuleFiles:
    """Read rule files, or drafts of them, and what they include; ``own`` comes last and need not be there."""
    files = RuleFiles(drafts=drafts or {})
    for path in paths:
        files.add(path)
    files.n_shared = len(files.sheets)
    if own is not None:
        if own in files.drafts or os.path.lexists(own):
            files.add(own)
        else:
            files.tried.append(own)
    return files
