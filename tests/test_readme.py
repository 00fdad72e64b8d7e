"""The README is true: its examples are run, its links and names lead somewhere, its counts are those of the files.

A fenced block may carry a file's name (``yaml evening.yaml``): the examples find that file in the folder they run in.
In a console block the lines after "$ " are run and the rest is what they must write; "..." stands for anything,
within a line or, alone on it, for any lines. Of a chat, the lines after "> " are typed. It is a Saturday evening, so
that no rule about weeknights meddles.
"""

import csv
import dataclasses
import doctest
import importlib
import re
import shlex
import shutil
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import kgrec.acts
import kgrec.domain
from kgrec.cli.commands import app
from kgrec.dialogue.journal import RESUMED_WITHIN_S
from kgrec.ingest.datasets import load
from kgrec.rulebook import RuleBook, clock_context
from kgrec.rulebook.rules import RuleKind
from kgrec.tui.actions import ACTIONS, ALSO, APP_ACTIONS

ROOT: Final = Path(__file__).parent.parent
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
SATURDAY_EVENING: Final = clock_context(time.mktime((2025, 12, 13, 19, 0, 0, 0, 0, -1)))
MOVIES: Final = "movieId,title,genres\n1,Heat (1995),Crime|Drama\n2,Babe (1995),Comedy\n"
RATINGS: Final = "userId,movieId,rating,timestamp\n7,1,5.0,1000\n7,2,3.5,1100\n8,1,4.0,1200\n"


class Block(NamedTuple):
    """A fenced block: its language, the file's name it carries, its text and the line it begins on."""

    language: str
    name: str
    text: str
    line: int


