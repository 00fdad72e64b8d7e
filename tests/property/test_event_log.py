"""However events are cut into batches, in whatever order and how often these are imported, the log is the same."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from kgrec.ingest.event_files import LoggedEvent, read_events
from kgrec.ingest.events import merged, read_log, write_log

plain = st.sampled_from(["a", "b", "ü", 'q"', "x;y", "1"])
events = st.builds(
    LoggedEvent,
    time=st.integers(0, 5),
    id=st.sampled_from(["i", "j", "k", "l"]),
    user=plain,
    item=plain,
    kind=st.sampled_from(["", "opened"]),
    rating=st.sampled_from(["", "1.0", "4.5"]),
    amount=st.sampled_from(["", "3.0"]),
    context=st.sampled_from([(), (("mood", "sad"),), (("mood", "glad"), ("place", "home, bed"))]),
)


def state(batches: list[list[LoggedEvent]]) -> bytes:
    """Return the bytes of the log after importing some batches one by one."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        for batch in [[], *batches]:
            before = {event.id: event for event in read_log(path)}
            write_log(path, merged(before, batch).values())
        return path.read_bytes()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(events, max_size=4), max_size=3), st.data())
def test_any_order_of_overlapping_batches_gives_the_same_log(batches, data) -> None:
    again = data.draw(st.permutations([*batches, *data.draw(st.lists(st.sampled_from(batches or [[]]), max_size=2))]))
    assert state([[event for batch in batches for event in batch]]) == state(again)


@settings(max_examples=25, deadline=None)
@given(st.lists(events, max_size=6, unique_by=lambda event: event.id))
def test_the_log_tells_what_was_written_into_it(told) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        write_log(path, told)
        assert read_log(path) == sorted(told)
        assert sorted(read_events(path)) == sorted(told)
