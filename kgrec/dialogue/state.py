"""The state of a conversation as a fold over its events.

Nothing else is remembered: undoing the third answer is folding without it, resuming is folding again, and a
transcript is a test. Events of earlier sessions count as far as they speak of lasting taste (what was rated, liked,
seen, and facts about the user); what was wanted that evening is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kgrec.domain import (
    Belief,
    Constraint,
    Event,
    EventKind,
    Opinion,
    OpinionKind,
    Origin,
    OriginKind,
    Preference,
    QuestionKind,
    TextWish,
    Value,
)

_LASTING: Final = {EventKind.RATED, EventKind.LIKED, EventKind.DISLIKED, EventKind.SEEN, EventKind.PLAYED}
_OPINIONS: Final = {EventKind.LIKED: 1.0, EventKind.DISLIKED: -1.0}


@dataclass(frozen=True, slots=True)
class Chip:
    """Something understood from the user in this session, which can be taken back."""

    event: int
    label: str
    expression: str = ""  # of a wish


@dataclass(frozen=True, slots=True)
class State:
    """What has been said so far, folded.

    Attributes:
        belief: what we think of the user.
        chips: what was understood in this session, oldest first.
        kinds: the kinds of the questions this session has put, in order.
    """

    belief: Belief = field(default_factory=Belief)
    chips: tuple[Chip, ...] = ()
    kinds: tuple[QuestionKind, ...] = ()


def active(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events that were not undone, without the undoings, in order."""
    kept = tuple(events)
    undone = {event.subject for event in kept if event.kind is EventKind.UNDONE}
    return tuple(event for event in kept if event.kind is not EventKind.UNDONE and str(event.id) not in undone)


def fold(events: Iterable[Event], session: str) -> State:
    """Return the state after these events, as seen from a session."""
    state = State()
    for event in active(events):
        state = _apply(state, event, now=event.session == session)
    return state


def _apply(state: State, event: Event, *, now: bool) -> State:  # noqa: PLR0911  (one return a kind of event)
    if event.kind is EventKind.ANSWERED:
        return _answered(state, event, now=now)
    if event.kind in _LASTING:
        return _opined(state, event, now=now)
    if not now:
        return state
    belief = state.belief
    if event.kind is EventKind.WISHED:
        wish = _wish(event.data)
        others = tuple(other for other in belief.wishes if other.expression != wish.expression)
        # Asking again for what was given up means it.
        belief = replace(belief, wishes=(*others, wish), dropped=belief.dropped - {wish.expression})
        chip = Chip(event.id, wish.label, wish.expression)
        return replace(state, belief=belief, chips=(*state.chips, chip))
    if event.kind is EventKind.TOLD:
        belief = replace(belief, texts=(*belief.texts, TextWish(event.subject)))
        return _chip(replace(state, belief=belief), event, f"“{event.subject}”")
    if event.kind is EventKind.RELAXED:
        dropped = set(event.data["expressions"])
        belief = replace(belief, dropped=belief.dropped | dropped)
        kept = tuple(chip for chip in state.chips if chip.expression not in dropped)
        return _chip(replace(state, belief=belief, chips=kept), event, f"never mind: {event.subject}")
    if event.kind is EventKind.SKIPPED:
        return replace(state, belief=replace(belief, seen=belief.seen | {event.subject}))
    return state


def _opined(state: State, event: Event, *, now: bool) -> State:
    """Apply an event that says what the user thinks of one entity, or that an item was seen."""
    label = str(event.data.get("label", event.subject))
    if event.kind in (EventKind.SEEN, EventKind.PLAYED):
        belief = replace(state.belief, seen=state.belief.seen | {event.subject})
        return _chip(replace(state, belief=belief), event, f"seen {label}") if now else replace(state, belief=belief)
    value = _OPINIONS.get(event.kind, event.value if event.value is not None else 0.0)
    kind = OpinionKind.RATED if event.kind is EventKind.RATED else OpinionKind.LIKED
    if event.data.get("for_now"):
        if not now:
            return state
        kind = OpinionKind.CHOSEN
    state = replace(state, belief=_with_opinion(state.belief, event.subject, value, kind, now=now))
    sign = {True: "♥", False: "✗"}[value > 0] if kind is not OpinionKind.CHOSEN else ""
    return _chip(state, event, f"{sign} {label}".strip()) if now else state


def _answered(state: State, event: Event, *, now: bool) -> State:
    """Apply the answer to a question; an empty one (passed) only marks it as asked."""
    data = event.data
    kind = QuestionKind(data["kind"])
    chosen: list[tuple[str, Value]] = [(label, value) for label, value in data.get("chosen", ())]
    belief = state.belief
    if now:
        belief = replace(belief, asked=belief.asked | {event.subject})
        state = replace(state, kinds=(*state.kinds, kind))
    if kind in (QuestionKind.CHOICE, QuestionKind.WANTED) and not now:
        return state
    for label, value in data.get("refused", ()):
        belief = _with_opinion(belief, str(value), -1.0, OpinionKind.CHOSEN, now=now)
        state = _chip(state, event, f"not {label}")
    for label, value in chosen:
        if kind is QuestionKind.FACT:
            belief = replace(belief, facts=(*belief.facts, (data["subject"], value)))
        elif kind in (QuestionKind.CHOICE, QuestionKind.WANTED):
            belief = _with_opinion(belief, str(value), 1.0, OpinionKind.CHOSEN, now=now)
        else:
            rated = OpinionKind.RATED if kind is QuestionKind.SEEN else OpinionKind.LIKED
            belief = _with_opinion(belief, data["subject"], float(value), rated, now=now)  # type: ignore[arg-type]  # these options hold numbers
        state = _chip(state, event, _answer_label(kind, label, data)) if now else state
    return replace(state, belief=belief)


def _answer_label(kind: QuestionKind, label: str, data: Mapping[str, Any]) -> str:
    about = data.get("about", data["subject"])
    return label if kind in (QuestionKind.CHOICE, QuestionKind.WANTED, QuestionKind.FACT) else f"{about}: {label}"


def _with_opinion(belief: Belief, entity: str, value: float, kind: OpinionKind, *, now: bool) -> Belief:
    """Return the belief with an opinion, in place of an earlier one on the same entity."""
    origin = Origin(OriginKind.RATING if now else OriginKind.PROFILE)
    kept = tuple(opinion for opinion in belief.opinions if opinion.entity != entity)
    return replace(belief, opinions=(*kept, Opinion(entity, value, kind, origin)))


def _wish(data: Mapping[str, Any]) -> Constraint | Preference:
    origin = Origin(OriginKind.REQUEST, str(data.get("label", "")))
    if "weight" in data:
        return Preference(data["expression"], float(data["weight"]), origin=origin)
    return Constraint(data["expression"], float(data.get("strength", 1.0)), origin)


def _chip(state: State, event: Event, label: str) -> State:
    return replace(state, chips=(*state.chips, Chip(event.id, label)))
