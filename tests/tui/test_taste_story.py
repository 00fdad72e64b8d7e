"""The taste page: what is believed, where it comes from, changing it, and going back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from kgrec.acts import Event, EventKind
from kgrec.dialogue import MemoryLog
from kgrec.graph import KnowledgeGraph
from kgrec.tui import KgrecApp, OpenSession
from kgrec.tui.dialogs import SureDialog
from kgrec.tui.graph_page import GraphPage
from kgrec.tui.listing import Listing
from kgrec.tui.taste_page import TastePage
from kgrec.tui.text_dialog import TextDialog

from .conftest import SIZES, THEMES, User, Using

Opening = Callable[..., OpenSession]

STORY = ("loved heat, no comedy", "I like Michael Mann", "after 1980")


def page(user: User) -> TastePage:
    assert isinstance(user.app.screen, TastePage)
    return user.app.screen


def held(user: User) -> dict[str, str]:
    """Return what is believed: label → word, but for what is only worked out."""
    value = page(user).value
    assert value is not None
    return {one.label: one.word for group in value.groups for one in group.held if one.is_said}


def steps(user: User) -> list[tuple[str, bool]]:
    value = page(user).value
    assert value is not None
    return [(step.outcome, step.counts) for step in value.steps if step.can_go]


async def go_to(user: User, label: str) -> None:
    """Highlight what is believed of a label."""
    value = page(user).value
    assert value is not None
    found = next(one for group in value.groups for one in group.held if one.label == label)
    page(user).query_one("#beliefs", Listing).choose(found.id)
    await user.settle()


async def talk(user: User) -> None:
    for text in STORY:
        await user.write(text)
    await user.press("t")


async def test_everything_said_is_there_with_its_source(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await talk(user)
        believed = held(user)
        assert believed["Heat (1995)"] in ("like", "love")
        assert believed["Michael Mann"] == "like"
        drawn = user.drawn()
        assert "“I like Michael Mann”" in drawn
        assert "Wishes of this conversation" in drawn
        assert "Worked out from your answers" in drawn
        assert "±" in drawn


async def test_what_was_let_go_is_called_as_it_was(open_with: Opening, using: Using, tmp_path: Path):
    rules = tmp_path / "mine.yaml"
    rules.write_text("rules:\n  - name: only shorts\n    require: runtime < 10\n", encoding="utf-8")
    async with using(open_with(rules)) as user:
        assert user.prompt.startswith("No film satisfies")
        await user.press("1", "t")
        assert held(user)["only shorts"] == "let go"


async def test_a_page_about_an_item_opens_for_the_one_on_the_list_if_none_is_highlighted_here(
    open_with: Opening, using: Using
):
    async with using(open_with()) as user:
        await user.press("y", "c")
        assert isinstance(user.app.screen, GraphPage)
        assert user.app.screen.item == user.app.main.subject
        await user.press("escape", "escape", "t", "i")
        assert isinstance(user.app.screen, TastePage)
        assert "no film is highlighted here" in user.toasts


async def test_nothing_said_says_what_to_do(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("t")
        assert "Nothing yet." in user.drawn()
        await user.press("space", "backspace", "U")
        assert user.app.screen is page(user)


async def test_an_opinion_goes_round_and_the_list_with_it(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("I like Michael Mann")
        await user.press("t")
        await go_to(user, "Michael Mann")
        words = []
        for _ in range(4):
            await user.press("space")
            words.append(held(user)["Michael Mann"])
        assert words == ["neutral", "dislike", "love", "like"]
        await user.press("d")
        assert held(user)["Michael Mann"] == "dislike"
        await user.press("u")
        assert held(user)["Michael Mann"] == "like"


async def test_a_belief_is_taken_back_and_the_history_brings_it_back(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("I like Michael Mann")
        await user.press("t")
        before = user.listed
        await go_to(user, "Michael Mann")
        await user.press("backspace")
        assert held(user) == {}
        assert steps(user) == [("♥ Michael Mann", False)]
        assert "taken back" in user.drawn()
        page(user).action_show_pane("history")
        await user.settle()
        await user.press("backspace")
        assert held(user) == {"Michael Mann": "like"}
        assert user.listed == before


async def test_what_was_said_earlier_is_forgotten_with_all_its_events(open_with: Opening, using: Using, log: MemoryLog):
    for value in (1.0, -1.0):
        log.append(Event(EventKind.RATED, "heat", value, {"label": "Heat (1995)"}, time=5.0, user="ana", session="old"))
    async with using(open_with()) as user:
        await user.press("t")
        assert held(user) == {"Heat (1995)": "dislike"}
        assert "1 Jan 1970" in user.drawn()
        await go_to(user, "Heat (1995)")
        await user.press("backspace")
        assert held(user) == {}
        await user.press("u")
        assert held(user) == {"Heat (1995)": "dislike"}


async def test_everything_after_a_point_is_taken_back_if_that_is_meant(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await talk(user)
        history = page(user).query_one("#history", Listing)
        page(user).action_show_pane("history")
        assert history.highlighted == history.option_count - 1
        await user.press("home", "down")
        chosen = page(user).step
        assert chosen is not None
        await user.press("U")
        assert isinstance(user.app.screen, SureDialog)
        await user.press("escape")
        assert all(counts for _, counts in steps(user))
        await user.press("U", "enter")
        assert [counts for _, counts in steps(user)] == [True] + [False] * (len(steps(user)) - 1)
        assert len(held(user)) == 1


async def test_a_taste_is_exported_asked_about_and_taken_in_by_another(
    open_with: Opening, using: Using, tmp_path: Path
):
    file = tmp_path / "mine.ttl"
    async with using(open_with()) as user:
        await user.write("I like Michael Mann")
        await user.press("t", "ctrl+s")
        assert isinstance(user.app.screen, TextDialog)
        user.app.screen.query_one(Input).value = str(file)
        await user.press("enter")
        assert "Michael Mann" in file.read_text(encoding="utf-8")
        file.write_text("mine", encoding="utf-8")
        await user.press("ctrl+s")
        user.app.screen.query_one(Input).value = str(file)
        await user.press("enter")
        assert isinstance(user.app.screen, SureDialog)
        await user.press("escape")
        assert file.read_text(encoding="utf-8") == "mine"
        await user.press("ctrl+s")
        user.app.screen.query_one(Input).value = str(file)
        await user.press("enter", "enter")
        await user.press("backspace", "ctrl+o")
        user.app.screen.query_one(Input).value = str(file)
        await user.press("enter")
        assert any("1 new" in toast for toast in user.toasts)
        assert held(user) == {"Michael Mann": "like"}
        assert "imported from mine.ttl" in user.drawn()


async def test_a_file_that_is_none_is_refused_with_what_to_do(open_with: Opening, using: Using, tmp_path: Path):
    async with using(open_with()) as user:
        await user.press("t", "ctrl+o")
        user.app.screen.query_one(Input).value = str(tmp_path / "none.ttl")
        await user.press("enter")
        assert any("cannot be read" in toast for toast in user.toasts)


async def test_what_was_only_worked_out_can_be_judged_and_not_taken_back(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("likes heat")
        await user.press("t")
        value = page(user).value
        assert value is not None
        worked_out = value.groups[-1].held[0]
        assert worked_out.word == "likely"
        await go_to(user, worked_out.label)
        await user.press("backspace")
        assert any("you did not say this" in toast for toast in user.toasts)
        await user.press("d")
        assert "dislike" in held(user).values()


async def test_in_a_small_window_one_pane_is_in_front(open_with: Opening, using: Using):
    async with using(open_with(), (80, 24)) as user:
        await talk(user)
        assert "What I believe of you" in user.drawn()
        assert not page(user).query_one("#history").display
        await user.press("tab", "tab")
        assert page(user).front == "history"
        assert not page(user).query_one("#beliefs").display
        assert "“I like Michael Mann”" in user.drawn()
        await user.press("tab")
        assert page(user).front == "beliefs"


async def test_of_very_many_beliefs_some_are_shown_and_more_on_demand(open_with: Opening, using: Using, log: MemoryLog):
    for number in range(120):
        data = {"label": f"Old {number}"}
        log.append(Event(EventKind.RATED, f"gone{number}", 1.0, data, time=5.0, user="ana", session="old"))
    async with using(open_with()) as user:
        await user.press("t")
        assert len(held(user)) == 120
        beliefs = page(user).query_one("#beliefs", Listing)
        for left in ("70 more", "20 more"):
            await user.press("end")
            assert left in user.drawn()
            await user.press("enter")
        await user.press("end")
        assert "more" not in beliefs.chosen
        await user.press("space")
        assert any("no opinion that can be changed" in toast for toast in user.toasts)
        assert "No longer in the data" in str(beliefs.get_option_at_index(0).prompt)


async def test_what_was_said_comes_first_the_last_on_top_and_then_what_the_data_say_the_best_liked_first(
    open_with: Opening, using: Using, tiny_world: KnowledgeGraph
):
    rated = replace(tiny_world.interactions, user_ids=("ana", *tiny_world.interactions.user_ids[1:]))
    async with using(open_with(graph=replace(tiny_world, interactions=rated))) as user:
        for text in ("loved scream", "hated thief"):  # which she rated before
            await user.write(text)
        await user.press("t")
        value = page(user).value
        assert value is not None
        films = [(group.title, [one.label for one in group.held]) for group in value.groups if "Films" in group.title]
        assert films == [
            ("Films", ["Thief (1981)", "Scream (1996)"]),
            ("Films, from tiny: best liked first", ["Heat (1995)", "Babe (1995)"]),
        ]
        assert value.groups[-1].title == films[1][0]


@SIZES
@THEMES
def test_the_page_looks_as_it_did(snap_compare: Any, open_with: Opening, size: tuple[int, int], theme: str):
    app = KgrecApp(open_with())

    async def do(pilot: Pilot[None]) -> None:
        user = User(app, pilot)
        await user.settle()
        app.theme = theme
        await talk(user)

    assert snap_compare(app, terminal_size=size, run_before=do)
