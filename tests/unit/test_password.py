"""The password comes from the environment or from a private file, and from nowhere else."""

import os
from pathlib import Path

import pytest

from tinytown.config import Config
from tinytown.connection import Address
from tinytown.errors import ConfigError
from tinytown.password import VARIABLE, password

SECRET = "geheim"  # noqa: S105  it protects nothing


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def naming(path: Path | str) -> Config:
    return Config.model_validate({"name": "t", "redis": {"password_file": str(path)}})


def private(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert password(tmp_path, Config(name="t")) is None
    private(tmp_path / "secret", f"{SECRET}\n")
    assert password(tmp_path, naming("secret")) == SECRET
    assert password(Path("/nowhere"), naming(tmp_path / "secret")) == SECRET
    monkeypatch.setenv(VARIABLE, "other")
    assert password(tmp_path, naming("secret")) == "other"


def test_spaces_belong_to_it(tmp_path: Path) -> None:
    assert password(tmp_path, naming(private(tmp_path / "f", " a b \r\n", 0o400))) == " a b "


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_may_open_is_refused(tmp_path: Path, mode: int) -> None:
    path = private(tmp_path / "f", SECRET, mode)
    with pytest.raises(ConfigError, match=f"open to others \\(mode 0{mode:o}\\)") as error:
        password(tmp_path, naming(path))
    assert error.value.remedy == f"chmod 600 {path}"
    assert SECRET not in str(error.value)


def test_other_files_that_will_not_do(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    private(tmp_path / "empty", "\n")
    (tmp_path / "binary").write_bytes(b"\xff")
    (tmp_path / "binary").chmod(0o600)
    for name, wanted in {
        "missing": "cannot be read: No such file or directory",
        "pipe": "is no file",
        ".": "cannot be read: Is a directory",
        "empty": "is empty",
        "binary": "cannot be read: it is no text",
        "~nobody-of-this-name/x": "cannot be read: ",
    }.items():
        with pytest.raises(ConfigError, match=wanted):
            password(tmp_path, naming(name))


def test_an_address_does_not_show_it() -> None:
    address = Address(url=f"redis://:{SECRET}@db/0", password=SECRET)
    assert SECRET not in repr(address) + str(address)
