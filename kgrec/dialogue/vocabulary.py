"""The words a domain brings to a conversation: its nouns, the cues of its facets, its comparatives and its questions.

All of them come from the ontology and from the names of the values, so another domain speaks its own words without a
change here. Made once a graph (see ``KnowledgeGraph.once``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kgrec.dialogue.english import ASIDES, FUNCTION, is_aside
from kgrec.dialogue.lexicon import FILLERS, SHORTENED
from kgrec.dialogue.tokens import Phrases
from kgrec.domain import Facet, FacetKind
from kgrec.graph import KnowledgeGraph
from kgrec.text import fold, fold_all

_WEIGHTY: Final = 1.0
"""Values of facets that weigh so much have comparatives: "scarier", but not "Frencher"."""
_BARE: Final = frozenset({"of", "a", "the"})
"""Words that announce no value by themselves, unlike the "by" of "directed by"."""
_TENSES: Final = {
    "was": "is",
    "were": "are",
    "has": "is",
    "whose": "who",
    "which": "what",
    "came": "come",
    "ran": "run",
}


_IRREGULAR: Final = {
    "made": "make", "wrote": "write", "written": "write", "shot": "shoot", "did": "do", "done": "do", "does": "do",
    "sang": "sing", "sung": "sing", "built": "build", "drew": "draw", "drawn": "draw", "ran": "run", "won": "win",
}  # fmt: skip
"""Past forms of verbs that people ask about makers with."""
_BEING: Final = frozenset({"is", "are", "was", "were"})


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way to ask for a facet of an item: the words before and after the item."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    facet: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What words mean in one domain.

    Attributes:
        nouns: what an item is called.
        idle: words that alone ask for nothing.
        cues: words before a value → the facets it is then a value of.
        facets: what a facet is called → its name.
        kinds: the same, and what it is called in rules and in questions: "what is the length of it?".
        comparatives: "shorter", "scarier" → (a numeric facet's name or a value's id, whether it means more).
        superlatives: "shortest" → (a numeric facet's name, whether it means the most of it).
        adjectives: "short", "scary" → the same, as in "more scary" and "too short".
        patterns: the ways to ask for a facet, the longest first.
        deeds: what values do to an item, by the stems of the words ("direct", "star in") → their facets.
        ordinary: the words that descriptions are written in: none of them is a misspelt name.
    """

    nouns: frozenset[str]
    idle: frozenset[str]
    cues: Phrases[tuple[str, ...]]
    facets: dict[str, str]
    kinds: dict[str, str]
    comparatives: dict[str, tuple[str, bool]]
    superlatives: dict[str, tuple[str, bool]]
    adjectives: Phrases[tuple[str, bool]]
    patterns: tuple[Pattern, ...]
    deeds: Phrases[tuple[str, ...]]
    ordinary: frozenset[str]

    def is_idle(self, word: str) -> bool:
        """Whether a word, folded, asks for nothing by itself."""
        return word in self.idle or is_aside(word)


def vocabulary_of(graph: KnowledgeGraph) -> Vocabulary:
    """Return the vocabulary of a graph; pass it to ``graph.once``."""
    own = graph.ontology
    nouns = frozenset(fold(word) for word in (own.singular, own.plural, *own.synonyms))
    cues: dict[str, tuple[str, ...]] = {}
    for facet in own.facets:
        for cue in dict.fromkeys(_cues(facet)):
            cues[cue] = (*cues.get(cue, ()), facet.name)
    adjectives = dict(_adjectives(graph))
    critiques = {facet.less: (facet.name, False) for facet in own.facets if facet.less}
    critiques |= {facet.more: (facet.name, True) for facet in own.facets if facet.more}
    facets = {fold(word): facet.name for facet in own.facets for word in (facet.plural, facet.label)}
    patterns = tuple(sorted(_patterns(own.facets), key=lambda pattern: -len(pattern.before + pattern.after)))
    return Vocabulary(
        nouns=nouns,
        idle=FILLERS | FUNCTION | ASIDES | nouns | {word for facet in own.facets for word in _facet_words(facet)},
        cues=Phrases(cues),
        facets=facets,
        kinds={**_asked_after(patterns), **{fold(facet.name): facet.name for facet in own.facets}, **facets},
        comparatives={form: meant for word, meant in adjectives.items() for form in _compared(word)} | critiques,
        superlatives={_most(word): meant for word, meant in critiques.items() if " " not in word},
        adjectives=Phrases(adjectives),
        patterns=patterns,
        deeds=Phrases(_deeds(own.facets)),
        ordinary=frozenset(_ordinary(graph)),
    )


def asked(words: list[str]) -> list[str]:
    """Return the words of a question in the form in which patterns are compared: written out, in the present tense."""
    out = " ".join(SHORTENED.get(word, word) for word in words).split()
    return [_TENSES.get(word, word) for word in out]


