"""RuleBook: the rules of some files, and what they ask of a given user at a given moment.

A book is a value: editing a file makes a new one. It turns rules into wishes (constraints and preferences, each an
expression with its origin) and questions, so that the rest of kgrec treats a rule and a typed wish alike. Facts about
the user are settled here: a wish is in force only where some item can still be concerned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from kgrec.acts import Ledger, Question, QuestionKind
from kgrec.domain import Constraint, Origin, Place, Preference, Value, Wish
from kgrec.errors import RuleError, RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.conditions import Near, NearFact
from kgrec.rulebook.expression import NOWHERE, Expression, compile_expression
from kgrec.rulebook.files import Drafts
from kgrec.rulebook.given import check_given
from kgrec.rulebook.loader import Override, load_rules
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
    """A titled list to be filled with the best items of ``mask``; ``about``: the item that its title names."""

    title: str
    mask: Mask
    origin: Origin
    because: str
    about: str = ""


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
        broken: what is wrong with that file, if the rules were loaded without it.
        warnings: what does no harm and yet is not as its author thinks.
        overrides: which rules take the place of which.
    """

    rules: tuple[Rule, ...]
    paths: tuple[Path, ...]
    fingerprint: str
    _graph: KnowledgeGraph = field(repr=False)
    files: tuple[Path, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    names: Names = NO_NAMES
    own: Path | None = None
    broken: RuleErrors | None = None
    warnings: tuple[RuleError, ...] = ()
    overrides: tuple[Override, ...] = ()
    _compiled: dict[str, Expression] = field(default_factory=dict, repr=False)

    @classmethod
    def load(
        cls,
        paths: str | Path | Iterable[str | Path],
        graph: KnowledgeGraph,
        *,
        own: Path | None = None,
        drafts: Drafts | None = None,
    ) -> RuleBook:
        """Read rule files and check them against a graph.

        Args:
            paths: the files, in the order in which they count.
            graph: the facts that rules are about.
            own: one more file that comes last and need not be there.
            drafts: texts to be read in place of files, for what an edit means before it is saved.

        Raises:
            RuleErrors: with every mistake of every file, each with file, line and column.
        """
        given = (paths,) if isinstance(paths, str | Path) else paths
        files = tuple(Path(path) for path in given)
        loaded = load_rules(files, graph, own, drafts)
        read, names = loaded.files, loaded.names
        book = cls(loaded.rules, files, loaded.fingerprint, graph, read, loaded.expectations, names, own)
        return replace(book, warnings=loaded.warnings, overrides=loaded.overrides)

    @classmethod
    def load_leniently(cls, paths: Iterable[str | Path], graph: KnowledgeGraph, own: Path) -> RuleBook:
        """Read rule files as :meth:`load` does, but without the user's own if that is where mistakes are.

        Then ``broken`` holds them; the file stays the book's own, so that it is watched until it is mended.

        Raises:
            RuleErrors: the other files have mistakes of their own.
        """
        files = tuple(paths)
        try:
            return cls.load(files, graph, own=own)
        except RuleErrors as errors:
            book = cls.load(files, graph)
            return replace(book, own=own, broken=errors, files=tuple(dict.fromkeys((*book.files, *errors.files))))

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
            if isinstance(rule, Require | Forbid) and rule.is_in_force(scope)
        )

    def preferences(self, scope: Scope) -> tuple[Preference, ...]:
        """Return the soft wishes of the rules in force, in file order."""
        return tuple(
            Preference(_preference_text(rule), rule.weight, rule.origin, rule.because)
            for rule in self.rules
            if isinstance(rule, Prefer) and rule.is_in_force(scope)
        )

    def questions(self, scope: Scope) -> tuple[Question, ...]:
        """Return what the rules in force ask for and is not yet known, in file order, each fact once."""
        open_facts: dict[str, Question] = {}
        for rule in self.rules:
            if (
                isinstance(rule, Ask)
                and rule.fact not in open_facts
                and scope.value(f"user.{rule.fact}") is None
                and rule.is_in_force(scope)
            ):
                open_facts[rule.fact] = _question(rule)
        return tuple(open_facts.values())

    def limits(self, scope: Scope) -> tuple[LimitInForce, ...]:
        """Return what a list may hold at most, in file order."""
        return tuple(
            LimitInForce(rule.most, rule.facet, _about(rule), self._concerned(rule, scope), rule.origin, rule.because)
            for rule in self.rules
            if isinstance(rule, Limit) and rule.is_in_force(scope)
        )

    def tuning(self, scope: Scope) -> Mapping[str, TuneInForce]:
        """Return the scorers whose weight is set; of several rules for one the last counts."""
        return {
            rule.scorer: TuneInForce(rule.weight, rule.origin)
            for rule in self.rules
            if isinstance(rule, Tune) and rule.is_in_force(scope)
        }

    def shelves(self, scope: Scope) -> tuple[ShelfInForce, ...]:
        """Return the shelves in force, in file order; one that speaks of an unknown item is left out."""
        return tuple(
            ShelfInForce(title[0], mask, rule.origin, rule.because, title[1])
            for rule in self.rules
            if isinstance(rule, Shelf)
            and rule.is_in_force(scope)
            and (title := self._title(rule, scope))
            and (mask := rule.of.mask(scope) & self._concerned(rule, scope)).any()
        )

    def _title(self, rule: Shelf, scope: Scope) -> tuple[str, str] | None:
        """Return a shelf's title with the name of what its items are near to, and its id; None if that is unknown."""
        if "{item}" not in rule.title:
            return rule.title, ""
        for leaf in leaves(rule.of.tree):
            if isinstance(leaf, Near):
                about = self._graph.entity_ids[leaf.entities[0]]
                return rule.title.replace("{item}", self._graph.label(about)), about
            if isinstance(leaf, NearFact) and (words := as_words(scope.value(leaf.name))):
                name = words[0]
                label = self._graph.label(name) if name in self._graph else name
                return rule.title.replace("{item}", label), name
        return None

    def _concerned(self, rule: Rule, scope: Scope) -> Mask:
        concerned = rule.concerned(scope)
        return np.ones(self._graph.n_items, dtype=np.bool_) if concerned is None else concerned

    # --- which items they concern -----------------------------------------------------------------------------------

    def check_given(self, facts: Mapping[str, Value], context: Mapping[str, Value], place: str = "") -> None:
        """Raise RuleErrors for misspelt names and impossible values of what rules may ask: see kgrec.rulebook.given."""
        check_given(facts, context, self._graph, self, place)

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
    ledger = Ledger(rule=rule.origin, because=rule.because)
    return Question(f"fact:{rule.fact}", QuestionKind.FACT, rule.question, rule.fact, rule.options, ledger)


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
