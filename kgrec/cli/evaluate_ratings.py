"""What ``kgrec evaluate --protocol ratings`` found, as lines of text."""

from __future__ import annotations

from typing import Any

from kgrec.cli.figures import gap, span


def lines(found: dict[str, Any]) -> list[str]:
    """Return the figures of a report, as ``to_json`` gives them, as lines of text."""
    seeds, (low, high) = len(found["seeds"]), found["scale"]
    width = max(map(len, found["contenders"]))
    head = (
        f"ratings: {found['users']:,} users of {found['data']}, {seeds} seed{'s' if seeds > 1 else ''}, "
        f"{found['held_out']:,} ratings held out, from {low:g} to {high:g}"
    )
    told = [
        head,
        f"{'':{width}}  RMSE  (95 % from-to)    MAE  (95 % from-to)    over all: RMSE     MAE   in interval",
    ]
    for name, row in found["contenders"].items():
        overall, inside = row["overall"], row["inside"]
        told.append(
            f"{name:{width}}  {span(row['rmse'])}  {span(row['mae'])}         {overall['rmse']:.4f}  "
            f"{overall['mae']:.4f}  {'' if inside is None else format(inside, '.0%'):>7}".rstrip()
        )
    for name, others in found["against"].items():
        told += [f"{name} - {other}: RMSE {gap(row['rmse'])}, MAE {gap(row['mae'])}" for other, row in others.items()]
    errors = ", ".join(f"{kind} {error:.3f}" for kind, error in found["calibration_error"].items())
    return [*told, f"chances are off by (ECE): {errors}"] if errors else told
