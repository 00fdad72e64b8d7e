"""``kgrec why-not`` and ``kgrec trace``: why an item is not on the list, and what each rule does to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kgrec.audit.trace import Trace, trace
from kgrec.audit.trace_text import trace_json, trace_lines
from kgrec.audit.whynot import WhyNot, why_not
from kgrec.audit.whynot_text import Teller, why_not_json
from kgrec.cli.opening import Source
from kgrec.cli.recommend import Wanted, item_called, open_case
from kgrec.graph import KnowledgeGraph
from kgrec.progress import Progress


@dataclass(frozen=True, slots=True)
class Answer:
    """A why-not or a trace, and the graph whose items it speaks of."""

    found: WhyNot | Trace
    graph: KnowledgeGraph

    @property
    def lines(self) -> list[str]:
        """The answer as lines of text."""
        if isinstance(self.found, Trace):
            return trace_lines(self.found, self.graph)
        return list(Teller(self.graph).tell(self.found).lines)

    @property
    def data(self) -> dict[str, Any]:
        """The answer as JSON data."""
        if isinstance(self.found, Trace):
            return trace_json(self.found, self.graph)
        return why_not_json(self.found, self.graph)


def explain_absence(source: Source, wanted: Wanted, name: str, n: int, progress: Progress | None = None) -> Answer:
    """Return why an item is not on the list of ``n``; raises UnknownEntityError among others."""
    case = open_case(source, wanted, progress)
    return Answer(why_not(case, item_called(case.recommender, name), n), case.recommender.graph_)


def trace_rules(source: Source, wanted: Wanted, name: str, progress: Progress | None = None) -> Answer:
    """Return what each rule does to an item; raises UnknownEntityError among others."""
    case = open_case(source, wanted, progress)
    return Answer(trace(case, item_called(case.recommender, name)), case.recommender.graph_)
