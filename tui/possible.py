"""What can be done on the main screen now, and what to do instead of what cannot."""

from __future__ import annotations

from typing import Final

from kgrec.tui.view import PromptKind, View

_TALKING: Final = frozenset(
    {
        "answer",
        "pass_question",
        "ledger",
        "send",
        "show_me",
        "ask_more",
        "undo",
        "take_back",
        "start_over",
        "why_not",
    }
)
_LISTING: Final = frozenset({"rate", "seen", "reasons", "cursor"})
_INSTEAD: Final = {
    PromptKind.QUESTION: "a question is open already: pick an answer, or pass it",
    PromptKind.DEAD_END: "first choose one of the ways out",
    PromptKind.LIST: "no question is open: m asks more",
}
"""What to do about what needs a prompt of another kind."""


def can_be_done(view: View | None, action: str, parameters: tuple[object, ...]) -> bool:
    """Return whether an action of the main screen means anything now; view None: nothing is shown yet."""
    if view is None:
        return action not in _TALKING | _LISTING
    kind, position = view.prompt.kind, parameters[0] if parameters else None
    needed = {
        **dict.fromkeys(("pass_question", "send", "show_me", "ledger"), kind is PromptKind.QUESTION),
        **dict.fromkeys(_LISTING, bool(view.rows)),
        "ask_more": kind is PromptKind.LIST,
        "take_back": bool(view.wished),
        "answer": isinstance(position, int) and position < len(view.prompt.choices),
    }
    return needed.get(action, True)


def instead_of(view: View, action: str) -> str:
    """Return what to do instead of an action that cannot be done now."""
    if action in _LISTING:
        return "the list is empty: the conversation shows the ways out"
    if action == "take_back":
        return "you have said nothing yet that could be taken back"
    return _INSTEAD[view.prompt.kind]


def instead_of_number(view: View | None, number: str) -> str:
    """Return what to do instead of picking an answer that is not there; "" if it is."""
    if view is None:
        return "one moment: the first question is on its way"
    count = len(view.prompt.choices)
    if not count:
        return _INSTEAD[view.prompt.kind]
    numbers = f"1 to {count}" if count > 1 else "1"
    return "" if 0 < int(number) <= count else f"there is no answer {number}: pick {numbers}; / begins writing"
