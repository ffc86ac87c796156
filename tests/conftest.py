from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests import demo, distribution, services
from tests.demo import Demo

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WITHOUT_DJANGO = ("tests/lossref/", "tests/grader/", "tests/attacks/")
LEFT_OUT = pytest.StashKey[dict[str, int]]()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start PostgreSQL when the first test asks for a database."""
    with services.postgresql():
        yield


@pytest.fixture(scope="session")
def redis_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with services.redis_server(tmp_path_factory.mktemp("redis")) as socket:
        yield socket


@pytest.fixture(scope="session")
def first_demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Start the demo from nothing, which certifies the bank, and stop it: others start from a copy of its data."""
    with demo.running(tmp_path_factory.mktemp("demo")) as first:
        assert "Example Labs" in demo.opened(first.candidate)
    return first


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
    """Leave out what needs a program that is not there, unless REQUIRE_…=1 makes that a failure; long ones first."""
    items.sort(key=distribution.urgency)
    for item in items:
        if item.nodeid.startswith(WITHOUT_DJANGO):
            leave_django_out(item)
    for need in NEEDS:
        marked = [item for item in items if item.get_closest_marker(need.marker)]
        if need.found or not marked:
            continue
        if os.environ.get(need.variable) == "1":
            told(config)["refused"] = f"{need.variable}=1, but it is not there: apt-get install {need.package}"
            raise pytest.UsageError(told(config)["refused"])
        items[:] = [item for item in items if item not in marked]
        config.hook.pytest_deselected(items=marked)
        told(config)[need.marker] = len(marked)


def leave_django_out(item: pytest.Item) -> None:
    """Take from a test what pytest-django sets up around each: a millisecond, ten thousand times."""
    defined = item._fixtureinfo.name2fixturedefs
    item.fixturenames[:] = [
        name
        for name in item.fixturenames
        if not any(each.func.__module__.startswith("pytest_django.") for each in defined.get(name, ()))
    ]


def told(config: pytest.Config) -> dict[str, Any]:
    """Give where a process of pytest-xdist writes what the one that prints reads; a process alone does both."""
    if hasattr(config, "workeroutput"):
        return config.workeroutput
    return config.stash.setdefault(LEFT_OUT, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    # One that crashed has told nothing.
    output = getattr(node, "workeroutput", {})
    if "refused" in output:
        raise pytest.UsageError(output["refused"])
    told(node.config).update({need.marker: output[need.marker] for need in NEEDS if need.marker in output})


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    return distribution.processes()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> distribution.ByFile:
    return distribution.scheduler(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for need in NEEDS:
        count = told(config).get(need.marker)
        if count is None:
            continue
        terminalreporter.section(f"{need.marker.upper()} TESTS LEFT OUT", sep="!", red=True, bold=True)
        terminalreporter.line(f"{count} {need.marker} tests did not run: there is no {need.package} on this machine.")
        terminalreporter.line(f"Bring it with:  sudo apt-get install {need.package}   and run make test again.")
