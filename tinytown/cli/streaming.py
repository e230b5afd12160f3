"""Passes on what others have put out, as bytes: made harmless for a terminal, as it is for a program."""

import codecs
import sys

from tinytown.cli.output import on_terminal
from tinytown.escape import shown


class Stream:
    """Standard output for foreign bytes, which may come in pieces."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace") if on_terminal() else None

    def write(self, data: bytes) -> None:
        """Shows a piece at once."""
        if self._decoder is None:
            sys.stdout.buffer.write(data)
        else:
            sys.stdout.write(shown(self._decoder.decode(data).replace("\r\n", "\n"), lines=True))
        sys.stdout.flush()
