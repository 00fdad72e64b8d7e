"""Rules: text that people edit, checked against the ontology and compiled to masks over the catalogue."""

from kgrec.rulebook.book import RuleBook
from kgrec.rulebook.context import clock_context
from kgrec.rulebook.expression import Expression, compile_expression
from kgrec.rulebook.masks import Mask, Scope
from kgrec.rulebook.parser import quoted
from kgrec.rulebook.rules import Ask, Forbid, Prefer, Require, Rule, RuleKind
from kgrec.rulebook.watch import RuleWatcher

__all__ = [
    "Ask",
    "Expression",
    "Forbid",
    "Mask",
    "Prefer",
    "Require",
    "Rule",
    "RuleBook",
    "RuleKind",
    "RuleWatcher",
    "Scope",
    "clock_context",
    "compile_expression",
    "quoted",
]
