"""The rules that ship: each is needed by a test of its own file, and over the films that ship they say what they mean.

A test in a rule file speaks of the items let through or listed, so what a rule asks and what stands on a shelf of its
own is looked at here.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from ruamel.yaml import YAML

from kgrec.audit.expectations import check_expectations
from kgrec.audit.lint import lint_rules
from kgrec.cli.opening import choose, open_recommender
from kgrec.domain import Value
from kgrec.errors import RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.datasets import load
from kgrec.recommender import Recommender
from kgrec.resources import package_file
from kgrec.rulebook import RuleBook, Scope
from kgrec.rulebook.rules import Ask, RuleKind, Shelf

SHIPPED = package_file("rules", "films.yaml")
EVENING: Mapping[str, Value] = {"weekday": "Tue", "hour": 20.0, "month": 6.0, "date": "2025-06-10"}
UNTOLD = (Ask, Shelf)
"""The rules of which no test in a file can speak."""


class Films(NamedTuple):
    graph: KnowledgeGraph
    book: RuleBook
    recommender: Recommender

    def asked(self, facts: Mapping[str, Value] | None = None, **context: Value) -> list[str]:
        """Return the facts asked for, in order."""
        return [question.subject for question in self.book.questions(Scope(facts or {}, {**EVENING, **context}))]


@pytest.fixture(scope="module")
def films(films_home: Path) -> Films:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KGREC_HOME", str(films_home))
        graph = load("films")
    return Films(graph, RuleBook.load(SHIPPED, graph), Recommender(rng=0, texts=False).fit(graph))


def names(*kinds: type) -> list[str]:
    """Return the names of the shipped rules but for those of some kinds, read without a graph."""
    rules = YAML(typ="safe").load(SHIPPED)["rules"]
    left_out = {kind.__name__.lower() for kind in kinds}
    return [rule["name"] for rule in rules if not left_out & rule.keys()]


def test_it_is_a_showcase(films: Films):
    kinds = [type(rule).__name__.lower() for rule in films.book.rules]
    assert set(kinds) == set(RuleKind)
    assert 24 <= len(kinds) <= 30
    assert kinds.count("ask") <= 3
    assert [rule.name for rule in films.book.rules if not rule.because] == []


def test_its_own_tests_hold(films: Films):
    broken = check_expectations(films.book, films.graph, lambda: films.recommender)
    assert [found.message(films.graph) for found in broken] == []


def test_nothing_is_wrong_with_it_as_people_see_the_films(films_home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KGREC_HOME", str(films_home))
    recommender, book = open_recommender(choose("films"))
    assert [str(finding) for finding in lint_rules(recommender.graph_, book, lambda: recommender)] == []


@pytest.mark.parametrize("name", names(*UNTOLD))
def test_no_rule_could_go_unnoticed(name: str, films: Films, tmp_path: Path):
    without = tmp_path / "without.yaml"
    without.write_text(f'include: {SHIPPED}\nrules:\n  - name: "{name}"\n    off: true\n', encoding="utf-8")
    try:
        book = RuleBook.load(without, films.graph)
    except RuleErrors:
        return  # what it derives has gone, and is asked for
    assert len(book.rules) == len(films.book.rules) - 1
    assert check_expectations(book, films.graph, lambda: films.recommender)


def test_one_question_comes_first_and_the_others_only_where_they_help(films: Films):
    assert films.asked() == ["audience"]
    assert films.asked({"audience": "friends"}) == []
    assert films.asked({"audience": "children"}) == ["youngest"]
    assert films.asked({"audience": "just me"}, hour=23.0) == ["time"]
    assert films.asked({"audience": "just me", "time": "two hours"}, hour=23.0) == []


def test_every_answer_leaves_films(films: Films):
    for ask in (rule for rule in films.book.rules if isinstance(rule, Ask)):
        for option in ask.options:
            facts = {"audience": "children", ask.fact: option.value}
            assert (
                films.recommender.recommend(facts=facts, rules=films.book, context={**EVENING, "hour": 23.0}).left > 30
            )


def test_the_shelves_are_filled_and_hold_nothing_twice(films: Films):
    belief = films.recommender.believe(likes=["Heat"])
    ranking = films.recommender.rank(belief, films.book, EVENING)
    shelves = films.recommender.shelves(ranking, films.book, EVENING)
    titles = {rule.title.replace("{item}", "Heat (1995)") for rule in films.book.rules if isinstance(rule, Shelf)}
    assert {shelf.title for shelf in shelves if shelf.place is not None} == titles
    assert all(len(shelf.items) == 10 for shelf in shelves if shelf.place is not None)
    listed = [entry.item for shelf in shelves for entry in shelf.items]
    assert len(listed) == len(set(listed))


def test_an_imported_catalogue_starts_from_a_copy_without_the_tests_and_what_it_tells_nothing_of(
    few_users_home: Path, monkeypatch: pytest.MonkeyPatch, data_dir: Callable[[str], Path]
):
    monkeypatch.setenv("KGREC_HOME", str(few_users_home))
    recommender, book = open_recommender(choose("ml"))
    kept = [rule.name for rule in book.rules]
    assert kept == [name for name in names() if name in kept]
    assert {"two hours", "children are watching", "because you liked"} <= {*kept}
    assert not {"Christmas", "Christmas is near", "prize winners"} & {*kept}  # neither descriptions nor awards
    assert book.expectations == ()
    graph = recommender.graph_
    assert [str(finding) for finding in lint_rules(graph, book, lambda: recommender)] == []
    forbidden = book.mask("certificate in [PG-13, R]", Scope())
    for youngest in ("under seven", "seven to twelve"):
        facts = {"audience": "children", "youngest": youngest}
        slate = recommender.recommend(facts=facts, rules=book, context=EVENING)
        assert len(slate) == 10
        assert not any(forbidden[graph.index(entry.item)] for entry in slate)
