"""How pytest-xdist spreads the suite over processes: whole files, the long ones first."""

from __future__ import annotations

import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import NodeManager

from tests.services import PATIENCE

DEMO = "the demo"
# Starting and certifying a demo takes minutes: one serves all of these.
USES_OF_DEMO = ("tests/browser/", "tests/assessments/management/")
# Begun first: whoever begins one of these last keeps everybody waiting.
LONG = (DEMO, "tests/attacks/", "tests/grader/", "tests/assessments/grading/", "tests/assessments/")


class ByFile(LoadScopeScheduling):
    """A process takes one file after the other, and its module's fixtures are made once."""

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)


def unit(nodeid: str) -> str:
    """Give what the test must share a process with."""
    return DEMO if nodeid.startswith(USES_OF_DEMO) else nodeid.split("::", 1)[0]


def urgency(item: pytest.Item) -> int:
    """Give the test's rank in the order of beginning."""
    name = unit(item.nodeid)
    return next((rank for rank, long in enumerate(LONG) if name.startswith(long)), len(LONG))


def processes() -> int:
    """Give one for each core that may be used, and two for a single one: half of the suite's time is waiting."""
    return max(2, len(os.sched_getaffinity(0)))


def scheduler(config: pytest.Config, log: Any) -> ByFile:
    # After Ctrl-C each process stops the demo and the servers that it started, before it is killed itself.
    NodeManager.EXIT_TIMEOUT = PATIENCE
    config.option.loadscopereorder = False
    return ByFile(config, log)
