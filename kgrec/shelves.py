"""Shelves: a page of titled rows for one ranking, each row the best of a part of the catalogue, no item on two rows.

Everything a row can be about is a draft: a title and a mask over the catalogue, from the graph, the scorers or a rule.
All rows are filled the same way a list is, by the ranking, within its constraints and limits, so nothing can stand on a
row that could not stand on the list. Which rows there are, and their order, is decided row by row: a page is read from
its upper left corner, so what counts is how well the first few items of a row fit, less where the page already has rows
of that kind (after the carousels of Ferrari Dacrema, Felicioni & Cremonesi 2022, and maximal marginal relevance).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.attitudes import attitude
from kgrec.blend import match
from kgrec.domain import Facet, FacetKind, Opinion, OriginKind, Place, Recommendation
from kgrec.explain import TELLING
from kgrec.graph import KnowledgeGraph
from kgrec.ranking import Ranking
from kgrec.rulebook import Mask, ShelfInForce
from kgrec.scorers import Evidence, Scorer
from kgrec.slates import Likeness, pick, renown, with_moves
from kgrec.text import shortened
from kgrec.weights import ItemAge, item_ages

Numbers = NDArray[np.intp]
Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]

ROWS: Final = 10
"""So many rows are a page, unless told."""

FEWEST: Final = 3
"""A row of fewer items is none."""

REPEATED: Final = 0.9
"""What each row of a kind leaves of the worth of the next one of that kind."""

APPEAL: Final = 1.0
"""How much more a row is worth that is about all that is liked than one that is about nothing in particular."""

LOOKED_AT: Final = 5
"""So many items decide what a row is worth; the others come up only by scrolling."""

NEAR: Final = 100
"""So many items, at most, are near to something or among the newest; fewer where that would be much of what is open."""

_PART: Final = 5
"""No more than one in so many of the open items is near, or new: otherwise the row says nothing."""

_LIKED: Final = 3
"""So many of the items liked last have a row of their own."""

_NAMED: Final = 3
"""So many of the people whom a row comes from are named."""

_COMPANY: Final = 3
"""From so many rated items on, people can be said to share a taste."""

_NEWER: Final = frozenset({"newer", "new"})
"""What ontologies call great values of a number that is a year."""


class ShelfKind(StrEnum):
    """What a row is about."""

    NOW = "now"  # the list itself
    LIKED = "liked"  # near to something liked
    PEOPLE = "people"  # chosen by people who choose alike
    KNOWN = "known"  # liked by people the user knows
    GEMS = "gems"  # known to few
    NEW = "new"
    VALUE = "value"  # of one value that is liked
    RULE = "rule"  # as a rule asks for


@dataclass(frozen=True, slots=True)
class Shelf:
    """A titled row: what it holds, why it is there, where the rule is that asks for it, the id of what it is about."""

    kind: ShelfKind
    title: str
    items: tuple[Recommendation, ...]
    because: str = ""
    place: Place | None = None
    about: str = ""


@dataclass(frozen=True, eq=False)
class Draft:
    """What a row may hold.

    Attributes:
        mask: bool (n_items,), the items.
        place: of the rule that asks for it.
        about: the id of what its items are near to or have.
        facet: the one it shows a value of.
        appeal: the share of all that is liked that it is about, 0 to 1.
    """

    kind: ShelfKind
    title: str
    mask: Mask
    because: str = ""
    place: Place | None = None
    about: str = ""
    facet: str = ""
    appeal: float = 0.0


@dataclass(frozen=True, eq=False)
class Row:
    """A draft filled.

    Attributes:
        items: intp (<= n,), in their order.
        pool: bool (n_items,), what they were chosen from.
        ranking: by what; without the limits about the row's own facet.
    """

    draft: Draft
    items: Numbers
    pool: Mask
    ranking: Ranking


# --- what rows may be about -------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Stock:
    """What shelves are filled from.

    Attributes:
        ranking: what is not open in it stands on no shelf.
        scorers: fitted; rows that need one that is not there are not drafted.
        vectors: float32 (n_items, d), what descriptions say, or None.
    """

    graph: KnowledgeGraph
    ranking: Ranking
    scorers: Sequence[Scorer]
    vectors: Vectors | None = None

    def rows(self, asked: Sequence[ShelfInForce] = (), n: int = 10, most: int = ROWS) -> tuple[Row, ...]:
        """Return the best rows of at most ``n`` items in their order, at most so many; ``asked``: what rules ask for.

        The first is the list of now and may hold few; of the others those with fewer than FEWEST items are left out,
        and so are further ones of the same title. What rules ask for goes before the rest where there is no room for
        all.
        """
        first, *others = self.drafts(asked)
        page = _Page(self, n)
        page.take(page.fill(first))
        if not len(page.rows[0].items):
            return ()
        titles = {draft.title.casefold(): draft for draft in reversed((first, *others))}
        waiting = [page.fill(draft) for draft in others if titles[draft.title.casefold()] is draft]
        while len(page.rows) < most and (waiting := page.refilled(waiting)):
            chosen = page.best(waiting, most - len(page.rows))
            waiting.remove(chosen)
            page.take(chosen)
        return tuple(page.rows)

    def shelves(
        self, rows: Sequence[Row], explain: Callable[[Sequence[int]], Sequence[Recommendation]]
    ) -> tuple[Shelf, ...]:
        """Return rows with their items explained, all at once."""
        told = iter(explain([item for row in rows for item in row.items.tolist()]))
        shelves = []
        for row in rows:
            items = with_moves(self.graph, row.ranking, row.pool, list(islice(told, len(row.items))))
            draft = row.draft
            shelves.append(Shelf(draft.kind, draft.title, items, draft.because, draft.place, draft.about))
        return tuple(shelves)

    def drafts(self, asked: Sequence[ShelfInForce] = ()) -> Iterator[Draft]:
        """Yield the list of now, then what rules ask for, then all there is to say besides; some hold nothing."""
        if self._is_told:
            why = "what fits best with all you said"
        elif len(self.graph.interactions) or self.graph.prior is not None:
            why = "nothing is known of you yet: what is widely known"
        else:
            why = "nothing is known of you yet: in no order, till you have said something"
        yield Draft(ShelfKind.NOW, "For you now", self.ranking.open, why)
        for shelf in asked:
            why = shelf.because or f"the rule “{shelf.origin.label}” asks for them"
            yield Draft(ShelfKind.RULE, shelf.title, shelf.mask, why, shelf.origin.place, shelf.about)
        yield from map(self._near, self._liked()[:_LIKED])
        yield from self._people()
        yield from self._known_people()
        yield from self._values()
        yield from self._gems()
        yield from self._new()

    @property
    def _said(self) -> float:
        """How much was said in all: the sum of the sizes of all opinions; 1 without any."""
        return float(np.abs(self.ranking.evidence.values).sum()) or 1.0

    @property
    def _is_told(self) -> bool:
        belief = self.ranking.belief
        return bool(belief.opinions or belief.comparisons or belief.wishes or belief.texts)

    def _liked(self) -> tuple[Opinion, ...]:
        """Return the opinions on liked items, those said last first, then those of the history, the best first."""
        opinions = (one for one in self.ranking.belief.opinions if self.graph.is_item(one.entity))
        liked = [one for one in opinions if attitude(one.value, one.kind).is_for]
        done = [one for one in liked if one.origin.kind is OriginKind.HISTORY]
        said = [one for one in liked if one.origin.kind is not OriginKind.HISTORY]
        return (*reversed(said), *sorted(done, key=lambda one: (one.age_days, -one.value, one.entity)))

    def _near(self, opinion: Opinion) -> Draft:
        """Draft what is near to an item: by who chose both, where enough people did, else by what is told of them."""
        item, why = self.graph.index(opinion.entity), "chosen by the same people"
        near = self._scored("items", Evidence.from_history({item: 1.0}, self.graph.n_items))
        if np.count_nonzero(near > 0) < FEWEST:
            near = Likeness(self.graph, np.arange(self.graph.n_items), self.vectors).to(item)
            why = "most in common with it"
        title = f"Because you liked {self.graph.label(item)}"
        about, appeal = opinion.entity, opinion.value / self._said
        return Draft(ShelfKind.LIKED, title, self._most(near), why, about=about, appeal=appeal)

    def _people(self) -> Iterator[Draft]:
        if self.ranking.evidence.n_rated >= _COMPANY:
            mask = self._most(self._scored("users", self.ranking.evidence))
            why = "chosen by people who chose what you did"
            yield Draft(ShelfKind.PEOPLE, "From people with your taste", mask, why)

    def _known_people(self) -> Iterator[Draft]:
        """Draft what people whom the user knows like themselves, best first as their likes and those of others say."""
        evidence, everything = self.ranking.evidence, np.arange(self.graph.n_items)
        shares = [share for own in self.scorers if own.name == "people" for share in own.shares(evidence, everything)]
        direct = [share for share in shares if share.ties]
        if direct:
            liked = np.sum([share.values for share in direct], axis=0) > 0
            named = [share.ties[0].person for share in direct if share.ties[0].is_named]
            why = f"liked by {shortened(named, _NAMED)}" if named else "they let it count for you"
            mask = self._most(np.where(liked, self._scored("people", evidence), 0.0))
            yield Draft(ShelfKind.KNOWN, "People you know like", mask, why)

    def _values(self) -> Iterator[Draft]:
        """Draft, for each facet that tells something, the value that is liked most among those with items enough."""
        for facet in self.graph.linked_facets:
            if facet.weight < TELLING:
                continue
            liking = _liking(self.graph, self.ranking.evidence, facet)
            liking[_holders(self.graph, facet, self.ranking.open) < FEWEST] = 0.0
            value = int(np.argmax(liking))
            if liking[value] <= 0:
                continue
            mask = np.zeros(self.graph.n_items, dtype=np.bool_)
            mask[_having(self.graph.items_of[facet.name], value)] = True
            words, why = facet.phrase.replace("{value}", self.graph.label(value)), self._why_liked(facet, value)
            appeal = float(liking[value]) / self._said
            title = words[:1].upper() + words[1:]
            yield Draft(ShelfKind.VALUE, title, mask, why, None, self.graph.entity_ids[value], facet.name, appeal)

    def _why_liked(self, facet: Facet, value: int) -> str:
        """Name the opinion on a value, or the liked items that have it, those said last first."""
        graph, name = self.graph, self.graph.entity_ids[value]
        for opinion in self.ranking.belief.opinions:
            view = attitude(opinion.value, opinion.kind)
            if opinion.entity == name and view.is_for:
                return f"you {view.verb} {graph.label(value)}"
        having = set(_having(graph.items_of[facet.name], value).tolist())
        labels = [graph.label(one.entity) for one in self._liked() if graph.index(one.entity) in having]
        named, more = labels[:2], len(labels) - 2
        return f"you like {', '.join(named)} and {more} more" if more > 0 else f"you like {' and '.join(named)}"

    def _gems(self) -> Iterator[Draft]:
        why = "few know them, and they fit what you said" if self._is_told else "few know them"
        yield Draft(ShelfKind.GEMS, "Hidden gems", np.asarray(renown(self.graph) < 0), why)

    def _new(self) -> Iterator[Draft]:
        """Draft the newest, by the first facet that dates items; and what nobody rated yet, where most were rated."""
        if (facet := _dating(self.graph)) is not None:
            dates = self.graph.numbers[facet.name]
            least = float(np.nanmin(dates))
            mask = self._most(np.nan_to_num(dates - least + 1.0))
            yield Draft(ShelfKind.NEW, f"Newest by {facet.label}", mask, "the best for you of the newest")
        ages = item_ages(self.graph.interactions)
        unrated: Mask = np.asarray(ages == ItemAge.NEW)
        if 0 < np.count_nonzero(unrated) * _PART < len(unrated):
            why = "nobody has rated them yet; they fit by what is told of them"
            yield Draft(ShelfKind.NEW, "New here", unrated, why)

    def _scored(self, name: str, evidence: Evidence) -> Floats:
        """Return what a scorer makes of some evidence, (n_items,); 0 where it has no opinion or is not there."""
        found = [scorer for scorer in self.scorers if scorer.name == name]
        if not found:
            return np.zeros(self.graph.n_items)
        scores = found[0].score(evidence, np.arange(self.graph.n_items))
        return np.nan_to_num(scores.astype(np.float64))

    def _most(self, amounts: Floats) -> Mask:
        """Return which of the open items have most of something, and any at all, equal ones together.

        To six decimals: in which order amounts are summed shall not matter.
        """
        rounded = np.round(amounts, 6)
        own = rounded[self.ranking.open]
        k = min(NEAR, len(own) // _PART)
        if not k:
            return np.zeros(self.graph.n_items, dtype=np.bool_)
        least = np.partition(own, len(own) - k)[len(own) - k]
        return np.asarray((rounded >= least) & (rounded > 0))


def _liking(graph: KnowledgeGraph, evidence: Evidence, facet: Facet) -> Floats:
    """Return how much each value of a facet is liked, (n_entities,): for itself, and as a part of rated items.

    An item's opinion is shared out among its values, rarer ones getting more, as in :attr:`KnowledgeGraph.features`.
    """
    is_item, values = evidence.is_item, evidence.values.astype(np.float64)
    told = sparse.csr_matrix(graph.links[facet.name][evidence.entities[is_item]].multiply(graph.idf))
    lengths = np.sqrt(np.asarray(told.multiply(told).sum(axis=1)).ravel())
    liking = np.asarray(told.T @ (values[is_item] / np.where(lengths > 0, lengths, 1.0)), dtype=np.float64)
    said = evidence.entities[~is_item]
    liking[said] += values[~is_item] * (graph.degrees[facet.name][said] > 0)
    return liking


def _having(columns: sparse.csc_matrix, value: int) -> NDArray[np.int32]:
    """Return the items that have a value, hierarchy included."""
    return np.asarray(columns.indices[columns.indptr[value] : columns.indptr[value + 1]])


def _holders(graph: KnowledgeGraph, facet: Facet, open_items: Mask) -> NDArray[np.int64]:
    """Return how many open items have each value of a facet, hierarchy included, (n_entities,)."""
    links = graph.links[facet.name]
    is_open = np.repeat(open_items, np.diff(links.indptr))
    return np.bincount(links.indices[is_open], minlength=graph.n_entities)


def _dating(graph: KnowledgeGraph) -> Facet | None:
    """Return the facet that says how new an item is: a date, else a number whose great values are called new."""
    known = [facet for facet in graph.ontology.facets if not np.isnan(graph.numbers.get(facet.name, np.nan)).all()]
    dates = (facet for facet in known if facet.kind is FacetKind.DATE)
    years = (facet for facet in known if _NEWER & {facet.more, *facet.high})
    return next(dates, None) or next(years, None)


# --- filling a page ---------------------------------------------------------------------------------------------------


class _Page:
    """The rows of a page so far, and what is left for others; changes with every row taken."""

    def __init__(self, stock: Stock, n: int) -> None:
        self.rows: Final[list[Row]] = []
        self._stock = stock
        self._n = n
        self._free = stock.ranking.open.copy()
        scores = stock.ranking.scores
        self._matches = match((scores - scores.mean()) / (float(scores.std()) or 1.0))

    def take(self, row: Row) -> None:
        """Put a row on the page."""
        self.rows.append(row)
        self._free[row.items] = False

    def fill(self, draft: Draft) -> Row:
        """Fill a row with what is left; who reads a row of one value expects more of it than a limit leaves a list."""
        stock = self._stock
        limits = tuple(limit for limit in stock.ranking.limits if draft.facet not in limit.about)
        ranking = replace(stock.ranking, limits=limits)
        pool = self._free & draft.mask
        return Row(draft, pick(stock.graph, ranking, pool, self._n, stock.vectors), pool, ranking)

    def refilled(self, rows: Iterable[Row]) -> list[Row]:
        """Return rows with what the page has taken from them replaced, but for those of which too little is left."""
        filled = (row if self._free[row.items].all() else self.fill(row.draft) for row in rows)
        return [row for row in filled if len(row.items) >= min(FEWEST, self._n)]

    def best(self, rows: Sequence[Row], room: int) -> Row:
        """Return the row to come next, of equals the first; if there is room for no other, one that a rule asks for."""
        asked = [row for row in rows if row.draft.kind is ShelfKind.RULE]
        return max(asked if len(asked) >= room else rows, key=self._worth)

    def _worth(self, row: Row) -> float:
        """Return the mean match of the first items, more with the row's appeal, less for each row of its kind.

        Matches are discounted by position as in DCG, and places left empty count as 0. To six decimals: scores of
        single precision say no more.
        """
        discounts = 1.0 / np.log2(np.arange(2, LOOKED_AT + 2))
        first = self._matches[row.items[:LOOKED_AT]]
        fitting = float(first @ discounts[: len(first)] / discounts.sum())
        repeated = sum(other.draft.kind is row.draft.kind for other in self.rows)
        return round(fitting * (1.0 + APPEAL * row.draft.appeal) * REPEATED**repeated, 6)
