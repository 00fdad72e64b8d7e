"""What callers pass, checked at the door: a wrong argument is told by its name, with what it was and what to give.

The same name means the same at every entry (``n``, ``likes``, ``context``), so what it must be is said here once, and a
class takes it over for all its public methods with :func:`checked`. Without that, a lone text is read letter by letter,
a count of -1 ends deep in numpy, and an id that is a number finds a stranger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from functools import wraps
from inspect import Parameter, isfunction, signature
from math import isnan
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from reprlib import repr as shortened
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from kgrec.acts import Question
from kgrec.domain import Belief, Dials, Relaxation, Value
from kgrec.errors import NotFittedError

Check = Callable[[str, Any], Any]
"""Takes an argument's name and what was given; returns what to go on with, or raises TypeError or ValueError."""

Class = TypeVar("Class", bound=type)

_SHORT: Final = (str, int, float, bool, list, tuple, dict, set, type(None), np.generic)


def wrong(name: str, given: object, wanted: str) -> str:
    """Return the words for a wrong argument.

    >>> wrong("n", -1, "a whole number from 1 on")
    'n is -1; give a whole number from 1 on'
    """
    return f"{name} is {_shown(given)}; give {wanted}"


def _shown(given: object) -> str:
    return shortened(given) if isinstance(given, _SHORT) else f"something of type {type(given).__name__}"


# --- what an argument must be -----------------------------------------------------------------------------------------


def count(name: str, given: object) -> int:
    """Return how many are wanted, from 1 on."""
    wanted = "a whole number from 1 on, such as 10"
    if isinstance(given, bool) or not isinstance(given, Integral):
        raise TypeError(wrong(name, given, wanted))
    if given < 1:
        raise ValueError(wrong(name, given, wanted))
    return int(given)


def text(name: str, given: object) -> str:
    """Return one text: an id, a name, an expression."""
    if not isinstance(given, str):
        raise TypeError(wrong(name, given, f"a text, such as {str(given)!r}" if isinstance(given, Real) else "a text"))
    return given


def texts(name: str, given: object) -> tuple[str, ...]:
    """Return several texts; None means none. A single one is refused, for its letters would be taken for several."""
    if given is None:
        return ()
    if isinstance(given, str):
        raise TypeError(f"{name} is the one text {shortened(given)}; put it into a list: [{shortened(given)}]")
    if isinstance(given, Mapping) or not isinstance(given, Iterable) or getattr(given, "ndim", 1) != 1:
        raise TypeError(wrong(name, given, "a list of texts"))
    found = tuple(given)
    for one in found:
        if not isinstance(one, str):
            example = f", such as {str(one)!r}" if isinstance(one, Real) else ""
            raise TypeError(f"{name} holds {_shown(one)}; give texts{example}")
    return found


def within(low: float, high: float, wanted: str) -> Check:
    """Return the check for a number between two others, ends included."""

    def number(name: str, given: object) -> float:
        if isinstance(given, bool) or not isinstance(given, Real):
            raise TypeError(wrong(name, given, wanted))
        if not low <= float(given) <= high:
            raise ValueError(wrong(name, given, wanted))
        return float(given)

    return number


opinion: Final = within(-1.0, 1.0, "a number between -1 and 1")


def history(name: str, given: object) -> Mapping[str, float] | tuple[str, ...]:
    """Return a history: items with what was thought of each, or a list of liked ones."""
    if not isinstance(given, Mapping):
        if hasattr(given, "index") and not isinstance(given, Sequence):  # a column or table of pandas
            raise TypeError(wrong(name, given, "items with values, such as {'id': 1.0}, or a list of liked ones"))
        return texts(name, given)
    names = texts(name, list(given))
    return {
        item: value if type(value) is float and -1.0 <= value <= 1.0 else opinion(f"{name}[{item!r}]", value)
        for item, value in zip(names, given.values(), strict=True)  # plain floats are looked at here: there are many
    }


def facts_of(scope: str) -> Check:
    """Return the check for what is known by name, of the user or of the moment, with ``scope`` before a name or not."""

    def facts(name: str, given: object) -> dict[str, Value]:
        if given is None:
            return {}
        if not isinstance(given, Mapping):
            raise TypeError(wrong(name, given, "a mapping from names to values, such as {'hour': 21.0}"))
        found: dict[str, Value] = {}
        for key, value in given.items():
            own = text(f"a name in {name}", key).removeprefix(scope)
            if own in found:
                raise ValueError(f"{name} holds {own!r} and {scope + own!r}, which are one; keep one of them")
            found[own] = _fact(f"{name}[{key!r}]", value)
        return found

    return facts


