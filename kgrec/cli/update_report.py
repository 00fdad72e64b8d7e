"""What importing a data set again changed, and what people have said about items that are no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kgrec.ingest.update import read_changes
from kgrec.profiles import ProfileStore, profile_path
from kgrec.text import clean, shortened

if TYPE_CHECKING:
    from kgrec.ingest.update import Changes, Item

MOST_LISTED: Final = 5
"""So many items of a kind are named; the rest are counted, and all are in changes.json."""


def update_report(folder: Path) -> dict[str, Any]:
    """Return what the last import into a data set's folder changed, as JSON; empty for a first import.

    ``spoken_of``: user → labels of the removed items that they have said something about.
    """
    changes = read_changes(folder)
    if changes is None:
        return {}
    return {**asdict(changes), "spoken_of": _spoken_of(folder.name, changes)}


def update_lines(report: dict[str, Any]) -> Iterator[str]:
    """Go through the lines to print about an update."""
    if not report:
        return
    told = [f"{len(report[part]):,} {part}" for part in ("added", "changed", "removed") if report[part]]
    yield f"Since the last import: {', '.join(told) or 'nothing has changed'}"
    for sign, part in (("+", "added"), ("~", "changed"), ("-", "removed")):
        for item in report[part][:MOST_LISTED]:
            facets = f": {', '.join(item['facets'])}" if item["facets"] else ""
            yield f"  {sign} {clean(item['label'])}{facets}"
        if len(report[part]) > MOST_LISTED:
            yield f"  {sign} and {len(report[part]) - MOST_LISTED:,} more, see changes.json"
    for user, labels in report["spoken_of"].items():
        yield (
            f"{clean(user)} has said something about {shortened([clean(label) for label in labels], MOST_LISTED)}: "
            "that is kept, counts for nothing now, and counts again if it comes back"
        )


def _spoken_of(name: str, changes: Changes) -> dict[str, list[str]]:
    from kgrec.dialogue.lasting import remarks

    removed: dict[str, Item] = {item.id: item for item in changes.removed}
    path = profile_path(name)
    if not removed or not path.is_file():
        return {}
    with ProfileStore(path) as store:
        found = {
            user: [
                removed[entity].label
                for remark in remarks(store.events(user))
                for entity in (remark.subject, remark.other)
                if entity in removed
            ]
            for user in store.users()
        }
    return {user: list(dict.fromkeys(labels)) for user, labels in found.items() if labels}
