"""From data to conversation as a user meets it: the real command, the real catalogues, and a real terminal."""

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from terminals import KGREC, Terminal, questions

from kgrec.acts import EventKind
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.datasets import import_csv, load
from kgrec.profiles import ProfileStore, profile_path
from kgrec.resources import package_file
from kgrec.text import fold

COLUMN_OF = {"production_company": "company"}
"""Relations of the facts whose facet goes by another name."""

FIRST_QUESTION = "Who is watching?"


def kgrec(*arguments: str | Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*KGREC, *arguments], input=typed, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture
def films(films_home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("KGREC_HOME", str(films_home))
    return "films"


@pytest.fixture
def movielens(few_users_home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("KGREC_HOME", str(few_users_home))
    return "ml"


# --- importing --------------------------------------------------------------------------------------------------------


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def stated(kg: KnowledgeGraph, film: str, facet: str) -> set[str]:
    """Return the ids of an item's own values of a facet, and all their names, folded."""
    values = kg.values_of(kg.index(film), facet)
    ids = [kg.entity_ids[value] for value in values]
    names = [kg.labels[value] for value in values] + [name for value in ids for name in kg.aliases.get(value, ())]
    return {*ids, *map(fold, names)}


def test_every_film_user_rating_and_fact_arrives(
    movielens_home: Path, monkeypatch: pytest.MonkeyPatch, data_dir: Callable[[str], Path]
):
    monkeypatch.setenv("KGREC_HOME", str(movielens_home))
    kg = load("ml")
    assert (kg.n_items, kg.interactions.n_users, len(kg.interactions)) == (9_742, 610, 100_836)
    names = {row["entity"]: fold(row["label"]) for row in rows(data_dir("films-kg") / "entities.csv")}
    facts = rows(data_dir("films-kg") / "triples.csv")
    assert len(facts) == 94_901
    lost = []
    for fact in facts:
        facet = COLUMN_OF.get(fact["relation"], fact["relation"])
        name = names.get(fact["entity"]) or fact["entity"].rpartition(":")[2]  # a film is named by its id alone
        if name not in stated(kg, fact["movieId"], facet):
            lost.append(fact)
    assert lost == []


# --- answering --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", ["films", "movielens"])
def test_five_films_like_heat_all_under_130_minutes(data: str, request: pytest.FixtureRequest):
    name = request.getfixturevalue(data)
    result = kgrec("recommend", "--like", "Heat", "--where", "runtime < 130", "-n", "5", "--json", "--data", name)
    assert (result.returncode, result.stderr) == (0, "")
    answer = json.loads(result.stdout)
    assert answer["conflict"] is None
    assert len(answer["items"]) == 5
    minutes = runtimes(request) if data == "movielens" else shipped_runtimes()
    for item in answer["items"]:
        assert minutes[item["id"]] < 130
        assert item["reasons"]
        assert sum(reason["share"] for reason in item["reasons"]) == pytest.approx(item["score"], abs=1e-6)


def shipped_runtimes() -> dict[str, float]:
    return {
        row["id"]: float(row["runtime_min"])
        for row in rows(package_file("ontology", "films.csv"))
        if row["runtime_min"]
    }


def runtimes(request: pytest.FixtureRequest) -> dict[str, float]:
    path = request.getfixturevalue("data_dir")("films-kg") / "attributes.csv"
    return {row["movieId"]: float(row["runtime_min"]) for row in rows(path) if row["runtime_min"]}


def test_without_a_terminal_the_first_question_and_a_list_with_reasons(films: str):
    result = kgrec("--data", films, "--user", "piped")  # who said nothing yet, in whatever order tests run
    assert (result.returncode, result.stderr) == (0, "")
    question, the_list = result.stdout.split("10 films for you now:\n")
    assert FIRST_QUESTION in question
    assert "  1  just me" in question
    lines = the_list.splitlines()
    listed = [number for number, line in enumerate(lines) if line[:3].strip().rstrip(".").isdecimal()]
    assert len(listed) == 10
    assert all(lines[number + 1].startswith("    ") for number in listed)


# --- the app ----------------------------------------------------------------------------------------------------------


def kept(data: str, user: str) -> list[str]:
    """Return the questions of which the profile store has an answer."""
    with ProfileStore(profile_path(data)) as store:
        return [event.subject for event in store.events(user) if event.kind is EventKind.ANSWERED]


def test_an_answer_on_the_screen_survives_kill_9(films: str):
    app = (*KGREC, "--data", films, "--user", "kill")
    with Terminal(app) as terminal:
        terminal.wait_for(FIRST_QUESTION)
        terminal.press("2")
        asked = questions(terminal.wait_for(lambda screen: len(questions(screen)) == 2))
        terminal.kill()
    assert len(kept(films, "kill")) == 1
    with Terminal(app) as terminal:
        screen = terminal.wait_for(lambda screen: len(questions(screen)) == 2)
        assert questions(screen) == asked
        assert "friends" in screen
        assert terminal.leave() == 0


def test_two_apps_of_one_user_go_on_with_one_conversation(films: str):
    app = (*KGREC, "--data", films, "--user", "twice")
    with Terminal(app) as one, Terminal(app) as other:
        for terminal in (one, other):
            terminal.wait_for(FIRST_QUESTION)
        for answered, (terminal, key) in enumerate([(one, "2"), (other, " ")], 1):  # an answer, and a question passed
            terminal.press(key)
            for each in (one, other):
                each.wait_for(lambda screen, answered=answered: len(questions(screen)) > answered)
        assert questions(one.screen) == questions(other.screen)
        assert (one.leave(), other.leave()) == (0, 0)
    asked = kept(films, "twice")
    assert "fact:audience" in asked
    assert len(asked) == len(set(asked))  # nothing was answered in both


def test_rules_saved_while_the_app_is_open_are_shown_and_then_change_its_list(films: str, tmp_path: Path):
    rules = tmp_path / "mine.yaml"
    rules.write_text("rules: []\n", encoding="utf-8")
    mild = {row["title"] for row in rows(package_file("ontology", "films.csv")) if row["certificate"] in {"G", "PG"}}
    with Terminal([*KGREC, "--data", films, "--user", "rules", "--rules", rules]) as terminal:
        before = listed(terminal.wait_for(lambda screen: len(listed(screen)) > 8))
        assert not set(before) <= mild
        rules.write_text("rules:\n  - name: mild\n    require: certificate in [G, PG]\n", encoding="utf-8")
        terminal.wait_for("enter your list")
        terminal.press("\r")
        after = listed(terminal.wait_for(lambda screen: len(listed(screen)) == 10 and set(listed(screen)) <= mild))
        rules.write_text("rules:\n  - name: mild\n    require: certificte in [G, PG]\n", encoding="utf-8")
        screen = terminal.wait_for(lambda screen: "mine.yaml:3:14" in screen and "last good rules" in screen)
        assert "certificate" in screen
        assert set(listed(screen)) <= set(after)
        assert terminal.leave() == 0


def listed(screen: str) -> list[str]:
    """Return the titles on the list, without their years."""
    ranked = [line.partition("%  ")[2] for line in screen.splitlines() if "%  " in line]
    return [line.rpartition(" (")[0] for line in ranked]


# --- titles that mean harm --------------------------------------------------------------------------------------------

ONTOLOGY = """
@prefix kgrec: <https://w3id.org/kgrec#> . @prefix e: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
e:domain a kgrec:Domain ; rdfs:label "songs" ; kgrec:itemClass e:Song ; kgrec:singular "song" ; kgrec:plural "songs" .
e:style a kgrec:Facet ; kgrec:name "style" ; kgrec:kind kgrec:Category ; kgrec:question "Which style?" .
"""
HARMFUL = {
    "colour": "\x1b[31mRed\x1b[0m",
    "title": "\x1b]0;pwned\x07Window",
    "clear": "\x1b[2J\x1b[HCleared",
    "eight": "\x9b31mBits",
    "bold": "[bold]Loud[/bold]",
    "quit": "[@click=app.quit]Quit[/]",
    "odd": "[/][unclosed",
    "back": "Backwards\u202etxt.exe",
    "bell": "Ring\x07\x08\r",
}
DRAWN = ("Red", "Window", "Cleared", "[bold]Loud[/bold]", "[@click=app.quit]Quit[/]", "[/][unclosed", "Ring")


@pytest.fixture
def harmful(tmp_path: Path) -> str:
    (tmp_path / "songs.ttl").write_text(ONTOLOGY, encoding="utf-8")
    with (tmp_path / "songs.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("id", "label", "style"))
        for number, (name, title) in enumerate(HARMFUL.items()):
            table.writerow((name, title, ("loud", "[red]quiet")[number % 2]))
    return import_csv(tmp_path / "songs.csv", tmp_path / "songs.ttl").name


def has_control_characters(text: str) -> bool:
    return any(not character.isprintable() and character != "\n" for character in text)


def test_harmful_titles_are_harmless_in_the_plain_chat(harmful: str):
    result = kgrec("--data", harmful, typed="1\nwhy 1\n")
    assert (result.returncode, result.stderr) == (0, "")
    assert not has_control_characters(result.stdout)
    assert "[bold]Loud[/bold]" in result.stdout


def test_harmful_titles_are_harmless_in_json(harmful: str):
    result = kgrec("recommend", "--data", harmful, "--json")
    labels = {item["label"] for item in json.loads(result.stdout)["items"]}
    assert len(labels) == len(HARMFUL)
    assert set(DRAWN) <= labels
    assert not any(map(has_control_characters, labels))


def test_harmful_titles_are_harmless_in_the_app(harmful: str):
    with Terminal([*KGREC, "--data", harmful]) as terminal:
        terminal.wait_for(lambda screen: all(title in screen for title in DRAWN))
        terminal.press("\x1b[Be")
        terminal.wait_for("[red]quiet")
        assert not any(harm in terminal.raw for harm in (b"\x1b[31mRed", b"pwned", b"\xc2\x9b", "\u202e".encode()))
        assert terminal.leave() == 0


def test_a_nul_byte_is_an_error_with_its_place(tmp_path: Path):
    (tmp_path / "songs.ttl").write_text(ONTOLOGY, encoding="utf-8")
    (tmp_path / "songs.csv").write_bytes(b"id,label\na,Si\0lence\n")
    result = kgrec("import", "csv", tmp_path / "songs.csv", "--ontology", tmp_path / "songs.ttl")
    assert result.returncode == 2
    assert f"{tmp_path / 'songs.csv'}:2:5: a NUL byte" in result.stderr
    assert "Traceback" not in result.stderr
