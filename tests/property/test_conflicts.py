"""Conflicts and relaxations against brute force over all sets of wishes, and against a SAT solver."""

from itertools import chain, combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pysat.examples.hitman import Hitman
from pysat.examples.lbx import LBX
from pysat.formula import WCNF

from kgrec.reasoning.conflicts import preferred_conflict, relaxations, remaining

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


@given(problems())
@settings(max_examples=300, deadline=None)
def test_the_relaxations_are_all_the_minimal_ones_cheapest_first(problem: tuple[Mask, list[float]]) -> None:
    masks, strengths = problem
    everything = range(len(masks))
    enough = [drop for drop in subsets(len(masks)) if satisfied(masks, tuple(set(everything) - set(drop)))]
    found = relaxations(masks, strengths, limit=1000)
    assert len(found) == len(set(found))
    assert set(found) == minimal(enough)
    costs = [sum(strengths[row] for row in drop) for drop in found]
    assert costs == sorted(costs)
    for limit in (1, 2):
        assert relaxations(masks, strengths, limit=limit) == found[:limit]


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


@given(problems(max_wishes=10, max_items=15))
@settings(max_examples=60, deadline=None)
def test_a_sat_solver_finds_the_same_relaxations_and_conflicts(problem: tuple[Mask, list[float]]) -> None:
    masks, strengths = problem
    m, n = masks.shape
    formula = WCNF()
    items = list(range(1, n + 1))
    formula.append(items)  # some item is chosen,
    for one, other in combinations(items, 2):
        formula.append([-one, -other])  # and only one
    for row in range(m):
        # A wish is a soft clause: one of the items that satisfy it (or, if there is none, a variable that is false).
        formula.append([-(n + 1)])
        formula.append([item for item in items if masks[row, item - 1]] or [n + 1], weight=1)
    with LBX(formula) as solver:
        minimal_corrections = {tuple(row - 1 for row in sorted(found)) for found in _all(solver)}
    found = relaxations(masks, strengths, limit=1000)
    assert set(found) == (minimal_corrections or {()})

    conflict = preferred_conflict(masks, strengths)
    if found == ((),):
        assert conflict == ()
    else:  # a minimal conflict is a minimal set that meets every relaxation
        with Hitman(bootstrap_with=[list(drop) for drop in found], htype="lbx") as hitman:
            assert conflict in {tuple(sorted(hit)) for hit in hitman.enumerate()}


def _all(solver: LBX) -> list[list[int]]:
    found = []
    while (correction := solver.compute()) is not None:
        if not correction:
            break
        found.append(correction)
        solver.block(correction)
    return found
