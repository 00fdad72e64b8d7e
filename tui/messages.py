"""What widgets and other threads tell the app; screens and the app act on it, widgets never do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from kgrec.tui.view import View

if TYPE_CHECKING:
    from kgrec.errors import RuleErrors
    from kgrec.rulebook import RuleBook


@dataclass
class Typed(Message):
    """Something was written and sent."""

    text: str


@dataclass
class Sought(Message):
    """A title is being written; what it may mean is wanted."""

    text: str


@dataclass
class WritingEnded(Message):
    """The user is done writing: keys act again."""


@dataclass
class RowClicked(Message):
    """A row of the list was clicked."""

    position: int


@dataclass
class Highlighted(Message):
    """The user went to another row of the list."""


@dataclass
class Progressed(Message):
    """Opening has come so far; ``total`` 0: nobody knows how far that is."""

    label: str
    done: int
    total: int


@dataclass
class Viewed(Message):
    """A turn is over: this is what to show now."""

    view: View


@dataclass
class RulesChanged(Message):
    """The rule files changed: the new rules, or all that is wrong with them."""

    outcome: RuleBook | RuleErrors
