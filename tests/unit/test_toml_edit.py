"""tinytown.toml is edited in one place; every other character stays."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytown.errors import ConfigError
from tinytown.statements import lines, statements
from tinytown.toml_edit import put, take

FILE = """# ours
name = "x"   # the name

[redis]      # where
use_socket = true
# port = 6379
host = "a"

[agent_clis.one]
command = '''
a
b'''
env = { A = "1", B = "2" }   # both

[agent_clis."two.1".env]
A = "1"
"""


def test_every_statement_is_found_with_its_line() -> None:
    assert lines(FILE) == {
        ("name",): 2,
        ("redis",): 4,
        ("redis", "use_socket"): 5,
        ("redis", "host"): 7,
        ("agent_clis",): 9,
        ("agent_clis", "one"): 9,
        ("agent_clis", "one", "command"): 10,
        ("agent_clis", "one", "env"): 13,
        ("agent_clis", "one", "env", "A"): 13,
        ("agent_clis", "one", "env", "B"): 13,
        ("agent_clis", "two.1"): 15,
        ("agent_clis", "two.1", "env"): 15,
        ("agent_clis", "two.1", "env", "A"): 16,
    }
    parts = [FILE[one.start : one.end] for one in statements(FILE)]
    assert [part.splitlines()[0] for part in parts] == [
        line for line in FILE.splitlines() if line and line not in ("# ours", "# port = 6379", "a", "b'''")
    ]


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("name",), "y", 'name = "x"   # the', 'name = "y"   # the'),
        (("redis", "use_socket"), False, "use_socket = true\n", "use_socket = false\n"),
        (("redis", "port"), 7, "# port = 6379\n", "# port = 6379\nport = 7\n"),
        (("redis", "url"), "u", 'host = "a"\n', 'host = "a"\nurl = "u"\n'),
        (("max_agents",), 3, "# the name\n", "# the name\nmax_agents = 3\n"),
        (("agent_clis", "one", "command"), "c", "'''\na\nb'''", '"c"'),
        (("agent_clis", "one", "env", "A"), "9", 'A = "1", B', 'A = "9", B'),
        (("agent_clis", "one", "env", "C"), "3", 'B = "2" }', 'B = "2" , C = "3"}'),
        (("agent_clis", "two.1", "env", "B"), "2", 'A = "1"\n', 'A = "1"\nB = "2"\n'),
        (("agent", "heartbeat_secs"), 0.5, None, "\n[agent]\nheartbeat_secs = 0.5\n"),
        (("agent_clis", "t.2", "command"), 'q "', None, '\n[agent_clis."t.2"]\ncommand = "q \\""\n'),
    ],
)
@pytest.mark.parametrize("crlf", [False, True])
def test_a_key_is_set_where_it_belongs(
    path: tuple[str, ...], value: str | float, old: str | None, new: str, *, crlf: bool
) -> None:
    wanted = FILE + new if old is None else new.join(FILE.rsplit(old, 1))
    if crlf:
        assert put(FILE.replace("\n", "\r\n"), path, value).replace("\r\n", "\n").replace(" ,", ",") == (
            wanted.replace(" ,", ",")
        )
        assert "\n" not in put(FILE.replace("\n", "\r\n"), path, value).replace("\r\n", "")
    else:
        assert put(FILE, path, value).replace(" ,", ",") == wanted.replace(" ,", ",")


@pytest.mark.parametrize(
    ("path", "old"),
    [
        (("name",), 'name = "x"   # the name\n'),
        (("redis", "host"), 'host = "a"\n'),
        (("agent_clis", "one", "command"), "command = '''\na\nb'''\n"),
        (("agent_clis", "one", "env"), 'env = { A = "1", B = "2" }   # both\n'),
        (("agent_clis", "two.1"), '\n[agent_clis."two.1".env]\nA = "1"\n'),
        (("redis", "nothing"), ""),
    ],
)
def test_a_key_is_taken_out_with_its_line(path: tuple[str, ...], old: str) -> None:
    head, _, tail = FILE.rpartition(old) if old else (FILE, "", "")
    assert take(FILE, path) == head + tail


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "[redis]\nport = 7\n"),
        ("name = 'x'", "name = 'x'\n\n[redis]\nport = 7\n"),
        ("redis.host = 'a'", "redis.host = 'a'\nredis.port = 7\n"),
        ("redis.host = 'a'\nredis.port = 6 # p\n", "redis.host = 'a'\nredis.port = 7 # p\n"),
        ("redis = {}\n", "redis = {port = 7}\n"),
        ("redis = { port = 6 }\n", "redis = { port = 7 }\n"),
        ("[redis.sub]\n", "[redis.sub]\n\n[redis]\nport = 7\n"),
        ("[redis] # no line end", "[redis] # no line end\nport = 7\n"),
    ],
)
def test_all_ways_of_writing_a_table(text: str, wanted: str) -> None:
    assert put(text, ("redis", "port"), 7) == wanted


def test_taking_out_of_dotted_keys_and_braces() -> None:
    assert take("redis.host = 'a'\nredis.port = 6\n", ("redis", "port")) == "redis.host = 'a'\n"
    assert take("redis.port = 6\n", ("redis", "port")) == ""
    assert tomllib.loads(take("redis = { host = 'a', port = 6 }\n", ("redis", "port"))) == {"redis": {"host": "a"}}
    assert take("redis = { port = 6 }\n", ("redis",)) == ""


@pytest.mark.parametrize("text", ["[[redis]]\nport = 1\n", "redis = 3\n", "redis = [{ port = 1 }]\n"])
def test_what_cannot_be_edited_safely_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="cannot be edited safely"):
        put(text, ("redis", "port"), 2)


_WORDS = st.text(st.characters(codec="utf-8"), max_size=8)
_PATHS = st.sampled_from(
    [
        ("name",),
        ("max_agents",),
        ("redis", "port"),
        ("redis", "url"),
        ("agent", "heartbeat_secs"),
        ("agent_clis", "one", "command"),
        ("agent_clis", "three", "command"),
        ("agent_clis", "one", "env", "A"),
        ("agent_clis", "three", "env", "X"),
    ]
)
_EDITS = st.lists(st.tuples(_PATHS, st.one_of(_WORDS, st.integers(-9, 9), st.booleans(), st.none())), max_size=8)


@given(_EDITS, st.sampled_from(["", "x = 1", FILE, FILE.replace("\n", "\r\n")]))
def test_any_edits_say_what_was_meant_and_keep_every_comment(
    edits: list[tuple[tuple[str, ...], str | int | None]], text: str
) -> None:
    for path, value in edits:
        # put and take hold the outcome against what was meant, and would refuse
        text = take(text, path) if value is None else put(text, path, value)
        found: object = tomllib.loads(text)
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        assert found == value
    if "# ours" in text:
        assert "# where" in text
        assert "# port = 6379" in text
