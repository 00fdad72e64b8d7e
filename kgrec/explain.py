"""Reasons: a score taken apart into what each piece of evidence and each rule added, with its path in the graph.

Nothing is recomputed for show: the shares come from the scorers themselves, scaled as the blend scaled them, so they
add up to the score. The words only name what a share already is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kgrec.blend import Blended
from kgrec.domain import Belief, Comparison, Opinion, OpinionKind, Preference, Reason
from kgrec.graph import KnowledgeGraph
from kgrec.scorers.base import Evidence, Scorer, Share

MOST_NAMED = 6
"""So many shares of one scorer are named one by one; the rest are summed."""

TELLING = 0.5
"""Only values of facets of at least this weight are named as what two entities have in common: not the language."""

COMPANY = 3
"""So many people who liked both are worth citing."""

RULES = "rules"

_OWN_WORDS = frozenset({"walk", "text"})
"""Scorers that word a reason in a way of their own."""


@dataclass(frozen=True, eq=False)
class Applied:
    """A preference in force and the items it holds for.

    Attributes:
        mask: bool (n_items,).
        degree: float64 (n_items,), how much it holds for each, 0 outside of the mask; None: for all of it alike.
    """

    preference: Preference
    mask: NDArray[np.bool_]
    degree: NDArray[np.float64] | None = None

    def points(self, items: int | slice | NDArray[np.intp] = slice(None)) -> NDArray[np.float64]:
        """Return what some items gain by it, all by default."""
        holds = self.mask if self.degree is None else self.degree
        return np.asarray(self.preference.weight * holds[items])


@dataclass(frozen=True, eq=False)
class _Part:
    """What one share adds to the score of the item at a position, once scaled as the blend scales it."""

    share: Share
    position: int
    scale: float

    @property
    def size(self) -> float:
        return float(self.share.values[self.position]) * self.scale

    @property
    def channels(self) -> tuple[tuple[str, float], ...]:
        parts = ((name, float(values[self.position]) * self.scale) for name, values in self.share.channels.items())
        return tuple((name, size) for name, size in parts if size)


@dataclass(frozen=True, eq=False)
class Explainer:
    """Takes the scores of one ranking apart."""

    graph: KnowledgeGraph
    belief: Belief
    evidence: Evidence
    blended: Blended
    scorers: Sequence[Scorer]
    applied: Sequence[Applied]
    _paths: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict, repr=False)
    _told: dict[int, dict[int, float]] = field(default_factory=dict, repr=False)
    _fans: dict[int, NDArray[np.int32]] = field(default_factory=dict, repr=False)
    _reasons_told: dict[tuple[str, int, int | None, int, int], tuple[str, tuple[str, ...]]] = field(
        default_factory=dict, repr=False
    )

    def reasons(self, items: Sequence[int]) -> list[tuple[Reason, ...]]:
        """Return the reasons of each item, the largest share first; they add up to its score."""
        candidates = np.asarray(items, dtype=np.intp)
        found: list[list[Reason]] = [[] for _ in items]
        for scorer in self.scorers:
            if scorer.name in self.blended.scales:
                self._add_scorer(scorer, candidates, found)
        for position, item in enumerate(items):
            found[position] += [self._rule(applied, item) for applied in self.applied if applied.mask[item]]
        return [tuple(sorted(reasons, key=lambda reason: -abs(reason.share))) for reasons in found]

    def _add_scorer(self, scorer: Scorer, candidates: NDArray[np.intp], found: list[list[Reason]]) -> None:
        scales = self.blended.scales[scorer.name][candidates]
        silence = self.blended.silence[scorer.name][candidates]
        silent = ~self.blended.known[scorer.name][candidates]
        shares = scorer.shares(self.evidence, candidates)
        sizes = np.array([share.values for share in shares]).reshape(len(shares), len(candidates)) * scales
        order = np.argsort(-np.abs(sizes), axis=0, kind="stable")
        for position, item in enumerate(candidates):
            if not scales[position]:
                continue
            if silent[position]:
                text = "nothing is known here, so it counts as average"
                found[position].append(Reason(scorer.name, float(silence[position]), text))
                continue
            ranked, size = order[:, position], sizes[:, position]
            named, rest = ranked[:MOST_NAMED].tolist(), ranked[MOST_NAMED:]
            found[position] += [
                self._reason(scorer.name, _Part(shares[number], position, float(scales[position])), int(item))
                for number in named
                if size[number]
            ]
            if len(rest):
                text = f"and {len(rest)} more of your opinions"
                found[position].append(Reason(scorer.name, float(size[rest].sum()), text))

    def _reason(self, scorer: str, part: _Part, item: int) -> Reason:
        share, size = part.share, part.size
        if share.text:
            return Reason(scorer, size, f"you asked for “{share.text}”", (self.graph.entity_ids[item],))
        if share.entity is None and share.channels:
            return Reason(scorer, size, f"liked by people of your {' and '.join(share.channels).replace('_', ' ')}")
        if share.entity is None:
            text = "widely liked" if len(self.graph.interactions) else "widely known"
            return Reason(scorer, size, text)
        source = share.entity if share.other is None or size > 0 else share.other
        told = (scorer if scorer in _OWN_WORDS else "", share.entity, share.other, source, item)
        if told not in self._reasons_told:
            self._reasons_told[told] = self._telling_of(*told)
        text, ids = self._reasons_told[told]
        return Reason(scorer, size, text, ids, channels=part.channels)

    def _telling_of(
        self, scorer: str, entity: int, other: int | None, source: int, item: int
    ) -> tuple[str, tuple[str, ...]]:
        """Return the words and the path of a reason; most scorers say the same of one opinion and one item."""
        path = self.path(source, item)
        opening = self._opening(entity) if other is None else self._rather(entity, other)
        return self._words(scorer, opening, path), tuple(self.graph.entity_ids[number] for number in path)

    def _rule(self, applied: Applied, item: int) -> Reason:
        wish = applied.preference
        return Reason(RULES, float(applied.points(item)), wish.because or wish.label, (), wish.origin.place)

    # --- paths ----------------------------------------------------------------------------------------------------

    def path(self, source: int, item: int) -> tuple[int, ...]:
        """Return the entities from an opinion to an item: directly, or through what they most have in common."""
        if source == item:
            return (source,)
        if (source, item) not in self._paths:
            self._paths[source, item] = self._find_path(source, item)
        return self._paths[source, item]

    def _find_path(self, source: int, item: int) -> tuple[int, ...]:
        ours = self._telling(item)
        values, weights = self._made_of(source)
        if source >= self.graph.n_items and source in self._made_of(item)[0]:
            return (source, item)
        common = [
            (weight * ours[value], -value)
            for value, weight in zip(values.tolist(), weights.tolist(), strict=True)
            if value in ours
        ]
        return (source, -max(common)[1], item) if common else (source, item)

    def _made_of(self, entity: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return an entity's row of the features: column numbers and weights."""
        features = self.graph.features
        row = slice(features.indptr[entity], features.indptr[entity + 1])
        return features.indices[row], features.data[row]

    def _telling(self, item: int) -> dict[int, float]:
        """Return the values of an item that are worth naming, with their weights."""
        if item not in self._told:
            values, weights = self._made_of(item)
            keep = (self.graph.weights[values] >= TELLING) & (weights > 0)
            self._told[item] = dict(zip(values[keep].tolist(), weights[keep].tolist(), strict=True))
        return self._told[item]

    def _words(self, scorer: str, opening: str, path: tuple[int, ...]) -> str:
        """Say what an opinion, in words, has to do with the item at the end of its path."""
        source = path[0]
        people = self._people(source, path[-1]) if source < self.graph.n_items else 0
        if people >= COMPANY and (scorer == "walk" or len(path) < 3):  # noqa: PLR2004  (as below)
            return f"{opening}: {people} people liked both"
        if len(path) == 3:  # noqa: PLR2004  (opinion, what is in common, item)
            return f"{opening}: {self._phrase(path[1], path[2])}"
        if source >= self.graph.n_items and source in self._made_of(path[-1])[0]:
            return opening
        return f"{opening}, and it is told alike" if scorer == "text" else f"{opening}, and they go together"

    @cached_property
    def _opinions(self) -> Mapping[str, Opinion]:
        return {opinion.entity: opinion for opinion in self.belief.opinions}

    @cached_property
    def _comparisons(self) -> Mapping[tuple[str, str], Comparison]:
        return {(one.entity, one.other): one for one in self.belief.comparisons}

    def _rather(self, entity: int, other: int) -> str:
        ids, label = self.graph.entity_ids, self.graph.label
        said = self._comparisons.get((ids[entity], ids[other]))
        if said is not None and not said.value:
            return f"you like {label(entity)} and {label(other)} alike"
        return f"rather {label(entity)} than {label(other)}"

    def _opening(self, source: int) -> str:
        label, said = self.graph.label(source), self._opinions.get(self.graph.entity_ids[source])
        if said is None:
            return f"because of {label}"
        if said.kind.is_for_now:
            return f"you asked for {label}" if said.value > 0 else f"you do not want {label}"
        if said.value >= 0.75:  # noqa: PLR2004  (the upper quarter of the scale)
            return f"you love {label}" if said.kind is OpinionKind.RATED else f"you like {label}"
        return f"you like {label}" if said.value > 0 else f"you do not like {label}"

    def _phrase(self, value: int, item: int) -> str:
        label = self.graph.label(value)
        facets = self.graph.facets_of(value)
        for facet in facets:
            if len(facets) == 1 or value in self.graph.values_of(item, facet.name, inherited=True):
                return facet.phrase.replace("{value}", label)
        return label

    def _people(self, source: int, item: int) -> int:
        """Count the users who liked both items."""
        ours, theirs = self._liked_by(source), self._liked_by(item)
        few, many = (ours, theirs) if len(ours) < len(theirs) else (theirs, ours)
        if not len(few):
            return 0
        places = np.searchsorted(many, few)
        return int(np.count_nonzero(many[np.minimum(places, len(many) - 1)] == few))

    def _liked_by(self, item: int) -> NDArray[np.int32]:
        if item not in self._fans:
            self._fans[item] = self.graph.interactions.liked_by(item)
        return self._fans[item]
