"""From the tree of a rule file to entries with only the keys they may have; what they hold is read by methods.

Every mistake is reported and the reading goes on, because a person who fixes one and is then told of the next loses
patience.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kgrec.acts import Option
from kgrec.domain import Place, Value
from kgrec.errors import RuleError
from kgrec.rulebook.document import ListNode, MapNode, Node, ScalarNode, shape
from kgrec.rulebook.quantities import as_number
from kgrec.rulebook.rules import ExpectationKind, RuleKind
from kgrec.rulebook.schema import CLAIMS, COMMON, KINDS, OWN, SECTIONS, TEST, article
from kgrec.rulebook.source import Source
from kgrec.rulebook.suggest import choose, listed
from kgrec.text import clean

_OWNERS: Final = {key: tuple(str(kind) for kind in OWN if key in OWN[kind]) for keys in OWN.values() for key in keys}
"""Keys that only some kinds of rule may have, with those kinds."""

_KINDS: Final = tuple(map(str, KINDS))

_CLAIMS: Final = tuple(map(str, CLAIMS))

_EXAMPLES: Final = {
    "derive": "as in: derive: mood = cosy",
    "limit": "as in: limit: 2 per director",
    "ask": "as in: ask: user.audience",
}
"""What to write for a key that holds no condition."""

_RULE_KEYS: Final = tuple(dict.fromkeys((*_KINDS, *COMMON, *_OWNERS)))


@dataclass(frozen=True, slots=True)
class Entry:
    """Some keys and what was written for them.

    Every method reports what is wrong to ``errors`` and returns a value that lets the reading go on.
    """

    what: str  # what it is, with an article
    place: Place
    nodes: Mapping[str, Node]
    errors: list[RuleError]

    def text(self, key: str) -> str:
        """Return a text without control characters; empty if the key is not given."""
        node = self.nodes.get(key)
        if node is None:
            return ""
        if not isinstance(node, ScalarNode):
            self.wrong(key, f"{key!r} is one text, not a {shape(node)}")
            return ""
        return clean(node.text)

    def filled_text(self, key: str) -> str:
        """Return a text that may be left out but not left empty, as one that YAML takes for a comment is."""
        node = self.nodes.get(key)
        if isinstance(node, ScalarNode) and not node.raw:
            self.wrong(key, f"{key!r} is empty", "put a text that begins with # in quotes, or leave the key out")
        return self.text(key)

    def required_text(self, key: str) -> str:
        """Return a text that must be there."""
        text = self.text(key)
        if not text and (key not in self.nodes or isinstance(self.nodes[key], ScalarNode)):
            self.wrong(key, f"{self.what} needs {key!r}")
        return text

    def number(self, key: str, default: float, *, may_be_zero: bool = False) -> float:
        """Return a finite number, other than 0 unless that makes sense."""
        node = self.nodes.get(key)
        if node is None:
            return default
        number = as_number(node.text) if isinstance(node, ScalarNode) else None
        if number is None or not math.isfinite(number) or (number == 0 and not may_be_zero):
            wanted = "a number" if may_be_zero else "a number other than 0"
            shown = f", {node.text!r} is not" if isinstance(node, ScalarNode) and node.text and number != 0 else ""
            self.wrong(key, f"{key!r} is {wanted}{shown}", f"write one, as in: {key}: {default:g}")
            return default
        return number

    def whole(self, key: str) -> int:
        """Return a whole number from 1 on; 0 if the key is not given."""
        node = self.nodes.get(key)
        if node is None:
            return 0
        number = whole_number(node.text) if isinstance(node, ScalarNode) else None
        if number is None:
            shown = f", {node.text!r} is not" if isinstance(node, ScalarNode) else f", not a {shape(node)}"
            self.wrong(key, f"{key!r} is a whole number from 1 on{shown}", f"write one, as in: {key}: 10")
        return number or 0

    def flag(self, key: str) -> bool:
        """Return whether a key is given and true."""
        node = self.nodes.get(key)
        if node is not None and not (isinstance(node, ScalarNode) and node.text in ("true", "false")):
            self.wrong(key, f"{key!r} is true or false", f"as in: {key}: true")
        return isinstance(node, ScalarNode) and node.text == "true"

    def source(self, key: str) -> Source | None:
        """Return an expression as written, None if it is not given."""
        node = self.nodes.get(key)
        if node is None:
            return None
        if not isinstance(node, ScalarNode):
            hint = _EXAMPLES.get(key, "join conditions with 'and' or 'or'")
            self.wrong(key, f"{str(key)!r} is one text, not a {shape(node)}", hint)
            return None
        return node.source

    def texts(self, key: str) -> tuple[ScalarNode, ...]:
        """Return one or several texts, as written; empty if the key is not given."""
        node = self.nodes.get(key)
        return () if node is None else self.listed(key, node)

    def listed(self, key: str, node: Node) -> tuple[ScalarNode, ...]:
        """Return the texts of ``node``, which is one or a list of them."""
        items = node.items if isinstance(node, ListNode) else (node,)
        texts = tuple(item for item in items if isinstance(item, ScalarNode) and clean(item.text))
        for item in items:
            if not isinstance(item, ScalarNode):
                message = f"{key!r} is a text or a list of texts, not a {shape(item)}"
                self.errors.append(RuleError(message, item.place, "write: [first, second]"))
            elif not clean(item.text):
                self.errors.append(RuleError(f"{key!r} holds an empty text", item.place, "remove it or fill it in"))
        if not items:
            self.errors.append(RuleError(f"{key!r} is an empty list", node.place, "write: [first, second]"))
        return texts

    def options(self, key: str) -> tuple[Option, ...]:
        """Return at least two different options to choose from."""
        node = self.nodes.get(key)
        items = node.items if isinstance(node, ListNode) else ()
        texts = [item for item in items if isinstance(item, ScalarNode) and clean(item.text)]
        if len(texts) < max(len(items), 2):
            self.wrong(key, f"{key!r} is a list of at least two texts", "as in: options: [first, second]")
            return ()
        seen: set[str] = set()
        for item in texts:
            if item.text.casefold() in seen:
                self.errors.append(RuleError(f"the option {item.text!r} is given twice", item.place, "remove one"))
            seen.add(item.text.casefold())
        return tuple(Option(clean(item.text), as_value(item)) for item in texts)

    def part(self, key: str, keys: Iterable[str], example: str) -> Entry | None:
        """Return the mapping below a key, with only ``keys``; None if it is no mapping."""
        node = self.nodes[key]
        if not isinstance(node, MapNode):
            self.wrong(key, f"{key!r} is a mapping, not a {shape(node)}", f"as in: {example}")
            return None
        known = _known(node, tuple(keys), f"keys of {key!r}", self.errors)
        return Entry(repr(key), node.place, known, self.errors)

    def wrong(self, key: str, message: str, hint: str = "") -> None:
        """Report what is wrong with what a key holds, or with its absence."""
        self.errors.append(RuleError(message, self.place_of(key), hint))

    def place_of(self, key: str) -> Place:
        """Return where the value of a key stands; for a key that is missing, where the entry begins."""
        return self.nodes[key].place if key in self.nodes else self.place


@dataclass(frozen=True, slots=True)
class RuleEntry(Entry):
    """One entry of ``rules:``; without a kind it switches a rule of an earlier file off."""

    kind: RuleKind | None
    name: str
    is_off: bool


@dataclass(frozen=True, slots=True)
class ExpectEntry(Entry):
    """One entry of ``expect:``."""

    kind: ExpectationKind


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one file holds, in its order; ``lists`` are the names of ``let``."""

    includes: tuple[ScalarNode, ...] = ()
    lists: tuple[tuple[ScalarNode, tuple[str, ...]], ...] = ()
    rules: tuple[RuleEntry, ...] = ()
    tests: tuple[ExpectEntry, ...] = ()


