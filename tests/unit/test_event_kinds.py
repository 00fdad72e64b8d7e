"""Event kinds: what was done beside rating is kept in every way data take, and says what it says where nobody rated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgrec import KnowledgeGraph
from kgrec.errors import DataError
from kgrec.evaluate.splits import Protocol, split
from kgrec.graph.event_kinds import EVENT_VALUES, OTHER_VALUE, event_kind
from kgrec.graph.interaction_table import InteractionTable
from kgrec.graph.interactions import Interactions
from kgrec.ingest.datasets import read_interactions, write_interactions
from kgrec.ingest.off_scale import off_scale
from kgrec.ingest.ratings import read_ratings
from kgrec.ingest.tables import source_of
from kgrec.learning.splits import hold_out_interactions

ITEMS = ("axe", "file", "saw")
LOG = pd.DataFrame(
    {
        "user": ["ana", "ana", "ana", "ben", "ben"],
        "item": ["axe", "axe", "saw", "saw", "file"],
        "rating": [2.0, np.nan, 5.0, np.nan, np.nan],
        "timestamp": [10, 20, 30, 40, 50],
        "event": ["", "plays", "", "Skip", "shared"],
        "amount": [np.nan, 3.0, np.nan, 1.0, np.nan],
        "place": ["home", "", "", "shop", ""],
    }
)


@pytest.fixture
def log() -> Interactions:
    return KnowledgeGraph.from_frames(pd.DataFrame({"item": ITEMS, "label": ITEMS}), interactions=LOG).interactions


def values(log: Interactions) -> list[float]:
    return [float(value) for value in log.values]  # noqa: PD011  (not pandas)


def rows(log: Interactions) -> list[tuple[object, ...]]:
    """Return one row an interaction, None for NaN, which equals nothing."""
    kinds = [log.kind_names[kind] for kind in log.kinds]
    numbers = [[None if np.isnan(cell) else cell for cell in column] for column in (log.ratings, log.amounts)]
    return list(zip(log.users, log.items, *numbers, kinds, values(log), log.times.tolist(), strict=True))


def test_a_frame_tells_kinds_and_amounts(log: Interactions):
    assert log.kind_names == ("", "played", "shared", "skipped")
    assert [log.kind_names[kind] for kind in log.kinds] == ["", "played", "", "skipped", "shared"]
    assert log.amounts.tolist()[1::2] == [3.0, 1.0]
    assert list(log.context) == ["place"]


def test_a_pair_is_worth_its_rating_or_what_its_kind_says(log: Interactions):
    low, high = values(log)[0], values(log)[2]
    assert low == -1.0
    assert high == 1.0
    expected = [low, low, high, EVENT_VALUES["skipped"], OTHER_VALUE]
    assert values(log) == pytest.approx(expected)
    assert log.user_items[0, 0] == low  # a rating stands, whatever is done later


def test_of_the_events_of_a_pair_the_most_telling_counts():
    table = InteractionTable(["u"] * 4, ["a"] * 4, kinds=["opened", "skipped", "finished", "opened"])
    assert values(table.resolve(["a"])) == pytest.approx([EVENT_VALUES["finished"]] * 4)


def test_a_log_without_kinds_stays_what_it_was():
    log = InteractionTable(["u", "v"], ["a", "a"], np.array([1.0, np.nan]), amounts=np.array([np.nan, 4.0])).resolve(
        ["a"]
    )
    assert log.kind_names == ("",)
    assert not log.kinds.size
    assert values(log) == [1.0, 1.0]
    assert log.amounts[1] == 4.0


def test_a_file_keeps_kinds_and_amounts(log: Interactions, tmp_path: Path):
    table = InteractionTable(
        LOG["user"].tolist(),
        LOG["item"].tolist(),
        LOG["rating"].to_numpy(),
        LOG["timestamp"].to_numpy(),
        {"place": LOG["place"].tolist()},
        [event_kind(kind) for kind in LOG["event"]],
        LOG["amount"].to_numpy(),
    )
    write_interactions(tmp_path, table)
    again = read_interactions(tmp_path / "interactions.csv").resolve(ITEMS)
    assert rows(again) == rows(log)
    assert dict(again.context) == dict(log.context)


def test_an_amount_that_is_no_number_is_told_with_its_place(tmp_path: Path):
    path = tmp_path / "interactions.csv"
    path.write_text("user,item,event,amount\nana,axe,played,often\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"interactions\.csv:2:4: 'often' is no number"):
        read_interactions(path)


def test_some_interactions_keep_their_kinds(log: Interactions):
    assert rows(log.take(np.array([1, 3]))) == [rows(log)[1], rows(log)[3]]


EVENTS = "user,beer,event,seconds,rating\nana,1,clicked,,\nana,1,dwell,40,\nana,1,,,4\nben,2,purchase,,\n"
PLAYS = "user,beer,plays\nana,1,500\nben,2,2\n"


@pytest.mark.parametrize(
    ("content", "kinds", "amounts"),
    [
        (EVENTS, ["opened", "dwelt", "", "bought"], [None, 40.0, None, None]),
        (PLAYS, ["played", "played"], [500.0, 2.0]),
    ],
)
def test_a_table_of_events_tells_kinds_and_amounts(
    tmp_path: Path, content: str, kinds: list[str], amounts: list[object]
):
    path = tmp_path / "log.csv"
    path.write_text(content, encoding="utf-8")
    table, _, left_out = read_ratings(source_of(path), {"1": "1", "2": "2"})
    assert list(table.kinds) == kinds
    assert [None if np.isnan(amount) else amount for amount in table.amounts] == amounts
    assert not left_out


def rating_rows(*last: str) -> str:
    """Return two hundred ratings from 1 to 5 and, below them, some more."""
    rows = [f"u{row // 2},{1 + row % 2},{1 + row % 5}" for row in range(200)]
    return "\n".join(["user,beer,rating", *rows, *last]) + "\n"


def test_a_rating_far_off_the_scale_is_told_with_its_place(tmp_path: Path):
    path = tmp_path / "log.csv"
    path.write_text(rating_rows("ann,1,99999", "ben,1,-400", "cat,1,9"), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_ratings(source_of(path), {"1": "1", "2": "2"})
    cure = "mend it, drop the row, or call the column 'count' if it counts something"
    assert str(caught.value).splitlines() == [
        f"{path}:202:3: the rating 99999 is far off all others, from 1 to 9; {cure}",
        f"{path}:203:3: the rating -400 is far off all others, from 1 to 9; {cure}",
    ]


@given(st.lists(st.integers(1, 10), min_size=100, max_size=300))
def test_no_rating_of_a_usual_scale_is_off_it(ratings: list[int]):
    assert not off_scale(np.array(ratings, dtype=float)).size


def test_of_few_ratings_or_none_none_is_off_the_scale():
    assert not off_scale(np.array([1.0] * 50 + [99999.0])).size
    assert not off_scale(np.full(500, np.nan)).size
    assert off_scale(np.array([np.nan] * 9 + [1.0] * 500 + [99999.0])).tolist() == [509]


# --- how much a choice counts -----------------------------------------------------------------------------------------


def played(*counts: float, kinds: tuple[str, ...] = ()) -> Interactions:
    """Return a log of one user who did something with items a, b, c ..., that often."""
    items = "abcdef"[: len(counts)]
    kinds = kinds or ("played",) * len(counts)
    return InteractionTable(["u"] * len(counts), list(items), kinds=kinds, amounts=np.array(counts)).resolve(items)


def test_what_is_played_more_counts_more_and_on_average_one():
    chosen = played(1, 10, 100).chosen
    assert np.all(np.diff(chosen.data) > 0)
    assert chosen.data.mean() == pytest.approx(1.0)


def test_what_is_skipped_is_known_and_not_chosen():
    log = played(1, 1, kinds=("played", "skipped"))
    assert log.user_items.nnz == 2
    assert log.chosen.indices.tolist() == [0]
    assert log.item_counts.tolist() == [1, 0]


def test_nobody_is_asked_to_find_what_they_skipped():
    users, items = (axis.ravel().tolist() for axis in np.indices((6, 10)))
    kinds = ["skipped" if item < 5 else "played" for item in items]
    table = InteractionTable([f"u{user}" for user in users], [str(item) for item in items], kinds=kinds)
    frame = pd.DataFrame({"item": [str(item) for item in range(10)]})
    graph = replace(KnowledgeGraph.from_frames(frame), interactions=table.resolve(list(map(str, range(10)))))
    cut = hold_out_interactions(graph, np.random.default_rng(0))
    found = split(graph, Protocol.WARM, 0).cases[0].relevant
    assert cut.examples.held.nnz
    assert set(cut.examples.held.indices) | set(found.indices) <= set(range(5, 10))


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=6), st.floats(0, 1e6))
def test_more_of_one_thing_never_makes_it_count_less(counts: list[float], more: float):
    before, after = played(*counts).trusts, played(counts[0] + more, *counts[1:]).trusts
    others = slice(1, None)
    ratio = lambda trusts: trusts[0] / max(float(trusts[others].sum()), 1e-6)  # noqa: E731  (used twice)
    assert ratio(after) >= ratio(before) * (1 - 1e-3)


def test_ratings_all_count_alike():
    log = InteractionTable(["u", "u"], ["a", "b"], np.array([1.0, 5.0])).resolve("ab")
    assert log.chosen.data.tolist() == [1.0, 1.0]
