"""Ask or show: what a question is worth in turns."""

import numpy as np
import pytest
from scipy import sparse

from kgrec.reasoning.policy import LISTED, STEEP, WELCOME, best_inquiry, fits, standing, turns_of_showing


def links(*columns: list[int], n_items: int) -> sparse.csc_matrix:
    """Return items × (items + values) where value number k, behind the items, is that of the items in columns[k]."""
    table = np.zeros((n_items, n_items + len(columns)), dtype=np.float32)
    for value, items in enumerate(columns):
        table[items, n_items + value] = 1.0
    return sparse.csc_matrix(table)


def test_plausibility_falls_with_the_place_and_is_nothing_outside_the_pool():
    weights = standing(np.array([3.0, 9.0, 5.0, 7.0]), np.array([True, True, True, False]))
    places = np.array([3.0, 1.0, 2.0]) ** -STEEP
    assert weights == pytest.approx([*places / places.sum(), 0.0])
    assert standing(np.zeros(2), np.zeros(2, dtype=bool)).tolist() == [0.0, 0.0]


def test_an_answer_never_rules_an_item_out():
    having = np.array([True, False])
    yes, no = fits(having, is_accepted=True), fits(having, is_accepted=False)
    assert yes[0] > yes[1] > 0
    assert no[1] > no[0] > 0
    assert yes + no == pytest.approx([1.0, 1.0])


def test_turns_of_showing_worked_by_hand():
    # Thirty items alike: lists hold a third each, so 1 + (2/3)^WELCOME + (1/3)^WELCOME turns.
    alike = np.full(30, 1 / 30)
    assert turns_of_showing(alike, 5) == pytest.approx(1 + (2 / 3) ** WELCOME + (1 / 3) ** WELCOME)
    assert turns_of_showing(alike, 1) == 1.0
    assert turns_of_showing(alike[:LISTED] * 3, 9) == 1.0
    assert turns_of_showing(np.zeros(0), 4) == 4.0


def test_a_question_is_put_where_it_saves_turns_and_not_where_a_list_will_do():
    n_items = 400
    quarters = [list(range(start, n_items, 4)) for start in range(4)]
    items_of = {"quarter": links(*quarters, n_items=n_items)}
    offered = {"quarter": [n_items + value for value in range(4)]}
    alike = np.full(n_items, 1 / n_items)
    inquiry = best_inquiry(alike, items_of, offered, turns=14, choices=3)
    assert inquiry is not None
    assert inquiry.facet == "quarter"
    assert len(set(inquiry.values)) == 3  # a fourth option would tell nothing that the three do not
    found = np.zeros(n_items)
    found[:5] = 0.2
    assert best_inquiry(found, items_of, offered, turns=14, choices=3) is None
    assert best_inquiry(alike, items_of, offered, turns=1, choices=3) is None
    assert best_inquiry(alike, items_of, {"quarter": []}, turns=14, choices=3) is None


def test_the_facet_that_splits_is_asked_about_and_an_unreliable_answer_is_worth_less():
    n_items = 300
    items_of = {
        "even": links(list(range(0, n_items, 2)), n_items=n_items),
        "rare": links([7, 8], n_items=n_items),
    }
    offered = {facet: [n_items] for facet in items_of}
    alike = np.full(n_items, 1 / n_items)
    sure = best_inquiry(alike, items_of, offered, turns=14, choices=2, wrong=0.0)
    assert sure is not None
    assert (sure.facet, sure.values) == ("even", (n_items,))
    doubted = best_inquiry(alike, items_of, offered, turns=14, choices=2, wrong=0.3)
    assert doubted is None or doubted.saves < sure.saves
