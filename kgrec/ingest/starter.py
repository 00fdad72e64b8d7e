"""A rule file to begin with: examples over the very columns of a table, each explained, with tests that hold.

The examples do little until somebody means them: a list is kept varied, facts about a user count when they are
known, shelves stand beside the list. What they claim in ``expect`` follows from the rules alone, so that it holds for
any data.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from kgrec.domain import Facet, FacetKind
from kgrec.graph.knowledge import KnowledgeGraph
from kgrec.ingest.datasets import RULES
from kgrec.resources import dataset_dir, write_atomic
from kgrec.text import clean, fold

_HEAD: Final = """\
# Rules for {plural}. Edit and save: an open kgrec checks the file and shows what the edit changes. "kgrec check --data
# {name}" looks for mistakes and runs the tests at the end, "kgrec rules diff OLD NEW" compares.
#
# A rule has a name and does one thing: require, forbid, prefer (weight), derive, limit, tune, ask, shelf. "when" and
# "unless" say when it counts, "because" is what people are told. An expression compares facets and user.NAME by
# == != < <= > >= in [A, B] has is known and or not ( ) + - * /; a comparison with something unknown is false.
#
# Facets: {facets}
"""
_OWN_HEAD: Final = """\
# Your own rules for {plural}. They come after those of the data set, and count for you alone.
#
# A rule takes the place of an earlier one of its name; with "off: true" alone it switches that off.
# Below are examples: take the "# " away from one of them, and see what it would change.
#
{facets}

rules:
"""
_MARK: Final = "# as written by kgrec: "
_MOST_FACETS: Final = 40
_MANY: Final = 6
_ALIKE: Final = 3
_PLAIN: Final = 60
_WIDTH: Final = 100


def starter_rules(graph: KnowledgeGraph) -> str:
    """Return a rule file about the facets of a graph."""
    rules, tests = [], []
    for example in (_varied(graph), _affordable(graph), *_matched(graph), *_shelves(graph)):
        if example is not None:
            rules.append(example[0])
            tests += example[1]
    tests += list(_plain_tests(graph))
    parts = [_HEAD.format(plural=graph.ontology.plural, name=graph.name, facets=_facets(graph))]
    parts.append("rules:\n\n" + "\n".join(rules) if rules else "rules: []\n")
    parts.append("expect:\n\n" + "\n".join(tests) if tests else "")
    return "\n".join(part for part in parts if part)


def put_starter(folder: Path, name: str, file: str, text: str) -> None:
    """Put a starter file in place of the empty one that a new data set gets, marked as written by kgrec.

    Rules of the data set that is replaced are kept, but for a starter file that nobody has changed: it may speak of
    columns that are no more.

    Args:
        folder: the data set that is being made.
        name: what it will be called.
        file: what to call the file.
        text: the rules.
    """
    marked = f"{text}\n{_MARK}{_digest(text)}\n"
    (folder / RULES / f"{name}.yaml").unlink(missing_ok=True)
    (folder / RULES / file).write_text(marked, encoding="utf-8")
    old = dataset_dir(name) / RULES / file
    if old.is_file() and is_untouched(old.read_text(encoding="utf-8", errors="replace")):
        write_atomic(old, marked)


def own_starter(graph: KnowledgeGraph) -> str:
    """Return a rule file for one user over the facets of a graph: examples, all of them commented out."""
    examples = [
        f"""\
- name: more {label}
  prefer: {asked.name} has {label}
  weight: 0.3
  because: your own rules say so
"""
        for asked in _asked(graph)[:1]
        for label in [label for label, count in _labels(graph, asked) if count > 1 and label.isalpha()][:1]
    ]
    if (facet := _ceiling(graph)) is not None:
        most = _round(float(np.nanquantile(graph.numbers[facet.name], 0.8)))
        examples.append(f"""\
- name: {_yaml(f"{facet.label} within my limits")}
  forbid: {facet.name} > {most:g}
  because: {_yaml(f"you want no {facet.label} above {most:g}")}
""")
    facets = textwrap.fill(f"# Facets: {_facets(graph)}", _WIDTH, subsequent_indent="#   ")
    head = _OWN_HEAD.format(plural=graph.ontology.plural, facets=facets)
    lines = [f"  # {line}" if line else "" for example in examples for line in ["", *example.splitlines()]]
    return head + "".join(f"{line}\n" for line in lines)


def _facets(graph: KnowledgeGraph) -> str:
    """Return the facets that rules can speak of, separated by commas."""
    facets = [facet.name for facet in graph.ontology.facets if facet.name in {*graph.links, *graph.numbers}]
    return ", ".join(facets[:_MOST_FACETS]) + (" ..." if len(facets) > _MOST_FACETS else "")


def is_untouched(text: str) -> bool:
    """Return whether a starter file is as it was written, so that a new import may replace it."""
    body, mark, digest = text.rpartition(f"\n{_MARK}")
    return bool(mark) and digest.strip() == _digest(body)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


_Example = tuple[str, list[str]]
"""A rule, and tests of it, as YAML."""


def _yaml(text: str) -> str:
    """Return a text as a YAML scalar in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def _value(label: str) -> str:
    """Return a value as an expression has it: in quotes."""
    return f'"{label}"'


def _writable(label: str) -> bool:
    return bool(label) and len(label) <= _PLAIN and not set(label) & set("\"'\\\n{}[]")


def _labels(graph: KnowledgeGraph, facet: Facet) -> list[tuple[str, int]]:
    """Return the values of a facet that can be written, with how many items have them, the most frequent first."""
    values = graph.values(facet.name).tolist() if facet.name in graph.links else []
    degrees = graph.degrees[facet.name] if values else np.empty(0)
    found = [(graph.labels[value], int(degrees[value])) for value in values]
    names = [fold(label) for label, _ in found]
    kept = [(label, count) for label, count in found if _writable(label) and names.count(fold(label)) == 1]
    return sorted(kept, key=lambda one: (-one[1], one[0]))


