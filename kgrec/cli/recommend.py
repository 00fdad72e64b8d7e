"""``kgrec recommend`` and ``kgrec explain``: one answer, from what is given and what is known of a user."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kgrec.cli.opening import Source, open_recommender
from kgrec.cli.progress import Progress
from kgrec.errors import DataError, UnknownEntityError

if TYPE_CHECKING:
    from kgrec.domain import Belief, Constraint, Event, Recommendation, Slate
    from kgrec.graph import KnowledgeGraph
    from kgrec.recommender import Ranking, Recommender


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller asks for on the command line."""

    user: str | None = None
    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An item explained: its reasons, its rank among what is open (0: not among it), and what rules it out."""

    recommendation: Recommendation
    rank: int
    open: int
    noun: str  # for the items
    against: tuple[Constraint, ...]


def recommend(source: Source, wanted: Wanted, n: int, progress: Progress | None = None) -> tuple[Slate, KnowledgeGraph]:
    """Return the list for what is wanted, under the rules and at this moment; raises KgrecError."""
    recommender, ranking = _rank(source, wanted, progress)
    return recommender.slate(ranking, n), recommender.graph_


def explain(source: Source, wanted: Wanted, name: str, progress: Progress | None = None) -> Standing:
    """Return where an item stands for what is wanted, and why; raises UnknownEntityError among others."""
    recommender, ranking = _rank(source, wanted, progress)
    item = recommender.graph_.index(_item(recommender, name))
    recommendation = recommender.explained(ranking, [item])[0]
    better = ranking.open & (ranking.scores > ranking.scores[item])
    rank = int(better.sum()) + 1 if ranking.open[item] else 0
    against = tuple(
        constraint for constraint, mask in zip(ranking.constraints, ranking.masks, strict=True) if not mask[item]
    )
    return Standing(recommendation, rank, int(ranking.open.sum()), recommender.graph_.ontology.plural, against)


def _item(recommender: Recommender, name: str) -> str:
    """Return the item of that name; raises UnknownEntityError, or DataError for the name of something else."""
    lookup, graph = recommender.lookup_, recommender.graph_
    try:
        return lookup.resolve(name, among="items")
    except UnknownEntityError:
        others = lookup.exact(name)
        if not others:
            raise
        kinds = " and ".join(facet.label for facet in graph.facets_of(others[0]))
        words = graph.ontology
        message = f"{graph.label(others[0])} is a {kinds}, no {words.singular}: only {words.plural} can be explained"
        raise DataError(message) from None


def standing_lines(standing: Standing) -> list[str]:
    """Return an explanation as lines of text."""
    from kgrec.dialogue.wording import explanation_text

    lines = [explanation_text(standing.recommendation)]
    if standing.rank:
        lines.append(f"Number {standing.rank} of {standing.open} {standing.noun}.")
    for wish in standing.against:
        place = f" ({wish.origin.place})" if wish.origin.place else ""
        lines.append(f"Not on the list: it does not satisfy “{wish.label}”{place}.")
    if not standing.rank and not standing.against:
        lines.append("Not on the list: you know it already.")
    return lines


def standing_json(standing: Standing) -> dict[str, Any]:
    """Return an explanation as JSON data: the item as in a list, its rank (null: not listed) and what rules it out."""
    from kgrec.cli.listing import item_json

    return {
        **item_json(standing.recommendation),
        "rank": standing.rank or None,
        "against": [
            {"wish": wish.label, "place": str(wish.origin.place) if wish.origin.place else None}
            for wish in standing.against
        ],
    }


def _rank(source: Source, wanted: Wanted, progress: Progress | None) -> tuple[Recommender, Ranking]:
    import time

    from kgrec.rulebook import clock_context

    recommender, rules = open_recommender(source, progress)
    belief = recommender.believe(likes=wanted.likes, dislikes=wanted.dislikes, where=wanted.where, text=wanted.text)
    if wanted.user is not None:
        belief = _joined((*_known(recommender, source, wanted.user), belief))
    return recommender, recommender.rank(belief, rules, clock_context(time.time()))


def _known(recommender: Recommender, source: Source, user: str) -> tuple[Belief, Belief]:
    """Return what the imported interactions and the local profile say of a user; raises DataError for a stranger."""
    from kgrec.dialogue.state import fold
    from kgrec.profiles import ProfileStore, profile_path

    graph = recommender.graph_
    path = profile_path(source.dataset.name)
    events: tuple[Event, ...] = ()
    if path.is_file():
        with ProfileStore(path) as store:
            events = store.events(user)
    if not events and user not in graph.user_facts and user not in graph.interactions.user_ids:
        raise DataError(
            f"nothing is known of a user {user!r} of {source.dataset.name}; leave out --user, or talk first: "
            f"kgrec --user {user}"
        )
    imported = recommender.believe(user=user)
    facts = tuple(graph.user_facts.get(user, {}).items())
    return replace(imported, facts=facts), fold(events, session="").belief


def _joined(beliefs: Iterable[Belief]) -> Belief:
    """Return several beliefs as one; what a later one says of an entity or fact replaces what an earlier one said."""
    first, *others = beliefs
    for belief in others:
        opinions = {opinion.entity: opinion for opinion in (*first.opinions, *belief.opinions)}
        first = replace(
            belief,
            opinions=tuple(opinions.values()),
            facts=tuple({**first.fact, **belief.fact}.items()),
            wishes=(*first.wishes, *belief.wishes),
            texts=(*first.texts, *belief.texts),
            seen=first.seen | belief.seen,
        )
    return first
