"""The page about one item: what it is, why it stands where it does, what is like it, and what could be said of it.

A critique is a turn of the conversation, so it ends where its effect is seen: on the list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kgrec.tui.actions import Action, answer_bindings
from kgrec.tui.diagram import Look, draw
from kgrec.tui.glyphs import bar
from kgrec.tui.lines import Lined, flow
from kgrec.tui.page import Page, page_bindings
from kgrec.tui.reasons import absence_lines, fact_lines, share_lines

if TYPE_CHECKING:
    from kgrec.tui.conversation import Conversation
    from kgrec.tui.item_view import ItemView, LikeIt
    from kgrec.tui.view import View

_GROUP: Final = "This one"
_BAR: Final = 10
_SHORT_BAR: Final = 4
_NARROWEST: Final = 24
_ROOM_FOR_PATHS: Final = 40
"""In fewer cells paths are told in words only."""


class ItemText(Lined):
    """All that is told of an item, laid out for the width there is."""

    def __init__(self) -> None:
        super().__init__(id="item-text")
        self.view: ItemView | None = None
        self._absence_at = 0
        self._laid_out: tuple[int, list[Content]] = (0, [])  # for a width

    def show(self, view: ItemView) -> None:
        """Show an item."""
        self.view = view
        self._laid_out = (0, [])
        self.refresh(layout=True)

    @property
    def absence_at(self) -> int:
        """The line at which it is told why the item is not on the list; 0 if it is."""
        return self._absence_at

    def _lines(self, width: int) -> list[Content]:
        """Return the lines for a width; they are asked for twice in each frame."""
        if self.view is None:
            return [Content.styled("One moment ...", "$text-muted")]
        width = max(width, _NARROWEST)
        if self._laid_out[0] != width:
            self._laid_out = (width, self._lay_out(self.view, width))
        return self._laid_out[1]

    def _lay_out(self, view: ItemView, width: int) -> list[Content]:
        row, paths = view.row, _paths(view, width)
        lines = [*_standing(view, width), *_description(view, width), *paths]
        if paths:  # they need not be told again below each share
            row = replace(row, reasons=tuple(replace(reason, path=()) for reason in row.reasons))
        lines += _titled("What its score is made of", share_lines(row, width))
        self._absence_at = 0
        if view.absence is not None:
            self._absence_at = len(lines) + 1
            lines += _titled("Why it is not on the list", absence_lines(view.absence, width))
        return [*lines, *_titled("Facts", fact_lines(row.facts, width) if row.facts else [])]


class Critiques(Static):
    """What can be said of the item, with the number keys that say it."""

    def __init__(self) -> None:
        super().__init__(id="critiques")
        self._offers: list[Content] = []

    def show(self, view: ItemView) -> None:
        """Offer the critiques of an item."""
        self.border_title = Content(f"Something like this {view.singular}, but ...")
        self.border_subtitle = "how many each leaves" if view.critiques else ""
        self._offers = [
            Content.assemble((f" {number} ", "$accent bold"), offer.said, (f" {offer.left:,}", "$text-muted")).stylize(
                Style.from_meta({"@click": f"screen.answer({number - 1})"})
            )
            for number, offer in enumerate(view.critiques, 1)
        ]
        self._draw()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._draw()

    def _draw(self) -> None:
        nothing = [Content.styled("Nothing is left that could be compared with it.", "$text-muted")]
        self.update(Content("\n").join(flow(self._offers, max(self.size.width, _NARROWEST), "  ") or nothing))


class ItemPage(Page["ItemView"]):
    """One item in full."""

    PLACE = "item"
    ACTIONS = (
        Action("answer(0)", "1", _GROUP, "something like it, but ...: one of the changes offered", "change", "1-9"),
        Action("rate(1)", "l", _GROUP, "I like it", "like"),
        Action("rate(-1)", "d", _GROUP, "I dislike it", "dislike"),
        Action("seen", "v", _GROUP, "I know it already: leave it out", "seen"),
        Action("why_not", "x", _GROUP, "why is it not on the list, and what would bring it there?", "why not"),
        Action("undo", "u", _GROUP, "take back the last thing you said", "undo"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [*answer_bindings()[1:], *page_bindings(*ACTIONS)]
    AUTO_FOCUS = "#item-pane"
    CSS_PATH = "item.tcss"

    def gather(self, talk: Conversation) -> ItemView:
        """Return all there is to say of the item."""
        from kgrec.tui.item_view import view_item  # the engine: not before somebody comes here

        if self.value is None:
            talk.look_at(self.item)
        return view_item(talk.session, self.item)

    def body(self) -> Iterable[Widget]:
        """Return the text beside what is like it and what could be said of it."""
        with_text = VerticalScroll(ItemText(), id="item-pane")
        with_text.can_focus = True
        yield Horizontal(with_text, Vertical(Critiques(), OptionList(id="alike"), id="item-side"), id="item-body")

    async def draw(self, value: ItemView) -> None:
        """Show the item."""
        pane, alike = self.query_one("#item-pane"), self.query_one("#alike", OptionList)
        pane.border_title = Content(value.row.label)
        pane.border_subtitle = Content(value.said)
        self.query_one(ItemText).show(value)
        self.query_one(Critiques).show(value)
        alike.border_title, alike.border_subtitle = "Most like it", "the most alike first · match for you"
        held = alike.highlighted
        alike.clear_options()
        alike.add_options(Option(_alike(one), one.item) for one in value.alike)
        alike.highlighted = held if held is not None and held < len(value.alike) else None

    # --- what can be done -----------------------------------------------------------------------------------------

    def action_answer(self, position: int) -> None:
        """Say that it should be like this, but ..., and turn to the list."""
        if self.value is None or position >= len(self.value.critiques):
            return
        offer = self.value.critiques[position]

        def say(talk: Conversation) -> View:
            from kgrec.tui.item_view import take

            return take(talk, offer)

        self.app.turn(say)
        while isinstance(self.app.screen, Page):
            self.app.pop_screen()
        self.app.main.action_show_pane("list")

    def action_rate(self, value: int) -> None:
        """Like or dislike it."""
        self.change(lambda talk: talk.rate(self.item, float(value)))

    def action_seen(self) -> None:
        """Leave it out."""
        self.change(lambda talk: talk.mark_seen(self.item))

    def action_why_not(self) -> None:
        """Turn to why it is not on the list; if it is, say so."""
        if self.value is None:
            return
        if self.value.place:
            self.notify(f"it is on the list: number {self.value.place}", timeout=3, markup=False)
        else:
            self.query_one("#item-pane").scroll_to(y=self.query_one(ItemText).absence_at, animate=False)

    @on(OptionList.OptionSelected, "#alike")
    def _open(self, event: OptionList.OptionSelected) -> None:
        if event.option.id is not None:
            self.app.action_go("item", event.option.id)


# --- the lines ------------------------------------------------------------------------------------------------------


def _titled(title: str, lines: list[Content]) -> list[Content]:
    """Return lines below a title and a blank one; nothing without lines."""
    return [Content(), Content.styled(title, "$primary bold"), *lines] if lines else []


def _standing(view: ItemView, width: int) -> list[Content]:
    place = f"number {view.place} of {view.left:,}" if view.place else "not on the list"
    parts = [
        Content.assemble((bar(view.row.match, _BAR), "$primary on $panel"), f" {view.matches} match"),
        Content(place),
    ]
    lines = flow(parts, width, " · ")
    return [*lines, *Content.styled(view.forecast, "$text-muted").wrap(width)] if view.forecast else lines


def _description(view: ItemView, width: int) -> list[Content]:
    return [Content(), *Content(view.row.description).wrap(width)] if view.row.description else []


def _paths(view: ItemView, width: int) -> list[Content]:
    """Return the paths as one picture, the item called what it is."""
    if not view.paths or width < _ROOM_FOR_PATHS:
        return []
    looks = {}
    for path in view.paths:
        for stop in path:
            look = Content.styled(stop.label, "" if stop.is_entity else "$text-muted")
            if stop.is_entity:
                look = look.stylize(Style.from_meta({"@click": f"app.go('graph', {stop.key!r})"}))
            looks[stop.key] = Look(look)
    looks[view.row.item] = Look(Content.styled(f"this {view.singular}", "$primary bold"))
    chains = [[stop.key for stop in path] for path in view.paths]
    return _titled(f"From you to this {view.singular}", draw(chains, looks, width))


def _alike(one: LikeIt) -> Content:
    """Return the two lines of an item like this one: its match and name, and what the two share."""
    lead = Content.assemble((bar(one.match, _SHORT_BAR), "$primary on $panel"), f" {one.match:4.0%}  ")
    shared = Content.styled(one.common, "$text-muted")
    return lead + Content.styled(one.label, "bold") + "\n" + " " * lead.cell_length + shared
