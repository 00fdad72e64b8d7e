"""Conflicts and relaxations on worlds of a few items."""

from collections.abc import Callable

import numpy as np
import pytest

from kgrec.reasoning.conflicts import Order, preferred_conflict, relaxations, remaining

# Items:         a  b  c  d
FUNNY = [1, 1, 0, 0]
SHORT = [0, 0, 1, 1]
NEW = [1, 0, 1, 0]


def test_wishes_that_some_item_satisfies_are_no_conflict() -> None:
    assert preferred_conflict([FUNNY, NEW]) == ()
    assert relaxations([FUNNY, NEW]) == ((),)


def test_the_conflict_leaves_out_what_is_not_to_blame() -> None:
    assert preferred_conflict([NEW, FUNNY, SHORT]) == (1, 2)
    assert relaxations([NEW, FUNNY, SHORT]) == ((2,), (1,))


def test_the_weaker_wish_is_given_up_first() -> None:
    assert relaxations([NEW, FUNNY, SHORT], strengths=[1, 3, 2]) == ((2,), (1,))
    assert relaxations([NEW, FUNNY, SHORT], strengths=[1, np.inf, 2]) == ((2,), (1,))


def test_one_strong_wish_may_cost_more_than_two_weak_ones() -> None:
    masks = [[1, 0], [0, 1], [0, 1]]
    assert relaxations(masks, strengths=[5, 2, 2]) == ((1, 2), (0,))
    assert relaxations(masks, strengths=[3, 2, 2]) == ((0,), (1, 2))


def test_in_lexicographic_order_the_strongest_wish_is_kept_whatever_it_costs() -> None:
    masks = [[1, 0], [0, 1], [0, 1]]
    assert relaxations(masks, strengths=[3, 2, 2], order=Order.LEXICOGRAPHIC) == ((1, 2), (0,))
    assert relaxations(masks, strengths=[2, 2, 3], order="lexicographic") == ((0,), (1, 2))
    assert relaxations(masks, order=Order.LEXICOGRAPHIC) == ((1, 2), (0,))  # of equal ones the later is the weaker


def test_costs_that_only_rounding_tells_apart_are_equal() -> None:
    masks = [[1, 1, 0], [1, 1, 0], [0, 0, 1]]  # 0.1 + 0.2 is not quite 0.3
    assert relaxations(masks, strengths=[0.1, 0.2, 0.3]) == ((2,), (0, 1))


def test_wishes_that_cost_nothing_are_still_not_given_up_in_vain() -> None:
    assert relaxations([FUNNY, SHORT, NEW], strengths=[0, 0, 0]) == ((1,), (0,))


def test_of_equal_costs_the_one_that_frees_more_items_comes_first() -> None:
    assert relaxations([[1, 0, 0], [0, 1, 1]]) == ((0,), (1,))


def test_an_impossible_wish_is_a_conflict_by_itself_and_part_of_every_way_out() -> None:
    assert preferred_conflict([FUNNY, [0, 0, 0, 0], SHORT]) == (1,)
    assert relaxations([FUNNY, [0, 0, 0, 0], SHORT]) == ((1, 2), (0, 1))


def test_the_conflict_does_without_the_weakest_wish_if_any_does() -> None:
    # {0, 1} and {1, 2} are both conflicts.
    masks = [[1, 0], [0, 1], [1, 0]]
    assert preferred_conflict(masks, strengths=[1, 1, 1]) == (0, 1)
    assert preferred_conflict(masks, strengths=[1, 1, 2]) == (1, 2)


def test_what_remains_satisfies_all_that_is_kept() -> None:
    assert remaining([NEW, FUNNY, SHORT], (1,)).tolist() == [False, False, True, False]
    assert remaining([FUNNY, SHORT], (0, 1)).tolist() == [True, True, True, True]


def test_nothing_to_choose_from() -> None:
    none = np.empty((2, 0), dtype=bool)
    assert preferred_conflict(none) == ()
    assert relaxations(none) == ()
    assert relaxations(np.empty((0, 3), dtype=bool)) == ((),)
    assert preferred_conflict(np.empty((0, 3), dtype=bool)) == ()


def test_the_limit_keeps_the_cheapest() -> None:
    masks = ~np.eye(20, dtype=bool)
    strengths = np.arange(20, 0, -1.0)
    assert relaxations(masks, strengths, limit=3) == ((19,), (18,), (17,))
    assert relaxations(masks, strengths, limit=0) == ()
    assert len(relaxations(masks, strengths, limit=None)) == 20


@pytest.mark.parametrize(("m", "density"), [(50, 0.5), (50, 0.9), (130, 0.7)])
def test_there_are_never_more_relaxations_than_items(m: int, density: float) -> None:
    masks = np.random.default_rng(7).random((m, 400)) < density
    for order in Order:
        found = relaxations(masks, limit=None, order=order)
        assert len(set(found)) == len(found) <= 400
        assert all(remaining(masks, drop).any() for drop in found)


@pytest.mark.parametrize("m", [3, 16, 17, 64, 65, 130])
def test_any_number_of_wishes(m: int) -> None:
    masks = ~np.eye(m, dtype=bool)  # item i fails wish i only
    assert preferred_conflict(masks) == tuple(range(m))
    assert set(relaxations(masks, limit=m)) == {(row,) for row in range(m)}


@pytest.mark.parametrize("strengths", [[1.0], [1.0, -1.0], [1.0, float("nan")]])
def test_strengths_must_fit(strengths: list[float]) -> None:
    with pytest.raises(ValueError, match="strengths"):
        relaxations([FUNNY, SHORT], strengths)


@pytest.mark.parametrize("function", [preferred_conflict, relaxations, remaining])
@pytest.mark.parametrize("masks", [np.ones(3, dtype=bool), True, [], [[1, 0], [1]]])
def test_masks_must_be_a_table(function: Callable[..., object], masks: object) -> None:
    with pytest.raises(ValueError, match="shape"):
        function(masks)


@pytest.mark.parametrize("masks", [[[0, 2]], [[0.5, 1.0]], [[float("nan"), 1.0]], [["", "x"]], [[None, True]]])
def test_masks_must_hold_yes_and_no(masks: object) -> None:
    with pytest.raises(ValueError, match="True and False"):
        relaxations(masks)  # type: ignore[arg-type]  # that is the point


def test_other_mistakes_are_told() -> None:
    with pytest.raises(ValueError, match="limit must be at least 0 or None, not -1"):
        relaxations([FUNNY], limit=-1)
    with pytest.raises(ValueError, match="'cheapest' is not a valid Order"):
        relaxations([FUNNY], order="cheapest")
    with pytest.raises(ValueError, match="there are 2 wishes"):
        remaining([FUNNY, SHORT], [2])
    with pytest.raises(ValueError, match="there are 2 wishes"):
        remaining([FUNNY, SHORT], [-1])
