"""Examines a town from head to foot: it never starts anything, and what cannot be read stops no other check."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tinytown import config as configuration
from tinytown.config import FILE, RUNTIME, Config
from tinytown.connection import Connection
from tinytown.doctor.files import check_files
from tinytown.doctor.finding import Area, Finding, error, warning
from tinytown.doctor.indexes import check_agent_index, check_backlog, check_delayed, check_task_index
from tinytown.doctor.look import read_stock
from tinytown.doctor.mail import check_mail
from tinytown.doctor.notes import check_notes
from tinytown.doctor.orphans import check_holders, check_ties
from tinytown.doctor.programs import check_clis, check_python, check_server, versions
from tinytown.doctor.pulses import check_lease, check_pulses
from tinytown.doctor.records import check_records
from tinytown.doctor.schema import check_schema
from tinytown.doctor.server import check_vitals, read_vitals
from tinytown.doctor.stock import Stock
from tinytown.errors import ConfigError, RedisUnreachableError, StoreError
from tinytown.keys import Keys
from tinytown.server import Server
from tinytown.site import Site
from tinytown.town import locate

PATIENCE_SECONDS = 5.0
"""A Redis that does not answer for so long counts as away."""

_AGAIN_SECONDS = 0.3
_START = "Start it: tt start, or tt doctor --fix"


STORE_AREAS = ("Keys", "Tasks", "Agents", "Messages", "Plan in Redis")
_NOUNS = ("key", "task", "agent", "message", "task")


@dataclass(frozen=True, slots=True)
class Patient:
    """A town that is to be examined. What its tinytown.toml would have said is None if `problem` is in the way."""

    root: Path
    config: Config | None
    problem: ConfigError | None = None
    connection: Connection | None = None
    server: Server | None = None

    @property
    def keys(self) -> Keys | None:
        """The town's keys."""
        return Keys(self.config.name) if self.config else None


def admit(root: Path) -> Patient:
    """Finds out where a town's Redis is; nothing is started, and no connection opened yet."""
    try:
        config = configuration.load(root)
        address, server = locate(root, config)
    except ConfigError as problem:
        return Patient(root, None, problem)
    return Patient(root, config, None, Connection(address, patience=PATIENCE_SECONDS), server)


def examine(patient: Patient, plan: Area, wanted: Mapping[str, str]) -> list[Area]:
    """Everything that can be said of a town.

    Args:
        patient: The town.
        plan: What was found in tasks.toml, by whoever can read it.
        wanted: CLIs that the plan asks for, each with who is to run it, in words.
    """
    root, config = patient.root, patient.config
    if config is None or patient.connection is None:
        said = patient.problem.message.removeprefix(f"{root / FILE}: ") if patient.problem else ""
        broken = error(FILE, said, patient.problem.remedy if patient.problem else "")
        return [
            Area("Files", (broken, *check_files(root)), str(root)),
            plan,
            Area("Programs", tuple(check_python()), versions()),
            *(Area(name, skipped=f"{FILE} cannot be read") for name in ("Redis", *STORE_AREAS)),
        ]
    redis, store, running = _examine_redis(patient, config, patient.connection)
    clis = {config.default_cli: "default_cli", **running, **wanted}
    return [
        Area("Files", tuple(check_files(root)), str(root)),
        plan,
        Area("Programs", (*check_python(), *check_server(config), *check_clis(config, clis)), versions()),
        redis,
        *store,
    ]


def _examine_redis(
    patient: Patient, config: Config, connection: Connection
) -> tuple[Area, list[Area], dict[str, str]]:
    """Redis itself, what is in it, and the CLIs of the agents."""
    managed = patient.server is not None
    try:
        vitals = read_vitals(connection, managed=managed)
        areas, stock = _examine_store(Site(patient.root, config, connection, Keys(config.name)))
    except StoreError as problem:
        skipped = [Area(name, skipped="Redis cannot be read") for name in STORE_AREAS]
        return Area("Redis", tuple(_away(patient, problem))), skipped, {}
    whose = "the town's own" if managed else "not managed"
    note = f"{vitals.version}, {whose}, at {vitals.address}"
    running = {held.value.cli: f'agent "{held.value.name}"' for held in stock.agents.values()}
    return Area("Redis", tuple(check_vitals(vitals, connection)), note), areas, running


def _away(patient: Patient, problem: StoreError) -> Iterator[Finding]:
    server = patient.server
    if server is None or not isinstance(problem, RedisUnreachableError):
        yield error("redis", problem.message, problem.remedy)
        return
    place = str(server.socket)
    if (patient.root / RUNTIME / "stopped").exists():
        yield warning(place, "the town was stopped", _START)
    elif server.socket.is_socket():
        yield error(place, "Redis does not answer on its socket", _START)
    elif server.socket.exists():
        yield error(place, "is in the place of the town's socket, and is no socket", "Move it away, then: tt start")
    else:
        yield warning(place, "the town's Redis does not run", _START)


def _examine_store(site: Site) -> tuple[list[Area], Stock]:
    """What is wrong in the store: what two looks agree on, for a town at work changes while it is looked at."""
    stock = read_stock(site.connection, site.keys)
    areas = _check_store(site, stock)
    if any(area.findings for area in areas):
        time.sleep(_AGAIN_SECONDS)
        stock = read_stock(site.connection, site.keys)
        before = {area.name: area.findings for area in areas}
        areas = [
            Area(area.name, tuple(one for one in area.findings if _said(one, before[area.name])), area.note)
            for area in _check_store(site, stock)
        ]
    return areas, stock


def _said(finding: Finding, before: Iterable[Finding]) -> bool:
    """Whether something of the same place was found before; its words may count down."""
    return any(finding.place == one.place and finding.severity is one.severity for one in before)


def _check_store(site: Site, stock: Stock) -> list[Area]:
    tasks = (*check_task_index(stock), *check_backlog(stock), *check_delayed(stock), *check_holders(stock))
    agents = (*check_agent_index(stock), *check_pulses(site, stock), *check_lease(stock))
    mails = sum(len(texts) for kind in ("inbox", "processing") for texts in stock.lists(kind).values())
    found: tuple[tuple[Finding, ...], ...] = (
        (*check_schema(stock), *check_records(stock)),
        (*tasks, *check_ties(stock)),
        agents,
        tuple(check_mail(stock)),
        tuple(check_notes(stock)),
    )
    planned = sum(not name.startswith(":") for name in stock.fields(stock.keys.plan))
    counts = (len(stock.kinds), len(stock.tasks), len(stock.agents), mails, planned)
    return [
        Area(name, findings, f"{count} {noun}" + "s" * (count != 1))
        for name, noun, findings, count in zip(STORE_AREAS, _NOUNS, found, counts, strict=True)
    ]
