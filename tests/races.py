"""Several who act at the same moment, each with a connection of its own; for tests with real transactions."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from assessments.sittings.errors import SittingError

CROWD = 6


def at_once(action: Callable[[int], object]) -> list[object]:
    """Do it in as many threads as the crowd has, let loose together; a refusal is a result."""
    gate = Barrier(CROWD)

    def one(number: int) -> object:
        try:
            gate.wait()
            return action(number)
        except SittingError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(one, range(CROWD)))
