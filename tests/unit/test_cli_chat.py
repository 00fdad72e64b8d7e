"""The plain chat beyond its transcripts: rules that change, sessions that go on, stores that fail."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import pytest

from kgrec.acts import Ask, Event
from kgrec.cli.chat import _apply
from kgrec.cli.plain import converse
from kgrec.dialogue import EventLog, MemoryLog, Session
from kgrec.errors import RuleErrors, StoreError
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

NOW = 1_000_000.0


@pytest.fixture
def recommender(tiny_world: KnowledgeGraph) -> Recommender:
    return Recommender(texts=False).fit(replace(tiny_world, texts={}))


def start(recommender: Recommender, log: EventLog | None = None, now: float = NOW) -> Session:
    return Session.start(recommender, log=log, clock=lambda: now)


def talk(session: Session, lines: Iterable[str], news: Iterable[str] = ()) -> str:
    """Hold a conversation; return what was shown."""
    typed = iter(lines)
    written: list[str] = []
    pending = list(news)

    def read(_: str) -> str:
        line = next(typed, None)
        if line is None:
            raise EOFError
        return line

    def tell() -> list[str]:
        told, pending[:] = list(pending), []
        return told

    converse(session, read, written.append, tell)
    return "\n".join(written)


def test_a_resumed_conversation_shows_what_was_said(recommender: Recommender):
    log = MemoryLog()
    talk(start(recommender, log), ["1", "quit"])
    shown = talk(start(recommender, log, NOW + 60), ["quit"])
    assert "Going on where you left off" in shown
    assert "> loved it" in shown


def test_leaving_shows_no_list_the_end_of_the_input_does(recommender: Recommender):
    assert " 1. " not in talk(start(recommender), ["quit"])
    assert " 1. " in talk(start(recommender), [])


def test_the_list_is_not_shown_twice_in_a_row(recommender: Recommender):
    assert talk(start(recommender), ["list"]).count(" 1. ") == 1
    assert talk(start(recommender), ["list", "why 1", "said"]).count(" 1. ") == 1
    assert talk(start(recommender), ["list", ""]).count(" 1. ") == 2  # an empty line repeats


def test_an_option_can_be_named(recommender: Recommender):
    session = start(recommender)
    act = session.act()
    assert isinstance(act, Ask)
    talk(session, [act.question.options[0].label.upper(), "quit"])
    assert act.question.id in session.belief.asked


def test_control_characters_are_taken_out_of_what_is_typed(recommender: Recommender):
    assert "\x1b" not in talk(start(recommender), ["\x1b[31mseen Heat\x1b[0m\x07", "said"])


@pytest.mark.parametrize("line", ["why 0", "like 99", "seen 0", "remove 5", "99", "🎬" * 1000, "(((", "' OR 1=1; --"])
def test_no_line_ends_the_conversation(recommender: Recommender, line: str):
    assert " 1. " in talk(start(recommender), [line, "list", line])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("shelves", "For you now: what fits best with all you said"),
        ("Taste", "+1.0 love  Heat (1995)"),
        ("rules", "limit    in force  crime"),
        ("scorers", "What each counts in your list:"),
        ("graph", "  director: "),
        ("graph 1", "  director: "),
        ("graph Michael Mann", "Michael Mann\n  director of: "),
        ("graph nobody at all", "nothing is called 'nobody at all'"),
    ],
)
def test_a_page_of_the_app_is_written_for_its_name_and_nothing_follows_from_it(
    recommender: Recommender, tmp_path: Path, line: str, told: str
):
    path = tmp_path / "r.yaml"
    path.write_text("rules:\n  - name: crime\n    limit: 2\n    when: genre has Crime\n", encoding="utf-8")
    session = start(recommender)
    session.set_rules(RuleBook.load(path, recommender.graph_))
    session.say("I love Heat")
    before = session.belief
    assert told in talk(session, [line, "quit"])
    assert session.belief == before


def test_what_is_called_like_a_page_is_meant_by_its_name(tiny_world: KnowledgeGraph):
    labels = tuple("Shelves" if label.startswith("Heat") else label for label in tiny_world.labels)
    shown = talk(start(Recommender(texts=False).fit(replace(tiny_world, texts={}, labels=labels))), ["shelves", "quit"])
    assert "For you now" not in shown


def test_a_reply_that_cannot_be_kept_ends_it(recommender: Recommender):
    class Full(MemoryLog):
        is_full = False

        def append(self, event: Event) -> Event:
            if self.is_full:
                raise StoreError("the disk is full")
            return super().append(event)

    log = Full()
    session = start(recommender, log)
    log.is_full = True
    with pytest.raises(StoreError):
        talk(session, ["0"])


def test_rules_that_change_take_effect_before_the_next_line(recommender: Recommender, tmp_path: Path):
    session = start(recommender)
    (tmp_path / "mine.yaml").write_text("rules: [{name: old, require: year < 1980}]", encoding="utf-8")
    changes: SimpleQueue[RuleBook | RuleErrors] = SimpleQueue()
    changes.put(RuleBook.load([tmp_path / "mine.yaml"], session.graph))
    assert list(_apply(changes, session)) == [
        "The rules changed. 5 films leave your list, 1 changes its place; 1 film fits instead of 6.\nRules: 1 added."
    ]
    assert [entry.item for entry in session.slate()] == ["alien"]


def test_broken_rules_are_told_and_change_nothing(recommender: Recommender, tmp_path: Path):
    session = start(recommender)
    before = session.rules
    (tmp_path / "mine.yaml").write_text("rules: [{name: old, require: yeer < 1980}]", encoding="utf-8")
    changes: SimpleQueue[RuleBook | RuleErrors] = SimpleQueue()
    with pytest.raises(RuleErrors) as caught:
        RuleBook.load([tmp_path / "mine.yaml"], session.graph)
    changes.put(caught.value)
    (told,) = _apply(changes, session)
    assert f"{tmp_path / 'mine.yaml'}:1:" in told
    assert "year" in told
    assert session.rules is before


def test_news_is_shown_with_the_next_reply(recommender: Recommender):
    shown = talk(start(recommender), ["said"], news=["The rules changed: 2 in force."])
    assert shown.index("The rules changed") < shown.index("Nothing yet.")


@pytest.mark.parametrize("line", ["-1", "+1", "- 1", "−1"])
def test_a_number_with_a_sign_answers_nothing(recommender: Recommender, line: str):
    session = start(recommender)
    assert f"{line} is not a number to choose" in talk(session, [line, "quit"])
    assert session.belief.asked == frozenset()
    assert not session.chips
