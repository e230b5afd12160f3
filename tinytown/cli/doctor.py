"""`tt doctor`: what is wrong with the town, and what to do about it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from tinytown import config as configuration
from tinytown.cli.opening import town_folder
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, on_terminal, paint, say, say_json
from tinytown.cli.plan_file import FILE
from tinytown.cli.words import count
from tinytown.doctor.examine import Patient, admit, examine
from tinytown.doctor.finding import Area, Finding, Severity, error, warning
from tinytown.doctor.treat import treat
from tinytown.errors import TinytownError
from tinytown.escape import shown

_SIGNS = {Severity.ERROR: ("✗", "red"), Severity.WARNING: ("!", "yellow")}


@click.command("doctor", epilog=examples("tt doctor", "tt doctor --fix", "tt doctor --json"))
@town_option
@click.option("--fix", is_flag=True, help="Put right what has one safe way; start Redis if it is down.")
@json_option
@click.pass_context
def command(ctx: click.Context, *, fix: bool, as_json: bool) -> None:
    """Examine the town: its files, programs, Redis, and everything in it.

    Nothing is changed and nothing started, unless --fix says so; what is not understood is never deleted. Exits
    with 1 if something is wrong; warnings alone are no reason.
    """
    patient = admit(configuration.find(town_folder(ctx)))
    try:
        if fix and patient.server is not None and patient.server.ensure():
            _tell_start(as_json=as_json)
        plan, wanted = _plan(patient.root)
        areas = examine(patient, plan, wanted)
        if fix:
            areas = treat(areas, patient.connection, patient.keys)
    finally:
        if patient.connection is not None:
            patient.connection.close()
    wrong = any(one.severity is Severity.ERROR for area in areas for one in area.open)
    if as_json:
        say_json({**_town(patient), "healthy": not wrong, "areas": [area.as_dict() for area in areas]})
    else:
        _say(areas)
    ctx.exit(1 if wrong else 0)


def _tell_start(*, as_json: bool) -> None:
    if not as_json:
        say("Redis was started.")


def _town(patient: Patient) -> dict[str, str | None]:
    return {"town": patient.config.name if patient.config else None, "root": str(patient.root)}


def _plan(root: Path) -> tuple[Area, dict[str, str]]:
    """What there is to say of tasks.toml, and the CLIs that its team is to run."""
    from planner.read import read_plan

    area = Area(FILE)
    path = root / FILE
    if not path.exists():
        return replace(area, note="there is none"), {}
    try:
        reading = read_plan(path, FILE)
    except (TinytownError, OSError) as problem:
        return replace(area, findings=(error(FILE, str(problem), "tt plan check"),)), {}
    errors = sum(found.severity == "error" for found in reading.findings)
    warnings = len(reading.findings) - errors
    found: list[Finding] = []
    if errors:
        found.append(error(FILE, f"has {count(errors, 'error')}", "tt plan check"))
    if warnings:
        found.append(warning(FILE, f"has {count(warnings, 'warning')}", "tt plan check"))
    if reading.plan is None:
        return replace(area, findings=tuple(found)), {}
    wanted = {member.cli: f"agents.{member.name}" for member in reading.plan.team if member.cli}
    return replace(area, findings=tuple(found), note=count(len(reading.plan.entries), "task")), wanted


def _say(areas: Sequence[Area]) -> None:
    wide = max(len(area.name) for area in areas)
    for area in areas:
        name = paint(area.name.ljust(wide), bold=True)
        say(f"{_sign(area)}{name}  {_verdict(area)}".rstrip())
        for one in area.findings:
            _say_finding(one)
    say()
    say(_sum(areas))


def _sign(area: Area) -> str:
    if area.skipped:
        return icon(paint("-", dim=True))
    for severity, (sign, colour) in _SIGNS.items():
        if any(one.severity is severity for one in area.open):
            return icon(paint(sign, colour))
    return icon(paint("✓", "green"))


def _verdict(area: Area) -> str:
    if area.skipped:
        return f"not looked at: {area.skipped}"
    note = f" ({shown(area.note)})" if area.note else ""
    return f"{_counts(area.open) or 'fine'}{note}"


def _counts(findings: Sequence[Finding]) -> str:
    errors = sum(one.severity is Severity.ERROR for one in findings)
    warnings = len(findings) - errors
    parts = [count(errors, "error")] if errors else []
    return ", ".join([*parts, *([count(warnings, "warning")] if warnings else [])])


def _say_finding(finding: Finding) -> None:
    sign, colour = _SIGNS[finding.severity]
    if finding.done:
        sign, colour = "✓", "green"
    word = "fixed" if finding.done else finding.severity.value
    head = paint(sign, colour) if on_terminal() else word
    say(f"    {head}{'' if on_terminal() else ':'} {shown(finding.place)}: {shown(finding.message)}")
    say(f"      {paint('→', dim=True) if on_terminal() else '->'} {shown(finding.done or finding.remedy)}")


def _sum(areas: Sequence[Area]) -> str:
    found = [one for area in areas for one in area.open]
    done = sum(bool(one.done) for area in areas for one in area.findings)
    fixed = f"{count(done, 'finding')} fixed. " if done else ""
    if not found:
        skipped = any(area.skipped for area in areas)
        return f"{fixed}{'Nothing else was found.' if skipped else 'The town is well.'}"
    fixable = sum(one.fix is not None for one in found)
    hint = f" tt doctor --fix puts {fixable} right." if fixable and not done else ""
    return f"{fixed}{_counts(found)}.{hint}"
