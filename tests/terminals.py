"""A terminal with a program in it: what it drew last, what it uses, and keys to press."""

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

KGREC = (sys.executable, "-c", "from kgrec.cli import main; main()")
"""The command, without depending on where its script was installed."""

_CONTROL = re.compile(
    r"\x1b\[(?P<row>\d+);(?P<column>\d+)H"  # the one sequence that matters: go there
    r"|\x1b\[\?2026(?P<frame>[hl])"  # a frame begins, or is whole
    r"|\x1b\[[0-?]*[ -/]*[@-~]"  # colours, modes
    r"|\x1b[\]P_^X].*?(?:\x07|\x1b\\)"  # titles and other strings
    r"|\x1b."
    r"|(?P<text>[^\x1b]+)",
    re.DOTALL,
)
_ASKS_FOR_WHOLE_FRAMES, _SHOWS_WHOLE_FRAMES = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]P_^X][^\x07\x1b]*)?\Z")


_QUESTION = re.compile(r"● ([^│\n]*\?)")


def questions(screen: str) -> list[str]:
    """Return the questions on the app's screen, the last one unanswered."""
    return [question.strip() for question in _QUESTION.findall(screen)]


class Drawn:
    """What is on a screen after all that was written to it.

    Args:
        size: columns and rows.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        columns, rows = size
        self._cells = [[" "] * columns for _ in range(rows)]
        self._row = self._column = 0
        self._pending = ""
        self._last_frame: str | None = None  # while the next one is being drawn

    @property
    def screen(self) -> str:
        """Everything on the screen, a line a row; never a frame half drawn."""
        return self._drawn() if self._last_frame is None else self._last_frame

    def _drawn(self) -> str:
        return "\n".join("".join(row).rstrip() for row in self._cells)

    def draw(self, written: str) -> None:
        """Draw what a program wrote."""
        written = self._pending + written
        cut = _UNFINISHED.search(written)
        self._pending = written[cut.start() :] if cut else ""
        for part in _CONTROL.finditer(written[: cut.start() if cut else None]):
            if part["row"]:
                self._row, self._column = int(part["row"]) - 1, int(part["column"]) - 1
            elif part["frame"]:
                self._last_frame = self._drawn() if part["frame"] == "h" else None
            for character in part["text"] or "":
                self._put(character)

    def _put(self, character: str) -> None:
        if character == "\r":
            self._column = 0
        elif character == "\n":
            self._row += 1
        else:
            if self._row < len(self._cells) and self._column < len(self._cells[0]):
                self._cells[self._row][self._column] = character
            self._column += 1


class Terminal(Drawn):
    """Runs a program on a terminal of its own; it ends with the ``with`` block at the latest.

    Args:
        arguments: the program.
        environment: added to ours.
        size: columns and rows; wide, so that nothing wraps.
    """

    PATIENCE_S = 60.0

    def __init__(self, arguments: Sequence[str | Path], size: tuple[int, int] = (200, 50), **environment: str) -> None:
        super().__init__(size)
        columns, rows = size
        self.raw = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")  # a read may end within a character
        self._is_open = True
        self._ours, theirs = pty.openpty()
        own = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            arguments,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  (so that closing it is heard)
            env={**own, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.kill()
        if self._is_open:
            os.close(self._ours)

    def press(self, keys: str) -> None:
        """Type characters."""
        os.write(self._ours, keys.encode())

    def wait_for(self, found: str | Callable[[str], bool]) -> str:
        """Wait until a text is on the screen, or the screen satisfies a condition; return the screen."""
        shows = found if callable(found) else lambda screen: found in screen
        deadline = time.monotonic() + self.PATIENCE_S
        while not shows(self.screen):
            left = deadline - time.monotonic()
            if left < 0 or not self._read(left):
                raise AssertionError(f"{found!r} never came; on the screen was:\n{self.screen}")
        return self.screen

    def leave(self, keys: str = "q") -> int:
        """Press what ends the program and return its exit code."""
        self.press(keys)
        while self._read(self.PATIENCE_S):
            pass
        return self.process.wait(self.PATIENCE_S)

    def hang_up(self) -> int:
        """Close the terminal, as somebody who closes its window, and return the program's exit code."""
        os.close(self._ours)
        self._is_open = False
        return self.process.wait(self.PATIENCE_S)

    def end(self) -> int:
        """Ask the program to end, as a system that shuts down does, and return its exit code."""
        self.process.terminate()
        return self.leave("")

    def kill(self) -> None:
        """End the program as a power cut would: it is not asked."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(self.PATIENCE_S)

    def resident_mb(self) -> float:
        """Return the memory the program occupies now, in MB (10^6 bytes); Linux only."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        (kilobytes,) = re.findall(r"VmRSS:\s+(\d+) kB", status)
        return int(kilobytes) * 1024 / 1e6

    def _read(self, timeout_s: float) -> bool:
        """Draw what the program has written since; False once it has closed the terminal."""
        if not select.select([self._ours], [], [], timeout_s)[0]:
            return False
        try:
            written = os.read(self._ours, 1 << 16)
        except OSError:  # Linux reports the end of a pseudo-terminal so
            return False
        self.raw += written
        if _ASKS_FOR_WHOLE_FRAMES in written:
            os.write(self._ours, _SHOWS_WHOLE_FRAMES)
        self.draw(self._decoder.decode(written))
        return bool(written)
