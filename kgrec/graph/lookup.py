"""Find entities by what people call them.

Exact first: label, other name, or label with qualifier ("Heat (1995)"), all folded. Only then the fuzzy matcher, which
also ranks what to offer when nothing is called so: character trigrams find the fifty names most alike, which are then
compared with care. The index is built at the first question, not when the app starts.
Concepts that no item has are kept apart: to like what nothing is says nothing, and no name should be taken for one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from kgrec.domain import FacetKind
from kgrec.errors import UnknownEntityError
from kgrec.graph.knowledge import KnowledgeGraph
from kgrec.graph.owners import Owners
from kgrec.graph.spellings import bare, key, keys, loose, main_title, subtitles, surname
from kgrec.graph.strings import Strings
from kgrec.graph.trigrams import TrigramIndex
from kgrec.text import clean

_log = logging.getLogger(__name__)

_FOUND = 86.0
"""From this score on a fuzzy match is taken for the name: one or two typing errors in a title of usual length."""
_ALMOST = 99.0
_BEGINS = 90.0
"""For a name that goes on after what was asked for: "star wars" means the best known film that begins so."""
_TELLING = 5
"""So many letters of one word are enough to mean a name that goes on."""
_LENGTH = 15.0
_EXACT = 100.0
_SQUEEZED = 7
"""Names of so many letters are known without their spaces; shorter ones are words of the language."""
_TOO_SHORT = 4
"""A word of so few letters is not taken for a misspelt name."""
_ALIKE = 60.0
"""A word of a name, and what it may be misspelt of, are so much alike at least."""
_LETTERS_AN_ERROR = 6
"""One typing error is forgiven for so many letters."""
_NEAREST = 3
_COMPARED = 50
"""So many names that share the most trigrams with what was typed are compared with it in full."""
_SHOWN = 80
"""So many characters of a name are repeated in an error."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entity that a name may mean; ``score`` runs from 0 to 100, 100 for the very name."""

    entity: str
    label: str
    score: float


