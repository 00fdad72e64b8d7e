"""How figures of an evaluation are written: means with their intervals, differences with how sure they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_LEAST: Final = 0.001


def span(value: Mapping[str, float]) -> str:
    """Return a mean and its interval."""
    return f"{value['mean']:.4f} ({value['low']:.3f}-{value['high']:.3f})"


def gap(compared: Mapping[str, Any]) -> str:
    """Return a difference, its interval, and how sure it is."""
    between = compared["difference"]
    return f"{between['mean']:+.4f} ({between['low']:+.4f} to {between['high']:+.4f}), {sure(compared['p'])}"


def sure(p: float) -> str:
    """Return a p value with three digits."""
    return "p < 0.001" if p < _LEAST else f"p = {p:.3f}"
