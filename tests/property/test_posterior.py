"""The posterior against the dense Gaussian formula, for opinions and comparisons in any number and order."""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgrec.acts import Ask
from kgrec.dialogue import Session
from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.belief import Posterior, Prior
from kgrec.reasoning.observation import Observation
from kgrec.recommender import Recommender

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

entities = st.integers(0, 20)
values = st.floats(-1, 1).map(lambda value: round(value, 2))
noises = st.sampled_from([0.05, 0.15, 0.3, 1.0])
singles = st.builds(lambda entity, value, noise: Observation(((entity, 1.0),), value, noise), entities, values, noises)
pairs = st.lists(entities, min_size=2, max_size=2, unique=True)
contrasts = st.builds(
    lambda pair, value, noise: Observation(((pair[0], 1.0), (pair[1], -1.0)), value, noise), pairs, values, noises
)
heard = st.lists(st.one_of(singles, contrasts), max_size=6)


@pytest.fixture
def prior(tiny_world: KnowledgeGraph) -> Prior:
    return Prior.fit(tiny_world)


def after(prior: Prior, said: list[Observation]) -> Posterior:
    posterior = Posterior.of(prior)
    for one in said:
        posterior = posterior.hear(one)
    return posterior


@SETTINGS
@given(said=heard)
def test_it_is_the_textbook_posterior(prior: Prior, said: list[Observation]) -> None:
    kernel = np.column_stack([prior.column(entity) for entity in range(prior.n_entities)]).astype(np.float64)
    terms = np.zeros((len(said), prior.n_entities))
    for row, one in enumerate(said):
        for entity, weight in one.terms:
            terms[row, entity] = weight
    noise = np.diag([one.noise for one in said])
    gain = kernel @ terms.T @ np.linalg.inv(terms @ kernel @ terms.T + noise) if said else np.zeros((len(kernel), 0))
    residual = np.array([one.value for one in said]) - terms @ prior.mean
    posterior = after(prior, said)
    np.testing.assert_allclose(posterior.mean, prior.mean + gain @ residual, atol=1e-4)
    np.testing.assert_allclose(posterior.variance, np.diag(kernel - gain @ terms @ kernel), atol=1e-4)


@SETTINGS
@given(said=heard, seed=st.integers(0, 99))
def test_the_order_of_answers_does_not_matter(prior: Prior, said: list[Observation], seed: int) -> None:
    shuffled = [said[place] for place in np.random.default_rng(seed).permutation(len(said))]
    one, other = after(prior, said), after(prior, shuffled)
    np.testing.assert_allclose(one.mean, other.mean, atol=1e-5)
    np.testing.assert_allclose(one.variance, other.variance, atol=1e-5)


@SETTINGS
@given(said=heard)
def test_what_the_answers_add_sums_to_the_mean(prior: Prior, said: list[Observation]) -> None:
    posterior = after(prior, said)
    everything = np.arange(prior.n_entities)
    total = prior.mean + posterior.shares(everything).sum(axis=(0, 1))
    np.testing.assert_allclose(total, posterior.mean, atol=1e-6)


@SETTINGS
@given(said=heard)
def test_every_answer_removes_doubt(prior: Prior, said: list[Observation]) -> None:
    posterior = Posterior.of(prior)
    for one in said:
        more = posterior.hear(one)
        assert (more.variance <= posterior.variance + 1e-5).all()
        posterior = more


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.lists(st.integers(0, 5), min_size=2, max_size=6), taken_back=st.integers(0, 5))
def test_an_answer_taken_back_was_never_given(tiny_world: KnowledgeGraph, answers: list[int], taken_back: int) -> None:
    recommender = Recommender(texts=False).fit(tiny_world)
    session, given_ = Session.start(recommender, clock=lambda: 1e9), []
    for answer in answers:
        act = session.act()
        if not isinstance(act, Ask):
            break
        given_.append((act.question, answer % len(act.question.options)))
        session.answer(act.question, [given_[-1][1]])
    event = next(kept.id for kept in session.journal._events if kept.subject == given_[taken_back % len(given_)][0].id)
    session.undo(event)
    again = Session.start(recommender, clock=lambda: 1e9)
    for place, (question, option) in enumerate(given_):
        if place != taken_back % len(given_):
            again.answer(question, [option])
    assert session.belief == dataclasses.replace(again.belief)
    np.testing.assert_array_equal(session.ranking().scores, again.ranking().scores)
