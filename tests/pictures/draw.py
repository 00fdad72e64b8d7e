"""Draw the pictures of the README from the real app: the shipped films, a fixed evening, a home of its own.

Run by ``make pictures``. Each picture is the app after the same keys, so a picture changes only when the app does.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Final

from textual.pilot import Pilot

from kgrec.dialogue import Session
from kgrec.tui import KgrecApp, Progress
from kgrec.tui.talk import Writing
from kgrec.tui.themes import DARK, LIGHT

FOLDER: Final = Path(__file__).parent
A_SATURDAY_EVENING: Final = 1_765_652_400.0  # 19:00 UTC on 13 December 2025
STORY: Final = ("1", "I loved Heat", "under two and a half hours", "something stylish")
PICTURES: Final = {
    "talk": ((120, 40), DARK.name, ("down",)),
    "talk-light": ((120, 40), LIGHT.name, ("down",)),
    "small": ((80, 24), DARK.name, ()),
    "small-list": ((80, 24), DARK.name, ("tab", "down")),
    "small-why": ((80, 24), DARK.name, ("e",)),
}


def open_films(progress: Progress) -> Session:
    """Open the shipped films as the app does."""
    from kgrec.ingest.datasets import open_dataset
    from kgrec.recommender import Recommender
    from kgrec.rulebook import RuleBook

    films = open_dataset("films")
    graph = films.graph(progress)
    recommender = Recommender(rng=0).fit(graph, progress)
    rules = RuleBook.load(films.rules, graph)
    return Session.start(recommender, rules, user="ana", clock=lambda: A_SATURDAY_EVENING)


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the screen has caught up."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def draw(name: str, size: tuple[int, int], theme: str, keys: tuple[str, ...]) -> None:
    """Play the story in a window of that size, press the keys, and keep the picture."""
    app = KgrecApp(open_films)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.theme = theme
        for words in STORY:
            await pilot.press("slash")
            app.screen.query_one(Writing).value = words
            await pilot.press("enter")
            await settle(pilot)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        app.clear_notifications()
        await pilot.pause()
        picture = app.export_screenshot(title="kgrec")
    (FOLDER / f"{name}.svg").write_text(re.sub(r"terminal-\d+-", "terminal-", picture), encoding="utf-8")


def main(names: list[str]) -> None:
    """Draw the named pictures, by default all."""
    os.environ.pop("NO_COLOR", None)
    os.environ["TZ"] = "UTC"
    with tempfile.TemporaryDirectory() as home:
        os.environ["KGREC_HOME"] = home
        for name in names or PICTURES:
            asyncio.run(draw(name, *PICTURES[name]))


if __name__ == "__main__":
    main(sys.argv[1:])
