"""What the page of scorers shows, as frozen values, and what makes them from a session; runs in its thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kgrec.dialogue import Session
from kgrec.domain import Recommendation
from kgrec.excerpt import short
from kgrec.pins import pins_of, with_pins, write_pins
from kgrec.ranking import Ranking
from kgrec.text import in_hundredths
from kgrec.tui.rule_preview import preview
from kgrec.tui.view import LIST_LENGTH, RuleChanges
from kgrec.weighing import Source, Weighed, rows_of, weighed
from kgrec.weights import ItemAge, WeightTable, bucket_of, bucket_words

Draft = Mapping[str, float | None]
"""Pins to be tried: scorer → weight, None: without its pin."""

_SHOWN: Final = 0.005
_AGES: Final = {ItemAge.ESTABLISHED: "known to many", ItemAge.FEW: "known to few", ItemAge.NEW: "new"}


@dataclass(frozen=True, slots=True)
class Scorer:
    """How much one scorer counts.

    Attributes:
        weight: in force.
        wanted: what it would be under the pins that are tried.
        source: where the weight comes from, in words.
        share: what part of the scores on the list it gives, 0 to 1.
        is_pinned: whether a pin sets it; by others than pins it may be set, too.
        is_trying: whether ``wanted`` is not what is in force.
    """

    name: str
    weight: float
    wanted: float
    source: str
    share: float
    is_pinned: bool
    is_trying: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """An item of the list and what each scorer gives to its score; those of the greatest shares first."""

    item: str
    label: str
    score: float
    shares: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Bucket:
    """A row of weights: for so many rated items and items of that age; ``is_mine``: it is the user's now."""

    rated: str
    items: str
    weights: tuple[float, ...]
    found: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class BlendView:
    """All of the page of scorers.

    Attributes:
        n_rated: how many items the user has rated.
        scorers: all there are, in the order of the engine.
        columns: the scorers of the table of weights.
        is_learned: whether the weights come from held-out interactions.
        is_conversing: whether some weigh otherwise than for as many ratings, because those were told just now.
        changes: what the pins that are tried would do; None if none are.
    """

    n_rated: int
    scorers: tuple[Scorer, ...]
    listed: tuple[Listed, ...]
    columns: tuple[str, ...]
    buckets: tuple[Bucket, ...]
    is_learned: bool
    is_conversing: bool
    changes: RuleChanges | None


def blend_view(session: Session, draft: Draft) -> BlendView:
    """Return how the scorers are weighed for a session's user, and what other pins would do; raises KgrecError."""
    recommender, graph = session.recommender, session.graph
    table = recommender.learned_.table
    ranking = recommender.rank(session.belief, session.rules, session.context)
    changes, tried = None, ranking
    if draft:
        book, _ = with_pins(session.rules, graph, *_parts(draft))
        changes = preview(session, book, session.rules, is_complete=False)
        tried = recommender.rank(session.belief, book, session.context)
    slate = session.slate(LIST_LENGTH)
    listed = tuple(_listed(entry) for entry in slate)
    rows = rows_of(graph, table)
    columns = tuple(
        name for name in dict.fromkeys(name for row in rows for name in row.weights)
        if any(row.weights.get(name, 0.0) >= _SHOWN for row in rows)
    )  # fmt: skip
    mine = bucket_of(ranking.evidence.n_rated)
    buckets = tuple(
        Bucket(
            bucket_words(row.bucket),
            _AGES[row.age],
            tuple(row.weights.get(name, 0.0) for name in columns),
            f"{row.found.ndcg:.3f}, {row.found.best} {row.found.best_ndcg:.3f}" if row.found.n_users else "",
            row.bucket == mine,
        )
        for row in rows
    )
    scorers = tuple(_scorers(session, ranking, tried, listed, draft))
    talking = any(one.source is Source.CONVERSED for one in weighed(recommender, ranking))
    return BlendView(ranking.evidence.n_rated, scorers, listed, columns, buckets, table is not None, talking, changes)


def put_in_force(session: Session, draft: Draft) -> str:
    """Write pins into the user's own rule file and go by them; return what to say of it. Raises KgrecError."""
    rules = write_pins(session.rules, session.graph, *_parts(draft))
    session.set_rules(rules)
    told = [f"{name} {weight:g}" if weight is not None else f"{name} no longer" for name, weight in draft.items()]
    return f"pinned: {', '.join(told)}\n{rules.own.name if rules.own else ''} was written"


def _parts(draft: Draft) -> tuple[dict[str, float], list[str]]:
    """Return the weights that are wanted and the scorers whose pins are to go."""
    wanted = {name: weight for name, weight in draft.items() if weight is not None}
    return wanted, [name for name, weight in draft.items() if weight is None]


def _scorers(
    session: Session, ranking: Ranking, tried: Ranking, listed: tuple[Listed, ...], draft: Draft
) -> Iterator[Scorer]:
    table, pins = session.recommender.learned_.table, pins_of(session.rules)
    wanted = {one.scorer: one.weight for one in weighed(session.recommender, tried)}
    total = sum(abs(share) for entry in listed for _, share in entry.shares) or 1.0
    for one in weighed(session.recommender, ranking):
        given = sum(abs(share) for entry in listed for name, share in entry.shares if name == one.scorer)
        yield Scorer(
            one.scorer,
            one.weight,
            wanted.get(one.scorer, 0.0),
            _source(one, table, is_pin=one.scorer in pins),
            given / total,
            one.scorer in pins,
            one.scorer in draft,
        )


def _source(one: Weighed, table: WeightTable | None, *, is_pin: bool) -> str:
    """Return where a weight comes from, and what it is on items that few or none have rated."""
    if one.rule is not None:
        where = f" ({short(one.rule.place)})" if one.rule.place else ""
        instead = f", {one.ordinary:.2f} without it"
        return (f"your pin{where}" if is_pin else f"the rule “{one.rule.label}”{where}") + instead
    if max(weight for _, weight in one.by_age) < _SHOWN:
        return "does not count for you now"
    words = {
        Source.LEARNED: "learned from what people rated",
        Source.CONSTANT: "fixed" if table is not None else "fixed: too few ratings",
        Source.CONVERSED: "as it is while you talk",
        Source.TEXT: "you have a wish in your own words",
        Source.RULE: "",
    }[one.source]
    ages = ", ".join(f"{weight:.2f} where {_AGES[age]}" for age, weight in one.by_age[1:] if weight >= _SHOWN)
    silent = "" if one.is_counting or one.weight < _SHOWN else "has nothing to say yet"
    return "; ".join(part for part in (silent, words, ages) if part)  # the first is what is read in a narrow pane


def _listed(entry: Recommendation) -> Listed:
    shares: dict[str, float] = {}
    for reason in entry.reasons:
        shares[reason.scorer] = shares.get(reason.scorer, 0.0) + reason.share
    rounded = zip(shares, in_hundredths([*shares.values()], entry.score), strict=True)
    ordered = sorted(rounded, key=lambda pair: -abs(pair[1]))
    return Listed(entry.item, entry.label, entry.score, tuple(pair for pair in ordered if pair[1]))
