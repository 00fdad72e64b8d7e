"""The options that commands share, and the examples below their help."""

from pathlib import Path
from typing import Annotated, Final

import typer

SHIPPED: Final = "films"


def complete_data(incomplete: str) -> list[str]:
    """Return the data sets whose name begins so, for the shell."""
    from kgrec.ingest.datasets import list_datasets

    return [name for name in list_datasets() if name.startswith(incomplete)]


Data = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="NAME|DIR",
        help=f"The data set: {SHIPPED} (the default), the name of an import, or a data set's folder.",
        autocompletion=complete_data,
    ),
]
Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="FILE", help="Rule file in place of the data set's own; may be repeated."),
]
Json = Annotated[bool, typer.Option("--json", help="Write the answer as JSON.")]
User = Annotated[str, typer.Option("--user", metavar="NAME", help="Whose conversation it is.")]
KnownUser = Annotated[
    str | None,
    typer.Option(
        "--user",
        metavar="NAME",
        help="Use what is known of this user, from conversations and imported interactions, and their own rules; "
        "without it nobody's ('you' is who talks by default).",
    ),
]
With = Annotated[
    list[str] | None,
    typer.Option("--with", metavar="OTHER", help="Somebody who shall like the list too; may be repeated."),
]
Likes = Annotated[
    list[str] | None,
    typer.Option("--like", metavar="TITLE", help="A title, person, genre ... that is liked; may be repeated."),
]
Dislikes = Annotated[
    list[str] | None, typer.Option("--dislike", metavar="TITLE", help="One that is disliked; may be repeated.")
]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="EXPR", help="What must hold, such as 'runtime < 130'; may be repeated."),
]
Given = Annotated[
    list[str] | None,
    typer.Option(
        "--given",
        metavar="NAME=VALUE",
        help="What rules may ask, such as user.audience=children or context.hour=22; may be repeated.",
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="TITLE", help="A title that shall not be listed; may be repeated."),
]
Diversity = Annotated[
    float, typer.Option("--diversity", metavar="0..1", min=0, max=1, help="How unlike each other the items shall be.")
]
Calibrated = Annotated[
    float,
    typer.Option(
        "--calibrated", metavar="0..1", min=0, max=1, help="How much the mix of kinds shall be that of what is liked."
    ),
]
Familiar = Annotated[
    float, typer.Option("--familiar", metavar="-1..1", min=-1, max=1, help="-1: hidden gems; 1: what is well known.")
]
Contextual = Annotated[
    float,
    typer.Option(
        "--contextual", metavar="0..1", min=0, max=1, help="How much less what was done in other circumstances counts."
    ),
]
Text = Annotated[str | None, typer.Option("--text", metavar="TEXT", help="A wish in free words.")]
Name = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="What to call the data set; the source's name by default.")
]


def chosen_data(ctx: typer.Context, data: str | None) -> str:
    """Return the data set meant: the command's own option, that before the command, or the shipped one."""
    before = ctx.find_root().params.get("data")
    return next((name for name in (data, before) if name is not None), SHIPPED)


def examples(*lines: str) -> str:
    """Return examples as the end of a command's help, line by line as written."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
