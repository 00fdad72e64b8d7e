"""Takes a picture of the session: everything the screen may show, as a View.

Runs in the session's thread and only reads. It is the one place of the app that knows graphs and wording, both of
which are too slow to import before the first frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from kgrec.acts import Act, Ask, QuestionKind, Repair
from kgrec.dialogue import Session, wording
from kgrec.dialogue.marking import marked
from kgrec.domain import Facet, FacetKind, Recommendation, Slate
from kgrec.graph import KnowledgeGraph
from kgrec.text import in_hundredths
from kgrec.tui.view import LIST_LENGTH, Absence, Prompt, PromptKind, ReasonLine, Row, Said, View, Wished

_MOST_VALUES: Final = 6
"""So many values of a facet are listed; the rest are counted."""


def portray(
    session: Session, act: Act, said: Iterable[Said], explained: Recommendation | None = None, notice: str = ""
) -> View:
    """Return what to show of a session whose next act is ``act``."""
    graph = session.graph
    slate = session.slate(LIST_LENGTH)
    moves = session.moves(LIST_LENGTH)
    return View(
        name=graph.name,
        user=" with ".join(filter(None, (session.user, ", ".join(other.user for other in session.companions)))),
        opinions=len(session.belief.opinions),
        said=tuple(said),
        prompt=_prompt(act, session),
        wished=tuple(Wished(chip.event, chip.label, bool(chip.given_up), chip.entity) for chip in session.chips),
        rows=tuple(row_of(entry, graph, moves.get(entry.item)) for entry in slate),
        left=slate.left,
        total=slate.total,
        singular=graph.ontology.singular,
        plural=graph.ontology.plural,
        empty=_empty(slate, graph),
        explained=row_of(explained, graph, 0) if explained else None,
        notice=notice,
        latest=session.journal.events[-1].id,
    )


def welcome(session: Session) -> tuple[str, ...]:
    """Return what to say before anything else; mostly nothing."""
    told = (
        wording.company_text(session.companions),
        wording.absent_text(session.journal.absent(session.graph), session.graph),
    )
    return tuple(filter(None, told))


def absence(session: Session, item: str) -> Absence:
    """Return why an item is not on the list."""
    from kgrec.audit.whynot_text import Teller  # not needed before somebody asks

    told = Teller(session.graph, is_brief=True).tell(session.why_not(item, LIST_LENGTH))
    gap = tuple(ReasonLine(part.points, part.text, (), part.place) for part in told.gap)
    return Absence(session.graph.label(item), told.reasons, told.standing, told.lack, gap, told.heading, told.ways)


def prompt_key(act: Act) -> str:
    """Return what tells the prompt of an act from any other."""
    if isinstance(act, Ask):
        return f"ask {act.question.id}"
    if isinstance(act, Repair):
        drops = (way.drop for way in act.conflict.relaxations)
        return "repair " + " | ".join(", ".join(wish.expression for wish in wishes) for wishes in drops)
    return "list"


def _prompt(act: Act, session: Session) -> Prompt:
    graph = session.graph
    text = wording.act_text(act, graph)
    if isinstance(act, Ask):
        question = act.question
        choices, why = tuple(option.label for option in question.options), wording.ledger_text(question)
        prompt = Prompt(PromptKind.QUESTION, prompt_key(act), text, choices, question.passing, why)
        is_several = question.kind is QuestionKind.LOVED
        return replace(prompt, is_several=True, marked=marked(session, question)) if is_several else prompt
    if isinstance(act, Repair):
        shown = act.conflict.relaxations[: wording.WAYS_SHOWN]
        ways = tuple(wording.relaxation_text(way, graph) for way in shown)
        more = wording.more_ways_text(act.conflict)
        return Prompt(
            PromptKind.DEAD_END, prompt_key(act), f"{text} {more}".rstrip(), ways, can_undo=bool(session.chips)
        )
    if text.endswith(":"):  # the items themselves stand elsewhere, in a small window behind another tab
        text = f"{text.removesuffix(':')}, on the list"
    return Prompt(PromptKind.LIST, prompt_key(act), text)


def _empty(slate: Slate, graph: KnowledgeGraph) -> str:
    if slate.items:
        return ""
    return f"{wording.slate_text(slate, graph)}\nThe conversation shows the ways out."


def row_of(entry: Recommendation, graph: KnowledgeGraph, move: int | None) -> Row:
    """Return an item with all that may be shown of it; ``move``: how many places it went up, None: it is new."""
    totals: dict[str, float] = {}
    for reason in entry.reasons:
        totals[reason.scorer] = totals.get(reason.scorer, 0.0) + reason.share
    rounded = in_hundredths([*totals.values()], entry.score)
    number = graph.index(entry.item)
    return Row(
        item=entry.item,
        label=entry.label,
        score=entry.score,
        match=entry.match,
        move=move,
        reason=" · ".join((*([wording.matches_text(entry)] if entry.matches else []), wording.reason_line(entry))),
        reasons=_reasons(entry, graph),
        totals=tuple(zip(totals, rounded, strict=True)),
        facts=tuple(_facts(graph, number)),
        description=graph.description(number),
        chance=entry.forecast.probability if entry.forecast else None,
    )


def _reasons(entry: Recommendation, graph: KnowledgeGraph) -> tuple[ReasonLine, ...]:
    """Return what the score comes from, a line each, rounded so that the lines add up to it."""
    found = wording.causes(entry)
    rounded = in_hundredths([cause.share for cause in found], entry.score)
    names = {entry.item: f"this {graph.ontology.singular}"}
    return tuple(
        ReasonLine(
            share,
            cause.text,
            tuple(names.get(entity) or graph.label(entity) for entity in cause.path),
            f"{Path(cause.place.file).name}:{cause.place.line}:{cause.place.column}" if cause.place else "",
        )
        for cause, share in zip(found, rounded, strict=True)
    )


def _facts(graph: KnowledgeGraph, item: int) -> Iterable[tuple[str, str]]:
    """Yield what the ontology has to say of an item, in its order, without texts and priors."""
    for facet in graph.ontology.facets:
        if facet.kind.is_numeric and not facet.is_prior and facet.name in graph.numbers:
            value = float(graph.numbers[facet.name][item])
            if not np.isnan(value):
                yield facet.label, _number(facet, value)
        elif facet.kind.is_linked:
            values = graph.values_of(item, facet.name)
            if values:
                names = [graph.label(value) for value in values[:_MOST_VALUES]]
                more = [f"{len(values) - _MOST_VALUES} more"] if len(values) > _MOST_VALUES else []
                yield (facet.label if len(values) == 1 else facet.plural), ", ".join(names + more)


def _number(facet: Facet, value: float) -> str:
    if facet.kind is FacetKind.DATE:
        return (date(1970, 1, 1) + timedelta(days=value)).isoformat()
    return f"{value:g} {facet.unit}".rstrip()