def _asked(graph: KnowledgeGraph) -> list[Facet]:
    return [facet for facet in graph.linked_facets if facet.question and facet.name in graph.links]


def _varied(graph: KnowledgeGraph) -> _Example | None:
    """Return a rule that keeps a list from being all of one make."""
    candidates = [
        facet
        for facet in graph.linked_facets
        if len(labels := _labels(graph, facet)) >= _MANY and sum(count > _ALIKE for _, count in labels) > 1
    ]
    candidates.sort(key=lambda facet: (facet.kind is not FacetKind.ENTITY, -facet.weight))
    if not candidates:
        return None
    facet = candidates[0]
    rule = f"""\
  # A list of ten is more use when it is not ten times the same {facet.label}.
  - name: {_yaml(f"not all of one {facet.label}")}
    limit: {_ALIKE} per {facet.name}
    because: {_yaml(f"a list should show more than one {facet.label}")}
"""
    return rule, []


def _affordable(graph: KnowledgeGraph) -> _Example | None:
    """Return a rule that keeps to the most somebody wants of a quantity (a price, a length)."""
    facet = _ceiling(graph)
    if facet is None:
        return None
    middle = _round(float(np.nanmedian(graph.numbers[facet.name])))
    fact = f"most_{facet.name}"
    rule = f"""\
  # Counts only where it is known, for instance: kgrec recommend --given user.{fact}={middle:g}
  - name: {_yaml(f"{facet.label} within limits")}
    when: user.{fact} is known
    require: {facet.name} <= user.{fact}
    strength: 2
    because: {_yaml(f"its {facet.label} is within what you said")}
"""
    test = f"""\
  - name: {_yaml(f"no {facet.label} above what was said")}
    given: {{user.{fact}: {middle:g}}}
    always: {facet.name} <= {middle:g}
"""
    return rule, [test]


def _ceiling(graph: KnowledgeGraph) -> Facet | None:
    """Return the quantity of which people are likeliest to name the most they want, None if there is no quantity."""
    numeric = [facet for facet in graph.ontology.facets if _is_amount(graph, facet)]
    return next((facet for facet in numeric if facet.is_ceiling), numeric[0] if numeric else None)


def _is_amount(graph: KnowledgeGraph, facet: Facet) -> bool:
    return facet.kind is FacetKind.NUMBER and facet.name in graph.numbers and bool(facet.less) and not facet.is_prior


def _round(value: float) -> float:
    return float(f"{value:.3g}")


def _matched(graph: KnowledgeGraph) -> Iterator[_Example]:
    """Go through rules that bring together what users and items say in the same words: a budget and a price."""
    facts: dict[str, set[str]] = {}
    for user in graph.user_facts.values():
        for name, value in user.items():
            if not isinstance(value, float):
                facts.setdefault(name, set()).update(map(fold, (value,) if isinstance(value, str) else value))
    for name, said in facts.items():
        for facet in graph.linked_facets:
            labels = {fold(label) for label, _ in _labels(graph, facet)}
            both = labels & said - {"yes", "no", "none"}
            if len(both) > 1 and len(both) >= len(labels) / 3:
                yield _match(name, facet), []
                break


def _match(fact: str, facet: Facet) -> str:
    return f"""\
  # Users and {facet.plural} speak the same words here.
  - name: {_yaml(f"{facet.label} as the user has it")}
    when: user.{fact} is known
    prefer: {facet.name} == user.{fact}
    weight: 0.3
    because: {_yaml(f"the {facet.label} is the one you go for")}
"""


def _shelves(graph: KnowledgeGraph) -> Iterator[_Example]:
    """Go through lists of their own: what has most of a kind, and the low end of a quantity."""
    for facet in _asked(graph)[:1]:
        labels = [label for label, count in _labels(graph, facet) if count > 1][:1]
        for label in labels:
            rule = f"""\
  # A list beside the main one, the best of it first.
  - name: {_yaml(f"shelf of {label}")}
    shelf: {_yaml(label[:1].upper() + label[1:])}
    of: {_yaml(f"{facet.name} has {_value(label)}")}
    because: {_yaml(f"there is more of this {facet.label} than of any other")}
"""
            yield rule, []
    for facet in [facet for facet in graph.ontology.facets if _is_amount(graph, facet) and facet.low][:1]:
        low = _round(float(np.nanquantile(graph.numbers[facet.name], 0.2)))
        if float(np.nanmin(graph.numbers[facet.name])) <= low < float(np.nanmax(graph.numbers[facet.name])):
            title = f"{facet.low[0]} {graph.ontology.plural}"
            rule = f"""\
  # The fifth with the lowest {facet.label}.
  - name: {_yaml(title)}
    shelf: {_yaml(title[:1].upper() + title[1:])}
    of: {facet.name} <= {low:g}
    because: {_yaml(f"the fifth with the lowest {facet.label}")}
"""
            yield rule, []


def _plain_tests(graph: KnowledgeGraph) -> Iterator[str]:
    """Go through tests of the data themselves: that there is what there should be."""
    for facet in _asked(graph)[:2]:
        for label, _ in _labels(graph, facet)[:1]:
            wanted = f"{facet.name} has {_value(label)}"
            yield f"""\
  - name: {_yaml(f"there is {clean(label)}")}
    given: {{}}
    some: {_yaml(wanted)}
  - name: {_yaml(f"only {clean(label)} for whom nothing else will do")}
    given: {{where: {_yaml(wanted)}}}
    always: {_yaml(wanted)}
"""
