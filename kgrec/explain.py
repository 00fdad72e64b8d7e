"""Reasons: a score taken apart into what each piece of evidence and each rule added, with its path in the graph.

Nothing is recomputed for show: the shares come from the scorers themselves, scaled as the blend scaled them, so they
add up to the score. An Account keeps what a score was made from; taking it apart and finding the words wait until
somebody reads them: most callers of a list never do, and both together take longer than the scores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self, overload

import numpy as np
from numpy.typing import NDArray

from kgrec.blend import Blended, Part
from kgrec.domain import Belief, Comparison, Opinion, OpinionKind, Preference, Reason
from kgrec.graph import KnowledgeGraph
from kgrec.graph.opinions import liked_by
from kgrec.scorers.base import Evidence, Scorer, Share, values_of
from kgrec.ties import Tie, TieKind

MOST_NAMED = 6
"""So many shares of one scorer are named one by one; the rest are summed."""

TELLING = 0.5
"""Only values of facets of at least this weight are named as what two entities have in common: not the language."""

COMPANY = 3
"""So many people who liked both are worth citing."""

RULES = "rules"
POPULARITY = "popularity"
TASTE = "taste"
PEOPLE = "people"
CONTEXT = "context"
VALUES = "values"

_OF_PEOPLE = frozenset({"walk", "linear", "transitions", "items", "users", "factors", "bayes", "two-tower", "sequence"})
"""Scorers that go by who chose what: where people who liked both are to be found, those are the reason."""


_STANDING = {
    TieKind.FRIEND: "your friend {}",
    TieKind.FOLLOW: "{}, whom you follow,",
    TieKind.TRUST: "{}, whom you trust,",
}


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

    def at(self, items: NDArray[np.intp]) -> Applied:
        """Return what it says of some items."""
        return Applied(self.preference, self.mask[items], None if self.degree is None else self.degree[items])


@dataclass(frozen=True, eq=False)
class _Scored:
    """What one scorer adds to the scores of n items, taken apart.

    Attributes:
        part: what it adds in all.
        shares: of its raw scores.
        sizes: float64 (len(shares), n), what each share adds; they add up to its points.
    """

    scorer: str
    part: Part
    shares: Sequence[Share]
    sizes: NDArray[np.float64]

    @classmethod
    def of(cls, scorer: Scorer, part: Part, evidence: Evidence, items: NDArray[np.intp]) -> Self:
        """Take what a scorer adds to some items apart; the largest share bears what single precision rounded away."""
        shares = scorer.shares(evidence, items)
        sizes = values_of(shares, len(items)) * part.scales
        if len(sizes):
            places = np.arange(len(items))
            sizes[np.abs(sizes).argmax(axis=0), places] += part.points - sizes.sum(axis=0)
        return cls(scorer.name, part, shares, sizes)


@dataclass(frozen=True, eq=False)
class Account:
    """What the scores of some items are made of: numbers alone, taken apart when somebody asks for the first reason.

    It keeps what the scores were made from, of these items alone; none of that ever changes.

    Attributes:
        items: their numbers, (n,).
        evidence: what was known of the user.
        parts: what each scorer adds.
        scorers: fitted, those that count and others.
        applied: the preferences in force.
    """

    items: NDArray[np.intp]
    evidence: Evidence
    parts: Mapping[str, Part]
    scorers: Sequence[Scorer]
    applied: Sequence[Applied]

    @classmethod
    def of(
        cls,
        items: Sequence[int],
        evidence: Evidence,
        blended: Blended,
        scorers: Sequence[Scorer],
        applied: Sequence[Applied] = (),
    ) -> Self:
        """Keep what the scores of some items are made from, without what was worked out on the way: that is large."""
        numbers = np.asarray(items, dtype=np.intp)
        parts = {name: part.at(numbers) for name, part in blended.parts.items()}
        return cls(numbers, replace(evidence), parts, scorers, tuple(entry.at(numbers) for entry in applied))

    @cached_property
    def scored(self) -> tuple[_Scored, ...]:
        """What each scorer that counts adds, taken apart."""
        counting = ((scorer, self.parts[scorer.name]) for scorer in self.scorers if scorer.name in self.parts)
        return tuple(_Scored.of(scorer, part, self.evidence, self.items) for scorer, part in counting)

    def wished(self, position: int) -> tuple[tuple[Preference, float], ...]:
        """Return the preferences that hold for the item at a position, with the points it gains by each."""
        holding = (entry for entry in self.applied if entry.mask[position])
        return tuple((entry.preference, float(entry.points(position))) for entry in holding)


class Reasons(Sequence[Reason]):
    """The reasons of one item, worded when first looked at: equal to the tuple of them, and copied and kept as such."""

    __slots__ = ("_read", "_tell")

    def __init__(self, tell: Callable[[], tuple[Reason, ...]]) -> None:
        self._tell: Callable[[], tuple[Reason, ...]] | None = tell
        self._read: tuple[Reason, ...] = ()

    @property
    def told(self) -> tuple[Reason, ...]:
        """The reasons themselves."""
        tell = self._tell
        if tell is not None:  # two threads may both word them, to the same effect
            self._read = tell()
            self._tell = None
        return self._read

    def __len__(self) -> int:
        return len(self.told)

    @overload
    def __getitem__(self, position: int) -> Reason: ...

    @overload
    def __getitem__(self, position: slice) -> tuple[Reason, ...]: ...

    def __getitem__(self, position: int | slice) -> Reason | tuple[Reason, ...]:
        return self.told[position]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Reasons):
            return self.told == other.told
        return self.told == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.told)

    def __repr__(self) -> str:
        return repr(self.told)

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (self.told,)


@dataclass(frozen=True, eq=False)
class Explainer:
    """Words the reasons of the items of one account."""

    graph: KnowledgeGraph
    belief: Belief
    account: Account
    _paths: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict, repr=False)
    _told: dict[int, dict[int, float]] = field(default_factory=dict, repr=False)
    _fans: dict[int, NDArray[np.int32]] = field(default_factory=dict, repr=False)
    _reasons_told: dict[tuple[str, int, int | None, int, int], tuple[str, tuple[str, ...]]] = field(
        default_factory=dict, repr=False
    )

    def reasons(self, position: int) -> tuple[Reason, ...]:
        """Return the reasons of the item at a position, the largest share first; they add up to its score."""
        item = int(self.account.items[position])
        found: list[Reason] = []
        for scored in self.account.scored:
            if scored.part.scales[position]:
                found += self._of_scorer(scored, position, item)
        found += [
            Reason(RULES, points, wish.because or wish.label, (), wish.origin.place)
            for wish, points in self.account.wished(position)
        ]
        return tuple(sorted(found, key=lambda reason: -abs(reason.share)))

    def _of_scorer(self, scored: _Scored, position: int, item: int) -> list[Reason]:
        if scored.part.is_silent[position]:
            text = "nothing is known here, so it counts as average"
            return [Reason(scored.scorer, float(scored.part.points[position]), text)]
        sizes = scored.sizes[:, position]
        order = np.argsort(-np.abs(sizes), kind="stable")
        named, rest = order[:MOST_NAMED].tolist(), order[MOST_NAMED:]
        found = [self._reason(scored, number, position, item) for number in named if sizes[number]]
        if len(rest):
            text = f"and {len(rest)} more {'people you know' if scored.scorer == PEOPLE else 'of your opinions'}"
            found.append(Reason(scored.scorer, float(sizes[rest].sum()), text))
        return found

    def _reason(self, scored: _Scored, number: int, position: int, item: int) -> Reason:
        scorer, share, size = scored.scorer, scored.shares[number], float(scored.sizes[number, position])
        if scorer == PEOPLE:
            return Reason(scorer, size, self._of_people(share.ties, item))
        if scorer == CONTEXT:
            more, now = "more" if size > 0 else "less", " ".join(share.circumstance or ())
            return Reason(scorer, size, f"{now}: liked {more} than otherwise" if now else f"liked {more} than most")
        if share.text:
            return Reason(scorer, size, f"you asked for “{share.text}”", (self.graph.entity_ids[item],))
        if share.entity is None and share.channels:
            return Reason(scorer, size, f"liked by people of your {' and '.join(share.channels).replace('_', ' ')}")
        if share.entity is None:
            return Reason(scorer, size, self._of_everybody(scorer, size))
        source = share.entity if share.other is None or size > 0 else share.other
        kind = self._kind(scorer, share.entity, size)
        told = (kind, share.entity, share.other, source, item)
        if told not in self._reasons_told:
            self._reasons_told[told] = self._telling_of(*told)
        text, ids = self._reasons_told[told]
        scale = scored.part.scales[position]
        parts = ((name, float(values[position] * scale)) for name, values in share.channels.items())
        return Reason(scorer, size, text, ids, channels=tuple((name, one) for name, one in parts if one))

    def _kind(self, scorer: str, entity: int, size: float) -> str:
        """Return what an opinion's share tells of: what people liked together, or liked less, a text, or neither."""
        if scorer == VALUES:
            said = self._opinions.get(self.graph.entity_ids[entity])
            return "people" if said is None or said.value * size > 0 else "less"
        return "people" if scorer in _OF_PEOPLE and size > 0 else scorer if scorer == "text" else ""

    def _of_everybody(self, scorer: str, size: float) -> str:
        """Say what a share means that nothing known of the user gave: each scorer begins with something else.

        Words shared by two scorers would be taken for one thing, and contradict the sum of either.
        """
        if scorer == POPULARITY:
            return "widely known" if size > 0 else "little known"
        if scorer != TASTE:
            return "chosen by people of all tastes" if size > 0 else "chosen by few, whatever their taste"
        if not len(self.graph.interactions):
            return "likely to be liked, for how widely it is known"
        return "many people like it" if size > 0 else "more people dislike it than like it"

    def _of_people(self, ties: Sequence[Tie], item: int) -> str:
        """Say whose likes they are: by name only who may be named, and no number that could give one person away."""
        if not ties:
            return "liked by people whom people you know know"
        if ties[0].is_named:
            return f"{_STANDING[ties[0].kind].format(ties[0].person)} likes it"
        fans, ids = self._liked_by(item), self.graph.interactions.user_ids
        people = len({tie.person for tie in ties} & {ids[user] for user in fans.tolist()})
        return f"{people} people you know like it" if people >= COMPANY else "people you know like it"

    def _telling_of(
        self, kind: str, entity: int, other: int | None, source: int, item: int
    ) -> tuple[str, tuple[str, ...]]:
        """Return the words and the path of a reason; most scorers say the same of one opinion and one item."""
        path = self.path(source, item)
        opening = self._opening(entity) if other is None else self._rather(entity, other)
        return self._words(kind, opening, path), tuple(self.graph.entity_ids[number] for number in path)

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

    def _words(self, kind: str, opening: str, path: tuple[int, ...]) -> str:
        """Say what an opinion, in words, has to do with the item at the end of its path."""
        source = path[0]
        is_value = source >= self.graph.n_items
        if kind == "less":
            return f"{opening}: those who like it like this less"
        if is_value and source in self._made_of(path[-1])[0]:
            return opening
        people = 0 if is_value and kind != "people" else self._people(source, path[-1])
        if people >= COMPANY and (kind == "people" or len(path) < 3):  # noqa: PLR2004  (as below)
            said = self._opinions.get(self.graph.entity_ids[source])
            return f"{opening}{', yet' if said is not None and said.value < 0 else ':'} {people} people liked both"
        if len(path) == 3:  # noqa: PLR2004  (opinion, what is in common, item)
            return f"{opening}: {self._phrase(path[1], path[2])}"
        return f"{opening}, and it is told alike" if kind == "text" else f"{opening}, and they go together"

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
        """Count the users who liked both, an item or a value and an item."""
        ours, theirs = self._liked_by(source), self._liked_by(item)
        few, many = (ours, theirs) if len(ours) < len(theirs) else (theirs, ours)
        if not len(few):
            return 0
        places = np.searchsorted(many, few)
        return int(np.count_nonzero(many[np.minimum(places, len(many) - 1)] == few))

    def _liked_by(self, entity: int) -> NDArray[np.int32]:
        if entity not in self._fans:
            is_item = entity < self.graph.n_items
            self._fans[entity] = self.graph.interactions.liked_by(entity) if is_item else liked_by(self.graph, entity)
        return self._fans[entity]
