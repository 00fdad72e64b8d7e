"""Changing what was said before: "forget Heat", "horror is fine after all", "or the 90s", "no, newer".

Nothing is erased: each change is an event of its own, so undoing it brings back what it took away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import inf
from typing import TYPE_CHECKING, Final

import numpy as np

from kgrec.acts import EventKind, Question
from kgrec.dialogue.bounds import bound_of, bounded, replaced
from kgrec.dialogue.opinions import refusal, wish_for
from kgrec.dialogue.readings import REFUSING, Allow, Alternative, Compare, Forget, Instead, NotNow, Open, Opine, Require
from kgrec.dialogue.settled import facets_of
from kgrec.dialogue.state import Chip
from kgrec.domain import Constraint, Wish
from kgrec.rulebook import quoted
from kgrec.text import fold

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

_NUMBER: Final = re.compile(r"(<=|>=|<|>|==) (-?\d+(?:\.\d+)?)")
_SIDES: Final = {"<": {False}, "<=": {False}, ">": {True}, ">=": {True}, "==": {False, True}}
_FOR_NOW: Final = re.compile(r"\b(?:tonight|today|now|yet|this (?:time|evening|week|weekend))\b")
_SOFT: Final = 1.0
"""What a wish is worth that is one of several ways, none of them a must."""


def allow(session: Session, reading: Allow, question: Question | None, said: str) -> str:
    """Lift what stands against an entity; says so where nothing does."""
    del question
    label = session.graph.label(reading.entity)
    if told := lift(session, reading.entity):
        return told
    wished = Opine(reading.entity, 1.0, for_now=True)
    if not session.graph.is_item(reading.entity) and any(
        _is_positive(wish.expression) and _shared(session, wish.expression, wished) for wish in standing(session)
    ):
        return widen(session, Alternative((wished,)), None, said)
    return f"{label} is fine with you; nothing stood against it"


def forget(session: Session, reading: Forget, question: Question | None, said: str) -> str:
    """Let what was said of an entity, or a wish, no longer count; leave out what nothing was said of."""
    del question
    if reading.expression:
        return _forget_wish(session, reading)
    entity = next((entity for entity in reading.entities if _is_spoken_of(session, entity)), reading.entities[0])
    label = session.graph.label(entity)
    if _is_spoken_of(session, entity):
        beside = {chip.entity for chip in session.chips if chip.entity != entity and _is_beside(session, chip, entity)}
        for other in sorted(beside & {opinion.entity for opinion in session.belief.opinions}):
            _let_go(session, other, [])  # "funnier than Heat" is an opinion on funny things
        _let_go(session, entity, [wish.expression for wish in _wished(session) if _names(session, wish, entity)])
        return f"what was said of {label} no longer counts"
    if session.graph.is_item(entity):
        session.pass_over([entity])
    else:
        left_out = refusal(session.graph, entity)
        session.wish(left_out.expression, left_out.label, said)
    return f"nothing was said of {label}, so it is left out"


def leave_out(session: Session, reading: NotNow, question: Question | None, said: str) -> str:
    """Keep an item off the list for the rest of the session."""
    del question
    session.pass_over([reading.item])
    return f"not {session.graph.label(reading.item)}{' this time' if _FOR_NOW.search(fold(said)) else ''}"


def open_up(session: Session, reading: Open, question: Question | None, said: str) -> str:
    """Let what was asked for of some facets no longer count, or only one end of it, or that a little less."""
    graph, names = session.graph, set(reading.facets)
    answered = _answered_open(session, reading, question) if question is not None else ""
    wishes = [wish for wish in session.belief.wishes if names & _facets(session, Require(wish.expression, ""))]
    values: list[str] = []
    if reading.is_more is None:
        now = [opinion.entity for opinion in session.belief.opinions if opinion.kind.is_for_now]
        values = [entity for entity in now if names & _facets(session, Opine(entity, 1.0))]
    else:
        wishes = [wish for wish in wishes if _is_bounding(wish.expression, is_more=reading.is_more)]
    if reading.is_slight and wishes:
        return wish_anew(session, _loosened(session, wishes[-1].expression, is_more=bool(reading.is_more)), said)
    if not (wishes or values):
        return answered or _open_already(session, reading)
    for value in values:
        _let_go(session, value, [])
    labels = [wish.label for wish in wishes]
    if wishes:
        _let_go(session, "", [wish.expression for wish in wishes], " and ".join(labels))
    told = [*labels, *map(graph.label, values)]
    return f"{' and '.join(f'“{label}”' for label in told)} no longer {'counts' if len(told) == 1 else 'count'}"


def wish_anew(session: Session, reading: Require, said: str) -> str:
    """Keep a wish, in the place of an earlier bound of the same end; return what to call it."""
    if reading.is_soft:
        session.wish(reading.expression, reading.label, said, weight=_SOFT)
        return f"rather {reading.label}"
    gone = replaced([wish.expression for wish in standing(session)], reading.expression, said)
    former = next((wish.label for wish in standing(session) if wish.expression == gone), "")
    session.wish(reading.expression, reading.label, said, instead=gone)
    return f"{reading.label} instead of “{former}”" if former else reading.label


def lift(session: Session, entity: str) -> str:
    """Let what earlier utterances said against an entity no longer count; return that in words, "" for nothing."""
    graph = session.graph
    now = session.journal.this_utterance()
    against = [wish for wish in _against(session, entity) if wish.expression not in {event.subject for event in now}]
    last = session.journal.last_about(entity)
    is_disliked = any(opinion.entity == entity and opinion.value < 0 for opinion in session.belief.opinions)
    is_passed_over = last is not None and last.kind is EventKind.SKIPPED
    if not (against or is_disliked or is_passed_over) or any(event.subject == entity for event in now):
        return ""
    _let_go(session, entity, [wish.expression for wish in against])
    named = [f"“{wish.label}”" for wish in against]
    return f"{' and '.join(named) if named else f'what was said against {graph.label(entity)}'} no longer counts"


def is_refused(session: Session, entity: str) -> bool:
    """Whether a hard wish stands against an entity: what is asked for then is its taste, not itself."""
    return bool(_against(session, entity))


def widen(session: Session, reading: Alternative, question: Question | None, said: str) -> str:
    """Let a wish that stands be met in another way too; without one that a wish could widen, only prefer that way."""
    del question
    graph = session.graph
    told = [wish_for(graph, part) for part in reading.wanted]
    expression, label = joined(told, " and ")
    related = [wish for wish in standing(session) if any(_shared(session, wish.expression, part) for part in told)]
    last = {event.subject for event in session.journal.last_utterance() if event.kind is EventKind.WISHED}
    latest = [wish for wish in standing(session) if wish.expression in last]
    former = (related or latest)[-1:]
    if not former:
        for part in reading.wanted:
            _prefer(session, part, said)
        return f"or {label}"
    if former[0].expression.startswith(REFUSING):
        session.wish(f"{REFUSING}{expression})", f"nor {label}", said)
        return f"nor {label}"
    wider = f"{bracketed(former[0].expression)} or {bracketed(expression)}"
    session.wish(wider, f"{former[0].label} or {label}", said, instead=former[0].expression)
    return f"{former[0].label} or {label}"


def make_way(session: Session, reading: Instead) -> tuple[str, Instead]:
    """Let what was just asked for of the same facets no longer count.

    Returns:
        What no longer counts, in words ("" for nothing), and the reading, a comparison made with what was said.
    """
    wanted = reading.wanted
    facets = _facets(session, wanted)
    gone: list[str] = []
    for event in session.journal.last_utterance():
        if event.kind is EventKind.WISHED and facets & _facets(session, Require(event.subject, "")):
            if isinstance(wanted, Compare):
                turned = _turned(session, wanted, event.subject)
                if turned is None:
                    continue
                reading = Instead(turned)
            _let_go(session, "", [event.subject], str(event.data.get("label", event.subject)))
        elif event.data.get("for_now") and facets & _facets(session, Opine(event.subject, 1.0)):
            _let_go(session, event.subject, [])
        else:
            continue
        gone.append(f"“{event.data.get('label', event.subject)}”")
    return (f"{' and '.join(gone)} no longer counts" if gone else ""), reading


def joined(parts: Iterable[Require], by: str) -> tuple[str, str]:
    """Return the expression and the label of several wishes that hold together (" and ") or in turn (" or ")."""
    told = tuple(parts)
    if len(told) == 1:
        return told[0].expression, told[0].label
    return by.join(bracketed(part.expression) for part in told), by.join(part.label for part in told)


def bracketed(expression: str) -> str:
    """Return an expression as a part of another."""
    return f"({expression})" if " and " in expression or " or " in expression else expression


def standing(session: Session) -> tuple[Constraint, ...]:
    """Return the user's hard wishes that were not given up, oldest first."""
    belief = session.belief
    return tuple(
        wish for wish in belief.wishes if isinstance(wish, Constraint) and wish.expression not in belief.dropped
    )


