"""The JSON schema for editors agrees with what the reader takes and refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from kgrec.graph import KnowledgeGraph
from kgrec.ingest.datasets import open_dataset
from kgrec.resources import package_file
from kgrec.rulebook.json_schema import json_schema
from kgrec.rulebook.schema import CLAIMS, COMMON, GIVEN, KINDS, OWN, SECTIONS, TEST, TUNED

WRONG = Path(__file__).parent.parent / "golden" / "wrong_rules"

ALL_KINDS = (Path(__file__).parent / "test_rule_kinds.py").read_text(encoding="utf-8").split('"""')[3]


@pytest.fixture
def schema(tiny_world: KnowledgeGraph) -> dict[str, Any]:
    return json_schema(tiny_world)


def mistakes(schema: dict[str, Any], text: str) -> list[str]:
    data = json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))
    return [error.message for error in Draft202012Validator(schema).iter_errors(data)]


def test_it_is_a_schema(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)


def test_it_takes_every_kind_of_rule(schema: dict[str, Any]) -> None:
    assert mistakes(schema, ALL_KINDS) == []
    assert (
        mistakes(schema, "include: a.yaml\nlet:\nrules:\n  - {name: x, off: true}\n  - {require: a, off: true}") == []
    )
    assert mistakes(schema, "") == []


def test_it_takes_the_shipped_rules() -> None:
    schema = json_schema(open_dataset("films").graph())
    assert mistakes(schema, package_file("rules", "films.yaml").read_text(encoding="utf-8")) == []


MISSHAPEN = (
    *("unknown_keys", "wrong_kinds", "wrong_numbers", "wrong_questions", "limits", "tunes", "empty_values"),
    *("expect_claims", "expect_shape", "expect_top", "let_names", "let_shape", "include_shapes", "off_alone"),
    *("not_a_list", "not_a_mapping"),
)


@pytest.mark.parametrize("name", MISSHAPEN)
def test_it_refuses_what_has_the_wrong_shape(schema: dict[str, Any], name: str) -> None:
    assert mistakes(schema, (WRONG / f"{name}.yaml").read_text(encoding="utf-8"))


def test_every_key_is_described(schema: dict[str, Any]) -> None:
    rule = schema["properties"]["rules"]["items"]["properties"]
    test = schema["properties"]["expect"]["items"]["properties"]
    own = {key for keys in OWN.values() for key in keys}
    for properties, keys in (
        (schema["properties"], set(SECTIONS)),
        (rule, {*map(str, KINDS), *COMMON, *own}),
        (rule["tune"]["properties"], set(TUNED)),
        (test, {*map(str, CLAIMS), *TEST}),
    ):
        assert set(properties) == keys
        assert all(properties[key]["description"] for key in keys)
    assert set(GIVEN) <= set(test["given"]["properties"])


def test_it_knows_the_facets(schema: dict[str, Any]) -> None:
    assert "certificate" in schema["$defs"]["expression"]["description"]
    assert mistakes(schema, "rules: [{limit: 2 per genre}]") == []
    assert mistakes(schema, "rules: [{limit: 2 per year}]")
    assert mistakes(schema, "expect: [{given: {context.weekday: Someday}, never: x}]")
