"""``kgrec check``: what is wrong with rule files and with the facts of a data set, all of it at once.

Errors are what cannot be used as it stands; warnings are rules that can be read and yet do nothing, or too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgrec.audit.findings import Finding, Severity
from kgrec.excerpt import one_line
from kgrec.progress import Progress

if TYPE_CHECKING:
    from kgrec.errors import RuleError
    from kgrec.graph import KnowledgeGraph
    from kgrec.ingest.datasets import Dataset
    from kgrec.recommender import Recommender
    from kgrec.rulebook import RuleBook


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong: where (a file and position, or an item), what, a hint, how grave, and a name for its kind."""

    where: str
    message: str
    hint: str = ""
    line: int | None = None
    column: int | None = None
    severity: Severity = Severity.ERROR
    code: str = "invalid-rule"
    excerpt: str = ""  # the line, with a mark below the place

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}:{self.column}" if self.line else self.where
        grade = "warning: " if self.severity is Severity.WARNING else ""
        return f"{place}: {grade}{self.message}" + (f", {self.hint}" if self.hint else "")

    def pretty(self) -> str:
        """Return the problem and, below it, the line with a mark if there is one: safe to print as it is."""
        return "\n".join(filter(None, (one_line(str(self)), self.excerpt)))


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, in words, and the problems found."""

    checked: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def verdict(self) -> str:
        """The result in a few words."""
        n_warnings = sum(problem.severity is Severity.WARNING for problem in self.problems)
        n_errors = len(self.problems) - n_warnings
        counted = [_count(n, noun) for n, noun in ((n_errors, "problem"), (n_warnings, "warning")) if n]
        return f"{' and '.join(counted) or 'no problems'} found"

    @property
    def is_ok(self) -> bool:
        """Whether there are no problems but warnings."""
        return all(problem.severity is Severity.WARNING for problem in self.problems)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON data; ``line`` and ``column`` count from 1 and are null for facts."""
        return {
            "ok": self.is_ok,
            "checked": list(self.checked),
            "problems": [
                {
                    "severity": problem.severity,
                    "code": problem.code,
                    "where": problem.where,
                    "line": problem.line,
                    "column": problem.column,
                    "message": problem.message,
                    "hint": problem.hint,
                }
                for problem in self.problems
            ],
        }


def check(
    dataset: Dataset, files: Sequence[Path], progress: Progress | None = None, *, own: Path | None = None
) -> Report:
    """Check rule files against a data set; without files, the data set's facts and its own rules.

    ``own``: a user's own rules, which come last.

    Raises:
        DataError, OntologyError: facts so wrong that no graph can be made of them.
    """
    graph = dataset.graph(progress)
    if progress is not None:
        progress("checking the rules", 0, 0)
    rules = check_rules(tuple(files) or dataset.rules, graph, progress, own=own, cache=dataset.fitted)
    if files:
        return rules
    if progress is not None:
        progress("checking the facts", 0, 0)
    facts = check_facts(dataset, graph)
    return Report((*facts.checked, *rules.checked), (*facts.problems, *rules.problems))


def check_rules(
    files: Sequence[Path],
    graph: KnowledgeGraph,
    progress: Progress | None = None,
    *,
    own: Path | None = None,
    cache: Path | None = None,
) -> Report:
    """Check rule files, which may refer to each other's facts, together: first each rule, then what they do.

    ``cache``: where what was learned from the graph is kept.
    """
    from kgrec.audit.lint import lint_rules
    from kgrec.errors import RuleErrors
    from kgrec.rulebook import RuleBook

    paths = [str(path) for path in (*files, *([own] if own is not None else []))]
    names = ", ".join(paths) or "no rule files"
    if len(paths) > 1:
        names += " (taken together: a later rule replaces an earlier one of its name)"
    try:
        book = RuleBook.load(files, graph, own=own)
    except RuleErrors as errors:
        return Report((names,), tuple(_mistake(error) for error in errors.errors))
    warnings = [_mistake(warning, Severity.WARNING, "nothing-to-switch-off") for warning in book.warnings]
    findings = map(_problem, lint_rules(graph, book, lambda: _recommender(graph, progress, cache)))
    problems = (*warnings, *_replaced(book, [str(path) for path in files]), *findings)
    return Report((f"{names}: {_count(len(book.rules), 'rule')}",), problems)


def _mistake(error: RuleError, severity: Severity = Severity.ERROR, code: str = "invalid-rule") -> Problem:
    place = error.place
    return Problem(place.file, error.message, error.hint, place.line, place.column, severity, code, error.marked)


def _replaced(book: RuleBook, named: Sequence[str]) -> list[Problem]:
    """Return warnings about rules of named files that take the place of one in another: they may be rivals by chance.

    That a file replaces what it includes, or a user's own file what the data set has, is what those are for.
    """
    return [
        Problem(
            found.place.file,
            f"{found.name!r} replaces the rule of that name at {found.earlier}",
            "rename one of them if both shall count",
            found.place.line,
            found.place.column,
            Severity.WARNING,
            "replaced",
        )
        for found in book.overrides
        if found.place.file in named and found.earlier.file in named
    ]


def check_facts(dataset: Dataset, graph: KnowledgeGraph) -> Report:
    """Check a data set's facts: each against the shapes of the ontology (SHACL), and all with each other (lint)."""
    from kgrec.ingest.lint import lint_dataset
    from kgrec.ingest.validate import validate

    wrong = (*validate(graph), *lint_dataset(dataset, graph))
    problems = tuple(Problem(found.node, found.message, code="invalid-fact") for found in wrong)
    return Report((f"{dataset.folder}: {_count(graph.n_items, 'item')}",), problems)


def _problem(found: Finding) -> Problem:
    place = found.place
    return Problem(place.file, found.message, found.hint, place.line, place.column, found.severity, found.code)


def _recommender(graph: KnowledgeGraph, progress: Progress | None, cache: Path | None) -> Recommender:
    from kgrec.recommender import Recommender

    return Recommender().fit(graph, progress, cache, renew=False)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
