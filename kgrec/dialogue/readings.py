"""What an utterance may mean: one frozen class a reading, and the situation it is read in.

Readings name entities by id and say nothing of how they were worded, so a reading can be carried out, kept for a
question ("which do you mean?") or compared in a test.
"""

from __future__ import annotations

from dataclasses import dataclass

from kgrec.acts import Question
from kgrec.dialogue.lexicon import Command
from kgrec.graph.lookup import Match


@dataclass(frozen=True, slots=True)
class Setting:
    """What an utterance may refer to.

    Attributes:
        question: the one that is open.
        listed: the items on the list, for "why 2" and "the second one".
        about: the item last talked about or highlighted, for "it"; empty if there is none.
        is_fresh: whether that was just now, so that "shorter" means shorter than it.
        facts: what the rules ask of the user, for "with friends".
        year: the present one, for "the last five years"; 0 if unknown.
    """

    question: Question | None = None
    listed: tuple[str, ...] = ()
    about: str = ""
    is_fresh: bool = False
    facts: tuple[Question, ...] = ()
    year: int = 0


@dataclass(frozen=True, slots=True)
class Pick:
    """Options of the question that was put, by position from 0."""

    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WhyItem:
    """A question why an item stands where it does."""

    item: str


@dataclass(frozen=True, slots=True)
class WhyNotItem:
    """A question why an item is not on the list."""

    item: str


@dataclass(frozen=True, slots=True)
class AskAbout:
    """A question what an item has for a facet, or whether it has one of some values (empty: what it has)."""

    item: str
    facet: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opine:
    """An opinion on an entity; ``for_now``: only wanted in this session."""

    entity: str
    value: float
    for_now: bool = False


@dataclass(frozen=True, slots=True)
class HaveSeen:
    """An item was seen; of a value: all items that have it."""

    entity: str


@dataclass(frozen=True, slots=True)
class NotSeen:
    """An item was named as one that was not seen: nothing to believe, but what "it" means from here on."""

    item: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """An item is not to be shown in this session."""

    item: str


@dataclass(frozen=True, slots=True)
class Require:
    """A constraint in the rule language."""

    expression: str
    label: str


@dataclass(frozen=True, slots=True)
class Compare:
    """More or less of a numeric facet, or of a value, than an item has; no ``item``: than the list as it stands."""

    target: str  # the name of a numeric facet, or the id of a value
    is_more: bool
    item: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """Who or what it is for, as the rules ask for it; ``question`` is None if they do not ask."""

    who: str
    question: Question | None = None
    position: int = 0


@dataclass(frozen=True, slots=True)
class Correct:
    """What was said last was understood wrongly.

    Attributes:
        facet: the name is meant as a value of this one; empty if that is not it.
        newest: whether the newest or the oldest of those of one name is meant; None if that is not it.
        text: what was meant, in words.
    """

    facet: str = ""
    newest: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class FreeText:
    """A wish that names nothing in the graph."""

    text: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """A name that nothing bears."""

    name: str
    nearest: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Unused:
    """Words that nothing can be done with."""

    text: str


@dataclass(frozen=True, slots=True)
class Chat:
    """Words that want a friendly one, and no more."""

    reply: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several readings that are equally good, each with what to call it, and the words that leave it open."""

    said: str
    options: tuple[tuple[str, Sure], ...]


Sure = (
    Command | Pick | WhyItem | WhyNotItem | AskAbout | Opine | HaveSeen | NotSeen | NotNow | Require | Compare | Company
    | Correct | FreeText | NotFound | Unused | Chat
)  # fmt: skip
Reading = Sure | Ambiguous
