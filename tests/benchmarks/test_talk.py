"""How long it takes to find a name and to understand an utterance, beside 9,742 films and their 33,000 names."""

import csv
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from kgrec.dialogue.readings import Setting
from kgrec.dialogue.understand import understand
from kgrec.graph.lookup import Lookup
from kgrec.graph.trigrams import TrigramIndex

UTTERANCES = Path(__file__).parent.parent / "golden" / "utterances.tsv"


@pytest.mark.parametrize("name", ["the godfahter", "tarrantino", "lonely man in the rain"])
def test_look_up_of_a_misspelt_name(benchmark: BenchmarkFixture, movielens, name: str) -> None:
    lookup: Lookup = movielens[0].lookup_
    lookup.find(name, 3)  # the index is built at the first question
    benchmark(lookup.find, name, 3)


def test_trigrams_of_a_hundred_thousand_names(benchmark: BenchmarkFixture, movielens) -> None:
    labels = movielens[0].graph_.labels
    names = [f"{first} {second}".casefold() for first in labels[:4000] for second in labels[5000:5025]]
    index = TrigramIndex(names)
    assert len(benchmark(index.nearest, "the godfahter", 50))


def test_understanding_an_utterance(benchmark: BenchmarkFixture, movielens, tell) -> None:
    lookup = movielens[0].lookup_
    with UTTERANCES.open(encoding="utf-8", newline="") as file:
        utterances = [row["utterance"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    setting = Setting(year=2026)
    understand("no tarrantino", lookup, setting)
    benchmark(lambda: [understand(utterance, lookup, setting) for utterance in utterances])
    tell(utterances=len(utterances))
