"""Whatever was said: asked what is known about them, the user is told all that counts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgrec.dialogue import Session
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender

SAID = st.sampled_from([
    "no horror", "by Michael Mann", "not Heat", "I love Alien", "I hated Clue", "seen Fargo", "under two hours",
    "funnier", "a comedy", "rather Heat than Alien", "newer than Heat", "forget Heat", "undo", "hidden gems",
    "more variety", "preferably crime", "nothing like Babe", "something like Scream", "more options",
    "not too much crime", "horror is fine",
])  # fmt: skip


@pytest.fixture(scope="module")
def recommender(_tiny_world: KnowledgeGraph) -> Recommender:
    return Recommender(texts=False).fit(_tiny_world)


@given(said=st.lists(SAID, max_size=6))
@settings(max_examples=40, deadline=None)
def test_all_that_counts_is_told(recommender: Recommender, said: list[str]) -> None:
    session = Session.start(recommender)
    for text in said:
        session.say(text)
    belief, graph = session.belief, session.graph
    told = session.say("what do you know about me?").text
    parts = {graph.label(opinion.entity) for opinion in belief.opinions}
    parts |= {graph.label(item) for item in belief.seen}
    parts |= {wish.label for wish in belief.wishes if wish.expression not in belief.dropped}
    parts |= {f"“{wish.text}”" for wish in belief.texts} | {str(value) for _, value in belief.facts}
    parts |= {graph.label(entity) for pair in belief.comparisons for entity in (pair.entity, pair.other)}
    for chip in session.chips:
        parts.add(graph.label(chip.entity) if chip.entity else chip.given_up or chip.label.removeprefix("rather "))
    assert not [part for part in parts if part not in told]
