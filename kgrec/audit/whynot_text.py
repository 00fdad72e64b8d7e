"""Why-not in words and as JSON data: wishes as they were said, rules with file, line and column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, assert_never

from kgrec.attitudes import attitude
from kgrec.audit.limits import GivesWay
from kgrec.audit.losses import Loss
from kgrec.audit.trace import limit_text
from kgrec.audit.ways import Way
from kgrec.audit.whatif import (
    Change,
    DropText,
    DropWish,
    Edited,
    ForgetFact,
    ForgetItem,
    Like,
    Raise,
    Reweigh,
    SwitchOff,
    Withdraw,
)
from kgrec.audit.whynot import WhyNot
from kgrec.domain import Constraint, OriginKind, Place
from kgrec.graph import KnowledgeGraph
from kgrec.text import in_hundredths, listed


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of a gap: its points, negative where the item has less; what it is; the place of the rule behind it."""

    points: float
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A why-not in words.

    Attributes:
        verdict: whether the item is on the list.
        reasons: what keeps it off, a sentence each.
        standing: where its score alone would put it, if that is not what keeps it off.
        lack: how far its score is from the last one's; empty if it would do.
        gap: what that is made of, the greatest part first.
        heading: what the ways begin with.
        ways: one line each.
    """

    verdict: str
    reasons: tuple[str, ...] = ()
    standing: str = ""
    lack: str = ""
    gap: tuple[Difference, ...] = ()
    heading: str = ""
    ways: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything, with the ways numbered."""
        gap = (f"  {part.points:+.2f}  {part.text}{f' ({part.place})' if part.place else ''}" for part in self.gap)
        numbered = (f"{number:3}  {way}" for number, way in enumerate(self.ways, 1))
        return tuple(
            filter(None, (self.verdict, *self.reasons, self.standing, self.lack, *gap, self.heading, *numbered))
        )


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts a why-not into words; ``is_brief`` leaves the folders of rule files out."""

    graph: KnowledgeGraph
    is_brief: bool = field(default=False, kw_only=True)

    def tell(self, answer: WhyNot) -> Told:
        """Return everything there is to say."""
        label = self.graph.label(answer.item)
        if answer.place:
            return Told(f"{label} is on the list: number {answer.place}.")
        common = self._common(answer.ways)
        ways = (
            f"{self._steps(change for change in way.changes if change not in common)}: it would be number {way.place}"
            for way in answer.ways
        )
        lack, gap = self._gap(answer)
        verdict = f"{label} is not on the list."
        reasons, standing = tuple(self._reasons(answer)), self._standing(answer)
        return Told(verdict, reasons, standing, lack, gap, self._heading(answer), tuple(ways))

    # --- what keeps it off --------------------------------------------------------------------------------------------

    def _reasons(self, answer: WhyNot) -> list[str]:
        noun = self.graph.ontology.singular
        lines = [self._against(constraint) for constraint in answer.against]
        if answer.opinion is not None:
            lines.append(f"{self._told(answer)}, and a {noun} that you know is not listed.")
        elif answer.is_seen:
            lines.append(f"You said that you know it, and a {noun} that you know is not listed.")
        lines += [self._limit(limit) for limit in answer.limits]
        if answer.asked_instead and not answer.is_ruled_out:
            lines.append(
                f"By score it would be listed; others have its place for the {answer.asked_instead} asked for."
            )
        elif not answer.is_ruled_out and not answer.limits:
            lines.append(f"It is number {answer.rank:,} of {self._open(answer)}, and the list holds {answer.length}.")
        return lines

    def _standing(self, answer: WhyNot) -> str:
        if not answer.is_ruled_out or not answer.open:
            return ""
        told = f"By its score alone it would be number {answer.rank:,} beside the {self._open(answer)} left."
        if answer.opened is None:
            return told
        # Lifting an obstacle lets others in as well, and what was said of the item itself no longer speaks for it.
        rank, n_open = answer.opened
        return f"{told} Without what rules it out it would be number {rank:,} of {n_open:,}."

    def _open(self, answer: WhyNot) -> str:
        words = self.graph.ontology
        return f"{answer.open:,} {words.singular if answer.open == 1 else words.plural}"

    @staticmethod
    def _told(answer: WhyNot) -> str:
        """Return what is known of the opinion, as it came to be known: ratings of the data were never said."""
        opinion = answer.opinion or 0.0
        if answer.rating is not None:
            return f"You rated it {answer.rating:g}"
        if answer.is_past:
            return "You chose it before" if opinion > 0 else "You turned it down before"
        return f"You said that you {attitude(opinion, answer.kind).verb} it"

    def _against(self, constraint: Constraint) -> str:
        if constraint.origin.kind is not OriginKind.RULE:
            return f"You asked for “{constraint.label}”, and that does not hold for it."
        because = constraint.because
        reason = f", because {because}" if because and because != constraint.label else ""
        return f"The rule “{constraint.label}” rules it out{reason}{self._at(constraint.origin.place)}."

    def _limit(self, limit: GivesWay) -> str:
        better = listed([self.graph.label(entity) for entity in limit.better]) or "better ones"
        rule = limit.rule
        return f"The rule “{rule.name}” ({limit_text(rule)}) gives its place to {better}{self._at(rule.place)}."

    def _gap(self, answer: WhyNot) -> tuple[str, tuple[Difference, ...]]:
        losses = answer.losses
        if losses is None or losses.gap <= 0:
            return "", ()
        lack = f"It has {losses.gap:.2f} points less than {self.graph.label(answer.rival)}, the last on the list:"
        points = in_hundredths([-row.gap for row in losses.rows], -losses.gap)
        return lack, tuple(self._difference(row, part) for row, part in zip(losses.rows, points, strict=True) if part)

    def _difference(self, row: Loss, points: float) -> Difference:
        text = f"{row.text or row.source}: {row.own:.2f} against {row.rival:.2f}"
        return Difference(points, text, self._place(row.place))

    # --- what would bring it there ------------------------------------------------------------------------------------

    def _heading(self, answer: WhyNot) -> str:
        if not answer.ways:
            noun = self.graph.ontology.singular
            return f"No change that I tried, nor two or three of them together, would list this {noun}."
        if len(answer.ways) == 1:
            return "To have it listed:"
        common = self._common(answer.ways)
        steps = f"{self._steps(common)}, and " if common else ""
        return f"To have it listed, {steps}one of these:"

    @staticmethod
    def _common(ways: Sequence[Way]) -> tuple[Change, ...]:
        """Return the changes that all ways share, if there are several ways."""
        if len(ways) < 2:  # noqa: PLR2004  (several)
            return ()
        return tuple(change for change in ways[0].changes if all(change in way.changes for way in ways))

    def _steps(self, changes: Iterable[Change]) -> str:
        """Return changes as one instruction; wishes are taken back together."""
        steps, wishes = [], []
        for change in changes:
            if isinstance(change, DropWish | DropText):
                wishes.append(f"“{change.wish.label if isinstance(change, DropWish) else change.wish.text}”")
            else:
                steps.append(self.change(change))
        return listed([*([f"take back {listed(wishes)}"] if wishes else []), *steps])

    def change(self, change: Change) -> str:  # noqa: PLR0911  (one return a kind)
        """Return one change as an instruction."""
        if isinstance(change, Edited):
            return self._edit(change)
        match change:
            case DropWish(wish):
                return f"take back “{wish.label}”"
            case DropText(text):
                return f"take back “{text.text}”"
            case Withdraw(opinion):
                said = attitude(opinion.value, opinion.kind).verb
                return f"take back that you {said} {self._named(opinion.entity)}"
            case ForgetItem():
                return "take back that you know it"
            case ForgetFact(name, value):
                return f"take back the answer “{value}” ({name.replace('_', ' ')})"
            case Like(entity):
                return f"say that you like {self._named(entity)}"
            case _:
                assert_never(change)

    def _edit(self, change: Edited) -> str:
        rule = f"the rule “{change.rule.name}”"
        match change:
            case SwitchOff():
                text = f"switch off {rule}"
            case Reweigh(prefer, weight):
                text = f"give {rule} the weight {weight:g} in place of {prefer.weight:g}"
            case Raise(limit, most):
                text = f"let {rule} admit {most} in place of {limit.most}"
            case _:
                assert_never(change)
        return text + self._at(change.rule.place)

    def _named(self, entity: str) -> str:
        """Return an item's label, or a value's with what kind of value it is: "ship" alone says little."""
        label, facets = self.graph.label(entity), self.graph.facets_of(entity)
        return label if self.graph.is_item(entity) or not facets else f"{label} ({facets[0].label})"

    def _at(self, place: Place | None) -> str:
        return f" ({self._place(place)})" if place else ""

    def _place(self, place: Place | None) -> str:
        if place is None:
            return ""
        return f"{Path(place.file).name if self.is_brief else place.file}:{place.line}:{place.column}"


def why_not_json(answer: WhyNot, graph: KnowledgeGraph) -> dict[str, Any]:
    """Return a why-not as JSON data; the gaps of ``losses`` add up to ``gap``."""
    losses = answer.losses
    return {
        "id": answer.item,
        "label": graph.label(answer.item),
        "place": answer.place or None,
        "rank": answer.rank,
        "open": answer.open,
        "against": [
            {"wish": wish.label, "expression": wish.expression, "place": _place(wish.origin.place)}
            for wish in answer.against
        ],
        "known": answer.is_seen or answer.opinion is not None,
        "limits": [
            {"rule": limit.rule.name, "place": _place(limit.rule.place), "better": list(limit.better)}
            for limit in answer.limits
        ],
        "rival": answer.rival or None,
        "gap": losses.gap if losses else None,
        "losses": [
            {"source": row.source, "text": row.text, "place": _place(row.place), "own": row.own, "rival": row.rival}
            for row in (losses.rows if losses else ())
        ],
        "ways": [
            {"changes": [change_json(change, graph) for change in way.changes], "place": way.place}
            for way in answer.ways
        ],
    }


def change_json(change: Change, graph: KnowledgeGraph) -> dict[str, Any]:  # noqa: PLR0911  (one return a kind)
    """Return one change as JSON data: what to do, in words and by what it is about."""
    told = {"text": Teller(graph).change(change)}
    match change:
        case DropWish(wish):
            return {"do": "drop wish", **told, "expression": wish.expression}
        case DropText(text):
            return {"do": "drop text", **told, "wish": text.text}
        case Withdraw(opinion):
            return {"do": "withdraw", **told, "entity": opinion.entity}
        case ForgetItem(item):
            return {"do": "forget item", **told, "entity": item}
        case ForgetFact(name, value):
            return {"do": "forget fact", **told, "fact": name, "value": value}
        case Like(entity):
            return {"do": "like", **told, "entity": entity}
        case SwitchOff(rule):
            return {"do": "switch off", **told, "rule": rule.name, "place": str(rule.place)}
        case Reweigh(prefer, weight):
            return {"do": "reweigh", **told, "rule": prefer.name, "place": str(prefer.place), "weight": weight}
        case Raise(limit, most):
            return {"do": "raise", **told, "rule": limit.name, "place": str(limit.place), "most": most}
        case _:
            assert_never(change)


def _place(place: Place | None) -> str | None:
    return str(place) if place else None
