"""When garbage is looked for: while nobody presses anything, and never through what stays."""

import gc
import sys
import types
from collections.abc import Callable

import pytest
from textual._styles_cache import StylesCache

from kgrec.tui import KgrecApp, OpenSession
from kgrec.tui.sweeping import Sweeping, forget_screens

from .conftest import Using


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []
    for name in ("collect", "freeze", "set_threshold"):
        monkeypatch.setattr(gc, name, lambda *_, name=name: made.append(name))
    return made


@pytest.fixture
def sweeping(calls: list[str], monkeypatch: pytest.MonkeyPatch) -> Sweeping:
    monkeypatch.setattr(KgrecApp, "set_interval", lambda *_: None)
    begun = Sweeping()
    begun.settle()
    assert calls == []  # not before it has begun
    begun.begin(KgrecApp(lambda _: None))
    calls.clear()
    return begun


def test_what_was_loaded_since_is_left_out_once(
    sweeping: Sweeping, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeping.settle()
    assert calls == []
    monkeypatch.setitem(sys.modules, "a_module_that_a_turn_needed", types.ModuleType("a_module_that_a_turn_needed"))
    sweeping.settle()
    sweeping.settle()
    assert calls == ["freeze"]


def test_what_another_theme_made_is_left_out_but_not_for_ever(sweeping: Sweeping, calls: list[str]) -> None:
    for _ in range(100):
        sweeping.keep_looks()
    assert 3 < len(calls) < 30  # each leaves some megabytes in memory
    assert set(calls) == {"freeze"}


async def test_another_theme_is_left_out_of_searches(
    open_with: Callable[..., OpenSession], using: Using, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    async with using(open_with()) as user:
        monkeypatch.setattr(Sweeping, "keep_looks", lambda _: kept.append(user.app.theme))
        await user.press("r", "escape")
        assert kept == []
        await user.press("ctrl+t")
        assert kept == ["kgrec-light"]


@pytest.mark.parametrize(("passed_s", "new"), [(9.0, 9), (9.0, 0), (0.1, 9)])
def test_all_is_looked_through_when_nobody_presses_anything_and_there_is_something_to_find(
    sweeping: Sweeping, calls: list[str], monkeypatch: pytest.MonkeyPatch, passed_s: float, new: int
) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    sweeping.hear()
    monkeypatch.setattr("time.monotonic", lambda: 100.0 + passed_s)
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, new))
    sweeping._look(is_alone=False)
    assert calls == (["collect"] if (passed_s, new) == (9.0, 9) else [])


@pytest.mark.parametrize(("is_alone", "count"), [(True, 90_000), (True, 0), (False, 90_000)])
def test_much_that_is_left_without_a_page_is_there_to_stay(
    sweeping: Sweeping,
    calls: list[str],
    monkeypatch: pytest.MonkeyPatch,
    is_alone: bool,  # noqa: FBT001  (a value of the parametrization)
    count: int,
) -> None:
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 9))
    monkeypatch.setattr(gc, "get_objects", lambda: [None] * count)
    sweeping._look(is_alone=is_alone)
    assert calls == (["collect", "freeze"] if is_alone and count else ["collect"])


def test_nothing_of_a_screen_that_is_gone_is_kept() -> None:
    assert StylesCache.get_inner_outer.cache_info().maxsize  # what is emptied is a cache
    forget_screens()
    assert StylesCache.get_inner_outer.cache_info().currsize == 0
