"""What a question asks for, as conditions: "with Bill Murray under two hours" as expressions of the rule language.

A question about many is worded as a wish is, so it is read as one, by the same Reader, and then not wished for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kgrec.dialogue.answers import comparison
from kgrec.dialogue.clauses import Reader
from kgrec.dialogue.readings import Compare, Opine, Reading, Require, Setting
from kgrec.dialogue.tokens import Word
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.rulebook import quoted


def read_conditions(words: Sequence[Word], lookup: Lookup, setting: Setting) -> tuple[str, ...] | None:
    """Return the expressions that some words amount to; () if they ask for nothing, None if that is no condition."""
    reader = Reader(words, lookup, replace(setting, standard=""))  # "newer" than nothing named is no condition
    start = 0
    while start < len(words):
        end = next((at for at in range(start, len(words)) if words[at].is_pause), len(words))
        start = reader.read(start, end)
    told = [_expression(lookup.kg, reading) for reading in reader.readings()]
    return tuple(dict.fromkeys(told)) if all(told) else None


def _expression(graph: KnowledgeGraph, reading: Reading) -> str:
    """Return the expression that says what a wish does; empty if none can."""
    match reading:
        case Require(expression, _):
            return expression
        case Opine(entity, value, _) if not graph.is_item(entity) and graph.facets_of(entity):
            told = " or ".join(f"{facet.name} has {quoted(graph.label(entity))}" for facet in graph.facets_of(entity))
            return told if value > 0 else f"not ({told})"
        case Compare(target, _, item) if item and target in graph.numbers:
            return comparison(graph, reading, ())[0]
        case _:
            return ""
