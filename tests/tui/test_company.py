"""A list for two in the app: how well each item suits whom, also where there is little room."""

import re

import pytest

from kgrec.dialogue import MemoryLog, Session
from kgrec.dialogue.companions import Companion
from kgrec.domain import Belief, Opinion
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.tui import Progress

from .conftest import A_SATURDAY_EVENING, Using


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_list_for_two_shows_both_matches(
    using: Using, tiny_world: KnowledgeGraph, log: MemoryLog, size: tuple[int, int]
):
    def opening(progress: Progress) -> Session:
        del progress
        return Session.start(
            Recommender(texts=False).fit(tiny_world),
            log=log,
            user="ana",
            clock=lambda: A_SATURDAY_EVENING,
            companions=[Companion("ben", Belief((Opinion("genre/comedy", 1.0),)))],
        )

    async with using(opening, size) as user:
        await user.press("g")  # the list
        drawn = user.drawn()
        assert "ana with ben" in drawn
        listed = re.findall(r"ana (\d+)%, ben (\d+)% · ", drawn)
        assert len(listed) >= 5
        assert any(ana != ben for ana, ben in listed)
        assert "ben likes Comedy" in drawn
        await user.press("l")  # the first is liked: the speaker's opinion alone
        assert user.app.main.shown is not None
        assert user.app.main.shown.opinions == 1
