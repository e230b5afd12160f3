"""A file is replaced whole or not at all."""

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tinytown.errors import TinytownError
from tinytown.replace import FileChangedError, FileThereError, create_file, replace_file


def test_it_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    path.write_bytes(b"a")
    path.chmod(0o640)
    replace_file(path, b"a", b"b")
    assert path.read_bytes() == b"b"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["tasks.toml"]


def test_a_changed_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    path.write_bytes(b"theirs")
    with pytest.raises(FileChangedError):
        replace_file(path, b"a", b"b")
    assert path.read_bytes() == b"theirs"
    assert [p.name for p in tmp_path.iterdir()] == ["tasks.toml"]


def test_of_writers_at_the_same_time_none_overwrites_another(tmp_path: Path) -> None:
    path = tmp_path / "count"
    path.write_bytes(b"0")

    def count_up(_: int) -> None:
        while True:
            before = path.read_bytes()
            try:
                replace_file(path, before, b"%d" % (int(before) + 1))
            except FileChangedError:
                continue
            return

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(count_up, range(200)))
    assert path.read_bytes() == b"200"


def test_a_symlink_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "plan.toml", tmp_path / "tasks.toml"
    target.write_bytes(b"a")
    link.symlink_to(target)
    replace_file(link, b"a", b"b")
    assert link.is_symlink()
    assert target.read_bytes() == b"b"


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TinytownError, match="cannot write"):
        replace_file(tmp_path / "tasks.toml", b"", b"b")


def test_a_new_file_appears_whole(tmp_path: Path) -> None:
    data = b"x" * 1_000_000

    def read(path: Path) -> bytes:
        while True:
            with suppress(FileNotFoundError):
                return path.read_bytes()

    with ThreadPoolExecutor(1) as reader:
        for number in range(50):
            path = tmp_path / str(number)
            seen = reader.submit(read, path)
            create_file(path, data)
            assert len(seen.result()) == len(data)
    assert not list(tmp_path.glob(".*"))
    with pytest.raises(FileThereError):
        create_file(tmp_path / "0", b"")


def test_a_new_file_has_the_mode_that_the_user_gives_to_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        create_file(tmp_path / "new", b"a")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_a_new_file_can_be_made_where_there_are_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    create_file(tmp_path / "new", b"a")
    assert (tmp_path / "new").read_bytes() == b"a"
    with pytest.raises(FileThereError):
        create_file(tmp_path / "new", b"b")
    assert [p.name for p in tmp_path.iterdir()] == ["new"]
