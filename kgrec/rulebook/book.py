"""RuleBook: the rules of some files, and what they ask of a given user at a given moment.

A book is a value: editing a file makes a new one. It turns rules into wishes (constraints and preferences, each an
expression with its origin) and questions, so that the rest of kgrec treats a rule and a typed wish alike. Facts about
the user are settled here: a wish is in force only where some item can still be concerned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from kgrec.domain import Constraint, Origin, Place, Preference, Question, QuestionKind, Wish
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.conditions import Near, NearFact
from kgrec.rulebook.expression import NOWHERE, Expression, compile_expression
from kgrec.rulebook.loader import load_rules
from kgrec.rulebook.logic import leaves
from kgrec.rulebook.masks import Mask, Scope, as_words
from kgrec.rulebook.names import NO_NAMES, Names
from kgrec.rulebook.rules import Ask, Expectation, Forbid, Limit, Prefer, Require, Rule, Shelf, Tune

_COMPILED: Final = 1024
"""How many expressions from outside (typed, or passed by callers) are kept compiled."""


@dataclass(frozen=True, eq=False)
class LimitInForce:
    """At most ``most`` items of a list among those of ``mask``: in all, or for each value of ``facet``.

    ``about``: the facets it is about, its own or those of its conditions.
    """

    most: int
    facet: str
    about: frozenset[str]
    mask: Mask
    origin: Origin
    because: str


@dataclass(frozen=True, slots=True)
class TuneInForce:
    """The weight a rule gives a scorer."""

    weight: float
    origin: Origin


@dataclass(frozen=True, eq=False)
class ShelfInForce:
    """A titled list to be filled with the best items of ``mask``."""

    title: str
    mask: Mask
    origin: Origin
    because: str


@dataclass(frozen=True, eq=False)
class RuleBook:
    """The rules in force over one graph.

    Attributes:
        rules: in the order of the files.
        paths: the files they were asked for by.
        fingerprint: a hash of the files' contents; equal fingerprints mean equal rules.
        files: all files that were read, included ones too.
        expectations: the tests the files hold.
        names: the facts, lists and derived values the files declare.
        own: the user's file, which comes last and may not be there yet.
    """

    rules: tuple[Rule, ...]
    paths: tuple[Path, ...]
    fingerprint: str
    _graph: KnowledgeGraph = field(repr=False)
    files: tuple[Path, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    names: Names = NO_NAMES
    own: Path | None = None
    _compiled: dict[str, Expression] = field(default_factory=dict, repr=False)

    @classmethod
    def load(
        cls, paths: str | Path | Iterable[str | Path], graph: KnowledgeGraph, *, own: Path | None = None
    ) -> RuleBook:
        """Read rule files and check them against a graph; ``own`` is one more that comes last and need not be there.

        Raises:
            RuleErrors: with every mistake of every file, each with file, line and column.
        """
        given = (paths,) if isinstance(paths, str | Path) else paths
        files = tuple(Path(path) for path in given)
        loaded = load_rules(files, graph, own)
        read, names = loaded.files, loaded.names
        return cls(loaded.rules, files, loaded.fingerprint, graph, read, loaded.expectations, names, own)

    @classmethod
    def empty(cls, graph: KnowledgeGraph) -> RuleBook:
        """Return a book without rules."""
        return cls((), (), "", graph)

    # --- what the rules ask for -------------------------------------------------------------------------------------

    def constraints(self, scope: Scope) -> tuple[Constraint, ...]:
        """Return the hard wishes of the rules in force, in file order."""
        return tuple(
            Constraint(_constraint_text(rule), rule.strength, rule.origin, rule.because)
            for rule in self.rules
            if isinstance(rule, Require | Forbid) and self._is_in_force(rule, scope)
        )

    def preferences(self, scope: Scope) -> tuple[Preference, ...]:
        """Return the soft wishes of the rules in force, in file order."""
        return tuple(
            Preference(_preference_text(rule), rule.weight, rule.origin, rule.because)
            for rule in self.rules
            if isinstance(rule, Prefer) and self._is_in_force(rule, scope)
        )

    def questions(self, scope: Scope) -> tuple[Question, ...]:
        """Return what the rules in force ask for and is not yet known, in file order, each fact once."""
        open_facts: dict[str, Question] = {}
        for rule in self.rules:
            if (
                isinstance(rule, Ask)
                and rule.fact not in open_facts
                and scope.value(f"user.{rule.fact}") is None
                and self._is_in_force(rule, scope)
            ):
                open_facts[rule.fact] = _question(rule)
        return tuple(open_facts.values())

    def limits(self, scope: Scope) -> tuple[LimitInForce, ...]:
        """Return what a list may hold at most, in file order."""
        return tuple(
            LimitInForce(rule.most, rule.facet, _about(rule), self._concerned(rule, scope), rule.origin, rule.because)
            for rule in self.rules
            if isinstance(rule, Limit) and self._is_in_force(rule, scope)
        )

    def tuning(self, scope: Scope) -> Mapping[str, TuneInForce]:
        """Return the scorers whose weight is set; of several rules for one the last counts."""
        return {
            rule.scorer: TuneInForce(rule.weight, rule.origin)
            for rule in self.rules
            if isinstance(rule, Tune) and self._is_in_force(rule, scope)
        }

    def shelves(self, scope: Scope) -> tuple[ShelfInForce, ...]:
        """Return the shelves in force, in file order; one that speaks of an unknown item is left out."""
        return tuple(
            ShelfInForce(title, mask, rule.origin, rule.because)
            for rule in self.rules
            if isinstance(rule, Shelf)
            and self._is_in_force(rule, scope)
            and (title := self._title(rule, scope))
            and (mask := rule.of.mask(scope) & self._concerned(rule, scope)).any()
        )

    def _title(self, rule: Shelf, scope: Scope) -> str:
        """Return a shelf's title with the name of what its items are near to; empty if that is unknown."""
        if "{item}" not in rule.title:
            return rule.title
        for leaf in leaves(rule.of.tree):
            if isinstance(leaf, Near):
                return rule.title.replace("{item}", self._graph.label(leaf.entities[0]))
            if isinstance(leaf, NearFact) and (words := as_words(scope.value(leaf.name))):
                name = words[0]
                return rule.title.replace("{item}", self._graph.label(name) if name in self._graph else name)
        return ""

    def _concerned(self, rule: Rule, scope: Scope) -> Mask:
        """Return the items that meet ``when`` and not ``unless``, shape (n_items,)."""
        mask = np.ones(self._graph.n_items, dtype=np.bool_)
        if rule.when is not None:
            mask &= rule.when.mask(scope)
        if rule.unless is not None:
            mask &= ~rule.unless.mask(scope)
        return mask

    def _is_in_force(self, rule: Rule, scope: Scope) -> bool:
        """Whether some item meets ``when`` and not ``unless`` (any, if they are about facts only)."""
        when = rule.when.mask(scope) if rule.when is not None else None
        unless = ~rule.unless.mask(scope) if rule.unless is not None else None
        if when is None or unless is None:
            applies = unless if when is None else when
            return applies is None or bool(applies.any())
        return bool((when & unless).any())

    # --- which items they concern -----------------------------------------------------------------------------------

    def expression(self, text: str, place: Place = NOWHERE) -> Expression:
        """Return a compiled expression; the same text is compiled once. ``place`` is for errors.

        Raises:
            RuleError: it is not a valid expression over the graph.
        """
        found = self._compiled.get(text)
        if found is None:
            found = compile_expression(text, self._graph, place, self.names)
            if len(self._compiled) >= _COMPILED:
                self._compiled.clear()
            self._compiled[text] = found
        return found

    def mask(self, wish: Wish | str, scope: Scope) -> Mask:
        """Return which items a wish or an expression holds for, shape (n_items,), read-only.

        Raises:
            RuleError: the expression is not valid over the graph.
        """
        return self.expression(wish if isinstance(wish, str) else wish.expression).mask(scope)


def _question(rule: Ask) -> Question:
    return Question(f"fact:{rule.fact}", QuestionKind.FACT, rule.question, rule.fact, rule.options)


def _about(rule: Limit) -> frozenset[str]:
    if rule.facet:
        return frozenset({rule.facet})
    return frozenset(facet for _, expression in rule.conditions for facet in expression.facets)


def _item_condition(rule: Rule) -> str:
    """Return in one expression when a rule concerns an item; empty where that is settled without looking at items."""
    return " and ".join(text for text, expression in rule.conditions if expression.facets)


def _constraint_text(rule: Require | Forbid) -> str:
    condition, wanted = _item_condition(rule), rule.expression.text.strip()
    if isinstance(rule, Forbid):
        return f"not ({condition} and ({wanted}))" if condition else f"not ({wanted})"
    return f"not ({condition}) or ({wanted})" if condition else wanted


def _preference_text(rule: Prefer) -> str:
    condition, wanted = _item_condition(rule), rule.expression.text.strip()
    return f"{condition} and ({wanted})" if condition else wanted
