"""``kgrec recommend`` and ``kgrec explain``: one answer, from what is given and what is known of a user."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from kgrec.cli.given import NOTHING, Given
from kgrec.cli.opening import Source, open_recommender, own_rules
from kgrec.domain import EXCLUDED, NEUTRAL, UNSEEN, Dials, OriginKind, Place
from kgrec.errors import DataError, RuleError, RuleErrors, UnknownEntityError
from kgrec.progress import Progress

if TYPE_CHECKING:
    from kgrec.acts import Event
    from kgrec.audit.case import Case
    from kgrec.dialogue.consequences import Consequences
    from kgrec.domain import Belief, Conflict, Constraint, Recommendation, Slate
    from kgrec.graph import KnowledgeGraph
    from kgrec.recommender import Recommender
    from kgrec.rulebook import RuleBook


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller asks for on the command line."""

    user: str | None = None
    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    text: str | None = None
    include_seen: bool = False
    given: Given = NOTHING
    companions: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    dials: Dials = NEUTRAL


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
    found = open_consequences(source, wanted, progress)
    return found.slate(n, exclude_seen=not wanted.include_seen), found.case.recommender.graph_


def open_consequences(source: Source, wanted: Wanted, progress: Progress | None = None) -> Consequences:
    """Return what can be listed for what is wanted, having said whom else it is for; raises KgrecError."""
    from kgrec.cli.opening import meet
    from kgrec.cli.output import say
    from kgrec.dialogue.consequences import Consequences
    from kgrec.dialogue.wording import company_text

    case = open_case(source, wanted, progress)
    if wanted.dials.contextual and (why := _unheard(case)):
        say(f"--contextual changes nothing: {why}")
    user = wanted.user or "you"
    others = meet(source, case.recommender, wanted.companions, user, _events(source))
    if company := company_text(others):
        say(company)
    return Consequences(case, user, others)


def _unheard(case: Case) -> str:
    """Return why circumstances cannot re-weigh what somebody did; empty if they can."""
    graph, evidence = case.recommender.graph_, case.ranking.evidence
    columns = graph.interactions.context
    if not columns:
        return f"{graph.name} tells no circumstances (company, place, mood ...) in which things were done"
    if not evidence.occasions:
        return "nothing is known of what was done in which circumstances; say by whom, with --user"
    if not columns.keys() & evidence.context.keys():
        return f"say what the circumstances are now, as in --given context.{next(iter(columns))}=..."
    return ""


def way_out_lines(conflict: Conflict) -> list[str]:
    """Return how to take the ways out of a dead end on the command line."""
    given_up = [wish for way in conflict.relaxations for wish in way.drop]
    kinds = {wish.origin.kind for wish in given_up}
    steps = []
    if any(wish.origin.kind is OriginKind.REQUEST for wish in given_up if wish != EXCLUDED):
        steps.append("leave its wishes out")
    if OriginKind.RULE in kinds:
        steps.append("change its rules in their files")
    if EXCLUDED in given_up:
        steps.append("exclude less")
    if UNSEEN in given_up:
        steps.append("for what you know already add --include-seen")
    return ["", f"To take a way out: {', '.join(steps)}."]


def explain(source: Source, wanted: Wanted, name: str, progress: Progress | None = None) -> Standing:
    """Return where an item stands for what is wanted, and why; raises UnknownEntityError among others."""
    case = open_case(source, wanted, progress)
    recommender, ranking = case.recommender, case.ranking
    item = recommender.graph_.index(item_called(recommender, name))
    recommendation = recommender.explained(ranking, [item])[0]
    rank = case.standing(item) if ranking.open[item] else 0
    against = tuple(
        constraint for constraint, mask in zip(ranking.constraints, ranking.masks, strict=True) if not mask[item]
    )
    return Standing(recommendation, rank, int(ranking.open.sum()), recommender.graph_.ontology.plural, against)


_NEAREST: Final = 4
"""Among so many titles those are sought that are meant by a part of one."""


