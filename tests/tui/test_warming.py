"""What is made ready while the first question is read, so that going to a page does not hold up the screen."""

import gc
from collections.abc import Callable

import pytest
from textual.css.stylesheet import Stylesheet

from kgrec.tui import KgrecApp, OpenSession
from kgrec.tui.places import PLACES

from .conftest import User

Opening = Callable[..., OpenSession]


async def test_going_to_a_page_reads_no_styles_any_more(open_with: Opening, monkeypatch: pytest.MonkeyPatch):
    calls = []
    monkeypatch.setattr(gc, "freeze", lambda: calls.append("left out"))
    monkeypatch.setattr(gc, "set_threshold", lambda *_: calls.append("seldom"))
    app = KgrecApp(open_with(), is_guided=True)
    async with app.run_test(size=(120, 40)) as pilot:
        user = User(app, pilot)
        await user.settle()
        assert calls == ["left out", "seldom"]
        monkeypatch.setattr(Stylesheet, "reparse", lambda _: calls.append("read"))
        for place in PLACES:
            app.action_go(place.name)
            await user.settle()
            assert type(app.screen) is place.page_class()
            app.action_leave_page()
            await user.settle()
    assert "read" not in calls
