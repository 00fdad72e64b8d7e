"""What the taste page shows, as frozen values, and the functions that make them from a session; runs in its thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.acts import Event, EventKind
from kgrec.attitudes import attitude
from kgrec.dialogue import Session
from kgrec.dialogue.lasting import IMPORTED
from kgrec.dialogue.past import Happening, Key, Topic, compared, happenings, sources
from kgrec.domain import Constraint, Opinion, Value
from kgrec.explain import TELLING
from kgrec.graph import KnowledgeGraph
from kgrec.histories import told_first
from kgrec.reasoning.belief import Posterior

MOST_INFERRED: Final = 14
"""So many values are in the profile, those the answers tell most about."""

_MOST_OF_A_SIDE: Final = 9
"""So many of them speak for something, and so many against."""
_CLEAR: Final = 0.015
"""A taste moved by less than this is not worth showing."""
_MOST_SOURCES: Final = 2
_NOW: Final = "this conversation"
_DIALS: Final = {"diversity": "variety", "calibrated": "your usual mix", "familiar": "well known"}


@dataclass(frozen=True, slots=True)
class Held:
    """One thing believed of the user.

    Attributes:
        key: its topic and its subject, which tell it from all others.
        mark: a sign for what is thought: ♥ ✗ ...
        word: the same as a word.
        doubt: the posterior standard deviation of the taste for an entity, as text; "" for what is just said.
        source: which answer or utterance it comes from, and when.
        entity: what an opinion is on; "" if it is none.
        value: of an opinion, -1 to 1.
        is_item: whether that is an item.
        can_change: whether something else can be thought of it: it is about an entity that the data have.
        is_for_now: whether it is over with the conversation.
        is_said: whether it was said, so that it can be taken back; else the data say so, or it was worked out.
    """

    key: tuple[str, str]
    mark: str
    word: str
    label: str
    doubt: str
    source: str
    entity: str = ""
    value: float = 0.0
    is_item: bool = False
    can_change: bool = False
    is_for_now: bool = False
    is_said: bool = False

    @property
    def id(self) -> str:
        """Its key in one word."""
        return ":".join(self.key)


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """What is believed about one kind of thing."""

    title: str
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Taste:
    """What all answers together make of the taste for one value: how far they moved it, and what doubt is left."""

    entity: str
    label: str
    facet: str
    moved: float
    doubt: float
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the conversation: when, what was asked or done, and what came of it."""

    event: int
    time: str
    text: str
    outcome: str
    counts: bool
    can_go: bool


@dataclass(frozen=True, slots=True)
class TasteView:
    """All of the taste page."""

    user: str
    groups: tuple[HeldGroup, ...]
    profile: tuple[Taste, ...]
    steps: tuple[Step, ...]


def taste_view(session: Session) -> TasteView:
    """Return what is believed of a session's user, and how it came to be."""
    profile = tuple(_profile(session))
    judged = {opinion.entity for opinion in session.belief.opinions}
    inferred = tuple(_inferred(taste) for taste in profile if taste.entity not in judged)
    told = _Told(session)
    groups = (*_groups(told), HeldGroup("Worked out from your answers", inferred), *_data_groups(told))
    steps = tuple(_step(one, session.graph) for one in happenings(session.journal.events, session.id))
    return TasteView(session.user, tuple(group for group in groups if group.held), profile, steps)


# --- what is believed -------------------------------------------------------------------------------------------------


def _groups(told: _Told) -> Iterator[HeldGroup]:
    """Yield what was said, the last first, and the facts."""
    yield HeldGroup(f"Wishes of {_NOW}", tuple(told.wishes()))
    yield HeldGroup("In your own words", tuple(told.texts()))
    for title, opinions in _by_kind(told.said, told.graph).items():
        yield HeldGroup(title, tuple(map(told.opinion, opinions)))
    yield HeldGroup("One rather than the other", tuple(told.comparisons()))
    yield HeldGroup("About you", tuple(told.facts()))
    yield HeldGroup("People you know", tuple(told.people()))
    yield HeldGroup("Known already, without an opinion", tuple(told.seen()))


def _data_groups(told: _Told) -> Iterator[HeldGroup]:
    """Yield what the data say of the user's opinions, which may be much; so in an order that the titles name."""
    for title, opinions in _by_kind(told.done, told.graph).items():
        yield HeldGroup(f"{title}, from {told.graph.name}: best liked first", tuple(map(told.opinion, opinions)))


def _by_kind(opinions: Iterable[Opinion], graph: KnowledgeGraph) -> Mapping[str, list[Opinion]]:
    """Return opinions by what they are on: items, then values by the plural of their facet as in the ontology."""
    kinds = (graph.ontology.plural, *(facet.plural for facet in graph.ontology.facets))
    found: dict[str, list[Opinion]] = {kind.capitalize(): [] for kind in kinds}
    for opinion in opinions:
        if opinion.entity not in graph:
            found.setdefault("No longer in the data", []).append(opinion)
        elif graph.is_item(opinion.entity):
            found[graph.ontology.plural.capitalize()].append(opinion)
        else:
            facets = graph.facets_of(graph.index(opinion.entity))
            found.setdefault(facets[0].plural.capitalize() if facets else "Others", []).append(opinion)
    return {title: kept for title, kept in found.items() if kept}


