"""What `tt doctor` says of a town's files, and what it puts right of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.disks import small_disk
from tinytown.doctor.files import check_files
from tinytown.doctor.finding import Finding


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".tt" / "logs").mkdir(parents=True)
    (tmp_path / ".tt").chmod(0o700)
    return tmp_path


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 16) as disk:
        (disk / ".tt").mkdir(mode=0o700)
        yield disk


def _only(root: Path) -> Finding:
    (finding,) = check_files(root)
    return finding


def test_of_a_folder_that_is_well_nothing_is_said(root: Path) -> None:
    assert list(check_files(root)) == []
    assert list(check_files(root / "no town yet")) == []


def test_a_folder_that_others_may_enter_is_closed(root: Path) -> None:
    (root / ".tt").chmod(0o755)
    finding = _only(root)
    assert (finding.place, finding.message) == (".tt/", "others may enter it (mode 0755)")
    assert finding.fix is not None
    assert finding.fix.act is not None
    finding.fix.act()
    assert list(check_files(root)) == []


def test_a_runtime_folder_that_git_would_take_up_is_ignored(root: Path) -> None:
    (root / ".git").mkdir()
    (root / ".gitignore").write_text("build")
    finding = _only(root)
    assert (finding.severity, finding.place) == ("warning", ".gitignore")
    assert finding.fix is not None
    assert finding.fix.act is not None
    finding.fix.act()
    assert (root / ".gitignore").read_text() == "build\n.tt/\n"
    assert list(check_files(root)) == []


def test_a_log_that_has_grown_large_is_named(root: Path) -> None:
    for name, size in (("redis.log", 100 << 20), ("small.log", (100 << 20) - 1)):
        with (root / ".tt" / "logs" / name).open("wb") as log:
            log.truncate(size)
    finding = _only(root)
    assert (finding.place, finding.message) == (".tt/logs/redis.log", "has grown to 100 MB")
    assert finding.remedy == "Shorten it: truncate -s 0 .tt/logs/redis.log"


def test_a_disk_that_is_nearly_full_is_an_error(full: Path) -> None:
    finding = _only(full)
    assert (finding.severity, finding.place, finding.remedy) == ("error", ".tt/", "Free some space")
    assert finding.message in ("only 16 MB are free on its disk", "only 15 MB are free on its disk")


def test_a_result_that_waits_on_disk_and_one_that_cannot_be_read(root: Path) -> None:
    folder = root / ".tt" / "agents" / "coder"
    folder.mkdir(parents=True)
    (folder / "report.json").write_text("{")
    finding = _only(root)
    assert (finding.severity, finding.message) == (
        "error",
        'a result of agent "coder" waits here and cannot be read',
    )
