"""Whether the screen ever stands still: how much the app's event loop works at one go while keys are pressed.

Counted twice: as time of the loop's own thread between two ticks of a clock in it, which other programs do not change,
and as lateness of that clock, which is what a user of this machine sees. The app runs as it does for users, who take a
moment to look at what they opened.
"""

import asyncio
import gc
import time
from collections.abc import Callable

import numpy as np
import pytest
from catalogues import made_up
from textual.pilot import Pilot

from kgrec.cli import ALLOCATIONS
from kgrec.dialogue import Session
from kgrec.recommender import Recommender
from kgrec.tui import KgrecApp, Progress
from kgrec.tui.places import PLACES

N_ITEMS = 10_000
TICK_S = 0.002
LOOK_S = 1.5
MAIN = ("1", "2", "1", "down", "l", "down", "d", "e", "tab", "w", "u", "g", "m", "1", "f3", "escape", "f1", "escape")
PAGE = ("down", "down", "tab", "pagedown", "end", "home")
ANYWHERE = ("ctrl+t", "ctrl+t")


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


Ticks = dict[str, list[tuple[float, float]]]
"""By page and key: how long the loop worked between two ticks, and how late the second was; seconds."""


async def watch(app: KgrecApp, ticks: Ticks, now: list[str]) -> None:
    """Note each tick by what was being pressed."""
    while app.is_running:
        worked_s, due = time.thread_time(), time.perf_counter() + TICK_S
        await asyncio.sleep(TICK_S)
        late_s = time.perf_counter() - due
        ticks.setdefault(now[0], []).append((time.thread_time() - worked_s, late_s))


async def pressed(opened: Callable[[Progress], Session]) -> Ticks:
    """Return the ticks while keys are pressed on all screens."""
    app, ticks, now = KgrecApp(opened, is_guided=True), {}, ["opening"]
    app._hurry.within_s = 0.0  # keys follow each other quicker than anybody's
    async with app.run_test(size=(120, 40)) as pilot:
        clock = asyncio.create_task(watch(app, ticks, now))
        await settle(pilot)
        await pilot.press("escape")  # the tour
        await asyncio.sleep(LOOK_S)
        for page, keys in (("talk", MAIN), *((place.tab, (place.key, *PAGE)) for place in PLACES)):
            for key in (*keys, *ANYWHERE, "escape"):
                now[0] = f"{page} {key}"
                await pilot.press(key)
                await settle(pilot)
                if key == keys[0]:
                    await asyncio.sleep(LOOK_S)
        clock.cancel()
    return ticks


@pytest.mark.benchmark(group="the app at work")
def test_no_frame_is_blocked(benchmark: Callable[..., object], tell: Callable[..., None]):
    recommender = Recommender(texts=False).fit(made_up(N_ITEMS))
    gc.set_threshold(ALLOCATIONS)
    ticks = benchmark.pedantic(lambda: asyncio.run(pressed(lambda _: Session.start(recommender))), rounds=1)
    most_ms = {key: round(max(worked for worked, _ in ticks[key]) * 1e3) for key in ticks}
    worked, late = np.array([tick for key in ticks for tick in ticks[key]]).T * 1e3
    tell(
        p99_worked_ms=round(float(np.percentile(worked, 99)), 1),
        over_50_ms=int((worked > 50).sum()),
        most_ms=dict(sorted(most_ms.items(), key=lambda most: -most[1])[:12]),
        p99_late_ms=round(float(np.percentile(late, 99)), 1),
    )
