"""What acts are called in words: the only place where sentences to the user are made.

Front ends decide where the words go, never which. Words about the domain come from the ontology.
"""

from typing import assert_never

from kgrec.domain import (
    Act,
    Ask,
    Confirm,
    Conflict,
    Explain,
    Ledger,
    Recommend,
    Recommendation,
    Relaxation,
    Repair,
    Slate,
)
from kgrec.graph import KnowledgeGraph

_SMALL = 0.005
"""Shares below this show as zero and are left out of one-line reasons."""


def act_text(act: Act, graph: KnowledgeGraph) -> str:
    """Return what to say for an act; lists and options are drawn by the front end."""
    match act:
        case Ask(question):
            return question.text
        case Recommend(slate):
            return slate_text(slate, graph)
        case Repair(conflict):
            return conflict_text(conflict, graph)
        case Confirm(text):
            return text
        case Explain(recommendation):
            return explanation_text(recommendation)
        case _:
            assert_never(act)


def slate_text(slate: Slate, graph: KnowledgeGraph) -> str:
    """Return the sentence above a list."""
    words = graph.ontology
    if not slate.items:
        return f"You have seen every {words.singular} that fits."
    if len(slate.items) == 1:
        return f"One {words.singular} for you now:"
    return f"{len(slate.items)} {words.plural} for you now:"


def conflict_text(conflict: Conflict, graph: KnowledgeGraph) -> str:
    """Return what stands against what, in one sentence."""
    wishes = [f"“{wish.label}”" for wish in conflict.wishes]
    return f"No {graph.ontology.singular} satisfies {_listed(wishes)} at once. What shall I let go?"


def relaxation_text(way: Relaxation, graph: KnowledgeGraph) -> str:
    """Return one way out: what to drop and what that buys."""
    dropped = _listed([f"“{wish.label}”" for wish in way.drop])
    noun = graph.ontology.singular if way.items == 1 else graph.ontology.plural
    return f"drop {dropped}: {way.items} {noun}, {graph.label(way.best)} first"


def reason_line(recommendation: Recommendation, most: int = 2) -> str:
    """Return the strongest reasons for an item in one line; only where none speaks for it, those against, with a minus.

    What several scorers say in the same words counts together; what concerns this user comes before what holds for all.
    """
    together: dict[str, float] = {}
    for reason in recommendation.reasons:
        if reason.path or reason.place:
            together[reason.text] = together.get(reason.text, 0.0) + reason.share
    named = sorted(together.items(), key=lambda part: -abs(part[1]))
    speaking = [text for text, share in named if share >= _SMALL]
    if not speaking:
        speaking = [reason.text for reason in recommendation.reasons if reason.share >= _SMALL and not reason.path][:1]
    if not speaking:
        speaking = [f"− {text}" for text, share in named if share <= -_SMALL]
    return "; ".join(speaking[:most]) or "nothing speaks for it yet"


def explanation_text(recommendation: Recommendation) -> str:
    """Return all reasons of an item, a line each, and the sum by scorer."""
    lines = [f"{recommendation.label}, score {recommendation.score:.2f}:"]
    for reason in recommendation.reasons:
        place = f"  ({reason.place})" if reason.place else ""
        lines.append(f"  {reason.share:+.2f}  {reason.text}  [{reason.scorer}]{place}")
    totals: dict[str, float] = {}
    for reason in recommendation.reasons:
        totals[reason.scorer] = totals.get(reason.scorer, 0.0) + reason.share
    lines.append("  = " + " ".join(f"{name} {total:+.2f}" for name, total in totals.items()))
    return "\n".join(lines)


def ledger_text(ledger: Ledger) -> str:
    """Return why a question is asked."""
    if not ledger.gain:
        return "a rule wants to know"
    text = f"it should settle {ledger.gain:.1%} of what I do not know yet"
    if ledger.split:
        text += f"; behind the answers: {', '.join(str(count) for count in ledger.split)}"
    if ledger.runner_up:
        text += f"; next best: “{ledger.runner_up}” ({ledger.runner_up_gain:.1%})"
    return text


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
