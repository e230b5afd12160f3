"""Reading: what is too large is refused before it is held in memory, and places hold in long lines."""

import os
import threading
from pathlib import Path

import pytest

from planner.diagnostics.finding import Finding
from planner.read import LARGEST, read_plan
from tinytown.errors import TinytownError


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    with path.open("wb") as file:
        file.truncate(2**40)  # a hole: no disk holds it, and no memory would
    with pytest.raises(TinytownError, match=r"tasks\.toml is larger than 32 MB") as caught:
        read_plan(path)
    assert caught.value.remedy


def test_a_stream_that_is_too_large_is_refused_without_its_end(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)

    def write() -> None:
        with path.open("wb") as pipe:
            try:
                while True:
                    pipe.write(b"#" * 2**20)
            except BrokenPipeError:
                pass

    writer = threading.Thread(target=write)
    writer.start()
    with pytest.raises(TinytownError, match="too large for a plan"):
        read_plan(path)
    writer.join()


def test_bytes_that_are_too_many_are_refused() -> None:
    with pytest.raises(TinytownError, match="<stdin> is larger than 32 MB"):
        read_plan(b"#" * (LARGEST + 1), "<stdin>")
    assert read_plan(b"#" * LARGEST).plan is not None


def test_places_hold_in_a_line_of_many_wide_characters() -> None:
    tasks = ", ".join(f'{{ id = "t{n}", description = "世界", parent = "x" }}' for n in range(3000))
    text = f"tasks = [{tasks}]"
    found = read_plan(text.encode()).findings
    assert [one.column for one in found] == [at + 1 for at in _places(text, '"x"')]
    assert all(one.end_column - one.column == 3 for one in found)


def _places(text: str, word: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(word, at)]


def test_a_secret_is_in_no_word_of_a_finding() -> None:
    secret = "ghp_" + "a1B2" * 9
    lines = [f"run = {secret}", f'agent = "{secret}:"', f'status = "{secret}"', f'parent = "{secret}"']
    for text in ("\n".join(lines), "\n".join(lines[1:])):
        reading = read_plan(f'[[tasks]]\nid = "a"\n{text}\n'.encode())
        assert len(reading.findings) >= 3
        assert secret not in reading.text
        assert not any(secret in word for one in reading.findings for word in _words(one))


def _words(found: Finding) -> list[str]:
    return [found.message, found.help, found.label, *(other.message for other in found.related)]
