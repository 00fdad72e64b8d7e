"""What the screen shows, as frozen values: made from the session in its own thread, drawn in ours.

Widgets get these and nothing else, so drawing can neither wait for a computation nor see it half done.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

LIST_LENGTH: Final = 10
"""How many items the list shows."""


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the conversation so far; a reply belongs to the line before it, a question to what follows."""

    is_user: bool
    text: str
    is_reply: bool = False


class PromptKind(Enum):
    """What stands at the end of the conversation."""

    QUESTION = "question"
    DEAD_END = "dead end"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the user is asked now; ``key`` tells one prompt from the next."""

    kind: PromptKind
    key: str
    text: str
    choices: tuple[str, ...] = ()
    passing: str = ""  # what giving no answer is called; empty: it cannot be passed
    ledger: str = ""  # why it is asked
    can_undo: bool = True  # of a dead end: whether anything was said that can be taken back
    is_several: bool = False  # whether any number of the choices may be picked
    marked: tuple[int, ...] = ()  # the positions of those that are, the last one last


@dataclass(frozen=True, slots=True)
class Wished:
    """Something understood from the user, which can be taken back: the event and what to call it.

    ``is_given_up``: what it names is not to count any more. ``entity``: what tells it from others of the same event.
    """

    event: int
    label: str
    is_given_up: bool = False
    entity: str = ""


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One share of a score in words; ``path`` holds labels, ``place`` is where its rule stands ("": no rule)."""

    share: float
    text: str
    path: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One item with all that may be shown of it.

    Attributes:
        chance: that the user likes it, 0 to 1; None where nothing was learned about that.
        move: how many places it went up since the last turn; None: it is new.
        reason: why, in one line.
        totals: the score by scorer; their sum is the score.
        facts: what is known of the item, as (facet, values).
    """

    item: str
    label: str
    score: float
    match: float
    move: int | None
    reason: str
    reasons: tuple[ReasonLine, ...]
    totals: tuple[tuple[str, float], ...]
    facts: tuple[tuple[str, str], ...]
    description: str
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An item that a name may mean."""

    item: str
    label: str


@dataclass(frozen=True, slots=True)
class Absence:
    """Why an item is not on the list.

    Attributes:
        reasons: what keeps it off, a sentence each.
        standing: where its score alone would put it, if that is not what keeps it off.
        lack: how far its score is from the last one's; "" if it would do.
        gap: what that is made of.
        heading: what the ways begin with.
        ways: what would bring it there, one line each.
    """

    label: str
    reasons: tuple[str, ...]
    standing: str
    lack: str
    gap: tuple[ReasonLine, ...]
    heading: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The whole screen between two turns.

    Attributes:
        left: how many items could be listed, of ``total``.
        empty: what to say where the list would be, if it is empty.
        explained: an item the user asked about, on the list or not.
        absence: why an item the user asked about is not on the list.
        notice: what the turn did, to be shown for a moment.
        latest: the last event that was kept before it.
        singular: what an item is called: "film".
    """

    name: str
    user: str
    opinions: int
    said: tuple[Said, ...]
    prompt: Prompt
    wished: tuple[Wished, ...]
    rows: tuple[Row, ...]
    left: int
    total: int
    singular: str
    plural: str
    empty: str = ""
    explained: Row | None = None
    absence: Absence | None = None
    notice: str = ""
    latest: int = 0


@dataclass(frozen=True, slots=True)
class MovedRow:
    """An item whose place on the list would change; ranks count from 1, None: not on the list."""

    label: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class EditedRule:
    """A rule that was added ("+"), removed ("−") or changed ("~"); ``parts`` says what of it changed."""

    sign: str
    name: str
    place: str
    parts: str = ""


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """What other rules would do to the list, before they do it.

    Attributes:
        summary: what happens to the list, and what happens to the rules, a line each.
        rows: what enters or stays at another place, by its new place; then what leaves, by its old one.
        rules: the rules that differ.
        problems: expectations that break, and wishes that become impossible.
        count: how many rules there would be.
        is_dead_end: whether nothing would be left.
        is_silent: whether the list stays as it is.
    """

    summary: tuple[str, str]
    rows: tuple[MovedRow, ...]
    rules: tuple[EditedRule, ...]
    problems: tuple[str, ...]
    count: int
    is_dead_end: bool = False
    is_silent: bool = False
