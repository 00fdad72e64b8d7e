"""What an utterance may mean: one frozen class a reading, and the situation it is read in.

Readings name entities by id and say nothing of how they were worded, so a reading can be carried out, kept for a
question ("which do you mean?") or compared in a test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from kgrec.acts import Question
from kgrec.dialogue.lexicon import Command
from kgrec.domain import Value
from kgrec.graph.lookup import Match

REFUSING: Final = "not ("
"""What the expression of a wish begins with that refuses."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What an utterance may refer to.

    Attributes:
        question: the one that is open.
        listed: the items on the list, for "why 2" and "the second one".
        about: the item last talked about or highlighted, for "it"; empty if there is none.
        other: the one talked about before that, for "the other one"; empty if there is none.
        standard: the item that "shorter" means shorter than; empty: the list as it stands.
        person: the value with a name of its own last talked about, for "he"; empty if there is none.
        facts: what the rules ask of the user, for "with friends".
        year: the present one, for "the last five years"; 0 if unknown.
        minute: the present one of the day, for "done by eleven"; -1 if unknown.
    """

    question: Question | None = None
    listed: tuple[str, ...] = ()
    about: str = ""
    standard: str = ""
    person: str = ""
    facts: tuple[Question, ...] = ()
    year: int = 0
    minute: int = -1
    other: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """Options of the question that was put, by position from 0; it may have none at some."""

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
    """A question what an item has for a facet, or whether it has one of some values (empty: what it has).

    ``facet`` is empty where it does not matter as what it has the values; ``unknown``: what is asked besides, of which
    nothing is known here, such as a role.
    """

    item: str
    facet: str
    values: tuple[str, ...] = ()
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class AskWhether:
    """A question whether some expressions of the rule language hold for an item."""

    item: str
    expressions: tuple[str, ...]
    said: str


@dataclass(frozen=True, slots=True)
class AskWhich:
    """A question which items there are, or how many.

    Attributes:
        said: what is asked for, in words.
        expressions: of the rule language, all of which shall hold.
        among: the items in question; None: all.
        besides: an item that is known already: "what else ...?"; empty if there is none.
        is_count: whether it is asked how many there are.
        most: a numeric facet, if the one with the most of it is asked for, or with the least; empty if not.
        is_more: whether the most is asked for.
        is_all: whether it is asked if all of them are.
    """

    said: str
    expressions: tuple[str, ...] = ()
    among: tuple[str, ...] | None = None
    besides: str = ""
    is_count: bool = False
    most: str = ""
    is_more: bool = True
    is_all: bool = False


@dataclass(frozen=True, slots=True)
class AskBetween:
    """A question which of two items has more of a numeric facet, or of a value; or whether the first has."""

    target: str  # the name of a numeric facet, or the id of a value
    is_more: bool
    items: tuple[str, str]
    is_whether: bool = False


@dataclass(frozen=True, slots=True)
class AskDifference:
    """A question what is different between two items, or between two values."""

    entities: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choose:
    """An item that was decided for: "I'll take number 2"."""

    item: str


@dataclass(frozen=True, slots=True)
class AskValues:
    """A question which values of a facet there are: "what styles do you have?"."""

    facet: str


@dataclass(frozen=True, slots=True)
class AskMine:
    """A question what the user said of an entity: "have I seen it?"; ``is_seen``: only whether it was seen.

    ``entity`` is empty where the list is asked about.
    """

    entity: str
    is_seen: bool = False


@dataclass(frozen=True, slots=True)
class TellAbout:
    """A wish to be told what is known of an entity."""

    entity: str


@dataclass(frozen=True, slots=True)
class TellMine:
    """A wish to be told what is known of the user."""


@dataclass(frozen=True, slots=True)
class Prefer:
    """One entity is liked better than another."""

    entity: str
    other: str


@dataclass(frozen=True, slots=True)
class Opine:
    """An opinion on an entity; ``for_now``: only wanted in this session; ``facet``: only as a value of this one."""

    entity: str
    value: float
    for_now: bool = False
    facet: str = ""


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
    """A constraint in the rule language; ``is_soft``: only preferred."""

    expression: str
    label: str
    is_soft: bool = False

    @property
    def is_refusal(self) -> bool:
        """Whether it is against something."""
        return self.expression.startswith(REFUSING)

    def but(self, expression: str, label: str) -> Require:
        """Return the wish with an exception: what an expression lets through, called so."""
        link = "and" if " except " in self.label else "except"
        return replace(self, expression=f"{self.expression} or {expression}", label=f"{self.label} {link} {label}")


@dataclass(frozen=True, slots=True)
class Compare:
    """More or less of a numeric facet, or of a value, than an item has; no ``item``: than the list as it stands."""

    target: str  # the name of a numeric facet, or the id of a value
    is_more: bool
    item: str = ""


@dataclass(frozen=True, slots=True)
class Extreme:
    """The most or least of a numeric facet, among the items that have some values: "the shortest western"."""

    facet: str
    is_most: bool
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Allow:
    """An entity is fine: what was said against it no longer counts."""

    entity: str


@dataclass(frozen=True, slots=True)
class Open:
    """Some facets do not matter; or only one end of a numeric one no longer does: "older is fine".

    Attributes:
        facets: their names.
        is_more: which numbers are fine too, the greater or the smaller ones; None: all of them.
        is_slight: whether only a little more is fine: "a bit longer is ok".
    """

    facets: tuple[str, ...]
    is_more: bool | None = None
    is_slight: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A dial of the list is turned a step, up or down."""

    dial: str
    step: float


@dataclass(frozen=True, slots=True)
class Forget:
    """What was said of an entity, or a wish, no longer counts; ``entities``: those a name may mean, likeliest first."""

    entities: tuple[str, ...]
    expression: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class AboutMe:
    """A fact about the user; ``value`` None: it is not to count."""

    name: str
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something said after "or": it widens what was asked for before."""

    wanted: tuple[Opine | Require, ...]


@dataclass(frozen=True, slots=True)
class Instead:
    """Something said after "no,": it takes the place of what was asked for just before."""

    wanted: Opine | Require | Compare


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
    """Words that nothing can be done with; ``lacks``: what items would have to have for it, if that is known."""

    text: str
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """Words that want a friendly one, and no more."""

    reply: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several readings that are equally good, each with what to call it, and the words that leave it open."""

    said: str
    options: tuple[tuple[str, Sure], ...]


Inquiry = AskWhether | AskWhich | AskBetween | AskDifference | AskValues | AskMine | TellAbout | TellMine
"""Questions that name no facet; findings.py answers them."""
Sure = (
    Command | Pick | WhyItem | WhyNotItem | AskAbout | Inquiry | Prefer | Opine | HaveSeen | NotSeen | NotNow
    | Require | Compare | Company | Correct | FreeText | NotFound | Unused | Chat | Extreme | Allow | Forget
    | Alternative | Instead | Choose | Open | Turn | AboutMe
)  # fmt: skip
Reading = Sure | Ambiguous
