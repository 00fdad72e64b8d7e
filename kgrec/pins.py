"""Pins: weights of scorers that a user set by hand, as ``tune`` rules called "pin SCORER" in their own rule file.

So a pin shows wherever rules do, can be given conditions by hand, and is undone by removing it. A file is edited as it
stands, with its comments, and only if it holds no mistake before and after.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping
from typing import Final

from kgrec.domain import SCORERS
from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph
from kgrec.resources import write_atomic
from kgrec.rulebook import RuleBook
from kgrec.rulebook.rules import Tune

_INDENTED: Final = re.compile(r"^ +- ", re.MULTILINE)
_TITLES: Final = {f"pin {scorer}": scorer for scorer in SCORERS}


def pins_of(book: RuleBook) -> Mapping[str, float]:
    """Return the weights that the pins of a book set, by scorer."""
    return {_TITLES[rule.name]: rule.weight for rule in book.rules if isinstance(rule, Tune) and rule.name in _TITLES}


def known_scorer(name: str) -> str:
    """Return the name of a scorer; raises DataError if there is none of that name."""
    if name not in SCORERS:
        raise DataError(f"there is no scorer {name!r}; there are {', '.join(SCORERS)}")
    return name


def with_pins(
    book: RuleBook, graph: KnowledgeGraph, wanted: Mapping[str, float], removed: Collection[str] = ()
) -> tuple[RuleBook, str]:
    """Return a book as it would be with other pins, and the text of the user's own file then; nothing is written.

    Args:
        book: the rules of some files; they are read anew.
        graph: what the rules are about.
        wanted: scorer → weight.
        removed: scorers whose pins are to go.

    Raises:
        DataError: there is no own file to be written, no scorer of a name, or no pin to remove.
        RuleErrors: the files have mistakes, or would have with the pins.
    """
    own = book.own
    if own is None:
        raise DataError("there is no place for rules of this user; start kgrec with --user")
    pinned = pins_of(RuleBook.load(book.paths, graph, own=own))  # a file with mistakes is not touched
    for name in map(known_scorer, removed):
        if name in wanted or name not in pinned:
            raise DataError(f"{name} is not pinned; kgrec blend shows what is")
    old = own.read_text(encoding="utf-8-sig") if own.is_file() else ""
    new = _edited(old, {known_scorer(name): weight for name, weight in wanted.items()}, removed)
    return RuleBook.load(book.paths, graph, own=own, drafts={own: new}), new


def write_pins(
    book: RuleBook, graph: KnowledgeGraph, wanted: Mapping[str, float], removed: Collection[str] = ()
) -> RuleBook:
    """Set and remove pins in the user's own file; return the rules then. Arguments and errors as :func:`with_pins`."""
    pinned, text = with_pins(book, graph, wanted, removed)
    assert pinned.own is not None, "with_pins insists on one"
    write_atomic(pinned.own, text)
    return pinned


def _edited(text: str, wanted: Mapping[str, float], removed: Collection[str]) -> str:
    """Return a rule file with other pins; all else in it stays, comments too."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1 << 16
    if _INDENTED.search(text):
        yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(text) or {}
    gone = {_title(name) for name in (*wanted, *removed)}
    rules = document.get("rules")
    rules = rules if rules is not None else []
    for place in reversed([place for place, rule in enumerate(rules) if rule.get("name") in gone]):
        del rules[place]
    for name, weight in wanted.items():
        rules.append({"name": _title(name), "tune": {"scorer": name, "weight": weight}})
    document["rules"] = rules
    buffer = io.StringIO()
    yaml.dump(document, buffer)
    return buffer.getvalue()


def _title(scorer: str) -> str:
    """Return what the rule is called that pins a scorer."""
    return f"pin {scorer}"
