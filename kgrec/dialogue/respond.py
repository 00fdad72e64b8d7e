"""From what was understood to what is done: each reading becomes events, and one sentence says what was taken in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from kgrec.acts import Act, Ask, Confirm, EventKind, Explain, ExplainAbsence, Option, Question, QuestionKind
from kgrec.attitudes import attitude
from kgrec.dialogue.about_me import heed
from kgrec.dialogue.answers import answer_about, comparison
from kgrec.dialogue.asking import demanded_question, demands
from kgrec.dialogue.commands import do_command, help_text
from kgrec.dialogue.corrections import corrected, namesake, only_as, said_of_other
from kgrec.dialogue.extremes import keep_extreme
from kgrec.dialogue.findings import answer_inquiry, misfit
from kgrec.dialogue.how_old import ages_in, option_of
from kgrec.dialogue.lexicon import Command
from kgrec.dialogue.opinions import main_facet
from kgrec.dialogue.readings import (
    AboutMe,
    Allow,
    Alternative,
    Ambiguous,
    AskAbout,
    AskBetween,
    AskDifference,
    AskMine,
    AskValues,
    AskWhether,
    AskWhich,
    Chat,
    Choose,
    Company,
    Compare,
    Correct,
    Extreme,
    Forget,
    FreeText,
    HaveSeen,
    Instead,
    NotFound,
    NotNow,
    NotSeen,
    Open,
    Opine,
    Pick,
    Prefer,
    Reading,
    Require,
    Setting,
    TellAbout,
    TellMine,
    Turn,
    Unused,
    WhyItem,
    WhyNotItem,
)
from kgrec.dialogue.renown import turn_dial
from kgrec.dialogue.revising import allow, forget, is_refused, leave_out, lift, make_way, open_up, widen, wish_anew
from kgrec.dialogue.settled import pass_by
from kgrec.dialogue.understand import LONGEST_TEXT, beginning, understand
from kgrec.dialogue.unknown import free_text, not_found, unused
from kgrec.dialogue.wording import reason_line
from kgrec.domain import OpinionKind
from kgrec.errors import DataError, ModelError, RuleError
from kgrec.text import as_sentence, fold

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

_SEEN: Final = "you have seen "


def respond(session: Session, text: str, about: str = "") -> Act:
    """Carry out what a text says; return what to say to it. ``about``: the item that is highlighted."""
    whole, text = text, beginning(text)
    act = session.act()
    question = act.question if isinstance(act, Ask) else None
    readings = understand(text, session.recommender.lookup_, _setting(session, question, about))
    if not readings:
        unread = f"I made nothing of “{text.strip()}”. Say “help” for what you can say."
        return Confirm(unread if fold(text) else help_text(session.graph))
    if len(readings) == 1 and (told := _told(session, readings[0])) is not None:
        return told
    heard, open_readings = _take_in(session, readings, question, text)
    pass_by(session, question)
    if text != whole:
        heard.append(f"I read only the first {LONGEST_TEXT} characters, up to “{text.split()[-1]}”")
    if open_readings:
        doubt = _which(open_readings[0])
        session.doubt(doubt, tuple(reading for _, reading in open_readings[0].options))
        heard += [f"“{reading.said}” could be several; say which" for reading in open_readings[1:]]
        return Confirm(_sentence(heard)) if heard else Ask(doubt)
    return Confirm(_sentence(heard))


def reply_text(act: Act) -> str:
    """Return what of the answer to an utterance stands in the transcript: one line; "" for a question, put next anyway.

    All reasons are what front ends draw besides.
    """
    match act:
        case Confirm(text):
            return text
        case Explain(recommendation):
            return f"{recommendation.label}: {reason_line(recommendation)}."
        case ExplainAbsence(_, text):
            return text.partition("\n")[0]
        case _:
            return ""


def carry_out(session: Session, reading: Reading, question: Question | None, said: str) -> str:
    """Do what one reading asks for; return what was heard, in words. Says so where it cannot be done."""
    try:
        return _DO[type(reading)](session, reading, question, said)
    except (DataError, ModelError, RuleError) as error:
        return f"I could not use “{said}”: {error}"


def _setting(session: Session, question: Question | None, about: str) -> Setting:
    """Return what an utterance may refer to now."""
    focus = session.journal.focus(session.recommender.lookup_)
    current = focus.item
    if question is not None and question.kind is QuestionKind.SEEN and not focus.standard:
        current = question.subject
    year = session.context.get("year")
    return Setting(
        question,
        tuple(entry.item for entry in session.slate()),
        about or current,
        about or focus.standard,
        focus.person,
        demands(session),
        int(year) if isinstance(year, int | float) else 0,
        int(60 * hours) if isinstance(hours := session.context.get("time"), int | float) else -1,
        focus.other,
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
    heard: list[str] = []
    unclear: list[Ambiguous] = []
    for reading in readings:
        if isinstance(reading, Ambiguous):
            unclear.append(reading)
        elif part := carry_out(session, reading, question, said):
            same = heard and part.startswith(_SEEN) and heard[-1].startswith(_SEEN)
            heard[-1:] = [f"{heard[-1]}, {part.removeprefix(_SEEN)}"] if same else [*heard[-1:], part]
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
    if not all(0 <= position < len(question.options) for position in reading.positions):
        return f"there are {len(question.options)} answers to choose from"
    session.answer(question, reading.positions)
    if question.kind is QuestionKind.MEANT:
        return session.heard
    return ", ".join(question.options[position].label for position in reading.positions)


def _opine(session: Session, reading: Opine, question: Question | None, said: str) -> str:
    del question
    entity, value, for_now = reading.entity, reading.value, reading.for_now
    label = session.graph.label(entity)
    is_item = session.graph.is_item(entity)
    lifted = lift(session, entity) if for_now and value > 0 else ""
    if is_item and not for_now:
        session.rate(entity, value, said)
    else:
        session.opine(entity, value, for_now=for_now, said=said)
    if for_now and is_item:
        return f"something like {label}" if value > 0 else f"nothing like {label}"
    if for_now and value > 0 and not is_item and session.graph.facets_of(entity):
        wanted = main_facet(session.graph, entity).wanted.replace("{value}", label)
        told = f"something like {wanted}" if is_refused(session, entity) else f"you asked for {wanted}"
        return "; ".join(filter(None, (told, lifted, misfit(session, entity))))
    kind = OpinionKind.CHOSEN if for_now else OpinionKind.RATED if is_item else OpinionKind.LIKED
    verb = attitude(value, kind).verb
    return f"you {verb} {label}{only_as(session, reading, said)}"


def _have_seen(session: Session, reading: HaveSeen, question: Question | None, said: str) -> str:
    del question, said
    graph = session.graph
    label = graph.label(reading.entity)
    if graph.is_item(reading.entity):
        session.mark_seen(reading.entity)
        return f"you have seen {label}"
    value, facets = graph.index(reading.entity), graph.facets_of(reading.entity)
    items = sorted({int(item) for facet in facets for item in graph.items_of[facet.name][:, [value]].nonzero()[0]})
    session.mark_all_seen([graph.entity_ids[item] for item in items])
    noun = graph.ontology.singular if len(items) == 1 else graph.ontology.plural
    phrases = [facet.phrase.replace("{value}", label) for facet in facets if facet.phrase != "{value}"]
    told = f"{noun} {' or '.join(phrases)}" if phrases else f"{label} {noun}"
    return f"you have seen the {told if len(items) == 1 else f'{len(items)} {told}'}"


def _not_seen(session: Session, reading: NotSeen, question: Question | None, said: str) -> str:
    del question, said
    session.note_opened(reading.item)
    return f"you have not seen {session.graph.label(reading.item)}"


def _choose(session: Session, reading: Choose, question: Question | None, said: str) -> str:
    """Note what was decided for; that it is liked is for the user to say once they know it."""
    del question, said
    session.note_opened(reading.item)
    return f"enjoy {session.graph.label(reading.item)}"


def _require(session: Session, reading: Require, question: Question | None, said: str) -> str:
    del question
    return wish_anew(session, reading, said)


def _compare(session: Session, reading: Compare, question: Question | None, said: str) -> str:
    del question
    graph, value = session.graph, 1.0 if reading.is_more else -1.0
    if reading.item:
        session.note_opened(reading.item)
    if reading.target in graph.numbers:
        expression, label = comparison(graph, reading, tuple(entry.item for entry in session.slate()))
        return wish_anew(session, Require(expression, label), said) if expression else label
    told = f"{'more' if reading.is_more else 'less'} {graph.label(reading.target)}"
    if not reading.item:
        session.opine(reading.target, value, for_now=True, said=said)
        return told
    told = f"{told} than {graph.label(reading.item)}"
    kind = EventKind.LIKED if value > 0 else EventKind.DISLIKED
    label = graph.label(reading.target)
    session.record(kind, reading.target, value, {"label": label, "told": told, "for_now": True, "said": said})
    session.pass_over([reading.item])  # as with numbers: nothing is more so than itself
    return told


def _prefer(session: Session, reading: Prefer, question: Question | None, said: str) -> str:
    """Keep that one is liked better than another, as the answer to a question that nobody put."""
    del question
    graph = session.graph
    pair = sorted((reading.entity, reading.other), key=graph.index)
    chosen = [[graph.label(reading.entity), reading.entity]]
    told = f"rather {graph.label(reading.entity)} than {graph.label(reading.other)}"
    data = {"kind": QuestionKind.EITHER.value, "subject": "", "offered": pair, "chosen": chosen, "told": told}
    session.record(EventKind.ANSWERED, f"{QuestionKind.EITHER}:{pair[0]}|{pair[1]}", data={**data, "said": said})
    return told


def _inquire(session: Session, reading: Reading, question: Question | None, said: str) -> str:
    del question, said
    return answer_inquiry(session, reading)


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
    del question
    if reading.question is None:
        return _ALIKE if session.journal.is_news(_ALIKE) else "noted"
    session.answer(reading.question, [reading.position])
    told = [reading.question.options[reading.position].label]
    following = demanded_question(session)
    if following is not None and (position := option_of(ages_in(said), following)) is not None:
        session.answer(following, [position])
        told.append(following.options[position].label)
    return ", ".join(told)


def _correct(session: Session, reading: Correct, question: Question | None, said: str) -> str:
    """Take back the last thing said and read it again with the other meaning; if nothing can be read, leave it."""
    last, lookup = session.journal.last_utterance(), session.recommender.lookup_
    before = last[-1].data.get("said", "") if last else ""
    if not before:
        return "there is nothing to correct"
    if reading.text and (other := said_of_other(session, last, reading.text)) is not None:
        return "; ".join(["taken back", *_take_in(session, [other], question, said)[0]])
    again = understand(before, lookup, _setting(session, None, ""))
    if reading.text:
        instead = understand(reading.text, lookup, _setting(session, None, ""))
        again = namesake(session, last[-1], again, reading.text) or instead or (Unused(reading.text),)
        if all(isinstance(part, NotFound | Unused) for part in again):
            return "; ".join(_take_in(session, again, question, said)[0])
        if len(last) > 1 and len(again) == 1 and isinstance(again[0], Require | Compare):
            gone, better = make_way(session, Instead(again[0]))
            if gone:  # of all that was said only what this one corrects
                return _in_place(session, gone, better, question, said)
    meant = [corrected(session, part, reading) for part in again]
    if reading.facet and not reading.text and meant == list(again):
        return f"“{before}” names no {session.graph.facet(reading.facet).label}, so it stays as it was"
    session.journal.take_back(last, is_said=True)
    session.refold()
    heard, unclear = _take_in(session, meant, question, said)
    return "; ".join(["taken back", *heard, *(f"“{part.said}” could be several; say which" for part in unclear)])


def _chat(session: Session, reading: Chat, question: Question | None, said: str) -> str:
    del session, question, said
    return reading.reply


def _instead(session: Session, reading: Instead, question: Question | None, said: str) -> str:
    return _in_place(session, *make_way(session, reading), question, said)


def _in_place(session: Session, gone: str, meant: Instead, question: Question | None, said: str) -> str:
    """Carry out what took the place of something, and say what is ``gone``."""
    return "; ".join(filter(None, (gone, carry_out(session, meant.wanted, question, said))))


_ALIKE: Final = "noted, but who it is for makes no difference here"
_DO: dict[type, Callable[[Session, Any, Question | None, str], str]] = {
    AboutMe: heed,
    Allow: allow,
    Alternative: widen,
    Choose: _choose,
    Extreme: keep_extreme,
    Forget: forget,
    Instead: _instead,
    Open: open_up,
    Turn: turn_dial,
    Command: do_command,
    Pick: _pick,
    Opine: _opine,
    HaveSeen: _have_seen,
    NotNow: leave_out,
    NotSeen: _not_seen,
    Require: _require,
    Compare: _compare,
    Prefer: _prefer,
    AskAbout: _ask_about,
    **dict.fromkeys(
        (AskWhether, AskWhich, AskBetween, AskDifference, AskValues, AskMine, TellAbout, TellMine), _inquire
    ),
    WhyItem: _why_item,
    WhyNotItem: _why_not_item,
    Company: _company,
    Correct: _correct,
    FreeText: free_text,
    NotFound: not_found,
    Unused: unused,
    Chat: _chat,
}


def _sentence(parts: list[str]) -> str:
    *others, last = parts or [""]
    text = "; ".join([*(part.rstrip(".") for part in others), last])
    return as_sentence(text)
