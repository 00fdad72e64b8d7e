"""Nothing about films is written in Python, but for the readers of film files and the name of what ships.

What a film is, the ontology says; restaurants and hotels (test_restaurants.py, test_hotels.py) show that another one
will do. Docstrings may take their examples from films, help texts too.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
READERS = {
    "kgrec/ingest/film_facts.py",
    "kgrec/ingest/film_titles.py",
    "kgrec/ingest/mindreader.py",
    "kgrec/ingest/movielens.py",
}
WORDS = re.compile(
    r"(?<![a-z])(films?|movies?|cinemas?|directors?|directed|actors?|actress|genres?|runtimes?|certificates?|sequels?"
    r"|remakes?|oscars?|tmdb|imdb|movielens|comedy|comedies|horror)(?![a-z])",
    re.IGNORECASE,
)
SHIPPED = re.compile(r"films|films\.(ttl|csv|yaml)|(import )?movielens|Make a data set of MovieLens, .*")
"""The name of the data set that ships, its files, and the command that imports another."""

EXAMPLES = re.compile(
    r"as in: .*|.* as in: .*| per director, or say .*|Answer by number.*|Titles, people, .*", re.DOTALL
)
"""Texts that show how something is written by the example of films, whatever the data are about."""


def sources() -> list[Path]:
    files = sorted((*ROOT.glob("kgrec/**/*.py"), *ROOT.glob("tui/**/*.py")))
    return [path for path in files if path.relative_to(ROOT).as_posix() not in READERS]


def is_help(node: ast.AST) -> bool:
    """Whether a node is a call that makes the text of a command's help."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) in {"examples", "typer.Option", "typer.Argument"}


def code_words(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the names and texts in some code with their lines; docstrings and help left out."""
    if is_help(node) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return
    line = getattr(node, "lineno", 0)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield line, node.value
    for field in ("id", "attr", "arg", "name"):
        if isinstance(name := getattr(node, field, None), str):
            yield line, name.replace("runtime_checkable", "").replace("_", " ")  # a word of typing
    for child in ast.iter_child_nodes(node):
        yield from code_words(child)


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_code_does_not_know_films(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [(line, text) for line, text in code_words(tree) if WORDS.search(text)]
    assert [(line, text) for line, text in found if not SHIPPED.fullmatch(text) and not EXAMPLES.fullmatch(text)] == []


def test_film_words_would_be_found():
    code = 'def f(movie_title):\n    """A film."""\n    return get("runtime", films.genre)'
    assert [text for _, text in code_words(ast.parse(code)) if WORDS.search(text)] == [
        "movie title",
        "runtime",
        "genre",
        "films",
    ]
