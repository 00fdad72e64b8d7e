"""What somebody's own rule file begins with: examples that do nothing until they are uncommented, and then do."""

from pathlib import Path

from kgrec.graph import KnowledgeGraph
from kgrec.ingest.starter import own_starter
from kgrec.rulebook import RuleBook


def load(graph: KnowledgeGraph, folder: Path, text: str) -> RuleBook:
    own = folder / "own.yaml"
    return RuleBook.load((), graph, own=own, drafts={own: text})


def test_it_holds_no_rule_until_somebody_means_one(tiny_world: KnowledgeGraph, tmp_path: Path):
    assert load(tiny_world, tmp_path, own_starter(tiny_world)).rules == ()


def test_its_examples_are_rules_over_the_facets_of_the_data(tiny_world: KnowledgeGraph, tmp_path: Path):
    head, section, examples = own_starter(tiny_world).partition("rules:\n")
    book = load(tiny_world, tmp_path, head + section + examples.replace("# ", ""))
    assert [rule.name for rule in book.rules] == ["more Comedy", "year within my limits"]


def test_a_graph_without_anything_to_ask_gets_a_file_without_examples(tmp_path: Path):
    import pandas as pd

    graph = KnowledgeGraph.from_frames(pd.DataFrame({"item": ["a", "b"], "label": ["A", "B"]}))
    assert load(graph, tmp_path, own_starter(graph)).rules == ()
