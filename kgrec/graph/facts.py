"""Facts: what a source tells of items and values, as columns, one pair of arrays a property.

This is what graphs are compiled of, wherever the facts come from: a store of triples is read into it, tables are told
into it row by row, and large data sets are kept as it, in a folder of arrays that is mapped into memory. Entities are
numbered as the source names them; what is an item, which names win and what implies what, is settled when several
sources (the table, its ontology) are compiled together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kgrec.errors import DataError, StoreError
from kgrec.graph import snapshot
from kgrec.graph.strings import packed, unpacked

Numbers: TypeAlias = NDArray[np.int32]
"""Numbers of entities, as a source counts them."""

PLAIN: Final = -1
"""The rank of a name that is plainly told: rdfs:label, in no language."""

SPELT: Final = 99
"""The rank of a name that is only how somebody wrote a value."""

_EPOCH: Final = date(1970, 1, 1)
_DURATION: Final = re.compile(
    r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_MINUTES: Final = (7 * 1440, 1440, 60, 1, 1 / 60)
"""Those of a week, a day, an hour, a minute and a second."""


def _none() -> Numbers:
    return np.empty(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Words:
    """Texts, and which entity each is of.

    Attributes:
        subjects: int32 (m,).
        texts: m strings.
        ranks: int (m,), of an entity's texts those of the least rank count; empty where all are PLAIN.
    """

    subjects: Numbers = field(default_factory=_none)
    texts: Sequence[str] = ()
    ranks: NDArray[np.integer[Any]] = field(default_factory=_none)


@dataclass(frozen=True, slots=True)
class Facts:
    """What one source tells. Properties are named by their IRIs, as the ontology that names facets may change.

    Attributes:
        entity_ids: of everything it speaks of; an id may recur.
        items: int32 (n_items,), the items, in their order.
        names, aliases: what entities are called.
        links: property → (subjects, values), int32 each.
        numbers: property → (subjects int32, numbers float64); dates as days since 1970-01-01.
        texts: property → what is said of which entity.
        broader: (values, what lies directly above them).
        concepts: values that exist even if no item has them.
        users: (user, fact, what it is), in the order told.
    """

    entity_ids: Sequence[str]
    items: Numbers
    names: Words = field(default_factory=Words)
    aliases: Words = field(default_factory=Words)
    links: Mapping[str, tuple[Numbers, Numbers]] = field(default_factory=dict)
    numbers: Mapping[str, tuple[Numbers, NDArray[np.float64]]] = field(default_factory=dict)
    texts: Mapping[str, Words] = field(default_factory=dict)
    broader: tuple[Numbers, Numbers] = field(default_factory=lambda: (_none(), _none()))
    concepts: Numbers = field(default_factory=_none)
    users: Sequence[tuple[str, str, str | float]] = ()


def day_number(text: str) -> float:
    """Return the days since 1970-01-01 of an ISO date, date with time, month or year (their first day).

    Raises:
        ValueError: it is none of these.

    >>> day_number("1970-02-01"), day_number("1971")
    (31.0, 365.0)
    """
    parts = text.strip().split("T")[0].rstrip("Z").split("-")
    if text.startswith("-") or len(parts) > 3:  # noqa: PLR2004  (year, month, day)
        raise ValueError(text)
    year, month, day = (int(part) for part in (*parts, "1", "1")[:3])
    return float((date(year, month, day) - _EPOCH).days)


def minutes_of(text: str) -> float | None:
    """Return the minutes of a duration as ISO 8601 has it; None if it is none, or counts in months or years.

    >>> minutes_of("PT1H30M"), minutes_of("P1DT15S"), minutes_of("PT"), minutes_of("90")
    (90.0, 1440.25, None, None)
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    return sum(float(count or 0) * minutes for count, minutes in zip(match.groups(), _MINUTES, strict=True))


# --- on disk ----------------------------------------------------------------------------------------------------------


def save(facts: Facts, folder: Path) -> None:
    """Write the plainly told facts of a table into a folder of arrays; raises StoreError when the disk refuses."""
    arrays = {"items": facts.items, "concepts": facts.concepts, **packed("entity", facts.entity_ids)}
    for part, words in (("name", facts.names), ("alias", facts.aliases)):
        arrays |= _packed_words(part, words)
    for place, (subjects, values) in enumerate((facts.broader, *facts.links.values())):
        arrays |= {f"link.{place}.subjects": subjects, f"link.{place}.values": values}
    for place, (subjects, numbers) in enumerate(facts.numbers.values()):
        arrays |= {f"number.{place}.subjects": subjects, f"number.{place}.values": numbers}
    for place, words in enumerate(facts.texts.values()):
        arrays |= _packed_words(f"text.{place}", words)
    properties = {"links": list(facts.links), "numbers": list(facts.numbers), "texts": list(facts.texts)}
    snapshot.save_arrays(folder, arrays, {**properties, "users": list(facts.users)})


def load(folder: Path) -> Facts:
    """Return what :func:`save` wrote, mapped into memory; raises DataError if it is damaged."""
    try:
        arrays, meta = snapshot.load_arrays(folder)
        broader, *links = (
            (arrays[f"link.{place}.subjects"], arrays[f"link.{place}.values"])
            for place in range(len(meta["links"]) + 1)
        )
        numbers = (
            (arrays[f"number.{place}.subjects"], arrays[f"number.{place}.values"])
            for place in range(len(meta["numbers"]))
        )
        return Facts(
            entity_ids=unpacked(arrays, "entity"),
            items=arrays["items"],
            names=_words(arrays, "name"),
            aliases=_words(arrays, "alias"),
            links=dict(zip(meta["links"], links, strict=True)),
            numbers=dict(zip(meta["numbers"], numbers, strict=True)),
            texts={iri: _words(arrays, f"text.{place}") for place, iri in enumerate(meta["texts"])},
            broader=broader,
            concepts=arrays["concepts"],
            users=[(user, fact, value) for user, fact, value in meta["users"]],
        )
    except (StoreError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"{folder}: these facts cannot be read ({error}); import them again") from error


def _packed_words(name: str, words: Words) -> dict[str, NDArray[Any]]:
    assert not len(words.ranks), "tables tell no languages"
    return {f"{name}.subjects": words.subjects, **packed(name, words.texts)}


def _words(arrays: Mapping[str, NDArray[Any]], name: str) -> Words:
    return Words(arrays[f"{name}.subjects"], unpacked(arrays, name))