def stem(word: str) -> str:
    """Return what the forms of a verb have in common, roughly.

    >>> {stem(word) for word in ("write", "wrote", "written", "writes", "writing")}
    {'writ'}
    """
    word = _IRREGULAR.get(word, word)
    for ending in ("ing", "ed", "es", "e", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending)
    return word


def _deeds(facets: tuple[Facet, ...]) -> dict[str, tuple[str, ...]]:
    """Return the verbs of "who ... {item}?" and of "... by {value}", stemmed, with the facets they speak of."""
    told: dict[str, tuple[str, ...]] = {}
    for facet in facets:
        if facet.kind is not FacetKind.ENTITY:
            continue
        asked_for = [fold(way.partition("{item}")[0]) for way in facet.asked if way.endswith("{item}")]
        said = [way.removeprefix("who ") for way in asked_for if way.startswith("who ")]
        if (phrase := fold(facet.phrase.partition("{value}")[0])).endswith(" by"):
            said.append(phrase.removesuffix(" by"))
        for way in said:
            deed = " ".join(stem(word) for word in way.split() if word not in _BEING)
            if deed and facet.name not in told.get(deed, ()):
                told[deed] = (*told.get(deed, ()), facet.name)
    return told


def _cues(facet: Facet) -> Iterator[str]:
    if before := fold(facet.phrase.partition("{value}")[0]):
        yield before
        if facet.kind is FacetKind.ENTITY and before.split()[-1] not in _BARE:
            yield before.split()[-1]
    yield from map(fold, facet.cues)


def _facet_words(facet: Facet) -> set[str]:
    """Return the words that speak of a facet rather than of a value: "directed by", "director", "directors"."""
    words = f"{facet.phrase.replace('{value}', ' ')} {facet.label} {facet.plural} {' '.join(facet.cues)}"
    return set(fold(words).split())


def _adjectives(graph: KnowledgeGraph) -> Iterator[tuple[str, tuple[str, bool]]]:
    for facet in reversed(graph.linked_facets):  # the first facets come last and win
        if facet.kind.is_category and facet.weight >= _WEIGHTY:
            for value in graph.values(facet.name).tolist():
                entity = graph.entity_ids[value]
                for name in (*graph.aliases.get(entity, ()), graph.labels[value]):
                    if fold(name):
                        yield fold(name), (entity, True)
    for facet in graph.ontology.facets:
        if facet.name in graph.numbers:
            yield from ((fold(word), (facet.name, False)) for word in facet.low)
            yield from ((fold(word), (facet.name, True)) for word in facet.high)


def _comparatives(word: str) -> tuple[str, ...]:
    """Return how one word may be compared: "scarier", "sadder", "stranger"; none for several words or long ones."""
    if " " in word or not re.search("[aeiouy]", word):
        return ()
    if word.endswith("y"):
        return (f"{word[:-1]}ier",)
    if word.endswith("e"):
        return (f"{word}r",)
    return (f"{word}er", f"{word}{word[-1]}er")


def _compared(word: str) -> tuple[str, ...]:
    forms = _comparatives(word)
    return (*forms, *map(_most, forms))


def _most(comparative: str) -> str:
    """Return the superlative: "scariest" of "scarier"."""
    return f"{comparative.removesuffix('r')}st"


def _patterns(facets: tuple[Facet, ...]) -> Iterator[Pattern]:
    for facet in facets:
        told = (f"what is the {facet.label} of {{item}}", f"what {facet.label} is {{item}}")
        sizes = tuple(f"how {word} is {{item}}" for word in (*facet.low, *facet.high) if facet.kind.is_numeric)
        count = (f"how many {facet.plural} does {{item}} have",) if facet.kind.is_numeric else ()
        for template in (*facet.asked, *told, *sizes, *count):
            before, _, after = template.partition("{item}")
            yield Pattern(tuple(asked(fold(before).split())), tuple(asked(fold(after).split())), facet.name)


def _asked_after(patterns: Iterable[Pattern]) -> dict[str, str]:
    """Return what questions call the facets that they ask for: "what is the length of it?", "what length is it?"."""
    found: dict[str, str] = {}
    for pattern in patterns:
        before = " ".join(pattern.before)
        if told := re.fullmatch(r"(?:what|which) (\w+) is|what is the (\w+) of", before):
            found.setdefault(told[1] or told[2], pattern.facet)
    return found


def _ordinary(graph: KnowledgeGraph) -> Iterator[str]:
    """Yield the words that descriptions write small."""
    words: set[str] = set()
    for column in graph.texts.values():
        for text in column:
            words.update(text.split())
    yield from fold_all([word for word in words if word[:1].islower()])
