"""Facts about whoever talks, told and withheld in words: "I am a student", "my age is 24", "don't use my age".

Only facts that the data know of its users are understood, by their names and values: those are what lists can go by.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from kgrec.acts import EventKind, Question, QuestionKind
from kgrec.dialogue.readings import AboutMe
from kgrec.dialogue.state import FACT
from kgrec.domain import Value
from kgrec.graph import KnowledgeGraph
from kgrec.text import fold

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

_Facts = dict[str, tuple[str, dict[str, Value]]]

_PLEASE: Final = "(?:please |pls )?(?:(?:can|could|would) you )?(?:please )?"
_USE: Final = "(?:use|consider|count|look at|go by|care about|take|judge (?:me )?by|rely on|mind)"
_NOT: Final = rf"(?:(?:dont|do not|never|stop) (?:{_USE}|using|going by|considering|counting))"
_AWAY: Final = "(?: into account| into consideration| out of it| please| any ?more)*"
_WITHHOLD: Final = (
    rf"{_PLEASE}(?:forget|ignore|disregard|leave out|drop|remove|delete|{_NOT}) (?:about )?my (?P<name>.+?){_AWAY}",
    r"(?:recommend )?without (?:using )?my (?P<name>.+?)",
    r"my (?P<name>.+?) (?:doesnt|does not|shouldnt|should not|must not|is not to|isnt to) (?:matter|count)(?: here)?",
    r"my (?P<name>.+?) is (?:none of your business|private|irrelevant|not important|unimportant)",
)
_TELL: Final = (r"my (?P<name>.+?) (?:is|would be) (?:an? )?(?P<value>.+)",)
_BEING: Final = r"(?:im|i am)(?P<no> not)?(?: working as)? (?:an? )?(?P<value>.+)"


def read_about_me(plain: Sequence[str], graph: KnowledgeGraph) -> AboutMe | None:
    """Return the fact that a clause, in folded words, tells or withholds; None if it does neither."""
    known = graph.once(_known)
    if not known:
        return None
    whole = " ".join(plain)
    for pattern in _WITHHOLD:
        if (found := re.fullmatch(pattern, whole)) and found["name"] in known:
            return AboutMe(known[found["name"]][0])
    for pattern in _TELL:
        if (found := re.fullmatch(pattern, whole)) and found["name"] in known:
            name, values = known[found["name"]]
            return _told(name, found["value"], values)
    found = re.fullmatch(_BEING, whole)
    return _being(found["value"], known, is_one=not found["no"]) if found else None


def heed(session: Session, reading: AboutMe, question: Question | None, said: str) -> str:
    """Let a fact count, or no longer count."""
    del question
    called = reading.name.replace("_", " ")
    if reading.value is None:
        session.record(EventKind.FORGOTTEN, reading.name, data={"label": called, FACT: True, "said": said})
        return f"your {called} no longer counts"
    shown = f"{reading.value:g}" if isinstance(reading.value, float) else str(reading.value)
    session.record(
        EventKind.ANSWERED,
        f"{QuestionKind.FACT}:{reading.name}",
        data={
            "kind": QuestionKind.FACT.value,
            "subject": reading.name,
            "about": called,
            "chosen": [[f"{called}: {shown}", reading.value]],
            "said": said,
        },
    )
    return f"{called}: {shown}; “forget my {called}” takes it back"


def _being(value: str, known: _Facts, *, is_one: bool) -> AboutMe | None:
    """Return the fact that the user is something, or is not: "a smoker", "a student"."""
    if value in known:
        name, values = known[value]
        return _told(name, "yes" if is_one else "no", values) if {"yes", "no"} & values.keys() else None
    owners = [(name, values) for name, values in known.values() if value in values]
    return _told(owners[0][0], value, owners[0][1]) if is_one and len(owners) == 1 else None


def _told(name: str, value: str, values: Mapping[str, Value]) -> AboutMe | None:
    """Return a fact with its value as the data write it; None for what nobody is."""
    if values:
        return AboutMe(name, values[value]) if value in values else None
    number = re.fullmatch(r"(\d+(?:\.\d+)?)(?: years?(?: old)?| yo)?", value)
    return AboutMe(name, float(number[1])) if number else None


def _known(graph: KnowledgeGraph) -> _Facts:
    """Return what facts are called → their names and values, folded → as written; no values: a number."""
    found: _Facts = {}
    for facts in graph.user_facts.values():
        for name, value in facts.items():
            _, values = found.setdefault(fold(name.replace("_", " ")), (name, {}))
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, str):
                    values[fold(part.replace("_", " "))] = part
    return found
