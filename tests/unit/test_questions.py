"""Questions: gains against brute force, what is never asked, and when asking ends."""

import dataclasses

import numpy as np
import pytest

from kgrec.acts import QuestionKind
from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.reasoning import candidates, questions
from kgrec.reasoning.belief import Posterior, Prior
from kgrec.reasoning.familiarity import familiarity
from kgrec.reasoning.observation import COMPARED, Observation
from kgrec.reasoning.plausibility import plausibility
from kgrec.reasoning.questions import Asked, QuestionBank

EVERYTHING = np.ones(6, dtype=bool)


@pytest.fixture
def silent(tiny_world: KnowledgeGraph) -> KnowledgeGraph:
    return dataclasses.replace(tiny_world, interactions=Interactions.empty(6))


@pytest.fixture
def posterior(silent: KnowledgeGraph) -> Posterior:
    return Posterior.of(Prior.fit(silent))


@pytest.fixture
def bank(silent: KnowledgeGraph, posterior: Posterior) -> QuestionBank:
    return QuestionBank.fit(silent, posterior.prior)


def ids(bank: QuestionBank, posterior: Posterior, allowed: np.ndarray = EVERYTHING) -> list[str]:
    asked: set[str] = set()
    while (question := bank.best(posterior, allowed, Asked(asked))) is not None:
        asked.add(question.id)
    return sorted(asked)


def test_the_gain_is_the_share_of_doubt_an_observation_removes(bank: QuestionBank, posterior: Posterior) -> None:
    posterior = posterior.observe(1, 1.0, 0.05)
    weights = plausibility(posterior.mean[:6], EVERYTHING)
    gains = bank._gains(posterior, weights)
    for entity, gain in zip(bank.entities, gains, strict=True):
        after = posterior.observe(int(entity), 0.3, 0.05)
        removed = weights @ (posterior.variance - after.variance)[:6]
        assert gain == pytest.approx(removed / (weights @ posterior.variance[:6]), rel=1e-3)


def test_a_question_comes_with_its_ledger(bank: QuestionBank, posterior: Posterior) -> None:
    question = bank.best(posterior, EVERYTHING)
    assert question is not None
    assert 0 < question.ledger.gain <= 1
    assert question.ledger.runner_up
    assert question.ledger.runner_up != question.text


def test_nothing_is_asked_twice(bank: QuestionBank, posterior: Posterior) -> None:
    first = bank.best(posterior, EVERYTHING)
    second = bank.best(posterior, EVERYTHING, Asked({first.id}))
    assert first.id != second.id


def test_items_that_are_ruled_out_and_values_that_split_nothing_are_not_asked_about(bank, posterior) -> None:
    only_crime = np.array([True, True, False, False, False, False])
    asked = ids(bank, posterior, only_crime)
    assert "seen:babe" not in asked
    assert not any(question == "choice:genre" for question in asked)  # both are Crime; Drama alone is no choice


def test_asking_ends_when_it_does_not_pay(bank, posterior, monkeypatch) -> None:
    assert bank.best(posterior, EVERYTHING) is not None
    monkeypatch.setattr(questions, "ENOUGH", 10.0)
    assert bank.best(posterior, EVERYTHING) is None


def test_nothing_is_asked_when_nothing_is_allowed(bank, posterior) -> None:
    assert bank.best(posterior, ~EVERYTHING) is None


def test_a_kind_that_was_just_put_waits(bank, posterior) -> None:
    first = bank.best(posterior, EVERYTHING)
    later = bank.best(posterior, EVERYTHING, Asked({first.id}, (first.kind,) * 20))
    assert later.kind is not first.kind


def test_a_choice_offers_values_with_their_splits(silent, posterior, monkeypatch) -> None:
    monkeypatch.setattr(candidates, "COVERED", 1.1)
    bank = QuestionBank.fit(silent, posterior.prior)
    asked = {f"seen:{item}" for item in silent.item_ids}
    while (question := bank.best(posterior, EVERYTHING, Asked(asked))).kind is not QuestionKind.CHOICE:
        asked.add(question.id)
    assert question.subject == "genre"
    counts = {option.label: split for option, split in zip(question.options, question.ledger.split, strict=True)}
    assert counts == {
        label: count for label, count in {"Crime": 2, "Comedy": 2, "Horror": 2}.items() if label in counts
    }
    assert len(counts) >= 2


