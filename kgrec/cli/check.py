"""``kgrec check``: what is wrong with rule files and with the facts of a data set, all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgrec.cli.progress import Progress

if TYPE_CHECKING:
    from kgrec.graph import KnowledgeGraph
    from kgrec.ingest.datasets import Dataset


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong: where (a file and position, or an item), what, and a hint."""

    where: str
    message: str
    hint: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}:{self.column}" if self.line else self.where
        return f"{place}: {self.message}" + (f", {self.hint}" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, in words, and the problems found."""

    checked: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def verdict(self) -> str:
        """The result in a few words."""
        return f"{_count(len(self.problems), 'problem')} found" if self.problems else "no problems found"

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON data; ``line`` and ``column`` count from 1 and are null for facts."""
        return {
            "ok": not self.problems,
            "checked": list(self.checked),
            "problems": [
                {
                    "where": problem.where,
                    "line": problem.line,
                    "column": problem.column,
                    "message": problem.message,
                    "hint": problem.hint,
                }
                for problem in self.problems
            ],
        }


def check(dataset: Dataset, files: Sequence[Path], progress: Progress | None = None) -> Report:
    """Check rule files against a data set; without files, the data set's facts and its own rules.

    Raises:
        DataError, OntologyError: facts so wrong that no graph can be made of them.
    """
    graph = dataset.graph(progress)
    rules = check_rules(tuple(files) or dataset.rules, graph)
    if files:
        return rules
    if progress is not None:
        progress("checking the facts", 0, 0)
    facts = check_facts(dataset, graph)
    return Report((*facts.checked, *rules.checked), (*facts.problems, *rules.problems))


def check_rules(files: Sequence[Path], graph: KnowledgeGraph) -> Report:
    """Check rule files, which may refer to each other's facts, together."""
    from kgrec.errors import RuleErrors
    from kgrec.rulebook import RuleBook

    names = ", ".join(str(path) for path in files)
    try:
        book = RuleBook.load(files, graph)
    except RuleErrors as errors:
        problems = tuple(
            Problem(error.place.file, error.message, error.hint, error.place.line, error.place.column)
            for error in errors.errors
        )
        return Report((names,), problems)
    return Report((f"{names or 'no rule files'}: {_count(len(book.rules), 'rule')}",), ())


def check_facts(dataset: Dataset, graph: KnowledgeGraph) -> Report:
    """Check a data set's facts: each against the shapes of the ontology (SHACL), and all with each other (lint)."""
    from kgrec.ingest.lint import lint_dataset
    from kgrec.ingest.validate import validate

    problems = tuple(Problem(found.node, found.message) for found in (*validate(graph), *lint_dataset(dataset, graph)))
    return Report((f"{dataset.folder}: {_count(graph.n_items, 'item')}",), problems)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
