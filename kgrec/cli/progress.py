"""A progress bar for whatever takes longer than a second, on stderr and only where somebody watches."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from kgrec.progress import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

PATIENCE_S: Final = 1.0


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Give a callable to report progress to; the bar goes away at the end."""
    bar = _Bar()
    try:
        yield bar.report if sys.stderr is not None and sys.stderr.isatty() else _ignore
    finally:
        bar.close()


class _Bar:
    """Draws nothing, and does not even import what draws, until the patience is over."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._drawn: RichProgress | None = None
        self._label = ""
        self._task: TaskID | None = None

    def report(self, label: str, done: int, total: int) -> None:
        if self._drawn is None:
            if total and time.monotonic() - self._started < PATIENCE_S:
                return
            self._drawn = _draw()
        if self._task is None or label != self._label:
            if self._task is not None:
                self._drawn.remove_task(self._task)
            self._label, self._task = label, self._drawn.add_task(label, total=total or None)
        self._drawn.update(self._task, completed=done, total=total or None)

    def close(self) -> None:
        if self._drawn is not None:
            self._drawn.stop()


def _draw() -> "RichProgress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    drawn = Progress(*columns, console=Console(file=sys.stderr), transient=True)
    drawn.start()
    return drawn


def _ignore(label: str, done: int, total: int) -> None:
    """Nobody watches."""
