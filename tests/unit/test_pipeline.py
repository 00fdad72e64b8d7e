"""Training as a step that is run again and again: what is done, what is kept, what is undone, what a crash leaves."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from communities import community
from typer.testing import CliRunner, Result

from kgrec.cli.commands import app
from kgrec.cli.opening import choose, open_recommender
from kgrec.errors import ModelError
from kgrec.fitting import Fitting, Stored
from kgrec.graph.interaction_table import InteractionTable
from kgrec.ingest.datasets import Dataset, import_csv, open_dataset
from kgrec.ingest.events import import_events
from kgrec.pipeline import fit_dataset, roll_back, status
from kgrec.recommender import Recommender
from kgrec.scorers import Affinity, Evidence
from kgrec.versions import KEPT, Versions
from kgrec.weights import BUCKETS, Found, ItemAge, WeightTable

ONTOLOGY = """
@prefix kgrec: <https://w3id.org/kgrec#> . @prefix e: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
e:domain a kgrec:Domain ; rdfs:label "beers" ; kgrec:itemClass e:Beer ; kgrec:labelColumn "name" .
e:style a kgrec:Facet ; kgrec:name "style" ; kgrec:kind kgrec:Category .
"""


@pytest.fixture
def beers(tmp_path: Path) -> Dataset:
    return make_beers(tmp_path, 3)


def make_beers(folder: Path, n: int) -> Dataset:
    (folder / "beers.ttl").write_text(ONTOLOGY, encoding="utf-8")
    rows = "".join(f"i{number},Beer {number},style {number % 3}\n" for number in range(n))
    (folder / "beers.csv").write_text(f"id,name,style\n{rows}", encoding="utf-8")
    return open_dataset(import_csv(folder / "beers.csv", folder / "beers.ttl"))


def more(dataset: Dataset, folder: Path, user: str, item: str = "i0") -> None:
    (folder / "events.csv").write_text(f"user,item,timestamp\n{user},{item},1000\n", encoding="utf-8")
    assert import_events(dataset, [folder / "events.csv"]).new == 1


def test_a_fit_does_what_is_missing_and_nothing_else(
    beers: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fit_dataset(beers)
    assert (first.version.number, first.is_new, first.before) == (1, True, None)
    more(beers, tmp_path, "ann")
    second = fit_dataset(beers)
    assert (second.version.number, second.is_new) == (2, True)
    assert second.version.notes["interactions"] == 1
    monkeypatch.setattr(Fitting, "learn", lambda *_: pytest.fail("learned again"))
    again = fit_dataset(beers)
    assert (again.version.number, again.is_new) == (2, False)


def test_the_last_versions_are_kept_and_what_killed_fits_left_goes(tmp_path: Path) -> None:
    versions = Versions(tmp_path / "fitted")
    (tmp_path / "fitted" / ".7.left").mkdir(parents=True)
    for number in range(KEPT + 2):
        versions.add({"a": np.zeros(number)}, {"n": number}, {}, {"extra": []})
    assert [version.number for version in versions.all()] == list(range(3, KEPT + 3))
    assert sorted(path.name for path in versions.folder.iterdir()) == ["3", "4", "5"]
    assert versions.with_key({"n": 3}).arrays()["a"].shape == (3,)
    (versions.folder / "5" / "strings.json").write_text("{", encoding="utf-8")
    assert versions.in_force().number == 4  # what is damaged is as good as gone


def test_what_was_rolled_back_stays_so_until_there_is_something_new(beers: Dataset, tmp_path: Path) -> None:
    fit_dataset(beers)
    more(beers, tmp_path, "ann")
    fit_dataset(beers)
    assert roll_back(beers).version.number == 1
    assert (fit_dataset(beers).version.number, fit_dataset(beers).is_new) == (1, False)
    assert status(beers)["in_force"] == 1
    assert roll_back(beers, 2).version.number == 2
    roll_back(beers, 1)
    more(beers, tmp_path, "bob")
    assert fit_dataset(beers).version.number == 3
    with pytest.raises(ModelError, match="no version 9; there are: 1, 2, 3"):
        roll_back(beers, 9)


def test_one_goes_back_to_what_was_in_force_before_not_to_what_was_undone(beers: Dataset, tmp_path: Path) -> None:
    for user in ("ann", "bob"):
        more(beers, tmp_path, user)
        fit_dataset(beers)
    assert roll_back(beers).version.number == 1
    more(beers, tmp_path, "cleo")
    fit_dataset(beers)
    assert roll_back(beers).version.number == 1
    for number, user in enumerate(("dan", "eve"), 4):  # what is in force stays, however many newer ones were undone
        more(beers, tmp_path, user)
        assert fit_dataset(beers).version.number == number
        assert roll_back(beers).version.number == 1
    assert roll_back(beers, 5).version.number == 5
    assert roll_back(beers).version.number == 1
    with pytest.raises(ModelError, match="no version before the one in force"):
        roll_back(beers)


def test_a_fit_keeps_the_optional_scorers_of_the_version_in_force(
    beers: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Extra(Affinity):
        name = "extra"

    monkeypatch.setattr("kgrec.scorers.optional.OPTIONAL", {"extra": lambda _: Extra()})

    def with_(*words: str) -> list[str]:
        ended = CliRunner().invoke(app, ["fit", *words, "--data", "beers", "--json"])
        assert ended.exit_code == 0, ended.output
        return json.loads(ended.stdout)["version"]["extra"]

    assert with_() == []
    assert with_("--with", "extra") == ["extra"]
    assert with_() == ["extra"]
    more(beers, tmp_path, "ann")
    assert with_() == ["extra"]
    roll_back(beers, 1)
    assert with_() == []  # nothing has changed
    more(beers, tmp_path, "bob")
    assert with_() == []
    assert with_("--with", "extra") == ["extra"]
    assert with_("--with", "none") == []
    assert with_("--with", "") == []


def test_there_is_nothing_to_go_back_to_before_the_first_version(beers: Dataset) -> None:
    with pytest.raises(ModelError, match="there are: none"):
        roll_back(beers)


def test_a_version_of_another_import_does_not_come_back(beers: Dataset, tmp_path: Path) -> None:
    fit_dataset(beers)
    other = make_beers(tmp_path, 4)
    assert status(other)["since_fit"]["is_imported_anew"]
    fit_dataset(other)
    with pytest.raises(ModelError, match="imported anew since"):
        roll_back(other)


def test_the_app_starts_with_the_version_in_force_whatever_came_since(
    beers: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit_dataset(beers)
    more(beers, tmp_path, "ann")
    monkeypatch.setattr(Fitting, "learn", lambda *_: pytest.fail("learned at the start"))
    recommender, _ = open_recommender(choose("beers"))
    assert "i0" not in [entry.item for entry in recommender.recommend(user="ann")]
    found = status(beers)
    assert found["since_fit"] == {"interactions": 1, "is_imported_anew": False, "is_up_to_date": False}
    assert found["next"] == "kgrec fit --data beers"


def test_a_version_serves_events_with_a_context_that_it_never_heard_of(beers: Dataset, tmp_path: Path) -> None:
    fit_dataset(beers)
    (tmp_path / "e.csv").write_text("user,item,mood\nann,i0,glad\n", encoding="utf-8")
    import_events(beers, [tmp_path / "e.csv"])
    recommender, _ = open_recommender(choose("beers"))
    assert "context" not in {scorer.name for scorer in recommender.scorers_}
    assert "context" in fit_dataset(beers).version.key["scorers"]
    assert roll_back(beers).version.number == 1


def test_what_a_community_taught_serves_users_who_came_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = WeightTable(("items", "users"), np.full((len(BUCKETS), len(ItemAge), 2), 0.5), (Found(),) * 18)
    graph = replace(community(100, 60), fingerprint="import-1")
    log = graph.interactions
    first = Recommender(texts=False, weights=table).fit(graph, cache=tmp_path / "fit")
    told = [
        [ids[number] for number in column] for ids, column in ((log.user_ids, log.users), (graph.item_ids, log.items))
    ]
    later = InteractionTable([*told[0], "newcomer"], [*told[1], "i5"], np.append(log.ratings, 5.0))
    grown = replace(graph, fingerprint="import-2", interactions=later.resolve(graph.item_ids))
    monkeypatch.setattr(Fitting, "learn", lambda *_: pytest.fail("learned again"))
    found = Recommender(texts=False, weights=table).fit(grown, cache=tmp_path / "fit", renew=False)
    listed = found.recommend(user="newcomer", n=5)
    assert "i5" not in [entry.item for entry in listed]
    history, everything = Evidence(60, np.array([5]), np.array([1.0], dtype=np.float32)), np.arange(60)
    for then, now in zip(first.scorers_, found.scorers_, strict=True):
        if isinstance(then, Stored) and then.name != "bayes":  # which counts popularity anew
            np.testing.assert_array_equal(then.score(history, everything), now.score(history, everything))


_KILLED = """
import os, signal, sys
from kgrec import versions
from kgrec.ingest.datasets import open_dataset
from kgrec.pipeline import fit_dataset

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[1] == "before":
    versions.save_arrays = die
