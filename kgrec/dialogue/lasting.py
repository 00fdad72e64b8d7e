"""What of a user's events lasts beyond a conversation: opinions, what was seen, and facts, each with its time.

The fold of :mod:`kgrec.dialogue.state` says what is believed; this says who said what of it when, which is what a taste
file holds. Remarks become events again by :func:`as_events`; folding those gives the same lasting belief.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from kgrec.acts import Event, EventKind, QuestionKind
from kgrec.dialogue.state import FACT
from kgrec.dialogue.undoing import active
from kgrec.domain import OpinionKind, Value

IMPORTED: Final = "imported"
"""The entry of an event's data that names the file it was imported from; nobody talked when it was kept."""

AT_ONCE_S: Final = 1e-6
"""Times nearer than this are one: files keep microseconds."""


class Aspect(StrEnum):
    """What a remark is about."""

    OPINION = "opinion"  # on an entity: subject its id, value -1 to 1
    SEEN = "seen"  # subject an item
    FACT = "fact"  # about the user: subject its name
    COMPARISON = "comparison"  # of one entity with another: value 1 rather have it, 0 like both alike


@dataclass(frozen=True, slots=True)
class Remark:
    """One lasting thing that was said of a user.

    Attributes:
        value: of an opinion, a comparison or a fact; None of what was seen.
        kind: how an opinion was uttered; None of anything else.
        other: what the subject of a comparison is compared with; empty for anything else.
        time: seconds since the epoch; 0: unknown.
        label: what the subject was called then.
        source: the file it was imported from; empty: said in a conversation.
    """

    aspect: Aspect
    subject: str
    value: Value | None = None
    kind: OpinionKind | None = None
    time: float = 0.0
    label: str = ""
    source: str = ""
    other: str = ""

    @property
    def key(self) -> tuple[Aspect, frozenset[str]]:
        """What a later remark replaces an earlier one by."""
        return self.aspect, frozenset({self.subject, self.other})


_VALUES: Final = {EventKind.LIKED: 1.0, EventKind.DISLIKED: -1.0}
_LASTING_ANSWERS: Final = {QuestionKind.SEEN: OpinionKind.RATED, QuestionKind.LIKE: OpinionKind.LIKED}


def last_session(events: Iterable[Event], since: float) -> str:
    """Return the session of the last thing that was said, or "" if that was before ``since``; imports say nothing."""
    said = [event for event in events if IMPORTED not in event.data]
    return said[-1].session if said and said[-1].time >= since else ""


def remarks(events: Iterable[Event]) -> tuple[Remark, ...]:
    """Return what lasts of a user's events, the last of each subject, in the order in which it was said."""
    found: dict[tuple[Aspect, frozenset[str]], Remark] = {}
    for event in active(events):
        if event.kind is EventKind.FORGOTTEN and event.subject:
            is_fact = bool(event.data.get(FACT))
            found = {
                key: remark
                for key, remark in found.items()
                if event.subject not in key[1] or (key[0] is Aspect.FACT) is not is_fact
            }
        for remark in _remarks_of(event):
            found.pop(remark.key, None)
            found[remark.key] = remark
    return tuple(found.values())


def news(told: Iterable[Remark], known: Iterable[Remark]) -> tuple[Remark, ...]:
    """Return the remarks that say something new: nothing is known of their subject from that time or later.

    Oldest first, as they would have been said.
    """
    times = {remark.key: remark.time for remark in known}
    fresh: dict[tuple[Aspect, frozenset[str]], Remark] = {}
    for remark in sorted(told, key=lambda remark: remark.time):
        if remark.time > times.get(remark.key, float("-inf")) + AT_ONCE_S:
            fresh.pop(remark.key, None)
            fresh[remark.key] = remark
    return tuple(fresh.values())


def as_events(told: Iterable[Remark], user: str, session: str, source: str) -> tuple[Event, ...]:
    """Return remarks as events of a user, in a session of their own, that name the file they come from."""
    return tuple(
        Event(kind, subject, value, {**data, IMPORTED: source}, time=remark.time, user=user, session=session)
        for remark in told
        for kind, subject, value, data in [_event_of(remark)]
    )


