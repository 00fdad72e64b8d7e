"""kgrec simulate, the whole way on real data with a few people; the figures themselves are reported, not tested."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from communities import community
from typer.testing import CliRunner

from kgrec.cli import commands
from kgrec.cli.simulate import lines
from kgrec.evaluate.taste import Setting, simulate_taste
from kgrec.ingest.pairs import import_pairs


def simulated(*options: str) -> dict[str, object]:
    result = CliRunner().invoke(commands.app, ["simulate", *options, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_taste_improves_with_questions_on_movielens(few_users_home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KGREC_HOME", str(few_users_home))
    found = simulated("--data", "ml", "--users", "12", "--questions", "10")
    assert list(found["ndcg@10"]) == ["0", "1", "3", "5", "10"]
    assert found["ndcg@10"]["10"] > found["ndcg@10"]["0"]
    assert found["users"] == 12


def test_people_who_seek_an_artist_find_it(data_dir: Callable[[str], Path], tmp_path: Path):
    folder, some = data_dir("lastfm-mcclk"), tmp_path / "ratings.txt"
    with (folder / "ratings_final.txt").open(encoding="utf-8") as pairs, some.open("w", encoding="utf-8") as chosen:
        chosen.writelines(line for line in pairs if int(line.split()[0]) < 400)  # all would take three times as long
    import_pairs(some, folder / "kg.txt", name="lastfm")
    found = simulated("--data", "lastfm", "--protocol", "target", "--users", "25", "--noise", "0.1")
    assert found["sr@15"] >= found["baselines"]["entropy"]["sr@15"]
    assert found["at"] < found["baselines"]["entropy"]["at"]
    assert found["noise"] == 0.1


def test_the_figures_are_a_table_for_people():
    report = simulate_taste(community(), Setting(users=2, questions=1))
    head, columns, ours, *_ = lines(report.to_json())
    assert head.startswith("taste: 2 users of community (report half, seed 0)")
    assert columns.split()[:4] == ["NDCG@10", "after", "0", "1"]
    assert ours.startswith("kgrec")
