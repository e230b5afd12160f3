"""What the commands that change tasks.toml have in common: their options, and how they end."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from tinytown import config as configuration
from tinytown.cli.findings import explained, warn
from tinytown.cli.options import json_option, town_option
from tinytown.cli.output import icon, note, say, say_json
from tinytown.cli.plan_file import file_option, plan_name, plan_path
from tinytown.errors import StaleError, UsageError
from tinytown.escape import shown

if TYPE_CHECKING:
    from planner.document import Document
    from planner.read import Reading

C = TypeVar("C", bound=Callable[..., Any])

_dry = click.option("--dry-run", is_flag=True, help="Show what would change in the file, and write nothing.")


_ATTEMPTS = 20
"""So often a change is made, each time of what others have just written."""


def change_options(function: C) -> C:
    """Accepts `--file`, `--dry-run`, `--json` and `--town`; makes the change anew if the file changes meanwhile."""
    function = _persistent(function)
    for option in (town_option, json_option, _dry, file_option):
        function = option(function)
    return function


def _persistent(function: C) -> C:
    @wraps(function)
    def made(*args: Any, **options: Any) -> Any:
        for _ in range(_ATTEMPTS - 1):
            with suppress(StaleError):
                return function(*args, **options)
        return function(*args, **options)

    return cast("C", made)


class Change:
    """One change of the plan, from the reading of the file to its writing.

    Args:
        ctx: The command's context.
        file: The file that was named, if one was.
        dry_run: Whether to write nothing.
        as_json: Whether to answer in JSON.

    Raises:
        PlanFindingsError: The file is no good TOML; the findings were shown.
        TinytownError: It cannot be read.
    """

    def __init__(self, ctx: click.Context, file: Path | None, *, dry_run: bool, as_json: bool) -> None:
        from planner.edit.revision import document_of
        from planner.read import read_plan

        self.path = plan_path(ctx, file)
        self.name = plan_name(self.path)
        self._dry_run, self._as_json = dry_run, as_json
        self._new = not self.path.exists() and not self.path.is_symlink()
        self.before: Reading = read_plan(b"" if self._new else self.path, self.name)
        with explained():
            self.document: Document = document_of(self.before)

    def require_file(self) -> None:
        """Refuses to go on without a file.

        Raises:
            TinytownError: There is none.
        """
        if self._new:
            from planner.read import read_bytes

            read_bytes(self.path)

    def finish(
        self,
        document: "Document",
        said: str,
        answer: Mapping[str, Any],
        notes: Iterable[str] = (),
        renamed: tuple[str, str] | None = None,
    ) -> None:
        """Checks the changed plan, writes it, and tells what was done.

        Args:
            document: The plan as it is to be.
            said: What was done, in a line.
            answer: The same for JSON.
            notes: What else is worth knowing.
            renamed: The old and the new id of a renamed task.

        Raises:
            WorseError: The plan would have new errors; they were shown, and nothing was written.
            FileChangedError: Somebody else changed the file meanwhile.
            TinytownError: It cannot be written.
        """
        from planner.edit.revision import consequences, revise

        with explained():
            after = revise(self.before, document, renamed)
        if not self._dry_run:
            self._write(document.source.data)
        warn(after)
        for text in [*notes, *consequences(self.before, after)]:
            note(shown(text))
        self._tell(document.source.data, said, answer)
        if after.plan is None:
            note(f"{shown(self.name)} still has errors, as before: tt plan check")

    def _write(self, data: bytes) -> None:
        from tinytown.replace import FileChangedError, FileThereError, create_file, replace_file

        before = self.before.source.data
        if self._new:
            try:
                create_file(self.path, data)
            except FileThereError:
                raise FileChangedError(self.path) from None
            note(f"{shown(self.name)} is new")
        elif data != before:
            replace_file(self.path, before, data)

    def _tell(self, data: bytes, said: str, answer: Mapping[str, Any]) -> None:
        from tinytown.cli.difference import difference

        before = self.before.source.data
        if self._as_json:
            more = {"diff": difference(self.name, before, data)} if self._dry_run else {}
            say_json({**answer, **more})
        elif self._dry_run:
            say(difference(self.name, before, data))
        else:
            say(f"{icon('📝')}{shown(said)}")
            if data != before and (self.path.parent / configuration.FILE).is_file():
                note("Send it: tt sync push")


def words(_ctx: click.Context, option: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """The values of an option that may be said again, or hold several with commas between them.

    Raises:
        UsageError: There are none in it.
    """
    found = tuple(word.strip() for text in value for word in text.split(",") if word.strip())
    if value and not found:
        raise UsageError(
            f"{option.opts[0]} names nothing", "Leave it out; --unset KEY takes a list out of the plan."
        )
    return found
