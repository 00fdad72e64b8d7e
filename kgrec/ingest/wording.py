"""The words for a column: how to ask about it, how to speak of it, and what less and more of it is called.

Made from the column's name, its kind and the tables of quantities; written into the ontology file, where whoever knows
the domain puts better ones.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from kgrec.domain import Facet, FacetKind
from kgrec.graph.ontology_inference import facet_name
from kgrec.ingest.cells import units
from kgrec.ingest.columns import Column, Role
from kgrec.ingest.naming import is_quality, plural
from kgrec.ingest.scales import Quantity, quantity_of, words_of

KINDS: Final = frozenset(
    "type style kind category class cuisine food variety species flavor flavour subject topic department".split()  # noqa: SIM905
)
"""Words of columns that say what kind of thing an item is."""

SORTS: Final = frozenset({"type", "style", "kind", "category", "class"})
"""Those that are of something: a style of beer."""

PLACES: Final = frozenset(
    "city state country region area county province district town neighborhood neighbourhood continent island".split()  # noqa: SIM905
)
RESERVED: Final = frozenset(
    {"and", "or", "not", "in", "is", "has", "all", "any", "none", "only", "known", "unknown", "true", "false"}
    | {"count", "named", "related", "similar", "years_since", "user", "context"}
)
"""Words of the rule language, which no facet may be called."""

_CAPITALS: Final = 4
_HAS: Final = frozenset({"has", "have", "with", "includes", "offers"})
_IS: Final = frozenset({"is", "was", "are", "can"})


def says_kind(name: str) -> bool:
    """Return whether a column says what kind of thing an item is, by its name.

    >>> says_kind("beer_style"), says_kind("Rcuisine"), says_kind("price")
    (True, True, False)
    """
    words = words_of(name)
    return any(word in KINDS or any(len(kind) > 5 and word.endswith(kind) for kind in KINDS) for word in words)  # noqa: PLR2004


def name_of(column: Column) -> str:
    """Return what the facet of a column is called: one lower-case word, without unit and table.

    >>> name_of(Column("Weight_in_lbs", Role.NUMBER, 1.0, "", unit="lb"))
    'weight'
    """
    words = _plain_words(column)
    name = facet_name("_".join(words)) or facet_name(column.name) or "column"
    return f"{name}_value" if name in RESERVED else name


def label_of(column: Column, name: str) -> str:
    """Return how a facet is called in a sentence: its name in words, short capitals as they are.

    >>> label_of(Column("OS version", Role.CATEGORY, 1.0, ""), "os_version")
    'OS version'
    """
    capitals = {word.lower(): word for word in re.findall(r"\b[A-Z]{2,4}\b", column.name.replace("_", " "))}
    shouted = column.name.isupper() and len(column.name) > _CAPITALS
    return " ".join(word if shouted else capitals.get(word, word) for word in name.split("_"))


def _plain_words(column: Column) -> list[str]:
    """Return the words of a column's name without its unit and without is and has."""
    words = words_of(re.sub(r"[(\[].*?[)\]]", "", column.name)) or words_of(column.name)
    if column.unit and len(words) > 1 and (unit := units().get(words[-1])) and unit.name == column.unit:
        words = words[:-1]
        words = words[:-1] if len(words) > 1 and words[-1] in ("in", "per") else words
    if column.is_truth and len(words) > 1 and words[0] in _HAS | _IS:
        words = words[1:]
    return words


def described(column: Column, name: str, label: str, kind: FacetKind, *, singular: str) -> Facet:
    """Return a column's facet with its words, without an IRI; how to ask is always filled in."""
    if kind is FacetKind.TEXT:
        return Facet(name, "", kind, label, plural(label), (column.name,), weight=1.0)
    if kind.is_numeric:
        return _of_amounts(column, name, label, kind, singular=singular)
    words = set(words_of(column.name))
    is_kind, is_place = says_kind(column.name), bool(words) and words <= PLACES
    question = f"Which {label} would you like?"
    if words & SORTS and singular != "item":
        question = f"Which {label} of {singular} would you like?"
    elif is_place:
        question = f"Which {label} should it be from?" if "country" in words else f"In which {label} should it be?"
    affirm, phrase = f"Does {{value}} ({label}) suit you?", "{value}" if is_kind else f"{label} {{value}}"
    if column.is_truth:
        asked, phrase = label_of(column, name), "{value}"
        is_said_of_it = words_of(column.name)[0] in _IS or is_quality(asked)
        question, affirm = "", "Should it be {value}?" if is_said_of_it else "Do you want {value}?"
        if column.role is not Role.BOOLEAN:  # there are other answers: Edible? yes, no, with care
            question, affirm = f"{asked[:1].upper()}{asked[1:]}?", ""
    return Facet(
        name=name,
        iri="",
        kind=kind,
        label=label,
        plural=plural(label),
        columns=(column.name,),
        question=question,
        affirm=affirm,
        phrase=phrase,
        choose=f"Which {label} suits you better: {{a}} or {{b}}?" if not column.is_truth else "{a} or {b}?",
        order=column.order,
        weight=1.5 if is_kind else 0.5 if is_place or column.role is Role.BOOLEAN else 1.0,
    )


def _of_amounts(column: Column, name: str, label: str, kind: FacetKind, *, singular: str) -> Facet:
    """Return the facet of numbers or dates."""
    words = quantity_of(column.name, column.unit) or Quantity(())
    if kind is FacetKind.DATE and not words.less:
        words = Quantity((), "earlier", "later", ("early", "old"), ("late", "new", "recent"))
    default = f"What {label} should it have?" if kind is FacetKind.NUMBER else ""
    return Facet(
        name=name,
        iri="",
        kind=kind,
        label=label,
        plural=plural(label),
        columns=(column.name,),
        unit=column.unit,
        question=words.question.replace("{plural}", plural(label)).replace("{singular}", singular) or default,
        phrase=f"{label} {{value}}",
        less=words.less or f"lower {label}",
        more=words.more or f"higher {label}",
        low=words.low,
        high=words.high or (() if words.less else (label,)),
        is_ceiling=words.is_ceiling,
        is_prior="popularity" in words.stems,
        weight=0.0,
    )


def plainer(facet: Facet) -> Facet:
    """Return a facet of amounts whose words another one has taken: "lower" and "higher" with its own name."""
    return replace(
        facet,
        less=f"lower {facet.label}",
        more=f"higher {facet.label}",
        low=(),
        high=(facet.label,),
        question=f"What {facet.label} should it have?",
        is_prior=False,
    )
