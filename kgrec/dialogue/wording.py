"""What acts are called in words: the only place where sentences to the user are made.

Front ends decide where the words go, never which. Words about the domain come from the ontology.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, assert_never

from kgrec.acts import Act, Ask, Confirm, Explain, ExplainAbsence, Ledger, Recommend, Repair
from kgrec.dialogue.companions import Companion
from kgrec.domain import (
    UNSEEN,
    Conflict,
    Constraint,
    Forecast,
    OriginKind,
    Reason,
    Recommendation,
    Relaxation,
    Slate,
)
from kgrec.graph import KnowledgeGraph
from kgrec.shelves import Shelf
from kgrec.text import in_hundredths, listed, shortened

WAYS_SHOWN: Final = 9
"""So many ways out of a dead end are offered, one a number key; nobody reads sixty."""

NOTHING_SPEAKS: Final = "nothing speaks for it yet"

_MOST_ABSENT: Final = 5
"""So many things that the data no longer has are named; the rest are counted."""

_CHANNELS = {"text": "descriptions", "graph": "what they share", "collaborative": "other people"}
"""What the channels of taste are called."""

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
        case ExplainAbsence(_, text):
            return text
        case _:
            assert_never(act)


def slate_text(slate: Slate, graph: KnowledgeGraph) -> str:
    """Return the sentence above a list, or in its place if it is empty."""
    words = graph.ontology
    if slate.conflict is not None and UNSEEN in slate.conflict.wishes:
        return f"You know every {words.singular} that fits."
    if slate.conflict is not None:
        return f"No {words.singular} fits all wishes and rules."
    if len(slate.items) == 1:
        return f"One {words.singular} for you now:"
    return f"{len(slate.items)} {words.plural} for you now:"


def conflict_text(conflict: Conflict, graph: KnowledgeGraph) -> str:
    """Return what stands against what, and what that leaves to be decided."""
    noun = graph.ontology.singular
    wishes = [_named(wish) for wish in conflict.wishes if wish != UNSEEN]
    if not wishes:
        return f"You know every {noun} there is. What now?"
    if UNSEEN in conflict.wishes:
        return f"You know every {noun} that satisfies {listed(wishes)}. What shall I let go?"
    at_once = " at once" if len(wishes) > 1 else ""
    return f"No {noun} satisfies {listed(wishes)}{at_once}. What shall I let go?"


def relaxation_text(way: Relaxation, graph: KnowledgeGraph) -> str:
    """Return one way out: what to drop and what that buys."""
    dropped = [_named(wish) for wish in way.drop if wish != UNSEEN]
    steps = [f"drop {listed(dropped)}"] if dropped else []
    if UNSEEN in way.drop:
        steps.append("show what you know already")
    noun = graph.ontology.singular if way.items == 1 else graph.ontology.plural
    return f"{' and '.join(steps)}: {way.items:,} {noun}, {graph.label(way.best)} first"


def more_ways_text(conflict: Conflict) -> str:
    """Return what to say of the ways out beyond WAYS_SHOWN; empty if there are none."""
    more = len(conflict.relaxations) - WAYS_SHOWN
    return f"{more} more {'way' if more == 1 else 'ways'} out would cost as much or more." if more > 0 else ""


def _named(wish: Constraint) -> str:
    """Return how to name a wish: the user's own by its words, a rule as one, with where it stands."""
    if wish.origin.kind is not OriginKind.RULE:
        return f"“{wish.label}”"
    place = wish.origin.place
    return f"the rule “{wish.label}”" + (f" ({Path(place.file).name}:{place.line})" if place else "")


def reason_line(recommendation: Recommendation, most: int = 2, about: str = "") -> str:
    """Return the strongest reasons for an item in one line; only where none speaks for it, those against, with a minus.

    What several scorers say in the same words counts together; what concerns this user comes before what holds for all,
    and what lies on a path through the entity ``about`` before anything else.
    """
    together: dict[str, float] = {}
    for reason in recommendation.reasons:
        if reason.path or reason.place:
            together[reason.text] = together.get(reason.text, 0.0) + reason.share
    first = _about(recommendation, about)
    named = sorted(together.items(), key=lambda part: (part[0] not in first, -abs(part[1])))
    speaking = [text for text, share in named if share >= _SMALL]
    if not speaking:
        speaking = [reason.text for reason in recommendation.reasons if reason.share >= _SMALL and not reason.path][:1]
    if not speaking:
        speaking = [f"− {text}" for text, share in named if share <= -_SMALL]
    return "; ".join(speaking[:most]) or NOTHING_SPEAKS