def read_sheet(root: Node | None, errors: list[RuleError]) -> Sheet:
    """Return the entries of a document; what cannot be one is reported to ``errors``."""
    if root is None:
        return Sheet()
    if not isinstance(root, MapNode):
        hint = "begin it with: rules:"
        errors.append(RuleError(f"a rule file is a mapping, not a {shape(root)}", root.place, hint))
        return Sheet()
    known = _known(root, tuple(SECTIONS), "keys of a rule file", errors)
    sections = {key: node for key, node in known.items() if not isinstance(node, ScalarNode) or node.text}
    file = Entry("a rule file", root.place, sections, errors)
    rules = (_rule(node, errors) for node in _items(file, "rules", "rule"))
    tests = (_test(node, errors) for node in _items(file, "expect", "test"))
    return Sheet(
        file.texts("include"),
        tuple(_lists(file)),
        tuple(rule for rule in rules if rule is not None),
        tuple(test for test in tests if test is not None),
    )


def as_value(node: ScalarNode) -> Value:
    """Return what a text stands for: a number, a truth value, or itself, which it always is in quotes."""
    is_plain = node.raw[:1] not in ("'", '"')
    number = as_number(node.text) if is_plain else None
    if number is not None:
        return number
    if is_plain and node.text in ("true", "false"):
        return node.text == "true"
    return clean(node.text)


def whole_number(text: str) -> int | None:
    """Return a whole number from 1 on, or None.

    >>> whole_number("2"), whole_number("0"), whole_number("1.5"), whole_number("two")
    (2, None, None, None)
    """
    number = as_number(text)
    is_whole = number is not None and math.isfinite(number) and number >= 1 and number == int(number)
    return int(number) if number is not None and is_whole else None


