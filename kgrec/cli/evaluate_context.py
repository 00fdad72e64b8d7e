"""What ``kgrec evaluate --protocol context`` found, as lines of text."""

from __future__ import annotations

from typing import Any, Final

from kgrec.cli.figures import gap, span

_MODELS: Final = {
    "context": "with circumstances",
    "split": "items split by circumstance",
    "items": "how items are rated alone",
    "without": "without circumstances",
}


def lines(found: dict[str, Any]) -> list[str]:
    """Return the figures of a report, as ``to_json`` gives them, as lines of text."""
    ratings, lists, seeds, k = found["ratings"], found["lists"], len(found["seeds"]), found["k"]
    told = ", ".join(f"{name} ({len(values)})" for name, values in found["circumstances"].items())
    told_lines = [
        f"context: {ratings['users']:,} users of {found['data']}, {seeds} seed{'s' if seeds > 1 else ''}",
        f"{ratings['held_out']:,} ratings held out; {told}",
        "effects, with their penalties: "
        + (", ".join(f"{name} {penalty:g}" for name, penalty in found["effects"].items())),
        f"{'':28}RMSE  (95 % from-to)   NDCG@{k} of what was rated",
    ]
    told_lines += [
        f"{_MODELS[name]:28}{span(row['rmse'])}   {span(row['ndcg'])}" for name, row in ratings["contenders"].items()
    ]
    told_lines += [
        f"with / {_MODELS[name]}: {metric.upper()} {gap(row[metric])}"
        for name, row in ratings["context_against"].items()
        for metric in ("rmse", "ndcg")
    ]
    if lists is None:
        return told_lines
    told_lines.append(f"Lists of {lists['users']:,} users in their circumstances, liked ones relevant: NDCG@{k}")
    told_lines += [f"{_MODELS[name]:28}{span(row['ndcg'])}" for name, row in lists["contenders"].items()]
    told_lines += [f"with / {_MODELS[name]}: {gap(row['ndcg'])}" for name, row in lists["context_against"].items()]
    return told_lines
