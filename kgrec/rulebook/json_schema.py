"""The JSON schema of rule files, for editors: completion, descriptions and a first check while one types.

Made from the tables that the reader goes by (schema.py) and from the facets of one data set. It knows nothing of
what stands inside an expression; ``kgrec check`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from kgrec.domain import SCORERS
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.context import CHOICES
from kgrec.rulebook.lexicon import lexicon_of
from kgrec.rulebook.rules import RuleKind
from kgrec.rulebook.schema import (
    CLAIMS,
    COMMON,
    GIVEN,
    KINDS,
    LIST_NAME_PATTERN,
    OWN,
    RESERVED,
    SECTIONS,
    TEST,
    TUNED,
)

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_WORD: Final[Schema] = {"type": ["string", "number", "boolean"]}
"""A text, which YAML may take for something else: 1984, true."""


def json_schema(graph: KnowledgeGraph) -> Schema:
    """Return the JSON schema of rule files for one graph, as JSON data."""
    return {
        "$schema": DIALECT,
        "title": f"Rules for {graph.ontology.plural}",
        "type": ["object", "null"],
        "properties": _described(SECTIONS, {"include": _some(_WORD), "let": _lists(graph)})
        | {
            "rules": {"description": SECTIONS["rules"], "type": ["array", "null"], "items": _rule(graph)},
            "expect": {"description": SECTIONS["expect"], "type": ["array", "null"], "items": _test(graph)},
        },
        "additionalProperties": False,
        "$defs": {"expression": _expression(graph)},
    }


def _expression(graph: KnowledgeGraph) -> Schema:
    facets = ", ".join(facet.name for facet in graph.ontology.facets)
    return {
        "description": f"A condition. The fields of {graph.ontology.plural}: {facets}; also user.NAME, context.NAME.",
        "type": "string",
        "minLength": 1,
    }


def _rule(graph: KnowledgeGraph) -> Schema:
    expression: Schema = {"$ref": "#/$defs/expression"}
    number: Schema = {"type": "number", "not": {"const": 0}}
    texts: Schema = {"type": "array", "items": _WORD, "minItems": 2, "uniqueItems": True}
    shapes: dict[str, Schema] = dict.fromkeys(("require", "forbid", "prefer", "of", "when", "unless"), expression)
    shapes |= {
        "derive": {"type": "string", "pattern": r"^\s*[^\s=]+\s*=\s*[^\s=]"},
        "limit": _limit(graph),
        "tune": _tune(),
        "ask": {"type": "string", "pattern": r"^user\.[A-Za-z_]\w*$"},
        "strength": {"type": "number", "exclusiveMinimum": 0},
        "weight": number,
        "options": texts,
        "off": {"type": "boolean"},
    }
    own = {key: text for keys in OWN.values() for key, text in keys.items()}
    kinds = [{"required": [str(kind)]} for kind in KINDS]
    needs = {str(kind): sorted(_needed(kind)) for kind in OWN if _needed(kind)}
    return {
        "type": "object",
        "properties": _described({**{str(kind): text for kind, text in KINDS.items()}, **COMMON, **own}, shapes),
        "additionalProperties": False,
        "oneOf": [*kinds, {"required": ["name", "off"], "not": {"anyOf": kinds}}],
        "dependentRequired": needs,
        "dependentSchemas": {key: {"anyOf": [{"required": [kind]} for kind in _owners(key)]} for key in own},
    }


def _needed(kind: RuleKind) -> set[str]:
    """Return the keys that a rule of a kind cannot do without."""
    return set(OWN[kind]) if kind in (RuleKind.ASK, RuleKind.SHELF) else set()


def _owners(key: str) -> Iterable[str]:
    return [str(kind) for kind, keys in OWN.items() if key in keys]


def _limit(graph: KnowledgeGraph) -> Schema:
    linked = "|".join(facet.name for facet in graph.ontology.facets if facet.kind.is_linked)
    per = {"type": "string", "pattern": rf"^\s*[1-9]\d*(\s+per\s+({linked}))?\s*$"}
    return {"anyOf": [{"type": "integer", "minimum": 1}, per]}


def _tune() -> Schema:
    shapes: dict[str, Schema] = {"scorer": {"enum": list(SCORERS)}, "weight": {"type": "number", "minimum": 0}}
    return {
        "type": "object",
        "properties": _described(TUNED, shapes),
        "required": list(TUNED),
        "additionalProperties": False,
    }


def _lists(graph: KnowledgeGraph) -> Schema:
    taken = sorted({*RESERVED, *(facet.name for facet in graph.ontology.facets)})
    names = {"pattern": f"^{LIST_NAME_PATTERN}$", "not": {"enum": taken}}
    return {"type": ["object", "null"], "propertyNames": names, "additionalProperties": _some(_WORD)}


def _test(graph: KnowledgeGraph) -> Schema:
    expression: Schema = {"$ref": "#/$defs/expression"}
    facts = {
        f"context.{name}": {"enum": list(CHOICES[name])} if name in CHOICES else _WORD
        for name in lexicon_of(graph).context_names
    }
    shapes: dict[str, Schema] = {"likes": _some(_WORD), "dislikes": _some(_WORD), "where": _some(expression)}
    given: Schema = {
        "type": "object",
        "properties": _described(GIVEN, shapes) | facts,
        "patternProperties": {r"^user\.\w+$": _some(_WORD)},
        "additionalProperties": False,
    }
    claims = {str(kind): text for kind, text in CLAIMS.items()}
    tops: dict[str, Schema] = {"given": given, "top": {"type": "integer", "minimum": 1}}
    return {
        "type": "object",
        "properties": _described({**TEST, **claims}, tops | dict.fromkeys(claims, expression)),
        "additionalProperties": False,
        "oneOf": [{"required": [claim]} for claim in claims],
    }


def _described(about: Mapping[str, str], shapes: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return each key with what it holds (a text if nothing else is said) and what it is for."""
    return {key: {**shapes.get(key, _WORD), "description": text} for key, text in about.items()}


def _some(one: Schema) -> Schema:
    """Return the schema of one or a list of what is given."""
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
