"""The tests in rule files: what is given must be something that could be the case, or the test would prove nothing.

An expression may ask about a fact that no rule declares, since a caller may pass it; a test that gives a fact nobody
asks about is misspelt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kgrec.domain import Value
from kgrec.errors import RuleError
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.checking import Checker
from kgrec.rulebook.context import CHOICES
from kgrec.rulebook.document import MapNode, Node, ScalarNode, shape
from kgrec.rulebook.entries import Entry, ExpectEntry, as_value
from kgrec.rulebook.expression import Expression
from kgrec.rulebook.fact_values import wrong_value
from kgrec.rulebook.lexicon import lexicon_of
from kgrec.rulebook.names import Facts, Names
from kgrec.rulebook.resolve_facts import BUILT_IN_FACTS, is_fact
from kgrec.rulebook.rules import Expectation, Rule
from kgrec.rulebook.schema import GIVEN
from kgrec.rulebook.suggest import choose, did_you_mean, listed, nearest
from kgrec.text import clean

_EXAMPLE: Final = "given: {user.audience: children, context.hour: 20}"


def facts_used(rules: Iterable[Rule]) -> frozenset[str]:
    """Return the facts that rules ask about: ``user.audience``, ``context.hour``."""
    return frozenset(
        name
        for rule in rules
        for part in (rule.when, rule.unless, getattr(rule, "expression", None), getattr(rule, "of", None))
        if isinstance(part, Expression)
        for name in part.needs
    )


def known_facts(names: Names, graph: KnowledgeGraph) -> Facts:
    """Return the facts that are known of, by full names, with their possible values (none: any)."""
    lexicon = lexicon_of(graph)
    user = {**BUILT_IN_FACTS, **dict.fromkeys(lexicon.fact_names, ()), **names.facts}
    context = {name: CHOICES.get(name, ()) for name in lexicon.context_names}
    return {f"user.{name}": values for name, values in user.items()} | {
        f"context.{name}": values for name, values in context.items()
    }


def wrong_fact(key: str, text: str, value: Value, names: Names, graph: KnowledgeGraph) -> tuple[str, str] | None:
    """Return why a fact is never what it is given as, in text and read, and what to do; None if it may be so."""
    if key.removeprefix("context.") not in graph.interactions.context and (wrong := wrong_value(key, value)):
        return wrong
    choices = known_facts(names, graph).get(key, ())
    if choices and text.casefold() not in {choice.casefold() for choice in choices}:
        return f"{key!r} is never {text!r}", choose(text, choices, "choices")
    return None


@dataclass(frozen=True, slots=True)
class Expecting:
    """Turns entries into tests; ``used`` are the facts that the rules ask about."""

    checker: Checker
    used: frozenset[str]

    def expectation(self, entry: ExpectEntry) -> Expectation | None:
        """Return the test that an entry describes, None if it is wrong."""
        errors = self.checker.errors
        n_before = len(errors)
        expression = self.checker.expression(entry.source(entry.kind))
        given = self._given(entry)
        facts = {key: self._fact(given, key, node) for key, node in given.nodes.items() if is_fact(key)}
        where = [self.checker.expression(node.source) for node in given.texts("where")]
        likes, dislikes = _names(given, "likes"), _names(given, "dislikes")
        top, name = entry.whole("top"), entry.text("name")
        if expression is None or len(errors) > n_before:
            return None
        return Expectation(
            name=name or f"{entry.kind} {clean(expression.text)}",
            place=entry.place,
            kind=entry.kind,
            expression=expression,
            facts=_without("user.", facts),
            context=_without("context.", facts),
            likes=likes,
            dislikes=dislikes,
            where=tuple(wish for wish in where if wish is not None),
            top=top,
        )

    def _given(self, entry: ExpectEntry) -> Entry:
        """Return what is given, with only keys that may be."""
        node = entry.nodes.get("given")
        if not isinstance(node, MapNode):
            if node is not None:
                entry.wrong("given", f"'given' is a mapping, not a {shape(node)}", f"as in: {_EXAMPLE}")
            return Entry("'given'", entry.place, {}, entry.errors)
        known = {key.text: value for key, value in node.entries if self._is_known(key)}
        return Entry("'given'", node.place, known, entry.errors)

    def _is_known(self, key: ScalarNode) -> bool:
        """Whether a key may stand below ``given``; reports it if not."""
        if key.text in GIVEN:
            return True
        facts = self._facts()
        if key.text in facts or key.text in self.used:
            return True
        names = tuple(dict.fromkeys((*facts, *sorted(self.used))))
        scope = key.text.partition(".")[0] + "."
        if is_fact(key.text):
            known = {name.removeprefix(scope): name for name in names if name.startswith(scope)}
            near = [known[name] for name in nearest(key.text.removeprefix(scope), known)]
            message = f"no rule asks about {key.text!r}"
            hint = did_you_mean(near) if near else f"they ask about {listed([*known.values()], 'and')}"
        else:
            message, hint = f"unknown key {key.text!r}", choose(key.text, (*GIVEN, *names), "keys of 'given'")
        self.checker.errors.append(RuleError(message, key.place, hint))
        return False

    def _facts(self) -> Facts:
        return known_facts(self.checker.names, self.checker.graph)

    def _fact(self, given: Entry, key: str, node: Node) -> Value:
        """Return what is given of a fact, checked."""
        texts = given.texts(key)
        for text in texts:
            if wrong := wrong_fact(key, text.text, as_value(text), self.checker.names, self.checker.graph):
                self.checker.errors.append(RuleError(wrong[0], text.place, wrong[1]))
        if isinstance(node, ScalarNode):
            return as_value(node)
        return tuple(clean(text.text) for text in texts)


def _names(given: Entry, key: str) -> tuple[str, ...]:
    return tuple(clean(node.text) for node in given.texts(key))


def _without(scope: str, facts: Mapping[str, Value]) -> dict[str, Value]:
    return {key.removeprefix(scope): value for key, value in facts.items() if key.startswith(scope)}
