"""Somebody walks through the graph: from a film over what it has to others, and looks for what connects two."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from kgrec.graph import KnowledgeGraph
from kgrec.tui import KgrecApp, OpenSession
from kgrec.tui.find_dialog import FindDialog
from kgrec.tui.graph_page import GraphPage, Picture

from .conftest import SIZES, THEMES, User, Using

Opening = Callable[..., OpenSession]


def page(user: User) -> GraphPage:
    assert isinstance(user.app.screen, GraphPage)
    return user.app.screen


def rows(user: User) -> list[str]:
    links = page(user).query_one("#links", OptionList)
    return [" ".join(str(option.prompt).split()) for option in links.options]


def trail(user: User) -> str:
    return str(page(user).query_one("#trail", Static).visual).strip()


async def go(user: User, entity: str) -> None:
    user.app.action_go("graph", entity)
    await user.settle()


async def highlight(user: User, label: str) -> None:
    links = page(user).query_one("#links", OptionList)
    links.highlighted = next(
        number for number, row in enumerate(rows(user)) if label in row and not links.options[number].disabled
    )
    await user.settle()


async def test_a_film_is_drawn_with_what_it_has_and_what_that_leads_to(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("g", "c")
        assert page(user).item == "heat"
        assert rows(user) == ["genre", "Crime 1", "Drama 0", "director", "Michael Mann 1", "certificate", "R 3"]
        drawn = [line.split("││")[0].strip("│ ") for line in user.drawn().splitlines()]
        assert "Heat (1995) │──┼─ director ────── Michael Mann 1" in drawn
        assert "╭─ genre ───────┤" in drawn


async def test_enter_goes_on_and_backspace_goes_back(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await go(user, "heat")
        await highlight(user, "Michael Mann")
        await user.press("enter")
        assert trail(user) == "Heat (1995) › Michael Mann"
        assert [row.rsplit("% ")[-1] for row in rows(user)] == ["director of", "Heat (1995)", "Thief (1981)"]
        await highlight(user, "Thief")
        await user.press("enter")
        assert trail(user) == "Heat (1995) › Michael Mann › Thief (1981)"
        await user.press("backspace", "backspace")
        assert trail(user) == "Heat (1995)"
        await user.press("backspace")
        assert user.toasts[-1] == "the trail begins here; esc leaves the graph"
        await user.press("escape")
        assert user.app.screen is user.app.main


async def test_items_of_a_value_stand_in_the_order_of_the_list(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("I love Alien")
        await go(user, "certificate/r")
        shown = [row.split("% ")[1] for row in rows(user) if "%" in row]
        listed = [label for label in user.listed if label in shown]
        assert [label for label in shown if label != "Alien (1979)"] == listed


async def test_gone_back_to_what_the_trail_leads_over_it_is_cut(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await go(user, "heat")
        for entity in ("director/michael-mann", "thief", "heat"):
            page(user).action_visit(entity)
            await user.settle()
        assert trail(user) == "Heat (1995)"


async def test_a_node_of_the_picture_can_be_clicked(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await go(user, "heat")
        lines = [strip.text for strip in user.app.screen._compositor.render_strips()]
        row = next(number for number, line in enumerate(lines) if "─ Michael Mann" in line)
        await user.pilot.click(offset=(lines[row].index("Michael Mann") + 2, row))
        await user.settle()
        assert trail(user) == "Heat (1995) › Michael Mann"


async def test_what_is_highlighted_is_marked_in_the_picture(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await go(user, "heat")
        await highlight(user, "Michael Mann")
        assert page(user).query_one(Picture).marked == "director/michael-mann"
        assert page(user).subject == "heat"
        await user.press("enter", "i")  # Heat itself is the first film there
        assert user.app.screen.item == "heat"


async def test_something_is_found_by_its_name(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await go(user, "heat")
        await user.press("slash")
        assert isinstance(user.app.screen, FindDialog)
        await user.press(*"ridley")
        options = user.app.screen.query_one(OptionList)
        assert str(options.get_option_at_index(0).prompt) == "Ridley Scott (director)"
        await user.press("enter")
        assert trail(user) == "Heat (1995) › Ridley Scott"


async def test_paths_to_one_of_the_list_are_drawn_together(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await go(user, "heat")
        await user.press("p")
        found = user.app.screen.query_one(OptionList)
        assert [str(option.prompt) for option in found.options] == user.listed
        user.app.screen.query_one(Input).value = "thief"
        await user.settle()
        await user.press("enter")
        assert rows(user) == ["path 1", "Michael Mann 1", "path 2", "Crime 1", "path 3", "R 3"]
        drawn = user.drawn()
        assert "From Heat (1995) to Thief (1981)" in drawn
        assert "╭─ Michael Mann ─╮" in drawn
        assert "Heat (1995) ─┼─ Crime ────────┼─ Thief (1981)" in drawn
        await user.press("backspace")
        assert trail(user) == "Heat (1995)"
        assert rows(user)[0] == "genre"


async def test_where_no_path_is_it_says_so(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await go(user, "heat")
        for name, told in (
            ("babe", "Nothing connects Heat (1995) with Babe (1995)"),
            ("heat", "That is where you are"),
        ):
            await user.press("p")
            user.app.screen.query_one(Input).value = name
            await user.settle()
            await user.press("enter")
            assert told in user.drawn()


async def test_many_are_listed_a_page_at_a_time(open_with: Opening, using: Using):
    films = pd.DataFrame({"item": [f"f{n}" for n in range(100)], "label": [f"Film {n}" for n in range(100)]})
    films["genre"] = "Western"
    graph = KnowledgeGraph.from_frames(films)
    async with using(open_with(graph=graph)) as user:
        await go(user, "genre/western")
        assert rows(user)[0] == "genre of 100"
        for shown, more in ((40, "60 more ..."), (80, "20 more ...")):
            assert rows(user)[-1] == more
            assert len(rows(user)) == shown + 2
            await user.press("end")
            assert page(user).query_one("#links", OptionList).highlighted == shown + 1
            await user.press("enter")
        assert len(rows(user)) == 101


async def test_the_weakest_are_left_out_where_there_is_no_room(open_with: Opening, using: Using):
    async with using(open_with(), size=(80, 16)) as user:
        await go(user, "heat")
        picture = page(user).query_one(Picture)
        assert len(picture.render().plain.splitlines()) <= picture.size.height
        assert "Michael Mann" in picture.render().plain


async def test_a_page_that_was_left_while_it_gathered_is_not_drawn(
    open_with: Opening, using: Using, monkeypatch: pytest.MonkeyPatch
):
    async with using(open_with()) as user:
        await go(user, "heat")
        left, ask = page(user), user.app.ask

        async def leave_meanwhile(question: Callable[..., Any]) -> Any:
            found = await ask(question)
            user.app.pop_screen()
            await left.query("#trail").remove()  # half of it is gone already
            return found

        monkeypatch.setattr(user.app, "ask", leave_meanwhile)
        left.action_visit("thief")
        await user.settle()
        assert user.app.screen is user.app.main


@SIZES
@THEMES
@pytest.mark.parametrize("name", ["", "thief"], ids=["around", "paths"])
def test_pictures(snap_compare: Any, open_with: Opening, size: tuple[int, int], theme: str, name: str):
    app = KgrecApp(open_with())

    async def do(pilot: Pilot[None]) -> None:
        user = User(app, pilot)
        await user.settle()
        app.theme = theme
        await go(user, "heat")
        await user.press("down", "down")
        if name:
            await user.press("p", *name)
            await user.press("enter")

    assert snap_compare(app, terminal_size=size, run_before=do)
