"""What is said of names: the readings that come of them in the mood of the words before."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import copysign
from typing import Final

from kgrec.dialogue.bounds import latest, scoped
from kgrec.dialogue.lexicon import Cue
from kgrec.dialogue.moods import Mood
from kgrec.dialogue.names import Found, singular
from kgrec.dialogue.readings import (
    Allow,
    Ambiguous,
    Compare,
    Forget,
    HaveSeen,
    NotNow,
    NotSeen,
    Open,
    Opine,
    Reading,
    Require,
    Sure,
    Unused,
)
from kgrec.domain import Facet, FacetKind
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.rulebook import quoted
from kgrec.text import fold

MATTER_OF_TASTE: Final = 0.5
"""Facets of a smaller weight say little about liking; to name a value of theirs is to ask for it."""
_EQUALLY_KNOWN: Final = 0.25
"""Items of one name whose renown differs by no more than this share of its range are equally likely meant."""
_THEME: Final = 1.0
"""Facets of no more weight have many values of like names: who wants none of one means none of all."""
_MOST_OPTIONS: Final = 5
_LOWER: Final = re.compile(r"\w+ >=? [\d.]+")


class Said:
    """The readings of an utterance as they grow."""

    def __init__(self, lookup: Lookup) -> None:
        self._graph = lookup.kg
        self._readings: list[Reading] = []
        self.mentioned = ""  # the item named last
        self.near = ""  # the item that "like ..." spoke of
        self.person = ""  # the value with a name of its own that was named last: whom "him" means
        self.value = ""  # the value that was named after any item: what "it" means
        self._others: dict[int, str] = {}  # of the opinions that are somebody else's: in what words

    def __len__(self) -> int:
        return len(self._readings)

    def all(self) -> tuple[Reading, ...]:
        """Return the readings; said twice is said once, and what was seen need not be kept away as well."""
        said = scoped(self._last_words())
        seen = {reading.entity for reading in said if isinstance(reading, HaveSeen)}
        kept = [reading for reading in said if not (isinstance(reading, NotNow) and reading.item in seen)]
        return tuple(dict.fromkeys(latest(kept)))

    def _last_words(self) -> list[Reading]:
        """Return the readings with one opinion an entity: the user's own before anybody else's, the last of those."""
        opined = {at: said for at, said in enumerate(self._readings) if isinstance(said, Opine) and not said.for_now}
        own = {said.entity: at for at, said in opined.items() if at not in self._others}
        readings = list(self._readings)
        for at, said in opined.items():
            if at in self._others and said.entity in own:
                readings[at] = Unused(self._others[at])
        return [said for at, said in enumerate(readings) if not (at in opined and own.get(opined[at].entity, at) > at)]

    def add(self, reading: Reading) -> None:
        """Take in a reading."""
        self._readings.append(reading)

    def near_again(self) -> None:
        """Forget what was compared with: another comparison begins."""
        self.near = ""

    def entity(self, found: Found, mood: Mood, said: str) -> None:
        """Take in a name, as the mood has it."""
        entities = self._of_kind(found.entities, mood)
        if mood.verb is Cue.FORGET:
            self.add(Forget(entities))
            return
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
        self._note(first, mood)
        if mood.verb is Cue.UNSEEN:
            if self._graph.is_item(first):
                self.add(NotSeen(first))
        else:
            same = [entity for entity in entities[1:] if not self._graph.is_item(entity)]
            values = (first, *same)
            if mood.is_negated and mood.verb is None and not self._graph.is_item(first):
                values = self._related(values, said)
            self.add(self._reading((first,) if self._graph.is_item(first) else values, mood))

    def _note(self, entity: str, mood: Mood) -> None:
        """Keep what was named for the words that refer to it, and who is said to think something of it."""
        is_item = self._graph.is_item(entity)
        self.value = "" if is_item else entity
        self.mentioned = entity if is_item else self.mentioned
        self.near = entity if is_item and mood.verb is Cue.NEAR else self.near
        self.person = entity if not is_item and self._is_own(entity) else self.person
        if mood.others:
            self._others[len(self._readings)] = mood.others

    def compare_with(self, numbers: Sequence[int]) -> None:
        """Let some names that were said be what more is wanted like: "Heat, Fargo, more of that"."""
        for number in numbers:
            reading = self._readings[number]
            if isinstance(reading, Opine):
                self._readings[number] = Opine(reading.entity, 1.0, for_now=True)

    def criticise(self, numbers: Sequence[int], target: str, *, is_more: bool) -> bool:
        """Let a complaint ("is too long") be said of the items just named, which are then not liked; False for none."""
        is_about = False
        for number in numbers:
            reading = self._readings[number]
            if isinstance(reading, Opine) and reading.value == 1.0 and self._graph.is_item(reading.entity):
                self._readings[number] = Compare(target, is_more, reading.entity)
                is_about = True
        return is_about

    def judge(self, numbers: Sequence[int], value: float, *, is_guess: bool = False) -> None:
        """Let a verdict that came after some names be said of them; a guess tells no taste, only what is wanted."""
        for number in numbers:
            reading = self._readings[number]
            if is_guess and isinstance(reading, Opine) and self._graph.is_item(reading.entity):
                entity = reading.entity
                self._readings[number] = NotNow(entity) if value < 0 else Opine(entity, value, for_now=True)
            elif isinstance(reading, HaveSeen):
                self.add(Opine(reading.entity, value))
            elif isinstance(reading, Opine):
                self._readings[number] = Opine(reading.entity, value)
            elif isinstance(reading, Ambiguous):
                options = tuple((label, _judged(option, value)) for label, option in reading.options)
                self._readings[number] = replace(reading, options=options)

    def regroup(self, start: int, readings: Sequence[Reading]) -> None:
        """Put other readings in the place of those from a position on."""
        self._readings[start:] = readings

    def since(self, start: int) -> tuple[Reading, ...]:
        """Return the readings from a position on."""
        return tuple(self._readings[start:])

    def allow(self, numbers: Sequence[int]) -> bool:
        """Let some names that were said be only fine: "horror is fine"; return whether there was one."""
        named = [
            (number, said)
            for number in numbers
            if isinstance(said := self._readings[number], Opine) and said.value > 0 and number not in self._others
        ]
        for number, said in named:
            self._readings[number] = Allow(said.entity)
        return bool(named)

    @property
    def _last(self) -> Reading | None:
        return self._readings[-1] if self._readings else None

    @property
    def refused(self) -> str:
        """The expression of what was refused last, "-" if it was disliked, "" if it was neither."""
        last = self._last
        if isinstance(last, Opine) and last.value < 0:
            return "-"
        return last.expression if isinstance(last, Require) and last.is_refusal else ""

    def differ(self, *, agrees: bool) -> bool:
        """Let the user think as somebody else does of what was named last, or not; return whether somebody does."""
        if not self._others or not isinstance(last := self._readings[number := max(self._others)], Opine):
            return False
        self._others.pop(number)
        value = 1.0 if agrees else -1.0 if last.value > 0 else 0.0
        self._readings[number] = Opine(last.entity, value) if value else Allow(last.entity)
        return True

    def soften(self, start: int) -> None:
        """Let the wishes from a position on be only preferred."""
        for number, reading in enumerate(self._readings[start:], start):
            if isinstance(reading, Require):
                self._readings[number] = replace(reading, is_soft=True)

    def loosen(self, *, is_slight: bool) -> bool:
        """Let a comparison that was said last be only fine: "older is fine"; return whether there was one."""
        if isinstance(last := self._last, Compare) and last.target in self._graph.numbers:
            self._readings[-1] = Open((last.target,), last.is_more, is_slight)
            return True
        return False

    def forget_bound(self) -> bool:
        """Take back a lower bound that was said last, since it is only allowed; return whether there was one."""
        if isinstance(last := self._last, Require) and _LOWER.fullmatch(last.expression):
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
        if mood.verb is Cue.SEEN and mood.others and graph.is_item(entity):
            return NotNow(entity)  # "my flatmate has seen it": the user has not, but it is not for tonight
        plain: dict[Cue | None, Callable[[], Sure]] = {
            Cue.SEEN: lambda: HaveSeen(entity),
            Cue.ALLOW: lambda: Allow(entity),
            Cue.EXCEPT: lambda: self._excepted(entity, mood),
        }
        if mood.verb in plain:
            return plain[mood.verb]()
        if mood.verb in (Cue.LOVE, Cue.LIKE, Cue.HATE):
            strength = mood.strength if graph.is_item(entity) else copysign(1.0, mood.strength)
            return Opine(entity, -1.0 if mood.is_negated else strength)
        if mood.verb is Cue.NEAR and (graph.is_item(entity) or not mood.is_negated):
            return Opine(entity, -1.0 if mood.is_negated else 1.0, for_now=True)
        if not graph.is_item(entity):
            return self._wanted(entities, mood)
        return NotNow(entity) if mood.is_negated else Opine(entity, 1.0)

    def _excepted(self, entity: str, mood: Mood) -> Sure:
        """Return that an entity is not meant by what was refused before: "no horror except Alien"."""
        label, is_item, last = self._graph.label(entity), self._graph.is_item(entity), self._last
        if isinstance(last, Opine):  # what is disliked is, on the whole
            return Opine(entity, 1.0)
        if not isinstance(last, Require):
            self._readings = [one for one in self._readings if not (one is last and isinstance(last, Unused))]
            return Unused(f"{last.text} except {label}" if isinstance(last, Unused) else f"except {label}")
        is_it = f"named({quoted(label)})" if is_item else self._has(entity, mood)
        refusals = [one for one in self._readings[:-1] if is_item and isinstance(one, Require) and one.is_refusal]
        self._readings = [one.but(is_it, label) if one in refusals else one for one in self._readings[:-1]]
        return last.but(is_it, label)

    def _refused(self, entities: Sequence[str], mood: Mood) -> Require:
        """Return the wish against values of one name, called by the one that most items have."""
        told = [self._has(each, mood) for each in entities]
        graph, entity = self._graph, entities[0]
        is_cued = any(facet.name in mood.facets for facet in graph.facets_of(entity))
        if not is_cued:
            named = [each for each in entities if fold(graph.label(each)) == fold(graph.label(entity))]
            entity = max(named, key=lambda each: graph.degrees[main_facet(graph, each).name][graph.index(each)])
        label = graph.label(entity)
        refused = f"not {mood.cue} {label}" if is_cued else main_facet(graph, entity).refused.replace("{value}", label)
        others = [name for name in map(graph.label, entities) if fold(name) != fold(label)]
        return Require(f"not ({' or '.join(dict.fromkeys(told))})", ", ".join([refused, *dict.fromkeys(others)]))

    def _related(self, entities: Sequence[str], said: str) -> tuple[str, ...]:
        """Return the values of a refused theme and those that have the word for it in their names: no alien at all."""
        graph = self._graph
        is_theme = all(facet.kind.is_category and facet.weight <= _THEME for facet in graph.facets_of(entities[0]))
        if not is_theme or " " in said:
            return tuple(entities)
        words = {said, singular(said) or said}
        wider = [facet for facet in graph.linked_facets if facet.kind.is_category and facet.weight >= MATTER_OF_TASTE]
        indices = [index for facet in wider for index in graph.values(facet.name).tolist()]
        named = [(graph.entity_ids[at], fold(graph.labels[at]).split()) for at in indices]
        found = [value for value, parts in named if parts[:1] != ["no"] and not words.isdisjoint(parts)]
        return tuple(dict.fromkeys([*entities, *found]))

    def _wanted(self, entities: Sequence[str], mood: Mood) -> Sure:
        """Return the wish for, or against, values: hard where one is named that hardly is a matter of taste."""
        entity, label = entities[0], self._graph.label(entities[0])
        facets = self._graph.facets_of(entity)
        if mood.is_negated and facets:
            refused = self._refused([each for each in entities if self._graph.facets_of(each)], mood)
            return replace(refused, label=f"not {label}", is_soft=True) if mood.is_mild else refused
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


def wish_for(graph: KnowledgeGraph, wanted: Opine | Require) -> Require:
    """Return a value that was asked for as a hard wish; a wish as it is."""
    if isinstance(wanted, Require):
        return wanted
    label = graph.label(wanted.entity)
    return Require(_any(graph.facets_of(wanted.entity), label), label)


def refusal(graph: KnowledgeGraph, value: str) -> Require:
    """Return the wish for nothing that has a value."""
    facets, label = graph.facets_of(value), graph.label(value)
    return Require(f"not ({_any(facets, label)})", main_facet(graph, value).refused.replace("{value}", label))


def main_facet(graph: KnowledgeGraph, value: str) -> Facet:
    """Return the facet that most items have a value for: whoever acts and once directed is an actor."""
    return max(graph.facets_of(value), key=lambda facet: int(graph.degrees[facet.name][graph.index(value)]))


def _any(facets: Sequence[Facet], label: str) -> str:
    return " or ".join(f"{facet.name} has {quoted(label)}" for facet in facets)


def _judged(reading: Sure, value: float) -> Sure:
    return Opine(reading.entity, value) if isinstance(reading, Opine | HaveSeen) else reading