def _fact(name: str, given: object) -> Value:
    if isinstance(given, str | bool):
        return given
    if isinstance(given, Real | np.bool_):
        if isnan(given):
            raise ValueError(wrong(name, given, "a number, or leave it out"))
        return bool(given) if isinstance(given, np.bool_) else float(given)
    if isinstance(given, list | tuple | set | frozenset):
        return texts(name, given)
    raise TypeError(wrong(name, given, "a text, a number, True or False, or a list of texts"))


def positions(name: str, given: object) -> tuple[int, ...]:
    """Return places of options, counted from 0."""
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise TypeError(wrong(name, given, "a list of positions, such as [0]"))
    found = tuple(given)
    for one in found:
        if isinstance(one, bool) or not isinstance(one, Integral):
            raise TypeError(f"{name} holds {_shown(one)}; give positions, such as 0")
    return found


def seed(name: str, given: Any) -> np.random.Generator:
    """Return a generator of random numbers."""
    try:
        return np.random.default_rng(given)
    except (TypeError, ValueError) as error:
        raise TypeError(wrong(name, given, "a seed, such as 0, or a numpy Generator")) from error


def flag(name: str, given: object) -> bool:
    """Return yes or no."""
    if not isinstance(given, bool | np.bool_):
        raise TypeError(wrong(name, given, "True or False"))
    return bool(given)


def folder(name: str, given: object) -> Path:
    """Return the path of a folder."""
    if not isinstance(given, str | PathLike):
        raise TypeError(wrong(name, given, "the path of a folder"))
    return Path(given)


def dial(name: str, given: object) -> str:
    """Return the name of a dial."""
    dials = [field.name for field in fields(Dials)]
    if given not in dials:
        raise ValueError(wrong(name, given, f"one of {', '.join(dials)}"))
    return str(given)


def a(kind: type, example: str) -> Check:
    """Return the check for an object of a class, with how to get one."""

    def instance(name: str, given: object) -> object:
        if not isinstance(given, kind):
            raise TypeError(wrong(name, given, f"a {kind.__name__}: {example}"))
        return given

    return instance


_EVERYWHERE: Final[Mapping[str, Check]] = {
    **dict.fromkeys(("n", "rows"), count),
    **dict.fromkeys(("user", "item", "entity", "name", "expression", "text"), text),
    **dict.fromkeys(("likes", "dislikes", "where", "exclude", "wishes", "extra", "names", "items"), texts),
    "context": facts_of("context."),
    "facts": facts_of("user."),
    "history": history,
    "value": opinion,
    "dial": dial,
    "dials": a(Dials, "Dials(diversity=0.5)"),
    "belief": a(Belief, "recommender.believe(likes=[...])"),
    "way": a(Relaxation, "session.slate().conflict.relaxations[0]"),
    "rng": seed,
    "cache": folder,
    **dict.fromkeys(("sequential", "renew", "exclude_seen", "resume"), flag),
    **dict.fromkeys(("chosen", "refused"), positions),
    "question": a(Question, "session.act().question"),
    "weight": within(-1e6, 1e6, "a number of points"),
    "relevant": within(0.0, 1.0, "a share from 0 to 1"),
}


# --- where it is checked ----------------------------------------------------------------------------------------------


def checked(**own: Check) -> Callable[[Class], Class]:
    """Return a class decorator: every public method checks its arguments, those in ``own`` as the class wants it.

    What is left out, or given as its default is, is not looked at.
    """
    checks = {**_EVERYWHERE, **own}

    def decorate(cls: Class) -> Class:
        for name, member in list(vars(cls).items()):
            if name.startswith("_") and name != "__init__":
                continue
            if isinstance(member, classmethod):
                setattr(cls, name, classmethod(_checking(member.__func__, checks)))
            elif isfunction(member):
                setattr(cls, name, _checking(member, checks))
        return cls

    return decorate


def _checking(function: Callable[..., Any], checks: Mapping[str, Check]) -> Callable[..., Any]:
    """Return a function that checks its arguments first; itself if there is none to be checked."""
    parameters: Mapping[str, Parameter] = signature(function).parameters
    looked_at = [
        (place, name, checks[name], parameter.default)
        for place, (name, parameter) in enumerate(parameters.items())
        if name in checks
    ]
    if not looked_at:
        return function

    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        values = list(given)
        for place, name, check, default in looked_at:
            if name in named:
                if named[name] is not default:
                    named[name] = check(name, named[name])
            elif place < len(values) and values[place] is not default:
                values[place] = check(name, values[place])
        return function(*values, **named)

    return call


class Fitted:
    """Has what it learned under names that end in _; asked for before ``fit`` was called, that is told."""

    if not TYPE_CHECKING:  # to a type checker it would say that there is every attribute

        def __getattr__(self, name: str) -> Any:
            """Raise NotFittedError for what is learned, AttributeError for any other name."""
            if name.endswith("_") and not name.endswith("__"):
                raise NotFittedError(f"this {type(self).__name__} has learned nothing yet; call fit(graph) first")
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
