"""Stories of somebody browsing the shelves, by keys and by mouse."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from library import library
from textual.pilot import Pilot

from kgrec.acts import EventKind
from kgrec.dialogue import MemoryLog
from kgrec.graph import KnowledgeGraph
from kgrec.tui import KgrecApp, OpenSession
from kgrec.tui.page import Page
from kgrec.tui.shelves_page import SHELVES_ACTIONS, ShelvesPage
from kgrec.tui.shelves_view import Card, ShelfRow, ShelvesView
from kgrec.tui.strip import Strip
from kgrec.tui.themes import DARK, LIGHT

from .conftest import User, Using

Opening = Callable[..., OpenSession]


@pytest.fixture(scope="module")
def books() -> KnowledgeGraph:
    return library()


@pytest.fixture
def opened(open_with: Opening, books: KnowledgeGraph) -> OpenSession:
    return open_with(graph=books)


def page(user: User) -> ShelvesPage:
    assert isinstance(user.app.screen, ShelvesPage)
    return user.app.screen


def titles(user: User) -> list[str]:
    return [strip.shelf.title for strip in page(user).query(Strip) if strip.shelf]


def row(user: User, title: str) -> Strip:
    return next(strip for strip in page(user).query(Strip) if strip.shelf and strip.shelf.title == title)


def items(user: User) -> list[str]:
    return [card.item for strip in page(user).query(Strip) for card in strip.cards]


def test_every_action_has_a_method():
    for action in SHELVES_ACTIONS:
        assert callable(getattr(ShelvesPage, f"action_{action.name.split('(')[0]}"))


async def test_the_page_begins_with_the_list(opened: OpenSession, using: Using):
    async with using(opened) as user:
        await user.press("h")
        assert titles(user)[0] == "For you now"
        assert [card.label for card in row(user, "For you now").cards] == user.listed
        assert {"Hidden gems", "Newest by published"} <= set(titles(user))
        assert "nothing is known of you yet" in user.drawn()
        await user.press("escape")
        assert user.app.screen is user.app.main


@pytest.mark.parametrize("width", [40, 80, 120, 200])
async def test_all_cards_in_view_are_whole(opened: OpenSession, using: Using, width: int):
    async with using(opened, size=(width, 24)) as user:
        await user.press("h")
        strip = page(user).query(Strip).first()
        drawn = strip.render().plain.split("\n")[1].rstrip()
        shown = [card.label for card in strip.cards[: strip.in_view]]
        assert [drawn.count(label) for label in shown] == [1] * len(shown)
        assert drawn.endswith(shown[-1])


async def test_arrows_go_through_rows_and_cards(opened: OpenSession, using: Using):
    async with using(opened, size=(80, 24)) as user:
        await user.press("h")
        first, second, *_ = page(user).query(Strip)
        assert first.in_view == 2
        assert page(user).subject == first.cards[0].item
        await user.press("right", "right")
        assert page(user).subject == first.cards[2].item
        assert first.first == 1
        await user.press("down")
        assert page(user).subject == second.cards[1].item  # below, as it looks
        await user.press("k", "left", "left", "left")
        assert page(user).subject == first.cards[0].item
        assert first.first == 0
        await user.press("end")
        assert page(user).subject == first.cards[-1].item
        await user.press("home", "up")
        assert page(user).subject == first.cards[0].item


async def test_the_last_row_comes_into_view(opened: OpenSession, using: Using):
    async with using(opened, size=(80, 24)) as user:
        await user.press("slash")
        await user.press("escape", "1", "h", *["down"] * 9)
        last = page(user).query(Strip).last()
        assert last.is_highlighted
        assert last.cards[0].label in user.drawn()


async def test_three_cards_fit_a_larger_window_and_resizing_keeps_the_highlight_in_view(
    opened: OpenSession, using: Using
):
    async with using(opened) as user:
        await user.press("h", "right", "right")
        strip = page(user).query(Strip).first()
        assert (strip.in_view, strip.first) == (3, 0)
        await user.pilot.resize_terminal(80, 24)
        await user.settle()
        assert (strip.in_view, strip.first) == (2, 1)


async def test_enter_opens_what_is_highlighted(opened: OpenSession, using: Using, log: MemoryLog):
    async with using(opened) as user:
        await user.press("h", "right")
        item = page(user).subject
        await user.press("enter")
        assert isinstance(user.app.screen, Page)
        assert (user.app.screen.PLACE, user.app.screen.item) == ("item", item)
        await user.press("escape")
        assert page(user).subject == item


async def test_liking_fills_the_shelves_anew_and_undo_brings_them_back(
    opened: OpenSession, using: Using, log: MemoryLog
):
    async with using(opened) as user:
        await user.press("h", "right")
        before, item = titles(user), page(user).subject
        await user.press("l")
        assert item not in items(user)
        assert any("seas" in title or f"Book {item[1:]}" in title for title in titles(user))
        assert page(user).query(Strip).first().is_highlighted
        assert page(user).subject == page(user).query(Strip).first().cards[1].item  # the next one moved up
        assert any("liked" in toast for toast in user.toasts)
        await user.press("u")
        assert titles(user) == before
        assert item in items(user)
        assert [event.kind for event in log.events("ana")][-2:] == [EventKind.RATED, EventKind.UNDONE]


@pytest.mark.parametrize(("key", "kind"), [("d", EventKind.RATED), ("v", EventKind.SEEN)])
async def test_what_is_disliked_or_seen_goes(
    opened: OpenSession, using: Using, log: MemoryLog, key: str, kind: EventKind
):
    async with using(opened) as user:
        await user.press("h", "down")
        item = page(user).subject
        await user.press(key)
        assert item not in items(user)
        assert log.events("ana")[-1].kind is kind
        await user.press("escape")
        assert f"Book {item[1:]}" not in user.listed


async def test_the_highlight_stays_on_a_card_that_moves(opened: OpenSession, using: Using):
    async with using(opened) as user:
        await user.press("h", "down", "right")
        item = page(user).subject
        other = row(user, "For you now").cards[0].item
        user.app.turn(lambda talk: talk.rate(other, 1.0))
        page(user).renew()
        await user.settle()
        assert item in items(user)
        assert page(user).subject == item


async def test_a_row_that_moves_far_down_is_still_in_view_with_its_highlight(
    opened: OpenSession, using: Using, monkeypatch: pytest.MonkeyPatch
):
    rows = tuple(
        replace(row, cards=tuple(replace(card, item=f"{row.title} {card.item}") for card in row.cards))
        for row in VIEW.rows
    )
    async with using(opened, size=(80, 14)) as user:
        await user.press("h")
        await page(user).draw(ShelvesView(rows[:2]))
        await user.press("down")
        monkeypatch.setattr(page(user), "gather", lambda talk: ShelvesView((*rows[2:], *rows[:2])))
        page(user).renew()
        await user.settle()
        assert row(user, "Because you liked Heat (1995)").is_highlighted
        assert "Because you liked Heat (1995)" in user.drawn()


async def test_the_mouse_highlights_opens_and_turns(opened: OpenSession, using: Using):
    async with using(opened) as user:
        await user.press("h")
        strip = page(user).query(Strip).first()
        assert await user.pilot.click(strip, offset=(40, 2))
        await user.settle()
        assert page(user).subject == strip.cards[1].item
        arrow = strip.size.width - 2
        assert await user.pilot.click(strip, offset=(arrow, 0))
        await user.settle()
        assert strip.first == 3
        assert page(user).subject == strip.cards[1].item
        assert await user.pilot.click(strip, offset=(2, 0))
        await user.settle()
        assert isinstance(user.app.screen, ShelvesPage)
        assert await user.pilot.click(strip, offset=(2, 1))
        await user.settle()
        assert page(user).subject == strip.cards[strip.first].item
        assert await user.pilot.click(strip, offset=(2, 1))
        await user.settle()
        assert isinstance(user.app.screen, Page)
        assert user.app.screen.PLACE == "item"


async def test_a_shelf_of_a_rule_says_where_the_rule_stands(
    open_with: Opening, using: Using, books: KnowledgeGraph, tmp_path: Path
):
    rules = tmp_path / "books.yaml"
    rules.write_text('rules:\n- {shelf: "On [deck]", of: subject has seas, because: summer}\n', encoding="utf-8")
    async with using(open_with(rules, graph=books)) as user:
        await user.press("h")
        assert "On [deck]  summer  books.yaml:2" in user.drawn()


async def test_a_dead_end_says_what_to_do(open_with: Opening, using: Using, books: KnowledgeGraph, tmp_path: Path):
    rules = tmp_path / "books.yaml"
    rules.write_text("rules:\n- forbid: renown > 0\n", encoding="utf-8")
    async with using(open_with(rules, graph=books)) as user:
        await user.press("h")
        assert "No book fits all wishes and rules." in user.drawn()
        assert "the conversation shows the ways out" in user.drawn()
        await user.press("down", "right", "l", "enter", "end")
        assert not list(page(user).query(Strip))


# --- pictures ---------------------------------------------------------------------------------------------------------

CARDS = (
    Card("collateral", "Collateral (2004)", 0.87, "you love Heat (1995): directed by Michael Mann; you want tense"),
    Card("thief", "[bold]Thief[/bold] (1981)", 0.84, "you love Heat (1995): directed by Michael Mann"),
    Card(
        "who",
        "Who Is Harry Kellerman and Why Is He Saying Those Terrible Things About Me? (1971)",
        0.71,
        "you love Heat (1995), and they go together; you asked for “a story of loss”; − not short",
    ),
    Card("laputa", "天空の城ラピュタ (1986)", 0.5, "widely known"),
    Card("babe", "Babe (1995)", 0.055, "− you do not like Comedy"),
)
VIEW = ShelvesView(
    (
        ShelfRow("For you now", "what fits best with all you said", "", CARDS),
        ShelfRow("Because you liked Heat (1995)", "most in common with it", "", CARDS[2:] + CARDS[:2]),
        ShelfRow("Over in ninety minutes [sic]", "tomorrow is a working day", "films.yaml:207", CARDS[1:4]),
        ShelfRow("Hidden gems", "few know them, and they fit what you said", "", CARDS[1:]),
        ShelfRow("Newest by year", "the best for you of the newest", "", CARDS),
    )
)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize("theme", [DARK.name, LIGHT.name], ids=["dark", "light"])
def test_shelves(snap_compare: Any, open_with: Opening, size: tuple[int, int], theme: str):
    app = KgrecApp(open_with())

    async def do(pilot: Pilot[None]) -> None:
        user = User(app, pilot)
        await user.settle()
        app.theme = theme
        await user.press("h")
        await page(user).draw(VIEW)
        await user.press("down", "right")

    assert snap_compare(app, terminal_size=size, run_before=do)
