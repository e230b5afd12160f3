"""The form of every value in Redis."""

import pytest

from tinytown.agents import Agent
from tinytown.errors import StoreError, TinytownError
from tinytown.record import Held, Record
from tinytown.tasks import Task


class Thing(Record):
    """Something to keep."""

    name: str
    size: int = 0


def test_unknown_fields_stay_in_their_order_behind_the_known() -> None:
    thing = Thing.from_json('{"z": 1, "name": "n", "a": {"b": null}}')
    assert thing.evolve(size=2).to_json() == '{"name":"n","size":2,"z":1,"a":{"b":null}}'
    assert thing.size == 0


def test_an_unknown_field_can_be_changed_and_added() -> None:
    thing = Thing.from_json('{"name": "n", "z": 1}').evolve(z=2, new=3)
    assert Thing.from_json(thing.to_json()) == thing
    assert thing.model_extra == {"z": 2, "new": 3}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{", "the whole value"),
        ('{"name": 1}', "name"),
        ('{"name": "n", "size": "x"}', "size"),
        ("", "the whole value"),
    ],
)
def test_an_error_says_what_and_where(text: str, where: str) -> None:
    with pytest.raises(StoreError, match=f"no thing: {where}: ") as error:
        Thing.from_json(text)
    assert "tt doctor" in error.value.remedy


@pytest.mark.parametrize("value", [Task.new("\udcff"), Agent.new("a", "\udcff")])
def test_bytes_that_are_no_text_are_refused_in_words(value: Record) -> None:
    with pytest.raises(TinytownError, match="UTF-8"):
        value.to_json()


def test_held_is_the_value_with_its_exact_text() -> None:
    thing = Thing(name="ü")
    assert Held.of(thing) == Held(thing, '{"name":"ü","size":0}')


def test_what_another_program_left_names_the_remedy() -> None:
    with pytest.raises(StoreError) as error:
        Task.from_json('{"id": 1}')
    assert "tt migrate" in error.value.remedy
