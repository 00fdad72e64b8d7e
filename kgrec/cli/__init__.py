"""The command line: ``kgrec`` opens the app, its commands answer on stdout.

One module a command. What a command needs is imported when it runs, so that ``kgrec --help`` and the first question do
not wait for what neither uses.
"""

import gc
import os
import sys
from typing import Final

from kgrec.cli.unread import leave_unread

ALLOCATIONS: Final = 500_000
"""Starting makes objects that stay; looking for garbage among them at every 700th took a tenth of the start."""


def main() -> None:
    """Run the command line and leave with its exit code: 0 done, 1 nothing found, 2 wrong use or an error."""
    gc.set_threshold(ALLOCATIONS)
    # Before numpy: on two busy cores, threads that wait for each other doubled the time of a turn.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    leave_unread()
    try:
        from kgrec.cli.commands import app

        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a terminal without Unicode shows "?" rather than a traceback
                stream.reconfigure(errors="replace")
        app(prog_name="kgrec")
    except KeyboardInterrupt:
        sys.exit(130)


__all__ = ["ALLOCATIONS", "main"]