else:
    versions.Versions._tidy = die
fit_dataset(open_dataset("beers"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of Unix")
@pytest.mark.parametrize(("at", "in_force"), [("before", 1), ("after", 2)])
def test_a_killed_fit_leaves_the_old_version_in_force_or_the_new_one(
    beers: Dataset, tmp_path: Path, at: str, in_force: int
) -> None:
    fit_dataset(beers)
    more(beers, tmp_path, "ann")
    ended = subprocess.run([sys.executable, "-c", _KILLED, at], env=dict(os.environ), check=False)
    assert ended.returncode == -signal.SIGKILL
    assert status(beers)["in_force"] == in_force
    done = fit_dataset(beers)
    assert (done.version.number, done.is_new) == (2, in_force == 1)
    assert status(beers)["since_fit"]["is_up_to_date"]


def test_the_three_commands_one_after_the_other(beers: Dataset, tmp_path: Path) -> None:
    def kgrec(*words: str) -> dict:
        ended = CliRunner().invoke(app, [*words, "--data", "beers", "--json"])
        assert ended.exit_code == 0, ended.output
        return json.loads(ended.stdout)

    (tmp_path / "e.csv").write_text("user,beer,event,timestamp\nann,i0,saved,100\nann,i9,,200\n", encoding="utf-8")
    made = kgrec("events", "import", str(tmp_path / "e.csv"), "--column", "item=beer")
    assert (made["new"], made["kinds"], made["unknown"]) == (2, {"saved": 1, "": 1}, {"i9": 1})
    done = kgrec("fit")
    assert (done["fitted"], done["in_force"], done["before"]) == (True, 1, None)
    assert not kgrec("fit")["fitted"]
    found = kgrec("status")
    assert found["kinds"] == {"saved": 1}
    assert found["events"] == {"imported": 2, "waiting": 1}
    assert found["last"] == "1970-01-01T00:01:40+00:00"
    assert found["bytes"]["fitted"] > 0
    assert found["next"] == "kgrec recommend --data beers"
    assert "i0" not in [entry["id"] for entry in kgrec("recommend", "--user", "ann")["items"]]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["fit", "2"], "add --rollback"),
        (["fit", "--rollback", "--with", "sequence"], "leave it out"),
        (["fit", "--with", "nobody"], "no optional scorer nobody"),
        (["fit", "--rollback", "7"], "no version 7"),
        (["events", "import", "none.csv"], "no such file"),
        (["events", "import", "none.csv", "--column", "item"], "NAME=COLUMN"),
    ],
)
def test_wrong_use_is_told_with_exit_code_2(beers: Dataset, words: list[str], why: str) -> None:
    ended = CliRunner().invoke(app, [*words, "--data", beers.name])
    assert ended.exit_code == 2
    assert why in " ".join(ended.stderr.replace("│", " ").split())


