"""The names under which a rule may ask about the moment, and what the clock says for them.

The names and their values are declared together, so that what a rule is checked against is what it will meet.
A front end adds what it knows besides (place, company, columns of the interactions).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from kgrec.domain import Value

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

SEASONS: Final = ("winter", "spring", "summer", "autumn")
"""Of the northern hemisphere, by month: December to February is winter."""

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"weekday": WEEKDAYS, "season": SEASONS}
"""The names with a fixed set of values."""

NAMES: Final = ("date", "day", "hour", "month", "season", "time", "weekday", "year", "company", "place")
"""What ``context.`` may be followed by; columns of the interactions add to it."""


def clock_context(now: float) -> dict[str, Value]:
    """Return what the clock says about a moment, in seconds since the epoch, by local time.

    ``date`` (ISO), ``year``, ``month`` (1-12), ``day`` (1-31), ``hour`` (0-23), ``time`` (hours with the minutes as a
    fraction: 21.5 is half past nine in the evening), and those in CHOICES.

    >>> sorted(clock_context(1_800_000_000.0))
    ['date', 'day', 'hour', 'month', 'season', 'time', 'weekday', 'year']
    """
    local = time.localtime(now)
    return {
        "date": time.strftime("%Y-%m-%d", local),
        "year": float(local.tm_year),
        "month": float(local.tm_mon),
        "day": float(local.tm_mday),
        "hour": float(local.tm_hour),
        "time": local.tm_hour + local.tm_min / 60,
        "weekday": WEEKDAYS[local.tm_wday],
        "season": SEASONS[local.tm_mon % 12 // 3],
    }
