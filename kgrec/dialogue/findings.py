"""Answers to inquiries: how many there are and which, which of two, what is known of a name, what the user said.

One line each, but for what is known of the user; nothing here changes what is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from kgrec.attitudes import Attitude, attitude
from kgrec.dialogue.answers import facts_in_words
from kgrec.dialogue.comparing import difference_in_words
from kgrec.dialogue.focus import people_in
from kgrec.dialogue.opinions import main_facet
from kgrec.dialogue.readings import (
    AskBetween,
    AskDifference,
    AskMine,
    AskValues,
    AskWhether,
    AskWhich,
    TellAbout,
    TellMine,
)
from kgrec.dialogue.revising import is_refused, standing
from kgrec.dialogue.wording import matches_text, reason_line
from kgrec.domain import Belief, FacetKind, OpinionKind, Preference
from kgrec.histories import told_first
from kgrec.rulebook import quoted

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session
    from kgrec.graph import KnowledgeGraph

_MOST_LISTED: Final = 6
_MOST_TOLD: Final = 3
"""So many linked facets tell what an item is like, the weightiest; and so many values of each."""


def answer_inquiry(session: Session, reading: Any) -> str:
    """Return the answer to a question, and note what it was about."""
    return _ANSWERS[type(reading)](session, reading)


def _whether(session: Session, reading: AskWhether) -> str:
    graph = session.graph
    session.note_opened(reading.item)
    item, label = graph.index(reading.item), graph.label(reading.item)
    facets = {name for text in reading.expressions for name in session.rules.expression(text).facets}
    told = [facts_in_words(graph, item, facet) for facet in graph.ontology.facets if facet.name in facets]
    known = "; ".join(filter(None, told))
    if not known:
        return f"I do not know whether {label} is: {reading.said}"
    is_true = bool(_holds(session, reading.expressions)[item])
    is_sure = all(graph.facet(name).kind.is_numeric for name in facets)
    return f"{'yes' if is_true else 'no' if is_sure else 'no, as far as I know'}; {label}: {known}"


def _holds(session: Session, expressions: Iterable[str]) -> NDArray[np.bool_]:
    """Return for which items all of some expressions hold, shape (n_items,)."""
    scope = session.recommender.scope(session.belief, session.context)
    held = np.ones(session.graph.n_items, dtype=bool)
    for expression in expressions:
        held &= session.rules.mask(expression, scope)
    return held


def misfit(session: Session, value: str) -> str:
    """Return that nothing of a value fits the user's hard wishes, in words; "" if something does, or nothing at all."""
    wishes = () if is_refused(session, value) else standing(session)
    held = _holds(session, [wish.expression for wish in wishes])
    if not wishes or not held.any() or held[_items_of(session.graph, value)].any():
        return ""
    graph = session.graph
    nothing = main_facet(graph, value).refused.replace("{value}", graph.label(value))
    return f"{nothing} fits the rest: {_few([wish.label for wish in wishes])}"


def _items_of(graph: KnowledgeGraph, value: str) -> NDArray[np.intp]:
    """Return the items that have a value, each once, ascending."""
    at = graph.index(value)
    having = [graph.items_of[facet.name][:, [at]].nonzero()[0] for facet in graph.facets_of(value)]
    return np.unique(np.concatenate(having))


# --- many --------------------------------------------------------------------------------------------------------


