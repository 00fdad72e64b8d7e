"""Manners: looks and keys of the user's own, jumping, the tour, small windows, what is written and how one leaves."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widget import MountError
from textual.widgets import Label

from kgrec.resources import config_dir
from kgrec.tui import KgrecApp, OpenSession
from kgrec.tui.actions import ACTIONS
from kgrec.tui.dialogs import HelpDialog, TooSmall
from kgrec.tui.jump import JumpTargets
from kgrec.tui.keymap import EVERYWHERE, all_screens, keymap
from kgrec.tui.messages import Viewed
from kgrec.tui.settings import OwnKeys, Settings, parse_settings
from kgrec.tui.shortlist import Shortlist
from kgrec.tui.talk import TalkPane, Writing
from kgrec.tui.themes import DARK, LIGHT, OWN
from kgrec.tui.tour import STEPS, Tour

from .conftest import SIZES, User, Using

Opening = Callable[..., OpenSession]
MAIN = {"Talk": (*ACTIONS, *EVERYWHERE)}


def configure(text: str) -> None:
    (config_dir() / "config.toml").write_text(text, encoding="utf-8")


def writing(user: User) -> str:
    return user.app.main.query_one(Writing).value


# --- looks --------------------------------------------------------------------------------------------------------


async def test_a_user_has_a_theme_of_their_own(open_with: Opening, using: Using):
    configure('[theme]\nbase = "kgrec-light"\naccent = "#ff00ff"\n')
    async with using(open_with()) as user:
        assert user.app.theme == OWN
        assert user.app.current_theme.accent == "#ff00ff"
        assert user.app.current_theme.background == LIGHT.background
        assert not user.toasts
        await user.press("ctrl+t")
        assert user.app.theme == DARK.name


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[theme\n", "config.toml:1:7: Expected ']'"),
        ("[looks]\n", "config.toml:1: unknown table or key 'looks'"),
        ("theme = 1\n", "'theme' is a table"),
        ('\n[theme]\naccnet = "red"\n', "config.toml:3: unknown colour 'accnet', did you mean 'accent'?"),
        ('[theme]\naccent = "reddish"\n', "config.toml:2: 'reddish' is not a colour"),
        ('[theme]\nbase = "drak"\n', "config.toml:2: there is no theme 'drak'"),
        ("[keys]\nundo = 3\n", "config.toml:2: write keys as in: undo"),
        ('[keys]\nundoo = "z"\n', "config.toml:2: unknown action 'undoo', did you mean 'undo'?"),
    ],
)
async def test_a_mistake_in_the_settings_is_told_with_its_place(
    open_with: Opening, using: Using, text: str, problem: str
):
    configure(text)
    async with using(open_with()) as user:
        assert user.app.theme == DARK.name
        assert any(problem in toast for toast in user.toasts), user.toasts
        await user.press("1")
        assert user.chips


def test_settings_that_cannot_be_read_are_told(home: Path):
    (config_dir() / "config.toml").write_bytes(b"\xff\xfe")
    from kgrec.tui.settings import read_settings

    assert "config.toml: cannot be read" in read_settings().problems[0]


def test_no_settings_are_no_problem():
    assert parse_settings("") == Settings()


async def test_the_app_remembers_its_looks_and_the_tour_in_one_file(open_with: Opening, using: Using):
    (config_dir() / "app.json").write_text('{"theme": "kgrec-light"}\n', encoding="utf-8")  # of an earlier version
    app = KgrecApp(open_with(), is_guided=True)
    async with app.run_test() as pilot:
        await User(app, pilot).settle()
        assert app.theme == LIGHT.name
    assert json.loads((config_dir() / "app.json").read_text()) == {"theme": "kgrec-light", "toured": True}


async def test_notes_hide_neither_answers_nor_what_was_understood(open_with: Opening):
    app = KgrecApp(open_with())
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        user = User(app, pilot)
        await user.settle()
        for words in ("loved heat", "under 150 min"):
            await user.write(words)
        for key in ("9", "down", "l", "9"):
            await user.press(key)
            drawn = user.drawn()
            assert user.toasts[-1] in drawn
            assert app.main.shown is not None
            assert all(choice in drawn for choice in app.main.shown.prompt.choices)
            assert all(f"{chip} ×" in drawn for chip in user.chips)
        assert len(user.toasts) == 1


# --- keys ---------------------------------------------------------------------------------------------------------


def chosen(**keys: str) -> list[OwnKeys]:
    return [OwnKeys(action, value, "config.toml:1") for action, value in keys.items()]


async def test_a_user_has_keys_of_their_own(open_with: Opening, using: Using):
    configure('[keys]\nundo = "z,f6"\ntake_back = "u"\nhelp = "f12"\n')
    async with using(open_with(), size=(120, 60)) as user:
        assert "z undo" in user.drawn()
        await user.press("1", "z")
        assert user.chips == []
        await user.press("1", "f6")
        assert user.chips == []
        await user.press("f12")
        assert isinstance(user.app.screen, HelpDialog)
        assert "z F6" in user.drawn()
        await user.press("escape", "f1")
        assert not isinstance(user.app.screen, HelpDialog)


async def test_a_key_that_was_given_away_begins_writing(open_with: Opening, using: Using):
    configure('[keys]\nundo = "f6"\n')
    async with using(open_with()) as user:
        await user.press("1", "u")
        assert user.chips
        assert writing(user) == "u"


def test_keys_can_change_places():
    keys, problems = keymap(chosen(undo="b", take_back="u"), MAIN)
    assert (keys, problems) == ({"undo": "b", "take_back": "u"}, [])


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"undo": "b"}, "'b' would be undo and take_back (Talk)"),
        ({"undo": "?"}, "would be undo and help"),
        ({"undo": "f5", "like": "f5"}, "'f5' would be undo and like"),
        ({"undo": "1"}, "'1' is for answer 1"),
        ({"undo": "ctrl+c"}, "'ctrl+c' is for leaving"),
        ({"undo": "crtl+x"}, "there is no key 'crtl+x'"),
        ({"undoo": "z"}, "unknown action 'undoo', did you mean 'undo'?"),
    ],
)
def test_keys_that_make_no_sense_are_refused(keys: dict[str, str], problem: str):
    found, problems = keymap(chosen(**keys), MAIN)
    assert found == {}
    assert problem in problems[0]


def test_each_name_means_one_action_on_a_screen():
    for actions in all_screens().values():
        names = [action.id for action in actions]
        assert len(names) == len(set(names))


# --- jumping, help, the window ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["f3", "ctrl+j"])
async def test_jumping_goes_to_panes_choices_and_rows(open_with: Opening, using: Using, key: str):
    async with using(open_with()) as user:

        async def jump(widget: object) -> None:
            await user.press(key)
            assert isinstance(user.app.screen, JumpTargets)
            letter = next(letter for letter, target in user.app.screen._targets.items() if target is widget)
            await user.press(letter)

        await jump(user.app.main.query_one(Shortlist))
        assert isinstance(user.app.focused, Shortlist)
        await jump(user.app.main.query("ShortlistRow")[2])
        assert user.app.main.query_one(Shortlist).cursor == 2
        await jump(user.app.main.query("Choice").first())
        assert user.chips == ["Heat (1995): loved it"]
        await jump(user.app.main.query_one(Writing))
        assert isinstance(user.app.focused, Writing)


@SIZES
async def test_letters_of_a_jump_hide_nothing(open_with: Opening, using: Using, size: tuple[int, int]):
    async with using(open_with(), size=size) as user:
        for page in ("", "tab", "h"):
            await user.press(*filter(None, [page]))
            before = user.drawn().splitlines()
            await user.press("f3")
            labels = user.app.screen.query(Label)
            assert labels
            for label in labels:
                x, y, width, _ = label.region
                assert not before[y][x : x + width].strip(" ─│╭╰"), before[y]
            await user.press("escape")


@pytest.mark.parametrize("key", ["escape", "exclamation_mark", "down"])
async def test_a_jump_can_be_called_off(open_with: Opening, using: Using, key: str):
    async with using(open_with()) as user:
        await user.press("f3", key)
        assert user.app.screen is user.app.main
        assert isinstance(user.app.focused, TalkPane)
        assert user.said == []


async def test_a_letter_of_a_jump_can_be_clicked(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        await user.press("f3")
        labels = user.app.screen.query("Label")
        letters = {str(label.render()).strip(): label for label in labels}
        targets = user.app.screen._targets
        await user.click(letters[next(letter for letter, target in targets.items() if isinstance(target, Shortlist))])
        assert isinstance(user.app.focused, Shortlist)


async def test_help_begins_with_what_fits_the_focus(open_with: Opening, using: Using):
    async with using(open_with(), size=(120, 70)) as user:
        for keys, first in (((), "The conversation"), (("slash",), "While writing"), (("escape", "tab"), "The list")):
            await user.press(*keys, "f1")
            drawn = user.drawn()
            groups = ("The conversation", "The list", "While writing")
            assert min(groups, key=drawn.index) == first
            await user.press("escape")


async def test_a_window_of_any_size_breaks_nothing(open_with: Opening, using: Using):
    async with using(open_with(), size=(80, 24)) as user:
        await user.press("1")
        sizes = ((200, 60), (80, 24), (40, 12), (40, 10), (12, 3), (1, 1), (39, 60), (200, 60), (80, 24))
        for size in sizes:
            await user.pilot.resize_terminal(*size)
            await user.settle()
            assert isinstance(user.app.screen, TooSmall) == (size[0] < 40 or size[1] < 12), size
        assert user.said == ["Have you seen Heat (1995)?", "loved it"]
        await user.press("tab")
        assert user.app.main.query_one(Shortlist).region


async def test_the_prompt_stays_in_view_when_the_window_shrinks(open_with: Opening, using: Using):
    async with using(open_with(), size=(120, 40)) as user:
        for words in ("loved heat", "under 150 min", "no Western", "no Musical"):
            await user.write(words)
        await user.press("tab")
        await user.pilot.resize_terminal(80, 20)
        await user.settle()
        await user.press("escape")
        assert user.prompt in user.drawn()


async def test_a_window_that_is_too_small_says_what_to_do(open_with: Opening, using: Using):
    async with using(open_with(), size=(40, 10)) as user:
        drawn = " ".join(user.drawn().split())
        assert "This window has 40 × 10 cells, kgrec needs 40 × 12. Make it larger" in drawn
        await user.press("q")
        assert user.app._exit


# --- the tour -----------------------------------------------------------------------------------------------------


def guided(opening: OpenSession) -> KgrecApp:
    return KgrecApp(opening, is_guided=True)


async def test_the_tour_has_three_steps_and_never_comes_again(open_with: Opening):
    app = guided(open_with())
    async with app.run_test(size=(80, 24)) as pilot:
        user = User(app, pilot)
        await user.settle()
        for number, step in enumerate(STEPS, 1):
            assert f"{number} of 3 · {step.title}" in user.drawn()
            assert user.prompt in user.drawn()
            await user.press("enter")
        assert not app.main.query(Tour)
        assert isinstance(app.focused, TalkPane)
    again = guided(open_with())
    async with again.run_test(size=(80, 24)) as pilot:
        await User(again, pilot).settle()
        assert not again.main.query(Tour)


async def test_the_tour_is_skipped_by_escape(open_with: Opening):
    app = guided(open_with())
    async with app.run_test() as pilot:
        user = User(app, pilot)
        await user.settle()
        await user.press("escape")
        assert not app.main.query(Tour)
        assert isinstance(app.focused, TalkPane)
        assert user.said == []


async def test_whoever_just_answers_is_through_with_the_tour(open_with: Opening):
    app = guided(open_with())
    async with app.run_test() as pilot:
        user = User(app, pilot)
        await user.settle()
        await user.press("1")
        assert user.said == ["Have you seen Heat (1995)?", "loved it"]
        await user.press("tab")
        assert not app.main.query(Tour)


async def test_there_is_no_tour_for_scripts(open_with: Opening, using: Using):
    async with using(open_with()) as user:
        assert not user.app.main.query(Tour)


@pytest.mark.parametrize("is_ended", [True, False])
async def test_a_view_that_comes_while_the_app_ends_is_not_shown(
    open_with: Opening,
    using: Using,
    monkeypatch: pytest.MonkeyPatch,
    is_ended: bool,  # noqa: FBT001  (a value of the parametrization)
):
    async def torn_down(_: object) -> None:
        raise MountError("the screen is gone")

    async with using(open_with()) as user:
        view = user.app.main.shown
        assert view is not None
        monkeypatch.setattr(user.app.main, "show", torn_down)
        if is_ended:
            user.app.exit()
            await user.app._show_view(Viewed(view))
        else:
            with pytest.raises(MountError):
                await user.app._show_view(Viewed(view))
