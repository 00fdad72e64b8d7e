"""What may stand in a rule file: which keys, what they hold, and how wrong ones are reported.

Plain tables rather than a validation library: loading one costs more start-up time than everything else here, and its
messages would have to be replaced by ours anyway.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kgrec.domain import Option, Place, Value
from kgrec.errors import RuleError
from kgrec.rulebook.document import ListNode, MapNode, Node, ScalarNode
from kgrec.rulebook.quantities import as_number
from kgrec.rulebook.rules import RuleKind
from kgrec.rulebook.source import Source
from kgrec.rulebook.suggest import choose, listed
from kgrec.text import clean

COMMON: Final = ("name", "when", "unless", "because")
"""The keys that every rule may have."""

OWN: Final[Mapping[RuleKind, tuple[str, ...]]] = {
    RuleKind.REQUIRE: ("strength",),
    RuleKind.FORBID: ("strength",),
    RuleKind.PREFER: ("weight",),
    RuleKind.ASK: ("question", "options"),
}
"""The keys that only rules of one kind may have."""

_KINDS: Final = tuple(str(kind) for kind in RuleKind)

_KEYS: Final = tuple(dict.fromkeys((*COMMON, *_KINDS, *(key for keys in OWN.values() for key in keys))))


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of ``rules:`` with only keys its kind may have; what they hold is read by the methods.

    Every method reports what is wrong to ``errors`` and returns a value that lets the reading go on.
    """

    kind: RuleKind
    place: Place
    nodes: Mapping[str, Node]
    errors: list[RuleError]

    def text(self, key: str) -> str:
        """Return a text without control characters; empty if the key is not given."""
        node = self.nodes.get(key)
        if node is None:
            return ""
        if not isinstance(node, ScalarNode):
            self._wrong(node, f"{key!r} is one text, not several")
            return ""
        return clean(node.text)

    def required_text(self, key: str) -> str:
        """Return a text that must be there."""
        text = self.text(key)
        if not text and (key not in self.nodes or isinstance(self.nodes[key], ScalarNode)):
            self.errors.append(RuleError(f"{_article(self.kind)} rule needs {key!r}", self._key_place(key)))
        return text

    def number(self, key: str, default: float) -> float:
        """Return a finite number other than 0."""
        node = self.nodes.get(key)
        if node is None:
            return default
        number = as_number(node.text) if isinstance(node, ScalarNode) else None
        if number is None or not math.isfinite(number) or number == 0:
            shown = f", {node.text!r} is not" if isinstance(node, ScalarNode) and number != 0 else ""
            self._wrong(node, f"{key!r} is a number other than 0{shown}", f"write one, as in: {key}: {default:g}")
            return default
        return number

    def source(self, key: str) -> Source | None:
        """Return an expression as written, None if it is not given."""
        node = self.nodes.get(key)
        if node is None:
            return None
        if not isinstance(node, ScalarNode):
            self._wrong(
                node, f"{str(key)!r} is one expression, not a {_shape(node)}", "join conditions with 'and' or 'or'"
            )
            return None
        return node.source

    def options(self, key: str) -> tuple[Option, ...]:
        """Return at least two different options to choose from."""
        node = self.nodes.get(key)
        items = node.items if isinstance(node, ListNode) else ()
        texts = [item for item in items if isinstance(item, ScalarNode) and clean(item.text)]
        if len(texts) < max(len(items), 2):
            place = self._key_place(key) if node is None else node.place
            hint = "as in: options: [first, second]"
            self.errors.append(RuleError(f"{key!r} is a list of at least two texts", place, hint))
            return ()
        seen: set[str] = set()
        for item in texts:
            if item.text.casefold() in seen:
                self._wrong(item, f"the option {item.text!r} is given twice", "remove one")
            seen.add(item.text.casefold())
        return tuple(Option(clean(item.text), _value(item)) for item in texts)

    def _wrong(self, node: Node, message: str, hint: str = "") -> None:
        self.errors.append(RuleError(message, node.place, hint))

    def _key_place(self, key: str) -> Place:
        return self.nodes[key].place if key in self.nodes else self.place


def _value(node: ScalarNode) -> Value:
    is_plain = node.raw[:1] not in ("'", '"')
    number = as_number(node.text) if is_plain else None
    if number is not None:
        return number
    if is_plain and node.text in ("true", "false"):
        return node.text == "true"
    return clean(node.text)


def read_entries(root: Node | None, errors: list[RuleError]) -> Iterator[Entry]:
    """Yield the entries of a document that are of a known kind; everything else is reported to ``errors``."""
    if root is None:
        return
    if not isinstance(root, MapNode):
        errors.append(RuleError(f"a rule file is a mapping, not a {_shape(root)}", root.place, "begin it with: rules:"))
        return
    for key, node in root.entries:
        if key.text != "rules":
            hint = "a rule file holds 'rules', and below it one entry a rule"
            errors.append(RuleError(f"unknown key {key.text!r}", key.place, hint))
        elif isinstance(node, ListNode):
            yield from (entry for item in node.items if (entry := _entry(item, errors)) is not None)
        elif not isinstance(node, ScalarNode) or node.text:
            errors.append(
                RuleError(f"'rules' is a list, not a {_shape(node)}", node.place, "begin each rule with '- '")
            )


def _entry(node: Node, errors: list[RuleError]) -> Entry | None:
    if not isinstance(node, MapNode):
        hint = "write keys and values, as in: require: year >= 1990"
        errors.append(RuleError(f"a rule is a mapping, not a {_shape(node)}", node.place, hint))
        return None
    unknown = [key for key, _ in node.entries if key.text not in _KEYS]
    errors += [
        RuleError(f"unknown key {key.text!r}", key.place, choose(key.text, _KEYS, "keys of a rule")) for key in unknown
    ]
    kinds = [key for key, _ in node.entries if key.text in _KINDS]
    if len(kinds) != 1:
        if kinds:
            message = f"a rule does one thing, this one has {listed([key.text for key in kinds], 'and')}"
            errors.append(RuleError(message, kinds[1].place, "make it two rules"))
        elif not unknown:  # else the kind is probably what is misspelt
            errors.append(RuleError("this rule does nothing", node.place, f"give it one of {listed(_KINDS, 'or')}"))
        return None
    kind = RuleKind(kinds[0].text)
    allowed = (*COMMON, kind, *OWN[kind])
    for key, _ in node.entries:
        if key.text in _KEYS and key.text not in allowed:
            owners = [str(other) for other in RuleKind if key.text in OWN[other]]
            message = f"{key.text!r} has no meaning in {_article(kind)} rule"
            errors.append(RuleError(message, key.place, f"it belongs to {listed(owners, 'and')}"))
    return Entry(kind, node.place, {key.text: value for key, value in node.entries if key.text in allowed}, errors)


def _article(kind: RuleKind) -> str:
    return f"an {kind}" if kind is RuleKind.ASK else f"a {kind}"


def _shape(node: Node) -> str:
    match node:
        case ScalarNode():
            return "text"
        case ListNode():
            return "list"
        case MapNode():
            return "mapping"