# --- inside -----------------------------------------------------------------------------------------------------------


def _forget_wish(session: Session, reading: Forget) -> str:
    wish = Require(reading.expression, reading.label)
    same = [each for each in standing(session) if each.expression == reading.expression]
    same = same or [each for each in standing(session) if _shared(session, each.expression, wish)]
    if not same:
        return f"nothing was said of {reading.label}"
    _let_go(session, "", [each.expression for each in same], " and ".join(each.label for each in same))
    return " and ".join(f"“{each.label}”" for each in same) + " no longer counts"


def _let_go(session: Session, entity: str, expressions: list[str], label: str = "") -> None:
    label = label or session.graph.label(entity)
    session.record(EventKind.FORGOTTEN, entity, data={"label": label, "expressions": expressions})


def _prefer(session: Session, wanted: Opine | Require, said: str) -> None:
    if isinstance(wanted, Opine):
        session.opine(wanted.entity, wanted.value, for_now=True, said=said)
    else:
        session.wish(wanted.expression, wanted.label, said, weight=_SOFT)


def _answered_open(session: Session, reading: Open, question: Question) -> str:
    """Answer a question about facets that do not matter, by the option that says so if there is one; return that."""
    if reading.is_more is not None or facets_of(question, session.rules).isdisjoint(reading.facets):
        return ""
    meant = [place for place, option in enumerate(question.options) if fold(option.label).startswith("any ")][:1]
    session.answer(question, meant)
    return question.options[meant[0]].label if meant else ""