def _which(session: Session, reading: AskWhich) -> str:
    graph, words = session.graph, session.graph.ontology
    held = _holds(session, reading.expressions)
    for person in dict.fromkeys(people_in(reading.expressions, session.recommender.lookup_)):
        session.note_opened(person)
    if reading.among is not None:
        among = np.zeros(graph.n_items, dtype=bool)
        among[graph.indices(reading.among)] = True
        held &= among
    if reading.besides:
        held[graph.index(reading.besides)] = False
    items = np.flatnonzero(held)
    lead = f"{reading.said}: " if reading.said else ""
    if not len(items):
        place = "on your list" if reading.among else "here"
        return f"{lead}no {words.singular} {place}"
    if reading.most:
        return f"{lead}{_extreme(graph, items, reading)}"
    if reading.is_all:
        kept = [graph.label(item) for item in reading.among or () if held[graph.index(item)]]
        most = len(reading.among or ())
        return f"yes, all {most}" if len(kept) == most else f"no, {len(kept)} of {most}: {', '.join(kept)}"
    if reading.among is not None and not reading.is_count:
        kept = [graph.label(item) for item in reading.among if held[graph.index(item)]]
        return f"{lead}{'all of them' if len(kept) == len(reading.among) > 1 else ', '.join(kept)}"
    count = f"{len(items):,} {words.singular if len(items) == 1 else words.plural}"
    named = "" if reading.is_count else f": {_best(session, items)}"
    return f"{lead}{count}{_fitting(session, items)}{named}"


def _values(session: Session, reading: AskValues) -> str:
    """Return the most frequent values of a facet, with how many items have each."""
    graph, facet = session.graph, session.graph.facet(reading.facet)
    values = graph.values(facet.name)
    counts = graph.items_of[facet.name][:, values].getnnz(axis=0)
    order = np.argsort(-counts, kind="stable")
    told = [f"{graph.labels[values[at]]} ({counts[at]})" for at in order if counts[at]]
    return f"{facet.plural}: {_few(told, 2 * _MOST_LISTED)}"


def _extreme(graph: KnowledgeGraph, items: NDArray[np.intp], reading: AskWhich) -> str:
    """Return which of some items has the most of a numeric facet, or the least, and how much."""
    facet, values = graph.facet(reading.most), graph.numbers[reading.most][items]
    if np.isnan(values).all():
        return f"I do not know the {facet.label} of any"
    best = np.nanmax(values) if reading.is_more else np.nanmin(values)
    alike = [graph.label(int(item)) for item in items[values == best][:_MOST_LISTED]]
    return f"{', '.join(alike)}, {facts_in_words(graph, int(items[values == best][0]), facet)}"


def _fitting(session: Session, items: NDArray[np.intp]) -> str:
    """Return how many of some items the wishes and rules let through, unless that is all."""
    fit = int(session.ranking().allowed[items].sum())
    if fit == len(items):
        return ""
    told = "your wishes" if session.belief.wishes else "the rules"
    return f"; {fit or 'none'} of them {'fits' if fit < 2 else 'fit'} {told}"  # noqa: PLR2004  (one fits, two fit)


def _best(session: Session, items: NDArray[np.intp]) -> str:
    """Return the labels of the best of some items, what fits first."""
    graph, ranking = session.graph, session.ranking()
    order = items[np.lexsort((-ranking.scores[items], ~ranking.allowed[items]))]
    return _few([graph.label(int(item)) for item in order])


def _few(labels: Sequence[str], most: int = _MOST_LISTED) -> str:
    shown = ", ".join(labels[:most])
    return f"{shown} and {len(labels) - most} more" if len(labels) > most else shown


# --- two ---------------------------------------------------------------------------------------------------------


def _between(session: Session, reading: AskBetween) -> str:
    graph = session.graph
    for item in reversed(reading.items):
        session.note_opened(item)  # the first is what was talked about
    if reading.target and reading.target not in graph.numbers:
        return _between_values(graph, reading)
    if not reading.target:
        return _between_matches(session, reading)
    facet = graph.facet(reading.target)
    known = {item: float(graph.numbers[facet.name][graph.index(item)]) for item in reading.items}
    unknown = [graph.label(item) for item, value in known.items() if np.isnan(value)]
    if unknown:
        return f"I do not know the {facet.label} of {' and '.join(unknown)}"
    sign = 1 if reading.is_more else -1
    one, other = reading.items
    is_first = sign * known[one] > sign * known[other]
    order = reading.items if reading.is_whether else sorted(reading.items, key=lambda item: -sign * known[item])
    told = "; ".join(f"{graph.label(item)}: {facts_in_words(graph, graph.index(item), facet)}" for item in order)
    return f"{'yes' if is_first else 'no'}; {told}" if reading.is_whether else told


