"""Reasons: what each piece of evidence and each rule added to a score, in words, with its path in the graph.

The numbers are those of an account (kgrec.accounts). Taking it apart and finding the words wait until somebody reads
them: most callers of a list never do, and both together take longer than the scores.

One cause has one wording, whichever scorers heard of it: that of its greatest part. Else what is one reason, told in
five ways, would look like five small ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from kgrec.accounts import Account, Cause, Scored
from kgrec.attitudes import Attitude, attitude
from kgrec.domain import Belief, Comparison, Opinion, Reason
from kgrec.graph import KnowledgeGraph
from kgrec.graph.opinions import liked_by
from kgrec.scorers.base import Share
from kgrec.ties import Tie, TieKind

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


class _Link(NamedTuple):
    """What connects an opinion with an item: people, texts, what they share (""), or how they differ."""

    by: str  # "people", "text", "", or one of _AGAINST
    is_yet: bool = False  # it is no like, and speaks for the item all the same


_AGAINST = {"less": ": those who like it like this less", "expected": ", though less than expected"}
"""How an opinion speaks against what goes with it: people tell the two apart, or others led to expect more of it."""

_CHANNELS = {"collaborative": "people", "text": "text", "graph": ""}

_RENOWN = ("widely known", "known to some", "little known")
"""What a scorer begins with whoever asks, in words: how many chose an item, or are told to know it."""

_EVERYBODY = ""
"""The cause of that, in place of a person's name."""


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
    _told: dict[tuple[int, float], dict[int, float]] = field(default_factory=dict, repr=False)
    _fans: dict[int, NDArray[np.int32]] = field(default_factory=dict, repr=False)
    _reasons_told: dict[tuple[_Link, int, int | None, int, int], tuple[str, tuple[str, ...]]] = field(
        default_factory=dict, repr=False
    )

    def reasons(self, position: int) -> tuple[Reason, ...]:
        """Return the reasons of the item at a position; they add up to its score.

        The largest share comes first, what is summed or no reason but a remainder last.
        """
        found: list[tuple[Cause | None, Reason]] = []
        summed = self.account.summed(position)
        for number, scored in enumerate(self.account.scored):
            if scored.scales[position]:
                found += self._of_scorer(scored, position, {text: own[number] for text, own in summed.items()})
        wishes = [
            Reason(RULES, points, wish.because or wish.label, (), wish.origin.place)
            for wish, points in self.account.wished(position)
        ]
        return tuple(sorted([*_in_one_voice(found), *wishes], key=lambda told: (told.is_rest, -abs(told.share))))

    def _of_scorer(
        self, scored: Scored, position: int, summed: Mapping[str, NDArray[np.bool_]]
    ) -> Iterator[tuple[Cause | None, Reason]]:
        """Yield what a scorer has to say of the item at a position, with what each reason comes from."""
        if scored.part.is_silent[position]:
            text = "nothing is known here, so it counts as average"
            yield None, Reason(scored.scorer, float(scored.part.points[position]), text, is_rest=True)
            return
        sizes = scored.sizes[:, position]
        is_named = sizes != 0
        for text, own in summed.items():
            is_named &= ~own
            if sizes[own].any():
                yield None, Reason(scored.scorer, float(sizes[own].sum()), text, is_rest=True)
        for number in np.flatnonzero(is_named).tolist():
            yield self._reason(scored, number, position)

    def _reason(self, scored: Scored, number: int, position: int) -> tuple[Cause | None, Reason]:
        scorer, share, size = scored.scorer, scored.shares[number], float(scored.sizes[number, position])
        item = int(self.account.items[position])
        if share.entity is None:
            text = self._of_no_opinion(scorer, share, size, item)
            own = Reason(scorer, size, text, (self.graph.entity_ids[item],) if share.text else ())
            return (_EVERYBODY if text in _RENOWN else scored.causes[number]), own
        source = share.entity if share.other is None or size > 0 else share.other
        scale = scored.scales[position]
        parts = {name: float(values[position] * scale) for name, values in share.channels.items()}
        told = (self._link(scorer, share, size, parts), share.entity, share.other, source, item)
        if told not in self._reasons_told:
            self._reasons_told[told] = self._telling_of(*told)
        text, path = self._reasons_told[told]
        channels = tuple((name, one) for name, one in parts.items() if one)
        return scored.causes[number], Reason(scorer, size, text, path, channels=channels)

    def _link(self, scorer: str, share: Share, size: float, parts: Mapping[str, float]) -> _Link:
        """Return by what the opinion behind a share bears on an item."""
        assert share.entity is not None, "it is of an opinion"
        said = self._opinions.get(self.graph.entity_ids[share.entity]) if share.other is None else None
        view = attitude(said.value, said.kind) if said else None
        is_for = view is None or view.is_for
        agrees = view is Attitude.NEUTRAL or is_for == (size > 0)
        if scorer == VALUES:
            return _Link("people" if agrees or said is None else "less")
        if scorer == TASTE and parts:
            by = _CHANNELS[max(parts, key=lambda name: abs(parts[name]))]
            return _Link(by if agrees or said is None else "less" if by == "people" else "expected")
        is_yet = not is_for and size > 0
        if scorer in _OF_PEOPLE and size < 0 and is_for:
            return _Link("less")
        return _Link("people" if scorer in _OF_PEOPLE and size > 0 else "text" if scorer == "text" else "", is_yet)

    def _of_no_opinion(self, scorer: str, share: Share, size: float, item: int) -> str:
        """Return the words of a share that no opinion of the user gave."""
        more = "more" if size > 0 else "less"
        if scorer == PEOPLE:
            text = self._of_people(share.ties, item)
        elif share.circumstance:
            column, value = share.circumstance
            text = f"liked {more} than otherwise when {column.replace('_', ' ')} is {value}"
        elif scorer == CONTEXT:
            text = f"liked {more} than most"
        elif share.text:
            text = f"you asked for “{share.text}”"
        elif share.channels:
            liked = "liked" if size > 0 else "liked less"
            text = f"{liked} by people of your {' and '.join(share.channels).replace('_', ' ')}"
        elif scorer == TASTE and len(self.graph.interactions):
            liked = "many people like it" if self._is_known(item) else "those who know it like it"
            text = liked if size > 0 else "more people dislike it than like it"
        else:
            known, some, little = _RENOWN
            text = little if size <= 0 else known if self._is_known(item) else some
        return text

    def _is_known(self, item: int) -> bool:
        """Whether more people chose an item than the average one; where nobody chose any, its share alone tells."""
        counts = self.graph.interactions.item_counts
        return bool(counts[item] >= counts.mean())

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
        self, link: _Link, entity: int, other: int | None, source: int, item: int
    ) -> tuple[str, tuple[str, ...]]:
        """Return the words and the path of a reason; most scorers say the same of one opinion and one item."""
        path = self.path(source, item)
        if not link.by and len(path) == 2:  # noqa: PLR2004  (nothing telling in common, so what there is must do)
            path = self._find_path(source, item, 0.0)
        opening = self._opening(entity) if other is None else self._rather(entity, other)
        return opening + self._words(link, path), tuple(self.graph.entity_ids[number] for number in path)

    # --- paths ----------------------------------------------------------------------------------------------------

    def path(self, source: int, item: int) -> tuple[int, ...]:
        """Return the entities from an opinion to an item: directly, or through what they most have in common."""
        if source == item:
            return (source,)
        if (source, item) not in self._paths:
            self._paths[source, item] = self._find_path(source, item)
        return self._paths[source, item]

    def _find_path(self, source: int, item: int, least: float = TELLING) -> tuple[int, ...]:
        ours = self._telling(item, least)
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

    def _telling(self, item: int, least: float) -> dict[int, float]:
        """Return the values of an item of facets of at least some weight, with how telling it is to share each.

        Features heed rarity within a facet alone: the one mood of an item, however common, has all of its facet's
        length. So the rarity among all values is weighed in again here, once for each side that has the value.
        """
        if (item, least) not in self._told:
            values, weights = self._made_of(item)
            keep = (self.graph.weights[values] >= least) & (weights > 0)
            telling = weights[keep] * self.graph.idf[values[keep]] ** 2
            self._told[item, least] = dict(zip(values[keep].tolist(), telling.tolist(), strict=True))
        return self._told[item, least]

    def _words(self, link: _Link, path: tuple[int, ...]) -> str:
        """Say what an opinion has to do with the item at the end of its path."""
        source = path[0]
        is_value = source >= self.graph.n_items
        if link.by in _AGAINST:
            return _AGAINST[link.by]
        if len(path) == 1 or (is_value and source in self._made_of(path[-1])[0]):
            return ""
        is_of_people = link.by == "people"
        people = 0 if is_value and not is_of_people else self._people(source, path[-1])
        if people >= COMPANY and (is_of_people or len(path) < 3):  # noqa: PLR2004  (as below)
            return f"{', yet' if link.is_yet else ':'} {people} people liked both"
        if len(path) == 3:  # noqa: PLR2004  (opinion, what is in common, item)
            return f"{', yet they share:' if link.is_yet else ':'} {self._phrase(path[1], path[2])}"
        opening = ", yet" if link.is_yet else ":"
        alike = {"people": "those who like it like this too", "text": "its description is somewhat alike"}
        return f"{opening} {alike.get(link.by, 'close to this in the graph')}"

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
        return f"you {attitude(said.value, said.kind).verb} {label}"

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


def _in_one_voice(found: Sequence[tuple[Cause | None, Reason]]) -> list[Reason]:
    """Return reasons with one wording a cause: the one that most of its sum is told in."""
    sums: dict[Cause, dict[tuple[str, tuple[str, ...]], float]] = defaultdict(lambda: defaultdict(float))
    for cause, reason in found:
        if cause is not None:
            sums[cause][reason.text, reason.path] += reason.share
    words = {cause: max(own, key=lambda told: own[told] * sum(own.values())) for cause, own in sums.items()}
    return [reason if cause is None else _told_as(reason, *words[cause]) for cause, reason in found]


def _told_as(reason: Reason, text: str, path: tuple[str, ...]) -> Reason:
    return reason if (reason.text, reason.path) == (text, path) else replace(reason, text=text, path=path)
