"""What ``kgrec evaluate --protocol context`` found, as lines of text."""

from __future__ import annotations

from typing import Any, Final

from kgrec.cli.figures import gap, span

_MODELS: Final = {
    "context": "with circumstances",
    "split": "items split by circumstance",
    "items": "how items are rated alone",
    "re-weighed": "with histories re-weighed",
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
    told_lines += forecast_lines(found["forecasts"]) if found["forecasts"] is not None else []
    if lists is None:
        return told_lines
    told_lines.append(f"Lists of {lists['users']:,} users in their circumstances, liked ones relevant: NDCG@{k}")
    told_lines += [f"{_MODELS[name]:28}{span(row['ndcg'])}" for name, row in lists["contenders"].items()]
    told_lines += [f"with / {_MODELS[name]}: {gap(row['ndcg'])}" for name, row in lists["context_against"].items()]
    alone = found["histories"]
    told_lines += [f"{name:28}{span(row['ndcg'])}" for name, row in alone["contenders"].items()]
    told_lines += [f"{name} / as it is: {gap(row['ndcg'])}" for name, row in alone["against"].items()]
    return told_lines


def forecast_lines(forecasts: dict[str, Any]) -> list[str]:
    """Return how good forecasts are, told of circumstances and not."""
    lines = [f"{'Forecasts':28}RMSE  (95 % from-to)   in their intervals   chances of a like off by"]
    lines += [
        f"{_MODELS[name]:28}{span(row['rmse'])}   {row['inside']:.1%}   {row['calibration_error']:.3f}"
        for name, row in forecasts["contenders"].items()
    ]
    return [*lines, *(f"with / without: RMSE {gap(row['rmse'])}" for row in forecasts["context_against"].values())]
