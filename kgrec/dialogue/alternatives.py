"""What "or" joins within an utterance: "by Mann or Scott", "French ones before 1970 or Italian ones".

Tastes may all count a little, so an "or" between them changes nothing; but of two hard wishes only one need hold. What
is said after the last alternative narrows all of them, where the others are a single word each: "by Mann or Scott,
from the 90s".
"""

from __future__ import annotations

from collections.abc import Sequence

from kgrec.dialogue.opinions import Said, wish_for
from kgrec.dialogue.readings import Opine, Reading, Require
from kgrec.graph import KnowledgeGraph


class Branches:
    """Where the readings of a sentence fork: at each "or" in it."""

    def __init__(self, said: Said, graph: KnowledgeGraph) -> None:
        self._said = said
        self._graph = graph
        self._starts = [len(said)]

    def fork(self) -> None:
        """Begin another alternative, if anything was said before it."""
        if len(self._said):
            self._starts.append(len(self._said))

    def unite(self) -> None:
        """Join what an "or" set against each other, and begin anew."""
        if len(self._starts) > 1:
            first, *others = self._starts
            said = self._said.since(first)
            ends = [end - first for end in (*others, len(self._said))]
            groups = [said[start:end] for start, end in zip([0, *ends], ends, strict=False)]
            self._said.regroup(first, united(groups, self._graph))
        self._starts = [len(self._said)]


def united(groups: Sequence[Sequence[Reading]], graph: KnowledgeGraph) -> list[Reading]:
    """Return the readings of alternatives, in order, with those that exclude each other as one wish."""
    told = [reading for group in groups for reading in group]
    filled = [group for group in groups if group]
    if len(filled) < 2 or not all(_is_wanted(reading, graph) for reading in told):  # noqa: PLR2004  (this or that)
        return told
    *firsts, last = filled
    rest: list[Reading] = []
    if all(len(group) == 1 for group in firsts):
        last, rest = last[:1], list(last[1:])
    parts = [group for group in (*firsts, last) if group]
    if not any(isinstance(reading, Require) for group in parts for reading in group):
        return told
    wishes = [_whole([wish_for(graph, said) for said in group if isinstance(said, Opine | Require)]) for group in parts]
    expression = " or ".join(f"({wish.expression})" for wish in wishes)
    by = ", or " if any(len(group) > 1 for group in parts) else " or "
    is_soft = all(wish.is_soft for wish in wishes)
    return [Require(expression, by.join(wish.label for wish in wishes), is_soft), *rest]


def _whole(wishes: Sequence[Require]) -> Require:
    if len(wishes) == 1:
        return wishes[0]
    expression = " and ".join(f"({wish.expression})" for wish in wishes)
    return Require(expression, " and ".join(wish.label for wish in wishes))


def _is_wanted(reading: Reading, graph: KnowledgeGraph) -> bool:
    """Whether a reading asks for values or numbers, rather than refuses, rates or compares."""
    if isinstance(reading, Require):
        return not reading.expression.startswith("not (")
    return isinstance(reading, Opine) and reading.for_now and reading.value > 0 and not graph.is_item(reading.entity)
