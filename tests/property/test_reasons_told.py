"""What is told of a score: every line true to the numbers, the largest first, the rest last, and all of it adds up."""

import re
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgrec.accounts import MOST_NAMED
from kgrec.dialogue.wording import NOTHING_SPEAKS, causes, explanation_text, reason_line
from kgrec.domain import Belief, Opinion, OpinionKind, Preference, Recommendation
from kgrec.recommender import Recommender

SETTINGS = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

entities = st.sampled_from(
    ["heat", "thief", "scream", "alien", "babe", "clue", "genre/comedy", "genre/crime", "director/michael-mann"]
)
opinions = st.builds(
    Opinion, entities, st.sampled_from([-1.0, -0.6, 0.0, 0.4, 1.0]), st.sampled_from(list(OpinionKind))
)
wishes = st.builds(Preference, st.sampled_from(["year < 1990", "genre has Crime"]), st.sampled_from([-0.7, 0.4]))
beliefs = st.builds(
    Belief,
    opinions=st.lists(opinions, max_size=10, unique_by=lambda opinion: opinion.entity).map(tuple),
    wishes=st.lists(wishes, max_size=1).map(tuple),
)


@pytest.fixture
def recommender(tiny_world) -> Recommender:
    return Recommender(texts=False).fit(tiny_world)


def explained(recommender: Recommender, belief: Belief) -> tuple[Recommendation, ...]:
    return recommender.explained(recommender.rank(belief), range(6))


@SETTINGS
@given(belief=beliefs)
def test_causes_add_up_the_largest_first_and_the_rest_last(recommender, belief) -> None:
    for entry in explained(recommender, belief):
        found = causes(entry)
        assert sum(cause.share for cause in found) == pytest.approx(entry.score, abs=1e-9)
        named = [cause for cause in found if not cause.is_rest]
        assert found[: len(named)] == tuple(named)
        sizes = [abs(cause.share) for cause in named]
        assert sizes == sorted(sizes, reverse=True)
        assert [reason.is_rest for reason in entry.reasons] == sorted(reason.is_rest for reason in entry.reasons)


@SETTINGS
@given(belief=beliefs)
def test_an_opinion_is_told_once_and_none_that_is_summed_adds_more(recommender, belief) -> None:
    ranking = recommender.rank(belief)
    for entry in recommender.explained(ranking, range(6)):
        named = [cause for cause in causes(entry) if cause.path]
        assert len({cause.path[0] for cause in named}) == len(named) <= MOST_NAMED + 1
        rests = [cause for cause in causes(entry) if cause.text.endswith("of your opinions")]
        if not rests:
            continue
        item, totals = np.array([recommender.graph_.index(entry.item)]), defaultdict(float)
        for scorer in recommender.scorers_:
            if scorer.name in ranking.blended.parts:
                part = ranking.blended.parts[scorer.name].at(item)
                for share in scorer.shares(ranking.evidence, item):
                    if share.entity is not None and not part.is_silent[0]:
                        totals[recommender.graph_.entity_ids[share.entity]] += float(share.values[0] * part.scales[0])
        unnamed = {entity: size for entity, size in totals.items() if size}.keys() - {cause.path[0] for cause in named}
        (rest,) = rests
        assert int(re.findall(r"\d+", rest.text)[0]) == len(unnamed) > 1
        assert max(abs(totals[one]) for one in unnamed) <= min(abs(cause.share) for cause in named) + 1e-6


@SETTINGS
@given(belief=beliefs)
def test_an_explanation_adds_up_line_by_line_and_scorer_by_scorer_and_each_figure_is_true(recommender, belief) -> None:
    for entry in explained(recommender, belief):
        lines = explanation_text(entry).splitlines()[1:]
        if lines == [f"  {NOTHING_SPEAKS}"]:
            continue
        told = [line for line in lines if re.match(r"  [+-]\d", line)]
        shares = [float(line.split()[0]) for line in told]
        assert sum(shares) == pytest.approx(round(entry.score, 2), abs=1e-6)
        (sums,) = [line for line in lines if line.startswith("  = ")]
        by_scorer = {name: float(share) for name, share in re.findall(r"([\w-]+) ([+-]\d+\.\d\d)", sums)}
        assert sum(by_scorer.values()) == pytest.approx(round(entry.score, 2), abs=1e-6)
        totals = defaultdict(float)
        for reason in entry.reasons:
            totals[reason.scorer] += reason.share
        assert by_scorer == pytest.approx(totals, abs=0.0101)
        true = sorted(cause.share for cause in causes(entry))
        assert sorted(shares) == pytest.approx(true, abs=0.0101)
        for line, share in zip(told, shares, strict=True):
            own = line.rpartition("  [")[2].removesuffix("]")
            several = re.findall(r"([\w-]+) ([+-]\d+\.\d\d)", own) if ":" not in own else []
            if several:
                assert sum(float(size) for _, size in several) == pytest.approx(share, abs=1e-6)


@SETTINGS
@given(belief=beliefs)
def test_one_line_tells_the_largest_reason(recommender, belief) -> None:
    for entry in explained(recommender, belief):
        speaking = [cause for cause in causes(entry) if cause.share >= 0.005 and not cause.is_rest]
        line = reason_line(entry)
        if speaking:
            assert line.startswith(speaking[0].text)
        if any(cause.is_own for cause in speaking):
            assert any(cause.text in line for cause in speaking if cause.is_own)
