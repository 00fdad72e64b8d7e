"""The architecture as a test: what each layer may have imported, seen from a process that imports nothing else.

Start-up time is made of imports. A test of time would fail on a busy machine and pass on a fast one; what is in
sys.modules is the same everywhere.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from kgrec.graph import KnowledgeGraph
from kgrec.graph.views import write
from kgrec.ingest.rdf import import_rdf

MODELS = frozenset({"torch", "sentence_transformers", "transformers", "sklearn"})
TABLES = frozenset({"pandas"})
RDF = frozenset({"rdflib", "pyoxigraph", "oxrdflib", "pyshacl", "networkx"})
TESTING = frozenset({"unittest", "charset_normalizer"})
"""What scipy brings along from parts of numpy that nothing here uses, see kgrec.cli.unread."""
ARRAYS = frozenset({"numpy", "scipy"})
SCREENS = frozenset({"textual", "rich"})
COMMANDS = frozenset({"typer"})
EVERYTHING = MODELS | TABLES | RDF | ARRAYS | SCREENS | COMMANDS | TESTING

ENGINE = MODELS | TABLES | RDF | SCREENS | COMMANDS
LAYERS: Mapping[str, frozenset[str]] = {
    "kgrec": EVERYTHING,
    "kgrec.domain": EVERYTHING,
    "kgrec.acts": EVERYTHING,
    "kgrec.errors": EVERYTHING,
    "kgrec.resources": EVERYTHING,
    "kgrec.text": EVERYTHING,
    "kgrec.graph": ENGINE,
    "kgrec.graph.snapshot": ENGINE,
    "kgrec.graph.lookup": ENGINE,
    "kgrec.ingest.datasets": ENGINE,
    "kgrec.rulebook": ENGINE,
    "kgrec.reasoning.belief": ENGINE,
    "kgrec.reasoning.conflicts": ENGINE | {"scipy"},
    "kgrec.reasoning.questions": ENGINE,
    "kgrec.scorers": ENGINE,
    "kgrec.learning.learn": ENGINE,
    "kgrec.recommender": ENGINE,
    "kgrec.pipeline": ENGINE,
    "kgrec.audit.whynot": ENGINE,
    "kgrec.dialogue": ENGINE,
    "kgrec.profiles": EVERYTHING,
    "kgrec.evaluate": EVERYTHING,
    "kgrec.cli": EVERYTHING,
    "kgrec.cli.commands": EVERYTHING - COMMANDS,
    "kgrec.tui": EVERYTHING - SCREENS,
}

REPORT = "import json, sys; print('\\n' + json.dumps(sorted(name for name in sys.modules if '.' not in name)))"


def modules_after(code: str, **environment: str) -> set[str]:
    """Return the top-level modules that a new process has imported after running some code."""
    result = subprocess.run(
        [sys.executable, "-c", f"{code}\n{REPORT}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout.splitlines()[-1]))


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_nothing_it_does_not_need(layer: str):
    assert modules_after(f"import {layer}") & LAYERS[layer] == set()


def test_the_search_for_conflicts_can_be_used_without_the_rest_of_kgrec():
    code = (
        "import kgrec.reasoning.conflicts, sys\nprint(sorted(name for name in sys.modules if name.startswith('kgrec')))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "['kgrec', 'kgrec.reasoning', 'kgrec.reasoning.conflicts']"


def test_the_parts_of_numpy_that_nothing_uses_are_there_for_whoever_does():
    code = """
from kgrec.cli.unread import leave_unread
leave_unread()
import sys, kgrec.recommender
assert "unittest" not in sys.modules
import numpy as np
from numpy.testing import assert_allclose
assert_allclose(np.polynomial.Polynomial([1, 2])(2.0), 5.0)
assert np.f2py.__version__ and "unittest" in sys.modules
"""
    assert "unittest" in modules_after(code)


def test_every_layer_is_looked_at():
    packages = {path.parent.name for path in Path(__file__).parent.parent.glob("kgrec/*/__init__.py")}
    looked_at = {name.split(".")[1] for name in LAYERS if "." in name}
    assert packages <= looked_at


# --- the first question -----------------------------------------------------------------------------------------------

PLAIN = """
from kgrec.cli.unread import leave_unread
leave_unread()
from kgrec.cli.chat import Talk, chat
chat(Talk("tiny", "you"))
"""

APP = """
from kgrec.cli.unread import leave_unread
leave_unread()
from kgrec.cli.chat import Talk
from kgrec.tui import KgrecApp
app = KgrecApp(Talk("tiny", "you").open, on_ready=lambda: app.exit())
app.run(headless=True)
assert not app.return_code
"""


@pytest.fixture
def tiny(tiny_world: KnowledgeGraph, tmp_path: Path) -> str:
    """Import tiny_world, with its descriptions, as a data set."""
    write(tiny_world, tmp_path / "tiny.ttl", "turtle")
    return import_rdf(tmp_path / "tiny.ttl").name


@pytest.mark.usefixtures("tiny")
def test_the_first_question_needs_no_model_and_no_tables():
    from kgrec.cli.chat import Talk
    from kgrec.cli.opening import choose, open_recommender

    talk = Talk("tiny", "you")
    recommender, _ = open_recommender(choose(talk.data))  # builds the snapshot and encodes the descriptions, once
    assert recommender.vectors_ is not None
    unneeded = MODELS | TABLES | RDF | TESTING
    assert modules_after(PLAIN) & (unneeded | SCREENS) == set()
    in_app = modules_after(APP)
    assert "textual" in in_app
    assert in_app & unneeded == set()