BLOCKS: Final = tuple(
    Block(found[1], found[2], found[3], README[: found.start()].count("\n") + 2)
    for found in re.finditer(r"^```(\w*) ?(\S*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
)
CONSOLE: Final = tuple(block for block in BLOCKS if block.language == "console")
PYTHON: Final = tuple(block for block in BLOCKS if block.language == "python")


def section(title: str) -> str:
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.fixture(scope="module")
def warm_cache(films_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache for all examples, as after the first start."""
    return Path(shutil.copytree(films_home / "cache", tmp_path_factory.mktemp("readme") / "cache"))


@pytest.fixture
def desk(home: Path, warm_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder with the files of the README and a small MovieLens, as a user of whom nothing is known."""
    home.mkdir()
    (home / "cache").symlink_to(warm_cache)
    folder = tmp_path / "desk"
    (folder / "ml-latest-small").mkdir(parents=True)
    files = {block.name: block.text for block in BLOCKS if block.name}
    files |= {"ml-latest-small/movies.csv": MOVIES, "ml-latest-small/ratings.csv": RATINGS}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")
    importlib.import_module("kgrec.audit.diff_people")  # made-up people keep moments of their own
    for module in ("kgrec.rulebook", "kgrec.dialogue.journal"):
        monkeypatch.setattr(f"{module}.clock_context", lambda now: SATURDAY_EVENING)
    return folder


# --- the examples -----------------------------------------------------------------------------------------------------


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """Yield each command of a console block with what it must write."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield command, expected


def run(command: str, expected: str) -> tuple[str, int]:
    words = shlex.split(command)
    assert words[0] == "kgrec", command
    typed = [line.removeprefix("> ") + "\n" for line in expected.splitlines() if line.startswith("> ")]
    result = CliRunner().invoke(app, words[1:], input="".join(typed), prog_name="kgrec")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output, result.exit_code


def like(expected: str) -> str:
    """Return the pattern that an expected output stands for."""
    lines = []
    for line in expected.rstrip().splitlines():
        whole = re.escape(line.rstrip()).replace(re.escape("..."), ".*?")
        lines.append(r"(?:.*\n)*?" if line.strip() == "..." else whole + r"\n")
    return "".join(lines)


@pytest.mark.parametrize("block", CONSOLE, ids=lambda block: f"line {block.line}")
def test_the_commands_write_what_is_shown(block: Block, desk: Path):
    code = 0
    for command, expected in commands(block):
        if command == "echo $?":
            output = f"{code}\n"
        else:
            output, code = run(command, expected)
        found = "".join(f"{line.rstrip()}\n" for line in output.rstrip().splitlines())
        if not re.fullmatch(like(expected), found):
            pytest.fail(f"$ {command}\n{found}", pytrace=False)


def test_the_python_examples_do_what_is_shown(desk: Path):
    names: dict[str, Any] = {}
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    for block in PYTHON:
        example = doctest.DocTestParser().get_doctest(block.text, names, "README", "README.md", block.line - 1)
        report: list[str] = []
        runner = doctest.DocTestRunner(optionflags=flags, verbose=False)
        runner.run(example, out=report.append, clear_globs=False)
        names = example.globs
        assert example.examples
        assert not report, "".join(report)


def test_there_are_examples_of_each_way_in():
    assert len(CONSOLE) >= 5
    assert len(PYTHON) >= 3
    assert {"evening.yaml", "sunday.yaml", "typo.yaml", "books.csv", "books.ttl"} <= {block.name for block in BLOCKS}


# --- names that lead somewhere ----------------------------------------------------------------------------------------


def test_links_lead_to_files():
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert len(links) >= 10
    assert not [link for link in links if not (ROOT / link).exists()]


def test_paths_in_the_text_exist():
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL))
    paths = [code for code in inline if re.fullmatch(r"\.?[\w/.-]+/[\w.-]*", code) and not code.startswith(".venv/")]
    assert len(paths) >= 10
    assert not [path for path in paths if not (ROOT / path).exists()]


def test_what_make_is_asked_for_it_can_do():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"run", "test", "check", "bench", "pictures"} <= set(re.findall(r"(?:^|`)make (\w+)", README, re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make (\w+)", README, re.MULTILINE)) <= targets
    assert 'TORCH_ARGS="' in README


def test_every_command_is_told_and_nothing_else():
    told = {cell.strip("`").split()[1] for cell, *_ in rows(section("On the command line"))[1:]}
    assert told == set(get_command(app).commands)  # type: ignore[attr-defined]


def test_the_keys_are_those_of_the_app():
    known = {
        key
        for action in (*ACTIONS, *APP_ACTIONS)
        for key in (*action.all_keys.split(), action.shown_as, action.key_display)
    }
    known |= {key for _, keys, _ in ALSO for key in keys.split()}
    told = [key for cells in rows(section("1. Answer questions"))[1:] for key in re.findall(r"`([^`]+)`", cells[0])]
    assert len(told) >= 15
    assert set(told) <= known


def resolve(path: str) -> object:
    """Return what a dotted path below kgrec names: a module, something in it, or a field of a class in it."""
    found: Any = kgrec
    for name in path.split("."):
        if dataclasses.is_dataclass(found) and name in {field.name for field in dataclasses.fields(found)}:
            return name
        if not hasattr(found, name):
            importlib.import_module(f"{found.__name__}.{name}")
        found = getattr(found, name)
    return found


def test_the_glossary_speaks_of_what_there_is():
    glossary = {word: code.strip("`") for word, _, code in rows(section("Glossary"))[1:]}
    assert len(glossary) >= 20
    assert all(resolve(code) is not None for code in glossary.values())
    words = (Path(module.__file__).read_text(encoding="utf-8") for module in (kgrec.domain, kgrec.acts))
    vocabulary = "".join(words).lower()
    elsewhere = {word for word, code in glossary.items() if not code.startswith(("domain.", "acts."))}
    ours = {"interaction", "blend", "shelf", "circumstance", "outlook", "tie", "version"}
    assert elsewhere == {"entity", "item", "rule", "candidate", "scorer", "session", *ours}
    assert not [word for word in glossary.keys() - ours if word not in vocabulary]


def test_the_layers_are_told_in_their_order():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    order = {name: -rank for rank, layer in enumerate(layers) for name in re.split(r"\W*[|:]\W*", layer)}
    told = [
        path.removesuffix(".py").rstrip("/").replace("/", ".")
        for cells in rows(section("How it decides"))[1:]
        for path in re.findall(r"`([^`]+)`", cells[0])
    ]
    assert set(told) == set(order)
    assert sorted(told, key=order.__getitem__) == told
    assert "pydantic" not in " ".join(project["project"]["dependencies"])


def test_the_kinds_of_rules_are_those_there_are():
    kinds = [cells[0].strip("`").partition(":")[0] for cells in rows(section("2. Editing rules"))[1:]]
    assert kinds[: len(RuleKind)] == [str(kind) for kind in RuleKind]


def test_every_expression_shown_means_something(desk: Path):
    lines = rows(section("2. Editing rules"))
    written = [cells[0] for cells in lines[[cells[0] for cells in lines].index("write") + 1 :]]
    expressions = [code for cell in written for code in re.findall(r"`([^`]+)`", cell)]
    assert len(expressions) >= 20
    rules = RuleBook.load("sunday.yaml", load("films"))
    for expression in expressions:
        assert rules.expression(expression).text == expression


def test_a_conversation_goes_on_as_long_as_is_said():
    assert RESUMED_WITHIN_S == 6 * 3600
    assert "less than six hours" in README


# --- counts -----------------------------------------------------------------------------------------------------------


def table(path: str) -> list[dict[str, str]]:
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_films_are_as_many_as_is_said():
    assert {
        int(count) for count in re.findall(r"(\d+) films ship|encodes (\d+)", README) for count in count if count
    } == {len(table("ontology/films.csv"))}


def test_each_disagreement_about_films_is_listed():
    agreement = {fact: re.fullmatch(r"(\d+) of (\d+)", counts) for fact, counts in rows(section("The films"))[1:]}
    differing = [int(counts[2]) - int(counts[1]) for counts in agreement.values() if counts]
    listed = Counter(row["fact"] for row in table("tests/golden/catalogue_exceptions.csv"))
    assert differing == [listed[fact] for fact in ("title", "director", "cast", "runtime")]
    assert all(row["why"] for row in table("tests/golden/catalogue_exceptions.csv"))


def test_the_wishes_in_free_words_are_as_many_as_is_said():
    queries = len(table("tests/golden/text_queries.csv"))
    assert f"{queries} of {queries} find" in README
