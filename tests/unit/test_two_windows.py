"""Two apps of one user at once, over one profile store."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kgrec.acts import Event, EventKind
from kgrec.dialogue import Session
from kgrec.graph import KnowledgeGraph
from kgrec.profiles import ProfileStore
from kgrec.recommender import Recommender


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[ProfileStore, ProfileStore]]:
    with ProfileStore(tmp_path / "tiny.sqlite") as one, ProfileStore(tmp_path / "tiny.sqlite") as other:
        yield one, other


def start(store: ProfileStore, graph: KnowledgeGraph, user: str = "ana") -> Session:
    return Session.start(Recommender(texts=False).fit(graph), log=store, user=user, clock=lambda: 1_000_000.0)


def labels(session: Session) -> list[str]:
    return [chip.label for chip in session.chips]


def test_what_the_other_heard_comes_with_the_next_answer(stores, tiny_world: KnowledgeGraph):
    one, other = start(stores[0], tiny_world), start(stores[1], tiny_world)
    assert other.id == one.id  # the second goes on with the conversation
    one.rate("heat", 1.0)
    assert other.chips == ()
    other.mark_seen("clue")
    assert labels(other) == ["♥ Heat (1995)", "seen Clue (1985)"]
    one.undo(other.chips[0].event)
    assert labels(one) == ["seen Clue (1985)"]
    other.mark_seen("babe")
    assert one.id == other.id
    assert labels(other) == ["seen Clue (1985)", "seen Babe (1995)"]


def test_an_imported_taste_comes_too_and_others_do_not(stores, tiny_world: KnowledgeGraph):
    session = start(stores[0], tiny_world)
    said = Event(EventKind.RATED, "heat", 1.0, {"imported": "taste.ttl"}, time=5.0, user="ana", session="import")
    stores[1].append_all((said, replace(said, subject="babe", user="bob")))
    session.mark_seen("clue")
    assert [opinion.entity for opinion in session.belief.opinions] == ["heat"]
    assert labels(session) == ["seen Clue (1985)"]


def test_events_since_are_those_of_a_user_with_greater_ids(stores):
    one, other = stores
    kept = one.append_all(Event(EventKind.SEEN, item, user=user) for item, user in [("a", "ana"), ("b", "bob")])
    later = other.append(Event(EventKind.SEEN, "c", user="ana"))
    assert [event.id for event in (*kept, later)] == [1, 2, 3]
    assert one.events_since("ana", 0) == (kept[0], later)
    assert one.events_since("ana", 1) == one.events_since("ana", 2) == (later,)
    assert one.events_since("ana", 3) == ()


def test_of_events_kept_together_all_are_or_none(stores):
    good = Event(EventKind.SEEN, "a", user="ana")
    with pytest.raises(TypeError):
        stores[0].append_all((good, replace(good, data={"what": object()})))
    assert stores[1].events("ana") == ()
