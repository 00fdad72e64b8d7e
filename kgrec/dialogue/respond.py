"""From what was understood to what is done: each reading becomes events, and one sentence says what was taken in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kgrec.acts import Act, Ask, Confirm, Explain, ExplainAbsence, Option, Question, QuestionKind
from kgrec.dialogue.answers import answer_about, comparison
from kgrec.dialogue.asking import demands
from kgrec.dialogue.commands import HELP, do_command
from kgrec.dialogue.lexicon import Command
from kgrec.dialogue.names import singular
from kgrec.dialogue.readings import (
    Ambiguous,
    AskAbout,
    Chat,
    Company,
    Compare,
    Correct,
    FreeText,
    HaveSeen,
    NotFound,
    NotNow,
    NotSeen,
    Opine,
    Pick,
    Reading,
    Require,
    Setting,
    Unused,
    WhyItem,
    WhyNotItem,
)
from kgrec.dialogue.understand import LONGEST_TEXT, understand
from kgrec.dialogue.wording import reason_line
from kgrec.errors import DataError, ModelError, RuleError
from kgrec.rulebook import quoted

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session


def respond(session: Session, text: str, about: str = "") -> Act:
    """Carry out what a text says; return what to say to it. ``about``: the item that is highlighted."""
    overlong = len(text) > LONGEST_TEXT
    text = text[:LONGEST_TEXT]
    act = session.act()
    question = act.question if isinstance(act, Ask) else None
    readings = understand(text, session.recommender.lookup_, _setting(session, question, about))
    if not readings:
        return Confirm(HELP)
    if len(readings) == 1 and (told := _told(session, readings[0])) is not None:
        return told
    heard, open_readings = _take_in(session, readings, question, text)
    if overlong:
        heard.append(f"I read only the first {LONGEST_TEXT} characters")
    if open_readings:
        doubt = _which(open_readings[0])
        session.doubt(doubt, tuple(reading for _, reading in open_readings[0].options))
        heard += [f"“{reading.said}” could be several; say which" for reading in open_readings[1:]]
        return Confirm(_sentence([*heard, doubt.text])) if heard else Ask(doubt)
    return Confirm(_sentence(heard))


def carry_out(session: Session, reading: Reading, question: Question | None, said: str) -> str:
    """Do what one reading asks for; return what was heard, in words. Says so where it cannot be done."""
    try:
        return _DO[type(reading)](session, reading, question, said)
    except (DataError, ModelError, RuleError) as error:
        return f"I could not use “{said}”: {error}"


def _setting(session: Session, question: Question | None, about: str) -> Setting:
    """Return what an utterance may refer to now."""
    current, is_fresh = session.journal.current_item(session.graph)
    if question is not None and question.kind is QuestionKind.SEEN and not is_fresh:
        current = question.subject
    year = session.context.get("year")
    return Setting(
        question,
        tuple(entry.item for entry in session.slate()),
        about or current,
        bool(about) or is_fresh,
        demands(session),
        int(year) if isinstance(year, int | float) else 0,
    )


def _told(session: Session, reading: Reading) -> Act | None:
    """Return the answer to a question why, which front ends draw in their own way; None for any other reading."""
    match reading:
        case WhyItem(item):
            session.note_opened(item)
            return Explain(session.explain(item))
        case WhyNotItem(item):
            return ExplainAbsence(item, _absence_text(session, item))
        case _:
            return None


def _take_in(
    session: Session, readings: Sequence[Reading], question: Question | None, said: str
) -> tuple[list[str], list[Ambiguous]]:
    """Carry out what is clear; return what was heard, and what is not clear."""
    heard, unclear = [], []
    for reading in readings:
        if isinstance(reading, Ambiguous):
            unclear.append(reading)
        elif part := carry_out(session, reading, question, said):
            heard.append(part)
    return heard, unclear


def _which(reading: Ambiguous) -> Question:
    options = tuple(Option(label, label) for label, _ in reading.options)
    return Question(
        f"meant:{reading.said}", QuestionKind.MEANT, f"“{reading.said}”: which do you mean?", reading.said, options,
        passing="none of them",
    )  # fmt: skip


# --- one function a reading -------------------------------------------------------------------------------------------


def _pick(session: Session, reading: Pick, question: Question | None, said: str) -> str:
    del said
    if question is None:
        return "there is no question open"
    session.answer(question, reading.positions)
    if question.kind is QuestionKind.MEANT:
        return session.heard
    return ", ".join(question.options[position].label for position in reading.positions)


def _opine(session: Session, reading: Opine, question: Question | None, said: str) -> str:
    del question
    entity, value, for_now = reading.entity, reading.value, reading.for_now
    label = session.graph.label(entity)
    is_item = session.graph.is_item(entity)
    if is_item and not for_now:
        session.rate(entity, value, said)
    else:
        session.opine(entity, value, for_now=for_now, said=said)
    if for_now and is_item:
        return f"something like {label}" if value > 0 else f"nothing like {label}"
    verb = ("asked for" if for_now else "like") if value > 0 else ("do not want" if for_now else "do not like")
    return f"you {verb} {label}"


def _have_seen(session: Session, reading: HaveSeen, question: Question | None, said: str) -> str:
    del question, said
    graph = session.graph
    label = graph.label(reading.entity)
    if graph.is_item(reading.entity):
        session.mark_seen(reading.entity)
        return f"you have seen {label}"
    value = graph.index(reading.entity)
    items = sorted(
        {int(item) for facet in graph.facets_of(value) for item in graph.items_of[facet.name][:, [value]].nonzero()[0]}
    )
    session.mark_all_seen([graph.entity_ids[item] for item in items])
    noun = graph.ontology.singular if len(items) == 1 else graph.ontology.plural
    return f"you have seen {label} ({len(items)} {noun})"


def _not_seen(session: Session, reading: NotSeen, question: Question | None, said: str) -> str:
    del question, said
    session.note_opened(reading.item)
    return f"you have not seen {session.graph.label(reading.item)}"


def _not_now(session: Session, reading: NotNow, question: Question | None, said: str) -> str:
    del question, said
    session.pass_over([reading.item])
    return f"not {session.graph.label(reading.item)} this time"


def _require(session: Session, reading: Require, question: Question | None, said: str) -> str:
    del question
    session.wish(reading.expression, reading.label, said)
    return reading.label


def _compare(session: Session, reading: Compare, question: Question | None, said: str) -> str:
    del question
    graph = session.graph
    if reading.target in graph.numbers:
        expression, label = comparison(graph, reading, tuple(entry.item for entry in session.slate()))
        if expression:
            session.wish(expression, label, said)
        return label
    session.opine(reading.target, 1.0 if reading.is_more else -1.0, for_now=True, said=said)
    return f"{'more' if reading.is_more else 'less'} {graph.label(reading.target)}"


def _ask_about(session: Session, reading: AskAbout, question: Question | None, said: str) -> str:
    del question, said
    session.note_opened(reading.item)
    return answer_about(session, reading)


def _why_item(session: Session, reading: WhyItem, question: Question | None, said: str) -> str:
    del question, said
    told = session.explain(reading.item)
    return f"{told.label}: {reason_line(told)}"


def _absence_text(session: Session, item: str) -> str:
    from kgrec.audit.whynot_text import Teller  # not needed before somebody asks

    return "\n".join(Teller(session.graph).tell(session.why_not(item)).lines)


def _why_not_item(session: Session, reading: WhyNotItem, question: Question | None, said: str) -> str:
    del question, said
    return _absence_text(session, reading.item)


def _company(session: Session, reading: Company, question: Question | None, said: str) -> str:
    del question, said
    if reading.question is None:
        return f"no rule here depends on who is there, so “{reading.who}” changes nothing"
    session.answer(reading.question, [reading.position])
    return reading.question.options[reading.position].label


def _correct(session: Session, reading: Correct, question: Question | None, said: str) -> str:
    """Take back the last thing said and read it again with the other meaning."""
    before = session.journal.last_said()
    if not before:
        return "there is nothing to correct"
    session.undo()
    lookup = session.recommender.lookup_
    setting = _setting(session, None, "")
    again = understand(before, lookup, setting)
    if reading.text:
        again = _namesake(session, again, reading.text) or understand(reading.text, lookup, setting)
    meant = tuple(part for old in again for part in [_corrected(session, old, reading)] if part is not None)
    heard, unclear = _take_in(session, meant, question, said)
    return "; ".join(["taken back", *heard, *(f"“{part.said}” could be several; say which" for part in unclear)])


def _namesake(session: Session, readings: Sequence[Reading], text: str) -> tuple[Reading, ...]:
    """Return what was said of the other item of the same name that some words tell apart: "the one with ..."."""
    graph, lookup = session.graph, session.recommender.lookup_
    told = [part.entity for part in understand(text, lookup) if isinstance(part, Opine)]
    for part in understand(text, lookup):
        if isinstance(part, Require):
            told += [entity for name in re.findall(r'has "([^"]+)"', part.expression) for entity in lookup.exact(name)]
    for reading in readings:
        options = [option for _, option in reading.options] if isinstance(reading, Ambiguous) else [reading]
        if not told or not options or not isinstance(options[0], Opine) or not graph.is_item(options[0].entity):
            continue
        name = graph.labels[graph.index(options[0].entity)]
        for item in (entity for entity in lookup.exact(name) if graph.is_item(entity)):
            has = graph.attributes[[graph.index(item)]].indices
            if any(graph.index(value) in has for value in told):
                return (Opine(item, options[0].value, options[0].for_now),)
    return ()


def _corrected(session: Session, reading: Reading, correction: Correct) -> Reading | None:
    """Return a reading with the meaning that the correction asks for."""
    graph = session.graph
    if isinstance(reading, Ambiguous) and correction.newest is not None:
        years = [_qualifier(session, option) for _, option in reading.options]
        best = int(np.argmax(years) if correction.newest else np.argmin(years))
        return reading.options[best][1]
    if isinstance(reading, Opine) and correction.facet and not graph.is_item(reading.entity):
        label = graph.label(reading.entity)
        if correction.facet in {facet.name for facet in graph.facets_of(reading.entity)}:
            phrase = graph.facet(correction.facet).phrase.replace("{value}", label)
            return Require(f"{correction.facet} has {quoted(label)}", phrase)
    if isinstance(reading, Require) and correction.facet:
        return Require(re.sub(r'\w+ has "', f'{correction.facet} has "', reading.expression), reading.label)
    if isinstance(reading, Opine) and correction.newest is not None and graph.is_item(reading.entity):
        name = graph.labels[graph.index(reading.entity)]
        named = [entity for entity in session.recommender.lookup_.exact(name) if graph.is_item(entity)]
        order = sorted(named, key=lambda entity: _qualifier(session, Opine(entity, 1.0)))
        return Opine(order[-1] if correction.newest else order[0], reading.value, reading.for_now)
    return reading


def _qualifier(session: Session, reading: Any) -> float:
    graph = session.graph
    entity = getattr(reading, "entity", "")
    column = graph.numbers.get(graph.ontology.qualifier)
    if column is None or not graph.is_item(entity):
        return 0.0
    return float(np.nan_to_num(column[graph.index(entity)]))


def _free_text(session: Session, reading: FreeText, question: Question | None, said: str) -> str:
    del question
    absence = _absence(session, reading.text)
    if session.recommender.vectors_ is None:
        return absence or f"nothing here is called “{reading.text}”, and there are no descriptions to search for it"
    session.wish_text(reading.text, said)
    return "; ".join(filter(None, (absence, f"something like “{reading.text}”")))


def _not_found(session: Session, reading: NotFound, question: Question | None, said: str) -> str:
    del question, said
    hint = f"; the nearest are {', '.join(match.label for match in reading.nearest)}" if reading.nearest else ""
    return _absence(session, reading.name) or f"I know nothing called “{reading.name}”{hint}"


def _unused(session: Session, reading: Unused, question: Question | None, said: str) -> str:
    del question, said
    return _absence(session, reading.text.removeprefix("not ")) or f"I made nothing of “{reading.text}”"


def _chat(session: Session, reading: Chat, question: Question | None, said: str) -> str:
    del session, question, said
    return reading.reply


def _absence(session: Session, text: str) -> str:
    """Return that no item has the concept of that name; empty if it names none of these."""
    graph, lookup = session.graph, session.recommender.lookup_
    concepts = lookup.absent(text) or lookup.absent(singular(text))
    if not concepts:
        return ""
    value = graph.index(concepts[0])
    kinds = (f"the {graph.facet(facet).label} " for facet, values in graph.unused.items() if value in values)
    return f"no {graph.ontology.singular} here has {next(kinds, '')}{graph.label(value)}"


_DO: dict[type, Callable[[Session, Any, Question | None, str], str]] = {
    Command: do_command,
    Pick: _pick,
    Opine: _opine,
    HaveSeen: _have_seen,
    NotNow: _not_now,
    NotSeen: _not_seen,
    Require: _require,
    Compare: _compare,
    AskAbout: _ask_about,
    WhyItem: _why_item,
    WhyNotItem: _why_not_item,
    Company: _company,
    Correct: _correct,
    FreeText: _free_text,
    NotFound: _not_found,
    Unused: _unused,
    Chat: _chat,
}


def _sentence(parts: list[str]) -> str:
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text and text[-1] not in ".!?" else f"{text[:1].upper()}{text[1:]}"