def _known(node: MapNode, keys: Sequence[str], plural: str, errors: list[RuleError]) -> dict[str, Node]:
    """Return what a mapping has for the keys it may have; the others are reported."""
    for key, _ in node.entries:
        if key.text not in keys:
            hint = _limited_hint(node) if key.text == "per" else ""
            errors.append(RuleError(f"unknown key {key.text!r}", key.place, hint or choose(key.text, keys, plural)))
    return {key.text: value for key, value in node.entries if key.text in keys}


def _limited_hint(node: MapNode) -> str:
    """Return how to write a limit whose facet was given as a key of its own; empty if it is none."""
    texts = {key.text: clean(value.text) for key, value in node.entries if isinstance(value, ScalarNode)}
    return f"write: limit: {texts['limit']} per {texts['per']}" if texts.get("limit") and texts.get("per") else ""


def _items(file: Entry, section: str, noun: str) -> Iterator[MapNode]:
    node = file.nodes.get(section)
    if node is None:
        return
    if not isinstance(node, ListNode):
        file.wrong(section, f"{section!r} is a list, not a {shape(node)}", f"begin each {noun} with '- '")
        return
    for item in node.items:
        if isinstance(item, MapNode):
            yield item
        else:
            hint = f"write keys and values, as in: {'require' if noun == 'rule' else 'never'}: year >= 1990"
            file.errors.append(RuleError(f"a {noun} is a mapping, not a {shape(item)}", item.place, hint))


def _lists(file: Entry) -> Iterator[tuple[ScalarNode, tuple[str, ...]]]:
    node = file.nodes.get("let")
    if isinstance(node, MapNode):
        for key, value in node.entries:
            yield key, tuple(clean(item.text) for item in file.listed(key.text, value))
    elif node is not None:
        file.wrong("let", f"'let' is a mapping, not a {shape(node)}", "as in: let: {long: 150, cosy: [Comedy, Family]}")


def _rule(node: MapNode, errors: list[RuleError]) -> RuleEntry | None:
    known = _known(node, _RULE_KEYS, "keys of a rule", errors)
    kinds = [key for key, _ in node.entries if key.text in KINDS]
    if len(kinds) > 1:
        message = f"a rule does one thing, this one has {listed([key.text for key in kinds], 'and')}"
        errors.append(RuleError(message, kinds[1].place, "make it two rules"))
        return None
    kind = RuleKind(kinds[0].text) if kinds else None
    if kind is None and "off" not in known:
        if len(known) == len(node.entries):  # else the kind is probably what is misspelt
            errors.append(RuleError("this rule does nothing", node.place, f"give it one of {listed(_KINDS, 'or')}"))
        return None
    what = f"{article(kind)} rule" if kind is not None else "an entry with 'off'"
    allowed = (*COMMON, str(kind), *OWN[kind]) if kind is not None else ("name", "because", "off")
    for key, _ in node.entries:
        if key.text in known and key.text not in allowed:
            owners = f"it belongs to {listed(_OWNERS[key.text], 'and')}" if key.text in _OWNERS else ""
            errors.append(RuleError(f"{key.text!r} has no meaning in {what}", key.place, owners))
    nodes = {key: value for key, value in known.items() if key in allowed}
    entry = Entry(what, node.place, nodes, errors)
    is_off = entry.flag("off")
    if kind is None and not is_off:
        return None
    name = entry.filled_text("name") if kind is not None else entry.required_text("name")
    if kind is None and not name:
        return None
    return RuleEntry(what, node.place, nodes, errors, kind, name or _described(kind, nodes), is_off)


def _described(kind: RuleKind | None, nodes: Mapping[str, Node]) -> str:
    """Return what a rule without a name is called."""
    if kind is None:
        return ""
    node = nodes[kind]
    if kind is RuleKind.TUNE and isinstance(node, MapNode):
        scorer = next((value for key, value in node.entries if key.text == "scorer"), None)
        return f"tune {clean(scorer.text)}" if isinstance(scorer, ScalarNode) else str(kind)
    return f"{kind} {clean(node.text)}" if isinstance(node, ScalarNode) else str(kind)


def _test(node: MapNode, errors: list[RuleError]) -> ExpectEntry | None:
    known = _known(node, (*TEST, *_CLAIMS), "keys of a test", errors)
    claims = [key for key, _ in node.entries if key.text in CLAIMS]
    if len(claims) == 1:
        return ExpectEntry("a test", node.place, known, errors, ExpectationKind(claims[0].text))
    if claims:
        message = f"a test claims one thing, this one has {listed([key.text for key in claims], 'and')}"
        errors.append(RuleError(message, claims[1].place, "make it two tests"))
    elif len(known) == len(node.entries):
        errors.append(RuleError("this test claims nothing", node.place, f"give it one of {listed(_CLAIMS, 'or')}"))
    return None
