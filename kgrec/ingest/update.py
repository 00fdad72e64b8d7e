"""What importing again changed: items that came, went, or are told otherwise.

Two graphs are compared as they were compiled, so that whatever a source looks like (another order, another spelling of
the same number) only what recommendations are made of counts. It is kept beside the facts, in changes.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.graph.knowledge import KnowledgeGraph

CHANGES: Final = "changes.json"

Codes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Item:
    """An item by its id, what it is called, and which of its facets are told otherwise."""

    id: str
    label: str
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the items; each part in the order of the graph that has them."""

    added: tuple[Item, ...] = ()
    changed: tuple[Item, ...] = ()
    removed: tuple[Item, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def write(self, folder: Path) -> None:
        """Keep them in the folder of a data set."""
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False)
        (folder / CHANGES).write_text(text + "\n", encoding="utf-8")


def read_changes(folder: Path) -> Changes | None:
    """Return what the last import changed; None if it was the first, or nobody can tell."""
    try:
        content = json.loads((folder / CHANGES).read_text(encoding="utf-8"))
        return Changes(*(tuple(_item(item) for item in content[part]) for part in ("added", "changed", "removed")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _item(content: Mapping[str, object]) -> Item:
    facets = content["facets"]
    assert isinstance(facets, list)
    return Item(str(content["id"]), str(content["label"]), tuple(map(str, facets)))


def compare(old: KnowledgeGraph, new: KnowledgeGraph) -> Changes:
    """Return what became of the items of ``old`` in ``new``; a facet that only one of them has counts as changed.

    Values count by their ids, so that renaming a genre changes no film. Equal sums of random codes stand for equal sets
    of values: two sets are mistaken for one in one case of 2^64.
    """
    numbers = [(old.index(item), number) for number, item in enumerate(new.item_ids) if old.is_item(item)]
    before, after = np.array(numbers, dtype=np.intp).reshape(-1, 2).T
    told: dict[int, list[str]] = {}
    for name, is_other in _differences(old, new, before, after):
        for number in after[is_other].tolist():
            told.setdefault(number, []).append(name)
    return Changes(
        _items(new, (number for number, item in enumerate(new.item_ids) if not old.is_item(item))),
        tuple(
            Item(new.entity_ids[number], new.label(number), tuple(dict.fromkeys(told[number])))
            for number in sorted(told)
        ),
        _items(old, (number for number, item in enumerate(old.item_ids) if not new.is_item(item))),
    )


def _items(graph: KnowledgeGraph, numbers: Iterable[int]) -> tuple[Item, ...]:
    return tuple(Item(graph.entity_ids[number], graph.label(number)) for number in numbers)


def _differences(
    old: KnowledgeGraph, new: KnowledgeGraph, before: NDArray[np.intp], after: NDArray[np.intp]
) -> Iterable[tuple[str, NDArray[np.bool_]]]:
    """Yield, for each facet and the name, which of the items that both graphs have differ, bool (len(before),)."""
    yield "label", _differ(old.labels, new.labels, before, after)
    old_codes, new_codes = _codes(old, new)
    for name in dict.fromkeys((*old.links, *new.links)):
        yield name, _sums(old, name, old_codes)[before] != _sums(new, name, new_codes)[after]
    for name in dict.fromkeys((*old.numbers, *new.numbers)):
        left, right = (_column(graph, name)[rows] for graph, rows in ((old, before), (new, after)))
        yield name, ~((left == right) | (np.isnan(left) & np.isnan(right)))
    for name in dict.fromkeys((*old.texts, *new.texts)):
        then, now = (graph.texts.get(name, ("",) * graph.n_items) for graph in (old, new))
        yield name, _differ(then, now, before, after)


def _differ(
    old: Sequence[str], new: Sequence[str], before: NDArray[np.intp], after: NDArray[np.intp]
) -> NDArray[np.bool_]:
    pairs = zip(before.tolist(), after.tolist(), strict=True)
    return np.fromiter((old[left] != new[right] for left, right in pairs), dtype=np.bool_, count=len(before))


def _codes(old: KnowledgeGraph, new: KnowledgeGraph) -> tuple[Codes, Codes]:
    """Return a random code for each entity of each graph, the same in both for the same id."""
    places = {entity: place for place, entity in enumerate(dict.fromkeys((*old.entity_ids, *new.entity_ids)))}
    codes = np.random.default_rng(0).integers(1, 2**64, size=len(places), dtype=np.uint64)
    left, right = (codes[[places[entity] for entity in graph.entity_ids]] for graph in (old, new))
    return left, right


def _sums(graph: KnowledgeGraph, facet: str, codes: Codes) -> Codes:
    """Return the sum of the codes of an item's own values, uint64 (n_items,); 0 for an item without."""
    if facet not in graph.links:
        return np.zeros(graph.n_items, dtype=np.uint64)
    matrix = graph.links[facet]
    own = np.where(matrix.data >= 1, codes[matrix.indices], np.uint64(0))
    running = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(own, dtype=np.uint64)))
    return np.asarray(running[matrix.indptr[1:]] - running[matrix.indptr[:-1]])


def _column(graph: KnowledgeGraph, facet: str) -> NDArray[np.float64]:
    return graph.numbers[facet] if facet in graph.numbers else np.full(graph.n_items, np.nan)
