"""``kgrec taste`` and lists for several people, as typed."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kgrec.acts import Event, EventKind
from kgrec.cli.commands import app
from kgrec.cli.opening import own_rules
from kgrec.cli.taste import taste_lines
from kgrec.graph import KnowledgeGraph
from kgrec.graph.views import write
from kgrec.ingest.rdf import import_rdf
from kgrec.profiles import ProfileStore, profile_path

Kgrec = Callable[..., Result]

SAID = (
    Event(EventKind.RATED, "heat", 1.0, {"label": "Heat (1995)"}, time=1_700_000_000.0),
    Event(EventKind.DISLIKED, "genre/horror", -1.0, {"label": "Horror"}, time=1_700_000_100.0),
    Event(EventKind.SEEN, "alien", None, {"label": "Alien (1979)"}, time=1_700_000_200.0),
    Event(EventKind.LIKED, "genre/comedy", 1.0, {"label": "Comedy", "for_now": True}, time=1_700_000_300.0),
)


@pytest.fixture
def tiny(tiny_world: KnowledgeGraph, tmp_path: Path) -> str:
    """Return the name of a data set like tiny_world, without descriptions, in which ana has talked."""
    facets = tuple(facet for facet in tiny_world.ontology.facets if facet.name != "description")
    graph = replace(tiny_world, texts={}, ontology=replace(tiny_world.ontology, facets=facets))
    write(graph, tmp_path / "tiny.ttl", "turtle")
    folder = import_rdf(tmp_path / "tiny.ttl")
    (folder / "interactions.csv").write_text("user,item,rating,timestamp\ncat,babe,5,1600\ncat,heat,1,1700\n")
    with ProfileStore(profile_path(folder.name)) as store:
        store.append_all(replace(event, user="ana", session="before") for event in SAID)
    return folder.name


@pytest.fixture
def kgrec(tiny: str) -> Kgrec:
    def run(*args: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, [*args, "--data", tiny], input=typed)

    return run


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def told(kgrec: Kgrec, user: str) -> list[tuple[str, str, object]]:
    remarks = answer(kgrec("taste", "--user", user, "--json"))["remarks"]
    return [(remark["aspect"], remark["id"], remark["value"]) for remark in remarks]


# --- what is believed -------------------------------------------------------------------------------------------------


def test_taste_says_what_is_believed_and_who_said_it(kgrec: Kgrec):
    assert kgrec("taste", "--user", "ana").stdout.splitlines() == [
        "seen          Alien (1979)  2023-11-14  you said so",
        "-1.0 dislike  Horror        2023-11-14  you said so",
        "+1.0 love     Heat (1995)   2023-11-14  you said so",
    ]
    assert kgrec("taste", "--user", "cat").stdout.splitlines() == [
        "From tiny, the best liked first:",
        "+1.0 love     Babe (1995)    tiny",
        "-1.0 dislike  Heat (1995)    tiny",
    ]


def test_of_a_long_taste_a_conversation_lists_some_and_says_where_the_rest_is(tiny_world: KnowledgeGraph):
    said = [replace(event, user="cat") for event in SAID]
    lines = taste_lines(tiny_world, "cat", said, most=4)
    assert [line.split("  ")[0].strip() for line in lines] == [
        "seen",
        "-1.0 dislike",
        "+1.0 love",
        "From tiny, the best liked first:",
        "+1.0 love",
        "... and 1 more: “kgrec taste --data tiny --user cat” lists all.",
    ]
    assert taste_lines(tiny_world, "cat", (), most=2)[-1].startswith("+0.7 like")


def test_taste_as_json(kgrec: Kgrec, tiny: str):
    found = answer(kgrec("taste", "--user", "ana", "--json"))
    assert (found["user"], found["data"], len(found["remarks"])) == ("ana", tiny, 3)
    assert found["remarks"][-1] == {
        "aspect": "opinion",
        "id": "heat",
        "label": "Heat (1995)",
        "value": 1.0,
        "kind": "rated",
        "time": "2023-11-14T22:13:20+00:00",
        "source": "you said so",
        "is_known": True,
    }


def test_of_a_stranger_there_is_nothing_to_show_or_export(kgrec: Kgrec, tmp_path: Path):
    result = kgrec("taste", "--user", "nobody")
    assert (result.exit_code, result.stdout) == (1, "Nothing is known of nobody.\n")
    path = tmp_path / "taste.ttl"
    assert kgrec("taste", "export", "--user", "nobody", "-o", str(path)).exit_code == 1
    assert not path.exists()


# --- files ------------------------------------------------------------------------------------------------------------


def test_taste_is_carried_from_one_user_to_another_once(kgrec: Kgrec, tmp_path: Path):
    path = tmp_path / "taste.ttl"
    counts = answer(kgrec("taste", "export", "--user", "ana", "-o", str(path), "--json"))
    assert counts == {"file": str(path), "user": "ana", "opinion": 2, "seen": 1, "fact": 0, "comparison": 0}
    first = answer(kgrec("taste", "import", str(path), "--user", "bea", "--json"))
    assert first == {"user": "bea", "new": 3, "known": 0, "unknown": []}
    assert kgrec("taste", "import", str(path), "--user", "bea").stdout == "bea: 0 new, 3 known already, 0 left out\n"
    assert told(kgrec, "bea") == told(kgrec, "ana")
    assert {row["source"] for row in answer(kgrec("taste", "--user", "bea", "--json"))["remarks"]} == {"taste.ttl"}


def test_a_list_follows_from_imported_taste(kgrec: Kgrec, tmp_path: Path):
    path = tmp_path / "taste.ttl"
    kgrec("taste", "export", "--user", "ana", "-o", str(path))
    kgrec("taste", "import", str(path), "--user", "bea")
    lists = [
        [entry["label"] for entry in answer(kgrec("recommend", "--user", user, "--json"))["items"]]
        for user in ("ana", "bea")
    ]
    assert lists[0] == lists[1]
    assert not {"Heat (1995)", "Alien (1979)"} & set(lists[0])


def test_the_options_may_stand_before_the_verb(kgrec: Kgrec, tiny: str, tmp_path: Path):
    path = tmp_path / "taste.ttl"
    result = CliRunner().invoke(app, ["taste", "--user", "ana", "--data", tiny, "export", "-o", str(path)])
    assert result.exit_code == 0
    assert '"ana"' in path.read_text(encoding="utf-8")


def test_taste_goes_to_stdout(kgrec: Kgrec):
    result = kgrec("taste", "export", "--user", "ana")
    assert result.stdout.startswith("@prefix")
    assert "Heat (1995)" in result.stdout
    assert kgrec("taste", "export", "--user", "ana", "--json").exit_code == 2


def test_what_the_data_set_does_not_know_is_listed(kgrec: Kgrec, tmp_path: Path):
    path = tmp_path / "taste.ttl"
    kgrec("taste", "export", "--user", "ana", "-o", str(path))
    path.write_text(path.read_text(encoding="utf-8").replace("items/alien", "items/aliens"), encoding="utf-8")
    refused = kgrec("taste", "import", str(path), "--user", "bea", "--strict")
    assert refused.exit_code == 2
    assert "nothing is imported, 1 unknown in tiny: Alien (1979) (aliens)" in refused.stderr
    assert kgrec("taste", "--user", "bea").exit_code == 1
    taken = kgrec("taste", "import", str(path), "--user", "bea")
    assert taken.stdout == "bea: 2 new, 0 known already, 1 left out\n"
    assert "1 unknown in tiny: Alien (1979) (aliens)" in taken.stderr
    assert answer(kgrec("taste", "import", str(path), "--user", "bea", "--json"))["unknown"] == [
        {"id": "aliens", "label": "Alien (1979)"}
    ]


def test_of_a_broken_file_nothing_is_taken(kgrec: Kgrec, tmp_path: Path):
    path = tmp_path / "taste.ttl"
    kgrec("taste", "export", "--user", "ana", "-o", str(path))
    path.write_text(path.read_text(encoding="utf-8") + "oops", encoding="utf-8")
    result = kgrec("taste", "import", str(path), "--user", "bea")
    assert result.exit_code == 2
    assert f"{path}:" in result.stderr.replace("\n", "")
    assert "Traceback" not in result.output
    assert kgrec("taste", "--user", "bea").exit_code == 1


def test_an_import_is_no_conversation_to_go_on_with(kgrec: Kgrec, tmp_path: Path):
    path = tmp_path / "taste.ttl"
    kgrec("taste", "export", "--user", "ana", "-o", str(path))
    kgrec("taste", "import", str(path), "--user", "bea")
    shown = kgrec("chat", "--plain", "--user", "bea", typed="said\nquit\n").stdout
    assert "Going on" not in shown
    assert "Nothing yet." in shown


# --- several people ---------------------------------------------------------------------------------------------------


def test_a_list_for_two_says_how_well_it_suits_each(kgrec: Kgrec):
    found = answer(kgrec("recommend", "--user", "ana", "--with", "cat", "--json"))
    for item in found["items"]:
        assert [match["user"] for match in item["matches"]] == ["ana", "cat"]
        assert sum(reason["share"] for reason in item["reasons"]) == pytest.approx(item["score"], abs=1e-6)
    assert {item["label"] for item in found["items"]} == {"Thief (1981)", "Scream (1996)", "Clue (1985)"}
    assert any(reason["text"].startswith("cat loves Babe") for item in found["items"] for reason in item["reasons"])
    lines = kgrec("recommend", "--user", "ana", "--with", "cat", "-n", "1").stdout.splitlines()
    assert "  ana " in lines[0]
    assert "%, cat " in lines[0]


def test_the_rules_of_each_hold(kgrec: Kgrec, tiny: str):
    theirs = own_rules(tiny, "cat")
    theirs.parent.mkdir(parents=True)
    theirs.write_text("rules: [{name: nothing scary, forbid: genre has Horror}]", encoding="utf-8")
    found = answer(kgrec("recommend", "--user", "ana", "--with", "cat", "--json"))
    assert {item["label"] for item in found["items"]} == {"Thief (1981)", "Clue (1985)"}
    conflict = kgrec("recommend", "--user", "ana", "--with", "cat", "--where", "genre has Horror")
    assert conflict.exit_code == 1
    assert "the rule “nothing scary (cat)”" in conflict.stdout


def test_strangers_are_newcomers_and_nobody_comes_twice(kgrec: Kgrec):
    result = kgrec("recommend", "--user", "ana", "--with", "dora", "--json")
    assert answer(result)["items"]
    assert "Of dora nothing is known yet" in result.stderr
    assert "dora is in already" in kgrec("recommend", "--user", "ana", "--with", "dora", "--with", "dora").stderr
    assert kgrec("recommend", "--user", "ana", "--with", "ana").exit_code == 2


def test_a_conversation_for_two(kgrec: Kgrec):
    result = kgrec("chat", "--plain", "--user", "ana", "--with", "cat", typed="list\nwhy 1\nquit\n")
    assert result.exit_code == 0, result.output
    assert "For you and cat." in result.stdout
    assert "%, cat " in result.stdout
    assert "[fairness]" in result.stdout
