"""The knowledge graph: RDF stores as the source of truth, and the arrays compiled from them."""

from kgrec.graph.interactions import Interactions, rating_values
from kgrec.graph.knowledge import KnowledgeGraph

__all__ = ["Interactions", "KnowledgeGraph", "rating_values"]
