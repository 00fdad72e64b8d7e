"""What each rule does in a case, counted over all items and those on the list."""

from pathlib import Path

from kgrec.audit.case import Case
from kgrec.audit.census import census
from kgrec.domain import Belief
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook, RuleKind

RULES = """
rules:
  - name: audience
    ask: user.audience
    question: Who is watching?
    options: [me, children]
  - name: mild
    when: user.audience == children
    require: certificate in [G, PG]
  - name: no slasher
    forbid: genre has Slasher
  - name: crime
    prefer: genre has Crime
  - name: eighties
    shelf: The eighties
    of: year >= 1980 and year < 1990
"""


def counts(graph: KnowledgeGraph, path: Path, **facts: str) -> dict[str, tuple[int, int, int]]:
    path.write_text(RULES, encoding="utf-8")
    recommender = Recommender(texts=False).fit(graph)
    case = Case(recommender, Belief(facts=tuple(facts.items())), RuleBook.load(path, graph))
    return {found.rule.name: (found.concerned, found.touched, found.listed) for found in census(case)}


def test_rules_are_counted_by_what_they_do(tiny_world: KnowledgeGraph, tmp_path: Path):
    assert counts(tiny_world, tmp_path / "rules.yaml") == {
        "audience": (6, 6, 5),
        "mild": (0, 0, 0),  # not in force: nobody said who is watching
        "no slasher": (6, 1, 0),  # Scream
        "crime": (6, 2, 2),  # Heat and Thief
        "eighties": (6, 2, 2),  # Thief and Clue
    }


def test_what_is_said_brings_rules_into_force(tiny_world: KnowledgeGraph, tmp_path: Path):
    assert counts(tiny_world, tmp_path / "rules.yaml", audience="children") == {
        "audience": (6, 6, 2),
        "mild": (6, 4, 0),  # all but Babe and Clue are kept off
        "no slasher": (6, 1, 0),
        "crime": (6, 2, 0),
        "eighties": (6, 2, 1),
    }


def test_the_kind_of_a_rule_is_told(tiny_world: KnowledgeGraph, tmp_path: Path):
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    case = Case(Recommender(texts=False).fit(tiny_world), Belief(), RuleBook.load(path, tiny_world))
    kinds = [found.kind for found in census(case)]
    assert kinds == [RuleKind.ASK, RuleKind.REQUIRE, RuleKind.FORBID, RuleKind.PREFER, RuleKind.SHELF]
