"""The page of scorers: weights and where they come from, and pins that are tried before they count."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import DataTable, Input

from kgrec.dialogue import MemoryLog, Session
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.tui import KgrecApp, OpenSession, Progress
from kgrec.tui.blend_page import BlendPage
from kgrec.tui.blend_view import Scorer
from kgrec.tui.listing import Listing
from kgrec.tui.messages import RulesChanged
from kgrec.tui.rule_changes import RuleDetails

from .conftest import A_SATURDAY_EVENING, SIZES, THEMES, User, Using

Opening = Callable[..., OpenSession]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "ana.yaml"


@pytest.fixture
def opened(tiny_world: KnowledgeGraph, log: MemoryLog, own: Path) -> OpenSession:
    """Return what opens a session whose user has a place for rules of their own."""

    def opening(progress: Progress) -> Session:
        progress("reading the films", 6, 6)
        book = RuleBook.load((), tiny_world, own=own)
        recommender = Recommender(texts=False).fit(tiny_world)
        return Session.start(recommender, book, log=log, user="ana", clock=lambda: A_SATURDAY_EVENING)

    return opening


def page(user: User) -> BlendPage:
    assert isinstance(user.app.screen, BlendPage)
    return user.app.screen


def written(own: Path) -> str:
    return own.read_text(encoding="utf-8") if own.exists() else ""


def scorer(user: User, name: str) -> Scorer:
    value = page(user).value
    assert value is not None
    return next(one for one in value.scorers if one.name == name)


async def choose(user: User, name: str) -> None:
    page(user).query_one("#scorers", Listing).choose(name)
    await user.settle()


async def test_weights_say_where_they_come_from_and_what_they_give(opened: OpenSession, using: Using):
    async with using(opened) as user:
        await user.write("likes heat")
        await user.press("s")
        drawn = user.drawn()
        assert "as it is while you talk" in drawn
        assert scorer(user, "taste").weight > 0
        assert scorer(user, "taste").share > 0
        value = page(user).value
        assert value is not None
        assert [one.label for one in value.listed] == user.listed
        assert all(abs(sum(s for _, s in one.shares) - one.score) < 0.05 for one in value.listed)
        assert [row.rated for row in value.buckets if row.is_mine] == ["1-2"]
        assert page(user).query_one(DataTable).row_count == len(value.buckets)


async def test_a_weight_is_tried_before_it_counts(opened: OpenSession, using: Using, own: Path):
    async with using(opened) as user:
        await user.write("likes heat")
        before = user.listed
        await user.press("s")
        await choose(user, "popularity")
        was = scorer(user, "popularity").weight
        await user.press(*["plus"] * 12)
        tried = scorer(user, "popularity")
        assert (tried.weight, tried.is_trying) == (was, True)
        assert tried.wanted == pytest.approx(round((was + 0.6) / 0.05) * 0.05, abs=0.051)
        assert page(user).query_one(RuleDetails).display
        assert written(own) == ""
        assert user.listed == before
        await user.press("u")
        assert not scorer(user, "popularity").is_trying
        assert "Nothing counts before you say so" in " ".join(user.drawn().split())


async def test_a_pin_counts_at_once_and_is_not_asked_about_again(opened: OpenSession, using: Using, own: Path):
    heard: asyncio.Queue[RulesChanged] = asyncio.Queue()

    def hear(message: Message) -> None:
        if isinstance(message, RulesChanged):
            heard.put_nowait(message)

    async with using(opened, hear=hear) as user:
        await user.press("s")
        await choose(user, "walk")
        await user.press("w")
        user.app.screen.query_one(Input).value = "0,9"
        await user.press("enter")
        assert scorer(user, "walk").wanted == 0.9
        await user.press("p")
        pinned = scorer(user, "walk")
        assert (pinned.weight, pinned.is_pinned, pinned.is_trying) == (0.9, True, False)
        assert "your pin (ana.yaml:2)" in user.drawn()
        assert "weight: 0.9" in written(own)
        await asyncio.wait_for(heard.get(), 60)  # the file is watched, and was put in force already
        await user.settle()
        assert user.app.screen is page(user)
        assert sum("rule in force" in toast for toast in user.toasts) == 0
        await user.press("backspace")
        assert scorer(user, "walk").is_trying
        await user.press("p")
        assert not scorer(user, "walk").is_pinned
        assert "pin walk" not in written(own)


async def test_a_weight_that_is_none_is_refused_with_an_example(opened: OpenSession, using: Using):
    async with using(opened) as user:
        await user.press("s", "w")
        user.app.screen.query_one(Input).value = "lots"
        await user.press("enter")
        assert any("such as 0.3" in toast for toast in user.toasts)
        assert page(user).draft == {}


async def test_without_a_place_for_rules_the_user_is_told(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("s", "plus")
        assert any("no place for rules" in toast for toast in user.toasts)
        await user.press("u")
        assert page(user).draft == {}


async def test_what_cannot_be_done_is_not_offered(opened: OpenSession, using: Using):
    async with using(opened) as user:
        await user.press("s")
        offered = user.app.screen.active_bindings
        assert "p" not in offered
        assert "backspace" not in offered
        await user.press("plus")
        assert "p" in user.app.screen.active_bindings


@SIZES
@THEMES
def test_the_page_looks_as_it_did(snap_compare: Any, opened: OpenSession, size: tuple[int, int], theme: str):
    app = KgrecApp(opened)

    async def do(pilot: Pilot[None]) -> None:
        user = User(app, pilot)
        await user.settle()
        app.theme = theme
        await user.write("likes heat")
        await user.press("s", "plus", "plus", "plus")

    assert snap_compare(app, terminal_size=size, run_before=do)
