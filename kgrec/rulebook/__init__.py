"""Rules: text that people edit, checked against the ontology and compiled to masks over the catalogue."""

from typing import TYPE_CHECKING, Any

from kgrec.rulebook.book import LimitInForce, RuleBook, ShelfInForce, TuneInForce
from kgrec.rulebook.context import clock_context
from kgrec.rulebook.expression import Expression, compile_expression
from kgrec.rulebook.masks import Mask, Scope
from kgrec.rulebook.parser import quoted
from kgrec.rulebook.rules import (
    Ask,
    Derive,
    Expectation,
    ExpectationKind,
    Forbid,
    Limit,
    Prefer,
    Require,
    Rule,
    RuleKind,
    Shelf,
    Tune,
)
from kgrec.rulebook.watch import RuleWatcher

if TYPE_CHECKING:
    from kgrec.rulebook.sparql import to_sparql

__all__ = [
    "Ask",
    "Derive",
    "Expectation",
    "ExpectationKind",
    "Expression",
    "Forbid",
    "Limit",
    "LimitInForce",
    "Mask",
    "Prefer",
    "Require",
    "Rule",
    "RuleBook",
    "RuleKind",
    "RuleWatcher",
    "Scope",
    "Shelf",
    "ShelfInForce",
    "Tune",
    "TuneInForce",
    "clock_context",
    "compile_expression",
    "quoted",
    "to_sparql",
]


def __getattr__(name: str) -> Any:
    """Import what needs an RDF library when it is first used."""
    if name != "to_sparql":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kgrec.rulebook.sparql import to_sparql

    return to_sparql
