"""The commands: what they answer, where they write it, and the exit codes."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kgrec.acts import Event, EventKind
from kgrec.cli.commands import app
from kgrec.graph import KnowledgeGraph
from kgrec.graph.views import write
from kgrec.ingest.rdf import import_rdf
from kgrec.profiles import ProfileStore, profile_path

RULES = """\
rules:
  - name: audience
    ask: user.audience
    question: Who is watching?
    options: [just me, children]
  - name: children are watching
    when: user.audience == children
    require: certificate in [G, PG]
    because: children are watching
  - name: nothing very long
    forbid: runtime > 160
  - name: crime pays
    prefer: genre has Crime
    weight: 0.25
    because: you are in for a crime
"""

RATINGS = """\
user,item,rating,timestamp
ann,heat,5,1000
ann,thief,4.5,1100
bob,heat,4,1300
bob,scream,4,1500
cat,babe,5,1600
cat,clue,0.5,1700
"""

Kgrec = Callable[..., Result]


@pytest.fixture
def tiny(tiny_world: KnowledgeGraph, tmp_path: Path) -> Path:
    """Return the folder of a data set like tiny_world, without descriptions: the sentence model stays out of it."""
    facets = tuple(facet for facet in tiny_world.ontology.facets if facet.name != "description")
    graph = replace(tiny_world, texts={}, ontology=replace(tiny_world.ontology, facets=facets))
    write(graph, tmp_path / "tiny.ttl", "turtle")
    folder = import_rdf(tmp_path / "tiny.ttl")
    (folder / "interactions.csv").write_text(RATINGS, encoding="utf-8")
    (folder / "rules" / "tiny.yaml").write_text(RULES, encoding="utf-8")
    return folder


@pytest.fixture
def kgrec(tiny: Path) -> Kgrec:
    """Return a function that runs a command on the data set "tiny"."""

    def run(*args: str, data: str = tiny.name, typed: str = "") -> Result:
        return CliRunner().invoke(app, [*args, "--data", data], input=typed)

    return run


def answer(result: Result) -> Any:
    assert result.stderr == ""
    return json.loads(result.stdout)


def labels(result: Result) -> list[str]:
    return [item["label"] for item in answer(result)["items"]]


# --- recommend --------------------------------------------------------------------------------------------------------


def test_reasons_add_up_to_the_score(kgrec: Kgrec):
    result = kgrec("recommend", "--like", "Heat", "--json")
    found = answer(result)
    assert result.exit_code == 0
    assert found["conflict"] is None
    assert found["items"]
    for item in found["items"]:
        assert set(item) == {"id", "label", "score", "match", "forecast", "reasons"}
        assert sum(reason["share"] for reason in item["reasons"]) == pytest.approx(item["score"], abs=1e-6)
        told = {"scorer", "share", "channels", "place", "is_rest", "text", "path"}
        assert all(set(reason) == told for reason in item["reasons"])


def test_what_is_liked_is_not_recommended_but_what_is_like_it(kgrec: Kgrec):
    assert labels(kgrec("recommend", "--like", "Heat", "-n", "1", "--json")) == ["Thief (1981)"]


def test_where_and_rules_hold_for_every_item(kgrec: Kgrec):
    assert set(labels(kgrec("recommend", "--where", "genre has Horror", "--json"))) == {"Scream (1996)", "Alien (1979)"}
    assert "Heat (1995)" not in labels(kgrec("recommend", "--json"))  # the rule forbids very long ones


def test_what_is_excluded_is_not_listed(kgrec: Kgrec):
    found = kgrec("recommend", "--exclude", "Scream", "--exclude", "Alien (1979)", "--json")
    assert set(labels(found)) == {"Thief (1981)", "Babe (1995)", "Clue (1985)"}
    result = kgrec("recommend", "--where", "genre has Horror", "--exclude", "scream", "--exclude", "Alien")
    assert result.exit_code == 1
    assert "“none of those you excluded”" in result.stdout
    assert "To take a way out: leave its wishes out, exclude less." in result.stdout
    assert kgrec("recommend", "--exclude", "Titanic").exit_code == 2


def test_the_dials_of_a_list(kgrec: Kgrec):
    plain, gems = (answer(kgrec("recommend", "-n", "2", "--familiar", dial, "--json")) for dial in ("0", "-1"))
    assert gems["novelty"] > plain["novelty"] > 0
    for item in gems["items"]:
        assert sum(reason["share"] for reason in item["reasons"]) == pytest.approx(item["score"], abs=1e-6)
        assert any(reason["text"].startswith("you asked for hidden gems: ") for reason in item["reasons"])
    varied = kgrec("recommend", "--like", "Heat", "--diversity", "1", "--calibrated", "0.5", "--json")
    assert set(labels(varied)) == set(labels(kgrec("recommend", "--like", "Heat", "--json")))
    assert kgrec("recommend", "--diversity", "1.5").exit_code == 2


def test_what_dials_did_to_a_list_can_be_explained(kgrec: Kgrec):
    dials = ("--like", "Heat", "--familiar", "-1")
    (listed,) = answer(kgrec("recommend", *dials, "-n", "1", "--json"))["items"]
    told = answer(kgrec("explain", listed["id"], *dials, "--json"))
    assert {name: told[name] for name in listed} == listed
    assert told["rank"] == 1
    absent = answer(kgrec("why-not", "Scream", *dials, "-n", "1", "--json"))
    assert any("you asked for hidden gems" in loss["text"] for loss in absent["losses"])
    assert kgrec("why-not", "Scream", "--diversity", "2").exit_code == 2


def test_a_rule_is_a_reason(kgrec: Kgrec):
    (item,) = answer(kgrec("recommend", "--where", "genre has Crime", "--json"))["items"]
    shares = {reason["text"]: reason["share"] for reason in item["reasons"] if reason["scorer"] == "rules"}
    assert shares == {"you are in for a crime": 0.25}


def test_rule_files_can_be_replaced(kgrec: Kgrec, tmp_path: Path):
    (tmp_path / "mine.yaml").write_text("rules:\n  - {name: old, require: year < 1980}\n", encoding="utf-8")
    assert labels(kgrec("recommend", "--rules", str(tmp_path / "mine.yaml"), "--json")) == ["Alien (1979)"]
    assert kgrec("recommend", "--rules", str(tmp_path / "none.yaml")).exit_code == 2


def test_a_dead_end_shows_the_ways_out_and_exits_with_1(kgrec: Kgrec):
    wishes = ("--where", "runtime < 100", "--where", "genre has Horror")
    result = kgrec("recommend", *wishes, "--json")
    found = answer(result)
    assert result.exit_code == 1
    assert found["items"] == []
    by_label = {wish["label"]: wish for wish in found["conflict"]["wishes"]}
    assert set(by_label) == {"genre has Horror", "runtime < 100"}
    assert by_label["runtime < 100"] == {
        "label": "runtime < 100",
        "expression": "runtime < 100",
        "strength": 1.0,
        "origin": "request",
        "place": None,
    }
    ways = {tuple(wish["label"] for wish in way["drop"]): way for way in found["conflict"]["relaxations"]}
    assert (ways[("genre has Horror",)]["items"], ways[("genre has Horror",)]["best"]) == (1, "babe")
    assert ways[("runtime < 100",)]["items"] == 2
    assert ways[("runtime < 100",)]["cost"] == 1.0
    as_text = kgrec("recommend", *wishes)
    assert as_text.exit_code == 1
    assert "“runtime < 100”" in as_text.stdout


def test_a_rule_in_a_dead_end_is_marked_and_placed(kgrec: Kgrec):
    wishes = ("--where", "runtime > 165")
    found = answer(kgrec("recommend", *wishes, "--json"))
    (rule,) = [wish for wish in found["conflict"]["wishes"] if wish["origin"] == "rule"]
    assert rule["label"] == "nothing very long"
    assert rule["place"].endswith("tiny.yaml:10:5")
    as_text = kgrec("recommend", *wishes).stdout
    assert "the rule “nothing very long” (tiny.yaml:10)" in as_text
    assert "To take a way out: leave its wishes out, change its rules in their files." in as_text


def test_rules_that_contradict_each_other_are_a_dead_end_too(kgrec: Kgrec, tmp_path: Path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("rules: [{name: old, require: year < 1980}, {name: new, require: year > 1990}]", encoding="utf-8")
    result = kgrec("recommend", "--rules", str(mine), "--json")
    assert result.exit_code == 1
    assert [wish["origin"] for wish in answer(result)["conflict"]["wishes"]] == ["rule", "rule"]
    assert "To take a way out: change its rules in their files." in kgrec("recommend", "--rules", str(mine)).stdout


def test_a_user_who_knows_all_that_fits_can_have_it_listed_again(kgrec: Kgrec):
    known = ("--user", "cat", "--where", "genre has Comedy")
    result = kgrec("recommend", *known, "--json")
    assert result.exit_code == 1
    conflict = answer(result)["conflict"]
    assert {wish["origin"] for wish in conflict["wishes"]} == {"request", "default"}
    assert {way["drop"][0]["label"]: way["items"] for way in conflict["relaxations"]} == {
        "genre has Comedy": 3,
        "new to you": 2,
    }
    as_text = kgrec("recommend", *known).stdout
    assert as_text.startswith("You know every film that satisfies “genre has Comedy”.")
    assert "show what you know already: 2 films" in as_text
    assert "--include-seen" in as_text
    again = kgrec("recommend", *known, "--include-seen", "--json")
    assert again.exit_code == 0
    assert set(labels(again)) == {"Babe (1995)", "Clue (1985)"}


def test_as_text_every_item_has_a_line_and_its_reasons(kgrec: Kgrec):
    lines = kgrec("recommend", "--like", "Heat", "-n", "2").stdout.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith(" 1. Thief (1981)")
    assert "Michael Mann" in lines[1]


def test_an_unknown_title_offers_the_nearest(kgrec: Kgrec):
    result = kgrec("recommend", "--like", "Heatt and Dust and Rust")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "nothing is called 'Heatt and Dust and Rust'; did you mean" in result.stderr


def test_a_wrong_expression_names_place_and_nearest_name(kgrec: Kgrec):
    result = kgrec("recommend", "--where", "runtme < 130")
    assert result.exit_code == 2
    assert "runtime" in result.stderr
    assert ":1:1" in result.stderr


@pytest.mark.parametrize("n", ["0", "-1", "many"])
def test_a_length_that_is_none_is_wrong_use(kgrec: Kgrec, n: str):
    result = kgrec("recommend", "-n", n)
    assert result.exit_code == 2
    assert "-n" in result.stderr


# --- users ------------------------------------------------------------------------------------------------------------


def test_a_user_of_the_imported_ratings_brings_their_history(kgrec: Kgrec):
    found = labels(kgrec("recommend", "--user", "bob", "--json"))
    assert "Scream (1996)" not in found
    assert found[0] == "Thief (1981)"


def test_a_local_profile_counts(kgrec: Kgrec, tiny: Path):
    with ProfileStore(profile_path(tiny.name)) as store:
        store.append(Event(EventKind.SEEN, "alien", user="eve", session="s"))
        store.append(Event(EventKind.RATED, "scream", 1.0, user="eve", session="s"))
    found = labels(kgrec("recommend", "--user", "eve", "--json"))
    assert not {"Alien (1979)", "Scream (1996)"} & set(found)


def test_the_local_profile_overrules_the_imported_history(kgrec: Kgrec, tiny: Path):
    before = answer(kgrec("explain", "Thief", "--user", "bob", "--json"))["score"]
    with ProfileStore(profile_path(tiny.name)) as store:
        store.append(Event(EventKind.RATED, "heat", -1.0, user="bob", session="s"))
    assert answer(kgrec("explain", "Thief", "--user", "bob", "--json"))["score"] < before


def test_a_stranger_is_an_error_and_leaves_no_file(kgrec: Kgrec, tiny: Path):
    result = kgrec("recommend", "--user", "zoe")
    assert result.exit_code == 2
    assert "'zoe'" in result.stderr
    assert not profile_path(tiny.name).exists()


# --- explain ----------------------------------------------------------------------------------------------------------


def test_explain_gives_all_reasons_and_the_rank(kgrec: Kgrec):
    found = answer(kgrec("explain", "Thief", "--like", "Heat", "--json"))
    assert (found["id"], found["rank"], found["against"]) == ("thief", 1, [])
    assert sum(reason["share"] for reason in found["reasons"]) == pytest.approx(found["score"], abs=1e-6)


def test_explain_and_why_not_count_equal_scores_alike(kgrec: Kgrec):
    """Equal ones are listed in the order of the data, and so they are counted."""
    told = answer(kgrec("recommend", "--where", "year > 1950", "-n", "50", "--json"))["items"]
    scores = [entry["score"] for entry in told]
    assert len(set(scores)) < len(scores)
    ranks = [answer(kgrec("explain", entry["id"], "--where", "year > 1950", "--json"))["rank"] for entry in told]
    assert ranks == list(range(1, len(told) + 1))


def test_explain_names_the_rule_that_keeps_an_item_off_the_list(kgrec: Kgrec, tiny: Path):
    found = answer(kgrec("explain", "Heat", "--json"))
    assert found["rank"] is None
    (against,) = found["against"]
    assert against["wish"] == "nothing very long"
    assert against["place"].startswith(f"{tiny / 'rules' / 'tiny.yaml'}:")
    assert "“nothing very long”" in kgrec("explain", "Heat").stdout
    assert kgrec("explain", "Nothing of the Kind").exit_code == 2


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_finds_nothing_wrong_with_sound_rules(kgrec: Kgrec, tiny: Path):
    result = kgrec("check", str(tiny / "rules" / "tiny.yaml"), "--json")
    assert result.exit_code == 0
    assert answer(result)["ok"] is True
    assert "4 rules" in answer(result)["checked"][0]


def test_check_lists_every_mistake_with_its_place(kgrec: Kgrec, tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "rules:\n  - name: a\n    require: runtme < 100\n  - name: b\n    forbid: genre has Crimee\n", encoding="utf-8"
    )
    result = kgrec("check", str(file), "--json")
    assert result.exit_code == 2
    problems = answer(result)["problems"]
    assert [(problem["where"], problem["line"], problem["column"]) for problem in problems] == [
        (str(file), 3, 14),
        (str(file), 5, 23),
    ]
    as_text = kgrec("check", str(file))
    assert as_text.exit_code == 2
    assert f"{file}:3:14: " in as_text.stdout
    assert "2 problems" in as_text.stdout


def test_check_of_a_data_set_covers_facts_and_rules(kgrec: Kgrec, tiny: Path):
    result = kgrec("check", "--json")
    found = answer(result)
    assert found["problems"] == []
    assert [text.split(": ")[1] for text in found["checked"]] == ["6 items", "4 rules"]
    (tiny / "rules" / "tiny.yaml").write_text("rules: [", encoding="utf-8")
    assert kgrec("check").exit_code == 2


IDLE = """\
rules:
  - name: too late
    when: context.hour > 25
    prefer: runtime < 100
  - name: nothing old
    forbid: year < 1900