def _difference(session: Session, reading: AskDifference) -> str:
    for entity in reversed(reading.entities):
        session.note_opened(entity)
    return difference_in_words(session.graph, *reading.entities)


def _between_matches(session: Session, reading: AskBetween) -> str:
    """Return which of two items suits the user better, as far as is known, and why."""
    told = sorted((session.explain(item) for item in reading.items), key=lambda one: one.score, reverse=reading.is_more)
    best = told[0]
    lead = f"{'yes' if best.item == reading.items[0] else 'no'}, for you; " if reading.is_whether else "for you "
    marks = " and ".join(f"{one.label} {matches_text(one)}" for one in told)
    return f"{lead}{marks}; {best.label}: {reason_line(best)}"


def _between_values(graph: KnowledgeGraph, reading: AskBetween) -> str:
    """Return which of two items has a value; how much of it, nobody knows."""
    value = graph.index(reading.target)
    has = [value in graph.attributes[[graph.index(item)]].indices for item in reading.items]
    name = graph.labels[value]
    one, other = (graph.label(item) for item in reading.items)
    if has[0] == has[1]:
        return f"as far as I know {'both are' if has[0] else 'neither is'} {name}: {one}, {other}"
    told = f"{name}: {one if has[0] else other}; not {other if has[0] else one}"
    return f"{'yes' if has[0] == reading.is_more else 'no'}; {told}" if reading.is_whether else told


# --- a name ------------------------------------------------------------------------------------------------------


def _about(session: Session, reading: TellAbout) -> str:
    graph = session.graph
    session.note_opened(reading.entity)
    if graph.is_item(reading.entity):
        return f"{_standing(session, reading.entity)}. {_facts(graph, graph.index(reading.entity))}"
    value = graph.index(reading.entity)
    parts = [facet.phrase.replace("{value}", graph.labels[value]) for facet in graph.facets_of(value)]
    items = _items_of(graph, reading.entity)
    words = graph.ontology
    count = f"{len(items)} {words.singular if len(items) == 1 else words.plural}"
    ways = f" ({', '.join(dict.fromkeys(parts))})" if parts != [graph.labels[value]] else ""
    return f"{graph.label(value)}: {count}{ways}{_fitting(session, items)}: {_best(session, items)}"


def _standing(session: Session, item: str) -> str:
    """Return where an item stands on the list and why, or what keeps it off."""
    label = session.graph.label(item)
    listed = [entry.item for entry in session.slate()]
    if item in listed:
        return f"{label} is number {listed.index(item) + 1} on your list: {reason_line(session.explain(item))}"
    said = _said(session, item)
    if said:
        return f"{label} is not on your list: {' and '.join(f'you {part} it' for part in said)}"
    from kgrec.audit.whynot_text import Teller  # not needed before somebody asks

    told = Teller(session.graph, is_brief=True).tell(session.why_not(item))
    reasons = " ".join(told.reasons) or told.lack
    return f"{label} is not on your list: {reasons[:1].lower()}{reasons[1:]}".rstrip(".: ")


def _facts(graph: KnowledgeGraph, item: int) -> str:
    """Return what an item is like in one line: its weightiest facets and its numbers."""
    own = graph.ontology.facets
    linked = sorted((facet for facet in graph.linked_facets if facet.question), key=lambda facet: -facet.weight)
    kept = {facet.name for facet in linked[:_MOST_TOLD]}
    kept |= {facet.name for facet in own if facet.kind is FacetKind.NUMBER and facet.less and not facet.is_prior}
    told = (facts_in_words(graph, item, facet) for facet in own if facet.name in kept)
    line = "; ".join(filter(None, told))
    return f"{line[:1].upper()}{line[1:]}"


# --- the user ----------------------------------------------------------------------------------------------------