class _Told:
    """What was said in a session and before, with where each part comes from.

    Attributes:
        graph: of the session.
        said: the lasting opinions that were said, the last first.
        done: those of the data, the best liked first.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.graph = session.graph
        self.said, self.done = told_first(one for one in session.belief.opinions if not one.kind.is_for_now)
        self._posterior: Posterior = session.recommender.posterior(session.belief)
        self._sources = sources(session.journal.events, session.id)

    def opinion(self, opinion: Opinion) -> Held:
        """Return an opinion on an entity."""
        thought = attitude(opinion.value, opinion.kind)
        key = (Topic.OPINION, opinion.entity)
        label, doubt = self._label(opinion.entity), self._doubt(opinion.entity)
        held = self._held(key, thought.mark, thought.value, label, doubt)
        is_known = opinion.entity in self.graph
        held = replace(held, entity=opinion.entity, value=opinion.value, can_change=is_known)
        return replace(held, is_for_now=opinion.kind.is_for_now)

    def wishes(self) -> Iterator[Held]:
        """Yield what counts for this conversation only, the last first."""
        belief = self._session.belief
        yield from (self.opinion(opinion) for opinion in reversed(belief.opinions) if opinion.kind.is_for_now)
        for wish in reversed(belief.wishes):
            is_must = isinstance(wish, Constraint)
            if wish.expression not in belief.dropped:
                doubt = "kept to" if is_must else "moves the list"
                mark, word = ("■", "must") if is_must else ("□", "rather")
                yield self._held((Topic.WISH, wish.expression), mark, word, wish.label, doubt)
        for dial, name in _DIALS.items():
            if value := getattr(belief.dials, dial):
                label = "hidden gems" if value < 0 else name
                yield self._held((Topic.DIAL, dial), "◐", "dial", f"{label}: {abs(value):.0%}", "")
        for expression in sorted(belief.dropped):
            yield self._held((Topic.DROPPED, expression), "⊘", "let go", self._let_go(expression), "")

    def texts(self) -> Iterator[Held]:
        """Yield the wishes in free words."""
        for wish in reversed(self._session.belief.texts):
            yield self._held((Topic.TEXT, wish.text), "“", "wish", wish.text, "moves the list")

    def comparisons(self) -> Iterator[Held]:
        """Yield what was preferred to what."""
        for said in reversed(self._session.belief.comparisons):
            one, other = self._label(said.entity), self._label(said.other)
            mark, word, label = (
                (">", "rather", f"{one} than {other}") if said.value else ("=", "alike", f"{one}, {other}")
            )
            yield self._held((Topic.COMPARISON, compared(said.entity, said.other)), mark, word, label, "")

    def facts(self) -> Iterator[Held]:
        """Yield what is known about the user."""
        for name, value in self._session.belief.fact.items():
            yield self._held((Topic.FACT, name), "=", "is", f"{name.replace('_', ' ')}: {_value(value)}", "")

    def people(self) -> Iterator[Held]:
        """Yield whom the user knows."""
        for tie in self._session.belief.people:
            use = "may be named" if tie.is_named else "counts unnamed"
            yield self._held((Topic.PERSON, tie.person), "&", tie.kind.value, tie.person, use)

    def seen(self) -> Iterator[Held]:
        """Yield the items that are known and were not judged."""
        judged = {opinion.entity for opinion in self._session.belief.opinions}
        for item in sorted(self._session.belief.seen - judged, key=self._label):
            held = self._held((Topic.SEEN, item), "✓", "known", self._label(item), "left out")
            yield replace(held, entity=item, can_change=item in self.graph)

    def _held(self, key: Key, mark: str, word: str, label: str, doubt: str) -> Held:
        events = self._sources.get(key, ())
        source = told_by(events[-1], self._session.id) if events else "the data says so"
        is_item = key[1] in self.graph and self.graph.is_item(key[1])
        return Held(key, mark, word, label, doubt, source, is_item=is_item, is_said=bool(events))

    def _let_go(self, expression: str) -> str:
        """Return what a wish or rule that was given up is called; its expression if several went at once."""
        for wish in self._session.belief.wishes:
            if wish.expression == expression:
                return wish.label
        events = self._sources.get((Topic.DROPPED, expression), ())
        is_alone = bool(events) and len(events[-1].data.get("expressions", ())) == 1
        return str(events[-1].data.get("label", events[-1].subject)) if is_alone else expression

    def _label(self, entity: str) -> str:
        if entity in self.graph:
            return self.graph.label(entity)
        events = self._sources.get((Topic.OPINION, entity)) or self._sources.get((Topic.SEEN, entity)) or ()
        return next((str(event.data["label"]) for event in events if "label" in event.data), entity)

    def _doubt(self, entity: str) -> str:
        if entity not in self.graph:
            return ""
        return _plus_minus(float(self._posterior.variance[self.graph.index(entity)]) ** 0.5)


def told_by(event: Event, session: str) -> str:
    """Return which answer or utterance an event was, and when."""
    data = event.data
    if IMPORTED in data:
        what = f"imported from {data[IMPORTED]}"
    elif event.kind is EventKind.ANSWERED:
        what = f"{data.get('text', '')} → {_answer(event)}"
    elif data.get("said"):
        what = f"“{data['said']}”"
    elif event.kind is EventKind.RELAXED:
        what = "to get out of a dead end"
    else:
        what = "you rated it" if event.kind is EventKind.RATED else "you said so"
    return f"{_when(event, session)} · {what}" if event.time else what


def _answer(event: Event) -> str:
    chosen = [str(label) for label, _ in event.data.get("chosen", ())]
    refused = [f"not {label}" for label, _ in event.data.get("refused", ())]
    return ", ".join((*chosen, *refused)) or str(event.data.get("passing", "")) or "no answer"


def _when(event: Event, session: str) -> str:
    moment = datetime.fromtimestamp(event.time)  # noqa: DTZ006  (the user's own clock)
    return f"{moment:%H:%M}" if event.session == session else f"{moment.day} {moment:%b %Y}"


def _value(value: Value) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else f"{value:g}" if _is_number(value) else str(value)


def _is_number(value: Value) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool)


def _plus_minus(doubt: float) -> str:
    return f"±{doubt:.2f}".replace("0.", ".")


# --- what follows from it ---------------------------------------------------------------------------------------------


def _profile(session: Session) -> Iterator[Taste]:
    """Yield the values whose taste the answers moved most, liked ones first."""
    graph = session.graph
    posterior = session.recommender.posterior(session.belief)
    if not posterior.heard:
        return
    values = np.unique(
        np.concatenate([graph.values(facet.name) for facet in graph.linked_facets] or [np.empty(0, int)])
    )
    values = values[(values >= graph.n_items) & (graph.weights[values] >= TELLING)]
    moved = (posterior.mean - posterior.prior.mean)[values]
    order = np.argsort(-moved, kind="stable")
    sides = np.concatenate([order[:_MOST_OF_A_SIDE], order[_MOST_OF_A_SIDE:][-_MOST_OF_A_SIDE:]])
    clear = sides[np.abs(moved[sides]) >= _CLEAR]
    most = np.sort(np.argsort(-np.abs(moved[clear]), kind="stable")[:MOST_INFERRED])
    most = clear[most]
    chosen = values[most]
    shares = posterior.shares(chosen).sum(axis=1)
    for column, entity in enumerate(chosen.tolist()):
        facets = graph.facets_of(entity)
        yield Taste(
            graph.entity_ids[entity],
            graph.label(entity),
            facets[0].label if facets else "",
            float(moved[most[column]]),
            float(posterior.variance[entity]) ** 0.5,
            tuple(_heard(posterior, shares[:, column], graph)),
        )


def _heard(posterior: Posterior, shares: NDArray[np.float64], graph: KnowledgeGraph) -> Iterator[str]:
    """Yield what was said that moved a taste most, by name."""
    for place in np.argsort(-np.abs(shares), kind="stable")[:_MOST_SOURCES].tolist():
        if abs(shares[place]) >= _CLEAR / 2:
            yield " and ".join(graph.label(entity) for entity, _ in posterior.heard[place].terms)


def _inferred(taste: Taste) -> Held:
    mark, word = ("▲", "likely") if taste.moved > 0 else ("▼", "unlikely")
    source = f"from {', '.join(taste.sources)}" if taste.sources else "from all of it together"
    label = f"{taste.label} ({taste.facet})" if taste.facet else taste.label
    doubt = _plus_minus(taste.doubt)
    return Held(("inferred", taste.entity), mark, word, label, doubt, source, taste.entity, can_change=True)


# --- what happened ----------------------------------------------------------------------------------------------------


def _step(one: Happening, graph: KnowledgeGraph) -> Step:
    event = one.event
    moment = f"{datetime.fromtimestamp(event.time):%H:%M}" if event.time else ""  # noqa: DTZ006  (as above)
    text, outcome = _story(event, graph)
    return Step(event.id, moment, text, outcome or ", ".join(one.labels), one.counts, one.can_go)


def _story(event: Event, graph: KnowledgeGraph) -> tuple[str, str]:
    """Return what was asked or done in an event, and what came of it if that is not what was understood."""
    label = graph.label(event.subject) if event.subject in graph else str(event.data.get("label", event.subject))
    match event.kind:
        case EventKind.ANSWERED:
            return str(event.data.get("text", "")) or event.subject, _answer(event)
        case EventKind.STARTED:
            return "the conversation began", ""
        case EventKind.OPENED:
            return f"looked at {label}", ""
        case EventKind.SKIPPED:
            return f"left out {label}", ""
        case EventKind.SAID:
            return f"“{event.subject}”", "changed nothing"
        case _:
            return f"“{event.data['said']}”" if event.data.get("said") else "", ""
