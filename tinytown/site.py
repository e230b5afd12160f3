"""Where a town is and how it is reached, for the functions that work on it."""

from dataclasses import dataclass
from pathlib import Path

from tinytown.config import RUNTIME, Config
from tinytown.connection import Connection
from tinytown.keys import Keys
from tinytown.ledger import Ledger
from tinytown.roster import Roster


@dataclass(frozen=True, slots=True)
class Site:
    """Where a town is and how it is reached."""

    root: Path
    config: Config
    connection: Connection
    keys: Keys

    @property
    def roster(self) -> Roster:
        return Roster(self.connection, self.keys)

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.connection, self.keys, self.config.name)

    def folder(self, agent: str) -> Path:
        """An agent's own folder: its lock, its prompts, results that wait to be reported."""
        return self.root / RUNTIME / "agents" / agent

    def log(self, agent: str) -> Path:
        """An agent's own log."""
        return self.root / RUNTIME / "logs" / f"{agent}.log"
