"""ontology.ttl as people edit it: each decision about a table a line, with what it rests on beside it.

Turtle written by hand rather than by a serialiser, because comments are the point: what was decided, how sure that is,
and what else could stand there. What is written here, ``kgrec import csv ... --ontology`` reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from kgrec.domain import Facet
from kgrec.ingest.columns import Column, Role
from kgrec.ingest.proposal import Proposal, Proposed
from kgrec.text import clean

_PREFIXES: Final = """\
@prefix kgrec: <https://w3id.org/kgrec#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
_SURE: Final = ((0.9, "sure"), (0.75, "likely"), (0.0, "a guess"))


def ontology_text(proposal: Proposal, command: str) -> str:
    """Return ontology.ttl for a proposed domain; ``command`` is how to import again after an edit."""
    blocks = [
        _head(proposal, command),
        _PREFIXES + f"@base <{proposal.base}> .\n",
        _domain(proposal),
        *_tables(proposal),
    ]
    blocks.append("# --- facets, those most worth asking about first\n")
    blocks += [_facet(found, position) for position, found in enumerate(proposal.facets, 1)]
    blocks += _rest(proposal)
    return "\n".join(blocks)


def quoted(text: str) -> str:
    r"""Return a text as a Turtle string.

    >>> quoted('5" disk')
    '"5\\" disk"'
    """
    escaped = clean(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _sign(separator: str) -> str:
    """Return a separator as a Turtle string, blanks and line ends kept."""
    return '"' + separator.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def sureness(sure: float) -> str:
    """Return a share as a word: "sure", "likely" or "a guess"."""
    return next(word for least, word in _SURE if sure >= least)


def _comment(text: str) -> str:
    return f"# {clean(text)}"


def _head(proposal: Proposal, command: str) -> str:
    return "\n".join(
        (
            _comment(
                f"What {proposal.understanding.main.file} was taken for. Every decision is a line here: change it,"
            ),
            _comment(f"and import again with: {command}"),
            "# Words only (labels, questions, units): the next kgrec --data ... shows them, without a new import.",
            "",
        )
    )


def _domain(proposal: Proposal) -> str:
    items = proposal.understanding
    lines = [
        f"<domain> a kgrec:Domain ; rdfs:label {quoted(proposal.name)} ;",
        f"    kgrec:itemClass <Item> ; kgrec:base {quoted(proposal.base)} ;",
        f"    kgrec:singular {quoted(proposal.singular)} ; kgrec:plural {quoted(proposal.plural)} ;",
        '    kgrec:familiar "Do you know {item}?" ; kgrec:choose "Which suits you better: {a} or {b}?" ;',
    ]
    if proposal.qualifier:
        lines.append(f"    kgrec:qualifier <facet/{proposal.qualifier}> ;  # tells {proposal.plural} of one name apart")
    if proposal.identifier:
        lines.append(f"    kgrec:idColumn {quoted(proposal.identifier)} ;")
    else:
        by = "after their names, or numbered where these recur" if proposal.label else "numbered"
        lines.append(f'    kgrec:idColumn "" ;  # no column is an id: {proposal.plural} are {by}')
    if proposal.label:
        lines.append(f"    kgrec:labelColumn {quoted(proposal.label)} ;")
    elif proposal.label_from:
        lines.append(f"    kgrec:labelFrom {quoted(proposal.label_from)} ;  # no column is a name")
    if items.apart:
        names = ", ".join(map(quoted, items.apart))
        lines.append(f"    kgrec:tellApart {names} ;  # added to names that several {proposal.plural} have")
    ignored = [column for column in items.columns if column.role in (Role.IGNORE, Role.KEY) and not column.target]
    lines += [
        f"    kgrec:ignoreColumn {quoted(column.name)} ;  # {sureness(column.sure)}: {clean(column.why)}"
        for column in ignored
    ]
    lines.append('    kgrec:separator "|" .\n')
    return "\n".join(lines)


def _tables(proposal: Proposal) -> Iterator[str]:
    items = proposal.understanding
    yield f"<table> a kgrec:Table ; kgrec:file {quoted(items.main.file)} .  # {items.main}\n"
    for number, join in enumerate(items.joins, 1):
        via = f" ; kgrec:via {quoted(join.via)}" if join.via else ""
        label = f" ; kgrec:labelColumn {quoted(join.label)}" if join.via and join.label else ""
        what = f"the row that {join.via} names" if join.via else f"all rows with the id of a {proposal.singular}"
        yield (
            f"<table/{number}> a kgrec:Table ; kgrec:file {quoted(join.source.file)} ; "
            f"kgrec:key {quoted(join.key)}{via}{label} .  # {what}\n"
        )


def _facet(found: Proposed, position: int) -> str:
    facet, column = found.facet, found.column
    where = f"{column.why}; {column.filled:.0%} of the rows say it"
    if facet.kind.is_linked and column.role is not Role.ORDERED:
        where += f"; {column.distinct} different"
    lines = [
        _comment(
            f"{column.name}: {column.role}, {sureness(column.sure)} ({where}), such as {', '.join(column.examples)}"
        ),
        f"<facet/{facet.name}> a kgrec:Facet ; kgrec:position {position} ; kgrec:name {quoted(facet.name)} ;",
        f"    kgrec:kind kgrec:{facet.kind.value.capitalize()} ; kgrec:weight {facet.weight:.1f} ;",
        f"    kgrec:column {', '.join(map(quoted, facet.columns))} ;",
        *_reading(column, found.truth),
        f"    rdfs:label {quoted(facet.label)} ; kgrec:plural {quoted(facet.plural)} ;",
        *_words(facet, is_asked=found.is_asked),
    ]
    body = [line for line in lines if not line.lstrip().startswith("#")]
    body[-1] = re.sub(r" ;$", " .", body[-1])
    asked = [line for line in lines[1:] if line.lstrip().startswith("#")]
    return "\n".join([lines[0], *body[:-1], *asked, body[-1], ""])


def _reading(column: Column, truth: str) -> Iterator[str]:
    """Go through the lines that say how cells are read."""
    if truth:
        yield f"    kgrec:truth {quoted(truth)} ;"
    if column.role is Role.HIERARCHY:
        yield f"    kgrec:pathSeparator {_sign(column.separator)} ;"
    elif column.separator:
        yield f"    kgrec:separator {_sign(column.separator)} ;"
    elif column.role in (Role.CATEGORY, Role.ORDERED):
        yield '    kgrec:separator "" ;'
    if column.role is Role.NUMBER:
        unit = f" kgrec:unit {quoted(column.unit)} ;" if column.unit else ""
        times = f" kgrec:times {column.times:g} ;" if column.times != 1 else ""
        yield f"    kgrec:decimal {quoted(column.decimal)} ;{times}{unit}"
    if column.role is Role.DATE:
        yield f"    kgrec:dayFirst {str(column.day_first).lower()} ;"
    if column.order:
        yield f"    kgrec:order ({' '.join(map(quoted, column.order))}) ;"


def _words(facet: Facet, *, is_asked: bool) -> Iterator[str]:
    """Go through the lines with words; questions that are not worth asking are comments."""
    mark = "" if is_asked else "# "
    if facet.less:
        yield f"    kgrec:less {quoted(facet.less)} ; kgrec:more {quoted(facet.more)} ;"
    for name, words in (("low", facet.low), ("high", facet.high)):
        if words:
            yield f"    kgrec:{name} {', '.join(map(quoted, words))} ;"
    if facet.is_ceiling:
        yield "    kgrec:ceiling true ;"
    if facet.is_prior:
        yield "    kgrec:prior true ;"
    if facet.question:
        yield f"    {mark}kgrec:question {quoted(facet.question)} ;"
    if facet.affirm:
        yield f"    {mark}kgrec:affirm {quoted(facet.affirm)} ; kgrec:choose {quoted(facet.choose)} ;"
    yield f"    kgrec:phrase {quoted(facet.phrase)} ;"


def _rest(proposal: Proposal) -> Sequence[str]:
    """Return the links, kept but nothing to ask about."""
    links = [column for column in proposal.understanding.columns if column.role is Role.URL]
    if not links:
        return ()
    lines = ["# --- kept, and no facets\n"]
    lines += [
        f"<link/{number}> a kgrec:Identifier ; kgrec:name {quoted(f'link_{number}')} ; "
        f"kgrec:column {quoted(column.name)} ; rdfs:label {quoted(column.name)} .\n"
        for number, column in enumerate(links, 1)
    ]
    return lines
