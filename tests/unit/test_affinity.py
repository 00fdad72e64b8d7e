"""Affinity hears opinions on items by what they are made of, and on anything else by which items have it."""

import numpy as np
import pandas as pd
import pytest

from kgrec.graph import KnowledgeGraph
from kgrec.scorers import Affinity, Evidence


@pytest.fixture
def films() -> KnowledgeGraph:
    """Three films of Mann's, of which ever more is told, and one of Craven's; Lee directed none of them."""
    items = pd.DataFrame(
        {
            "item": ["short", "long", "longest", "other"],
            "director": ["Mann", "Mann", "Mann", "Craven"],
            "actor": ["Caan", "Pacino|De Niro|Kilmer", "Foxx|Cruise|Pinkett|Ruffalo|Berg", "Cox"],
        }
    )
    return KnowledgeGraph.from_frames(items)


def test_a_liked_director_speaks_for_all_his_films_alike(films) -> None:
    director = films.indices(["director/mann"])
    scores = Affinity().fit(films).score(Evidence(4, director, np.ones(1, dtype=np.float32)), np.arange(4))
    np.testing.assert_allclose(scores[:3], scores[0])
    assert scores[0] > 0
    assert scores[3] == 0


def test_a_rarer_value_speaks_louder(films) -> None:
    both = Evidence(4, films.indices(["director/mann", "director/craven"]), np.ones(2, dtype=np.float32))
    scores = Affinity().fit(films).score(both, np.arange(4))
    assert scores[3] > scores[0] > 0


def test_opinions_on_items_and_values_add_up(films) -> None:
    evidence = Evidence(4, films.indices(["other", "director/mann"]), np.array([-1.0, 0.5], dtype=np.float32))
    scorer = Affinity().fit(films)
    shares = scorer.shares(evidence, np.array([3, 0]))
    assert [share.entity for share in shares] == evidence.entities.tolist()
    total = np.sum([share.values for share in shares], axis=0)  # noqa: PD011  (a Share, not a frame)
    np.testing.assert_allclose(total, scorer.score(evidence, np.array([3, 0])), atol=1e-6)
    assert total[0] < 0 < total[1]


def test_a_graph_that_tells_nothing_gives_zeros(films) -> None:
    bare = KnowledgeGraph.from_frames(pd.DataFrame({"item": ["a", "b"]}))
    scores = Affinity().fit(bare).score(Evidence(2, np.array([0]), np.ones(1, dtype=np.float32)), np.arange(2))
    assert scores.tolist() == [0.0, 0.0]
