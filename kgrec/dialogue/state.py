"""The state of a conversation as a fold over its events.

Nothing else is remembered: undoing the third answer is folding without it, resuming is folding again, and a
transcript is a test. Events of earlier sessions count as far as they speak of lasting taste (what was rated, liked,
seen, and facts about the user); what was wanted that evening is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kgrec.acts import Event, EventKind, Question, QuestionKind
from kgrec.attitudes import attitude
from kgrec.dialogue.undoing import active, counting
from kgrec.domain import Belief, Comparison, Constraint, Opinion, OpinionKind, Origin, OriginKind, Preference, TextWish
from kgrec.graph import KnowledgeGraph
from kgrec.text import fold as fold_text
from kgrec.ties import Tie, TieKind, merged

_LASTING: Final = {EventKind.RATED, EventKind.LIKED, EventKind.DISLIKED, EventKind.SEEN, EventKind.PLAYED}
FACT: Final = "fact"
"""The entry of the data of a FORGOTTEN event whose subject is the name of a fact, not an entity."""

_FOR_NOW: Final = {QuestionKind.CHOICE, QuestionKind.WANTED, QuestionKind.RANGE, QuestionKind.CONTEXT}
_OF_VALUES: Final = {QuestionKind.CHOICE, QuestionKind.WANTED, QuestionKind.LOVED}
"""Kinds whose options are entities."""
_OF_ONE_VALUE: Final = {QuestionKind.FACT, QuestionKind.CONTEXT}
"""Kinds of which only the last answer counts."""

_OPINIONS: Final = {EventKind.LIKED: 1.0, EventKind.DISLIKED: -1.0}
_DIALS: Final = {
    "diversity": "variety",
    "calibrated": "your usual mix",
    "familiar": "well known",
    "contextual": "these circumstances",
}
"""What the dials of a list are called on chips."""

_DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class _Moment:
    """When an event was, seen from a session: in it, or so many days before it began."""

    is_now: bool
    age_days: float

    @property
    def origin(self) -> Origin:
        """Where an opinion of then comes from."""
        return Origin(OriginKind.RATING if self.is_now else OriginKind.PROFILE)


@dataclass(frozen=True, slots=True)
class Chip:
    """Something understood from the user in this session, which can be taken back.

    ``given_up``: what it says no longer counts, in words; "" if it says something else.
    """

    event: int
    label: str
    expression: str = ""  # of a wish
    dial: str = ""  # the name of the one that was turned
    entity: str = ""  # what an opinion is on, or what was seen
    given_up: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the transcript."""

    text: str
    is_user: bool
    is_reply: bool = False  # to the words before it


@dataclass(frozen=True, slots=True)
class State:
    """What has been said so far, folded.

    Attributes:
        belief: what we think of the user.
        chips: what was understood in this session, oldest first.
        kinds: the kinds of the questions this session has put, in order.
        continuing: the facet of which the last answer wanted other options.
        left_out: the items that are kept off the list in this session, neither seen nor disliked.
    """

    belief: Belief = field(default_factory=Belief)
    chips: tuple[Chip, ...] = ()
    kinds: tuple[QuestionKind, ...] = ()
    continuing: str = ""
    left_out: frozenset[str] = frozenset()


def fold(events: Iterable[Event], session: str) -> State:
    """Return the state after these events, as seen from a session."""
    folded = State()
    for _, after in steps(events, session):
        folded = after
    return folded


def steps(events: Iterable[Event], session: str) -> Iterator[tuple[Event, State]]:
    """Yield each event that counts with the state after it, as seen from a session."""
    state = State()
    kept = active(events)
    begun = next((event.time for event in kept if event.session == session), 0.0)
    for event in kept:
        now = event.session == session
        is_dated = not now and event.time > 0
        state = _apply(state, event, _Moment(now, max(begun - event.time, 0.0) / _DAY_S if is_dated else 0.0))
        yield event, state


