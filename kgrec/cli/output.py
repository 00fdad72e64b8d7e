"""What commands write: the answer to stdout, talk to stderr, and nothing of it as a traceback.

A reader that goes away (``kgrec recommend | head -1``) is no error: writing stops, and so does the program.
"""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any, Final, NoReturn, TextIO

import typer
from typer.core import TyperGroup

from kgrec.errors import KgrecError, RuleError
from kgrec.text import clean

NOTHING_FOUND: Final = 1
WRONG: Final = 2
_BROKEN_PIPE: Final = 128 + 13
"""What a shell shows of a program that wrote into a closed pipe."""


class Commands(TyperGroup):
    """The commands; an error that a user can act on becomes one message and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except RuleError as error:
            say(f"kgrec: {error.brief()}")
            raise typer.Exit(WRONG) from None
        except KgrecError as error:
            fail(str(error))
        except BrokenPipeError:
            raise
        except OSError as error:
            fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def fail(message: str) -> NoReturn:
    """Say on stderr what is wrong and leave with exit code 2."""
    lines = (clean(line) for line in message.splitlines())
    say("kgrec: " + "\n".join(filter(None, lines)))
    raise typer.Exit(WRONG)


def emit(text: str) -> None:
    """Write a part of the answer, and a line break."""
    _write(sys.stdout, text)


def emit_json(value: Mapping[str, Any]) -> None:
    """Write the answer as JSON; as ASCII where the terminal knows nothing else."""
    is_unicode = (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")
    emit(json.dumps(value, indent=2, ensure_ascii=not is_unicode, allow_nan=False))


def say(text: str) -> None:
    """Write something that is not the answer."""
    _write(sys.stderr, text)


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:  # closed by whoever started the program, as by >&-: nobody wants to read this
        return
    try:
        stream.write(f"{text}\n")
        stream.flush()
    except BrokenPipeError:
        stop_writing(stream)


def stop_writing(stream: TextIO) -> NoReturn:
    """Leave quietly, because nobody reads any more; what is still buffered goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
    raise typer.Exit(_BROKEN_PIPE)
