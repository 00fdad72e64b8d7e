"""The text of a rule file changed where a person would change it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgrec.errors import DataError
from kgrec.resources import package_file
from kgrec.rulebook.document import read_document
from kgrec.rulebook.editing import rule_text, switch_off, with_rule
from kgrec.rulebook.entries import read_sheet
from kgrec.text import clean

SHIPPED = package_file("rules", "films.yaml").read_text(encoding="utf-8")

RULE = "- name: new\n  prefer: year > 1990\n  weight: 0.2"
FILES = {
    "nothing": "",
    "a comment": "# mine\n",
    "an empty list": "rules: [] # none so far\n",
    "an empty section": "rules:\n",
    "only comments": "rules:\n\n  # - name: x\n  #   forbid: year < 1950\n",
    "one rule": "rules:\n  - name: old\n    forbid: year < 1950\n",
    "dashes at the margin": "rules:\n- name: old\n  forbid: year < 1950\n",
    "tests below": "rules:\n  - name: old\n    forbid: year < 1950\n\n# tests\nexpect:\n  - never: year < 1950\n",
    "rules last": "let:\n  long: 150\nrules:\n    - name: old\n      forbid: >-\n        year < 1950\n\n",
    "no rules": "let:\n  long: 150\n",
    "no line end": "rules:\n  - name: old\n    forbid: year < 1950",
}


def names(text: str) -> list[str]:
    errors: list[Exception] = []
    sheet = read_sheet(read_document(text.encode(), Path("mine.yaml"), errors), errors)
    assert not errors
    return [entry.name for entry in sheet.rules]


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_a_rule_is_added_after_the_others_and_nothing_else_changes(text: str):
    after, line = with_rule(text, RULE)
    assert names(after) == [*names(text), "new"]
    assert after.splitlines()[line - 1].strip() == "- name: new"
    kept = [line for line in text.replace(" []", "").splitlines() if line.strip()]
    assert [line for line in after.splitlines() if line in kept] == kept
    assert rule_text(after, line) == RULE


def test_a_list_in_brackets_is_left_alone():
    with pytest.raises(DataError, match="a list in brackets"):
        with_rule("rules: [{name: a, forbid: year < 1950}]\n", RULE)


def test_every_shipped_rule_is_found_by_its_line():
    errors: list[Exception] = []
    sheet = read_sheet(read_document(SHIPPED.encode(), Path("films.yaml"), errors), errors)
    for entry in sheet.rules:
        found = rule_text(SHIPPED, entry.place.line)
        assert found.startswith(f"- name: {entry.name}\n")
        assert names(with_rule("", found)[0]) == [entry.name]


def test_where_no_rule_begins_there_is_none():
    assert rule_text("rules:\n  - name: a\n", 1) == ""
    assert rule_text("", 1) == ""
    assert rule_text("rules: []\n", 99) == ""


@given(st.text(min_size=1).filter(lambda name: name == clean(name)))
def test_any_rule_can_be_switched_off_by_its_name(name: str):
    assert names(with_rule("", switch_off(name))[0]) == [name]
