"""Conflicts and relaxations against brute force over all sets of wishes, and against a SAT solver."""

from collections.abc import Callable
from itertools import chain, combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pysat.examples.hitman import Hitman
from pysat.examples.lbx import LBX
from pysat.examples.rc2 import RC2
from pysat.formula import WCNF

from kgrec.reasoning.conflicts import Order, preferred_conflict, relaxations, remaining

Mask = NDArray[np.bool_]


@st.composite
def problems(draw: st.DrawFn, max_wishes: int = 7, max_items: int = 12) -> tuple[Mask, list[float]]:
    m, n = draw(st.integers(1, max_wishes)), draw(st.integers(1, max_items))
    bits = draw(st.lists(st.booleans(), min_size=m * n, max_size=m * n))
    strengths = draw(st.lists(st.integers(1, 4).map(float), min_size=m, max_size=m))
    return np.array(bits, dtype=bool).reshape(m, n), strengths


def satisfied(masks: Mask, wishes: tuple[int, ...]) -> bool:
    return bool(masks[list(wishes)].all(axis=0).any()) if wishes else masks.shape[1] > 0


def subsets(m: int) -> chain[tuple[int, ...]]:
    return chain.from_iterable(combinations(range(m), size) for size in range(m + 1))


def minimal(sets: list[tuple[int, ...]]) -> set[tuple[int, ...]]:
    return {one for one in sets if not any(set(other) < set(one) for other in sets)}


@given(problems())
@settings(max_examples=300, deadline=None)
def test_the_conflict_is_the_preferred_one_of_the_minimal_conflicts(problem: tuple[Mask, list[float]]) -> None:
    masks, strengths = problem
    conflicts = minimal([wishes for wishes in subsets(len(masks)) if not satisfied(masks, wishes)])
    found = preferred_conflict(masks, strengths)
    if not conflicts:
        assert found == ()
        return
    order = sorted(range(len(masks)), key=lambda row: -strengths[row])
    # Antilexicographic: the weakest wish in which two conflicts differ decides, and it should be absent.
    assert found == min(conflicts, key=lambda wishes: sum(1 << order.index(row) for row in wishes))


def by_strength(strengths: list[float]) -> list[int]:
    """Return the wishes from the strongest to the weakest; of equal ones the later is the weaker."""
    return sorted(range(len(strengths)), key=lambda row: (-strengths[row], row))


def by_lexicographic_preference(strengths: list[float]) -> Callable[[tuple[int, ...]], tuple[bool, ...]]:
    """Return a key: whether the strongest wish is dropped, whether the next one is, and so on."""
    return lambda drop: tuple(row in drop for row in by_strength(strengths))


def by_weighted_preference(masks: Mask, strengths: list[float]) -> Callable[[tuple[int, ...]], tuple[object, ...]]:
    """Return a key: the sum of the strengths, then how many, then how many items are freed, then lexicographic."""

    def key(drop: tuple[int, ...]) -> tuple[object, ...]:
        kept = [row for row in range(len(masks)) if row not in drop]
        freed = int(masks[kept].all(axis=0).sum())
        return sum(strengths[row] for row in drop), len(drop), -freed, by_lexicographic_preference(strengths)(drop)

    return key


@given(problems())
@settings(max_examples=300, deadline=None)
def test_the_relaxations_are_all_the_minimal_ones_in_either_order(problem: tuple[Mask, list[float]]) -> None:
    masks, strengths = problem
    everything = range(len(masks))
    enough = [drop for drop in subsets(len(masks)) if satisfied(masks, tuple(set(everything) - set(drop)))]
    keys = {
        Order.WEIGHTED: by_weighted_preference(masks, strengths),
        Order.LEXICOGRAPHIC: by_lexicographic_preference(strengths),
    }
    for order, key in keys.items():
        found = relaxations(masks, strengths, limit=None, order=order)
        assert list(found) == sorted(minimal(enough), key=key)
        for limit in (0, 1, 2):
            assert relaxations(masks, strengths, limit=limit, order=order) == found[:limit]