def transcript(events: Iterable[Event], session: str) -> tuple[Line, ...]:
    """Return the questions and answers of a session, and what was said in it with the replies, in order.

    A reply stands as long as something of what it answers counts, and not if it only echoes that.
    """
    kept = [event for event in counting(events) if event.session == session]
    standing = {event.data.get("turn") for event in kept if event.kind is not EventKind.REPLIED}
    lines: list[Line] = []
    told = None  # the utterance whose words stand there
    for event in kept:
        turn = event.data.get("turn")
        if event.kind is EventKind.REPLIED:
            if turn in standing and not (lines and fold_text(lines[-1].text) == fold_text(event.subject)):
                lines.append(Line(event.subject, is_user=False, is_reply=True))
        elif event.kind is EventKind.ANSWERED and "text" in event.data:
            chosen = [label for label, _ in event.data.get("chosen", ())]
            lines.append(Line(str(event.data.get("text", "")), is_user=False))
            lines.append(Line(", ".join(chosen) or str(event.data.get("passing", "")), is_user=True))
        elif event.data.get("said") and (turn is None or turn != told):
            told = turn
            lines.append(Line(str(event.data["said"]), is_user=True))
    return tuple(lines)


def _apply(state: State, event: Event, at: _Moment) -> State:  # noqa: PLR0911  (one return a kind of event)
    whenever = {EventKind.ANSWERED: _answered, EventKind.FORGOTTEN: _forgotten, EventKind.KNOWS: _met}
    whenever |= dict.fromkeys(_LASTING, _opined)
    if event.kind in whenever:
        return whenever[event.kind](state, event, at)
    if not at.is_now:
        return state
    belief = state.belief
    if event.kind is EventKind.WISHED:
        wish, replaced = _wish(event.data), set(event.data.get("instead", ()))
        others = tuple(other for other in belief.wishes if other.expression not in {wish.expression, *replaced})
        # Asking again for what was given up means it.
        belief = replace(belief, wishes=(*others, wish), dropped=belief.dropped - {wish.expression})
        kept = tuple(chip for chip in state.chips if chip.expression not in replaced or not chip.expression)
        return replace(state, belief=belief, chips=(*kept, Chip(event.id, wish.label, wish.expression)))
    if event.kind is EventKind.TOLD:
        belief = replace(belief, texts=(*belief.texts, TextWish(event.subject)))
        return _chip(replace(state, belief=belief), event, f"“{event.subject}”")
    if event.kind is EventKind.RELAXED:
        dropped = set(event.data["expressions"])
        belief = replace(belief, dropped=belief.dropped | dropped)
        kept = tuple(chip for chip in state.chips if chip.expression not in dropped)
        return replace(state, belief=belief, chips=(*kept, _given_up(event, event.subject, f"“{event.subject}”")))
    if event.kind is EventKind.SKIPPED:
        belief = replace(belief, seen=belief.seen | {event.subject})
        return replace(state, belief=belief, left_out=state.left_out | {event.subject})
    if event.kind is EventKind.TURNED:
        return _turned(state, event)
    return state


def _forgotten(state: State, event: Event, at: _Moment) -> State:
    """Apply that an opinion, a sighting or wishes no longer count; their chips give way to one."""
    if event.data.get(FACT):
        return _withheld(state, event, at)
    belief, entity = state.belief, event.subject
    belief = replace(
        belief,
        opinions=tuple(opinion for opinion in belief.opinions if opinion.entity != entity),
        comparisons=tuple(said for said in belief.comparisons if entity not in (said.entity, said.other)),
        seen=belief.seen - {entity},
    )
    if not at.is_now:
        return replace(state, belief=belief)
    dropped = set(event.data.get("expressions", ()))
    belief = replace(belief, dropped=belief.dropped | dropped)
    kept = tuple(
        chip for chip in state.chips if not (entity and chip.entity == entity) and chip.expression not in dropped
    )
    label = str(event.data.get("label", entity))
    what = f"what was said of {label}" if entity else f"“{label}”"
    chips = (*kept, _given_up(event, label, what))
    return replace(state, belief=belief, chips=chips, left_out=state.left_out - {entity})


def _withheld(state: State, event: Event, at: _Moment) -> State:
    """Apply that a fact about the user is not to count, nor to be asked for; telling it anew makes it count again."""
    belief, name = state.belief, event.subject
    belief = replace(
        belief,
        facts=tuple(fact for fact in belief.facts if fact[0] != name),
        withheld=belief.withheld | {name},
        asked=belief.asked | {f"{QuestionKind.FACT}:{name}"},
    )
    state = replace(state, belief=belief)
    called = f"your {name.replace('_', ' ')}"
    chip = Chip(event.id, f"without {called}", given_up=called)
    return replace(state, chips=(*state.chips, chip)) if at.is_now else state


def _met(state: State, event: Event, at: _Moment) -> State:
    """Apply that the user knows somebody."""
    del at
    tie = Tie(event.subject, TieKind(event.data["kind"]), bool(event.data.get("is_named")))
    return replace(state, belief=replace(state.belief, people=merged(state.belief.people, (tie,))))


