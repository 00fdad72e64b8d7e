"""The spinner: shown while a turn of the conversation takes longer than a moment."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.widgets import Static


class Busy(Static):
    """Turns while a turn of the conversation takes its time."""

    FRAMES: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
    PATIENCE_S: Final = 0.2

    def on_mount(self) -> None:
        """Stand still at first."""
        self._turning = self.set_interval(0.1, self._turn, pause=True)
        self._frame = 0
        self._turns = 0
        self.display = False

    def begin(self) -> None:
        """Start turning in a moment, if this is not over by then."""
        self._turns += 1
        self.set_timer(self.PATIENCE_S, self._show)

    def end(self) -> None:
        """Stop, unless something else goes on."""
        self._turns -= 1
        if not self._turns:
            self.display = False
            self._turning.pause()

    def _show(self) -> None:
        if self._turns and not self.display:
            self.display = True
            self._turning.resume()
            self._turn()

    def _turn(self) -> None:
        self._frame = (self._frame + 1) % len(self.FRAMES)
        self.update(Content.styled(f"{self.FRAMES[self._frame]} one moment", "$accent"))