def test_familiarity_follows_renown_and_spreads_to_values(silent: KnowledgeGraph) -> None:
    known = familiarity(silent)
    assert known[silent.index("heat")] == pytest.approx(0.75)
    assert known[silent.index("clue")] == pytest.approx(0.05)
    assert known[silent.index("director/michael-mann")] > known[silent.index("director/jonathan-lynn")]
    assert ((known >= 0) & (known <= 1)).all()


def test_familiarity_follows_ratings_where_there_are_any(tiny_world: KnowledgeGraph) -> None:
    known = familiarity(tiny_world)
    assert known[:6].argmax() == 0
    assert known[0] == pytest.approx(0.75**0.5)  # three of four users


def test_plausibility_falls_with_the_rank_and_equals_share() -> None:
    weights = plausibility(np.array([0.2, 0.9, 0.2, 5.0], dtype=np.float32), np.array([True, True, True, False]))
    expected = np.array([1 / 11.5, 1 / 10, 1 / 11.5, 0])
    np.testing.assert_allclose(weights, expected / expected.sum(), rtol=1e-6)


# --- kinds ------------------------------------------------------------------------------------------------------------


def every(bank: QuestionBank, posterior: Posterior, allowed: np.ndarray = EVERYTHING) -> dict:
    """Return all candidates by id, worth their effort or not."""
    now = bank._prospect(posterior, allowed, Asked(), None)
    return {one.id: one for one in bank._candidates(posterior, now)}


def test_the_gain_of_a_comparison_is_what_observing_the_difference_removes(bank, posterior) -> None:
    posterior = posterior.observe(1, 1.0, 0.05)
    weights = plausibility(posterior.mean[:6], EVERYTHING)
    doubt = weights @ posterior.variance[:6]
    pairs = [one for one in every(bank, posterior).values() if one.kind is QuestionKind.EITHER]
    assert pairs
    for one in pairs:
        first, second = one.entities
        said = Observation(((first, 1.0), (second, -1.0)), 0.3, COMPARED)
        removed = weights @ (posterior.variance - posterior.hear(said).variance)[:6] / doubt
        chance = bank.known[first] * bank.known[second]
        assert one.gain == pytest.approx(removed * chance, rel=1e-3)


def test_a_comparison_reads_as_the_ontology_says(bank, posterior, monkeypatch) -> None:
    monkeypatch.setitem(questions.EFFORT, QuestionKind.EITHER, 0.001)
    question = bank.best(posterior, EVERYTHING)
    assert question.kind is QuestionKind.EITHER
    first, second, alike = question.options
    assert question.text == f"{first.label} or {second.label}?"
    assert alike.value == 0.0


def test_a_number_is_asked_about_in_ranges_unless_a_wish_speaks_of_it(bank, posterior, monkeypatch) -> None:
    monkeypatch.setitem(questions.EFFORT, QuestionKind.RANGE, 0.001)
    question = bank.best(posterior, EVERYTHING)
    assert question.text == "How long may it be?"
    assert all(option.value.startswith("runtime ") for option in question.options)
    assert sum(question.ledger.split) == 5  # the length of Clue is unknown
    decided = bank.best(posterior, EVERYTHING, Asked(decided={"runtime"}))
    assert decided is None or decided.kind is not QuestionKind.RANGE


def test_a_choice_that_a_wish_has_made_is_not_put(bank, posterior) -> None:
    crime = np.array([True, True, False, False, False, False])
    assert "choice:genre" in every(bank, posterior)
    assert "choice:genre" not in every(bank, posterior, allowed=crime)
    assert "like:genre/crime" not in every(bank, posterior, allowed=crime)
    assert "like:genre/horror" not in every(bank, posterior, allowed=crime)  # "no horror": nobody is asked about it


def test_something_else_leads_to_the_next_options_at_once(bank, posterior, monkeypatch) -> None:
    monkeypatch.setattr(candidates, "MOST_OPTIONS", 2)
    monkeypatch.setattr(candidates, "COVERED", 1.1)
    monkeypatch.setattr(candidates, "RARE", 1)
    bank = QuestionBank.fit(bank.graph, posterior.prior)
    first = next(one for one in every(bank, posterior).values() if one.id == "choice:genre")
    assert first.has_more
    shown = frozenset(bank.graph.entity_ids[value] for value in first.entities)
    asked = Asked({"choice:genre"}, passed_over=shown, continuing="genre")
    second = bank.best(posterior, EVERYTHING, asked)
    assert second.id == "choice:genre:2"
    assert not shown.intersection(option.value for option in second.options)


