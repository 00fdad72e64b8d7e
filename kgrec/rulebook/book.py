"""RuleBook: the rules of some files, and what they ask of a given user at a given moment.

A book is a value: editing a file makes a new one. It turns rules into wishes (constraints and preferences, each an
expression with its origin) and questions, so that the rest of kgrec treats a rule and a typed wish alike. Facts about
the user are settled here: a wish is in force only where some item can still be concerned.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kgrec.domain import Constraint, Option, Preference, Question, QuestionKind, Wish
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.expression import Expression, compile_expression
from kgrec.rulebook.loader import load_rules
from kgrec.rulebook.masks import Mask, Scope
from kgrec.rulebook.rules import Ask, Forbid, Prefer, Require, Rule

_COMPILED: Final = 1024
"""How many expressions from outside (typed, or passed by callers) are kept compiled."""


@dataclass(frozen=True, eq=False)
class RuleBook:
    """The rules in force over one graph.

    Attributes:
        rules: in the order of the files.
        paths: the files they come from.
        fingerprint: a hash of the files' contents; equal fingerprints mean equal rules.
    """

    rules: tuple[Rule, ...]
    paths: tuple[Path, ...]
    fingerprint: str
    _graph: KnowledgeGraph = field(repr=False)
    _compiled: dict[str, Expression] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, paths: str | Path | Iterable[str | Path], graph: KnowledgeGraph) -> RuleBook:
        """Read rule files and check them against a graph.

        Raises:
            RuleErrors: with every mistake of every file, each with file, line and column.
        """
        given = (paths,) if isinstance(paths, str | Path) else paths
        files = tuple(Path(path) for path in given)
        loaded = load_rules(files, graph)
        return cls(loaded.rules, files, loaded.fingerprint, graph)

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

    def _is_in_force(self, rule: Rule, scope: Scope) -> bool:
        """Whether some item meets ``when`` and not ``unless`` (any, if they are about facts only)."""
        when = rule.when.mask(scope) if rule.when is not None else None
        unless = ~rule.unless.mask(scope) if rule.unless is not None else None
        if when is None or unless is None:
            applies = unless if when is None else when
            return applies is None or bool(applies.any())
        return bool((when & unless).any())

    # --- which items they concern -----------------------------------------------------------------------------------

    def expression(self, text: str) -> Expression:
        """Return a compiled expression; the same text is compiled once.

        Raises:
            RuleError: it is not a valid expression over the graph.
        """
        found = self._compiled.get(text)
        if found is None:
            facts = {rule.fact: _labels(rule.options) for rule in self.rules if isinstance(rule, Ask)}
            found = compile_expression(text, self._graph, facts=facts)
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


def _labels(options: Iterable[Option]) -> tuple[str, ...]:
    return tuple(option.label for option in options)


def _question(rule: Ask) -> Question:
    return Question(f"fact:{rule.fact}", QuestionKind.FACT, rule.question, rule.fact, rule.options)


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
