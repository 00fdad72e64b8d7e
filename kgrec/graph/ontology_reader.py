"""Read what a domain declares: its words, its facets, and how its tables are laid out.

One kgrec:Domain an ontology. Every mistake in it is an OntologyError that names the facet and the property, because it
was written by hand and will be mended by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.errors import OntologyError
from kgrec.graph.store import GraphStore, Term
from kgrec.graph.vocabulary import ITEMS_BASE, KGREC, RDF, RDFS

_Properties: TypeAlias = dict[str, list["Term"]]
_HIGHEST = 1e9


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How tables and ids of a domain are laid out, which only ingest needs to know.

    Attributes:
        id_columns, label_columns, alias_columns: the columns that may hold an item's id, name and further names.
        identifiers: column → IRI of the property it fills, for ids of other collections.
        ignored: facet → values that are left out.
        item_valued: the facets whose values are items, named by their ids.
    """

    id_columns: tuple[str, ...] = ("id",)
    label_columns: tuple[str, ...] = ("label",)
    alias_columns: tuple[str, ...] = ()
    identifiers: Mapping[str, str] = field(default_factory=dict)
    item_valued: frozenset[str] = frozenset()
    ignored: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def has_domain(store: GraphStore) -> bool:
    """Whether the graph declares a domain of its own."""
    return store.ask(f"ASK {{ ?domain a <{KGREC}Domain> }}")


def read_ontology(store: GraphStore) -> Ontology:
    """Return the domain that the graph declares, its facets by position, then name.

    Raises:
        OntologyError: no domain or several; a facet without name or kind; two facets of one name.
    """
    domain = _domain(store)
    item_class = _one(domain, "itemClass", "the domain", required=True)
    facets = _facets(store)
    qualifier_iri = _one(domain, "qualifier", "the domain")
    qualifier = next((facet.name for facet in facets if facet.iri == qualifier_iri and facet.kind.is_numeric), "")
    if qualifier_iri and not qualifier:
        raise OntologyError(f"kgrec:qualifier <{qualifier_iri}> is no facet of kind number; name one that is")
    plain = Ontology("", "", "", "", "", ())  # for the words it speaks with by default
    return Ontology(
        name=_label(domain) or "items",
        item_class=item_class,
        base=_one(domain, "base", "the domain") or ITEMS_BASE,
        singular=_one(domain, "singular", "the domain") or "item",
        plural=_one(domain, "plural", "the domain") or "items",
        facets=facets,
        qualifier=qualifier,
        separator=_one(domain, "separator", "the domain") or "|",
        familiar=_template(domain, "familiar", "the domain", plain.familiar, "{item}"),
        unfamiliar=_one(domain, "unfamiliar", "the domain") or plain.unfamiliar,
        choose=_choice(domain, "the domain"),
        loved=_one(domain, "loved", "the domain") or plain.loved,
        synonyms=tuple(sorted(_all(domain, "synonym"))),
        language=_one(domain, "language", "the domain") or plain.language,
    )


def read_layout(store: GraphStore) -> TableLayout:
    """Return the table layout that the graph declares; raises OntologyError like read_ontology."""
    domain = _domain(store)
    identifiers: dict[str, str] = {}
    for iri, properties in _nodes(store, "Identifier").items():
        identifiers.update(dict.fromkeys(_all(properties, "column"), iri))
    ignored: dict[str, tuple[str, ...]] = {}
    item_valued = set()
    for iri, properties in _nodes(store, "Facet").items():
        name = _one(properties, "name", f"facet <{iri}>", required=True)
        ignored[name] = _all(properties, "ignore")
        if _one(properties, "valuesAreItems", f"facet {name!r}") in {"true", "1"}:
            item_valued.add(name)
    return TableLayout(
        id_columns=_all(domain, "idColumn") or TableLayout().id_columns,
        label_columns=_all(domain, "labelColumn") or TableLayout().label_columns,
        alias_columns=_all(domain, "aliasColumn"),
        identifiers=identifiers,
        item_valued=frozenset(item_valued),
        ignored=ignored,
    )


# --- nodes and their properties -------------------------------------------------------------------------------------


def _domain(store: GraphStore) -> _Properties:
    domains = _nodes(store, "Domain")
    if len(domains) != 1:
        found = "none" if not domains else ", ".join(f"<{iri}>" for iri in sorted(domains))
        raise OntologyError(f"an ontology declares exactly one kgrec:Domain; this one: {found}")
    return next(iter(domains.values()))


def _nodes(store: GraphStore, kind: str) -> dict[str, _Properties]:
    """Return IRI → property IRI → values (sorted) of all instances of a class of kgrec's."""
    nodes: dict[str, _Properties] = {}
    for node, name, value in store.select(f"SELECT ?node ?name ?value {{ ?node a <{KGREC}{kind}> ; ?name ?value }}"):
        assert node is not None
        assert name is not None
        assert value is not None
        nodes.setdefault(node.value, {}).setdefault(name.value, []).append(value)
    for properties in nodes.values():
        for values in properties.values():
            values.sort(key=lambda term: term.value)
    return nodes


def _all(properties: _Properties, name: str) -> tuple[str, ...]:
    return tuple(term.value for term in properties.get(KGREC + name, ()))


