"""Somebody looks at one film in full: why it is there, what is like it, and what to say of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.widgets import OptionList

from kgrec.domain import Reason, Recommendation
from kgrec.tui import KgrecApp, OpenSession
from kgrec.tui.item_page import Critiques, ItemPage
from kgrec.tui.item_view import paths_to

from .conftest import SIZES, THEMES, User, Using

Opening = Callable[..., OpenSession]

RULES = """\
rules:
  - name: nothing very long
    forbid: runtime > 160
    because: it is late
"""


def page(user: User) -> ItemPage:
    assert isinstance(user.app.screen, ItemPage)
    return user.app.screen


async def test_i_shows_the_highlighted_one_with_the_path_that_led_there(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("I love Heat")
        await user.press("g", "tab", "i")
        assert page(user).item == "thief"
        drawn = user.drawn()
        assert "A safe-cracker wants one last job." in drawn
        assert "you love ── Heat (1995) ── Michael Mann ── this film" in drawn
        assert "number 1 of 5" in drawn
        assert "directed by Michael Mann" in drawn
        await user.press("escape")
        assert user.app.screen is user.app.main


async def test_paths_that_meet_are_drawn_as_one_picture(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("I love Heat")
        await user.write("I like Michael Mann")
        user.app.action_go("item", "thief")
        await user.settle()
        lines = [line.split("│")[1].strip() for line in user.drawn().splitlines() if " ──" in line and "you " in line]
        assert sorted(lines) == [
            "you like ────────────────╯",
            "you love ── Heat (1995) ─┬─ Michael Mann ── this film",
        ]


async def test_a_critique_is_said_of_the_item_and_ends_at_the_list(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        user.app.action_go("item", "alien")
        await user.settle()
        assert "1 older" not in user.drawn()  # nothing is older
        await user.press("1")
        assert user.app.screen is user.app.main
        assert user.chips == ["newer than Alien (1979)"]
        assert "Alien (1979)" not in user.listed
        assert user.toasts[-1] == "newer than Alien (1979): 5 left; u takes it back"
        await user.press("u")
        assert user.chips == []


async def test_a_critique_can_be_clicked(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        user.app.action_go("item", "alien")
        await user.settle()
        await user.pilot.click(Critiques, offset=(6, 1))
        await user.settle()
        assert user.chips == ["newer than Alien (1979)"]


async def test_a_key_without_a_critique_does_nothing(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        user.app.action_go("item", "alien")
        await user.settle()
        await user.press("9")
        assert page(user).item == "alien"


async def test_it_is_judged_where_it_is_looked_at(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        user.app.action_go("item", "alien")
        await user.settle()
        pane = page(user).query_one("#item-pane")
        for key, said in (
            ("l", "you love it"),
            ("u", ""),
            ("d", "you do not like it"),
            ("u", ""),
            ("v", "you know it"),
        ):
            await user.press(key)
            assert str(pane.border_subtitle) == said
        assert "You said that you know it" in " ".join(user.drawn().split())
        assert "Alien (1979)" not in user.listed


async def test_why_not_turns_to_what_keeps_it_off(open_with: Opening, using: Using, tmp_path: Path):
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    async with using(open_with(rules), size=(80, 24)) as user:
        user.app.action_go("item", "heat")
        await user.settle()
        assert "rules.yaml:2:5" not in user.drawn()
        await user.press("x")
        assert page(user).query_one("#item-pane", VerticalScroll).scroll_y > 0
        drawn = " ".join(user.drawn().split())
        assert "Why it is not on the list" in drawn
        assert "rules.yaml:2:5" in drawn
        user.app.action_go("item", "thief")
        await user.settle()
        await user.press("x")
        assert user.toasts[-1].startswith("it is on the list: number ")


async def test_enter_opens_one_like_it_and_escape_leads_back(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        user.app.action_go("item", "heat")
        await user.settle()
        alike = page(user).query_one("#alike", OptionList)
        assert alike.get_option_at_index(0).id == "thief"
        await user.press("tab", "down", "enter")
        assert page(user).item == "thief"
        await user.press("escape")
        assert page(user).item == "heat"


async def test_what_it_rests_on_can_be_followed_into_the_graph(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("g", "i", "c")
        assert user.app.screen.PLACE == "graph"
        assert user.app.screen.item == "heat"


async def test_what_was_not_said_has_no_path(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        user.app.action_go("item", "heat")
        await user.settle()
        assert "From you to this film" not in user.drawn()


def test_paths_of_one_kind_weigh_together_and_none_is_drawn_that_counts_for_nothing(open_with: Opening, using: Using):
    session = open_with()(lambda *_: None)
    path = ("heat", "director/michael-mann", "thief")
    reasons = (
        Reason("taste", 0.3, "you love Heat (1995): directed by Michael Mann", path),
        Reason("walk", 0.2, "you love Heat (1995): directed by Michael Mann", path),
        Reason("taste", 0.4, "you asked for Crime", ("genre/crime", "thief")),
        Reason("text", 0.001, "you asked for “heists”", ("thief",)),
        Reason("popularity", 2.0, "widely liked"),
    )
    told = Recommendation("thief", "Thief (1981)", 2.9, 0.8, reasons)
    assert [[stop.label for stop in path] for path in paths_to(session, told)] == [
        ["you love", "Heat (1995)", "Michael Mann", "Thief (1981)"],
        ["you asked for", "Crime", "Thief (1981)"],
    ]


@SIZES
@THEMES
def test_one_in_full(snap_compare: Any, open_with: Opening, size: tuple[int, int], theme: str):
    app = KgrecApp(open_with())

    async def do(pilot: Pilot[None]) -> None:
        user = User(app, pilot)
        await user.settle()
        app.theme = theme
        await user.write("I love Heat")
        await user.write("I like Michael Mann")
        app.action_go("item", "thief")
        await user.settle()
        app.clear_notifications()
        await user.settle()

    assert snap_compare(app, terminal_size=size, run_before=do)
