"""``kgrec serve`` as typer sees it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from kgrec.cli.opening import choose
from kgrec.cli.options import Data, Rules, User, With, chosen_data, examples
from kgrec.cli.output import fail, say

SERVE_EXAMPLES: Final = examples("kgrec serve", "kgrec serve --port 8080 --data my-films --user ana")
_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_PROGRAM: Final = (sys.executable, "-c", "from kgrec.cli import main; main()")


def serve(
    ctx: typer.Context,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where to listen; others than 127.0.0.1 let others in.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="On which port.")] = 8000,
    data: Data = None,
    user: User = "you",
    rules: Rules = None,
    with_: With = None,
) -> None:
    """Open the app in a browser: the same app, the same conversation.

    Each tab is a program of its own; closing it leaves the conversation as q does. Ends with ctrl+c.
    """
    from kgrec.cli.serve import serve_app

    if host not in _HERE:
        say(
            f"kgrec: anybody who can reach {host} on port {port} can talk as {user!r}, read what is known of them and "
            "change their rules: there is no password and no encryption"
        )
    chosen = chosen_data(ctx, data)
    choose(chosen, rules)  # what is wrong with it is told here, not in each tab
    options = ["--data", chosen, "--user", user]
    for name, values in (("--rules", [str(Path(path).absolute()) for path in rules or ()]), ("--with", with_ or ())):
        options += [part for value in values for part in (name, value)]
    try:
        serve_app([*_PROGRAM, "chat", *options], host, port, is_public=host not in _HERE)
    except OSError as error:
        fail(f"cannot listen on {host}, port {port} ({error.strerror}); choose another with --host and --port")
