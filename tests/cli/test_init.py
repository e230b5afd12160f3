"""`tt init`: a town is made whole, or not at all, and only once."""

from pathlib import Path

import pytest

from tests.cli.shell import Shell


def test_makes_a_town_named_after_its_folder(bare: Shell) -> None:
    (bare.folder / ".gitignore").write_text("*.log")
    assert bare.told("init") == (
        f'Town "my-project" is made in {bare.folder}\n'
        "  tinytown.toml  what it is called, and what its agents run\n"
        "  .tt/           its Redis and its logs; .gitignore leaves it out\n"
        "Next: tt spawn worker-1, then tt assign worker-1 'what is to be done'\n"
    )
    assert (bare.folder / ".gitignore").read_text() == "*.log\n.tt/\n"
    assert (bare.folder / "tinytown.toml").read_text().startswith('name = "my-project"\n# default_cli = "claude"')
    assert bare.document("status")["town"] == "my-project"


def test_a_folder_whose_name_no_town_may_have(bare: Shell) -> None:
    odd = bare.folder / ".a:b*[c]"
    odd.mkdir()
    shell = bare.within(odd)
    try:
        assert 'Town "a-b-c" is made' in shell.told("init")
    finally:
        shell.close()


def test_makes_the_folder_that_town_names(bare: Shell) -> None:
    bare.told("init", "--town", "new/one", "--name", "other")
    shell = bare.within("new/one")
    assert shell.document("status")["town"] == "other"
    shell.close()


def test_makes_the_folder_that_is_named_and_is_understood_beside_it(bare: Shell) -> None:
    assert f'Town "one" is made in {bare.folder}/one\n' in bare.told("init", "one", "--cli", "echo")
    assert bare.document("status")["root"] == f"{bare.folder}/one"
    shell = bare.within("one")
    assert shell.document("status")["town"] == "one"
    (bare.folder / "tasks.toml").write_text("")
    assert bare.document("plan")["tasks"] == [], "the plan here is meant"
    assert bare.refused("status").startswith(f"{bare.folder} is not in a town")
    (bare.folder / "tasks.toml").unlink()
    bare.told("init", "two")
    assert bare.refused("status").startswith(f"{bare.folder} is not in a town (no tinytown.toml here or above)")
    shell.close()
    bare.within("two").close()


def test_a_folder_and_a_town_are_one_too_many(bare: Shell) -> None:
    assert bare.refused("init", "one", "--town", "two", status=2) == (
        "FOLDER is one, --town is two. Say one of them."
    )
    assert list(bare.folder.iterdir()) == []


def test_a_second_time_is_refused(tt: Shell) -> None:
    before = (tt.folder / "tinytown.toml").read_text()
    assert tt.refused("init") == (
        f"{tt.folder} is a town already. Use it as it is, or delete tinytown.toml and .tt/ to start over."
    )
    assert (tt.folder / "tinytown.toml").read_text() == before


def test_a_town_in_a_town_is_refused(tt: Shell) -> None:
    (tt.folder / "sub").mkdir()
    assert tt.within("sub").refused("init") == (
        f"{tt.folder}/sub lies in the town {tt.folder}. Use that one, or make the new town outside of it."
    )
    assert list((tt.folder / "sub").iterdir()) == []


@pytest.mark.parametrize("name", ["", "a:b", "a*", "a/b", "..", "-x", " x", "x\n", "x\x1b[31m", "\u200e" * 60])
def test_a_bad_name_makes_nothing(bare: Shell, name: str) -> None:
    said = bare.refused("init", "--name", name, status=2)
    assert "cannot be the name of a town. Use letters" in said or "is too long. Use 100 bytes" in said
    assert list(bare.folder.iterdir()) == []


def test_an_unknown_cli_makes_nothing(bare: Shell) -> None:
    said = bare.refused("init", "--cli", "clade")
    assert said.startswith('no CLI is called "clade". Did you mean "claude"? Known: aider, ')
    assert list(bare.folder.iterdir()) == []


def test_a_command_line_with_quotes_survives_in_the_file(bare: Shell) -> None:
    bare.told("init", "--cli", 'python3 -c "print(1)"')
    bare.told("spawn", "one", "--idle-timeout", "0.05")
    assert bare.document("list")[0]["cli"] == 'python3 -c "print(1)"'


def test_without_a_redis_to_start_the_town_stands_nevertheless(bare: Shell) -> None:
    without = bare.within(TT_REDIS_SERVER="/nowhere/redis-server")
    assert without.refused("init") == (
        'town "my-project" is made, but its Redis does not start: TT_REDIS_SERVER says /nowhere/redis-server, '
        "which is not there or not executable. Correct TT_REDIS_SERVER. Then: tt start"
    )
    assert "Redis is started" in bare.told("start")
    assert bare.document("status")["town"] == "my-project"


def test_a_folder_that_cannot_be_made_is_named(bare: Shell) -> None:
    (bare.folder / "file").write_text("")
    said = bare.refused("init", "--town", "file/town")
    assert said.startswith(f"{bare.folder}/file/town/.tt: Not a directory. Check that the path is right")


def test_a_deep_folder_is_no_obstacle(bare: Shell) -> None:
    deep = Path(*["a-rather-long-name-for-a-folder"] * 4)
    bare.told("init", "--town", deep)
    shell = bare.within(deep)
    assert shell.document("status")["redis"]["address"] == str(shell.folder / ".tt/redis.sock")
    shell.close()


def test_agents_md_of_a_new_and_of_an_old_town(bare: Shell) -> None:
    said = bare.told("init", "--name", "demo", "--agents-md")
    assert "AGENTS.md tells coding agents how to report\n" in said
    file = bare.folder / "AGENTS.md"
    written = file.read_bytes()
    assert b"tt task complete" in written
    assert bare.told("init", "--agents-md") == "AGENTS.md tells already coding agents how to report\n"
    assert file.read_bytes() == written
    file.write_bytes(b"# Ours\r\n\r\n" + written + b"the end")
    assert bare.told("init", "--agents-md") == "AGENTS.md tells coding agents how to report\n"
    assert file.read_bytes().startswith(b"# Ours\r\n\r\n<!--")
    assert file.read_bytes().endswith(b"-->\nthe end")
    file.write_text("<!-- tinytown: end -->\n")
    assert bare.refused("init", "--agents-md").startswith(
        "AGENTS.md: the markers of tt's section are not one pair."
    )
