"""Rule files as trees of texts with their places; YAML 1.2, and only the part of it that cannot surprise.

Built from the parser's events, not from loaded values: every text stays as written (``no`` is not a truth value),
every node knows its line and column, and a file that is deep, huge or full of anchors costs nothing before it is
refused. Duplicate keys, anchors, aliases and tags are errors.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kgrec.domain import Place
from kgrec.errors import RuleError
from kgrec.rulebook.source import Source

MAX_BYTES: Final = 1 << 19
"""How large a book's files may be in all: what is full of long expressions takes three seconds then."""

MAX_DEPTH: Final = 20
"""How deep its lists and mappings may be nested."""

MAX_NODES: Final = 30_000
"""How many texts, lists and mappings a book may hold: about 3,000 rules, which take a second to read."""


NO_FILE: Final = "this is not a file"
"""What is said of a directory, a pipe or a device."""


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text, whatever it looks like."""

    text: str
    place: Place
    raw: str = field(repr=False)

    @property
    def source(self) -> Source:
        """The text as an expression."""
        return Source(self.text, self.place, self.raw)


@dataclass(frozen=True, slots=True)
class ListNode:
    """A sequence."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping, in file order; keys are unique."""

    entries: tuple[tuple[ScalarNode, Node], ...]
    place: Place


Node = ScalarNode | ListNode | MapNode


def shape(node: Node) -> str:
    """Return what to call a node that should have been another one."""
    match node:
        case ScalarNode():
            return "text"
        case ListNode():
            return "list"
        case MapNode():
            return "mapping"


def count_nodes(node: Node | None) -> int:
    """Return how many texts, lists and mappings a node is made of."""
    match node:
        case ListNode():
            return 1 + sum(map(count_nodes, node.items))
        case MapNode():
            return 1 + sum(1 + count_nodes(value) for _, value in node.entries)
    return 1 if node is not None else 0


def read_bytes(path: Path) -> bytes:
    """Return a rule file's content.

    Raises:
        RuleError: it cannot be read or is too large.
    """
    place = Place(str(path))
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise RuleError(NO_FILE, place, "name a file with rules")
            content = file.read(MAX_BYTES + 1)
    except IsADirectoryError as error:
        raise RuleError(NO_FILE, place, "name a file with rules") from error
    except OSError as error:
        raise RuleError(f"cannot be read ({error.strerror})", place) from error
    if len(content) > MAX_BYTES:
        raise RuleError(f"rules may have {MAX_BYTES:,} bytes, this file has more", place, "remove rules")
    return content


def _open_at_once(path: str, flags: int) -> int:
    """Open a file without waiting: of a pipe, whose other end nobody may ever write to, or of a device."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_document(content: bytes, path: Path, errors: list[RuleError], n_before: int = 0) -> Node | None:
    """Return the one document of a file, None if it is empty; duplicate keys are added to ``errors``.

    ``n_before`` nodes of other files count towards what a book may hold.

    Raises:
        RuleError: it is not UTF-8, not YAML, or uses what is refused.
    """
    file = str(path)
    text = _decode(content, file)
    return _Composer(_events(text, file), text, file, errors, n_before).document()


def split_lines(text: str) -> list[str]:
    r"""Return the lines of a text as YAML counts them: ``str.splitlines`` ends some elsewhere, at ``\x85`` for one.

    >>> split_lines("a\r\nb\x85c\rd")
    ['a', 'b\x85c', 'd']
    """
    return re.split(r"\r\n|\r|\n", text)


def _decode(content: bytes, file: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        lines = split_lines(content[: error.start].decode("utf-8-sig", "replace"))
        place = Place(file, len(lines), len(lines[-1]) + 1)
        raise RuleError("this is not UTF-8 text", place, "save the file as UTF-8") from None
    return text


def _events(text: str, file: str) -> Iterator[Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except ReaderError as error:
        character = error.character if isinstance(error.character, str) else chr(error.character)
        lines = split_lines(text[: max(text.find(character), 0)])
        place = Place(file, len(lines), len(lines[-1]) + 1)
        raise RuleError("a control character", place, "remove it") from None
    except MarkedYAMLError as error:
        raise _explained(error.problem or "this is not YAML", _place_of(error, file)) from None


def _place_of(error: Any, file: str) -> Place:
    """Return where a parser's error is: what is never closed is so where it begins, if that is in another line."""
    mark, begin = error.problem_mark or error.context_mark, error.context_mark
    problem = error.problem or ""
    if begin is not None and mark.line > begin.line and any(said in problem for said in _NEVER_CLOSED):
        mark = begin
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)


