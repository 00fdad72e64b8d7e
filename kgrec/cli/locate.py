"""``kgrec locate``: where everything lives, so that it can be edited, backed up or deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgrec.profiles import profile_path
from kgrec.resources import cache_dir, config_dir

if TYPE_CHECKING:
    from kgrec.cli.opening import Source


def places(source: Source) -> dict[str, str | list[str]]:
    """Return what lives where; files need not exist yet."""
    dataset = source.dataset
    return {
        "data set": str(dataset.folder),
        "sources": [str(path) for path in dataset.sources()],
        "rules": [str(path) for path in source.rules],
        "own rules": str(source.own or ""),
        "profiles": str(profile_path(dataset.name)),
        "events": str(dataset.events),
        "fitted": str(dataset.fitted),
        "cache": str(cache_dir()),
        "settings": str(config_dir()),
    }
