"""Pandas tables become a graph.

What a column is, its dtype says first and its values second, as in any notebook: numbers are numbers, dates are dates,
an ordered categorical keeps its order, lists and "a|b" cells are several values, long strings are texts. With an
ontology, the ontology says so instead. pandas stops here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kgrec.arguments import wrong
from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.errors import DataError
from kgrec.graph.compile import assemble
from kgrec.graph.event_kinds import event_kind
from kgrec.graph.interaction_table import InteractionTable
from kgrec.graph.knowledge import KnowledgeGraph
from kgrec.graph.ontology_inference import facet_name, plain_facet, string_kind
from kgrec.graph.ontology_reader import TableLayout
from kgrec.graph.vocabulary import ITEMS_BASE
from kgrec.ingest.statements import Statements

_SHOWN = 5
_BROADER = ("broader", "skos:broader")


def graph_from_frames(  # noqa: PLR0913  (one a table, as many as the data has)
    items: pd.DataFrame,
    triples: pd.DataFrame | None = None,
    interactions: pd.DataFrame | None = None,
    texts: pd.DataFrame | None = None,
    users: pd.DataFrame | None = None,
    *,
    ontology: Ontology | None = None,
    name: str = "items",
) -> KnowledgeGraph:
    """Build a graph; items keep the order of ``items``, so scores align with its rows.

    Args:
        items: column ``item`` (ids, unique), optionally ``label`` and ``alias``, and one column a facet.
        triples: ``head`` (an item), ``relation`` (a facet) and ``tail`` (a value's name, or the id of an item). The
            relation ``broader`` says instead that the value named head lies below the one named tail.
        interactions: ``user``, ``item``, optionally ``rating`` and ``timestamp`` (seconds or dates); more columns are
            context.
        texts: ``item``, ``text``; several texts of an item are joined.
        users: ``user``, and one column a fact; a list or "a|b" is several values, which rules know as a list.
        ontology: the facets; by default they are inferred. Columns it does not know are an error.
        name: of the data set.

    Raises:
        DataError: a missing column, duplicate or missing ids, an id that no item has, a value that is no number.

    >>> frame = pd.DataFrame({"item": ["a", "b"], "label": ["Ant", "Bee"], "food": ["leaf", "nectar|leaf"]})
    >>> graph = graph_from_frames(frame)
    >>> [graph.label(value) for value in graph.values_of(1, "food")]
    ['leaf', 'nectar']
    """
    _require(items, "items", ("item",))
    ids = _ids(items, "items", "item")
    _refuse_duplicates(ids)
    columns = [column for column in items.columns if column not in {"item", "label", "alias"}]
    plan = _plan(items, columns, ontology)
    relations = _relations(triples, set(ids), [*plan.values()], ontology)
    text_facet = _text_facet(texts, [*plan.values()], ontology)
    if ontology is None:
        facets = {facet.name: facet for facet in (*plan.values(), *relations.values(), *text_facet)}
        ontology = Ontology(name, f"{ITEMS_BASE}Item", ITEMS_BASE, "item", "items", tuple(facets.values()))
    layout = TableLayout(item_valued=_item_valued(triples, relations, set(ids)))
    statements = Statements(ontology, layout)
    _tell_items(statements, items, ids, plan)
    _tell_triples(statements, triples, relations)
    _tell_texts(statements, texts, text_facet)
    _tell_users(statements, users)
    return assemble((statements.facts(),), ontology, interaction_table(interactions), name=name)


def interaction_table(frame: pd.DataFrame | None) -> InteractionTable | None:
    """Return the interactions of a frame: ``user``, ``item``, maybe ``rating``, ``timestamp``, ``event``, ``amount``.

    All other columns are context.

    Raises:
        DataError: a missing column or id, or a rating or time that is none.
    """
    if frame is None:
        return None
    _require(frame, "interactions", ("user", "item"))
    own = {"user", "item", "rating", "timestamp", "event", "amount"}
    context = [str(column) for column in frame.columns if column not in own]
    kinds = frame.get("event", ())
    return InteractionTable(
        users=_ids(frame, "interactions", "user"),
        items=_ids(frame, "interactions", "item"),
        ratings=_numbers(frame["rating"], "rating") if "rating" in frame else np.empty(0),
        times=_seconds(frame["timestamp"]) if "timestamp" in frame else np.empty(0, dtype=np.int64),
        kinds=["" if _missing(kind) else event_kind(str(kind)) for kind in kinds],
        amounts=_numbers(frame["amount"], "amount") if "amount" in frame else np.empty(0),
        context={column: tuple("" if _missing(cell) else str(cell) for cell in frame[column]) for column in context},
    )


# --- columns --------------------------------------------------------------------------------------------------------


def _require(frame: pd.DataFrame, table: str, columns: Sequence[str]) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(wrong(table, frame, "a pandas DataFrame"))
    for column in columns:
        if column not in frame.columns:
            found = ", ".join(map(str, frame.columns)) or "none"
            raise DataError(f"the table {table} has no column {column!r}; its columns are: {found}")


def _missing(cell: Any) -> bool:
    return cell is None or (pd.api.types.is_scalar(cell) and bool(pd.isna(cell)))


def _ids(frame: pd.DataFrame, table: str, column: str) -> list[str]:
    """Return the ids of a column as text; whole floats lose their ".0", which pandas adds to integers beside gaps."""
    series = frame[column]
    if series.isna().any():
        row = int(np.flatnonzero(series.isna().to_numpy())[0])
        raise DataError(f"the table {table} has no {column} in row {row}; give it one or drop the row")
    if pd.api.types.is_float_dtype(series) and bool((series % 1 == 0).all()):
        series = series.astype("int64")
    ids = [str(cell) for cell in series]
    if "" in ids:
        raise DataError(f"the table {table} has an empty {column} in row {ids.index('')}; give it one or drop the row")
    return ids


def _refuse_duplicates(ids: Sequence[str]) -> None:
    if len(set(ids)) < len(ids):
        seen: set[str] = set()
        twice = list(dict.fromkeys(item for item in ids if item in seen or seen.add(item)))  # type: ignore[func-returns-value]  # add returns None
        raise DataError(f"{len(twice)} item ids occur more than once: {_shown(twice)}; ids must be unique")


def _shown(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:_SHOWN])) + (" ..." if len(names) > _SHOWN else "")


def _numbers(series: pd.Series[Any], column: str) -> NDArray[np.float64]:
    numbers = np.asarray(pd.to_numeric(series, errors="coerce"), dtype=np.float64)
    odd = np.flatnonzero(np.isinf(numbers) | (np.isnan(numbers) & series.notna().to_numpy()))
    if len(odd):
        row = int(odd[0])
        raise DataError(
            f"{column} in row {row} of interactions is {str(series.iloc[row])!r}, which is no number; mend or drop it"
        )
    return numbers


def _seconds(series: pd.Series[Any]) -> NDArray[np.int64]:
    if not pd.api.types.is_numeric_dtype(series):
        try:
            dates = pd.to_datetime(series, utc=True, format="mixed")
        except (ValueError, TypeError) as error:
            raise DataError(f"column 'timestamp' of interactions: {error}") from error
        series = (dates - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    seconds: NDArray[np.float64] = np.nan_to_num(series.to_numpy(dtype=np.float64))
    return seconds.astype(np.int64)


# --- which column is which facet -------------------------------------------------------------------------------------


def _plan(items: pd.DataFrame, columns: Sequence[Hashable], ontology: Ontology | None) -> dict[Hashable, Facet]:
    """Return column → facet."""
    plan: dict[Hashable, Facet] = {}
    for column in columns:
        facet = _inferred(items[column], str(column)) if ontology is None else _declared(str(column), ontology)
        if any(facet.name == other.name for other in plan.values()):
            raise DataError(
                f"two columns of items are the facet {facet.name!r}, one is {column!r}; rename or merge them"
            )
        plan[column] = facet
    return plan


def _declared(word: str, ontology: Ontology) -> Facet:
    for facet in ontology.facets:
        if word == facet.name or word in facet.columns:
            return facet
    known = ", ".join(facet.name for facet in ontology.facets)
    raise DataError(f"the ontology {ontology.name!r} knows no facet {word!r}; it has {known}")


def _inferred(series: pd.Series[Any], column: str) -> Facet:
    name = facet_name(column)
    if not name:
        raise DataError(f"column {column!r} of items cannot name a facet; give it a name with letters")
    order: tuple[str, ...] = ()
    if isinstance(series.dtype, pd.CategoricalDtype) and series.dtype.ordered:
        kind, order = FacetKind.ORDERED, tuple(map(str, series.dtype.categories))
    elif pd.api.types.is_bool_dtype(series):
        kind = FacetKind.CATEGORY
    elif pd.api.types.is_numeric_dtype(series):
        kind = FacetKind.NUMBER
    elif pd.api.types.is_datetime64_any_dtype(series):
        kind = FacetKind.DATE
    else:
        cells = [_parts(cell) for cell in series if not _missing(cell)]
        kind = string_kind([part for parts in cells for part in parts], len(series))
    return plain_facet(name, kind, iri=f"{ITEMS_BASE}facet/{name}", columns=(column,), order=order)


def _parts(cell: Any) -> list[str]:
    """Return the values in one cell."""
    if isinstance(cell, str):
        return [part for part in map(str.strip, cell.split("|")) if part]
    if isinstance(cell, bool | np.bool_):
        return ["yes" if cell else "no"]
    if isinstance(cell, Iterable):
        return [str(part) for part in cell if not _missing(part)]
    return [str(cell)]


def _relations(
    triples: pd.DataFrame | None, items: set[str], facets: Sequence[Facet], ontology: Ontology | None
) -> dict[str, Facet]:
    """Return relation → facet."""
    if triples is None:
        return {}
    _require(triples, "triples", ("head", "relation", "tail"))
    relations: dict[str, Facet] = {}
    for relation, group in triples.groupby("relation", sort=True):
        word = str(relation)
        if word in _BROADER:
            continue
        unknown = list(dict.fromkeys(head for head in map(str, group["head"]) if head not in items))
        if unknown:
            raise DataError(
                f"triples about {len(unknown)} unknown items: {_shown(unknown)}; add these items or drop the rows"
            )
        if ontology is not None:
            relations[word] = _declared(word, ontology)
            continue
        name = facet_name(word)
        same = [facet for facet in facets if facet.name == name]
        relations[word] = same[0] if same else _inferred(group["tail"], word)
    return relations


def _item_valued(triples: pd.DataFrame | None, relations: dict[str, Facet], items: set[str]) -> frozenset[str]:
    """Return the facets all of whose tails are items."""
    if triples is None:
        return frozenset()
    tails = triples.groupby("relation")["tail"]
    return frozenset(
        relations[str(relation)].name
        for relation, group in tails
        if str(relation) in relations and all(str(tail) in items for tail in group)
    )


def _text_facet(texts: pd.DataFrame | None, facets: Sequence[Facet], ontology: Ontology | None) -> tuple[Facet, ...]:
    """Return the facet that texts go to, in a tuple; empty without texts."""
    if texts is None:
        return ()
    _require(texts, "texts", ("item", "text"))
    known = [facet for facet in (ontology.facets if ontology else facets) if facet.kind is FacetKind.TEXT]
    if not known and ontology is not None:
        raise DataError(f"the ontology {ontology.name!r} has no facet of kind text for the texts; declare one")
    return (known[0] if known else plain_facet("text", FacetKind.TEXT, iri=f"{ITEMS_BASE}facet/text"),)


# --- telling it -----------------------------------------------------------------------------------------------------


def _tell_items(statements: Statements, items: pd.DataFrame, ids: Sequence[str], plan: dict[Hashable, Facet]) -> None:
    labels = items["label"] if "label" in items else [""] * len(ids)
    aliases = items["alias"] if "alias" in items else [""] * len(ids)
    for item, label, alias in zip(ids, labels, aliases, strict=True):
        statements.item(item, "" if _missing(label) else str(label), () if _missing(alias) else _parts(alias))
    for column, facet in plan.items():
        for item, cell in zip(ids, items[column], strict=True):
            if not _missing(cell):
                _tell(statements, item, facet, cell)


def _tell(statements: Statements, item: str, facet: Facet, cell: Any) -> None:
    try:
        if facet.kind is FacetKind.NUMBER:
            statements.number(item, facet, float(cell))
        elif facet.kind is FacetKind.DATE:
            statements.date(item, facet, cell.date().isoformat() if isinstance(cell, pd.Timestamp) else str(cell))
        elif facet.kind is FacetKind.TEXT:
            statements.text(item, facet, str(cell))
        else:
            for part in _parts(cell):
                statements.link(item, facet, part)
    except (ValueError, TypeError):
        raise DataError(f"{facet.name} of item {item!r} is {str(cell)[:80]!r}, which is no {facet.kind}") from None


def _tell_triples(statements: Statements, triples: pd.DataFrame | None, relations: dict[str, Facet]) -> None:
    if triples is None:
        return
    rows = list(zip(map(str, triples["head"]), map(str, triples["relation"]), triples["tail"], strict=True))
    for head, relation, tail in rows:
        if relation in relations and not _missing(tail):
            _tell(statements, head, relations[relation], tail)
    for head, relation, tail in rows:
        if relation in _BROADER:
            _tell_broader(statements, head, str(tail))


def _tell_broader(statements: Statements, narrower: str, broader: str) -> None:
    facets = [facet for facet in statements.ontology.facets if facet.kind.is_linked]
    known = [facet for facet in facets if statements.has_value(facet, narrower)]
    known = known or [facet for facet in facets if statements.has_value(facet, broader)]
    if not known:
        raise DataError(f"{narrower!r} is said to lie below {broader!r}, but no item has a value of that name")
    for facet in known:
        below, above = statements.value(facet, narrower), statements.value(facet, broader)
        if below is not None and above is not None:
            statements.broader(below, above)


def _tell_texts(statements: Statements, texts: pd.DataFrame | None, facet: tuple[Facet, ...]) -> None:
    if texts is None:
        return
    ids = _ids(texts, "texts", "item")
    unknown = list(dict.fromkeys(item for item in ids if item not in statements.items))
    if unknown:
        raise DataError(f"texts of {len(unknown)} unknown items: {_shown(unknown)}; add these items or drop the rows")
    for item, text in zip(ids, texts["text"], strict=True):
        if not _missing(text):
            statements.text(item, facet[0], str(text))


def _tell_users(statements: Statements, users: pd.DataFrame | None) -> None:
    if users is None:
        return
    _require(users, "users", ("user",))
    ids = _ids(users, "users", "user")
    _refuse_duplicates(ids)
    for column in users.columns:
        if column == "user":
            continue
        for user, cell in zip(ids, users[column], strict=True):
            if not _missing(cell):
                number = isinstance(cell, int | float | np.number) and not isinstance(cell, bool | np.bool_)
                for value in (float(cell),) if number else _parts(cell):
                    statements.user_fact(user, str(column), value)
