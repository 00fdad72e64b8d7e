"""Which facts about the moment go together: a month lies in one season, a date is one weekday, 21.5 is in hour 21."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Final

from kgrec.domain import Value
from kgrec.rulebook.context import SEASONS, WEEKDAYS
from kgrec.rulebook.quantities import as_day

Situation = Mapping[str, Value | None]
"""``user.x`` and ``context.x`` to what is known; None: nothing."""

CALENDAR: Final = frozenset(f"context.{name}" for name in ("date", "day", "month", "season", "weekday", "year"))
CLOCK_FACE: Final = frozenset({"context.hour", "context.time"})
CLOCK: Final = CALENDAR | CLOCK_FACE
"""What is known at every moment."""

_LEAP_YEAR: Final = 2000


def agrees(situation: Situation) -> bool:
    """Whether date, year, month, day, season and weekday can be those of one day, and hour and time of one moment.

    >>> agrees({"context.month": 7.0, "context.season": "winter"})
    False
    >>> agrees({"context.hour": 21.0, "context.time": 21.5}), agrees({"context.month": 2.0, "context.day": 30.0})
    (True, False)
    """
    hour, moment = situation.get("context.hour"), situation.get("context.time")
    if isinstance(hour, float) and isinstance(moment, float) and hour != moment // 1:
        return False
    month, season = situation.get("context.month"), situation.get("context.season")
    if isinstance(month, float) and season is not None and season != _season(int(month)):
        return False
    if not _is_day(situation):
        return False
    return all(situation.get(name) in (None, value) for name, value in _of_date(situation).items())


def in_step(situation: Situation, chosen: Situation) -> Situation:
    """Return a situation in which what was not chosen follows from what was, as far as it can."""
    settled = dict(situation)
    if "context.date" in chosen or chosen.keys().isdisjoint(CALENDAR):
        open_names = settled.keys() - chosen.keys()
        settled |= {name: value for name, value in _of_date(situation).items() if name in open_names}
    month, season = settled.get("context.month"), settled.get("context.season")
    if isinstance(month, float) and season is not None and season != _season(int(month)):
        if "context.season" not in chosen:
            settled["context.season"] = _season(int(month))
        elif "context.month" not in chosen:
            settled["context.month"] = SEASONS.index(str(season)) * 3.0 + 1
    hour, moment = settled.get("context.hour"), settled.get("context.time")
    if isinstance(hour, float) and isinstance(moment, float) and hour != moment // 1:
        if "context.time" not in chosen:
            settled["context.time"] = hour
        elif "context.hour" not in chosen:
            settled["context.hour"] = moment // 1
    return settled


def _season(month: int) -> str:
    return SEASONS[month % 12 // 3]


def _is_day(situation: Situation) -> bool:
    """Whether day, month, year and weekday can be those of one day, as far as they are known."""
    day, month, year = (situation.get(f"context.{name}") for name in ("day", "month", "year"))
    if not isinstance(day, float) or not isinstance(month, float):
        return True
    known = int(year) if isinstance(year, float) and date.min.year <= year <= date.max.year else None
    if day > calendar.monthrange(known or _LEAP_YEAR, int(month))[1]:
        return False
    weekday = situation.get("context.weekday")
    return known is None or weekday in (None, WEEKDAYS[date(known, int(month), int(day)).weekday()])


def _of_date(situation: Situation) -> dict[str, Value]:
    """Return what else is so on the date of a situation; nothing if that is unknown."""
    text = situation.get("context.date")
    if not isinstance(text, str) or as_day(text) is None:
        return {}
    day = date.fromisoformat(text.strip())
    return {
        "context.year": float(day.year),
        "context.month": float(day.month),
        "context.day": float(day.day),
        "context.season": _season(day.month),
        "context.weekday": WEEKDAYS[day.weekday()],
    }
