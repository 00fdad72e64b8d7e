"""``kgrec check`` as typer sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from kgrec.cli.opening import choose, own_rules
from kgrec.cli.options import Data, Json, chosen_data, examples
from kgrec.cli.output import WRONG, emit, emit_json
from kgrec.cli.progress import progress_bar
from kgrec.errors import DataError

CHECK_EXAMPLES: Final = examples(
    "kgrec check",
    "kgrec check my-rules.yaml --strict",
    "kgrec check --user ana",
    "kgrec check --data my-films --json",
)


def check(
    ctx: typer.Context,
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILES]...", help="Rule files.")] = None,
    user: Annotated[
        str | None, typer.Option("--user", metavar="NAME", help="Check this user's own rules after the others.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as errors do.")] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Write the JSON schema of the data set's rule files, for editors.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Check rules and facts.

    With FILES: those rule files against the data set, taken together: a rule of a later file replaces one of the same
    name in an earlier one. Without: the data set's facts and its own rules. Problems go to stdout, one a line, with
    file, line and column. Warnings are about rules that never count, change nothing, repeat others or leave nothing.

    Exit codes: 0 no problems, or warnings only; 2 errors, or with --strict warnings.
    """
    from kgrec.cli.check import check as check_all

    if schema and files:
        raise typer.BadParameter("the schema is the data set's, whatever the files hold", param_hint="--schema")
    dataset = choose(chosen_data(ctx, data)).dataset
    own = own_rules(dataset.name, user) if user is not None else None
    if own is not None and not own.exists():
        raise DataError(f"{user} has no rules of their own for {dataset.name}; they would be in {own}")
    if schema:
        from kgrec.rulebook.json_schema import json_schema

        with progress_bar() as progress:
            graph = dataset.graph(progress)
        emit_json(json_schema(graph))
        return
    with progress_bar() as progress:
        report = check_all(dataset, files or (), progress, own=own)
    if json:
        emit_json(report.to_json())
    else:
        emit("\n".join([*(problem.pretty() for problem in report.problems), *report.checked, report.verdict]))
    if not report.is_ok or (strict and report.problems):
        raise typer.Exit(WRONG)
