"""What ``kgrec evaluate --protocol context`` found, as lines of text."""

from __future__ import annotations

from typing import Any, Final

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
        f"{_MODELS[name]:28}{_span(row['rmse'])}   {_span(row['ndcg'])}" for name, row in ratings["contenders"].items()
    ]
    told_lines += [
        f"with / {_MODELS[name]}: {metric.upper()} {_gap(row[metric])}"
        for name, row in ratings["context_against"].items()
        for metric in ("rmse", "ndcg")
    ]
    if lists is None:
        return told_lines
    told_lines.append(f"Lists of {lists['users']:,} users in their circumstances, liked ones relevant: NDCG@{k}")
    told_lines += [f"{_MODELS[name]:28}{_span(row['ndcg'])}" for name, row in lists["contenders"].items()]
    told_lines += [f"with / {_MODELS[name]}: {_gap(row['ndcg'])}" for name, row in lists["context_against"].items()]
    return told_lines


def _span(value: dict[str, float]) -> str:
    return f"{value['mean']:.4f} ({value['low']:.3f}-{value['high']:.3f})"


def _gap(compared: dict[str, Any]) -> str:
    gap, p = compared["difference"], compared["p"]
    sure = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"  # noqa: PLR2004  (three digits)
    return f"{gap['mean']:+.4f} ({gap['low']:+.4f} to {gap['high']:+.4f}), {sure}"
