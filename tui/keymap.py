"""Keys of the user's own choice: which actions they are for, and whether two things would be on one key.

All of them count or none: half a keymap leaves somebody without keys they rely on.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from textual.binding import Binding
from textual.keys import Keys

from kgrec.tui.actions import ACTIONS, APP_ACTIONS, MOST_ANSWERS, Action
from kgrec.tui.places import PLACES
from kgrec.tui.settings import OwnKeys, meant

_MODIFIERS: Final = frozenset({"ctrl", "shift", "alt", "super", "hyper", "meta"})
_KNOWN: Final = frozenset(key.value for key in Keys)
_FIXED: Final = {
    "ctrl+c": "leaving",
    **{str(number): f"answer {number}" for number in range(1, MOST_ANSWERS + 1)},
}
"""Keys that cannot be given to anything else."""

EVERYWHERE: Final = (*(place.action() for place in PLACES), *APP_ACTIONS)
"""What can be done on every screen."""


def all_screens() -> dict[str, tuple[Action, ...]]:
    """Return what can be done on each screen, by name; imports all pages."""
    from kgrec.tui.page import PAGE_ACTIONS  # a page imports the app's other modules

    pages = {place.tab: (*place.page_class().ACTIONS, *PAGE_ACTIONS, *EVERYWHERE) for place in PLACES}
    return {"Talk": (*ACTIONS, *EVERYWHERE), **pages}


def keymap(chosen: Sequence[OwnKeys], screens: Mapping[str, Sequence[Action]]) -> tuple[dict[str, str], list[str]]:
    """Return the keys by action, and what is wrong with them; no keys if anything is."""
    keys = {choice.action: ",".join(normal(choice.keys)) for choice in chosen}
    problems = [*_odd(chosen, screens)] or [*_collisions(chosen, keys, screens)]
    return ({}, problems) if problems else (keys, [])


def remapped(actions: Sequence[Action], keys: Mapping[str, str]) -> tuple[Action, ...]:
    """Return actions with the keys they have now."""
    return tuple(action.with_keys(keys[action.id]) if action.id in keys else action for action in actions)


def normal(keys: str) -> tuple[str, ...]:
    """Return keys as Textual calls them.

    >>> normal("?, ctrl+l")
    ('question_mark', 'ctrl+l')
    """
    return tuple(binding.key for binding in Binding.make_bindings([Binding(keys, "")]))


def _odd(chosen: Sequence[OwnKeys], screens: Mapping[str, Sequence[Action]]) -> Iterator[str]:
    known = sorted({action.id for actions in screens.values() for action in actions})
    for choice in chosen:
        if choice.action not in known:
            yield f"{choice.place}: unknown action '{choice.action}'{meant(choice.action, known)}"
        for key in normal(choice.keys):
            if key in _FIXED:
                yield f"{choice.place}: '{key}' is for {_FIXED[key]} and cannot be given away"
            elif not _is_key(key):
                yield f"{choice.place}: there is no key '{key}'; keys are called f5, ctrl+l, alt+x, space, x, ?"


def _collisions(
    chosen: Sequence[OwnKeys], keys: Mapping[str, str], screens: Mapping[str, Sequence[Action]]
) -> Iterator[str]:
    """Yield one problem for every two actions of one screen that are on one key."""
    told = set()
    places = {choice.action: choice.place for choice in chosen}
    for screen, actions in screens.items():
        taken: dict[str, str] = {}
        for action in remapped(actions, keys):
            for key in action.keys.split(","):
                other = taken.setdefault(key, action.id)
                is_ours = action.id in keys or other in keys
                if other != action.id and is_ours and (key, other, action.id) not in told:
                    told.add((key, other, action.id))
                    place = places.get(action.id) or places.get(other)
                    yield f"{place}: '{key}' would be {other} and {action.id} ({screen}); give one of them other keys"


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+")
    return set(modifiers) <= _MODIFIERS and (len(last) == 1 or key in _KNOWN or last in _KNOWN or _is_sign(last))


def _is_sign(name: str) -> bool:
    """Return whether a key is called by the name of its character, as in question_mark."""
    try:
        unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return False
    return True
