"""What is said of names: the mood of the words before them, and the readings that come of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from kgrec.dialogue.lexicon import Cue
from kgrec.dialogue.names import Found
from kgrec.dialogue.readings import Ambiguous, HaveSeen, NotNow, NotSeen, Opine, Reading, Require, Sure
from kgrec.domain import Facet, FacetKind
from kgrec.graph.lookup import Lookup
from kgrec.rulebook import quoted

MATTER_OF_TASTE: Final = 0.5
"""Facets of a smaller weight say little about liking; to name a value of theirs is to ask for it."""
_EQUALLY_KNOWN: Final = 0.25
"""Items of one name whose renown differs by no more than this share of its range are equally likely meant."""
_MOST_OPTIONS: Final = 5
_LOWER: Final = re.compile(r"\w+ >=? [\d.]+")


@dataclass(frozen=True, slots=True)
class Mood:
    """What the words so far say about the names to come; ``verb`` None: that they are wanted now."""

    is_negated: bool = False
    verb: Cue | None = None
    is_strict: bool = False
    strength: float = 1.0
    facets: tuple[str, ...] = ()  # the kinds of value that a cue such as "directed by" announced
    cue: str = ""  # that cue
    since: int = -1  # the position after the last cue
    is_called: bool = False  # whether what follows is the name of something: "have you got ..."
    is_used: bool = False  # whether a name was said in it
    is_past: bool = False  # whether it tells of something done: "loved", not "loves"

    @property
    def awaits_name(self) -> bool:
        """Whether names in a hurry, pronouns and places on the list are to be expected."""
        return self.verb in (Cue.LOVE, Cue.LIKE, Cue.HATE, Cue.SEEN, Cue.UNSEEN, Cue.NEAR)


class Said:
    """The readings of an utterance as they grow."""

    def __init__(self, lookup: Lookup) -> None:
        self._graph = lookup.kg
        self._readings: list[Reading] = []
        self.mentioned = ""  # the item named last
        self.near = ""  # the item that "like ..." spoke of
        self.person = ""  # the value with a name of its own that was named last: whom "him" means

    def __len__(self) -> int:
        return len(self._readings)

    def all(self) -> tuple[Reading, ...]:
        """Return the readings; said twice is said once, and what was seen need not be kept away as well."""
        seen = {reading.entity for reading in self._readings if isinstance(reading, HaveSeen)}
        kept = [reading for reading in self._readings if not (isinstance(reading, NotNow) and reading.item in seen)]
        return tuple(dict.fromkeys(kept))

    def add(self, reading: Reading) -> None:
        """Take in a reading."""
        self._readings.append(reading)

    def near_again(self) -> None:
        """Forget what was compared with: another comparison begins."""
        self.near = ""

    def entity(self, found: Found, mood: Mood, said: str) -> None:
        """Take in a name, as the mood has it."""
        entities = self._of_kind(found.entities, mood)
        if found.all_meant:
            for entity in entities:
                self.add(self._reading((entity,), mood))
            return
        rivals = self._rivals(entities, mood)
        if len(rivals) > 1:
            options = tuple((self._called(entity), self._reading((entity,), mood)) for entity in rivals)
            self.add(Ambiguous(said, options))
            return
        first = entities[0]
        if self._graph.is_item(first):
            self.mentioned = first
            if mood.verb is Cue.NEAR:
                self.near = first
        elif self._is_own(first):
            self.person = first
        if mood.verb is Cue.UNSEEN:
            if self._graph.is_item(first):
                self.add(NotSeen(first))
        else:
            same = [entity for entity in entities[1:] if not self._graph.is_item(entity)]
            self.add(self._reading((first, *same) if not self._graph.is_item(first) else (first,), mood))

    def compare_with(self, numbers: Sequence[int]) -> None:
        """Let some names that were said be what more is wanted like: "Heat, Fargo, more of that"."""
        for number in numbers:
            reading = self._readings[number]
            if isinstance(reading, Opine):
                self._readings[number] = Opine(reading.entity, 1.0, for_now=True)

    def judge(self, numbers: Sequence[int], value: float) -> None:
        """Let a verdict that came after some names be said of them."""
        for number in numbers:
            reading = self._readings[number]
            if isinstance(reading, HaveSeen):
                self.add(Opine(reading.entity, value))
            elif isinstance(reading, Opine):
                self._readings[number] = Opine(reading.entity, value)
            elif isinstance(reading, Ambiguous):
                options = tuple((label, _judged(option, value)) for label, option in reading.options)
                self._readings[number] = replace(reading, options=options)

    def forget_bound(self) -> bool:
        """Take back a lower bound that was said last, since it is only allowed; return whether there was one."""
        if self._readings and isinstance(last := self._readings[-1], Require) and _LOWER.fullmatch(last.expression):
            self._readings.pop()
            return True
        return False

    def turn(self, numbers: Sequence[int], mood: Mood) -> None:
        """Let what is said after some plain names be said of them: "Heat I have seen", "musicals I hate"."""
        for number in numbers:
            reading = self._readings[number]
            if isinstance(reading, Opine) and reading.value == 1.0:
                self._readings[number] = self._reading((reading.entity,), mood)

    # --- which entity ---------------------------------------------------------------------------------------------

    def _of_kind(self, entities: Sequence[str], mood: Mood) -> tuple[str, ...]:
        """Return the entities of the kind that is awaited, or all if none is."""
        graph = self._graph
        if mood.facets:
            kept = [
                entity for entity in entities if {facet.name for facet in graph.facets_of(entity)} & set(mood.facets)
            ]
        elif (
            mood.verb in (Cue.SEEN, Cue.UNSEEN, Cue.NEAR)
            or (mood.verb and mood.is_used and self.mentioned)
            or mood.is_past  # who "loved" aliens, saw "Aliens"; who loves them may mean any
        ):
            kept = [entity for entity in entities if graph.is_item(entity)]
        else:
            kept = []
        ordered = tuple(kept) or tuple(entities)
        if not graph.is_item(ordered[0]):
            values = sorted((entity for entity in ordered if not graph.is_item(entity)), key=self._rank)
            return (*values, *(entity for entity in ordered if graph.is_item(entity)))
        return ordered

    def _rank(self, entity: str) -> int:
        """Return the place of an entity's first facet in the ontology: genres before themes."""
        own = self._graph.facets_of(entity)
        names = [facet.name for facet in self._graph.ontology.facets]
        return names.index(own[0].name) if own else len(names)

    def _rivals(self, entities: Sequence[str], mood: Mood) -> tuple[str, ...]:
        """Return the entities that are equally likely meant: items as well known, people as frequent, item or value."""
        graph, first = self._graph, entities[0]
        if mood.is_negated and mood.verb is None:
            return (first,)
        items = [entity for entity in entities if graph.is_item(entity)]
        if graph.is_item(first):
            known = self._renown(first)
            rivals = [entity for entity in items if abs(self._renown(entity) - known) <= _EQUALLY_KNOWN]
            themes = [entity for entity in entities if not graph.is_item(entity) and self._is_taste(entity)]
            if (
                mood.verb in (Cue.LOVE, Cue.LIKE, Cue.HATE)
                and not mood.is_past
                and len(rivals) == 1
                and not self.mentioned
            ):
                rivals += themes[:1]
            return tuple(rivals[:_MOST_OPTIONS])
        names = {graph.label(entity).casefold() for entity in entities}
        people = [e for e in entities if not graph.is_item(e) and self._is_own(e)]
        return tuple(people[:_MOST_OPTIONS]) if len(names) > 1 and len(people) == len(entities) else (first,)

    def _renown(self, item: str) -> float:
        prior = self._graph.prior
        if prior is None:
            return 0.0
        low, high = float(prior[prior == prior].min()), float(prior[prior == prior].max())  # noqa: PLR0124  (not NaN)
        value = float(prior[self._graph.index(item)])
        return (value - low) / (high - low) if high > low and value == value else 0.0  # noqa: PLR0124

    def _is_taste(self, entity: str) -> bool:
        return any(facet.kind.is_category and facet.weight >= 1 for facet in self._graph.facets_of(entity))

    def _is_own(self, entity: str) -> bool:
        return any(facet.kind is FacetKind.ENTITY for facet in self._graph.facets_of(entity))

    def _called(self, entity: str) -> str:
        """Return what to call an entity where its name alone could mean another."""
        label = self._graph.label(entity)
        facets = () if self._graph.is_item(entity) else self._graph.facets_of(entity)
        return f"{label} ({facets[0].label})" if facets else label

    # --- what is said of it -----------------------------------------------------------------------------------------

    def _reading(self, entities: Sequence[str], mood: Mood) -> Sure:
        graph, entity = self._graph, entities[0]
        if mood.verb is Cue.SEEN:
            return HaveSeen(entity)
        if mood.verb in (Cue.LOVE, Cue.LIKE, Cue.HATE):
            return Opine(entity, -1.0 if mood.is_negated else mood.strength if graph.is_item(entity) else 1.0)
        if mood.verb is Cue.NEAR and mood.is_negated and not graph.is_item(entity):
            return self._wanted(entities, mood)
        if mood.verb is Cue.NEAR:
            return Opine(entity, -1.0 if mood.is_negated else 1.0, for_now=True)
        if graph.is_item(entity):
            return NotNow(entity) if mood.is_negated else Opine(entity, 1.0)
        return self._wanted(entities, mood)

    def _wanted(self, entities: Sequence[str], mood: Mood) -> Sure:
        """Return the wish for, or against, values: hard where one is named that hardly is a matter of taste."""
        entity, label = entities[0], self._graph.label(entities[0])
        facets = self._graph.facets_of(entity)
        if mood.is_negated and facets:
            told = [self._has(each, mood) for each in entities if self._graph.facets_of(each)]
            return Require(f"not ({' or '.join(dict.fromkeys(told))})", f"no {label}")
        if mood.is_strict and facets:
            return Require(self._has(entity, mood), f"only {label}")
        cued = [facet for facet in facets if facet.name in mood.facets]
        hard = [facet for facet in cued if facet.kind is FacetKind.ENTITY or facet.weight < MATTER_OF_TASTE]
        if hard:
            return Require(_any(hard, label), f"{mood.cue} {label}")
        return Opine(entity, 1.0, for_now=True)

    def _has(self, entity: str, mood: Mood) -> str:
        """Return that an item has a value, in the facets announced or in all it is a value of."""
        facets = self._graph.facets_of(entity)
        cued = [facet for facet in facets if facet.name in mood.facets]
        return _any(cued or facets, self._graph.label(entity))


def _any(facets: Sequence[Facet], label: str) -> str:
    return " or ".join(f"{facet.name} has {quoted(label)}" for facet in facets)


def _judged(reading: Sure, value: float) -> Sure:
    return Opine(reading.entity, value) if isinstance(reading, Opine | HaveSeen) else reading
