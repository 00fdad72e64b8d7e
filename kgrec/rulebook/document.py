"""Rule files as trees of texts with their places; YAML 1.2, and only the part of it that cannot surprise.

Built from the parser's events, not from loaded values: every text stays as written (``no`` is not a truth value),
every node knows its line and column, and a file that is deep, huge or full of anchors costs nothing before it is
refused. Duplicate keys, anchors, aliases and tags are errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kgrec.domain import Place
from kgrec.errors import RuleError
from kgrec.rulebook.source import Source

MAX_BYTES: Final = 1 << 20
"""How large a rule file may be."""

MAX_DEPTH: Final = 20
"""How deep its lists and mappings may be nested."""


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


def read_bytes(path: Path) -> bytes:
    """Return a rule file's content.

    Raises:
        RuleError: it cannot be read or is too large.
    """
    place = Place(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RuleError(f"cannot be read ({error.strerror})", place) from error
    if len(content) > MAX_BYTES:
        raise RuleError(f"a rule file may have {MAX_BYTES:,} bytes, this one has more", place, "split it into several")
    return content


def read_document(content: bytes, path: Path, errors: list[RuleError]) -> Node | None:
    """Return the one document of a file, None if it is empty; duplicate keys are added to ``errors``.

    Raises:
        RuleError: it is not UTF-8, not YAML, or uses what is refused.
    """
    file = str(path)
    text = _decode(content, file)
    return _Composer(_events(text, file), text, file, errors).document()


def _decode(content: bytes, file: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = len(content[: error.start].rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        raise RuleError("this is not UTF-8 text", Place(file, line, column), "save the file as UTF-8") from None
    return text


def _events(text: str, file: str) -> Iterator[Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except ReaderError as error:
        character = error.character if isinstance(error.character, str) else chr(error.character)
        before = text[: max(text.find(character), 0)]
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise RuleError("a control character", place, "remove it") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise _explained(error.problem or "this is not YAML", place) from None


_PROBLEMS: Final = (
    (r"found character '\t'", "a tab", "indent with spaces"),
    ("mapping values are not allowed", "a second ': ' on this line", "put text that contains ': ' in quotes"),
    ("expected <block end>, but found '<scalar>'", "text after a quoted text", "put the whole value in quotes"),
    ("expected <block end>", "this does not line up with the lines above", "indent entries of one level alike"),
    ("expected a comment or a line break", "'>' and '|' begin a block of text here", "put the whole value in quotes"),
    ("expected ',' or ']'", "a list that is never closed", "expected ',' or ']'"),
    ("expected ',' or '}'", "a mapping that is never closed", "expected ',' or '}'"),
    ("could not find expected ':'", "a line without ':'", "write: key: value"),
    ("unexpected end of stream", "a quote that is never closed", ""),
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

    def __init__(self, events: Iterator[Any], text: str, file: str, errors: list[RuleError]) -> None:
        self._events = events
        self._text = text
        self._file = file
        self._errors = errors

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

    def _entries(self, depth: int) -> Iterator[tuple[ScalarNode, Node]]:
        seen: dict[str, Place] = {}
        for event in self._until("MappingEndEvent"):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, ScalarNode):
                raise RuleError("a key must be a word", key.place)
            if key.text in seen:
                message = f"{key.text!r} is given twice, first in line {seen[key.text].line}"
                self._errors.append(RuleError(message, key.place, "remove one"))
            else:
                seen[key.text] = key.place
                yield key, value
