"""Lets the garbage collector rest while a large plan is built up in memory."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """While it lasts nothing is searched for garbage in circles.

    A plan is made of hundreds of thousands of small values without circles. To go through them again and again,
    the more often the more there are, takes up to half of the time that it takes to make them.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