def item_called(recommender: Recommender, name: str) -> str:
    """Return the item of that name; raises UnknownEntityError, or DataError for the name of something else."""
    from kgrec.dialogue.slips import is_like  # not before a name is not found

    lookup, graph = recommender.lookup_, recommender.graph_
    try:
        return lookup.resolve(name, among="items")
    except UnknownEntityError:
        others = lookup.exact(name)
        if not others:
            raise
        kinds = " and ".join(facet.label for facet in graph.facets_of(others[0]))
        words = graph.ontology
        near = [match.label for match in lookup.find(name, _NEAREST, among="items") if is_like(name, match.label)]
        hint = f"; did you mean {', '.join(near)}?" if near else f": only {words.plural} can be explained"
        article = "an" if kinds[0] in "aeiou" else "a"
        raise DataError(f"{graph.label(others[0])} is {article} {kinds}, no {words.singular}{hint}") from None


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


def open_case(source: Source, wanted: Wanted, progress: Progress | None = None) -> Case:
    """Return what is wanted, by whom, under which rules, at this moment; raises KgrecError."""
    import time

    from kgrec.audit.case import Case
    from kgrec.dialogue.companions import joined
    from kgrec.rulebook import clock_context

    recommender, rules = open_recommender(source if wanted.user is None else source.of(wanted.user), progress)
    _check(wanted.where, rules)
    wanted.given.check(rules)
    belief = recommender.believe(likes=wanted.likes, dislikes=wanted.dislikes, where=wanted.where, text=wanted.text)
    if wanted.user is not None:
        belief = joined((_known(recommender, source, wanted.user), belief))
    belief = replace(
        belief,
        facts=tuple({**belief.fact, **wanted.given.user}.items()),
        excluded=recommender.items_called(wanted.exclude),
        dials=wanted.dials,
    )
    return Case(recommender, belief, rules, {**clock_context(time.time()), **wanted.given.context})


def what_is_said(source: Source, recommender: Recommender, rules: RuleBook, user: str | None) -> Case:
    """Return what a user has said, in the conversation that goes on too, at this moment; nothing for nobody."""
    import time

    from kgrec.audit.case import Case
    from kgrec.dialogue.companions import known_of
    from kgrec.dialogue.journal import RESUMED_WITHIN_S
    from kgrec.dialogue.lasting import last_session
    from kgrec.ranking import understood
    from kgrec.rulebook import clock_context

    now, events = time.time(), _events(source)(user) if user is not None else ()
    session = last_session(events, now - RESUMED_WITHIN_S)
    belief, _ = understood(known_of(recommender, user, events, session), rules)
    return Case(recommender, belief, rules, clock_context(now))


def _check(where: Sequence[str], rules: RuleBook) -> None:
    """Raise RuleErrors with the mistakes of all wishes, each by the option it is in: ``--where``, or ``--where 2``."""
    errors: list[RuleError] = []
    for number, text in enumerate(where, 1):
        try:
            rules.expression(text, Place("--where" if len(where) == 1 else f"--where {number}"))
        except RuleError as error:
            errors.append(error)
    if errors:
        raise RuleErrors(errors)


def _known(recommender: Recommender, source: Source, user: str) -> Belief:
    """Return what the imported interactions and the local profile say of a user; raises DataError for a stranger."""
    from kgrec.dialogue.companions import known_of

    graph = recommender.graph_
    events = _events(source)(user)
    is_known = bool(events) or user in graph.user_facts or user in graph.interactions.user_ids
    if not is_known and not own_rules(source.dataset.name, user).is_file():
        raise DataError(
            f"nothing is known of a user {user!r} of {source.dataset.name}; leave out --user, or talk first: "
            f"{shlex.join(['kgrec', '--data', source.dataset.name, '--user', user])}"
        )
    return known_of(recommender, user, events)


def _events(source: Source) -> Callable[[str], tuple[Event, ...]]:
    """Return a function: the events of a user in the local profile, which need not be there."""
    from kgrec.profiles import ProfileStore, profile_path

    path = profile_path(source.dataset.name)

    def events(user: str) -> tuple[Event, ...]:
        if not path.is_file():
            return ()
        with ProfileStore(path) as store:
            return store.events(user)

    return events
