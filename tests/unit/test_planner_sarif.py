"""Findings as SARIF 2.1.0."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from planner.diagnostics.codes import CODES
from planner.diagnostics.explanations import EXPLANATIONS
from planner.diagnostics.sarif import Replacement, sarif
from planner.edit.fix import offers
from planner.read import read_plan

_SHAPE = Draft7Validator(json.loads((Path(__file__).parents[1] / "sarif.schema.json").read_text()))


def _log(text: str, name: str = "tasks.toml") -> dict[str, Any]:
    reading = read_plan(text.encode(), name)
    fixes = {
        found: [Replacement(reading.source.span(one.start, one.end), one.text.decode()) for one in splices]
        for found, splices in offers(reading).items()
    }
    log: dict[str, Any] = json.loads(json.dumps(sarif(reading.findings, version="1.2.3", fixes=fixes)))
    _SHAPE.validate(log)
    return log


def _results(text: str, name: str = "tasks.toml") -> list[dict[str, Any]]:
    (run,) = _log(text, name)["runs"]
    results: list[dict[str, Any]] = run["results"]
    return results


def test_the_head_and_the_rules() -> None:
    log = _log("")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (log["version"], run["columnKind"], run["results"]) == ("2.1.0", "unicodeCodePoints", [])
    assert (driver["name"], driver["version"]) == ("tinytown", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == list(CODES)
    assert driver["rules"][6] == {
        "id": "TT007",
        "name": "UnknownPrerequisite",
        "shortDescription": {"text": "unknown parent or need"},
        "fullDescription": {"text": EXPLANATIONS["TT007"].what},
        "help": {
            "text": EXPLANATIONS["TT007"].why,
            "markdown": (
                f"{EXPLANATIONS['TT007'].why}\n\nWrong:\n\n```toml\n{EXPLANATIONS['TT007'].bad}```\n\n"
                f"Right:\n\n```toml\n{EXPLANATIONS['TT007'].good}```"
            ),
        },
        "defaultConfiguration": {"level": "error"},
    }


@pytest.mark.parametrize("code", CODES)
def test_each_code_as_a_result_of_its_rule(code: str) -> None:
    (result,) = _results(EXPLANATIONS[code].bad)
    assert result["ruleId"] == list(CODES)[result["ruleIndex"]] == code
    assert result["level"] == CODES[code].severity


def test_a_result_with_places_in_characters_and_a_fix() -> None:
    text = (
        'tasks = [{ id = "ö", run = "x" },\n'
        '{ id = "b", run = "日本語", needs = ["a", "a"] }, { id = "a", run = "x" }]\n'
    )
    bad_id, again = _results(text)
    assert bad_id["locations"][0]["physicalLocation"]["region"]["endColumn"] == 20
    artifact = {"uri": "tasks.toml", "uriBaseId": "%SRCROOT%"}
    assert again == {
        "ruleId": "TT016",
        "ruleIndex": list(CODES).index("TT016"),
        "level": "error",
        "message": {"text": 'task "b" needs "a" twice\ntake one out'},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": {"startLine": 2, "startColumn": 40, "endLine": 2, "endColumn": 43},
                }
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": {"startLine": 2, "startColumn": 35},
                },
                "message": {"text": "it is here already"},
            }
        ],
        "fixes": [
            {
                "description": {"text": "takes the second one out of the list"},
                "artifactChanges": [
                    {
                        "artifactLocation": artifact,
                        "replacements": [
                            {
                                "deletedRegion": {
                                    "startLine": 2,
                                    "startColumn": 38,
                                    "endLine": 2,
                                    "endColumn": 43,
                                },
                                "insertedContent": {"text": ""},
                            }
                        ],
                    }
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("name", "artifact"),
    [
        ("a b/ö#1.toml", {"uri": "a%20b/%C3%B6%231.toml", "uriBaseId": "%SRCROOT%"}),
        ("c:d.toml", {"uri": "c%3Ad.toml", "uriBaseId": "%SRCROOT%"}),
        ("<stdin>", {"uri": "%3Cstdin%3E", "uriBaseId": "%SRCROOT%"}),
        ("\udcff.toml", {"uri": "%FF.toml", "uriBaseId": "%SRCROOT%"}),
        ("/home/x.toml", {"uri": "file:///home/x.toml"}),
    ],
)
def test_names_of_files_are_uris(name: str, artifact: dict[str, str]) -> None:
    (result,) = _results("x = 1\n", name)
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == artifact
