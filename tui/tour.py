"""The tour: three things to know, on a card over the real screen, once.

Whoever does not want it need not even close it: all keys but the few it names do what they always do, and that ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to know: a title and a text, in which names of actions in brackets stand for their keys."""

    title: str
    text: str


STEPS: Final = (
    Step(
        "Answer",
        "Pick an answer with its number or the mouse, or press [type] and write: a wish, a title, a question. "
        "[pass_question] passes, [ledger] says why this is asked, [undo] takes back what you said last.",
    ),
    Step(
        "Watch the list",
        "It moves with every answer; in a small window [next_pane] turns to it. [up] and [down] highlight, [like] and "
        "[dislike] rate, [reasons] shows the exact reasons, [why_not] tells why something is missing.",
    ),
    Step(
        "Look around",
        "[go_shelves] [go_taste] [go_rules] and others open pages: shelves, your taste, the rules. [talk] leads back, "
        "[jump] jumps, [help] shows all keys. [quit] leaves, and everything is kept.",
    ),
)


class Tour(Vertical, can_focus=True):
    """The steps, one at a time; gone for good once the focus goes elsewhere.

    Args:
        keys: what the key of each action is called.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,right", "turn(1)", "next", key_display="⏎"),
        Binding("left,backspace", "turn(-1)", "back", show=False),
        Binding("escape", "close", "skip", key_display="esc"),
    ]

    def __init__(self, keys: Mapping[str, str]) -> None:
        super().__init__(id="tour")
        self._keys = keys
        self.step = 0

    def compose(self) -> ComposeResult:
        """Lay out one card for all steps."""
        yield Static(id="tour-text")
        yield Static(id="tour-ways")

    def on_mount(self) -> None:
        """Begin."""
        self._draw()
        self.focus()

    def action_turn(self, step: int) -> None:
        """Go on, or back; after the last step the tour is over."""
        self.step = max(self.step + step, 0)
        if self.step < len(STEPS):
            self._draw()
        else:
            self.action_close()

    def action_close(self) -> None:
        """Skip the rest."""
        self.screen.focus_next()

    def on_blur(self) -> None:
        """Be over."""
        self.remove()

    def _draw(self) -> None:
        step = STEPS[self.step]
        self.border_title = Content(f"{self.step + 1} of {len(STEPS)} · {step.title}")
        self.query_one("#tour-text", Static).update(self._with_keys(step.text))
        way = "goes on" if self.step + 1 < len(STEPS) else "ends the tour"
        ways = Content.assemble(("⏎", "$accent bold"), f" {way}   ", ("esc", "$accent bold"), " skips the rest")
        self.query_one("#tour-ways", Static).update(ways)

    def on_click(self) -> None:
        """Go on."""
        self.action_turn(1)

    def _with_keys(self, text: str) -> Content:
        first, *rest = text.split("[")
        parts = [Content(first)]
        for part in rest:
            action, _, after = part.partition("]")
            parts += [Content.styled(self._keys[action], "$accent bold"), Content(after)]
        return Content("").join(parts)
