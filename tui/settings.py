"""What a user may set, and what the app remembers of its own accord: two files, each with one writer.

``config.toml`` in the configuration folder is the user's; the app only reads it, so nothing written there by hand is
ever lost. ``app.json`` beside it is the app's: the theme chosen last, and that the tour was seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from textual.color import Color, ColorParseError
from textual.theme import Theme

from kgrec.resources import config_dir, write_atomic
from kgrec.tui.themes import COLOURS, DARK, THEMES, own_theme

NAME: Final = "config.toml"
_BASE: Final = "base"
_TABLES: Final = ("theme", "keys")
_SYNTAX: Final = re.compile(r" \(at line (\d+), column (\d+)\)$| \(at end of document\)$")


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """Keys that the user gave to an action, as written, and where they stand, as "config.toml:7"."""

    action: str
    keys: str
    place: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user's configuration says.

    Attributes:
        theme: the user's own, if there is one without a mistake.
        keys: whether they make sense on the screens there are says kgrec.tui.keymap.
        problems: what makes no sense, each with its place; the table it stands in is left out then.
    """

    theme: Theme | None = None
    keys: tuple[OwnKeys, ...] = ()
    problems: tuple[str, ...] = ()


def read_settings() -> Settings:
    """Return what the user's configuration says; nothing if there is none. Raises DataError if there is no folder."""
    path = config_dir() / NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        return Settings(problems=(f"{NAME}: cannot be read ({error})",))
    return parse_settings(text)


def parse_settings(text: str) -> Settings:
    """Return what a configuration says."""
    import tomllib  # only those who have a configuration wait for it

    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Settings(problems=(_syntax_problem(str(error)),))
    problems = [
        f"{_place(text, name)}: unknown table or key '{name}'; there are [theme] and [keys]"
        for name in content
        if name not in _TABLES
    ]
    problems += [
        f"{_place(text, name)}: '{name}' is a table, as in: [{name}]"
        for name in _TABLES
        if not isinstance(content.get(name, {}), dict)
    ]
    if problems:
        return Settings(problems=tuple(problems))
    looks, keys = content.get("theme", {}), content.get("keys", {})
    wrong_looks, wrong_keys = list(_theme_problems(text, looks)), list(_key_problems(text, keys))
    return Settings(
        theme=_theme(looks) if looks and not wrong_looks else None,
        keys=() if wrong_keys else tuple(OwnKeys(name, keys[name], _place(text, name, "keys")) for name in keys),
        problems=(*wrong_looks, *wrong_keys),
    )


def _theme(looks: Mapping[str, str]) -> Theme:
    base = next((theme for theme in THEMES if theme.name == looks.get(_BASE)), DARK)
    return own_theme(base, {name: colour for name, colour in looks.items() if name != _BASE})


def _theme_problems(text: str, looks: Mapping[str, Any]) -> Iterator[str]:
    bases = [theme.name for theme in THEMES]
    for name, value in looks.items():
        place = _place(text, name, "theme")
        if name not in (_BASE, *COLOURS):
            yield f"{place}: unknown colour '{name}'{meant(name, (_BASE, *COLOURS))}"
        elif name == _BASE and value not in bases:
            yield f"{place}: there is no theme {value!r}; the base is one of {', '.join(bases)}"
        elif name != _BASE and not _is_colour(value):
            yield f'{place}: {value!r} is not a colour; write one as in: {name} = "#8ab4f8"'


def _key_problems(text: str, keys: Mapping[str, Any]) -> Iterator[str]:
    for name, value in keys.items():
        if not isinstance(value, str) or not all(key.strip() for key in value.split(",")):
            yield f'{_place(text, name, "keys")}: write keys as in: {name} = "f5,ctrl+l"'


def meant(name: str, known: Sequence[str]) -> str:
    """Return what a wrong name may have been meant to be, as the end of a sentence."""
    from difflib import get_close_matches  # only those who made a mistake wait for it

    close = get_close_matches(name, known, n=1)
    return f", did you mean '{close[0]}'?" if close else f"; there are {', '.join(known)}"


def _is_colour(value: object) -> bool:
    try:
        Color.parse(value if isinstance(value, str) else "")
    except ColorParseError:
        return False
    return True


def _syntax_problem(message: str) -> str:
    """Return what tomllib says with the place where we put it: in front."""
    found = _SYNTAX.search(message)
    place = f":{found[1]}:{found[2]}" if found and found[1] else ""
    return f"{NAME}{place}: {_SYNTAX.sub('', message)}"


def _place(text: str, key: str, table: str = "") -> str:
    """Return where a key or table stands, as "config.toml:3"; without the line if it is written in an unusual way."""
    here = ""
    wanted = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
            here = header[1]
        if (here == table and wanted.match(line)) or (not table and header and here == key):
            return f"{NAME}:{number}"
    return NAME


def remembered_theme() -> str | None:
    """Return the name of the theme used last; None if there is none or the file makes no sense."""
    theme = _remembered().get("theme")
    return theme if isinstance(theme, str) else None


def remember_theme(theme: str) -> None:
    """Keep the name of the theme for the next start."""
    _remember(theme=theme)


def has_toured() -> bool:
    """Return whether the tour was shown before."""
    return _remembered().get("toured") is True


def remember_tour() -> None:
    """Keep that the tour was shown."""
    _remember(toured=True)


def _file() -> Path:
    return config_dir() / "app.json"


def _remembered() -> dict[str, object]:
    try:
        content = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _remember(**values: object) -> None:
    write_atomic(_file(), json.dumps({**_remembered(), **values}) + "\n")
