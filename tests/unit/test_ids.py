"""Names and ids: what may be called how, and who is who in every clone."""

from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytown.errors import BadNameError
from tinytown.ids import CONDUCTOR_ID, CONDUCTOR_NAMES, PLAN_ID, check_name, nearest, new_id, task_id

GOOD = ["a", "coder", "coder-2", "Back End", "a.b_c-d", "0", "größe", "代码", "x" * 100, "ü" * 50]
BAD = ["", " ", " a", "a ", "a\t", ".", "..", ".tt", "-rf", "a:b", "a*", "a?", "[a]", "a/b", "a\\b", "\x00", "a\nb"]
BAD += ["a\x1b[31m", "\x7f", "a\x85b", "a\udcff", "x" * 101, "ü" * 51]


@pytest.mark.parametrize("what", ["town", "agent"])
@pytest.mark.parametrize("name", GOOD)
def test_a_good_name_is_taken_as_it_is(name: str, what: str) -> None:
    assert check_name(name, what) == name


@pytest.mark.parametrize("what", ["town", "agent"])
@pytest.mark.parametrize("name", BAD)
def test_a_bad_name_is_refused_with_a_remedy(name: str, what: str) -> None:
    with pytest.raises(BadNameError) as refusal:
        check_name(name, what)
    assert refusal.value.remedy
    assert refusal.value.exit_status == 2
    assert refusal.value.message.isprintable()


@pytest.mark.parametrize("name", [*CONDUCTOR_NAMES, "Conductor", "SUPERVISOR"])
def test_no_agent_may_pose_as_the_conductor(name: str) -> None:
    with pytest.raises(BadNameError, match="the conductor's mailbox"):
        check_name(name, "agent")
    assert check_name(name, "town") == name


@given(st.text())
def test_a_name_that_is_allowed_forges_no_key_and_leaves_no_folder(name: str) -> None:
    try:
        check_name(name, "agent")
    except BadNameError:
        return
    assert not set(name) & set(":*?[]/\\\n\r\0")
    assert name == name.strip()
    assert name not in (".", "..")
    assert name.encode()


def test_the_same_plan_id_is_the_same_task_in_every_clone() -> None:
    assert task_id("town", "build") == task_id("town", "build")
    assert len({task_id("town", "build"), task_id("town", "test"), task_id("other", "build")}) == 3
    assert task_id("town", "build") == uuid5(
        uuid5(UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), "tt:town"), "build"
    )


def test_the_conductor_has_its_own_id_and_nobody_else_gets_it() -> None:
    assert str(CONDUCTOR_ID) == "00000000-0000-0000-0000-000000000001"
    assert len({new_id() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("text", "good"),
    [("a", True), ("1.2_x-Y", True), ("", False), (".a", False), ("-a", False), ("_a", False), ("a b", False)],
)
def test_plan_ids_have_letters_digits_and_three_signs(text: str, good: bool) -> None:  # noqa: FBT001
    assert bool(PLAN_ID.fullmatch(text)) == good


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("desc", "description"),
        ("descritpion", "description"),
        ("Retry-Delay", "retry_delay"),
        ("retries_max", "retries"),
        ("prent", "parent"),
        ("teh", "the"),
        ("t", None),
        ("de", None),
        ("quite another word", None),
    ],
)
def test_slips_changed_places_and_beginnings_are_understood(word: str, meant: str | None) -> None:
    assert nearest(word, ["id", "description", "retry_delay", "retries", "parent", "the"]) == meant


def test_fewer_slips_are_nearer_and_a_shorter_word_is_meant_by_its_beginning() -> None:
    assert nearest("tests", ["text", "test", "rests"]) == "test"
    assert nearest("impl", ["implement-all", "implement"]) == "implement"


def test_the_nearest_word_is_a_slip_of_it_or_none() -> None:
    assert nearest("biuld", ["test", "build"]) == "build"
    assert nearest("biuld", ["test", "deploy"]) is None
    assert nearest("x", []) is None
