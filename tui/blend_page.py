"""The page of scorers: how much each counts and why, what it gives to the list, and pins with what they change."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import DataTable, Static

from kgrec.tui.actions import Action
from kgrec.tui.conversation import Conversation
from kgrec.tui.glyphs import bar, signed
from kgrec.tui.lines import flow
from kgrec.tui.listing import Entry, Group, Listing
from kgrec.tui.page import page_bindings
from kgrec.tui.paned_page import PANE_ACTIONS, PanedPage
from kgrec.tui.rule_changes import RuleDetails
from kgrec.tui.text_dialog import TextDialog
from kgrec.tui.view import RuleChanges

if TYPE_CHECKING:
    from kgrec.tui.blend_view import BlendView, Bucket, Listed, Scorer

_PINS: Final = "Pins"
_STEP: Final = 0.05
_MOST: Final = 9.99
_DIM: Final = "$text-muted"
_ROOMY: Final = 50
"""From this width on it is said what a share is of."""
_NAME: Final = 12
_HINT: Final = "Press + or − on a scorer to see what more or less of it would change. Nothing counts before you say so."

BLEND_ACTIONS = (
    Action("heavier", "plus,equals_sign,right", _PINS, "try more of the highlighted scorer", "more", "+"),
    Action("lighter", "minus,left", _PINS, "try less of the highlighted scorer", "less", "−"),
    Action("weigh", "w", _PINS, "type a weight", "weight"),
    Action("unpin", "backspace,delete", _PINS, "try it without its pin", "unpin", "⌫"),
    Action("keep", "p", _PINS, "put in force what is tried: written to your own rule file", "apply"),
    Action("undo", "u", _PINS, "let go of what is tried", "undo"),
    *PANE_ACTIONS,
)
"""What the page of scorers can do."""


class BlendPage(PanedPage["BlendView"]):
    """How the scorers are weighed."""

    PLACE = "blend"
    ACTIONS = BLEND_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = page_bindings(*BLEND_ACTIONS)
    CSS_PATH = ["paned.tcss", "blend.tcss"]  # noqa: RUF012  (no class variable in Screen)
    PANES = {  # noqa: RUF012  (as above)
        "scorers": "Who counts how much",
        "table": "By ratings given",
        "listed": "What they give",
        "effects": "What would change",
    }

    def __init__(self, item: str = "") -> None:
        super().__init__(item)
        self.draft: dict[str, float | None] = {}

    def gather(self, talk: Conversation) -> BlendView:
        """Return the weights in force, and what those that are tried would change."""
        from kgrec.tui.blend_view import blend_view

        return blend_view(talk.session, dict(self.draft))

    def body(self) -> Iterable[Widget]:
        """Lay out the panes."""
        with Horizontal(classes="panes"):
            with Vertical(classes="side"):
                yield Listing("No scorer counts.", id="scorers")
                yield DataTable[Content](id="table", cursor_type="row")
            with Vertical(classes="side"):
                yield Listing("The list is empty: the conversation shows the ways out.", id="listed")
                with VerticalScroll(id="effects", can_focus=True):
                    yield Static(id="effects-summary")
                    yield RuleDetails()

    async def draw(self, value: BlendView) -> None:
        """Fill the panes."""
        most = max((max(one.weight, one.wanted) for one in value.scorers), default=1.0) or 1.0
        scorers = self.query_one("#scorers", Listing)
        scorers.show([Group("", tuple(Entry(one.name, partial(_draw_scorer, one, most)) for one in value.scorers))])
        rated = f"{value.n_rated} rated"
        scorers.border_subtitle = f"{rated} · {'learned weights' if value.is_learned else 'fixed weights'}"
        listed = self.query_one("#listed", Listing)
        entries = enumerate(value.listed, 1)
        listed.show([Group("", tuple(Entry(one.item, partial(_draw_listed, one, place)) for place, one in entries))])
        listed.border_subtitle = "of each score"
        self._draw_table(value)
        self._draw_changes(value.changes)

    def _draw_table(self, value: BlendView) -> None:
        table: DataTable[Content] = self.query_one("#table", DataTable)
        table.clear(columns=True)
        has_ages = len({row.items for row in value.buckets}) > 1
        head = ["  rated", *(["items"] if has_ages else []), *value.columns]
        head += ["NDCG@10, best alone"] if value.is_learned else []
        rows = [_bucket_cells(row, has_ages=has_ages, is_learned=value.is_learned) for row in value.buckets]
        for number, label in enumerate(head):
            table.add_column(label, width=max(len(label), *(len(cells[number]) for cells in rows)))
        mine = [number for number, row in enumerate(value.buckets) if row.is_mine]
        for number, cells in enumerate(rows):
            table.add_row(*(Content.styled(cell, "bold" if number in mine else "") for cell in cells))
        table.move_cursor(row=mine[0] if mine else 0)
        while_talking = " · while you talk those above count"
        table.border_subtitle = f"▸ as many as you{while_talking if value.is_conversing else ''}"

    def _draw_changes(self, changes: RuleChanges | None) -> None:
        summary = self.query_one("#effects-summary", Static)
        details = self.query_one(RuleDetails)
        details.display = changes is not None
        if changes is None:
            summary.update(Content.styled(_HINT, _DIM))
        else:
            style = "$text-error bold" if changes.is_dead_end else "bold"
            keys = Content.assemble(("p", "$accent bold"), " applies · ", ("u", "$accent bold"), " lets it go")
            summary.update(Content.styled(changes.summary[0], style) + "\n" + keys + "\n")
            details.show(changes)

    # --- what can be done -----------------------------------------------------------------------------------------

    @property
    def scorer(self) -> Scorer | None:
        """The highlighted scorer."""
        chosen = self.query_one("#scorers", Listing).chosen
        return next((one for one in (self.value.scorers if self.value else ()) if one.name == chosen), None)

    @property
    def subject(self) -> str:
        """The highlighted item of the list."""
        return self.query_one("#listed", Listing).chosen

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        if action in ("keep", "undo"):
            return bool(self.draft)
        if action == "unpin":
            return self.scorer is not None and (self.scorer.is_pinned or self.scorer.is_trying)
        return super().check_action(action, parameters)

    def action_heavier(self) -> None:
        """Try more of the highlighted scorer."""
        self._step(_STEP)

    def action_lighter(self) -> None:
        """Try less of it."""
        self._step(-_STEP)

    def action_weigh(self) -> None:
        """Ask for a weight, and try it."""
        scorer = self.scorer
        if scorer is None:
            return

        def written(text: object) -> None:
            if not isinstance(text, str):
                return
            try:
                weight = float(text.replace(",", "."))
            except ValueError:
                weight = -1.0
            if 0 <= weight <= _MOST:
                self._try(scorer.name, weight)
            else:
                self.notify(f"a weight is a number from 0 to {_MOST:g}, such as 0.3", severity="error", markup=False)

        hint = "0 switches it off; the others' weights stay as they are."
        self.app.push_screen(TextDialog(f"How much shall {scorer.name} count?", hint, f"{scorer.wanted:.2f}"), written)

    def action_unpin(self) -> None:
        """Try the highlighted scorer without its pin; what was only tried is let go."""
        scorer = self.scorer
        if scorer is not None and scorer.is_pinned:
            self._try(scorer.name, None)
        elif scorer is not None and self.draft.pop(scorer.name, 0.0) is not None:
            self.renew()

    def action_undo(self) -> None:
        """Let go of what is tried."""
        self.draft.clear()
        self.renew()

    def action_keep(self) -> None:
        """Put in force what is tried."""
        from kgrec.tui.blend_view import put_in_force

        draft = dict(self.draft)
        if draft:
            self.draft.clear()
            self.change(lambda talk: talk.have(lambda session: put_in_force(session, draft)))

    def action_enter(self) -> None:
        """Type a weight for the highlighted scorer."""
        if self.front == "scorers":
            self.action_weigh()

    def _step(self, step: float) -> None:
        scorer = self.scorer
        if scorer is not None:
            now = self.draft.get(scorer.name)
            weight = scorer.wanted if now is None else now
            self._try(scorer.name, min(max(round((weight + step) / _STEP) * _STEP, 0.0), _MOST))

    def _try(self, scorer: str, weight: float | None) -> None:
        self.draft[scorer] = None if weight is None else round(weight, 4)
        self.renew()


def _draw_scorer(one: Scorer, most: float, width: int) -> Content:
    """Draw a scorer: its bar and weight, what is tried, what part of the list it gives; where the weight comes from."""
    mark = "◆" if one.is_pinned else " "
    number = f"{one.weight:.2f}" if not one.is_trying else f"{one.weight:.2f} → {one.wanted:.2f}"
    part = f"{one.share:4.0%}{' of list' if width >= _ROOMY else ''}"
    cells = max(width - 2 - _NAME - 2 - 11 - len(part) - 3, 4)
    style = "$accent on $panel" if one.is_trying else "$primary on $panel"
    first = Content.assemble(
        (f"{mark} ", "$accent"),
        (f"{one.name:<{_NAME}}", "bold"),
        (bar(one.wanted / most, cells), style),
        f" {number:<12}",
        (f" {part}", _DIM),
    )
    second = Content.styled(one.source, _DIM).truncate(max(width - 2, 8), ellipsis=True)
    return first + "\n  " + second


def _draw_listed(one: Listed, place: int, width: int) -> Content:
    score = f"{one.score:.2f}"
    name = Content.styled(one.label, "bold").truncate(max(width - 4 - len(score), 8), ellipsis=True, pad=True)
    shares = [Content.styled(f"{scorer} {signed(share)}", _DIM) for scorer, share in one.shares]
    lines = ["   " + line for line in flow(shares, max(width - 3, 8), "  ")]
    return Content("\n").join([Content.styled(f"{place:>2} ", _DIM) + name + Content.styled(f" {score}", _DIM), *lines])


def _bucket_cells(row: Bucket, *, has_ages: bool, is_learned: bool) -> list[str]:
    lead = f"{'▸' if row.is_mine else ' '} {row.rated}"
    weights = map(_weight, row.weights)
    return [lead, *([row.items] if has_ages else []), *weights, *([row.found] if is_learned else [])]


def _weight(weight: float) -> str:
    return f"{weight:.2f}".removeprefix("0") if weight >= _STEP / 10 else "·"
