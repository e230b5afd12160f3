"""`tt plan --schema` and `--init`: the schema of tasks.toml, printed and laid beside the first plan."""

import json

from jsonschema import Draft7Validator

from tests.cli.shell import Answer, Shell


def test_the_schema_is_printed(bare: Shell) -> None:
    schema = json.loads(bare.told("plan", "--schema"))
    Draft7Validator.check_schema(schema)
    assert schema["title"] == "tasks.toml"
    assert list(bare.folder.iterdir()) == []


def test_init_lays_the_schema_beside_the_plan(bare: Shell) -> None:
    assert bare.told("plan", "--init") == (
        "Wrote tasks.toml and tasks.schema.json for editors. Next: tt plan, tt sync push, tt conductor --spawn\n"
    )
    assert (bare.folder / "tasks.toml").read_text().startswith("#:schema ./tasks.schema.json\n# What is to be done")
    assert (bare.folder / "tasks.schema.json").read_text() == bare.told("plan", "--schema")
    assert bare.told("plan", "check", "--strict") == "tasks.toml: no findings\n"


def test_init_overwrites_no_plan(bare: Shell) -> None:
    (bare.folder / "tasks.toml").write_text("# mine\n")
    assert bare.refused("plan", "--init") == "tasks.toml exists already. Edit it, or move it away first."
    assert [path.name for path in bare.folder.iterdir()] == ["tasks.toml"]
    assert (bare.folder / "tasks.toml").read_text() == "# mine\n"


def test_init_keeps_our_schema_and_renews_an_older_one(bare: Shell) -> None:
    schema = bare.folder / "tasks.schema.json"
    fresh = bare.told("plan", "--schema")
    schema.write_text(fresh)
    kept = schema.stat().st_mtime_ns
    said = "Next: tt plan, tt sync push, tt conductor --spawn\n"
    assert bare.told("plan", "--init", "--file", "a.toml") == f"Wrote a.toml. {said}"
    assert schema.stat().st_mtime_ns == kept
    schema.write_text(json.dumps({**json.loads(fresh), "title": "older"}))
    assert bare.told("plan", "--init", "--file", "b.toml") == (
        f"Wrote b.toml and tasks.schema.json for editors. {said}"
    )
    assert schema.read_text() == fresh


def test_init_leaves_a_foreign_schema_alone(bare: Shell) -> None:
    schema = bare.folder / "tasks.schema.json"
    schema.write_text('{"title": "tasks of another program"}')
    assert bare("plan", "--init") == Answer(
        0,
        "Wrote tasks.toml. Next: tt plan, tt sync push, tt conductor --spawn\n",
        "tt: tasks.schema.json is not one that tt wrote: it stays, and the plan does not refer to it.\n",
    )
    assert schema.read_text() == '{"title": "tasks of another program"}'
    assert "#:schema" not in (bare.folder / "tasks.toml").read_text()
