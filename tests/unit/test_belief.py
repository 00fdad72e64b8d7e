"""The Gaussian belief: closed form against the textbook, and answers that reach their neighbours."""

import dataclasses

import numpy as np
import pytest

from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.reasoning.belief import OWN, Posterior, Prior, channel_weights, opinions_of_users
from kgrec.reasoning.observation import DISLIKE, observed


def full_kernel(prior: Prior) -> np.ndarray:
    return np.column_stack([prior.column(entity) for entity in range(prior.n_entities)]).astype(np.float64)


@pytest.fixture
def vectors() -> np.ndarray:
    angles = np.linspace(0, 1.5, 6)
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


@pytest.fixture
def prior(tiny_world: KnowledgeGraph, vectors: np.ndarray) -> Prior:
    return Prior.fit(tiny_world, vectors)


def test_the_kernel_is_symmetric_and_positive(prior: Prior) -> None:
    kernel = full_kernel(prior)
    np.testing.assert_allclose(kernel, kernel.T, atol=1e-6)
    assert np.linalg.eigvalsh(kernel).min() >= OWN - 1e-4


def test_the_variance_is_the_diagonal(prior: Prior) -> None:
    np.testing.assert_allclose(prior.variance, np.diag(full_kernel(prior)), atol=1e-6)


def test_columns_at_once_equal_columns_one_by_one(prior: Prior) -> None:
    wanted = [0, 3, 15]
    np.testing.assert_allclose(prior.columns(wanted), full_kernel(prior)[:, wanted], atol=1e-6)


def test_observing_agrees_with_the_textbook(prior: Prior) -> None:
    kernel = full_kernel(prior)
    seen, values, noises = [0, 4, 15, 0], [1.0, -0.5, 0.5, 0.8], [0.05, 0.05, 0.15, 0.05]
    posterior = Posterior.of(prior)
    for entity, value, noise in zip(seen, values, noises, strict=True):
        posterior = posterior.observe(entity, value, noise)
    gain = kernel[:, seen] @ np.linalg.inv(kernel[np.ix_(seen, seen)] + np.diag(noises))
    mean = prior.mean + gain @ (np.array(values) - prior.mean[seen])
    variance = np.diag(kernel - gain @ kernel[seen])
    np.testing.assert_allclose(posterior.mean, mean, atol=1e-5)
    np.testing.assert_allclose(posterior.variance, variance, atol=1e-5)


def test_shares_of_the_answers_add_up_to_the_mean(prior: Prior) -> None:
    posterior = Posterior.of(prior).observe(0, 1.0, 0.05).observe(15, -1.0, 0.15).observe(2, 0.3, 0.05)
    everything = np.arange(prior.n_entities)
    total = prior.mean + posterior.shares(everything).sum(axis=(0, 1))
    np.testing.assert_allclose(total, posterior.mean, atol=1e-6)


def test_observe_leaves_the_old_posterior_as_it_was(prior: Prior) -> None:
    before = Posterior.of(prior)
    mean = before.mean.copy()
    before.observe(0, 1.0, 0.05)
    assert before.heard == ()
    np.testing.assert_array_equal(before.mean, mean)


def test_loving_one_film_lifts_its_likes_and_removes_doubt(tiny_world: KnowledgeGraph) -> None:
    silent = dataclasses.replace(tiny_world, interactions=Interactions.empty(6))
    prior = Prior.fit(silent)
    posterior = Posterior.of(prior).observe(0, 1.0, 0.05)
    gained = posterior.mean - prior.mean
    assert gained[1] > gained[4] - 1e-9  # Thief shares its director, Babe nothing but the certificate's absence
    assert gained[1] > 0
    assert gained[tiny_world.index("director/michael-mann")] > 0
    assert (posterior.variance <= prior.variance + 1e-7).all()


def test_opinions_of_users_are_likes_dislikes_and_inferred_values(tiny_world: KnowledgeGraph) -> None:
    opinions = opinions_of_users(tiny_world, min_degree=2).toarray()
    ann, bob, cat, dan = opinions
    assert ann[:6].tolist() == [1, 1, 0, 0, DISLIKE, 0]
    assert dan[:6].tolist() == [DISLIKE, 0, 0, 0, 0, 0]
    assert ann[tiny_world.index("genre/crime")] == 1  # both crime films above ann's own mean
    assert cat[tiny_world.index("genre/comedy")] == 0  # both comedies, but cat's mean is the same
    assert not bob[tiny_world.index("genre/crime")]  # one film is too little


def test_channels_hand_over_from_content_to_people() -> None:
    cold, warm = channel_weights(0, has_texts=True), channel_weights(600, has_texts=True)
    assert cold["collaborative"] == 0
    assert warm["collaborative"] > 0.9
    assert warm["graph"] + warm["text"] < 0.2
    assert channel_weights(0, has_texts=False)["text"] == 0
    assert cold["text"] + cold["graph"] == pytest.approx(channel_weights(0, has_texts=False)["graph"])


def test_a_dislike_is_half_an_observation() -> None:
    assert observed(1.0) == 1.0
    assert observed(-1.0) == DISLIKE


def test_a_fitted_prior_comes_back_from_its_arrays(
    prior: Prior, tiny_world: KnowledgeGraph, vectors: np.ndarray
) -> None:
    again = Prior.restore(tiny_world, vectors, prior.arrays())
    np.testing.assert_array_equal(full_kernel(again), full_kernel(prior))