def _open_already(session: Session, reading: Open) -> str:
    facets = [session.graph.facet(name) for name in reading.facets]
    if reading.is_more is None:
        return f"{' and '.join(f'the {facet.label}' for facet in facets)} is open"
    sides = [facet.more if reading.is_more else facet.less for facet in facets]
    return f"{' and '.join(sides)} is fine; nothing stood against it"


def _is_bounding(expression: str, *, is_more: bool) -> bool:
    """Whether a wish keeps greater numbers out, or smaller ones."""
    bound = bound_of(expression)
    return bound is not None and (bound.high if is_more else -bound.low) < inf


def _loosened(session: Session, expression: str, *, is_more: bool) -> Require:
    """Return a bound that lets in half a standard deviation more."""
    bound = bound_of(expression)
    assert bound is not None, expression
    facet = session.graph.facet(bound.facet)
    more = float(np.nanstd(session.graph.numbers[facet.name])) / 2
    number = bound.high + more if is_more else bound.low - more
    return bounded(facet, "<=" if is_more else ">=", round(number, 0 if more > 1 else 2))


def _against(session: Session, entity: str) -> list[Constraint]:
    return [wish for wish in standing(session) if not _is_positive(wish.expression) and _names(session, wish, entity)]


def _is_spoken_of(session: Session, entity: str) -> bool:
    belief = session.belief
    return (
        entity in belief.seen
        or any(opinion.entity == entity for opinion in belief.opinions)
        or any(_names(session, wish, entity) for wish in _wished(session))
    )


def _wished(session: Session) -> list[Wish]:
    """Return the user's wishes that were not given up, soft ones too."""
    return [wish for wish in session.belief.wishes if wish.expression not in session.belief.dropped]


def _names(session: Session, wish: Wish, entity: str) -> bool:
    """Whether a wish is about an entity, or measured by it: "newer than Heat"."""
    label = quoted(session.graph.labels[session.graph.index(entity)])
    is_about = any(f"{facet.name} has {label}" in wish.expression for facet in session.graph.facets_of(entity))
    return is_about or _is_beside(session, wish, entity)


def _is_beside(session: Session, told: Wish | Chip, entity: str) -> bool:
    """Whether something compares with an item."""
    beside = rf" than {re.escape(session.graph.label(entity))}(?!\w)"
    return session.graph.is_item(entity) and re.search(beside, told.label) is not None


def _is_positive(expression: str) -> bool:
    return not expression.startswith(REFUSING)


def _shared(session: Session, expression: str, wanted: Opine | Require) -> bool:
    """Whether a wish speaks of a facet that something wanted is about."""
    return bool(_facets(session, Require(expression, "")) & _facets(session, wanted))


def _facets(session: Session, wanted: Opine | Require | Compare | NotNow) -> set[str]:
    """Return the names of the facets that something wanted is about."""
    graph = session.graph
    if isinstance(wanted, Require):
        return set(session.rules.expression(wanted.expression).facets)
    entity = wanted.target if isinstance(wanted, Compare) else getattr(wanted, "entity", "")
    if entity in graph.numbers:
        return {entity}
    return {facet.name for facet in graph.facets_of(entity)} if entity in graph and not graph.is_item(entity) else set()


def _turned(session: Session, wanted: Compare, expression: str) -> Require | None:
    """Return a comparison as a bound beyond the one that was said ("no, newer" than 1960); None if it went that way."""
    facet = session.graph.facet(wanted.target)
    bounds = [(sign, float(number)) for sign, number in _NUMBER.findall(expression)]
    sides = set().union(*(_SIDES[sign] for sign, _ in bounds)) if bounds else set()
    if not bounds or sides == {wanted.is_more}:
        return None
    number = (max if wanted.is_more else min)(value for _, value in bounds)
    word = facet.more if wanted.is_more else facet.less
    shown = f"{word} than {number:g} {facet.unit}".rstrip()
    return Require(f"{facet.name} {'>' if wanted.is_more else '<'} {number:g}", shown)
