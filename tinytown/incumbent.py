"""Whether the conductor that a lease names is still there: it cannot resign from a Redis that was taken from it."""

import json
import os
import socket
from contextlib import suppress
from typing import Any

from tinytown.connection import Connection
from tinytown.keys import Keys


def in_charge(connection: Connection, keys: Keys) -> str | None:
    """The lease of the conductor in charge; None if there is none, or it has ended without a chance to resign."""
    lease = connection.run("GET", keys.conductor)
    return None if lease is None or has_ended(str(lease)) else str(lease)


def named(lease: str) -> dict[str, Any] | None:
    """What a lease says of its conductor, `{id, host, pid}`; None if it is the lease of nobody."""
    with suppress(ValueError):
        found = json.loads(lease)
        if isinstance(found, dict):
            return found
    return None


def has_ended(lease: str) -> bool:
    """Whether a lease is that of a conductor of this machine whose process has ended.

    Of conductors elsewhere nothing is known, and a pid that another process has by now counts as theirs: then the
    lease runs out by itself.
    """
    who = named(lease)
    return who is not None and who.get("host") == socket.gethostname() and not _runs(who.get("pid"))


def _runs(pid: Any) -> bool:
    if not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it is somebody else's
    return True
