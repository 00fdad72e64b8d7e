"""Stories of people using the app, each told through keys, clicks and what is then on the screen."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kgrec.acts import Act, EventKind
from kgrec.dialogue import MemoryLog, Session
from kgrec.errors import DataError, ModelError
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import RuleBook
from kgrec.tui import KgrecApp, OpenSession, Progress
from kgrec.tui.busy import Busy
from kgrec.tui.chips import Chips
from kgrec.tui.dialogs import HelpDialog, SureDialog, TakeBackDialog
from kgrec.tui.messages import Progressed, RulesChanged, Viewed
from kgrec.tui.reasons import Reasons, ReasonsBody
from kgrec.tui.shortlist import Shortlist, ShortlistRow
from kgrec.tui.talk import PromptCard, TalkPane, Writing
from kgrec.tui.view import PromptKind

from .conftest import Using
from .views import QUESTION

Opening = Callable[..., OpenSession]


@pytest.mark.usefixtures("one_at_a_time")
async def test_a_newcomer_answers_by_number_keys(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        assert user.prompt == "Have you seen Heat (1995)?"
        await user.press("1")
        assert user.said == ["Have you seen Heat (1995)?", "loved it"]
        assert user.listed[0] == "Thief (1981)"
        assert "Heat (1995)" not in user.listed
        assert user.prompt == "Have you seen Babe (1995)?"
        assert "▲ 2" in user.drawn()
        assert user.chips == ["Heat (1995): loved it"]


@pytest.mark.usefixtures("one_at_a_time")
async def test_a_newcomer_answers_with_the_mouse(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.click(user.choice("loved it"))
        assert user.said == ["Have you seen Heat (1995)?", "loved it"]
        await user.click(user.choice("haven't seen it"))
        assert len(user.said) == 4
        assert user.chips == ["Heat (1995): loved it"]


@pytest.mark.parametrize("words", ["1", "Loved it"])
async def test_a_newcomer_answers_by_writing(open_with: Opening, using: Using, words: str):
    async with using(open_with()) as user:
        await user.write(words)
        assert user.said == ["Have you seen Heat (1995)?", "loved it"]
        assert isinstance(user.app.focused, TalkPane)


async def test_space_passes_a_question(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("space")
        assert user.prompt != "Have you seen Heat (1995)?"
        assert user.chips == []


async def test_free_words_become_wishes(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("under 120 min")
        assert user.chips
        assert "Heat (1995)" not in user.listed
        assert user.said[0] == "under 120 min"
        assert len(user.said) == 2


async def test_letters_belong_to_the_line_while_writing(open_with: Opening, using: Using, log: MemoryLog):
    async with using(open_with()) as user:
        await user.press("slash", *"quld1")
        assert user.app.screen.query_one(Writing).value == "quld1"
        await user.press("escape")
        assert isinstance(user.app.focused, TalkPane)
        assert [event.kind for event in log.events("ana")] == [EventKind.STARTED]


async def test_a_character_that_is_no_key_begins_writing(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("S", "e")
        assert user.app.screen.query_one(Writing).value == "Se"


async def test_what_was_written_before_comes_back(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("under 120 min")
        await user.press("slash", "up")
        assert user.app.screen.query_one(Writing).value == "under 120 min"
        await user.press("down")
        assert not user.app.screen.query_one(Writing).value


async def test_chips_there_is_no_room_for_are_counted(open_with: Opening, using: Using):
    async with using(open_with(), size=(80, 24)) as user:
        for words in (
            "loved heat",
            "under 150 min",
            "no Western",
            "no Musical",
            "loved Thief",
            "no War",
            "over 60 min",
        ):
            await user.write(words)
        drawn = user.drawn()
        shown = [chip for chip in user.chips if f"{chip} ×" in drawn]
        assert shown == user.chips[-len(shown) :]
        assert (f"‹ {len(user.chips) - len(shown)} more" in drawn) == (len(shown) < len(user.chips))
        await user.pilot.resize_terminal(40, 24)
        await user.settle()
        assert "more" in user.drawn()


async def test_undo_takes_back_the_last_answer(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        before = user.listed
        await user.press("1", "u")
        assert user.listed == before
        assert user.said == []
        assert user.prompt == "Have you seen Heat (1995)?"
        assert any("Taken back" in toast for toast in user.toasts)


async def test_what_was_replied_to_words_taken_back_goes_with_them(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("under 120 min")
        until_then = user.said
        await user.write("loved heat")
        await user.write("qqqq zzzz")
        replied = user.said[len(until_then) + 2 :]
        await user.press("u")
        assert user.said == [*until_then, *replied]
        await user.press("u")
        assert user.said == replied


async def test_words_that_take_others_back_stand_where_they_were_said(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        before = user.said
        await user.write("under 120 min")
        await user.write("no, I meant under 100 min")
        assert user.said[len(before) :: 2] == ["no, I meant under 100 min"]
        assert "100" in user.said[-1]
        await user.write("undo")
        assert user.said[len(before) :] == ["under 120 min", "Runtime ≤ 120 min."]


async def test_the_word_undo_leaves_the_transcript_as_the_key_does(open_with: Opening, using: Using):
    opening = open_with()
    async with using(opening) as user:
        await user.write("undo")
        nothing = user.said[-2:]
        assert nothing == ["undo", "There is nothing to take back."]
        await user.write("loved heat")
        before = user.said
        await user.write("no crime")
        await user.write("undo")
        assert user.said == before
        assert user.toasts[-1] == "Taken back: no Crime."
        await user.write("no crime")
        await user.press("u")
        assert user.said == before
        assert user.toasts[-1] == "Taken back: no Crime."
    async with using(opening) as user:
        assert user.said == before


async def test_what_another_window_said_meanwhile_is_not_answered_by_what_was_replied_to_words_taken_back(
    open_with: Opening, using: Using
):
    opening = open_with()
    async with using(opening) as user:
        await user.write("loved heat")
        opening(lambda *_: None).say("under 120 min")
        await user.press("u")
        assert user.said == ["under 120 min", "Runtime ≤ 120 min."]


async def test_the_transcript_reads_as_it_did_when_the_app_is_started_again(open_with: Opening, using: Using):
    opening = open_with()
    async with using(opening) as user:
        await user.press("1")
        for words in ("how long is Thief?", "hello", "qqqq zzzz", "no crime", "undo", "why Babe", "why not Thief"):
            await user.write(words)
        said = user.said
        assert len(said) == 2 + 2 * 5  # what was taken back is gone with its reply, and so is what took it back
    async with using(opening) as user:
        assert user.said == said


@pytest.mark.parametrize(("words", "key"), [("taste", "t"), ("Rules", "r"), ("scorers", "s")])
async def test_the_name_of_a_page_tells_the_key_that_opens_it(open_with: Opening, using: Using, words: str, key: str):
    async with using(open_with()) as user:
        before = user.said
        await user.write(words)
        assert user.toasts[-1].startswith(f"press {key} for that: ")
        assert user.said == before
        here = user.app.screen
        await user.press(key)
        assert user.app.screen is not here


async def test_nothing_to_undo_is_said(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("u")
        assert "There is nothing to take back." in user.toasts


@pytest.mark.usefixtures("one_at_a_time")
async def test_an_earlier_answer_is_taken_back_by_its_chip(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("1", "3")
        assert len(user.chips) == 2
        chips = user.app.screen.query_one(Chips)
        assert await user.pilot.click(chips, offset=(2, 0))
        await user.settle()
        assert user.chips == ["Babe (1995): not for me"]


@pytest.mark.usefixtures("one_at_a_time")
async def test_an_earlier_answer_is_taken_back_by_keys(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("1", "3", "b")
        assert isinstance(user.app.screen, TakeBackDialog)
        await user.press("down", "enter")
        assert user.chips == ["Babe (1995): not for me"]


async def test_like_dislike_and_seen_act_on_the_highlighted_one(open_with: Opening, using: Using, log: MemoryLog):
    async with using(open_with()) as user:
        first, second, third = user.listed[0], user.listed[1], user.listed[2]
        await user.press("down", "d")
        assert second not in user.listed
        await user.press("l", "v")
        kinds = [(event.kind, event.value) for event in log.events("ana")[1:]]
        assert kinds == [(EventKind.RATED, -1.0), (EventKind.RATED, 1.0), (EventKind.SEEN, None)]
        assert len(user.listed) == 3
        assert {first, third} & set(user.listed)


async def test_the_reasons_follow_the_highlight(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("1", "down")
        second = user.listed[1]
        assert user.app.screen.query_one(ReasonsBody).subject.label == second
        await user.click(user.app.screen.query(ShortlistRow).first())
        assert user.app.screen.query_one(ReasonsBody).subject.label == "Thief (1981)"
        await user.press("e", "end")
        drawn = user.drawn()
        assert "A safe-cracker wants one last job." in drawn
        assert "123 min" in drawn


async def test_shares_shown_add_up_to_the_score(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("1", "3")
        for row in user.app.main.shown.rows:
            shown = round(row.score, 2)
            assert sum(round(reason.share, 2) for reason in row.reasons) == pytest.approx(shown, abs=1e-6)
            assert sum(round(total, 2) for _, total in row.totals) == pytest.approx(shown, abs=1e-6)


async def test_why_not_asks_for_any_item(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("1")
        await user.write("why 2")
        assert user.app.screen.query_one(ReasonsBody).subject.label == user.listed[1]


async def test_a_question_tells_why_it_is_asked(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        assert "settle" not in user.drawn()
        await user.press("w")
        assert "settle" in user.drawn()
        await user.press("w")
        assert "settle" not in user.drawn()


async def test_just_show_me_ends_the_questions_until_more_are_wanted(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("g")
        assert user.prompt == "6 films for you now, on the list"
        await user.press("m")
        assert user.prompt == "Have you seen Heat (1995)?"
        await user.press("enter")
        assert user.prompt == "6 films for you now, on the list"


async def test_a_new_conversation_asks_first(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("under 120 min")
        await user.press("n")
        assert isinstance(user.app.screen, SureDialog)
        await user.press("escape")
        assert user.chips
        await user.press("n", "enter")
        assert user.chips == []
        assert user.said == []


async def test_a_dead_end_is_repaired_by_one_key(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("under 100 min")
        await user.write("over 160 min")
        assert user.prompt.startswith("No film satisfies")
        assert user.listed == []
        assert "ways out" in user.drawn()
        assert "take back the last thing I said" in user.drawn()
        await user.press("1")
        assert user.listed
        await user.press("u")
        assert user.prompt.startswith("No film satisfies")
        await user.click(next(iter(user.app.screen.query(PromptCard))).query("Choice").last())
        assert user.listed


async def test_a_repaired_dead_end_comes_back_as_it_was_when_undone(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("under 100 min")
        await user.write("over 160 min")
        before = user.app.main.shown
        await user.press("1")
        assert user.listed
        assert any("u takes that back" in toast for toast in user.toasts)
        await user.press("u")
        after = user.app.main.shown
        assert (after.prompt, after.rows, after.wished) == (before.prompt, before.rows, before.wished)
        await user.write("2")  # a number can be written too
        assert user.listed


async def test_a_rule_in_a_dead_end_is_named_with_its_place(open_with: Opening, using: Using, tmp_path: Path):
    rules = tmp_path / "mine.yaml"
    rules.write_text("rules:\n  - name: mild\n    require: certificate in [G, PG]\n", encoding="utf-8")
    async with using(open_with(rules), size=(80, 24)) as user:
        await user.write("only horror")
        assert user.prompt == (
            "No film satisfies “only Horror” and the rule “mild” (mine.yaml:2) at once. What shall I let go?"
        )
        await user.click(user.choice("drop the rule “mild” (mine.yaml:2): 2 films, Scream (1996) first"))
        assert set(user.listed) == {"Scream (1996)", "Alien (1979)"}
        assert user.chips == ["only Horror", "never mind: mild"]


async def test_rules_that_contradict_each_other_are_a_dead_end_from_the_start(
    open_with: Opening, using: Using, tmp_path: Path
):
    rules = tmp_path / "mine.yaml"
    rules.write_text("rules: [{name: old, require: year < 1980}, {name: new, require: year > 1990}]", encoding="utf-8")
    async with using(open_with(rules)) as user:
        assert "the rule “old” (mine.yaml:1)" in user.prompt
        assert "take back the last thing I said" not in user.drawn()  # nothing was said
        await user.press("1")
        assert user.listed
        await user.press("u")
        assert not user.listed


async def test_who_knows_all_that_fits_is_offered_more_or_the_same_again(open_with: Opening, using: Using):
    async with using(open_with(), size=(80, 24)) as user:
        await user.write("only comedy")
        await user.press("tab", "v", "v")  # in the list, where the conversation does not show
        assert user.prompt == "You know every film that satisfies “only Comedy”. What shall I let go?"
        assert user.app.screen.query_one(TalkPane).region
        drawn = user.drawn()
        assert "drop “only Comedy”: 4 films" in drawn
        assert "show what you know already: 2 films" in drawn
        await user.press("2")
        assert set(user.listed) == {"Babe (1995)", "Clue (1985)"}
        await user.press("u")
        assert user.listed == []


async def test_who_knows_every_single_film_can_still_have_a_list(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        for _ in range(6):
            await user.press("v")
        assert user.prompt == "You know every film there is. What now?"
        assert "You know every film that fits." in user.drawn()
        await user.press("1")
        assert len(user.listed) == 6


async def test_markup_and_escape_codes_in_titles_are_drawn_literally(
    open_with: Opening, using: Using, tiny_world: KnowledgeGraph
):
    labels = ("[bold]Heat[/bold]", "[red]Thief", "[/]Scream", "[@click=app.quit]Alien[/]", *tiny_world.labels[4:])
    graph = replace(tiny_world, labels=labels)
    async with using(open_with(graph=graph)) as user:
        drawn = user.drawn()
        assert "Have you seen [bold]Heat[/bold] (1995)?" in drawn
        for label in ("[red]Thief (1981)", "[/]Scream (1996)", "[@click=app.quit]Alien[/] (1979)"):
            assert label in drawn
        await user.press("1", "l", "b")
        assert "[bold]Heat[/bold] (1995): loved it" in user.drawn()
        await user.press("escape", "u")


async def test_a_small_window_folds_the_list_into_a_tab(open_with: Opening, using: Using):
    async with using(open_with(), size=(80, 24)) as user:
        assert not user.app.screen.query_one(Shortlist).region
        await user.press("tab")
        assert user.app.screen.query_one(Shortlist).region
        assert not user.app.screen.query_one(TalkPane).region
        await user.press("f2")
        assert user.app.screen.query_one(Reasons).region
        await user.press("escape")
        assert user.app.screen.query_one(TalkPane).region
        await user.press("g")
        assert user.app.screen.query_one(Shortlist).region


async def test_tabs_are_clicked(open_with: Opening, using: Using):
    async with using(open_with(), size=(80, 24)) as user:
        assert await user.pilot.click("#tabs", offset=(9, 0))
        await user.settle()
        assert user.app.screen.query_one(Shortlist).region


async def test_resizing_keeps_the_conversation(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("1", "tab")
        for size in ((80, 24), (40, 12), (200, 60), (100, 30)):
            await user.pilot.resize_terminal(*size)
            await user.settle()
            assert user.app.screen.query_one(Shortlist).region
            assert user.app.screen.query_one(TalkPane).region or size[0] < 100
        assert user.said == ["Have you seen Heat (1995)?", "loved it"]


async def test_resizing_keeps_the_question_in_sight(open_with: Opening, using: Using):
    async with using(open_with(), size=(200, 60)) as user:
        for words in ("loved heat", "under 120 min", "no crime", "newer", "undo", "over 60 min"):
            await user.write(words)
        await user.pilot.resize_terminal(80, 24)
        await user.settle()
        card, said = user.app.screen.query_one(PromptCard), user.app.screen.query_one("#said")
        assert said.max_scroll_y > 0
        assert card.region.bottom <= said.region.bottom


async def test_help_lists_every_key(open_with: Opening, using: Using):
    async with using(open_with(), size=(120, 60)) as user:
        await user.press("f1")
        assert isinstance(user.app.screen, HelpDialog)
        drawn = user.drawn()
        for words in ("take back the last thing", "light or dark", "all keys", "send"):
            assert words in drawn
        await user.press("escape")
        assert not isinstance(user.app.screen, HelpDialog)


async def test_the_theme_is_remembered(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        assert user.app.theme == "kgrec-dark"
        await user.press("ctrl+t")
        assert user.app.theme == "kgrec-light"
    async with using(open_with()) as user:
        assert user.app.theme == "kgrec-light"


@pytest.mark.usefixtures("one_at_a_time")
async def test_the_next_start_goes_on_with_the_conversation(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("1")
    async with using(open_with()) as user:
        assert user.said == ["Have you seen Heat (1995)?", "loved it"]
        assert user.prompt == "Have you seen Babe (1995)?"


async def test_a_data_set_that_cannot_be_opened_ends_the_app_with_the_reason():
    def opening(progress: Progress) -> Session:
        progress("reading", 1, 0)
        raise DataError("films.csv:3:1: [bold] 4 columns instead of 5")

    app = KgrecApp(opening)
    async with app.run_test() as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
    assert app.return_code == 1
    assert "[bold] 4 columns" in str(app.failure)


async def test_progress_is_on_the_screen_while_opening(open_with: Opening, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(TalkPane, "PATIENCE_S", 0.001)
    opened = open_with()
    go_on = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(progress: Progress) -> Session:
        progress("reading the films", 30, 60)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(60)
        return opened(progress)

    app = KgrecApp(slowly)
    async with app.run_test(size=(80, 24)) as pilot:
        drawn = ""
        while "50%" not in drawn or "The first start" not in drawn:  # that it takes long has its reason told
            await pilot.pause()
            drawn = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        await pilot.press("1", "l", "u", "g", "space")
        go_on.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.main.shown is not None
        assert app.main.shown.prompt.text == "Have you seen Heat (1995)?"
        assert not app.main.query_one("#first-time").display


async def test_what_is_written_while_opening_stands_on_the_line_until_it_can_be_heard(open_with: Opening):
    opened = open_with()
    go_on = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(progress: Progress) -> Session:
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(60)
        return opened(progress)

    app = KgrecApp(slowly)
    async with app.run_test() as pilot:
        await pilot.press("/", *"I like Heat", "enter")
        await pilot.pause()
        assert app.main.query_one(Writing).value == "I like Heat"
        go_on.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("/", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.main.shown is not None
        assert "♥ Heat (1995)" in [wish.label for wish in app.main.shown.wished]


async def test_on_ready_is_called_once_the_first_question_is_there(open_with: Opening):
    ready: list[bool] = []
    app = KgrecApp(open_with(), on_ready=lambda: ready.append(app.main.shown is not None))
    async with app.run_test() as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.pause()
    assert ready == [True]


async def test_two_quick_answers_do_not_answer_an_unseen_question(open_with: Opening, using: Using, log: MemoryLog):
    async with using(open_with()) as user:
        user.app.main.action_answer(0)
        user.app.main.action_answer(0)
        await user.settle()
        assert [event.subject for event in log.events("ana")][1:] == ["seen:heat"]


async def test_quitting_at_once_loses_no_answer(open_with: Opening, using: Using, log: MemoryLog):
    async with using(open_with()) as user:
        user.app.main.action_answer(0)
        await user.pilot.press("q")
    assert [event.kind for event in log.events("ana")] == [EventKind.STARTED, EventKind.ANSWERED]


async def test_quitting_while_opening_stops_the_opening():
    stopped: list[bool] = []

    def endlessly(progress: Progress) -> Session:
        try:
            while True:
                progress("reading the films", 1, 60)
        finally:
            stopped.append(True)

    app = KgrecApp(endlessly)
    async with app.run_test() as pilot:
        await pilot.press("q")
    assert stopped == [True]


async def test_the_screen_lives_while_words_are_understood(
    open_with: Opening, using: Using, monkeypatch: pytest.MonkeyPatch
):
    understood = threading.Event()
    say = Session.say

    def slowly(session: Session, text: str) -> Act:
        assert understood.wait(60)
        return say(session, text)

    monkeypatch.setattr(Session, "say", slowly)
    monkeypatch.setattr(Busy, "PATIENCE_S", 0.001)
    async with using(open_with()) as user:
        await user.pilot.press("slash", *"under", "space", *"100", "enter")
        while not user.app.screen.query_one(Busy).display:
            await user.pilot.pause()
        await user.pilot.press("f1")
        await user.pilot.pause()
        assert isinstance(user.app.screen, HelpDialog)
        await user.pilot.press("escape")
        understood.set()
        await user.settle()
        assert not user.app.screen.query_one(Busy).display
        assert user.chips


async def test_an_explanation_comes_to_the_front_in_a_small_window(open_with: Opening, using: Using):
    async with using(open_with(), size=(80, 24)) as user:
        await user.write("why 2")
        assert user.app.screen.query_one(Reasons).region
        await user.press("tab")
        assert user.app.screen.query_one(TalkPane).region


async def test_errors_of_a_turn_are_toasts(open_with: Opening, using: Using, monkeypatch: pytest.MonkeyPatch):
    def fails(session: Session, text: str) -> Act:
        raise ModelError(f"[bold]{text}: the sentence model is not installed")

    monkeypatch.setattr(Session, "say", fails)
    async with using(open_with()) as user:
        await user.write("dreamy")
        assert "[bold]dreamy: the sentence model is not installed" in user.toasts
        assert user.prompt == "Have you seen Heat (1995)?"
        await user.press("1")
        assert user.said == ["Have you seen Heat (1995)?", "loved it"]


async def test_what_arrives_while_the_app_closes_does_not_bring_it_down(
    open_with: Opening, using: Using, tiny_world: KnowledgeGraph
):
    async with using(open_with()) as user:
        app = user.app
    for late in (RulesChanged(RuleBook.empty(tiny_world)), Viewed(QUESTION), Progressed("late", 1, 2)):
        await app._dispatch_message(late)  # as Textual does with what is in the queue once the screens are gone
    assert not app.is_running


@pytest.mark.parametrize("size", [(40, 12), (60, 15)], ids=["40x12", "60x15"])
async def test_in_a_small_window_answers_come_before_chips_and_what_was_said(
    open_with: Opening, using: Using, size: tuple[int, int]
):
    async with using(open_with(), size=size) as user:
        for words in ("over 60 min", "no Western", "no Musical", "no War"):
            await user.write(words)
        view = user.app.main.shown
        assert view is not None
        assert all(choice in user.drawn() for choice in view.prompt.choices[:4])
        for words in ("only crime", "only comedy"):
            await user.write(words)
        assert user.app.main.shown.prompt.kind is PromptKind.DEAD_END
        assert "1  drop" in user.drawn()
        await user.press("u")
        assert "only Crime ×" in user.drawn()  # there is room again


async def test_what_a_small_window_hides_of_a_question_is_told_and_reached_by_arrows(open_with: Opening, using: Using):
    async with using(open_with(), size=(40, 12)) as user:
        for words in ("only crime", "only comedy"):
            await user.write(words)
        assert "take back the last" not in user.drawn()
        assert "pgdn more" in user.drawn()
        await user.press(*["down"] * 9)
        assert "take back the last" in user.drawn()
        assert "pgdn more" not in user.drawn()
        await user.press("up")
        assert "pgdn more" in user.drawn()


async def test_where_the_list_stands_beside_the_conversation_arrows_move_in_it(open_with: Opening, using: Using):
    async with using(open_with(), size=(120, 12)) as user:
        await user.press("down")
        assert user.app.main.query_one(Shortlist).cursor == 1


async def test_in_the_smallest_window_titles_and_all_about_one_are_to_be_read(open_with: Opening, using: Using):
    async with using(open_with(), size=(40, 12)) as user:
        await user.press("g")
        assert all(title in user.drawn() for title in user.listed[:4])
        await user.press("i")
        assert "match" in user.drawn()
        assert "widely known" in user.drawn()
        await user.press("tab")
        assert "Most like it" in user.drawn()


async def test_in_the_smallest_window_rules_are_listed(open_with: Opening, using: Using, tmp_path: Path):
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules:\n  - name: no crime\n    forbid: genre has Crime\n", encoding="utf-8")
    async with using(open_with(rules), size=(40, 12)) as user:
        await user.press("r")
        assert "no crime" in user.drawn()