def _one(properties: _Properties, name: str, owner: str, *, required: bool = False) -> str:
    values = _all(properties, name)
    if len(values) > 1:
        raise OntologyError(f"{owner} has several kgrec:{name} ({', '.join(map(repr, values))}); keep one")
    if required and not values:
        raise OntologyError(f"{owner} has no kgrec:{name}; add one")
    return values[0] if values else ""


def _label(properties: _Properties) -> str:
    values = properties.get(f"{RDFS}label", [])
    return values[0].value if values else ""


# --- facets ---------------------------------------------------------------------------------------------------------


def _facets(store: GraphStore) -> tuple[Facet, ...]:
    placed = []
    for iri, properties in _nodes(store, "Facet").items():
        facet = _facet(store, iri, properties)
        placed.append((_number(properties, "position", facet.name, _HIGHEST), facet.name, facet))
    placed.sort(key=lambda entry: entry[:2])
    names = [name for _, name, _ in placed]
    for name in names:
        if names.count(name) > 1:
            raise OntologyError(f"two facets are called {name!r}; rename one")
    return tuple(facet for _, _, facet in placed)


def _facet(store: GraphStore, iri: str, properties: _Properties) -> Facet:
    name = _one(properties, "name", f"facet <{iri}>", required=True)
    owner = f"facet {name!r}"
    if not name.isidentifier() or name != name.lower():
        raise OntologyError(
            f"{owner}: a facet's name is one lower-case word of letters, digits and _, because rules use it"
        )
    label = _label(properties) or name.replace("_", " ")
    phrase = _template(properties, "phrase", owner, "{value}")
    return Facet(
        name=name,
        iri=iri,
        kind=_kind(properties, owner),
        label=label,
        plural=_one(properties, "plural", owner) or f"{label}s",
        columns=_all(properties, "column") or (name,),
        unit=_one(properties, "unit", owner),
        question=_one(properties, "question", owner),
        affirm=_template(properties, "affirm", owner, ""),
        choose=_choice(properties, owner),
        is_ceiling=_one(properties, "ceiling", owner) in {"true", "1"},
        phrase=phrase,
        wanted=_template(properties, "wanted", owner, "{value}"),
        refused=_template(properties, "refused", owner, "no {value}" if phrase == "{value}" else f"nothing {phrase}"),
        less=_one(properties, "less", owner),
        more=_one(properties, "more", owner),
        order=_order(store, properties, owner),
        weight=_number(properties, "weight", name, 1.0),
        is_prior=_one(properties, "prior", owner) in {"true", "1"},
        is_controlled=_one(properties, "controlled", owner) in {"true", "1"},
        prefix=_one(properties, "prefix", owner),
        cues=_all(properties, "cue"),
        asked=_templates(properties, "asked", owner, "{item}"),
        low=_all(properties, "low"),
        high=_all(properties, "high"),
    )


def _kind(properties: _Properties, owner: str) -> FacetKind:
    kind = _one(properties, "kind", owner, required=True)
    try:
        return FacetKind(kind.removeprefix(KGREC).lower())
    except ValueError:
        known = ", ".join(f"kgrec:{known.value.capitalize()}" for known in FacetKind)
        raise OntologyError(f"{owner}: unknown kgrec:kind <{kind}>; known are {known}") from None


def _template(properties: _Properties, name: str, owner: str, default: str, slot: str = "{value}") -> str:
    text = _one(properties, name, owner) or default
    if text and slot not in text:
        raise OntologyError(f"{owner}: kgrec:{name} {text!r} does not say where {slot} goes; write it there")
    return text


def _templates(properties: _Properties, name: str, owner: str, slot: str) -> tuple[str, ...]:
    texts = _all(properties, name)
    for text in texts:
        if slot not in text:
            raise OntologyError(f"{owner}: kgrec:{name} {text!r} does not say where {slot} goes; write it there")
    return texts


def _choice(properties: _Properties, owner: str) -> str:
    """Return how to put one against another; it says where both go."""
    _template(properties, "choose", owner, "{a}", "{a}")
    return _template(properties, "choose", owner, "{a} or {b}?", "{b}")


def _number(properties: _Properties, name: str, facet: str, default: float) -> float:
    text = _one(properties, name, f"facet {facet!r}")
    try:
        return float(text) if text else default
    except ValueError:
        raise OntologyError(f"facet {facet!r}: kgrec:{name} {text!r} is no number") from None


def _order(store: GraphStore, properties: _Properties, owner: str) -> tuple[str, ...]:
    heads = properties.get(f"{KGREC}order")
    if not heads:
        return ()
    node: Term | None = heads[0]
    # One pass over all lists of the graph: a blank node cannot be bound into a query.
    rows = store.select(f"SELECT ?node ?first ?rest {{ ?node <{RDF}first> ?first ; <{RDF}rest> ?rest }}")
    links = {cell.value: (first, rest) for cell, first, rest in rows if cell is not None}
    values: list[str] = []
    seen: set[str] = set()
    while node is not None and node.value in links:
        if node.value in seen:
            raise OntologyError(f"{owner}: kgrec:order is a list that runs into itself")
        seen.add(node.value)
        first, node = links[node.value]
        assert first is not None
        values.append(first.value)
    return tuple(values)