def fast_diag(masks: Mask, ranks: list[int]) -> tuple[int, ...]:
    """Return the preferred diagnosis by Felfernig's algorithm, ``ranks`` from the strongest wish to the weakest."""

    def diagnose(suspects: list[int], kept: list[int], *, has_delta: bool) -> list[int]:
        if has_delta and satisfied(masks, tuple(kept)):
            return []
        if len(suspects) == 1:
            return suspects
        half = len(suspects) // 2
        weak, strong = suspects[:half], suspects[half:]
        from_strong = diagnose(strong, [row for row in kept if row not in weak], has_delta=True)
        from_weak = diagnose(weak, [row for row in kept if row not in from_strong], has_delta=bool(from_strong))
        return from_strong + from_weak

    if satisfied(masks, tuple(ranks)):
        return ()
    return tuple(sorted(diagnose(ranks[::-1], ranks, has_delta=False)))


@given(problems(max_wishes=20, max_items=40))
@settings(max_examples=200, deadline=None)
def test_fast_diag_finds_the_first_of_the_lexicographic_order(problem: tuple[Mask, list[float]]) -> None:
    masks, strengths = problem
    found = relaxations(masks, strengths, limit=1, order=Order.LEXICOGRAPHIC)
    assert found == (fast_diag(masks, by_strength(strengths)),)


@given(problems(max_wishes=30, max_items=60))
@settings(max_examples=100, deadline=None)
def test_each_relaxation_alone_is_enough_and_none_contains_another(problem: tuple[Mask, list[float]]) -> None:
    masks, strengths = problem
    found = relaxations(masks, strengths)
    assert found
    for drop in found:
        assert remaining(masks, drop).any()
        for row in drop:
            assert not remaining(masks, [other for other in drop if other != row]).any()
    assert not any(set(one) < set(other) for one in found for other in found)


def as_formula(masks: Mask, weights: list[int]) -> WCNF:
    """Return that one item is chosen, and softly that it satisfies each wish."""
    m, n = masks.shape
    formula = WCNF()
    items = list(range(1, n + 1))
    formula.append(items)  # some item is chosen,
    for one, other in combinations(items, 2):
        formula.append([-one, -other])  # and only one
    formula.append([-(n + 1)])
    for row in range(m):
        # A wish is a soft clause: one of the items that satisfy it (or, if there is none, a variable that is false).
        formula.append([item for item in items if masks[row, item - 1]] or [n + 1], weight=weights[row])
    return formula


@given(problems(max_wishes=10, max_items=15))
@settings(max_examples=60, deadline=None)
def test_a_sat_solver_finds_the_same_relaxations_and_conflicts(problem: tuple[Mask, list[float]]) -> None:
    masks, strengths = problem
    with LBX(as_formula(masks, [1] * len(masks))) as solver:
        minimal_corrections = {tuple(row - 1 for row in sorted(found)) for found in _all(solver)}
    found = relaxations(masks, strengths, limit=1000)
    assert set(found) == (minimal_corrections or {()})

    conflict = preferred_conflict(masks, strengths)
    if found == ((),):
        assert conflict == ()
    else:  # a minimal conflict is a minimal set that meets every relaxation
        with Hitman(bootstrap_with=[list(drop) for drop in found], htype="lbx") as hitman:
            assert conflict in {tuple(sorted(hit)) for hit in hitman.enumerate()}


@given(problems(max_wishes=10, max_items=15))
@settings(max_examples=60, deadline=None)
def test_a_max_sat_solver_finds_the_same_first_relaxation_in_either_order(problem: tuple[Mask, list[float]]) -> None:
    masks, strengths = problem
    (first,) = relaxations(masks, strengths, limit=1)
    with RC2(as_formula(masks, [int(strength) for strength in strengths])) as solver:
        solver.compute()
        assert solver.cost == sum(strengths[row] for row in first)
    # Each wish weighs more than all weaker ones together, so that the cost tells which were dropped.
    powers = {row: 2**power for power, row in enumerate(reversed(by_strength(strengths)))}
    (first,) = relaxations(masks, strengths, limit=1, order=Order.LEXICOGRAPHIC)
    with RC2(as_formula(masks, [powers[row] for row in range(len(masks))])) as solver:
        solver.compute()
        assert solver.cost == sum(powers[row] for row in first)


def _all(solver: LBX) -> list[list[int]]:
    found = []
    while (correction := solver.compute()) is not None:
        if not correction:
            break
        found.append(correction)
        solver.block(correction)
    return found
