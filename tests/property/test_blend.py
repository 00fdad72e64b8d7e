"""The blend, whatever the scores: one by one or all at once it is the same, and what is known of items is heard."""

import numpy as np
import pytest
from communities import community
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from kgrec.accounts import Account
from kgrec.blend import blend, blend_many, history_weights, score_histories
from kgrec.domain import Belief, Opinion, OpinionKind
from kgrec.explain import Explainer
from kgrec.graph import KnowledgeGraph
from kgrec.scorers import Affinity, Evidence, Popularity, Scorer, Taste, Walk
from kgrec.scorers.rows import standardised
from kgrec.weights import BUCKETS, Found, ItemAge, WeightTable, item_ages

N_ITEMS = 90


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return community(n_users=40)


@pytest.fixture(scope="module")
def scorers(graph: KnowledgeGraph) -> tuple[Scorer, ...]:
    return tuple(scorer.fit(graph) for scorer in (Popularity(), Affinity(), Walk(), Taste()))


def tables() -> st.SearchStrategy[WeightTable]:
    def table(seed: int) -> WeightTable:
        rng = np.random.default_rng(seed)
        weights = rng.random((len(BUCKETS), len(ItemAge), 3)) * (rng.random((len(BUCKETS), len(ItemAge), 3)) < 0.7)
        weights[..., 0] += 0.1
        found = (Found(),) * (len(BUCKETS) * len(ItemAge))
        return WeightTable(("popularity", "affinity", "walk"), weights / weights.sum(axis=2, keepdims=True), found)

    return st.integers(0, 2**16).map(table)


histories = st.dictionaries(st.integers(0, N_ITEMS - 1), st.sampled_from([-1.0, -0.5, 0.3, 1.0]), max_size=25)


@settings(max_examples=40, deadline=None)
@given(table=tables(), many=st.lists(histories, min_size=1, max_size=4))
def test_many_histories_at_once_score_as_one_by_one(graph, scorers, table, many):
    rows = sparse.lil_matrix((len(many), N_ITEMS), dtype=np.float32)
    for row, history in enumerate(many):
        for item, value in history.items():
            rows[row, item] = value
    together = blend_many(scorers, rows.tocsr(), graph, table)
    for row, history in enumerate(many):
        evidence = Evidence.from_history(history, N_ITEMS)
        alone = blend(scorers, evidence, history_weights(len(history), graph, table), N_ITEMS).scores
        np.testing.assert_allclose(together[row], alone, atol=1e-4)


@settings(max_examples=25, deadline=None)
@given(table=tables(), history=histories.filter(bool))
def test_reasons_add_up_under_weights_by_age(graph, scorers, table, history):
    evidence = Evidence.from_history(history, N_ITEMS)
    blended = blend(scorers, evidence, history_weights(len(history), graph, table), N_ITEMS)
    opinions = tuple(Opinion(graph.entity_ids[item], value, OpinionKind.RATED) for item, value in history.items())
    items = range(0, N_ITEMS, 7)
    account = Account.of(items, evidence, blended, scorers)
    explainer = Explainer(graph, Belief(opinions), account)
    for position, item in enumerate(items):
        total = sum(reason.share for reason in explainer.reasons(position))
        assert total == pytest.approx(blended.scores[item], abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(table=tables(), n_rated=st.integers(0, 40))
def test_the_weights_of_established_items_have_the_sum_of_the_constants(graph, table, n_rated):
    weights = history_weights(n_rated, graph, table)
    established = item_ages(graph.interactions) == ItemAge.ESTABLISHED
    total = sum(np.asarray(weight)[established] for weight in weights.values())
    np.testing.assert_allclose(total, sum(history_weights(n_rated, graph).values()))


@settings(max_examples=60, deadline=None)
@given(
    scores=st.lists(
        st.lists(st.one_of(st.just(np.nan), st.floats(-1e3, 1e3, width=32)), min_size=4, max_size=4),
        min_size=1,
        max_size=5,
    )
)
def test_standard_scores_have_unit_spread_or_none(scores):
    raw = np.array(scores, dtype=np.float32)
    found = standardised(raw)
    assert found.shape == raw.shape
    assert not np.isnan(found).any()
    for row, own in zip(found, raw, strict=True):
        spread = float(row[~np.isnan(own)].std()) if (~np.isnan(own)).any() else 0.0
        assert spread == pytest.approx(1, abs=1e-3) or not row.any()


def test_ages_of_opinions_are_told_to_every_scorer(graph, scorers):
    class Aged:
        name = "aged"

        def score(self, evidence, candidates):
            return np.full(len(candidates), evidence.ages.sum(), dtype=np.float32)

    rows = sparse.csr_matrix(np.eye(3, N_ITEMS, dtype=np.float32))
    scores = score_histories(Aged(), rows, np.array([3, 1, 2], dtype=np.float32))
    assert scores[:, 0].tolist() == [3, 1, 2]
