"""What is said and done in a conversation, as frozen values: questions, acts, replies, and the events a log keeps.

Beside :mod:`kgrec.domain`, whose words they use, this is the rest of the vocabulary.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from kgrec.domain import Conflict, Origin, Recommendation, Slate, Value

# --- questions ------------------------------------------------------------------------------------------------------


class QuestionKind(StrEnum):
    """What a question asks for."""

    CHOICE = "choice"  # one of several values of a facet
    LIKE = "like"  # yes or no to one entity
    SEEN = "seen"  # have you seen it, and how was it?
    FACT = "fact"  # something about the user, from an ask rule
    EITHER = "either"  # one or the other of two
    LOVED = "loved"  # which of several items they love: any number of them
    RANGE = "range"  # which stretches of a number
    CONTEXT = "context"  # in which circumstances they are
    MEANT = "meant"  # which of several readings of what was just said
    WANTED = "wanted"  # which of several values what they are after has: any number of them


@dataclass(frozen=True, slots=True)
class Option:
    """One answer a question offers.

    ``value`` is an entity id, a fact, an opinion between -1 and 1, an expression (a range), or () for none of these.
    """

    label: str
    value: Value


SOMETHING_ELSE: Final = Option("something else", ())
"""The answer to a choice that asks for other options."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Why a question was chosen: the share of doubt it removes, how it splits the candidates, and the runner-up."""

    gain: float = 0.0  # expected share of the remaining doubt, 0 to 1; 0: asked because a rule says so
    effort: float = 1.0  # in units of one yes/no answer
    split: tuple[int, ...] = ()  # candidates behind each option
    runner_up: str = ""
    runner_up_gain: float = 0.0
    changes: float = 0.0  # of a question about the circumstances: how much of the list differs between two answers
    rule: Origin | None = None  # the rule that wants to know
    because: str = ""  # what that rule gives as its reason


@dataclass(frozen=True, slots=True)
class Question:
    """One question; ``id`` is the same whenever the same thing is asked."""

    id: str
    kind: QuestionKind
    text: str
    subject: str  # a facet, an entity id or a fact's name
    options: tuple[Option, ...]
    ledger: Ledger = Ledger()
    passing: str = "don't mind"  # what giving no answer is called

    def check(self, positions: Iterable[int]) -> None:
        """Raise ValueError if one of the positions is that of no option."""
        for position in positions:
            if not 0 <= position < len(self.options):
                raise ValueError(f"“{self.text}” has {len(self.options)} options, from 0 on, and none at {position}")


# --- acts and replies -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ask:
    """Put this question."""

    question: Question


@dataclass(frozen=True, slots=True)
class Accept:
    """What is wanted has these values, or is one of these items; the other options are refused."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """What is wanted has none of these values, or is none of these items."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer."""


Reply = Accept | Reject | Unknown
"""What a caller without words says to an act."""


@dataclass(frozen=True, slots=True)
class Recommend:
    """Enough is known: show this slate."""

    slate: Slate


@dataclass(frozen=True, slots=True)
class Repair:
    """Nothing is left: show the conflict and its ways out."""

    conflict: Conflict


@dataclass(frozen=True, slots=True)
class Confirm:
    """Say what was done or understood, and go on.

    ``is_passing``: it tells of something taken back, and is no part of the transcript, as that no longer is.
    """

    text: str
    is_passing: bool = False


@dataclass(frozen=True, slots=True)
class Explain:
    """Tell why an item stands where it does."""

    recommendation: Recommendation


@dataclass(frozen=True, slots=True)
class ExplainAbsence:
    """Tell why an item is not on the list, and what would bring it there."""

    item: str
    text: str


Act = Ask | Recommend | Repair | Confirm | Explain | ExplainAbsence


# --- events ---------------------------------------------------------------------------------------------------------


class EventKind(StrEnum):
    """What can happen; the log holds nothing else."""

    STARTED = "started"
    ANSWERED = "answered"  # a question: subject its id, data the question and the options chosen (none: passed)
    MARKED = "marked"  # options of a question that is not answered yet: as its answer would be
    WISHED = "wished"  # something asked for in words or by a caller
    TOLD = "told"  # a text wish or another utterance
    RATED = "rated"  # subject an item, value -1 to 1
    LIKED = "liked"  # an entity, value 1
    DISLIKED = "disliked"
    SEEN = "seen"  # without saying how it was
    OPENED = "opened"  # or asked about
    SAID = "said"  # something that changed nothing: a question, a command, a courtesy
    REPLIED = "replied"  # what was answered to words; it changes nothing
    PLAYED = "played"
    SKIPPED = "skipped"
    RELAXED = "relaxed"  # wishes dropped in a repair: data their expressions
    FORGOTTEN = "forgotten"  # all that was said of an entity ("" for none), and the wishes in data's expressions
    TURNED = "turned"  # a dial: subject its name, value where it stands now
    KNOWS = "knows"  # subject a user of the data set, data how the user stands to them and whether they may be named
    UNDONE = "undone"  # subject the id of the event taken back


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as the log keeps it. ``id`` is 0 until the log has taken it."""

    kind: EventKind
    subject: str = ""
    value: float | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    time: float = 0.0  # seconds since the epoch
    user: str = ""
    session: str = ""
    id: int = 0