def test_nobody_is_asked_about_a_person_nobody_knows(bank, posterior) -> None:
    known = bank.known[[bank.graph.index(f"director/{name}") for name in ("michael-mann", "jonathan-lynn")]]
    assert known[1] < candidates.HEARD_OF
    assert not any("jonathan-lynn" in name for name in every(bank, posterior))


def test_what_is_known_is_not_asked(bank, posterior) -> None:
    pairs = {one.id: one for one in every(bank, posterior).values() if one.kind is QuestionKind.EITHER}
    pair = pairs["either:heat|scream"]
    ids = bank.graph.entity_ids
    assert not Asked().rules_out(pair, ids)
    assert not Asked(judged={"heat"}).rules_out(pair, ids)
    assert Asked(judged={"heat", "scream"}).rules_out(pair, ids)
    assert Asked({"seen:heat"}).rules_out(pair, ids)  # could not say
    assert not Asked({"seen:heat"}, judged={"heat"}).rules_out(pair, ids)
    kinds = every(bank, posterior)
    assert Asked(judged={"heat"}).rules_out(kinds["seen:heat"], ids)
    assert Asked(chosen={"genre"}).rules_out(kinds["choice:genre"], ids)
    assert not Asked(decided={"genre"}).rules_out(kinds["choice:genre"], ids)  # "no horror" leaves a choice


def test_a_survey_begins_with_the_question_that_is_put_and_knows_what_any_would_tell(bank, posterior):
    survey = bank.survey(posterior, EVERYTHING, n=5)
    best = bank.best(posterior, EVERYTHING)
    assert survey.rivals[0].question.id == best.id
    assert survey.rivals[1].question.text == best.ledger.runner_up
    worths = [rival.worth for rival in survey.rivals]
    assert worths == sorted(worths, reverse=True)
    assert all(survey.gains[rival.question.id] == rival.question.ledger.gain for rival in survey.rivals)
    assert all(0 < rival.chance <= 1 and rival.freshness == 1 for rival in survey.rivals)


def test_a_survey_leaves_out_what_was_asked_but_tells_what_it_would_tell_now(bank, posterior):
    first = bank.best(posterior, EVERYTHING)
    asked = Asked(ids={first.id}, recent=(first.kind,))
    survey = bank.survey(posterior, EVERYTHING, asked)
    assert first.id not in {rival.question.id for rival in survey.rivals}
    assert survey.gains[first.id] == first.ledger.gain
    assert all((rival.freshness < 1) is (rival.question.kind is first.kind) for rival in survey.rivals)


def test_nobody_is_asked_of_items_where_nothing_tells_how_well_known_they_are(silent: KnowledgeGraph) -> None:
    unsung = dataclasses.replace(silent, numbers={})
    assert unsung.prior is None
    posterior = Posterior.of(Prior.fit(unsung))
    bank = QuestionBank.fit(unsung, posterior.prior)
    assert not familiarity(unsung)[: unsung.n_items].any()
    about = QuestionKind.SEEN, QuestionKind.LOVED
    told = bank.survey(posterior, EVERYTHING, n=100).rivals
    assert told
    assert not [
        one.question.text for one in told if one.question.kind in about or one.question.subject in unsung.item_ids
    ]


def test_covariances_too_many_to_keep_are_computed_when_needed(
    tiny_world: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    prior = Prior.fit(tiny_world, np.eye(6, 8, dtype=np.float32) + 0.5)
    kept = QuestionBank.fit(tiny_world, prior)
    monkeypatch.setattr(questions, "MOST_KEPT", 0)
    bank = QuestionBank.fit(tiny_world, prior)
    assert bank.columns is None
    posterior = Posterior.of(prior).observe(1, 1.0, 0.05)
    every = np.arange(len(bank.entities))
    covariance = bank._covariance(posterior, np.arange(6), every)
    assert covariance == pytest.approx(kept._covariance(posterior, np.arange(6), every), abs=1e-6)
    assert bank.kernel == pytest.approx(kept.kernel, abs=1e-6)
    again = QuestionBank.restore(tiny_world, bank.arrays())
    assert again.best(posterior, EVERYTHING) == bank.best(posterior, EVERYTHING)
