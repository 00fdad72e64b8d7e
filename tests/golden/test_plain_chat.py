"""Transcripts of the plain chat. A transcript is its own input: the lines after "> " are typed again.

To add one, write a file with such lines only; to accept changes, run with KGREC_UPDATE_GOLDEN=1 and read the diff.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from kgrec.cli.plain import PROMPT, converse
from kgrec.dialogue import Session
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

TRANSCRIPTS = sorted(Path(__file__).with_name("plain_chat").glob("*.txt"))

RULES = """\
rules:
  - name: audience
    ask: user.audience
    question: Who is watching?
    options: [just me, friends, children]
  - name: children are watching
    when: user.audience == children
    require: certificate in [G, PG]
    strength: 2
    because: children are watching
  - name: crime pays
    prefer: genre has Crime
    weight: 0.25
    because: you are in for a crime
"""


@pytest.fixture
def session(tiny_world: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A conversation about tiny_world without its descriptions, under RULES."""
    monkeypatch.chdir(tmp_path)  # reasons name the rule file as it was given
    Path("tiny.yaml").write_text(RULES, encoding="utf-8")
    graph = replace(tiny_world, texts={})
    recommender = Recommender(rng=0, texts=False).fit(graph)
    return Session.start(recommender, RuleBook.load(["tiny.yaml"], graph), clock=lambda: 1_000_000.0)


def typed(transcript: str) -> list[str]:
    return [line.removeprefix(PROMPT) for line in transcript.splitlines() if line.startswith(PROMPT)]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_conversation_goes_as_it_went(path: Path, session: Session):
    expected = path.read_text(encoding="utf-8")
    lines = iter(typed(expected))
    written: list[str] = []

    def read(prompt: str) -> str:
        line = next(lines, None)
        if line is None:
            raise EOFError
        written.append(prompt + line)
        return line

    converse(session, read, written.append)
    found = "\n".join(written) + "\n"
    if os.environ.get("KGREC_UPDATE_GOLDEN"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_there_are_transcripts():
    assert len(TRANSCRIPTS) >= 4
