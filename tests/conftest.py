from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import services

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LEFT_OUT = pytest.StashKey["dict[Need, int]"]()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start PostgreSQL when the first test asks for a database."""
    with services.postgresql():
        yield


@pytest.fixture(scope="session")
def redis_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with services.redis_server(tmp_path_factory.mktemp("redis")) as socket:
        yield socket


class Need(NamedTuple):
    """What tests of one marker need of the machine, and the Debian package that brings it."""

    marker: str
    found: str | None
    package: str

    @property
    def variable(self) -> str:
        return f"REQUIRE_{self.marker.upper()}"


NEEDS = (
    Need("browser", CHROMIUM, "chromium"),
    # The wheel's bubblewrap is tested everywhere; these try the machine's own.
    Need("bubblewrap", shutil.which("bwrap"), "bubblewrap"),
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a program that is not there, unless REQUIRE_…=1 makes that a failure."""
    config.stash[LEFT_OUT] = {}
    for need in NEEDS:
        marked = [item for item in items if item.get_closest_marker(need.marker)]
        if need.found or not marked:
            continue
        if os.environ.get(need.variable) == "1":
            raise pytest.UsageError(f"{need.variable}=1, but it is not there: apt-get install {need.package}")
        items[:] = [item for item in items if item not in marked]
        config.hook.pytest_deselected(items=marked)
        config.stash[LEFT_OUT][need] = len(marked)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for need, count in config.stash.get(LEFT_OUT, {}).items():
        terminalreporter.section(f"{need.marker.upper()} TESTS LEFT OUT", sep="!", red=True, bold=True)
        terminalreporter.line(f"{count} {need.marker} tests did not run: there is no {need.package} on this machine.")
        terminalreporter.line(f"Bring it with:  sudo apt-get install {need.package}   and run make test again.")
