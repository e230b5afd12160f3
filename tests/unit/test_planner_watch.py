"""The file watcher tells of changes, however they are made."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

import pytest

from planner.watch import changes
from tinytown.replace import replace_file


@contextmanager
def watching(path: Path) -> Iterator[Queue[float]]:
    told: Queue[float] = Queue()
    stop = threading.Event()

    def follow() -> None:
        for _ in changes(path, stop):
            told.put(time.monotonic())

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        _warm_up(path, told)
        yield told
    finally:
        stop.set()
        thread.join(timeout=10)
    assert not thread.is_alive()


def _warm_up(path: Path, told: Queue[float]) -> None:
    """Waits until the watcher is at work: it tells nobody when it is."""
    for _ in range(40):
        path.write_text("warm")
        try:
            told.get(timeout=0.5)
        except Empty:
            continue
        _drain(told)
        return
    pytest.fail("the watcher never told of a change")


def _drain(told: Queue[float]) -> int:
    """Takes all that is told until it is quiet for a while."""
    taken = 0
    while True:
        try:
            told.get(timeout=0.8)
        except Empty:
            return taken
        taken += 1


def _write(path: Path) -> None:
    path.write_text("new")


def _replace(path: Path) -> None:
    replace_file(path, path.read_bytes(), b"replaced")


def _recreate(path: Path) -> None:
    path.unlink()
    path.write_text("again")


@pytest.mark.parametrize("act", [_write, _replace, _recreate])
def test_a_change_is_told(tmp_path: Path, act: Callable[[Path], None]) -> None:
    path = tmp_path / "tasks.toml"
    with watching(path) as told:
        act(path)
        assert told.get(timeout=10)
        _drain(told)
        act(path)  # and again: it goes on watching
        assert told.get(timeout=10)


def test_many_writes_at_once_are_told_as_few(tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    with watching(path) as told:
        for number in range(50):
            path.write_text(str(number))
        assert 1 <= _drain(told) <= 5


def test_other_files_are_not_told_but_a_deletion_is(tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    with watching(path) as told:
        (tmp_path / "other.toml").write_text("x")
        assert _drain(told) == 0
        path.unlink()
        assert told.get(timeout=10)


def test_the_target_of_a_symlink_is_watched(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "plan.toml", tmp_path / "tasks.toml"
    target.write_text("x")
    link.symlink_to(target)
    with watching(link) as told:
        target.write_text("y")
        assert told.get(timeout=10)
