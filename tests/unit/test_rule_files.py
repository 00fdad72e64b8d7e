"""Rule files become wishes and questions; what cannot be read is refused whole."""

from pathlib import Path
from typing import get_args

import pytest

from kgrec.acts import Option, QuestionKind
from kgrec.domain import Constraint, OriginKind, Place, Preference
from kgrec.errors import RuleError, RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.datasets import open_dataset
from kgrec.resources import package_file
from kgrec.rulebook import Rule, RuleBook, Scope

SHIPPED = package_file("rules", "films.yaml")


@pytest.fixture
def rules(tmp_path: Path, tiny_world: KnowledgeGraph):
    """Return a function that loads a book from text."""

    def load(text: str | bytes) -> RuleBook:
        path = tmp_path / "rules.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return RuleBook.load(path, tiny_world)

    return load


def messages(caught: pytest.ExceptionInfo[RuleErrors]) -> list[str]:
    return [f"{e.place.line}:{e.place.column}: {e.message}" for e in caught.value.errors]


CHILDREN = """
rules:
  - name: audience
    ask: user.audience
    question: Who is watching?
    options: [just me, friends, children]
    unless: context.place == train
  - name: children are watching
    when: user.audience == children
    require: certificate in [G, PG]
    strength: 3
    because: children are watching
  - name: nothing endless
    forbid: runtime > 120
  - name: newer
    when: user.audience == friends
    unless: context.hour < 12
    prefer: year >= 1990
    weight: -0.5
"""


def test_wishes_are_in_force_when_their_conditions_hold(rules) -> None:
    book = rules(CHILDREN)
    (forbidden,) = book.constraints(Scope())
    assert forbidden.expression == "not (runtime > 120)"
    assert forbidden.label == "nothing endless"
    assert forbidden.strength == 1.0
    assert book.mask(forbidden, Scope()).tolist() == [
        False,
        False,
        True,
        True,
        True,
        True,
    ]  # clue: not known to be long

    required, _ = book.constraints(Scope({"audience": "children"}))
    assert required.expression == "certificate in [G, PG]"
    assert (required.strength, required.because) == (3.0, "children are watching")
    assert required.origin.kind is OriginKind.RULE
    assert required.origin.place == Place(str(book.paths[0]), 8, 5)
    assert book.mask(required, Scope()).tolist() == [False, False, False, False, True, True]


def test_preferences_carry_their_weight(rules) -> None:
    book = rules(CHILDREN)
    assert book.preferences(Scope()) == ()
    assert book.preferences(Scope({"audience": "friends"}, {"hour": 9.0})) == ()
    (preference,) = book.preferences(Scope({"audience": "friends"}, {"hour": 21.0}))
    assert isinstance(preference, Preference)
    assert (preference.expression, preference.weight, preference.label) == ("year >= 1990", -0.5, "newer")


def test_questions_are_asked_until_answered(rules) -> None:
    book = rules(CHILDREN)
    (question,) = book.questions(Scope())
    assert (question.id, question.kind, question.subject) == ("fact:audience", QuestionKind.FACT, "audience")
    assert question.text == "Who is watching?"
    assert question.options[2] == Option("children", "children")
    assert book.questions(Scope({"audience": "friends"})) == ()
    assert book.questions(Scope({}, {"place": "train"})) == ()


def test_options_keep_numbers_and_truth_values_apart_from_text(rules) -> None:
    book = rules("rules: [{ask: user.x, question: Q, options: [1, 2.5, true, yes, '3', no]}]")
    (question,) = book.questions(Scope())
    assert [option.value for option in question.options] == [1.0, 2.5, True, "yes", "3", "no"]
    assert [option.label for option in question.options] == ["1", "2.5", "true", "yes", "3", "no"]


