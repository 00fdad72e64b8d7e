"""Pictures of an evaluation: bars of NDCG with their intervals, or, for new users, lines over what is known of them."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Final

from kgrec.errors import ModelError, StoreError

_INCH_A_BAR: Final = 0.32
_OURS: Final = "#1b7f5c"
_PEER: Final = "#8a8f98"
_MEMBER: Final = "#7fb8d6"


def plot(found: dict[str, Any], path: Path) -> None:
    """Write a picture of a report, as ``to_json`` gives it; the suffix says the format (.png, .svg, .pdf).

    Raises:
        ModelError: matplotlib is not installed.
        StoreError: the file cannot be written.
    """
    try:
        figures: Any = importlib.import_module("matplotlib.figure")
    except ImportError as error:
        raise ModelError("plots need the package matplotlib; install it with: pip install 'kgrec[plots]'") from error
    names = [*next(iter(found["cases"].values()))["contenders"]]
    figure = figures.Figure(figsize=(8, 1.6 + _INCH_A_BAR * max(len(names), 8)), layout="constrained")
    axes = figure.subplots()
    (_bars if len(found["cases"]) == 1 else _lines)(axes, found)
    seeds = len(found["seeds"])
    axes.set_title(f"{found['protocol']}: {found['data']}, {seeds} seed{'s' if seeds > 1 else ''}")
    try:
        figure.savefig(path, dpi=144)
    except (OSError, ValueError) as error:
        raise StoreError(f"{path}: the plot cannot be written ({error})") from error


def _colour(name: str, row: dict[str, Any]) -> str:
    return _OURS if name == "blend" else _PEER if row["is_peer"] else _MEMBER


def _bars(axes: Any, found: dict[str, Any]) -> None:
    (case,) = found["cases"].values()
    rows = list(reversed(case["contenders"].items()))
    means = [row["ndcg"]["mean"] for _, row in rows]
    below = [row["ndcg"]["mean"] - row["ndcg"]["low"] for _, row in rows]
    above = [row["ndcg"]["high"] - row["ndcg"]["mean"] for _, row in rows]
    colours = [_colour(name, row) for name, row in rows]
    axes.barh([name for name, _ in rows], means, xerr=[below, above], color=colours, ecolor="#333333", capsize=2)
    axes.set_xlabel(f"NDCG@{found['k']}, with 95 % intervals over users")


def _lines(axes: Any, found: dict[str, Any]) -> None:
    cases = found["cases"]
    colours = importlib.import_module("matplotlib").colormaps["tab20"]
    for number, (name, row) in enumerate(next(iter(cases.values()))["contenders"].items()):
        points = [case["contenders"][name]["ndcg"] for case in cases.values()]
        style: dict[str, Any] = {"linestyle": "--" if row["is_peer"] else "-", "color": colours(number % 20)}
        if name == "blend":
            style = {"color": _OURS, "linewidth": 3.0, "zorder": 3}
        axes.plot(list(cases), [point["mean"] for point in points], marker="o", markersize=4, label=name, **style)
    axes.set_ylabel(f"NDCG@{found['k']}")
    axes.legend(fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
