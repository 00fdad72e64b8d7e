"""What the app remembers about its looks, in one small file of the user's configuration."""

import json
from pathlib import Path

from kgrec.resources import config_dir, write_atomic


def _file() -> Path:
    return config_dir() / "app.json"


def remembered_theme() -> str | None:
    """Return the name of the theme used last; None if there is none or the file makes no sense."""
    try:
        content = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    theme = content.get("theme") if isinstance(content, dict) else None
    return theme if isinstance(theme, str) else None


def remember_theme(theme: str) -> None:
    """Keep the name of the theme for the next start."""
    write_atomic(_file(), json.dumps({"theme": theme}) + "\n")
