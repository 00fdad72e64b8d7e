"""The page about the graph: one entity, what it is linked with as a list and as a picture, and paths to others.

Whatever is picked becomes the centre; the trail above says how one came there, and backspace goes back along it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kgrec.tui.actions import Action
from kgrec.tui.diagram import Look, draw
from kgrec.tui.find_dialog import FindDialog
from kgrec.tui.glyphs import bar
from kgrec.tui.page import Page, page_bindings

if TYPE_CHECKING:
    from kgrec.tui.conversation import Conversation
    from kgrec.tui.graph_view import GraphView, Group, Neighbour
    from kgrec.tui.view import Found

_GROUP: Final = "The graph"
_BAR: Final = 4
_COUNTED: Final = 10
"""So many of a kind are worth a number beside its name."""
_FADED: Final = "$text-muted"
_FEWEST: Final = 3
"""So many neighbours are drawn however low the window is."""


class Picture(Widget):
    """The neighbourhood, or the paths, drawn for the size there is."""

    marked = reactive("")

    def __init__(self) -> None:
        super().__init__(id="picture")
        self.view: GraphView | None = None

    def show(self, view: GraphView) -> None:
        """Draw something else."""
        self.view = view
        self.refresh()

    def render(self) -> Content:
        """Draw the picture in the middle of its pane."""
        if self.view is None:
            return Content.styled("One moment ...", _FADED)
        width, height = self.size
        if self.view.target is not None and not self.view.paths:
            return Content("\n").join(Content(_nothing_between(self.view)).wrap(max(width, 1)))
        lines = self._drawn(self.view, width, height)
        left = " " * max((width - max((line.cell_length for line in lines), default=0)) // 2, 0)
        above = [Content()] * max((height - len(lines)) // 2, 0)
        return Content("\n").join([*above, *(Content(left) + line for line in lines)])

    def _drawn(self, view: GraphView, width: int, height: int) -> list[Content]:
        """Return the picture with as much air as there is room for, without the weakest neighbours if need be."""
        count = min(len(view.strongest), max(height, _FEWEST))  # each takes a row at least
        while True:
            chains, looks = self._woven(view, count)
            lines = draw(chains, looks, width, 2)
            if len(lines) > height:
                lines = draw(chains, looks, width)
            if len(lines) <= height or view.paths or count <= _FEWEST:
                return lines
            count -= 1

    def _woven(self, view: GraphView, most: int) -> tuple[list[list[str]], dict[str, Look]]:
        """Return the chains to draw, and how their nodes look."""
        if view.paths:
            looks = {step.entity: Look(self._called(step.entity, step.label)) for path in view.paths for step in path}
            return [[step.entity for step in path] for path in view.paths], looks
        looks = {view.centre.entity: Look(Content.styled(view.centre.label, "bold"), is_framed=True)}
        chains = [[above.entity, view.centre.entity] for above in view.above]
        places = {group.label: place for place, group in enumerate(view.groups)}
        for relation, neighbour in sorted(view.strongest[:most], key=lambda link: places[link[0]]):
            chains.append([view.centre.entity, f"\n{relation}", neighbour.entity])
            looks[f"\n{relation}"] = Look(Content.styled(relation, _FADED))
        for neighbour in (*view.above, *(neighbour for _, neighbour in view.strongest)):
            count = f"{neighbour.items:,}" if neighbour.match is None else ""
            looks[neighbour.entity] = Look(self._called(neighbour.entity, neighbour.label, count))
        return chains or [[view.centre.entity]], looks

    def _called(self, entity: str, label: str, note: str = "") -> Content:
        name = Content.styled(label, "reverse" if entity == self.marked else "")
        told = Content.assemble(name, (f" {note}", _FADED)) if note else name
        return told.stylize(Style.from_meta({"@click": f"screen.visit({entity!r})"}))


class GraphPage(Page["GraphView"]):
    """What one entity is linked with."""

    PLACE = "graph"
    ACTIONS = (
        Action("back", "backspace", _GROUP, "back along the trail", "step back"),
        Action("find", "slash", _GROUP, "find something by its name", "find", "/"),
        Action("paths", "p", _GROUP, "the shortest paths from here to something else", "paths"),
        Action("cursor(-1)", "k", _GROUP, "the one above"),
        Action("cursor(1)", "j", _GROUP, "the one below"),
    )
    BINDINGS: ClassVar[list[BindingType]] = page_bindings(*ACTIONS)
    AUTO_FOCUS = "#links"
    CSS_PATH = "graph.tcss"

    def __init__(self, item: str = "") -> None:
        super().__init__(item)
        self._trail = [item]
        self._target = ""
        self._more = 0
        self._drawn_for: tuple[object, ...] = ()

    def gather(self, talk: Conversation) -> GraphView:
        """Return what lies around the centre."""
        from kgrec.tui.graph_view import MOST, view_graph  # the engine: not before somebody comes here

        return view_graph(talk.session, self._trail, self._target, MOST * (1 + self._more))

    def body(self) -> Iterable[Widget]:
        """Return the trail above the list and the picture."""
        yield Static(id="trail")
        yield Horizontal(Picture(), OptionList(id="links"), id="graph-body")

    async def draw(self, value: GraphView) -> None:
        """Show what lies around the centre; the highlight stays where it was while that is the same."""
        links, picture = self.query_one("#links", OptionList), self.query_one(Picture)
        self.query_one("#trail", Static).update(_trail(value))
        self.set_class(value.target is not None, "-paths")
        links.border_title = "On the way" if value.target else "It leads to"
        is_of_items = any(neighbour.match is not None for _, neighbour in value.strongest)
        counted = "match for you" if is_of_items else "how many others it leads to"
        links.border_subtitle = "" if value.target or not value.strongest else counted
        between = f"From {value.centre.label} to {value.target.label}" if value.target else value.centre.label
        picture.border_title = Content(between)
        picture.border_subtitle = Content("" if value.target else value.centre.kind)
        held = links.highlighted if self._drawn_for == (value.centre, value.target) else None
        self._drawn_for = (value.centre, value.target)
        links.clear_options()
        links.add_options(_options(value.groups))
        picture.show(value)
        if held is None and links.option_count:
            links.action_first()
        elif held is not None:
            links.highlighted = min(held, links.option_count - 1)

    # --- where one is ---------------------------------------------------------------------------------------------

    @property
    def subject(self) -> str:
        """The highlighted item; the centre if a value is highlighted."""
        marked = self._marked
        is_item = self.value is not None and any(
            neighbour.entity == marked and neighbour.match is not None
            for group in self.value.groups
            for neighbour in group.neighbours
        )
        return marked if is_item else self.item

    @property
    def _marked(self) -> str:
        return _entity(self.query_one("#links", OptionList).highlighted_option)

    @on(OptionList.OptionHighlighted, "#links")
    def _mark(self) -> None:
        self.query_one(Picture).marked = self._marked

    @on(OptionList.OptionSelected, "#links")
    def _pick(self, event: OptionList.OptionSelected) -> None:
        if entity := _entity(event.option):
            self.action_visit(entity)
        else:
            self._more += 1
            self.renew()

    # --- what can be done -----------------------------------------------------------------------------------------

    def action_visit(self, entity: str) -> None:
        """Make something the centre; one that the trail leads over already is gone back to."""
        if entity in self._trail:
            self._trail = self._trail[: self._trail.index(entity) + 1]
        else:
            self._trail.append(entity)
        self._target, self._more = "", 0
        self.renew()

    def action_back(self) -> None:
        """Leave the paths, else go back along the trail."""
        if self._target:
            self._target = ""
        elif len(self._trail) > 1:
            self._trail.pop()
            self._more = 0
        else:
            self.notify("the trail begins here; esc leaves the graph", timeout=3, markup=False)
            return
        self.renew()

    def action_find(self) -> None:
        """Ask for a name and make what bears it the centre."""

        def picked(entity: object) -> None:
            if isinstance(entity, str):
                self.action_visit(entity)

        self.app.push_screen(FindDialog("Find", "a name", _find), picked)

    def action_paths(self) -> None:
        """Ask for a name and show the paths that lead there."""

        def picked(entity: object) -> None:
            if isinstance(entity, str):
                self._target = entity
                self.renew()

        self.app.push_screen(FindDialog("Paths to ...?", "a name", _find), picked)

    def action_cursor(self, step: int) -> None:
        """Highlight another row."""
        links = self.query_one("#links", OptionList)
        links.action_cursor_down() if step > 0 else links.action_cursor_up()


def _find(talk: Conversation, text: str) -> tuple[Found, ...]:
    from kgrec.tui.graph_view import find_any

    return find_any(talk.session, text)


# --- the lines ------------------------------------------------------------------------------------------------------


def _nothing_between(view: GraphView) -> str:
    assert view.target is not None, "paths were asked for"
    if view.target.entity == view.centre.entity:
        return "That is where you are; choose something else with p."
    return f"Nothing connects {view.centre.label} with {view.target.label} in four steps or fewer."


def _trail(view: GraphView) -> Content:
    """Return where one came from; each part leads back there."""
    parts = []
    for step in view.trail:
        click = Style.from_meta({"@click": f"screen.visit({step.entity!r})"})
        style = "bold" if step is view.trail[-1] else _FADED
        parts.append(Content.styled(step.label, style).stylize(click))
    return Content(" ") + Content.styled(" › ", _FADED).join(parts)


def _options(groups: Iterable[Group]) -> Iterable[Option]:
    """Yield the rows of the list; one entity may have a row in several groups."""
    for number, group in enumerate(groups):
        count = f" {group.total:,}" if group.total >= _COUNTED else ""
        yield Option(Content.assemble((group.label, "$primary bold"), (count, _FADED)), disabled=True)
        for neighbour in group.neighbours:
            yield Option(_row(neighbour), f"{number}\n{neighbour.entity}")
        if left := group.total - len(group.neighbours):
            yield Option(Content.styled(f"  {left:,} more ...", "$accent"), f"{number}\n")


def _entity(option: Option | None) -> str:
    """Return the entity that a row stands for; "" for one that lists more."""
    return (option.id or "").partition("\n")[2] if option is not None else ""


def _row(neighbour: Neighbour) -> Content:
    """Return a row: an item with its match, a value with how many other items it leads to."""
    if neighbour.match is not None:
        lead = Content.assemble("  ", (bar(neighbour.match, _BAR), "$primary on $panel"), f" {neighbour.match:4.0%}  ")
        return lead + Content(neighbour.label)
    return Content.assemble("  ", neighbour.label, (f" {neighbour.items:,}", _FADED))