_NEVER_CLOSED: Final = ("expected ',' or", "could not find expected ':'", "unexpected end of stream")


_PROBLEMS: Final = (
    (r"found character '\t'", "a tab", "indent with spaces"),
    ("mapping values are not allowed", "a second ': ' on this line", "put text that contains ': ' in quotes"),
    ("expected <block end>, but found '<scalar>'", "text after a quoted text", "put the whole value in quotes"),
    ("expected <block end>", "this does not line up with the lines above", "indent entries of one level alike"),
    ("expected a comment or a line break", "'>' and '|' begin a block of text here", "put the whole value in quotes"),
    (
        "expected ',' or ']'",
        "a list that is not closed or lacks a ','",
        "put ',' between its values and ']' at its end",
    ),
    (
        "expected ',' or '}'",
        "a mapping that is not closed or lacks a ','",
        "put ',' between its keys and '}' at its end",
    ),
    ("could not find expected ':'", "a line without ':'", "write: key: value"),
    ("unexpected end of stream", "a quote that is never closed", "close it, or write the text without quotes"),
    ("that cannot start any token", "a text may not begin with this character", "put the text in quotes"),
    ("undefined alias", "anchors and aliases are not allowed", "write the value again"),
)
"""What the YAML parser says, what a person reads instead, and the advice."""


def _explained(problem: str, place: Place) -> RuleError:
    for said, message, hint in _PROBLEMS:
        if said in problem or said in problem.replace("\t", r"\t"):
            return RuleError(message, place, hint)
    return RuleError(f"this is not valid YAML: {problem}", place)


class _Composer:
    """Builds nodes of events; recursion is bounded by MAX_DEPTH."""

    def __init__(self, events: Iterator[Any], text: str, file: str, errors: list[RuleError], n_nodes: int) -> None:
        self._events = events
        self._text = text
        self._file = file
        self._errors = errors
        self._n_nodes = n_nodes

    def document(self) -> Node | None:
        node: Node | None = None
        n_documents = 0
        for event in self._events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                n_documents += 1
                if n_documents > 1:
                    raise RuleError("a second document", self._place(event), "remove the line '---'")
                node = self._node(next(self._events), 1)
        return None if isinstance(node, ScalarNode) and not node.raw else node

    def _place(self, event: Any) -> Place:
        return Place(self._file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _node(self, event: Any, depth: int) -> Node:
        place = self._place(event)
        kind = type(event).__name__
        if kind == "AliasEvent" or event.anchor is not None:
            raise RuleError("anchors and aliases are not allowed", place, "write the value again")
        if event.ctag is not None:
            raise RuleError(f"the tag {event.ctag} is not allowed", place, "remove it")
        if depth > MAX_DEPTH:
            raise RuleError(f"nested more than {MAX_DEPTH} deep", place)
        self._n_nodes += 1
        if self._n_nodes > MAX_NODES:
            raise RuleError(f"more than {MAX_NODES:,} keys and values in all", place, "remove rules")
        if kind == "ScalarEvent":
            return ScalarNode(event.value, place, self._text[event.start_mark.index : event.end_mark.index])
        if kind == "SequenceStartEvent":
            return ListNode(tuple(self._node(item, depth + 1) for item in self._until("SequenceEndEvent")), place)
        return MapNode(tuple(self._entries(depth)), place)

    def _until(self, end: str) -> Iterator[Any]:
        for event in self._events:
            if type(event).__name__ == end:
                return
            yield event

    def _value(self, key: Any, depth: int) -> Node:
        node = self._node(next(self._events), depth)
        if isinstance(node, ScalarNode) and not node.raw:  # the parser has nothing to say where nothing stands
            place = Place(self._file, key.end_mark.line + 1, key.end_mark.column + 2)
            return ScalarNode("", place, "")
        return node

    def _entries(self, depth: int) -> Iterator[tuple[ScalarNode, Node]]:
        seen: dict[str, Place] = {}
        for event in self._until("MappingEndEvent"):
            key = self._node(event, depth + 1)
            value = self._value(event, depth + 1)
            if not isinstance(key, ScalarNode):
                raise RuleError("a key must be a word", key.place)
            if key.text in seen:
                message = f"{key.text!r} is given twice, first in line {seen[key.text].line}"
                self._errors.append(RuleError(message, key.place, "remove one"))
            else:
                seen[key.text] = key.place
                yield key, value
