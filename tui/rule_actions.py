"""What can be done on the page of rules, and what its parts are called in a small window."""

from typing import Final

from kgrec.tui.actions import Action

PANES: Final = {"rule-side": "Rules", "rule-writing": "Text", "rule-effects": "What it changes"}
"""The panes, by id."""

_RULES: Final = "Rules"
_TEXT: Final = "The text"

RULE_ACTIONS: Final = (
    Action("save", "ctrl+s", _TEXT, "save the file, after a look at what that changes", "save"),
    Action("next_problem", "f8", _TEXT, "the next mistake or doubt", "problem", "F8"),
    Action("previous_problem", "f9,shift+f8", _TEXT, "the one before", "", "F9"),
    Action("edit", "e", _RULES, "to the highlighted rule in the text, like ⏎", "edit"),
    Action("copy_rule", "m", _RULES, "change the highlighted rule in a file of your own", "make mine"),
    Action("switch_off", "o", _RULES, "switch the highlighted rule off in your own file", "off"),
    Action("undo_edit", "ctrl+z,u", _TEXT, "take back the last edit"),
    Action("redo_edit", "ctrl+y", _TEXT, "make it again"),
    Action("revert", "ctrl+r", _TEXT, "take back all that is not saved in this file"),
    Action(
        "comment", "ctrl+underscore,ctrl+slash", _TEXT, "make the selected lines a comment, or rules again", "", "^/"
    ),
    Action("next_pane(1)", "f2,tab", _RULES, "the next part of the page; while writing only F2"),
    Action("next_pane(-1)", "shift+tab", _RULES, "the part before"),
)
"""What the page can do."""
