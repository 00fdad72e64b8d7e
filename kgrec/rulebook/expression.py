"""A compiled expression: one line of text, checked against a graph, ready to say which items it holds for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from kgrec.domain import Place
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.conditions import Condition, asked, facets_in, facts_in
from kgrec.rulebook.lexicon import lexicon_of
from kgrec.rulebook.logic import Tree
from kgrec.rulebook.masks import Mask, Masks, Scope, evaluate, masks_of
from kgrec.rulebook.names import NO_NAMES, Names
from kgrec.rulebook.parser import Comparison, parse
from kgrec.rulebook.resolve import resolve
from kgrec.rulebook.source import Source

NOWHERE = Place("<expression>")
"""The place of an expression that no file holds."""

NOTHING_KNOWN = Scope()


MAX_SIZE: Final = 5_000
"""How many conditions an expression may have once derived values are spelled out."""

MAX_DEPTH: Final = 200
"""How deep it may be nested then."""


@dataclass(frozen=True, eq=False)
class Expression:
    """A checked expression.

    Attributes:
        text: as written.
        place: where it was written.
        tree: what it means.
    """

    text: str
    place: Place
    tree: Tree[Condition]
    _masks: Masks = field(repr=False)

    @cached_property
    def needs(self) -> frozenset[str]:
        """The facts it asks about: ``user.audience``, ``context.hour``."""
        return frozenset(name for leaf in asked(self.tree) for name in facts_in(leaf))

    @cached_property
    def facets(self) -> frozenset[str]:
        """The facets of items it asks about, and functions; without any, it is one truth value for all items."""
        return frozenset(name for leaf in asked(self.tree) for name in facets_in(leaf))

    def mask(self, scope: Scope = NOTHING_KNOWN) -> Mask:
        """Return which items it holds for, shape (n_items,), read-only; the same array again while no fact matters."""
        return self._mask(scope) if self.needs else self._fixed

    @cached_property
    def _fixed(self) -> Mask:
        return self._mask(NOTHING_KNOWN)

    def _mask(self, scope: Scope) -> Mask:
        value = evaluate(self.tree, self._masks, scope)
        mask = np.full(self._masks.n_items, value) if isinstance(value, bool) else value
        mask.flags.writeable = False
        return mask


def compile_expression(text: str, graph: KnowledgeGraph, place: Place = NOWHERE, names: Names = NO_NAMES) -> Expression:
    """Check an expression against a graph.

    Args:
        text: such as ``genre has Comedy and runtime <= 110``.
        graph: whose facets and values the names are looked up among.
        place: where the text begins, for errors.
        names: what rule files add: facts of the user, lists, derived values.

    Raises:
        RuleError: it cannot be parsed, names something unknown or mixes types; RuleErrors for several mistakes.
    """
    return compile_source(Source(text, place), graph, names)


def compile_source(source: Source, graph: KnowledgeGraph, names: Names = NO_NAMES) -> Expression:
    """Check an expression whose characters may stand elsewhere than one after the other; see compile_expression."""
    return compile_tree(parse(source), source, graph, names)


def compile_tree(tree: Tree[Comparison], source: Source, graph: KnowledgeGraph, names: Names) -> Expression:
    """Check a parsed expression; see compile_expression."""
    resolved = resolve(tree, source, lexicon_of(graph), names)
    if resolved.size > MAX_SIZE or resolved.depth > MAX_DEPTH:
        message = "with all that is derived, this asks for too much at once"
        raise source.error(0, message, f"{MAX_SIZE:,} conditions, {MAX_DEPTH} deep, are allowed")
    return Expression(source.text, source.place, resolved, masks_of(graph))