def _turned(state: State, event: Event) -> State:
    """Apply the turn of a dial; its chip takes the place of that of an earlier turn, which undoing brings back."""
    dial, value = event.subject, event.value or 0.0
    dials = replace(state.belief.dials, **{dial: value})
    kept = tuple(chip for chip in state.chips if chip.dial != dial)
    word = "hidden gems" if value < 0 else _DIALS.get(dial, dial)
    chip = Chip(event.id, f"{word}: {abs(value):.0%}", dial=dial)
    return replace(state, belief=replace(state.belief, dials=dials), chips=(*kept, chip))


def _opined(state: State, event: Event, at: _Moment) -> State:
    """Apply an event that says what the user thinks of one entity, or that an item was seen."""
    label = str(event.data.get("label", event.subject))
    if event.kind in (EventKind.SEEN, EventKind.PLAYED):
        belief = replace(state.belief, seen=state.belief.seen | {event.subject})
        state = replace(state, belief=belief, left_out=state.left_out - {event.subject})
        return _chip(state, event, f"seen {label}", event.subject) if at.is_now else state
    value = _OPINIONS.get(event.kind, event.value if event.value is not None else 0.0)
    kind = OpinionKind.RATED if event.kind is EventKind.RATED else OpinionKind.LIKED
    if event.data.get("for_now"):
        if not at.is_now:
            return state
        kind = OpinionKind.CHOSEN if value > 0 else OpinionKind.AVOIDED
    state = replace(state, belief=_with_opinion(state.belief, event.subject, value, kind, at))
    signs = {OpinionKind.CHOSEN: "", OpinionKind.AVOIDED: "not today:"}
    sign = signs.get(kind, attitude(value).mark)
    told = str(event.data.get("told") or f"{sign} {label}".strip())
    return _chip(state, event, told, event.subject) if at.is_now else state


def answer_data(
    question: Question, chosen: Sequence[int], refused: Sequence[int], graph: KnowledgeGraph
) -> dict[str, Any]:
    """Return what the event of an answer holds, with what its subject is called; options by their positions."""
    if question.kind is QuestionKind.RANGE:
        about = graph.facet(question.subject).label
    else:
        about = graph.label(question.subject) if question.subject in graph else ""
    data: dict[str, Any] = {
        "kind": question.kind.value,
        "subject": question.subject,
        "text": question.text,
        "passing": question.passing,
        "chosen": [[question.options[place].label, question.options[place].value] for place in chosen],
    }
    if question.kind in (QuestionKind.CHOICE, QuestionKind.EITHER, QuestionKind.LOVED):
        data["offered"] = [option.value for option in question.options if isinstance(option.value, str)]
    if refused:
        data["refused"] = [[question.options[place].label, question.options[place].value] for place in refused]
    if question.ledger.gain:
        data["ledger"] = _ledger_data(question)
    return {**data, "about": about} if about else data


def _ledger_data(question: Question) -> dict[str, Any]:
    """Return why a question was put, as JSON: ``split`` as [option, candidates behind it] each."""
    told, labels = question.ledger, [option.label for option in question.options]
    return {
        "gain": float(told.gain),
        "effort": told.effort,
        "split": [list(pair) for pair in zip(labels, told.split, strict=False)],
        "runner_up": told.runner_up,
        "runner_up_gain": float(told.runner_up_gain),
    }


def _answered(state: State, event: Event, at: _Moment) -> State:
    """Apply the answer to a question; an empty one (passed) only marks it as asked."""
    kind = QuestionKind(event.data["kind"])
    if at.is_now:
        shown = {f"{kind}:{item}" for item in event.data["offered"]} if kind is QuestionKind.LOVED else set()
        belief = replace(state.belief, asked=state.belief.asked | {event.subject} | shown)
        state = replace(state, belief=belief, continuing="")
        if "text" in event.data:  # it was put; who prefers one to another unasked answers none
            state = replace(state, kinds=(*state.kinds, kind))
    elif kind in _FOR_NOW:
        return state
    if not event.data.get("chosen") and not event.data.get("refused"):
        return state
    if kind is QuestionKind.EITHER:
        return _compared(state, event, at)
    if kind is QuestionKind.RANGE:
        return _bounded(state, event)
    return _valued(state, event, at)


