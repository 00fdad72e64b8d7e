"""README.md of an imported data set: what was understood of the tables, what it is made of, and what to edit."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from kgrec.graph.knowledge import KnowledgeGraph
from kgrec.ingest.columns import Column, Role
from kgrec.ingest.fact_files import MOST_AS_TEXT
from kgrec.ingest.ontology_text import sureness
from kgrec.ingest.proposal import Proposal
from kgrec.text import clean

_FILES: Final = """\
| file | what | edit it to |
|---|---|---|
| `ontology.ttl` | facets, their words, units, order; how columns are read | correct mistakes, ask better |
| `rules/starter.yaml` | examples of rules over these columns, with tests | say what should be recommended when |
"""
_TEXT: Final = (
    "| `facts.nt` | what the tables say, as RDF, one statement a line | nothing; it is made anew by an import |\n"
)
_COLUMNS: Final = "| `facts/` | what the tables say, as columns of numbers; too much for text | nothing, as above |\n"


def guide_text(graph: KnowledgeGraph, proposal: Proposal | None, notes: Sequence[str], command: str) -> str:
    """Return README.md for a data set; without a proposal it says only what is there."""
    name, words = graph.name, graph.ontology
    parts = [
        f"# {_cell(name)}\n",
        f"{graph.n_items:,} {words.plural}, imported by kgrec. Talk about them: `kgrec --data {shlex.quote(name)}`.\n",
    ]
    if proposal is not None:
        parts.append("## What was understood\n\n" + "\n".join(_understood(proposal)) + "\n")
        parts.append("## Asked about, the most telling first\n\n" + "\n".join(_questions(proposal)) + "\n")
    if notes:
        parts.append("## The files\n\n" + "\n".join(f"- {_cell(note)}" for note in notes) + "\n")
    parts.append("## What to edit\n\n" + _FILES + (_TEXT if graph.n_items <= MOST_AS_TEXT else _COLUMNS))
    parts.append(
        "Words take effect at once. After a change of how a column is read (its kind, a unit, a separator), import "
        f"again:\n\n    {command}\n"
    )
    return "\n".join(parts)


def column_rows(columns: Sequence[Column]) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (column, what it was taken for, how sure, why, examples) of each column, safe to print."""
    for column in columns:
        what = column.role.value
        if column.role is Role.NUMBER and column.unit:
            what = f"number ({column.unit})"
        elif column.role is Role.MULTI:
            what = f"categories ({column.separator.strip()!r} between)"
        elif column.role is Role.KEY and column.target:
            what = f"key of {column.target}"
        elif column.role is Role.ORDERED:
            what = f"ordered: {' < '.join(column.order[:6])}{' ...' if len(column.order) > 6 else ''}"  # noqa: PLR2004
        elif column.role is Role.IGNORE:
            what = "left out"
        sure = f"{sureness(column.sure)} {column.sure:.0%}"
        examples = ", ".join(clean(example)[:24] for example in column.examples[:3])
        yield clean(column.name), clean(what), sure, clean(column.why), examples


def _understood(proposal: Proposal) -> Iterator[str]:
    yield "| column | taken for | how sure | why | such as |"
    yield "|---|---|---|---|---|"
    for row in column_rows(proposal.understanding.columns):
        yield f"| {' | '.join(map(_cell, row))} |"
    yield ""
    yield f"- One row is a {proposal.singular}. {_ids(proposal)}"
    if proposal.qualifier:
        yield f"- Of one name there are several {proposal.plural}: their {proposal.qualifier} tells them apart."
    for join in proposal.understanding.joins:
        how = f"what `{join.via}` names" if join.via else f"rows about {proposal.plural}, several each"
        yield f"- `{join.source.file}`: {how} (`{_cell(join.key)}`)."


def _ids(proposal: Proposal) -> str:
    if proposal.identifier:
        called = f", its name `{_cell(proposal.label)}`" if proposal.label else ""
        return f"Its id is in `{_cell(proposal.identifier)}`{called}."
    if proposal.label:
        return f"No column is an id: ids are made of `{_cell(proposal.label)}`, numbered where that recurs."
    return "No column is an id or a name: rows are numbered."


def _questions(proposal: Proposal) -> Iterator[str]:
    asked = [found for found in proposal.facets if found.is_asked]
    for number, found in enumerate(asked, 1):
        less = f" ({found.facet.less}, {found.facet.more})" if found.facet.less else ""
        text = found.facet.question or found.facet.affirm.replace("{value}", found.truth)
        yield f"{number}. {_cell(text)} `{found.facet.name}`{less}"
    if not asked:
        yield "Nothing divides the items well enough; give a facet a `kgrec:question` to have it asked."


def _cell(text: str) -> str:
    return clean(text).replace("|", "\\|").replace("`", "'").replace("<", "&lt;")
