"""What acts are called in words: the only place where sentences to the user are made.

Front ends decide where the words go, never which. Words about the domain come from the ontology.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never

from kgrec.acts import Act, Ask, Confirm, Explain, ExplainAbsence, Question, QuestionKind, Recommend, Repair
from kgrec.dialogue.companions import Companion
from kgrec.domain import (
    UNSEEN,
    Conflict,
    Constraint,
    Forecast,
    OriginKind,
    Place,
    Reason,
    Recommendation,
    Relaxation,
    Slate,
)
from kgrec.explain import PEOPLE, RULES
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


@dataclass(frozen=True, slots=True, eq=False)
class Cause:
    """What several scorers may have heard of, told once.

    Attributes:
        text: in words.
        path: through the graph, entity ids.
        place: of the rule behind it.
        reasons: the share of each scorer.
        share: their sum.
    """

    text: str
    path: tuple[str, ...]
    place: Place | None
    reasons: tuple[Reason, ...]
    share: float

    @property
    def is_rest(self) -> bool:
        """Whether it sums what is not named, or is what is left over."""
        return self.reasons[0].is_rest

    @property
    def is_own(self) -> bool:
        """Whether it is this user's, and not what holds for everybody."""
        return bool(self.path or self.place) or self.reasons[0].scorer in (RULES, PEOPLE)


def causes(recommendation: Recommendation) -> tuple[Cause, ...]:
    """Return what a score comes from, the largest share first, the rest last; the shares add up to the score."""
    together: dict[tuple[str, tuple[str, ...], Place | None], list[Reason]] = {}
    for reason in recommendation.reasons:
        together.setdefault((reason.text, reason.path, reason.place), []).append(reason)
    found = (Cause(*told, tuple(own), sum(one.share for one in own)) for told, own in together.items())
    return tuple(sorted(found, key=lambda cause: (cause.is_rest, -abs(cause.share))))


def reason_line(recommendation: Recommendation, most: int = 2, about: str = "") -> str:
    """Return the largest reasons for an item in one line; only where none speaks for it, those against, with a minus.

    If any is this user's own, one of them is among these; what lies on a path through the entity ``about`` comes first.
    A rule that is among the largest reasons is named though it speaks against; so is a rest larger than what is named.
    """
    found = causes(recommendation)
    named = [cause for cause in found if not cause.is_rest] or found
    speaking = sorted(
        (cause for cause in named if cause.share >= _SMALL),
        key=lambda cause: not (about and about in cause.path),
    )
    top, others = speaking[:most], speaking[most:]
    if not any(cause.is_own for cause in top):
        top[-1:] = next(([cause] for cause in others if cause.is_own), top[-1:])
    told = [cause.text for cause in top] or [f"− {cause.text}" for cause in named if cause.share <= -_SMALL][:most]
    told += [f"− {cause.text}" for cause in named[:most] if top and cause.place and cause.share <= -_SMALL]
    rest = max((cause for cause in found if cause.is_rest), key=lambda cause: cause.share, default=None)
    if rest is not None and rest not in named and rest.share > max(sum(cause.share for cause in top), _SMALL):
        told.append(rest.text)
    return "; ".join(told) or NOTHING_SPEAKS


def _about(recommendation: Recommendation, entity: str) -> bool:
    """Whether a reason speaks for an item by way of an entity."""
    return any(entity in cause.path and cause.share >= _SMALL for cause in causes(recommendation))


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


def named_match(recommendation: Recommendation) -> str:
    """Return the match of an item by its name: chances are percentages too; for several people, that of each."""
    return f"{'' if recommendation.matches else 'match '}{matches_text(recommendation)}"


def company_text(companions: Iterable[Companion]) -> str:
    """Return for whom else a list is, and of whom of them nothing is known; empty if it is for nobody else."""
    each = tuple(companions)
    unknown = [other.user for other in each if other.is_newcomer]
    text = f"For {listed(['you', *(other.user for other in each)])}." if each else ""
    return f"{text} Of {listed(unknown)} nothing is known yet: what most people like counts." if unknown else text


def explanation_text(recommendation: Recommendation) -> str:
    """Return all reasons of an item, a line each with what each scorer makes of it, and the sum by scorer.

    Every figure is within .01 of the truth: lines add up to the score as shown, so do scorers, and parts to their line.
    """
    lines = [f"{recommendation.label}, score {recommendation.score:.2f}, {named_match(recommendation)}:"]
    if not recommendation.reasons:
        lines.append(f"  {NOTHING_SPEAKS}")
    found = causes(recommendation)
    rounded = in_hundredths([cause.share for cause in found], recommendation.score)
    for cause, share in sorted(zip(found, rounded, strict=True), key=lambda line: (line[0].is_rest, -abs(line[1]))):
        place = f"  ({cause.place})" if cause.place else ""
        parts = _rounded(_by_scorer(cause.reasons), share)
        lines.append(f"  {share:+.2f}  {cause.text}  [{_scorers(cause, parts)}]{place}")
    totals = _rounded(_by_scorer(recommendation.reasons), recommendation.score)
    if totals:
        lines.append(f"  = {' '.join(f'{name} {share:+.2f}' for name, share in _by_size(totals))}")
    if recommendation.forecast is not None:
        lines.append(f"  {forecast_text(recommendation.forecast)}")
    return "\n".join(lines)


def _by_scorer(reasons: Iterable[Reason]) -> dict[str, float]:
    """Return what each scorer adds by some reasons."""
    shares: dict[str, float] = {}
    for reason in reasons:
        shares[reason.scorer] = shares.get(reason.scorer, 0.0) + reason.share
    return shares


def _rounded(shares: Mapping[str, float], total: float) -> dict[str, float]:
    return dict(zip(shares, in_hundredths([*shares.values()], total), strict=True))


def _by_size(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(shares.items(), key=lambda part: -abs(round(part[1], 2)))


def _scorers(cause: Cause, shares: Mapping[str, float]) -> str:
    """Return who gave the shares of a cause, each with its part if there are several; of one what it is made of."""
    parts = [f"{name} {share:+.2f}" for name, share in _by_size(shares) if share]
    if len(parts) > 1:
        return ", ".join(parts)
    largest = max(cause.reasons, key=lambda reason: abs(reason.share))
    return f"{largest.scorer}{_channels(largest)}"


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


_ASKED_FOR: Final = {
    QuestionKind.MEANT: "what you wrote has several readings that are equally good",
    QuestionKind.WANTED: "it finds out what you are looking for",
}
"""Why questions are asked that are not chosen by what they tell."""


def ledger_text(question: Question) -> str:
    """Return why a question is asked."""
    ledger = question.ledger
    if ledger.changes:
        return f"the list depends on it: between two answers {ledger.changes:.0%} of it differs on average"
    if ledger.rule is not None:
        place, because = ledger.rule.place, f", because {ledger.because}" if ledger.because else ""
        at = f" ({Path(place.file).name}:{place.line})" if place else ""
        return f"the rule “{ledger.rule.label}” wants to know{because}{at}"
    if not ledger.gain:
        return _ASKED_FOR.get(question.kind, "the list depends on it")
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
