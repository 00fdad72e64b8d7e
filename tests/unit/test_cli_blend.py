"""``kgrec blend``: the weights in force, and pins, which are rules in the user's own file."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from communities import community
from typer.testing import CliRunner, Result

from kgrec.cli.blend import BlendReport
from kgrec.cli.commands import app
from kgrec.cli.opening import choose, open_recommender, own_rules
from kgrec.dialogue import Session
from kgrec.graph import KnowledgeGraph
from kgrec.graph.views import write
from kgrec.ingest.rdf import import_rdf
from kgrec.profiles import ProfileStore, profile_path
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.weighing import rows_of, weighed
from kgrec.weights import BUCKETS, Found, ItemAge, WeightTable

Kgrec = Callable[..., Result]


@pytest.fixture
def kgrec(tmp_path: Path) -> Kgrec:
    """Return a function that runs a command on a small data set "small" without descriptions."""
    write(community(n_users=6, n_items=12), tmp_path / "small.ttl", "turtle")
    folder = import_rdf(tmp_path / "small.ttl")
    return lambda *args: CliRunner().invoke(app, [*args, "--data", folder.name])


def test_constant_weights_are_shown_as_such(kgrec: Kgrec):
    result = kgrec("blend")
    assert result.exit_code == 0, result.output
    assert "too few interactions to learn from" in result.stdout
    assert "popularity" in result.stdout
    assert "In force for anybody (without --user), 0 rated:" in result.stdout


def test_a_pin_becomes_a_rule_that_counts_and_unpin_removes_it(kgrec: Kgrec):
    result = kgrec("blend", "--pin", "walk=0.3", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["tuned"]["walk"]["weight"] == 0.3
    assert found["tuned"]["walk"]["rule"] == "pin walk"
    assert found["user"] == "you"
    own = own_rules("small", "you")
    book = RuleBook.load((), choose("small").dataset.graph(), own=own)
    assert [rule.name for rule in book.rules] == ["pin walk"]
    again = kgrec("blend", "--pin", "walk=.5", "--pin", "text=0", "--json")
    assert {name: one["weight"] for name, one in json.loads(again.stdout)["tuned"].items()} == {"walk": 0.5, "text": 0}
    undone = kgrec("blend", "--unpin", "walk", "--unpin", "text", "--json")
    assert json.loads(undone.stdout)["tuned"] == {}


def test_what_is_in_force_is_what_the_conversation_that_goes_on_has_come_to(kgrec: Kgrec):
    before = json.loads(kgrec("blend", "--user", "you", "--json").stdout)
    source = choose("small")
    with closing(ProfileStore(profile_path("small"))) as log:
        recommender, rules = open_recommender(source.of("you"))
        session = Session.start(recommender, rules, log=log)
        session.rate(session.graph.item_ids[0], 1.0)
        session.rate(session.graph.item_ids[1], 1.0)
        shown = {one.scorer: one.weight for one in weighed(recommender, session.ranking())}
    result = kgrec("blend", "--user", "you")
    assert "In force for you, 2 rated:" in result.stdout
    told = json.loads(kgrec("blend", "--user", "you", "--json").stdout)
    assert {name: one["weight"] for name, one in told["in_force"].items()} == pytest.approx(shown, abs=1e-4)
    assert told["in_force"] != before["in_force"]


def test_a_pin_leaves_the_rest_of_the_file_as_it_is(kgrec: Kgrec):
    own = own_rules("small", "you")
    own.parent.mkdir(parents=True)
    text = "# what I like\nrules:\n  - {name: cosy, prefer: genre has genre 1}  # always\n"
    own.write_text(text, encoding="utf-8")
    assert kgrec("blend", "--pin", "walk=1").exit_code == 0
    assert own.read_text(encoding="utf-8").startswith(text)
    assert kgrec("blend", "--unpin", "walk").exit_code == 0
    assert own.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--pin", "walk", "'walk' is not a pin"),
        ("--pin", "walk=-1", "is not a pin"),
        ("--pin", "wlak=1", "there is no scorer 'wlak'"),
        ("--unpin", "walk", "walk is not pinned"),
    ],
)
def test_a_wrong_pin_is_refused_and_nothing_is_written(kgrec: Kgrec, option: str, value: str, message: str):
    result = kgrec("blend", option, value)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not own_rules("small", "you").exists()


def test_a_file_with_mistakes_is_not_touched(kgrec: Kgrec):
    own = own_rules("small", "you")
    own.parent.mkdir(parents=True)
    own.write_text("rules: [{name: wrong, forbid: gnere has x}]\n", encoding="utf-8")
    assert kgrec("blend", "--pin", "walk=1").exit_code == 2
    assert own.read_text(encoding="utf-8") == "rules: [{name: wrong, forbid: gnere has x}]\n"


def test_learned_weights_say_how_they_were_found(tiny_world: KnowledgeGraph):
    weights = np.array([[[0.2, 0.0], [0.3, 0.7], [0.3, 0.7]]] * len(BUCKETS))
    found = (Found(100, 0.31, "walk", 0.3), Found(), Found(400, 0.45, "walk", 0.44)) * len(BUCKETS)
    rows = rows_of(tiny_world, WeightTable(("popularity", "walk"), weights, found))
    assert [(row.bucket, row.age) for row in rows[:2]] == [(0, ItemAge.ESTABLISHED), (0, ItemAge.NEW)]
    assert len(rows) == 2 * len(BUCKETS)  # few interactions: as established
    report = BlendReport("tiny", "ann", 4, is_learned=True, rows=rows, tuned={})
    text = "\n".join(report.lines())
    assert "NDCG@10       0.450" in text
    assert "best alone: walk 0.440 (0)" in text
    assert " *3-5" in text
    assert max(map(len, report.lines())) <= 80
    told = report.to_json()["weights"][0]
    assert told["best"] == {"scorer": "walk", "ndcg": 0.44}
    assert told["items"] == "established"


def test_the_weights_shown_are_those_of_the_recommender(kgrec: Kgrec, monkeypatch: pytest.MonkeyPatch):
    table = WeightTable(
        ("popularity", "walk"),
        np.full((len(BUCKETS), len(ItemAge), 2), 0.5),
        (Found(),) * (len(BUCKETS) * len(ItemAge)),
    )
    recommender = Recommender(rng=0, texts=False, weights=table).fit(community())
    rules = RuleBook.empty(recommender.graph_)
    monkeypatch.setattr("kgrec.cli.blend.open_recommender", lambda *_: (recommender, rules))
    found = json.loads(kgrec("blend", "--json").stdout)
    assert found["learned"]
    assert found["weights"][0]["weights"]["walk"] == found["weights"][0]["weights"]["popularity"] > 0
