"""The JSON Schema of tasks.toml, held against a real validator: it takes the good and refuses the bad."""

import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from planner.diagnostics.codes import CODES
from planner.diagnostics.explanations import EXPLANATIONS
from planner.json_schema import is_ours, plan_schema, schema_bytes
from planner.schema import AgentTable, MetaTable, PlanFile, TaskTable
from planner.starter import STARTER

_SCHEMA = plan_schema()
_VALIDATOR = Draft7Validator(_SCHEMA)
_PIPELINES = sorted(Path(__file__).parents[2].glob("pipelines/*/tasks.toml"))
_SEEN = ("TT002", "TT003", "TT004", "TT006", "TT010", "TT011", "TT013", "TT016", "TT019")
"""What can be wrong with one value or one table; the rest is about the whole file."""


def _takes(text: str) -> bool:
    return _VALIDATOR.is_valid(tomllib.loads(text))


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(_SCHEMA)
    assert _SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_toml_has_no_null() -> None:
    assert b"null" not in schema_bytes()


def test_every_key_of_the_models_is_there_with_words() -> None:
    tables = _SCHEMA["definitions"]
    for model, table in (
        (PlanFile, _SCHEMA),
        (MetaTable, tables["MetaTable"]),
        (AgentTable, tables["AgentTable"]),
        (TaskTable, tables["TaskTable"]),
    ):
        assert list(table["properties"]) == list(model.model_fields)
        assert all(value["description"] for value in table["properties"].values())
        assert table["additionalProperties"] is False
        assert table["title"]


@pytest.mark.parametrize("path", _PIPELINES, ids=lambda path: path.parent.name)
def test_the_pipelines_are_taken(path: Path) -> None:
    assert _takes(path.read_text())


def test_the_first_plan_is_taken() -> None:
    assert _takes(STARTER)


@pytest.mark.parametrize("code", CODES)
def test_the_good_examples_are_taken(code: str) -> None:
    assert _takes(EXPLANATIONS[code].good)


@pytest.mark.parametrize("code", _SEEN)
def test_the_bad_examples_are_refused(code: str) -> None:
    assert not _takes(EXPLANATIONS[code].bad)


@pytest.mark.parametrize("code", [code for code in CODES if code not in (*_SEEN, "TT001")])
def test_what_only_the_whole_file_shows_is_taken(code: str) -> None:
    assert _takes(EXPLANATIONS[code].bad)


@pytest.mark.parametrize(
    "line",
    [
        "x = 1",
        "agent = 5",
        "tags = [1]",
        'needs = ["a b"]',
        'needs = ["b", "b"]',
        'status = "Pending"',
        'priority = "most"',
        'when = "never"',
        "retries = -1",
        'retries = "2"',
        'approval = "yes"',
        'timeout = "5 min"',
        'retry_delay = "1"',
        'estimate = ""',
        'accept = " "',
        'agent = "a"\nrole = "b"',
        'was = "-x"',
        "[meta]\nmax_parallel = 0",
        '[meta]\non_failure = "halt"',
        "[agents]\na = 1",
        "[agents.a]\nreplicas = 0",
        '[agents.a]\nidle_timeout = "5 min"',
        "[pools]\ngpu = 0",
        '[pools]\ngpu = "1"',
    ],
)
def test_wrong_values_are_refused(line: str) -> None:
    task = '[[tasks]]\nid = "a"\ndescription = "d"\n'
    assert _takes(task)
    assert not _takes(f"{task}{line}\n")


@pytest.mark.parametrize("text", ["tasks = 1", "[tasks]", '[[tasks]]\nid = "a"', '[[tasks]]\nrun = "x"', "[zzz]"])
def test_wrong_tables_are_refused(text: str) -> None:
    assert not _takes(text)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"title": "tasks.toml"}', b"\xff", b"5"])
def test_a_foreign_file_is_not_ours(data: bytes) -> None:
    assert not is_ours(data)
    assert is_ours(schema_bytes())
