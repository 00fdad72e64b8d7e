"""kgrec: a recommender that asks.

The names below are loaded when first used, so that ``import kgrec`` costs nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kgrec.dialogue import Session
    from kgrec.graph import KnowledgeGraph
    from kgrec.ingest.datasets import load
    from kgrec.recommender import Recommender
    from kgrec.rulebook import RuleBook

_HOMES = {
    "KnowledgeGraph": "kgrec.graph",
    "Recommender": "kgrec.recommender",
    "RuleBook": "kgrec.rulebook",
    "Session": "kgrec.dialogue",
    "load": "kgrec.ingest.datasets",
}

__all__ = ["KnowledgeGraph", "Recommender", "RuleBook", "Session", "load"]


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module 'kgrec' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
