"""Where one can go in the app beside the conversation: one table, from which keys, tabs, palette and help are made.

A place is a page (see kgrec.tui.page) in a module of its own, imported when somebody first goes there: what the first
frame does not show, it does not wait for.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from kgrec.text import fold
from kgrec.tui.actions import Action

if TYPE_CHECKING:
    from kgrec.tui.page import Page

PLACES_GROUP: Final = "Places"


@dataclass(frozen=True, slots=True)
class Place:
    """A page: its name, the key that opens it from anywhere, its tab, a line of help, and where its class is.

    ``is_about_item``: it shows one item, the highlighted one; going there does not leave the page it was opened from.
    """

    name: str
    key: str
    tab: str
    help: str
    module: str
    page: str
    is_about_item: bool = False

    def page_class(self) -> type[Page[Any]]:
        """Return the class of the page."""
        kind: type[Page[Any]] = getattr(import_module(f"kgrec.tui.{self.module}"), self.page)
        return kind

    def open(self, item: str = "") -> Page[Any]:
        """Make the page; ``item``: what it is about, if about an item."""
        return self.page_class()(item)

    def action(self) -> Action:
        """Return what goes there."""
        return Action(f"app.go('{self.name}')", self.key, PLACES_GROUP, self.help)


PLACES: Final = (
    Place("shelves", "h", "Shelves", "shelves: titled rows of what is here for you", "shelves_page", "ShelvesPage"),
    Place("item", "i", "Item", "the highlighted one in full", "item_page", "ItemPage", is_about_item=True),
    Place(
        "graph",
        "c",
        "Graph",
        "what the highlighted one is connected with",
        "graph_page",
        "GraphPage",
        is_about_item=True,
    ),
    Place("taste", "t", "Taste", "all that is believed about you, to edit and take back", "taste_page", "TastePage"),
    Place("rules", "r", "Rules", "the rule files: read, edit, preview", "rules_page", "RulesPage"),
    Place("blend", "s", "Scorers", "how the scorers are weighted, and pins", "blend_page", "BlendPage"),
    Place("ledger", "y", "Questions", "why each question was asked", "ledger_page", "LedgerPage"),
)


def named(text: str) -> Place | None:
    """Return the place that a text is the name of, as on its tab too; None if of none."""
    plain = fold(text)
    return next((place for place in PLACES if plain in (place.name, fold(place.tab))), None)


def place(name: str) -> Place:
    """Return the place of a name; raises KeyError."""
    return {place.name: place for place in PLACES}[name]
