"""Another theme is put on bit by bit: as Textual would have done it, but with frames between and all drawn once."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

from kgrec.tui import KgrecApp, OpenSession, looks
from kgrec.tui.themes import DARK, LIGHT

from .conftest import User, Using

Opening = Callable[..., OpenSession]


def dressed(app: KgrecApp) -> dict[DOMNode, dict[str, object]]:
    """Return the styles of everything on all screens that are open."""
    nodes = [node for screen in app.screen_stack for node in screen.walk_children(with_self=True)]
    return {node: dict(node.styles.base.get_rules()) for node in (app, *nodes)}


def dressed_at_one_go(app: KgrecApp) -> dict[DOMNode, dict[str, object]]:
    """Return the same after Textual has put them on, all anew."""
    app.stylesheet.set_variables(app.get_css_variables())
    app.stylesheet.reparse()
    for screen in (app, *app.screen_stack):
        app.stylesheet.update(screen)
    return dressed(app)


@pytest.mark.parametrize("keys", [(), ("r",), ("h", "f1")], ids=" ".join)
async def test_all_open_screens_look_as_if_textual_had_dressed_them(
    open_with: Opening, using: Using, keys: tuple[str, ...]
):
    async with using(open_with(), size=(120, 40)) as user:
        await user.press("1", "1", *keys)
        before = dressed(user.app)
        user.app.theme = LIGHT.name
        await user.settle()
        looks_now, picture = dressed(user.app), user.app.export_screenshot()
        assert looks_now != before
        assert looks_now == dressed_at_one_go(user.app)
        await user.settle()
        assert user.app.export_screenshot() == picture


async def test_frames_go_on_meanwhile_and_everything_is_drawn_anew_once(
    open_with: Opening, using: Using, monkeypatch: pytest.MonkeyPatch
):
    refreshed: Counter[Widget] = Counter()
    async with using(open_with(), size=(120, 40)) as user:
        await user.press("1", "1")
        nodes = list(user.app.screen.walk_children())
        monkeypatch.setattr(looks, "_AT_ONE_GO_S", 0.0)
        frames = 0

        async def count_frames() -> None:
            nonlocal frames
            while True:
                await asyncio.sleep(0)
                frames += 1

        clock = asyncio.create_task(count_frames())
        plain = Widget.refresh

        def refresh(widget: Widget, *regions: object, **how: bool) -> Widget:
            refreshed[widget] += 1
            return plain(widget, *regions, **how)  # type: ignore[arg-type]  # handed on as they come

        monkeypatch.setattr(Widget, "refresh", refresh)
        await looks.put_on(user.app)
        clock.cancel()
        assert frames > len(nodes)
        assert set(nodes) <= set(refreshed)
        assert refreshed.total() < 2 * len(nodes)


async def test_the_theme_chosen_last_is_the_one_that_is_put_on(open_with: Opening, using: Using):
    async with using(open_with(), size=(120, 40)) as user:
        await user.press("1")
        picture = user.app.export_screenshot()
        for theme in (LIGHT.name, DARK.name, LIGHT.name, DARK.name):
            user.app.theme = theme
            user.app.refresh_css()  # as Textual does soon: maybe before the last one has begun
            await asyncio.sleep(0)
        await user.settle()
        assert user.app.export_screenshot() == picture
        assert dressed(user.app) == dressed_at_one_go(user.app)


async def test_a_page_left_while_another_theme_is_put_on_breaks_nothing(
    open_with: Opening, using: Using, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(looks, "_AT_ONE_GO_S", 0.0)
    async with using(open_with(), size=(120, 40)) as user:
        await user.press("t")
        user.app.theme = LIGHT.name
        for _ in range(8):
            await asyncio.sleep(0)
        user.app.action_leave_page()
        await user.settle()
        assert user.app.screen is user.app.main
        assert dressed(user.app) == dressed_at_one_go(user.app)


async def test_styles_are_put_on_once_at_the_start(open_with: Opening, monkeypatch: pytest.MonkeyPatch):
    again = []
    monkeypatch.setattr(Stylesheet, "reparse", lambda _: again.append("read"))
    monkeypatch.setattr(looks, "put_on", lambda _: again.append("put on"))
    app = KgrecApp(open_with())
    async with app.run_test() as pilot:
        await User(app, pilot).settle()
        assert app.theme == DARK.name
        assert dressed(app)[app.main]["background"].hex.lower() == DARK.background  # type: ignore[attr-defined]
    assert again == []