"""


def test_check_warns_of_rules_that_do_nothing(kgrec: Kgrec, tmp_path: Path):
    file = tmp_path / "idle.yaml"
    file.write_text(IDLE, encoding="utf-8")
    result = kgrec("check", str(file))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith(f"{file}:3:11: warning: 'too late' is never in force")
    assert lines[1].startswith(f"{file}:6:13: warning: 'nothing old' excludes nothing: no film is so, ")
    assert lines[-1] == "2 warnings found"
    assert kgrec("check", str(file), "--strict").exit_code == 2


def test_check_tells_errors_from_warnings_in_json(kgrec: Kgrec, tmp_path: Path):
    file = tmp_path / "idle.yaml"
    file.write_text(IDLE, encoding="utf-8")
    found = answer(kgrec("check", str(file), "--json"))
    assert found["ok"] is True
    kinds = [(problem["severity"], problem["code"], problem["line"]) for problem in found["problems"]]
    assert kinds == [("warning", "never-in-force", 3), ("warning", "no-effect", 6)]
    file.write_text(f"{IDLE}expect:\n  - never: certificate == R\n", encoding="utf-8")
    result = kgrec("check", str(file), "--json")
    assert (result.exit_code, answer(result)["ok"]) == (2, False)
    (error,) = [problem for problem in answer(result)["problems"] if problem["severity"] == "error"]
    assert (error["code"], error["line"]) == ("broken-expectation", 8)
    assert "Heat" in error["message"]
    assert kgrec("check", str(file)).stdout.endswith("1 problem and 2 warnings found\n")


def test_check_tries_the_best_of_a_list_where_an_expectation_asks_for_it(kgrec: Kgrec, tmp_path: Path):
    file = tmp_path / "top.yaml"
    file.write_text("expect:\n  - never: genre has Comedy\n    given: {likes: [Heat]}\n    top: 1\n", encoding="utf-8")
    assert kgrec("check", str(file)).exit_code == 0
    file.write_text("expect:\n  - always: genre has Comedy\n    given: {likes: [Heat]}\n    top: 1\n", encoding="utf-8")
    assert kgrec("check", str(file)).exit_code == 2


# --- export, import, locate -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format_name", "begins"), [("turtle", "@prefix"), ("nt", "<"), ("jsonld", "["), ("graphml", "<")]
)
def test_export_writes_every_format(kgrec: Kgrec, tmp_path: Path, format_name: str, begins: str):
    shown = kgrec("export", "--format", format_name)
    assert shown.exit_code == 0
    assert shown.stdout.startswith(begins)
    written = kgrec("export", "--format", format_name, "-o", str(tmp_path / "out"))
    assert (written.exit_code, written.stdout) == (0, "")
    assert "Michael Mann" in (tmp_path / "out").read_text(encoding="utf-8")


def test_export_refuses_json_beside_the_graph(kgrec: Kgrec, tmp_path: Path):
    assert kgrec("export", "--json").exit_code == 2
    found = answer(kgrec("export", "--json", "-o", str(tmp_path / "out.ttl")))
    assert (found["items"], found["format"]) == (6, "turtle")


def test_what_cannot_be_written_is_one_message(kgrec: Kgrec, tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = kgrec("export", "-o", str(tmp_path / "file" / "out.ttl"))
    assert result.exit_code == 2
    assert str(tmp_path / "file") in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_export_imports_again(kgrec: Kgrec, tmp_path: Path):
    kgrec("export", "-o", str(tmp_path / "copy.ttl"))
    result = CliRunner().invoke(app, ["import", "rdf", str(tmp_path / "copy.ttl"), "--name", "again", "--json"])
    assert answer(result)["items"] == 6
    assert labels(kgrec("recommend", "--where", "year < 1980", "--json", data="again")) == ["Alien (1979)"]


def test_a_table_imports_with_its_ontology(kgrec: Kgrec, tiny: Path, tmp_path: Path):
    table = tmp_path / "new.csv"
    table.write_text(
        "id,label,year,genre\na,Arrival,2016,Science Fiction\nb,Brick,2005,Crime|Mystery\n", encoding="utf-8"
    )
    arguments = ["import", "csv", str(table), "--ontology", str(tiny / "ontology.ttl")]
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert (answer(result)["name"], answer(result)["items"]) == ("new", 2)
    assert labels(kgrec("recommend", "--where", "genre has Mystery", "--json", data="new")) == ["Brick (2005)"]
    table.write_text("id,label\na,Arrival\na,Brick\n", encoding="utf-8")
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert f"{table}:3:1" in result.stderr


def test_importing_what_is_not_there_says_so(tmp_path: Path):
    for kind in (["rdf"], ["movielens"]):
        result = CliRunner().invoke(app, ["import", *kind, str(tmp_path / "none.zip")])
        assert result.exit_code == 2
        assert "none.zip" in result.stderr


def test_locate_tells_where_everything_lives(kgrec: Kgrec, tiny: Path, home: Path):
    found = answer(kgrec("locate", "--json"))
    assert found["data set"] == str(tiny)
    assert found["rules"] == [str(tiny / "rules" / "tiny.yaml")]
    assert found["profiles"] == str(home / "data" / "profiles" / "tiny.sqlite")
    assert found["cache"] == str(home / "cache")
    assert str(tiny) in kgrec("locate").stdout


def test_a_data_set_may_be_named_before_the_command_or_be_a_folder(tiny: Path):
    for args in (["--data", "tiny", "locate", "--json"], ["locate", "--data", str(tiny), "--json"]):
        assert answer(CliRunner().invoke(app, args))["data set"] == str(tiny)


def test_an_unknown_data_set_names_those_there_are(kgrec: Kgrec):
    result = kgrec("locate", data="tinny")
    assert result.exit_code == 2
    assert "tiny" in result.stderr
    assert "films" in result.stderr


# --- help -------------------------------------------------------------------------------------------------------------

COMMANDS: Sequence[Sequence[str]] = (
    (),
    ("chat",),
    ("recommend",),
    ("explain",),
    ("check",),
    ("export",),
    ("locate",),
    ("fit",),
    ("status",),
    ("events", "import"),
    ("import", "movielens"),
    ("import", "rdf"),
    ("import", "csv"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(command: Sequence[str]):
    result = CliRunner().invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "Examples:\n    kgrec" in result.stdout


def test_the_version_is_that_of_the_package():
    from importlib.metadata import version

    assert CliRunner().invoke(app, ["--version"]).stdout == f"kgrec {version('kgrec')}\n"


# --- the real thing ---------------------------------------------------------------------------------------------------

RUN = (sys.executable, "-c", "from kgrec.cli import main; main()")


def test_an_error_is_one_message_and_no_traceback(tiny: Path):
    (tiny / "facts.nt").write_text("<a> <b> .\n", encoding="utf-8")
    result = subprocess.run([*RUN, "recommend", "--data", "tiny"], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("kgrec: ")
    assert "Traceback" not in result.stderr


@pytest.mark.usefixtures("tiny")
def test_a_reader_that_goes_away_is_no_error():
    process = subprocess.Popen(
        [*RUN, "export", "--data", "tiny"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=30) == 141


@pytest.mark.usefixtures("tiny")
def test_without_a_terminal_the_plain_chat_asks_and_ends_with_a_list():
    result = subprocess.run(
        [*RUN, "--data", "tiny"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    question, the_list = result.stdout.split("5 films for you now:")
    assert "Who is watching?" in question
    assert "  1  just me" in question
    assert " 1. " in the_list


@pytest.mark.usefixtures("tiny")
def test_piped_answers_are_kept_for_the_next_time():
    subprocess.run(
        [*RUN, "chat", "--plain", "--data", "tiny", "--user", "ana"],
        input="children\n",
        capture_output=True,
        text=True,
        check=True,
    )
    result = subprocess.run(
        [*RUN, "chat", "--plain", "--data", "tiny", "--user", "ana"],
        input="list\nquit\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "> children" in result.stdout
    assert result.stdout.count("Who is watching?") == 1  # in the transcript
    assert "2 films for you now:" in result.stdout


@pytest.mark.usefixtures("tiny")
def test_ctrl_c_ends_quietly_with_130():
    process = subprocess.Popen(
        [*RUN, "chat", "--plain", "--data", "tiny"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  (may be ignored here)
    )
    assert process.stdout is not None
    while "don't mind" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "")
    assert "Traceback" not in out


def test_explaining_what_is_no_item_says_what_it_is(kgrec: Kgrec):
    result = kgrec("explain", "Michael Mann")
    assert result.exit_code == 2
    assert "Michael Mann is a director, no film" in result.stderr


def test_an_export_into_no_folder_is_refused_and_makes_none(kgrec: Kgrec, tmp_path: Path):
    result = kgrec("export", "-o", str(tmp_path / "nowhere" / "graph.ttl"))
    assert result.exit_code == 2
    assert "there is no folder" in result.stderr
    assert not (tmp_path / "nowhere").exists()


def test_an_overlong_name_is_not_repeated_whole(kgrec: Kgrec):
    result = kgrec("recommend", "--like", "a" * 100_000)
    assert result.exit_code == 2
    assert len(result.stderr) < 500
