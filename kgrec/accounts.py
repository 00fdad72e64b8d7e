"""Accounts: what the scores of some items are made of, in numbers; kgrec.explain finds the words.

Nothing is recomputed for show: the shares come from the scorers themselves, scaled as the blend scaled them, so they
add up to the score. What they come from is told apart here too: an opinion that five scorers heard of is one cause, and
only its sum over all of them tells whether it deserves a line of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from kgrec.blend import Blended, Part
from kgrec.domain import Preference
from kgrec.scorers.base import Evidence, Scorer, Share, Shares, values_of

MOST_NAMED: Final = 6
"""So many opinions are named one by one, and so many people; the rest are summed, if they are more than one."""

Cause = tuple[int, int | None] | str
"""What may be one of hundreds: an entity there is an opinion on, with what it was compared with; or a person."""


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
class Scored:
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

    @cached_property
    def causes(self) -> tuple[Cause | None, ...]:
        """What each share comes from; None for what is always named."""
        if isinstance(self.shares, Shares):  # of an opinion each, hundreds of them
            own = ((entity, None) for entity in self.shares.entities.tolist())
            return (*map(_cause, self.shares.others), *own)
        return tuple(map(_cause, self.shares))

    @cached_property
    def scales(self) -> NDArray[np.float64]:
        """What its raw scores are multiplied by, (n,)."""
        return self.part.scales

    @cached_property
    def is_heard(self) -> NDArray[np.bool_]:
        """The items whose scores it moves by its shares, (n,)."""
        return np.asarray((self.scales != 0) & ~self.part.is_silent)


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
    def scored(self) -> tuple[Scored, ...]:
        """What each scorer that counts adds, taken apart."""
        counting = ((scorer, self.parts[scorer.name]) for scorer in self.scorers if scorer.name in self.parts)
        return tuple(Scored.of(scorer, part, self.evidence, self.items) for scorer, part in counting)

    @cached_property
    def _causes(self) -> tuple[tuple[Cause, ...], tuple[NDArray[np.intp], ...], NDArray[np.float64]]:
        """All causes; the number of that of each share, by scorer, -1 without; what each adds in all, (causes, n)."""
        numbers: dict[Cause, int] = {}
        places = tuple(
            np.array([-1 if one is None else numbers.setdefault(one, len(numbers)) for one in scored.causes], np.intp)
            for scored in self.scored
        )
        totals = np.zeros((len(numbers) + 1, len(self.items)))  # the last row takes what has no cause
        for scored, own in zip(self.scored, places, strict=True):
            np.add.at(totals, own, scored.sizes * scored.is_heard)
        return tuple(numbers), places, totals[:-1]

    def summed(self, position: int) -> dict[str, tuple[NDArray[np.bool_], ...]]:
        """Return what is not named one by one for the item at a position: words for it → which shares, by scorer."""
        causes, places, totals = self._causes
        own = totals[:, position]
        order = [row for row in np.argsort(-np.abs(own), kind="stable").tolist() if own[row]]
        people = [row for row in order if isinstance(causes[row], str)]
        opinions = [row for row in order if not isinstance(causes[row], str)]
        found = {}
        for kind, rows in (("of your opinions", opinions), ("people you know", people)):
            if len(rows) > MOST_NAMED + 1:
                is_rest = np.zeros(len(totals) + 1, dtype=np.bool_)  # at the end, for what has no cause
                is_rest[rows[MOST_NAMED:]] = True
                found[f"and {len(rows) - MOST_NAMED} more {kind}"] = tuple(is_rest[own] for own in places)
        return found

    def wished(self, position: int) -> tuple[tuple[Preference, float], ...]:
        """Return the preferences that hold for the item at a position, with the points it gains by each."""
        holding = (entry for entry in self.applied if entry.mask[position])
        return tuple((entry.preference, float(entry.points(position))) for entry in holding)


def _cause(share: Share) -> Cause | None:
    if share.entity is not None:
        return share.entity, share.other
    return share.ties[0].person if share.ties and share.ties[0].is_named else None
