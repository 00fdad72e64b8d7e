"""Everything the user can do, in one table: key, words and where it belongs.

Bindings, the command palette and the help screen are all made from it, so that no action can be missing from one of
them. The screen has a method ``action_<name>`` for each, the app for those that begin with ``app.``. Pages have tables
of their own (see kgrec.tui.page), and places to go to are listed in kgrec.tui.places.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from textual.binding import Binding

MOST_ANSWERS: Final = 9
"""Answers beyond the ninth have no number key; they are typed or clicked."""


_CALLED: Final = {
    "cursor(-1)": "up",
    "cursor(1)": "down",
    "rate(1)": "like",
    "rate(-1)": "dislike",
    "next_pane(1)": "next_pane",
    "next_pane(-1)": "previous_pane",
    "show_pane('talk')": "talk",
}
"""Names of actions whose method does more than one of them."""


_SIGNS: Final = {
    "slash": "/",
    "question_mark": "?",
    "plus": "+",
    "equals_sign": "=",
    "minus": "−",
    "underscore": "_",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "backspace": "⌫",
    "delete": "del",
}


def called(key: str) -> str:
    """Return what people call a key.

    >>> called("ctrl+slash"), called("shift+f8"), called("question_mark")
    ('^/', 'shift+F8', '?')
    """
    *modifiers, last = key.split("+")
    name = _SIGNS.get(last, last.upper() if re.fullmatch(r"f\d+", last) else last)
    return "".join("^" if modifier == "ctrl" else f"{modifier}+" for modifier in modifiers) + name


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: its method, its keys, a word for the footer ("": not shown there) and a line of help."""

    name: str
    keys: str
    group: str
    help: str
    word: str = ""
    shown_as: str = ""

    @property
    def id(self) -> str:
        """What the user's configuration calls it: "undo", "like", "go_taste"."""
        name = self.name.removeprefix("app.")
        return _CALLED.get(name) or re.sub(r"^go\('(\w+)'\)$", r"go_\1", name)

    def with_keys(self, keys: str) -> "Action":
        """Return the same action on other keys."""
        return replace(self, keys=keys, shown_as="")

    @property
    def key_display(self) -> str:
        """The first of its keys, as people call it."""
        return self.shown_as or called(self.keys.split(",")[0])

    @property
    def all_keys(self) -> str:
        """All of its keys, as people call them."""
        if self.shown_as and "," not in self.keys:
            return self.shown_as
        return " ".join(dict.fromkeys(map(called, self.keys.split(","))))

    @property
    def title(self) -> str:
        """The help as a title for the command palette, with the word of the footer, by which people look for it."""
        word = f" ({self.word})" if self.word and self.word not in self.help else ""
        return self.help[0].upper() + self.help[1:] + word

    def binding(self) -> Binding:
        """Return the Textual binding of the action."""
        return Binding(
            self.keys,
            self.name,
            self.word or self.help,
            show=bool(self.word),
            key_display=self.key_display,
            tooltip=self.help,
            id=self.id,
        )


TALK: Final = "The conversation"
LIST: Final = "The list"
APP: Final = "The app"
WRITE: Final = "While writing"

ACTIONS: Final = (
    Action("pass_question", "space", TALK, "don't mind: pass this question", "pass", "␣"),
    Action("type", "slash", TALK, "write an answer, a wish, a title, a question", "write", "/"),
    Action("undo", "u", TALK, "take back the last thing you said", "undo"),
    Action("take_back", "b", TALK, "choose something you said and take it back"),
    Action("ledger", "w", TALK, "why this question?", "why"),
    Action("show_me", "g", TALK, "no more questions: just show me the list", "list"),
    Action("ask_more", "m", TALK, "ask me more questions", "ask more"),
    Action("start_over", "n", TALK, "a new conversation; your lasting taste stays"),
    Action("cursor(-1)", "up,k", LIST, "the one above", "", "↑ k"),
    Action("cursor(1)", "down,j", LIST, "the one below", "", "↓ j"),
    Action("rate(1)", "l", LIST, "I like the highlighted one", "like"),
    Action("rate(-1)", "d", LIST, "I dislike the highlighted one", "dislike"),
    Action("seen", "v", LIST, "I know it already: leave it out"),
    Action("reasons", "e", LIST, "all about the highlighted one: reasons, paths, facts"),
    Action("why_not", "x", LIST, "why is something not on the list, and what would bring it there?", "why not"),
    Action("next_pane(1)", "tab,f2", APP, "the next pane: talk, list, reasons"),
    Action("next_pane(-1)", "shift+tab", APP, "the pane before"),
    Action("show_pane('talk')", "escape", APP, "back to the conversation", "", "esc"),
)
"""What the main screen can do."""

APP_ACTIONS: Final = (
    Action("app.toggle_dark", "ctrl+t", APP, "light or dark"),
    Action("app.jump", "f3,ctrl+j", APP, "jump: a letter on everything one can go to"),
    Action("app.help", "f1,question_mark", APP, "all keys", "help", "F1"),
    Action("app.command_palette", "ctrl+p", APP, "everything there is to do, by name"),
    Action("app.quit", "q,ctrl+q", APP, "leave; the conversation goes on where it was"),
)
"""What can be done anywhere."""

ALSO: Final = (
    (TALK, "1-9", "pick or mark an answer, pick a way out of a dead end"),
    (TALK, "⏎", "send what is marked, else just show me the list, like g"),
    (LIST, "⏎", "all about the highlighted one, like e"),
    (WRITE, "⏎", "send"),
    (WRITE, "esc", "back to the keys; what is written stays"),
    (WRITE, "↑ ↓", "what you wrote before"),
    ("When a rule file was saved", "⏎", "put the rules in force"),
    ("When a rule file was saved", "a", "put them in force, and from now on without asking"),
    ("When a rule file was saved", "esc", "keep the rules that are in force"),
)
"""Keys that are bound elsewhere, for the help: group, key, what it does."""


def answer_bindings() -> list[Binding]:
    """Return the bindings of the number keys; the first stands for all of them in the footer."""
    return [
        Binding(str(number), f"answer({number - 1})", "pick", show=number == 1, key_display="1-9")
        for number in range(1, MOST_ANSWERS + 1)
    ]