def test_a_condition_on_items_becomes_part_of_the_wish(rules) -> None:
    book = rules(
        """
rules:
  - name: a
    when: genre has Comedy and user.audience == children
    unless: year < 1990
    require: certificate == G
  - name: b
    when: genre has Crime
    forbid: year < 1990
  - name: c
    when: genre has Crime or genre has Comedy
    prefer: year < 1990
"""
    )
    assert [wish.label for wish in book.constraints(Scope())] == ["b"]
    scope = Scope({"audience": "children"})
    first, second = book.constraints(scope)
    assert book.mask(first, scope).tolist() == [True, True, True, True, True, True]
    assert book.mask(second, scope).tolist() == [True, False, True, True, True, True]
    (preference,) = book.preferences(scope)
    assert book.mask(preference, scope).tolist() == [False, True, False, False, False, True]
    assert first.expression == (
        "not ((genre has Comedy and user.audience == children) and not (year < 1990)) or (certificate == G)"
    )


def test_expressions_may_be_written_as_yaml_allows(rules) -> None:
    book = rules(
        """
rules:
  - name: folded
    require: >
      year > 1990
      and genre has Comedy
  - name: "literal"
    forbid: |
      year > 1990
        or genre has 'Science Fiction'
  - {name: flow, prefer: year > 1990}
  - prefer: "director == \\"Michael Mann\\""
"""
    )
    first, second = book.constraints(Scope())
    assert book.mask(first, Scope()).tolist() == [False, False, False, False, True, False]
    assert book.mask(second, Scope()).tolist() == [False, True, False, False, False, True]
    assert book.rules[3].name == 'prefer director == "Michael Mann"'


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "rules:\n", "rules: []\n", "---\n", "\ufeffrules:\n"])
def test_a_file_without_rules_is_a_book_without_rules(rules, text: str) -> None:
    assert rules(text).rules == ()


def test_an_empty_book_still_judges_expressions(tiny_world: KnowledgeGraph) -> None:
    book = RuleBook.empty(tiny_world)
    assert book.constraints(Scope()) == book.preferences(Scope()) == book.questions(Scope()) == ()
    wish = Constraint("genre has Comedy")
    assert book.mask(wish, Scope()).tolist() == [False, False, False, False, True, True]
    assert book.expression("genre has Comedy") is book.expression("genre has Comedy")
    with pytest.raises(RuleError, match="did you mean 'genre'"):
        book.mask("gnere has Comedy", Scope())


def test_a_second_rule_of_a_name_is_read_for_mistakes_too(rules) -> None:
    text = """
rules:
  - {name: a, forbid: year > 1990}
  - {name: a, forbid: yeer > 1990}
  - {name: a, derive: "kind: odd", when: genr has Comedy}
  - {name: b, forbid: yearr > 1990}
"""
    with pytest.raises(RuleErrors) as caught:
        rules(text)
    assert [error.place.line for error in caught.value.errors] == [4, 4, 5, 5, 6]


def test_several_files_share_facts(tmp_path: Path, tiny_world: KnowledgeGraph) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("rules:\n  - {name: x, require: user.mood == sad or year > 1990}\n", encoding="utf-8")
    second.write_text("rules:\n  - {name: y, ask: user.mood, question: Q, options: [sad, glad]}\n", encoding="utf-8")
    book = RuleBook.load([first, second], tiny_world)
    assert [rule.name for rule in book.rules] == ["x", "y"]
    first.write_text("rules:\n  - {name: x, require: user.mood == sed}\n", encoding="utf-8")
    with pytest.raises(RuleErrors) as caught:
        RuleBook.load([first, second], tiny_world)
    assert str(caught.value).splitlines() == [f"{first}:2:37: 'user.mood' is never 'sed', did you mean 'sad'?"]


def test_equal_files_have_equal_fingerprints(rules) -> None:
    assert rules(CHILDREN).fingerprint == rules(CHILDREN).fingerprint
    assert rules(CHILDREN).fingerprint != rules(CHILDREN + "# more\n").fingerprint


def test_names_and_reasons_lose_their_escape_codes(rules) -> None:
    book = rules('rules: [{name: "\\e[31mred", prefer: year > 1990, because: "a\\nb"}]')
    assert (book.rules[0].name, book.rules[0].because) == ("red", "a b")