def _remarks_of(event: Event) -> Iterator[Remark]:
    data = event.data
    time, source = event.time, str(data.get(IMPORTED, ""))
    label = str(data.get("label", event.subject))
    if event.kind in (EventKind.SEEN, EventKind.PLAYED):
        yield Remark(Aspect.SEEN, event.subject, None, None, time, label, source)
    elif event.kind is EventKind.RATED or (event.kind in _VALUES and not data.get("for_now")):
        value = _VALUES.get(event.kind, event.value if event.value is not None else 0.0)
        kind = OpinionKind.RATED if event.kind is EventKind.RATED else OpinionKind.LIKED
        if not data.get("for_now"):
            yield Remark(Aspect.OPINION, event.subject, value, kind, time, label, source)
    elif event.kind is EventKind.ANSWERED:
        subject, question = str(data["subject"]), QuestionKind(data["kind"])
        if question is QuestionKind.EITHER and data.get("chosen"):
            yield _comparison(data, time, source)
        for shown, value in data.get("chosen", ()):
            if question is QuestionKind.FACT:
                yield Remark(Aspect.FACT, subject, _fact(value), None, time, subject, source)
            elif question is QuestionKind.LOVED:
                yield Remark(Aspect.OPINION, str(value), 1.0, OpinionKind.RATED, time, str(shown), source)
            elif question in _LASTING_ANSWERS:
                about, kind = str(data.get("about", subject)), _LASTING_ANSWERS[question]
                yield Remark(Aspect.OPINION, subject, float(value), kind, time, about, source)


def _comparison(data: Mapping[str, Any], time: float, source: str) -> Remark:
    """Return the answer to "this or that?": one of them, or, chosen as a number, both alike."""
    one, other = data["offered"]
    label, value = data["chosen"][0]
    if value == other:
        one, other = other, one
    if isinstance(value, str):
        return Remark(Aspect.COMPARISON, one, 1.0, None, time, label, source, other)
    return Remark(Aspect.COMPARISON, one, 0.0, None, time, one, source, other)


def _fact(value: Any) -> Value:
    """Return a fact's value; JSON knows no tuples."""
    return tuple(value) if isinstance(value, list) else value


def _event_of(remark: Remark) -> tuple[EventKind, str, float | None, Mapping[str, Any]]:
    """Return the kind, subject, value and data of the event that says the same."""
    label = {"label": remark.label or remark.subject}
    if remark.aspect is Aspect.SEEN:
        return EventKind.SEEN, remark.subject, None, label
    if remark.aspect is Aspect.FACT:
        value = list(remark.value) if isinstance(remark.value, tuple) else remark.value
        return EventKind.ANSWERED, f"fact:{remark.subject}", None, _answer(QuestionKind.FACT, remark, value)
    if remark.aspect is Aspect.COMPARISON:
        chosen = remark.subject if remark.value else 0.0
        offered = {"offered": [remark.subject, remark.other]}
        compared = {**_answer(QuestionKind.EITHER, remark, chosen), **offered}
        return EventKind.ANSWERED, f"{QuestionKind.EITHER}:{remark.subject}", None, compared
    assert isinstance(remark.value, float | int), "an opinion has a number"
    value = float(remark.value)
    if remark.kind is OpinionKind.RATED:
        return EventKind.RATED, remark.subject, value, label
    for kind, sure in _VALUES.items():
        if value == sure:
            return kind, remark.subject, value, label
    answer = _answer(QuestionKind.LIKE, remark, value)
    return EventKind.ANSWERED, f"{QuestionKind.LIKE}:{remark.subject}", None, answer


def _answer(kind: QuestionKind, remark: Remark, value: object) -> Mapping[str, Any]:
    about = remark.label or remark.subject
    chosen = [[about if value == remark.subject else str(remark.value), value]]
    return {"kind": kind.value, "subject": remark.subject, "about": about, "chosen": chosen}
