"""Shipped rules for an import: those that can do something with what its source tells.

A source without running times makes nothing of a rule about them, and a question whose answers only such rules hear
would be asked for nothing. What is left out is decided on the text, so that comments and layout stay as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Final

import numpy as np

from kgrec.graph.knowledge import KnowledgeGraph

_PARTS: Final = re.compile(r"\n\n(?=  - name:|  # ---)")
_EXPRESSION: Final = re.compile(r"^    (require|forbid|prefer|of|when|unless|limit): (.*(?:\n {6}.*)*)", re.MULTILINE)
_DERIVED: Final = re.compile(r"^    derive: (\w+) =", re.MULTILINE)
_ASKED: Final = re.compile(r"^    ask: (user\.\w+)", re.MULTILINE)
_WORD: Final = re.compile(r"(?<![.\w])\w+")
_NAMED: Final = re.compile(r"^  (\w+): .*\n", re.MULTILINE)


def rules_that_fit(text: str, graph: KnowledgeGraph) -> str:
    """Return a rule file, laid out as the shipped one, without the rules that can do nothing in a graph.

    Those are the ones whose conditions need a value that no item has, questions that no other rule goes by, and then
    the names and headings that nothing is left for. A comparison with something unknown is false, as in rules.
    """
    text, _, _ = text.partition("\nexpect:\n")
    head, *parts = _PARTS.split(text)
    silent = {*(facet.name for facet in graph.ontology.facets), *_DERIVED.findall(text)} - set(_told(graph))
    while True:
        untold = silent - set(_DERIVED.findall("\n".join(parts)))
        kept = [part for part in parts if _can_do_something(part, untold) and _is_heard(part, parts)]
        if kept == parts:
            break
        parts = kept
    said = {word for part in parts for _, expression in _EXPRESSION.findall(part) for word in _WORD.findall(expression)}
    head = _NAMED.sub(lambda found: found[0] if found[1] in said else "", head)
    following = [*parts[1:], "  # ---"]
    shown = (part for part, after in zip(parts, following, strict=True) if not _is_heading(part, after))
    return "\n\n".join([head, *shown]).rstrip("\n") + "\n"


def _told(graph: KnowledgeGraph) -> Iterator[str]:
    """Yield the facets of which any item has a value."""
    yield from (name for name, degrees in graph.degrees.items() if degrees.any())
    yield from (name for name, numbers in graph.numbers.items() if not np.isnan(numbers).all())
    yield from (name for name, texts in graph.texts.items() if any(texts))


def _can_do_something(rule: str, untold: AbstractSet[str]) -> bool:
    """Whether all that a rule needs may be true although no item has a value of some facets."""
    return all(_can_hold(said, untold) for key, said in _EXPRESSION.findall(rule) if key != "unless")


def _can_hold(expression: str, untold: AbstractSet[str]) -> bool:
    """Whether an expression may be true although no item has a value of some facets.

    >>> _can_hold("language != English and not renown < 3", {"renown"})
    True
    >>> _can_hold("language != English and not renown < 3", {"language"})
    False
    """
    return any(
        not any(untold & set(_WORD.findall(term)) for term in either.split(" and ") if " not " not in f" {term}")
        for either in re.split(r"\s+or\s", expression)
    )


def _is_heard(rule: str, rules: Iterable[str]) -> bool:
    """Whether any other rule goes by what a rule asks, if it asks anything."""
    asked = _ASKED.search(rule)
    return asked is None or any(re.search(rf"\b{asked[1]}\b", other) for other in rules if other != rule)


def _is_heading(part: str, after: str) -> bool:
    """Whether a part is a heading that no rule follows."""
    return part.startswith("  # ---") and after.startswith("  # ---")


__all__ = ["rules_that_fit"]
