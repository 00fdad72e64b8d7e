"""What somebody did: "what else did he direct?", "has she made anything else?", "did Spielberg make Heat?".

The verbs come from how the ontology asks for the facets of people ("who directed {item}").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from kgrec.dialogue.asked import ANY, AUXILIARIES, IDLE, LONGEST_NAME, SOME_OF, THESE, WHAT, Asked
from kgrec.dialogue.mentions import PERSONS
from kgrec.dialogue.readings import AskAbout, AskWhich, Reading
from kgrec.dialogue.vocabulary import stem
from kgrec.rulebook import quoted

_FEW: Final = frozenset({"else", "other", "others", "more", "another"})


@dataclass(frozen=True, slots=True)
class _Deed:
    """Somebody, the facets of what they do, and the positions from which to which it is told."""

    people: tuple[str, ...]
    facets: tuple[str, ...]
    start: int
    end: int


def read_deeds(asked: Asked) -> Reading | None:
    """Read "what else did he direct", "how many films has Al Pacino been in", "has she made anything else"."""
    plain = asked.plain
    is_count = plain[:2] == ("how", "many")
    nouns = asked.vocabulary.nouns | _FEW | ANY
    for deed in _deeds_from(asked, 0):
        before, after = plain[: deed.start], plain[deed.end :]
        if len(before) == 1 and set(after) <= SOME_OF and set(after) & THESE:
            return replace(_work_of(asked, deed), among=asked.setting.listed)  # "is he in any of these"
        if not all(word in nouns for word in after):
            continue
        is_wh = before[:-1] and before[-1] in AUXILIARIES and (is_count or before[0] in WHAT)
        if is_wh and all(word in nouns | IDLE for word in before[2 if is_count else 1 : -1]):
            return _work_of(asked, deed, is_count=is_count)
        if len(before) == 1 and before[0] in AUXILIARIES and after:
            return _work_of(asked, deed)
    return None


def read_deed(asked: Asked) -> Reading | None:
    """Read "did Spielberg make Heat"."""
    plain = asked.plain
    if plain[0] not in AUXILIARIES:
        return None
    for deed in _deeds_from(asked, 1):
        item = asked.item(deed.end, len(plain))
        if item:
            return AskAbout(item, deed.facets[0], deed.people[:1])
    return None


def _deeds_from(asked: Asked, least: int) -> Iterator[_Deed]:
    """Yield who may be said to do what, wherever somebody is named right before a word for it."""
    stems = [stem(word) for word in asked.plain]
    for verb in range(least + 1, len(stems)):
        if asked.plain[verb] in ("been", "has", "have"):
            continue
        facets, used = asked.vocabulary.deeds.at(stems, verb)
        if not facets:
            continue
        last = verb - 1 if asked.plain[verb - 1] == "been" else verb
        for start in range(max(least, last - LONGEST_NAME), last):
            if asked.plain[start] in AUXILIARIES or (start and asked.plain[start - 1] not in AUXILIARIES):
                continue
            if people := _people(asked, start, last, facets):
                yield _Deed(people, facets, start, verb + used)


def _people(asked: Asked, start: int, end: int, facets: tuple[str, ...]) -> tuple[str, ...]:
    """Return who is named by some words; whom "he" means, without a name, has done that for what was talked about."""
    graph, setting = asked.lookup.kg, asked.setting
    if end - start == 1 and asked.plain[start] in PERSONS:
        own = {facet.name for facet in graph.facets_of(setting.person)} if setting.person else set()
        if own & set(facets):
            return (setting.person,)
        values = graph.values_of(graph.index(setting.about), facets[0]) if setting.about else ()
        return tuple(graph.entity_ids[value] for value in values)
    named = [entity for entity in asked.named(start, end) if not graph.is_item(entity)]
    known = [entity for entity in named if {facet.name for facet in graph.facets_of(entity)} & set(facets)]
    return tuple(known[:1] or named[:1])


def _work_of(asked: Asked, deed: _Deed, *, is_count: bool = False) -> AskWhich:
    """Return the question what some people did; nothing, if they are known for something else."""
    graph = asked.lookup.kg
    labels = [graph.label(person) for person in deed.people]
    facet = graph.facet(deed.facets[0])
    told = [
        f"{name} has {quoted(label)}"
        for person, label in zip(deed.people, labels, strict=True)
        for name in deed.facets
        if name in {own.name for own in graph.facets_of(person)}
    ]
    said = facet.phrase.replace("{value}", " or ".join(labels))
    besides = asked.setting.about if not _FEW.isdisjoint(asked.plain) else ""
    expressions = (" or ".join(told),) if told else ()
    return AskWhich(said, expressions, None if told else (), besides, is_count=is_count)