def test_people_read_what_the_commands_did(beers: Dataset, tmp_path: Path) -> None:
    def kgrec(*words: str) -> str:
        return CliRunner().invoke(app, [*words, "--data", beers.name]).stdout

    assert "Nothing was fitted yet" in kgrec("status")
    (tmp_path / "e.csv").write_text("user,item\nann,i0\nann,i7\nann,i0\n", encoding="utf-8")
    told = kgrec("events", "import", str(tmp_path / "e.csv"))
    assert "3 events read, 2 new, 1 there already" in told
    assert "waiting for them: i7 (1)" in told
    (tmp_path / "ids.csv").write_text("id,user,item\nx,ann,i7\nx,bob,i7\n", encoding="utf-8")
    told = kgrec("events", "import", str(tmp_path / "ids.csv"))
    assert "2 events read, 1 new, 1 left out" in told
    assert "1 id borne by events of different users or items" in told
    assert "x: ann with i7, and bob with i7" in told
    assert "version 1 of" in kgrec("fit")
    assert "nothing has changed since version 1" in kgrec("fit")
    more(beers, tmp_path, "bob")
    assert "+1 interactions since the version in force" in kgrec("status")
    assert "kgrec fit --rollback 1" in kgrec("fit")
    assert "version 1 of" in kgrec("fit", "--rollback")
    told = kgrec("fit")
    assert "as it was rolled back to" in told
    assert "kgrec fit --rollback 2" in told
    told = kgrec("status")
    assert "Version 1 was put back in force by hand" in told
    assert "kgrec fit" in told


def test_events_of_other_items_do_not_go_to_a_data_set_nobody_named(beers: Dataset, tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("user,item\nann,i7\n", encoding="utf-8")

    def kgrec(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "events", "import", str(tmp_path / "e.csv")])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kgrec.cli.options.SHIPPED", str(beers.folder))
        refused = kgrec()
    assert refused.exit_code == 2
    assert "no item of it is in 'beers'" in refused.stderr
    assert "--data NAME" in refused.stderr
    assert status(beers)["events"]["imported"] == 0
    assert "1 event read, 1 new" in kgrec("--data", "beers").stdout