def _valued(state: State, event: Event, at: _Moment) -> State:
    """Apply an answer about the user, one entity, or several values."""
    data, kind = event.data, QuestionKind(event.data["kind"])
    belief = state.belief
    if kind in _OF_ONE_VALUE:  # what was said of it before no longer counts
        state = replace(state, chips=tuple(chip for chip in state.chips if chip.entity != data["subject"]))
    for label, value in data.get("refused", ()):
        belief = _with_opinion(belief, str(value), -1.0, OpinionKind.CHOSEN, at)
        state = _chip(state, event, f"not {label}", str(value))
    for label, value in data["chosen"]:
        if kind is QuestionKind.CHOICE and not isinstance(value, str):
            belief = replace(belief, passed_over=belief.passed_over | set(data["offered"]))
            state = replace(state, continuing=data["subject"])
            continue
        if kind is QuestionKind.FACT:
            told = data["subject"]
            belief = replace(belief, facts=(*belief.facts, (told, value)), withheld=belief.withheld - {told})
        elif kind is QuestionKind.CONTEXT:
            belief = replace(belief, context=(*belief.context, (data["subject"], value)))
        elif kind in (QuestionKind.CHOICE, QuestionKind.WANTED):
            belief = _with_opinion(belief, str(value), 1.0, OpinionKind.CHOSEN, at)
        elif kind is QuestionKind.LOVED:
            belief = _with_opinion(belief, str(value), 1.0, OpinionKind.RATED, at)
        else:
            rated = OpinionKind.RATED if kind is QuestionKind.SEEN else OpinionKind.LIKED
            belief = _with_opinion(belief, data["subject"], float(value), rated, at)
        entity = str(value) if kind in _OF_VALUES else str(data["subject"])
        state = _chip(state, event, _answer_label(kind, label, data), entity) if at.is_now else state
    return replace(state, belief=belief)


def _compared(state: State, event: Event, at: _Moment) -> State:
    """Apply an answer to "this or that?": one of them, or (a number) both alike."""
    one, other = event.data["offered"]
    ((label, value),) = event.data["chosen"][:1]
    if value == other:
        one, other = other, one
    preferred = 1.0 if isinstance(value, str) else 0.0
    kept = tuple(said for said in state.belief.comparisons if {said.entity, said.other} != {one, other})
    said = Comparison(one, other, preferred, at.origin, at.age_days)
    state = replace(state, belief=replace(state.belief, comparisons=(*kept, said)))
    if not at.is_now:
        return state
    told = event.data.get("told") or (f"rather {label}" if preferred else f"{event.data['text']} {label}")
    return _chip(state, event, str(told))


def _bounded(state: State, event: Event) -> State:
    """Apply the ranges chosen for a number as one constraint: any of them."""
    chosen = event.data["chosen"]
    expression = " or ".join(f"({part})" if len(chosen) > 1 else part for _, part in chosen)
    label = f"{event.data['about']}: {' or '.join(label for label, _ in chosen)}"
    wish = Constraint(expression, origin=Origin(OriginKind.REQUEST, label))
    others = tuple(other for other in state.belief.wishes if other.expression != expression)
    belief = replace(state.belief, wishes=(*others, wish), dropped=state.belief.dropped - {expression})
    return replace(state, belief=belief, chips=(*state.chips, Chip(event.id, label, expression)))


def _answer_label(kind: QuestionKind, label: str, data: Mapping[str, Any]) -> str:
    about = data.get("about", data["subject"])
    is_plain = kind in (QuestionKind.CHOICE, QuestionKind.WANTED, QuestionKind.FACT)
    return f"♥ {label}" if kind is QuestionKind.LOVED else label if is_plain else f"{about}: {label}"


def _with_opinion(belief: Belief, entity: str, value: float, kind: OpinionKind, at: _Moment) -> Belief:
    """Return the belief with an opinion, in place of an earlier one on the same entity."""
    kept = tuple(opinion for opinion in belief.opinions if opinion.entity != entity)
    return replace(belief, opinions=(*kept, Opinion(entity, value, kind, at.origin, at.age_days)))


def _wish(data: Mapping[str, Any]) -> Constraint | Preference:
    origin = Origin(OriginKind.REQUEST, str(data.get("label", "")))
    if "weight" in data:
        return Preference(data["expression"], float(data["weight"]), origin=origin)
    return Constraint(data["expression"], float(data.get("strength", 1.0)), origin)


def _given_up(event: Event, label: str, what: str) -> Chip:
    return Chip(event.id, f"never mind: {label}", given_up=what)


def _chip(state: State, event: Event, label: str, entity: str = "") -> State:
    return replace(state, chips=(*state.chips, Chip(event.id, label, entity=entity)))
