"""Reasons: a score taken apart into what each piece of evidence and each rule added, with its path in the graph.

Nothing is recomputed for show: the shares come from the scorers themselves, scaled as the blend scaled them, so they
add up to the score. They are taken when the score is (an Account, plain numbers); the words only name what a share
already is, so they wait until somebody reads them: most callers of a list never do, and words take longer than scores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from kgrec.blend import Blended
from kgrec.domain import Belief, Comparison, Opinion, OpinionKind, Preference, Reason
from kgrec.graph import KnowledgeGraph
from kgrec.scorers.base import Evidence, Scorer, Share, values_of
from kgrec.ties import Tie, TieKind

MOST_NAMED = 6
"""So many shares of one scorer are named one by one; the rest are summed."""

TELLING = 0.5
"""Only values of facets of at least this weight are named as what two entities have in common: not the language."""

COMPANY = 3
"""So many people who liked both are worth citing."""

RULES = "rules"
PEOPLE = "people"
CONTEXT = "context"

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


@dataclass(frozen=True, eq=False)
class _Scored:
    """What one scorer adds to the scores of n items.

    Attributes:
        shares: of its raw scores.
        scales: float64 (n,), what those are multiplied by; where 0, the scorer does not count.
        sizes: float64 (len(shares), n), what each share adds.
        is_silent: bool (n,), the items it has no opinion on.
        silence: float64 (n,), what counts for those instead.
    """

    scorer: str
    shares: Sequence[Share]
    scales: NDArray[np.float64]
    sizes: NDArray[np.float64]
    is_silent: NDArray[np.bool_]
    silence: NDArray[np.float64]

    @property
    def total(self) -> NDArray[np.float64]:
        """What it adds in all, (n,)."""
        return np.where(self.is_silent, self.silence, self.sizes.sum(axis=0))


@dataclass(frozen=True, eq=False)
class Account:
    """What the scores of some items are made of: numbers alone, from which reasons are worded when somebody reads them.

    Attributes:
        items: their numbers, (n,).
        scored: one for each scorer that counts.
        wished: for each item the preferences that hold for it, with the points it gains by each.
    """

    items: NDArray[np.intp]
    scored: tuple[_Scored, ...]
    wished: tuple[tuple[tuple[Preference, float], ...], ...]

    @classmethod
    def of(
        cls,
        items: Sequence[int],
        evidence: Evidence,
        blended: Blended,
        scorers: Sequence[Scorer],
        applied: Sequence[Applied] = (),
    ) -> Account:
        """Take the scores of some items apart."""
        numbers = np.asarray(items, dtype=np.intp)
        scored = []
        for scorer in scorers:
            if scorer.name in blended.scales:
                scales, is_silent = blended.scales[scorer.name][numbers], ~blended.known[scorer.name][numbers]
                shares = scorer.shares(evidence, numbers)
                sizes = values_of(shares, len(numbers)) * scales
                silence = blended.silence[scorer.name][numbers]
                scored.append(_Scored(scorer.name, shares, scales, sizes, is_silent, silence))
        wished = tuple(
            tuple((entry.preference, float(entry.points(item))) for entry in applied if entry.mask[item])
            for item in items
        )
        return cls(numbers, tuple(scored), wished)

    @property
    def scores(self) -> NDArray[np.float64]:
        """The score of each item, the sum of its shares, (n,)."""
        points = [sum(points for _, points in wishes) for wishes in self.wished]
        return np.asarray(np.sum([np.array(points, dtype=np.float64), *(part.total for part in self.scored)], axis=0))


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
        for part in self.account.scored:
            if part.scales[position]:
                found += self._of_scorer(part, position, item)
        found += [
            Reason(RULES, points, wish.because or wish.label, (), wish.origin.place)
            for wish, points in self.account.wished[position]
        ]
        return tuple(sorted(found, key=lambda reason: -abs(reason.share)))

    def _of_scorer(self, part: _Scored, position: int, item: int) -> list[Reason]:
        if part.is_silent[position]:
            text = "nothing is known here, so it counts as average"
            return [Reason(part.scorer, float(part.silence[position]), text)]
        sizes = part.sizes[:, position]
        order = np.argsort(-np.abs(sizes), kind="stable")
        named, rest = order[:MOST_NAMED].tolist(), order[MOST_NAMED:]
        found = [self._reason(part, number, position, item) for number in named if sizes[number]]
        if len(rest):
            text = f"and {len(rest)} more {'people you know' if part.scorer == PEOPLE else 'of your opinions'}"
            found.append(Reason(part.scorer, float(sizes[rest].sum()), text))
        return found

    def _reason(self, part: _Scored, number: int, position: int, item: int) -> Reason:
        scorer, share, size = part.scorer, part.shares[number], float(part.sizes[number, position])
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
            text = "widely liked" if len(self.graph.interactions) else "widely known"
            return Reason(scorer, size, text)
        source = share.entity if share.other is None or size > 0 else share.other
        kind = "people" if scorer in _OF_PEOPLE and size > 0 else scorer if scorer == "text" else ""
        told = (kind, share.entity, share.other, source, item)
        if told not in self._reasons_told:
            self._reasons_told[told] = self._telling_of(*told)
        text, ids = self._reasons_told[told]
        parts = ((name, float(values[position] * part.scales[position])) for name, values in share.channels.items())
        return Reason(scorer, size, text, ids, channels=tuple((name, one) for name, one in parts if one))

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
        people = self._people(source, path[-1]) if source < self.graph.n_items else 0
        if people >= COMPANY and (kind == "people" or len(path) < 3):  # noqa: PLR2004  (as below)
            said = self._opinions.get(self.graph.entity_ids[source])
            return f"{opening}{', yet' if said is not None and said.value < 0 else ':'} {people} people liked both"
        if len(path) == 3:  # noqa: PLR2004  (opinion, what is in common, item)
            return f"{opening}: {self._phrase(path[1], path[2])}"
        if source >= self.graph.n_items and source in self._made_of(path[-1])[0]:
            return opening
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
