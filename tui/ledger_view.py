"""What the page of questions shows, as frozen values, and what makes them from a session; runs in its thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kgrec.acts import Ask, Event, EventKind, Question, QuestionKind
from kgrec.dialogue import Session
from kgrec.dialogue.asking import survey
from kgrec.dialogue.past import Happening, happenings
from kgrec.dialogue.wording import ledger_text
from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.questions import ENOUGH, Rival, Survey
from kgrec.text import as_sentence

MOST_RIVALS: Final = 12
"""So many questions that may come next are listed."""


@dataclass(frozen=True, slots=True)
class Split:
    """An option of a question and how many candidates are behind it (None: that says nothing).

    ``is_chosen``: it was the answer.
    """

    label: str
    count: int | None
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the conversation, the one of now or an answered one, with why it was put.

    Attributes:
        id: what tells it from the others.
        time: when it was answered; "": it is the one of now.
        answer: what was said; "" if nothing was yet.
        why: in a sentence, if it was not put for what it tells.
        gain: the share of the remaining doubt it should remove, when it was put; 0: it was not put for that.
        gain_now: the same if it were put now; None: it makes no sense any more.
        effort: what an answer costs, in yes-or-no answers.
        runner_up: what would have been asked instead, and its gain.
        counts: whether the answer was not taken back.
        event: of the answer; 0: there is none.
        about: what it was about, where many questions have the same text.
    """

    id: str
    time: str
    text: str
    kind: str
    answer: str = ""
    why: str = ""
    gain: float = 0.0
    gain_now: float | None = None
    effort: float = 1.0
    splits: tuple[Split, ...] = ()
    runner_up: str = ""
    runner_up_gain: float = 0.0
    counts: bool = True
    event: int = 0
    about: str = ""


@dataclass(frozen=True, slots=True)
class Contender:
    """A question that may come next.

    Attributes:
        chance: that it can be answered, counted in the gain already.
        effort: what an answer costs, in yes-or-no answers.
        freshness: what is left of its worth after recent ones of its kind.
        worth: its gain per effort, as far as it is fresh; by this questions are compared.
    """

    text: str
    gain: float
    chance: float
    effort: float
    freshness: float
    worth: float


@dataclass(frozen=True, slots=True)
class LedgerView:
    """All of the page of questions.

    Attributes:
        asked: the question of now first, then those that were answered, the last first.
        contenders: what may come next, best first, the question of now among them if it was chosen so.
        enough: below this gain per effort nothing is asked.
        left: how many candidates there are.
        verdict: what is done next and why, in a sentence.
    """

    asked: tuple[Asked, ...]
    contenders: tuple[Contender, ...]
    enough: float
    left: int
    verdict: str


_KINDS: Final = {
    QuestionKind.CHOICE: "choice",
    QuestionKind.LIKE: "yes or no",
    QuestionKind.SEEN: "known?",
    QuestionKind.FACT: "about you",
    QuestionKind.EITHER: "this or that",
    QuestionKind.LOVED: "loved ones",
    QuestionKind.RANGE: "range",
    QuestionKind.CONTEXT: "the moment",
    QuestionKind.MEANT: "what you mean",
    QuestionKind.WANTED: "what it has",
}
_WHYS: Final = {
    QuestionKind.FACT: "A rule wants to know this before it can decide.",
    QuestionKind.CONTEXT: "The list depends on it.",
    QuestionKind.MEANT: "What you wrote has several readings that are equally good.",
    QuestionKind.WANTED: "It finds out what you are looking for.",
}


def ledger_view(session: Session) -> LedgerView:
    """Return every question of a session with why it was put, and what may be asked next."""
    now = survey(session, MOST_RIVALS)
    act = session.act()
    told = happenings(session.journal.events, session.id)
    answered = [_answered(one, now, session.graph) for one in reversed(told) if one.event.kind is EventKind.ANSWERED]
    present = [_present(act.question, now)] if isinstance(act, Ask) else []
    left = int(session.ranking().allowed.sum())
    return LedgerView(
        (*present, *answered), tuple(map(_contender, now.rivals)), ENOUGH, left, _verdict(session, now, present)
    )


def _verdict(session: Session, now: Survey, present: list[Asked]) -> str:
    if present and present[0].why:
        told = "What stands below may come once it is answered." if now.rivals else "Nothing else is worth asking."
        return f"The question of now is not chosen by its worth. {told}"
    best = now.rivals[0].worth if now.rivals else 0.0
    if present:
        return "The first is asked: it should tell most for the effort of answering, and people tire of one kind."
    if not session.ranking().open.any():
        return "Nothing is asked: first the dead end has to be solved."
    if best < ENOUGH:
        return f"Nothing is asked: no question would tell {ENOUGH:.1%} of what is in doubt."
    return "Nothing is asked: the list was wanted, or enough was asked. m on the main screen asks on."


def _present(question: Question, now: Survey) -> Asked:
    told, kind = question.ledger, question.kind
    why = "" if told.gain else as_sentence(ledger_text(question))
    labels = [option.label for option in question.options]
    is_loved = kind is QuestionKind.LOVED
    counts = [None] * len(labels) if is_loved else told.split
    splits = tuple(Split(label, count) for label, count in zip(labels, counts, strict=False))
    return Asked(
        f"now:{question.id}", "", question.text, _KINDS[kind], "", why, told.gain,
        now.gains.get(question.id), told.effort, splits, told.runner_up, told.runner_up_gain,
        about=", ".join(labels) if is_loved else "",
    )  # fmt: skip


def _answered(one: Happening, now: Survey, graph: KnowledgeGraph) -> Asked:
    event, kind = one.event, QuestionKind(one.event.data["kind"])
    told: Mapping[str, Any] = event.data.get("ledger", {})
    chosen = [str(label) for label, _ in event.data.get("chosen", ())]
    passed = f"{event.data.get('passing', '')} (passed)" if event.data.get("passing") else "passed"
    why = "" if told else _WHYS.get(kind, "Why it was put was not kept.")
    shown = event.data["offered"] if kind is QuestionKind.LOVED else []
    offered = [graph.label(value) if value in graph else str(value) for value in shown]
    moment = f"{datetime.fromtimestamp(event.time):%H:%M}" if event.time else ""  # noqa: DTZ006  (the user's clock)
    return Asked(
        str(event.id), moment, str(event.data.get("text", "")) or event.subject, _KINDS[kind],
        ", ".join(chosen) or passed, why, float(told.get("gain", 0.0)), now.gains.get(event.subject),
        float(told.get("effort", 1.0)), tuple(_splits(event, offered, chosen)), str(told.get("runner_up", "")),
        float(told.get("runner_up_gain", 0.0)), one.counts, event.id, ", ".join(offered),
    )  # fmt: skip


def _splits(event: Event, offered: list[str], chosen: list[str]) -> Iterator[Split]:
    for label in offered:
        yield Split(label, None, label in chosen)
    for label, count in event.data.get("ledger", {}).get("split", ()):
        yield Split(str(label), int(count), str(label) in chosen)


def _contender(rival: Rival) -> Contender:
    question = rival.question
    told = question.ledger
    return Contender(question.text, told.gain, rival.chance, told.effort, rival.freshness, rival.worth)
