"""What somebody writes: it comes back, it is private, and nothing of a long text is lost in silence."""

import stat
import threading
from collections.abc import Callable

from kgrec.dialogue import MemoryLog, Session
from kgrec.tui import KgrecApp, OpenSession, Progress
from kgrec.tui.history import KEPT, add_to_history, history_file, read_history
from kgrec.tui.talk import Writing

from .conftest import User, Using

Opening = Callable[..., OpenSession]


def writing(user: User) -> str:
    return user.app.main.query_one(Writing).value


async def test_what_was_written_comes_back_in_the_next_session(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("under 120 min")
        await user.write("no horror")
    async with using(open_with()) as user:
        await user.press("slash", "up", "up")
        assert writing(user) == "under 120 min"
        await user.press("down")
        assert writing(user) == "no horror"


async def test_what_was_not_sent_is_kept_as_well(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("slash", *"half")
        await user.press("ctrl+c")
    assert read_history()[-1] == "half"


async def test_what_was_not_sent_and_cannot_be_kept_is_handed_back(open_with: Opening, using: Using):
    history_file().mkdir()
    async with using(open_with()) as user:
        await user.press("slash", *"half")
        await user.press("ctrl+c")
    assert user.app.unkept == "half"


async def test_what_is_written_is_private_and_bounded(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.write("no horror")
    assert stat.S_IMODE(history_file().stat().st_mode) == 0o600
    history_file().write_text("".join(f"{number}\n" for number in range(3 * KEPT)), encoding="utf-8")
    assert read_history()[-1] == str(3 * KEPT - 1)
    assert len(history_file().read_text().splitlines()) == len(read_history()) == KEPT
    assert stat.S_IMODE(history_file().stat().st_mode) == 0o600
    add_to_history("two\nlines")
    assert read_history()[-1] == "two lines"


async def test_history_that_cannot_be_kept_is_told_and_hinders_nobody(open_with: Opening, using: Using):
    history_file().mkdir()
    async with using(open_with()) as user:
        await user.write("no horror")
        assert user.chips == ["no Horror"]
        assert any("what you write cannot be kept" in toast for toast in user.toasts)


async def test_a_long_text_of_several_lines_is_pasted_whole(open_with: Opening, using: Using, log: MemoryLog):
    from textual.events import Paste

    text = "\n".join(f"line {number} of a long letter about what I like" for number in range(60))
    assert len(text) > 2_000
    async with using(open_with()) as user:
        user.app.post_message(Paste(text))
        await user.settle()
        assert writing(user) == text.replace("\n", "; ")
        assert not user.toasts
        await user.press("enter")
        assert user.said[0].startswith("line 0 of a long letter")


async def test_each_line_that_is_pasted_is_understood_by_itself(open_with: Opening, using: Using):
    from textual.events import Paste

    async with using(open_with()) as user:
        user.app.post_message(Paste("no comedy\nunder two hours\r\n\n  I loved   Alien\n"))
        await user.settle()
        assert writing(user) == "no comedy; under two hours; I loved Alien"
        await user.press("enter")
        assert user.chips == ["no Comedy", "runtime ≤ 120 min", "♥ Alien (1979)"]


async def test_a_text_longer_than_a_message_is_cut_and_that_is_said(open_with: Opening, using: Using):
    from textual.events import Paste

    async with using(open_with()) as user:
        user.app.post_message(Paste("x" * 10_500))
        await user.settle()
        assert len(writing(user)) == 10_000
        assert "a message has at most 10,000 characters: the last 500 were left out" in user.toasts


async def test_a_line_longer_than_the_window_can_be_read_while_it_is_written(open_with: Opening, using: Using):
    async with using(open_with(), size=(80, 24)) as user:
        await user.press("slash")
        user.app.main.write("word " * 40 + "the end")
        await user.settle()
        assert "the end" in user.drawn()


async def test_a_number_that_no_answer_bears_is_told_so_and_not_written(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        shown = user.app.main.shown
        assert shown is not None
        count = len(shown.prompt.choices)
        for number in ("0", str(count + 1)):
            await user.press(number)
            assert user.toasts[-1] == f"there is no answer {number}: pick 1 to {count}; / begins writing"
        assert writing(user) == ""
        assert user.said == []
        await user.press("g", "1")
        assert user.toasts[-1] == "no question is open: m asks more"
        await user.press("slash", "2")
        assert writing(user) == "2"


async def test_a_number_before_the_first_question_is_neither_written_nor_an_answer(open_with: Opening):
    opened, opening = threading.Event(), open_with()

    def slow(progress: Progress) -> Session:
        assert opened.wait(60)
        return opening(progress)

    app = KgrecApp(slow)
    async with app.run_test() as pilot:
        user = User(app, pilot)
        await pilot.press("1")
        assert user.toasts == ["one moment: the first question is on its way"]
        opened.set()
        await user.settle()
        assert (user.said, writing(user)) == ([], "")


async def test_what_cannot_be_asked_without_a_question_is_told(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("g", "w")
        assert user.toasts[-1] == "no question is open: m asks more"