def test_a_missing_file_says_so(tmp_path: Path, tiny_world: KnowledgeGraph) -> None:
    with pytest.raises(RuleErrors) as caught:
        RuleBook.load(tmp_path / "none.yaml", tiny_world)
    assert str(caught.value) == f"{tmp_path / 'none.yaml'}:1:1: cannot be read (No such file or directory)"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"rules:\n  - name: caf\xe9\n", "2:14: this is not UTF-8 text"),
        (b"rules:\n  - name: a\x00b\n", "2:12: a control character"),
        pytest.param(b"x" * (1 << 20), "1:1: rules may have 524,288 bytes, this file has more", id="a megabyte"),
        pytest.param(
            b"rules:\n" + b"- a: b\n" * 70_000, "10001:3: more than 30,000 keys and values in all", id="70,000 rules"
        ),
        (b"[" * 1000 + b"]" * 1000, "1:21: nested more than 20 deep"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\n", "1:4: anchors and aliases are not allowed"),
        (
            b"rules: !!python/object:os.system [x]\n",
            "1:8: the tag tag:yaml.org,2002:python/object:os.system is not allowed",
        ),
        (b"rules: []\n---\nrules: []\n", "2:1: a second document"),
        (b"{[a]: b}", "1:2: a key must be a word"),
    ],
)
def test_hostile_files_are_refused(rules, content: bytes, message: str) -> None:
    with pytest.raises(RuleErrors) as caught:
        rules(content)
    assert messages(caught) == [message]


@pytest.mark.parametrize(
    ("expression", "place"),
    [
        ("      require: year > 1990 and genre has Comdey", (1, 42)),
        ("      require: 'year > 1990 and genre has \"Comdey\"'", (1, 43)),
        ('      require: "year > 1990 and genre has \\"Comdey\\""', (1, 44)),
        ("      require: year > 1990\n        and genre has Comdey", (2, 23)),
        ("      require: >-\n        year > 1990\n        and genre has Comdey", (3, 23)),
        ("      require: |\n        year > 1990\n          and genre has Comdey", (3, 25)),
    ],
)
def test_positions_are_those_of_the_file_however_yaml_writes_it(rules, expression: str, place: tuple[int, int]) -> None:
    with pytest.raises(RuleErrors) as caught:
        rules(f"rules:\n    - name: x\n{expression}\n")
    (error,) = caught.value.errors
    assert (error.place.line - 2, error.place.column) == place


def test_the_shipped_rules_show_every_kind_and_say_why() -> None:
    book = RuleBook.load(SHIPPED, open_dataset("films").graph())
    assert all(rule.because for rule in book.rules)
    assert {type(rule) for rule in book.rules} == set(get_args(Rule))
    assert book.expectations


def test_loading_rules_needs_no_heavy_package() -> None:
    import subprocess
    import sys

    heavy = ("torch", "pandas", "sklearn", "rdflib", "networkx", "pydantic", "rapidfuzz")
    program = f"import sys, kgrec.rulebook; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("entry", "message", "hint"),
    [
        (
            "    because: #1 reason",
            "3:13: 'because' is empty",
            "put a text that begins with # in quotes, or leave the key out",
        ),
        ("    limit: 2\n    per: director", "4:5: unknown key 'per'", "write: limit: 2 per director"),
        ("    per: director", "3:5: unknown key 'per'", ""),
    ],
)
def test_what_is_easily_written_wrong_is_told_how_to_write(rules, entry: str, message: str, hint: str) -> None:
    kind = "" if "limit" in entry else "    prefer: year > 1990"
    with pytest.raises(RuleErrors) as caught:
        rules(f"rules:\n  - name: x\n{entry}\n{kind}\n")
    assert messages(caught)[-1 if "limit" in entry else 0] == message
    assert hint in {error.hint for error in caught.value.errors} or not hint


def test_a_weight_may_have_an_exponent(rules) -> None:
    (rule,) = rules("rules: [{name: x, prefer: year > 1990, weight: 1.0e+5}]").rules
    assert rule.weight == 100_000.0
    with pytest.raises(RuleErrors, match="'weight' is a number other than 0, '1e400' is not"):
        rules("rules: [{name: x, prefer: year > 1990, weight: 1e400}]")