def _said(session: Session, entity: str) -> list[str]:
    """Return what the user said of an entity: that they have seen, like, do not like, asked for or do not want it."""
    belief, told = session.belief, []
    opinion = next((one for one in belief.opinions if one.entity == entity), None)
    is_rated = opinion is not None and opinion.kind is OpinionKind.RATED
    if is_rated or entity in session.journal.seen():
        told.append("have seen")
    if opinion is not None:
        told.append(attitude(opinion.value, opinion.kind).verb)
    return told


def _mine(session: Session, reading: AskMine) -> str:
    if not reading.entity:
        seen = [entry.label for entry in session.slate() if entry.item in session.belief.seen]
        return ", ".join(seen) or "none of those that you told me of; what you have seen is left out of the list"
    graph, label = session.graph, session.graph.label(reading.entity)
    if graph.is_item(reading.entity):
        session.note_opened(reading.entity)
    told = _said(session, reading.entity)
    opinions = [part for part in told if part != "have seen"]
    if reading.is_seen:
        more = f", and you {opinions[0]} it" if opinions and told[0] == "have seen" else ""
        return f"yes, you have seen {label}{more}" if "have seen" in told else f"not that you told me: {label}"
    if not told:
        name = quoted(graph.labels[graph.index(reading.entity)])
        wishes = [wish.label for wish in session.belief.wishes if name in wish.expression]
        return f"you wish: {', '.join(wishes)}" if wishes else f"you told me nothing about {label}"
    return f"you {' and '.join(opinions or told)} {label}"


def _me(session: Session, reading: TellMine) -> str:
    """Return all that is believed of the user, a line each kind."""
    del reading
    graph, belief, state = session.graph, session.belief, session.state
    said: dict[str, list[str]] = {kind.verb: [] for kind in Attitude}
    for one in chain(*told_first(belief.opinions)):
        said[attitude(one.value, one.kind).verb].append(_called(graph, one.entity))
    pairs = [(_called(graph, one.entity), _called(graph, one.other), one.value) for one in belief.comparisons]
    wishes = [
        f"rather {wish.label}" if isinstance(wish, Preference) else wish.label
        for wish in belief.wishes
        if wish.expression not in belief.dropped
    ]
    lines = {
        **{f"you {verb}": names for verb, names in said.items()},
        "you have seen": [_called(graph, item) for item in sorted(session.journal.seen())],
        "you would rather have": [f"{one} than {other}" for one, other, value in pairs if value],
        "you like alike": [f"{one} and {other}" for one, other, value in pairs if not value],
        "you wish": [*wishes, *(f"“{wish.text}”" for wish in belief.texts)],
        "left out for now": [_called(graph, item) for item in sorted(state.left_out | belief.excluded)],
        "you know": _people(belief),
        "besides": [f"{name}: {value}" for name, value in (*belief.facts, *belief.context)],
        "the list is turned to": [chip.label for chip in session.chips if chip.dial],
        "no longer counts": [chip.given_up for chip in session.chips if chip.given_up],
    }
    told = [f"{kind}: {_few(names, 2 * _MOST_LISTED)}." for kind, names in lines.items() if names]
    return "\n".join(f"{line[0].upper()}{line[1:]}" for line in told) or "I know nothing about you yet"


def _people(belief: Belief) -> list[str]:
    """Return the names of those the user knows, and how many have none."""
    unnamed = sum(not tie.is_named for tie in belief.people)
    return [*(tie.person for tie in belief.people if tie.is_named), *([f"{unnamed} unnamed"] if unnamed else [])]


def _called(graph: KnowledgeGraph, entity: str) -> str:
    return graph.label(entity) if entity in graph else entity


_ANSWERS: Final[dict[type, Callable[[Any, Any], str]]] = {
    AskWhether: _whether,
    AskWhich: _which,
    AskBetween: _between,
    AskDifference: _difference,
    AskValues: _values,
    AskMine: _mine,
    TellAbout: _about,
    TellMine: _me,
}