def _about(recommendation: Recommendation, entity: str) -> set[str]:
    """Return the reasons that speak for an item by way of an entity."""
    return {reason.text for reason in recommendation.reasons if entity in reason.path and reason.share >= _SMALL}


def shelf_reason(recommendation: Recommendation, shelf: Shelf, graph: KnowledgeGraph) -> str:
    """Return why an item stands on a shelf in one line, what the shelf is about first."""
    line = reason_line(recommendation, about=shelf.about)
    if shelf.about in graph and graph.is_item(shelf.about) and not _about(recommendation, shelf.about):
        return f"close to {graph.label(shelf.about)}; {line}"
    return line


def matches_text(recommendation: Recommendation) -> str:
    """Return the match of an item; on a list for several people that of each."""
    each = (f"{name} {match:.0%}" for name, match in recommendation.matches)
    return ", ".join(each) or f"{recommendation.match:.0%}"


def company_text(companions: Iterable[Companion]) -> str:
    """Return for whom else a list is, and of whom of them nothing is known; empty if it is for nobody else."""
    each = tuple(companions)
    unknown = [other.user for other in each if other.is_newcomer]
    text = f"For {listed(['you', *(other.user for other in each)])}." if each else ""
    return f"{text} Of {listed(unknown)} nothing is known yet: what most people like counts." if unknown else text


def explanation_text(recommendation: Recommendation) -> str:
    """Return all reasons of an item, a line each, and the sum by scorer."""
    lines = [f"{recommendation.label}, score {recommendation.score:.2f}:"]
    if not recommendation.reasons:
        lines.append(f"  {NOTHING_SPEAKS}")
    shares = in_hundredths([reason.share for reason in recommendation.reasons], recommendation.score)
    for reason, share in zip(recommendation.reasons, shares, strict=True):
        place = f"  ({reason.place})" if reason.place else ""
        lines.append(f"  {share:+.2f}  {reason.text}  [{reason.scorer}{_channels(reason)}]{place}")
    totals: dict[str, float] = {}
    for reason in recommendation.reasons:
        totals[reason.scorer] = totals.get(reason.scorer, 0.0) + reason.share
    if totals:
        rounded = zip(totals, in_hundredths([*totals.values()], recommendation.score), strict=True)
        lines.append("  = " + " ".join(f"{name} {total:+.2f}" for name, total in rounded))
    if recommendation.forecast is not None:
        lines.append(f"  {forecast_text(recommendation.forecast)}")
    return "\n".join(lines)


def forecast_text(forecast: Forecast) -> str:
    """Return what a score means.

    >>> forecast_text(Forecast(0.78, 4.1, 3.0, 5.0))
    '78 of 100 such are liked; expect a rating of 4.1 (3.0 to 5.0)'
    """
    likes = f"{forecast.probability * 100:.0f} of 100 such are liked"
    return f"{likes}; expect a rating of {forecast.rating:.1f} ({forecast.low:.1f} to {forecast.high:.1f})"


def _channels(reason: Reason) -> str:
    """Return what a share is made of, where more than one channel adds to it; empty otherwise."""
    parts = [f"{_CHANNELS[name]} {share:+.2f}" for name, share in reason.channels if abs(share) >= _SMALL]
    return f": {', '.join(parts)}" if len(parts) > 1 else ""


def ledger_text(ledger: Ledger) -> str:
    """Return why a question is asked."""
    if ledger.changes:
        return f"the list depends on it: between two answers {ledger.changes:.0%} of it differs on average"
    if not ledger.gain:
        return "a rule wants to know"
    text = f"it should settle {ledger.gain:.1%} of what I do not know yet"
    if ledger.split:
        text += f"; behind the answers: {', '.join(str(count) for count in ledger.split)}"
    if ledger.runner_up:
        dearer = ", for more effort" if ledger.runner_up_gain > ledger.gain else ""
        text += f"; next best: “{ledger.runner_up}” ({ledger.runner_up_gain:.1%}{dearer})"
    return text


def absent_text(labels: Sequence[str], graph: KnowledgeGraph) -> str:
    """Return what to say of opinions about things that the data no longer has; "" if there are none."""
    if not labels:
        return ""
    named = shortened(labels, _MOST_ABSENT) if len(labels) > _MOST_ABSENT else listed(labels)
    return f"No longer in {graph.name}: {named}. What you said of it is kept, and counts again if it comes back."
