"""Draw the pictures of the README from the real app: the shipped films, a fixed evening, a home of its own.

Run by ``make pictures``. Each picture is the app after the same keys, so a picture changes only when the app does; the
moving one shows these keys being pressed, a picture a step.
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
from kgrec.tui.places import PLACES
from kgrec.tui.talk import Writing
from kgrec.tui.themes import CONTRAST_DARK, DARK, LIGHT

FOLDER: Final = Path(__file__).parent
A_SATURDAY_EVENING: Final = 1_765_652_400.0  # 19:00 UTC on 13 December 2025
STORY: Final = ("1", "I loved Heat", "under two and a half hours", "something stylish")
PICTURES: Final = {
    "talk": ((120, 40), DARK.name, ("down",)),
    "talk-light": ((120, 40), LIGHT.name, ("down",)),
    "small": ((80, 24), DARK.name, ()),
    "small-list": ((80, 24), DARK.name, ("tab", "down")),
    "small-why": ((80, 24), DARK.name, ("e",)),
    **{place.name: ((120, 40), DARK.name, ("down", place.key)) for place in PLACES},
    "contrast": ((120, 40), CONTRAST_DARK.name, ("down",)),
}
SESSION: Final = "session"
SESSION_SIZE: Final = (100, 30)
SESSION_END: Final = ("i", "t", "h")
_STEP_S: Final = 2.0


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


async def write(pilot: Pilot[None], words: str) -> None:
    """Write words to the app."""
    await pilot.press("slash")
    pilot.app.screen.query_one(Writing).value = words
    await pilot.pause()


async def send(pilot: Pilot[None]) -> None:
    """Send what is written."""
    await pilot.press("enter")
    await settle(pilot)


async def draw(name: str, size: tuple[int, int], theme: str, keys: tuple[str, ...]) -> None:
    """Play the story in a window of that size, press the keys, and keep the picture."""
    app = KgrecApp(open_films)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.theme = theme
        for words in STORY:
            await write(pilot, words)
            await send(pilot)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        app.clear_notifications()
        await pilot.pause()
        keep(name, re.sub(r"terminal-\d+-", "terminal-", app.export_screenshot(title="kgrec")))


async def record(name: str) -> None:
    """Play the story and what can be seen after it, and keep all pictures as one that moves."""
    app = KgrecApp(open_films)
    frames: list[str] = []

    def frame() -> None:
        frames.append(app.export_screenshot(title="kgrec"))

    async with app.run_test(size=SESSION_SIZE) as pilot:
        await settle(pilot)
        app.theme = DARK.name
        await pilot.pause()
        frame()
        for words in STORY:
            await write(pilot, words)
            if words != STORY[0]:
                frame()
            await send(pilot)
            app.clear_notifications()
            await pilot.pause()
            frame()
        for key in SESSION_END:
            await pilot.press(key)
            await settle(pilot)
            frame()
    keep(name, moving(frames))


def moving(frames: list[str]) -> str:
    """Return SVG pictures of one size as one that shows each for a while, again and again."""
    head = re.search(r"<svg[^>]*>", frames[0])
    assert head is not None
    share = 100 / len(frames)
    styles, groups = [], []
    for number, picture in enumerate(frames):
        inner = picture[picture.index(">", picture.index("<svg")) + 1 : picture.rindex("</svg>")]
        if number:
            inner = re.sub(r"@font-face\s*{[^}]*}", "", inner)  # once is enough
        before = "0%{visibility:hidden}" if number else ""
        after = f"{share * (number + 1):.2f}%{{visibility:hidden}}" if picture is not frames[-1] else ""
        styles.append(f"@keyframes k{number}{{{before}{share * number:.2f}%{{visibility:visible}}{after}}}")
        show = f"animation:k{number} {len(frames) * _STEP_S:.1f}s step-end infinite"
        groups.append(f'<g style="{show}">{re.sub(r"terminal-[0-9]+-", f"f{number}-", inner)}</g>')
    return f"{head[0]}<style>{''.join(styles)}</style>{''.join(groups)}</svg>\n"


def keep(name: str, picture: str) -> None:
    """Write a picture beside this script."""
    (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")


def main(names: list[str]) -> None:
    """Draw the named pictures, by default all."""
    os.environ.pop("NO_COLOR", None)
    os.environ["TZ"] = "UTC"
    with tempfile.TemporaryDirectory() as home:
        os.environ["KGREC_HOME"] = home
        for name in names or (*PICTURES, SESSION):
            asyncio.run(record(name) if name == SESSION else draw(name, *PICTURES[name]))


if __name__ == "__main__":
    main(sys.argv[1:])