class Lookup:
    """Names of a graph's entities; cheap to make, builds its index when first asked."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.kg = kg

    def find(self, name: str, n: int = 5, among: str | None = None) -> tuple[Match, ...]:
        """Return the ``n`` entities that ``name`` most likely means, the likeliest first.

        Entities called exactly so come first: items before values, then the better known, then the more frequent, then
        the newer. ``among`` keeps only "items" or the values of one linked facet; None takes all. Empty for an empty
        name or a facet without values.
        """
        allowed = self._allowed(among)
        exact = [number for number in self._exact.of(key(name)) if allowed[number]]
        matches = [self._match(number, 100.0) for number in sorted(exact, key=self._importance)[:n]]
        if len(matches) < n and key(name):
            taken = set(exact)
            matches += [
                self._match(*pair) for pair in self._fuzzy(name, n + len(taken), allowed) if pair[0] not in taken
            ]
        return tuple(matches[:n])

    def exact(self, name: str) -> tuple[str, ...]:
        """Return the ids of the entities that are called exactly so (but for case and accents), as in :meth:`find`."""
        return self._ids(self._exact.of(key(name)))

    def loosely(self, name: str) -> tuple[str, ...]:
        """Return the ids of the entities that may be called so in a hurry, the most important first.

        Without its article, with other numerals ("godfather 2"), by its subtitle ("the empire strikes back").
        """
        return self._ids(self._loose.of(loose(key(name))))

    def titled(self, name: str) -> tuple[str, ...]:
        """Return the ids of the items that have a subtitle and are called so without it, the most important first."""
        return self._ids(self._titles.of(loose(key(name))))

    def run_together(self, name: str) -> tuple[str, ...]:
        """Return the ids of the entities that are called so but for spaces: "leonardo di caprio", "starwars"."""
        return self._ids(self._squeezed.of(key(name).replace(" ", "")))

    def surnamed(self, name: str) -> tuple[str, ...]:
        """Return the ids of the values with a name of their own that end so ("tarantino"), the most frequent first.

        One or two typing errors are forgiven where no other name is spelt so.
        """
        typed = key(name)
        if " " in typed:  # surnames of two words: "de niro", "bonham carter"
            last = typed.rpartition(" ")[2]
            owners = [i for i in self._surnames.get(last, ()) if key(self.kg.labels[i]).endswith(f" {typed}")]
        else:
            owners = self._surnames.get(typed) or self._surnames.get(self._misspelt(typed), [])
        return self._ids(owners)

    def _ids(self, numbers: Sequence[int]) -> tuple[str, ...]:
        """Return the ids of some entities, the most important first."""
        return tuple(self.kg.entity_ids[number] for number in sorted(numbers, key=self._importance))

    def importance(self, entity: str) -> int:
        """Return how many items have an entity as a value."""
        return int(self._degrees[self.kg.index(entity)])

    def absent(self, name: str) -> tuple[str, ...]:
        """Return the ids of the declared concepts that are called exactly so and that no item has."""
        return self._absent.get(key(name), ())

    def resolve(self, name: str, among: str | None = None) -> str:
        """Return the id of the entity that ``name`` means: an id, a name, or a name with a typing error.

        What was taken for another name is logged as a warning, which Python writes to stderr unless told otherwise.

        Raises:
            UnknownEntityError: nothing comes near; it carries the three nearest labels.
        """
        if name in self.kg and self._allowed(among)[self.kg.index(name)]:
            return name
        matches = self.find(name, 1, among)  # of an exact name one is enough, and the fuzzy matcher stays out of it
        if matches and matches[0].score < _FOUND:
            matches = self.find(name, _NEAREST, among)
        shown = clean(name[:_SHOWN]) + ("…" if len(name) > _SHOWN else "")
        if matches and self.is_near(name, matches[0]):
            if matches[0].score < _EXACT:
                _log.warning("%s: taken for %s", shown, matches[0].label)
            return matches[0].entity
        raise UnknownEntityError(shown, [match.label for match in matches])

    def is_near(self, name: str, match: Match) -> bool:
        """Whether ``name`` means that entity: its name but for a few letters, or most of it in several words."""
        if match.score >= _EXACT:
            return True
        typed = key(name)
        if not self.explains(match, name):
            return False
        if match.score >= _FOUND and " " in typed:
            return True
        from rapidfuzz.distance import OSA

        spelt = map(key, self._called(self.kg.index(match.entity)))
        most = max(1, len(typed) // _LETTERS_AN_ERROR)
        return len(typed) > _TOO_SHORT and any(OSA.distance(typed, name) <= most for name in spelt)

    def explains(self, match: Match, name: str) -> bool:
        """Whether each word of a name is one of the match's, or like a part of them; a figure only as it stands.

        Without this "12112 Angry Men" would be "12 Angry Men", which is as much alike as a slip of the keyboard.
        """
        from rapidfuzz import fuzz

        names = tuple(map(key, (*self._called(self.kg.index(match.entity)), match.label)))
        words = {word for spelt in names for word in (*spelt.split(), *loose(spelt).split())}
        left = [word for word in loose(key(name)).split() if word not in words]
        return not any(word.isdecimal() for word in left) and all(
            len(word) < _TOO_SHORT or max(fuzz.partial_ratio(word, spelt) for spelt in names) >= _ALIKE for word in left
        )

    def parts(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        """Return the parts of the index and what makes each, for who would rather wait now than at the first name."""
        return (
            ("exact", lambda: self._exact),
            ("in a hurry", lambda: self._loose),
            ("by main title", lambda: self._titles),
            ("without spaces", lambda: self._squeezed),
            ("by surname", lambda: self._surname_index),
            ("alike", lambda: self._index),
        )

    # --- the index ------------------------------------------------------------------------------------------------

    @cached_property
    def _names(self) -> tuple[Strings, NDArray[np.intp]]:
        """All folded names, and the number of the entity each belongs to, shape (names,)."""
        numbers = np.flatnonzero(self._is_here)
        counts = [1 + len(self.kg.aliases.get(self.kg.entity_ids[number], ())) for number in numbers.tolist()]
        called = (name for number in numbers.tolist() for name in self._called(number))
        return Strings.of(keys(called)), np.repeat(numbers, counts)

    def _named(self) -> Iterator[tuple[str, int]]:
        """Go through all folded names and whose they are, those with a qualifier too."""
        names, owners = self._names
        yield from zip(names, owners.tolist(), strict=True)
        if self.kg.ontology.qualifier:
            yield from zip(keys(map(self.kg.label, range(self.kg.n_items))), range(self.kg.n_items), strict=True)

    def _called(self, number: int) -> tuple[str, ...]:
        """Return the names of an entity."""
        return (self.kg.labels[number], *self.kg.aliases.get(self.kg.entity_ids[number], ()))

    @cached_property
    def _absent(self) -> dict[str, tuple[str, ...]]:
        """Folded name → the ids of the values that no item has."""
        index: dict[str, tuple[str, ...]] = {}
        for number in np.flatnonzero(~self._is_here).tolist():
            for name in filter(None, dict.fromkeys(keys(self._called(number)))):
                index[name] = (*index.get(name, ()), self.kg.entity_ids[number])
        return index

    @cached_property
    def _index(self) -> TrigramIndex:
        return TrigramIndex(self._names[0])

    @cached_property
    def _exact(self) -> Owners:
        return Owners(self._named())

    @cached_property
    def _loose(self) -> Owners:
        names, owners = self._names
        whole = ((loose(name), owner) for name, owner in zip(names, owners.tolist(), strict=True))
        parts = (
            (loose(part), number) for number in range(self.kg.n_items) for part in subtitles(self.kg.labels[number])[1:]
        )
        return Owners((name, owner) for name, owner in chain(whole, parts) if not name.isdecimal())

    @cached_property
    def _titles(self) -> Owners:
        labels = self.kg.labels
        return Owners((loose(main_title(labels[number])), number) for number in range(self.kg.n_items))

    @cached_property
    def _squeezed(self) -> Owners:
        squeezed = ((name.replace(" ", ""), owner) for name, owner in self._named())
        return Owners((name, owner) for name, owner in squeezed if len(name) >= _SQUEEZED)

    @cached_property
    def _surnames(self) -> dict[str, list[int]]:
        index: dict[str, list[int]] = {}
        for number in np.flatnonzero(self._has_own_name).tolist():
            if last := surname(self.kg.labels[number]):
                index.setdefault(last, []).append(number)
        return index

    @cached_property
    def _has_own_name(self) -> NDArray[np.bool_]:
        """Which values are things with names of their own, such as persons; shape (n_entities,)."""
        named = np.zeros(self.kg.n_entities, dtype=np.bool_)
        for facet in self.kg.linked_facets:
            if facet.kind is FacetKind.ENTITY:
                named |= self.kg.degrees[facet.name] > 0
        named[: self.kg.n_items] = False
        return named

    @cached_property
    def _surname_index(self) -> tuple[tuple[str, ...], TrigramIndex]:
        names = tuple(self._surnames)
        return names, TrigramIndex(names)

    def _misspelt(self, typed: str) -> str:
        """Return the surname that a word may stand for, that of the most frequent of those equally near."""
        from rapidfuzz.distance import OSA

        if len(typed) <= _TOO_SHORT:
            return ""
        names, index = self._surname_index
        most = max(1, len(typed) // _LETTERS_AN_ERROR)
        near = [(OSA.distance(typed, names[at]), names[at]) for at in index.nearest(typed, _COMPARED).tolist()]
        alike = [
            (distance, -max(int(self._degrees[i]) for i in self._surnames[name]), name)
            for distance, name in near
            if distance <= most and name[0] == typed[0] and len(name) > _TOO_SHORT
        ]
        return min(alike)[2] if alike else ""

    @cached_property
    def _degrees(self) -> NDArray[np.int64]:
        total = np.zeros(self.kg.n_entities, dtype=np.int64)
        for degree in self.kg.degrees.values():
            total += degree
        return total

    @cached_property
    def _is_here(self) -> NDArray[np.bool_]:
        """Which entities are items or values of any, shape (n_entities,)."""
        return (np.arange(self.kg.n_entities) < self.kg.n_items) | (self._degrees > 0)

    def _allowed(self, among: str | None) -> NDArray[np.bool_]:
        """Return which entities are asked for, shape (n_entities,)."""
        if among is None:
            return self._is_here
        if among == "items":
            return np.arange(self.kg.n_entities) < self.kg.n_items
        degrees = self.kg.degrees.get(among)
        return np.zeros(self.kg.n_entities, dtype=bool) if degrees is None else degrees > 0

    def _importance(self, number: int) -> tuple[bool, float, int, float, int]:
        """Sort key: the more important first."""
        if number >= self.kg.n_items:
            return True, 0.0, -int(self._degrees[number]), 0.0, number
        prior = float(self.kg.prior[number]) if self.kg.prior is not None else 0.0
        watched = int(self.kg.interactions.item_counts[number])
        qualifier = self.kg.numbers.get(self.kg.ontology.qualifier)
        newest = 0.0 if qualifier is None else float(np.nan_to_num(qualifier[number]))
        return False, -float(np.nan_to_num(prior)), -watched, -newest, number

    def _fuzzy(self, name: str, n: int, allowed: NDArray[np.bool_]) -> Sequence[tuple[int, float]]:
        """Return (number, score) of the at most ``n`` entities whose names look most alike, scores below 100."""
        typed, owners = key(name), self._names[1]
        near = self._index.nearest(typed, max(_COMPARED, 4 * n), allowed[owners])
        best: dict[int, float] = {}
        for position, score in zip(near.tolist(), self._scores(typed, near).tolist(), strict=True):
            owner = int(owners[position])
            best[owner] = max(score, best.get(owner, 0.0))
        ranked = sorted(best, key=lambda number: (-best[number], self._importance(number)))
        return [(number, best[number]) for number in ranked[:n]]

    def _scores(self, typed: str, near: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return how alike the names of those numbers are to what was typed, 0 to 99."""
        from rapidfuzz import fuzz, process

        if not len(near):
            return np.zeros(0, dtype=np.float32)
        names = [self._names[0][number] for number in near]
        scores = process.cdist([typed], names, scorer=fuzz.WRatio, dtype=np.float32)[0]
        # WRatio forgives a missing half: "it" is found whole in "spirited away". Names of other lengths lose a little.
        length, lengths = len(typed), np.array([len(name) for name in names], dtype=np.float32)
        scores = scores - _LENGTH * np.abs(lengths - length) / np.maximum(lengths, length)
        if " " in typed or length >= _TELLING:
            whole = bare(typed) + " "
            goes_on = np.array([bare(name).startswith(whole) for name in names])
            scores[goes_on] = np.maximum(scores[goes_on], _BEGINS)
        return np.asarray(np.clip(scores, 0.0, _ALMOST), dtype=np.float32)

    def _match(self, number: int, score: float) -> Match:
        return Match(self.kg.entity_ids[number], self.kg.label(number), score)
